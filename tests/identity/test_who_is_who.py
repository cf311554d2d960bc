"""Specification: two or three rows, and whether they are one person. Each line is read by a person."""

from __future__ import annotations

import pyarrow as pa
import pytest
from identity_people import make, row

from redshank.identity import new_epoch, resolve
from redshank.tables import BETWEEN

NONE = BETWEEN["judgements"].empty(), BETWEEN["person_ledger"].empty()

# forename surname birth sex phone address local-id(of its system), per row; "-" is not recorded
SAME = """
typing error in both names      | KAYLEIGH WINTERS 2009-03-12 F - - -           | KAYLIEGH WINTRS 2009-03-12 F - - -
nickname, same birth date       | KATHERINE OGDEN 2008-05-06 F - - -            | KATE OGDEN 2008-05-06 F - - -
transliteration                 | MOHAMMED YOUSEF 1990-01-02 M - - -            | MUHAMMAD YUSUF 1990-01-02 M - - -
day and month swapped           | AMARA OKAFOR 2007-04-11 F - - -               | AMARA OKAFOR 2007-11-04 F - - -
a digit of the birth date       | PIOTR WISNIEWSKI 1988-02-13 M +447700900001 - - | PIOTR WISNIEWSKI 1988-02-18 M +447700900001 - -
forename and surname swapped    | NGUYEN LOMAX 1995-06-07 - - - -               | LOMAX NGUYEN 1995-06-07 - - - -
no birth date, same phone       | ELENA POPESCU - F +447700900002 - -           | ELENA POPESCU 1999-09-09 F +447700900002 - -
no birth date, same address     | GRACE TATTERSALL - - - 4_MILL_LANE -          | GRACE TATTERSALL 2010-10-10 - - 4_MILL_LANE -
same id in the same system      | CHIDI ADEYEMI 1991-01-15 M - - 77             | CHIDI ADEYEMY - M - - 77
several ids of one system       | KOFI MENSAH 1992-02-16 M - - 78               | KOFI MENSAH 1992-02-16 M - - 79
moved house, new phone          | AGNIESZKA NOWAK 1985-05-25 F +447700900003 1_HIGH_ST - | AGNIESZKA NOWAK 1985-05-25 F +447700900004 9_NEW_RD -
an initial, birth date, address | J ARKWRIGHT 1979-07-19 M - 6_MOOR_END -       | JOSEPH ARKWRIGHT 1979-07-19 M - 6_MOOR_END -
"""
APART = """
twins in one house              | MEGAN QUINN 2009-03-12 F +447700900010 5_HIGH_ST - | PAIGE QUINN 2009-03-12 F +447700900010 5_HIGH_ST -
twins whose names sound alike   | HASSAN QUINN 2009-03-12 M +447700900010 5_HIGH_ST - | HUSSAIN QUINN 2009-03-12 M +447700900010 5_HIGH_ST -
father and son of one name      | JOHN CROMPTON 1970-03-12 M +447700900011 5_HIGH_ST - | JOHN CROMPTON 1998-06-01 M +447700900011 5_HIGH_ST -
siblings sharing a phone        | MOLLY SWEENEY 2008-01-20 F +447700900012 7_HIGH_ST - | LUCY SWEENEY 2010-08-02 F +447700900012 7_HIGH_ST -
a common name alone             | DAVID SMITH - - - - -                         | DAVID SMITH - - - - -
nothing said at all             | - - - - - - -                                 | - - - - - - -
a surname alone                 | - WINTERS - - - - -                           | - WINTERS - - - - -
a phone alone                   | - - - - +447700900013 - -                     | - - - - +447700900013 - -
an address alone                | - - - - - 8_HIGH_ST -                         | - - - - - 8_HIGH_ST -
a birth date alone              | - - 2009-03-12 - - - -                        | - - 2009-03-12 - - - -
one name, other birth dates     | RAVI PATEL 1990-03-12 M - - -                 | RAVI PATEL 1971-09-30 M - - -
one id reused for another       | TYLER HASLAM 1999-01-01 M - - 80              | NICOLA INGHAM 1962-05-05 F - - 80
"""


def lines(table: str) -> list:
    out = []
    for line in table.strip().splitlines():
        name, *rows = (part.strip() for part in line.split("|"))
        out.append(pytest.param(rows, id=name))
    return out


def read(text: str, k: int) -> dict:
    first, sur, dob, sex, phone, address, local = (
        None if v == "-" else v.replace("_", " ") for v in text.split()
    )
    return row(f"crimes:C{k}", first, sur, dob, sex, phone, None, address, None, local)


def people_of(rows: list[dict], engine, background: tuple) -> list[str]:
    others, epoch = background
    appearances = pa.concat_tables([others, BETWEEN["appearances"].build(rows)])
    found = resolve(appearances, None, None, epoch, *NONE, 1, engine).tables["person_of"].to_pylist()
    person = {r["appearance_id"]: r["person_id"] for r in found}
    return [person[r["appearance_id"]] for r in rows]


@pytest.fixture(scope="module")
def background(engine) -> tuple:
    appearances = make(60, 9)[0]
    return appearances, new_epoch(appearances, engine)


@pytest.mark.parametrize("rows", lines(SAME))
def test_one_person(rows: list[str], engine, background: tuple) -> None:
    assert len(set(people_of([read(r, k) for k, r in enumerate(rows)], engine, background))) == 1


@pytest.mark.parametrize("rows", lines(APART))
def test_two_people(rows: list[str], engine, background: tuple) -> None:
    assert len(set(people_of([read(r, k) for k, r in enumerate(rows)], engine, background))) == 2


def test_a_row_without_forename_joins_no_twins(engine, background: tuple) -> None:
    twins = [
        row("crimes:1", "MEGAN", "QUINN", "2009-03-12", "F", "+447700900010", None, "5 HIGH ST"),
        row("crimes:2", "PAIGE", "QUINN", "2009-03-12", "F", "+447700900010", None, "5 HIGH ST"),
        row("crimes:3", None, "QUINN", "2009-03-12", "F", "+447700900010", None, "5 HIGH ST"),
    ]
    one, two, _ = people_of(twins, engine, background)
    assert one != two


def test_a_row_without_birth_date_joins_no_father_and_son(engine, background: tuple) -> None:
    family = [
        row("crimes:1", "JOHN", "CROMPTON", "1970-03-12", "M", "+447700900011", None, "5 HIGH ST"),
        row("crimes:2", "JOHN", "CROMPTON", "1998-06-01", "M", "+447700900011", None, "5 HIGH ST"),
        row("crimes:3", "JOHN", "CROMPTON", None, "M", "+447700900011", None, "5 HIGH ST"),
    ]
    father, son, _ = people_of(family, engine, background)
    assert father != son


def test_a_placeholder_birth_date_is_no_evidence(engine, background: tuple) -> None:
    rows = [
        row("crimes:1", "SARAH", "SMITH", "1900-01-01", dob_placeholder=True),
        row("crimes:2", "SARAH", "SMITH", "1900-01-01", dob_placeholder=True),
    ]
    assert len(set(people_of(rows, engine, background))) == 2
