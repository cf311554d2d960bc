"""The line on options that an item of a meeting needs (practice rule 23): those of the disruption register, or none, because."""

from __future__ import annotations

from typing import Any

from redshank.web.disruption import lists, subjects
from redshank.web.disruption.models import Measure
from redshank.web.meetings.models import Raised

#: What the register can be about, by what stands before a body.
KIND = {"child": "person", "place": "place", "line": "line"}


def considered(user: Any, raised: Raised) -> list[Measure]:
    """The register's rows about it in this person's sight; what rests on handling C only where the item does too."""
    of = subjects.subject(user, KIND[raised.about], raised.ident) if raised.about in KIND else None
    rows = lists.of_subject(user, of.kind, of.ids) if of and user.as_role.allows("see.disruption") else []
    return [m for m in rows if raised.closed or not m.closed]


def line(rows: list[Measure]) -> str:
    """The rows as they are said in a decision; nothing where there are none."""
    return "; ".join(f"{m.option_name} ({m.decision_words.lower()})" for m in rows)
