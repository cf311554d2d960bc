"""The page of fairness, and the statements: the transparency record and the impact assessment."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from redshank.products import fairness, papers
from redshank.web.pages import paper
from redshank.web.pages.errors import nothing_here
from redshank.web.policy.gate import page
from redshank.web.rights import documents
from redshank.web.rights.fairness import facts_of
from redshank.web.rights.settings import ETHNICITY
from redshank.web.trail.write import listed, note


@page("rights.fairness")
def rates(request: Any) -> HttpResponse:
    """Rates of findings and of decisions by what is recorded of people; one measure at a time, completeness first."""
    facts = facts_of(request.user)
    names = ETHNICITY
    tables = fairness.tables(facts, names)
    asked = request.GET.get("measure", "0")
    at = int(asked) if asked.isdecimal() and len(asked) < 3 and int(asked) < len(tables) else 0
    listed(request, "rates", [t.key for t in tables[at][1]], measure=tables[at][0])
    context = {
        "first": fairness.completeness(facts, names), "measures": [(str(n), title) for n, (title, _) in enumerate(tables)], "at": str(at),
        "title": tables[at][0], "tables": tables[at][1], "caveat": fairness.CAVEAT, "days": fairness.days(facts, names) if at == 4 else [], "as_of": facts.as_of,
    }  # fmt: skip
    return render(request, "rights/fairness.html", context)


@page("rights.record")
def statements(request: Any) -> HttpResponse:
    """What can be written from the software itself."""
    listed(request, "statements", list(documents.STATEMENTS))
    return render(
        request,
        "rights/statements.html",
        {"statements": [(k, s.title, s.says) for k, s in documents.STATEMENTS.items()]},
    )


@page("rights.record")
def statement(request: Any, name: str) -> HttpResponse:
    """One statement to read; as a file with ``?form=``."""
    known = documents.STATEMENTS.get(name)
    form = request.GET.get("form", "")
    if known is None or (form and form not in papers.FORMS):
        return nothing_here(request)
    document = known.document(request.user)
    note(request, "disclosure" if form else "consultation", "statement", name, {"form": form} if form else {})
    if form:
        response = HttpResponse(paper.write(document, form), content_type=papers.TYPES[form])
        response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
        return response
    return render(
        request,
        "rights/statement.html",
        {"document": document, "name": name, "forms": papers.FORMS, "title": known.title},
    )
