"""Which programmes are due, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from redshank.web.audits.acts import NotAllowed, found_something, owes_flag, turn_of
from redshank.web.audits.models import Feedback, Item, Reading, Sample
from redshank.web.audits.programmes import PROGRAMMES, Programme

#: Who oversees every programme beside its owner (practice rule 25).
OVERSEE = frozenset(["safeguarding_lead"])
_MISSED = [p.key for p in PROGRAMMES.values() if p.about in ("missed", "shadow")]


@dataclass(frozen=True)
class Standing:
    """How a programme stands in its cadence."""

    programme: Programme
    last: Sample | None
    due: date | None  # None: none was ever drawn

    @property
    def is_overdue(self) -> bool:
        if self.due is None:
            return self.programme.about != "shadow"  # a force need not begin one
        return self.due < timezone.localdate()

    @property
    def words(self) -> str:
        from redshank.web.pages.words import day

        if self.last is None or self.due is None:
            return "no sample was ever drawn"
        said = "overdue since" if self.is_overdue else "next sample by"
        return f"last drawn on {day(self.last.at)}, {said} {day(self.due)}"


def mine(user: Any) -> list[Programme]:
    """The programmes in which this role has a part."""
    return [p for p in PROGRAMMES.values() if user.role in p.draws | p.reads | p.results]


def standing(user: Any, p: Programme) -> Standing:
    last = (
        Sample.objects.visible_to(user, user.as_role.purpose)
        .filter(programme=p.key)
        .order_by("-at", "-pk")
        .first()
    )
    return Standing(p, last, timezone.localdate(last.at) + p.every if last else None)


def readings_by_item(user: Any, items: list[Item]) -> dict[int, list[Reading]]:
    """Every reading of these items, also those that this reader may not open: only that they stand is used of them."""
    out: dict[int, list[Reading]] = {i.pk: [] for i in items}
    for r in Reading._base_manager.filter(item__in=items).select_related("item__sample", "by").prefetch_related("verdicts").order_by("turn"):  # fmt: skip
        out[r.item_id].append(r)
    return out


def waiting(user: Any, sample: Sample | None = None) -> list[tuple[Item, int]]:
    """Items that this person may read now, and in which turn; oldest samples first."""
    rows = (
        Item.objects.visible_to(user, user.as_role.purpose)
        .select_related("sample")
        .order_by("sample", "record_key")
    )
    rows = rows.filter(sample=sample) if sample else rows.filter(sample__programme__in=[p.key for p in PROGRAMMES.values() if user.role in p.reads])  # fmt: skip
    read = Reading._base_manager.filter(item=OuterRef("pk"))
    items = list(rows.exclude(Q(twice=False) & Exists(read)).exclude(Exists(read.filter(turn=3))))
    done = readings_by_item(user, items)
    out = []
    for item in items:
        try:
            out.append((item, turn_of(user, item, done[item.pk])))
        except NotAllowed:
            continue
    return out


def flags_owed(user: Any) -> list[tuple[Item, str]]:
    """Items in which this person found a group and of which no flag is proposed yet; and, for the programme's owner and who
    oversees, those that others found, with whose they are."""
    rows = Reading.objects.visible_to(user, user.as_role.purpose).filter(item__sample__programme__in=_MISSED)
    oversees = [p.key for p in PROGRAMMES.values() if user.role == p.owner or user.role in OVERSEE]
    rows = rows.filter(Q(by=user) | Q(item__sample__programme__in=oversees))
    out: dict[int, tuple[Item, str]] = {}
    for r in rows.select_related("item__sample", "by").order_by("item", "turn"):
        if r.item_id not in out and found_something(r) and owes_flag(r.item, [r]):
            out[r.item_id] = (r.item, r.by.name)
    return list(out.values())


def feedback_to_hear(user: Any) -> list[Feedback]:
    rows = Feedback.mine(user).filter(heard__isnull=True)
    return list(rows.select_related("by", "to", "item__sample").order_by("at"))
