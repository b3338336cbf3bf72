from collections.abc import Iterator
from datetime import datetime, timezone

import pimkit
import pytest

USER_ADMINISTRATOR = pimkit.DirectoryRole("fe930be7-5e62-47db-91af-98c3a49a38b1")
GLOBAL_ADMINISTRATOR = pimkit.DirectoryRole("62e90394-69f5-4237-9190-012177145e10")
NOW = datetime(2026, 9, 1, 8, tzinfo=timezone.utc)


def tenant() -> pimkit.Tenant:
    """Two administrators, and Alice, who may become User Administrator."""
    people = pimkit.Tenant().user("alice", "bob", "ada", "ben")
    for administrator in ("ada", "ben"):
        people.standing(administrator, GLOBAL_ADMINISTRATOR)
    return people.eligible("alice", USER_ADMINISTRATOR)


@pytest.fixture
def service() -> Iterator[pimkit.Embedded]:
    with pimkit.embedded(tenant(), now=NOW) as service:
        yield service
