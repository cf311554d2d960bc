"""Specification tables of the networks: who touches what, who is named together, and which ties that makes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from redshank.engine import Engine
from redshank.networks import default_config, make_links
from redshank.networks.concern import record_facts
from redshank.networks.ties import drawn, make_ties
from tests.spec.drawn import Case, Given, Row, rows_of, scene


def config_of(given: Given) -> dict[str, Any]:
    """The shipped weights with what ``weights`` changes: a dotted name and a whole number."""
    config = deepcopy(default_config())
    for r in rows_of(given.get("weights", "name|value")):
        *path, last = r["name"].split(".")
        place = config
        for step in path:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[last] = int(r["value"])
    return config


def links(engine: Engine, given: Given) -> list[Row]:
    return make_links(scene(given).tables, None, config_of(given), engine).to_pylist()


def ties(engine: Engine, given: Given) -> list[Row]:
    view, config = scene(given).tables, config_of(given)
    made = make_links(view, None, config, engine)
    facts = record_facts(view["records"], view["signals"], config)
    return make_ties(made, drawn(made, None, set(), config), facts, set(), config, engine).to_pylist()


CASES = [
    Case(
        "everybody in a record touches the record's numbers, vehicles and place",
        "A bystander weighs next to nothing, but counts among those who touch it; a caller's number and a victim's vehicle "
        "tie nobody; a person's own number is theirs alone; an empty cell is no context. A clearly older person of concern in one "
        "crime with a child touches the child, by half where the words say nothing.",
        {
            "records": """
key          | at               | location | postcode
incidents:I1 | 2026-03-01T20:00 |          |
crimes:C1    | 2026-03-02T20:00 |          |
""",
            "people": """
key          | who   | role     | born       | phone
incidents:I1 | p-one | suspect  | 1990-01-01 | +447700900011
incidents:I1 | p-two | witness  | 1980-01-01 |
crimes:C1    | p-one | suspect  | 1990-01-01 |
crimes:C1    | p-kid | victim   | 2012-01-01 |
""",
            "phones": """
key          | role    | number
incidents:I1 | caller  | +447700900099
incidents:I1 | contact | +447700900001
""",
            "vehicles": """
key          | role           | vrm
crimes:C1    | seen           | AB12CDE
crimes:C1    | victim vehicle | ZZ99ZZZ
""",
        },
        """
context             | node  | record_key   | role              | source | weight
child:p-kid         | p-kid | crimes:C1    | child/victim      | field  | 1000
child:p-kid         | p-one | crimes:C1    | concern/suspect   | field  | 500
phone:+447700900001 | p-one | incidents:I1 | concern/suspect   | field  | 1000
phone:+447700900001 | p-two | incidents:I1 | bystander/witness | field  | 1
phone:+447700900011 | p-one | incidents:I1 | concern/own       | field  | 1000
vehicle:AB12CDE     | p-kid | crimes:C1    | child/victim      | field  | 1000
vehicle:AB12CDE     | p-one | crimes:C1    | concern/suspect   | field  | 1000
""",
        links,
    ),
    Case(
        "being named together ties up to a number of people, counted once each",
        "Two and more persons of concern in one record touch that record; a record that names more than the cap (three here) "
        "is a public event. A person named twice is one person; under one nobody is together.",
        {
            "weights": "name | value\nthreshold.record_people_cap | 3",
            "records": """
key       | at
crimes:C1 | 2026-03-01
crimes:C2 | 2026-03-01
crimes:C3 | 2026-03-01
crimes:C4 | 2026-03-01
""",
            "people": """
key       | who   | role    | born
crimes:C1 | p-one | suspect | 1990-01-01
crimes:C1 | p-one | suspect | 1990-01-02
crimes:C2 | p-one | suspect | 1990-01-01
crimes:C2 | p-two | suspect | 1990-01-01
crimes:C3 | p-one | suspect | 1990-01-01
crimes:C3 | p-two | suspect | 1990-01-01
crimes:C3 | p-six | suspect | 1990-01-01
crimes:C4 | p-one | suspect | 1990-01-01
crimes:C4 | p-two | suspect | 1990-01-01
crimes:C4 | p-six | suspect | 1990-01-01
crimes:C4 | p-ten | suspect | 1990-01-01
""",
        },
        """
context          | node  | record_key | role            | source | weight
record:crimes:C2 | p-one | crimes:C2  | concern/suspect | field  | 1000
record:crimes:C2 | p-two | crimes:C2  | concern/suspect | field  | 1000
record:crimes:C3 | p-one | crimes:C3  | concern/suspect | field  | 1000
record:crimes:C3 | p-six | crimes:C3  | concern/suspect | field  | 1000
record:crimes:C3 | p-two | crimes:C3  | concern/suspect | field  | 1000
""",
        links,
    ),
    Case(
        "a person of concern named with a child in a concern record; family is left out",
        "By the relationship recorded, the same surname, or the same home. The child's own link says how the record names "
        "them. An empty surname equals no other empty surname.",
        {
            "records": """
key                  | at
partner_referrals:R1 | 2026-03-01
partner_referrals:R2 | 2026-03-02
partner_referrals:R3 | 2026-03-03
""",
            "people": """
key                  | who    | role    | born       | sur_std | relationship   | address_std | postcode
partner_referrals:R1 | p-kid  | subject | 2012-01-01 | HALL    |                | 1 MILL LANE | ZZ1 1AA
partner_referrals:R1 | p-man  | suspect | 1990-01-01 | WOOD    |                | 2 MILL LANE | ZZ1 1AB
partner_referrals:R1 | p-kin  | suspect | 1985-01-01 | HALL    |                | 3 MILL LANE | ZZ1 1AC
partner_referrals:R1 | p-home | suspect | 1985-01-01 | KHAN    |                | 1 MILL LANE | ZZ1 1AA
partner_referrals:R1 | p-step | suspect | 1985-01-01 | LEIGH   | stepfather     |             |
partner_referrals:R2 | p-kid  | subject | 2012-01-01 |         |                |             |
partner_referrals:R2 | p-nil  | suspect |            |         |                |             |
partner_referrals:R3 | p-kid  | subject | 2012-01-01 | HALL    |                |             |
partner_referrals:R3 | p-man  | suspect | 1990-01-01 | WOOD    |                |             |
""",
            "signals": """
key                  | indicator        | status
partner_referrals:R1 | older_associate  | affirmed
partner_referrals:R2 | online_contact   | affirmed
partner_referrals:R3 | older_associate  | negated
""",
        },
        """
context                     | node   | record_key           | role            | source | weight
address:1 MILL LANE, ZZ11AA | p-home | partner_referrals:R1 | concern/own     | field  | 1000
address:2 MILL LANE, ZZ11AB | p-man  | partner_referrals:R1 | concern/own     | field  | 1000
address:3 MILL LANE, ZZ11AC | p-kin  | partner_referrals:R1 | concern/own     | field  | 1000
child:p-kid                 | p-kid  | partner_referrals:R1 | child/subject   | field  | 1000
child:p-kid                 | p-kid  | partner_referrals:R2 | child/subject   | field  | 1000
child:p-kid                 | p-kid  | partner_referrals:R3 | child/subject   | field  | 1000
child:p-kid                 | p-man  | partner_referrals:R1 | concern/suspect | field  | 1000
child:p-kid                 | p-man  | partner_referrals:R3 | concern/suspect | field  | 1000
child:p-kid                 | p-nil  | partner_referrals:R2 | concern/suspect | field  | 850
record:partner_referrals:R1 | p-home | partner_referrals:R1 | concern/suspect | field  | 1000
record:partner_referrals:R1 | p-kin  | partner_referrals:R1 | concern/suspect | field  | 1000
record:partner_referrals:R1 | p-man  | partner_referrals:R1 | concern/suspect | field  | 1000
record:partner_referrals:R1 | p-step | partner_referrals:R1 | concern/suspect | field  | 1000
""",
        links,
    ),
    Case(
        "what many touch ties less: rarity and the cap on hubs",
        "Up to two people 1000 per mille, up to three 500 (here); more than three, bystanders counted, tie nobody. A child whom a "
        "vehicle or a number reaches does not make it common.",
        {
            "weights": "name | value\nkind.vehicle.cap | 3\nrarity.0.people | 2\nrarity.1.people | 3\nrarity.1.share | 500",
            "records": """
key          | at
incidents:I1 | 2026-03-01
incidents:I2 | 2026-03-02
incidents:I3 | 2026-03-03
incidents:I4 | 2026-03-04
""",
            "people": """
key          | who     | role    | born
incidents:I1 | p-a     | suspect | 1990-01-01
incidents:I1 | p-kid-1 | victim  | 2012-01-01
incidents:I2 | p-b     | suspect | 1990-01-01
incidents:I2 | p-c     | suspect | 1990-01-01
incidents:I2 | p-kid-2 | victim  | 2012-01-01
incidents:I3 | p-d     | suspect | 1990-01-01
incidents:I3 | p-e     | suspect | 1990-01-01
incidents:I3 | p-f     | witness | 1970-01-01
incidents:I3 | p-kid-3 | victim  | 2012-01-01
incidents:I4 | p-a     | suspect | 1990-01-01
incidents:I4 | p-kid-1 | victim  | 2012-01-01
""",
            "vehicles": """
key          | role | vrm
incidents:I1 | seen | TWO22TW
incidents:I4 | seen | TWO22TW
incidents:I2 | seen | THR33EE
incidents:I3 | seen | FOR44UR
""",
            "signals": """
key          | indicator        | status
incidents:I1 | taxi_or_vehicle  | affirmed
incidents:I2 | taxi_or_vehicle  | affirmed
incidents:I3 | taxi_or_vehicle  | affirmed
""",
        },
        """
a   | b       | tie     | context             | weight | first_at
p-a | p-kid-1 | child   | child:p-kid-1       | 800    | 2026-03-01T00:00:00Z
p-a | p-kid-1 | vehicle | vehicle:TWO22TW     | 1000   | 2026-03-01T00:00:00Z
p-b | p-c     | child   | child:p-kid-2       | 400    | 2026-03-02T00:00:00Z
p-b | p-c     | record  | record:incidents:I2 | 800    | 2026-03-02T00:00:00Z
p-b | p-c     | vehicle | vehicle:THR33EE     | 1000   | 2026-03-02T00:00:00Z
p-b | p-kid-2 | child   | child:p-kid-2       | 400    | 2026-03-02T00:00:00Z
p-b | p-kid-2 | vehicle | vehicle:THR33EE     | 1000   | 2026-03-02T00:00:00Z
p-c | p-kid-2 | child   | child:p-kid-2       | 400    | 2026-03-02T00:00:00Z
p-c | p-kid-2 | vehicle | vehicle:THR33EE     | 1000   | 2026-03-02T00:00:00Z
p-d | p-e     | child   | child:p-kid-3       | 400    | 2026-03-03T00:00:00Z
p-d | p-e     | record  | record:incidents:I3 | 800    | 2026-03-03T00:00:00Z
p-d | p-kid-3 | child   | child:p-kid-3       | 400    | 2026-03-03T00:00:00Z
p-e | p-kid-3 | child   | child:p-kid-3       | 400    | 2026-03-03T00:00:00Z
""",
        ties,
    ),
    Case(
        "two records tie within a window of days, told in UTC",
        "A window of one day here. 01:30 on 2 March in India is still 1 March in UTC; a record without a time is near to all.",
        {
            "weights": "name | value\nkind.phone.window | 1",
            "records": """
key          | at
incidents:I1 | 2026-02-28T23:00:00+00:00
incidents:I2 | 2026-03-02T01:30:00+05:30
incidents:I3 | 2026-03-03T00:30:00+01:00
incidents:I4 | 2026-03-03T00:30:00+00:00
incidents:I5 |
""",
            "people": """
key          | who    | role    | born
incidents:I1 | p-a    | suspect | 1990-01-01
incidents:I2 | p-b    | suspect | 1990-01-01
incidents:I3 | p-c    | suspect | 1990-01-01
incidents:I4 | p-d    | suspect | 1990-01-01
incidents:I5 | p-e    | suspect | 1990-01-01
""",
            "phones": """
key          | role    | number
incidents:I1 | contact | +447700900001
incidents:I2 | contact | +447700900001
incidents:I3 | contact | +447700900001
incidents:I4 | contact | +447700900001
incidents:I5 | contact | +447700900001
""",
            "signals": """
key          | indicator       | status
incidents:I1 | online_contact  | affirmed
incidents:I2 | online_contact  | affirmed
incidents:I3 | online_contact  | affirmed
incidents:I4 | online_contact  | affirmed
incidents:I5 | online_contact  | affirmed
""",
        },
        """
a   | b   | tie   | context             | weight | first_at
p-a | p-b | phone | phone:+447700900001 | 800    | 2026-02-28T23:00:00Z
p-a | p-e | phone | phone:+447700900001 | 680    | 2026-02-28T23:00:00Z
p-b | p-c | phone | phone:+447700900001 | 800    | 2026-03-01T20:00:00Z
p-b | p-e | phone | phone:+447700900001 | 680    | 2026-03-01T20:00:00Z
p-c | p-d | phone | phone:+447700900001 | 800    | 2026-03-02T23:30:00Z
p-c | p-e | phone | phone:+447700900001 | 680    | 2026-03-02T23:30:00Z
p-d | p-e | phone | phone:+447700900001 | 680    | 2026-03-03T00:30:00Z
""",
        ties,
    ),
    Case(
        "a weight is the smaller of two, graded in whole per mille",
        "A report graded 3 weighs 250 per mille; a negated signal makes no concern record; division rounds down.",
        {
            "records": """
key             | at         | source_evaluation | intelligence_assessment
intelligence:N1 | 2026-03-01 | 1                 | A
intelligence:N2 | 2026-03-02 | 3                 | A
intelligence:N3 | 2026-03-03 | 2                 | C
crimes:C9       | 2026-03-04 |                   |
""",
            "people": """
key             | who   | role      | born
intelligence:N1 | p-a   | suspect   | 1990-01-01
intelligence:N2 | p-b   | associate | 1990-01-01
intelligence:N3 | p-c   | subject   |
crimes:C9       | p-d   | suspect   | 1990-01-01
""",
            "vehicles": """
key             | role | vrm
intelligence:N1 | seen | AB12CDE
intelligence:N2 | seen | AB12CDE
intelligence:N3 | seen | AB12CDE
crimes:C9       | seen | AB12CDE
""",
            "signals": """
key             | indicator       | status
intelligence:N1 | taxi_or_vehicle | affirmed
intelligence:N2 | taxi_or_vehicle | affirmed
intelligence:N3 | taxi_or_vehicle | reported_speech
crimes:C9       | taxi_or_vehicle | negated
""",
        },
        """
a   | b   | tie     | context         | weight | first_at
p-a | p-b | vehicle | vehicle:AB12CDE | 225    | 2026-03-01T00:00:00Z
p-a | p-c | vehicle | vehicle:AB12CDE | 650    | 2026-03-01T00:00:00Z
p-a | p-d | vehicle | vehicle:AB12CDE | 1000   | 2026-03-01T00:00:00Z
p-b | p-c | vehicle | vehicle:AB12CDE | 225    | 2026-03-02T00:00:00Z
p-b | p-d | vehicle | vehicle:AB12CDE | 225    | 2026-03-02T00:00:00Z
p-c | p-d | vehicle | vehicle:AB12CDE | 650    | 2026-03-03T00:00:00Z
""",
        ties,
    ),
]
