"""Pages that explain one thing: a group, a child, a person, a record, a place, a line.

Each asks the policy first, writes the read into the audit, and shows a record's text only when it is the record's page.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from redshank.web.accounts.roles import Role
from redshank.web.charts.views import beside
from redshank.web.childfile.views import entries, told
from redshank.web.flags.models import Flag
from redshank.web.heads.models import (
    Appearance,
    Behind,
    Child,
    Group,
    Member,
    Person,
    Phrase,
    Place,
    Record,
    Signal,
)
from redshank.web.heads.moved import ids_of, now_of
from redshank.web.judgements.views import dismissed
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.pages.lists import visible_reasons
from redshank.web.policy.gate import page
from redshank.web.policy.sight import sight_of
from redshank.web.searching.reasons import reasoned
from redshank.web.things.views import named_in, own_of
from redshank.web.trail.write import read

MOST_ROWS = 500  # ties in the table of a group's page; the file holds them all


def _moved(request: Any, kind: str, ident: str, route: str) -> HttpResponse | None:
    """Where an id went that was merged into another."""
    now = now_of(request.user, kind, ident)
    if now == ident:
        return None
    said = {
        "person": "The address that you opened is of somebody who is now taken to be this person.",
        "group": "The address that you opened is of a group that is now part of this one.",
    }[kind]
    messages.info(request, said)
    return redirect(route, now)


def records_in_sight(user: Any, purpose: str, keys: list[str]) -> dict[str, Record]:
    return {r.key: r for r in Record.objects.visible_to(user, purpose).filter(key__in=set(keys))}


def flags_on(user: Any, about: str, ident: str) -> list[Flag]:
    """Every flag on it in this reader's sight, also of a time before a night made it one with another."""
    rows = Flag.objects.visible_to(user, user.as_role.purpose)
    rows = rows.filter(about=about, ident__in=ids_of(user, about, ident))
    return list(rows.select_related("proposed_by").order_by("-proposed_at"))


@page("see.groups")
def group(request: Any, group_id: str) -> HttpResponse:
    """The sentence, what it hangs on, the most telling records, members, ties, gaps, chart and timeline."""
    user, role = request.user, request.user.as_role
    found = Group.objects.visible_to(user, role.purpose).filter(group_id=group_id).first()
    if found is None:
        gone = _moved(request, "group", group_id, "group") or dismissed(request, group_id)
        return gone or unseen(request, "group", group_id)
    read(request, "group", group_id)
    story = found.parsed("story")
    held = records_in_sight(user, role.purpose, story["records"])
    most = [{"record": held[m["key"]], "ties": m["ties"]} for m in story["matter_most"] if m["key"] in held]
    is_open = request.GET.get("open") == "most"
    if is_open:
        most = _opened(request, most)
    context = {
        "group": found,
        "story": story,
        "most": most,
        "is_open": is_open,
        "ties": [t | {"held": [(held[r["key"]], r["grade"]) for r in t["records"] if r["key"] in held]} for t in story["ties"][:MOST_ROWS]],
        "ties_in_all": len(story["ties"]),
        "timeline": sorted(held.values(), key=lambda r: (r.at is None, r.at or timezone.now(), r.key)),
        "chart": mark_safe(found.chart),
        "beside": beside(user, found),
        "flags": flags_on(user, "group", group_id),
        "may": _may(role),
    }  # fmt: skip
    return render(request, "pages/group.html", context)


def _opened(request: Any, most: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The most telling records with their texts, each read into the audit as if it were opened alone."""
    from redshank.publish.reading import texts

    user, purpose = request.user, request.user.as_role.purpose
    found = texts(settings.HOME, {m["record"].key: m["record"].delivery_no for m in most})
    signals: dict[str, list[Signal]] = {}
    for s in (
        Signal.objects.visible_to(user, purpose).filter(record_key__in=found).order_by("start", "indicator")
    ):
        signals.setdefault(s.record_key, []).append(s)
    for key in found:
        read(request, "record", key)
    return [
        m | {"text": highlighted(found[m["record"].key], signals.get(m["record"].key, []), [])} for m in most
    ]


def _may(role: Role) -> dict[str, bool]:
    return {
        "propose": role.allows("flag.propose"), "children": role.allows("see.children"), "persons": role.allows("see.persons"),
        "groups": role.allows("see.groups"), "places": role.allows("see.places"),
    }  # fmt: skip


@page("see.children")
@reasoned("child")
def child(request: Any, person_id: str) -> HttpResponse:
    """Every reason in its order, what changed, what the records say; no number (practice rule 2)."""
    user, role = request.user, request.user.as_role
    found = Child.objects.visible_to(user, role.purpose).filter(person_id=person_id).first()
    if found is None:
        gone = _moved(request, "person", person_id, "child")
        known = gone or Person.objects.visible_to(user, role.purpose).filter(person_id=person_id).first()
        if gone or known:
            return gone or redirect("person", person_id)
        return unseen(request, "child", person_id)
    read(request, "child", person_id)
    reasons = visible_reasons(user, role.purpose, found)
    keys = [r["record"] for r in reasons if r["record"]]
    held = records_in_sight(user, role.purpose, keys)
    near = Child.objects.visible_to(user, role.purpose)
    suspected = Appearance.objects.visible_to(user, role.purpose).filter(
        person_id=person_id, role__in=["suspect", "detained", "line_member"]
    )
    named = _of_person(user, role.purpose, person_id)
    months, month = by_month(named), request.GET.get("month", "")[:7]
    # What moved is told to those who may see every record behind the child, as why a concern rose is.
    is_whole = role.scope != "shared" and person_id not in sight_of(user).partly.get("child", ())
    context = {
        "change": found.change if is_whole else "",
        "months": months,
        "month": next((m for m in months if m["key"] == month), None),
        "child": found,
        "reasons": [r | {"of": held.get(r["record"])} for r in reasons],
        "timeline": sorted(
            held.values(), key=lambda r: (r.at is None, r.at or timezone.now(), r.key), reverse=True
        ),
        "after": near.filter(place__lt=found.place).order_by("-place").first(),
        "before": near.filter(place__gt=found.place).order_by("place").first(),
        "episodes": [r for r in named if r.kind == "missing_episodes"],
        "file": told(user, person_id, found.born),
        "person_id": person_id,
        "named_as_suspect": list(suspected.values_list("record_key", flat=True)),
        "groups": list(groups_of(user, role, person_id)),
        "flags": flags_on(user, "person", person_id),
        "may": _may(role),
    }
    return render(request, "pages/child.html", context)


def by_month(rows: list[Record]) -> list[dict[str, Any]]:
    """The records in sight by the month they are of, over the year up to the extracts, newest first.

    Counts of records and of nothing else: no sum, no score (practice rule 2). Months without a record are left out.
    """
    until = publication().as_of
    out: dict[str, dict[str, Any]] = {}
    for r in sorted((r for r in rows if r.at and until), key=lambda r: (r.at, r.key), reverse=True):
        if not until - timedelta(days=365) < r.at <= until:
            continue
        at = timezone.localtime(r.at)
        m = out.setdefault(f"{at:%Y-%m}", {"key": f"{at:%Y-%m}", "name": f"{at:%B %Y}", "records": [], "episodes": 0, "signals": 0})  # fmt: skip
        m["records"].append(r)
        m["episodes"] += r.kind == "missing_episodes"
        m["signals"] += r.signals > 0
    return list(out.values())


def _of_person(user: Any, purpose: str, person_id: str) -> list[Record]:
    keys = Appearance.objects.visible_to(user, purpose).filter(person_id=person_id).values("record_key")
    return list(Record.objects.visible_to(user, purpose).filter(key__in=keys).order_by("-at", "key"))


def groups_of(user: Any, role: Role, person_id: str) -> Any:
    ids = Member.objects.visible_to(user, role.purpose).filter(person_id=person_id).values("group_id")
    return Group.objects.visible_to(user, role.purpose).filter(group_id__in=ids).order_by("place")


@page("see.persons")
@reasoned("person")
def person(request: Any, person_id: str) -> HttpResponse:
    """Appearances, names used, why they are one person, groups, timeline."""
    user, role = request.user, request.user.as_role
    found = Person.objects.visible_to(user, role.purpose).filter(person_id=person_id).first()
    if found is None:
        return _moved(request, "person", person_id, "person") or unseen(request, "person", person_id)
    read(request, "person", person_id)
    rows = list(
        Appearance.objects.visible_to(user, role.purpose).filter(person_id=person_id).order_by("record_key")
    )
    held = records_in_sight(user, role.purpose, [a.record_key for a in rows])
    rows = [a for a in rows if a.record_key in held]
    birth_dates = sorted({a.born for a in rows if a.born})
    in_view = Child.objects.visible_to(user, role.purpose).filter(person_id=person_id).first()
    members = Member.objects.visible_to(user, role.purpose).filter(person_id=person_id)
    grown = members.filter(role="suspect").exists()
    context = {
        "person": found,
        "rows": sorted(((a, held[a.record_key]) for a in rows), key=lambda x: (x[1].at is None, x[1].at or timezone.now(), x[1].key)),
        "births": birth_dates,
        "timeline": _timeline(rows, held),
        "things": own_of(user, person_id),
        "others": found.parsed("other_names"),
        "in_view": in_view,
        "is_proposed": grown,
        "entries": entries(user, person_id) if role.allows("see.children") else [],
        "category": category_of(rows, held),
        "groups": list(groups_of(user, role, person_id)),
        "flags": flags_on(user, "person", person_id),
        "may": _may(role),
    }  # fmt: skip
    return render(request, "pages/person.html", context)


def _timeline(rows: list[Appearance], held: dict[str, Record]) -> list[tuple[Record, list[str]]]:
    """Each record once, earliest first, with the parts that the person has in it."""
    roles: dict[str, set[str]] = {}
    for a in rows:
        roles.setdefault(a.record_key, set()).add(a.role)
    order = sorted(roles, key=lambda k: (held[k].at is None, held[k].at or timezone.now(), k))
    return [(held[k], sorted(roles[k])) for k in order]


def category_of(rows: list[Appearance], held: dict[str, Record]) -> str:
    """The record's own category (practice rule 7): the gravest that stands, or none."""
    roles = {(held[a.record_key].kind, a.role) for a in rows}
    if any(kind == "crimes" and role in ("suspect", "detained") for kind, role in roles):
        return "suspect in a crime"
    if any(role == "detained" for _, role in roles):
        return "detained"
    if any(kind == "intelligence" for kind, _ in roles):
        return "named in intelligence"
    return "none"


@page("see.records")
@reasoned("record")
def record(request: Any, kind: str, ref: str) -> HttpResponse:
    """The record as received, with the signals in its text marked; its versions; who is in it; who read it."""
    from redshank.publish.reading import versions

    user, role = request.user, request.user.as_role
    key = f"{kind}:{ref}"
    found = Record.objects.visible_to(user, role.purpose).filter(key=key).first()
    if found is None or kind not in words.WORDS["record"]:
        return unseen(request, "record", key) if kind in words.WORDS["record"] else nothing_here(request)
    read(request, "record", key)
    shown, others = versions(settings.HOME, key, found.delivery_no)
    signals = list(
        Signal.objects.visible_to(user, role.purpose).filter(record_key=key).order_by("start", "indicator")
    )
    phrases = list(Phrase.objects.visible_to(user, role.purpose).filter(record_key=key).order_by("start"))
    people = list(
        Appearance.objects.visible_to(user, role.purpose).filter(record_key=key).order_by("row", "person_id")
    )
    names = {
        p.person_id: p
        for p in Person.objects.visible_to(user, role.purpose).filter(
            person_id__in=[a.person_id for a in people]
        )
    }
    ids = Behind.objects.visible_to(user, role.purpose).filter(kind="group", record_key=key).values("ident")
    context = {
        "record": found,
        "text": highlighted(shown.text, signals, phrases),
        "facts": _facts(shown.fields),
        "signals": signals,
        "phrases": phrases,
        "people": [(a, names.get(a.person_id)) for a in people],
        "versions": others,
        "things": named_in(user, key),
        "groups": list(Group.objects.visible_to(user, role.purpose).filter(group_id__in=ids).order_by("place")),
        "flags": flags_on(user, "record", key),
        "may": _may(role),
    }  # fmt: skip
    return render(request, "pages/record.html", context)


FACTS = (
    ("event_at", "When it happened"), ("own_at", "Recorded"), ("location", "Where"), ("postcode", "Postcode"), ("offence", "Offence"),
    ("status", "Status"), ("outcome", "Outcome"), ("flags", "The record system's own flags"), ("opening_code", "Opening code"),
    ("closing_code", "Closing code"), ("risk", "Assessed risk"), ("missing_from_at", "Missing from"), ("returned_at", "Returned"),
    ("found_at_location", "Found at"), ("return_interview_offered_at", "Return home interview offered"),
    ("return_interview_at", "Return home interview held"), ("list", "List"), ("reason", "Reason"), ("station", "Custody suite"),
    ("agency", "Agency"), ("category", "Category"), ("name", "Name"), ("kind", "Kind of premises"), ("opened_on", "First known"),
)  # fmt: skip


def _facts(fields: dict[str, Any]) -> list[tuple[str, str]]:
    out = []
    for name, label in FACTS:
        value = fields.get(name)
        if value in (None, ""):
            continue
        said = words.moment(value) if hasattr(value, "hour") else str(value).replace("|", ", ")
        if name == "outcome" and said in words.WORDS["outcome"]:
            said = f"{said}: {words.WORDS['outcome'][said]}"
        out.append((label, said))
    return out


def highlighted(text: str, signals: list[Signal], phrases: list[Phrase]) -> SafeString:
    """The text as received, escaped, with what was found marked; where hits overlap, one mark names them all."""
    hits: list[tuple[int, int, str, str]] = []
    for s in signals:
        if s.start is not None and s.end is not None:
            said = f"{words.word(s.indicator, 'indicator')} ({words.word(s.status, 'status')})"
            hits.append((s.start, s.end, said, f"hit hit--{s.status.replace('_', '-')}"))
    said = "words that blame or diminish a child"
    hits += [(p.start, p.end, said, "hit hit--language") for p in phrases]
    edges = sorted({0, len(text)} | {min(max(e, 0), len(text)) for h in hits for e in h[:2]})
    out = []
    for start, end in pairwise(edges):
        here = [h for h in hits if h[0] < end and h[1] > start]
        piece = escape(text[start:end])
        if here:
            said = escape("; ".join(dict.fromkeys(h[2] for h in here)))
            look = escape(here[0][3])
            piece = f'<mark class="{look}" title="{said}">{piece}<span class="govuk-visually-hidden"> [{said}]</span></mark>'
        out.append(piece)
    return mark_safe("".join(out))


@page("see.places")
def place(request: Any, cell: str) -> HttpResponse:
    user, role = request.user, request.user.as_role
    found = Place.objects.visible_to(user, role.purpose).filter(cell=cell).first()
    if found is None:
        return unseen(request, "place", cell)
    read(request, "place", cell)
    how = found.parsed("how")
    held = records_in_sight(user, role.purpose, list(how))
    rows = sorted(held.values(), key=lambda r: (r.at is None, r.at or timezone.now(), r.key), reverse=True)
    return render(request, "pages/place.html", {"place": found, "rows": [(r, how[r.key]) for r in rows]})
