"""For whom or what an option is considered, as its reader may see it, and what confirmed its part (practice rule 22).

A person's part is confirmed by a flag that a second person confirmed: on the person, or on a group in which the person
stood when it was confirmed. A place, line, vehicle or number is confirmed by an act of this app (:class:`~.models.Part`).
The latest decision counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from redshank.web.disruption.models import Part, PartAct
from redshank.web.disruption.options import ADULT
from redshank.web.flags.acts import evidence_of
from redshank.web.flags.models import Flag
from redshank.web.heads.models import (
    Appearance,
    Behind,
    Child,
    Group,
    Line,
    Member,
    Person,
    Place,
    Record,
    Use,
)
from redshank.web.heads.moved import ids_of, now_of
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.explain import category_of
from redshank.web.policy.sight import sight_of

#: Kinds of subjects, as a reader says them.
KINDS = {
    "person": "a person", "place": "a place or business", "line": "a county line", "vehicle": "a vehicle", "phone": "a number",
}  # fmt: skip
#: What a person may confirm a thing to be → what the toolkit calls it.
WHAT: dict[str, dict[str, frozenset[str]]] = {
    "place": {"premises": frozenset("P"), "business": frozenset("BP"), "area": frozenset("A")},
    "line": {"line": frozenset("L")},
    "vehicle": {"vehicle": frozenset("V")},
    "phone": {"number": frozenset("L")},
}
SUSPECTED = ("suspect", "detained", "line_member")
MOST = 50  # links of one kind that are offered; the rest are on the pages of the things themselves
SMALL = 3  # children from which a place is shown outside the analytical roles (practice rule 10)


@dataclass(frozen=True)
class Confirmed:
    """Who confirmed the part, when, why, and by which records."""

    says: str
    by: str
    at: datetime
    why: str
    evidence: tuple[str, ...]
    url: str
    what: str = ""
    closed: bool = False  # rests on handling C

    def as_shown(self) -> dict[str, Any]:
        return {"says": self.says, "by": self.by, "at": self.at.isoformat(), "why": self.why, "evidence": list(self.evidence)}  # fmt: skip


@dataclass
class Subject:
    kind: str
    ident: str
    name: str
    records: list[Record]  # behind it, in the reader's sight
    district: str
    url: str
    ids: list[str] = field(default_factory=list)  # this id, and those of older runs that went into it
    confirmed: Confirmed | None = None
    born: date | None = None
    is_child: bool = False
    is_adult: bool = False
    is_small: bool = False
    is_in_open: bool = True
    category: str = ""  # of a person who is no child: what the records themselves say
    suspected: list[str] = field(default_factory=list)  # of a child: records that name them as suspect

    @property
    def keys(self) -> list[str]:
        return [r.key for r in self.records]

    @property
    def protects_only(self) -> bool:
        """Somebody under 18, then or now: child first, also where a record names a suspect."""
        return self.kind == "person" and self.is_child

    @property
    def age_missing(self) -> bool:
        return self.kind == "person" and not self.is_child and not self.is_adult

    @property
    def targets(self) -> frozenset[str]:
        """What the toolkit calls it; nothing for a person of whom no birth date is recorded."""
        if self.kind == "person":
            return frozenset("C") if self.is_child else frozenset("S") if self.is_adult else frozenset()
        what = self.confirmed.what if self.confirmed else ""
        return WHAT[self.kind].get(what, frozenset())

    @property
    def is_closed(self) -> bool:
        """Rests on handling C: what is recorded of it is for cleared roles (practice rule 12)."""
        by_closed = self.confirmed is not None and self.confirmed.closed
        return by_closed or not self.is_in_open or any(r.handling == "C" for r in self.records)

    @property
    def kind_words(self) -> str:
        if self.kind != "person":
            return KINDS[self.kind]
        if self.is_child:
            return "a child"
        who = "a proposed person of concern" if self.confirmed else "a person"
        return f"{who}; the records' own category: {self.category}"


def subject(user: Any, kind: str, ident: str) -> Subject | None:
    """What an option is considered for; None where this reader may not see it, or it is not there."""
    found = {"person": _person, "place": _place, "line": _line, "vehicle": _thing, "phone": _thing}.get(kind)
    return found(user, kind, ident) if found else None


def moved_to(user: Any, kind: str, ident: str) -> str:
    """Where a person's id went, or nothing."""
    now = now_of(user, "person", ident) if kind == "person" else ident
    return now if now != ident else ""


def held(user: Any, keys: Any) -> list[Record]:
    rows = Record.objects.visible_to(user, user.as_role.purpose).filter(key__in=set(keys))
    return sorted(rows, key=lambda r: (r.at is None, r.at or timezone.now(), r.key))


def _district(records: list[Record]) -> str:
    counts = Counter(r.district for r in records if r.district)
    return min(counts, key=lambda d: (-counts[d], d)) if counts else ""


def _person(user: Any, kind: str, ident: str) -> Subject | None:
    purpose = user.as_role.purpose
    found = Person.objects.visible_to(user, purpose).filter(person_id=ident).first()
    if found is None:
        return None
    rows = list(Appearance.objects.visible_to(user, purpose).filter(person_id=ident))
    records = held(user, [a.record_key for a in rows])
    out = Subject(
        kind, ident, found.name, records, _district(records), reverse("person", args=[ident]),
        ids_of(user, "person", ident), born=found.born, is_in_open=not found.rests_on_c,
    )  # fmt: skip
    out.confirmed = _by_flag(user, out)
    births = {b for b in (found.born, *(a.born for a in rows)) if b}
    out.is_child = _is_child(user, out, births)
    out.is_adult = bool(births) and not out.is_child
    if not out.is_child:
        by_key = {r.key: r for r in records}
        out.category = category_of([a for a in rows if a.record_key in by_key], by_key)
    if out.is_child:
        out.suspected = sorted({a.record_key for a in rows if a.role in SUSPECTED} & set(out.keys))
    return out


def _is_child(user: Any, s: Subject, births: set[date]) -> bool:
    """Under 18 now or in what the confirmation rests on, by any birth date recorded; or in view as a child."""
    purpose = user.as_role.purpose
    if Child.objects.visible_to(user, purpose).filter(person_id=s.ident).exists():
        return True
    if Member.objects.visible_to(user, purpose).filter(person_id=s.ident, role="child").exists():
        return True
    evidence = set(s.confirmed.evidence) if s.confirmed else set()
    times = [publication().as_of or timezone.now(), *(r.at for r in s.records if r.at and r.key in evidence)]
    return any(int(words.age_at(b, at)) < ADULT for b in births for at in times)


def _by_flag(user: Any, s: Subject) -> Confirmed | None:
    """The flag that confirms a person's part; the latest decision on the person, or on each group, counts."""
    decided = Flag.objects.visible_to(user, user.as_role.purpose).filter(
        state__in=["confirmed", "not_proven"]
    )
    own = decided.filter(about="person", ident__in=s.ids).order_by("decided_at", "id").last()
    if own is not None and own.state == "confirmed":
        return _of_flag(own, "a flag on this person")
    since = own.decided_at if own is not None else None
    latest: dict[str, Flag] = {}
    for f in decided.filter(about="group").order_by("decided_at", "id"):
        latest[f.ident] = f
    standing = [
        f for f in latest.values() if f.state == "confirmed" and (since is None or f.decided_at > since)
    ]
    for f in sorted(standing, key=lambda f: (f.decided_at, f.pk), reverse=True):
        act = f.acts.filter(kind="confirmed").last()
        members = Member.objects.filter(group_id=f.ident, person_id__in=s.ids, valid_from__lte=act.run).exclude(valid_to__lte=act.run)  # fmt: skip
        seen = {"in_full": True} if user.as_role.cleared else {"in_open": True}
        if members.filter(**seen).exists():
            return _of_flag(f, f"a flag on the group “{f.label}”, in which this person stood then")
    return None


def _of_flag(f: Flag, says: str) -> Confirmed:
    act = f.acts.select_related("by").filter(kind="confirmed").last()
    return Confirmed(says, act.by.name, act.at, act.rationale, tuple(evidence_of(f)), reverse("flag", args=[f.pk]), closed=f.closed)  # fmt: skip


def _by_part(user: Any, kind: str, ident: str) -> Confirmed | None:
    found = part_of(user, kind, ident)
    if found is None or found.state != "confirmed":
        return None
    act = PartAct.objects.visible_to(user, user.as_role.purpose).filter(part=found, kind="confirmed").select_related("by").last()  # fmt: skip
    return Confirmed(
        f"as {found.what_words}", act.by.name, act.at, act.why, tuple(act.parsed("evidence")), reverse("part", args=[found.pk]), found.what, found.closed,
    )  # fmt: skip


def part_of(user: Any, kind: str, ident: str) -> Part | None:
    """The latest act on a thing's part that this reader may see."""
    rows = Part.objects.visible_to(user, user.as_role.purpose).filter(kind=kind, ident=ident)
    return rows.order_by("at", "id").last()


def _place(user: Any, kind: str, ident: str) -> Subject | None:
    found = Place.objects.visible_to(user, user.as_role.purpose).filter(cell=ident).first()
    if found is None:
        return None
    records = held(user, found.parsed("how"))
    return Subject(
        kind, ident, found.name, records, found.district or _district(records), reverse("place", args=[ident]), [ident],
        _by_part(user, kind, ident), is_small=found.children < SMALL, is_in_open=not found.rests_on_c,
    )  # fmt: skip


def _line(user: Any, kind: str, ident: str) -> Subject | None:
    found = Line.objects.visible_to(user, user.as_role.purpose).filter(line_ref=ident).first()
    if found is None:
        return None
    keys = [k for r in found.parsed("reasons") for k in r["records"]] + [f"county_lines:{ident}"]
    records = held(user, keys)
    return Subject(kind, ident, found.name, records, _district(records), reverse("line", args=[ident]), [ident], _by_part(user, kind, ident), is_in_open=not found.rests_on_c)  # fmt: skip


def _thing(user: Any, kind: str, ident: str) -> Subject | None:
    uses = Use.objects.visible_to(user, user.as_role.purpose).filter(kind=kind, ident=ident)
    records = held(user, uses.values_list("record_key", flat=True))
    if not records:
        return None
    return Subject(kind, ident, ident, records, _district(records), reverse("thing", args=[kind, ident]), [ident], _by_part(user, kind, ident))  # fmt: skip


def links(user: Any, s: Subject) -> dict[str, list[tuple[str, str]]]:
    """What a row may be linked with: children, places, vehicles and groups in the records behind the subject."""
    role, purpose = user.as_role, user.as_role.purpose
    keys = s.keys
    named = Appearance.objects.visible_to(user, purpose).filter(record_key__in=keys).values("person_id")
    behind = Behind.objects.visible_to(user, purpose).filter(record_key__in=keys)
    children = Child.objects.visible_to(user, purpose).filter(person_id__in=named).exclude(person_id=s.ident)
    places = Place.objects.visible_to(user, purpose).filter(
        cell__in=behind.filter(kind="place").values("ident")
    )
    groups = Group.objects.visible_to(user, purpose).filter(
        group_id__in=behind.filter(kind="group").values("ident")
    )
    uses = Use.objects.visible_to(user, purpose).filter(record_key__in=keys, kind="vehicle")
    out = {
        "child": [(c.person_id, c.name) for c in children.order_by("name", "person_id")[:MOST]],
        "place": [(p.cell, p.name) for p in places.exclude(cell=s.ident).order_by("name", "cell")[:MOST]],
        "vehicle": [(v, v) for v in sorted({u.ident for u in uses} - {s.ident})[:MOST]] if role.allows("see.records") else [],
        "group": [(g.group_id, g.label) for g in groups.order_by("place")[:MOST]],
    }  # fmt: skip
    return {k: v for k, v in out.items() if v}


def link_is_closed(kind: str, ident: str, user: Any) -> bool:
    """Whether a linked thing is one that uncleared roles do not see."""
    run = sight_of(user).run
    model, column = {"child": (Child, "person_id"), "place": (Place, "cell"), "group": (Group, "group_id")}.get(kind, (None, ""))  # fmt: skip
    if model is not None:
        rows = model.objects.filter(**{column: ident}, valid_from__lte=run).exclude(valid_to__lte=run)
        return not rows.filter(in_open=True).exists()
    uses = Use.objects.filter(kind="vehicle", ident=ident, valid_from__lte=run).exclude(valid_to__lte=run)
    return not uses.filter(in_open=True).exists()


def link_is_small(kind: str, ident: str, user: Any) -> bool:
    return kind == "place" and Place.objects.visible_to(user, user.as_role.purpose).filter(cell=ident, children__lt=SMALL).exists()  # fmt: skip
