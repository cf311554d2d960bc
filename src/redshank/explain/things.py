"""One function a kind of thing. Each gives plain data whose every number ends in records."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank import assessment, networks
from redshank.errors import UsageError
from redshank.explain.scene import Scene, excerpt
from redshank.identity.explain import explain as explain_person
from redshank.night import judgements


def _none(kind: str, identity: str) -> UsageError:
    return UsageError(
        f"explain {kind} {identity}: the last run holds no such {kind}",
        "take the id from `redshank night` or from the exported findings",
    )


def _signals(scene: Scene) -> pa.Table:
    return pa.concat_tables([scene.state.tables["signals"], scene.state.tables["patterns"]])


def _quotes(scene: Scene, keys: list[str]) -> list[dict]:
    """The records themselves, earliest first, each with the signals found in it."""
    found = scene.records(keys)
    signals = _signals(scene)
    hits = signals.filter(
        pc.is_in(signals["record_key"], value_set=pa.array(sorted(found), pa.string()))
    ).to_pylist()
    out = []
    for record in sorted(found.values(), key=lambda r: (str(r["event_at"]), r["record_key"])):
        mine = sorted(
            (h for h in hits if h["record_key"] == record["record_key"]),
            key=lambda h: (h["indicator"], h["start"] or 0),
        )
        out.append(
            scene.quote(record)
            | {
                "signals": [
                    {k: h[k] for k in ("signal_id", "indicator", "status", "rule")}
                    | {"words": excerpt(record["text"], h["start"], h["end"]) or h["text"]}
                    for h in mine
                ]
            }
        )
    return out


def signal(scene: Scene, signal_id: str) -> dict[str, Any]:
    """The record, the words in their surroundings, the rule and what it looks for."""
    rows = _signals(scene)
    found = rows.filter(pc.equal(rows["signal_id"], signal_id)).to_pylist()
    if not found:
        raise _none("signal", signal_id)
    hit = found[0]
    record = scene.records([hit["record_key"]])[hit["record_key"]]
    return {
        **{k: hit[k] for k in ("signal_id", "indicator", "status", "rule", "start", "end", "text")},
        "words": excerpt(record["text"], hit["start"], hit["end"]) or hit["text"],
        "record": scene.quote(record),
    }


def person(scene: Scene, person_id: str) -> dict[str, Any]:
    """Appearances of one person, and what links each to the others."""
    t = scene.state.tables
    mine = scene.rows("person_of", "person_id", person_id)
    links = scene.rows("mention_links", "person_id", person_id)
    if not mine and not links:
        merged = scene.rows("person_ledger", "person_id", person_id)
        if merged and merged[0]["merged_into"]:
            into = merged[0]["merged_into"]
            raise UsageError(f"{person_id} was merged into {into}", f"redshank explain person {into}")
        raise _none("person", person_id)
    told = explain_person(
        person_id,
        scene.view["appearances"],
        t["person_of"],
        t["pairs"],
        scene.state.epoch,
        t["person_ledger"],
    )
    return {
        "person_id": person_id,
        "name": scene.name(person_id),
        "facts": scene.rows("persons", "person_id", person_id),
        "identity": told,
        "named_in_texts": [
            {k: m[k] for k in ("record_key", "probability", "why")}
            | {"words": excerpt(_text(scene, m["record_key"]), m["start"], m["end"])}
            for m in links
        ],
        "groups": sorted({g["group_id"] for g in scene.rows("group_members", "person_id", person_id)}),
    }


def _text(scene: Scene, key: str) -> str | None:
    return scene.records([key])[key]["text"]


def group(scene: Scene, group_id: str) -> dict[str, Any]:
    """The sentence, the members, the ties with their records and grades, what it hangs on, and the gaps."""
    t = scene.state.tables
    members = scene.rows("group_members", "group_id", group_id)
    if not members:
        entry = scene.rows("group_ledger", "group_id", group_id)
        if entry and entry[0]["merged_into"]:
            into = entry[0]["merged_into"]
            raise UsageError(f"{group_id} went into {into}", f"redshank explain group {into}")
        raise _none("group", group_id)
    view = scene.view | {"signals": _signals(scene)}
    told = networks.Explainer(
        t["group_members"], t["group_evidence"], t["links"], t["persons"], view
    ).explain(group_id)
    return {
        **told,
        "records": _quotes(scene, [r["record_key"] for r in told["timeline"]]),
    }


def _view(scene: Scene) -> SimpleNamespace:
    return SimpleNamespace(**scene.view)


def child(scene: Scene, person_id: str) -> dict[str, Any]:
    """Why the child stands in the matrix: the order's parts, the signals, the records that state them."""
    t, config = scene.state.tables, assessment.load_config()
    if not scene.rows("persons", "person_id", person_id):
        raise _none("child", person_id)
    matrix = assessment.children(
        _signals(scene), _view(scene), t["person_of"], t["persons"], t["mention_links"], t["group_members"],
        scene.as_of, config, mentions=t["mentions"], touched={person_id},
    )  # fmt: skip
    told = assessment.explain_child(person_id, matrix, config)
    if told.get("reasons"):
        told = told | {"reasons": json.loads(told["reasons"])}
    keys = sorted({p["record"] for p in told.get("parts", []) if p["record"]})
    return {"name": scene.name(person_id), **told, "records": _quotes(scene, keys)}


def line(scene: Scene, line_ref: str) -> dict[str, Any]:
    """Parts of the line's place in the matrix, each with its records."""
    t, config = scene.state.tables, assessment.load_config()
    words = assessment.words_on_lines(judgements.of_run(scene.store))
    assessed = assessment.assess_lines(
        _view(scene), _signals(scene), t["person_of"], t["persons"], scene.as_of, config,
        mention_links=t["mention_links"], mentions=t["mentions"], confirmed=words.known, refuted=words.refuted,
    )  # fmt: skip
    told = assessment.explain_line(line_ref, assessed, config)
    if not told["found"]:
        raise _none("line", line_ref)
    return {**told, "records": _quotes(scene, sorted(told["tied_records"]))}


def place(scene: Scene, h3: str) -> dict[str, Any]:
    """The records of a cell, and how each belongs there."""
    t, config = scene.state.tables, assessment.load_config()
    assessed = assessment.assess_places(
        _view(scene), _signals(scene), t["person_of"], t["persons"], scene.as_of, config,
        mention_links=t["mention_links"], mentions=t["mentions"],
    )  # fmt: skip
    told = assessment.explain_place(h3, assessed, config)
    if not told["found"]:
        raise _none("place", h3)
    return {**told, "quoted": _quotes(scene, [r["record"] for r in told["records"]])}
