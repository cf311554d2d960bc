"""Erasure in the store: what named the record is gone, what is found is what would have been found without it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from redshank import erasure, night, records
from redshank.errors import UsageError
from redshank.store import Store, tombstones
from tests.erasure import force

ASKED = erasure.Asked(force.KEYS, "The court ordered it, case 12 of 2026.", "p.keeper", "s.second")


def read(home: Path, **more) -> dict:
    store = Store.open(home)
    with store.writing():
        return night.run(store, **more)


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> Path:
    """A home with the marked records, after a night and a replay."""
    base = tmp_path_factory.mktemp("erasure")
    records.load(Store.open(base / "home", create=True), force.first(base / "first"))
    read(base / "home")
    return base / "home"


@pytest.fixture(scope="module")
def erased(before: Path, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("erased") / "home"
    shutil.copytree(before, home)
    store = Store.open(home)
    with store.writing():
        done = erasure.erase(store, ASKED)
        erasure.finish(store, done.number, {"left": []})
    return home


def test_the_marks_are_found_where_they_stand(before):
    """Without this the next test could not fail."""
    found = force.told_in_files(before)
    assert all(any(t in f for f in found) for t in force.TELLTALES)
    assert any("state.person_ledger" not in f and f.startswith("data/state.") for f in found)


def test_no_file_of_the_store_holds_a_mark(erased):
    assert force.told_in_files(erased) == []
    store = Store.open(erased)
    assert store.unnamed() == []
    assert store.verify() == []
    assert [p.stem for p in (erased / "manifests").iterdir()] == [f"{store.manifest.number:06d}"]


def _without_ids(home: Path) -> dict[str, list]:
    tables, _ = night.published(Store.open(home))
    ids = ("person_id", "group_id", "person_a", "person_b", "delivery")
    out = {}
    for name, rows in tables.items():
        plain = rows.drop_columns([c for c in ids if c in rows.column_names])
        out[name] = sorted(re.sub(r"\b[pg]-[0-9a-f]{12}", "an id", repr(r)) for r in plain.to_pylist())
    return out


def test_findings_are_those_of_a_home_that_never_had_the_records(erased, tmp_path):
    home = tmp_path / "home"
    records.load(Store.open(home, create=True), force.first(tmp_path / "first", without=True))
    read(home)
    never, now = _without_ids(home), _without_ids(erased)
    assert never.keys() == now.keys()
    for name in never:
        assert now[name] == never[name], name
    # Of whom it is, too: which rows are one person, and who is in which group.
    assert _together(home) == _together(erased)


def _together(home: Path) -> set[frozenset]:
    tables, _ = night.published(Store.open(home))
    people: dict[str, set] = {}
    for r in tables["people"].to_pylist():
        people.setdefault(r["person_id"], set()).add((r["record_type"], r["record_ref"], r["row"]))
    groups: dict[str, set] = {}
    for r in tables["groups"].to_pylist():
        groups.setdefault(r["group_id"], set()).add(frozenset(people.get(r["person_id"], {r["person_id"]})))
    return {frozenset(v) for v in [*people.values(), *groups.values()]}


def test_people_who_stand_elsewhere_keep_their_ids_and_others_leave_the_ledger(before, erased):
    def ids(home: Path) -> set[str]:
        store = Store.open(home)
        return set(store.get(store.manifest.tables["state.person_ledger"])["person_id"].to_pylist())

    was, now = ids(before), ids(erased)
    assert now < was
    assert len(was - now) == 2  # the marked man, with and without a birth date
    tables, _ = night.published(Store.open(erased))
    assert set(tables["people"]["person_id"].to_pylist()) <= now


def test_the_tombstone_says_who_why_when_and_how_many_and_knows_the_key_again(erased):
    manifest = Store.open(erased).manifest
    (act,) = tombstones.of(manifest)["acts"]
    assert (act["by"], act["second"], act["why"]) == (ASKED.by, ASKED.second, ASKED.why)
    assert act["records"] == {"crimes": 1, "incidents": 1}
    assert act["finished"] >= act["at"]
    assert act["told"]["records"] == 2
    assert act["told"]["appearances"] == 4
    assert set(tombstones.erased_among(manifest, [*force.KEYS, "crimes:C-99"])) == set(force.KEYS)


def test_a_key_that_comes_again_goes_to_quarantine_as_erased_without_what_stood_in_it(erased, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(erased, home)
    report = records.load(Store.open(home), force.again(tmp_path / "again"))
    taken = {t.table: (t.taken, t.quarantined) for t in report.tables}
    assert taken["crimes"] == (1, 1)
    assert taken["people"] == (1, 4)
    assert taken["phones"] == (0, 3)
    assert force.told_in_files(home) == []
    read(home)
    tables, _ = night.published(Store.open(home))
    rows = [r for r in tables["quarantine"].to_pylist() if r["delivery"] == "again"]
    assert len(rows) == 10
    assert all(r["problem"].startswith("erased on ") and r["value"] is None for r in rows)
    assert force.told_in_files(home) == []


def test_replays_go_whole_since_each_holds_findings_of_its_own(before, tmp_path):
    from datetime import UTC, datetime

    home = tmp_path / "home"
    shutil.copytree(before, home)
    store = Store.open(home)
    with store.writing():
        night.replay(store, datetime(2026, 5, 20, tzinfo=UTC), every=60, progress=lambda *_: None)
        done = erasure.erase(store, ASKED)
        assert done.told["replays"] == 1
    assert "replays" not in Store.open(home).manifest.other


def test_judgements_stay_with_the_tombstone_in_place_of_the_reference(before, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(before, home)
    (tmp_path / "judged.csv").write_text(
        "judgement_id,kind,a_record_type,a_record_ref,a_row,b_record_type,b_record_ref,b_row,by,at,reason\n"
        "j1,same,crimes,QX77-ZORB,40,incidents,QX78-ZORB,41,p.keeper,2026-06-01T10:00:00+00:00,One man.\n",
        encoding="utf-8",
    )
    store = Store.open(home)
    with store.writing():
        from redshank.night import judgements

        judgements.take(store, tmp_path / "judged.csv")
        erasure.erase(store, ASKED)
    (row,) = judgements.read(Store.open(home)).to_pylist()
    stones = {row["a_record_ref"], row["b_record_ref"]}
    assert stones == set(tombstones.of(Store.open(home).manifest)["acts"][0]["tombstones"])
    assert (row["a_record_type"], row["reason"], row["by"]) == ("erased", "One man.", "p.keeper")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (erasure.Asked(("crimes:NONE",), "Why.", "p"), "stands in no delivery"),
        (erasure.Asked((), "Why.", "p"), "nothing is named"),
        (erasure.Asked(force.KEYS, " ", "p"), "--reason"),
        (erasure.Asked(force.KEYS, "Why.", ""), "--by"),
        (erasure.Asked(force.KEYS, "Mr Quillbrant asked for it.", "p"), "holds a name"),
        (erasure.Asked(force.KEYS, "As of qx77-zorb.", "p"), "holds a name"),
    ],
)
def test_what_cannot_be_asked_changes_nothing(before, asked, says):
    store = Store.open(before)
    number = store.manifest.number
    with store.writing(), pytest.raises(UsageError, match=says):
        erasure.erase(store, asked)
    assert Store.open(before).manifest.number == number == store.manifest.number


def test_what_no_night_has_read_is_not_erased_since_nobody_knows_what_covers_it(before, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(before, home)
    from tests.web import village

    records.load(Store.open(home), village.second(tmp_path / "second"))
    store = Store.open(home)
    with store.writing(), pytest.raises(UsageError, match="no night has read"):
        erasure.erase(store, ASKED)


def test_a_notice_that_comes_meanwhile_stops_it_before_anything_is_kept(before, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(before, home)
    store = Store.open(home)
    number = store.manifest.number

    def still() -> None:
        raise UsageError("a notice came")

    with store.writing(), pytest.raises(UsageError, match="a notice came"):
        erasure.erase(store, ASKED, still=still)
    assert store.manifest.number == number
    assert tombstones.NAME not in store.manifest.other
    assert tombstones.NAME not in Store.open(home).manifest.other


def test_doctor_says_where_an_erasure_was_stopped_and_what_to_do(before, erased, tmp_path):
    from redshank.doctor import Place, look

    def told(home: Path) -> list[tuple[str, bool]]:
        return [(c.found, c.good) for c in look(Place(home)) if c.check == "erasures"]

    assert told(before) == []
    assert told(erased) == [("1 done", True)]
    home = tmp_path / "home"
    shutil.copytree(before, home)
    store = Store.open(home)
    with store.writing():
        erasure.erase(store, ASKED)
    assert told(home) == [("number 1 has not reached every copy yet", False)]


def test_the_command_takes_records_by_type_and_reference_and_from_a_file(tmp_path):
    from redshank.cli.erase import _keys
    from redshank.errors import DeliveryRefused

    file = tmp_path / "asked.csv"
    file.write_text("record_ref,record_type\nC1,crimes\n I2 ,incidents\nC1,crimes\n", encoding="utf-8")
    assert _keys(["crimes", "C1", "C3"], file) == ("crimes:C1", "crimes:C3", "incidents:I2")
    for wrong in (["crimes"], ["people", "C1"]):
        with pytest.raises(UsageError):
            _keys(wrong, None)
    file.write_text("record_ref,record_type\n,crimes\n", encoding="utf-8")
    with pytest.raises(DeliveryRefused, match="row 1"):
        _keys([], file)
    with pytest.raises(DeliveryRefused, match="cannot be read"):
        _keys([], tmp_path / "none.csv")
