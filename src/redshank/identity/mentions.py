"""People named only in the text of a record, linked to people already known.

A mention is compared with every known spelling of a name that sounds like it, by the forename and surname
comparisons of the linkage model. What else the record shares with the candidate's other records is added:
a telephone, a vehicle, an online name, an address, somebody named in both; a birth date or an age in the same
text; the district. A link is made where the sum passes a bar **and** the best person clearly beats the second.
So a rare name may link by itself, a common one only together with a shared fact, and an ambiguous one never.
Who bears a common name is therefore looked at only where a fact ties them to the record: the others can neither be
linked nor stand against a link, and count together in its probability (a large force has hundreds of them for each
of hundreds of mentions). A forename alone is never linked. Mentions that name somebody of the record's own people rows are left out, and
so are mentions that the text negates ("it was not …").

All weights are data (``data/model.toml``, ``[mentions]``).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from redshank.engine import Engine
from redshank.identity.contexts import Facts, sharing_records
from redshank.identity.epoch import Epoch, read_epoch
from redshank.identity.features import comparable, described
from redshank.identity.model import comparisons, model_data, scoring_sql
from redshank.identity.names import forenames_agree, root, second_root, sound
from redshank.identity.score import run_sql
from redshank.tables import BETWEEN

LINKS = BETWEEN["mention_links"].schema


@dataclass
class Known:
    """What is known of the people that a mention may be. Only whoever is asked for is looked at."""

    rows: (
        pa.Table
    )  # one for each appearance: person, record_key, first, sur, akas; empty text for what is missing
    persons: pa.Table

    @classmethod
    def of(cls, appearances: pa.Table, person_of: pa.Table, persons: pa.Table) -> Known:
        at = pc.index_in(appearances["appearance_id"], value_set=_flat(person_of["appearance_id"]))
        person = _flat(person_of["person_id"]).take(_flat(at))
        columns = {"person": person, "record_key": appearances["record_key"]}
        for name, column in (("first", "first_std"), ("sur", "sur_std"), ("akas", "aka_std")):
            columns[name] = pc.fill_null(appearances[column], "")
        rows = pa.table(columns)
        return cls(rows.filter(pc.is_valid(rows["person"])), persons)

    def names(self, of: pa.ChunkedArray | pa.Array) -> pd.DataFrame:
        """person, first, sur, akas: the distinct spellings in some rows."""
        columns = ["person", "first", "sur", "akas"]
        found = self.rows.select(columns).filter(of).group_by(columns).aggregate([])
        return found.select(columns).sort_by([(c, "ascending") for c in columns]).to_pandas()

    def records(self, of: pa.ChunkedArray | pa.Array) -> pd.DataFrame:
        """person, record_key: who stands where in some rows."""
        columns = ["person", "record_key"]
        return (
            self.rows.select(columns).filter(of).group_by(columns).aggregate([]).select(columns).to_pandas()
        )

    def among(self, column: str, values: pd.Series) -> pa.ChunkedArray:
        return pc.is_in(self.rows[column], value_set=_different(values))

    def where(self, column: str, rule: Callable[[str], bool]) -> pa.Array:
        """Rows whose value passes a rule, which is asked once for each different value."""
        coded = _flat(self.rows[column]).dictionary_encode()
        good = np.array([rule(v) for v in coded.dictionary.to_pylist()], dtype=bool)
        return pa.array(good[coded.indices.to_numpy()] if len(coded) else np.zeros(0, dtype=bool))

    def births(self, people: pd.Series) -> dict[str, dt.date]:
        asked = _different(people)
        return {person: born for person, born in _births(self.persons, asked) if born is not None}


def _different(values: pd.Series) -> pa.Array:
    return pa.array(sorted(values.unique()), pa.string())


def _flat(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def link_mentions(
    mentions: pa.Table,
    appearances: pa.Table,
    person_of: pa.Table,
    persons: pa.Table,
    epoch: dict[str, pa.Table] | Epoch,
    vehicles: pa.Table,
    phones: pa.Table,
    records: pa.Table,
    engine: Engine,
    only: pa.Array | None = None,
) -> pa.Table:
    """Links of mentions (of the records ``only``, or of all) to people, in order of record and offset.

    ``vehicles``, ``phones`` and ``records`` are the current view; of ``records`` the columns record_key, own_at,
    known_at and district are read.
    """
    read = epoch if isinstance(epoch, Epoch) else read_epoch(epoch)
    spoken = _spoken(mentions, only)
    if spoken.empty or not person_of.num_rows:
        return LINKS.empty_table()
    known = Known.of(appearances, person_of, persons)
    facts = Facts(mentions, appearances, person_of, vehicles, phones)
    alike = _alike(spoken, known, read, engine)
    found = pd.concat(
        [_likely(alike), _tied(alike, spoken, facts, known), _street(spoken, known, read)], ignore_index=True
    )
    found = _not_own(found, spoken, known)
    if found.empty:
        return LINKS.empty_table()
    order = ["points", "mention", "person", "how"]
    found = found.sort_values(order, ascending=[False, True, True, True]).drop_duplicates(
        ["mention", "person"]
    )
    found = found.merge(spoken[["mention", "record_key", "age", "near_role"]], on="mention")
    return _decide(found, facts.shared(found), spoken, known, mentions, records, alike.odds())


def _spoken(mentions: pa.Table, only: pa.Array | None) -> pd.DataFrame:
    mask = pc.and_(pc.equal(mentions["kind"], "person"), pc.invert(pc.fill_null(mentions["negated"], False)))
    if only is not None:
        mask = pc.and_(mask, pc.is_in(mentions["record_key"], value_set=only))
    frame = (
        mentions.filter(mask).to_pandas().sort_values(["record_key", "start", "end", "value"], kind="stable")
    )
    for name in ("first_std", "sur_std", "value", "near_role"):
        frame[name] = frame[name].fillna("").astype(str)
    frame = frame.reset_index(drop=True)
    frame["mention"] = np.arange(len(frame))
    return frame


def _keys(names: pd.DataFrame, column: str, swapped: bool = False) -> pd.DataFrame:
    """Keys under which a name is looked up: sound of the surname with the initial, and root with its start."""
    out = []
    for number, first, sur in zip(*(names[c].tolist() for c in (column, "first", "sur")), strict=True):
        if not sur:
            continue
        if first:
            out += [(number, f"s/{sound(sur)}/{first[0]}"), (number, f"x/{sound(first)}/{sound(sur)}")]
            if swapped:  # "a man called LARK Jon" is read forename first
                out.append((number, f"x/{sound(sur)}/{sound(first)}"))
            out += [(number, f"r/{r}/{sound(sur)[:2]}") for r in (root(first), second_root(first)) if r]
        else:
            out.append((number, f"n/{sur}"))
    return pd.DataFrame(out, columns=[column, "key"])


@dataclass
class Alike:
    """Names that are told (``l``) beside names that are known (``r``): which may be one, before anybody is asked who bears them.

    A common name of a large force is borne by hundreds and told hundreds of times: nothing here grows with their product.
    """

    names: pd.DataFrame  # l, r, points (milli-bits, prior included), how
    told: pd.DataFrame  # mention, l
    borne: pd.DataFrame  # person, r

    def odds(self) -> dict[int, float]:
        """By mention: the odds, together, of all whom their name alone makes too unlikely to be looked at one by one.

        Whoever is known by several spellings of it counts for each.
        """
        unlikely = self.names[self.names["points"] <= _floor()]
        bearers = self.borne.groupby("r")["person"].nunique()
        each = bearers.reindex(unlikely["r"]).to_numpy() * np.exp2(
            unlikely["points"].to_numpy(dtype=float) / 1000
        )
        # A sum that no order of the rows changes: a delta finds them in another than a whole night.
        by_name = pd.Series(each, index=unlikely["l"].to_numpy()).groupby(level=0).agg(math.fsum)
        told = self.told[self.told["l"].isin(by_name.index)]
        return dict(zip(told["mention"].tolist(), by_name.reindex(told["l"]).tolist(), strict=True))


def _none(**columns: type) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def _floor() -> int:
    """The points of a name up to which it decides nothing by itself: neither a link nor, as the second, against one."""
    rule = model_data()["mentions"]
    return int(rule["accept"] - rule["margin"] - rule["age_agrees"] - rule["same_district"])


def _likely(alike: Alike) -> pd.DataFrame:
    """Candidates by name alone: mention, person, points, how."""
    near = alike.names[alike.names["points"] > _floor()]
    rows = near.merge(alike.borne, on="r").merge(alike.told, on="l")
    return rows[["mention", "person", "points", "how"]]


def _tied(alike: Alike, spoken: pd.DataFrame, facts: Facts, known: Known) -> pd.DataFrame:
    """Candidates of a common name: only whoever shares a fact with the record, or was born on a day that it tells."""
    far = alike.names[alike.names["points"] <= _floor()]
    told = alike.told[alike.told["l"].isin(far["l"])].merge(spoken[["mention", "record_key"]], on="mention")
    borne = alike.borne[alike.borne["r"].isin(far["r"])]
    pairs = facts.tied(told["record_key"], borne["person"], known)
    rows = pairs.merge(told, on="record_key").merge(borne, on="person").merge(far, on=["l", "r"])
    return rows[["mention", "person", "points", "how"]]


def _alike(spoken: pd.DataFrame, known: Known, epoch: Epoch, engine: Engine) -> Alike:
    """Which known names a mention's name may be, by the model's comparisons of forenames and surnames."""
    empty = Alike(
        _none(l=int, r=int, points=int, how=str), _none(mention=int, l=int), _none(person=str, r=int)
    )
    said = spoken[(spoken["sur_std"] != "") & ~spoken["nickname"].fillna(False).astype(bool)]
    if said.empty:
        return empty
    wanted = said[["first_std", "sur_std"]].drop_duplicates().reset_index(drop=True)
    wanted = wanted.rename(columns={"first_std": "first", "sur_std": "sur"})
    wanted["l"] = np.arange(len(wanted))
    asked = _keys(wanted, "l", swapped=True)
    keys = asked["key"].tolist()
    surnames = {key.split("/")[1] for key in keys if key[0] in "sn"} | {k.split("/")[-1] for k in keys}
    called = known.names(
        known.where("sur", lambda s: bool(s) and not surnames.isdisjoint((s, sound(s), sound(s)[:2])))
    )
    near = called[["first", "sur", "akas"]].drop_duplicates().reset_index(drop=True)
    near["r"] = len(wanted) + np.arange(len(near))
    offered = _keys(near, "r")
    bare = near[["r", "sur"]].assign(key="n/" + near["sur"])[["r", "key"]]
    pairs = asked.merge(pd.concat([offered, bare]), on="key")[["l", "r"]].drop_duplicates()
    if pairs.empty:
        return empty
    both = pd.concat([wanted.rename(columns={"l": "n"}), near.rename(columns={"r": "n"})], ignore_index=True)
    features = _features(both, epoch)
    sql = scoring_sql(epoch.u, epoch.prior, None, only=("forename", "surname"))
    scored = run_sql(
        engine, sql, {"pairs": pa.Table.from_pandas(pairs, preserve_index=False), "described": features}
    )
    rows = scored.to_pandas()
    levels = {n: {v.gamma: v.code for v in found} for n, found in comparisons().items()}
    agreeing = {
        "same",
        "nickname",
        "close",
        "similar",
        "swapped",
        "missing",
        "initial",
        "middle",
        "part",
        "alias",
    }
    rows["f"] = rows["g_forename"].map(levels["forename"])
    rows["s"] = rows["g_surname"].map(levels["surname"])
    rows = rows[rows["f"].isin(agreeing) & rows["s"].isin(agreeing - {"missing"})]
    rows["how"] = _said_how(rows["f"], rows["s"])
    names = rows[["l", "r", "score", "how"]].rename(columns={"score": "points"})
    told = said.merge(wanted, left_on=["first_std", "sur_std"], right_on=["first", "sur"])[["mention", "l"]]
    near = near[near["r"].isin(names["r"])]
    borne = called.merge(near, on=["first", "sur", "akas"])[["person", "r"]].drop_duplicates()
    return Alike(names, told, borne)


def _said_how(first: pd.Series, sur: pd.Series) -> pd.Series:
    words = {(v.comparison, v.code): v.words for levels in comparisons().values() for v in levels}
    return first.map(lambda c: words["forename", c]) + "; " + sur.map(lambda c: words["surname", c])


def _features(names: pd.DataFrame, epoch: Epoch) -> pa.Table:
    """Names as the model reads them: everything but names is missing."""
    rows = pa.table(
        {
            "appearance_id": pa.array(names["n"].to_numpy(), pa.int64()),
            "fore_std": pa.array(names["first"].tolist(), pa.string()),
            "first_std": pa.array(names["first"].tolist(), pa.string()),
            "sur_std": pa.array(names["sur"].tolist(), pa.string()),
            "aka_std": pa.array(names["akas"].fillna("").tolist(), pa.string()),
        }
    )
    nothing = {
        c.name: pa.nulls(rows.num_rows, c.type)
        for c in BETWEEN["appearances"].columns
        if c.name not in rows.column_names
    }
    for name, column in nothing.items():
        rows = rows.append_column(name, column)
    return described(comparable(rows), epoch.bits, epoch.rarest)


def _street(spoken: pd.DataFrame, known: Known, epoch: Epoch) -> pd.DataFrame:
    """Candidates by street name: the mention is one of a person's other names."""
    said = spoken[spoken["nickname"].fillna(False).astype(bool)]
    if said.empty:
        return _none(mention=int, person=str, points=int, how=str)
    aliases = known.names(pc.not_equal(known.rows["akas"], ""))[["person", "akas"]].drop_duplicates()
    rows = [
        (p, a)
        for p, text in zip(aliases["person"], aliases["akas"], strict=True)
        for a in text.split("|")
        if a
    ]
    owners = pd.DataFrame(rows, columns=["person", "value"]).drop_duplicates()
    out = said[["mention", "value"]].merge(owners, on="value")
    count = owners.groupby("value")["person"].nunique()
    most = int(model_data()["mentions"]["nickname_most"])
    points = [
        epoch.prior + min(most, round(1000 * math.log2(epoch.population / count[v]))) for v in out["value"]
    ]
    return pd.DataFrame(
        {"mention": out["mention"], "person": out["person"], "points": points, "how": "known by this name"}
    )


def _not_own(found: pd.DataFrame, spoken: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Candidates without those of mentions that name one of the record's own people."""
    spoken = spoken[spoken["mention"].isin(found["mention"].unique())]
    own = known.records(known.among("record_key", spoken["record_key"])).rename(columns={"person": "own"})
    here = spoken[["mention", "record_key", "first_std", "sur_std", "value"]].merge(own, on="record_key")
    names = known.names(known.among("person", own["own"]))
    here = here.merge(names.rename(columns={"person": "own"}), on="own")
    named = set()
    columns = ("mention", "first_std", "sur_std", "value", "first", "sur", "akas")
    for m, first, sur, value, f, s, akas in zip(*(here[c].tolist() for c in columns), strict=True):
        surnames = not sur or not s or sur == s or sound(sur) == sound(s)
        forenames = not first or not f or forenames_agree(first, f)
        if (surnames and forenames and (sur or first)) or value in akas.split("|"):
            named.add(m)
    return found[~found["mention"].isin(named)]


def _decide(
    found: pd.DataFrame, reasons: dict[tuple[str, str], list[tuple[int, str]]], spoken: pd.DataFrame, known: Known,
    mentions: pa.Table, records: pa.Table, others: dict[int, float],
) -> pa.Table:  # fmt: skip
    """``others`` are the odds of further people of such a name, by mention."""
    rule = model_data()["mentions"]
    stand = known.records(known.among("person", found["person"]))
    born_on = known.births(found["person"])
    times, districts = _of_records(records, pd.concat([found["record_key"], stand["record_key"]]))
    by_person: dict[str, set[str]] = {}
    for owner, key in zip(stand["person"].tolist(), stand["record_key"].tolist(), strict=True):
        if districts.get(key):
            by_person.setdefault(owner, set()).add(districts[key])
    births = mentions.filter(pc.equal(mentions["kind"], "birth_date"))
    told: dict[str, set[str]] = {}
    for record, value in zip(births["record_key"].to_pylist(), births["value"].to_pylist(), strict=True):
        told.setdefault(record, set()).add(value)
    alone = spoken.groupby("record_key").size()
    candidates: dict[int, list[tuple[int, str, str]]] = {}
    columns = ("mention", "record_key", "person", "points", "how", "age", "near_role")
    for m, record, person, points, how, age, near in zip(*(found[c].tolist() for c in columns), strict=True):
        total, why = int(points), [how]
        for place, (bits, words) in enumerate(reasons.get((record, person), [])):
            total += bits if place == 0 else int(rule["second_context"])
            why.append(words)
        born, when = born_on.get(person), times.get(record)
        if born and born.isoformat() in told.get(record, ()):
            total += int(rule["birth_date"])
            why.append("birth date in the text")
        elif born and told.get(record) and alone[record] == 1 and len(told[record]) == 1:
            total -= int(rule["age_agrees"])
        if born and when is not None:
            years = (when.date() - born).days / 365.25
            if age is not None and not pd.isna(age):
                gap = abs(math.floor(years) - int(age))
                if gap <= 1:
                    total += int(rule["age_agrees"])
                    why.append("age in the text")
                elif gap > 3:
                    total += int(rule["age_differs"])
            elif (near == "child" and years >= 19) or (near == "adult" and years < 15):
                total += int(rule["role_differs"])
        if districts.get(record) and districts[record] in by_person.get(person, ()):
            total += int(rule["same_district"])
            why.append("same district")
        candidates.setdefault(m, []).append((total, person, "; ".join(why)))
    said = spoken.set_index("mention")[["record_key", "start", "end"]].to_dict("index")
    rows = []
    for m, options in candidates.items():
        options.sort(key=lambda o: (-o[0], o[1]))
        total, person, because = options[0]
        second = options[1][0] if len(options) > 1 else -(10**9)
        if total < int(rule["accept"]) or total - second < int(rule["margin"]):
            continue
        odds = [2 ** (min(o[0], 60000) / 1000) for o in options]
        at = said[m]
        rows.append(
            {
                "record_key": at["record_key"],
                "start": int(at["start"]),
                "end": int(at["end"]),
                "person_id": person,
                "probability": odds[0] / (1 + sum(odds) + others.get(m, 0.0)),
                "why": because,
            }
        )
    rows.sort(key=lambda r: (r["record_key"], r["start"], r["end"], r["person_id"]))
    return BETWEEN["mention_links"].build(rows)


def _of_records(records: pa.Table, keys: pd.Series) -> tuple[dict[str, dt.datetime], dict[str, str]]:
    near = records.filter(pc.is_in(records["record_key"], value_set=_different(keys)))
    key = near["record_key"].to_pylist()
    when = pc.coalesce(near["own_at"], near["known_at"]).to_pylist()
    times = {k: t for k, t in zip(key, when, strict=True) if t is not None}
    return times, {k: d for k, d in zip(key, near["district"].to_pylist(), strict=True) if d}


def records_to_relink(
    mentions: pa.Table,
    changed_records: pa.Array,
    changed_people: pa.Array,
    appearances: pa.Table,
    vehicles: pa.Table,
    phones: pa.Table,
    records: pa.Table,
    links: pa.Table,
    epoch: dict[str, pa.Table] | Epoch,
    engine: Engine,
    *,
    before: dict[str, pa.Table],
    now: dict[str, pa.Table],
) -> pa.Array:
    """Records whose mentions have to be linked again after a delta; hand them to :func:`link_mentions` as ``only``.

    They are the changed records and those that name somebody who goes by another id; those with a link to a person of
    whom something is new, or with a mention whose name may be such a person's; and those that share a telephone,
    vehicle, … with any of the first two. ``before`` and ``now`` hold ``person_of`` and ``persons``.
    """
    epoch = epoch if isinstance(epoch, Epoch) else read_epoch(epoch)
    moved = _moved(before["person_of"], now["person_of"], changed_people, changed_records)
    people = _with_news(changed_people, changed_records, moved, appearances, records, before, now)
    theirs = _of(now["person_of"], "person_id", people)
    known = Known.of(appearances, theirs, now["persons"])
    gone = _of(before["persons"], "person_id", people)
    earlier = pa.table(
        {
            "person": gone["person_id"],
            "record_key": pa.array([""] * gone.num_rows, pa.string()),
            "first": pa.array(
                [(f or "").upper().split(" ")[0] for f in gone["forenames"].to_pylist()], pa.string()
            ),
            "sur": pc.utf8_upper(pc.fill_null(gone["surname"], "")),
            "akas": pa.array([""] * gone.num_rows, pa.string()),
        }
    )
    known.rows = pa.concat_tables([known.rows, earlier])
    mask = pc.and_(pc.equal(mentions["kind"], "person"), pc.invert(pc.fill_null(mentions["negated"], False)))
    spoken = mentions.filter(mask).select(["record_key", "first_std", "sur_std", "value"])
    said = _flat(
        pc.binary_join_element_wise(*(pc.fill_null(spoken[c], "") for c in ("first_std", "sur_std")), "\x1f")
    ).dictionary_encode()
    pairs = [v.partition("\x1f") for v in said.dictionary.to_pylist()]
    frame = pd.DataFrame(
        {"mention": range(len(pairs)), "first_std": [p[0] for p in pairs], "sur_std": [p[2] for p in pairs]}
    ).assign(nickname=False)
    meant = np.zeros(len(pairs), dtype=bool)
    alike = _alike(frame, known, epoch, engine)
    meant[alike.told.loc[alike.told["l"].isin(alike.names["l"]), "mention"].to_numpy(dtype=np.int64)] = True
    by_name = meant[said.indices.to_numpy()] if len(said) else meant
    streets = {a for text in pc.unique(known.rows["akas"]).to_pylist() for a in text.split("|") if a}
    by_street = pc.is_in(spoken["value"], value_set=pa.array(sorted(streets), pa.string()))
    found = set(spoken["record_key"].filter(pc.or_(pa.array(by_name), _flat(by_street))).to_pylist())
    found |= set(theirs["record_key"].to_pylist())  # where a name may be one of the record's own people now
    # Also by whom a record named before: what it no longer shares was a reason until now.
    core = pc.unique(pa.concat_arrays([changed_records, _flat(moved["record_key"])]))
    either = pa.concat_tables([now["person_of"].select(moved.column_names), moved])
    found |= set(sharing_records(mentions, appearances, either, vehicles, phones, core))
    found &= set(spoken["record_key"].to_pylist())
    found |= set(core.to_pylist())
    found |= set(_of(links, "person_id", people)["record_key"].to_pylist())
    return pa.array(sorted(found), pa.string())


def _of(rows: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return rows.filter(pc.is_in(rows[column], value_set=values))


def _moved(before: pa.Table, now: pa.Table, people: pa.Array, changed_records: pa.Array) -> pa.Table:
    """appearance_id, record_key, person_id of the rows, outside the changed records, that went from one of the people to
    another: as they were and as they are."""
    names = ["appearance_id", "record_key", "person_id"]
    sides = [_of(t, "person_id", people).select(names) for t in (before, now)]
    sides = [t.filter(pc.invert(pc.is_in(t["record_key"], value_set=changed_records))) for t in sides]
    lines = [
        pc.binary_join_element_wise(t["appearance_id"].cast(pa.string()), t["person_id"], "|") for t in sides
    ]
    return pa.concat_tables(
        [
            t.filter(pc.invert(pc.is_in(mine, value_set=_flat(other))))
            for t, mine, other in zip(sides, lines, reversed(lines), strict=True)
        ]
    )


def _with_news(
    people: pa.Array, changed_records: pa.Array, moved: pa.Table, appearances: pa.Table, records: pa.Table,
    before: dict[str, pa.Table], now: dict[str, pa.Table],
) -> pa.Array:  # fmt: skip
    """Of the changed people those of whom a mention may now think otherwise, and whoever stands or stood in a record that
    came again. The others only stand in one more record, under a name, in a district and with a birth date known of them.
    """
    both = [_flat(t["persons"]["person_id"]) for t in (before, now)]
    born = [dict(_births(t["persons"], people)) for t in (before, now)]
    again = _of(before["person_of"], "record_key", changed_records)
    known_records = pc.unique(_flat(again["record_key"]))
    here = _of(now["person_of"], "record_key", known_records)
    sure = [_flat(again["person_id"]), _flat(here["person_id"]), _flat(moved["person_id"])]
    sure += [people.filter(pc.invert(pc.is_in(people, value_set=known))) for known in both]
    sure.append(pa.array([p for p in people.to_pylist() if born[0].get(p) != born[1].get(p)], pa.string()))
    certain = pc.unique(pa.concat_arrays(sure))
    rest = people.filter(pc.invert(pc.is_in(people, value_set=certain)))
    rows = _of(now["person_of"], "person_id", rest).select(["appearance_id", "record_key", "person_id"])
    at = pc.index_in(rows["appearance_id"], value_set=_flat(appearances["appearance_id"]))
    told = [
        pc.fill_null(_flat(appearances[c]).take(_flat(at)), "") for c in ("first_std", "sur_std", "aka_std")
    ]
    where = pc.index_in(rows["record_key"], value_set=_flat(records["record_key"]))
    district = pc.fill_null(_flat(records["district"]).take(_flat(where)), "")
    fresh = _flat(pc.is_in(rows["record_key"], value_set=changed_records))
    person = _flat(rows["person_id"])
    news = []
    for fact in (
        pc.binary_join_element_wise(person, *told, "\x1f"),
        pc.binary_join_element_wise(person, district, "\x1f"),
    ):
        old = pc.unique(fact.filter(pc.invert(fresh)))
        news.append(person.filter(pc.and_(fresh, pc.invert(pc.is_in(fact, value_set=old)))))
    return pc.unique(pa.concat_arrays([certain, *news]))


def _births(persons: pa.Table, people: pa.Array) -> list[tuple[str, dt.date | None]]:
    rows = _of(persons, "person_id", people)
    return list(zip(rows["person_id"].to_pylist(), rows["date_of_birth"].to_pylist(), strict=True))
