"""Vehicles, numbers and online names as the records speak of them, and what the record system says of its crimes.

A row for each record that speaks of a thing: in its own tables, as a person's own number, or in its text. What the
text denies ("not this car") is no use of it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from redshank.publish.heads import Heads

KINDS = ("vehicle", "phone", "handle")
ACCUSED = ("suspect", "detained", "line_member")
USE = pa.schema(
    [(n, pa.string()) for n in ("uid", "kind", "ident", "record_key", "person_id", "how", "described")]
)
CRIME = pa.schema(
    [(n, pa.string()) for n in ("uid", "key", "status", "outcome", "flags")]
    + [("occurred", pa.timestamp("us", tz="UTC")), ("children", pa.int64()), ("accused", pa.int64())]
)


def made(heads: Heads) -> dict[str, pa.Table]:
    """What a record alone says: without handling C, the rows of the other records."""
    if heads.whole:
        used, crimes = heads.whole.things["Use"], heads.whole.things["Crime"]
        return {"Use": heads.without(used, "record_key"), "Crime": heads.without(crimes, "key")}
    return heads.things


def of_all(heads: Heads) -> dict[str, pa.Table]:
    return {"Use": use_rows(heads), "Crime": crime_rows(heads)}


def use_rows(heads: Heads) -> pa.Table:
    """One row for each thing, record, person and way of being spoken of."""
    out: dict[str, dict[str, Any]] = {}

    def add(kind: str, ident: str | None, key: str, how: str, person: str = "", described: str = "") -> None:
        if not ident or len(ident) > 120 or key not in heads.records:
            return
        uid = f"{kind}:{ident}|{key}|{person}|{how}"[:236]
        row = out.setdefault(
            uid,
            {
                "uid": uid,
                "kind": kind,
                "ident": ident,
                "record_key": key,
                "person_id": person,
                "how": how[:200],
                "described": "",
            },
        )
        row["described"] = row["described"] or described[:120]

    for r in heads.e.view["vehicles"].to_pylist():
        looks = " ".join(x for x in (r["colour"], r["make"], r["model"]) if x)
        add("vehicle", r["vrm"], r["record_key"], _recorded("vehicle", r["role"]), described=looks)
    for r in heads.e.view["phones"].to_pylist():
        add("phone", r["number"], r["record_key"], _recorded("number", r["role"]))
    own = heads.e.view["appearances"].select(["appearance_id", "record_key", "phone", "online_handle"])
    held = pc.or_(pc.is_valid(own["phone"]), pc.is_valid(own["online_handle"]))
    whose = dict(
        zip(*(heads.appearances[c].to_pylist() for c in ("appearance_id", "person_id")), strict=True)
    )
    for r in own.filter(held).to_pylist():
        person = whose.get(r["appearance_id"], "")
        add("phone", r["phone"], r["record_key"], "recorded as a person's own number", person)
        add("handle", r["online_handle"], r["record_key"], "recorded as a person's own online name", person)
    said = heads.e.mentions.filter(pc.is_in(heads.e.mentions["kind"], value_set=pa.array(KINDS)))
    for r in said.to_pylist():
        if not r["negated"]:
            add(r["kind"], r["value"], r["record_key"], "in the text")
    return pa.Table.from_pylist([out[uid] for uid in sorted(out)], schema=USE)


def _recorded(what: str, role: str | None) -> str:
    said = (role or "").replace("_", " ")
    return f"recorded {what}, {said}" if said else f"recorded {what}"


def crime_rows(heads: Heads) -> pa.Table:
    """A crime's status, outcome and own flags, and how many children and accused people it names."""
    rows = heads.e.view["records"]
    crimes = rows.filter(pc.equal(rows["record_type"], "crimes"))
    at = dict(zip(crimes["record_key"].to_pylist(), crimes["event_at"].to_pylist(), strict=True))
    children: dict[str, set[str]] = defaultdict(set)
    accused: dict[str, set[str]] = defaultdict(set)
    named = heads.appearances
    named = named.filter(pc.is_in(named["record_key"], value_set=crimes["record_key"].combine_chunks()))
    for r in named.select(["record_key", "role", "date_of_birth", "person_id"]).to_pylist():
        key, when = r["record_key"], at[r["record_key"]]
        if r["role"] in ACCUSED:
            accused[key].add(r["person_id"])
        elif r["date_of_birth"] and when and _under_18(r["date_of_birth"], when):
            children[key].add(r["person_id"])
    columns = ("record_key", "status", "outcome", "flags", "event_at")
    out = [
        {
            "uid": r["record_key"], "key": r["record_key"], "status": (r["status"] or "")[:80], "outcome": (r["outcome"] or "")[:80],
            "flags": _flags(r["flags"])[:300], "occurred": r["event_at"],
            "children": len(children[r["record_key"]]), "accused": len(accused[r["record_key"]]),
        }
        for r in crimes.select(list(columns)).to_pylist()
    ]  # fmt: skip
    return pa.Table.from_pylist(out, schema=CRIME)


def _under_18(born: Any, when: Any) -> bool:
    years = when.year - born.year - ((when.month, when.day) < (born.month, born.day))
    return bool(years < 18)


def _flags(text: str | None) -> str:
    parts = [x.strip() for x in (text or "").split("|") if x.strip()]
    return f"|{'|'.join(parts)}|" if parts else ""
