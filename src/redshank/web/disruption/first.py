"""What the disruption register puts on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.disruption.lists import expiring as _expiring
from redshank.web.disruption.lists import late as _late
from redshank.web.disruption.lists import rows_of
from redshank.web.disruption.models import Measure, Part
from redshank.web.disruption.options import TOOLKIT
from redshank.web.pages import waits, words
from redshank.web.pages.today import SHOWN, Block, Told

#: Supervisor and chairs: what is overdue stands with its name on their first page too (practice rule 25).
OVERSEE = frozenset(["safeguarding_lead", "tasking_chair", "panel_chair", "mace_coordinator"])


def _line(m: Measure, hint: str) -> Told:
    return Told(f"{m.name}: {m.option_name}", reverse("measure", args=[m.pk]), f"{m.lead.name}, {hint}")


def _mine(user: Any) -> Any:
    """One's own; whoever oversees has all in sight."""
    rows = rows_of(user)
    return rows if user.role in OVERSEE else rows.filter(lead=user)


def expiring(user: Any, purpose: str) -> Block:
    rows = _expiring(_mine(user))
    lines = [_line(m, f"expires on {words.day(m.expires_on)}") for m in rows[:SHOWN]]
    more = reverse("disruption") + "?due=expiring"
    return Block(f"Orders that expire within {TOOLKIT.soon.days} days", lines, rows.count(), more, [f"measure {m.pk}" for m in rows[:SHOWN]])  # fmt: skip


def late(user: Any, purpose: str) -> Block:
    """Overdue reviews: with the name for the lead and who oversees; for others whose they are alone (practice rule 25)."""
    rows = _late(_mine(user))
    lines = [_line(m, f"was to be reviewed on {words.day(m.review_on)}") for m in rows]
    if user.role not in OVERSEE:
        lines += [
            Told("A review in the disruption register is overdue", "", f"{m.lead.name}, was due on {words.day(m.review_on)}")
            for m in Measure.late_without_names(user)
        ]  # fmt: skip
    return Block("Reviews of disruption options that are overdue", lines[:SHOWN], len(lines), reverse("disruption") + "?due=review")  # fmt: skip


def parts(user: Any, purpose: str) -> Block:
    rows = Part.objects.visible_to(user, purpose).filter(state="proposed").exclude(by=user)
    rows = rows.select_related("by").order_by("at", "id")
    lines = [
        Told(f"{p.name}: {p.what_words}", reverse("part", args=[p.pk]), f"proposed by {p.by.name} on {words.day(p.at)}, {waits.by('parts_to_decide', p.at)}")
        for p in rows[:SHOWN]
    ]  # fmt: skip
    return Block(
        "Parts of places, lines and vehicles to confirm, or not", lines, rows.count(), reverse("parts")
    )


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "orders_expiring": expiring,
    "measure_reviews_due": late,
    "parts_to_decide": parts,
}
