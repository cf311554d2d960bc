"""Adding to a list, keeping at a review, removing: every rule in one place. Each is a person's decision with a reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.web.disruption.subjects import Subject, link_is_closed
from redshank.web.heads.models import Appearance, Group, Member, Person, Place
from redshank.web.pages.around import publication
from redshank.web.pages.explain import category_of
from redshank.web.policy.names import fold
from redshank.web.policy.sight import sight_of
from redshank.web.vvol.models import Act, Entry
from redshank.web.vvol.settings import LISTS, OF


class NotAllowed(Exception):
    """A rule is in the way; the text says which, ``field`` where on the form."""

    def __init__(self, text: str, field: str) -> None:
        self.field = field
        super().__init__(text)


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, act: Act) -> None:
        self.act = act
        super().__init__("changed meanwhile")


@dataclass(frozen=True)
class Given:
    """What a form brought, checked for its form."""

    why: str
    once: str
    owner: Any
    review_on: date | None
    on: str = ""
    evidence: tuple[str, ...] = ()
    finding: str = ""
    considered: str = ""
    closed: bool = False


def asks_defence(s: Subject, on: str) -> bool:
    """A child, or somebody whose age nobody knows, on the offender list: a child first (practice rule 8)."""
    return on == "offender" and s.kind == "person" and (s.is_child or s.age_missing)


def findings(user: Any, s: Subject) -> dict[str, str]:
    """What the night found of it, as far as this reader sees it: value of the form → words."""
    purpose = user.as_role.purpose
    if s.kind == "place":
        return {f"place:{s.ident}": "the place as the night found it"}
    ids = Member.objects.visible_to(user, purpose).filter(person_id=s.ident).values("group_id")
    groups = Group.objects.visible_to(user, purpose).filter(group_id__in=ids).order_by("place")
    return {f"group:{g.group_id}": f"the proposed group “{g.label}”"[:200] for g in groups}


def standing_on(user: Any, s: Subject) -> list[Entry]:
    """Entries in sight about this person or place, also under ids of older runs that went into it; standing ones first."""
    rows = Entry.objects.visible_to(user, user.as_role.purpose).filter(kind=s.kind, ident__in=s.ids)
    return sorted(rows.select_related("by", "owner"), key=lambda e: (e.removed_at is not None, e.at, e.pk))


def _only_closed(s: Subject, user: Any) -> bool:
    """Uncleared roles do not see the person or place at all."""
    model, column = (Person, "person_id") if s.kind == "person" else (Place, "cell")
    run = sight_of(user).run
    rows = model.objects.filter(**{column: s.ident}, in_open=True, valid_from__lte=run)
    return not rows.exclude(valid_to__lte=run).exists()


def category_in_open(s: Subject) -> str:
    """What it is by records that every reader of the lists may know of: nothing of handling C goes into it (practice rule 12)."""
    if s.kind != "person" or s.is_child:
        return s.kind_words
    held = {r.key: r for r in s.records if r.handling != "C"}
    rows = list(
        Appearance.objects.filter(person_id=s.ident, record_key__in=held, in_open=True, valid_to__isnull=True)
    )
    who = "a proposed person of concern" if s.confirmed and not s.confirmed.closed else "a person"
    return f"{who}; the records' own category: {category_of(rows, held)}"


def _once(user: Any, once: str) -> str:
    return f"{user.pk}:{once}"[:60]


def _shown(s: Subject | None) -> str:
    state = publication()
    seen = {"records": s.keys, "category": s.kind_words} if s is not None else {"gone": True}
    return json.dumps({"run": state.current_run, "as_of": state.as_of, **seen}, default=str)


def add(user: Any, s: Subject, given: Given) -> Entry:
    """Puts a person or place on a list; :class:`NotAllowed` where a rule is in the way."""
    once = _once(user, given.once)
    if before := Act.objects.filter(once=once).select_related("entry").first():
        return before.entry
    found = findings(user, s)
    if given.on not in OF.get(s.kind, ()):
        raise NotAllowed("Choose a list", "on")
    if not given.evidence and given.finding not in found:
        raise NotAllowed("Choose at least one record, or a finding, that it rests on", "evidence")
    if asks_defence(s, given.on) and not given.considered:
        raise NotAllowed("Write what was considered: the statutory defence, and a referral to the National Referral Mechanism", "considered")  # fmt: skip
    _in_time(given)
    if any(e.removed_at is None and e.on == given.on for e in standing_on(user, s)):
        raise NotAllowed(f"It stands on the {LISTS[given.on].lower()} list already", "on")
    kind, _, ident = given.finding.partition(":")
    group = ident if kind == "group" and given.finding in found else ""
    c = any(r.handling == "C" for r in s.records if r.key in given.evidence)
    closed = (
        given.closed or _only_closed(s, user) or c or bool(group and link_is_closed("group", group, user))
    )
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                kind=s.kind, ident=s.ident, person_id=s.ident if s.kind == "person" else "", cell=s.ident if s.kind == "place" else "",
                name=s.name[:200], closed=closed, small=s.is_small, evidence=json.dumps(list(given.evidence)), by=user, on=given.on,
                is_child=s.kind == "person" and (s.is_child or s.age_missing), category=category_in_open(s)[:200], finding=given.finding if given.finding in found else "",
                finding_words=found.get(given.finding, ""), group_id=group, considered=given.considered if asks_defence(s, given.on) else "",
                owner=given.owner, review_on=given.review_on, folded=fold(f"{s.name} {given.why} {given.considered}"),
            )  # fmt: skip
            _act(entry, "added", user, given, once, s)
    except IntegrityError as wrong:
        if before := Act.objects.filter(once=once).select_related("entry").first():
            return before.entry
        raise NotAllowed(f"It stands on the {LISTS[given.on].lower()} list already", "on") from wrong
    return entry


def _in_time(given: Given) -> None:
    if given.review_on is None or given.review_on <= timezone.localdate():
        raise NotAllowed("Write the day of the next review; it lies after today", "review_on")


def _act(entry: Entry, kind: str, user: Any, given: Given, once: str, s: Subject | None) -> Act:
    act = Act(
        entry=entry, kind=kind, by=user, role=user.role, why=given.why, owner=given.owner, once=once, shown=_shown(s),
        review_on=given.review_on if kind != "removed" else None,
    )  # fmt: skip
    act.save(force_insert=True)
    return act


def review(user: Any, number: int, kind: str, given: Given, seen: int, s: Subject | None) -> Act:
    """Kept until the next review, or removed: the entry stays in its history.

    Raises:
        NotAllowed: a rule is in the way.
        Meanwhile: somebody acted on it since the page was opened.
    """
    once = _once(user, given.once)
    with transaction.atomic():
        entry = Entry.objects.select_for_update().get(pk=number)
        if before := Act.objects.filter(once=once).first():
            return before
        acts = list(entry.acts.select_related("by"))
        if len(acts) != seen:
            raise Meanwhile(acts[-1])
        if kind not in ("kept", "removed") or entry.removed_at is not None:
            raise NotAllowed(
                "Choose whether it stays; what was removed is added anew from its own page", "kind"
            )
        if kind == "kept":
            _in_time(given)
        made = _act(entry, kind, user, given, once, s)
        entry.owner, entry.review_on = given.owner, made.review_on
        entry.removed_at = timezone.now() if kind == "removed" else None
        entry.folded += fold(given.why)
        entry.save(update_fields=["owner", "review_on", "removed_at", "folded"])
    return made


def hand_on_all(by: Any, leaver: Any, heirs: list[Any], why: str, once: str) -> int:
    """Entries that somebody who leaves was to review go to the first of ``heirs`` who keeps the lists and sees them; the day stays.
    Where nobody does, they stay, and first pages say so."""
    count = 0
    with transaction.atomic():
        for entry in (
            Entry.objects.select_for_update().filter(owner=leaver, removed_at__isnull=True).order_by("pk")
        ):
            heir = next((u for u in heirs if _may_own(u, leaver, entry)), None)
            if heir is None:
                continue
            Act(
                entry=entry, kind="handed", by=by, role=by.role, why=why, owner=heir, once=f"{once[:44]}:v{entry.pk}", review_on=entry.review_on,
                shown=entry.acts.order_by("at", "id").last().shown,
            ).save(force_insert=True)  # fmt: skip
            entry.owner = heir
            entry.save(update_fields=["owner"])
            count += 1
    return count


def _may_own(user: Any, leaver: Any, entry: Entry) -> bool:
    able = user.pk != leaver.pk and user.is_active and user.as_role.allows("vvol.edit")
    return able and Entry.objects.visible_to(user, user.as_role.purpose).filter(pk=entry.pk).exists()
