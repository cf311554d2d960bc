"""Every byte of every file of a home and every row of its database, after an erasure: no mark, except where the certificate says so.

One process makes the home, marks every table of the pages, erases, and looks (``everywhere.py``); the tests here read what it saw.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from redshank.backup.keeping import KEEP_DAYS
from tests.erasure import force

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict:
    command = [sys.executable, "-m", "tests.erasure.everywhere", str(tmp_path_factory.mktemp("everywhere"))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_before_every_kind_of_place_holds_a_mark(told):
    """Without this the tests below could not fail."""
    rows = told["before"]["rows"]
    assert len(rows) > 350
    for table in ("heads_record", "heads_person", "searching_named", "searching_told", "flags_act", "products_product", "trail_entry", "rights_item"):  # fmt: skip
        assert any(r.startswith(f"{table} ") for r in rows), table
    assert any(f.startswith("web/redshank.sqlite3:") for f in told["before"]["files"])
    assert told["search"]["before"] == {"gone": 3, "there": 4}


def test_rule_26_what_a_notice_covers_is_refused_and_nothing_is_changed(told):
    assert "Standing notice over exploitation material" in told["refused"]
    before, after = told["after_refusal"]
    assert before == after


def test_no_row_of_the_database_holds_a_mark_but_what_people_wrote_and_the_certificate_lists(told):
    assert sorted(told["rows"]) == told["left"]
    assert len(told["left"]) > 150


def test_no_file_holds_a_mark_but_the_audit_where_somebody_typed_it_and_the_certificate_says_so(told):
    assert {f.partition(":")[0] for f in told["files"]} == {"audit/log"}
    assert told["act"]["elsewhere"]["audit"]
    assert told["problems"] == []


def test_free_pages_and_journals_of_the_database_hold_nothing(told):
    assert told["bytes"] == []


def test_a_snapshot_keeps_its_shape_and_says_where_something_was_erased(told):
    stone = told["act"]["tombstones"][0]
    snapshot = told["snapshot"]
    assert snapshot["records"][0].startswith("erased:e-")
    assert snapshot["records"][1] == "crimes:C-99"
    assert list(snapshot["opened"]) == snapshot["records"][:1]
    assert snapshot["record"]["headline"].startswith(f"erased on {told['act']['at'][:10]}, tombstone {stone}")
    assert [snapshot["rows"][1], snapshot["kept"]] == [["b", "Cara WRENFIELD"], "said by nobody"]
    assert "erased on" in snapshot["rows"][0][1]
    assert "erased on" in json.loads(snapshot["inner"])["text"]


def test_what_was_sealed_is_sealed_anew_and_the_certificate_says_from_what_to_what(told):
    now, computed = told["product"]
    assert now == computed
    sealed = {e["where"]: e for e in told["act"]["elsewhere"]["database"]["sealed"]}
    assert (sealed["products.Product"]["was"], sealed["products.Product"]["now"]) == ("0" * 64, now)


def test_the_night_that_is_shown_is_the_store_s_and_older_nights_stay_without_it(told):
    assert told["heads"]["run"] == told["heads"]["store"] == 3
    assert told["heads"]["ended"] > 0
    assert told["search"]["after"] == {"gone": 0, "there": 2}


def test_nobody_can_tell_any_more_whom_the_audit_meant(told):
    assert told["salts"] == []
    assert told["act"]["elsewhere"]["salts"] >= 2


def test_stopped_half_way_the_same_command_goes_on_and_once_more_does_nothing(told):
    assert told["stopped"] is True
    assert told["act"]["finished"]
    assert told["again"]["code"] == 0
    assert "erased before: nothing to do" in told["again"]["said"]


def test_the_command_says_what_it_did_what_is_left_and_where_the_certificate_lies(told):
    assert told["command"]["code"] == 0, told["command"]
    said = told["command"]["said"]
    for words in ("1 of crimes, 1 of incidents", "e-", "records 2", "salts forgotten", "texts that people wrote", "backups made until", "certificates/erasure-0001.json"):  # fmt: skip
        assert words in said, words
    assert force_free(said)


def force_free(text: str) -> bool:
    return not any(t.lower() in text.lower() for t in force.TELLTALES)


def test_the_night_does_what_two_people_confirmed_and_stops_what_a_notice_covers_by_then(told):
    night = told["night"]
    assert night["code"] == 0, night
    assert night["states"] == ["done", "stopped"]
    assert night["held"] == ["crimes:C-8"]
    assert night["why"] == "A preservation notice covers it."
    assert (night["act"]["by"], night["act"]["second"]) == ("P. Keeper", "S. Second")
    assert night["key"] == f"erased:{night['act']['tombstones'][0]}"
    assert "Erased as two people confirmed" in night["said"]


def test_the_certificate_says_what_who_why_when_and_what_is_left(told):
    act = told["act"]
    assert (act["by"], act["second"], act["why"]) == ("P. Keeper", "S. Lead", "The court ordered it.")
    assert act["records"] == {"crimes": 1, "incidents": 1}
    assert act["elsewhere"]["store"]["records"] == 2
    assert act["elsewhere"]["backups"]["days"] == KEEP_DAYS
    assert act["elsewhere"]["backups"]["gone_by"] > act["elsewhere"]["backups"]["made_until"]
    assert act["elsewhere"]["database"]["removed"]["heads.Record"] == 2
