"""Lists: each is one query through the policy, filtered by what the address says, logged as one entry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime

from redshank.web.childfile.views import judgements
from redshank.web.heads.models import (
    Area,
    Behind,
    Child,
    Group,
    Line,
    Phrase,
    Place,
    Quarantined,
    Record,
    Signal,
)
from redshank.web.pages import words
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed

#: What a daily meeting hears of as new.
NEW_KINDS = ("crimes", "intelligence", "incidents", "vulnerability_entries", "partner_referrals")


def _wanted(request: Any, *names: str) -> dict[str, str]:
    return {n: request.GET.get(n, "").strip()[:100] for n in names}


@page("see.groups")
def groups(request: Any) -> HttpResponse:
    user, purpose = request.user, request.user.as_role.purpose
    rows = Group.objects.visible_to(user, purpose).order_by("place")
    shown = paged(request, rows)
    listed(request, "groups", [g.group_id for g in shown.page])
    return render(request, "pages/groups.html", {"shown": shown, "before": user.before_run})


@page("see.children")
def children(request: Any) -> HttpResponse:
    """Children in the order in which they ask for attention, with the reasons and without a number."""
    user, purpose = request.user, request.user.as_role.purpose
    rows = Child.objects.visible_to(user, purpose).order_by("place")
    asked = _wanted(request, "q", "rising")
    if asked["q"]:
        rows = rows.filter(name__icontains=asked["q"])
    if asked["rising"]:
        rows = rows.exclude(rising="")
    shown = paged(request, rows)
    judged = judgements(user, [c.person_id for c in shown.page])
    reasons = reasons_of(user, purpose, list(shown.page))
    lines = [
        {
            "child": c,
            "judgement": judged.get(c.person_id),
            "reasons": [r["text"] for r in reasons[c.person_id]][:3],
        }
        for c in shown.page
    ]
    listed(request, "children", [c.person_id for c in shown.page], **asked)
    return render(request, "pages/children.html", {"shown": shown, "lines": lines, "asked": asked})


def visible_reasons(user: Any, purpose: str, child: Child) -> list[dict[str, str]]:
    """The reasons whose record, or group, this reader may see."""
    return reasons_of(user, purpose, [child])[child.person_id]


def reasons_of(user: Any, purpose: str, children: list[Child]) -> dict[str, list[dict[str, str]]]:
    """The same for a page of children, by two queries however many they are."""
    told = {c.person_id: c.parsed("reasons") for c in children}
    keys = {r["record"] for reasons in told.values() for r in reasons if r["record"]}
    ids = {r["group"] for reasons in told.values() for r in reasons if r["group"]}
    records: set[str] = set()
    for some in parts(sorted(keys)):
        rows = Record.objects.visible_to(user, purpose).filter(key__in=some)
        records.update(rows.values_list("key", flat=True))
    group_ids = set(
        Group.objects.visible_to(user, purpose).filter(group_id__in=ids).values_list("group_id", flat=True)
    )
    return {
        person_id: [
            r for r in reasons
            if (not r["record"] or r["record"] in records) and (not r["group"] or r["group"] in group_ids)
        ]
        for person_id, reasons in told.items()
    }  # fmt: skip


def parts(keys: list[str], size: int = 900) -> Iterator[list[str]]:
    """In parts that every database takes as values of one query."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


@page("see.records")
def records(request: Any) -> HttpResponse:
    user, purpose = request.user, request.user.as_role.purpose
    rows = Record.objects.visible_to(user, purpose).order_by("-known_at", "key")
    asked = _wanted(request, "kind", "indicator", "district", "q", "owed", "new")
    if asked["owed"]:
        rows = rows.filter(key__in=interviews_owed(user, purpose))
    if (since := parse_datetime(asked["new"].replace(" ", "+"))) is not None:
        rows = rows.filter(new_with_signals(since))
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["indicator"]:
        rows = rows.filter(signals__gt=0, indicators__contains=f"|{asked['indicator']}|")
    if asked["district"]:
        rows = rows.filter(district=asked["district"])
    if asked["q"]:
        rows = rows.filter(_number_or_words(asked["q"]))
    shown = paged(request, rows)
    listed(request, "records", [r.key for r in shown.page], **asked)
    context = {
        "shown": shown,
        "asked": asked,
        "kinds": words.WORDS["records"],
        "indicators": words.WORDS["indicator"],
    }
    return render(request, "pages/records.html", context)


def new_with_signals(since: datetime) -> Q:
    """Crimes, calls, entries, reports and referrals with signals that became known after a moment."""
    return Q(signals__gt=0, known_at__gt=since, kind__in=NEW_KINDS)


def interviews_owed(user: Any, purpose: str) -> Any:
    """Keys of missing episodes after whose return no interview is recorded in time; one held late is owed no more."""
    rows = Signal.objects.visible_to(user, purpose).filter(
        indicator="return_interview_overdue", status="affirmed", text__startswith="no interview recorded"
    )
    return rows.values("record_key")


def _number_or_words(asked: str) -> Q:
    """A record's own number where there is a figure in what was asked (by the index), else words of the headline."""
    if any(c.isdecimal() for c in asked):
        keys = [f"{kind}:{said}" for kind in words.WORDS["record"] for said in {asked, asked.upper()}]
        return Q(key__in=keys) | Q(headline__icontains=asked) if " " in asked else Q(key__in=keys)
    return Q(headline__icontains=asked)


@page("see.places")
def places(request: Any) -> HttpResponse:
    user, purpose = request.user, request.user.as_role.purpose
    shown = paged(request, Place.objects.visible_to(user, purpose).order_by("place"))
    listed(request, "places", [p.cell for p in shown.page])
    return render(request, "pages/places.html", {"shown": shown})


@page("see.language")
def language(request: Any) -> HttpResponse:
    """Phrases that blame a child, by where they stand; quotations apart."""
    user, purpose = request.user, request.user.as_role.purpose
    rows = Phrase.objects.visible_to(user, purpose).order_by("severity", "text", "record_key")
    by_kind = list(
        rows.filter(quoted=False).order_by().values("kind").annotate(n=Count("id")).order_by("-n", "kind")
    )
    asked = _wanted(request, "kind")
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    shown = paged(request, rows)
    listed(request, "language", [p.record_key for p in shown.page], **asked)
    return render(request, "pages/language.html", {"shown": shown, "by_kind": by_kind, "asked": asked})


@page("see.quarantine")
def quarantine(request: Any) -> HttpResponse:
    user, purpose = request.user, request.user.as_role.purpose
    rows = Quarantined.objects.visible_to(user, purpose).order_by("delivery", "file", "row", "column")
    shown = paged(request, rows)
    listed(request, "quarantine", [f"{q.delivery}/{q.file}/{q.row}" for q in shown.page])
    return render(request, "pages/quarantine.html", {"shown": shown})


@page("see.records")
def behind(request: Any, kind: str, ident: str) -> HttpResponse:
    """From a number to its records: those that stand behind a child, a group, a place or a line."""
    user, purpose = request.user, request.user.as_role.purpose
    found = {
        "child": lambda: Child.objects.visible_to(user, purpose).filter(person_id=ident).first(),
        "group": lambda: Group.objects.visible_to(user, purpose).filter(group_id=ident).first(),
        "place": lambda: Place.objects.visible_to(user, purpose).filter(cell=ident).first(),
        "area": lambda: Area.objects.visible_to(user, purpose).filter(cell=ident).first(),
        "line": lambda: Line.objects.visible_to(user, purpose).filter(line_ref=ident).first(),
    }.get(kind, lambda: None)()
    if found is None:
        return unseen(request, kind, ident)
    keys = Behind.objects.visible_to(user, purpose).filter(kind=kind, ident=ident).values("record_key")
    rows = Record.objects.visible_to(user, purpose).filter(key__in=keys).order_by("-at", "key")
    shown = paged(request, rows)
    listed(request, f"records behind a {kind}", [r.key for r in shown.page], about=ident)
    name = found.label if kind == "group" else found.name
    return render(request, "pages/behind.html", {"shown": shown, "name": name, "kind": kind, "ident": ident})
