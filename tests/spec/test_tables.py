"""Each drawn table gives the same rows in the same order on the oracle, on DuckDB and on Spark, whichever way its
rows came in and wherever the machine's clock stands."""

from __future__ import annotations

import time

import pytest

from tests.spec import assessment, linkage, networks
from tests.spec.drawn import Case, draw, rows_of, shown, turned

CASES = [*linkage.CASES, *networks.CASES, *assessment.CASES]
SLOWLY = [c for c in CASES if c.oracle]


def named(case: Case) -> str:
    return case.name


def expected(case: Case) -> list[dict[str, str]]:
    columns = [c.strip() for c in case.expected.strip().splitlines()[0].split("|")]
    return [{c: row[c].replace("|", ", ") for c in columns} for row in rows_of(case.expected)]


def check(case: Case, rows: list[dict]) -> None:
    want = expected(case)
    came = shown(rows, want[0])
    assert came == want, f"{case.name}: this came instead\n{draw(came)}"


def test_there_are_enough_tables_and_none_expects_nothing():
    assert len(CASES) >= 10
    assert len({c.name for c in CASES}) == len(CASES)
    assert all(expected(c) for c in CASES)


@pytest.mark.parametrize("case", SLOWLY, ids=named)
def test_on_the_oracle(case: Case):
    check(case, case.oracle(case.given))


@pytest.mark.parametrize("case", CASES, ids=named)
def test_on_duckdb(case: Case, duck):
    check(case, case.run(duck, case.given))


@pytest.mark.parametrize("case", CASES, ids=named)
def test_rows_that_come_in_another_order_give_the_same(case: Case, duck):
    backwards = {name: turned(text) for name, text in case.given.items()}
    assert case.run(duck, backwards) == case.run(duck, case.given)


@pytest.mark.parametrize("case", CASES, ids=named)
@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns"])
def test_the_zone_of_the_machine_plays_no_part(case: Case, zone: str, duck, monkeypatch):
    before = case.run(duck, case.given)
    with monkeypatch.context() as there:
        there.setenv("TZ", zone)
        time.tzset()
        try:
            assert case.run(duck, case.given) == before
        finally:
            there.undo()
            time.tzset()


@pytest.mark.spark
@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("case", CASES, ids=named)
def test_on_spark_row_for_row_and_in_every_column(case: Case, duck, spark):
    rows = case.run(spark, {name: turned(text) for name, text in case.given.items()})
    check(case, rows)
    assert rows == case.run(duck, case.given)
