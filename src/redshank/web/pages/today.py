"""The first page: what needs you today. What stands on it for which role is data (``accounts/roles.toml``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from redshank.web.access import standing
from redshank.web.accounts import directory
from redshank.web.flags.models import Flag
from redshank.web.heads.models import (
    Appearance,
    Child,
    Group,
    Item,
    Person,
    Phrase,
    Place,
    Quarantined,
    Record,
)
from redshank.web.pages import night, words
from redshank.web.pages.lists import interviews_owed
from redshank.web.pages.paging import count
from redshank.web.policy.gate import page
from redshank.web.policy.matters import moved
from redshank.web.policy.matters import standing as standing_shares
from redshank.web.policy.models import Share
from redshank.web.policy.sight import current_run
from redshank.web.trail.models import Entry
from redshank.web.trail.write import listed

SHOWN = 8
TITLES = {
    "cannot_wait": "What cannot wait",
    "decide": "Decisions that wait for you",
    "overdue": "Overdue",
    "new": "New since your last visit",
    "rest": "The rest",
}
#: What is said before the names of a part's blocks that hold nothing.
NOTHING = {
    "cannot_wait": "Nothing waits in",
    "decide": "Nothing waits for you in",
    "overdue": "Nothing is overdue in",
    "new": "Nothing is new in",
    "rest": "Nothing stands in",
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
    keys: list[str] = field(default_factory=list)
    face: str = ""  # what stands on it whether it holds anything or not

    @property
    def goes_on(self) -> bool:
        """More lines than are shown; a line may also stand for several of what the total counts."""
        return bool(self.more) and len(self.lines) == SHOWN and self.total > SHOWN


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
    return _flag_block("Flags that wait for a second person", rows)


def _flag_block(title: str, rows: Any) -> Block:
    lines = [
        Told(
            f.label, reverse("flag", args=[f.pk]),
            f"{f.state_words.lower()} by {f.proposed_by.name}, to be decided by {words.moment(f.decide_by)}",
        )
        for f in rows[:SHOWN]
    ]  # fmt: skip
    return Block(title, lines, count(rows), reverse("register"))


def _my_flags_open(user: Any, purpose: str) -> Block:
    now = timezone.now()
    rows = Flag.objects.visible_to(user, purpose).filter(proposed_by=user).select_related("proposed_by")
    rows = rows.filter(state="need_more") | rows.filter(state="proposed", decide_by__lt=now)
    return _flag_block("Your flags that need more, or wait too long", rows.order_by("decide_by"))


def _interviews(user: Any, purpose: str) -> Block:
    rows = Record.objects.visible_to(user, purpose).filter(key__in=interviews_owed(user, purpose))
    rows = rows.order_by("-returned_at", "key")
    some = list(rows[:SHOWN])
    return Block(
        "Returned, and no interview within 72 hours", record_lines(some, user, purpose), count(rows),
        reverse("records") + "?owed=1", [r.key for r in some],
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
        [g.group_id for g in some],
    )


def _groups(user: Any, purpose: str) -> Block:
    rows = Group.objects.visible_to(user, purpose).order_by("place")
    some = list(rows[:SHOWN])
    return Block(
        "Proposed groups, strongest ties first", _group_lines(some), count(rows), reverse("groups"),
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
        [g.group_id for g in some],
    )


def item_line(item: Item) -> Told:
    found = [words.word(i, "indicator") for i in words.piped(item.indicators)]
    told_of = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
    n = len(item.parsed("records"))
    title = words.item_title(item.about, item.ident, item.title)
    return Told(title, item_url(item), f"{n} {'record' if n == 1 else 'records'}: {told_of}")


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
        [c.person_id for c in some],
    )


def _places(user: Any, purpose: str) -> Block:
    rows = Place.objects.visible_to(user, purpose).order_by("place")
    some = list(rows[:SHOWN])
    lines = [
        Told(p.name, reverse("place", args=[p.cell]), f"{words.counted(p.records, 'record,records')}, {words.counted(p.children, 'child,children')}")
        for p in some
    ]  # fmt: skip
    return Block("Places", lines, count(rows), reverse("places"))


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
    return Block("Words that blame a child", lines, count(rows), reverse("language"))


def _quarantine(user: Any, purpose: str) -> Block:
    rows = Quarantined.objects.visible_to(user, purpose)
    total = count(rows)
    lines = (
        [Told(f"{words.counted(total, 'row,rows')} could not be taken", reverse("quarantine"))]
        if total
        else []
    )
    return Block("Quarantine", lines, total, reverse("quarantine"))


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
    return Block("The register", lines, count(rows), reverse("register"))


def _shared_ids(user: Any, new: bool) -> dict[str, dict[str, Any]]:
    """Kind → id → when it was shared, of what stands: since the last visit, or before it. An id that moved goes along."""
    run, before = current_run(), user.before_at
    when: dict[str, dict[str, Any]] = {}
    for kind, ident, at in (
        standing_shares(Share).filter(audience=user.audience).values_list("kind", "ident", "at")
    ):
        for one in moved(kind, {ident}, run):
            first = when.setdefault(kind, {}).get(one)
            when[kind][one] = min(at, first) if first else at  # shared twice, it was in sight from the first
    return {
        kind: {i: at for i, at in found.items() if (before is None or at > before) == new}
        for kind, found in when.items()
    }


def _shared_lines(user: Any, purpose: str, new: bool) -> list[tuple[Any, str, Told]]:
    """When, id and line of each person and record, the latest shared first."""
    when = _shared_ids(user, new)
    persons, keys = when.get("person", {}), when.get("record", {})
    out = [
        (persons[p.person_id], p.person_id, Told(p.name, reverse("person", args=[p.person_id]), f"shared on {words.day(persons[p.person_id])}"))
        for p in Person.objects.visible_to(user, purpose).filter(person_id__in=persons).order_by("name", "person_id")
    ]  # fmt: skip
    out += [
        (keys[r.key], r.key, Told(f"{words.record_words(r.key)}: {r.headline}", words.record_url(r.key), f"{words.day(r.at)}; shared on {words.day(keys[r.key])}"))
        for r in Record.objects.visible_to(user, purpose).filter(key__in=keys).order_by("key")
    ]  # fmt: skip
    return sorted(out, key=lambda x: x[0], reverse=True)


def _shared(user: Any, purpose: str) -> Block:
    """What was shared since the last visit, all of it: its number counts what stands under it."""
    found = _shared_lines(user, purpose, new=True)
    return Block("Shared with you", [told for _, _, told in found], len(found), keys=[k for _, k, _ in found])


def _shared_before(user: Any, purpose: str) -> Block:
    """What was shared earlier and still stands: for these roles there is no other list of the people."""
    found = _shared_lines(user, purpose, new=False)
    return Block(
        "Shared with you before", [told for _, _, told in found], len(found), keys=[k for _, k, _ in found]
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
    )


def _reads(user: Any, purpose: str) -> Block:
    """From the day of the last visit on, as the audit is searched by days."""
    rows = Entry.objects.visible_to(user, purpose).filter(action="consultation")
    asked, since = "?action=consultation", ""
    if user.before_at is not None:
        day = timezone.localdate(user.before_at)
        rows = rows.filter(at__date__gte=day)
        asked, since = f"{asked}&since={day}", f" since {words.day(day)}"
    total = count(rows)
    lines = [
        Told(words.counted(total, "read,reads") + f" of records and lists{since}", reverse("trail") + asked)
    ]
    return Block("Reads", lines if total else [], total, reverse("trail") + asked)


def _accounts(user: Any, purpose: str) -> Block:
    total = len(directory.all_accounts())
    return Block("Accounts", [Told(words.counted(total, "account,accounts"), reverse("people"))], total)


def _sources_late(user: Any, purpose: str) -> Block:
    from redshank.publish.sources import late

    rows, wrong = late(settings.HOME, timezone.now())
    lines = [
        Told(f"{what[:1].upper()}{what[1:]} from {source}", reverse("sources"), f"due by {words.moment(due)}")
        for source, what, due in rows
    ]
    if wrong:
        lines.insert(0, Told("Whether sources are late cannot be told", "", wrong))
    return Block("Sources that are late", lines[:SHOWN], len(lines), reverse("sources"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "flags_to_decide": _flags_to_decide,
    "my_flags_open": _my_flags_open,
    "interviews": _interviews,
    "new_groups": _new_groups,
    "grown_groups": _grown_groups,
    "groups": _groups,
    "new_items": _new_items,
    "rising": _rising,
    "places": _places,
    "language": _language,
    "quarantine": _quarantine,
    "register": _register,
    "shared": _shared,
    "shared_before": _shared_before,
    "refusals": _refusals,
    "reads": _reads,
    "accounts": _accounts,
    "sources_late": _sources_late,
}


def _section(key: str, blocks: list[Block]) -> dict[str, Any]:
    """One of the five parts: its blocks in their order, and together in one line those that hold nothing."""
    return {
        "key": key,
        "title": TITLES[key],
        "blocks": [b for b in blocks if b.lines],
        "nothing": NOTHING[key],
        "empty": [b for b in blocks if not b.lines],
        "faces": list(dict.fromkeys(b.face for b in blocks if b.face)),
        "count": sum(b.total for b in blocks),
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
            sections.append(_section(key, blocks))
    listed(request, "first page", keys)
    waiting = {s["key"]: s["count"] for s in sections}
    context = {
        "sections": sections,
        "waiting": waiting,
        "lapses": standing.lapses(user),
        "manager": standing.of(user).manager,
        "unsigned": [h for h in directory.taken_by(user) if not h.signed_at],
    }
    if role.allows(night.MAY):
        context |= night.told(request, steps=False)
    return render(request, "pages/today.html", context)
