"""What an analyst's product can be about: a group, a child, a person, a place, a line, or a problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redshank.products.rows import Rows, of_subject
from redshank.web.heads.models import Appearance, Behind, Person
from redshank.web.meetings import raising
from redshank.web.pages import words

#: What has a head of its own, and a problem: what an analyst names, over the records that speak of it.
KINDS = ("group", "child", "person", "place", "line", "problem")
JOINED = "+"
MOST = 5  # indicators of a problem; more is no problem but the whole force


@dataclass(frozen=True)
class About:
    """What it is about, in words, as its writer may see it."""

    kind: str
    ident: str
    title: str


def problem(indicators: list[str], title: str) -> About:
    """A problem as an analyst names it.

    Raises:
        ValueError: no name, none or too many indicators, or one that is not there; in words.
    """
    known = words.WORDS["indicator"]
    chosen = sorted(set(indicators))
    if not title.strip():
        raise ValueError("Name the problem")
    if not chosen or any(i not in known for i in chosen):
        raise ValueError("Choose what the records say")
    if len(chosen) > MOST:
        raise ValueError(f"Choose at most {MOST}: with more it is about the whole force")
    return About("problem", JOINED.join(chosen), title.strip()[:150])


def about(user: Any, kind: str, ident: str) -> About | None:
    """What has a head, as this person sees it; nothing where they do not see it or it can be no subject."""
    if kind == "person":
        person = Person.objects.visible_to(user, user.as_role.purpose).filter(person_id=ident).first()
        return About(kind, ident, person.name) if person else None
    if kind not in KINDS or kind == "problem":
        return None
    found = raising.subject(user, kind, ident)
    return About(kind, ident, found.title) if found else None


def rows_about(reader: Any, rows: Rows, kind: str, ident: str, district: str = "") -> Rows:
    """The rows that concern it: what rests on the records behind it, as far as this reader may see them."""
    if kind == "problem":
        chosen = set(ident.split(JOINED))
        some = (r for r in rows.records if chosen & r.indicators)
        keys = {r.key for r in some if not district or r.district == district}
    else:
        purpose = reader.as_role.purpose
        behind = Behind.objects.visible_to(reader, purpose).filter(kind=kind, ident=ident)
        keys = set(behind.values_list("record_key", flat=True))
        if kind in ("person", "child"):
            seen = Appearance.objects.visible_to(reader, purpose).filter(person_id=ident)
            keys |= set(seen.values_list("record_key", flat=True))
    return of_subject(rows, kind, ident, frozenset(keys))
