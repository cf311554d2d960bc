"""Filters of the templates: codes as words, times as a reader says them. No machine name passes (practice rule 19)."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django import template
from django.urls import reverse

register = template.Library()
LONDON = ZoneInfo("Europe/London")
WORDS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)


@register.filter
def word(code: Any, table: str) -> str:
    """The display label of a code; a code without one is said with spaces, never shown raw."""
    return WORDS[table].get(str(code), str(code).replace("_", " "))


@register.filter
def audience_words(audience: str) -> str:
    """With whom something is shared: the title of a role, or an agency's own name."""
    from redshank.web.accounts.roles import ROLES

    return ROLES[audience].title if audience in ROLES else audience


@register.filter
def spaced(code: str) -> str:
    """A column's name as words: ``recorded_at`` is "recorded at"."""
    return (code or "").replace("_", " ")


@register.filter
def entry_words(entry: Any) -> str:
    """Of what an entry of the audit speaks. A person has a number here, for who audits sees no names."""
    kind, ident = spaced(entry.kind), entry.ident
    if entry.kind == "record":
        return record_words(ident)
    if entry.kind == "page":
        return f"page {ident.strip('/').split('/')[0] or 'today'}"
    if ident[:2] in ("p-", "g-"):
        return f"{kind} number {ident[2:]}"
    return f"{kind} {spaced(ident)}".strip()


@register.filter
def opened_words(text: str) -> str:
    """The page from which something was opened, with the number of what it is about."""
    place, _, ident = (text or "").rpartition(" ")
    if not place or ("/" not in ident and ident[:2] not in ("p-", "g-")):
        return spaced(text or "")
    kind, _, ref = ident.partition("/")
    if kind in WORDS["record"]:
        return f"{WORDS['record'][kind]} {ref}"
    said = re.sub(r"(^|/)[pg]-", r"\1number ", ident).replace("/", " ")
    return f"{place} {spaced(said)}".strip()


@register.filter
def piped(text: str) -> list[str]:
    return [x for x in (text or "").split("|") if x]


@register.filter
def day(value: date | datetime | None) -> str:
    if value is None:
        return "no date recorded"
    if isinstance(value, datetime):
        value = value.astimezone(LONDON)
    return f"{value.day} {value:%B %Y}"


@register.filter
def moment(value: datetime | None) -> str:
    if value is None:
        return "no time recorded"
    at = value.astimezone(LONDON)
    return f"{at.day} {at:%B %Y at %H:%M}"


@register.filter
def clock(value: datetime | None) -> str:
    return value.astimezone(LONDON).strftime("%H:%M") if value else ""


@register.filter
def record_words(key: str) -> str:
    kind, _, ref = key.partition(":")
    return f"{WORDS['record'].get(kind, kind)} {ref}"


def item_title(about: str, ident: str, title: str) -> str:
    """A worklist line's title as it is read: a record by itself is called by its kind and number too."""
    said = record_words(ident)
    return f"{said[:1].upper()}{said[1:]}: {title}" if about == "record" else title


@register.filter
def record_url(key: str) -> str:
    kind, _, ref = key.partition(":")
    return (
        reverse("record", args=[kind, quote(ref, safe="/")])
        if "%" in ref
        else reverse("record", args=[kind, ref])
    )


@register.filter
def headline_after(record: Any) -> str:
    """What follows a record's kind and number: its headline, where that says more than the kind again."""
    said = record.headline
    for again in (WORDS["record"].get(record.kind, ""), "call or incident"):
        if said.lower() == again:
            return ""
        if again and said.lower().startswith(f"{again}, "):
            said = said[len(again) + 2 :]
    return f": {said}"


@register.filter
def counted(number: int, words: str) -> str:
    """``3|counted:"record,records"`` → ``3 records``."""
    one, _, many = words.partition(",")
    return f"{number:,} {one if number == 1 else many}"


@register.filter
def age_at(born: date | None, at: datetime | None) -> str:
    if born is None or at is None:
        return "age not known"
    years = at.year - born.year - ((at.month, at.day) < (born.month, born.day))
    return f"{years}"


@register.filter
def grade_words(grade: str) -> str:
    """A grade as said aloud, with what it means where it weighs little (practice rule 11)."""
    if not grade:
        return ""
    said = f"graded {grade[:2]}"
    if len(grade) > 2:
        said += f", handling {grade[2]}"
    if grade[:1] == "3" or grade[1:2] in ("D", "E"):
        said += " (weighs little, alone makes no group)"
    return said


@register.filter
def grade_meaning(grade: str) -> str:
    """What the two halves of a grade mean; of an older grading, that it is one."""
    source, told = WORDS["source"].get(grade[:1]), WORDS["assessment"].get(grade[1:2])
    return f"{source}, {told}" if source and told else "an older or incomplete grading"


@register.filter
def lookup(mapping: dict[Any, Any], key: Any) -> Any:
    return mapping.get(key)
