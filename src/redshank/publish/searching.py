"""An edition as the rows of the search's index: names, numbers and marks, addresses, and words of texts.

Each edition has its own rows, so that a word, a name or a number that only a report of handling C knows stands in the
edition for cleared roles alone (practice rule 12). Of texts, those of records with signals or in a child's file.

Spellings are folded once for each different one, and records gathered by :mod:`~redshank.publish.gathering`, whole columns at a time: a large
force has millions of rows here.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.identity.names import name_data
from redshank.publish.gathering import Gathered, first_of, json_of, mapped, numbered, one_or_both, whole
from redshank.web.searching import folding

if TYPE_CHECKING:
    from redshank.publish.heads import Heads

MOST_RECORDS = 1_000  # records that one row lists, newest first; `total` counts all
MOST_WORDS = 20_000  # of one text

NAMED = pa.schema([(n, pa.string()) for n in ("uid", "person_id", "name", "how", "records")] + [("total", pa.int64()), ("words", pa.string())])  # fmt: skip
TOLD = pa.schema([(n, pa.string()) for n in ("uid", "record_key", "words")])
ADDRESS = pa.schema([(n, pa.string()) for n in ("uid", "said", "records")] + [("total", pa.int64()), ("words", pa.string())])  # fmt: skip
KEY = pa.schema([(n, pa.string()) for n in ("uid", "kind", "value", "tail", "said", "records")] + [("total", pa.int64())])  # fmt: skip
HOW = ("recorded", "also known as", "in the text")  # the first that holds is said


def made(heads: Heads) -> dict[str, pa.Table]:
    index = _Index(heads)
    return {"Named": index.named(), "Told": index.told(), "Address": index.addresses(), "Key": index.keys()}


_SAME = lru_cache(
    maxsize=1_000_000
)  # both editions ask nearly the same; :func:`forget` empties it after them


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """Each name of the list → the other forms of it (William: Bill, Will, …)."""
    out: dict[str, set[str]] = defaultdict(set)
    for line in name_data()["forms"]:
        names = line.lower().split()
        for name in names:
            out[name].update(names)
    return {name: tuple(sorted(forms - {name})) for name, forms in out.items()}


@_SAME
def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def forget() -> None:
    """What was remembered of spellings goes: a process that serves lives on, and holds nobody's name that is not asked for."""
    for remembered in (_short, _plain, _plain_start, _code, _name_words, comparable):
        remembered.cache_clear()


class _Index:
    def __init__(self, heads: Heads) -> None:
        self.h = heads
        self.e = heads.e
        rows = heads.e.view["records"].select(["record_key", "known_at"])
        order = pc.sort_indices(
            rows, [("known_at", "ascending", "at_start"), ("record_key", "ascending", "at_start")]
        )
        #: Every record, oldest first: a record's place in it is how new it is.
        self.oldest_first = rows["record_key"].take(order).combine_chunks()

    def _place(self, keys: pa.Array) -> np.ndarray:
        return pc.index_in(keys, value_set=self.oldest_first).to_numpy(zero_copy_only=False).astype(np.int64)

    # ---- names ---------------------------------------------------------------------------------

    def _names(self) -> pa.Table:
        """Each name that a record uses for a person: how it stands there (a place in HOW), as it was first said."""
        a = self.h.appearances
        surname = mapped(a["surname"], str.upper)
        names = one_or_both(a["forenames"], surname, " ")
        recorded = _rows(person_id=a["person_id"], name=names, record_key=a["record_key"], how=0)
        known = a.filter(pc.is_valid(a["also_known_as"]))
        parts = pc.split_pattern(known["also_known_as"], "|").combine_chunks()
        parent, name = pc.list_parent_indices(parts), pc.utf8_trim_whitespace(parts.flatten())
        other = _rows(
            person_id=known["person_id"].take(parent),
            name=name,
            record_key=known["record_key"].take(parent),
            how=1,
        )
        persons = self.e.mentions.filter(pc.equal(self.e.mentions["kind"], "person"))
        links = self.e.mention_links
        at = pc.index_in(_spot(links), value_set=_spot(persons).combine_chunks())
        told = _rows(
            person_id=links["person_id"], name=persons["text"].take(at), record_key=links["record_key"], how=2
        )
        rows = pa.concat_tables([recorded, other, told])
        rows = rows.append_column("plain", mapped(rows["name"], _plain))
        return rows.filter(pc.fill_null(pc.not_equal(rows["plain"], ""), False))

    def named(self) -> pa.Table:
        """One row for each different name of a person; spellings that fold alike are one."""
        rows = self._names()
        of = numbered(rows["person_id"], rows["plain"])
        found = Gathered(of, self._place(rows["record_key"]))
        first = rows.take(first_of(of, rows["how"].to_numpy()))
        uid = mapped(first["plain"], _short)
        words = mapped(first["plain"], _name_words)
        born = {p: f" b{r['date_of_birth']:%Y} b{r['date_of_birth']:%Y%m%d}" for p, r in self.h.persons.items() if r["date_of_birth"]}  # fmt: skip
        return pa.table({
            "uid": pc.binary_join_element_wise(first["person_id"], uid, "|"), "person_id": first["person_id"],
            "name": pc.utf8_slice_codeunits(first["name"], 0, 300), "how": pa.array(HOW).take(first["how"]),
            "records": found.listed(json_of(self.oldest_first), MOST_RECORDS), "total": found.totals(),
            "words": pc.binary_join_element_wise(words, mapped(first["person_id"], lambda p: born.get(p, "")), ""),
        }).cast(NAMED)  # fmt: skip

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
        records = records.take(np.argsort(self._place(records["record_key"]), kind="stable"))
        out = []
        for key, text, reason in zip(
            *(records[c].to_pylist() for c in ("record_key", "text", "reason")), strict=True
        ):
            words = folding.words(f"{text or ''} {reason or ''}")[:MOST_WORDS]
            if words:
                out.append({"uid": key, "record_key": key, "words": " ".join(words)})
        return pa.Table.from_pylist(out, schema=TOLD)

    # ---- addresses -----------------------------------------------------------------------------

    def addresses(self) -> pa.Table:
        """One row for each address or place in words; spellings that fold alike are one, said as first met."""
        people, records = self.e.view["appearances"], self.e.view["records"]
        place = one_or_both(records["name"], records["location"], ", ")
        place = pc.if_else(
            whole(pc.equal(records["record_type"], "premises")), place, whole(records["location"])
        )
        rows = pa.concat_tables([
            _rows(said=people["address"], code=people["postcode"], record_key=people["record_key"]),
            _rows(said=place, code=records["postcode"], record_key=records["record_key"]),
            _rows(said=records["found_at_location"], code=records["found_postcode"], record_key=records["record_key"]),
        ])  # fmt: skip
        plain = mapped(rows["said"], _plain_start)
        rows = rows.append_column("plain", plain)
        rows = rows.filter(pc.fill_null(pc.not_equal(rows["plain"], ""), False))
        of = numbered(rows["plain"])
        found = Gathered(of, self._place(rows["record_key"]))
        first = rows.take(first_of(of))
        codes = mapped(rows["code"], _code)
        known = pc.fill_null(pc.not_equal(codes, ""), False).to_numpy(zero_copy_only=False)
        ordered = pc.unique(codes.filter(known)).sort(order="descending")  # gathered last first
        ranks = pc.index_in(codes.filter(known), value_set=ordered).to_numpy(zero_copy_only=False)
        written = Gathered(of[known], ranks, groups=first.num_rows).joined(ordered, 20, " ")
        return pa.table({
            "uid": mapped(first["plain"], _short), "said": mapped(first["said"], lambda said: said.strip()[:300]),
            "records": found.listed(json_of(self.oldest_first), MOST_RECORDS), "total": found.totals(),
            "words": one_or_both(first["plain"], written, " "),
        }).cast(ADDRESS)  # fmt: skip

    # ---- numbers, marks, postcodes, online names -----------------------------------------------

    def _things(self) -> pa.Table:
        """Kind, value as the search compares it, record, how it stands there, person."""
        view, mentions = self.e.view, self.e.mentions
        own, records = view["appearances"], view["records"]
        a = self.h.appearances
        at = pc.index_in(own["appearance_id"], value_set=a["appearance_id"].combine_chunks())
        person = pc.fill_null(a["person_id"].take(at), "")
        parts = []

        def add(kind: str, values: Any, keys: Any, how: Any, person: Any = "") -> None:
            value = mapped(values, lambda raw: comparable(kind, raw))
            rows = _rows(
                kind=pa.repeat(kind, len(keys)), value=value, record_key=keys, how=how, person=person
            )
            parts.append(rows.filter(pc.fill_null(pc.not_equal(rows["value"], ""), False)))

        phones, vehicles = view["phones"], view["vehicles"]
        add("phone", phones["number"], phones["record_key"], pc.fill_null(phones["role"], ""))
        add("vehicle", vehicles["vrm"], vehicles["record_key"], pc.fill_null(vehicles["role"], ""))
        for kind, column in (("phone", "phone"), ("postcode", "postcode"), ("handle", "online_handle")):
            add(kind, own[column], own["record_key"], "a person's", person)
        for kind, column, how in (
            ("postcode", "postcode", "the place"),
            ("postcode", "found_postcode", "found there"),
            ("phone", "phone", "the line's"),
        ):
            add(kind, records[column], records["record_key"], how)
        for kind in ("phone", "vehicle", "handle", "email", "postcode"):
            near = mentions.filter(pc.equal(mentions["kind"], kind))
            add(kind, near["value"], near["record_key"], "in the text")
        return pa.concat_tables(parts)

    def keys(self) -> pa.Table:
        """One row for each number, mark, postcode and online name, with the records that hold it."""
        rows = self._things()
        of = numbered(rows["kind"], rows["value"])
        people = pc.unique(rows["person"]).sort(order="descending")
        whose = pc.index_in(rows["person"], value_set=people).to_numpy(zero_copy_only=False)
        found = Gathered(of, self._place(rows["record_key"]), whose)
        one = pc.binary_join_element_wise(*(json_of(rows[c]) for c in ("record_key", "how", "person")), ", ")
        entries = pc.binary_join_element_wise("[", one, "]", "")
        first = rows.take(first_of(of)).select(["kind", "value"])
        kinds, values = (first[c].to_pylist() for c in ("kind", "value"))
        phone = pc.equal(first["kind"], "phone")
        return pa.table({
            "uid": pc.binary_join_element_wise(first["kind"], first["value"], ":"), **{c: first[c] for c in first.column_names},
            "tail": pc.if_else(phone, pc.utf8_slice_codeunits(first["value"], -6), ""),
            "said": pa.array([_said(k, v)[:160] for k, v in zip(kinds, values, strict=True)], pa.string()),
            "records": found.listed(entries, MOST_RECORDS, of_rows=True), "total": found.totals(),
        }).cast(KEY)  # fmt: skip


def _spot(rows: pa.Table) -> Any:
    """A record and a place in its text, as one value."""
    return pc.binary_join_element_wise(rows["record_key"], rows["start"].cast(pa.string()), "#")


def _rows(**columns: Any) -> pa.Table:
    """A table of these columns; a text or number alone stands in every row."""
    n = len(columns["record_key"])
    return pa.table(
        {k: pa.repeat(pa.scalar(v), n) if isinstance(v, str | int) else v for k, v in columns.items()}
    )


@_SAME
def _plain(said: str) -> str:
    return " ".join(folding.words(said))


@_SAME
def _plain_start(said: str) -> str:
    return " ".join(folding.words(said)[:40])


@_SAME
def _code(code: str) -> str:
    return folding.compact(code).lower()


@_SAME
def _name_words(plain: str) -> str:
    return " ".join(folding.name_words(w, _forms().get(w, ())) for w in plain.split()[:20])


@_SAME
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
