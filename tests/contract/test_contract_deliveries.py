"""What goes in: deliveries, replacement, quarantine, formats, as `extracts.md` has them."""

from datetime import UTC, date, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from contract_tools import delivery, export, incident, named, ok, redshank, rows, whole, write_csv

CAR = "A girl of 14 got into the back of a silver estate driven by somebody the family do not recognise."
SHOP = "A boy of 15 has been found twice in the back room of the vape shop after closing time."


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def night(home, tmp_path, *args):
    """Runs a night and returns its findings."""
    ok("night", *args, home=home)
    night.count = getattr(night, "count", 0) + 1
    return export(home, tmp_path / f"out-{night.count}")


def indicators(found):
    return {(r["record_ref"], r["indicator"]) for r in found["signals"]}


# ---- the same again


def test_loading_twice_changes_nothing(homes, force, work, tmp_path):
    ok("load", force / "first", home=work)
    ok("load", force / "night", home=work)
    ok("night", home=work)
    assert whole(export(work, tmp_path / "out")) == whole(homes.found_two)


def test_same_name_other_content_is_refused_with_advice(force, work, homes, tmp_path):
    other = delivery(tmp_path / "first", incidents=[incident("I1")])
    done = redshank("load", other, home=work)
    assert done.returncode == 10
    assert "--name" in done.stderr
    ok("night", home=work)
    assert whole(export(work, tmp_path / "out")) == whole(homes.found_two)
    ok("load", other, "--name", "another", home=work)


def refused(home, folder, *words):
    done = redshank("load", folder, home=home)
    assert done.returncode == 10, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    return done


def test_refused_deliveries(home, tmp_path):
    unknown = delivery(tmp_path / "unknown", incidents=[incident("I1")], weather=[{"day": "1"}])
    refused(home, unknown, "weather.csv")
    no_key = delivery(
        tmp_path / "nokey", incidents=[{"received_at": "2026-01-01T00:00:00+00:00", "log": "x"}]
    )
    refused(home, no_key, "incident_ref")
    twice = delivery(tmp_path / "twice", incidents=[incident("I1")])
    pq.write_table(
        pa.table({"incident_ref": ["I2"], "received_at": ["2026-01-01T00:00:00+00:00"]}),
        twice / "incidents.parquet",
    )
    refused(home, twice, "incidents")
    many = [incident(f"I{n}", log="caf\xe9 opened") for n in range(10)] + [incident("I10")]
    latin = tmp_path / "latin"
    write_csv(latin / "incidents.csv", many, encoding="latin-1")
    refused(home, latin, "mapping")
    garbage = delivery(tmp_path / "garbage", incidents=[incident("I1")])
    (garbage / "incidents.csv").rename(garbage / "incidents.parquet")
    refused(home, garbage)
    # and the store is as it was: nothing of them is there
    ok("load", delivery(tmp_path / "good", incidents=[incident("I77", log=CAR)]), home=home)
    found = night(home, tmp_path)
    assert {ref for ref, _ in indicators(found)} == {"I77"}
    assert found["quarantine"] == []


def test_a_delivery_that_is_not_there(home, tmp_path):
    done = redshank("load", tmp_path / "none", home=home)
    assert done.returncode in (2, 10)
    assert "Traceback" not in done.stderr


# ---- replacement


def test_replacement_brings_its_people_and_earlier_versions_stay(home, tmp_path):
    people = [
        named("incidents", r, "subject", "Ffion", "Duarte", "2011-01-01") for r in ("I1", "I2", "I3", "I4")
    ]
    times = {r: f"2026-01-1{n}T00:00:00+00:00" for n, r in enumerate(("I1", "I2", "I3", "I4"))}
    ok(
        "load",
        delivery(
            tmp_path / "first", incidents=[incident(r, at, CAR) for r, at in times.items()], people=people
        ),
        home=home,
    )
    later = [incident(r, times[r], SHOP) for r in ("I1", "I2")] + [
        incident("I9", "2026-02-01T00:00:00+00:00")
    ]
    # I1 comes with other people, I2 with none, and one row is for I3, which stands in the first delivery alone
    again = [named("incidents", r, "witness", "Kofi", "Tembo", "1980-01-01") for r in ("I1", "I3")]
    ok("load", delivery(tmp_path / "second", incidents=later, people=again), home=home)
    # a delivery that brings no people table at all leaves I4 its people
    ok(
        "load",
        delivery(
            tmp_path / "third",
            incidents=[incident("I4", times["I4"], SHOP), incident("I10", "2026-02-03T00:00:00+00:00")],
        ),
        home=home,
    )
    found = night(home, tmp_path)
    assert {(r["record_ref"], r["delivery"], r["row"]) for r in found["people"]} == {
        ("I1", "second", "1"), ("I3", "first", "3"), ("I3", "second", "2"), ("I4", "first", "4"),
    }  # fmt: skip
    assert indicators(found) == {
        ("I1", "hotel_or_premises"),
        ("I2", "hotel_or_premises"),
        ("I3", "taxi_or_vehicle"),
        ("I4", "hotel_or_premises"),
    }
    # a later version is known from its delivery's time, the latest own time in it
    found = night(home, tmp_path, "--as-of", "2026-01-31T00:00:00+00:00")
    assert indicators(found) == {(r, "taxi_or_vehicle") for r in times}
    assert {(r["record_ref"], r["delivery"]) for r in found["people"]} == {(r, "first") for r in times}


# ---- quarantine


def test_quarantine_holds_exactly_the_broken_rows(homes, force):
    expected = {(r["delivery"], r["file"], r["row"]) for r in rows(force / "truth" / "quarantine.csv")}
    found = [(r["delivery"], r["file"], r["row"]) for r in homes.found_two["quarantine"]]
    assert set(found) - expected == set()
    assert expected - set(found) == set()
    assert len(found) == len(expected), "one entry for a row, for its first failing column"


def test_quarantine_says_which_column_why_and_whether_kept(homes, force):
    found = {(r["delivery"], r["file"], r["row"]): r for r in homes.found_two["quarantine"]}
    wrong = []
    for row in rows(force / "truth" / "quarantine_detail.csv"):
        got = found.get((row["delivery"], row["file"], row["row"]))
        if (
            got is None
            or (row["column"] and got["column"] != row["column"])
            or got["kept"] != row["kept"]
            or not got["problem"]
        ):
            wrong.append((row, got))
    assert wrong == []


# ---- formats: many small deliveries in one home, and one night over them all


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """What the loads said, by delivery, and the findings of the night after them."""
    base = tmp_path_factory.mktemp("mixed")
    at = "2026-01-01T20:00:00+00:00"

    def raw(name, file, data):
        (base / name).mkdir()
        (base / name / file).write_bytes(data)

    raw("rows", "incidents.csv", b'incident_ref,received_at,log\nN1,2026-01-01T00:00:00+00:00,"two\nlines"\nN2,nonsense,bad\nN3,2026-01-01T00:00:00+00:00,ok\nN4,2026-99-01T00:00:00+00:00,bad\n')  # fmt: skip
    raw(
        "mark",
        "incidents.csv",
        b"\xef\xbb\xbf"
        + f'incident_ref,received_at,log\r\nB1,2026-01-01T00:00:00+00:00,"{CAR}"\r\n'.encode(),
    )
    episode = {"episode_ref": "E1", "reported_at": at, "risk": "catastrophic", "narrative": "As reported."}
    people = [
        named("missing_episodes", "E1", role, "Leila", "Szabo", "2011-04-04")
        for role in ("ward", " Missing ")
    ]
    delivery(base / "labels", missing_episodes=[episode], people=people)
    one = incident("R1", log=CAR)
    delivery(base / "repeated", incidents=[one, incident("R2"), one, incident("R1", log=SHOP)])
    reports = [
        {
            "report_ref": "T1",
            "submitted_at": at,
            "source_evaluation": " 1",
            "intelligence_assessment": "a ",
            "handling": "p",
            "narrative": "Nothing.",
        }
    ]
    delivery(base / "codes", intelligence=reports, premises=[{"premises_ref": "P1", "name": "Inn", "kind": " HOTEL "}],
             people=[named("intelligence", "T1", "SUBJECT", "Kofi", "Tembo", "1980-01-01", sex="f ")])  # fmt: skip
    delivery(
        base / "columns",
        incidents=[{"incident_ref": "C1", "received_at": at, "log": CAR, "barometer": "990"}],
    )
    (base / "typed").mkdir()
    when = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)
    pq.write_table(
        pa.table(
            {
                "episode_ref": ["E2"],
                "reported_at": [when],
                "risk": ["low"],
                "narrative": ["As reported."],
                "found_latitude": [54.6],
            }
        ),
        base / "typed" / "missing_episodes.parquet",
    )
    pq.write_table(
        pa.table(
            {
                "record_type": ["missing_episodes"],
                "record_ref": ["E2"],
                "role": ["missing"],
                "forenames": ["Zehra"],
                "surname": ["Asante"],
                "date_of_birth": [date(2011, 4, 4)],
            }
        ),
        base / "typed" / "people.parquet",
    )
    book = openpyxl.Workbook()
    book.active.append(["incident_ref", "received_at", "latitude", "log"])
    book.active.append(["X1", datetime(2026, 1, 6, 12, 0), 54.61, CAR])
    book.active.append(["X2", datetime(2026, 1, 6, 12, 0), 512, CAR])
    book.save(base / "typed" / "incidents.xlsx")
    names = ("rows", "mark", "labels", "repeated", "codes", "columns", "typed")
    said = {name: ok("load", base / name, home=base / "home") for name in names}
    ok("night", home=base / "home")
    return said, export(base / "home", base / "out")


def set_aside(mixed, name):
    return {
        (r["file"], r["row"], r["column"], r["kept"]) for r in mixed[1]["quarantine"] if r["delivery"] == name
    }


def test_row_numbers_count_data_rows_as_a_parser_does(mixed):
    assert set_aside(mixed, "rows") == {
        ("incidents.csv", "2", "received_at", "false"),
        ("incidents.csv", "4", "received_at", "false"),
    }


def test_byte_order_mark_and_line_ends(mixed):
    assert set_aside(mixed, "mark") == set()
    assert ("B1", "taxi_or_vehicle") in indicators(mixed[1])


def test_unknown_role_and_risk_keep_the_child(mixed):
    assert set_aside(mixed, "labels") == {
        ("missing_episodes.csv", "1", "risk", "true"),
        ("people.csv", "1", "role", "true"),
    }
    assert {r["row"] for r in mixed[1]["people"] if r["record_ref"] == "E1"} == {"1", "2"}
    assert ("E1", "missing_episode") in indicators(mixed[1])


def test_a_repetition_within_a_delivery(mixed):
    assert {(file, row, kept) for file, row, _, kept in set_aside(mixed, "repeated")} == {
        ("incidents.csv", "4", "false")
    }
    assert {i for ref, i in indicators(mixed[1]) if ref == "R1"} == {"taxi_or_vehicle"}


def test_codes_are_compared_after_trimming_and_case_folding(mixed):
    assert set_aside(mixed, "codes") == set()


def test_missing_columns_read_as_empty_and_unknown_ones_are_named(mixed):
    assert "barometer" in mixed[0]["columns"].stdout + mixed[0]["columns"].stderr
    assert ("C1", "taxi_or_vehicle") in indicators(mixed[1])


def test_typed_parquet_and_xlsx(mixed):
    assert {("X1", "taxi_or_vehicle"), ("E2", "missing_episode")} <= indicators(mixed[1])
    assert set_aside(mixed, "typed") == {("incidents.xlsx", "2", "latitude", "false")}


def test_deliveries_in_another_order_group_alike(tmp_path):
    """Over other orders of delivery the groupings are equal up to renaming."""
    folders = [
        delivery(
            tmp_path / name,
            incidents=[incident(f"I-{name}", at, CAR)],
            people=[named("incidents", f"I-{name}", "subject", "Leila", "Szabo", "2011-04-04")],
        )
        for name, at in (("one", "2026-01-10T00:00:00+00:00"), ("two", "2026-02-10T00:00:00+00:00"))
    ]
    sets = []
    for name, order in (("a", folders), ("b", folders[::-1])):
        for folder in order:
            ok("load", folder, home=tmp_path / name)
        found = night(tmp_path / name, tmp_path)
        sets.append(
            {
                frozenset((r["delivery"], r["row"]) for r in found["people"] if r["person_id"] == p)
                for p in {r["person_id"] for r in found["people"]}
            }
        )
    assert sets[0] == sets[1] == {frozenset({("one", "1"), ("two", "1")})}
