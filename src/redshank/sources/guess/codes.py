"""Which of their codes is which of ours, for columns with a closed list, and which record table a link points to."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from redshank.sources.guess.names import Known, file_score
from redshank.sources.guess.values import Profile
from redshank.tables.extracts import EXTRACTS, RECORD_TABLES

#: ISO/IEC 5218, codes for the representation of human sexes; a number alone is asked about.
_ISO_5218 = {"1": "M", "2": "F", "0": "", "9": ""}


@dataclass
class Codes:
    """``known``: theirs to ours, where it must be written. ``unknown``: theirs that is none of ours, with how many rows.
    ``same``: theirs that already is ours."""

    known: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    same: int = 0
    ours: tuple[str, ...] = ()
    open: list[str] = field(default_factory=list)


def codes_for(table: str, column: str, profile: Profile, known: Known) -> Codes | None:
    """The codes of a closed list; None where a column has none."""
    ours = EXTRACTS[table].column(column).codes
    if not ours:
        return None
    out = Codes(ours=ours)
    names = {c.casefold(): c for c in ours}
    codes = known.codes_of(table, column)
    left = {}
    for theirs, count in profile.top.items():
        folded = theirs.casefold()
        if folded in names:
            out.same += 1
        elif codes.get(folded) in (*ours, ""):
            out.known[theirs] = codes[folded]
        else:
            left[theirs] = count
    if column == "sex" and left and set(left) <= set(_ISO_5218) and not out.same:
        out.known |= {t: _ISO_5218[t] for t in left}
        out.open.append("numbers are read as ISO/IEC 5218 has them: 1 male, 2 female, 0 and 9 not recorded")
        left = {}
    if not profile.top:
        left = {v: 1 for v in profile.sample[:5]}
    out.unknown = left
    return out


def parts(rows: pa.Table, types: str, refs: str, known: Known) -> float:
    """How far a column's codes part rows by the table that they refer to: the share of rows whose code's own table has their
    reference, 0 to 1; 0 where only one table is met, for then nothing is parted.
    """
    hits = _hits(rows, types, refs, known)
    best = {code: max(met, key=lambda t: met[t], default="") for code, (_, met) in hits.items()}
    if len(set(best.values())) < 2:
        return 0.0
    return sum(met[best[c]] for c, (_, met) in hits.items()) / max(sum(n for n, _ in hits.values()), 1)


def _hits(rows: pa.Table, types: str, refs: str, known: Known) -> dict[str, tuple[int, dict[str, int]]]:
    """Of each code how many rows it has, and how many of these refer to a key of each table."""
    kinds = pc.utf8_trim_whitespace(rows.column(types).cast(pa.string()))
    numbers = pc.utf8_trim_whitespace(rows.column(refs).cast(pa.string()))
    sets = {t: pa.array(sorted(k), pa.string()) for t, k in known.keys.items()}
    counts = pc.value_counts(kinds.combine_chunks()).to_pylist()
    out = {}
    for item in sorted(counts, key=lambda c: -c["counts"])[:40]:
        if item["values"]:
            mine = numbers.filter(pc.fill_null(pc.equal(kinds, item["values"]), False))
            met = {t: pc.sum(pc.is_in(mine, value_set=k)).as_py() or 0 for t, k in sets.items()}
            out[item["values"]] = (item["counts"], met)
    return out


def link_types(table: str, rows: pa.Table, types: str, refs: str, known: Known) -> Codes:
    """What each code of a link's type means, by the keys that its rows refer to, else by its name."""
    out = Codes(ours=RECORD_TABLES)
    for theirs, (rows_of, met) in _hits(rows, types, refs, known).items():
        if theirs.casefold() in RECORD_TABLES:
            out.same += 1
            continue
        best = max(met, key=lambda t: met[t], default="")
        before = known.codes_of(table, "record_type").get(theirs.casefold(), "")
        if best and met[best] * 2 >= rows_of:
            out.known[theirs] = best
            continue
        if before:
            out.known[theirs] = before
            continue
        named = max(RECORD_TABLES, key=lambda t: file_score(theirs, t))
        if file_score(theirs, named) >= 0.6:
            out.known[theirs] = named
            out.open.append(f'"{theirs}" is taken to be {named} by its name: no key of the extract shows it')
        else:
            out.unknown[theirs] = rows_of
    return out
