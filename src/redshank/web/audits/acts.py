"""Drawing, reading, settling, telling a line manager: every rule of a review in one place."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime

from redshank.web.access.standing import line_managers
from redshank.web.audits import sampling
from redshank.web.audits.models import Feedback, Heard, Item, Led, Miss, Reading, Sample, Verdict
from redshank.web.audits.programmes import FEATURES, LIMITS, LINE_MANAGERS, SHADOW, VERSION, Programme
from redshank.web.flags.acts import opened
from redshank.web.flags.definition import IN_FORCE
from redshank.web.flags.models import Flag
from redshank.web.heads.models import Phrase, Record, Signal
from redshank.web.pages.around import publication
from redshank.web.policy.names import fold


class NotAllowed(Exception):
    """A rule is in the way; the text says which, ``field`` where on the form."""

    def __init__(self, text: str, field: str) -> None:
        self.field = field
        super().__init__(text)


class Meanwhile(Exception):
    """Somebody else read it first."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        super().__init__("read meanwhile")


def _once(user: Any, once: str) -> str:
    return f"{user.pk}:{once}"[:80]


def make(user: Any, p: Programme, seed: str, size: int, since: date, until: date, once: str) -> Sample:
    """Draws a sample; :class:`NotAllowed` where there is nothing to draw from, or the role does not draw."""
    key = _once(user, once)
    if before := Sample.objects.filter(once=key).first():
        return before
    if p.about == "shadow":
        raise NotAllowed("It is drawn on the server, from a list of the existing scan", "size")
    if user.role not in p.draws:
        raise NotAllowed("Your role does not draw this sample", "size")
    if since > until:
        raise NotAllowed("The first day lies after the last", "since")
    new = sampling.drawn(user, p, seed, size, since, until)
    if not new.keys:
        raise NotAllowed("There is no record of these days to draw from", "since")
    found = sampling.known(user, new.keys) if p.about == "missed" else {}
    return _keep(user, p, new, found, seed, size, since, until, key)


def shadow(user: Any, listed: list[str], seed: str, size: int, since: date, until: date, once: str) -> tuple[Sample, bool, int]:  # fmt: skip
    """Draws a sample beside the existing scan; whether it is new, and how many of those listed are records of these days."""
    key = _once(user, once)
    if before := Sample.objects.filter(once=key).first():
        return before, False, 0
    if user.role not in SHADOW.draws:
        raise NotAllowed("Your role does not draw this sample", "size")
    if since > until:
        raise NotAllowed("The first day lies after the last", "since")
    old = set(listed)
    new = sampling.shadow(user, SHADOW, old, seed, size, since, until)
    if not new.keys:
        raise NotAllowed("There is no record of these days to draw from", "since")
    found = sampling.known(user, new.keys)
    for k in new.keys:
        if k in old:
            found[k].add("old")
    made = _keep(user, SHADOW, new, found, seed, size, since, until, key)
    return made, True, len(old & set(new.frame))


def _keep(
    user: Any, p: Programme, new: sampling.Drawn, found: dict[str, set[str]], seed: str, size: int, since: date, until: date, key: str,
) -> Sample:  # fmt: skip
    state = publication()
    try:
        with transaction.atomic():
            sample = Sample(
                programme=p.key, version=VERSION, seed=seed, size=size, since=since, until=until, frame=json.dumps(new.counts),
                frame_digest=new.digest, cleared=user.as_role.cleared, as_of=state.as_of, run=state.current_run, by=user, once=key,
            )  # fmt: skip
            sample.save(force_insert=True)
            for k in new.keys:
                Item(sample=sample, record_key=k, stratum=new.frame[k], twice=k in new.twice, found=" ".join(sorted(found.get(k, ())))).save(force_insert=True)  # fmt: skip
    except IntegrityError:
        return Sample.objects.get(once=key)
    return sample


@dataclass(frozen=True)
class Given:
    """What a form brought, checked against the programme's questions."""

    answers: dict[str, Any]
    once: str
    seconds: int = 0
    verdicts: dict[tuple[int, int], str] = field(default_factory=dict)


def turn_of(user: Any, item: Item, done: list[Reading]) -> int:
    """Which reading this person may make of an item now; :class:`NotAllowed` says why none."""
    if user.role not in item.sample.of.reads:
        raise NotAllowed("Your role does not read in this review", "reading")
    if any(r.by_id == user.pk for r in done):
        raise NotAllowed("You read it already: a reading stands as it was made", "reading")
    turns = {r.turn for r in done}
    if 1 not in turns:
        return 1
    if item.twice and 2 not in turns:
        return 2
    if 3 not in turns and differs(done):
        return 3
    raise NotAllowed("It has been read: nothing waits here", "reading")


def differs(done: list[Reading]) -> bool:
    """Two readings that do not answer alike, phrase by phrase and question by question."""
    two = [r for r in done if r.turn < 3]
    return len(two) == 2 and closed(two[0]) != closed(two[1])


def closed(reading: Reading) -> dict[str, str]:
    """The answers that can be compared: those chosen from a list, and what each phrase is."""
    p = reading.item.sample.of
    answers = reading.parsed("answers")
    told = {q.key: answers.get(q.key, "") for q in p.questions if q.kind == "answer"}
    return told | {f"{v.start}-{v.end}": v.verdict for v in reading.verdicts.all()}


def final(done: list[Reading], twice: bool) -> Reading | None:
    """The reading that stands for an item; None as long as it is not complete, or two differ and nobody settled it."""
    by = {r.turn: r for r in done}
    if 3 in by:
        return by[3]
    if 1 not in by or (twice and 2 not in by) or differs(done):
        return None
    return by[1]


def phrases_of(user: Any, key: str) -> list[Phrase]:
    rows = Phrase.objects.visible_to(user, user.as_role.purpose).filter(record_key=key)
    return list(rows.order_by("start", "end"))


def rule_of(phrase: Phrase) -> str:
    """The language rule that found a phrase: the last part of its own name."""
    return str(phrase.uid).rpartition("|")[2]


def read(user: Any, number: int, given: Given, seen_turns: int) -> Reading:
    """Keeps a reading.

    Raises:
        NotAllowed: a rule is in the way, or the record was not opened since it was drawn (practice rule 1).
        Meanwhile: somebody read it since the page was opened.
    """
    key = _once(user, given.once)
    with transaction.atomic():
        # Locked, so that of two at once the second meets the first's reading.
        item = Item.objects.select_for_update(of=("self",)).select_related("sample").get(pk=number)
        if before := Reading.objects.filter(once=key).first():
            return before
        done = list(item.readings.select_related("item__sample", "by").prefetch_related("verdicts"))
        if len(done) != seen_turns:
            raise Meanwhile(done[-1])
        turn = turn_of(user, item, done)
        seen = opened(user, [item.record_key], item.sample.at)
        if item.record_key not in seen:
            raise NotAllowed("Open the record first: what you read in it is what counts", "opened")
        record = Record.objects.visible_to(user, user.as_role.purpose).get(key=item.record_key)
        phrases = phrases_of(user, item.record_key) if item.sample.of.has_phrases else []
        shown = {
            "run": publication().current_run,
            "delivery": record.delivery,
            "phrases": [[p.start, p.end] for p in phrases],
        }
        words = " ".join(v for v in given.answers.values() if isinstance(v, str))
        reading = Reading(
            item=item, turn=turn, by=user, role=user.role, version=VERSION, answers=json.dumps(given.answers), seconds=given.seconds,
            opened_at=parse_datetime(seen[item.record_key]), shown=json.dumps(shown), folded=fold(words), once=key,
        )  # fmt: skip
        reading.save(force_insert=True)
        for p in phrases:
            Verdict(reading=reading, record_key=item.record_key, start=p.start, end=p.end, text=p.text, rule=rule_of(p), verdict=given.verdicts[p.start, p.end]).save(force_insert=True)  # fmt: skip
        _misses(item, [*done, reading])
    return reading


def _misses(item: Item, done: list[Reading]) -> None:
    """Once an item is complete: a row for each way in which the night should have found it and did not.

    Where the record holds the signal already, its rule is not at fault: what was missed is that of proposing groups.
    """
    p = item.sample.of
    reading = final(done, item.twice)
    if p.finding is None or reading is None or "night" in item.was_found or not found_something(reading):
        return
    told = set(Signal.objects.visible_to(reading.by, reading.by.as_role.purpose).filter(record_key=item.record_key, status="affirmed").values_list("indicator", flat=True))  # fmt: skip
    for key in reading.parsed("answers").get("features") or ["other"]:
        f = FEATURES[key]
        rule = f.indicator if f.indicator and f.indicator not in told else f.rule
        Miss(item=item, reading=reading, feature=key, rule=rule, definition=IN_FORCE.version).save(
            force_insert=True
        )


def found_something(reading: Reading) -> bool:
    """Whether a reading says that a group shows in the record."""
    p = reading.item.sample.of
    return p.finding is not None and reading.parsed("answers").get(p.finding.key) == p.finding.finds


def owes_flag(item: Item, readings: list[Reading]) -> bool:
    """Of these readings one found a group in a record without a flag. It waits for no second reading, and for nobody who left:
    whoever may know of the reading proposes. What was settled as no group, or flagged meanwhile, is owed no more."""
    if "flag" in item.was_found or not any(found_something(r) for r in readings):
        return False
    settled = item.readings.filter(turn=3).first()
    if settled is not None and not found_something(settled):
        return False
    flagged = Flag.objects.filter(about="record", ident=item.record_key).exclude(state="withdrawn")
    return not flagged.exists()


def led_to(user: Any, item: Item, flag: Flag) -> None:
    """Keeps that the review led to this flag; the second of two changes nothing."""
    try:
        with transaction.atomic():
            Led(item=item, flag=flag, by=user).save(force_insert=True)
    except IntegrityError:
        return


def tell(user: Any, item: Item, to: Any, text: str, once: str) -> Feedback:
    """What a line manager is told of one record: by somebody who read it, to nobody else."""
    key = _once(user, once)
    if before := Feedback.objects.filter(once=key).first():
        return before
    if not item.readings.filter(by=user).exists():
        raise NotAllowed("Read it first: who read it tells the line manager", "text")
    if not text or len(text) > LIMITS.text:
        raise NotAllowed(
            f"Write what the line manager should know, at most {LIMITS.text:,} characters", "text"
        )
    if to not in line_managers(LINE_MANAGERS):
        raise NotAllowed("It is for a line manager alone: choose one of the list", "to")
    if not Record.objects.visible_to(to, to.as_role.purpose).filter(key=item.record_key).exists():
        raise NotAllowed("The line manager cannot open this record here: choose another", "to")
    made = Feedback(item=item, to=to, text=text, by=user, folded=fold(text), once=key)
    made.save(force_insert=True)
    return made


def heard(user: Any, feedback: Feedback) -> None:
    """The line manager spoke with whoever wrote it."""
    last = feedback.last_handed
    if (last.to_id if last else feedback.to_id) != user.pk:
        raise NotAllowed("It is for another line manager", "heard")
    try:
        with transaction.atomic():
            Heard(feedback=feedback).save(force_insert=True)
    except IntegrityError:
        return
