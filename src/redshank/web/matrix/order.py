"""Who comes when: the run's order, then each move that a person made, in turn. The practitioner's judgement ranks first.

A reader without handling C gets an order that was made without it: their rows have the places of the open edition,
and moves that rest on handling C are not among the acts that they see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q

from redshank.web.matrix.models import Act, Edition, Row
from redshank.web.meetings.models import Move, Raised
from redshank.web.policy.sight import sight_of

REASONS = 4  # local default


@dataclass
class Line:
    """A row of an edition as one reader sees it."""

    row: Row
    number: int = 0  # the position; none for one taken off
    judgements: list[Act] = field(default_factory=list)
    moves: list[Act] = field(default_factory=list)
    off: Act | None = None
    raised: Raised | None = None
    hidden: dict[str, set[str]] = field(default_factory=dict)  # what this reader may not see

    @cached_property
    def reasons(self) -> list[dict[str, str]]:
        """As they stood. Hidden is what the policy hides; what a later night no longer holds stays as it was."""
        return seen_reasons(self.row.parsed("reasons"), self.hidden)

    @cached_property
    def suspect(self) -> list[str]:
        return [k for k in self.row.parsed("suspect") if k not in self.hidden.get("record", ())]

    @property
    def telling(self) -> list[dict[str, str]]:
        """The weightiest reasons, which the edition's page shows at once."""
        return self.reasons[:REASONS]

    @property
    def more(self) -> int:
        """How many reasons the child's own page has beside these."""
        return max(0, len(self.reasons) - REASONS)

    @property
    def moved(self) -> str:
        """The last move in words."""
        if not self.moves:
            return ""
        last = self.moves[-1]
        return f"Moved {last.parsed('details')['way']} by {last.by.name}: {last.text}"


def seen_reasons(reasons: list[dict[str, str]], hidden: dict[str, set[str]]) -> list[dict[str, str]]:
    """Reasons without those of which the policy hides the record or the group."""
    records, groups = hidden.get("record", ()), hidden.get("group", ())
    return [r for r in reasons if r["record"] not in records and r["group"] not in groups]


def lines_of(edition: Edition, user: Any) -> list[Line]:
    """Every row in its place, those taken off where they stood."""
    purpose = user.as_role.purpose
    rows = Row.objects.visible_to(user, purpose).filter(edition=edition)
    hidden = sight_of(user).hidden
    lines = {r.ident: Line(r, hidden=hidden) for r in rows.select_related("added_by").order_by("place", "pk")}
    order = list(lines)
    for act in (
        Act.objects.visible_to(user, purpose).filter(edition=edition).exclude(ident="").select_related("by")
    ):
        line = lines[act.ident]
        if act.kind == "moved":
            order = moved(order, act.ident, act.parsed("details")["before"])
            line.moves.append(act)
        elif act.kind in ("taken_off", "put_back"):
            line.off = act if act.kind == "taken_off" else None
        elif act.kind == "judged":
            line.judgements.append(act)
    for raised in _raised(edition, user):
        if raised.ident in lines:
            lines[raised.ident].raised = raised
    number = 0
    for ident in order:
        line = lines[ident]
        if line.off is None:
            number += 1
            line.number = number
    return [lines[ident] for ident in order]


def raised_from(edition: Edition) -> str:
    """How what was raised from an edition is known among what stands before the meetings."""
    return f"edition:{edition.pk}"


def _raised(edition: Edition, user: Any) -> list[Raised]:
    """What was raised from this edition, and what stands before its meeting anyway; of one child the open one last."""
    mark = raised_from(edition)
    rows = Raised.objects.visible_to(user, user.as_role.purpose).filter(about="child")
    here = Q(origin=mark) | Q(pk__in=Move.objects.filter(once__startswith=f"{mark}:").values("raised"))
    rows = rows.filter(here | Q(meeting="four_weekly", closed_at__isnull=True))
    return sorted(rows.select_related("by", "owner"), key=lambda r: (r.closed_at is None, r.at, r.pk))


def moved(order: list[str], ident: str, before: list[str]) -> list[str]:
    """The order with one child before the first of those that were to follow it; at the end where none is there.

    >>> moved(["a", "b", "c"], "c", ["a", "b"])
    ['c', 'a', 'b']
    >>> moved(["a", "b", "c"], "a", ["x", "c"])
    ['b', 'a', 'c']
    >>> moved(["a", "b", "c"], "a", [])
    ['b', 'c', 'a']
    """
    rest = [i for i in order if i != ident]
    at = next((rest.index(i) for i in before if i in rest), len(rest))
    return [*rest[:at], ident, *rest[at:]]
