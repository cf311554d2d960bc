"""What fairness is counted from: people in sight, what is recorded of them, what was found and decided. Read here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.utils import timezone

from redshank.products.fairness import Decision, Facts, Somebody
from redshank.products.fairness_options import Taken
from redshank.web.disruption.models import Measure
from redshank.web.flags.models import Flag
from redshank.web.heads.models import Appearance, Child, Member, Moved, Person, Record
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.rights.eyes import of_counting, rows_of

DECIDED = ("confirmed", "not_proven")
PARTIES = ("victim", "suspect")
AT_A_TIME = 500  # ids in one question to the database


def facts_of(user: Any) -> Facts:
    """The policy narrows records and people first; what is recorded of them is looked up after, in one pass."""
    from redshank.publish.facts import recorded

    eyes = of_counting(user)
    as_of = publication().as_of or timezone.now()
    now = as_of.astimezone(words.LONDON)
    district = dict(rows_of(Record, eyes).values_list("key", "district"))
    person_of: dict[tuple[str, str], str] = {}
    places: dict[str, set[str]] = defaultdict(set)
    parties: dict[str, set[str]] = defaultdict(set)
    rows = rows_of(Appearance, eyes).exclude(person_id="")
    for uid, key, person, role in rows.values_list("uid", "record_key", "person_id", "role").iterator(
        chunk_size=5_000
    ):
        if key not in district:
            continue
        person_of[key, uid.removesuffix("|open")] = person
        if district[key]:
            places[person].add(district[key])
        if role in PARTIES:
            parties[key].add(person)
    own: dict[str, set[str]] = defaultdict(set)
    officer: dict[str, set[str]] = defaultdict(set)
    for key, row, said, seen in recorded(settings.HOME, district):
        who = person_of.get((key, row))
        if who is not None:
            own[who] |= {said} - {""}
            officer[who] |= {seen} - {""}
    named = set(person_of.values())
    people = tuple(
        Somebody(p, frozenset(own[p]), frozenset(officer[p]), sex, int(words.age_at(born, now)) if born else None, frozenset(places[p]))
        for p, born, sex in rows_of(Person, eyes).order_by("person_id").values_list("person_id", "born", "sex") if p in named
    )  # fmt: skip
    children = list(rows_of(Child, eyes).values_list("person_id", "rising"))
    members: dict[str, set[str]] = defaultdict(set)
    beside: dict[str, set[str]] = defaultdict(set)
    for group, person, role in rows_of(Member, eyes).values_list("group_id", "person_id", "role"):
        members[role].add(person)
        beside[group].add(person)
    return Facts(
        people, frozenset(p for p, _ in children), frozenset(p for p, rising in children if rising), frozenset(members["child"]),
        frozenset(members["suspect"]), (*_flags(eyes, beside, parties), *_options(eyes)), now.date(),
    )  # fmt: skip


def _flags(eyes: Any, beside: dict[str, set[str]], parties: dict[str, set[str]]) -> list[Decision]:
    """Each decided flag, for each person whom it is about: of a group its members, of a record who was harmed or suspected."""
    out = []
    for f in rows_of(Flag, eyes).filter(state__in=DECIDED).order_by("pk"):
        about = (
            {f.person_id}
            if f.person_id
            else beside.get(f.group_id, set())
            if f.group_id
            else parties.get(f.record_key, set())
        )
        taken = (f.decided_at - f.proposed_at).days if f.decided_at else None
        out += [Decision(p, "flag", f.state == "confirmed", taken) for p in sorted(about)]
    return out


def _options(eyes: Any) -> list[Decision]:
    rows = rows_of(Measure, eyes).filter(kind="person").order_by("pk")
    now = _now(eyes)
    return [Decision(now.get(m.person_id, m.person_id), "option", m.decision == "used") for m in rows]


def _now(eyes: Any) -> dict[str, str]:
    """Who went into somebody else since: an option recorded before stays that person's."""
    return dict(rows_of(Moved, eyes).filter(kind="person").values_list("was", "now"))


def options_of(user: Any) -> tuple[list[Taken], dict[str, Somebody]]:
    """Options recorded for people, and what is recorded of these people's ethnicity: of nobody else anything is read."""
    from redshank.publish.facts import recorded

    eyes = of_counting(user)
    now = _now(eyes)
    taken = [
        Taken(m.option, m.option_name, m.place_in_order, now.get(m.person_id, m.person_id), m.is_child, m.decision == "used")
        for m in rows_of(Measure, eyes).filter(kind="person").order_by("place_in_order", "pk")
    ]  # fmt: skip
    person_of: dict[tuple[str, str], str] = {}
    for some in _batches({t.person for t in taken}):
        rows = rows_of(Appearance, eyes).filter(person_id__in=some)
        for uid, key, person in rows.values_list("uid", "record_key", "person_id"):
            person_of[key, uid.removesuffix("|open")] = person
    seen: set[str] = set()
    for some in _batches({key for key, _ in person_of}):
        seen |= set(rows_of(Record, eyes).filter(key__in=some).values_list("key", flat=True))
    own: dict[str, set[str]] = defaultdict(set)
    officer: dict[str, set[str]] = defaultdict(set)
    for key, row, said, saw in recorded(settings.HOME, seen):
        who = person_of.get((key, row))
        if who is not None:
            own[who] |= {said} - {""}
            officer[who] |= {saw} - {""}
    people = {
        p: Somebody(p, frozenset(own[p]), frozenset(officer[p]), "", None, frozenset())
        for p in set(person_of.values())
    }
    return taken, people


def _batches(idents: set[str]) -> list[list[str]]:
    told = sorted(idents)
    return [told[i : i + AT_A_TIME] for i in range(0, len(told), AT_A_TIME)]
