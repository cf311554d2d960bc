"""The plain rows of the response document, from the tracker as its reader sees it."""

from __future__ import annotations

from datetime import date
from typing import Any

from redshank.products import inspection_response as product
from redshank.products.document import Document
from redshank.web.accounts.demonstration import is_offered
from redshank.web.pages import words
from redshank.web.tracker import demonstration, editions, figures
from redshank.web.tracker.lists import rows_of
from redshank.web.tracker.models import Act, Evidence, Recommendation


def rows(user: Any) -> list[product.Row]:
    """Every recommendation in the order of its report."""
    acts: dict[int, list[Act]] = {}
    seen = Act.objects.visible_to(user, user.as_role.purpose).filter(kind__in=("redated", "accepted"))
    for act in seen.order_by("pk"):
        acts.setdefault(act.recommendation_id, []).append(act)
    now = {f.key: f.read() for f in _cited(user)}
    return [_row(r, acts.get(r.pk, []), now) for r in rows_of(user)]


def _cited(user: Any) -> list[figures.Figure]:
    """The figures that some evidence cites: each is read once."""
    keys = {e.figure for r in rows_of(user) for e in r.evidence.all() if e.struck_at is None}
    return [f for k, f in figures.FIGURES.items() if k in keys]


def _row(r: Recommendation, acts: list[Act], now: dict[str, figures.Read]) -> product.Row:
    report = r.report
    of = product.Report(
        report.publisher, report.title, report.published_words, report.respond_by, report.responded_on, report.responded_where, report.published_note,
    )  # fmt: skip
    accepted = [a for a in acts if a.kind == "accepted"]
    return product.Row(
        of, r.name, r.kind == "area", r.addressees, r.for_forces, r.text, r.text_is == "verbatim",
        words.day(r.due) if r.due else r.deadline_words or "none is set", r.acceptance, r.accepted_by, r.accepted_on,
        accepted[-1].why if accepted else "", r.status_words, r.position, r.constraint,
        tuple(product.Redated(a.was, a.said, a.why) for a in acts if a.kind == "redated"),
        tuple(product.Asked(a.of, a.what, a.asked_on, a.answer, a.answered_on, a.state_words, a.next_on) for a in r.asks.all()),
        tuple(product.Deed(d.what, d.on, d.state == "done", d.who, d.words) for d in r.deeds.all() if d.state != "dropped"),
        tuple(_evidence(e, now) for e in r.evidence.all() if e.struck_at is None),
    )  # fmt: skip


def _evidence(e: Evidence, now: dict[str, figures.Read]) -> product.Cited:
    """A figure of Redshank as it reads now; of a signed product as its edition for others has it, and the newest edition's beside it."""
    if e.product_id and e.part:
        found = editions.read(None, e.product, e.part)
        return product.Cited(e.title, e.why, e.quality_words, e.as_at, found.words, found.later, found.later_at, found.corrected)  # fmt: skip
    again = now.get(e.figure)
    return product.Cited(
        e.title, e.why, e.quality_words, e.as_at, e.value, again.words if again else "", again.as_at if again else None,
        of_people=e.figure in figures.FIGURES and figures.FIGURES[e.figure].of_people,
    )  # fmt: skip


def document(user: Any, as_at: date) -> Document:
    """The response of this home's force; only a demonstration's has a name here."""
    force = demonstration.force() if is_offered() else "the force"
    return product.build(rows(user), as_at, force)
