"""What goes out of a case, exactly: made once at its release, kept with it, and written into documents from there."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from redshank.products.redaction import taken_out
from redshank.web.pages import words
from redshank.web.rights.models import Case, Item, Step
from redshank.web.rights.settings import EXEMPTIONS, STANDING_WORDS
from redshank.web.rights.standing import Standing

#: Of an act, what was proposed, answered, relied on, opened and shown, as it was kept.
AS_KEPT = {
    "at": "When", "by": "By", "role": "Role", "definition": "Definition", "answers": "Answers to the definition's questions", "axes": "Further answers",
    "confidence": "Confidence", "rationale": "Reason", "evidence": "Records relied on", "opened": "What was opened, and when", "seconds": "Seconds on the page",
    "run": "Run that was shown", "shown": "What was shown",
}  # fmt: skip


def shown_text(item: Item, now: Standing) -> str:
    """The text of a thing as it would go out to whoever asked."""
    ruling = now.rulings.get(item.pk)
    text = ruling.text if ruling is not None and ruling.text else item.text
    return taken_out(text, [w.text for w in now.words])


def shown_title(item: Item, now: Standing) -> str:
    """Of a thing of handling C nothing but the text that was written for it."""
    return item.kind_words if item.closed else taken_out(item.title, [w.text for w in now.words])


def content_of(user: Any, case: Case, now: Standing) -> dict[str, Any]:
    told = {
        "reference": case.reference, "name": case.name, "basis": case.basis_words, "asked_by": case.asked_by, "asked_on": words.day(case.asked_on),
        "gathered_on": words.moment(now.gathered.at), "prepared_by": case.by.as_role.title, "released_by": user.as_role.title,
        "released_on": words.day(timezone.localdate()),
    }  # fmt: skip
    if case.is_access:
        items = [_to_subject(i, now) for i in now.items if now.rulings[i.pk].value == "include"]
        return {"case": told | {"standing_words": STANDING_WORDS}, "items": items}
    versions: list[list[str]] = next(
        (i.parsed("stored")["versions"] for i in now.items if i.kind == "versions"), []
    )
    ruled = [(i, now.rulings[i.pk]) for i in now.items]
    return {
        "case": told | {"name": case.name, "versions": versions},
        "items": [_to_prosecutor(i, s) for i, s in ruled if s.value in ("schedule", "sensitive")],
    }


def _to_subject(item: Item, now: Standing) -> dict[str, Any]:
    """No id and no place in a row of numbers: what is left out leaves no gap. Staff are told as roles by the texts themselves."""
    return {
        "kind": item.kind_words, "label": "information" if item.closed else item.label, "title": shown_title(item, now), "text": shown_text(item, now),
        "day": words.day(item.day) if item.day and not item.closed else "", "facts": item.facts,
    }  # fmt: skip


def _to_prosecutor(item: Item, ruling: Step) -> dict[str, Any]:
    """Of a thing of handling C the description alone that was written for the schedule (practice rule 12)."""
    out: dict[str, Any] = {"kind": item.kind_words, "ruling": ruling.value, "why": ruling.why}
    if item.closed:
        return out | {
            "label": "Intelligence",
            "title": ruling.text,
            "text": "",
            "day": "",
            "reference": "",
            "shown": [],
            "stored": {},
        }
    stored = item.parsed("stored")
    shown = [
        [label, _said(stored[name])]
        for name, label in AS_KEPT.items()
        if item.kind == "flag" and stored.get(name) not in (None, "")
    ]
    return out | {
        "label": item.label, "title": item.title, "text": item.text, "day": words.day(item.day) if item.day else "",
        "reference": words.record_words(item.record_key) if item.record_key else "", "shown": shown, "stored": stored,
    }  # fmt: skip


def _said(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def exemption_words(code: str) -> str:
    return EXEMPTIONS.get(code, {}).get("words", "")
