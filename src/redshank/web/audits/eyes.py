"""With which eyes a report of a review is counted for a role that opens no record in its daily work.

Learning and development trains on what the language audit found and sees no record. What is counted for it are numbers: the same
policy as every page's, for the same person, with records in view and without handling C, small places and whatever is hidden from
them. Which records these are it cannot open, and no text stands in its report but phrases that its language page shows.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from redshank.web.audits.programmes import Programme


def of_report(user: Any, p: Programme) -> Any:
    """The person, or, where their role reads this programme's results and opens no record, the person with records in view."""
    role = user.as_role
    if role.allows("see.records") or role.key not in p.results or role.scope != "all":
        return user
    eyes = copy.copy(user)
    for kept in ("_sight", "_names_hidden"):
        eyes.__dict__.pop(kept, None)
    seen = role.see | {"records", "persons", "children", "language", "audits"}
    eyes.__dict__["_reads_as"] = replace(role, see=seen, may=frozenset(), cleared=False, small=False, purpose=f"counts of a report: {p.key}")  # fmt: skip
    return eyes
