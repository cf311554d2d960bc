"""A review: its terms, its measures fixed before it opens, its survey, what was found. Every rule in one place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from redshank.web.policies import acts
from redshank.web.policies.models import (
    FINDINGS,
    MET,
    Answered,
    Measure,
    Result,
    Review,
    ReviewStep,
    Tally,
    Version,
)
from redshank.web.policies.settings import ANSWERS, QUESTIONS
from redshank.web.versions import Meanwhile, NotAllowed, mark


def plan(user: Any, version: Version, terms: str, once: str) -> tuple[Review, bool]:
    """A review of the version in force; one at a time."""
    key = mark(user, once)
    try:
        with transaction.atomic():
            held = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
            if before := Review.objects.filter(once=key).first():
                return before, False
            if held.state != "adopted":
                raise NotAllowed("Only the version in force is reviewed")
            when = acts.due(held)
            if when is None or when.review is not None:
                raise Meanwhile(when.review.steps.select_related("by").first() if when and when.review else None)  # fmt: skip
            made = Review.objects.create(version=held, due=when.on, terms=terms, by=user, once=key)
            ReviewStep(review=made, kind="planned", text=terms, by=user, once=key).save()
        return made, True
    except IntegrityError:
        if before := Review.objects.filter(once=key).first():
            return before, False
        raise


@dataclass
class Held:
    """A review that nobody else acts on now; ``before`` is the step of this very form, where it came before."""

    review: Review
    before: ReviewStep | None

    def step(self, user: Any, kind: str, text: str, once: str, measure: Measure | None = None) -> ReviewStep:
        made = ReviewStep(review=self.review, kind=kind, text=text, measure=measure, by=user, once=once)
        made.save()
        return made


def _held(number: int, once: str, seen: int) -> Held:
    """Locks a review; :class:`Meanwhile` where somebody acted since the page was opened."""
    review = Review.objects.select_for_update(of=("self",)).get(pk=number)
    if before := review.steps.filter(once=once).first():
        return Held(review, before)
    if review.steps.count() != seen:
        raise Meanwhile(review.steps.select_related("by").last())
    return Held(review, None)


def _in(review: Review, state: str, says: str) -> None:
    if review.state != state:
        raise NotAllowed(says)


BEFORE = "The measures are fixed: terms and measures stay as they are"


def rewrite(user: Any, number: int, terms: str, once: str, seen: int) -> ReviewStep:
    """Other terms of reference; those before stand in the steps."""
    once = mark(user, once)
    with transaction.atomic():
        held = _held(number, once, seen)
        if held.before:
            return held.before
        _in(held.review, "planned", BEFORE)
        held.review.terms = terms
        held.review.save(update_fields=["terms"])
        return held.step(user, "terms", terms, once)


def choose(user: Any, number: int, given: dict[str, str], once: str, seen: int) -> ReviewStep:
    """A measure joins; only before they are fixed."""
    once = mark(user, once)
    with transaction.atomic():
        held = _held(number, once, seen)
        if held.before:
            return held.before
        _in(held.review, "planned", BEFORE)
        made = Measure(review=held.review, by=user, once=once, **given)
        made.save()
        return held.step(user, "measure", given["title"], once, made)


def withdraw(user: Any, number: int, measure: int, why: str, once: str, seen: int) -> ReviewStep:
    """A measure goes, with the reason; it stays to be seen. Only before they are fixed."""
    once = mark(user, once)
    with transaction.atomic():
        held = _held(number, once, seen)
        if held.before:
            return held.before
        _in(held.review, "planned", BEFORE)
        found = next((m for m in standing(held.review) if m.pk == measure), None)
        if found is None:
            raise NotAllowed("Choose a measure that stands")
        return held.step(user, "withdrawn", why, once, found)


def standing(review: Review) -> list[Measure]:
    """The measures of a review that were not withdrawn."""
    gone = review.steps.filter(kind="withdrawn").values("measure")
    return list(review.measures.exclude(pk__in=gone).select_related("by"))


def fix(user: Any, number: int, text: str, once: str, seen: int) -> ReviewStep:
    """From now on no measure joins and none goes: by whom and when is kept, and nothing takes it back."""
    once = mark(user, once)
    with transaction.atomic():
        held = _held(number, once, seen)
        if held.before:
            return held.before
        _in(held.review, "planned", "They are fixed already")
        if not standing(held.review):
            raise NotAllowed("Choose at least one measure first")
        held.review.state = "fixed"
        held.review.save(update_fields=["state"])
        return held.step(user, "fixed", text, once)


def open_(user: Any, number: int, until: date, text: str, once: str, seen: int) -> ReviewStep:
    """The review begins, and with it the survey, whose questions are kept as they stand today."""
    once = mark(user, once)
    with transaction.atomic():
        held = _held(number, once, seen)
        if held.before:
            return held.before
        review = held.review
        _in(review, "fixed", "It opens once, after its measures were fixed")
        if until < timezone.localdate():
            raise NotAllowed("The survey ends on a day that is still to come")
        review.state, review.survey_until = "open", until
        review.questions, review.answers = json.dumps(QUESTIONS), json.dumps(ANSWERS)
        review.save(update_fields=["state", "survey_until", "questions", "answers"])
        Tally.objects.bulk_create(Tally(review=review, question=q, answer=a) for q in QUESTIONS for a in ANSWERS)  # fmt: skip
        return held.step(user, "open", text, once)


def answer(user: Any, review: Review, given: dict[str, str]) -> bool:
    """One person's answers, counted and not kept; whether they were taken now."""
    if not review.survey_is_open:
        raise NotAllowed("The survey is over")
    if set(given) != set(review.asks) or set(given.values()) - set(review.offers):
        raise NotAllowed("Answer each question")
    try:
        with transaction.atomic():
            Answered(review=review, by=user).save()
            for question, said in sorted(given.items()):
                Tally.objects.filter(review=review, question=question, answer=said).update(count=F("count") + 1)  # fmt: skip
        return True
    except IntegrityError:
        return False


def answered(review: Review) -> int:
    """How many have answered."""
    return int(review.answered.count())


def results(user: Any, review: Review) -> list[tuple[str, list[tuple[str, int]]]]:
    """Question → how often each answer; nothing while the survey is open, nor where too few answered to be told."""
    rows = Tally.objects.visible_to(user, user.as_role.purpose).filter(review=review)
    counts = {(t.question, t.answer): t.count for t in rows}
    if not counts:
        return []
    return [(asks, [(said, counts.get((q, a), 0)) for a, said in review.offers.items()]) for q, asks in review.asks.items()]  # fmt: skip


def find(user: Any, number: int, kind: str, text: str, once: str, seen: int) -> ReviewStep:
    """What the review found; said again it stands beside what was said before."""
    once = mark(user, once)
    with transaction.atomic():
        held = _held(number, once, seen)
        if held.before:
            return held.before
        _in(held.review, "open", "Findings are written while the review is open")
        if kind not in FINDINGS:
            raise NotAllowed("Choose of what")
        if kind == "understanding" and not held.review.survey_is_over:
            raise NotAllowed("Understanding is told once the survey is over")
        return held.step(user, kind, text, once)


def take(user: Any, number: int, measure: int, given: dict[str, str], once: str, seen: int) -> ReviewStep:
    """What a measure told."""
    once = mark(user, once)
    with transaction.atomic():
        held = _held(number, once, seen)
        if held.before:
            return held.before
        _in(held.review, "open", "A measure is taken while the review is open")
        found = next((m for m in standing(held.review) if m.pk == measure), None)
        if found is None or given["met"] not in MET:
            raise NotAllowed("Choose one of the measures that were fixed")
        Result(measure=found, by=user, once=once, **given).save()
        return held.step(user, "result", f"{found.title}: {given['value']}", once, found)


def lacks(review: Review) -> list[str]:
    """What is missing before a review can be closed."""
    said = set(review.steps.values_list("kind", flat=True))
    out = [f"a finding on {f}" for f in FINDINGS if f not in said]
    return out + [f"what “{m.title}” told" for m in standing(review) if not m.results.exists()]


def close(user: Any, number: int, text: str, once: str, seen: int) -> ReviewStep:
    """Closed with what follows from it; from here the next one is counted."""
    once = mark(user, once)
    with transaction.atomic():
        held = _held(number, once, seen)
        if held.before:
            return held.before
        _in(held.review, "open", "Only an open review is closed")
        if missing := lacks(held.review):
            raise NotAllowed(f"Still missing: {'; '.join(missing)}")
        held.review.state, held.review.closed_on = "closed", timezone.localdate()
        held.review.save(update_fields=["state", "closed_on"])
        return held.step(user, "closed", text, once)
