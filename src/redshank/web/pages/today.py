"""The first page: what needs you today. What stands on it for which role is data (``accounts/roles.toml``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from redshank.web.accounts import directory
from redshank.web.flags.models import Flag, Taken
from redshank.web.heads.models import (
    Appearance,
    Child,
    Group,
    Item,
    Line,
    Person,
    Phrase,
    Place,
    Quarantined,
    Record,
    Signal,
    Urgent,
)
from redshank.web.pages import night, words
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import count
from redshank.web.policy.gate import page
from redshank.web.trail.models import Entry
from redshank.web.trail.write import listed, note

SHOWN = 8
#: After this long without somebody taking it, what cannot wait stands among the overdue of those above. Local default.
ESCALATES = timedelta(minutes=30)
TITLES = {
    "cannot_wait": "What cannot wait",
    "decide": "Decisions that wait for you",
    "overdue": "Overdue",
    "new": "New since your last visit",
    "rest": "The rest",
}


@dataclass
class Told:
    """One line: what is so, where it opens, and what stands beside it."""

    text: str
    url: str = ""
    hint: str = ""
    take: str = ""  # the address that takes it
    taken: str = ""


@dataclass
class Block:
    title: str
    lines: list[Told] = field(default_factory=list)
    total: int = 0
    more: str = ""
    says: str = ""  # what it says when there is nothing, or on its face
    keys: list[str] = field(default_factory=list)


def _urgent(user: Any, purpose: str, untaken: bool = False) -> Block:
    rows = list(Urgent.objects.visible_to(user, purpose).order_by("name"))
    taken = {
        (t.person_id, t.since_run): t
        for t in Taken.objects.visible_to(user, purpose)
        .select_related("by")
        .filter(person_id__in=[r.person_id for r in rows])
    }
    lines = []
    for r in rows:
        t = taken.get((r.person_id, r.since_run))
        if untaken and t is not None:
            continue
        may_open = user.as_role.allows("see.children")
        lines.append(
            Told(
                r.name,
                reverse("child", args=[r.person_id]) if may_open else "",
                r.reason,
                ""
                if t or not user.as_role.allows("urgent.take")
                else reverse("urgent-take", args=[r.person_id]),
                f"taken by {t.by.name} on {words.moment(t.at)}" if t else "",
            )
        )
    says = "This list replaces no emergency call."
    if not untaken:
        return Block("For the duty inspector", lines, len(lines), says=says, keys=[r.person_id for r in rows])
    since = _published_at()
    late = since is not None and timezone.now() - since > ESCALATES
    lines = lines if late else []
    return Block(
        "Nobody has taken", lines, len(lines), says="Everything that cannot wait has been taken, or is new."
    )


def _published_at() -> Any:
    from redshank.web.pages.around import publication

    return publication().published_at


def record_lines(rows: list[Record], user: Any, purpose: str) -> list[Told]:
    """Who is missing, since when and where; one query for all."""
    named: dict[str, list[str]] = {}
    found = Appearance.objects.visible_to(user, purpose).filter(
        record_key__in=[r.key for r in rows], role="missing"
    )
    for key, name in found.order_by("record_key", "row", "person_id").values_list("record_key", "named"):
        if name:
            named.setdefault(key, []).append(name)
    out = []
    for r in rows:
        who = ", ".join(named.get(r.key, [])[:3]) or "Somebody whose name is not recorded"
        hint = f"since {words.moment(r.missing_from)}" if r.missing_from else words.day(r.at)
        out.append(
            Told(
                f"{who}: {r.headline}",
                words.record_url(r.key),
                f"{hint}, {r.district or 'no district recorded'}",
            )
        )
    return out


def _flags_to_decide(user: Any, purpose: str) -> Block:
    rows = (
        Flag.objects.visible_to(user, purpose)
        .filter(state__in=["proposed"])
        .exclude(proposed_by=user)
        .select_related("proposed_by")
        .order_by("decide_by", "id")
    )
    return _flag_block("Flags that wait for a second person", rows, "No proposed flag waits for a decision.")


def _flag_block(title: str, rows: Any, says: str) -> Block:
    lines = [
        Told(
            f.label, reverse("flag", args=[f.pk]),
            f"{f.state_words.lower()} by {f.proposed_by.name}, to be decided by {words.moment(f.decide_by)}",
        )
        for f in rows[:SHOWN]
    ]  # fmt: skip
    return Block(title, lines, count(rows), reverse("register"), says)


def _my_flags_open(user: Any, purpose: str) -> Block:
    now = timezone.now()
    rows = Flag.objects.visible_to(user, purpose).filter(proposed_by=user).select_related("proposed_by")
    rows = rows.filter(state="need_more") | rows.filter(state="proposed", decide_by__lt=now)
    return _flag_block(
        "Your flags that need more, or wait too long", rows.order_by("decide_by"), "None of yours."
    )


def _interviews(user: Any, purpose: str) -> Block:
    keys = Signal.objects.visible_to(user, purpose).filter(
        indicator="return_interview_overdue", status="affirmed"
    )
    rows = (
        Record.objects.visible_to(user, purpose)
        .filter(key__in=keys.values("record_key"))
        .order_by("-returned_at", "key")
    )
    some = list(rows[:SHOWN])
    return Block(
        "Returned, and no interview within 72 hours", record_lines(some, user, purpose), count(rows),
        reverse("records") + "?indicator=return_interview_overdue", "None recorded.", [r.key for r in some],
    )  # fmt: skip


def _group_lines(rows: Any) -> list[Told]:
    out = []
    for g in rows:
        joined = g.parsed("added")
        out.append(
            Told(
                g.label,
                reverse("group", args=[g.group_id]),
                g.sentence + (f" New here: {', '.join(joined)}." if joined else ""),
            )
        )
    return out


def _new_groups(user: Any, purpose: str) -> Block:
    rows = (
        Group.objects.visible_to(user, purpose).filter(first_seen_run__gt=user.before_run).order_by("place")
    )
    some = list(rows[:SHOWN])
    return Block(
        "Groups",
        _group_lines(some),
        count(rows),
        reverse("groups"),
        "No new group.",
        [g.group_id for g in some],
    )


def _groups(user: Any, purpose: str) -> Block:
    rows = Group.objects.visible_to(user, purpose).order_by("place")
    some = list(rows[:SHOWN])
    return Block(
        "Proposed groups, strongest ties first", _group_lines(some), count(rows), reverse("groups"), "No group is proposed.",
        [g.group_id for g in some],
    )  # fmt: skip


def _grown_groups(user: Any, purpose: str) -> Block:
    rows = (
        Group.objects.visible_to(user, purpose)
        .filter(grew_in_run__gt=user.before_run, first_seen_run__lte=user.before_run)
        .order_by("place")
    )
    some = list(rows[:SHOWN])
    return Block(
        "Groups that grew",
        _group_lines(some),
        count(rows),
        reverse("groups"),
        "No group grew.",
        [g.group_id for g in some],
    )


def item_line(item: Item) -> Told:
    found = [words.word(i, "indicator") for i in words.piped(item.indicators)]
    told = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
    n = len(item.parsed("records"))
    return Told(item.title, item_url(item), f"{n} {'record' if n == 1 else 'records'}: {told}")


def item_url(item: Item) -> str:
    return reverse("item", args=[item.about, item.ident])


def _new_items(user: Any, purpose: str) -> Block:
    rows = Item.objects.visible_to(user, purpose).filter(since_run__gt=user.before_run).order_by("place")
    some = list(rows[:SHOWN])
    return Block(
        "On the worklist",
        [item_line(i) for i in some],
        count(rows),
        reverse("worklist"),
        "Nothing since your last visit.",
        [i.ident for i in some],
    )


def _rising(user: Any, purpose: str) -> Block:
    rows = Child.objects.visible_to(user, purpose).exclude(rising="").order_by("place")
    some = list(rows[:SHOWN])
    lines = [Told(c.name, reverse("child", args=[c.person_id]), c.rising) for c in some]
    return Block(
        "Children whose concern rose",
        lines,
        count(rows),
        reverse("children"),
        "None in this run.",
        [c.person_id for c in some],
    )


def _lines(user: Any, purpose: str) -> Block:
    rows = Line.objects.visible_to(user, purpose).exclude(use="not known").order_by("place")
    some = list(rows[:SHOWN])
    lines = [
        Told(r.name, reverse("line", args=[r.line_ref]), f"sexual exploitation {words.word(r.use, 'use')}")
        for r in some
    ]
    return Block(
        "County lines known or suspected to use sexual exploitation",
        lines,
        count(rows),
        reverse("lines"),
        "None.",
    )


def _places(user: Any, purpose: str) -> Block:
    rows = Place.objects.visible_to(user, purpose).order_by("place")
    some = list(rows[:SHOWN])
    lines = [
        Told(p.name, reverse("place", args=[p.cell]), f"{words.counted(p.records, 'record,records')}, {words.counted(p.children, 'child,children')}")
        for p in some
    ]  # fmt: skip
    return Block("Places", lines, count(rows), reverse("places"), "None that may be shown.")


def _language(user: Any, purpose: str) -> Block:
    rows = Phrase.objects.visible_to(user, purpose).filter(quoted=False)
    by = list(rows.values("kind").annotate(n=Count("id")).order_by("-n", "kind"))
    lines = [
        Told(
            words.word(b["kind"], "records"),
            reverse("language") + f"?kind={b['kind']}",
            words.counted(b["n"], "phrase,phrases"),
        )
        for b in by
    ]
    return Block("Words that blame a child", lines, count(rows), reverse("language"), "None found.")


def _quarantine(user: Any, purpose: str) -> Block:
    rows = Quarantined.objects.visible_to(user, purpose)
    total = count(rows)
    lines = (
        [Told(f"{words.counted(total, 'row,rows')} could not be taken", reverse("quarantine"))]
        if total
        else []
    )
    return Block("Quarantine", lines, total, reverse("quarantine"), "Every row was taken.")


def _register(user: Any, purpose: str) -> Block:
    rows = Flag.objects.visible_to(user, purpose)
    by = list(rows.values("state").annotate(n=Count("id")).order_by("state"))
    lines = [
        Told(
            words.word(b["state"], "flag"),
            reverse("register") + f"?state={b['state']}",
            words.counted(b["n"], "flag,flags"),
        )
        for b in by
    ]
    return Block("The register", lines, count(rows), reverse("register"), "No flag has been proposed yet.")


def _shared(user: Any, purpose: str) -> Block:
    persons = list(Person.objects.visible_to(user, purpose).order_by("name")[:SHOWN])
    records = list(Record.objects.visible_to(user, purpose).order_by("-known_at")[:SHOWN])
    lines = [Told(p.name, reverse("person", args=[p.person_id])) for p in persons]
    lines += [
        Told(f"{words.record_words(r.key)}: {r.headline}", words.record_url(r.key), words.day(r.at))
        for r in records
    ]
    keys = [p.person_id for p in persons] + [r.key for r in records]
    return Block(
        "Shared with you", lines, len(lines), says="Nothing has been shared with you yet.", keys=keys
    )


def _refusals(user: Any, purpose: str) -> Block:
    rows = (
        Entry.objects.visible_to(user, purpose)
        .filter(action="refusal")
        .select_related("user")
        .order_by("-at")
    )
    lines = [
        Told(f"{e.user.name if e.user else 'Somebody not signed in'} asked for what they may not see", reverse("trail") + "?action=refusal", words.moment(e.at))
        for e in rows[:SHOWN]
    ]  # fmt: skip
    return Block(
        "Refused attempts",
        lines,
        count(rows),
        reverse("trail") + "?action=refusal",
        "No attempt was refused.",
    )


def _reads(user: Any, purpose: str) -> Block:
    rows = Entry.objects.visible_to(user, purpose).filter(action="consultation")
    total = count(rows)
    lines = [
        Told(
            words.counted(total, "read,reads") + " of records and lists",
            reverse("trail") + "?action=consultation",
        )
    ]
    return Block("Reads", lines if total else [], total, reverse("trail"), "Nothing has been read yet.")


def _accounts(user: Any, purpose: str) -> Block:
    total = len(directory.all_accounts())
    return Block("Accounts", [Told(words.counted(total, "account,accounts"), reverse("people"))], total)


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "urgent": _urgent,
    "urgent_untaken": lambda user, purpose: _urgent(user, purpose, untaken=True),
    "flags_to_decide": _flags_to_decide,
    "my_flags_open": _my_flags_open,
    "interviews": _interviews,
    "new_groups": _new_groups,
    "grown_groups": _grown_groups,
    "groups": _groups,
    "new_items": _new_items,
    "rising": _rising,
    "lines": _lines,
    "places": _places,
    "language": _language,
    "quarantine": _quarantine,
    "register": _register,
    "shared": _shared,
    "refusals": _refusals,
    "reads": _reads,
    "accounts": _accounts,
}


@page("")
def today(request: Any) -> HttpResponse:
    """What cannot wait; decisions that wait for me; what is overdue; what is new; the rest."""
    user = request.user
    role = user.as_role
    sections = []
    keys: list[str] = []
    for key, sources in role.first.items():
        blocks = [SOURCES[source](user, role.purpose) for source in sources]
        keys += [k for b in blocks for k in b.keys]
        if blocks:
            sections.append(
                {"key": key, "title": TITLES[key], "blocks": blocks, "count": sum(b.total for b in blocks)}
            )
    listed(request, "first page", keys)
    waiting = {s["key"]: s["count"] for s in sections}
    context = {
        "sections": sections,
        "waiting": waiting,
        "unsigned": [h for h in directory.taken_by(user) if not h.signed_at],
    }
    if role.allows(night.MAY):
        context |= night.told(request, steps=False)
    return render(request, "pages/today.html", context)


@page("urgent.take", acts=True)
def take(request: Any, person_id: str) -> HttpResponse:
    """Somebody takes what cannot wait. The second to press sees who was first."""
    purpose = request.user.as_role.purpose
    item = Urgent.objects.visible_to(request.user, purpose).filter(person_id=person_id).first()
    if item is None:
        return unseen(request, "urgent", person_id)
    try:
        with transaction.atomic():
            taken = Taken(person_id=person_id, since_run=item.since_run, reason=item.reason, by=request.user)
            taken.save(force_insert=True)
            note(request, "alteration", "urgent", person_id, {"taken": True})
        messages.success(request, f"{item.name}: you have taken this.")
    except IntegrityError:
        first = Taken.objects.visible_to(request.user, purpose).get(
            person_id=person_id, since_run=item.since_run
        )
        messages.info(request, f"{item.name}: {first.by.name} took this on {words.moment(first.at)}.")
    return redirect("today")
