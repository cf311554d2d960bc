"""Nothing later than the night's time is ever seen."""

from __future__ import annotations

import csv
import shutil
from datetime import timedelta

import pytest

from redshank import records
from redshank.store import Store
from redshank.tables import EXTRACTS, FINDINGS

from .conftest import findings, load, run


@pytest.fixture(scope="module")
def cut_off(force, tmp_path_factory):
    """Findings under an as-of in the middle, and those of a force whose later rows were never delivered."""
    whole = tmp_path_factory.mktemp("asof") / "whole"
    store = load(whole, force / "first")
    as_of = records.last_record_time(store) - timedelta(days=200)
    run(whole, as_of=as_of)
    early = tmp_path_factory.mktemp("asof") / "early"
    shutil.copytree(force / "first", early)
    later = set()
    for name, table in EXTRACTS.items():
        path = early / f"{name}.csv"
        if not path.exists() or not table.own_time:
            continue
        key = table.key[0]
        view = Store.open(whole).area("records", ["record_type", "record_ref", "known_at"], schema=_schema())
        late = {
            r["record_ref"]
            for r in view.to_pylist()
            if r["record_type"] == name and r["known_at"] and r["known_at"] > as_of
        }
        later |= {(name, ref) for ref in late}
        _keep(path, lambda row, late=late, key=key: row.get(key) not in late)
    for name in ("people", "vehicles", "phones"):
        _keep(early / f"{name}.csv", lambda row: (row.get("record_type"), row.get("record_ref")) not in later)
    home = tmp_path_factory.mktemp("asof") / "home"
    load(home, early, name="first")
    run(home, as_of=as_of)
    return findings(whole), findings(home)


def _schema():
    from redshank.tables import BETWEEN

    return BETWEEN["records"].schema


def _keep(path, wanted) -> None:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        rows = list(csv.DictReader(file))
        names = list(rows[0]) if rows else []
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        out = csv.DictWriter(file, [n for n in names if n], extrasaction="ignore")
        out.writeheader()
        out.writerows(r for r in rows if wanted(r) and None not in r and None not in r.values())


@pytest.mark.parametrize("table", [n for n in FINDINGS if n not in ("quarantine", "people")])
def test_rows_of_later_days_change_nothing(cut_off, table):
    with_later, without = cut_off
    drop = [c for c in ("row", "delivery") if c in with_later[table].column_names]
    assert with_later[table].drop_columns(drop).to_pylist() == without[table].drop_columns(drop).to_pylist()


def test_people_of_later_days_are_not_there(cut_off):
    with_later, without = cut_off
    keep = ["person_id", "record_type", "record_ref"]
    left = sorted(map(tuple, (r.values() for r in with_later["people"].select(keep).to_pylist())))
    right = sorted(map(tuple, (r.values() for r in without["people"].select(keep).to_pylist())))
    assert left == right
