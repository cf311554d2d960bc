"""The page of a thing: its records, whose it is said to be, who stands in the same records, and groups that it ties."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from redshank.web.heads.models import Appearance, Behind, Group, Person, Record, Use
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import read

KINDS = ("vehicle", "phone", "handle")


@page("see.records")
def thing(request: Any, kind: str, ident: str) -> HttpResponse:
    """Everything that the records in sight say of one vehicle, number or online name."""
    if kind not in KINDS:
        return nothing_here(request)
    user, role = request.user, request.user.as_role
    uses = list(Use.objects.visible_to(user, role.purpose).filter(kind=kind, ident=ident))
    held = records_of(user, {u.record_key for u in uses})
    uses = [u for u in uses if u.record_key in held]
    if not uses:
        return unseen(request, kind, ident)
    read(request, kind, ident)
    how: dict[str, list[str]] = defaultdict(list)
    for u in uses:
        if u.how not in how[u.record_key]:
            how[u.record_key].append(u.how)
    order = sorted(held.values(), key=lambda r: (r.at is None, r.at or timezone.now(), r.key))
    context = {
        "kind": kind,
        "name": ident,
        "looks": sorted({u.described for u in uses if u.described}),
        "rows": [(r, how[r.key]) for r in order],
        "owners": _owners(user, uses),
        "people": _people(user, set(held)) if role.allows("see.persons") else [],
        "groups": _groups(user, f"{kind}:{ident}", set(held)),
    }
    return render(request, "things/thing.html", context)


def records_of(user: Any, keys: set[str]) -> dict[str, Record]:
    rows = Record.objects.visible_to(user, user.as_role.purpose).filter(key__in=keys)
    return {r.key: r for r in rows}


def _owners(user: Any, uses: list[Use]) -> list[dict[str, Any]]:
    """Whose own it is said to be, with the records that say so."""
    said: dict[str, list[str]] = defaultdict(list)
    for u in uses:
        if u.person_id:
            said[u.person_id].append(u.record_key)
    rows = Person.objects.visible_to(user, user.as_role.purpose).filter(person_id__in=said).order_by("name")
    return [{"person": p, "records": sorted(set(said[p.person_id]))} for p in rows]


def _people(user: Any, keys: set[str]) -> list[dict[str, Any]]:
    """Who stands in the same records, most often first. Standing in one record with a thing is no use of it."""
    purpose = user.as_role.purpose
    named: dict[str, set[str]] = defaultdict(set)
    roles: dict[str, set[str]] = defaultdict(set)
    rows = Appearance.objects.visible_to(user, purpose).filter(record_key__in=keys)
    for key, person_id, role in rows.values_list("record_key", "person_id", "role"):
        named[person_id].add(key)
        roles[person_id].add(role)
    known = {p.person_id: p for p in Person.objects.visible_to(user, purpose).filter(person_id__in=named)}
    order = sorted(known, key=lambda p: (-len(named[p]), known[p].name, p))
    return [{"person": known[p], "records": sorted(named[p]), "roles": sorted(roles[p])} for p in order]


def _groups(user: Any, context: str, keys: set[str]) -> list[Group]:
    """Groups of which a tie is this thing."""
    purpose = user.as_role.purpose
    near = Behind.objects.visible_to(user, purpose).filter(kind="group", record_key__in=keys).values("ident")
    rows = Group.objects.visible_to(user, purpose).filter(group_id__in=near).order_by("place")
    return [g for g in rows if any(t.get("by") == context for t in g.parsed("story")["ties"])]


def named_in(user: Any, key: str) -> list[Use]:
    """The things that a record speaks of, for the record's page."""
    rows = Use.objects.visible_to(user, user.as_role.purpose).filter(record_key=key).order_by("kind", "ident")
    return list({(u.kind, u.ident): u for u in rows}.values())


def own_of(user: Any, person_id: str) -> list[Use]:
    """The things that records call a person's own."""
    rows = Use.objects.visible_to(user, user.as_role.purpose).filter(person_id=person_id)
    return list({(u.kind, u.ident): u for u in rows.order_by("kind", "ident")}.values())
