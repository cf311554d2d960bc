"""Where children are exploited: a street or a business is named to the force, to a partner with whom it was shared, to nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from redshank.products.build import Wanted, build, compute
from redshank.products.papers import write
from redshank.products.rows import Period, Place, Rows
from redshank.products.specs import SpecError, read

YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
PLACES = (
    Place("g1", "around Example Street", "North", 9, 4, ("crimes:1", "crimes:2")),
    Place("g2", "around Example Hotel", "South", 7, 3, ("crimes:3",)),
)
ROWS = Rows(datetime(2026, 3, 31, tzinfo=UTC), 1, places=PLACES)


def told(edition: str, allowed: frozenset[str] = frozenset()) -> str:
    spec = read("problem-profile", None)
    return write(
        build(Wanted(spec, YEAR, edition, allowed=allowed), ROWS, compute(spec, ROWS, YEAR)), "html"
    ).decode()


def test_the_forces_own_edition_names_them():
    assert all(p.name in told("internal") for p in PLACES)


def test_the_public_edition_names_no_street_and_no_business_whatever_was_shared():
    said = told("public", frozenset({"place:g1"}))
    assert "Example" not in said
    assert "The answer names people, groups or places" in said


def test_a_partner_reads_the_place_that_was_shared_and_no_other_and_no_number_of_it():
    assert "Example" not in told("partner")
    said = told("partner", frozenset({"place:g2"}))
    assert "around Example Hotel, South" in said
    assert "around Example Hotel, South" not in told("partner", frozenset({"child:g2"}))
    assert "Example Street" not in said


def test_what_is_circulated_widely_may_not_name_a_place(tmp_path):
    folder = tmp_path / "products"
    folder.mkdir()
    shipped = (
        Path(__file__).parents[2] / "src/redshank/products/specs/exploitation-bulletin.toml"
    ).read_text("utf-8")
    (folder / "exploitation-bulletin.toml").write_text(
        shipped.replace('"places.districts"', '"places.named"'), "utf-8"
    )
    with pytest.raises(SpecError, match="names people, groups or places"):
        read("exploitation-bulletin", tmp_path)
