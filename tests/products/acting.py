"""What people of a demonstration home did, through the application's own acts, on days of the force's months."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import time_machine

_number = itertools.count(1)
AXES = {"nature": "cse", "group_basis": "named", "setting": "community", "online": "contact", "recent": "recent", "peers": "no"}  # fmt: skip
ANSWERS = {
    "under_18": "yes",
    "power": "yes",
    "coerced": "yes",
    "sexual": "yes",
    "exchange": "yes",
    "group": "yes",
}


def once() -> str:
    return f"acting-{next(_number)}"


class Acting:
    """``at(days)``: the clock stands so many days before the extracts."""

    def __init__(self, as_of: datetime) -> None:
        from redshank.web.accounts.models import User

        self.as_of = as_of
        self.who = {u.username.removeprefix("demo-"): u for u in User.objects.filter(demonstration=True)}

    def at(self, days: float) -> Any:
        return time_machine.travel(self.as_of - timedelta(days=days), tick=True)

    def opened(self, user: Any, keys: tuple[str, ...]) -> None:
        from redshank.web.trail import write

        for key in keys:
            write.note(SimpleNamespace(user=user, path="/", META={}, headers={}, GET={}), "consultation", "record", key)  # fmt: skip

    def day(self, days: float) -> date:
        return (self.as_of - timedelta(days=days)).date()


def everything(as_of: datetime, times: int) -> None:
    """``times``: how often, so that two forces differ."""
    a = Acting(as_of)
    flags(a, times)
    meetings(a, times)
    options(a, times)
    sharing(a, times)
    makesafe(a, times)
    concerns(a, times)
    lines(a)


def _crimes(as_of: datetime) -> list[str]:
    """Crimes with somebody harmed and somebody suspected in them; those with the record system's flag first."""
    from redshank.web.heads.models import Appearance, Crime, Record

    roles = lambda *r: set(Appearance.objects.filter(valid_to=None, role__in=r, record_key__startswith="crimes:").values_list("record_key", flat=True))  # noqa: E731  # fmt: skip
    both = roles("victim") & roles("suspect", "detained")
    own = list(Crime.objects.filter(valid_to=None, flags__contains="CSE").order_by("key").values_list("key", flat=True))  # fmt: skip
    rows = Record.objects.filter(valid_to=None, key__in=both, known_at__gt=as_of - timedelta(days=360))
    return own[:1] + list(
        rows.exclude(key__in=own).order_by("-known_at", "key").values_list("key", flat=True)
    )


def flags(a: Acting, times: int) -> None:
    from redshank.web.flags import acts
    from redshank.web.heads.models import Behind, Group

    proposer, decider = a.who["analyst"], a.who["safeguarding_lead"]
    crimes = _crimes(a.as_of)

    def flag(about: str, ident: str, keys: tuple[str, ...], days: float, end: str = "", after: float = 0, **axes: str) -> None:  # fmt: skip
        with a.at(days):
            a.opened(proposer, keys)
            given = acts.Given(ANSWERS, AXES, "moderate", "as the records say", keys, once())
            made = acts.propose(
                proposer, about, ident, ident, given, run=1, shown={}, closed=False, district=""
            )
        if not end:
            return
        with a.at(days - after):
            if end == "withdrawn":
                acts.withdraw(proposer, made.pk, "taken back", once(), 1)
                return
            a.opened(decider, keys)
            given = acts.Given(ANSWERS, AXES | axes, "high", "as the records say", keys, once())
            acts.decide(decider, made.pk, end, given, run=1, shown={}, seen_acts=1)

    step = 3 * times
    flag(
        "record", crimes[0], (crimes[0],), 45, "confirmed", 2, setting="other"
    )  # flagged by the record system too
    for n, (days, after) in enumerate(((44, 9), (40, 4), (200, 30), (100, 62))):
        some = tuple(crimes[1 + step * n : 1 + step * (n + 1)])
        flag("record", some[0], some, days, "confirmed", after, peers="some", online="both")
    rest = crimes[1 + step * 4 :]
    flag("record", rest[0], (rest[0],), 39, "not_proven", 10)
    flag("record", rest[1], (rest[1],), 39, "need_more", 3)
    flag("record", rest[2], (rest[2],), 30, "withdrawn", 1)
    for key in rest[3 : 3 + times]:
        flag("record", key, (key,), 28)
    flag(
        "record", rest[10], (rest[10],), 500, "confirmed", 3
    )  # before every period: its crime counts all the same
    group = Group.objects.filter(valid_to=None, in_full=True, in_open=True).order_by("place")[0]
    keys = sorted(Behind.objects.filter(valid_to=None, kind="group", ident=group.group_id, in_open=True).values_list("record_key", flat=True).distinct())  # fmt: skip
    flag("group", group.group_id, tuple(keys[:4]), 35, "confirmed", 7.98, nature="csa", recent="both")


def _children(a: Acting) -> list[str]:
    from redshank.web.heads.models import Child

    rows = Child.objects.filter(valid_to=None, in_full=True, in_open=True).order_by("place")
    return list(rows.values_list("person_id", flat=True)[:8])


def meetings(a: Acting, times: int) -> None:
    from redshank.web.meetings import actions, acts, raising
    from redshank.web.meetings.bodies import BODIES

    analyst, owner, supervisor, inspector = (a.who[w] for w in ("analyst", "exploitation_officer", "safeguarding_lead", "duty_inspector"))  # fmt: skip
    for n, days in enumerate((300, 48, 40, *(30,) * times, 10)):
        with a.at(days):
            of = raising.subject(analyst, "child", _children(a)[n])
            body = BODIES["four_weekly" if n % 2 else "daily"]
            raised, _ = raising.raise_to(analyst, of, body, "it was read", once(), owner=analyst)
            due = a.day(days - 5 if n % 2 else -20)
            strand = ("protect", "pursue", "prevent", "protect", "prepare", "protect")[n % 6]
            task = actions.Task("visit the school", strand, "because", "whether the child is seen", due, owner, supervisor)  # fmt: skip
            given, _ = actions.give(supervisor, raised, task, once())
            if n % 3 == 0:
                actions.step(owner, given.pk, "reported", "begun", once(), 10**9)
            if n == 1:
                actions.step(owner, given.pk, "reported", "begun", once(), 10**9)
                actions.step(owner, given.pk, "complete", "it was done", once(), 10**9)
            if n % 2 == 0:
                acts.decide(
                    inspector, raised.pk, acts.Decision("closed", "nothing is left to do", once(), 10**9)
                )


def options(a: Acting, times: int) -> None:
    from redshank.web.disruption import acts, subjects
    from redshank.web.heads.models import Line

    officer = a.who["exploitation_officer"]
    line = Line.objects.filter(valid_to=None, in_full=True, in_open=True).order_by("place")[0].line_ref
    for n, days in enumerate((320, 47, *(33,) * times)):
        with a.at(days):
            subject = subjects.subject(officer, "line", line)
            decision = ("not_used", "considered", "refused")[n % 3]
            given = acts.Given("because", once(), lead=officer, advice=False, review_on=a.day(days - 30))
            acts.record(officer, subject, str(1 + n % 2), decision, given, {})


def sharing(a: Acting, times: int) -> None:
    from redshank.web.meetings import raising
    from redshank.web.meetings.bodies import GATEWAYS
    from redshank.web.sharing import acts

    user = a.who["mace_coordinator"]
    gateway = next(g for g in GATEWAYS if g != "none")
    for n, days in enumerate((310, 46, 40, *(32,) * times)):
        with a.at(days):
            of = raising.subject(a.who["analyst"], "child", _children(a)[n])
            asked = acts.ask(user, of, "Children's services", "who knows the child", "to see more", gateway, a.day(days - 10), once())  # fmt: skip
            kind = ("received", "refused", "partly", "")[n % 4]
            if kind:
                acts.step(user, asked.pk, acts.Said(kind, "as they wrote", once(), 0))
            referred = acts.refer(user, of, "Health", "a child is worried", a.as_of - timedelta(days=days + 0.1), once())  # fmt: skip
            if n % 2:
                acts.answer(user, referred.pk, acts.Said("withdrawn", "they took it back", once(), 0))


def makesafe(a: Acting, times: int) -> None:
    from redshank.web.makesafe import acts

    user = a.who["partnership_officer"]
    given = {"name": "Wherry House", "category": "hotel", "district": "", "address": "1 Quay Street", "postcode": "", "latitude": None, "longitude": None}  # fmt: skip
    business, _ = acts.add(user, given, once())
    for n, days in enumerate((250, 45, *(31,) * times)):
        with a.at(days):
            visit = {
                "kind": "ordinary",
                "on": a.day(days),
                "who": "two officers",
                "materials": "",
                "text": "",
            }
            acts.visit(user, business.pk, visit, None, once(), business.steps.count())
            if n < 2:
                training = {"on": a.day(days - 1), "who": "two officers", "materials": "", "text": "", "trained": 3, "staff": 4}  # fmt: skip
                acts.train(user, business.pk, training, once(), business.steps.count())


def concerns(a: Acting, times: int) -> None:
    from redshank.web.concerns import acts
    from redshank.web.concerns.routing import ROUTING

    for n, days in enumerate((280, 44, *(31,) * times)):
        with a.at(days):
            words = ("Dana", "14", "", "", "met by an older man", "", "the park", None, "on Friday", "no")
            concern, _ = acts.raise_concern(a.who["neighbourhood_officer"], acts.Written(*words), once())
            if n != 1:
                role = min(ROUTING.queues[concern.queue].roles)
                acts.step(a.who[role], concern.pk, "taken_up", "it is taken up", "", once(), 0)


def lines(a: Acting) -> None:
    """A person's word stands above what records suspect."""
    from redshank.web.heads.models import Behind, Line
    from redshank.web.lines import acts, standing

    user = a.who["analyst"]
    for n, line in enumerate(Line.objects.filter(valid_to=None, in_full=True).exclude(use="known").order_by("-use", "place")[:2]):  # fmt: skip
        found = standing.line_of(user, line.line_ref)
        words = [w for w, _ in acts.word_choices(found)]
        word = "refuted" if "refuted" in words and n == 0 else "known"
        a.opened(user, tuple(Behind.objects.filter(valid_to=None, kind="line", ident=line.line_ref).values_list("record_key", flat=True).distinct()))  # fmt: skip
        acts.decide(user, line.line_ref, acts.Given(word, "as people said", once(), 0))
