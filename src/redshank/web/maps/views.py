"""The map's page, what its script draws, and the files that leave."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from redshank.web.charts.files import geojson, sheet
from redshank.web.heads.models import Group, Outline
from redshank.web.maps import profile
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import nothing_here
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note

COLUMNS = ("Place or area", "District", "Records", "Children", "Places in it", "Cell (H3)", "As recorded at")
FILES = {"profile.csv": "text/csv; charset=utf-8", "profile.geojson": "application/geo+json"}


def _asked(request: Any) -> tuple[str, Group | None]:
    """The district and the group that the address asks for; a group out of sight is none."""
    user = request.user
    ident = str(request.GET.get("group", ""))[:80]
    found = (
        Group.objects.visible_to(user, user.as_role.purpose).filter(group_id=ident).first() if ident else None
    )
    return str(request.GET.get("district", "")).strip()[:80], found


def _found(request: Any) -> tuple[list[profile.Spot], dict[str, str], Group | None]:
    """What the address asks for, how the audit keeps the question, and the group."""
    district, group = _asked(request)
    about = group.group_id if group else ""
    return profile.spots(request.user, district, about), {"district": district, "group": about}, group


@page("see.places")
def profile_map(request: Any) -> HttpResponse:
    """Where children are exploited or at risk, by district: the table, and the map over it where script runs."""
    user = request.user
    found, asked, group = _found(request)
    listed(request, "places of the map", [s.cell for s in found], **asked)
    names = Outline.objects.visible_to(user, user.as_role.purpose).order_by("district")
    query = request.GET.copy()
    context = {
        "districts": profile.by_district(found), "total": len(found), "asked": asked["district"], "group": group,
        "names": list(names.values_list("district", flat=True)), "query": query.urlencode(),
        "may_export": user.as_role.allows("map.export"), "areas": sum(s.kind == "area" for s in found),
    }  # fmt: skip
    return render(request, "maps/map.html", context)


@page("see.places")
def cells(request: Any) -> HttpResponse:
    """The cells and outlines that the script draws: the same lines as the table's."""
    found, asked, _ = _found(request)
    listed(request, "places of the map", [s.cell for s in found], **asked)
    told = {"cells": profile.features(request.user, found), "outlines": profile.outlines(request.user)}
    return JsonResponse(told)


@page("map.export")
def export(request: Any, name: str) -> HttpResponse:
    """One file of what this reader's map holds; the audit keeps that it left."""
    if name not in FILES or not request.user.as_role.allows("see.places"):
        return nothing_here(request)
    found, asked, _ = _found(request)
    as_of = words.moment(publication().as_of)
    if name == "profile.csv":
        rows = ((s.name, s.district, s.records, s.children, s.places, s.cell, as_of) for s in found)
        body = sheet(COLUMNS, rows)
    else:
        body = geojson(profile.features(request.user, found, tasks=False), as_of)
    note(request, "disclosure", "map", "", {"file": name, "rows": len(found), **asked})
    response = HttpResponse(body, content_type=FILES[name])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
