"""Who is who: from all current appearances to people, computing only what a delta touches.

Full and incremental are one path. What is touched is found in steps that each look only at keys:

1. profiles that gained or lost an appearance, and profiles in a block that crossed its cap;
2. pairs of those are scored again, all other pairs stand as they were;
3. components that hold a touched appearance, a new pair or a judged appearance are cut again;
4. all cores are attached anew (:mod:`redshank.identity.attach`), since who else bears a name counts;
5. people who gained or lost a row get ids from the ledger and a new row of what is known of them.

With no state everything is touched, which is the full run. With the same appearances, epoch, judgements and
ledger the tables are equal whichever way they were reached.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.engine import Engine
from redshank.identity.attach import attach
from redshank.identity.blocks import CAPPED, candidates, capped, members_of, rules
from redshank.identity.cluster import Edges, People, beyond_names, cut
from redshank.identity.cores import Rows
from redshank.identity.describe import PERSONS, describe
from redshank.identity.epoch import Epoch, read_epoch
from redshank.identity.features import Profiles, distinct, profiles, within
from redshank.identity.ledger import Group, assign
from redshank.identity.model import model_data
from redshank.identity.score import reasons, score
from redshank.stage import Counts
from redshank.tables import BETWEEN

PROFILE_OF = pa.schema(
    [
        ("appearance_id", pa.int64()),
        ("profile", pa.int64()),
        ("core", pa.int64()),
        ("person", pa.int64()),
        ("margin", pa.int64()),
    ]
)  # core, person: the smallest appearance_id of either; margin: by which the core was attached, -1 it was not
PAIRS = BETWEEN["pairs"].schema
PERSON_OF = BETWEEN["person_of"].schema
STATE = {
    "pairs": PAIRS,
    "person_of": PERSON_OF,
    "persons": PERSONS,
    "profile_of": PROFILE_OF,
    "capped_blocks": CAPPED,
}


@dataclass
class Resolved:
    """What :func:`resolve` gives: its tables (also the next run's state), counts, and what changed."""

    tables: dict[str, pa.Table]
    counts: Counts
    changed_people: pa.Array  # person_ids that gained, lost or changed something, also ids that ended
    scored: int  # pairs compared
    clustered: int  # appearances whose component was cut again


def resolve(
    appearances: pa.Table,
    changed_ids: pa.Array | None,
    state: dict[str, pa.Table] | None,
    epoch: dict[str, pa.Table] | Epoch,
    judgements: pa.Table,
    ledger: pa.Table,
    run_no: int,
    engine: Engine,
    records: pa.Table | None = None,
) -> Resolved:
    """People of all current appearances.

    ``records`` (record_key, postcode) tells where the records happened; without it places do not count.

    ``changed_ids`` None computes everything again; the state then serves only to tell which ids split.
    Appearances in the state that are no longer current are gone; new ones are found without being named.
    """
    read = epoch if isinstance(epoch, Epoch) else read_epoch(epoch)
    old = {name: (state or {}).get(name, schema.empty_table()) for name, schema in STATE.items()}
    full = changed_ids is None or state is None
    who = profiles(appearances)
    found = rules(who)
    capped_now, capped_members = capped(who, found)
    if full:
        touched = np.ones(len(who.rep), dtype=bool)
    else:
        touched = _touched_profiles(who, old["profile_of"], changed_ids)
        touched[_crossed(who, found, old["capped_blocks"], capped_now, capped_members)] = True
    pairs, retracted, scored, fresh = _pairs(who, found, touched, old["pairs"], read, engine, full)
    cut_again = _affected(who, touched, fresh, old["person_of"], judgements, appearances, full)
    marks = _cut_again(who, cut_again, pairs, old, judgements, appearances)
    told = Rows.of(appearances, who, records)
    _, apart = _judged_places(who, judgements, appearances)
    marks.person, marks.margin = attach(who, told, marks.core, read, apart)
    work = _moved(who, marks, cut_again, old["profile_of"], full)
    person_of, groups, ordered = _people(who, work, marks, _strong(who, pairs, work), appearances)
    before = dict(
        zip(
            old["person_of"]["appearance_id"].to_pylist(),
            old["person_of"]["person_id"].to_pylist(),
            strict=True,
        )
        if full
        else _before(old["person_of"], who.ids[work])
    )
    ids, ledger_now = assign(groups, ledger.cast(BETWEEN["person_ledger"].schema), before, run_no)
    person_of = person_of.set_column(
        3, PERSON_OF.field("person_id"), pa.array(ids, pa.string()).take(pa.array(ordered))
    )
    people = describe(person_of, appearances)
    tables, changed, gone = _merge(old, person_of, people, who.ids, work, full)
    tables |= {
        "pairs": pairs,
        "person_ledger": ledger_now,
        "capped_blocks": capped_now,
        "profile_of": pa.table(
            [who.ids, who.rep[who.of], who.ids[marks.core], who.ids[marks.person], marks.margin],
            schema=PROFILE_OF,
        ),
    }
    counts = Counts(
        read=len(work),
        written=person_of.num_rows + people.num_rows + fresh.num_rows,
        carried=tables["person_of"].num_rows - person_of.num_rows,
        retracted=retracted + gone,
    )
    return Resolved(tables, counts, changed, scored, len(work))


def _touched_profiles(who: Profiles, profile_of: pa.Table, changed_ids: pa.Array) -> np.ndarray:
    """Profiles that gained or lost an appearance since the state was written, or that the caller names."""
    was = profile_of["appearance_id"].to_numpy()
    new = ~within(who.ids, was)
    named = (
        within(who.ids, np.asarray(changed_ids.cast(pa.int64()), dtype=np.int64)) if len(changed_ids) else new
    )
    gone = ~within(was, who.ids)
    lost = distinct(profile_of["profile"].to_numpy()[gone])
    left = was[within(profile_of["profile"].to_numpy(), lost)] if len(lost) else lost
    touched = np.zeros(len(who.rep), dtype=bool)
    touched[who.of[new | named | within(who.ids, left)]] = True
    return touched


def _crossed(
    who: Profiles, found: list, before: pa.Table, now: pa.Table, members: dict[tuple[str, str], np.ndarray]
) -> np.ndarray:
    """Profiles in blocks that were over their cap and are not now, or the other way round."""
    was = set(zip(before["rule"].to_pylist(), before["block"].to_pylist(), strict=True))
    over = [members[key] for key in members if key not in was]
    under = sorted(was - members.keys())
    rows = pa.table([[r for r, _ in under], [b for _, b in under]], schema=CAPPED)
    return distinct(np.concatenate([np.array([], np.int64), *over, members_of(found, rows, who)])).astype(
        np.int64
    )


def _pairs(
    who: Profiles, found: list, touched: np.ndarray, old: pa.Table, epoch: Epoch, engine: Engine, full: bool
) -> tuple[pa.Table, int, int, pa.Table]:
    """All pairs now; how many were retracted; how many compared; the freshly scored ones."""
    decide = model_data()["decide"]
    left, right = candidates(who, found, None if full else touched)
    # appearances of one profile are compared with its representative: one comparison speaks for all of them
    first = np.zeros(len(who.ids), dtype=bool)
    first[np.searchsorted(who.ids, who.rep)] = True
    member = np.flatnonzero(~first & touched[who.of])
    own = distinct(who.of[member])
    scored = score(
        who, np.concatenate([left, own]), np.concatenate([right, own]), epoch, engine, int(decide["keep"])
    )
    why = reasons(scored)
    one, two, points = (scored[c].to_numpy() for c in ("l", "r", "score"))
    between = one != two
    place = np.full(len(who.rep), -1)
    place[one[~between]] = np.flatnonzero(~between)
    member = member[place[who.of[member]] >= 0]
    of_own = place[who.of[member]]
    a = np.concatenate([who.rep[one[between]], who.rep[who.of[member]]])
    b = np.concatenate([who.rep[two[between]], who.ids[member]])
    fresh = pa.table(
        [
            pa.array(a), pa.array(b), pa.array(np.concatenate([points[between], points[of_own]])),
            pa.concat_arrays([why.filter(pa.array(between)), why.take(pa.array(of_own, pa.int64()))]),
        ],
        schema=PAIRS,
    )  # fmt: skip
    if full:
        kept = PAIRS.empty_table()
    else:
        stays = pa.array(who.ids[~touched[who.of]])
        kept = old.filter(pc.and_(pc.is_in(old["a"], value_set=stays), pc.is_in(old["b"], value_set=stays)))
    retracted = old.num_rows - kept.num_rows
    both = pa.concat_tables([kept, fresh]).combine_chunks()
    return both.take(pa.array(_in_order(both, fresh))), retracted, len(left) + len(own), fresh


def _in_order(both: pa.Table, fresh: pa.Table) -> np.ndarray:
    """Order by a, then b. All but the fresh rows are in order already, so only their neighbours are sorted."""
    a, b = both["a"].to_numpy(), both["b"].to_numpy()
    order = np.argsort(a, kind="stable")
    near = np.flatnonzero(within(a[order], fresh["a"].to_numpy()))
    rows = order[near]
    order[near] = rows[np.lexsort((b[rows], a[rows]))]
    return order


def _judged(judgements: pa.Table, appearances: pa.Table) -> tuple[list, list, set[int]]:
    """Pairs of appearance_ids judged the same and not the same (latest word of each pair), and all judged."""
    rows = [r for r in judgements.to_pylist() if r["kind"] in ("same", "not_same")]
    if not rows:
        return [], [], set()
    types = {r[f"{s}_record_type"] for r in rows for s in "ab"}
    refs = pa.array(sorted({r[f"{s}_record_ref"] for r in rows for s in "ab"}), pa.string())
    near = appearances.filter(
        pc.and_(
            pc.is_in(appearances["record_ref"], value_set=refs),
            pc.is_in(appearances["record_type"], value_set=pa.array(sorted(types), pa.string())),
        )
    ).select(["record_type", "record_ref", "row", "appearance_id"])
    index = {(r["record_type"], r["record_ref"], r["row"]): r["appearance_id"] for r in near.to_pylist()}
    latest: dict[tuple[int, int], str] = {}
    every: set[int] = set()
    for r in sorted(rows, key=lambda r: (str(r["at"]), r["judgement_id"])):
        ends = [index.get((r[f"{s}_record_type"], r[f"{s}_record_ref"], r[f"{s}_row"])) for s in "ab"]
        here = sorted({e for e in ends if e is not None})
        every.update(here)
        if len(here) < 2:
            continue
        pair = (here[0], here[1])
        if r["withdrawn_at"] is None:
            latest[pair] = r["kind"]
    same = sorted(p for p, kind in latest.items() if kind == "same")
    return same, sorted(p for p, kind in latest.items() if kind == "not_same"), every


def _affected(
    who: Profiles, touched: np.ndarray, fresh: pa.Table, person_of: pa.Table, judgements: pa.Table,
    appearances: pa.Table, full: bool,
) -> np.ndarray:  # fmt: skip
    """Places (in order of appearance_id) whose component has to be cut again."""
    if full:
        return np.arange(len(who.ids))
    was = person_of["appearance_id"].to_numpy()
    component = person_of["component"].to_numpy()
    _, _, judged = _judged(judgements, appearances)
    hit = np.concatenate(
        [
            who.ids[touched[who.of]],
            was[~within(was, who.ids)],
            fresh["a"].to_numpy(),
            fresh["b"].to_numpy(),
            np.array(sorted(judged), dtype=np.int64),
        ]
    )
    inside = within(component, distinct(component[within(was, hit)]))
    return np.flatnonzero(within(who.ids, was[inside]) | within(who.ids, hit) | ~within(who.ids, was))


@dataclass
class Marks:
    """Of each place (in order of appearance_id): component, core and person, as the smallest place of each; and the
    margin by which its core was attached (-1: it was not)."""

    raw: np.ndarray
    core: np.ndarray
    person: np.ndarray
    margin: np.ndarray


def _judged_places(who: Profiles, judgements: pa.Table, appearances: pa.Table) -> tuple[list, list]:
    """Places judged the same and not the same."""
    same, apart, _ = _judged(judgements, appearances)
    place = {v: int(np.searchsorted(who.ids, v)) for pair in (*same, *apart) for v in pair}
    return [(place[a], place[b]) for a, b in same], [(place[a], place[b]) for a, b in apart]


def _strong(who: Profiles, pairs: pa.Table, work: np.ndarray) -> Edges:
    """Accepted pairs with evidence beyond names among the places ``work``."""
    decide = model_data()["decide"]
    if len(work) < len(who.ids):
        pairs = pairs.filter(pc.is_in(pairs["a"], value_set=pa.array(who.ids[work])))
    pairs = pairs.filter(pc.greater_equal(pairs["score"], int(decide["accept"])))
    pairs = pairs.filter(beyond_names(pairs["why"]))
    return Edges.of(
        np.searchsorted(who.ids, pairs["a"].to_numpy()), np.searchsorted(who.ids, pairs["b"].to_numpy()),
        pairs["score"].to_numpy(), pairs["why"],
    )  # fmt: skip


def _cut_again(
    who: Profiles, work: np.ndarray, pairs: pa.Table, old: dict[str, pa.Table], judgements: pa.Table, appearances: pa.Table
) -> Marks:  # fmt: skip
    """Components and cores, cut anew for the places ``work`` and as they stood for others."""
    edges = _strong(who, pairs, work)
    n = len(who.ids)
    raw, core = np.arange(n), np.arange(n)
    for table, column, into in (("person_of", "component", raw), ("profile_of", "core", core)):
        was = old[table]
        here = within(was["appearance_id"].to_numpy(), np.delete(who.ids, work))
        place = np.searchsorted(who.ids, was["appearance_id"].to_numpy()[here])
        into[place] = np.searchsorted(who.ids, was[column].to_numpy()[here])
    inside = np.full(n, -1)
    inside[work] = np.arange(len(work))
    near = (inside[edges.left] >= 0) & (inside[edges.right] >= 0)
    local = Edges(
        inside[edges.left[near]],
        inside[edges.right[near]],
        edges.score[near],
        edges.typing[near],
        edges.unnamed[near],
    )
    year, month, day, known = who.birth_days
    date = np.where(known, year * 10000 + np.minimum(month, day) * 100 + np.maximum(month, day), 0)
    profile = who.of[work]
    code, names = who.coded["first"]
    first = np.array([*names.to_pylist(), None], dtype=object)[code[profile]]
    same, apart = (
        [(int(inside[a]), int(inside[b])) for a, b in found if inside[a] >= 0 and inside[b] >= 0]
        for found in _judged_places(who, judgements, appearances)
    )
    raw_here, core_here = cut(
        People(np.where(known, year, 0)[profile], first, date[profile]), local, same, apart
    )
    raw[work], core[work] = work[raw_here], work[core_here]
    return Marks(raw, core, core, np.full(n, -1))


def _moved(who: Profiles, marks: Marks, cut_again: np.ndarray, was: pa.Table, full: bool) -> np.ndarray:
    """Places of people who gained or lost somebody, or were cut again."""
    n = len(who.ids)
    if full:
        return np.arange(n)
    ids = was["appearance_id"].to_numpy()
    here = within(ids, who.ids)
    place = np.searchsorted(who.ids, ids[here])
    person, margin = np.full(n, -1), np.full(n, -2)
    person[place], margin[place] = was["person"].to_numpy()[here], was["margin"].to_numpy()[here]
    moved = (person != who.ids[marks.person]) | (margin != marks.margin)
    moved[cut_again] = True
    left = distinct(np.concatenate([was["person"].to_numpy()[~here], person[moved]]))
    moved |= within(person, left[left >= 0])
    hit = np.zeros(n, dtype=bool)
    hit[marks.person[moved]] = True
    return np.flatnonzero(hit[marks.person])


def _people(
    who: Profiles, work: np.ndarray, marks: Marks, strong: Edges, appearances: pa.Table
) -> tuple[pa.Table, list[Group], np.ndarray]:
    """person_of for the places ``work`` (person_id still empty), the groups, and each row's group."""
    n, ids, person = len(who.ids), who.ids[work], marks.person[work]
    # best pair within the person, as a share: 2^w / (1 + 2^w); for an attached core no more than its margin
    best = np.full(n, -(10**9))
    joined = marks.person[strong.left] == marks.person[strong.right]
    np.maximum.at(best, strong.left[joined], strong.score[joined])
    np.maximum.at(best, strong.right[joined], strong.score[joined])
    best, margin = best[work], marks.margin[work]
    best = np.where(margin < 0, best, np.where(best == -(10**9), margin, np.minimum(best, margin)))
    size = np.bincount(marks.person, minlength=n)[person]
    # joined by a judgement alone (a person said so), or the one to whom others were attached
    alone = (size == 1) | (best == -(10**9))
    probability = np.where(alone, 1.0, 1 / (1 + np.exp2(-np.where(alone, 0, best) / 1000)))

    rows = appearances.select(["appearance_id", "record_key", "known_at"])
    order = np.argsort(rows["appearance_id"].to_numpy(), kind="stable")[work]
    rows = rows.take(pa.array(order))
    groups, group_of = _groups(ids, person, rows)
    table = pa.table(
        [
            pa.array(ids), rows["record_key"], pa.array(who.ids[marks.raw[work]]),
            pa.nulls(len(ids), pa.string()), pa.array(probability),
        ],
        schema=PERSON_OF,
    )  # fmt: skip
    return table, groups, group_of


def _groups(ids: np.ndarray, person: np.ndarray, rows: pa.Table) -> tuple[list[Group], np.ndarray]:
    """People as the ledger takes them, and each row's place among them."""
    known_at = pc.fill_null(rows["known_at"].cast(pa.int64()), 2**62)
    frame = pa.table(
        {
            "person": person,
            "known_at": known_at,
            "key": rows["record_key"],
            "id": ids,
        }
    )
    frame = frame.take(
        pc.sort_indices(
            frame,
            [("person", "ascending"), ("known_at", "ascending"), ("key", "ascending"), ("id", "ascending")],
        )
    )
    owner = frame["person"].to_numpy()
    start = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]])) if len(owner) else owner
    seeds = [
        f"{t:020d}|{k}|{i}"
        for t, k, i in zip(
            *(frame[c].take(pa.array(start)).to_pylist() for c in ("known_at", "key", "id")), strict=True
        )
    ]
    members = frame["id"].to_pylist()
    ends = [*start[1:].tolist(), len(owner)] if len(owner) else []
    groups = [
        Group(tuple(members[s:e]), seed) for s, e, seed in zip(start.tolist(), ends, seeds, strict=True)
    ]
    return groups, np.searchsorted(owner[start], person)


def _before(person_of: pa.Table, ids: np.ndarray) -> list[tuple[int, str]]:
    rows = person_of.filter(pc.is_in(person_of["appearance_id"], value_set=pa.array(ids)))
    return list(zip(rows["appearance_id"].to_pylist(), rows["person_id"].to_pylist(), strict=True))


def _merge(
    old: dict[str, pa.Table],
    person_of: pa.Table,
    people: pa.Table,
    ids: np.ndarray,
    work: np.ndarray,
    full: bool,
) -> tuple[dict[str, pa.Table], pa.Array, int]:
    """State with the affected rows replaced; people that changed; rows that are gone."""
    was = old["person_of"]
    stays = pc.is_in(was["appearance_id"], value_set=pa.array(np.delete(ids, work)))
    replaced = was.filter(pc.invert(stays))
    gone = replaced.num_rows - int(
        pc.sum(pc.is_in(replaced["appearance_id"], value_set=pa.array(ids))).as_py() or 0
    )
    ended = pc.unique(replaced["person_id"])
    all_of = pa.concat_tables([was.filter(stays), person_of]).combine_chunks()
    all_of = all_of.take(pc.sort_indices(all_of, [("appearance_id", "ascending")]))
    kept_people = old["persons"].filter(pc.invert(pc.is_in(old["persons"]["person_id"], value_set=ended)))
    all_people = pa.concat_tables([kept_people, people]).combine_chunks()
    all_people = all_people.take(pc.sort_indices(all_people, [("person_id", "ascending")]))
    before_of = replaced.join(person_of, keys=PERSON_OF.names, join_type="left anti")
    after_of = person_of.join(replaced, keys=PERSON_OF.names, join_type="left anti")
    changed = pc.unique(
        pa.chunked_array([*before_of["person_id"].chunks, *after_of["person_id"].chunks], pa.string())
    )
    changed = changed.take(pc.sort_indices(changed))
    return {"person_of": all_of, "persons": all_people}, changed, gone
