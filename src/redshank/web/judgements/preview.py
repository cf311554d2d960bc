"""What a judgement would change, before it is made: which appearances go where, and which groups and children it touches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from redshank.web.heads.models import Appearance, Behind, Child, Group, Member, Person, Record
from redshank.web.judgements.acts import One


@dataclass
class Side:
    """Appearances that stand, or would stand, as one person."""

    name: str
    rows: list[dict[str, Any]]

    @property
    def ones(self) -> list[One]:
        return [r["one"] for r in self.rows if r["one"]]


@dataclass
class Preview:
    groups: list[Group] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        return {
            "groups": [{"id": g.group_id, "label": g.label} for g in self.groups],
            "children": [{"id": c.person_id, "name": c.name} for c in self.children],
        }


def of_person(user: Any, person: Person) -> Side:
    """The appearances of a person in this reader's sight, with what their rows say of address and number."""
    purpose = user.as_role.purpose
    found = list(Appearance.objects.visible_to(user, purpose).filter(person_id=person.person_id))
    return Side(person.name, rows_of(user, found))


def rows_of(user: Any, found: list[Appearance]) -> list[dict[str, Any]]:
    from redshank.publish.reading import people

    purpose = user.as_role.purpose
    keys = {a.record_key for a in found}
    held = {r.key: r for r in Record.objects.visible_to(user, purpose).filter(key__in=keys)}
    found = [a for a in found if a.record_key in held]
    said = people(settings.HOME, sorted({a.record_key for a in found if a.row is not None}))
    out = []
    for a in found:
        uid = a.uid.removesuffix("|open")
        # A mention in a text has no row of its own: it follows the person that it was linked to.
        one = One(uid, a.record_key, a.row) if a.row is not None else None
        out.append({"of": a, "one": one, "record": held[a.record_key], "said": said.get(uid, {})})
    out.sort(
        key=lambda r: (r["record"].at is None, str(r["record"].at or ""), r["record"].key, r["of"].row or 0)
    )
    return out


def of_merge(user: Any, a: str, b: str) -> Preview:
    """Groups in which either stands, and the children: themselves, and those of these groups."""
    return _touched(user, set(_groups_of(user, [a, b])), {a, b})


def of_split(user: Any, person_id: str, gone: list[str]) -> Preview:
    """Groups that rest on a record which would go to another person."""
    purpose = user.as_role.purpose
    mine = set(_groups_of(user, [person_id]))
    resting = Behind.objects.visible_to(user, purpose).filter(
        kind="group", record_key__in=gone, ident__in=mine
    )
    return _touched(user, set(resting.values_list("ident", flat=True)), {person_id})


def _groups_of(user: Any, ids: list[str]) -> Any:
    rows = Member.objects.visible_to(user, user.as_role.purpose)
    return rows.filter(person_id__in=ids).values_list("group_id", flat=True)


def _touched(user: Any, group_ids: set[str], ids: set[str]) -> Preview:
    purpose = user.as_role.purpose
    groups = list(Group.objects.visible_to(user, purpose).filter(group_id__in=group_ids).order_by("place"))
    near = Member.objects.visible_to(user, purpose).filter(group_id__in=group_ids, role="child")
    wanted = ids | set(near.values_list("person_id", flat=True))
    children = list(Child.objects.visible_to(user, purpose).filter(person_id__in=wanted).order_by("place"))
    return Preview(groups, children)


def is_closed(*sides: Side) -> bool:
    """Whether a judgement rests on a report of handling C."""
    return any(r["record"].handling == "C" for s in sides for r in s.rows)
