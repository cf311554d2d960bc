"""A run in two editions: as found, and as it would have been found without any report of handling C.

Practice rule 12 asks that a report of handling C has no effect where somebody is not cleared: not its words, not its
reference, not its weight in an order or a count. So the assessment runs once more over everything but those
reports; groups are told by their second sentence. Where there is no such report both editions are one.

What this cannot undo: who is one person with whom was resolved with all rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank import assessment, networks, records, signals
from redshank.errors import UsageError
from redshank.identity.describe import describe
from redshank.night import judgements
from redshank.night import publish as findings
from redshank.night import state as states
from redshank.store import Store


@dataclass
class Edition:
    """Everything the heads are made of. ``stories`` explains each group; ``cells`` and ``lines`` are the assessment's."""

    view: dict[str, pa.Table]
    signals: pa.Table
    language: pa.Table
    person_of: pa.Table
    persons: pa.Table
    mention_links: pa.Table
    mentions: pa.Table
    pairs: pa.Table
    children: pa.Table
    rising: dict[str, str]
    cannot_wait: list[dict[str, Any]]
    stories: list[dict[str, Any]]
    cells: list[Any]
    lines: list[Any]
    line_rows: pa.Table


@dataclass
class Run:
    """One completed run, read from the store."""

    number: int
    as_of: datetime
    full: Edition
    open: Edition
    secret: pa.Array  # keys of records of handling C
    quarantine: pa.Table
    moved: list[tuple[str, str, str]]  # kind, id that was, id that is


def read(store: Store) -> Run:
    """The last completed run; :class:`UsageError` where there is none."""
    run = store.manifest.run
    if run is None:
        raise UsageError("no night has run yet", "run `redshank night` first")
    state = states.read(store)
    limit = run["point"]["as_of"]
    view = records.current(store, as_of=datetime.fromisoformat(limit) if limit else None)
    as_of = datetime.fromisoformat(run["as_of"])
    handling = pc.fill_null(pc.equal(view["records"]["handling"], "C"), False)
    secret = view["records"]["record_key"].filter(handling).combine_chunks()
    judged = judgements.of_run(store)
    said, said_openly = (assessment.words_on_lines(judged, open_only=o) for o in (False, True))
    full = _edition(view, state.tables, as_of, said, open_only=False)
    opened = full
    if len(secret) or said != said_openly:
        opened = _edition(*_without(view, state.tables, secret), as_of, said_openly, open_only=True)
    return Run(
        number=run["number"],
        as_of=as_of,
        full=full,
        open=opened,
        secret=secret,
        quarantine=findings.quarantined(store),
        moved=_moved(state.tables),
    )


def _drop(rows: pa.Table, keys: pa.Array) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["record_key"], value_set=keys)))


def _without(
    view: dict[str, pa.Table], tables: dict[str, pa.Table], secret: pa.Array
) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """View and state without the records of handling C; persons are described from what is left."""
    left = {name: _drop(rows, secret) for name, rows in view.items()}
    kept = dict(tables)
    for name in ("signals", "language", "mentions", "person_of", "mention_links"):
        kept[name] = _drop(tables[name], secret)
    kept["persons"] = describe(kept["person_of"], left["appearances"])
    who = (kept["person_of"], kept["persons"], kept["mention_links"])
    kept["signals"] = _known_without(
        kept["signals"], signals.children_known(left["records"], left["appearances"], *who)
    )
    # The explanation of a group leaves those records out by itself, and asks for the whole of these.
    return left | {
        "_whole": view["records"],
        "_signals": tables["signals"],
        "_persons": kept["persons"],
    }, kept


def _known_without(found: pa.Table, children: list[str]) -> pa.Table:
    """Without the second reading's signals of texts whose child only a report of handling C gives an age."""
    second = pc.starts_with(found["rule"], signals.KNOWN_CHILD)
    still = pc.is_in(found["record_key"], value_set=pa.array(children, pa.string()))
    return found.filter(pc.or_(pc.invert(second), still))


def _edition(
    view: dict[str, pa.Table],
    tables: dict[str, pa.Table],
    as_of: datetime,
    said: assessment.Words,
    *,
    open_only: bool,
) -> Edition:
    config = assessment.load_config()
    stories = _stories(view, tables, open_only)
    seen = SimpleNamespace(**{k: v for k, v in view.items() if not k.startswith("_")})
    shared: dict[str, Any] = {"mention_links": tables["mention_links"], "mentions": tables["mentions"]}
    who = (tables["person_of"], tables["persons"])
    words: dict[str, Any] = {"confirmed": said.known, "refuted": said.refuted}
    groups = tables["group_members"]
    patterns, children, line_rows = tables["patterns"], tables["children"], tables["lines"]
    evidence = tables["group_evidence"]
    if open_only:
        standing = {(s["group_id"], m["person_id"]) for s in stories for m in s["members"]}
        pairs = zip(groups["group_id"].to_pylist(), groups["person_id"].to_pylist(), strict=True)
        groups = groups.filter(pa.array([p in standing for p in pairs], pa.bool_()))
        keys = pc.binary_join_element_wise(evidence["record_type"], evidence["record_ref"], ":")
        evidence = evidence.filter(pc.is_in(keys, value_set=seen.records["record_key"].combine_chunks()))
        patterns = assessment.pattern_signals(
            seen, *who, as_of, config, signals=tables["signals"], touched=None, **shared
        )
    found = pa.concat_tables([tables["signals"], patterns])
    if open_only:
        matrix = assessment.children(
            found, seen, *who, tables["mention_links"], groups, as_of, config, mentions=tables["mentions"]
        )
        children = matrix.rows.filter(
            pc.is_in(matrix.rows["person_id"], value_set=tables["persons"]["person_id"].combine_chunks())
        )
        line_rows = assessment.lines(seen, found, *who, as_of, config, **(shared | words))
    rising = assessment.significant_increase(children, seen, as_of, config)
    waiting = assessment.cannot_wait(
        children, groups, seen, *who, as_of, config, group_evidence=evidence, **shared
    )
    return Edition(
        view={k: v for k, v in view.items() if not k.startswith("_")},
        signals=found,
        language=tables["language"],
        person_of=tables["person_of"],
        persons=tables["persons"],
        mention_links=tables["mention_links"],
        mentions=tables["mentions"],
        pairs=tables["pairs"],
        children=children.sort_by([("score", "descending"), ("person_id", "ascending")]),
        rising=dict(zip(rising["person_id"].to_pylist(), rising["text"].to_pylist(), strict=True)),
        cannot_wait=waiting.to_pylist(),
        stories=stories,
        cells=sorted(
            assessment.assess_places(seen, found, *who, as_of, config, **shared),
            key=lambda cell: (-cell.score(config), cell.h3),
        ),
        lines=assessment.assess_lines(seen, found, *who, as_of, config, **(shared | words)),
        line_rows=line_rows.sort_by([("score", "descending"), ("line_ref", "ascending")]),
    )


def _stories(view: dict[str, pa.Table], tables: dict[str, pa.Table], open_only: bool) -> list[dict[str, Any]]:
    """Each group explained, strongest first; in the open edition those of which something is left."""
    members = tables["group_members"]
    heads = (
        members.select(["group_id", "kind", "strength", "sentence_without_c"])
        .group_by("group_id")
        .aggregate([("kind", "min"), ("strength", "max"), ("sentence_without_c", "max")])
        .to_pylist()
    )
    heads.sort(key=lambda g: (g["kind_min"] != "candidate", -g["strength_max"], g["group_id"]))
    looked = {
        "records": view.get("_whole", view["records"]),
        "signals": view.get("_signals", tables["signals"]),
    }
    told = networks.Explainer(
        members, tables["group_evidence"], tables["links"], tables["persons"], looked, open_only
    )
    return [
        told.explain(head["group_id"]) for head in heads if not open_only or head["sentence_without_c_max"]
    ]


def _moved(tables: dict[str, pa.Table]) -> list[tuple[str, str, str]]:
    out = []
    for kind, table, column in (
        ("person", "person_ledger", "person_id"),
        ("group", "group_ledger", "group_id"),
    ):
        rows = tables[table].filter(pc.is_valid(tables[table]["merged_into"]))
        into = dict(zip(rows[column].to_pylist(), rows["merged_into"].to_pylist(), strict=True))
        for was, now in sorted(into.items()):
            seen = {was}
            while now in into and now not in seen:
                seen.add(now)
                now = into[now]
            out.append((kind, was, now))
    return out
