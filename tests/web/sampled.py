"""Which roles a test that opens every page of a role runs with in CI; the others with ``make assurance-full``."""

from __future__ import annotations

from typing import Any

import pytest

from redshank.web.accounts.roles import ROLES

#: One of each way to see: all and cleared, all and not cleared, what was shared, nothing; and who supervises.
SAMPLE = (
    "analyst",
    "mace_coordinator",
    "partner_member",
    "safeguarding_lead",
    "auditor",
    "learning",
    "administrator",
)


def roles(scope: str = "") -> list[Any]:
    """The roles (of one scope) as parameters: those that are not in the sample are marked ``long``."""
    of = [r for r, told in ROLES.items() if not scope or told.scope == scope]
    return [r if r in SAMPLE else pytest.param(r, marks=pytest.mark.long) for r in of]
