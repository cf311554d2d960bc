"""The security checklist is whole and cites what there is: every point once, with a test, a reason and its file, or what is open."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from scripts.asvs import WAYS, chapters  # noqa: E402

#: How many points each chapter has at the levels asked for: 1 and 2, of V8 and V16 also 3 (counted in OWASP's own table).
POINTS = {
    "V1": 27, "V2": 11, "V3": 19, "V4": 10, "V5": 9, "V6": 35, "V7": 18, "V8": 13, "V9": 7, "V10": 29, "V11": 14, "V12": 9, "V13": 13,
    "V14": 9, "V15": 13, "V16": 17, "V17": 7,
}  # fmt: skip
CHAPTERS = {c["id"]: c for c in chapters()}
ROWS = [row for c in chapters() for row in c["rows"]]


def test_every_chapter_has_all_its_points_each_once():
    assert list(CHAPTERS) == list(POINTS)
    for name, chapter in CHAPTERS.items():
        asked = [row["id"] for row in chapter["rows"]]
        assert len(chapter["ids"]) == len(set(chapter["ids"])) == POINTS[name], name
        assert all(re.fullmatch(rf"{name}\.\d+\.\d+", i) for i in chapter["ids"]), name
        assert asked == chapter["ids"], f"{name}: not the points that it lists, in their order"


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r["id"])
def test_a_point_has_a_test_that_exists_or_a_reason_with_its_file_or_what_is_open(row):
    assert sum(way in row for way in WAYS) == 1, row
    assert set(row) <= {"id", "level", "says", "file", *WAYS}, row
    assert row["level"] in (1, 2, 3)
    assert row["says"].strip()
    assert all("|" not in str(v) and str(v).strip() for v in row.values()), row
    assert ("file" in row) == ("reason" in row), "a reason names the file that shows it"
    if "test" in row:
        path, _, name = row["test"].partition("::")
        assert name, f"{row['id']} names a whole file and not the test that holds it"
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), row["test"]
    if "file" in row:
        assert (ROOT / row["file"]).is_file(), row["file"]
