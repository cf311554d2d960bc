"""The programme of a demonstration home: small and invented, made once by its accounts. Nobody in it is anybody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.heads.models import Record
from redshank.web.learning import acts
from redshank.web.learning.models import Course, Event

#: Local courses as a force has them beside the offer: subject → title.
LOCAL = {
    "child_abuse": "Child abuse: first account and safeguarding", "domestic_abuse": "Domestic abuse: children in the house",
    "extortion": "Extortion by images", "modern_slavery": "Modern slavery: child criminal exploitation", "sexual_offences": "Rape and sexual offences: first response",
    "vulnerability": "Vulnerability: seeing the whole child", "stalking": "Stalking and harassment",
}  # fmt: skip
RESPONSE, REACHED = 170, 156  # of each of two districts: 312 of 340 in all


def seed() -> None:
    """Makes it where the home has none and its accounts are there."""
    some = {u.username: u for u in User.objects.filter(demonstration=True)}
    trainer, officer = some.get("demo-learning"), some.get("demo-partnership_officer")
    if trainer is None or officer is None or Course.objects.exists():
        return
    today = timezone.localdate()
    with transaction.atomic():
        places = _districts()
        rows = ["role,district,staff reference,number"]
        rows += [
            f"response officer,{d},{d[:1]}{at}-{n:03},1"
            for at, d in enumerate(places)
            for n in range(RESPONSE)
        ]
        rows += [f"neighbourhood officer,{d},,40" for d in places]
        rows += [f"detective,{places[0]},,60", f"astronaut,{places[0]},,1"]
        acts.take_establishment(trainer, "people-in-post.csv", _file(rows), today - timedelta(days=20), "Workforce planning, invented", "seed")  # fmt: skip
        _hydrant(trainer, today)
        _language(trainer, places, today)
        for subject, title in LOCAL.items():
            made = _course(trainer, title, subject, "local", "response|neighbourhood|investigator")
            acts.course_step(trainer, made.pk, "delivered", today - timedelta(days=300), "Part of the yearly training days.", "", "", f"seed {subject}", 0)  # fmt: skip
        _outside(officer, today)
        _publications(officer, today)


def _districts() -> tuple[str, str]:
    """The two districts of which most records are."""
    names = (
        Record.objects.filter(valid_to__isnull=True).exclude(district="").values_list("district", flat=True)
    )
    found = sorted(set(names))
    return (found[0], found[1]) if len(found) > 1 else ("North", "South")


def _file(rows: list[str]) -> bytes:
    return "\r\n".join(rows).encode()


def _course(user: Any, title: str, subject: str, origin: str, posts: str, **more: Any) -> Course:
    given = {"title": title, "subject": subject, "origin": origin, "posts": posts, "outside": "", "due_by": None, "repeat_months": 0, "recommendation": ""}  # fmt: skip
    return acts.add_course(user, given | more, f"seed {title[:20]}")[0]


def _hydrant(user: Any, today: date) -> None:
    made = _course(user, "Continuing professional development offer", "exploitation", "hydrant", "response|neighbourhood|investigator|supervisor", due_by=today + timedelta(days=60), recommendation="Recommendation 8")  # fmt: skip
    way = (
        ("asked", 120, "We asked which material there is, so that it can be adapted here.", "", ""),
        ("received", 80, "The material came.", "Course material, version 2", "Learning folder"),
        (
            "adapted",
            50,
            "Local examples and the local way of passing a concern on.",
            "Local course, version 1",
            "Learning folder",
        ),
        ("planned", 20, "Days in the coming quarter, with learning and development.", "", ""),
    )
    for n, (kind, days, text, paper, kept) in enumerate(way):
        acts.course_step(
            user, made.pk, kind, today - timedelta(days=days), text, paper, kept, f"seed h{n}", n
        )
    given = {"on": today + timedelta(days=21), "where": "Training centre", "who": "Learning and development", "audience": "Response and neighbourhood officers"}  # fmt: skip
    acts.add_event(user, made, given, "seed h event")


def _language(user: Any, places: tuple[str, str], today: date) -> None:
    """A direct input to all response officers, as the response tells of one."""
    made = _course(user, "Appropriate language: direct input", "language", "local", "response", due_by=today - timedelta(days=10), recommendation="Recommendation 9")  # fmt: skip
    for at, district in enumerate(places):
        on = today - timedelta(days=60 - at * 20)
        given = {"on": on, "where": f"Briefing room, {district}", "who": "Exploitation partnership officer", "audience": "All response officers"}  # fmt: skip
        event, _ = acts.add_event(user, made, given, f"seed l{at}")
        acts.event_step(user, event.pk, "held", on, "Held at each shift's briefing.", f"seed l{at} held", 0)
        refs = [
            "staff reference",
            *(f"{district[:1]}{at}-{n:03}" for n in range(REACHED)),
            "not a reference!",
        ]
        acts.take_attendance(user, Event.objects.get(pk=event.pk), f"attendance-{at + 1}.csv", _file(refs), f"seed l{at} file")  # fmt: skip
        acts.evaluate(user, Event.objects.get(pk=event.pk), 60, {"useful": 52, "confident": 47, "differently": 33}, "", f"seed l{at} forms")  # fmt: skip


def _outside(user: Any, today: date) -> None:
    made = _course(user, "Seeing exploitation from the driver's seat", "exploitation", "local", "", outside="Licensed drivers")  # fmt: skip
    on = today - timedelta(days=35)
    given = {"on": on, "where": "Town hall", "who": "Exploitation partnership officer", "audience": "Licensed drivers"}  # fmt: skip
    event, _ = acts.add_event(user, made, given, "seed o")
    acts.event_step(user, event.pk, "held", on, "Held with the licensing team.", "seed o held", 0)
    acts.take_attendance(user, Event.objects.get(pk=event.pk), "drivers.csv", _file(["audience,number", "Licensed drivers,42"]), "seed o file")  # fmt: skip
    acts.size(user, "Licensed drivers", 120, "The licensing register, invented", today - timedelta(days=40), "seed size")  # fmt: skip


def _publications(user: Any, today: date) -> None:
    told = (
        (
            "What the exploitation policy asks of you",
            "intranet",
            150,
            "All staff",
            "Recommendation 9",
            640,
            "page views of the intranet",
        ),
        (
            "Words that help, words that harm",
            "briefing",
            70,
            "Response officers",
            "Recommendation 9",
            290,
            "read receipts",
        ),
        ("Know the signs of child exploitation", "media", 45, "People of the county", "", None, ""),
    )
    for n, (title, kind, days, audience, recommendation, number, source) in enumerate(told):
        on = today - timedelta(days=days)
        given = {"title": title, "kind": kind, "on": on, "audience": audience, "where": "", "recommendation": recommendation}  # fmt: skip
        made, _ = acts.publish(user, given, f"seed p{n}")
        if number is not None:
            acts.reach(user, made, number, source, on + timedelta(days=20), f"seed r{n}")
