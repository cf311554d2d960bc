"""How far a running night is. The pages answer with the run before until the new one is whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from redshank.web.policy.gate import page

MAY = "night.watch"


def told(request: Any, *, steps: bool) -> dict[str, Any]:
    """What the line and the page say; ``night`` is None before any night. ``steps``: each stage by itself, too.

    ``mark`` changes where there is something to announce: a page that asks again says which it had, so that somebody
    who listens hears of a new stage or of the end once, and not of every minute that passes.
    """
    from redshank.publish.progress import of_night

    night = of_night(settings.HOME)
    if night is None:
        return {"night": None}
    rows = []
    if steps and night.state != "unreadable":
        for number, name in enumerate(night.stages, 1):
            here = "now" if night.state == "running" else "broke_off"
            done = night.state == "ended" or number < night.number
            rows.append((name, "done" if done else here if number == night.number else "to_come"))
    mark = f"{night.night}-{night.state}-{night.stage}"
    said = request.GET.get("said", "")
    return {
        "night": night,
        "rows": [] if night.nothing_new and night.state == "ended" else rows,
        "left": about(night.left),
        "mark": mark,
        "announce": bool(request.htmx) and bool(said) and said != mark,
        "poll": reverse("night" if steps else "night-line"),
        "full": steps,
    }


def about(left: timedelta | None) -> str:
    """An estimate as a reader says it, never more exact than it is."""
    if left is None:
        return ""
    minutes = round(left.total_seconds() / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return "about a minute" if minutes == 1 else f"about {minutes} minutes"
    hours, rest = divmod(round(minutes / 15) * 15, 60)
    words = "about an hour" if hours == 1 else f"about {hours} hours"
    return f"{words} and {rest} minutes" if rest else words


@page(MAY)
def night(request: Any) -> HttpResponse:
    """The night that runs, or the last one: each of its stages, since when, and how long it may take."""
    partial = request.htmx and not request.htmx.boosted
    return render(
        request, "pages/night_line.html" if partial else "pages/night.html", told(request, steps=True)
    )


@page(MAY)
def night_line(request: Any) -> HttpResponse:
    """The line of the first page alone, for a page that is open already."""
    return render(request, "pages/night_line.html", told(request, steps=False))
