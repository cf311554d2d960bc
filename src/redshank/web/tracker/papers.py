"""Pages: the response document with its files, and taking in a later report."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.products.document import Table, Text
from redshank.products.papers import TYPES
from redshank.web.meetings.views.raised import once_of
from redshank.web.pages.errors import nothing_here
from redshank.web.pages.paper import write
from redshank.web.policy.gate import page
from redshank.web.tracker import importing
from redshank.web.tracker import response as written
from redshank.web.trail.write import note, read

FORMS = ("html", "docx", "pdf")


@page("see.tracker")
def response(request: Any) -> HttpResponse:
    """The response as it stands today, and its files."""
    read(request, "response document", "")
    told = written.document(request.user, timezone.localdate())
    sections = [
        (
            s,
            [
                ("table" if isinstance(p, Table) else "text", p)
                for p in s.parts
                if isinstance(p, Table | Text)
            ],
        )
        for s in told.sections
    ]
    return render(request, "tracker/response.html", {"told": told, "sections": sections, "forms": FORMS})


@page("see.tracker")
def response_file(request: Any, form: str) -> HttpResponse:
    """The file; that it left is kept with its hash."""
    if form not in FORMS:
        return nothing_here(request)
    day = timezone.localdate()
    data = write(written.document(request.user, day), form)
    note(
        request,
        "disclosure",
        "response document",
        "",
        {"form": form, "sha256": hashlib.sha256(data).hexdigest()},
    )
    answer = HttpResponse(data, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="inspection-response-{day.isoformat()}.{form}"'
    return answer


@page("tracker.edit")
def take_in(request: Any) -> HttpResponse:
    """A later report from TOML or CSV: what is wrong is told by row, and nothing of it is kept then."""
    errors: dict[str, str] = {}
    wrong: list[str] = []
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if request.method == "POST":
        if (sent := request.FILES.get("file")) is not None:
            try:
                text = sent.read(importing.LONGEST * 4).decode("utf-8-sig")
            except UnicodeDecodeError:
                errors["file"] = "The file is no UTF-8 text: save it as TOML or CSV in UTF-8"
        if not errors:
            found = importing.read(text)
            wrong = found.wrong
            if wrong:
                errors["text"] = f"Nothing was taken in: {wrong[0]}" + (
                    f", and {len(wrong) - 1} more" if wrong[1:] else ""
                )
            else:
                with transaction.atomic():
                    made, new, left = importing.keep(
                        request.user, found, f"{request.user.pk}:{once_of(request)}"[:80]
                    )
                    note(request, "collection", "report", str(made.pk), {"new": new, "stood": len(left)})
                stood = f" These stood already and are left as they are: {', '.join(left)}." if left else ""
                messages.success(request, f"{new} taken in, of {made.title}.{stood}")
                return redirect("tracker")
    context = {
        "text": text, "errors": errors, "wrong": wrong[1:], "once": once_of(request), "columns": importing.COLUMNS, "needed": importing.OF_REPORT,
    }  # fmt: skip
    return render(request, "tracker/import.html", context, status=400 if errors else 200)
