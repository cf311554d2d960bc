"""People named only in a text. Each case: what is known, what the text says, and who it is."""

from __future__ import annotations

import datetime as dt
import time

import pyarrow as pa
import pytest
from identity_people import make, row

from redshank.identity import link_mentions, new_epoch, records_to_relink, resolve
from redshank.tables import BETWEEN

NONE = BETWEEN["judgements"].empty(), BETWEEN["person_ledger"].empty()
WHEN = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
KAYLEIGH = row(
    "crimes:C1", "KAYLEIGH", "WINTERS", "2009-03-12", "F", "+447700900001", None, "1 HIGH ST", aka="KAYKAY"
)
SMITH_1 = row("crimes:C2", "DAVID", "SMITH", "1980-03-12", "M", "+447700900002")
SMITH_2 = row("crimes:C3", "DAVID", "SMITH", "1991-07-01", "M", "+447700900003")
RARE = row("custody:U1", "ZBIGNIEW", "PRZYBYLSKI", "1985-01-09", "M")


class World:
    def __init__(self, engine) -> None:
        self.engine = engine
        others = make(250, 5)[0]
        self.appearances = pa.concat_tables(
            [others, BETWEEN["appearances"].build([KAYLEIGH, SMITH_1, SMITH_2, RARE])]
        )
        self.epoch = new_epoch(self.appearances, engine)
        self.tables = resolve(self.appearances, None, None, self.epoch, *NONE, 1, engine).tables
        self.person = {r["appearance_id"]: r["person_id"] for r in self.tables["person_of"].to_pylist()}

    def link(
        self, said: list[dict], vehicles=(), phones=(), people=(), district="North", only=None
    ) -> list[dict]:
        appearances, tables = self.appearances, self.tables
        if people:
            appearances = pa.concat_tables([appearances, BETWEEN["appearances"].build(list(people))])
            tables = resolve(appearances, None, None, self.epoch, *NONE, 1, self.engine).tables
        keys = {*appearances["record_key"].to_pylist(), "incidents:I1"}
        records = BETWEEN["records"].build(
            [{"record_key": k, "own_at": WHEN, "known_at": WHEN, "district": district} for k in sorted(keys)]
        )
        return link_mentions(
            BETWEEN["mentions"].build(said), appearances, tables["person_of"], tables["persons"], self.epoch,
            BETWEEN["vehicles"].build(list(vehicles)), BETWEEN["phones"].build(list(phones)), records,
            self.engine, only,
        ).to_pylist()  # fmt: skip

    def id(self, appearance: dict) -> str:
        return self.person[appearance["appearance_id"]]


@pytest.fixture(scope="module")
def world(engine) -> World:
    return World(engine)


def named(first: str, sur: str, record: str = "incidents:I1", start: int = 10, **more) -> dict:
    name = f"{first} {sur}".strip()
    return {"record_key": record, "kind": "person", "start": start, "end": start + len(name), "text": name.title(),
            "value": name, "first_std": first, "sur_std": sur, "nickname": False, "negated": False,
            "near_role": "", **more}  # fmt: skip


def thing(kind: str, value: str, record: str = "incidents:I1") -> dict:
    return {
        "record_key": record,
        "kind": kind,
        "start": 50,
        "end": 58,
        "text": value,
        "value": value,
        "negated": False,
    }


def seen(record: str, vrm: str = "AB12CDE") -> dict:
    return {"record_key": record, "known_at": WHEN, "role": "seen", "vrm": vrm}


def test_a_misspelt_child_in_a_vehicle_known_from_a_crime(world: World) -> None:
    said = [named("KAYLEIGH", "WINTRS"), thing("vehicle", "AB12CDE")]
    [link] = world.link(said, [seen("crimes:C1")])
    assert link["person_id"] == world.id(KAYLEIGH)
    assert (link["record_key"], link["start"], link["end"]) == ("incidents:I1", 10, 25)
    assert "same vehicle in crimes:C1" in link["why"]
    assert 0.9 < link["probability"] < 1


def test_without_the_vehicle_the_misspelt_name_is_not_enough(world: World) -> None:
    said = [named("KAYLEIGH", "WINTRS")]
    weak = world.link(said, district="")
    assert all(link["probability"] < 0.999 for link in weak)
    assert not world.link([named("KALEY", "WINTRS")], district="")


def test_a_rare_name_links_by_itself(world: World) -> None:
    [link] = world.link([named("ZBIGNIEW", "PRZYBYLSKI")])
    assert link["person_id"] == world.id(RARE)


def test_a_common_name_links_to_nobody(world: World) -> None:
    assert world.link([named("DAVID", "SMITH")]) == []


def test_a_common_name_with_a_telephone_links_to_the_right_one(world: World) -> None:
    [link] = world.link([named("DAVID", "SMITH"), thing("phone", "+447700900003")])
    assert link["person_id"] == world.id(SMITH_2)
    assert "telephone" in link["why"]


def test_a_birth_date_in_the_text_decides_between_two(world: World) -> None:
    [link] = world.link([named("DAVID", "SMITH"), thing("birth_date", "1980-03-12")])
    assert link["person_id"] == world.id(SMITH_1)


def test_two_equally_likely_people_get_no_link(world: World) -> None:
    said = [named("DAVID", "SMITH"), thing("vehicle", "AB12CDE")]
    assert world.link(said, [seen("crimes:C2"), seen("crimes:C3")]) == []


def test_an_age_years_off_speaks_against(world: World) -> None:
    said = [named("KAYLEIGH", "WINTERS", age=41)]
    assert world.link(said, district="") == []


def test_a_street_name_links_only_with_something_shared(world: World) -> None:
    street = named("", "", value="KAYKAY", nickname=True)
    assert world.link([street], district="") == []
    [link] = world.link([street, thing("phone", "+447700900001")])
    assert link["person_id"] == world.id(KAYLEIGH)


def test_the_records_own_people_are_not_linked_again(world: World) -> None:
    own = row("incidents:I1", "KAYLEIGH", "WINTERS", None, "F")
    assert (
        world.link(
            [named("KAYLEIGH", "WINTRS"), thing("vehicle", "AB12CDE")], [seen("crimes:C1")], people=[own]
        )
        == []
    )


def test_a_negated_mention_is_no_mention(world: World) -> None:
    assert world.link([named("ZBIGNIEW", "PRZYBYLSKI", negated=True)]) == []


def test_a_forename_alone_is_never_linked(world: World) -> None:
    assert world.link([named("KAYLEIGH", ""), thing("vehicle", "AB12CDE")], [seen("crimes:C1")]) == []


def test_a_vehicle_that_everybody_has_ties_nobody(world: World) -> None:
    everywhere = [seen(k) for k in world.appearances["record_key"].to_pylist()]
    said = [named("DAVID", "SMITH"), thing("vehicle", "AB12CDE")]
    assert world.link(said, everywhere) == []


def test_some_records_give_the_same_links_as_all(world: World) -> None:
    keys = world.appearances["record_key"].to_pylist()
    rows = world.appearances.to_pylist()
    said = [
        named(r["first_std"], r["sur_std"], record=keys[(k * 7) % len(keys)], start=k)
        for k, r in enumerate(rows[:200]) if r["sur_std"]
    ]  # fmt: skip
    vehicles = [seen(k, f"AB{i % 90:02d}CDE") for i, k in enumerate(keys)]
    every = world.link(said, vehicles)
    assert len(every) > 10
    some = {said[0]["record_key"], every[0]["record_key"], every[-1]["record_key"]}
    part = world.link(said, vehicles, only=pa.array(sorted(some)))
    assert part == [link for link in every if link["record_key"] in some]


def test_a_new_person_sends_the_mentions_of_their_name_to_be_linked_again(world: World) -> None:
    new = row("custody:U9", "KAYLEY", "WINTERS", "1970-01-09", "F")
    appearances = pa.concat_tables([world.appearances, BETWEEN["appearances"].build([new])])
    night = resolve(
        appearances, pa.array([new["appearance_id"]]), world.tables, world.epoch, NONE[0],
        world.tables["person_ledger"], 2, world.engine,
    )  # fmt: skip
    said = BETWEEN["mentions"].build(
        [
            named("KAYLEIGH", "WINTRS"),
            named("TOMASZ", "LOMAX", "incidents:I2"),
            named("PAIGE", "ROWE", "incidents:I3"),
        ]
    )
    again = records_to_relink(
        said, pa.array(["custody:U9"]), night.changed_people, appearances, BETWEEN["vehicles"].empty(),
        BETWEEN["phones"].empty(), BETWEEN["records"].empty(), BETWEEN["mention_links"].empty(),
        world.epoch, world.engine, before=world.tables, now=night.tables,
    )  # fmt: skip
    assert again.to_pylist() == ["custody:U9", "incidents:I1"]


@pytest.mark.parametrize(
    ("district", "asked"), [("North", ["custody:U8"]), ("South", ["custody:U8", "incidents:I1"])]
)
def test_somebody_seen_once_more_sends_an_older_text_only_where_something_is_new(
    world: World, district: str, asked: list[str]
) -> None:
    again = row(
        "custody:U8",
        "KAYLEIGH",
        "WINTERS",
        "2009-03-12",
        "F",
        "+447700900001",
        None,
        "1 HIGH ST",
        aka="KAYKAY",
    )
    appearances = pa.concat_tables([world.appearances, BETWEEN["appearances"].build([again])])
    night = resolve(
        appearances, pa.array([again["appearance_id"]]), world.tables, world.epoch, NONE[0],
        world.tables["person_ledger"], 2, world.engine,
    )  # fmt: skip
    where = {"crimes:C1": "North", "custody:U8": district}
    records = BETWEEN["records"].build([{"record_key": k, "district": d} for k, d in where.items()])
    found = records_to_relink(
        BETWEEN["mentions"].build([named("KAYLEIGH", "WINTRS")]), pa.array(["custody:U8"]), night.changed_people,
        appearances, BETWEEN["vehicles"].empty(), BETWEEN["phones"].empty(), records, BETWEEN["mention_links"].empty(),
        world.epoch, world.engine, before=world.tables, now=night.tables,
    )  # fmt: skip
    assert found.to_pylist() == asked


def test_thousands_of_mentions_do_not_take_minutes(engine) -> None:
    appearances, _ = make(500, 31)
    epoch = new_epoch(appearances, engine)
    tables = resolve(appearances, None, None, epoch, *NONE, 1, engine).tables
    rows = appearances.to_pylist()
    said = [
        named(r["first_std"], r["sur_std"], record=rows[(k * 13) % len(rows)]["record_key"], start=k)
        for k, r in enumerate(rows * 2) if r["sur_std"]
    ][:3000]  # fmt: skip
    records = BETWEEN["records"].build([{"record_key": r["record_key"], "own_at": WHEN} for r in rows])
    begun = time.perf_counter()
    links = link_mentions(
        BETWEEN["mentions"].build(said), appearances, tables["person_of"], tables["persons"], epoch,
        BETWEEN["vehicles"].empty(), BETWEEN["phones"].empty(), records, engine,
    )  # fmt: skip
    print(f"{len(said)} mentions, {links.num_rows} links, {time.perf_counter() - begun:.2f} s")
    assert time.perf_counter() - begun < 60


SMITHS = [row(f"crimes:S{n}", "DAVID", "SMITH", f"19{60 + n}-02-0{1 + n % 9}", "M", f"+4477009011{n:02}") for n in range(30)]  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        [thing("phone", "+447700901107")],
        [thing("birth_date", "1972-02-04")],
        [thing("phone", "+447700901107"), thing("phone", "+447700901108")],
        [],
    ],
    ids=["a number of one", "a birth date of one", "numbers of two", "nothing"],
)
def test_a_common_name_is_decided_alike_whether_everybody_who_bears_it_is_looked_at_or_who_is_tied(
    world: World, monkeypatch, said
) -> None:
    from redshank.identity import mentions

    found = {}
    for floor in (-(10**9), 10**9):  # everybody; only who shares a fact with the record
        monkeypatch.setattr(mentions, "_floor", lambda floor=floor: floor)
        found[floor] = world.link([named("DAVID", "SMITH"), *said], people=SMITHS)
    everybody, tied = found.values()
    assert len(everybody) == len(tied) == (len(said) == 1)
    for a, b in zip(everybody, tied, strict=True):
        assert {k: v for k, v in a.items() if k != "probability"} == {
            k: v for k, v in b.items() if k != "probability"
        }
        assert b["probability"] == pytest.approx(a["probability"], abs=0.05)


def test_the_many_who_bear_a_name_and_are_not_looked_at_count_in_the_probability(
    world: World, monkeypatch
) -> None:
    from redshank.identity import mentions

    monkeypatch.setattr(mentions, "_floor", lambda: 10**9)
    said = [named("DAVID", "SMITH"), thing("phone", "+447700900003")]
    [few], [many] = world.link(said), world.link(said, people=SMITHS)
    assert many["probability"] < few["probability"] < 1


def test_the_odds_of_the_many_are_the_same_in_whatever_order_their_names_are_found() -> None:
    """A delta finds them in another order than a whole night, and both must say the same to the last bit."""
    import numpy as np
    import pandas as pd

    from redshank.identity.mentions import Alike

    points = np.random.default_rng(5).integers(-30_000, -4_000, 400)
    names = pd.DataFrame({"l": 0, "r": np.arange(400), "points": points, "how": ""})
    told = pd.DataFrame({"mention": [7], "l": [0]})
    borne = pd.DataFrame({"person": [f"p{n}" for n in range(1200)], "r": np.arange(1200) % 400})
    orders = [names.sample(frac=1, random_state=n) for n in range(20)]
    assert len({Alike(order, told, borne).odds()[7] for order in orders}) == 1
