"""The child vulnerability matrix: one row for each child with something found, ordered by a whole number.

Rules that bind it (domain rules of safe practice): the score orders a queue and decides nothing; signs of harm
are never shown as risk; the lowest word is ``none found in what was read``; a child who turns 18 stays in view;
a child added by hand stays until a person takes them off; nothing is dropped for a low score.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.assessment import scoring
from redshank.assessment.config import Config
from redshank.assessment.evidence import pieces as find_pieces
from redshank.assessment.facts import (
    DAY,
    HOUR,
    Facts,
    View,
    build,
    records_of,
    strings,
    whole,
    with_companions,
    years_between,
)
from redshank.engine import Engine
from redshank.tables import FINDINGS

CHILDREN = FINDINGS["children"]
EPOCH = date(1970, 1, 1)
LONDON = ZoneInfo("Europe/London")
CLOCKS = pa.schema([("person_id", pa.string()), ("stale_at", pa.timestamp("us", tz="UTC"))])
HARM, RISK, NONE = "signals of harm", "signals of risk", "none found in what was read"
ADDED = pa.schema(
    [
        ("person_id", pa.string()),
        ("added_at", pa.timestamp("us", tz="UTC")),
        ("reason", pa.string()),
        ("removed_at", pa.timestamp("us", tz="UTC")),
    ]
)


@dataclass(frozen=True)
class Matrix:
    """What :func:`children` gives back.

    ``rows``: findings.children · ``clocks``: person_id, stale_at: when the row next changes although nothing arrives ·
    ``computed``: the persons computed anew (None: all); state rows of these persons are replaced, also by none ·
    ``counted``: the pieces behind every number, with what each adds.
    """

    rows: pa.Table
    clocks: pa.Table
    computed: list[str] | None
    counted: scoring.Counted


def children(
    signals: pa.Table,
    view: View,
    person_of: pa.Table,
    persons: pa.Table,
    mention_links: pa.Table | None,
    groups: pa.Table | None,
    as_of: datetime,
    config: Config,
    *,
    mentions: pa.Table | None = None,
    added: pa.Table | None = None,
    touched: Iterable[str] | None = None,
    engine: Engine | None = None,
) -> Matrix:
    """Rows of the matrix for the touched persons and those who share a record with them (None: for all).

    ``signals`` with the pattern rows appended. ``groups``: findings.groups or between.group_members. ``added`` (schema
    ADDED): children whom a person put on the list.
    """
    computed = with_companions(touched, view, person_of, mention_links, config)
    keys = None
    if computed is not None:
        # Whoever else stands in their records decides whether a child is alone in it.
        keys = records_of(computed, person_of, mention_links)
    facts = build(
        view, person_of, persons, as_of, config,
        mention_links=mention_links, mentions=mentions, keys=keys, engine=engine,
    )  # fmt: skip
    names = _names(view, person_of)
    found = find_pieces(facts, signals, config, engine=engine, names=names)
    in_view = _in_view(facts, persons, config)
    wanted = in_view if computed is None else in_view & set(computed)
    found = found.filter(pc.is_in(found["person_id"], value_set=pa.array(sorted(wanted), pa.string())))
    mine = _on_list(added, as_of, computed)
    affirmed = _with_live_signal(found) | set(mine) | (_children_of(groups) & wanted)
    found = found.filter(pc.is_in(found["person_id"], value_set=pa.array(sorted(affirmed), pa.string())))
    theirs = None
    if groups is not None:
        theirs = groups.filter(
            pc.is_in(groups["person_id"], value_set=pa.array(sorted(affirmed), pa.string()))
        )
    now = facts.now
    then = now - config["weights"]["change"]["days"] * DAY
    counted = scoring.count(found, theirs, now, config)
    before = scoring.count(found, theirs, then, config).totals()
    rows = _rows(counted, before, mine, facts, as_of, config)
    return Matrix(
        rows, _clocks(found, theirs, facts, set(rows["person_id"].to_pylist()), config), computed, counted
    )


def _names(view: View, person_of: pa.Table) -> pa.Table:
    rows = view.appearances
    at = pc.index_in(rows["appearance_id"], value_set=person_of["appearance_id"].combine_chunks())
    return pa.table(
        {
            "record_key": rows["record_key"],
            "person_id": person_of["person_id"].combine_chunks().take(at.combine_chunks()),
            "first_std": rows["first_std"],
            "sur_std": rows["sur_std"],
            "aka_std": rows["aka_std"],
        }
    )


def _in_view(facts: Facts, persons: pa.Table, config: Config) -> set[str]:
    """Persons under 18 at ``as_of``, or who turned 18 within the last year."""
    limit = config["patterns"]["child"]["years"] + config["weights"]["view"]["stays_years_after_18"]
    births = facts.births
    birth = births["birth"].cast(pa.int32()).to_numpy().astype("datetime64[D]")
    today = np.full(len(birth), facts.now // DAY).astype("datetime64[D]")
    keep = years_between(birth, today) < limit
    return set(births["person_id"].filter(pa.array(keep)).to_pylist())


def _with_live_signal(found: pa.Table) -> set[str]:
    live = pc.is_in(found["status"], value_set=pa.array(["affirmed", "reported_speech"]))
    return set(found["person_id"].filter(live).to_pylist())


def _children_of(groups: pa.Table | None) -> set[str]:
    return (
        set()
        if groups is None
        else set(groups.filter(pc.equal(groups["role"], "child"))["person_id"].to_pylist())
    )


def _on_list(added: pa.Table | None, as_of: datetime, computed: list[str] | None) -> dict[str, str]:
    if added is None:
        return {}
    out = {}
    for row in added.sort_by([("person_id", "ascending"), ("added_at", "ascending")]).to_pylist():
        off = row["removed_at"] is not None and row["removed_at"] <= as_of
        if row["added_at"] <= as_of and not off and (computed is None or row["person_id"] in set(computed)):
            out[row["person_id"]] = row["reason"] or ""
    return out


def _rows(
    counted: scoring.Counted,
    before: dict[str, int],
    mine: dict[str, str],
    facts: Facts,
    as_of: datetime,
    config: Config,
) -> pa.Table:
    totals = counted.totals()
    reasons = _reasons(counted, facts, config)
    status: dict[str, dict[str, str]] = {}
    live: set[str] = set()
    names = ("person_id", "harm", "sexual", "criminal", "status")
    for person, harm, sexual, criminal, said in zip(
        *(counted.rows[c].to_pylist() for c in names), strict=True
    ):
        mark = status.setdefault(person, {})
        if harm and said != "historic":
            live.add(person)
        for domain, here in (("sexual", sexual), ("criminal", criminal)):
            if here and mark.get(domain) != HARM:
                mark[domain] = HARM if harm else RISK
    out = []
    for person in sorted(set(totals) | set(mine)):
        score = totals.get(person, 0)
        why = reasons.get(person, [])
        if person in mine:
            label = config["weights"]["added_by_hand"]["label"]
            text = f"{label}: {mine[person]}" if mine[person] else label
            why = [{"code": "added_by_hand", "record_type": "", "record_ref": "", "text": text}, *why]
        out.append(
            {
                "person_id": person,
                "as_of": as_of,
                "score": score,
                "band": scoring.band_of(score, person in live, config),
                "sexual_exploitation": status.get(person, {}).get("sexual", NONE),
                "criminal_exploitation": status.get(person, {}).get("criminal", NONE),
                "change_28_days": score - before.get(person, 0),
                "reasons": json.dumps(why, ensure_ascii=False, separators=(",", ":")),
            }
        )
    return CHILDREN.build(sorted(out, key=lambda r: (-r["score"], r["person_id"])))


def labels(config: Config) -> dict[str, str]:
    """Code → plain words, for every code that a reason can carry."""
    weights = config["weights"]
    out = {c: r["label"] for s in ("indicators", "fields", "together") for c, r in weights[s].items()}
    return out | {"group": weights["group"]["label"], "added_by_hand": weights["added_by_hand"]["label"]}


def _reasons(counted: scoring.Counted, facts: Facts, config: Config) -> dict[str, list[dict[str, str]]]:
    """Reasons by person, what adds most first."""
    words = labels(config)
    rows = counted.rows
    suffix = grade_words(facts.records)
    order = np.lexsort((np.arange(rows.num_rows), -counted.counts))
    taken = rows.select(["person_id", "code", "record_key", "status", "event"]).take(pa.array(order))
    days: dict[int, str] = {}
    out: dict[str, list[dict[str, str]]] = {}
    for person, code, key, status, event in zip(
        *(taken[c].to_pylist() for c in taken.column_names), strict=True
    ):
        kind, _, ref = key.partition(":")
        text = words[code]
        if code != "group":
            hour = event // HOUR
            if hour not in days:
                days[hour] = day_words(event)
            text = f"{text}, {days[hour]}"
        if status == "historic":
            text += " (long past)"
        if key in suffix:
            text += f" ({suffix[key]})"
        out.setdefault(person, []).append(
            {"code": code, "record_type": kind, "record_ref": ref, "text": text}
        )
    return out


def day_words(event: int) -> str:
    """Microseconds as a day in words, as the clock of the force shows it."""
    at = datetime.fromtimestamp(event // 1_000_000, UTC).astimezone(LONDON)
    month = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
             "November", "December")[at.month - 1]  # fmt: skip
    return f"{at.day} {month} {at.year}"


def grade_words(records: pa.Table) -> dict[str, str]:
    """Record → its grade and handling in words, for graded records: they travel with every piece (practice rule 11)."""
    graded = records.filter(pc.not_equal(strings(records["source_evaluation"]), ""))
    columns = ("record_key", "source_evaluation", "intelligence_assessment", "handling")
    return {
        key: f"intelligence graded {source}{assessment or ''}, handling {handling or 'not recorded'}"
        for key, source, assessment, handling in zip(*(graded[c].to_pylist() for c in columns), strict=True)
    }


def _clocks(
    found: pa.Table, groups: pa.Table | None, facts: Facts, listed: set[str], config: Config
) -> pa.Table:
    """When each listed child's row changes next by time alone: a step of decay (now or 28 days ago), evidence or a
    group passing the 28 days, a term of 72 hours running out, leaving the view a year after 18.
    """
    weights = config["weights"]
    now, span = facts.now, weights["change"]["days"] * DAY
    step = weights["decay"]["step_days"] * DAY
    last = len(weights["decay"]["per_mille"]) - 1
    event, known = found["event"].to_numpy(), found["known"].to_numpy()
    never = np.iinfo(np.int64).max
    due = np.full(len(event), never)
    for at in (now, now - span):
        k = np.maximum((at - event) // step, 0)
        due = np.minimum(due, np.where(k < last, event + (k + 1) * step + (now - at), never))
    due = np.minimum(due, np.where(known + span > now, known + span, never))
    due = np.minimum(due, np.where(known > now, known, never))
    best: dict[str, int] = {}

    def offer(person: str, at: int) -> None:
        if person in listed and now < at < never:
            best[person] = min(best.get(person, at), at)

    for person, at in zip(found["person_id"].to_pylist(), due.tolist(), strict=True):
        offer(person, at)
    if groups is not None:
        for person, at in zip(
            groups["person_id"].to_pylist(), scoring.group_times(groups).tolist(), strict=True
        ):
            offer(person, at)
            offer(person, at + span)
    limit = config["patterns"]["return_interview_overdue"]["hours"] * HOUR
    p, records = facts.presence, facts.records
    records = records.filter(pc.equal(records["record_type"], "missing_episodes"))
    back = dict(zip(records["record_key"].to_pylist(), whole(records["returned_at"]).tolist(), strict=True))
    held = dict(
        zip(records["record_key"].to_pylist(), whole(records["return_interview_at"]).tolist(), strict=True)
    )
    inside = pc.is_in(p["person_id"], value_set=pa.array(sorted(listed), pa.string()))
    missing = p.filter(pc.and_(pc.equal(p["role"], "missing"), inside))
    for person, key in zip(missing["person_id"].to_pylist(), missing["record_key"].to_pylist(), strict=True):
        if back.get(key) and not held[key]:
            offer(person, back[key] + limit + 1)
    years = config["patterns"]["child"]["years"] + weights["view"]["stays_years_after_18"]
    b = facts.births
    for person, day in zip(b["person_id"].to_pylist(), b["birth"].cast(pa.int32()).to_pylist(), strict=True):
        if person in listed:
            offer(person, birthday(day, years) * DAY)
    names = sorted(best)
    return pa.table({"person_id": names, "stale_at": pa.array([best[n] for n in names], pa.int64())}).cast(
        CLOCKS
    )


def birthday(birth: int, years: int) -> int:
    """Day (since 1970) on which somebody born on day ``birth`` is ``years`` old; 29 February counts as 1 March."""
    born = EPOCH + timedelta(days=birth)
    try:
        day = born.replace(year=born.year + years)
    except ValueError:  # 29 February in a year that has none
        day = date(born.year + years, 3, 1)
    return (day - EPOCH).days
