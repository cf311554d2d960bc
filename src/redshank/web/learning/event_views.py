"""Pages of an event: its attendance by file or by hand, what the forms said; and a file that was taken."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.charts.files import sheet
from redshank.web.learning import acts, forms, numbers
from redshank.web.learning.models import (
    EVENT_STEPS,
    NAMES,
    Attendance,
    Audience,
    Evaluation,
    Event,
    EventStep,
    File,
    Struck,
    Unread,
)
from redshank.web.learning.reading import NotAFile
from redshank.web.learning.settings import DATA, EVALUATED, POSTS
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.typed import day, first_was, looked_over, once, steps_seen, words
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read

RECORD = "learning.record"


def _event(request: Any, number: int) -> Event | None:
    rows = Event.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("course", "by").filter(pk=number).first()


@page("see.learning")
def event(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200, advice: Any = None) -> HttpResponse:  # fmt: skip
    """One event: who attended in numbers, the files that said so, and what could not be read of them."""
    found = _event(request, number)
    if found is None:
        return unseen(request, "event", str(number))
    user, purpose = request.user, request.user.as_role.purpose
    if request.method == "GET":
        read(request, "event", str(number))
    by: dict[tuple[str, str], int] = defaultdict(int)
    for whom, district, n in numbers.of_event(found):
        by[whom, district] += n
    files = list(File.objects.visible_to(user, purpose).filter(event=found).select_related("by"))
    context = {
        "event": found, "course": found.course, "steps": list(EventStep.objects.visible_to(user, purpose).filter(event=found).select_related("by")),
        "attended": sorted((w, d, n) for (w, d), n in by.items()), "total": sum(by.values()), "files": files,
        "evaluations": list(Evaluation.objects.visible_to(user, purpose).filter(event=found).select_related("by")),
        "audiences": list(Audience.objects.visible_to(user, purpose)), "posts": POSTS, "evaluated": EVALUATED, "kinds": EVENT_STEPS,
        "may": user.as_role.allows(RECORD), "errors": errors or {}, "typed": request.POST, "once": once(request), "today": timezone.localdate(),
        "names": user.as_role.allows(NAMES), "most": DATA["file"]["most_rows"], "advice": advice, "as_at": timezone.now(),
    }  # fmt: skip
    return render(request, "learning/event.html", context, status=status)


@page(RECORD, acts=True)
def event_act(request: Any, number: int) -> HttpResponse:
    """Held, cancelled or moved; attendance by file or by hand; what the forms said."""
    found = _event(request, number)
    if found is None:
        return unseen(request, "event", str(number))
    user, post, act, key = request.user, request.POST, request.POST.get("act", ""), once(request)
    errors: dict[str, str] = {}
    given: dict[str, Any] = {}
    file = ("", b"")
    evaluated: tuple[int, dict[str, int], str] = (0, {}, "")
    if act == "step":
        given = {"kind": post.get("kind", ""), "on": day(post, "on", errors), "text": words(post, "text", errors, "Write what happened, in a sentence")}  # fmt: skip
    elif act == "file":
        file = forms.upload(request, errors)
    elif act == "heads":
        given, errors = forms.heads(post, list(Audience.objects.visible_to(user, user.as_role.purpose)))
    elif act == "evaluation":
        forms_back, told, text, errors = forms.evaluation(post)
        evaluated = (forms_back, told, text)
    else:
        errors["act"] = "Choose what you do"
    if errors:
        return event(request, number, errors, 400)
    if advice := looked_over(request, "text"):
        return event(request, number, {}, 200, advice)
    said = "Kept, with your name and the time."
    try:
        with transaction.atomic():
            if act == "step":
                acts.event_step(user, number, given["kind"], given["on"], given["text"], key, steps_seen(request))  # fmt: skip
            elif act == "file":
                made, _ = acts.take_attendance(user, found, *file, key)
                left = (
                    f"; {made.left:,} could not be read and stand below with the reason" if made.left else ""
                )
                said = f"{made.taken:,} of {made.rows:,} rows taken{left}."
            elif act == "heads":
                acts.add_heads(user, found, given, key)
            else:
                acts.evaluate(user, found, *evaluated, key)
            note(request, "collection" if act in ("file", "heads") else "alteration", "event", str(number), {"act": act})  # fmt: skip
    except acts.Meanwhile as first:
        return event(request, number, {"act": first_was(first.step)}, 409)
    except NotAFile as reason:
        return event(request, number, {"file": str(reason)}, 400)
    except acts.NotAllowed as reason:
        return event(request, number, {"file" if act == "file" else "act": str(reason)}, 400)
    messages.success(request, said)
    return redirect("learning-event", number)


@page(NAMES)
def attendance(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:  # fmt: skip
    """Who attended, row by row; a row that is wrong is struck through and counts nowhere."""
    found = _event(request, number)
    if found is None:
        return unseen(request, "event", str(number))
    user, purpose = request.user, request.user.as_role.purpose
    rows = Attendance.objects.visible_to(user, purpose).filter(event=found).select_related("audience", "file", "by")  # fmt: skip
    if request.method == "POST" and status == 200:
        return _strike(request, found, rows)
    shown = paged(request, rows)
    if request.method == "GET":
        listed(request, "attendance", [str(a.pk) for a in shown.page], event=number)
    struck = {s.attendance_id: s for s in Struck.objects.visible_to(user, purpose).filter(attendance__event=found).select_related("by")}  # fmt: skip
    names = numbers.names([a.staff_ref for a in shown.page])
    context = {
        "event": found, "course": found.course, "shown": shown, "errors": errors or {}, "typed": request.POST,
        "lines": [(a, names.get(a.staff_ref.casefold(), ""), POSTS.get(a.post, ""), struck.get(a.pk)) for a in shown.page],
        "files": list(File.objects.visible_to(user, purpose).filter(event=found)),
    }  # fmt: skip
    return render(request, "learning/attendance.html", context, status=status)


def _strike(request: Any, found: Event, rows: Any) -> HttpResponse:
    """One row, or all that one file brought."""
    errors: dict[str, str] = {}
    text = words(request.POST, "text", errors, "Write what is wrong with it")
    whole, of = request.POST.get("what", "").partition("-")[::2]
    number = int(of) if of.isascii() and of.isdecimal() and len(of) < 12 else 0
    row: Any = rows.filter(pk=number).first() if whole == "row" else None
    file = File.objects.visible_to(request.user, request.user.as_role.purpose).filter(event=found, pk=number).first() if whole == "file" else None  # fmt: skip
    if row is None and file is None:
        errors["what"] = "Choose a row, or a file"
    if errors:
        return attendance(request, found.pk, errors, 400)
    with transaction.atomic():
        n = acts.strike_file(request.user, file, text) if file is not None else int(acts.strike(request.user, row, text)[1])  # fmt: skip
        note(request, "alteration", "event", str(found.pk), {"struck": n})
    messages.success(request, f"Struck out: {n:,}. It stays to be seen and counts nowhere.")
    return redirect("learning-attendance", found.pk)


# ---- files -----------------------------------------------------------------------------------------------------


def _file(request: Any, number: int) -> File | None:
    rows = File.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by", "event__course").filter(pk=number).first()


@page("see.learning")
def file(request: Any, number: int) -> HttpResponse:
    """One file that was taken: rows taken, and each row that was not, with column and reason."""
    found = _file(request, number)
    if found is None:
        return unseen(request, "file", str(number))
    user = request.user
    rows = Unread.objects.visible_to(user, user.as_role.purpose).filter(file=found)
    shown = paged(request, rows)
    read(request, "file", str(number))
    return render(request, "learning/file.html", {"file": found, "shown": shown, "names": user.as_role.allows(NAMES)})  # fmt: skip


@page(NAMES)
def file_csv(request: Any, number: int) -> HttpResponse:
    """The rows that could not be read, to be mended and sent again."""
    found = _file(request, number)
    if found is None:
        return unseen(request, "file", str(number))
    user = request.user
    rows = list(Unread.objects.visible_to(user, user.as_role.purpose).filter(file=found))
    note(request, "disclosure", "file", str(number), {"rows": len(rows)})
    out = sheet(
        ("Row", "Column", "Reason", "As it came"), [(r.row, r.column, r.reason, *r.cells) for r in rows]
    )
    answer = HttpResponse(out, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rows-left-out-{number}.csv"'
    return answer
