"""An edition as the rows of the search's index: names, numbers and marks, addresses, and words of texts.

Each edition has its own rows, so that a word, a name or a number that only a report of handling C knows stands in the
edition for cleared roles alone (practice rule 12). Of texts, those of records with signals or in a child's file.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.identity.names import name_data
from redshank.web.searching import folding

if TYPE_CHECKING:
    from redshank.publish.heads import Heads

MOST_RECORDS = 1_000  # records that one row lists, newest first; `total` counts all
MOST_WORDS = 20_000  # of one text

NAMED = pa.schema([(n, pa.string()) for n in ("uid", "person_id", "name", "how", "records")] + [("total", pa.int64()), ("words", pa.string())])  # fmt: skip
TOLD = pa.schema([(n, pa.string()) for n in ("uid", "record_key", "words")])
ADDRESS = pa.schema([(n, pa.string()) for n in ("uid", "said", "records")] + [("total", pa.int64()), ("words", pa.string())])  # fmt: skip
KEY = pa.schema([(n, pa.string()) for n in ("uid", "kind", "value", "tail", "said", "records")] + [("total", pa.int64())])  # fmt: skip


def made(heads: Heads) -> dict[str, pa.Table]:
    index = _Index(heads)
    return {"Named": index.named(), "Told": index.told(), "Address": index.addresses(), "Key": index.keys()}


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """Each name of the list → the other forms of it (William: Bill, Will, …)."""
    out: dict[str, set[str]] = defaultdict(set)
    for line in name_data()["forms"]:
        names = line.lower().split()
        for name in names:
            out[name].update(names)
    return {name: tuple(sorted(forms - {name})) for name, forms in out.items()}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class _Index:
    def __init__(self, heads: Heads) -> None:
        self.h = heads
        self.e = heads.e
        order = sorted(
            heads.records.values(), key=lambda r: (str(r["known_at"] or ""), r["record_key"])
        )  # times are all UTC
        self.place = {r["record_key"]: n for n, r in enumerate(order)}

    def _newest(self, keys: Any) -> list[str]:
        return sorted(keys, key=lambda k: (-self.place.get(k, -1), k))

    # ---- names ---------------------------------------------------------------------------------

    def _names(self) -> Iterator[tuple[str, str, str, str]]:
        """Person, name as said, how it stands there, record."""
        from redshank.publish.heads import person_name

        a = self.h.appearances
        columns = ("person_id", "forenames", "surname", "also_known_as", "record_key")
        for p, f, s, other, key in zip(*(a[c].to_pylist() for c in columns), strict=True):
            if f or s:
                yield p, person_name(f, s), "recorded", key
            for name in (other or "").split("|"):
                if name.strip():
                    yield p, name.strip(), "also known as", key
        at = {
            (m["record_key"], m["start"]): m["text"]
            for m in self.e.mentions.filter(pc.equal(self.e.mentions["kind"], "person")).to_pylist()
        }
        for m in self.e.mention_links.to_pylist():
            if name := at.get((m["record_key"], m["start"])):
                yield m["person_id"], name, "in the text", m["record_key"]

    def named(self) -> pa.Table:
        """One row for each different name of a person; spellings that fold alike are one."""
        said: dict[tuple[str, str], tuple[str, str]] = {}
        where: dict[tuple[str, str], set[str]] = defaultdict(set)
        rank = {"recorded": 0, "also known as": 1, "in the text": 2}
        for person_id, name, how, key in self._names():
            plain = " ".join(folding.words(name))
            if not plain:
                continue
            at = (person_id, plain)
            where[at].add(key)
            if at not in said or rank[how] < rank[said[at][1]]:
                said[at] = (name[:300], how)
        out = []
        for (person_id, plain), keys in where.items():
            name, how = said[person_id, plain]
            born = self.h.persons.get(person_id, {}).get("date_of_birth")
            words = [folding.name_words(w, _forms().get(w, ())) for w in plain.split()[:20]]
            if born:
                words.append(f"b{born:%Y} b{born:%Y%m%d}")
            out.append({
                "uid": f"{person_id}|{_short(plain)}", "person_id": person_id, "name": name, "how": how,
                "records": json.dumps(self._newest(keys)[:MOST_RECORDS]), "total": len(keys), "words": " ".join(words),
            })  # fmt: skip
        return pa.Table.from_pylist(out, schema=NAMED)

    # ---- texts ---------------------------------------------------------------------------------

    def told(self) -> pa.Table:
        """Words of texts, oldest record first, so that a later row is a later record."""
        children = pa.array(sorted(self.h.place_of_child), pa.string())
        wanted = set(self.e.signals["record_key"].to_pylist())
        for rows in (self.h.appearances, self.e.mention_links):
            wanted.update(
                rows.filter(pc.is_in(rows["person_id"], value_set=children))["record_key"].to_pylist()
            )
        records = self.e.view["records"]
        records = records.filter(
            pc.is_in(records["record_key"], value_set=pa.array(sorted(wanted), pa.string()))
        )
        out = []
        for key, text, reason in zip(
            *(records[c].to_pylist() for c in ("record_key", "text", "reason")), strict=True
        ):
            words = folding.words(f"{text or ''} {reason or ''}")[:MOST_WORDS]
            if words:
                out.append({"uid": key, "record_key": key, "words": " ".join(words)})
        out.sort(key=lambda r: (self.place.get(r["record_key"], -1), r["record_key"]))
        return pa.Table.from_pylist(out, schema=TOLD)

    # ---- addresses -----------------------------------------------------------------------------

    def addresses(self) -> pa.Table:
        where: dict[str, set[str]] = defaultdict(set)
        said: dict[str, str] = {}
        codes: dict[str, set[str]] = defaultdict(set)

        def add(text: str | None, code: str | None, key: str) -> None:
            words = folding.words(text or "")
            if words:
                plain = " ".join(words[:40])
                where[plain].add(key)
                said.setdefault(plain, (text or "").strip()[:300])
                if code:
                    codes[plain].add(folding.compact(code).lower())

        rows = self.e.view["appearances"]
        for text, code, key in zip(
            *(rows[c].to_pylist() for c in ("address", "postcode", "record_key")), strict=True
        ):
            add(text, code, key)
        rows = self.e.view["records"]
        columns = (
            "record_type",
            "name",
            "location",
            "postcode",
            "found_at_location",
            "found_postcode",
            "record_key",
        )
        for kind, name, place, code, found, found_code, key in zip(
            *(rows[c].to_pylist() for c in columns), strict=True
        ):
            add(
                ", ".join(x for x in (name, place) if x) if kind in ("premises",) else place,
                code or None,
                key,
            )
            add(found, found_code, key)
        out = [
            {
                "uid": _short(plain), "said": said[plain], "records": json.dumps(self._newest(keys)[:MOST_RECORDS]), "total": len(keys),
                "words": " ".join([plain, *sorted(codes[plain])[:20]]),
            }
            for plain, keys in where.items()
        ]  # fmt: skip
        return pa.Table.from_pylist(out, schema=ADDRESS)

    # ---- numbers, marks, postcodes, online names -----------------------------------------------

    def _things(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Kind, value as the store has it, record, how it stands there, person."""
        view = self.e.view
        for number, key, role in _columns(view["phones"], "number", "record_key", "role"):
            yield "phone", number, key, role or "", ""
        for mark, key, role in _columns(view["vehicles"], "vrm", "record_key", "role"):
            yield "vehicle", mark, key, role or "", ""
        who = dict(_columns(self.h.appearances, "appearance_id", "person_id"))
        columns = ("appearance_id", "record_key", "phone", "postcode", "online_handle")
        for number_of_row, key, phone, code, handle in _columns(view["appearances"], *columns):
            person = who.get(number_of_row, "")
            for kind, value in (("phone", phone), ("postcode", code), ("handle", handle)):
                if value:
                    yield kind, value, key, "a person's", person
        for key, code, found, phone in _columns(
            view["records"], "record_key", "postcode", "found_postcode", "phone"
        ):
            for kind, value, how in (
                ("postcode", code, "the place"),
                ("postcode", found, "found there"),
                ("phone", phone, "the line's"),
            ):
                if value:
                    yield kind, value, key, how, ""
        kinds = pa.array(["phone", "vehicle", "handle", "email", "postcode"], pa.string())
        near = self.e.mentions.filter(pc.is_in(self.e.mentions["kind"], value_set=kinds))
        for kind, value, key in _columns(near, "kind", "value", "record_key"):
            yield kind, value, key, "in the text", ""

    def keys(self) -> pa.Table:
        where: dict[tuple[str, str], dict[tuple[str, str], str]] = defaultdict(dict)
        for kind, raw, key, how, person in self._things():
            if value := comparable(kind, raw):
                where[kind, value].setdefault((key, person), how)
        out = []
        for (kind, value), found in where.items():
            rows = [
                [key, how, person]
                for (key, person), how in sorted(
                    found.items(), key=lambda x: (-self.place.get(x[0][0], -1), x[0])
                )
            ]
            out.append({
                "uid": f"{kind}:{value}", "kind": kind, "value": value, "tail": value[-6:] if kind == "phone" else "",
                "said": _said(kind, value)[:160], "records": json.dumps(rows[:MOST_RECORDS]), "total": len({r[0] for r in rows}),
            })  # fmt: skip
        return pa.Table.from_pylist(out, schema=KEY)


def _columns(rows: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(rows[n].to_pylist() for n in names), strict=True)


def comparable(kind: str, raw: str | None) -> str:
    """A value of the store as the search compares it."""
    if not raw:
        return ""
    if kind == "phone":
        return (raw[1:] if raw.startswith("+") else folding.number(raw))[:120]
    if kind in ("vehicle", "postcode"):
        return folding.compact(raw)[:120]
    return folding.handle(raw)[:120]


def _said(kind: str, value: str) -> str:
    if kind == "phone":
        return folding.number_words(value)
    if kind == "postcode":
        return folding.postcode_words(value)
    return value
