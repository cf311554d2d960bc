"""Pages of missing children: the list at the extract's time, one child from the first episode, referrals to MACE."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.accounts import directory
from redshank.web.flags.models import Flag
from redshank.web.heads.models import Moved, Person
from redshank.web.missing import acts, episodes
from redshank.web.missing.episodes import Episode
from redshank.web.missing.models import STATES, Look, Referral, ReferralAct
from redshank.web.missing.triggers import DATA, RHYTHM, TRIGGERS, Fired, fired
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
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


def _flagged(user: Any, people: set[str]) -> set[str]:
    rows = Flag.objects.visible_to(user, user.as_role.purpose).filter(about="person", person_id__in=people)
    return set(rows.filter(state__in=["proposed", "confirmed"]).values_list("person_id", flat=True))


def to_look_at(user: Any, as_of: datetime | None) -> list[Told]:
    """Children for whom a trigger holds, those to be looked at today first; looked at or not."""
    if as_of is None:
        return []
    purpose = user.as_role.purpose
    of = episodes.by_person(user, purpose, episodes.candidates(user, purpose, as_of))
    flagged = _flagged(user, set(of))
    looks: dict[tuple[str, str], dict[str, Look]] = {}
    for k in Look.objects.visible_to(user, purpose).filter(person_id__in=of).select_related("by"):
        looks.setdefault((k.person_id, k.episode_key), {})[k.trigger] = k
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


def _ids(user: Any, person_id: str) -> list[str]:
    """The id, and those of older runs that went into it."""
    rows = Moved.objects.visible_to(user, user.as_role.purpose).filter(kind="person", now=person_id)
    return [person_id, *rows.values_list("was", flat=True)]


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
        moved = Moved.objects.visible_to(user, purpose).filter(kind="person", was=person_id).first()
        return redirect("missing-child", moved.now) if moved else unseen(request, "missing child", person_id)
    if request.method == "GET":
        read(request, "missing child", person_id)
    episodes.with_fields(user, purpose, some)
    looks = list(
        Look.objects.visible_to(user, purpose)
        .filter(person_id__in=_ids(user, person_id))
        .select_related("by")
    )
    holds = fired(some, as_of, bool(_flagged(user, {person_id})))
    looked = {(k.trigger, k.episode_key) for k in looks}
    lines = []
    for n, e in enumerate(some):
        since = some[n - 1].returned_at if n else None
        between = (e.missing_from - since).days if since else None
        lines.append({"episode": e, "number": n + 1, "hours": e.hours(as_of), "nights": e.nights(as_of), "interview": e.interview(as_of), "between": between})  # fmt: skip
    referrals = Referral.objects.visible_to(user, purpose).filter(person_id__in=_ids(user, person_id))
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
    holds = {f.trigger.key: f for f in fired(some, as_of, bool(_flagged(user, {person_id})))}
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


def _owners() -> list[Any]:
    return [a for a in directory.all_accounts() if a.is_active and a.as_role.allows("see.mace")]


def _owner_and_day(request: Any, errors: dict[str, str]) -> tuple[Any, date | None]:
    owner = next((a for a in _owners() if a.username == request.POST.get("owner", "")), None)
    if owner is None:
        errors["owner"] = "Choose whose it is"
    day = None
    try:
        day = date.fromisoformat(request.POST.get("next_on", "").strip())
    except ValueError:
        errors["next_on"] = "Write the next date as year, month and day, for example 2026-03-14"
    else:
        if day < timezone.localdate():
            errors["next_on"] = "The next date is past"
    return owner, day


def _why(request: Any, name: str, errors: dict[str, str], says: str) -> str:
    text = request.POST.get(name, "").strip()
    if not text:
        errors[name] = says
    elif len(text) > LONGEST:
        errors[name] = f"Write no more than {LONGEST:,} characters"
    return text


@page("missing.refer")
def refer(request: Any, person_id: str) -> HttpResponse:
    """A proposed referral to MACE, with why, an owner and a next date."""
    user, purpose = request.user, request.user.as_role.purpose
    person, as_of = _person(request, person_id), publication().as_of
    some = episodes.of_person(user, purpose, person_id) if person else []
    if person is None or not some or as_of is None:
        return unseen(request, "missing child", person_id)
    open_one = Referral.objects.visible_to(user, purpose).filter(person_id=person_id, state="open").first()
    if request.method != "POST" and open_one is not None:
        messages.info(request, f"A referral of {person.name} is open already.")
        return redirect("mace-referral", open_one.pk)
    errors: dict[str, str] = {}
    holds = fired(some, as_of, bool(_flagged(user, {person_id})))
    if request.method == "POST":
        why = _why(request, "why", errors, "Write why the agencies should look together")
        owner, day = _owner_and_day(request, errors)
        if not errors and day is not None:
            shown = {
                "episodes": [e.key for e in some], "triggers": [f.trigger.says for f in holds], "run": publication().current_run,
                "as_of": as_of,
            }  # fmt: skip
            with transaction.atomic():
                made, is_new = acts.refer(
                    user, person_id, person.name, why, owner, day, shown, _once(request)
                )
                if is_new:
                    note(request, "alteration", "mace_referral", str(made.pk), {"act": "raised"})
            if is_new:
                messages.success(request, f"Proposed. It is {owner.name}'s, and next on {words.day(day)}.")
            elif made.by != user:
                messages.info(request, f"{made.by.name} proposed it on {words.moment(made.at)}; it is open.")
            return redirect("mace-referral", made.pk)
    else:
        read(request, "missing child", person_id)
    coordinators = [a for a in _owners() if a.role == "mace_coordinator"]
    context = {
        "person": person, "count": len(some), "fired": holds, "errors": errors, "typed": request.POST, "once": _once(request),
        "owners": _owners(), "owner": request.POST.get("owner") or (coordinators[0].username if coordinators else ""),
        "next_on": request.POST.get("next_on") or (timezone.localdate() + timedelta(days=7)).isoformat(),
    }  # fmt: skip
    return render(request, "missing/refer.html", context, status=400 if errors else 200)


@page("see.mace")
def referrals(request: Any) -> HttpResponse:
    """Proposed referrals to MACE, the open ones first, by their next date."""
    user = request.user
    rows = Referral.objects.visible_to(user, user.as_role.purpose).select_related("owner", "by")
    asked = {n: request.GET.get(n, "")[:10] for n in ("state", "mine")}
    if asked["state"] in STATES:
        rows = rows.filter(state=asked["state"])
    if asked["mine"]:
        rows = rows.filter(owner=user)
    shown = paged(request, rows.order_by("-state", "next_on", "id"))
    listed(request, "referrals", [str(r.pk) for r in shown.page], **asked)
    return render(request, "missing/referrals.html", {"shown": shown, "asked": asked, "states": STATES})


def _referral(request: Any, number: int) -> Referral | None:
    rows = Referral.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("owner", "by").filter(pk=number).first()


@page("see.mace")
def referral(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """Who raised it, why, whose it is, when next, and how it ended."""
    found = _referral(request, number)
    if found is None:
        return unseen(request, "mace_referral", str(number))
    user, purpose = request.user, request.user.as_role.purpose
    if request.method == "GET":
        read(request, "mace_referral", str(number))
    done = list(
        ReferralAct.objects.visible_to(user, purpose).filter(referral=found).select_related("by", "owner")
    )
    shown = found.parsed("shown")
    held = list(
        episodes.all_rows(user, purpose).filter(key__in=shown["episodes"]).order_by("missing_from", "key")
    )
    context = {
        "referral": found, "acts": done, "records": held, "said": shown["triggers"], "errors": errors or {}, "typed": request.POST,
        "once": _once(request), "may": user.as_role.allows("missing.refer") and found.state == "open", "owners": _owners(),
        "person": _person(request, found.person_id), "owner": request.POST.get("owner") or found.owner.username,
        "next_on": request.POST.get("next_on") or found.next_on.isoformat(),
    }  # fmt: skip
    return render(request, "missing/referral.html", context, status=status)


@page("missing.refer", acts=True)
def referral_act(request: Any, number: int) -> HttpResponse:
    """Handed on with a next date, or closed by a decision."""
    found = _referral(request, number)
    if found is None:
        return unseen(request, "mace_referral", str(number))
    errors: dict[str, str] = {}
    kind, steps = request.POST.get("kind", ""), request.POST.get("steps", "0")
    text = _why(request, "text", errors, "Write what was done or decided, and why")
    owner, day = _owner_and_day(request, errors) if kind == "handed_on" else (None, None)
    if kind not in ("handed_on", "closed"):
        errors["kind"] = "Choose whether it goes on or is closed"
    if errors:
        return referral(request, number, errors, 400)
    seen = int(steps) if steps.isdecimal() else 0
    try:
        with transaction.atomic():
            if kind == "handed_on" and day is not None:
                acts.hand_on(request.user, number, owner, day, text, _once(request), seen)
            else:
                acts.close(request.user, number, text, _once(request), seen)
            note(request, "alteration", "mace_referral", str(number), {"act": kind})
    except acts.Meanwhile as first:
        by = first.act
        said = f"{by.by.name} was first, on {words.moment(by.at)}: {by.kind_words.lower()}. Your text is kept below"
        return referral(request, number, {"kind": said}, 409)
    except acts.NotAllowed as reason:
        return referral(request, number, {"kind": str(reason)}, 400)
    messages.success(request, "Kept, with your name and the time.")
    return redirect("mace-referral", number)
