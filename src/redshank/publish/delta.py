"""From rows of heads to the database: what changed is written in batches, then one number makes it the current run.

A row stands from ``valid_from`` to before ``valid_to``. Until the number flips, readers see the run before; after a
crash half-way the leftovers of the unpublished run are taken back first. Nothing is held in one long transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from redshank.publish import doubts, searching
from redshank.publish.editions import Run
from redshank.publish.heads import Heads, dumps

BATCH = 5_000
Progress = Callable[[str, int, int], None]


def merged(full: pa.Table, opened: pa.Table | None) -> pa.Table:
    """Rows of both editions: equal ones once, with both marks. ``uid`` of an open row that differs ends in ``|open``."""
    full = _marked(full, True, True if opened is None else None)
    if opened is None:
        return full
    opened = _marked(opened, False, True)
    key_f = pc.binary_join_element_wise(full["uid"], full["digest"].cast(pa.string()), "#").combine_chunks()
    key_o = pc.binary_join_element_wise(
        opened["uid"], opened["digest"].cast(pa.string()), "#"
    ).combine_chunks()
    both = pc.is_in(key_f, value_set=key_o)
    full = full.set_column(full.schema.get_field_index("in_open"), "in_open", both)
    alone = opened.filter(pc.invert(pc.is_in(key_o, value_set=key_f)))
    uid = pc.binary_join_element_wise(alone["uid"], pa.scalar("open"), "|")
    alone = alone.set_column(alone.schema.get_field_index("uid"), "uid", uid)
    rows = pa.concat_tables([full, alone])
    # The marks belong to what is compared with the run before.
    marks = pc.add(pc.multiply(rows["in_full"].cast(pa.int64()), 2), rows["in_open"].cast(pa.int64()))
    digest = pc.bit_wise_xor(rows["digest"], marks)
    return rows.set_column(rows.schema.get_field_index("digest"), "digest", digest)


def _marked(rows: pa.Table, in_full: bool, in_open: bool | None) -> pa.Table:
    """Adds the digest of a row's content (63 bits) and the marks of its edition."""
    plain = rows.select([n for n in rows.column_names if n != "uid"])
    frame = plain.to_pandas(timestamp_as_object=False, date_as_object=True)
    for name in frame.columns:
        if frame[name].dtype == object:
            frame[name] = frame[name].astype(str)
    hashed = pd.util.hash_pandas_object(frame, index=False).to_numpy() >> 1
    n = rows.num_rows
    return (
        rows.append_column("digest", pa.array(hashed.astype("int64")))
        .append_column("in_full", pa.repeat(in_full, n))
        .append_column("in_open", pa.repeat(bool(in_open), n))
    )


def write(run: Run, progress: Progress = lambda step, done, total: None) -> dict[str, dict[str, int]]:
    """Publishes a run; returns what was added and ended by kind of head. Nothing is visible before the end."""
    from django.db import connection, transaction
    from django.utils import timezone

    from redshank.web.heads.models import HEADS, Publication, Published
    from redshank.web.judgements.models import Doubt
    from redshank.web.searching import engine
    from redshank.web.searching.models import INDEX, WORDED

    before = Publication.objects.get_or_create(pk=1)[0].current_run
    if before >= run.number:
        return {}
    undo(before)
    found = Heads(run, run.full)
    full = found.made()
    opened = None if run.open is run.full else Heads(run, run.open, found).made()
    del found
    searching.forget()
    counts: dict[str, dict[str, int]] = {}
    every = (*HEADS, Doubt, *INDEX)
    for number, model in enumerate(every):
        name = model.__name__
        progress("publishing", number, len(every))
        rows = merged(full[name], None if opened is None else opened[name])
        rows = _REMEMBER[name](rows, run.number, model) if name in _REMEMBER else rows
        counts[name] = _apply(connection, model, rows, run.number)
    for model in WORDED:
        engine.add(model)
    engine.surveyed(every)
    with transaction.atomic():
        now = timezone.now()
        Published.objects.update_or_create(run=run.number, defaults={"as_of": run.as_of, "published_at": now})
        Publication.objects.filter(pk=1).update(
            current_run=run.number, as_of=run.as_of, published_at=now, counts=dumps(counts)
        )
    progress("publishing", len(every), len(every))
    return counts


def index(run: Run) -> None:
    """Fills the search's index, and the doubts, for a run that was published before there were any."""
    from django.db import connection

    from redshank.web.judgements.models import Doubt
    from redshank.web.searching import engine
    from redshank.web.searching.models import INDEX, WORDED

    def made(heads: Heads) -> dict[str, pa.Table]:
        return searching.made(heads) | {"Doubt": doubts.rows(heads)}

    full = made(Heads(run, run.full))
    opened = None if run.open is run.full else made(Heads(run, run.open))
    searching.forget()
    every: tuple[Any, ...] = (Doubt, *INDEX)
    for model in every:
        name = model.__name__
        _apply(connection, model, merged(full[name], None if opened is None else opened[name]), run.number)
    for model in WORDED:
        engine.add(model)
    engine.surveyed(every)


def undo(current: int) -> None:
    """Takes back what a run left that was never published; the search's index keeps no earlier runs at all."""
    from django.db import transaction
    from django.db.models import Q

    from redshank.web.heads.models import HEADS
    from redshank.web.judgements.models import Doubt
    from redshank.web.searching import engine
    from redshank.web.searching.models import INDEX

    for model in INDEX:
        engine.forget(model, Q(valid_from__gt=current) | Q(valid_to__lte=current))
        model.objects.filter(valid_to__gt=current).update(valid_to=None)
    for model in (*HEADS, Doubt):
        with transaction.atomic():
            model.objects.filter(valid_from__gt=current).delete()
            model.objects.filter(valid_to__gt=current).update(valid_to=None)


def _standing(model: Any, *columns: str) -> list[tuple[Any, ...]]:
    return list(model.objects.filter(valid_to__isnull=True).values_list(*columns))


def _apply(connection: Any, model: Any, rows: pa.Table, run: int) -> dict[str, int]:
    """Ends rows that changed or went, adds those that are new or changed."""
    old = pd.DataFrame(_standing(model, "uid", "digest", "id"), columns=["uid", "digest", "id"])
    new = pd.DataFrame({"uid": rows["uid"].to_pandas(), "digest": rows["digest"].to_numpy()})
    new["at"] = range(len(new))
    both = new.merge(old, on=["uid", "digest"], how="inner") if len(old) else new.iloc[:0].assign(id=0)
    ended = old.loc[~old["id"].isin(both["id"]), "id"].tolist()
    fresh = rows.take(pa.array(new.loc[~new["at"].isin(both["at"]), "at"].to_numpy()))
    _end(connection, model, ended, run)
    _add(connection, model, fresh, run)
    return {"added": fresh.num_rows, "ended": len(ended), "standing": rows.num_rows}


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _end(connection: Any, model: Any, ids: list[int], run: int) -> None:
    from django.db import transaction

    table = connection.ops.quote_name(model._meta.db_table)
    for batch in _batches(ids):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET valid_to = %s WHERE id = %s", [(run, int(i)) for i in batch]
            )


def _add(connection: Any, model: Any, rows: pa.Table, run: int) -> None:
    from django.db import transaction

    if not rows.num_rows:
        return
    names = [*rows.column_names, "valid_from"]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(n).column) for n in names)
    into = f"{quote(model._meta.db_table)} ({columns})"
    values = [_kept(connection, rows.schema.field(n), rows[n]) for n in rows.column_names]
    for start in range(0, rows.num_rows, BATCH):
        part = [_said(column.slice(start, BATCH)) for column in values]
        with transaction.atomic(), connection.cursor() as cursor:
            _insert(connection, cursor, into, zip(*part, [run] * len(part[0]), strict=True), len(names))


def _insert(connection: Any, cursor: Any, into: str, rows: Iterable[tuple[Any, ...]], width: int) -> None:
    """PostgreSQL takes a stream of rows in a fraction of the time of as many statements."""
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {into} FROM STDIN") as stream:
            for row in rows:
                stream.write_row(row)
        return
    cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * width)})", list(rows))


def _kept(connection: Any, field: pa.Field, column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Times and dates as the database keeps them, where that is as text; everything else as it is."""
    if connection.vendor == "postgresql" or not pa.types.is_temporal(field.type):
        return column
    ops, day = connection.ops, pa.types.is_date(field.type)
    adapt = ops.adapt_datefield_value if day else ops.adapt_datetimefield_value
    coded = column.combine_chunks().dictionary_encode()  # many rows became known at one time
    return pa.array([adapt(v) for v in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def _said(column: pa.ChunkedArray | pa.Array) -> list[Any]:
    """NUL is no text for PostgreSQL."""
    values: list[Any] = column.to_pylist()
    if pa.types.is_string(column.type):
        return [v.replace("\x00", "\ufffd") if v is not None and "\x00" in v else v for v in values]
    return values


# ---- what a head remembers of the runs before --------------------------------------------------


def _edition(uid: str) -> str:
    return "open" if uid.endswith("|open") else "full"


def _groups(rows: pa.Table, run: int, model: Any) -> pa.Table:
    """In which run a group was first published, and when it last grew and by whom."""
    import json

    was: dict[tuple[str, bool], tuple[int, int, str, set[str]]] = {}
    for uid, in_full, in_open, first, grew, added, story in _standing(
        model, "uid", "in_full", "in_open", "first_seen_run", "grew_in_run", "added", "story"
    ):
        group_id = uid.removesuffix("|open")
        members = {m["person_id"] for m in json.loads(story)["members"]}
        for edition, holds in ((True, in_full), (False, in_open)):
            if holds:
                was[group_id, edition] = (first, grew, added, members)
    first_seen, grown, names = [], [], []
    for uid, in_full, story in zip(*(rows[c].to_pylist() for c in ("uid", "in_full", "story")), strict=True):
        labels = {m["person_id"]: m["label"] for m in json.loads(story)["members"]}
        before = was.get((uid.removesuffix("|open"), in_full))
        if before is None:
            before = (run, 0, "[]", set(labels))
        first, grew, added, known = before
        joined = sorted(labels[p] for p in set(labels) - known)
        first_seen.append(first)
        grown.append(run if joined else grew)
        names.append(dumps(joined) if joined else added)
    return _with(rows, first_seen_run=first_seen, grew_in_run=grown, added=names)


def _since(content: str) -> Callable[[pa.Table, int, Any], pa.Table]:
    """Since which run a row says what it says; ``content`` is the column that tells."""

    def remember(rows: pa.Table, run: int, model: Any) -> pa.Table:
        was = {(uid, said): since for uid, said, since in _standing(model, "uid", content, "since_run")}
        pairs = zip(rows["uid"].to_pylist(), rows[content].to_pylist(), strict=True)
        return _with(rows, since_run=[was.get(pair, run) for pair in pairs])

    return remember


def _with(rows: pa.Table, **columns: list[Any]) -> pa.Table:
    """Adds what is remembered, and lets it count in the digest."""
    for name, values in columns.items():
        kind = pa.string() if name == "added" else pa.int64()
        rows = rows.append_column(name, pa.array(values, kind))
    extra = pd.util.hash_pandas_object(pd.DataFrame(columns).astype(str), index=False).to_numpy() >> 1
    digest = pc.bit_wise_xor(rows["digest"], pa.array(extra.astype("int64"), pa.int64()))
    return rows.set_column(rows.schema.get_field_index("digest"), "digest", digest)


_REMEMBER: dict[str, Callable[[pa.Table, int, Any], pa.Table]] = {
    "Group": _groups,
    "Urgent": _since("reason"),
    "Item": _since("records"),
}
