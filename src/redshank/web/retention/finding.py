"""Persons, groups and records by what somebody types, to say what a notice covers or what stands in the way of disposal.

Data protection and audit open no record in their daily work; they see here, with an entry in the audit, that something is held, as
they do in a case of access (:mod:`redshank.web.rights.eyes`): restrictions and matters of their own hold as always.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from redshank.web.heads.models import Group, Person, Record
from redshank.web.pages import words
from redshank.web.rights import eyes

MOST = 20  # of each kind


@dataclass(frozen=True)
class Found:
    """One thing: ``value`` is "person:…", "group:…" or "record:…"."""

    value: str
    name: str
    hint: str

    @property
    def kind(self) -> str:
        return self.value.partition(":")[0]

    @property
    def ident(self) -> str:
        return self.value.partition(":")[2]


def find(user: Any, said: str) -> list[Found]:
    """What goes by these words, as far as this person may know of it."""
    if not said:
        return []
    sight = eyes.of_case(user)
    purpose = sight.as_role.purpose
    persons = Person.objects.visible_to(sight, purpose)
    for word in said.split():
        persons = persons.filter(Q(name__icontains=word) | Q(other_names__icontains=word))
    records = Record.objects.visible_to(sight, purpose).filter(ref__icontains=said)
    groups = Group.objects.visible_to(sight, purpose).filter(Q(label__icontains=said) | Q(group_id=said))
    return [
        *(Found(f"person:{p.person_id}", p.name, f"born {words.day(p.born)}" if p.born else "no birth date recorded") for p in persons.order_by("name", "born", "person_id")[:MOST]),
        *(Found(f"record:{r.key}", words.record_words(r.key) + words.headline_after(r), words.day(r.at)) for r in records.order_by("-at", "key")[:MOST]),
        *(Found(f"group:{g.group_id}", f"the proposed group “{g.label}”", f"found on {words.day(g.detected_on)}") for g in groups.order_by("place")[:MOST]),
    ]  # fmt: skip
