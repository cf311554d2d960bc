"""Links: a person, or a vehicle, number or handle whose user is not known, touches a context in a record.

A link is a pure function of its record, its signals, the persons it names and the register of premises.
``role`` holds how the person stands there and the record's own role, as ``concern/suspect``. The last word
``own`` marks a number or home that is the person's own (``child/own``).
"""

from __future__ import annotations

import hashlib
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.engine import Engine, duckdb_engine
from redshank.networks.concern import RecordFacts, flat, record_facts, strings
from redshank.networks.config import default_config
from redshank.networks.places import Premises, record_places
from redshank.networks.strangers import texts_only
from redshank.networks.who import SCHEMA as WHO
from redshank.networks.who import named_in_fields, named_in_text
from redshank.tables import BETWEEN

LINKS = BETWEEN["links"]
_TOUCH = pa.schema(
    [
        ("record_key", pa.string()),
        ("context", pa.string()),
        ("context_kind", pa.string()),
        ("source", pa.string()),
        ("touch", pa.int64()),
    ]
)
_TEXT_SHARE = 800  # a number that stands only in text is as good as the reading of it (local default)
_CALLED = 20  # characters between a description and the name that goes with it (local default)
_ORDER = {"concern": 0, "peer": 0, "child": 1, "bystander": 2, "unidentified": 3}
_KINDS = ("phone", "vehicle", "handle", "email")


def make_links(
    view: dict[str, pa.Table],
    changed_keys: pa.Array | None,
    config: dict[str, Any] | None = None,
    engine: Engine | None = None,
) -> pa.Table:
    """Links of the given records (all where ``changed_keys`` is None), in a total order.

    ``view`` holds records, appearances, vehicles, phones, person_of, persons, mention_links, mentions and
    signals as they are known. A changed premises record may change the place of any other: ask for all then.
    """
    config = config or default_config()
    engine = engine or duckdb_engine()
    part = of_records(view, changed_keys)
    records = part["records"]
    facts = record_facts(records, part["signals"], config)
    who = everyone(part, view, facts, config)
    touch = touched(part, view, facts, config)
    who = pa.concat_tables(
        [
            who,
            unidentified(who, touch, facts, config),
            unnamed(part, who, facts, config),
            texts_only(part, who, config),
        ]
    )
    rows = pa.concat_tables(
        [
            shared(who, touch, engine),
            own(who, config),
            named_together(who, facts, config, engine),
            with_children(who, facts, config, engine),
        ]
    )
    at = facts.at(rows["record_key"])
    grade = facts.grade[at]
    times = flat(records["event_at"]).take(pa.array(at))
    weight = rows["weight"].to_numpy() * grade // 1000
    out = rows.set_column(rows.schema.get_field_index("weight"), "weight", pa.array(weight.astype(np.int64)))
    out = out.append_column("at", times).select(LINKS.schema.names).cast(LINKS.schema)
    out = out.filter(pc.greater(out["weight"], 0)) if len(out) else out
    return out.sort_by([(c, "ascending") for c in ("context", "node", "record_key")])


def of_records(view: dict[str, pa.Table], keys: pa.Array | None) -> dict[str, pa.Table]:
    """The rows of the view that belong to the given records; the register of premises stays whole in ``view``."""
    names = ("records", "appearances", "vehicles", "phones", "mention_links", "mentions", "signals")
    if keys is None:
        part = {name: view[name] for name in names}
    else:
        wanted = flat(keys)
        part = {
            name: view[name].filter(pc.is_in(view[name]["record_key"], value_set=wanted)) for name in names
        }
    # Premises are the register of places, no event: nobody is tied by them.
    records = part["records"]
    part["records"] = records.filter(pc.not_equal(records["record_type"], "premises"))
    return part


def everyone(
    part: dict[str, pa.Table], view: dict[str, pa.Table], facts: RecordFacts, config: dict
) -> pa.Table:
    """One row per record and person: fields win over text, being of concern over being a bystander."""
    lists = strings(part["records"]["list"])
    fields = named_in_fields(part["appearances"], view["person_of"], view["persons"], facts, lists, config)
    texts = named_in_text(
        part["mention_links"], part["mentions"], part["records"], view["persons"], facts, config
    )
    rows = pa.concat_tables([fields, texts])
    if not len(rows):
        return rows
    order = np.array([_ORDER[s] for s in rows["stands"].to_pylist()]) + np.where(
        strings(rows["source"]) == "field", 0, 10
    )
    codes = [flat(rows[c]).dictionary_encode().indices.to_numpy() for c in ("node", "record_key")]
    ties = [strings(rows[c]) for c in ("handle", "phone", "home", "surname", "role")]
    best = np.lexsort(
        [
            *[np.unique(t.astype(str), return_inverse=True)[1] for t in ties],
            -rows["weight"].to_numpy(),
            order,
            *codes,
        ]
    )
    sorted_codes = [c[best] for c in codes]
    first = np.ones(len(best), dtype=bool)
    first[1:] = (sorted_codes[0][1:] != sorted_codes[0][:-1]) | (sorted_codes[1][1:] != sorted_codes[1][:-1])
    return rows.take(pa.array(best[first]))


def touched(
    part: dict[str, pa.Table], view: dict[str, pa.Table], facts: RecordFacts, config: dict
) -> pa.Table:
    """Contexts that a record brings: numbers, vehicles, handles, e-mails, the place, the registered line."""
    out = []
    reported = set(
        part["appearances"]
        .filter(pc.equal(part["appearances"]["role"], "reporter"))["record_key"]
        .to_pylist()
    )
    phones = part["phones"]
    role = strings(phones["role"])
    # The caller's own number is the reporter's: a switchboard, a school, a parent. It ties nobody.
    caller = (role == "caller") & (
        np.array([k in reported for k in phones["record_key"].to_pylist()], dtype=bool)
        | np.char.startswith(strings(phones["record_key"]).astype(str), "incidents:")
    )
    out.append(_touches("phone", phones["record_key"], strings(phones["number"]), ~caller, "field", 1000))
    vehicles = part["vehicles"]
    victims = strings(vehicles["role"]) == "victim vehicle"
    out.append(_touches("vehicle", vehicles["record_key"], strings(vehicles["vrm"]), ~victims, "field", 1000))

    mentions = part["mentions"]
    kinds, stated = strings(mentions["kind"]), ~pc.fill_null(mentions["negated"], False).to_numpy()
    values = strings(mentions["value"])
    for kind in (*_KINDS, "premises"):
        chosen = (kinds == kind) & stated
        out.append(_touches(kind, mentions["record_key"], values, chosen, "text", _TEXT_SHARE))

    records = part["records"]
    places = record_places(records, Premises(view["records"]), config)
    kind_of = np.array([p.partition(":")[0] for p in places], dtype=object)
    for kind in ("premises", "address"):
        bare = np.array([p.partition(":")[2] for p in places], dtype=object)
        out.append(_touches(kind, records["record_key"], bare, kind_of == kind, "field", 1000))
    lines = facts.types == "county_lines"
    out.append(_touches("line", records["record_key"], strings(records["record_ref"]), lines, "field", 1000))
    out.append(_touches("phone", records["record_key"], strings(records["phone"]), lines, "field", 1000))
    rows = pa.concat_tables(out)
    # The same number in a field and in the text is one touch, by the better of the two.
    best = (
        rows.sort_by([("source", "ascending")])
        .group_by(["record_key", "context", "context_kind"])
        .aggregate([("touch", "max"), ("source", "min")])
    )
    return best.rename_columns(["record_key", "context", "context_kind", "touch", "source"]).select(
        _TOUCH.names
    )


def _touches(
    kind: str, keys: Any, values: np.ndarray, chosen: np.ndarray, source: str, weight: int
) -> pa.Table:
    chosen = chosen & (values != "") if len(values) else np.zeros(0, dtype=bool)
    kept = values[chosen].tolist()
    n = len(kept)
    return pa.table(
        {
            "record_key": flat(keys).filter(pa.array(chosen)),
            "context": pa.array([f"{kind}:{v}" for v in kept], pa.string()),
            "context_kind": pa.array([kind] * n, pa.string()),
            "source": pa.array([source] * n, pa.string()),
            "touch": pa.array([weight] * n, pa.int64()),
        },
        schema=_TOUCH,
    )


def unidentified_id(context: str) -> str:
    """The id of the unknown user of a number, vehicle or handle: the same every night, telling nothing."""
    kind = context.partition(":")[0]
    return f"unidentified-{kind}-{hashlib.blake2s(context.encode(), digest_size=6).hexdigest()}"


def unidentified(who: pa.Table, touch: pa.Table, facts: RecordFacts, config: dict) -> pa.Table:
    """A row for each number, vehicle or handle that stands beside a child in a concern record.

    Whether its user is known is a question about all records, answered when ties are drawn.
    """
    chosen = touch.filter(pc.is_in(touch["context_kind"], value_set=pa.array(_KINDS)))
    level = np.append(facts.exploitation, 0)[facts.at(chosen["record_key"])] if len(chosen) else np.zeros(0)
    kids = who.filter(pc.equal(who["stands"], "child"))
    beside = pc.is_in(chosen["record_key"], value_set=flat(kids["record_key"]))
    rows = chosen.filter(pc.and_(beside, pa.array(level >= config["threshold"]["concern"])))
    n = len(rows)
    return pa.table(
        {
            "record_key": flat(rows["record_key"]),
            "node": pa.array([unidentified_id(c) for c in rows["context"].to_pylist()], pa.string()),
            "stands": pa.array(["unidentified"] * n, pa.string()),
            "role": flat(rows["context_kind"]),
            "source": flat(rows["source"]),
            "weight": pa.array([config["role"]["mentioned"]] * n, pa.int64()),
            "birth": pa.nulls(n, pa.int64()),
            **{c: pa.array([""] * n, pa.string()) for c in ("surname", "home", "phone", "handle")},
            "family": pa.array([False] * n),
        },
        schema=WHO,
    )


def unnamed(part: dict[str, pa.Table], who: pa.Table, facts: RecordFacts, config: dict) -> pa.Table:
    """People whom nobody could name: by a description or a street name, and the companion of a named person.

    A *companion* stands where a record says that several act together and names one of them only: whoever acts
    with that person, one for each named person, however many there are.
    """
    level = dict(zip(facts.keys.to_pylist(), facts.exploitation.tolist(), strict=True))
    need = config["threshold"]["concern"]
    kids = set(who.filter(pc.equal(who["stands"], "child"))["record_key"].to_pylist())
    mentions, linked = part["mentions"], part["mention_links"]
    chosen = pc.or_(
        pc.equal(mentions["kind"], "described"),
        pc.and_(
            pc.equal(mentions["kind"], "person"),
            pc.or_(pc.fill_null(mentions["nickname"], False), _linked(mentions, linked)),
        ),
    )
    known = set(zip(linked["record_key"].to_pylist(), linked["start"].to_pylist(), strict=True))
    found: set[tuple[str, str, str]] = set()
    for m in _called_by_name(mentions.filter(chosen).to_pylist(), known):
        key, young = m["record_key"], (m["age"] or 99) < config["threshold"]["adult_age"]
        if m["negated"] or young or m["near_role"] == "child" or not m["value"]:
            continue
        if key in kids and level.get(key, 0) >= need:
            kind = "described" if m["kind"] == "described" else "nickname"
            found.add((key, unidentified_id(f"{kind}:{m['value']}"), kind))
    signals = part["signals"]
    several = set(
        signals.filter(
            pc.and_(
                pc.equal(signals["indicator"], "multiple_suspects"), pc.equal(signals["status"], "affirmed")
            )
        )["record_key"].to_pylist()
    )
    named: dict[str, set[str]] = {}
    grown = who.filter(pc.is_in(who["stands"], value_set=pa.array(["concern", "peer"])))
    for key, node in zip(grown["record_key"].to_pylist(), grown["node"].to_pylist(), strict=True):
        if key in several and key in kids and level.get(key, 0) >= need:
            named.setdefault(key, set()).add(node)
    found |= {
        (k, unidentified_id(f"companion:{min(ns)}"), "companion") for k, ns in named.items() if len(ns) == 1
    }
    rows = [
        {
            "record_key": key, "node": node, "stands": "unidentified", "role": kind, "source": "text",
            "weight": config["role"]["unnamed"], "surname": "", "home": "", "phone": "", "handle": "", "family": False,
        }
        for key, node, kind in sorted(found)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=WHO)


def _linked(mentions: pa.Table, linked: pa.Table) -> pa.ChunkedArray:
    """Mentions that were linked to a known person."""
    keys = [
        pc.binary_join_element_wise(
            t["record_key"], pc.cast(pc.fill_null(t["start"], -1), pa.string()), "\x1f"
        )
        for t in (mentions, linked)
    ]
    return pc.is_in(keys[0], value_set=flat(keys[1]))


def _called_by_name(mentions: list[dict[str, Any]], known: set[tuple[str, int]]) -> list[dict[str, Any]]:
    """Without descriptions that a name follows at once ("a man of about 35 who goes by Dex"): the name stands for
    both, and where it is a known person's, nobody is unknown. Clothes change, names less."""
    out = []
    ordered = sorted(mentions, key=lambda m: (m["record_key"], m["start"] or 0, m["kind"] != "described"))
    for i, m in enumerate(ordered):
        after = ordered[i + 1] if i + 1 < len(ordered) else None
        if (m["record_key"], m["start"]) in known:
            continue
        named_so = (
            m["kind"] == "described" and after is not None and after["kind"] == "person"
            and after["record_key"] == m["record_key"] and 0 <= (after["start"] or 0) - (m["end"] or 0) <= _CALLED
        )  # fmt: skip
        if not named_so:
            out.append(m)
    return out


_UNNAMED = ("described", "nickname", "companion", "name")
_OUT = ("context", "context_kind", "node", "record_key", "role", "source", "weight")


def _said(table: ibis.Table) -> ibis.Value:
    return table.stands + "/" + table.role


def shared(who: pa.Table, touch: pa.Table, engine: Engine) -> pa.Table:
    """Everybody in a record touches the record's numbers, vehicles, handles, place and line."""
    w, t = engine.table(who), engine.table(touch)
    source = ibis.ifelse((w.source == "text") | (t.source == "text"), "text", "field")
    # A bystander weighs nothing but counts towards the number of people who touch a context.
    weight = ibis.ifelse(w.weight > 0, w.weight, 1) * t.touch // 1000
    joined = w.join(t, "record_key").select(
        context=t.context, context_kind=t.context_kind, node=w.node, record_key=w.record_key, role=_said(w),
        source=source, weight=ibis.greatest(weight, 1),
    )  # fmt: skip
    return _typed(engine.arrow(joined))


def own(who: pa.Table, config: dict) -> pa.Table:
    """A person's own number, handle and home. A home ties adults only: a child's home is never a place."""
    out = []
    for column, kind in (("phone", "phone"), ("handle", "handle"), ("home", "address")):
        chosen = pc.not_equal(who[column], "")
        if kind == "address":
            chosen = pc.and_(chosen, pc.equal(who["stands"], "concern"))
        rows = who.filter(chosen)
        values = [v if kind == "address" else f"{kind}:{v}" for v in rows[column].to_pylist()]
        out.append(
            pa.table(
                {
                    "context": pa.array(values, pa.string()),
                    "context_kind": pa.array([kind] * len(rows), pa.string()),
                    "node": rows["node"],
                    "record_key": rows["record_key"],
                    "role": pa.array([f"{s}/own" for s in rows["stands"].to_pylist()], pa.string()),
                    "source": rows["source"],
                    "weight": pc.max_element_wise(rows["weight"], 1),
                }
            )
        )
    return _typed(pa.concat_tables(out))


def named_together(who: pa.Table, facts: RecordFacts, config: dict, engine: Engine) -> pa.Table:
    """Two or more persons of concern in one record; a record that names many is a public event."""
    people = pc.is_in(who["stands"], value_set=pa.array(["concern", "peer"]))
    named = who.filter(pc.or_(people, pc.is_in(who["role"], value_set=pa.array(_UNNAMED))))
    types = (
        np.append(facts.types, "")[facts.at(named["record_key"])] if len(named) else np.zeros(0, dtype=object)
    )
    named = named.filter(pa.array(types != "county_lines")) if len(named) else named
    w = engine.table(named)
    many = w.group_by("record_key").aggregate(people=w.node.nunique())
    most = config["threshold"]["record_people_cap"]
    joined = w.join(many.filter((many.people >= 2) & (many.people <= most)), "record_key")
    rows = joined.select(
        context=ibis.literal("record:") + joined.record_key, context_kind=ibis.literal("record"), node=joined.node,
        record_key=joined.record_key, role=_said(joined), source=joined.source, weight=joined.weight,
    )  # fmt: skip
    return _typed(engine.arrow(rows))


def with_children(who: pa.Table, facts: RecordFacts, config: dict, engine: Engine) -> pa.Table:
    """A person of concern (or unknown number, vehicle) named with a child in a concern record.

    Family is left out: by the relationship recorded, the same surname or the same home. Where the words
    say nothing, being named together counts in some kinds of record, with a clear distance in age.
    """
    level = np.append(facts.exploitation, 0)[facts.at(who["record_key"])] if len(who) else np.zeros(0)
    types = np.append(facts.types, "")[facts.at(who["record_key"])] if len(who) else np.zeros(0, dtype=object)
    share = config["structure"]["share"]
    structural = np.isin(types, list(share)) & (
        np.isin(strings(who["role"]), ("suspect", "associate", "subject", "detained"))
        | ((types == "intelligence") & (strings(who["role"]) == "mentioned"))
    )
    less = np.array([share.get(t, 1000) for t in types.tolist()], dtype=np.int64)
    all_rows = (
        who.append_column("level", pa.array(level.astype(np.int64)))
        .append_column("structural", pa.array(structural.astype(bool)))
        .append_column("share", pa.array(less))
    )
    grown = all_rows.filter(
        pc.and_(
            pc.is_in(who["stands"], value_set=pa.array(["concern", "peer", "unidentified"])),
            pc.invert(who["family"]),
        )
    )
    kids = who.filter(pc.is_in(who["stands"], value_set=pa.array(["child", "peer"])))
    g = engine.table(grown)
    k = engine.table(kids.select(["record_key", "node", "surname", "home", "birth", "stands", "role"])).rename(
        child="node", child_surname="surname", child_home="home", child_birth="birth", child_stands="stands",
        child_role="role",
    )  # fmt: skip
    pair = g.join(k, "record_key")
    far = (
        pair.birth.isnull()
        | pair.child_birth.isnull()
        | (pair.child_birth - pair.birth >= config["threshold"]["near_age_years"] * 365)
    )
    concern = (pair.level >= config["threshold"]["concern"]) | (
        pair.structural & far & (pair.stands == "concern")
    )
    kin = ((pair.surname != "") & (pair.surname == pair.child_surname)) | (
        (pair.home != "") & (pair.home == pair.child_home)
    )
    # Two peers of one record are named together; neither is the other's child.
    both = (pair.stands == "peer") & (pair.child_stands == "peer")
    # Without words of concern, a crime or an incident that names both says less than a record kept about a child.
    spoken = pair.level >= config["threshold"]["concern"]
    pair = pair.mutate(weight=ibis.ifelse(spoken, pair.weight, pair.weight * pair.share // 1000))
    together = pair.filter(concern & ~kin & ~both & (pair.node != pair.child))
    rows = together.select(
        context=ibis.literal("child:") + together.child, context_kind=ibis.literal("child"), node=together.node,
        record_key=together.record_key, role=_said(together), source=together.source, weight=together.weight,
    )  # fmt: skip
    # The child's own link says how the record names them; it ties nobody.
    self_rows = together.select(
        context=ibis.literal("child:") + together.child, context_kind=ibis.literal("child"), node=together.child,
        record_key=together.record_key, role=together.child_stands + "/" + together.child_role,
        source=ibis.literal("field"), weight=ibis.literal(1000, type="int64"),
    ).distinct()  # fmt: skip
    return _typed(pa.concat_tables([_typed(engine.arrow(rows)), _typed(engine.arrow(self_rows))]))


def _typed(rows: pa.Table) -> pa.Table:
    schema = pa.schema([(name, LINKS.schema.field(name).type) for name in _OUT])
    return rows.select(list(_OUT)).cast(schema)
