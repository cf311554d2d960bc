"""Pieces of evidence: one signal (or recorded field) of one record, as it concerns one child.

In: facts (who stands where), signals, groups. Out: a table of pieces with the points that each would count
when fresh. A piece keeps its record; the score is a sum over pieces, so ``explain`` is this same table.

Who is the child concerned: the roles of ``weights.toml`` [roles], under 18 at the time of the record. In a record
with several children a signal of the text counts for all of them, unless the sentence it stands in names
some of them: then for those.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from redshank.assessment.config import Config
from redshank.assessment.facts import HOUR, Facts, strings, whole
from redshank.engine import Engine, duckdb_engine

PIECES = pa.schema(
    [
        ("person_id", pa.string()),
        ("code", pa.string()),
        ("record_key", pa.string()),
        ("record_type", pa.string()),
        ("status", pa.string()),
        ("signal_id", pa.string()),
        ("event", pa.int64()),
        ("known", pa.int64()),
        ("fresh", pa.int64()),  # thousandths of a point, before decay and repetition
        ("harm", pa.bool_()),
        ("sexual", pa.bool_()),
        ("criminal", pa.bool_()),
    ]
)


def concerned(facts: Facts, config: Config) -> pa.Table:
    """Children of each record: record_key, person_id, role, share (per mille), offsets of mentions."""
    p = facts.presence
    roles = config["weights"]["roles"]
    years = config["patterns"]["child"]["years"]
    under = pc.and_(pc.greater_equal(p["age"], 0), pc.less(p["age"], years))
    p = p.filter(under)
    first = pc.is_in(p["role"], value_set=pa.array(roles["first"]))
    beside = pc.is_in(p["record_key"], value_set=_flat(pc.unique(p.filter(first)["record_key"])))
    names = [r for r, v in roles.items() if isinstance(v, dict)]
    index = pc.fill_null(pc.index_in(p["role"], value_set=pa.array(names)), len(names)).to_numpy(
        zero_copy_only=False
    )
    table = np.array([[roles[r]["alone"], roles[r]["beside"]] for r in names] + [[0, 0]], np.int64)
    share = table[index, _np(beside).astype(int)]
    return p.append_column("share", pa.array(share)).filter(pa.array(share > 0))


def _np(mask: pa.ChunkedArray | pa.Array) -> np.ndarray:
    return pc.fill_null(mask, False).to_numpy(zero_copy_only=False)


def pieces(
    facts: Facts,
    signals: pa.Table,
    config: Config,
    *,
    engine: Engine | None = None,
    names: pa.Table | None = None,
) -> pa.Table:
    """All pieces of all children concerned (schema PIECES), in a total order.

    ``names`` (appearances) is used only to tell which child a sentence is about.
    """
    engine = engine or duckdb_engine()
    weights = config["weights"]
    children = concerned(facts, config)
    counted = [s for s, v in weights["status"].items() if isinstance(v, int) and v > 0]
    relevant = signals.filter(
        pc.and_(
            pc.is_in(signals["indicator"], value_set=pa.array(list(weights["indicators"]))),
            pc.is_in(signals["status"], value_set=pa.array(counted)),
        )
    )
    relevant = relevant.filter(
        pc.is_in(relevant["record_key"], value_set=_flat(pc.unique(children["record_key"])))
    )
    one = _one_row_per_child(children)
    about = _about(facts, children, relevant, names)
    s = engine.table(
        pa.table(
            {
                "record_key": relevant["record_key"],
                "code": relevant["indicator"],
                "status": relevant["status"],
                "signal_id": relevant["signal_id"],
                "rule": strings(relevant["rule"]),
            }
        )
    )
    c = engine.table(
        one.select(["record_key", "person_id", "role", "share", "record_type", "event", "known"])
    )
    rows = engine.arrow(s.join(c, "record_key"))
    rows = rows.filter(pa.array(_allowed(rows, config) & _named(rows, about)))
    fields = _field_rows(facts, one, config)
    columns = [
        "person_id",
        "code",
        "record_key",
        "record_type",
        "status",
        "signal_id",
        "event",
        "known",
        "share",
        "rule",
    ]
    both = pa.concat_tables([rows.select(columns), fields.select(columns).cast(rows.select(columns).schema)])
    return _weighed(both, facts, config)


def _flat(a: pa.ChunkedArray | pa.Array) -> pa.Array:
    return a.combine_chunks() if isinstance(a, pa.ChunkedArray) else a


def _one_row_per_child(children: pa.Table) -> pa.Table:
    """The role with the largest share where a child stands in a record more than once."""
    order = [
        ("record_key", "ascending"),
        ("person_id", "ascending"),
        ("share", "descending"),
        ("role", "ascending"),
    ]
    rows = children.sort_by(order)
    if rows.num_rows < 2:
        return rows
    key = pc.binary_join_element_wise(rows["record_key"], rows["person_id"], "\x1f")
    new = pc.not_equal(key[1:], key[:-1])
    return rows.filter(pa.array(np.concatenate([[True], _np(new)])))


def _allowed(rows: pa.Table, config: Config) -> np.ndarray:
    """Some signals concern one role only: the missing child of an episode, the victim of a crime."""
    ok = np.ones(rows.num_rows, bool)
    for code, rule in config["weights"]["indicators"].items():
        for table, roles in rule.get("only_roles", {}).items():
            here = pc.and_(pc.equal(rows["code"], code), pc.equal(rows["record_type"], table))
            other = pc.invert(pc.is_in(rows["role"], value_set=pa.array(roles)))
            ok &= ~_np(pc.and_(here, other))
        if rule.get("not_roles"):
            here = pc.equal(rows["code"], code)
            ok &= ~_np(pc.and_(here, pc.is_in(rows["role"], value_set=pa.array(rule["not_roles"]))))
    return ok


def _named(rows: pa.Table, about: dict[str, frozenset[str]]) -> np.ndarray:
    if not about:
        return np.ones(rows.num_rows, bool)
    keys = zip(rows["signal_id"].to_pylist(), rows["person_id"].to_pylist(), strict=True)
    return np.array([s not in about or p in about[s] for s, p in keys], bool)


_BREAK = re.compile(r"[.!?;\n]+(?=\s|$)|\n")


def sentence_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of the sentence that holds [start, end)."""
    left, right = 0, len(text)
    for found in _BREAK.finditer(text):
        if found.end() <= start:
            left = found.end()
        elif found.start() >= end:
            right = found.start()
            break
    return left, right


def _about(
    facts: Facts, children: pa.Table, signals: pa.Table, names: pa.Table | None
) -> dict[str, frozenset[str]]:
    """signal_id → the children whom its sentence names, in records with two children or more."""
    counted = children.group_by("record_key").aggregate([("person_id", "count_distinct")])
    several = _flat(counted.filter(pc.greater(counted["person_id_count_distinct"], 1))["record_key"])
    chosen = signals.filter(
        pc.and_(pc.is_in(signals["record_key"], value_set=several), pc.is_valid(signals["start"]))
    )
    if chosen.num_rows == 0:
        return {}
    keys = pc.unique(chosen["record_key"])
    records = facts.records.filter(pc.is_in(facts.records["record_key"], value_set=_flat(keys)))
    texts = dict(zip(records["record_key"].to_pylist(), strings(records["text"]).to_pylist(), strict=True))
    marks: dict[str, dict[str, list[tuple[int, int]]]] = {}
    words: dict[str, dict[str, set[str]]] = {}
    there = children.filter(pc.is_in(children["record_key"], value_set=_flat(keys)))
    for key, person, start, end in zip(
        *(there[c].to_pylist() for c in ("record_key", "person_id", "start", "end")), strict=True
    ):
        spans = marks.setdefault(key, {}).setdefault(person, [])
        if start is not None:
            spans.append((start, end))
    if names is not None:
        words = _names_of(there, names)
    out: dict[str, frozenset[str]] = {}
    for key, sid, start, end in zip(
        *(chosen[c].to_pylist() for c in ("record_key", "signal_id", "start", "end")), strict=True
    ):
        text = texts.get(key, "")
        left, right = sentence_at(text, start, end)
        tokens = set(re.findall(r"[A-Z]+", anyascii(text[left:right]).upper()))
        hit = {p for p, spans in marks[key].items() if any(left <= a and b <= right for a, b in spans)}
        hit |= {p for p in marks[key] if words.get(key, {}).get(p, set()) & tokens}
        if hit:
            out[sid] = frozenset(hit)
    return out


def _names_of(there: pa.Table, names: pa.Table) -> dict[str, dict[str, set[str]]]:
    """record → child → names by which only this child of the record is called (a surname of two is nobody's)."""
    rows = names.filter(pc.is_in(names["record_key"], value_set=_flat(pc.unique(there["record_key"]))))
    children = set(zip(there["record_key"].to_pylist(), there["person_id"].to_pylist(), strict=True))
    called: dict[str, dict[str, set[str]]] = {}
    columns = [
        strings(rows[c]).to_pylist() for c in ("record_key", "person_id", "first_std", "sur_std", "aka_std")
    ]
    for key, person, first, last, other in zip(*columns, strict=True):
        if (key, person) in children:
            said = {w for w in re.split(r"[ |]", f"{first} {last} {other}") if len(w) > 2}
            called.setdefault(key, {}).setdefault(person, set()).update(said)
    for persons in called.values():
        shared = {w for p in persons for q in persons if p < q for w in persons[p] & persons[q]}
        for words in persons.values():
            words -= shared
    return called


def _field_rows(facts: Facts, one: pa.Table, config: Config) -> pa.Table:
    """Rows for what fields say: offence classes, flags, words of a list's reason or a referral's category."""
    records = facts.records
    keys = _flat(records["record_key"])
    flags = pc.binary_join_element_wise("|", pc.utf8_lower(strings(records["flags"])), "|", "")
    flags = pc.replace_substring(pc.replace_substring(flags, "| ", "|"), " |", "|")
    said = pc.utf8_lower(
        pc.binary_join_element_wise(strings(records["reason"]), strings(records["category"]), " ")
    )
    out = []
    for code, rule in config["weights"]["fields"].items():
        if "offence" in rule:
            mask = facts.offences[rule["offence"]]
        elif "tables" in rule:
            mask = _np(pc.is_in(records["record_type"], value_set=pa.array(rule["tables"])))
        else:
            source, needles = (
                (flags, [f"|{w}|" for w in rule["flags"]]) if "flags" in rule else (said, rule["words"])
            )
            mask = np.zeros(records.num_rows, bool)
            for needle in needles:
                mask |= _np(pc.match_substring(source, needle))
        here = pc.is_in(one["record_key"], value_set=keys.filter(pa.array(mask)))
        rows = one.filter(pc.and_(here, pc.is_in(one["role"], value_set=pa.array(rule["roles"]))))
        n = rows.num_rows
        rows = rows.append_column("code", pa.array([code] * n, pa.string()))
        rows = rows.append_column("status", pa.array(["affirmed"] * n, pa.string()))
        rows = rows.append_column("signal_id", pa.array([f"field:{code}"] * n, pa.string()))
        out.append(rows.append_column("rule", pa.array([f"field:{code}"] * n, pa.string())))
    return pa.concat_tables(out)


def grade_per_mille(source: str, assessment: str, config: Config) -> int:
    """The lower of what source and assessment count; 1000 without a grade."""
    grades = config["weights"]["grades"]
    return min(grades.get(f"source_{source}", 1000), grades.get(f"assessment_{assessment}", 1000))


def _weighed(rows: pa.Table, facts: Facts, config: Config) -> pa.Table:
    weights = config["weights"]
    rules = {**weights["indicators"], **weights["fields"]}
    codes = list(rules)
    code = pc.index_in(_flat(rows["code"]), value_set=pa.array(codes)).to_numpy(zero_copy_only=False)
    at = pc.index_in(_flat(rows["record_key"]), value_set=_flat(facts.records["record_key"])).to_numpy(
        zero_copy_only=False
    )
    pairs = list(
        zip(
            strings(facts.records["source_evaluation"]).to_pylist(),
            strings(facts.records["intelligence_assessment"]).to_pylist(),
            strict=True,
        )
    )
    table = {pair: grade_per_mille(*pair, config) for pair in set(pairs)}
    grade = np.array([table[p] for p in pairs], np.int64)[at] if len(at) else np.zeros(0, np.int64)
    statuses = [s for s, v in weights["status"].items() if isinstance(v, int)]
    status = pc.index_in(_flat(rows["status"]), value_set=pa.array(statuses)).to_numpy(zero_copy_only=False)
    status_weight = np.array([weights["status"][s] for s in statuses], np.int64)[status]
    points = np.array([rules[c]["points"] for c in codes], np.int64)[code] * 1000
    fresh = points * status_weight // 1000 * grade // 1000 * rows["share"].to_numpy() // 1000
    sexual, criminal = _domains(rows, code, [rules[c] for c in codes])
    harm = np.array([rules[c]["kind"] == "harm" for c in codes], bool)[code]
    out = pa.table(
        {
            "person_id": rows["person_id"],
            "code": rows["code"],
            "record_key": rows["record_key"],
            "record_type": rows["record_type"],
            "status": rows["status"],
            "signal_id": rows["signal_id"],
            "event": rows["event"],
            "known": pa.array(_known(rows, facts, config)),
            "fresh": pa.array(np.maximum(fresh, 1)),
            "harm": pa.array(harm),
            "sexual": pa.array(sexual),
            "criminal": pa.array(criminal),
        }
    ).cast(PIECES)
    return _strongest_of_record(out)


def _known(rows: pa.Table, facts: Facts, config: Config) -> np.ndarray:
    """When a piece was known: with its record; an overdue interview only when the term had run out."""
    known = rows["known"].to_numpy().copy()
    late = _np(pc.equal(rows["rule"], "pattern:return_interview_overdue"))
    if late.any():
        at = pc.index_in(_flat(rows["record_key"]), value_set=_flat(facts.records["record_key"]))
        back = whole(facts.records["returned_at"])[at.to_numpy(zero_copy_only=False)]
        limit = config["patterns"]["return_interview_overdue"]["hours"] * HOUR
        known = np.where(late, np.maximum(known, back + limit), known)
    return known


def _strongest_of_record(rows: pa.Table) -> pa.Table:
    """One piece for a child, a code and a record: said twice in one record is one piece."""
    order = [("person_id", "ascending"), ("code", "ascending"), ("record_key", "ascending"), ("fresh", "descending"),
             ("known", "ascending"), ("signal_id", "ascending")]  # fmt: skip
    rows = rows.sort_by(order).combine_chunks()
    if rows.num_rows < 2:
        return rows
    key = pc.binary_join_element_wise(rows["person_id"], rows["code"], rows["record_key"], "\x1f")
    new = pc.not_equal(key[1:], key[:-1])
    return rows.filter(pa.array(np.concatenate([[True], _np(new)])))


def _domains(rows: pa.Table, code: np.ndarray, rules: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    """Whether each row speaks of sexual, of criminal exploitation: by itself, by its record, by the child's other
    records, else by the rule's own default.
    """
    told = [r["domains"] != "context" for r in rules]
    both = [told[i] and len(r["domains"]) == 2 for i, r in enumerate(rules)]
    placed = np.array(told, bool)[code]
    # A signal that belongs to both (went missing) tells nothing about the others.
    telling = placed & ~np.array(both, bool)[code]
    record = _flat(rows["record_key"]).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    person = _flat(rows["person_id"]).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    own: list[np.ndarray] = []
    by_record: list[np.ndarray] = []
    by_person: list[np.ndarray] = []
    default: list[np.ndarray] = []
    for name in ("sexual", "criminal"):
        mine = np.array([told[i] and name in r["domains"] for i, r in enumerate(rules)], bool)[code]
        own.append(mine)
        default.append(np.array([name in r.get("unplaced", []) for r in rules], bool)[code])
        for index, store in ((record, by_record), (person, by_person)):
            has = np.zeros(int(index.max()) + 1 if len(index) else 0, bool)
            has[index[telling & mine]] = True
            store.append(has[index])
    in_record = by_record[0] | by_record[1]
    in_person = by_person[0] | by_person[1]
    out = [
        np.where(
            placed, own[d], np.where(in_record, by_record[d], np.where(in_person, by_person[d], default[d]))
        )
        for d in (0, 1)
    ]
    return out[0], out[1]


def known_by(rows: pa.Table, at: int) -> pa.Table:
    """Pieces known at a time in microseconds."""
    return rows.filter(pa.array(rows["known"].to_numpy() <= at))
