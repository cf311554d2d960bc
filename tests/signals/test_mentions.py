"""Who and what stands only in a text, with the value that the matching column would have."""

import datetime as dt

import pytest

from redshank.signals.mentions import Register, find_mentions
from redshank.signals.mentions_scan import scan_mentions
from redshank.tables import BETWEEN

REGISTER = Register(
    BETWEEN["records"].build(
        [
            {
                "record_key": "premises:p1",
                "record_type": "premises",
                "record_ref": "p1",
                "name": "The Harbour Lights Hotel",
                "location": "14 Quay Street, Northmere",
            },
            {
                "record_key": "premises:p2",
                "record_type": "premises",
                "record_ref": "p2",
                "name": "Zephyrino",
                "location": "2 Mill Lane",
            },
        ]
    )
)
TABLE = """
Rang from 07700 900123.                             | phone      | 07700 900123             | +447700900123
Number +44 7700 900.123 given.                      | phone      | +44 7700 900.123         | +447700900123
Seen in AB12 CDE.                                   | vehicle    | AB12 CDE                 | AB12CDE
Grey car A123BCD waited.                            | vehicle    | A123BCD                  | A123BCD
Number plate DEX 1 on the van.                      | vehicle    | DEX 1                    | DEX1
Found near NM1 2AB.                                 | postcode   | NM1 2AB                  | NM1 2AB
Messages from @Dex_99 seen.                         | handle     | @Dex_99                  | dex_99
Snapchat name: kay.la07 was used.                   | handle     | kay.la07                 | kay.la07
He goes by dexy99 on Discord.                       | handle     | dexy99                   | dexy99
Wrote to a.b@example.com today.                     | email      | a.b@example.com          | a.b@example.com
The girl, DOB 03/04/2010, was seen.                 | birth_date | 03/04/2010               | 2010-04-03
Born on 3 April 2010 in town.                       | birth_date | 3 April 2010             | 2010-04-03
Waiting at Harbour Lights last night.               | premises   | Harbour Lights           | p1
Waiting at the harbour lights hotel.                | premises   | harbour lights hotel     | p1
Stayed at 14 Quay Street.                           | premises   | 14 Quay Street           | p1
Ate at Zephyrino again.                             | premises   | Zephyrino                | p2
Seen with Jordan O'Neill there.                     | person     | Jordan O'Neill           | JORDAN ONEILL
Seen with FLETCHER, Amy there.                      | person     | FLETCHER, Amy            | AMY FLETCHER
Seen with Amy FLETCHER there.                       | person     | Amy FLETCHER             | AMY FLETCHER
Seen with Karen de la Cruz there.                   | person     | Karen de la Cruz         | KAREN DE LA CRUZ
Seen with Zoë Müller-Brandt there.                  | person     | Zoë Müller-Brandt        | ZOE MULLER BRANDT
A male known as 'Dex' waited.                       | person     | Dex                      | DEX
An unknown male, 30s, grey jacket waited.           | described  | unknown male, 30s, grey jacket | 30S JACKET GREY
"""
LINES = [[c.strip() for c in line.split("|")] for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("text", "kind", "words", "value"), LINES, ids=lambda v: v[:40])
def test_found(text, kind, words, value):
    found = [m for m in find_mentions(text, REGISTER) if m.kind == kind]
    assert [m.value for m in found] == [value]
    assert text[found[0].start : found[0].end].removeprefix("An ") == words


@pytest.mark.parametrize(
    "text",
    [
        "The Premier Inn on High Street.",
        "Operation Makesafe was quoted on Monday March 3.",
        "Children's Services were told by the Youth Justice Service.",
        "Officers attended London Road at 22:05 on 03/04/2026.",
        "Silver Ford Focus seen. North Wales Police told.",
        "Crime number 42/12345/24 refers; log 123 of 4 May.",
    ],
)
def test_not_a_person_phone_or_mark(text):
    assert not [
        m for m in find_mentions(text, REGISTER) if m.kind in ("person", "phone", "vehicle", "handle")
    ]


@pytest.mark.parametrize(
    ("text", "role", "age", "negated"),
    [
        ("The child Amy Fletcher, 14, left.", "child", 14, False),
        ("Driver Tom Parrish (34) left.", "adult", 34, False),
        ("Mother Karen Fletcher rang.", "parent", None, False),
        ("PC Simon Hartley attended.", "professional", None, False),
        ("Told to social worker Jane Doe.", "professional", None, False),
        ("She was not with Tyler Hobbs.", "", None, True),
    ],
)
def test_what_the_words_around_say(text, role, age, negated):
    (m,) = [m for m in find_mentions(text, REGISTER) if m.kind == "person"]
    assert (m.near_role, m.age, m.negated) == (role, age, negated)


def test_the_table_says_the_same_as_one_text_at_a_time():
    texts = [line[0] for line in LINES]
    records = BETWEEN["records"].build(
        [
            {
                "record_key": f"incidents:{i}",
                "record_type": "incidents",
                "record_ref": str(i),
                "text": t,
                "own_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            }
            for i, t in enumerate(texts)
        ]
    )
    rows = scan_mentions(records, None).to_pylist()
    for i, t in enumerate(texts):
        alone = [(m.kind, m.start, m.end, m.value) for m in find_mentions(t, Register(None))]
        assert [
            (r["kind"], r["start"], r["end"], r["value"]) for r in rows if r["record_key"] == f"incidents:{i}"
        ] == alone
