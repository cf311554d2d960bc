"""Specification tables of linkage: levels of comparison, scores in milli-bits, people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from redshank.engine import Engine
from redshank.identity import resolve
from redshank.identity.epoch import LEVEL_SCHEMA, META_SCHEMA, TERM_SCHEMA, Epoch
from redshank.identity.features import profiles
from redshank.identity.model import model_data
from redshank.identity.score import reasons, score
from redshank.oracle import identity as oracle
from redshank.tables import BETWEEN
from tests.spec.drawn import Case, Given, Row, build, rows_of

META = {"model": model_data()["version"], "population": "20000", "appearances": "0"}


def appearances(given: Given) -> pa.Table:
    """``people``: n, and what is recorded; every row is one appearance."""
    out: list[dict[str, Any]] = []
    for r in rows_of(given["people"]):
        fore, local = r.get("fore", ""), r.get("local", "")
        out.append({
            "appearance_id": int(r["n"]), "record_key": f"crimes:{r['n']}", "record_type": "crimes", "record_ref": r["n"],
            "row": 1, "delivery_no": 1, "known_at": f"2026-01-{int(r['n']) % 28 + 1:02d}", "role": "other",
            "fore_std": fore, "first_std": fore.split(" ")[0], "sur_std": r.get("sur", ""), "aka_std": r.get("aka", ""),
            "date_of_birth": r.get("born", ""), "dob_placeholder": r.get("placeholder") == "yes",
            "phone": r.get("phone", ""), "online_handle": r.get("handle", ""), "address_std": r.get("address", ""),
            "postcode": r.get("postcode", ""), "sex": r.get("sex", ""), "local_key": f"crimes|{local}" if local else "",
        })  # fmt: skip
    return build("appearances", out)


def epoch_tables(given: Given) -> dict[str, pa.Table]:
    """``rarity``: milli-bits of known values; all others are as rare as one in the population."""
    terms = [{**r, "bits": int(r["bits"])} for r in rows_of(given.get("rarity", "column|value|bits"))]
    return {
        "terms": pa.Table.from_pylist(terms, schema=TERM_SCHEMA),
        "levels": LEVEL_SCHEMA.empty_table(),
        "meta": pa.table([list(META), list(META.values())], schema=META_SCHEMA),
    }


def compared(engine: Engine, given: Given) -> list[Row]:
    """Rows 1 and 2, 3 and 4, … compared with each other."""
    who = profiles(appearances(given))
    tables = epoch_tables(given)
    epoch = Epoch(tables["terms"], tables["levels"], META)
    left = np.arange(0, len(who.ids), 2)
    out = score(who, who.of[left], who.of[left + 1], epoch, engine, None)
    assert out.schema.field("score").type == pa.int64()
    levels = reasons(out).to_pylist()
    places = zip(out["l"].to_pylist(), out["r"].to_pylist(), strict=True)
    found = dict(zip(places, zip(out["score"].to_pylist(), levels, strict=True), strict=True))
    rows = []
    for i in left.tolist():  # rows that say the same are one profile, compared with itself
        points, why = found[int(who.of[i]), int(who.of[i + 1])]
        rows.append({"a": int(who.ids[i]), "b": int(who.ids[i + 1]), "score": points, "levels": why})
    return rows


def compared_slowly(given: Given) -> list[Row]:
    rows = sorted(appearances(given).to_pylist(), key=lambda r: r["appearance_id"])
    weights = oracle.Weights(*(epoch_tables(given)[k].to_pylist() for k in ("terms", "levels", "meta")))
    out = []
    for one, two in zip(rows[::2], rows[1::2], strict=True):
        points, why = weights.score(oracle.profile(one), oracle.profile(two))
        out.append({"a": one["appearance_id"], "b": two["appearance_id"], "score": points, "levels": why})
    return out


def people(engine: Engine, given: Given) -> list[Row]:
    empty = BETWEEN["judgements"].empty(), BETWEEN["person_ledger"].empty()
    out = resolve(appearances(given), None, None, epoch_tables(given), *empty, 1, engine).tables["person_of"]
    rows = out.to_pylist()
    first: dict[str, int] = {}
    for r in rows:
        first[r["person_id"]] = min(first.get(r["person_id"], r["appearance_id"]), r["appearance_id"])
    return [{"n": r["appearance_id"], "person": first[r["person_id"]], "id": r["person_id"]} for r in rows]


def people_slowly(given: Given) -> list[Row]:
    weights = oracle.Weights(*(epoch_tables(given)[k].to_pylist() for k in ("terms", "levels", "meta")))
    found = oracle.resolve(appearances(given).to_pylist(), weights, set(), set())["person"]
    return [{"n": n, "person": found[n]} for n in sorted(found)]


CASES = [
    Case(
        "names are compared level by level",
        "The first level that holds is taken; a comparison with a missing side says nothing.",
        {
            "people": """
n  | fore          | sur      | aka
1  | KATHERINE     | WINTERS  |
2  | KATIE         | WINTERS  |
3  | OMAR          | HALL     |
4  | HALL          | OMAR     |
5  | JESSICA       | LOMAX    |
6  | JESICA        | LOMAKS   |
7  | ANNE MARIE    | HALL     |
8  | MARIE         | HALL     |
9  | DANIEL        | KHAN     | REDDY KHAN
10 | REDDY         | KHAN     |
11 | J             | QUINN    |
12 | JORDAN        | QUINN    |
13 |               | LEIGH    |
14 | ADA           | LEIGH    |
15 | ELENA         | KAY      |
16 | ELENA         | KAY LEIGH |
17 | MEGAN         | WOOD     |
18 | PIOTR         | NOWAK    |
"""
        },
        """
a  | b  | levels                                | score
1  | 2  | forename=nickname, surname=same       | 1263
3  | 4  | forename=swapped, surname=swapped     | -5059
5  | 6  | forename=close, surname=similar       | -5474
7  | 8  | forename=middle, surname=same         | -322
9  | 10 | forename=alias, surname=same          | 1263
11 | 12 | forename=initial, surname=same        | -1474
13 | 14 | surname=same                          | -3059
15 | 16 | forename=same, surname=part           | 1655
17 | 18 | forename=different, surname=different | -23733
""",
        compared,
        compared_slowly,
    ),
    Case(
        "birth dates are compared level by level",
        "Swapped day and month, one wrong digit and swapped digits of the year are slips; years apart are a conflict; a "
        "birth date that systems fill in when none is known is missing.",
        {
            "people": """
n  | fore | sur  | born       | placeholder
1  | ADA  | WOOD | 2011-04-09 |
2  | ADA  | WOOD | 2011-04-09 |
3  | ADA  | WOOD | 2011-04-09 |
4  | ADA  | WOOD | 2011-09-04 |
5  | ADA  | WOOD | 2011-04-09 |
6  | ADA  | WOOD | 2011-04-19 |
7  | ADA  | WOOD | 1989-04-09 |
8  | ADA  | WOOD | 1998-04-09 |
9  | ADA  | WOOD | 2011-04-09 |
10 | ADA  | WOOD | 2011-04-23 |
11 | ADA  | WOOD | 2011-04-09 |
12 | ADA  | WOOD | 2010-11-28 |
13 | ADA  | WOOD | 2011-04-09 |
14 | ADA  | WOOD | 1977-12-30 |
15 | ADA  | WOOD | 2011-04-09 |
16 | ADA  | WOOD | 1900-01-01 | yes
17 | ADA  | WOOD | 2011-04-09 |
18 | EVE  | WOOD | 2011-04-09 |
"""
        },
        """
a  | b  | levels                                           | score
1  | 2  | forename=same, surname=same, birth=same          | 19528
3  | 4  | forename=same, surname=same, birth=day-month     | 12299
5  | 6  | forename=same, surname=same, birth=digit         | 9936
7  | 8  | forename=same, surname=same, birth=year-differs  | 9714
9  | 10 | forename=same, surname=same, birth=year-and-part | 7714
11 | 12 | forename=same, surname=same, birth=near          | 748
13 | 14 | forename=same, surname=same, birth=conflict      | -27675
15 | 16 | forename=same, surname=same                      | 5392
17 | 18 | forename=twin, surname=same, birth=same          | -4211
""",
        compared,
        compared_slowly,
    ),
    Case(
        "a shared number, address or id counts in full only under a name that agrees",
        "In a household a number and an address are shared; a local id may be given twice.",
        {
            "people": """
n  | fore  | sur  | phone         | handle | address  | postcode | sex | local
1  | AISHA | KHAN | +447700900001 |        | 1 MILL LANE | ZZ1 1AA | F |
2  | AISHA | KHAN | +447700900001 |        | 1 MILL LANE | ZZ1 1AA | F |
3  | AISHA | KHAN | +447700900001 |        | 1 MILL LANE | ZZ1 1AA | F |
4  | BILAL | KHAN | +447700900001 |        | 1 MILL LANE | ZZ1 1AA | M |
5  |       | KHAN | +447700900001 |        | 1 MILL LANE | ZZ1 1AA |   |
6  | AISHA | KHAN | +447700900001 |        | 1 MILL LANE | ZZ1 1AA | F |
7  | AISHA | KHAN |               | star99 | 1 MILL LANE | ZZ1 1AA |   | 77
8  | AISHA | KHAN |               | star99 | 9 HIGH ST   | ZZ1 1AA |   | 77
9  | AISHA | KHAN |               | star99 |             |         |   | 77
10 | BILAL | KHAN |               | star99 | 1 MILL LANE | ZZ1 1AA |   | 77
11 | AISHA | KHAN |               |        |             |         |   | 77
12 | AISHA | KHAN |               |        |             |         |   | 78
"""
        },
        """
a  | b  | levels                                                                           | score
1  | 2  | forename=same, surname=same, phone=same, address=same, sex=same                  | 29327
3  | 4  | forename=different, surname=same, phone=shared, address=household, sex=different | -14551
5  | 6  | surname=same, phone=same-unnamed, address=same-unnamed                           | 3263
7  | 8  | forename=same, surname=same, handle=same, address=postcode, local_id=same        | 35553
9  | 10 | forename=different, surname=same, handle=shared, local_id=reused                 | -3000
11 | 12 | forename=same, surname=same, local_id=different                                  | 4655
""",
        compared,
        compared_slowly,
    ),
    Case(
        "a rare value tells more than a common one, and the rarer side is not believed beyond the smaller",
        "Scores are whole milli-bits: the prior, the weights of the levels, and the rarity of a shared value.",
        {
            "people": """
n | fore    | sur      | born
1 | ADA     | SMITH    | 2011-04-09
2 | ADA     | SMITH    | 2011-04-09
3 | ADA     | ENTWISTLE | 2011-04-09
4 | ADA     | ENTWISTLE | 2011-04-09
5 | MOHAMMED | KHAN    |
6 | MOHAMMED | KHAN    |
7 | CHIDI   | OKAFOR   |
8 | CHIDI   | OKAFOR   | 1990-02-03
""",
            "rarity": """
column | value    | bits
sur    | SMITH    | 6200
sur    | KHAN     | 6900
first  | MOHAMMED | 5800
dob    | 20110409 | 13700
""",
        },
        """
a | b | levels                                  | score
1 | 2 | forename=same, surname=same, birth=same | 15174
3 | 4 | forename=same, surname=same, birth=same | 18940
5 | 6 | forename=same, surname=same             | -840
7 | 8 | forename=same, surname=same             | 5392
""",
        compared,
        compared_slowly,
    ),
    Case(
        "people: rows that are one person, and rows that only look it",
        "Twins, father and son, two of one common name stay apart; a typing error does not part a person.",
        {
            "people": """
n  | fore    | sur        | born       | phone         | address     | postcode
1  | ADA     | ENTWISTLE  | 2011-04-09 | +447700900001 | 1 MILL LANE | ZZ1 1AA
2  | ADA     | ENTWHISTLE | 2011-04-09 |               | 1 MILL LANE | ZZ1 1AA
3  | EVE     | ENTWISTLE  | 2011-04-09 | +447700900001 | 1 MILL LANE | ZZ1 1AA
4  | ADA     | ENTWISTLE  | 2011-09-04 | +447700900001 |             |
5  | JOHN    | LOMAX      | 1960-05-06 | +447700900002 | 2 MILL LANE | ZZ1 1AB
6  | JOHN    | LOMAX      | 1987-05-07 | +447700900002 | 2 MILL LANE | ZZ1 1AB
7  | JOHN    | SMITH      |            |               |             |
8  | JOHN    | SMITH      | 1971-01-09 |               |             |
9  | KATHERINE | UTTLEY   | 2010-03-02 |               | 5 PARK VIEW | ZZ2 1AA
10 | KATIE   | UTTLEY     | 2010-03-02 |               |             |
""",
            "rarity": """
column | value | bits
sur    | SMITH | 6200
first  | JOHN  | 5900
""",
        },
        """
n  | person
1  | 1
2  | 1
3  | 3
4  | 1
5  | 5
6  | 6
7  | 7
8  | 8
9  | 9
10 | 9
""",
        people,
        people_slowly,
    ),
]
