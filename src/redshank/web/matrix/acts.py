"""Preparing an edition and everything that a person may do to it: every rule in one place.

An edition is copied whole, for every reader: who may see which row is asked when it is read, never when it is made.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.flags.models import Flag
from redshank.web.heads.models import Appearance, Child, Moved, Person
from redshank.web.matrix.models import CONTENT, Act, Edition, Row
from redshank.web.matrix.order import lines_of, raised_from
from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Raised
from redshank.web.meetings.raising import Subject, as_chosen, raise_to, subject
from redshank.web.pages import current
from redshank.web.policy.names import fold

NONE_FOUND = "none found in what was read"
FIRST = -1_000_000  # those added by hand stand before the run's order, in the order in which they were added


class NotAllowed(Exception):
    """A rule of the edition is in the way; the text says which."""


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, act: Act) -> None:
        self.act = act
        super().__init__("changed meanwhile")


def made_before(once: str) -> Edition | None:
    return Edition.objects.filter(once=once).first()


def prepare(user: Any, meeting_on: date, run: int, as_of: Any, once: str) -> Edition:
    """Copies the children of the published run, in both forms, and those of the last edition whom a person added."""
    with transaction.atomic():
        last = Edition.objects.order_by("-meeting_on", "-id").first()
        edition = Edition.objects.create(
            meeting_on=meeting_on,
            run=run,
            as_of=as_of,
            not_current=current.said(),
            prepared_by=user,
            before=last,
            once=once,
        )
        Row.objects.bulk_create(_rows(edition, _carried(last)))
        _act(edition, user, "prepared", once=f"{once}:p")
    return edition


def _standing_heads(model: Any, run: int) -> Any:
    return model.objects.filter(valid_from__lte=run).exclude(valid_to__lte=run)


def _carried(last: Edition | None) -> list[Row]:
    """Children whom a person added and nobody took off since: they stay until a person does (practice rule 4)."""
    if last is None:
        return []
    off: dict[str, bool] = {}
    for act in last.acts.filter(kind__in=("taken_off", "put_back")):
        off[act.ident] = act.kind == "taken_off"
    rows = last.rows.filter(added_by__isnull=False).order_by("place", "pk")
    return [r for r in rows if not off.get(r.ident)]


def _rows(edition: Edition, carried: list[Row]) -> list[Row]:
    children = list(_standing_heads(Child, edition.run).order_by("place", "pk"))
    now = dict(_standing_heads(Moved, edition.run).filter(kind="person").values_list("was", "now"))
    by_hand = {now.get(r.person_id, r.person_id): r for r in carried if r.person_id}
    confirmed = _confirmed(now)
    suspected: dict[str, list[str]] = {}
    roles = _standing_heads(Appearance, edition.run).filter(role__in=["suspect", "detained"])
    known = {c.person_id for c in children}
    for person, key in (
        roles.filter(person_id__in=known).order_by("record_key").values_list("person_id", "record_key")
    ):
        if key not in suspected.setdefault(person, []):
            suspected[person].append(key)
    out = []
    for c in children:
        hand = by_hand.get(c.person_id)
        if hand and rests_on_c(hand) and c.in_open:
            hand = None  # why it was added rests on handling C: the row of other readers does not say so
        out.append(
            Row(
                edition=edition, ident=c.person_id, person_id=c.person_id, name=c.name, folded=fold(c.name)[:300], born=c.born,
                place=c.place, sexual=c.sexual, criminal=c.criminal, change=c.change, rising=c.rising, reasons=c.reasons,
                standing=confirmed.get(c.person_id, "proposed"), suspect=json.dumps(suspected.get(c.person_id, [])),
                in_full=c.in_full, in_open=c.in_open, added_by=hand.added_by if hand else None,
                added_at=hand.added_at if hand else None, added_why=hand.added_why if hand else "",
            )
        )  # fmt: skip
    place = FIRST
    for r in carried:
        if now.get(r.person_id, r.person_id) in known:
            continue
        place += 1
        row = Row(**{f.attname: getattr(r, f.attname) for f in Row._meta.concrete_fields if f.name != "id"})
        # As it was added: what an earlier run found and this one does not is no reason any more.
        row.edition, row.place, row.change, row.rising, row.reasons = edition, place, "", "", "[]"
        row.sexual = row.criminal = NONE_FOUND
        row.person_id = now.get(r.person_id, r.person_id)
        row.ident = row.person_id or r.ident
        out.append(row)
    return out


#: What tells a row from that of the other edition and its place among others, and nothing of the child.
NOT_SAID = frozenset(["id", "place", "in_full", "in_open"])


def rests_on_c(row: Row) -> bool:
    """Handling C made the row, or made it otherwise than its open edition says. That a child stands elsewhere in the order
    because another's records are under handling C says nothing of this one."""
    if row.in_open:
        return False
    other = Row.objects.filter(edition=row.edition_id, ident=row.ident, in_open=True).first()
    names = [f.attname for f in Row._meta.concrete_fields if f.attname not in NOT_SAID]
    return other is None or any(getattr(row, n) != getattr(other, n) for n in names)


def _confirmed(now: dict[str, str]) -> dict[str, str]:
    """Person → who confirmed a flag on them, as it stood when the edition was made. Flags that rest on C stay out.
    ``now``: where ids of older runs went, which a flag follows."""
    from redshank.web.pages.words import day

    out: dict[str, str] = {}
    flags = Flag.objects.filter(about="person", state="confirmed", closed=False, decided_at__isnull=False)
    for flag in flags.order_by("decided_at", "id"):
        act = flag.acts.filter(kind="confirmed").select_related("by").last()
        if act is not None:
            out[now.get(flag.person_id, flag.person_id)] = f"confirmed by {act.by.name} on {day(act.at)}"
    return out


def content(edition: Edition) -> str:
    """All that an edition holds, as one text: what a checksum is over."""
    skip = ("id", "edition")
    rows = [
        {f.attname: getattr(r, f.attname) for f in Row._meta.concrete_fields if f.name not in skip}
        for r in edition.rows.order_by("id")
    ]
    acts = [
        {n: getattr(a, n) for n in ("ident", "kind", "by_id", "role", "at", "text", "details", "closed")}
        for a in edition.acts.filter(kind__in=CONTENT).order_by("id")
    ]
    head = {n: getattr(edition, n) for n in ("meeting_on", "run", "as_of", "prepared_by_id", "prepared_at")}
    if edition.not_current:  # those without it keep the checksum under which they were frozen
        head["not_current"] = edition.not_current
    return json.dumps([head, rows, acts], default=_plain, sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> str:
    """Times in one zone, so that every database gives the same text."""
    from datetime import UTC, datetime

    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def checksum(edition: Edition) -> str:
    return hashlib.sha256(content(edition).encode()).hexdigest()


def _act(edition: Edition, user: Any, kind: str, **more: Any) -> Act:
    act = Act(edition=edition, by=user, role=user.role, kind=kind, **more)
    act.save(force_insert=True)
    return act


def _open(number: int) -> Edition:
    """The edition, held until the act is kept; refused where it is frozen."""
    edition = Edition.objects.select_for_update().get(pk=number)
    if edition.frozen_at is not None:
        raise NotAllowed("The edition is frozen: nothing in it changes. What is new goes into the next one")
    return edition


def act(
    user: Any,
    number: int,
    ident: str,
    kind: str,
    text: str,
    *,
    once: str,
    seen: int,
    closed: bool,
    to: int = 0,
) -> Act:
    """A judgement on a child, a move, taken off, or put back."""
    once = f"{user.pk}:{once}"[:60]
    with transaction.atomic():
        edition = _open(number)
        if before := Act.objects.filter(once=once).first():
            return before
        done = list(edition.acts.filter(ident=ident).select_related("by"))
        if len(done) != seen and done:
            raise Meanwhile(done[-1])
        lines = lines_of(edition, user)
        line = next((x for x in lines if x.row.ident == ident), None)
        if line is None:
            raise NotAllowed("The child is not in this edition")
        details: dict[str, Any] = {}
        if (kind == "taken_off" and line.off is not None) or (kind == "put_back" and line.off is None):
            raise NotAllowed("That is how it stands already")
        if kind == "moved":
            details = _move([x.row.ident for x in lines if x.off is None], ident, to)
        # What rests on a row that only handling C made, or that it made otherwise, is for cleared roles.
        return _act(
            edition, user, kind, ident=ident, text=text, details=json.dumps(details), closed=closed or rests_on_c(line.row), once=once
        )  # fmt: skip


def _move(standing: list[str], ident: str, to: int) -> dict[str, Any]:
    if ident not in standing:
        raise NotAllowed("The child is taken off: put it back first")
    at = standing.index(ident) + 1
    if not 1 <= to <= len(standing):
        raise NotAllowed(f"Write a place from 1 to {len(standing)}")
    if to == at:
        raise NotAllowed(f"Place {to} is where the child stands")
    rest = [i for i in standing if i != ident]
    return {"way": "up" if to < at else "down", "before": rest[to - 1 :]}


def add(
    user: Any, number: int, person: Person | None, name: str, why: str, *, closed: bool, once: str
) -> Row:
    """A child whom the night did not find: a person in view, or a name by hand."""
    once = f"{user.pk}:{once}"[:60]
    with transaction.atomic():
        edition = _open(number)
        if before := Act.objects.filter(once=once).first():
            return edition.rows.filter(ident=before.ident).order_by("pk").first()
        ident = person.person_id if person else "hand-" + hashlib.sha256(once.encode()).hexdigest()[:12]
        if edition.rows.filter(ident=ident, in_full=True).exists():
            raise NotAllowed("The child is in this edition already")
        count = edition.rows.filter(place__lt=0).count()
        name = person.name if person else name
        row = Row(
            edition=edition, ident=ident, person_id=person.person_id if person else "", name=name, folded=fold(name)[:300],
            born=person.born if person else None, place=FIRST + count + 1, sexual=NONE_FOUND, criminal=NONE_FOUND,
            standing="added by a person", in_full=True, in_open=not closed, added_by=user, added_at=timezone.now(), added_why=why,
        )  # fmt: skip
        row.save(force_insert=True)
        _act(edition, user, "added", ident=ident, text=why, closed=closed, once=once)
    return row


def comment(user: Any, number: int, text: str, *, closed: bool, once: str) -> Act:
    once = f"{user.pk}:{once}"[:60]
    with transaction.atomic():
        edition = _open(number)
        return Act.objects.filter(once=once).first() or _act(
            edition, user, "comment", text=text, closed=closed, once=once
        )


def sign(user: Any, number: int, seen: str, once: str) -> Act:
    """A signature covers what the signer saw: :class:`NotAllowed` where the edition changed since the page was opened."""
    once = f"{user.pk}:{once}"[:60]
    with transaction.atomic():
        edition = _open(number)
        if before := Act.objects.filter(once=once).first():
            return before
        now = checksum(edition)
        if now != seen:
            raise NotAllowed("The edition changed since you opened this page: look again, then sign")
        return _act(edition, user, "signed", details=json.dumps({"checksum": now}), once=once)


def signatures(edition: Edition, now: str) -> list[tuple[Act, bool]]:
    """Each signature, and whether it covers the edition as it stands: ``now`` is its checksum."""
    signed = edition.acts.filter(kind="signed").select_related("by")
    return [(a, a.parsed("details")["checksum"] == now) for a in signed]


def freeze(user: Any, number: int, once: str) -> Edition:
    """Nothing in it changes any more; the checksum proves it. Only what is signed as it stands is frozen."""
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=number)
        if edition.frozen_at is not None:
            return edition
        now = checksum(edition)
        if not any(covers for _, covers in signatures(edition, now)):
            raise NotAllowed("Sign it first: nobody has signed it as it stands now")
        edition.checksum, edition.frozen_by, edition.frozen_at = now, user, timezone.now()
        edition.save(update_fields=["checksum", "frozen_by", "frozen_at"])
        _act(edition, user, "frozen", once=f"{user.pk}:{once}:f"[:60])
    return edition


MEETING = BODIES["four_weekly"]


def before_meeting(user: Any, row: Row, *, closed: bool = False) -> Subject:
    """The child of a row as it would go before the meeting. ``closed``: the raiser's own word that it rests on handling C."""
    found = subject(user, "child", row.ident) if row.person_id else None
    rests = rests_on_c(row) or (found is not None and found.closed)
    return Subject("child", row.ident, row.name, closed or rests, row.person_id)


def raise_to_meeting(
    user: Any, edition: Edition, row: Row, why: str, *, closed: bool = False, sight: str = "", once: str
) -> tuple[Raised, bool]:
    """A child before the four-weekly meeting, by a person, with why (practice rule 20); what becomes of it is settled there.
    ``sight``: with which records, where some rest on handling C (``raising.as_chosen``)."""
    mark = raised_from(edition)
    of = as_chosen(MEETING, before_meeting(user, row, closed=closed), "closed" if closed else sight)
    of = replace(of, title=row.name)
    return raise_to(user, of, MEETING, why, f"{mark}:{user.pk}:{once}", origin=mark)
