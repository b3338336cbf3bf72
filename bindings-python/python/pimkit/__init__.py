"""Privileged Identity Management: administrator rights just in time, approved, limited in time, reviewed and audited.

>>> import pimkit
>>> with pimkit.embedded() as service:  # a company's tenant, in this process
...     me = service.client("liam.okafor")
...     sorted(row.role_name for row in me.my_eligibilities())[:1]
['Global Administrator']
"""

from . import enums, models
from ._async_client import AsyncActivation, AsyncClient, AsyncPager
from ._client import Activation, Client, Page, Pager, Rejected
from ._embedded import Embedded, Tenant, embedded
from ._errors import (
    KINDS,
    AlreadyExists,
    Cancelled,
    Conflict,
    InvalidInput,
    InvalidTransition,
    Malformed,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    PimError,
    PolicyViolation,
    StepUpRequired,
    Throttled,
    Timeout,
    Unauthenticated,
    Unavailable,
    Unexpected,
    Unsupported,
    Violation,
)
from ._governance import (
    ApprovalDemand,
    Compliance,
    Design,
    DesignFault,
    Finding,
    Findings,
    Outcome,
    Plan,
    Progress,
    Snapshot,
    Step,
    Verification,
    generate_key,
    import_easypim,
    least_role_for,
    sign_plan,
)
from ._graph import Emulator, emulator, graph, graph_async
from ._native import __version__
from ._shown import bar
from ._table import Table
from ._verify import verify, verify_async
from .models import AzureRole, DirectoryRole, GroupRole, Privilege, Safeguards, Ticket

__all__ = [
    "Activation",
    "AlreadyExists",
    "ApprovalDemand",
    "AsyncActivation",
    "AsyncClient",
    "AsyncPager",
    "AzureRole",
    "Cancelled",
    "Client",
    "Compliance",
    "Conflict",
    "Design",
    "DesignFault",
    "DirectoryRole",
    "Embedded",
    "Emulator",
    "Finding",
    "Findings",
    "GroupRole",
    "InvalidInput",
    "InvalidTransition",
    "KINDS",
    "Malformed",
    "NotFound",
    "Outcome",
    "OutcomeUnknown",
    "Page",
    "Pager",
    "PermissionDenied",
    "PimError",
    "Plan",
    "PolicyViolation",
    "Privilege",
    "Progress",
    "Rejected",
    "Safeguards",
    "Snapshot",
    "Step",
    "StepUpRequired",
    "Table",
    "Tenant",
    "Throttled",
    "Ticket",
    "Timeout",
    "Unauthenticated",
    "Unavailable",
    "Unexpected",
    "Unsupported",
    "Verification",
    "Violation",
    "__version__",
    "embedded",
    "emulator",
    "bar",
    "enums",
    "generate_key",
    "graph",
    "graph_async",
    "import_easypim",
    "least_role_for",
    "models",
    "sign_plan",
    "verify",
    "verify_async",
]
