"""Specification tables of the assessment: who stands where and how old, patterns, the matrix of children."""

from __future__ import annotations

import json

from redshank.assessment import children, load_config, pattern_signals
from redshank.assessment.facts import build as build_facts
from redshank.engine import Engine
from redshank.oracle import assessment as oracle
from tests.spec.drawn import Case, Given, Row, scene, when

CONFIG = load_config()
NOW = when("2026-06-01")


def presence(engine: Engine, given: Given) -> list[Row]:
    s = scene(given)
    facts = build_facts(
        s,
        s.person_of,
        s.persons,
        NOW,
        CONFIG,
        mention_links=s.mention_links,
        mentions=s.mentions,
        engine=engine,
    )
    return facts.presence.to_pylist()


def presence_slowly(given: Given) -> list[Row]:
    found = oracle.Scene(scene(given).rows, NOW, CONFIG)
    rows = []
    for p in found.people:
        record = found.records[p["record_key"]]
        both = p.get("address_std") and p.get("postcode")
        event = oracle.event_of(record)
        rows.append({
            "record_key": p["record_key"], "person_id": p["person_id"], "role": p["role"], "start": p.get("start"),
            "end": p.get("end"), "home": f"{p['postcode']}|{p['address_std']}" if both else "",
            "age": -1 if p["age"] is None else p["age"], "event": round(event.timestamp()) * 1_000_000,
        })  # fmt: skip
    key = lambda r: (r["record_key"], r["person_id"], r["role"], r["start"] is None, r["start"] or 0)  # noqa: E731
    return sorted(rows, key=key)


def patterns(engine: Engine, given: Given) -> list[Row]:
    s = scene(given)
    out = pattern_signals(s, s.person_of, s.persons, NOW, CONFIG, signals=s.signals, mention_links=s.mention_links,
                          mentions=s.mentions, engine=engine)  # fmt: skip
    return out.to_pylist()


def patterns_slowly(given: Given) -> list[Row]:
    return oracle.pattern_signals(scene(given).rows, NOW, CONFIG)


def matrix(engine: Engine, given: Given) -> list[Row]:
    s = scene(given)
    rows = children(s.signals, s, s.person_of, s.persons, s.mention_links, None, NOW, CONFIG,
                    mentions=s.mentions, engine=engine).rows.to_pylist()  # fmt: skip
    for r in rows:
        r["codes"] = sorted({reason["code"] for reason in json.loads(r["reasons"])})
    return rows


def matrix_slowly(given: Given) -> list[Row]:
    return oracle.children(scene(given).rows, [], NOW, CONFIG)


CASES = [
    Case(
        "presence: one row for each person in each record, by a row or by the text, with the age at the event",
        "Offsets stay whole numbers although most rows have none; 29 February ages on 1 March; an unknown birth date is an "
        "age of -1 unless a text says the age; a home needs both address and postcode.",
        {
            "records": """
key                  | at
missing_episodes:M1  | 2026-02-28T23:30:00+00:00
missing_episodes:M2  | 2026-03-01T00:30:00+00:00
intelligence:N1      | 2026-03-29T01:30:00+01:00
""",
            "people": """
key                  | who    | role     | born       | address_std | postcode
missing_episodes:M1  | p-leap | missing  | 2012-02-29 | 1 MILL LANE | ZZ1 1AA
missing_episodes:M2  | p-leap | missing  | 2012-02-29 | 1 MILL LANE |
missing_episodes:M2  | p-none | reporter |            |             | ZZ1 1AA
intelligence:N1      | p-man  | suspect  | 1990-03-29 |             |
""",
            "texts": """
key                  | who    | start | end | age
intelligence:N1      | p-leap | 12    | 20  |
intelligence:N1      | p-said | 31    | 38  | 15
missing_episodes:M1  | p-said | 4     | 9   |
""",
        },
        """
record_key          | person_id | role      | start | end | home                 | age | event
intelligence:N1     | p-leap    | mentioned | 12    | 20  |                      | 14  | 1774744200000000
intelligence:N1     | p-man     | suspect   |       |     |                      | 36  | 1774744200000000
intelligence:N1     | p-said    | mentioned | 31    | 38  |                      | 15  | 1774744200000000
missing_episodes:M1 | p-leap    | missing   |       |     | ZZ1 1AA, 1 MILL LANE | 13  | 1772321400000000
missing_episodes:M1 | p-said    | mentioned | 4     | 9   |                      | 14  | 1772321400000000
missing_episodes:M2 | p-leap    | missing   |       |     |                      | 14  | 1772325000000000
missing_episodes:M2 | p-none    | reporter  |       |     |                      | -1  | 1772325000000000
""",
        presence,
        presence_slowly,
    ),
    Case(
        "only what was known: a record counts from the time when it is known, in UTC",
        "00:30 on 1 June in Berlin or London is still May; one second after the night's time is too late.",
        {
            "records": """
key          | at                        | known
incidents:I1 | 2026-05-20T10:00:00+00:00 | 2026-06-01T00:00:00+00:00
incidents:I2 | 2026-05-20T10:00:00+00:00 | 2026-06-01T00:00:01+00:00
incidents:I3 | 2026-05-20T10:00:00+00:00 | 2026-06-01T01:30:00+02:00
incidents:I4 | 2026-05-20T10:00:00+00:00 | 2026-05-31T20:00:00-05:00
premises:P1  |                           |
""",
            "people": """
key          | who | role    | born
incidents:I1 | p-a | subject | 2012-01-01
incidents:I2 | p-a | subject | 2012-01-01
incidents:I3 | p-a | subject | 2012-01-01
incidents:I4 | p-a | subject | 2012-01-01
""",
        },
        """
record_key   | person_id | role    | start | end | home | age | event
incidents:I1 | p-a       | subject |       |     |      | 14  | 1779271200000000
incidents:I3 | p-a       | subject |       |     |      | 14  | 1779271200000000
""",
        presence,
        presence_slowly,
    ),
    Case(
        "patterns that need to know who is who",
        "Three episodes in ninety days; an adult ten years older in the same record, unless family; a return with no "
        "interview for 72 hours; somebody suspected of a relevant offence before.",
        {
            "records": """
key                 | at               | returned_at      | return_interview_at | offence_code | offence
missing_episodes:M1 | 2026-03-01T20:00 | 2026-03-02T08:00 | 2026-03-04T08:00    |  |
missing_episodes:M2 | 2026-04-01T20:00 | 2026-04-02T08:00 | 2026-04-06T09:00    |  |
missing_episodes:M3 | 2026-05-20T20:00 | 2026-05-21T08:00 |                     |  |
missing_episodes:M4 | 2026-05-31T20:00 |                  |                     |  |
crimes:C1           | 2026-01-05T20:00 |                  |                     | 71 | Abuse of children through sexual exploitation
intelligence:N1     | 2026-05-25T20:00 |                  |                     |  |
""",
            "people": """
key                 | who   | role      | born       | relationship
missing_episodes:M1 | p-kid | missing   | 2012-01-01 |
missing_episodes:M2 | p-kid | missing   | 2012-01-01 |
missing_episodes:M3 | p-kid | missing   | 2012-01-01 |
missing_episodes:M3 | p-mum | associate | 1985-01-01 | mother
missing_episodes:M4 | p-kid | missing   | 2012-01-01 |
missing_episodes:M4 | p-man | associate | 1990-01-01 |
crimes:C1           | p-man | suspect   | 1990-01-01 |
crimes:C1           | p-two | suspect   | 1992-01-01 |
crimes:C1           | p-boy | victim    | 2013-01-01 |
intelligence:N1     | p-kid | subject   | 2012-01-01 |
intelligence:N1     | p-man | associate | 1990-01-01 |
""",
        },
        """
record_key          | indicator                     | text
crimes:C1           | multiple_suspects             | 2 suspects recorded
intelligence:N1     | associates_with_known_suspect | known from crimes:C1
intelligence:N1     | older_associate               | 22 years older
missing_episodes:M1 | missing_episode               |
missing_episodes:M2 | missing_episode               |
missing_episodes:M2 | return_interview_overdue      | held 97 hours after the return
missing_episodes:M3 | missing_episode               |
missing_episodes:M3 | repeat_missing                | 3 episodes in 90 days
missing_episodes:M3 | return_interview_overdue      | no interview recorded 72 hours after the return
missing_episodes:M4 | associates_with_known_suspect | known from crimes:C1
missing_episodes:M4 | missing_episode               |
missing_episodes:M4 | older_associate               | 22 years older
missing_episodes:M4 | repeat_missing                | 3 episodes in 90 days
""",
        patterns,
        patterns_slowly,
    ),
    Case(
        "the matrix counts each kind of signal once a record, repeats and age less",
        "Negated counts nothing; a graded report counts less; a child beside the subject counts by role; scores are whole.",
        {
            "records": """
key                  | at         | source_evaluation | intelligence_assessment
partner_referrals:R1 | 2026-05-25 |   |
partner_referrals:R2 | 2026-05-26 |   |
partner_referrals:R3 | 2024-05-26 |   |
intelligence:N1      | 2026-05-27 | 3 | A
incidents:I1         | 2026-05-28 |   |
""",
            "people": """
key                  | who | role    | born
partner_referrals:R1 | p-a | subject | 2012-01-01
partner_referrals:R2 | p-a | subject | 2012-01-01
partner_referrals:R2 | p-b | other   | 2011-06-01
partner_referrals:R3 | p-c | subject | 2012-01-01
intelligence:N1      | p-c | subject | 2012-01-01
incidents:I1         | p-d | subject | 1990-01-01
""",
            "signals": """
key                  | indicator       | status
partner_referrals:R1 | disclosure      | affirmed
partner_referrals:R1 | school_absence  | affirmed
partner_referrals:R2 | disclosure      | affirmed
partner_referrals:R2 | online_contact  | negated
partner_referrals:R3 | disclosure      | affirmed
intelligence:N1      | older_associate | affirmed
incidents:I1         | disclosure      | affirmed
""",
        },
        """
person_id | score | band        | sexual_exploitation | criminal_exploitation       | change_28_days | codes
p-a       | 66    | critical    | signals of harm     | signals of risk             | 66             | disclosure, school_absence
p-c       | 11    | significant | signals of harm     | none found in what was read | 3              | disclosure, older_associate
p-b       | 8     | significant | signals of harm     | none found in what was read | 8              | disclosure
""",
        matrix,
        matrix_slowly,
    ),
]
