"""What the last published night found, as the pages show it: to be judged by a person, with the records it rests on."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from redshank.web.api.gate import needs, reasoned, unseen
from redshank.web.api.v1.shapes import Listed, Of, Page, age, as_at, in_order, listed, record, typed
from redshank.web.childfile.views import judgements
from redshank.web.heads.models import Appearance, Child, Group, Member, Person, Place
from redshank.web.heads.moved import now_of
from redshank.web.lines import around
from redshank.web.lines.standing import Standing, line_of, lines_of
from redshank.web.lines.views import reasons_in_sight
from redshank.web.pages import words
from redshank.web.pages.explain import category_of, flags_on, groups_of, records_in_sight
from redshank.web.pages.lists import reasons_of
from redshank.web.pages.paging import paged
from redshank.web.trail.write import listed as note_list
from redshank.web.trail.write import read

router = Router()
IDENT = typed(80, 1)


class AsAt(Schema):
    as_at: datetime | None


class GroupOut(Schema):
    id: str
    label: str
    kind: str
    basis: str
    strength: str
    sentence: str
    detected_on: date


class MemberOut(Schema):
    id: str | None = Field(description="The person's id, where one is identified.")
    label: str
    stands_as: str
    category: str
    part: str
    also_named_as_suspect: bool
    prompts: list[str]


class Tie(Schema):
    a: str
    b: str
    by: str
    records: list[str]


class FlagRef(Schema):
    number: int
    state_words: str
    proposed_at: datetime


class GroupFull(GroupOut, AsAt):
    hangs_on: str
    not_known: list[str]
    members: list[MemberOut]
    ties: list[Tie]
    records: list[Of]
    flags: list[FlagRef]


class Groups(Listed):
    items: list[GroupOut]


class Judgement(Schema):
    text: str
    by: str
    at: datetime


class Reason(Schema):
    text: str
    record: str | None
    group: str | None


class ChildOut(Schema):
    id: str
    name: str
    age: int | None
    judgement: Judgement | None = Field(description="The practitioner's judgement, which ranks first.")
    sexual: str
    criminal: str
    rising: str
    reasons: list[Reason]


class ChildFull(ChildOut, AsAt):
    records_name_as_suspect: list[str] = Field(description="Records that also name this child as suspect. A child first: consider the statutory defence and a referral.")  # fmt: skip
    groups: list[GroupOut]
    records: list[Of]
    flags: list[FlagRef]


class Children(Listed):
    items: list[ChildOut]


class AppearanceOut(Schema):
    record: Of
    named: str
    part: str
    born: date | None
    why: str


class PersonFull(AsAt):
    id: str
    name: str
    other_names: list[str]
    births: list[date]
    is_child_in_view: bool
    is_proposed_person_of_concern: bool
    category: str = Field(description="The records' own category, beside what is proposed.")
    groups: list[GroupOut]
    appearances: list[AppearanceOut]
    flags: list[FlagRef]


class PlaceOut(Schema):
    id: str
    name: str
    district: str
    records: int
    children: int


class PlaceRecord(Schema):
    record: Of
    how: str


class PlaceFull(PlaceOut, AsAt):
    behind: list[PlaceRecord]


class Places(Listed):
    items: list[PlaceOut]


class LineOut(Schema):
    id: str
    name: str
    tier: str
    why: str
    use: str
    is_closed: bool
    asks: bool = Field(description="A person's word on its use of sexual exploitation is asked for.")
    children: str


class LineReason(Schema):
    text: str
    records: list[str]


class Linked(Schema):
    id: str
    name: str


class LineFull(LineOut, AsAt):
    linked: list[Linked]
    groups: list[GroupOut]
    reasons: list[LineReason]


class Lines(Listed):
    items: list[LineOut]


def _group(g: Group) -> dict[str, Any]:
    return {
        "id": g.group_id, "label": g.label, "kind": words.word(g.kind, "kind"), "basis": words.word(g.basis, "basis"), "strength": g.strength,
        "sentence": g.sentence, "detected_on": g.detected_on,
    }  # fmt: skip


def _flags(user: Any, about: str, ident: str) -> list[dict[str, Any]]:
    return [{"number": f.pk, "state_words": f.state_words, "proposed_at": f.proposed_at} for f in flags_on(user, about, ident)]  # fmt: skip


def _now(request: Any, kind: str, ident: str) -> str:
    """The id into which this one went, where it went into another: the pages lead there too."""
    return now_of(request.user, kind, ident)


@router.get("/findings/groups", response=Groups, url_name="groups", operation_id="groups")
@needs("findings.read", "see.groups")
def groups(request, page: Page = 1):  # type: ignore[no-untyped-def]
    """Proposed groups, strongest ties first. Each is a proposal for a person to judge."""
    user = request.user
    shown = paged(request, Group.objects.visible_to(user, user.as_role.purpose).order_by("place"))
    note_list(request, "groups", [g.group_id for g in shown.page])
    return listed(shown, [_group(g) for g in shown.page])


@router.get("/findings/groups/{ident}", response=GroupFull, url_name="group", operation_id="group")
@needs("findings.read", "see.groups")
def group(request, ident: IDENT):  # type: ignore
    """One group: its sentence, what it hangs on, members, ties with the records that show them, what is not known."""
    user, purpose = request.user, request.user.as_role.purpose
    rows = Group.objects.visible_to(user, purpose)
    found = rows.filter(group_id=ident).first() or rows.filter(group_id=_now(request, "group", ident)).first()
    if found is None:
        raise unseen(request, "group", ident)
    read(request, "group", found.group_id)
    story = found.parsed("story")
    held = records_in_sight(user, purpose, story["records"])
    role = user.as_role
    known = {"child": role.allows("see.children")}
    members = [
        {
            "id": m["person_id"] if m["identified"] and known.get(m["role"], role.allows("see.persons")) else None, "label": m["label"],
            "stands_as": m["role_words"], "category": m["category"], "part": "" if m["role"] == "child" else m["part_words"],
            "also_named_as_suspect": bool(m["also_named_as_suspect"]), "prompts": list(m["prompts"]),
        }
        for m in story["members"]
    ]  # fmt: skip
    ties = [
        {
            "a": t["a"],
            "b": t["b"],
            "by": t["words"],
            "records": [r["key"] for r in t["records"] if r["key"] in held],
        }
        for t in story["ties"]
    ]
    return _group(found) | as_at() | {
        "hangs_on": story["hangs_on"] or "", "not_known": story["gaps"], "members": members, "ties": ties, "records": in_order(held),
        "flags": _flags(user, "group", found.group_id),
    }  # fmt: skip


def _child(c: Child, judged: Any, reasons: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "id": c.person_id, "name": c.name, "age": age(c.born), "sexual": c.sexual, "criminal": c.criminal, "rising": c.rising,
        "judgement": {"text": judged.text, "by": judged.by.name, "at": judged.at} if judged else None,
        "reasons": [{"text": r["text"], "record": r["record"] or None, "group": r["group"] or None} for r in reasons],
    }  # fmt: skip


@router.get("/findings/children", response=Children, url_name="children", operation_id="children")
@needs("findings.read", "see.children")
def children(request, page: Page = 1):  # type: ignore[no-untyped-def]
    """Children in the order of what records say, with the reasons and without a number. The order decides and closes nothing."""
    user, purpose = request.user, request.user.as_role.purpose
    shown = paged(request, Child.objects.visible_to(user, purpose).order_by("place"))
    some = list(shown.page)
    judged, reasons = judgements(user, [c.person_id for c in some]), reasons_of(user, purpose, some)
    note_list(request, "children", [c.person_id for c in some])
    return listed(shown, [_child(c, judged.get(c.person_id), reasons[c.person_id][:3]) for c in some])


@router.get("/findings/children/{ident}", response=ChildFull, url_name="child", operation_id="child")
@needs("findings.read", "see.children")
def child(request, ident: IDENT):  # type: ignore
    """One child: every reason in its order, the practitioner's judgement first, the records it rests on."""
    user, role = request.user, request.user.as_role
    rows = Child.objects.visible_to(user, role.purpose)
    found = (
        rows.filter(person_id=ident).first() or rows.filter(person_id=_now(request, "person", ident)).first()
    )
    if found is None:
        raise unseen(request, "child", ident)
    person_id = found.person_id
    reasoned(request, "child", person_id)
    read(request, "child", person_id)
    reasons = reasons_of(user, role.purpose, [found])[person_id]
    held = records_in_sight(user, role.purpose, [r["record"] for r in reasons if r["record"]])
    named = Appearance.objects.visible_to(user, role.purpose).filter(person_id=person_id, role__in=["suspect", "detained", "line_member"])  # fmt: skip
    told = _child(found, judgements(user, [person_id]).get(person_id), reasons)
    return told | as_at() | {
        "records_name_as_suspect": sorted(set(named.values_list("record_key", flat=True))), "groups": [_group(g) for g in groups_of(user, role, person_id)],
        "records": in_order(held, newest=True), "flags": _flags(user, "person", person_id),
    }  # fmt: skip


@router.get("/findings/persons/{ident}", response=PersonFull, url_name="person", operation_id="person")
@needs("findings.read", "see.persons")
def person(request, ident: IDENT):  # type: ignore
    """One person: names used, appearances and why they are one person, groups, the records' own category."""
    user, role = request.user, request.user.as_role
    rows = Person.objects.visible_to(user, role.purpose)
    found = (
        rows.filter(person_id=ident).first() or rows.filter(person_id=_now(request, "person", ident)).first()
    )
    if found is None:
        raise unseen(request, "person", ident)
    person_id = found.person_id
    reasoned(request, "person", person_id)
    read(request, "person", person_id)
    named = list(Appearance.objects.visible_to(user, role.purpose).filter(person_id=person_id).order_by("record_key", "row"))  # fmt: skip
    held = records_in_sight(user, role.purpose, [a.record_key for a in named])
    named = [a for a in named if a.record_key in held]
    first = sorted(named, key=lambda a: (held[a.record_key].at is None, held[a.record_key].at or timezone.now(), a.record_key))  # fmt: skip
    members = Member.objects.visible_to(user, role.purpose).filter(person_id=person_id)
    return as_at() | {
        "id": person_id, "name": found.name, "other_names": found.parsed("other_names"), "births": sorted({a.born for a in named if a.born}),
        "is_child_in_view": Child.objects.visible_to(user, role.purpose).filter(person_id=person_id).exists(),
        "is_proposed_person_of_concern": members.filter(role="suspect").exists(), "category": category_of(named, held),
        "groups": [_group(g) for g in groups_of(user, role, person_id)], "flags": _flags(user, "person", person_id),
        "appearances": [
            {"record": record(held[a.record_key]), "named": a.named, "part": words.word(a.role, "role"), "born": a.born, "why": a.why} for a in first
        ],
    }  # fmt: skip


def _place(p: Place) -> dict[str, Any]:
    return {
        "id": p.cell,
        "name": p.name,
        "district": p.district,
        "records": p.records,
        "children": p.children,
    }


@router.get("/findings/places", response=Places, url_name="places", operation_id="places")
@needs("findings.read", "see.places")
def places(request, page: Page = 1):  # type: ignore[no-untyped-def]
    """Places where children are exploited or at risk; never a child's own home, placement or school."""
    user = request.user
    shown = paged(request, Place.objects.visible_to(user, user.as_role.purpose).order_by("place"))
    note_list(request, "places", [p.cell for p in shown.page])
    return listed(shown, [_place(p) for p in shown.page])


@router.get("/findings/places/{ident}", response=PlaceFull, url_name="place", operation_id="place")
@needs("findings.read", "see.places")
def place(request, ident: IDENT):  # type: ignore
    """One place with the records behind it, newest first."""
    user, purpose = request.user, request.user.as_role.purpose
    found = Place.objects.visible_to(user, purpose).filter(cell=ident).first()
    if found is None:
        raise unseen(request, "place", ident)
    read(request, "place", ident)
    how = found.parsed("how")
    behind = in_order(records_in_sight(user, purpose, list(how)), newest=True)
    return _place(found) | as_at() | {"behind": [{"record": r, "how": how[r["key"]]} for r in behind]}


def _line(user: Any, s: Standing) -> dict[str, Any]:
    return {
        "id": s.ref, "name": s.name, "tier": s.tier, "why": s.why, "use": s.use_words, "is_closed": s.is_closed, "asks": s.asks,
        "children": around.children_words(user, s.line),
    }  # fmt: skip


@router.get("/findings/lines", response=Lines, url_name="lines", operation_id="lines")
@needs("findings.read", "see.lines")
def lines(request, page: Page = 1):  # type: ignore[no-untyped-def]
    """County lines with the tier that counts and where it comes from."""
    shown = paged(request, lines_of(request.user))
    note_list(request, "county lines", [s.ref for s in shown.page])
    return listed(shown, [_line(request.user, s) for s in shown.page])


@router.get("/findings/lines/{ident}", response=LineFull, url_name="line", operation_id="line")
@needs("findings.read", "see.lines")
def line(request, ident: IDENT):  # type: ignore
    """One line with its reasons, and the children and groups in sight that it is linked to."""
    user = request.user
    found = line_of(user, ident)
    if found is None:
        raise unseen(request, "line", ident)
    read(request, "line", ident)
    now = found.line
    return _line(user, found) | as_at() | {
        "linked": [{"id": c.person_id, "name": c.name} for c in around.children_of(user, now)] if now else [],
        "groups": [_group(g) for g in around.groups_of(user, now)] if now else [],
        "reasons": [{"text": r["text"], "records": [k.key for k in r["held"]]} for r in reasons_in_sight(user, found)],
    }  # fmt: skip
