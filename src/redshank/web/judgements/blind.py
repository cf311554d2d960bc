"""The blind second look: which pair comes next for whom, and how well two answers agree.

Pairs are taken in an order that a hash gives, judged ones and doubtful ones in turn, so that neither the reader nor the
first person chooses. Nobody is given a pair that they judged, or answered before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from redshank.web.heads.models import Appearance
from redshank.web.judgements.models import Decision, Doubt, Pair, Review

ANSWERS = ("same", "not_same", "unsure")
LOOK_WITHIN = 14  # days in which somebody looks a second time at what one person judged; local default


@dataclass(frozen=True)
class Agreement:
    """How often two answers agree, and Cohen's kappa: agreement beyond what chance gives (empty where it has no meaning)."""

    n: int
    agree: int
    kappa: float | None

    @property
    def percent(self) -> int | None:
        return round(100 * self.agree / self.n) if self.n else None


def agreement(answers: list[tuple[str, str]]) -> Agreement:
    """Of pairs of a first and a second answer. Cohen, A coefficient of agreement for nominal scales, 1960."""
    n = len(answers)
    agree = sum(a == b for a, b in answers)
    if not n:
        return Agreement(0, 0, None)
    chance = sum(sum(a == k for a, _ in answers) * sum(b == k for _, b in answers) for k in ANSWERS) / n**2
    kappa = None if chance >= 1 else (agree / n - chance) / (1 - chance)
    return Agreement(n, agree, kappa)


@dataclass(frozen=True)
class Candidate:
    a_uid: str
    a_record: str
    b_uid: str
    b_record: str
    source: str
    first: str

    @property
    def order(self) -> str:
        return hashlib.sha256(f"{self.a_uid}|{self.b_uid}".encode()).hexdigest()


def _turned(a_uid: str, a_record: str, b_uid: str, b_record: str, source: str, first: str) -> Candidate:
    if a_uid > b_uid:
        a_uid, a_record, b_uid, b_record = b_uid, b_record, a_uid, a_record
    return Candidate(a_uid, a_record, b_uid, b_record, source, first)


@dataclass(frozen=True)
class Judged:
    """What somebody said of two appearances, by whom and when."""

    pair: Candidate
    decision: int
    by: int
    at: datetime

    @property
    def look_by(self) -> datetime:
        return self.at + timedelta(days=LOOK_WITHIN)


def _judged(user: Any) -> dict[tuple[str, str], Judged]:
    """The pairs that people judged, as far as this person sees their judgements; of each the last."""
    decisions = Decision.objects.visible_to(user, user.as_role.purpose).filter(
        kind__in=ANSWERS, withdrawal__isnull=True, group_id=""
    )
    told = {pk: (by, at) for pk, by, at in decisions.values_list("pk", "by_id", "at")}
    # The last pair of a decision is what was asked; those before it only hold its sides together.
    asked = {p.decision_id: p for p in Pair.objects.filter(decision__in=told).order_by("decision__at", "id")}
    out = {}
    for pair in asked.values():
        one = _turned(pair.a_uid, pair.a_record, pair.b_uid, pair.b_record, "judged", pair.kind)
        out[one.a_uid, one.b_uid] = Judged(one, pair.decision_id, *told[pair.decision_id])
    return out


def _looked_at() -> set[tuple[str, str]]:
    return set(Review.objects.filter(source="judged").values_list("a_uid", "b_uid"))


def unlooked(user: Any) -> list[Judged]:
    """What others judged and nobody looked at blind, the oldest first, as far as this person sees both sides."""
    looked, purpose = _looked_at(), user.as_role.purpose
    free = [j for at, j in _judged(user).items() if at not in looked and j.by != user.pk]
    keys = {k for j in free for k in (j.pair.a_record, j.pair.b_record)}
    rows = Appearance.objects.visible_to(user, purpose).filter(record_key__in=keys, row__isnull=False)
    here = {uid.removesuffix("|open") for uid in rows.values_list("uid", flat=True)}
    seen = [j for j in free if {j.pair.a_uid, j.pair.b_uid} <= here]
    return sorted(seen, key=lambda j: (j.at, j.decision))


def candidates(user: Any) -> list[Candidate]:
    """All pairs that this person may be given, in their order; of judged ones those first that nobody looked at yet."""
    purpose = user.as_role.purpose
    mine = set(Review.objects.filter(by=user).values_list("a_uid", "b_uid"))
    looked, found_judged = _looked_at(), _judged(user)
    judged = {at: j.pair for at, j in found_judged.items()}
    own = {at for at, j in found_judged.items() if j.by == user.pk}
    machine: dict[tuple[str, str], Candidate] = {}
    for d in Doubt.objects.visible_to(user, purpose):
        one = _turned(
            d.a_uid, d.a_record, d.b_uid, d.b_record, "proposed", "same" if d.together else "not_same"
        )
        if (one.a_uid, one.b_uid) not in judged:
            machine[one.a_uid, one.b_uid] = one
    free = [
        sorted(
            (c for at, c in found.items() if at not in mine and at not in own),
            key=lambda c: ((c.a_uid, c.b_uid) in looked, c.order),
        )
        for found in (judged, machine)
    ]
    out: list[Candidate] = []
    for n in range(max(map(len, free), default=0)):
        out += [found[n] for found in free if n < len(found)]
    return out


def next_pair(user: Any) -> tuple[Candidate, Appearance, Appearance] | None:
    """The next pair of which both appearances are in sight."""
    purpose = user.as_role.purpose
    for one in candidates(user):
        if found := both(user, purpose, one):
            return one, *found
    return None


def both(user: Any, purpose: str, one: Candidate) -> tuple[Appearance, Appearance] | None:
    rows = Appearance.objects.visible_to(user, purpose).filter(
        record_key__in=[one.a_record, one.b_record], row__isnull=False
    )
    here = {a.uid.removesuffix("|open"): a for a in rows}
    if one.a_uid in here and one.b_uid in here:
        return here[one.a_uid], here[one.b_uid]
    return None


def measured(user: Any) -> dict[str, Agreement]:
    """Agreement of two people on what one of them judged, and of a person with what the night proposed."""
    rows = Review.objects.visible_to(user, user.as_role.purpose)
    return {
        source: agreement(list(rows.filter(source=source).values_list("first", "answer")))
        for source in ("judged", "proposed")
    }
