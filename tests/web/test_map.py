"""The profile by place: what is too small is told coarser, a home never makes a place, and what each reader may take."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from types import SimpleNamespace

import h3
import pytest
from django.urls import reverse

from . import village
from .charts_tools import bare

pytestmark = pytest.mark.databases

CENTRE = (52.4101, -1.2101)


def cell(name: str, children: set[str], records: int = 1, district: str = "Northmere") -> SimpleNamespace:
    return SimpleNamespace(
        h3=name, children=children, records={f"incidents:{name}-{n}": 1 for n in range(records)}, districts=Counter({district: records}) if district else Counter(),
    )  # fmt: skip


def near(ring: int = 3) -> list[str]:
    return sorted(h3.grid_disk(h3.latlng_to_cell(*CENTRE, 9), ring))


# ---- coarser areas -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_every_area_holds_three_children_and_nothing_that_stands_by_itself(home, seed):
    from redshank.publish.areas import LEAST, coarser

    rng = random.Random(seed)
    spread = [h3.latlng_to_cell(52 + rng.random(), -1 - rng.random(), 9) for _ in range(40)]
    cells = [
        cell(name, {f"p-{rng.randrange(60)}" for _ in range(rng.randrange(1, 5))}, rng.randrange(1, 4), rng.choice(["Northmere", "Southmere", ""]))
        for name in sorted({*near(), *spread})
    ]  # fmt: skip
    areas = coarser(cells)
    assert areas
    alone = {r for c in cells if len(c.children) >= LEAST for r in c.records}
    told: Counter = Counter()
    for area in areas:
        assert len(area.children) >= LEAST
        assert not area.records & alone
        told.update(area.records)
    assert max(told.values()) == 1
    children = {c.h3: c.children for c in cells}
    for area in areas:
        inside = {r.removeprefix("incidents:").rpartition("-")[0] for r in area.records}
        assert set().union(*(children[n] for n in inside)) == area.children


def test_the_same_child_in_three_cells_is_one_child(home):
    from redshank.publish.areas import coarser

    assert coarser([cell(n, {"p-1"}) for n in near(1)]) == []


def test_what_is_too_small_everywhere_is_shown_nowhere(home):
    from redshank.publish.areas import coarser

    far = [h3.latlng_to_cell(51 + n, -1 - n, 9) for n in range(3)]
    assert coarser([cell(n, {f"p-{i}"}, district="") for i, n in enumerate(far)]) == []
    (rest,) = coarser([cell(n, {f"p-{i}"}) for i, n in enumerate(far)])
    assert rest.district == "Northmere"
    assert not h3.is_valid_cell(rest.cell)


# ---- a child's home, placement and school ------------------------------------------------------

HOME, SCHOOL, PLACEMENT, HOTEL = (52.30, -1.50), (52.31, -1.60), (52.32, -1.70), (52.33, -1.80)


@pytest.fixture(scope="module")
def never(home, tmp_path_factory):
    """Three children, each with records at a home, a school, a placement and a hotel; the heads of both kinds of place."""
    from redshank import night, records
    from redshank.publish import editions
    from redshank.publish.heads import Heads
    from redshank.store import Store

    base = tmp_path_factory.mktemp("never")
    e = village.Extract()
    where = {"HOME": HOME, "SCHOOL": SCHOOL, "PLACE": PLACEMENT, "HOTEL": HOTEL}
    for n, child in enumerate((village.CARA, village.DINA, village.ELIN), 1):
        words = {
            "HOME": child.address,
            "SCHOOL": "Elm Primary School",
            "PLACE": "Oak children's home",
            "HOTEL": f"{n} Quay Street",
        }
        for kind, at in where.items():
            e.record(
                "incidents", f"{kind}-{n}", 80 + n, f"{child.forenames} was given alcohol by an older man.", {"subject": child},
                opening_code="concern for safety", district="Northmere", location=words[kind],
                postcode=child.postcode if kind == "HOME" else f"ZZ8 {n}{kind[0]}{kind[1]}", latitude=str(at[0] + n / 100), longitude=str(at[1]),
            )  # fmt: skip
    store = Store.open(base / "home", create=True)
    records.load(store, e.write(base / "first"))
    with store.writing():
        night.run(store)
    run = editions.read(store)
    return Heads(run, run.full)


def test_the_hotel_makes_places_and_an_area(never):
    cells = {r["cell"]: r for r in never.place_rows().to_pylist()}
    assert {h3.latlng_to_cell(HOTEL[0] + n / 100, HOTEL[1], 9) for n in (1, 2, 3)} == set(cells)
    from redshank.publish.areas import made

    (area,) = made(never)["Area"].to_pylist()
    assert (area["children"], area["places"]) == (3, 3)


def test_home_school_and_placement_make_neither_place_nor_area(never):
    rows = [r for r in never.behind_rows().to_pylist() if r["kind"] in ("place", "area")]
    assert {r["kind"] for r in rows} == {"place", "area"}
    assert {r["record_key"].partition(":")[2].partition("-")[0] for r in rows} == {"HOTEL"}
    cells = {r["cell"] for r in never.place_rows().to_pylist()}
    for at in (HOME, SCHOOL, PLACEMENT):
        assert not {h3.latlng_to_cell(at[0] + n / 100, at[1], 9) for n in (1, 2, 3)} & cells


# ---- what each reader sees ---------------------------------------------------------------------


def told(client) -> str:
    """All that a reader can get of places: page, script's data, list, and both files where the role takes them."""
    urls = [
        reverse("map"),
        reverse("map-cells"),
        reverse("places"),
        *(reverse("map-file", args=[f]) for f in ("profile.csv", "profile.geojson")),
    ]
    return "".join(a.content.decode() for u in urls if (a := client.get(u)).status_code == 200)


def test_an_analyst_sees_every_place(sign_in, place):
    text = told(sign_in("analyst"))
    assert place.cell["lodge"] in text
    assert place.cell["kiosk"] in text


@pytest.mark.parametrize("role", ["partnership_officer", "tasking_chair", "mace_coordinator"])
def test_outside_the_analytical_roles_a_place_with_one_child_is_in_nothing(sign_in, place, role):
    client = sign_in(role)
    text = told(client)
    assert place.cell["lodge"] in text
    assert place.cell["kiosk"] not in text
    assert "Reed Kiosk" not in text
    assert client.get(reverse("place", args=[place.cell["kiosk"]])).status_code == 404
    assert client.get(reverse("behind", args=["place", place.cell["kiosk"]])).status_code == 404


def test_an_area_shows_to_them_and_opens_its_records(sign_in, place):
    from redshank.web.heads.models import Area, Behind, Publication

    run = Publication.objects.get(pk=1).current_run
    common = {"valid_from": run, "in_full": True, "in_open": True, "digest": 1}
    name = h3.cell_to_parent(place.cell["kiosk"], 6)
    Area.objects.create(uid=name, cell=name, resolution=6, name="an area in Southmere", district="Southmere", place=1, records=1, children=3, places=3, **common)  # fmt: skip
    Behind.objects.create(uid=f"area|{name}", kind="area", ident=name, record_key="incidents:N-9", **common)
    client = sign_in("partnership_officer")
    assert "an area in Southmere" in client.get(reverse("map")).content.decode()
    assert "incident N-9" in client.get(reverse("behind", args=["area", name])).content.decode()
    assert "an area in Southmere" not in told(sign_in("analyst"))
    from redshank.web.policy.models import Conflict

    Conflict.objects.create(user=client.user, person_id=place.person["Iris"], by=client.user, reason="family")
    assert "an area in Southmere" not in told(client)
    assert client.get(reverse("behind", args=["area", name])).status_code == 404


def test_the_table_and_the_map_hold_the_same(sign_in):
    client = sign_in("analyst")
    page = client.get(reverse("map"))
    cells = client.get(reverse("map-cells")).json()["cells"]
    rows = [s for d in page.context["districts"] for s in d["spots"]]
    assert {c["id"] for c in cells} == {s.cell for s in rows}
    assert {(c["properties"]["records"], c["properties"]["children"]) for c in cells} == {
        (s.records, s.children) for s in rows
    }


def test_a_district_narrows_page_data_and_file_alike(sign_in, place):
    client = sign_in("analyst")
    asked = {"district": "Southmere"}
    assert place.cell["lodge"] not in client.get(reverse("map-cells"), asked).content.decode()
    text = client.get(reverse("map-file", args=["profile.csv"]), asked).content.decode()
    assert {r["District"] for r in csv.DictReader(io.StringIO(text))} == {"Southmere"}


def test_districts_are_drawn_by_coarse_cells_only(home):
    from redshank.web.heads.models import Outline

    found = {o.district: o.parsed("shape") for o in Outline.objects.all()}
    assert "Northmere" in found
    corners = {tuple(p) for ring in found["Northmere"] for p in ring}
    allowed = {
        (round(lng, 5), round(lat, 5))
        for lat, lng in h3.cell_to_boundary(h3.latlng_to_cell(*village.LODGE, 6))
    }
    assert corners <= allowed


def test_a_file_that_leaves_is_in_the_audit(sign_in):
    from redshank.web.trail.models import Entry

    client = sign_in("analyst")
    for name in ("profile.csv", "profile.geojson"):
        assert client.get(reverse("map-file", args=[name])).status_code == 200
    kept = Entry.objects.filter(action="disclosure", kind="map", user=client.user)
    assert {json.loads(e.details)["file"] for e in kept} == {"profile.csv", "profile.geojson"}


@pytest.mark.parametrize(
    "role", ["response_officer", "partner_member", "missing_adviser", "learning", "administrator", "auditor"]
)
def test_a_role_without_places_meets_the_answer_for_nothing(sign_in, role):
    client = sign_in(role)
    nothing = bare(client.get("/map/files/nothing"))
    for url in (reverse("map"), reverse("map-cells"), reverse("map-file", args=["profile.csv"])):
        answer = client.get(url)
        assert answer.status_code == 404
        assert bare(answer) == nothing


def test_files_need_a_permission_of_their_own(sign_in):
    client = sign_in("mace_coordinator")
    assert client.get(reverse("map")).status_code == 200
    assert client.get(reverse("map-file", args=["profile.csv"])).status_code == 404


def test_what_was_not_shared_is_not_on_the_map(sign_in):
    client = sign_in("neighbourhood_officer")
    assert client.get(reverse("map")).context["total"] == 0
    assert client.get(reverse("map-cells")).json() == {"cells": [], "outlines": []}


def test_the_map_works_without_script_by_its_table(sign_in, place):
    text = sign_in("analyst").get(reverse("map")).content.decode()
    assert reverse("place", args=[place.cell["lodge"]]) in text
    assert "style=" not in text
    assert "<script>" not in text


def test_a_group_narrows_the_map_to_its_places_and_one_out_of_sight_is_none(sign_in, place):
    client = sign_in("tasking_chair")
    everything = client.get(reverse("map")).context["total"]
    own = client.get(reverse("map"), {"group": place.group["open"]})
    assert reverse("group", args=[place.group["open"]]) in own.content.decode()
    assert own.context["total"] <= everything
    closed = client.get(reverse("map"), {"group": place.group["closed"]})
    nothing = client.get(reverse("map"), {"group": "g-nothing"})
    assert closed.context["total"] == nothing.context["total"] == everything
    assert closed.context["group"] is None
