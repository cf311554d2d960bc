"""What each source delivers and whether it still does: counts, for those who keep the deliveries coming. No record is on it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from redshank.web.policy.gate import page

MAY = "sources.watch"


@page(MAY)
def sources(request: Any) -> HttpResponse:
    """One line per source, and beneath it how complete each column is, who is recorded how, and what was set aside."""
    from redshank.publish.sources import sources as standing

    found = standing(settings.HOME, timezone.now())
    for s in found:
        shares = [percent(t["filled"]) for t in s["trend"] if t["filled"] is not None]
        s["filled"] = shares[-1] if shares else ""
        s["courses"] = courses(s["trend"])
        for c in s["columns"]:
            c["filled"], c["trend"] = percent(c["filled"]), [percent(t) for t in c["trend"]]
            c["before"] = "–" if c["before"] is None else percent(c["before"])
        s["every"] = every(s["usual_hours"])
        s["behind"] = every(s["behind_hours"]) if (s["behind_hours"] or 0) >= 48 else ""
    return render(request, "pages/sources.html", {"sources": found, "late": sum(s["late"] for s in found)})


#: What is followed over a source's deliveries, in words.
COURSES = {
    "twice": "Rows that stood twice",
    "unknown": "Cells with codes that are not known",
    "ethnicity": "Rows with ethnicity recorded",
    "nationality": "Rows with nationality recorded",
}


def courses(trend: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each that was measured more than once and is not nothing throughout, the oldest delivery first."""
    out = []
    for name, what in COURSES.items():
        found = [t[name] for t in trend if t[name] is not None]
        share = name in ("ethnicity", "nationality")
        if len(found) > 1 and (share or any(found)):
            out.append((what, ", ".join(percent(x) if share else str(x) for x in found)))
    return out


def every(hours: float | None) -> str:
    """A time between deliveries as a reader says it."""
    if hours is None:
        return ""
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return "a day" if round(hours) == 24 else "an hour" if round(hours) == 1 else f"{hours:.0f} hours"


def percent(share: float) -> str:
    """A share in whole percent; what is not quite all or nothing is not said to be."""
    return "<1%" if 0 < share < 0.005 else ">99%" if 0.995 <= share < 1 else f"{share:.0%}"
