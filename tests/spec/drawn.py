"""Tables drawn as text: the first line names columns, a pipe parts cells, an empty cell is not recorded.

``scene`` makes a current view of the night out of a few of them; ``shown`` turns rows back into cells, so that what
is expected can be drawn too. Nothing here knows an engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from redshank.engine import Engine
from redshank.tables import BETWEEN

Row = dict[str, Any]
Given = dict[str, str]


@dataclass(frozen=True)
class Case:
    """One specification table. ``run`` works on an engine, ``oracle`` in plain Python where there is one; both give
    all their rows in the order in which they stand; ``expected`` names the columns that are looked at."""

    name: str
    rule: str
    given: Given
    expected: str
    run: Callable[[Engine, Given], list[Row]]
    oracle: Callable[[Given], list[Row]] | None = None
    turned: tuple[str, ...] = field(default=())  # given tables whose rows may not be turned round


def rows_of(text: str) -> list[dict[str, str]]:
    """Rows of a drawn table as they stand, cells without the blanks around them."""
    lines = [[c.strip() for c in line.split("|")] for line in text.splitlines() if line.strip()]
    head = lines[0]
    return [dict(zip(head, row + [""] * (len(head) - len(row)), strict=True)) for row in lines[1:]]


def turned(text: str) -> str:
    """The same table with its rows the other way round."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join([lines[0], *reversed(lines[1:])])


def cell(value: Any) -> str:
    """One value as it is drawn."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return str(value).replace("|", ", ")


def shown(rows: Iterable[Row], columns: Iterable[str]) -> list[dict[str, str]]:
    return [{c: cell(row[c]) for c in columns} for row in rows]


def draw(rows: list[dict[str, str]]) -> str:
    """Rows as a drawn table, for a message that shows what came instead."""
    if not rows:
        return "(no rows)"
    head = list(rows[0])
    wide = {c: max(len(c), *(len(r[c]) for r in rows)) for c in head}
    lines = [dict(zip(head, head, strict=True)), *rows]
    return "\n".join(" | ".join(r[c].ljust(wide[c]) for c in head).rstrip() for r in lines)


def when(text: str) -> datetime:
    """A day or time; without a zone it is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def typed(kind: pa.DataType, text: str) -> Any:
    if text == "":
        return None
    if pa.types.is_timestamp(kind):
        return when(text)
    if pa.types.is_date(kind):
        return date.fromisoformat(text)
    if pa.types.is_integer(kind):
        return int(text)
    if pa.types.is_floating(kind):
        return float(text)
    return text == "true" if pa.types.is_boolean(kind) else text


def build(name: str, rows: list[Row]) -> pa.Table:
    """Rows of text cells as one of the tables between the stages."""
    schema = BETWEEN[name].schema
    return BETWEEN[name].build(
        [{k: typed(schema.field(k).type, v) if isinstance(v, str) else v for k, v in r.items()} for r in rows]
    )


def number(*parts: Any) -> int:
    """An id of 63 bits: larger than any whole number that a float holds."""
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=8).digest(), "big") >> 1


def _keyed(row: dict[str, str]) -> Row:
    kind, _, ref = row["key"].partition(":")
    return {"record_key": row["key"], "record_type": kind, "record_ref": ref}


def scene(given: Given) -> SimpleNamespace:
    """The view: ``records`` (key, at, known), ``people`` (key, who, role, born), ``signals`` (key, indicator),
    ``vehicles``, ``phones``, ``texts`` (key, who, start, end, age: people named only in a text)."""
    records = []
    for r in rows_of(given["records"]):
        at = r.pop("at", "")
        row = {
            **_keyed(r),
            "own_at": at,
            "event_at": at,
            "known_at": r.pop("known", "") or at,
            "text": "A neutral summary.",
        }
        records.append(row | {k: v for k, v in r.items() if k != "key"})
    known = {r["record_key"]: r["known_at"] for r in records}
    appearances, person_of, born = [], [], {}
    for n, r in enumerate(rows_of(given.get("people", "key|who"))):
        who = r.pop("who")
        born[who] = r.get("born") or born.get(who, "")
        id_ = number(sorted(r.items()), who)
        extra = {k: v for k, v in r.items() if k not in ("key", "born")}
        appearances.append({**_keyed(r), "appearance_id": id_, "row": n + 1, "known_at": known[r["key"]],
                            "date_of_birth": r.get("born", ""), "dob_placeholder": False, **extra})  # fmt: skip
        person_of.append(
            {
                "appearance_id": id_,
                "record_key": r["key"],
                "component": id_,
                "person_id": who,
                "probability": 1.0,
            }
        )
    links, mentions = [], []
    for r in rows_of(given.get("texts", "key|who")):
        born.setdefault(r["who"], "")
        place = {"record_key": r["key"], "start": r["start"], "end": r["end"]}
        links.append(place | {"person_id": r["who"], "probability": 1.0, "why": "name"})
        mentions.append(
            place | {"kind": "person", "value": r["who"], "age": r.get("age", ""), "negated": False}
        )
    signals = [
        {**_keyed(r), "indicator": r["indicator"], "status": r.get("status") or "affirmed", "rule": "text:test",
         "text": "A", "start": "0", "end": "1", "signal_id": f"{r['key']}/{r['indicator']}"}
        for r in rows_of(given.get("signals", "key|indicator"))
    ]  # fmt: skip
    plain = {
        n: [
            {"record_key": r["key"], **{k: v for k, v in r.items() if k != "key"}}
            for r in rows_of(given.get(n, "key"))
        ]
        for n in ("vehicles", "phones")
    }
    persons = [{"person_id": p, "date_of_birth": b, "appearances": 1} for p, b in sorted(born.items())]
    parts = {"records": records, "appearances": appearances, "person_of": person_of, "persons": persons,
             "signals": signals, "mention_links": links, "mentions": mentions, **plain}  # fmt: skip
    tables = {name: build(name, rows) for name, rows in parts.items()}
    return SimpleNamespace(**tables, tables=tables, rows={name: t.to_pylist() for name, t in tables.items()})
