"""Pages that show whether action is fair: options per area, and per recorded ethnicity. Counts, of nobody by name, and no ranking."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from redshank.products import fairness, fairness_options
from redshank.web.disruption import lists
from redshank.web.disruption.options import TOOLKIT
from redshank.web.pages.errors import nothing_here
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed


@page("disruption.fairness")
def per_area(request: Any) -> HttpResponse:
    """How many options were recorded and used per area, for whoever looks at fairness of action."""
    rows = lists.per_area(request.user)
    listed(request, "options per area", [r["district"] for r in rows])
    return render(request, "disruption/areas.html", {"rows": rows, "toolkit": TOOLKIT})


@page("disruption.fairness")
def per_ethnicity(request: Any) -> HttpResponse:
    """Each option that was recorded for people: how often considered and used, by the recorded ethnicity of whom it was for.

    It asks for the right to monitor fairness too: what is recorded of people is read with that right alone.
    """
    from redshank.web.rights.fairness import options_of
    from redshank.web.rights.settings import ETHNICITY

    if not request.user.as_role.allows("rights.fairness"):
        return nothing_here(request)
    taken, people = options_of(request.user)
    tables = fairness_options.counted(taken, people, ETHNICITY)
    listed(request, "options per ethnicity", [t.key for t in tables])
    context = {
        "tables": tables, "total": len(taken), "least": fairness.LEAST, "caveat": fairness.CAVEAT, "toolkit": TOOLKIT,
        "others": lists.rows_of(request.user).exclude(kind="person").count(),
    }  # fmt: skip
    return render(request, "disruption/fairness.html", context)
