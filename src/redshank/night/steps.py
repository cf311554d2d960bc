"""The five doors of the night: each step hands one stage its delta and its state, and puts back what it gives.

A step decides only *what is touched*; what is found is the stage's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank import assessment, identity, networks, signals
from redshank.engine import Engine
from redshank.identity.mentions import link_mentions, records_to_relink
from redshank.night.state import State
from redshank.stage import Counts, replace_rows

TEXTS = ("signals", "language", "mentions")


@dataclass
class Work:
    """What the steps of one night share. ``changed`` are the record keys whose view differs from what the state
    has seen; ``touched`` and ``people`` grow from step to step."""

    view: dict[str, pa.Table]
    changed: pa.Array
    state: State
    as_of: datetime
    run_no: int
    judgements: pa.Table
    engine: Engine
    full: bool
    earlier: dict[str, pa.Table]  # the tables of the run before, which tell a full run which ids split
    touched: pa.Array | None = None  # record keys whose links are to be made anew
    people: set[str] = field(default_factory=set)  # person ids about whom something changed
    cannot_wait: list[dict] = field(default_factory=list)
    rising: dict[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, pa.Table]:
        return self.state.tables


def only(rows: pa.Table, column: str, keys: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Rows whose column is one of the keys."""
    return rows.filter(pc.is_in(rows[column], value_set=_flat(keys)))


def _flat(keys: pa.Array | pa.ChunkedArray) -> pa.Array:
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys


def _union(*parts: pa.Array | pa.ChunkedArray) -> pa.Array:
    return pc.unique(pa.chunked_array([_flat(p).cast(pa.string()) for p in parts], pa.string()))


def _differing(before: pa.Table, after: pa.Table, column: str) -> pa.Array:
    """Values of a column in rows that stand in one of two tables only."""
    names = after.schema.names

    def lines(rows: pa.Table) -> pa.Array:
        parts = [pc.fill_null(rows[n].cast(pa.string()), "") for n in names]
        return _flat(pc.binary_join_element_wise(*parts, "\x1f"))

    if not before.num_rows or not after.num_rows:
        return _union(before[column], after[column])
    old, new = lines(before), lines(after)
    return _union(
        before[column].filter(pc.invert(pc.is_in(old, value_set=new))),
        after[column].filter(pc.invert(pc.is_in(new, value_set=old))),
    )


def read_texts(work: Work) -> Counts:
    """Signals, language and mentions of the changed records; mentions of premises in all others too when the
    register changed, since premises are found in texts by the register's names."""
    view, keys = work.view, work.changed
    if not work.full and bool(pc.any(pc.starts_with(keys, "premises:")).as_py()):
        keys = _union(keys, view["records"]["record_key"])
    records = only(view["records"], "record_key", keys)
    premises = view["records"].filter(pc.equal(view["records"]["record_type"], "premises"))
    people = only(view["appearances"], "record_key", keys)
    children, adults = signals.children_of(records, people), signals.adults_of(records, people)
    found = signals.scan(records, premises, children, adults)
    parts = [only(view[name], "record_key", keys) for name in ("appearances", "phones", "vehicles")]
    found["signals"] = pa.concat_tables([found["signals"], signals.field_signals(records, *parts)])
    counts = Counts(read=records.num_rows)
    for name in TEXTS:
        before = work.tables[name]
        after = replace_rows(before, "record_key", keys, found[name])
        carried = after.num_rows - found[name].num_rows
        counts.written += found[name].num_rows
        counts.carried += carried
        counts.retracted += before.num_rows - carried
        if len(keys) > len(work.changed):
            work.changed = _union(work.changed, _differing(before, after, "record_key"))
        work.tables[name] = after
    return counts


def who_is_who(work: Work) -> Counts:
    """People of the changed appearances and of whatever they touch; then people named only in texts."""
    view, tables = work.view, work.tables
    if not work.state.epoch:
        work.state.epoch = identity.new_epoch(view["appearances"])
    ids = only(view["appearances"], "record_key", work.changed)["appearance_id"]
    before = dict(tables)
    result = identity.resolve(
        view["appearances"],
        None if work.full else _flat(ids),
        {name: work.earlier[name] for name in identity.STATE},
        work.state.epoch,
        work.judgements,
        tables["person_ledger"],
        work.run_no,
        work.engine,
        records=view["records"],
    )
    work.state.tables |= result.tables
    work.people |= set(result.changed_people.to_pylist())
    # A new person, or a new spelling of one, may be whom an older text meant: those texts are asked again.
    asked = None
    if not work.full:
        asked = records_to_relink(
            tables["mentions"], work.changed, _flat(result.changed_people), view["appearances"], view["vehicles"],
            view["phones"], view["records"], before["mention_links"], work.state.epoch, work.engine,
            before=before, now=tables,
        )  # fmt: skip
    links = link_mentions(
        tables["mentions"], view["appearances"], tables["person_of"], tables["persons"], work.state.epoch,
        view["vehicles"], view["phones"], view["records"], work.engine, only=asked,
    )  # fmt: skip
    was = before["mention_links"]
    tables["mention_links"] = links if asked is None else replace_rows(was, "record_key", asked, links)
    counts = result.counts
    counts.read += len(pc.unique(tables["mentions"]["record_key"])) if asked is None else len(asked)
    counts.written += links.num_rows
    moved = pa.array([], pa.string())
    if not work.full:
        moved = _differing(was, tables["mention_links"], "record_key")
        work.people |= set(only(was, "record_key", moved)["person_id"].to_pylist())
        work.people |= set(only(tables["mention_links"], "record_key", moved)["person_id"].to_pylist())
    if not work.full:
        work.touched = _union(work.changed, moved, _renamed(before, tables, _flat(result.changed_people)))
    _read_again(work, counts)
    return counts


def _read_again(work: Work, counts: Counts) -> None:
    """Texts about somebody who is known as a child from other records only, now that it is known who is who.

    Whoever else stands in them is looked at again with the person about whom something changed (``assessment.children``).
    """
    view, tables = work.view, work.tables
    records = view["records"] if work.touched is None else only(view["records"], "record_key", work.touched)
    rows = tables["signals"]
    again = pc.is_in(rows["record_key"], value_set=_flat(records["record_key"]))
    rows = rows.filter(pc.invert(pc.and_(again, pc.starts_with(rows["rule"], signals.KNOWN_CHILD))))
    people = [tables[name] for name in ("person_of", "persons", "mention_links")]
    children = signals.children_known(records, view["appearances"], *people)
    found = signals.read_again(records, children, rows)
    tables["signals"] = pa.concat_tables([rows, found])
    counts.written += found.num_rows


def _renamed(before: dict[str, pa.Table], now: dict[str, pa.Table], people: pa.Array) -> pa.Array:
    """Records that name somebody who goes by another id, or whose birth date is another: what links read of a person."""
    rows = [only(t["person_of"], "person_id", people) for t in (before, now)]
    what = ["appearance_id", "record_key", "person_id"]
    renamed = _differing(rows[0].select(what), rows[1].select(what), "record_key")
    about = [
        only(t["persons"], "person_id", people).select(["person_id", "date_of_birth"]) for t in (before, now)
    ]
    reborn = _differing(about[0], about[1], "person_id")
    told = [only(now[name], "person_id", reborn)["record_key"] for name in ("person_of", "mention_links")]
    return _union(renamed, *told)


def ties_and_groups(work: Work) -> Counts:
    """Links of the touched records, ties of their contexts, groups of the components those touch."""
    tables = work.tables
    view = work.view | {
        n: tables[n] for n in ("person_of", "persons", "mention_links", "mentions", "signals")
    }
    before = {n: tables[n] for n in ("links", "ties", "group_members", "group_evidence", "group_inputs")}
    if not work.full and bool(pc.any(pc.starts_with(work.changed, "premises:")).as_py()):
        work.touched = _flat(view["records"]["record_key"])
    made = networks.make_links(view, work.touched, engine=work.engine)
    links = made if work.touched is None else replace_rows(before["links"], "record_key", work.touched, made)
    result = networks.propose(
        links, tables["persons"], view, None if work.full else before, work.touched, tables["group_ledger"],
        work.judgements, work.as_of, work.run_no, work.engine, people=work.people,
    )  # fmt: skip
    counts: Counts = result.pop("counts")
    work.state.tables |= result | {"links": links}
    counts.written += made.num_rows
    if not work.full:
        work.people |= set(
            _differing(before["group_members"], tables["group_members"], "person_id").to_pylist()
        )
    return counts


def assess(work: Work) -> Counts:
    """Patterns, then children, lines and places, then the two short lists for people."""
    tables, config = work.tables, assessment.load_config()
    view = SimpleNamespace(**work.view)
    people = _due(work)
    # Once for all: what follows asks the same facts of the night, whole or in part.
    assessment.build_facts(
        view, tables["person_of"], tables["persons"], work.as_of, config,
        mention_links=tables["mention_links"], mentions=tables["mentions"],
    )  # fmt: skip
    shared: dict[str, Any] = {
        "mention_links": tables["mention_links"], "mentions": tables["mentions"], "engine": work.engine,
    }  # fmt: skip
    patterns = assessment.pattern_signals(
        view, tables["person_of"], tables["persons"], work.as_of, config, signals=tables["signals"], touched=people, **shared
    )  # fmt: skip
    if people is None:
        tables["patterns"] = patterns
    else:
        keys = assessment.records_of(people, tables["person_of"], tables["mention_links"])
        tables["patterns"] = replace_rows(
            tables["patterns"], "record_key", _union(keys, work.changed), patterns
        )
    tables["record_clocks"] = assessment.clocks(view, work.as_of, config)
    found = pa.concat_tables([tables["signals"], tables["patterns"]])
    matrix = assessment.children(
        found, view, tables["person_of"], tables["persons"], tables["mention_links"], tables["group_members"],
        work.as_of, config, mentions=tables["mentions"], touched=people, engine=work.engine,
    )  # fmt: skip
    gone = None if matrix.computed is None else pa.array(matrix.computed, pa.string())
    for name, rows in (("children", matrix.rows), ("child_clocks", matrix.clocks)):
        tables[name] = rows if gone is None else replace_rows(tables[name], "person_id", gone, rows)
    tables["children"] = _stamped(_of_living(tables["children"], tables["persons"]), work.as_of)
    args = (view, found, tables["person_of"], tables["persons"], work.as_of, config)
    words = assessment.words_on_lines(work.judgements)
    tables["lines"] = assessment.lines(*args, confirmed=words.known, refuted=words.refuted, **shared)
    tables["places"] = assessment.places(*args, **shared)
    rising = assessment.significant_increase(tables["children"], view, work.as_of, config)
    work.rising = dict(zip(rising["person_id"].to_pylist(), rising["text"].to_pylist(), strict=True))
    work.cannot_wait = assessment.cannot_wait(
        tables["children"], tables["group_members"], view, tables["person_of"], tables["persons"], work.as_of, config,
        group_evidence=tables["group_evidence"], **shared,
    ).to_pylist()  # fmt: skip
    written = patterns.num_rows + matrix.rows.num_rows
    read = work.view["appearances"].num_rows if people is None else len(matrix.computed or [])
    return Counts(read=read, written=written, carried=tables["children"].num_rows - matrix.rows.num_rows)


def _due(work: Work) -> set[str] | None:
    """Persons whose row may change tonight: touched ones, and those whose clock has struck. None: all."""
    if work.full:
        return None
    tables = work.tables
    people = set(work.people)
    struck = tables["record_clocks"].filter(_struck(tables["record_clocks"]["stale_at"], work.as_of))[
        "record_key"
    ]
    keys = _union(work.changed, struck)
    for name in ("person_of", "mention_links"):
        people |= set(only(tables[name], "record_key", keys)["person_id"].to_pylist())
    clocks = tables["child_clocks"]
    return people | set(clocks.filter(_struck(clocks["stale_at"], work.as_of))["person_id"].to_pylist())


def _struck(times: pa.ChunkedArray, as_of: datetime) -> pa.ChunkedArray:
    return pc.fill_null(pc.less_equal(times, pa.scalar(as_of, times.type)), False)


def _of_living(rows: pa.Table, persons: pa.Table) -> pa.Table:
    """Rows whose person id still stands (an id that was merged into another has no row of its own)."""
    return only(rows, "person_id", persons["person_id"])


def _stamped(rows: pa.Table, as_of: datetime) -> pa.Table:
    """All rows as of tonight: a carried row was looked at and did not change."""
    at = rows.schema.get_field_index("as_of")
    return rows.set_column(
        at, rows.schema.field(at), pa.repeat(pa.scalar(as_of, rows.schema.field(at).type), rows.num_rows)
    )
