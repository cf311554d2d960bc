"""What missing children put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from redshank.web.missing import episodes
from redshank.web.missing.models import Referral
from redshank.web.missing.views import to_look_at
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.today import SHOWN, Block, Told

#: Supervisor and chairs: an overdue referral stands with its name on their first page too (practice rule 25).
OVERSEE = frozenset(["safeguarding_lead", "panel_chair", "mace_coordinator"])


def missing(user: Any, purpose: str) -> Block:
    """Children without a recorded return, the longest first."""
    as_of = publication().as_of
    some, _ = episodes.of_children(
        user, purpose, episodes.all_rows(user, purpose).filter(returned_at__isnull=True)
    )
    lines = [
        Told(
            f"{e.name}, {e.age}" if e.age is not None else e.name,
            reverse("missing-child", args=[e.person_id]) if e.person_id else words.record_url(e.key),
            f"missing {words.counted(e.hours(as_of), 'hour,hours')} as recorded, since {words.moment(e.missing_from)}, {e.district or 'no district recorded'}",
        )
        for e in some[:SHOWN]
    ]
    return Block(
        "Children missing, as last recorded",
        lines,
        len(some),
        reverse("missing"),
        [e.key for e in some],
    )


def look(user: Any, purpose: str) -> Block:
    """What a trigger asks somebody to look at, today's first."""
    told = [t for t in to_look_at(user, publication().as_of) if t.waiting]
    lines = [
        Told(
            t.episode.name,
            reverse("missing-child", args=[t.episode.person_id]),
            "; ".join(f"{f.trigger.says}: {f.trigger.asks_words}" for f in t.waiting),
        )
        for t in told[:SHOWN]
    ]
    keys = [t.episode.person_id for t in told]
    return Block(
        "Missing children to look at",
        lines,
        len(told),
        reverse("missing"),
        keys,
    )


def _line(r: Referral) -> Told:
    return Told(
        r.name, reverse("mace-referral", args=[r.pk]), f"{r.owner.name}, next on {words.day(r.next_on)}"
    )


def mine(user: Any, purpose: str) -> Block:
    rows = Referral.objects.visible_to(user, purpose).filter(owner=user, state="open").select_related("owner")
    lines = [_line(r) for r in rows.order_by("next_on", "id")[:SHOWN]]
    more = reverse("mace-referrals") + "?mine=1&state=open"
    return Block("Proposed referrals to MACE that are yours", lines, rows.count(), more)


def late(user: Any, purpose: str) -> Block:
    """Overdue: with the name for whose it is, the supervisor and the chairs; for others without (practice rule 25)."""
    rows = Referral.objects.visible_to(user, purpose).filter(state="open", next_on__lt=timezone.localdate())
    named = rows if user.role in OVERSEE else rows.filter(owner=user)
    lines = [_line(r) for r in named.select_related("owner").order_by("next_on", "id")]
    if user.role not in OVERSEE:
        lines += [
            Told(
                "A proposed referral to MACE is overdue",
                "",
                f"{r.owner.name}, was next on {words.day(r.next_on)}",
            )
            for r in Referral.late_without_names(user)
        ]
    return Block(
        "Referrals past their next date",
        lines[:SHOWN],
        len(lines),
        reverse("mace-referrals") + "?state=open",
    )


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "missing": missing,
    "episodes_to_look_at": look,
    "my_referrals": mine,
    "referrals_due": late,
}
