"""A list of businesses taken in at once: each row with what stands against it, whole or by rows, and no business twice."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from redshank.web.accounts.roles import ROLES
from redshank.web.makesafe.bulk import MOST_BYTES, MOST_ROWS
from redshank.web.makesafe.models import Business, Step
from redshank.web.policy.models import Restriction
from redshank.web.trail.models import Entry

from .conftest import client_of
from .test_makesafe import TEAM, added, text_of
from .test_meetings_race import at_once

PAGE = "/makesafe/list"
HEAD = "Name,Category,District,Address,Postcode,Latitude,Longitude,Licence"
TERN = "Tern Hotel,Hotel,Northmere,2 Reed Lane,ZZ9 9CC,52.4,-1.2,L1"
KNOT = "Knot Taxis,taxi operator,Southmere,9 Ford Street,ZZ9 9DD,,,L2"
LODGE = "The Marsh Lodge,hotel,,{address},{postcode},,,L3"


@pytest.fixture
def lodge(home):
    from redshank.web.heads.models import Premises

    return Premises.objects.get(record_key="premises:PR-1", valid_to=None)


def looks(client, *lines: str, head: str = HEAD, **more):
    return client.post(PAGE, {"act": "look", "text": "\n".join([head, *lines])} | more)


def states(answer) -> dict[int, str]:
    return {r.number: r.state for r in answer.context["looked"].rows}


def takes(client, shown, *numbers: int, act: str = "ticked", once: str = "o", **more):
    looked = shown.context["looked"]
    given = {"act": act, "text": "\r\n".join(shown.context["text"].splitlines()), "digest": looked.digest, "once": once, "row": numbers}  # fmt: skip
    return client.post(PAGE, given | more)


@pytest.mark.databases
def test_a_list_is_looked_at_first_and_taken_in_whole_with_an_entry_in_the_audit(sign_in):
    client = sign_in("neighbourhood_officer")
    shown = looks(client, TERN, KNOT)
    assert states(shown) == {2: "good", 3: "good"}
    assert not Business.objects.exists()  # nothing is kept by looking
    assert shown.context["looked"].left_alone == ["Licence"]
    answer = takes(client, shown, act="whole")
    assert (answer.status_code, answer.url) == (302, "/makesafe")
    tern, knot = Business.objects.order_by("-name")
    assert (tern.category, tern.postcode, tern.latitude, knot.category, knot.latitude) == ("hotel", "ZZ9 9CC", 52.4, "taxi", None)  # fmt: skip
    assert {s.kind for s in Step.objects.all()} == {"added"}
    assert "row 3" in knot.steps.get().text
    kept = json.loads(Entry.objects.get(action="collection", kind="businesses").details)
    assert (kept["rows"], kept["taken"], kept["left"]) == (2, 2, 0)
    assert sorted(kept["businesses"]) == sorted([tern.pk, knot.pk])
    # Sent again, by whoever: nothing is there twice.
    takes(sign_in("partnership_officer"), shown, 2, 3, once="again")
    assert Business.objects.count() == 2


def test_a_file_of_an_office_is_read_as_it_is_saved_there(sign_in):
    client = sign_in("partnership_officer")
    data = (
        (HEAD + "\r\n" + TERN.replace("Tern Hotel", "Café Tern") + "\r\n").replace(",", ";").encode("cp1252")
    )
    shown = client.post(PAGE, {"act": "look", "file": SimpleUploadedFile("list.csv", data)})
    assert shown.context["looked"].rows[0].given["name"] == "Café Tern"
    assert takes(client, shown, 2).status_code == 302
    assert Business.objects.get().name == "Café Tern"


def test_every_row_says_what_is_wrong_with_it_and_only_what_is_ticked_is_taken_in(sign_in):
    client = sign_in("neighbourhood_officer")
    shown = looks(
        client, TERN, ",Hotel,Northmere,3 Reed Lane,,,,", "Old Mill,windmill,Northmere,4 Reed Lane,,,,",
        "Far Inn,Hotel,Northmere,5 Reed Lane,,152.4,-1.2,", TERN, "Elsewhere Inn,Hotel,Atlantis,6 Reed Lane,,,,", KNOT + ",x,y",
    )  # fmt: skip
    assert states(shown) == {2: "good", 3: "wrong", 4: "wrong", 5: "wrong", 6: "wrong", 7: "look", 8: "wrong"}
    text = text_of(shown)
    for says in (
        "Write the name of the business", "Choose the kind of business", "Write the latitude in decimal degrees", "It stands in row 2 already",
        "in a district called “Atlantis”", "more cells than the first row",
    ):  # fmt: skip
        assert says in text
    assert "Take in the whole file" not in text
    assert takes(client, shown, act="whole").status_code == 400  # also where somebody sends it
    assert takes(client, shown).status_code == 400
    assert not Business.objects.exists()
    answer = takes(client, shown, 2, 4, 6)
    assert answer.status_code == 302
    assert [b.name for b in Business.objects.all()] == ["Tern Hotel"]
    assert "row 4, 6" in text_of(client.get("/makesafe"))


def test_a_business_that_is_in_the_operation_is_never_taken_in_again_and_one_alike_only_by_hand(sign_in):
    client = sign_in("neighbourhood_officer")
    number = added(client)
    near = "The Tern Hotel and Bar,Hotel,Northmere,4 Reed Lane,,52.4,-1.2,"
    shown = looks(client, TERN, near)
    assert states(shown) == {2: "there", 3: "look"}
    assert f"/makesafe/businesses/{number}" in shown.content.decode()
    assert shown.context["ticked"] == set()
    takes(client, shown, 2, 3)
    assert sorted(b.name for b in Business.objects.all()) == ["Tern Hotel", "The Tern Hotel and Bar"]
    # What left the operation is there too: it is opened again, not doubled.
    Business.objects.filter(pk=number).update(state="closed")
    assert states(looks(client, TERN)) == {2: "there"}


def test_one_of_the_premises_register_is_taken_in_as_that_one(sign_in, lodge):
    client = sign_in("neighbourhood_officer")
    row = LODGE.format(address=lodge.address, postcode=lodge.postcode)
    shown = looks(client, row)
    assert states(shown) == {2: "good"}
    takes(client, shown, 2)
    made = Business.objects.get()
    assert (made.premises_key, made.district, made.latitude) == (
        "premises:PR-1",
        lodge.district,
        lodge.latitude,
    )
    assert made.steps.get().kind == "taken"
    assert "Marsh Lodge" not in text_of(client.get("/makesafe/register")).split("Premises register:")[-1]
    assert states(looks(client, row)) == {2: "there"}


def test_what_is_out_of_sight_is_neither_told_nor_in_the_way(sign_in, lodge):
    client = sign_in("neighbourhood_officer")
    row = LODGE.format(address=lodge.address, postcode=lodge.postcode)
    takes(client, looks(client, row), 2)
    Restriction.objects.create(kind="record", ident="premises:PR-1", by=sign_in("safeguarding_lead").user, reason="need to know")  # fmt: skip
    shown = looks(client, row)
    assert states(shown) == {2: "good"}
    assert takes(client, shown, 2, once="second").status_code == 302
    assert Business.objects.filter(premises_key="").count() == 1


def test_a_list_that_was_changed_since_it_was_shown_is_shown_again(sign_in):
    client = sign_in("neighbourhood_officer")
    shown = looks(client, TERN)
    answer = takes(client, shown, 2, text="\n".join([HEAD, KNOT]))
    assert answer.status_code == 400
    assert "look at it again first" in text_of(answer)
    assert not Business.objects.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds something"),
        (HEAD, "a heading and no row"),
        ("Name,District\nTern,Northmere", "no column for: category, address"),
        (HEAD + ",Name\n" + TERN + ",x", "More than one column for: name"),
        (HEAD + "\n" + "\n".join([KNOT] * (MOST_ROWS + 1)), "take in no more than"),
        ("x" * (MOST_BYTES + 1), "take it in by parts"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(sign_in, text, says):
    answer = sign_in("neighbourhood_officer").post(PAGE, {"act": "look", "text": text})
    assert answer.status_code == 400
    assert says in text_of(answer)


@pytest.mark.parametrize("role", [r for r in ROLES if r not in TEAM])
def test_only_the_teams_take_in_a_list(sign_in, role):
    client = sign_in(role)
    assert client.get(PAGE).status_code == 404
    assert looks(client, TERN).status_code == 404


# ---- districts on the map --------------------------------------------------------------------------------------


def test_the_map_has_districts_for_the_teams_too_and_says_from_what_they_are_drawn(sign_in, lodge):
    import h3

    client = sign_in("neighbourhood_officer")
    number = added(client)
    told = client.get("/makesafe/points.json").json()["outlines"]
    names = {o["properties"]["name"] for o in told}
    assert "Northmere" in names
    assert "drawn from coarse cells of the premises that are known there; they are not the official boundaries" in text_of(client.get("/makesafe"))  # fmt: skip
    # The lines of a team run around what it sees, and around nothing else.
    corners = {tuple(p) for o in told for ring in o["geometry"]["coordinates"] for p in ring}
    seen = [(lodge.latitude, lodge.longitude), (52.4, -1.2)]
    from redshank.web.heads.models import Premises

    seen += list(
        Premises.objects.filter(valid_to=None, latitude__isnull=False).values_list("latitude", "longitude")
    )
    cells = {h3.latlng_to_cell(*at, 6) for at in seen}
    assert corners <= {(round(x, 5), round(y, 5)) for c in cells for y, x in h3.cell_to_boundary(c)}
    Business.objects.filter(pk=number).update(district="Nowhere", latitude=53.9, longitude=-2.9)
    assert "Nowhere" in {
        o["properties"]["name"] for o in client.get("/makesafe/points.json").json()["outlines"]
    }
    # Who sees all records has the lines of the profile by place.
    analyst = sign_in("analyst")
    assert (
        analyst.get("/makesafe/points.json").json()["outlines"]
        == analyst.get("/map/cells.json").json()["outlines"]
    )
    assert "drawn from coarse cells of all records" in text_of(analyst.get("/makesafe"))


@pytest.mark.databases
def test_of_four_who_send_the_same_businesses_at_once_each_is_taken_in_once(own_database):
    """Also where their lists stand in another order: nobody waits for somebody who waits for them."""
    lines = [f"Inn {n},hotel,Northmere,{n} Reed Lane,ZZ9 9CC,,,L{n}" for n in range(12)]
    clients = [client_of(r) for r in ("neighbourhood_officer", "neighbourhood_officer-2", "partnership_officer", "partnership_officer-2")]  # fmt: skip
    shown = [looks(c, *(lines if n % 2 else reversed(lines))) for n, c in enumerate(clients)]
    ended = at_once([
        lambda c=c, s=s, n=n: takes(c, s, act="whole", once=f"of-{n}").status_code
        for n, (c, s) in enumerate(zip(clients, shown, strict=True))
    ])  # fmt: skip
    assert set(ended) <= {302, 400}, "whoever comes later is told, and nothing breaks"
    assert 302 in ended
    names = sorted(Business.objects.values_list("name", flat=True))
    assert names == sorted(f"Inn {n}" for n in range(12))
    assert Step.objects.filter(kind="added").count() == 12
