"""Bulk dismissal (practice rule 5): the hits of one rule in one known-wrong pattern, sampled by a second person.

Four conditions, each with a test: the hits are of one rule and one pattern of words; the pattern is known to be wrong
(single hits of it were dismissed, none confirmed); a second person judges a sample and one hit read rightly refuses
the whole; no hit of a record that stands in the item of a child with signals of harm is covered, at the proposal
and again at the decision.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from redshank.web.heads.models import Appearance, Behind, Child, Group, Item, Member, Signal
from redshank.web.worklist import acts
from redshank.web.worklist.config import LISTED, SETTINGS
from redshank.web.worklist.items import Thing, chunks, folded, snapshot, thing_of
from redshank.web.worklist.models import Act, Second, Sweep
from redshank.web.worklist.models.acts import VERDICTS

HARM = "signals of harm"


@dataclass
class Pattern:
    """One rule and the words it matched, with what is known of it."""

    rule: str
    words: str
    dismissed: int  # single dismissals that stand
    confirmed: int
    covered: list[Signal] = field(default_factory=list)  # open hits that a sweep would dismiss
    spared: int = 0  # hits that stand in the item of a child with signals of harm

    @property
    def is_known(self) -> bool:
        return self.dismissed >= SETTINGS["sweep"]["known"] and not self.confirmed


def pattern_of(user: Any, rule: str, words: str) -> Pattern:
    """The pattern as this user sees it: its standing verdicts, and its hits that nobody has judged."""
    words = folded(words)
    last: dict[tuple[str, str], Act] = {}
    rows = Act.objects.visible_to(user, user.as_role.purpose).filter(
        rule=rule, words=words, kind__in=VERDICTS
    )
    for act in rows.filter(undone_by__isnull=True).exclude(hit="").order_by("pk"):
        last[act.hit, act.record_key] = act
    # What a sweep dismissed proves nothing about the pattern: only what a person judged alone does.
    alone = [a for a in last.values() if not a.batch]
    found = Pattern(
        rule, words, sum(a.kind == "dismiss" for a in alone), sum(a.kind == "confirm" for a in last.values())
    )
    hits = _hits(user, rule, words)
    open_hits = [h for h in hits if (h.signal_id, h.record_key) not in last]
    spared = protected(user, {h.record_key for h in open_hits})
    found.covered = [h for h in open_hits if h.record_key not in spared]
    found.spared = len(open_hits) - len(found.covered)
    return found


def _hits(user: Any, rule: str, words: str) -> list[Signal]:
    rows = Signal.objects.visible_to(user, user.as_role.purpose).filter(rule=rule, status__in=LISTED)
    return [h for h in rows.order_by("record_key", "start", "signal_id") if folded(h.text) == words]


def protected(user: Any, keys: set[str]) -> set[str]:
    """Records that name a child with signals of harm, stand behind one, or are folded with one into an item."""
    purpose = user.as_role.purpose
    harmed = Child.objects.visible_to(user, purpose)
    harmed = harmed.filter(sexual=HARM) | harmed.filter(criminal=HARM)
    children = set(harmed.values_list("person_id", flat=True))
    groups = {
        g
        for part in chunks(children)
        for g in Member.objects.visible_to(user, purpose)
        .filter(person_id__in=part)
        .values_list("group_id", flat=True)
    }
    out: set[str] = set()
    for part in chunks(keys):
        named = Appearance.objects.visible_to(user, purpose).filter(record_key__in=part)
        out |= {k for k, p in named.values_list("record_key", "person_id") if p in children}
        behind = Behind.objects.visible_to(user, purpose).filter(record_key__in=part)
        for kind, ident, key in behind.values_list("kind", "ident", "record_key"):
            if (kind == "child" and ident in children) or (kind == "group" and ident in groups):
                out.add(key)
    for g in Group.objects.visible_to(user, purpose).filter(group_id__in=groups):
        out |= keys & set(g.parsed("story")["records"])
    for item in Item.objects.visible_to(user, purpose).filter(about__in=("child", "group")):
        if item.ident in children or item.ident in groups:
            out |= keys & set(item.parsed("records"))
    return out


def sample_of(hits: list[Signal], seed: str) -> list[str]:
    """Which hits the second person sees: drawn by the form's token, so that nobody picks them."""
    told = SETTINGS["sweep"]
    size = min(len(hits), max(told["least"], math.ceil(len(hits) * told["share"])))
    ids = sorted(h.signal_id for h in hits)
    return sorted(random.Random(seed).sample(ids, size))


def propose(user: Any, pattern: Pattern, why: str, once: str, run: int) -> Sweep:
    """A bulk dismissal before a second person; nothing is dismissed yet."""
    if (first := Sweep.objects.filter(once=once).first()) is not None:
        return first
    if not pattern.is_known:
        raise acts.NotAllowed(
            f"The pattern is not known to be wrong: {pattern.dismissed} single dismissals, {pattern.confirmed} confirmed;"
            f" it takes {SETTINGS['sweep']['known']}, and none confirmed"
        )
    if not pattern.covered:
        raise acts.NotAllowed("No hit is left that it may cover")
    with transaction.atomic():
        if [s for s in Sweep.objects.filter(rule=pattern.rule, words=pattern.words) if s.state == "waiting"]:
            raise acts.NotAllowed("This pattern is before a second person already")
        sweep = Sweep(
            rule=pattern.rule, words=pattern.words, by=user, role=user.role, why=why, once=once, run=run
        )
        sweep.hits = json.dumps([[h.signal_id, h.record_key] for h in pattern.covered])
        sweep.sample = json.dumps(sample_of(pattern.covered, once))
        sweep.save(force_insert=True)
    return sweep


def may_decide(user: Any, sweep: Sweep) -> str:
    if sweep.state != "waiting":
        return "It was decided already."
    if sweep.by_id == user.pk:
        return "You proposed it: another person looks at the sample."
    return ""


def decide(user: Any, number: int, verdicts: dict[str, str], why: str, once: str, run: int) -> Second:
    """The second person's verdict on each hit of the sample. All wrong: the covered hits are dismissed. One right: none is."""
    with transaction.atomic():
        sweep = Sweep.objects.select_for_update().get(pk=number)
        if (first := Second.objects.filter(sweep=sweep).select_related("by").first()) is not None:
            if first.once == once and first.by_id == user.pk:
                return first
            raise acts.NotAllowed(f"{first.by.name} was first. Your text is kept below")
        if reason := may_decide(user, sweep):
            raise acts.NotAllowed(reason)
        sample = sweep.parsed("sample")
        if set(verdicts) != set(sample) or not set(verdicts.values()) <= {"right", "wrong"}:
            raise acts.NotAllowed("Judge every hit of the sample")
        outcome = "refused" if "right" in verdicts.values() else "agreed"
        done = _dismiss(user, sweep, run) if outcome == "agreed" else 0
        second = Second(sweep=sweep, outcome=outcome, verdicts=json.dumps(verdicts), dismissed=done)
        second.by, second.role, second.why, second.once = user, user.role, why, once
        second.save(force_insert=True)
    return second


def withdraw(user: Any, number: int, why: str, once: str) -> Second:
    """Taken back by who proposed it, before a second person decided."""
    with transaction.atomic():
        sweep = Sweep.objects.select_for_update().get(pk=number)
        if (first := Second.objects.filter(sweep=sweep).select_related("by").first()) is not None:
            if first.once == once:
                return first
            raise acts.NotAllowed(f"{first.by.name} was first")
        if sweep.by_id != user.pk:
            raise acts.NotAllowed("Only who proposed it withdraws it")
        second = Second(sweep=sweep, outcome="withdrawn", by=user, role=user.role, why=why, once=once)
        second.save(force_insert=True)
    return second


def _dismiss(user: Any, sweep: Sweep, run: int) -> int:
    """Dismisses what is still covered now: a hit judged meanwhile, or of a child harmed by now, is left alone."""
    wanted = {tuple(pair) for pair in sweep.parsed("hits")}
    pattern = pattern_of(user, sweep.rule, sweep.words)
    if not pattern.is_known:
        raise acts.NotAllowed(
            "A hit of the pattern was confirmed meanwhile, or its dismissals were taken back"
        )
    done = 0
    for hit in pattern.covered:
        if (hit.signal_id, hit.record_key) not in wanted:
            continue
        thing: Thing | None = thing_of(user, "record", hit.record_key)
        if thing is None:
            continue
        wish = acts.Wish(
            "dismiss",
            f"sweep:{sweep.pk}:{hit.signal_id}"[:80],
            sweep.why,
            "wrong_reading",
            hit,
            batch=f"sweep:{sweep.pk}",
        )
        acts.do(user, thing, wish, run=run, shown=snapshot(thing, [hit]))
        done += 1
    return done
