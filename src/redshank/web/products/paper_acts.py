"""Keeping a document as an edition: the acts that differ from a product's; reviewing, signing and correcting are the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.products import kept
from redshank.products.build import Written
from redshank.products.document import Document
from redshank.web.pages import words
from redshank.web.products import acts
from redshank.web.products.acts import NotAllowed, act, unsigned
from redshank.web.products.keepable import KEEPABLE, made, written_by
from redshank.web.products.models import Paper, apart_of


def _content(code: str) -> bytes:
    document, reader = made(code)
    return kept.pack(kept.Kept(document, apart_of(reader) if KEEPABLE[code].counts else frozenset()))


def draft(user: Any, code: str, once: str, told: Callable[[Paper], object] = lambda made: None) -> Paper:
    """A new edition of the document as it is now. ``told`` is called in the transaction that makes it."""
    if code not in written_by(user.as_role):
        raise NotAllowed("Your role does not write this document", "code")
    content = _content(code)
    with transaction.atomic():
        if (same := Paper.objects.filter(once=once).first()) is not None:
            return same
        before = Paper.objects.filter(code=code).exclude(state="dropped").order_by("-number").first()
        last = Paper.objects.filter(code=code).order_by("-number").first()
        row = Paper(code=code, number=last.number + 1 if last else 1, content=content, by=user, once=once, before=before)  # fmt: skip
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if (same := Paper.objects.filter(once=once).first()) is not None:
                return same
            raise NotAllowed("Somebody began the same edition at this moment. Open it in the list, or begin again", "code") from None  # fmt: skip
        acts.step(row, user, "drafted", once)
        told(row)
    return row


def write(user: Any, number: int, version: int, once: str, place: str, text: str) -> Paper:
    """A person's words in a section or a line; the last stand, an empty text takes the earlier away."""

    def do(row: Paper) -> None:
        unsigned(row)
        if place not in {p.key for p in kept.places(row.kept.document)}:
            raise NotAllowed("The document has no such section", "text")

    paper: Paper = act(user, number, version, once, "wrote", do, text, place, of=Paper)
    return paper


def compute_again(user: Any, number: int, version: int, once: str) -> Paper:
    """The document as it is now; what people wrote stays."""

    def do(row: Paper) -> None:
        unsigned(row)
        row.content = _content(row.code)

    paper: Paper = act(user, number, version, once, "computed", do, of=Paper)
    return paper


def submit(user: Any, number: int, version: int, once: str) -> Paper:
    """To its review. A line that was left for the force to write is written first."""

    def do(row: Paper) -> None:
        unsigned(row)
        if missing := kept.unwritten(row.kept.document, acts.written(row)):
            more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
            raise NotAllowed(f"Nobody has written: {', '.join(p.title for p in missing[:5])}{more}. Write it, or write that it is not known and why")  # fmt: skip
        row.state = "review"

    paper: Paper = act(user, number, version, once, "submitted", do, of=Paper)
    return paper


# ---- reading -----------------------------------------------------------------------------------


def title_of(row: Paper) -> str:
    return f"{KEEPABLE[row.code].title}, number {row.number}"


def words_of(row: Paper) -> list[Written]:
    """What people wrote. What goes out names posts alone."""
    some = acts.written(row)
    if not KEEPABLE[row.code].in_public:
        return some
    return [replace(w, by=w.by.rpartition(", ")[2]) for w in some]


def whole(row: Paper) -> Document:
    """The document with what people wrote, without its state: what two editions are compared by."""
    return kept.whole(row.kept.document, words_of(row))


def document(row: Paper) -> Document:
    """The whole edition: the document as it was kept, what people wrote, its corrections, and its state."""
    state = row.state_words
    if row.signed_by and row.signed_at:
        post = row.signed_by.as_role.title
        who = post if KEEPABLE[row.code].in_public else f"{row.signed_by.name}, {post},"
        state = f"Signed by {who} on {words.day(row.signed_at)}; checksum {row.checksum[:12]}"
    corrected = [w.text for w in acts.corrections(row)]
    return kept.whole(row.kept.document, words_of(row), f"Number {row.number}. {state}.", corrected)


def answering(cited: str, until: date) -> Paper | None:
    """The response that was signed by a day and answers the report, as the tracker cites it; the latest."""
    rows = Paper.objects.filter(code="inspection-response", state="signed").order_by("-signed_at")
    for row in rows:
        signed = row.signed_at
        if signed is not None and timezone.localdate(signed) <= until and any(s.title == cited for s in row.kept.document.sections):  # fmt: skip
            return row
    return None
