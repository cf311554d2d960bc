"""Where a case stands, for one reader: the things as last gathered, what was decided of each, which words are taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redshank.products.redaction import Word
from redshank.web.rights.models import Case, Item, Step


@dataclass
class Standing:
    """``unseen``: things gathered that this reader may not see and that wait for a decision; said as a number to whoever releases."""

    items: list[Item]
    rulings: dict[int, Step]
    words: list[Word]
    steps: list[Step]
    unseen: int

    @property
    def undecided(self) -> int:
        return sum(i.pk not in self.rulings for i in self.items)

    @property
    def identity(self) -> Step | None:
        return next((s for s in reversed(self.steps) if s.kind == "identity"), None)

    @property
    def restricted(self) -> Step | None:
        """The named decision on what is restricted, made since it was last gathered."""
        for s in reversed(self.steps):
            if s.kind == "restricted":
                return s
            if s.kind == "gathered":
                return None
        return None

    @property
    def gathered(self) -> Step:
        return next(s for s in reversed(self.steps) if s.kind == "gathered")

    @property
    def released(self) -> Step | None:
        return next((s for s in reversed(self.steps) if s.kind == "released"), None)


def standing_of(user: Any, case: Case) -> Standing:
    purpose = user.as_role.purpose
    steps = list(
        Step.objects.visible_to(user, purpose).filter(case=case).select_related("by", "item").order_by("pk")
    )
    gathered = next(s for s in reversed(steps) if s.kind == "gathered")
    now = set(gathered.parsed("text"))
    latest: dict[str, Item] = {}
    for item in Item.objects.visible_to(user, purpose).filter(case=case).order_by("pk"):
        if item.key in now:
            latest[item.key] = item
    items = sorted(
        latest.values(),
        key=lambda i: (list(KIND_ORDER).index(i.kind), i.day is None, i.day or i.at.date(), i.pk),
    )
    rulings = {s.item_id: s for s in steps if s.kind == "ruled" and s.item_id}
    return Standing(items, rulings, _words(steps, gathered), steps, _unseen(case, now, items, rulings))


def _words(steps: list[Step], gathered: Step) -> list[Word]:
    """Those proposed when it was last gathered, with what people added and without what they kept in."""
    found = {w.casefold(): Word(w, whose) for w, whose in gathered.parsed("terms")}
    for s in steps:
        if s.kind == "term_added":
            found[s.value.casefold()] = Word(s.value, f"added by {s.by.name}")
        elif s.kind == "term_kept":
            found.pop(s.value.casefold(), None)
    return sorted(found.values(), key=lambda w: (w.text.casefold(), w.whose))


def _unseen(case: Case, now: set[str], items: list[Item], rulings: dict[int, Step]) -> int:
    """Things that are hidden from this reader since, of which nobody decided."""
    seen = {i.key for i in items}
    every: dict[str, Item] = {i.key: i for i in case.items.order_by("pk")}
    return sum(k not in seen and every[k].pk not in rulings for k in now if k in every)


KIND_ORDER = ("record", "signal", "person", "finding", "flag", "act", "written", "audit", "versions")
