"""Which notices in force cover something: whatever disposes of anything asks here first (practice rule 26).

It asks of every night that stands in the database, of restricted things too, and without regard to who asks: a notice that
somebody may not see holds all the same. What a page shows of the answer is narrowed by that page.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from redshank.web.flags.models import Flag
from redshank.web.heads.models import Appearance, Behind, Child, Group, Member, Moved, Record, Signal, Urgent
from redshank.web.retention.models import Notice


def over(kind: str, ident: str) -> list[Notice]:
    """Notices in force over a ``person``, a ``group`` or a ``record``; its disposal does not run while there is one.

    Args:
        kind: person, group or record.
        ident: the id of any night, or the record's key.

    Raises:
        ValueError: another kind of thing.
    """
    if kind not in ("person", "group", "record"):
        raise ValueError(f"no preservation notice covers a {kind}")
    thing = _Thing(kind, ident)
    return [n for n in Notice.objects.exclude(state="lifted").order_by("pk") if _covers(n, thing)]


class _Thing:
    """One thing under the ids of every night, with the records in which it stands."""

    def __init__(self, kind: str, ident: str) -> None:
        self.kind = kind
        self.ids = [ident] if kind == "record" else _ids(kind, ident)

    @property
    def records(self) -> Any:
        """Their keys, as a query."""
        if self.kind == "person":
            return Appearance.objects.filter(person_id__in=self.ids).values("record_key")
        if self.kind == "group":
            return Behind.objects.filter(kind="group", ident__in=self.ids).values("record_key")
        return Record.objects.filter(key__in=self.ids).values("key")

    def stands_in(self, keys: Any) -> bool:
        """Whether one of its records is among these; a record that no night has taken yet is asked of by its key."""
        if self.kind == "record":
            return bool(keys.filter(record_key__in=self.ids).exists())
        return bool(keys.filter(record_key__in=self.records).exists())


def _ids(kind: str, ident: str) -> list[str]:
    rows = Moved.objects.filter(kind=kind)
    now = {ident, *rows.filter(was=ident).values_list("now", flat=True)}
    return sorted(now | set(rows.filter(now__in=now).values_list("was", flat=True)))


def _covers(n: Notice, thing: _Thing) -> bool:
    if n.covers == "everything":
        return True
    if n.covers == "exploitation":
        return _is_exploitation(thing)
    if n.covers == "record":
        return _has_record(thing, n.record_key)
    if n.covers == "person":
        ids = _ids("person", n.person_id)
        if thing.kind == "person" and set(ids) & set(thing.ids):
            return True
        members = Member.objects.filter(person_id__in=ids, group_id__in=thing.ids)
        return (thing.kind == "group" and members.exists()) or thing.stands_in(
            Appearance.objects.filter(person_id__in=ids)
        )
    ids = _ids("group", n.group_id)
    if thing.kind == "group" and set(ids) & set(thing.ids):
        return True
    members = Member.objects.filter(group_id__in=ids, person_id__in=thing.ids)
    return (thing.kind == "person" and members.exists()) or thing.stands_in(
        Behind.objects.filter(kind="group", ident__in=ids)
    )


def _has_record(thing: _Thing, key: str) -> bool:
    if thing.kind == "record":
        return key in thing.ids
    rows = Appearance if thing.kind == "person" else Behind
    return bool(rows.objects.filter(record_key=key).filter(record_key__in=thing.records).exists())


def _is_exploitation(thing: _Thing) -> bool:
    """As ``retention.toml`` words it."""
    ids = thing.ids
    if thing.kind == "group" and (Group.objects.filter(group_id__in=ids).exists() or Flag.objects.filter(group_id__in=ids).exists()):  # fmt: skip
        return True
    if thing.kind == "person":
        found: tuple[Any, ...] = (Child, Member, Urgent, Flag)
        if any(m.objects.filter(person_id__in=ids).exists() for m in found):
            return True
    if any(thing.stands_in(m.objects.all()) for m in (Signal, Behind)):
        return True
    return thing.stands_in(Flag.objects.filter(~Q(record_key="")))
