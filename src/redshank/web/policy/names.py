"""Names that must not show: a text written by hand may name somebody whose matter is hidden from its reader.

Rows of the heads hide by id. What people type has names only, so a text counts as about a hidden person where it
holds the first and the last word of one of the names that the records use for that person (practice rule 13). This
may hide a text about a namesake from that one reader; it never shows one that should be hidden by name.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from anyascii import anyascii

from redshank.web.policy.sight import sight_of


def fold(text: str) -> str:
    """The words of a text, without case, accents and marks, each between blanks."""
    return " " + " ".join(re.findall(r"[a-z0-9]+", anyascii(text or "").casefold())) + " "


@dataclass(frozen=True)
class Hidden:
    """Pairs of first and last word of hidden persons' names."""

    pairs: frozenset[tuple[str, str]]

    def named_in(self, folded: str) -> bool:
        return any(f" {a} " in folded and f" {b} " in folded for a, b in self.pairs)


def names_hidden(user: Any) -> Hidden:
    """The names of everybody whose matter is hidden from this user; read once for a request."""
    found = getattr(user, "_names_hidden", None)
    if found is None:
        found = user._names_hidden = _look(sight_of(user).hidden.get("person", set()))
    return found


def _look(persons: set[str]) -> Hidden:
    from redshank.web.heads.models import Appearance, Person

    if not persons:
        return Hidden(frozenset())
    names: set[str] = set()
    for name, others in Person.objects.filter(person_id__in=persons).values_list("name", "other_names"):
        names |= {name, *json.loads(others or "[]")}
    names |= set(Appearance.objects.filter(person_id__in=persons).values_list("named", flat=True))
    pairs = set()
    for name in names - {"", "name not recorded", "not identified"}:
        if said := fold(name).split():
            pairs.add((said[0], said[-1]))
    return Hidden(frozenset(pairs))
