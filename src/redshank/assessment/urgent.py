"""What rose, and what cannot wait for the daily meeting.

Both only order attention: a person takes each item, and every list says on its face that it replaces no
emergency call.
"""

from __future__ import annotations

import json
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from redshank.assessment.children import HARM, birthday, labels
from redshank.assessment.config import Config
from redshank.assessment.facts import DAY, Facts, View, build, known_records, micros, strings, whole
from redshank.assessment.scoring import group_times
from redshank.engine import Engine

INCREASE = pa.schema(
    [
        ("person_id", pa.string()),
        ("as_of", pa.timestamp("us", tz="UTC")),
        ("change_28_days", pa.int64()),
        ("text", pa.string()),
        ("reasons", pa.string()),  # JSON list of code, record_type, record_ref, text: what is new
    ]
)
CANNOT_WAIT = pa.schema(
    [
        ("person_id", pa.string()),
        ("code", pa.string()),
        ("as_of", pa.timestamp("us", tz="UTC")),
        ("since", pa.timestamp("us", tz="UTC")),
        ("text", pa.string()),
        ("record_a", pa.string()),  # record_key
        (
            "record_b",
            pa.string(),
        ),  # record_key of the second record; equal to the first where one says it all
        ("group_id", pa.string()),
    ]
)


def significant_increase(children_now: pa.Table, view: View, as_of: datetime, config: Config) -> pa.Table:
    """Children whose concern rose by at least the configured amount in 28 days, and what is new about them."""
    rule = config["weights"]["change"]
    since = micros(as_of) - rule["days"] * DAY
    records = known_records(view, as_of)
    fresh = records.filter(pa.array(whole(records["known_at"]) > since))
    new = set(fresh["record_key"].to_pylist())
    back = _overdue_since(records, since, config)
    rows = children_now.filter(pc.greater_equal(children_now["change_28_days"], rule["significant"]))
    out = []
    for row in rows.to_pylist():
        why = [
            r
            for r in json.loads(row["reasons"])
            if f"{r['record_type']}:{r['record_ref']}" in new
            or r["code"] in ("group", "added_by_hand")
            or (r["code"] == "return_interview_overdue" and f"{r['record_type']}:{r['record_ref']}" in back)
        ]
        said = list(dict.fromkeys(r["text"] for r in why))
        text = "; ".join(said[:3]) + (f"; and {len(said) - 3} more" if len(said) > 3 else "")
        out.append(
            {
                "person_id": row["person_id"],
                "as_of": row["as_of"],
                "change_28_days": row["change_28_days"],
                "text": text or "what was read weighs more together than it did",
                "reasons": json.dumps(why, ensure_ascii=False, separators=(",", ":")),
            }
        )
    return pa.Table.from_pylist(
        sorted(out, key=lambda r: (-r["change_28_days"], r["person_id"])), schema=INCREASE
    )


def _overdue_since(records: pa.Table, since: int, config: Config) -> set[str]:
    limit = config["patterns"]["return_interview_overdue"]["hours"] * 3_600_000_000
    late = whole(records["returned_at"]) + limit > since
    return set(records.filter(pa.array(late))["record_key"].to_pylist())


def cannot_wait(
    children_now: pa.Table,
    groups: pa.Table | None,
    view: View,
    person_of: pa.Table,
    persons: pa.Table,
    as_of: datetime,
    config: Config,
    *,
    group_evidence: pa.Table | None = None,
    mention_links: pa.Table | None = None,
    mentions: pa.Table | None = None,
    engine: Engine | None = None,
) -> pa.Table:
    """Items for the duty inspector (practice rule 16), each with its reason and both records:

    ``missing_in_group``: a child missing now who is tied to a proposed group · ``missing_with_member``: whose open episode
    names a proposed person of concern · ``missing_at_group_place``: whose open episode names premises that a
    record behind a group names too · ``missing_known_address``: a record that came since they went missing names
    the child and an address or premises · ``under_13_harm``: a child under 13 with recent signals of harm.
    """
    facts = build(
        view, person_of, persons, as_of, config, mention_links=mention_links, mentions=mentions, engine=engine
    )
    out: list[dict] = []
    open_now = _missing_now(facts, config)
    premises = _premises(mentions)
    by_group, behind = _groups(groups, group_evidence, facts.now)
    at_record: dict[str, set[str]] = {}
    p = facts.presence
    there = p.filter(pc.is_in(p["record_key"], value_set=pa.array([k for _, k, _ in open_now], pa.string())))
    for key, person in zip(there["record_key"].to_pylist(), there["person_id"].to_pylist(), strict=True):
        at_record.setdefault(key, set()).add(person)
    named = _records_with_place(facts, premises, {c for c, _, _ in open_now})
    for child, episode, since in open_now:
        for group in sorted(g for g, m in by_group.items() if child in m["child"]):
            text = "missing now and tied to a proposed group"
            out.append(
                _item("missing_in_group", child, since, text, episode, _first(behind, group, child), group)
            )
        for group, members in sorted(by_group.items()):
            for person in sorted(at_record[episode] & members["suspect"]):
                text = "missing now, and the episode names a proposed person of concern of a proposed group"
                out.append(
                    _item(
                        "missing_with_member",
                        child,
                        since,
                        text,
                        episode,
                        _first(behind, group, person),
                        group,
                    )
                )
            for key in sorted(behind.get(group, {})):
                if premises.get(episode, set()) & premises.get(key, set()) and key != episode:
                    text = "missing now, and the episode names premises that a record behind a proposed group names"
                    out.append(_item("missing_at_group_place", child, since, text, episode, key, group))
                    break
        later = [k for k, known in named.get(child, ()) if known > since and k != episode]
        for key in later[:1]:
            text = "missing now, and a record since then names the child and an address"
            out.append(_item("missing_known_address", child, since, text, episode, key, ""))
    out += _young(children_now, facts, config)
    seen = {(r["person_id"], r["code"], r["group_id"], r["record_a"]): r for r in reversed(out)}
    rows = sorted(
        seen.values(), key=lambda r: (ORDER.index(r["code"]), r["since"], r["person_id"], r["group_id"])
    )
    for row in rows:
        row["as_of"] = as_of
    times = pa.array([r["since"] for r in rows], pa.int64()).cast(pa.timestamp("us", tz="UTC"))
    columns = {
        name: times if name == "since" else pa.array([r[name] for r in rows], CANNOT_WAIT.field(name).type)
        for name in CANNOT_WAIT.names
    }
    return pa.table(columns, schema=CANNOT_WAIT)


ORDER = (
    "missing_in_group", "missing_with_member", "missing_at_group_place", "missing_known_address", "under_13_harm",
)  # fmt: skip


def _item(code: str, child: str, since: int, text: str, a: str, b: str, group: str) -> dict:
    return {
        "person_id": child, "code": code, "since": since, "text": text, "record_a": a, "record_b": b or a, "group_id": group,
    }  # fmt: skip


def _missing_now(facts: Facts, config: Config) -> list[tuple[str, str, int]]:
    """(child, episode, since) of every open episode of somebody who is still under 18."""
    records = facts.records
    away = pc.equal(records["record_type"], "missing_episodes")
    back = whole(records["returned_at"], facts.now + 1)
    rows = records.filter(pc.and_(away, pa.array(back > facts.now)))
    since = dict(
        zip(
            rows["record_key"].to_pylist(),
            whole(pc.coalesce(rows["missing_from_at"], rows["event_at"], rows["own_at"])).tolist(),
            strict=True,
        )
    )
    young = _younger_than(facts, config["patterns"]["child"]["years"])
    p = facts.presence
    missing = p.filter(
        pc.and_(
            pc.equal(p["role"], "missing"),
            pc.is_in(p["record_key"], value_set=rows["record_key"].combine_chunks()),
        )
    )
    found = {
        (person, key, since[key])
        for person, key in zip(
            missing["person_id"].to_pylist(), missing["record_key"].to_pylist(), strict=True
        )
        if person in young
    }
    return sorted(found)


def _younger_than(facts: Facts, years: int) -> set[str]:
    today = facts.now // DAY
    days = whole(facts.births["birth"].cast(pa.int32()))
    rows = facts.births.filter(pa.array(today - days < years * 366 + 1))
    pairs = zip(rows["person_id"].to_pylist(), rows["birth"].cast(pa.int32()).to_pylist(), strict=True)
    return {person for person, day in pairs if birthday(day, years) > today}


def _premises(mentions: pa.Table | None) -> dict[str, set[str]]:
    if mentions is None:
        return {}
    rows = mentions.filter(
        pc.and_(pc.equal(mentions["kind"], "premises"), pc.invert(pc.fill_null(mentions["negated"], False)))
    )
    out: dict[str, set[str]] = {}
    for key, ref in zip(rows["record_key"].to_pylist(), rows["value"].to_pylist(), strict=True):
        out.setdefault(key, set()).add(ref)
    return out


def _groups(
    groups: pa.Table | None, evidence: pa.Table | None, now: int
) -> tuple[dict[str, dict[str, set[str]]], dict[str, dict[str, set[str]]]]:
    """group → members by role; group → record_key → the two whom it ties."""
    members: dict[str, dict[str, set[str]]] = {}
    behind: dict[str, dict[str, set[str]]] = {}
    if groups is None:
        return members, behind
    times = group_times(groups).tolist()
    for group, person, role, at in zip(
        *(groups[c].to_pylist() for c in ("group_id", "person_id", "role")), times, strict=True
    ):
        if at <= now:
            members.setdefault(group, {"child": set(), "suspect": set()}).setdefault(role, set()).add(person)
    if evidence is not None:
        names = ("group_id", "person_a", "person_b", "record_type", "record_ref")
        for group, a, b, kind, ref in zip(*(evidence[c].to_pylist() for c in names), strict=True):
            if group in members:
                behind.setdefault(group, {}).setdefault(f"{kind}:{ref}", set()).update((a, b))
    return members, behind


def _first(behind: dict[str, dict[str, set[str]]], group: str, person: str) -> str:
    """A record that ties the person to the group; any record of the group where none names them."""
    records = behind.get(group, {})
    theirs = sorted(k for k, who in records.items() if person in who)
    return (theirs or sorted(records) or [""])[0]


def _records_with_place(
    facts: Facts, premises: dict[str, set[str]], missing: set[str]
) -> dict[str, list[tuple[str, int]]]:
    """person → (record, known) of incidents, intelligence and referrals that name them and a place, newest first."""
    if not missing:
        return {}
    records = facts.records
    kinds = pa.array(["incidents", "intelligence", "partner_referrals"])
    rows = records.filter(pc.is_in(records["record_type"], value_set=kinds))
    placed = pc.or_(pc.not_equal(strings(rows["location"]), ""), pc.not_equal(strings(rows["postcode"]), ""))
    by_field = set(rows.filter(placed)["record_key"].to_pylist())
    known = dict(zip(rows["record_key"].to_pylist(), whole(rows["known_at"]).tolist(), strict=True))
    out: dict[str, list[tuple[str, int]]] = {}
    p = facts.presence
    roles = pa.array(["victim", "missing", "subject", "associate", "other", "mentioned"])
    whose = pc.is_in(p["person_id"], value_set=pa.array(sorted(missing), pa.string()))
    theirs = p.filter(pc.and_(pc.is_in(p["role"], value_set=roles), whose))
    for key, person in sorted(
        set(zip(theirs["record_key"].to_pylist(), theirs["person_id"].to_pylist(), strict=True))
    ):
        if key in by_field or (key in known and key in premises):
            out.setdefault(person, []).append((key, known[key]))
    return {person: sorted(found, key=lambda r: (-r[1], r[0])) for person, found in out.items()}


def _young(children_now: pa.Table, facts: Facts, config: Config) -> list[dict]:
    rule = config["weights"]["missing_now"]
    young = _younger_than(facts, rule["under_years"])
    since = facts.now - rule["harm_within_days"] * DAY
    weights = config["weights"]
    harm = {
        c for s in ("indicators", "fields", "together") for c, r in weights[s].items() if r["kind"] == "harm"
    }
    records = facts.records
    known = dict(zip(records["record_key"].to_pylist(), whole(records["known_at"]).tolist(), strict=True))
    words = labels(config)
    out = []
    for row in children_now.to_pylist():
        if row["person_id"] not in young or HARM not in (
            row["sexual_exploitation"],
            row["criminal_exploitation"],
        ):
            continue
        for r in json.loads(row["reasons"]):
            key = f"{r['record_type']}:{r['record_ref']}"
            if r["code"] in harm and known.get(key, 0) > since:
                text = f"under {rule['under_years']}, with signals of harm: {words[r['code']]}"
                out.append(_item("under_13_harm", row["person_id"], known[key], text, key, key, ""))
                break
    return out
