"""The sum of nights is the full computation: in every column, with ids and days from the ledger."""

from __future__ import annotations

import shutil

import pytest

from redshank.tables import FINDINGS

from .conftest import findings, load, run


def test_full_gives_the_findings_of_the_nights_it_replaces(home):
    before = findings(home)
    report = run(home, full=True)
    assert report["full"] == "asked for"
    after = findings(home)
    for name in FINDINGS:
        assert after[name].equals(before[name]), name


def test_a_night_with_nothing_new_makes_no_run(home):
    report = run(home)
    assert report["nothing_new"]
    again = run(home)
    assert again["run"] == report["run"]


def test_full_twice_is_equal_to_the_byte(home):
    run(home, full=True)
    first = findings(home)
    run(home, full=True)
    assert all(findings(home)[n].equals(first[n]) for n in FINDINGS)


def groupings(tables) -> set[frozenset]:
    """Persons as sets of their rows' records, without ids: equal up to renaming."""
    people: dict[str, set] = {}
    for row in tables["people"].to_pylist():
        people.setdefault(row["person_id"], set()).add((row["delivery"], row["record_ref"], row["row"]))
    return {frozenset(rows) for rows in people.values()}


def suspects(tables) -> set[frozenset]:
    """Groups as sets of sets of rows of their people."""
    rows: dict[str, set] = {}
    for row in tables["people"].to_pylist():
        rows.setdefault(row["person_id"], set()).add((row["record_type"], row["record_ref"]))
    out: dict[str, set] = {}
    for row in tables["groups"].to_pylist():
        out.setdefault(row["group_id"], set()).add(
            (row["role"], frozenset(rows.get(row["person_id"], {row["part"]})))
        )
    return {frozenset(members) for members in out.values()}


def test_one_night_over_both_deliveries_finds_the_same_people_and_groups(force, home, tmp_path):
    """Loading both and reading once differs from two nights in the epoch alone; a renewed epoch makes them equal."""
    at_once = tmp_path / "at-once"
    load(at_once, force / "first", force / "night")
    run(at_once)
    run(home, full=True, new_epoch=True)
    once, nights = findings(at_once), findings(home)
    assert groupings(once) == groupings(nights)
    assert suspects(once) == suspects(nights)
    for name in ("signals", "language", "places"):
        assert once[name].num_rows == nights[name].num_rows


@pytest.mark.parametrize("table", ["signals", "people", "groups", "children", "places"])
def test_a_night_reads_what_the_delta_touches(after_first, after_both, table):
    """The night's delivery leaves most of what stood as it stood."""
    before, after = findings(after_first)[table], findings(after_both)[table]
    drop = [c for c in ("as_of",) if c in before.column_names]
    old = {tuple(r.values()) for r in before.drop_columns(drop).to_pylist()}
    new = {tuple(r.values()) for r in after.drop_columns(drop).to_pylist()}
    assert len(old & new) >= 0.5 * len(old)


def test_an_earlier_as_of_and_back_again_gives_the_same_findings(home):
    from datetime import timedelta

    from redshank import records
    from redshank.store import Store

    before = findings(home)
    last = records.last_record_time(Store.open(home))
    run(home, as_of=last - timedelta(days=40))
    earlier = findings(home)
    assert earlier["signals"].num_rows < before["signals"].num_rows
    run(home)
    after = findings(home)
    for name in ("signals", "language", "places", "quarantine"):
        assert after[name].equals(before[name]), name
    # Ids that the earlier run gave to parts of a person stay in the ledger; who is who is the same.
    assert groupings(after) == groupings(before)


def test_copying_a_home_copies_its_findings(home, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(home, other)
    assert all(findings(other)[n].equals(findings(home)[n]) for n in FINDINGS)
