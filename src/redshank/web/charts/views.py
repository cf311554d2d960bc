"""The chart's ties for its script, what is left without a record or a tie, and the files that leave."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from redshank.web.charts import files
from redshank.web.charts.drawing import SHOWS, Drawing, Tie, called, drawn, ties_of
from redshank.web.heads.models import Group, Record
from redshank.web.maps.profile import places_of
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import note

FILES = {
    "chart.graphml": "application/graphml+xml",
    "chart.gexf": "application/gexf+xml",
    "members.csv": "text/csv; charset=utf-8",
    "ties.csv": "text/csv; charset=utf-8",
    "places.geojson": "application/geo+json",
}
MOST_ASIDE = 50
MOST_OFFERED = 200  # ties in the group page's form; the page of the answer offers them all


def _group(request: Any, group_id: str) -> Group | None:
    rows = Group.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.filter(group_id=group_id).first()


@page("see.groups")
def chart(request: Any, group_id: str) -> HttpResponse:
    """The ties of one group, for the chart that is explored."""
    found = _group(request, group_id)
    show = request.GET.get("show", "members")
    if found is None or show not in SHOWS:
        return unseen(request, "group", group_id)
    told = drawn(request.user, found, show).told()
    note(request, "consultation", "group", group_id, {"chart": show, "drawn": len(told["nodes"])})
    return JsonResponse(told)


@page("see.groups")
def aside(request: Any, group_id: str) -> HttpResponse:
    """What would be left of the group without some records or ties; nothing is changed by asking."""
    from redshank.publish.aside import left

    found = _group(request, group_id)
    if found is None:
        return unseen(request, "group", group_id)
    user, role = request.user, request.user.as_role
    story, ties = found.parsed("story"), ties_of(user, found)
    held = {r.key: r for r in Record.objects.visible_to(user, role.purpose).filter(key__in=story["records"])}
    names = {m["person_id"]: m["label"] for m in story["members"]}
    without = [k for k in request.GET.getlist("record")[:MOST_ASIDE] if k in held]
    by_code = {code(t): t for t in ties}
    gone = [by_code[c] for c in request.GET.getlist("tie")[:MOST_ASIDE] if c in by_code]
    result = None
    if without or gone:
        asked = {(t.source, t.target, t.by) for t in gone}
        result = left(settings.HOME, group_id, set(without), asked, open_only=not role.cleared)
    note(request, "consultation", "group", group_id, {"aside": len(without) + len(gone)})
    order = sorted(held.values(), key=lambda r: (r.at is None, r.at and r.at.timestamp(), r.key))
    context = {
        "group": found, "records": order, "chosen": set(without), "gone": {code(t) for t in gone},
        "options": [(code(t), _said(t, names)) for t in ties],
        "result": result, "aside_records": [held[k] for k in without], "aside_ties": [_said(t, names) for t in gone],
        "stay": sorted(names.get(m, "") for m in result.after.members) if result and result.after else [],
        "go": sorted(names.get(m, "") for m in result.gone) if result else [],
        "errors": {} if result or not request.GET.get("asked") else {"record-0": "Choose a record or a tie to set aside"},
    }  # fmt: skip
    return render(request, "charts/aside.html", context, status=400 if context["errors"] else 200)


def beside(user: Any, found: Group) -> dict[str, Any]:
    """What the group's page offers beside its picture: what can be drawn, what can be set aside, which files."""
    names = {m["person_id"]: m["label"] for m in found.parsed("story")["members"]}
    ties = [(code(t), f"{_said(t, names)}") for t in ties_of(user, found)[:MOST_OFFERED]]
    files_said = list(
        zip(
            FILES,
            ("chart (GraphML)", "chart (GEXF)", "members (CSV)", "ties (CSV)", "places (GeoJSON)"),
            strict=True,
        )
    )
    return {
        "shows": SHOWS,
        "ties": ties,
        "files": files_said,
        "may_export": user.as_role.allows("chart.export"),
    }


def code(t: Tie) -> str:
    """A tie's short name in an address: from whom to whom by what, told apart by a hash."""
    return hashlib.blake2s(f"{t.source}\n{t.target}\n{t.by}".encode(), digest_size=8).hexdigest()


def _said(t: Tie, names: dict[str, str]) -> str:
    return f"{names.get(t.source, '')} and {names.get(t.target, '')}, {t.words}"


@page("chart.export")
def export(request: Any, group_id: str, name: str) -> HttpResponse:
    """One file of a group; the audit keeps that it left, with what was in it."""
    found = _group(request, group_id)
    if found is None:
        return unseen(request, "group", group_id)
    if name not in FILES:
        return nothing_here(request)
    user, as_of = request.user, words.moment(publication().as_of)
    if name == "places.geojson":
        features = _places(user, group_id)
        body, count = files.geojson(features, as_of), len(features)
    else:
        drawing = drawn(user, found, "things")
        body, count = _body(user, found, drawing, name, as_of)
    note(request, "disclosure", "group", group_id, {"file": name, "rows": count})
    response = HttpResponse(body, content_type=FILES[name])
    response["Content-Disposition"] = f'attachment; filename="group-{name}"'
    return response


def _body(user: Any, found: Group, drawing: Drawing, name: str, as_of: str) -> tuple[str, int]:
    if name == "chart.graphml":
        return files.graphml(drawing, found.label, as_of), len(drawing.nodes)
    if name == "chart.gexf":
        return files.gexf(drawing, found.label, as_of), len(drawing.nodes)
    if name == "members.csv":
        return files.nodes_csv(drawing, as_of), len(drawing.nodes)
    labels = {m["person_id"]: called(m) for m in found.parsed("story")["members"]}
    ties = [t for t in ties_of(user, found) if t.source in labels and t.target in labels]
    keys = {r for t in ties for r in t.records}
    rows = Record.objects.visible_to(user, user.as_role.purpose).filter(key__in=keys).exclude(grade="")
    grades = {r.key: r.grade + r.handling for r in rows}
    return files.ties_csv(ties, labels, grades, as_of), len(ties)


def _places(user: Any, group_id: str) -> list[dict[str, Any]]:
    rows = places_of(user, group_id)
    return [
        files.feature(
            p.cell, {"name": p.name, "district": p.district, "records": p.records, "children": p.children}
        )
        for p in rows
    ]
