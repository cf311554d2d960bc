"""What a product says comes from the records: two forces have no section in common but what is fixed."""

from __future__ import annotations

import csv
import io

import pytest

from .conftest import Force

pytestmark = pytest.mark.slow
WORDS = ("fixed", "gap", "draft", "author")  # said by the specification, not counted


def sections(paper: bytes) -> dict[str, list[tuple[str, ...]]]:
    """Heading → what is counted under it."""
    out: dict[str, list[tuple[str, ...]]] = {}
    for row in csv.DictReader(io.StringIO(paper.decode("utf-8-sig"))):
        if row["section"]:
            some = out.setdefault(row["section"], [])
            if row["figure"] and row["part"] not in WORDS:
                some.append((row["part"], row["row"], row["column"], row["says"]))
    return {k: v for k, v in out.items() if v}


def test_no_section_of_the_problem_profile_is_equal_in_two_forces(forces: list[Force]):
    one, two = (sections(f.paper("profile")) for f in forces)
    assert set(one) == set(two)
    assert len(one) >= 12
    assert [heading for heading in one if one[heading] == two[heading]] == []


def test_no_figure_with_numbers_is_equal_in_two_forces(forces: list[Force]):
    """But for what is the same in both by how they are made: no audit has a result, each has six county lines, and the same
    flags were confirmed on the same axes."""
    from .drafting import read

    one, two = (read(f.paper("year")) for f in forces)
    same = {n for n in one if (one[n].says, one[n].cells) == (two[n].says, two[n].cells)}
    assert same <= {"quality.audits", "lines.use", "groups.axes"}
