"""What is hidden from one user: restricted things and matters of their own, with all that rests on them.

A restricted record, person, group, place or line is hidden with the records that name it and the groups, places and lines
that rest on those. A child who also has reasons that may be seen stays in view without the hidden ones: a child shall
not leave the matrix because one record of many is restricted (practice rule 2).

A matter of one's own (practice rule 13) goes further: the children beside that person are hidden too, with every record
that names them, so that no list, count or chart shows a trace of it. No grant opens it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

#: What stays in view as long as a record behind it may be seen.
IN_PART = ("child", "item")
#: Kinds of things whose ids may have gone into others.
MOVES = ("person", "group")


@dataclass
class Hidden:
    """Kind → idents that must not show, and those of which only a part may."""

    whole: dict[str, set[str]] = field(default_factory=dict)
    partly: dict[str, set[str]] = field(default_factory=dict)
    own: dict[str, set[str]] = field(default_factory=dict)  # of ``whole``: what is a matter of one's own

    def add(self, kind: str, idents: Iterable[str]) -> None:
        if found := set(idents):
            self.whole.setdefault(kind, set()).update(found)


def standing(model: Any) -> Any:
    return model.objects.filter(ended_at__isnull=True)


def _now(model: Any, run: int, **edition: bool) -> Any:
    """The heads of the run that people see, whoever they are for: what hides must not be filtered itself."""
    return model.objects.filter(valid_from__lte=run, **edition).exclude(valid_to__lte=run)


def moved(kind: str, idents: set[str], run: int) -> set[str]:
    """These ids, where they went, and what went into them: a restriction follows what it is about."""
    from redshank.web.heads.models import Moved

    if kind not in MOVES or not idents:
        return idents
    rows = _now(Moved, run).filter(kind=kind)
    now = idents | set(rows.filter(was__in=idents).values_list("now", flat=True))
    return now | set(rows.filter(now__in=now).values_list("was", flat=True))


def followed(kind: str, decided: Iterable[tuple[str, datetime]], run: int) -> set[str]:
    """The ids that a restriction, a grant or a conflict is about now: moved, and for a person also those who parted.

    What was decided of one person holds for both when the night takes that person apart. Who stood as a person already
    when it was decided is another matter: a record that was read as somebody else's takes nothing along.
    """
    decided = set(decided)
    if not decided:
        return set()
    if kind != "person":
        return moved(kind, {ident for ident, _ in decided}, run)
    out: set[str] = set()
    for since, idents in _by_run(decided).items():
        ids = moved(kind, idents, run)
        while more := moved(kind, ids | _parted(ids, since, run), run) - ids:
            ids |= more
        out |= ids
    return out


def _by_run(decided: set[tuple[str, datetime]]) -> dict[int, set[str]]:
    """The run that people saw when it was decided (0 before the first) → the idents; asked at once, however many."""
    from redshank.web.heads.models import Published

    rows = Published.objects.filter(published_at__lte=max(at for _, at in decided))
    known = sorted(rows.values_list("published_at", "run"))
    out: dict[int, set[str]] = {}
    for ident, at in decided:
        place = bisect_right(known, at, key=lambda row: row[0])
        out.setdefault(known[place - 1][1] if place else 0, set()).add(ident)
    return out


def _parted(ids: set[str], since: int, run: int) -> set[str]:
    """People new since a run whom records name now that named one of these people in that run or later."""
    from redshank.web.heads.models import Appearance

    rows = Appearance.objects.filter(person_id__in=ids, valid_to__gt=since, valid_to__lte=run)
    left = _now(Appearance, run).filter(uid__in=rows.values("uid")).exclude(person_id__in=ids)
    now = set(left.values_list("person_id", flat=True))
    before = Appearance.objects.filter(person_id__in=now, valid_from__lte=since)
    return now - set(before.values_list("person_id", flat=True))


def _decided(rows: Any) -> dict[str, set[tuple[str, datetime]]]:
    """Kind → what was decided of which ident, and when."""
    out: dict[str, set[tuple[str, datetime]]] = {}
    for kind, ident, at in rows.values_list("kind", "ident", "at"):
        out.setdefault(kind, set()).add((ident, at))
    return out


def hidden_from(user: Any, run: int) -> Hidden:
    from redshank.web.policy.models import Conflict, Grant, Restriction

    out = Hidden()
    granted = _decided(standing(Grant).filter(user=user, until__gt=timezone.now()))
    for kind, decided in _decided(standing(Restriction)).items():
        if not (mine := granted.get(kind)):
            out.add(kind, followed(kind, decided, run))
            continue
        for one in decided:
            out.add(kind, followed(kind, [one], run) - followed(kind, _opening(kind, one, mine), run))
    edition = {"in_full": True} if user.as_role.cleared else {"in_open": True}
    known = set(standing(Conflict).filter(user=user).values_list("person_id", "at"))
    if known:
        own = Hidden()
        own.add("person", _beside(followed("person", known, run), run))
        _with_what_rests_on_it(own, run, edition)
        out.own = own.whole
        for kind, idents in own.whole.items():
            out.add(kind, idents)
    _with_what_rests_on_it(out, run, edition)
    _older_ids(out, run)
    return out


def _older_ids(out: Hidden, run: int) -> None:
    """What people kept of something hidden under an id that went into it: a flag, a judgement, what was done with an item."""
    from redshank.web.heads.models import Moved

    as_moved = {"person": "person", "child": "person", "group": "group"}
    hidden = {now for kind in as_moved for now in out.whole.get(kind, ())}
    if not hidden:
        return
    rows = list(_now(Moved, run).filter(now__in=hidden).values_list("kind", "was", "now"))
    for kind, of in as_moved.items():
        now = out.whole.get(kind, set())
        out.add(kind, [was for moved_kind, was, into in rows if moved_kind == of and into in now])


def _opening(
    kind: str, restricted: tuple[str, datetime], grants: set[tuple[str, datetime]]
) -> list[tuple[str, datetime]]:
    """The grants that were about this restriction when they were given. What the night makes one of two restricted people later
    opens to nobody what was opened of one of them only.
    """
    return [g for g in grants if g[0] in followed(kind, [restricted], _run_at(g[1]))]


def _run_at(at: datetime) -> int:
    """The run that people saw then; 0 before the first."""
    from redshank.web.heads.models import Published

    seen = Published.objects.filter(published_at__lte=at).order_by("-published_at")
    return seen.values_list("run", flat=True).first() or 0


def withheld(run: int) -> Hidden:
    """What is restricted, with all that rests on it, for a file that leaves for nobody in particular: no grant opens any of it."""
    from redshank.web.policy.models import Restriction

    out = Hidden()
    for kind, decided in _decided(standing(Restriction)).items():
        out.add(kind, followed(kind, decided, run))
    _with_what_rests_on_it(out, run, {"in_open": True})
    _older_ids(out, run)
    return out


def _beside(own: set[str], run: int) -> set[str]:
    """Persons of a matter of one's own: those in conflict, and the children in their records and groups."""
    from redshank.web.heads.models import Appearance, Behind, Child, Member

    records = set(_now(Appearance, run).filter(person_id__in=own).values_list("record_key", flat=True))
    groups = _now(Member, run).filter(person_id__in=own).values("group_id")
    beside = set(_now(Member, run).filter(group_id__in=groups).values_list("person_id", flat=True))
    beside |= set(_now(Appearance, run).filter(record_key__in=records).values_list("person_id", flat=True))
    children = set(_now(Child, run).filter(person_id__in=beside).values_list("person_id", flat=True))
    children |= set(
        _now(Behind, run).filter(kind="child", record_key__in=records).values_list("ident", flat=True)
    )
    return own | children


def _with_what_rests_on_it(out: Hidden, run: int, edition: dict[str, bool]) -> None:
    from redshank.web.heads.models import Appearance, Behind, Member

    if persons := out.whole.get("person"):
        named = _now(Appearance, run).filter(person_id__in=persons)
        out.add("record", named.values_list("record_key", flat=True))
        members = _now(Member, run).filter(person_id__in=persons)
        out.add("group", members.values_list("group_id", flat=True))
    records = out.whole.get("record")
    if not records:
        _children_of_groups(out, run)
        return
    rests = _now(Behind, run).filter(record_key__in=records)
    for kind, ident in rests.exclude(kind__in=IN_PART).values_list("kind", "ident").distinct():
        out.add(kind, [ident])
    for kind in IN_PART:
        hidden = _counted(rests.filter(kind=kind, **edition))
        every = _counted(_now(Behind, run, **edition).filter(kind=kind, ident__in=hidden))
        out.add(kind, (i for i, n in hidden.items() if n == every[i]))
        out.partly[kind] = set(hidden) - out.whole.get(kind, set())
    named = _now(Appearance, run).filter(record_key__in=records)
    out.partly["person"] = set(named.values_list("person_id", flat=True)) - out.whole.get("person", set())
    _children_of_groups(out, run)


def _children_of_groups(out: Hidden, run: int) -> None:
    """Of a child in a hidden group not everything is told."""
    from redshank.web.heads.models import Member

    if groups := out.whole.get("group"):
        rows = _now(Member, run).filter(group_id__in=groups, role="child")
        out.partly.setdefault("child", set()).update(rows.values_list("person_id", flat=True))


def _counted(rows: Any) -> dict[str, int]:
    """How many records stand behind each thing."""
    return dict(
        rows.values("ident").annotate(n=models.Count("record_key", distinct=True)).values_list("ident", "n")
    )
