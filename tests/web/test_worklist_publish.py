"""The list as a run is published: what is folded into what."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace

import h3
import pyarrow as pa

from redshank.publish.heads import H3_RESOLUTION, Heads

HERE, THERE = (52.2, 0.9), (52.4, 1.1)


def heads(cells: list[str]) -> Heads:
    """Heads of a run that holds places only."""
    made = [
        SimpleNamespace(
            h3=c,
            records=["incidents:1"],
            children={"a", "b", "c"},
            districts=Counter({"Northmoor": 1}),
            how={},
        )
        for c in cells
    ]
    children = pa.table({"person_id": pa.array(["p-1"], pa.string())})
    made_of = Heads(
        SimpleNamespace(as_of=datetime(2026, 3, 1, tzinfo=UTC)),
        SimpleNamespace(cells=made, children=children),
    )
    made_of.__dict__["records"] = {
        "incidents:1": _row("incidents:1", HERE, "12 Harbour Road"),
        "incidents:2": _row("incidents:2", HERE, "Harbour Road"),
        "incidents:3": _row("incidents:3", THERE, "Mill Lane"),
        "incidents:4": _row("incidents:4", (None, None), ""),
    }
    made_of.__dict__["hits"] = {k: ["taxi_or_vehicle"] for k in made_of.records}
    made_of.__dict__["groups"] = {}
    made_of.__dict__["persons"] = {}
    return made_of


def _row(key: str, at, location: str) -> dict:
    kind, _, ref = key.partition(":")
    return {
        "record_key": key, "record_type": kind, "record_ref": ref, "latitude": at[0], "longitude": at[1], "location": location,
        "district": "Northmoor", "known_at": datetime(2026, 3, 1, tzinfo=UTC), "offence": "", "risk": "", "list": "", "agency": "",
        "category": "", "name": "", "kind": "",
    }  # fmt: skip


def test_a_record_about_no_known_child_is_folded_to_the_place_of_the_profile_where_it_lies():
    cell = h3.latlng_to_cell(*HERE, H3_RESOLUTION)
    made = heads([cell])
    assert [made.cell_of(r) for r in made.records.values()] == [cell, cell, "", ""]
    (line,) = made._items({("place", cell): {"incidents:1", "incidents:2"}})
    assert (line["about"], line["ident"], line["title"]) == ("place", cell, "around Harbour Road")
    assert (line["group_id"], line["person_id"], line["record_key"]) == ("", "", "")


def test_a_place_is_named_without_a_front_door():
    cell = h3.latlng_to_cell(*HERE, H3_RESOLUTION)
    assert heads([cell]).place_names == {cell: "around Harbour Road"}


def test_where_no_place_was_assessed_a_record_stands_by_itself():
    """A child's own home makes no place (practice rule 10), so nothing is folded to it."""
    made = heads([])
    assert {made.cell_of(r) for r in made.records.values()} == {""}


def test_groups_come_first_then_children_places_and_records():
    cell = h3.latlng_to_cell(*HERE, H3_RESOLUTION)
    made = heads([cell])
    made.__dict__["groups"] = {"g-1": {"label": "Group"}}
    folded = {
        ("record", "incidents:3"): {"incidents:3"}, ("place", cell): {"incidents:2"}, ("child", "p-1"): {"incidents:4"},
        ("group", "g-1"): {"incidents:1"},
    }  # fmt: skip
    assert [i["about"] for i in made._items(folded)] == ["group", "child", "place", "record"]
