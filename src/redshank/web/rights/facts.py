"""A record's own fields, as the record's page says them."""

from __future__ import annotations

from typing import Any

from redshank.web.pages import words

FIELDS = (
    ("event_at", "When it happened"), ("own_at", "Recorded"), ("location", "Where"), ("postcode", "Postcode"), ("offence", "Offence"),
    ("status", "Status"), ("outcome", "Outcome"), ("risk", "Assessed risk"), ("missing_from_at", "Missing from"), ("returned_at", "Returned"),
    ("found_at_location", "Found at"), ("return_interview_at", "Return home interview held"), ("list", "List"), ("reason", "Reason"),
    ("station", "Custody suite"), ("agency", "Agency"), ("category", "Category"),
)  # fmt: skip


def told(fields: dict[str, Any]) -> list[tuple[str, str]]:
    out = []
    for name, label in FIELDS:
        value = fields.get(name)
        if value in (None, ""):
            continue
        out.append((label, words.moment(value) if hasattr(value, "hour") else str(value).replace("|", ", ")))
    return out
