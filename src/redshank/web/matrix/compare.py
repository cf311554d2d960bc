"""What differs: between two editions, and between an edition and the run of today. Words only, no number of a score."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from redshank.web.heads.models import Child, Moved
from redshank.web.matrix.models import Edition
from redshank.web.matrix.order import Line, lines_of, seen_reasons
from redshank.web.policy.sight import sight_of

COLUMNS = (
    ("sexual", "Sexual exploitation"),
    ("criminal", "Criminal exploitation"),
    ("change", "Change over 28 days"),
)


@dataclass
class Differs:
    """One child who stands otherwise, and how, in sentences."""

    ident: str
    name: str
    said: list[str] = field(default_factory=list)


@dataclass
class Difference:
    came: list[Differs]
    went: list[Differs]
    changed: list[Differs]

    @property
    def is_none(self) -> bool:
        return not (self.came or self.went or self.changed)


def _reasons(before: list[str], now: list[str]) -> list[str]:
    said = [f"New reason: {t}" for t in now if t not in before]
    return said + [f"No longer a reason: {t}" for t in before if t not in now]


def editions(a: Edition, b: Edition, user: Any) -> Difference:
    """From ``a`` to ``b``, as this reader sees both."""
    first, second = ({x.row.ident: x for x in lines_of(e, user)} for e in (a, b))
    now = dict(
        Moved.objects.visible_to(user, user.as_role.purpose).filter(kind="person").values_list("was", "now")
    )
    first = {i if i in second else now.get(i, i): x for i, x in first.items()}
    both = [i for i in second if i in first]
    was = sorted((i for i in both if first[i].number), key=lambda i: first[i].number)
    changed = [_line(first[i], second[i], was, both, second) for i in both]
    return Difference(
        [Differs(i, x.row.name, _note(x)) for i, x in second.items() if i not in first],
        [Differs(i, x.row.name, _note(x)) for i, x in first.items() if i not in second],
        [d for d in changed if d.said],
    )


def _note(line: Line) -> list[str]:
    if line.row.added_by is not None:
        return [f"Added by {line.row.added_by.name}: {line.row.added_why}"]
    return []


def _line(a: Line, b: Line, was: list[str], both: list[str], second: dict[str, Line]) -> Differs:
    out = Differs(b.row.ident, b.row.name)
    for name, title in COLUMNS:
        before, now = getattr(a.row, name), getattr(b.row, name)
        if before != now:
            out.said.append(f"{title}: {before or 'not said'}, now {now or 'not said'}")
    if (a.off is None) != (b.off is None):
        out.said.append(f"Taken off: {b.off.text}" if b.off else "No longer taken off")
    elif a.off is None:
        # The place among those who stand in both: who came or went moves nobody.
        ident = b.row.ident
        before_now = sorted((i for i in was if second[i].number), key=lambda i: second[i].number)
        if ident in was and ident in before_now and was.index(ident) != before_now.index(ident):
            out.said.append("Stands higher" if before_now.index(ident) < was.index(ident) else "Stands lower")
    out.said += _reasons([r["text"] for r in a.reasons], [r["text"] for r in b.reasons])
    return out


def since(edition: Edition, user: Any, run: int) -> Difference | None:
    """From the edition to the published run; nothing where that is still its run."""
    if run == edition.run:
        return None
    purpose = user.as_role.purpose
    lines = {x.row.ident: x for x in lines_of(edition, user)}
    now = dict(Moved.objects.visible_to(user, purpose).filter(kind="person").values_list("was", "now"))
    lines = {now.get(i, i): x for i, x in lines.items()}
    children = {c.person_id: c for c in Child.objects.visible_to(user, purpose).order_by("place")}
    hidden = sight_of(user).hidden

    def texts(child: Child) -> list[str]:
        return [r["text"] for r in seen_reasons(child.parsed("reasons"), hidden)]

    changed = []
    for ident, child in children.items():
        if ident not in lines:
            continue
        line = lines[ident]
        out = Differs(ident, child.name)
        for name, title in COLUMNS[:2]:
            if getattr(line.row, name) != getattr(child, name):
                out.said.append(f"{title}: {getattr(line.row, name)}, now {getattr(child, name)}")
        if line.row.reasons != child.reasons:  # most are as they were, and are not even read
            out.said += _reasons([r["text"] for r in line.reasons], texts(child))
        if out.said:
            changed.append(out)
    came = [Differs(i, c.name, texts(c)[:3]) for i, c in children.items() if i not in lines]
    went = [
        Differs(i, x.row.name, ["Not found by the last night any more. The row stays"])
        for i, x in lines.items()
        if i not in children and not x.row.by_hand
    ]
    return Difference(came, went, changed)
