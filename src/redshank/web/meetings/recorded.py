"""What the extracts record, as blocks of an agenda; ``meetings.toml`` names which body has which. Each is a query of its own
over what the reader may see, opens to the records behind it, and says "as recorded", never "now" (practice rule 15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from redshank.web.disruption.models import Measure, Part, PartAct, Step
from redshank.web.flags.models import Act as FlagAct
from redshank.web.flags.models import Flag
from redshank.web.heads.models import Appearance, Child, Group, Published, Record
from redshank.web.lines import agenda as line_agenda
from redshank.web.makesafe import quoting
from redshank.web.makesafe.models import Call, CallStep
from redshank.web.matrix.models import Edition
from redshank.web.meetings.bodies import LONDON
from redshank.web.meetings.models import Action, Move, Raised, Sitting
from redshank.web.missing import episodes
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.lists import interviews_owed, new_with_signals
from redshank.web.pages.today import Block, Told, record_lines
from redshank.web.vvol import agenda as vvol_agenda

SHOWN = 40
#: What a row of the disruption register is about, in one word.
SAID = {
    "person": "person of concern",
    "place": "place",
    "line": "county line",
    "vehicle": "vehicle",
    "number": "number",
}
#: After so many days without anything done, a child with signals of harm is put before the panel (its second door).
STUCK = timedelta(days=28)


def _window(sitting: Sitting, before: datetime) -> datetime:
    """From when on things are new to this sitting: since the body sat before, by the time of the extracts."""
    as_of = publication().as_of
    return min(before, as_of - (sitting.at - before)) if as_of else before


def _missing(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """Children without a recorded return, high and medium risk first."""
    if not user.as_role.allows("see.records"):
        return None
    as_of = publication().as_of
    rows = episodes.all_rows(user, user.as_role.purpose).filter(returned_at__isnull=True)
    found, _ = episodes.of_children(user, user.as_role.purpose, rows)
    episodes.with_fields(user, user.as_role.purpose, found)
    risk = {"high": 0, "medium": 1}
    found.sort(
        key=lambda e: (risk.get(str(e.fields.get("risk") or "").split(" ")[0], 2), e.missing_from, e.key)
    )
    lines = [
        Told(
            f"{e.name}, {e.age}" if e.age is not None else e.name, words.record_url(e.key),
            f"{e.risk}, missing {words.counted(e.hours(as_of), 'hour,hours')} as recorded, {e.district or 'no district recorded'}"
            + (f"; {', '.join(words.word(i, 'indicator') for i in e.indicators[:3])}" if e.indicators else ""),
        )
        for e in found[:SHOWN]
    ]  # fmt: skip
    return Block(
        "Children missing, as recorded", lines, len(found), reverse("missing"), [e.key for e in found]
    )


def _records(title: str, rows: Any, more: str) -> Block:
    some = list(rows[:SHOWN])
    lines = [
        Told(
            f"{words.record_words(r.key)[:1].upper()}{words.record_words(r.key)[1:]}: {r.headline}", words.record_url(r.key),
            ", ".join([words.day(r.at), *(words.word(i, "indicator") for i in words.piped(r.indicators)[:3]), *([f"graded {r.grade}"] if r.grade else [])]),
        )
        for r in some
    ]  # fmt: skip
    return Block(title, lines, rows.count(), more, [r.key for r in some])


def _new_records(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """New crimes, intelligence, calls and referrals with signals."""
    since = _window(sitting, before)
    rows = Record.objects.visible_to(user, user.as_role.purpose).filter(new_with_signals(since))
    return _records(
        "New records with signals",
        rows.order_by("-known_at", "key"),
        f"{reverse('records')}?{urlencode({'new': since.isoformat()})}",
    )


def _custody(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """Custody records of people under 18 when they were detained."""
    purpose = user.as_role.purpose
    rows = Record.objects.visible_to(user, purpose).filter(
        kind="custody", known_at__gt=_window(sitting, before)
    )
    held = {r.key: r for r in rows}
    seen = Appearance.objects.visible_to(user, purpose).filter(
        record_key__in=held, role="detained", born__isnull=False
    )
    keys = [
        a.record_key for a in seen
        if (at := held[a.record_key].at) is not None and words.age_at(a.born, at).isdecimal() and int(words.age_at(a.born, at)) < 18
    ]  # fmt: skip
    return _records("Children in custody, as recorded", rows.filter(key__in=keys).order_by("-known_at", "key"), f"{reverse('records')}?kind=custody")  # fmt: skip


def _interviews(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """Children who returned and whose return home interview is not recorded in time, the latest first."""
    purpose = user.as_role.purpose
    rows = Record.objects.visible_to(user, purpose).filter(key__in=interviews_owed(user, purpose))
    some = list(rows.order_by("-returned_at", "key")[:SHOWN])
    lines = record_lines(some, user, purpose)
    return Block("Returned, and no interview within 72 hours", lines, rows.count(), f"{reverse('records')}?owed=1", [r.key for r in some])  # fmt: skip


def _groups(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """Groups that are new or grew since the body sat before."""
    if not user.as_role.allows("see.groups"):
        return None
    run = (
        Published.objects.filter(published_at__lte=before)
        .order_by("-run")
        .values_list("run", flat=True)
        .first()
        or 0
    )
    rows = Group.objects.visible_to(user, user.as_role.purpose).filter(
        grew_in_run__gt=run
    ) | Group.objects.visible_to(user, user.as_role.purpose).filter(first_seen_run__gt=run)
    rows = rows.order_by("place")
    lines = [
        Told(g.label, reverse("group", args=[g.group_id]), f"{'new' if g.first_seen_run > run else 'grew'}; {g.strength} evidence, proposed. {g.sentence}")
        for g in rows[:SHOWN]
    ]  # fmt: skip
    return Block("Groups that changed since the last sitting", lines, rows.count(), reverse("groups"), [g.group_id for g in rows[:SHOWN]])  # fmt: skip


def _lines(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    return line_agenda.block(user, sitting.at.date(), before, SHOWN)


def _vvol(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    return vvol_agenda.block(user, sitting.at.date(), before, SHOWN)


def _matrix(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """The edition that the researcher prepared for this sitting."""
    if not user.as_role.allows("see.matrix"):
        return None
    rows = Edition.objects.visible_to(user, user.as_role.purpose).filter(meeting_on__lte=sitting.at.date())
    rows = rows.filter(meeting_on__gt=before.date()).select_related("prepared_by")
    lines = [
        Told(
            f"Vulnerability matrix for {words.day(e.meeting_on)}", reverse("edition", args=[e.pk]),
            f"prepared by {e.prepared_by.name}; {'frozen' if e.frozen_at else 'still open'}",
        )
        for e in rows
    ]  # fmt: skip
    return Block("The matrix", lines, len(lines), reverse("editions"))


def _actions(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """Tasks of this body that are open, those past their day first."""
    if not user.as_role.allows("see.actions"):
        return None
    rows = Action.objects.visible_to(user, user.as_role.purpose).filter(
        meeting=sitting.meeting, state__in=("open", "started")
    )
    rows = rows.select_related("owner").order_by("due", "pk")
    lines = [
        Told(a.task, reverse("action", args=[a.pk]), f"{a.owner.name}, {'overdue since' if a.is_late else 'by'} {words.day(a.due)}")
        for a in rows[:SHOWN]
    ]  # fmt: skip
    return Block("Actions carried", lines, rows.count(), f"{reverse('actions')}?meeting={sitting.meeting}")


def _rising(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """The panel's first door: a significant increase in concern, proposed by the night with the reason."""
    if not user.as_role.allows("see.children"):
        return None
    rows = Child.objects.visible_to(user, user.as_role.purpose).exclude(rising="").order_by("place")
    some = [c for c in rows if c.rising]  # narrowed: a reason that is restricted for this reader is gone
    lines = [
        Told(c.name, reverse("child", args=[c.person_id]), f"proposed: {c.rising}") for c in some[:SHOWN]
    ]
    return Block("A significant increase in concern", lines, len(some), f"{reverse('children')}?rising=1", [c.person_id for c in some])  # fmt: skip


def _stuck(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """The panel's second door: signals of harm 28 days ago and now, and nothing was done since that is kept here. Nobody can say
    so before the pages have stood for as long; whose concern rose stands at the first door."""
    if not user.as_role.allows("see.children"):
        return None
    since = timezone.now() - STUCK
    then = (
        Published.objects.filter(published_at__lte=since)
        .order_by("-run")
        .values_list("run", flat=True)
        .first()
        or 0
    )
    harm = Q(sexual="signals of harm") | Q(criminal="signals of harm")
    stood = Child.objects.filter(harm, valid_from__lte=then).exclude(valid_to__lte=then).values("person_id")
    done = set(Move.objects.filter(at__gt=since).values_list("raised__person_id", flat=True))
    done |= set(Raised.objects.filter(at__gt=since).values_list("person_id", flat=True))
    done |= set(Action.objects.filter(steps__at__gt=since).values_list("person_id", flat=True))
    done |= set(Flag.objects.filter(proposed_at__gt=since).values_list("person_id", flat=True))
    rows = Child.objects.visible_to(user, user.as_role.purpose).filter(harm, person_id__in=stood, rising="")
    some = [c for c in rows.order_by("place") if c.person_id not in done]
    lines = [
        Told(c.name, reverse("child", args=[c.person_id]), "signals of harm; nothing was done in 28 days that is kept here")
        for c in some[:SHOWN]
    ]  # fmt: skip
    return Block("Concern stays, and nothing was done for 28 days", lines, len(some), reverse("children"), [c.person_id for c in some])  # fmt: skip


def _orders(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """Options in use that expire or are to be reviewed by the end of the next day, and breaches since the body sat before."""
    if not user.as_role.allows("see.disruption"):
        return None
    purpose, day = user.as_role.purpose, sitting.at.astimezone(LONDON).date()
    until = day + timedelta(days=1)
    steps = Step.objects.visible_to(user, purpose).filter(kind="breach", at__gt=before, at__lte=max(sitting.at, timezone.now()))  # fmt: skip
    broken: dict[int, list[Step]] = {}
    for s in steps.order_by("at", "pk"):
        broken.setdefault(s.measure_id, []).append(s)
    rows = Measure.objects.visible_to(user, purpose).filter(decision="used")
    ends = Q(expires_on__gte=day, expires_on__lte=until) | Q(review_on__gte=day, review_on__lte=until)
    found = list(rows.filter(ends | Q(pk__in=broken)).select_related("lead").order_by("expires_on", "review_on", "pk"))  # fmt: skip
    said = _confirmed(user, found)
    lines = []
    for m in found[:SHOWN]:
        parts = [SAID[m.kind] if not m.is_child else "child", said.get((m.kind, m.ident), "proposed")]
        if m.expires_on is not None and day <= m.expires_on <= until:
            parts.append(f"expires on {words.day(m.expires_on)}")
        if m.review_on is not None and day <= m.review_on <= until:
            parts.append(f"to be reviewed on {words.day(m.review_on)}")
        parts += [f"breach on {words.day(s.day)}, recorded {words.moment(s.at)}" for s in broken.get(m.pk, [])]  # fmt: skip
        lines.append(Told(f"{m.name}: {m.option_name}", reverse("measure", args=[m.pk]), ", ".join([*parts, f"{m.lead.name} leads"])))  # fmt: skip
    return Block("Orders and options in use: breached, expiring or to be reviewed", lines, len(found), reverse("disruption"), [f"measure {m.pk}" for m in found])  # fmt: skip


def _confirmed(user: Any, rows: list[Measure]) -> dict[tuple[str, str], str]:
    """Beside a name: by whom a flag on the person, or the part of the thing, is confirmed (practice rule 20)."""
    purpose, idents = user.as_role.purpose, [m.ident for m in rows]
    flags = Flag.objects.visible_to(user, purpose).filter(about="person", ident__in=idents, state="confirmed")
    acts = FlagAct.objects.visible_to(user, purpose).filter(flag__in=flags.values("pk"), kind="confirmed")
    out = {("person", a.flag.ident): f"confirmed by {a.by.name}" for a in acts.select_related("by", "flag").order_by("at", "pk")}  # fmt: skip
    parts = Part.objects.visible_to(user, purpose).filter(ident__in=idents, state="confirmed")
    taken = PartAct.objects.visible_to(user, purpose).filter(part__in=parts.values("pk"), kind="confirmed")
    return out | {(a.part.kind, a.part.ident): f"confirmed by {a.by.name}" for a in taken.select_related("by", "part").order_by("at", "pk")}  # fmt: skip


def _makesafe(user: Any, sitting: Sitting, before: datetime) -> Block | None:
    """Calls that quote Operation Makesafe, new to this sitting. What followed, only for who sees the calls' pages."""
    if not user.as_role.allows("see.records"):
        return None
    purpose = user.as_role.purpose
    rows = quoting.calls(user).filter(known_at__gt=_window(sitting, before))
    some = list(rows[:SHOWN])
    held: dict[str, Call] = {}
    done: dict[int, list[str]] = {}
    if sees := user.as_role.allows("see.calls"):
        placed = Call.objects.visible_to(user, purpose).filter(record_key__in=[r.key for r in some])
        held = {c.record_key: c for c in placed}
        steps = CallStep.objects.visible_to(user, purpose).filter(call__in=[c.pk for c in held.values()])
        for s in steps.exclude(kind__in=("linked", "set_aside")).order_by("at", "pk"):
            done.setdefault(s.call_id, []).append(s.kind_words.lower())
    lines = []
    for r in some:
        call, hint = held.get(r.key), [words.moment(r.at), r.district or "no district recorded"]
        if sees:
            hint.append(call.state_words.lower() if call else "not placed yet")
            hint += list(dict.fromkeys(done.get(call.pk, []))) if call else []
        lines.append(Told(f"{words.record_words(r.key)}: {r.headline}", words.record_url(r.key), ", ".join(hint)))  # fmt: skip
    more = reverse("makesafe-calls") + "?show=all" if sees else f"{reverse('records')}?kind=incidents"
    return Block("Calls that quote Operation Makesafe, as recorded", lines, rows.count(), more, [r.key for r in some])  # fmt: skip


RECORDED: dict[str, Callable[[Any, Sitting, datetime], Block | None]] = {
    "missing": _missing, "new_records": _new_records, "custody": _custody, "interviews": _interviews, "groups": _groups, "lines": _lines, "vvol": _vvol,
    "matrix": _matrix, "actions": _actions, "rising": _rising, "stuck": _stuck, "orders": _orders, "makesafe": _makesafe,
}  # fmt: skip
