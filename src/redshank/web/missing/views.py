"""Pages of missing children: the list at the extract's time, one child from the first episode, referrals to MACE."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.heads.models import Person
from redshank.web.heads.moved import ids_of, into, now_of
from redshank.web.meetings import raising, sittings
from redshank.web.meetings.models import Raised
from redshank.web.meetings.raising import Subject
from redshank.web.missing import acts, episodes
from redshank.web.missing.episodes import Episode
from redshank.web.missing.models import Look
from redshank.web.missing.triggers import DATA, RHYTHM, TRIGGERS, Fired, fired
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.searching.reasons import reasoned
from redshank.web.trail.write import listed, note, read

LONGEST = 2_000
MOST = 200  # returned episodes that are listed with the interview's clock; the rest are in the records


@dataclass
class Told:
    """One child's last episode on a list, with what asks for a look."""

    episode: Episode
    fired: list[Fired] = field(default_factory=list)
    looked: dict[str, Look] = field(default_factory=dict)  # trigger → the look at it
    count: int = 0

    @property
    def today(self) -> bool:
        return any(f.trigger.asks == "today" for f in self.waiting)

    @property
    def waiting(self) -> list[Fired]:
        return [f for f in self.fired if f.trigger.key not in self.looked]


def _once(request: Any) -> str:
    return request.POST.get("once", "")[:30] or secrets.token_hex(12)


def to_look_at(user: Any, as_of: datetime | None) -> list[Told]:
    """Children for whom a trigger holds, those to be looked at today first; looked at or not."""
    if as_of is None:
        return []
    purpose = user.as_role.purpose
    of = episodes.by_person(user, purpose, episodes.candidates(user, purpose, as_of))
    flagged = acts.flagged(user, set(of))
    looks: dict[tuple[str, str], dict[str, Look]] = {}
    now = into(user, "person", of)
    for k in Look.objects.visible_to(user, purpose).filter(person_id__in={*of, *now}).select_related("by"):
        looks.setdefault((now.get(k.person_id, k.person_id), k.episode_key), {})[k.trigger] = k
    out = []
    for person, some in of.items():
        if holds := fired(some, as_of, person in flagged):
            out.append(Told(some[-1], holds, looks.get((person, some[-1].key), {}), len(some)))
    return sorted(
        out, key=lambda t: (not t.today, t.episode.returned_at is not None, t.episode.name, t.episode.key)
    )


@page("see.records")
def missing(request: Any) -> HttpResponse:
    """Who is missing as recorded, what asks for a look, and whose return home interview waits; nothing is live."""
    user, purpose = request.user, request.user.as_role.purpose
    as_of = publication().as_of
    rows = episodes.all_rows(user, purpose)
    now, adults = episodes.of_children(user, purpose, rows.filter(returned_at__isnull=True))
    told = {t.episode.person_id: t for t in to_look_at(user, as_of)}
    back: list[Episode] = []
    if as_of is not None:
        returned = rows.filter(returned_at__gte=as_of - episodes.LISTED).order_by("-returned_at", "key")[
            :MOST
        ]
        back, _ = episodes.of_children(user, purpose, returned)
        episodes.with_fields(user, purpose, now + back)
    # One line for each episode; a second open episode of the same child stands for itself.
    lines = [_of_episode(e, told) for e in now]
    lines.sort(key=lambda t: (not t.today, t.episode.missing_from, t.episode.key))
    waiting = [e for e in back if e.held_at is None]
    here = {e.person_id for e in now}
    context = {
        "as_of": as_of, "is_old": as_of is not None and timezone.now() - as_of > RHYTHM, "lines": [(t, _said(t, as_of)) for t in lines],
        "adults": adults, "others": [t for p, t in told.items() if p not in here and t.waiting],
        "overdue": [(e, e.interview(as_of)) for e in waiting if e.is_overdue(as_of)],
        "due": [(e, e.interview(as_of)) for e in waiting if not e.is_overdue(as_of)],
        "held": sum(e.held_at is not None for e in back), "days": episodes.LISTED.days, "interview": DATA["interview"],
        "triggers": TRIGGERS, "cut": len(back) == MOST,
    }  # fmt: skip
    listed(request, "missing children", [e.key for e in now + back])
    return render(request, "missing/missing.html", context)


def _of_episode(e: Episode, told: dict[str, Told]) -> Told:
    known = told.get(e.person_id) if e.person_id else None
    if known is None or known.episode.key != e.key:
        return Told(e)
    return Told(e, known.fired, known.looked, known.count)


def _said(t: Told, as_of: datetime | None) -> dict[str, Any]:
    e = t.episode
    hours = e.hours(as_of) if as_of else 0
    return {
        "hours": words.counted(hours, "hour,hours"),
        "indicators": [words.word(i, "indicator") for i in e.indicators],
    }


def _person(request: Any, person_id: str) -> Person | None:
    return (
        Person.objects.visible_to(request.user, request.user.as_role.purpose)
        .filter(person_id=person_id)
        .first()
    )


@page("see.records")
@reasoned("person")
def child(
    request: Any, person_id: str, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """Every episode from the first: how often, how many nights, where found, with whom, and what is not recorded."""
    user, purpose = request.user, request.user.as_role.purpose
    person = _person(request, person_id)
    some = episodes.of_person(user, purpose, person_id) if person else []
    as_of = publication().as_of
    if person is None or not some or as_of is None:
        now = now_of(user, "person", person_id)
        return (
            redirect("missing-child", now)
            if now != person_id
            else unseen(request, "missing child", person_id)
        )
    if request.method == "GET":
        read(request, "missing child", person_id)
    episodes.with_fields(user, purpose, some)
    looks = list(
        Look.objects.visible_to(user, purpose)
        .filter(person_id__in=ids_of(user, "person", person_id))
        .select_related("by")
    )
    holds = fired(some, as_of, bool(acts.flagged(user, {person_id})))
    looked = {(k.trigger, k.episode_key) for k in looks}
    lines = []
    for n, e in enumerate(some):
        since = some[n - 1].returned_at if n else None
        between = (e.missing_from - since).days if since else None
        lines.append({"episode": e, "number": n + 1, "hours": e.hours(as_of), "nights": e.nights(as_of), "interview": e.interview(as_of), "between": between})  # fmt: skip
    referrals = Raised.objects.visible_to(user, purpose).filter(
        began=acts.MACE.key, person_id__in=ids_of(user, "person", person_id)
    )
    context = {
        "person": person, "lines": lines, "first": some[0], "last": some[-1], "as_of": as_of, "age": episodes.age_on(person.born, as_of),
        "nights": sum(e.nights(as_of) for e in some), "fired": [(f, (f.trigger.key, f.episode_key) in looked) for f in holds],
        "looks": looks, "may_look": user.as_role.allows("missing.look"), "may_refer": user.as_role.allows("missing.refer"),
        "waiting": [f for f in holds if (f.trigger.key, f.episode_key) not in looked], "errors": errors or {}, "typed": request.POST,
        "referrals": list(referrals.select_related("owner")), "found": _found(some), "is_old": timezone.now() - as_of > RHYTHM,
        "interview": DATA["interview"], "in_view": user.as_role.allows("see.children"),
    }  # fmt: skip
    return render(request, "missing/child.html", context, status=status)


def _found(some: list[Episode]) -> list[tuple[str, int]]:
    """Where the child was found, the most frequent place first."""
    counts: dict[str, int] = {}
    for e in some:
        if place := e.fields.get("found_at_location"):
            counts[place] = counts.get(place, 0) + 1
    return sorted(counts.items(), key=lambda x: (-x[1], x[0]))


@page("missing.look", acts=True)
def look(request: Any, person_id: str) -> HttpResponse:
    """A supervisor looked at what a trigger asks for, and says what follows."""
    user, purpose = request.user, request.user.as_role.purpose
    person, as_of = _person(request, person_id), publication().as_of
    some = episodes.of_person(user, purpose, person_id) if person else []
    if person is None or not some or as_of is None:
        return unseen(request, "missing child", person_id)
    wanted, text = request.POST.get("trigger", ""), request.POST.get("text", "").strip()
    holds = {f.trigger.key: f for f in fired(some, as_of, bool(acts.flagged(user, {person_id})))}
    errors: dict[str, str] = {}
    if wanted not in holds:
        errors["trigger"] = "Choose what you looked at"
    if not text or len(text) > LONGEST:
        errors["text"] = f"Write what follows, in no more than {LONGEST:,} characters"
    if errors:
        return child(request, person_id, errors, 400)
    with transaction.atomic():
        made, is_new = acts.look(user, person_id, holds[wanted], text)
        if is_new:
            note(request, "alteration", "missing child", person_id, {"looked": wanted})
    if is_new:
        messages.success(request, f"{person.name}: your look is kept. A later episode asks anew.")
    else:
        messages.info(request, f"{made.by.name} looked on {words.moment(made.at)}: {made.text}")
    return redirect("missing-child", person_id)


@page("missing.refer")
def refer(request: Any, person_id: str) -> HttpResponse:
    """Proposes a referral to MACE, with why and an owner; what becomes of it is settled before the meeting."""
    user, purpose = request.user, request.user.as_role.purpose
    person, as_of = _person(request, person_id), publication().as_of
    some = episodes.of_person(user, purpose, person_id) if person else []
    if person is None or not some or as_of is None:
        return unseen(request, "missing child", person_id)
    mine = Raised.objects.visible_to(user, purpose).filter(meeting=acts.MACE.key, closed_at__isnull=True)
    stands = mine.filter(about="child", ident__in=ids_of(user, "child", person_id)).first()
    if request.method != "POST" and stands is not None:
        messages.info(request, f"A referral of {person.name} is open already.")
        return redirect("raised-one", stands.pk)
    errors: dict[str, str] = {}
    holds = fired(some, as_of, bool(acts.flagged(user, {person_id})))
    shown = {
        "episodes": [e.key for e in some], "triggers": [f.trigger.says for f in holds], "run": publication().current_run,
        "as_of": as_of,
    }  # fmt: skip
    found = raising.subject(user, "child", person_id)
    closed = found is not None and found.closed
    of = Subject("child", person_id, person.name, closed, person_id, shown=shown)
    owners = [u for u in raising.owners(acts.MACE, "child") if raising.can_own(u, of)]
    if request.method == "POST":
        why = request.POST.get("why", "").strip()
        owner = next((u for u in owners if u.username == request.POST.get("owner", "")), None)
        if not why or len(why) > LONGEST:
            errors["why"] = (
                f"Write why the agencies should look together, in no more than {LONGEST:,} characters"
            )
        if owner is None:
            errors["owner"] = "Choose whose it is"
        if not errors:
            try:
                chosen = raising.as_chosen(acts.MACE, of, request.POST.get("sight", ""))
            except raising.NotAllowed as reason:
                errors["sight"] = str(reason)
        if not errors:
            of = replace(of, closed=chosen.closed)
            with transaction.atomic():
                made, is_new = acts.refer(user, of, why, owner, _once(request))
                note(request, "alteration", "child", person_id, {"raised": made.pk, "to": made.meeting})
            if is_new:
                messages.success(request, f"Proposed. It is {made.owner.name}'s, and next on {words.day(made.next_on)}.")  # fmt: skip
            else:
                messages.info(request, f"{made.by.name} proposed it on {words.moment(made.at)}: your words were added.")  # fmt: skip
            is_there = Raised.objects.visible_to(user, purpose).filter(pk=made.pk).exists()
            return redirect("raised-one", made.pk) if is_there else redirect("missing-child", person_id)
    else:
        read(request, "missing child", person_id)
    chairs = [u.username for u in owners if u.role in acts.MACE.chair]
    context = {
        "person": person, "count": len(some), "fired": holds, "errors": errors, "typed": request.POST, "once": _once(request),
        "owners": owners, "owner": request.POST.get("owner") or (chairs[0] if chairs else ""),
        "asks": closed, "blind": raising.blind([acts.MACE], of), "next_on": sittings.next_time(acts.MACE, timezone.now()),
    }  # fmt: skip
    return render(request, "missing/refer.html", context, status=400 if errors else 200)
