"""The second reading: texts of records whose people show no birth date, once identity knows that one of them is a child.

A record often holds no more than a child's name; that the child is twelve, another record says. The first reading
(:mod:`redshank.signals.scan`) reads each record alone and must leave "was met by a man in a grey car" open where
nothing in that record speaks of a child. Hits found only now say so in their rule, ``pattern:child/…``.
"""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
import pyarrow.compute as pc

from redshank.signals.fields import children_of
from redshank.signals.scan import scan_signals
from redshank.signals.signal_ids import signal_id

KNOWN_CHILD = "pattern:child/"
#: A person whom a text names may be whom the text is about, as one whom a record's own rows name.
_NAMED_IN_TEXT = "subject"


def children_known(
    records: pa.Table, appearances: pa.Table, person_of: pa.Table, persons: pa.Table, mention_links: pa.Table
) -> list[str]:
    """Keys of records, in order, in which somebody stands who was under 18 on the day, by the birth date that other
    records give (``persons``): in a row without a usable birth date of its own, or by name in the text alone.

    All tables as in ``tables.between``; the answer for a record depends on its own rows and those persons alone.
    """
    bare = pc.or_(
        pc.is_null(appearances["date_of_birth"]), pc.fill_null(appearances["dob_placeholder"], False)
    )
    keys = records["record_key"].combine_chunks()
    rows = appearances.filter(pc.and_(bare, pc.is_in(appearances["record_key"], value_set=keys)))
    rows = rows.select(["appearance_id", "record_key", "role"])
    born = persons.select(["person_id", "date_of_birth"]).filter(pc.is_valid(persons["date_of_birth"]))
    ids = person_of.select(["appearance_id", "person_id"])
    stand = _with_birth(
        rows, _column(rows["appearance_id"], ids, "appearance_id", "person_id"), rows["role"], born
    )
    texts = mention_links.filter(pc.is_in(mention_links["record_key"], value_set=keys))
    role = pa.repeat(_NAMED_IN_TEXT, texts.num_rows)
    named = _with_birth(texts, texts["person_id"], role, born)
    return children_of(records, pa.concat_tables([stand, named]))


def _with_birth(rows: pa.Table, people: pa.ChunkedArray, role: pa.Array, born: pa.Table) -> pa.Table:
    """Rows as :func:`children_of` asks them, with each person's birth date; without one a row says nothing."""
    out = pa.table(
        {
            "record_key": rows["record_key"],
            "role": role.cast(pa.string()),
            "date_of_birth": _column(people, born, "person_id", "date_of_birth"),
            "dob_placeholder": pa.repeat(False, rows.num_rows),
        }
    )
    return out.filter(pc.is_valid(out["date_of_birth"]))


def _column(values: pa.ChunkedArray, rows: pa.Table, key: str, column: str) -> pa.ChunkedArray:
    """The column of the row with each key; null where there is none."""
    at = pc.index_in(values, value_set=rows[key].combine_chunks())
    return rows[column].take(at)


def read_again(records: pa.Table, children: list[str], first: pa.Table) -> pa.Table:
    """Signals (schema BETWEEN['signals']) of the texts of ``records`` whose keys stand in ``children``, beside those of
    ``first``: a hit that overlaps a first one of the same indicator in the same record is that one, no second.
    """
    keys = pa.array(children, pa.string())
    found = scan_signals(records.filter(pc.is_in(records["record_key"], value_set=keys)), children)
    found = found.filter(pc.is_valid(found["start"]))
    held: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for key, code, start, end in _places(first.filter(pc.is_in(first["record_key"], value_set=keys))):
        held[key, code].append((start, end))
    rows = list(_places(found))
    new = [all(end <= s or e <= start for s, e in held[key, code]) for key, code, start, end in rows]
    found = found.filter(pa.array(new, pa.bool_()))
    rules = [KNOWN_CHILD + rule for rule in found["rule"].to_pylist()]
    ids = [signal_id(*row, rule) for row, rule in zip(_places(found), rules, strict=True)]
    for name, values in (("rule", rules), ("signal_id", ids)):
        at = found.schema.get_field_index(name)
        found = found.set_column(at, found.schema.field(at), pa.array(values, pa.string()))
    return found


def _places(signals: pa.Table) -> list[tuple[str, str, int, int]]:
    """(record, indicator, start, end) of each signal that stands in a text."""
    signals = signals.filter(pc.is_valid(signals["start"]))
    columns = (signals[n].to_pylist() for n in ("record_key", "indicator", "start", "end"))
    return list(zip(*columns, strict=True))
