"""From a grown force to one delivery: references by time, hurried spelling, the three row tables, and the truth about them.

Columns of truth are those of the contract (commands, "Truth folders"), more at the end only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.synthetic.appear import RECORD_TABLES, number_strings, people_table
from redshank.synthetic.grammar import BLAME, extract
from redshank.synthetic.records import Force, finish
from redshank.synthetic.slotwords import shortenings

TEXT = {t: "narrative" for t in RECORD_TABLES} | {"incidents": "log"}
KEYS = {
    "crimes": "crime_ref", "incidents": "incident_ref", "missing_episodes": "episode_ref", "vulnerability_entries": "entry_ref",
    "intelligence": "report_ref", "custody": "custody_ref", "partner_referrals": "referral_ref", "county_lines": "line_ref",
}  # fmt: skip
_FORMS = {
    "crimes": "37/{:06d}/25", "incidents": "QC-{:07d}", "missing_episodes": "MP{:06d}", "vulnerability_entries": "VVOL{:05d}",
    "intelligence": "IR25-{:06d}", "custody": "CU/{:06d}", "partner_referrals": "REF{:06d}", "county_lines": "LINE{:04d}",
}  # fmt: skip


@dataclass
class Delivery:
    """One delivery before it is written, and what is true of it. ``refs``: record number to reference."""

    name: str
    tables: dict[str, pa.Table] = field(default_factory=dict)
    truth: dict[str, list[pa.Table]] = field(default_factory=dict)
    episodes: pa.Table | None = None
    refs: np.ndarray = field(default_factory=lambda: np.zeros(0, object))
    table_of: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    at: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))


def build(
    force: Force,
    name: str,
    end: int,
    counters: dict[str, int],
    rng: np.random.Generator,
    fixed: dict[int, str] | None = None,
) -> Delivery:
    """Finish every table. ``counters`` hold the last number given to each table and go on; ``fixed`` gives the
    references of records that replace earlier ones."""
    out = Delivery(name)
    out.refs = np.full(force.count, "", object)
    out.table_of = np.full(force.count, -1)
    out.at = np.zeros(force.count, np.int64)
    fixed = fixed or {}
    episodes: list[pa.Table] = []
    for number, table in enumerate(RECORD_TABLES):
        if not force.tables[table]:
            continue
        made = finish(force, table, end, rng)
        rid = made["rid"].to_numpy()
        given = counters.get(table, 0)
        refs = []
        for r in rid.tolist():
            if r in fixed:
                refs.append(fixed[r])
            else:
                given += 1
                refs.append(_FORMS[table].format(given))
        counters[table] = given
        out.refs[rid] = refs
        out.table_of[rid] = number
        out.at[rid] = made["at"].to_numpy()
        if table == "missing_episodes":
            episodes.append(made.select(["rid", "at", "missing", "_returned", "_interview"]))
            made = made.drop_columns(["_returned", "_interview"])
        ref_column = pa.array(refs, pa.string())
        text, spans = _finish_text(made[TEXT[table]], rng)
        if spans:
            rows = pa.array([i for i, *_ in spans])
            out.truth.setdefault("language", []).append(
                pa.table(
                    {
                        "record_type": pa.array([table] * len(spans)), "record_ref": ref_column.take(rows),
                        "start": pa.array([s[1] for s in spans]), "end": pa.array([s[2] for s in spans]),
                        "quoted": pa.array(["true" if s[3] else "false" for s in spans]),
                    }
                )
            )  # fmt: skip
        made = made.set_column(made.schema.get_field_index(TEXT[table]), TEXT[table], text)
        made = made.set_column(0, KEYS[table], ref_column)
        out.tables[table] = made.drop_columns(["rid", "at", "missing"])
    out.episodes = pa.concat_tables(episodes) if episodes else None
    _row_tables(force, out, rng)
    return out


def _finish_text(
    column: pa.ChunkedArray, rng: np.random.Generator
) -> tuple[pa.Array, list[tuple[int, int, int, bool]]]:
    """Shorten, misspell, shout; then take out the marks of blaming phrases and say where these stand."""
    text = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    n = len(text)
    for full, short in shortenings().items():
        some = pa.array(rng.random(n) < 0.06)
        text = pc.if_else(some, pc.replace_substring(text, f" {full} ", f" {short} "), text)
    text = pc.if_else(pa.array(rng.random(n) < 0.05), pc.utf8_upper(text), text)
    marked = np.flatnonzero(pc.match_substring(text, BLAME).to_numpy(zero_copy_only=False))
    spans: list[tuple[int, int, int, bool]] = []
    if len(marked):
        clean = []
        for i in marked.tolist():
            plain, found = extract(text[i].as_py())
            clean.append(plain)
            spans += [(i, *span) for span in found]
        mask = np.zeros(n, bool)
        mask[marked] = True
        text = pc.replace_with_mask(text, pa.array(mask), pa.array(clean, pa.string()))
    return text, spans


def _row_tables(force: Force, out: Delivery, rng: np.random.Generator) -> None:
    """People, vehicles and phones, in the order of their records' times; row numbers are the truth's."""
    refs = pa.array(out.refs.tolist(), pa.string())
    people, person, record = people_table(force.rows, force.population, out.at // 86400, rng)
    order = np.lexsort((np.arange(len(record)), record, out.at[record]))
    people = people.set_column(1, "record_ref", refs.take(pa.array(record))).take(pa.array(order))
    out.tables["people"] = people
    person = person[order]
    out.truth["people"] = [
        pa.table(
            {
                "true_person": true_people(person),
                "delivery": pa.array([out.name]).take(pa.array(np.zeros(len(person), np.int64))),
                "record_type": people["record_type"], "record_ref": people["record_ref"],
                "row": pa.array(np.arange(1, len(person) + 1)),
            }
        )
    ]  # fmt: skip
    for name, lists in (("vehicles", force.vehicles), ("phones", force.phones)):
        if not lists:
            continue
        rid = np.concatenate([x[0] for x in lists])
        kind = np.concatenate([np.full(len(x[0]), x[1]) for x in lists])
        roles = pa.array([x[2] for x in lists]).take(
            pa.array(np.repeat(np.arange(len(lists)), [len(x[0]) for x in lists]))
        )
        columns = {
            "record_type": pa.array(RECORD_TABLES).take(pa.array(kind)), "record_ref": refs.take(pa.array(rid)), "role": roles,
        }  # fmt: skip
        if name == "phones":
            columns["number"] = pa.array([v for x in force.phones for v in x[3]], pa.string())
        else:
            cars = [v for x in force.vehicles for v in x[3]]
            for part in ("vrm", "make", "model", "colour"):
                columns[part] = pa.array([getattr(v, part) for v in cars], pa.string())
        by_time = np.lexsort((np.arange(len(rid)), rid, out.at[rid]))
        out.tables[name] = pa.table(columns).take(pa.array(by_time))


def true_people(person: np.ndarray) -> pa.Array:
    """The names that the truth gives to people."""
    return pc.binary_join_element_wise("P", pc.utf8_lpad(number_strings(person), 7, "0"), "")


def signals_truth(force: Force, out: Delivery) -> pa.Table | None:
    """What this delivery's texts and rows state, one line each (see :func:`distinct`)."""
    if not force.signals:
        return None
    all_signals = pa.concat_tables(force.signals)
    refs = pa.array(out.refs.tolist(), pa.string())
    return pa.table(
        {
            "record_type": pa.array(RECORD_TABLES).take(all_signals["table"].combine_chunks()),
            "record_ref": refs.take(all_signals["rid"].combine_chunks()),
            "indicator": all_signals["indicator"].combine_chunks(), "status": all_signals["status"].combine_chunks(),
            "withheld": all_signals["withheld"].combine_chunks(),
            "source": all_signals["source"].combine_chunks(),
        }
    )  # fmt: skip


def distinct(signals: pa.Table) -> pa.Table:
    """One line for each record, indicator and status. Text comes before fields before patterns, and a line is withheld
    only where every sentence that states it is."""
    rank = pc.index_in(signals["source"], value_set=pa.array(["text", "fields", "pattern"]))
    signals = signals.append_column("rank", rank)
    keys = ["record_type", "record_ref", "indicator", "status"]
    made = signals.group_by(keys, use_threads=False).aggregate([("rank", "min"), ("withheld", "min")])
    made = made.sort_by([(k, "ascending") for k in keys])
    source = pa.array(["text", "fields", "pattern"]).take(made["rank_min"].combine_chunks())
    return made.select(keys).append_column("withheld", made["withheld_min"]).append_column("source", source)
