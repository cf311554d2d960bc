"""What reviews measure: recall with its interval, precision of the language rules, agreement of two readers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from redshank.agreement import Agreement, agreement, share_words, wilson
from redshank.web.audits.acts import closed, final, found_something
from redshank.web.audits.models import Item, Miss, Reading, Verdict
from redshank.web.audits.programmes import PROGRAMMES
from redshank.web.flags.models import STATES
from redshank.web.register.models import Drawn

#: By what a record with features of a group was known already, and how a reader says it.
KNOWN_BY = {
    "flag": "a flag, in the register or in the record system",
    "night": "a group that the night proposed",
}


@dataclass(frozen=True)
class Recall:
    """Of the records in which people found features of a group: how many were known already, and by what."""

    programme: str
    by: str  # "flag" or "night"
    found: int
    missed: int
    read: int  # complete items
    samples: int

    @property
    def n(self) -> int:
        return self.found + self.missed

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's, at 95 in 100; None where nothing was found in what was read."""
        return wilson(self.found, self.n) if self.n else None

    @property
    def words(self) -> str:
        """As the quality statement of a profile says it."""
        title = PROGRAMMES[self.programme].title
        if not self.read:
            return f"{title}: nothing is read yet, so that nobody knows what was missed"
        if not self.n:
            return f"{title}: no features of a group in {self.read} records read"
        return f"{title}: of {self.n} records with features of a group, known by {KNOWN_BY[self.by]}: {share_words(self.found, self.n)}"


def complete(user: Any, programme: str) -> dict[Item, list[Reading]]:
    """Items with the readings that this person may know of."""
    rows = Reading.objects.visible_to(user, user.as_role.purpose).filter(item__sample__programme=programme)
    out: dict[Item, list[Reading]] = {}
    for r in rows.select_related("item__sample", "by").prefetch_related("verdicts").order_by("item", "turn"):
        out.setdefault(r.item, []).append(r)
    return out


def measured_recall(user: Any) -> list[Recall]:
    """Recall of the flag and of the night by each review of what was missed, for the quality statement of a profile.

    A record counts once, by its latest complete reading. Samples are proportional to their strata, so that no weight is needed.
    """
    out = []
    for p in PROGRAMMES.values():
        if p.about != "missed" or user.role not in p.results:
            continue
        last: dict[str, tuple[Item, Reading]] = {}
        for item, done in complete(user, p.key).items():
            if (reading := final(done, item.twice)) is not None:
                before = last.get(item.record_key)
                if before is None or before[0].sample_id < item.sample_id:
                    last[item.record_key] = (item, reading)
        positive = [item for item, reading in last.values() if found_something(reading)]
        for by in KNOWN_BY:
            found = sum(by in i.was_found for i in positive)
            samples = len({i.sample_id for i, _ in last.values()})
            out.append(Recall(p.key, by, found, len(positive) - found, len(last), samples))
    return out


def misses(user: Any) -> list[Miss]:
    """What was missed, as far as this person may know of it; newest first."""
    rows = Miss.objects.visible_to(user, user.as_role.purpose).select_related("item__sample", "reading")
    return list(rows.order_by("-at", "-pk"))


def missed_by(user: Any, indicator: str) -> list[Miss]:
    """Misses of one indicator's rules, for the rule's own page."""
    return [m for m in misses(user) if m.rule == indicator]


def read_twice(done: dict[Item, list[Reading]], question: str = "") -> list[str]:
    """The records whose first and second reading both answer a question; without one, all that two people read."""
    out = []
    for item, readings in done.items():
        two = {r.turn: closed(r) for r in readings if r.turn < 3}
        if len(two) == 2:
            asked = {q.key for q in item.sample.of.questions}
            both = {k if k in asked else "phrases" for k in two[1].keys() & two[2].keys()}
            if question in both or not question:
                out.append(item.record_key)
    return out


def agreed(done: dict[Item, list[Reading]]) -> dict[str, Agreement]:
    """How far first and second readings agree: over all that can be compared, by question, and over phrases."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for item, readings in done.items():
        two = {r.turn: closed(r) for r in readings if r.turn < 3}
        if len(two) < 2:
            continue
        asked = {q.key for q in item.sample.of.questions}
        for key in two[1].keys() & two[2].keys():
            pairs.setdefault(key if key in asked else "phrases", []).append((two[1][key], two[2][key]))
    every = [p for some in pairs.values() for p in some]
    return {"": agreement(every)} | {k: agreement(v) for k, v in sorted(pairs.items())}


@dataclass(frozen=True)
class Precision:
    """Of one language rule: what its phrases turned out to be."""

    rule: str
    true: int
    false_positive: int
    quoted: int
    template: int

    @property
    def n(self) -> int:
        return self.true + self.false_positive + self.quoted + self.template

    @property
    def words(self) -> str:
        """Quoted and template phrases are rightly found: wrong is only what does not blame at all."""
        return share_words(self.n - self.false_positive, self.n)


def judged(user: Any) -> list[Verdict]:
    """The latest verdict on each phrase."""
    last: dict[tuple[str, int, int], Verdict] = {}
    rows = Verdict.objects.visible_to(user, user.as_role.purpose).select_related("reading")
    for v in rows.order_by("pk"):
        last[v.record_key, v.start, v.end] = v
    return list(last.values())


def precision(user: Any) -> list[Precision]:
    """Measured precision of the language rules; each phrase counts once, by the latest verdict on it."""
    count: dict[str, Counter[str]] = {}
    for v in judged(user):
        count.setdefault(v.rule, Counter())[v.verdict] += 1
    return [
        Precision(r, c["true"], c["false_positive"], c["quoted"], c["template"])
        for r, c in sorted(count.items())
    ]


def templates(user: Any) -> dict[tuple[str, str], int]:
    """(Kind of record, phrase) that people named as coming from a form of the system, and how often: a defect to mend there."""
    return {k: len(keys) for k, keys in templates_in(user).items()}


def templates_in(user: Any) -> dict[tuple[str, str], list[str]]:
    """The same with the records, one for each time that it was named."""
    rows = Verdict.objects.visible_to(user, user.as_role.purpose).filter(verdict="template")
    out: dict[tuple[str, str], list[str]] = {}
    for key, text in rows.values_list("record_key", "text"):
        out.setdefault((key.partition(":")[0], text.casefold()), []).append(key)
    return out


def second_looks(user: Any) -> list[dict[str, Any]]:
    """Each second look at a decided flag, with the first decision: the audit of the register."""
    rows = Drawn.objects.visible_to(user, user.as_role.purpose).filter(look__isnull=False)
    rows = rows.select_related("look", "look__by", "sample", "flag").order_by("sample", "pk")
    return [
        {
            "sample": d.sample_id,
            "drawn": d,
            "first": STATES[d.first],
            "second": STATES[d.look.outcome],
            "blind": d.look.was_blind,
        }
        for d in rows
    ]


def sentences(user: Any) -> dict[str, str]:
    """What audits and reviews measured, as a profile's quality statement says it; what has no result is left out."""
    out: dict[str, str] = {}
    blind = [(r["first"], r["second"]) for r in second_looks(user) if r["blind"]]
    if blind:
        said = f"Second looks at decided flags, blind: {agreement(blind).words}."
        confirmed = [b for a, b in blind if a == STATES["confirmed"]]
        if confirmed:
            held = sum(b == STATES["confirmed"] for b in confirmed)
            said += f" Of confirmed flags, confirmed again: {share_words(held, len(confirmed))}."
        out["1 flags"] = said
    for r in measured_recall(user):
        if r.read:
            out[f"2 {r.programme} {r.by}"] = f"{r.words}."
    by_rule = precision(user)
    if n := sum(p.n for p in by_rule):
        right = n - sum(p.false_positive for p in by_rule)
        out["3 language"] = f"Of phrases that the language rules found and people judged, rightly found: {share_words(right, n)}."  # fmt: skip
    return out
