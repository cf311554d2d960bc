"""Hand-made findings and truths: small enough that every expected number can be checked with a pencil."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import pytest

from redshank.tables import FINDINGS

WHEN = datetime(2026, 3, 14, 5, 10, tzinfo=UTC)


@pytest.fixture
def truth(tmp_path):
    """Writes one truth file from a list of dictionaries; returns its folder."""

    def write(**files):
        folder = tmp_path / "truth"
        folder.mkdir(exist_ok=True)
        for name, rows in files.items():
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        return folder

    return write


def build(**tables):
    """Findings from rows; what a row leaves out is null."""
    return {name: FINDINGS[name].build(rows) for name, rows in tables.items()}


def appearances(**who):
    """``p1='A A B'``: person p1 has three appearances, of the true persons A, A and B. (found rows, truth rows)"""
    found, planted = [], []
    for person, trues in who.items():
        for true in trues.split():
            at = {
                "delivery": "first",
                "record_type": "crimes",
                "record_ref": f"C{len(found) // 3}",
                "row": len(found) + 1,
            }
            found.append({**at, "person_id": person, "probability": 1.0})
            planted.append({"true_person": true, **at})
    return found, planted


def member(group, person, role="suspect", kind="candidate", day=date(2026, 2, 10)):
    identified = not person.startswith("unidentified-")
    return {
        "group_id": group,
        "person_id": person,
        "role": role,
        "strength": 0.5,
        "kind": kind,
        "detected_on": day,
        "identified": identified,
    }


def planted_group(group, suspects, children="", kind="grooming", strength="strong", day="2026-02-01"):
    return [
        {
            "true_group": group,
            "true_person": p,
            "role": role,
            "kind": kind,
            "strength": strength,
            "recognisable_on": day,
        }
        for role, people in (("suspect", suspects), ("child", children))
        for p in people.split()
    ]
