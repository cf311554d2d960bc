"""The operation in numbers. Outside the teams a small number of test results is told as "fewer than" (practice rule 24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from redshank.web.makesafe.models import TEAM, Business, Message, Training, Visit, in_force
from redshank.web.makesafe.settings import DATA, RESULTS, TOLD, later
from redshank.web.makesafe.standing import standing

LEAST = DATA["totals"]["least"]


@dataclass(frozen=True)
class Figure:
    says: str
    told: str
    hint: str = ""


def share(part: int, whole: int) -> str:
    """So many of so many, with the percentage.

    >>> share(3, 4), share(0, 0)
    ('3 of 4 (75%)', 'none yet')
    """
    return f"{part:,} of {whole:,} ({round(100 * part / whole)}%)" if whole else "none yet"


def guarded(part: int, whole: int, exact: bool) -> str:
    """A share of test results. Neither a small number nor what a small number can be told from stands for others.

    >>> guarded(3, 9, False), guarded(7, 9, False), guarded(2, 3, False), guarded(6, 12, False)
    ('fewer than 5 of 9', 'all but fewer than 5 of 9', 'fewer than 5 answers', '6 of 12 (50%)')
    """
    if exact:
        return share(part, whole)
    if whole < LEAST:
        return f"fewer than {LEAST} answers"
    if part < LEAST:
        return f"fewer than {LEAST} of {whole:,}"
    if whole - part < LEAST:
        return f"all but fewer than {LEAST} of {whole:,}"
    return share(part, whole)


def counted(number: int, exact: bool) -> str:
    return f"{number:,}" if exact or number >= LEAST else f"fewer than {LEAST}"


def consistency(user: Any, today: date) -> tuple[int, int]:
    """Of the trainings and visits of the last months that this reader sees: how many gave the version in force on the day.

    Outside the teams test visits are left out, since the number of the others can be counted and taken off.
    """
    purpose = user.as_role.purpose
    messages = list(Message.objects.visible_to(user, purpose))
    since = later(today, -DATA["message"]["months"])
    given: list[tuple[date, int | None]] = []
    for model in (Training, Visit):
        rows = model.objects.visible_to(user, purpose).filter(struck__isnull=True, on__gt=since)
        given += rows.values_list("on", "message")
    same = sum(
        m is not None and (now := in_force(messages, on)) is not None and now.pk == m for on, m in given
    )
    return same, len(given)


def revisits(inside: Any, today: date) -> tuple[int, int]:
    """Of the test visits that were not passed and whose time is over or that were followed: how many in time."""
    rows = Visit.objects.filter(business__in=inside, struck__isnull=True).order_by("on", "id")
    by: dict[int, list[tuple[date, date | None]]] = {}
    for business, on, again in rows.values_list("business", "on", "again_by"):
        by.setdefault(business, []).append((on, again))
    met = due = 0
    for visits in by.values():
        for at, (_, again) in enumerate(visits):
            if again is None:
                continue
            following = visits[at + 1][0] if at + 1 < len(visits) else None
            if following is not None or again < today:
                due += 1
                met += following is not None and following <= again
    return met, due


def figures(user: Any) -> list[tuple[str, list[Figure]]]:
    """Heading → what is counted under it."""
    today, exact = timezone.localdate(), user.as_role.allows(TEAM)
    inside = Business.objects.visible_to(user, user.as_role.purpose)
    some = standing(user)
    last = [s.training for s in some if s.training]
    since = later(today, -12)
    visits = Visit.objects.filter(business__in=inside, struck__isnull=True, on__gt=since)
    tests = list(visits.filter(kind="test").values_list(*RESULTS))
    same, all_given = consistency(user, today)
    met, due = revisits(inside, today)
    months = DATA["training"]["months"]
    results = []
    for at, result in enumerate(RESULTS):
        answers = [t[at] for t in tests if t[at] != "na"]
        results.append(Figure(TOLD[result], guarded(answers.count("yes"), len(answers), exact)))
    return [
        ("Businesses and training", [
            Figure("Businesses in the operation", f"{len(some):,}"),
            Figure(f"Trained in the last {months} months", share(sum(s.is_trained for s in some), len(some))),
            Figure("Staff trained, by each business's last training", share(sum(t.trained for t in last), sum(t.staff for t in last))),
        ]),
        ("Consistency of the message", [
            Figure(f"Gave the version in force at the time, in the last {DATA['message']['months']} months", share(same, all_given), "Trainings and visits that you may see; giving no version counts against"),
        ]),
        ("Test visits in the last 12 months", [
            Figure("Test visits", counted(len(tests), exact)),
            *results,
            Figure(f"Visited again within {DATA['revisit']['days']} days after a visit that was not passed", guarded(met, due, exact)),
        ]),
    ]  # fmt: skip
