"""Packs: a sitting on paper for oneself, or for another of the body, as Word or PDF."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from redshank.products.papers import TYPES as PAPERS
from redshank.products.papers import pdf
from redshank.web.accounts import directory
from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.packs import content, docx
from redshank.web.meetings.views.sitting import found_sitting, sitting
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import note

TYPES = {form: PAPERS[form] for form in ("docx", "pdf")}


@page("see.raised")
def pack(request: Any, meeting: str, day: str, form: str) -> HttpResponse:
    """The file. For somebody else, only whoever keeps the body writes it; each is a disclosure in the audit."""
    user = request.user
    found = found_sitting(request, meeting, day)
    if found is None or form not in TYPES:
        return unseen(request, "sitting", f"{meeting} {day}")
    name, reader = request.GET.get("for", ""), user
    if name and name != user.username:
        body = BODIES[meeting]
        reader = directory.account(name)
        if reader is None or reader.role not in body.roles or not body.runs(user.role):
            return unseen(request, "account", name)
    try:
        told = content.build(user, reader, found)
    except content.NotAllowed as reason:
        return sitting(request, meeting, day, {"for": str(reason)}, 403)
    template = settings.HOME / "templates" / f"{meeting}.docx"
    data, wrong = docx.write(told, template) if form == "docx" else (pdf.write(content.as_document(told)), "")
    digest = hashlib.sha256(data).hexdigest()
    note(request, "disclosure", "pack", f"{meeting} {day}", {"for": reader.username, "form": form, "sha256": digest, "template": wrong[:200]})  # fmt: skip
    answer = HttpResponse(data, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{meeting.replace("_", "-")}-{day}.{form}"'
    return answer
