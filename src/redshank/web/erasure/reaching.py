"""What erasure does in the pages' database, table by table; safe to do again.

Rows of nights that have ended go where they have to do with the records; the night that stands was made without them. What the
machine copied beside what people decided is replaced by a stated placeholder; what people wrote is listed and stays.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection, models, transaction
from django.db.models import Q

from redshank.web.erasure.marked import Marks
from redshank.web.erasure.places import heads, kind_of, tables, texts
from redshank.web.heads.models import Appearance, Behind, Group
from redshank.web.searching import engine
from redshank.web.searching.models import INDEX, WORDED

STEP = 2_000
#: Columns that say which thing a row is of.
IDS = ("ident", "_id", "_key", "_ref", "vehicle")


@dataclass
class Reached:
    """Rows that went and columns that were replaced, by table; what is left in people's words; seals that were made anew."""

    removed: Counter[str] = field(default_factory=Counter)
    replaced: Counter[str] = field(default_factory=Counter)
    left: list[dict[str, Any]] = field(default_factory=list)
    sealed: list[dict[str, Any]] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)  # of entries of the audit that were about the records

    def as_dict(self) -> dict[str, Any]:
        return {"removed": dict(sorted(self.removed.items())), "replaced": dict(sorted(self.replaced.items())), "left": self.left, "sealed": self.sealed}  # fmt: skip

    def after(self, before: dict[str, Any]) -> Reached:
        """With what an earlier try did, that a kill ended; what people wrote was looked at anew."""
        removed = Counter(before.get("removed", {})) + self.removed
        replaced = Counter(before.get("replaced", {})) + self.replaced
        refs = list(dict.fromkeys([*before.get("refs", []), *self.refs]))
        return Reached(removed, replaced, self.left, [*before.get("sealed", []), *self.sealed], refs)


def about(keys: list[str]) -> tuple[set[str], dict[str, set[str]]]:
    """Persons who stood in the records in any night that the database holds, and groups, places and lines by kind."""
    persons = set(Appearance.objects.filter(record_key__in=keys).values_list("person_id", flat=True)) - {""}
    things: dict[str, set[str]] = {}
    for kind, ident in Behind.objects.filter(record_key__in=keys).values_list("kind", "ident"):
        things.setdefault(kind, set()).add(ident)
    return persons, things


def reach(marks: Marks, persons: set[str], things: dict[str, set[str]]) -> Reached:
    """Everything but the files of the database, in one transaction."""
    out = Reached()
    with transaction.atomic():
        _index(out)
        for model in heads():
            if model not in INDEX:
                _ended(model, marks, persons, things, out)
        _remembered(marks, out)
        for model in tables():
            if model is Session:
                _sessions(marks, out)
            else:
                _table(model, marks, out)
        _seal(out)
    return out


# ---- the nights -------------------------------------------------------------------------------


def _index(out: Reached) -> None:
    """The index of the search keeps the night that stands; what is merged away holds no word of it any more."""
    for model in INDEX:
        gone = Q(valid_to__isnull=False)
        out.removed[f"{model._meta.label}, of earlier nights"] += model.objects.filter(gone).count()
        engine.forget(model, gone)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for model in WORDED:
                name = engine.words_of(model)
                cursor.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")
                cursor.execute(f"INSERT INTO {name}({name}) VALUES ('optimize')")
    out.removed += Counter()


def _ended(model: Any, marks: Marks, persons: set[str], things: dict[str, set[str]], out: Reached) -> None:
    names = [f.name for f in texts(model)]
    own = next((n for n in ("record_key", "key") if n in names), "")
    of = {"person_id": persons, "group_id": things.get("group", set()), "cell": things.get("place", set()), "line_ref": things.get("line", set())}  # fmt: skip
    gone = []
    for pk, *values in _rows(model, names, model.objects.filter(valid_to__isnull=False)):
        row = dict(zip(names, values, strict=True))
        if own and row[own]:
            touched = row[own] in marks.keys
        else:
            touched = any(row.get(n) in ids for n, ids in of.items() if n in row)
        if touched or marks.told_in("\n".join(v for v in values if v)):
            gone.append(pk)
    for start in range(0, len(gone), STEP):
        model.objects.filter(pk__in=gone[start : start + STEP]).delete()
    if gone:
        out.removed[model._meta.label] += len(gone)


def _remembered(marks: Marks, out: Reached) -> None:
    """A group remembers from night to night by whom it grew; of a head that stands nothing else is older than its night."""
    for pk, added in _rows(Group, ["added"], Group.objects.filter(valid_to__isnull=True)):
        if marks.told_in(added):
            Group.objects.filter(pk=pk).update(added=json.dumps([n for n in json.loads(added) if not marks.told_in(n)]))  # fmt: skip
            out.replaced["heads.Group.added"] += 1


# ---- what people decided ------------------------------------------------------------------------


def _rows(model: Any, names: list[str], rows: Any = None) -> Iterator[tuple[Any, ...]]:
    """In steps by number, so that an update moves nothing that is still to be read."""
    found = (model._default_manager.all() if rows is None else rows).order_by("pk").values_list("pk", *names)
    last: Any = None
    while step := list((found if last is None else found.filter(pk__gt=last))[:STEP]):
        yield from step
        last = step[-1][0]


def _table(model: Any, marks: Marks, out: Reached) -> None:
    columns = texts(model)
    names = [f.name for f in columns]
    label = model._meta.label
    for pk, *values in _rows(model, names) if names else ():
        texts_of = {f.name: _text(v) for f, v in zip(columns, values, strict=True)}
        whole = "\n".join(texts_of.values())
        if not marks.about(whole):
            continue
        new = {}
        for f in columns:
            said, kind = texts_of[f.name], kind_of(model, f.name)
            clean = _cleaned(marks, kind, said, f.max_length if isinstance(f, models.CharField) else None)
            if clean == marks.said and f.name.endswith(IDS):  # two of one record must not become one thing
                clean = f"{next(iter(marks.keys.values()))}#{pk}"[: f.max_length]
            if clean != said:
                new[f.name] = zlib.compress(clean.encode(), 6) if isinstance(f, models.BinaryField) else clean
                out.replaced[f"{label}.{f.name}"] += 1
            elif kind == "written" and marks.told_in(said):
                out.left.append({"where": label, "number": pk, "column": f.name})
        if new:
            if label == "trail.Entry":
                out.refs.append(model.objects.get(pk=pk).ref)
            model._default_manager.filter(pk=pk).update(**new)
            _remember_seal(model, pk, new, out)


def _cleaned(marks: Marks, kind: str, said: str, longest: int | None) -> str:
    if kind == "copied":
        return marks.out_of(said, longest)
    if kind == "folded":
        return marks.out_of_folded(said)
    return marks.keys[said][:longest] if said in marks.keys else said


def _text(value: Any) -> str:
    """A column as text; a packed document unpacked."""
    if value is None:
        return ""
    if isinstance(value, (bytes, memoryview)):
        return zlib.decompress(bytes(value)).decode() if value else ""
    return str(value)


def _sessions(marks: Marks, out: Reached) -> None:
    """Whoever looked for it a moment ago signs in again."""
    for session in Session.objects.all():
        told = json.dumps(session.get_decoded(), default=str)
        if marks.told_in(told):
            session.delete()
            out.removed["sessions.Session"] += 1


# ---- what was sealed ----------------------------------------------------------------------------

#: Sealed content → the column with its checksum, and where signatures repeat it.
SEALED = {
    "products.Product": ("checksum", ()),
    "products.Paper": ("checksum", ()),
    "matrix.Edition": ("checksum", (("matrix.Act", "details"),)),
    "returns.Version": ("sha256", (("returns.Step", "details"),)),
    "rights.Step": ("sha256", ()),
}


def _remember_seal(model: Any, pk: int, new: dict[str, Any], out: Reached) -> None:
    label = model._meta.label
    if (label in ("products.Product", "products.Paper") and "content" in new) or (label in ("returns.Version", "rights.Step") and "content" in new):  # fmt: skip
        out.sealed.append({"where": label, "number": pk})
    if label in ("matrix.Row", "matrix.Act"):
        edition = model.objects.get(pk=pk).edition_id
        entry = {"where": "matrix.Edition", "number": edition}
        if entry not in out.sealed:
            out.sealed.append(entry)


def _seal(out: Reached) -> None:
    """Content that was signed over is sealed anew, and the certificate says from which checksum to which."""
    from django.apps import apps

    kept = []
    for entry in out.sealed:
        model: Any = apps.get_model(entry["where"])
        column, repeated = SEALED[entry["where"]]
        row = model.objects.get(pk=entry["number"])
        before = getattr(row, column)
        if not before:  # a draft has no seal yet
            continue
        now = _sum(entry["where"], row)
        model.objects.filter(pk=row.pk).update(**{column: now})
        for label, name in repeated:
            other: Any = apps.get_model(label)
            for pk, text in other.objects.filter(**{f"{name}__contains": before}).values_list("pk", name):
                other.objects.filter(pk=pk).update(**{name: text.replace(before, now)})
        kept.append(entry | {"was": before, "now": now})
    out.sealed = kept


def _sum(label: str, row: Any) -> str:
    import hashlib

    if label in ("products.Product", "products.Paper"):
        from redshank.web.products.acts import sum_of

        return sum_of(row)
    if label == "matrix.Edition":
        from redshank.web.matrix.acts import checksum

        return checksum(row)
    return hashlib.sha256(row.content.encode()).hexdigest()
