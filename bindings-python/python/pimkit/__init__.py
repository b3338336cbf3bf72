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
from ._graph import Emulator, emulator, graph, graph_async
from ._native import __version__
from .models import AzureRole, DirectoryRole, GroupRole, Privilege, Safeguards, Ticket

__all__ = [
    "KINDS",
    "Activation",
    "AlreadyExists",
    "AsyncActivation",
    "AsyncClient",
    "AsyncPager",
    "AzureRole",
    "Cancelled",
    "Client",
    "Conflict",
    "DirectoryRole",
    "Embedded",
    "Emulator",
    "GroupRole",
    "InvalidInput",
    "InvalidTransition",
    "Malformed",
    "NotFound",
    "OutcomeUnknown",
    "Page",
    "Pager",
    "PermissionDenied",
    "PimError",
    "PolicyViolation",
    "Privilege",
    "Rejected",
    "Safeguards",
    "StepUpRequired",
    "Tenant",
    "Throttled",
    "Ticket",
    "Timeout",
    "Unauthenticated",
    "Unavailable",
    "Unexpected",
    "Unsupported",
    "Violation",
    "__version__",
    "embedded",
    "emulator",
    "enums",
    "graph",
    "graph_async",
    "models",
]
