"""People whom nobody could name: the same words join records only where the records share more."""

from __future__ import annotations

import pyarrow as pa
import pytest
from plants import GROUPS
from run import groups, night
from world import World

from redshank.networks.anchor import anchored
from redshank.networks.config import default_config
from redshank.networks.strangers import stranger_id, texts_only
from redshank.networks.wording import _records
from redshank.tables import BETWEEN

NODE = "unidentified-described-aaaa"


def links(*rows):
    return BETWEEN["links"].build(
        [
            {"node": n, "record_key": r, "role": role, "context": c, "context_kind": c.partition(":")[0], "source": "text", "weight": 1}
            for n, r, role, c in rows
        ]
    )  # fmt: skip


def seen(record, child, more=()):
    return [
        (NODE, record, "unidentified/described", f"child:{child}"),
        (child, record, "child/missing", f"child:{child}"),
        *more,
    ]


@pytest.mark.parametrize(
    ("rows", "people"),
    [
        (seen("r1", "x") + seen("r2", "x"), 1),  # the same child
        (seen("r1", "x") + seen("r2", "y"), 2),  # the words alone
        ([*seen("r1", "x"), *seen("r2", "y"), (NODE, "r1", "unidentified/described", "vehicle:V"), (NODE, "r2", "unidentified/described", "vehicle:V")], 1),
        ([*seen("r1", "x"), *seen("r2", "y"), *seen("r3", "x", seen("r3", "y"))], 1),  # over a third record
        ([*seen("r1", "x"), *seen("r2", "y"), ("w", "r1", "bystander/witness", "phone:1"), ("w", "r2", "bystander/witness", "phone:2")], 2),
    ],
)  # fmt: skip
def test_the_same_words_are_one_person_where_records_share_more(rows, people):
    table = anchored(links(*rows))
    assert len({n for n in table["node"].to_pylist() if n.startswith(NODE)}) == people
    assert set(table["node"].to_pylist()) >= {"x"}


def test_a_part_does_not_hang_on_records_elsewhere():
    here, elsewhere = seen("r1", "x") + seen("r2", "x"), seen("r0", "z")
    alone, both = anchored(links(*here)), anchored(links(*here, *elsewhere))
    assert alone.equals(both.slice(0, len(alone)))


def test_two_groups_with_the_same_description_stay_two():
    w = World()
    for name, day in (("g", 5), ("h", 8)):
        GROUPS["recorded_crimes"](w, name, day)
        for i in range(2):
            key = w.record(
                f"{name}-D{i}",
                "partner_referrals",
                day + 3 + 9 * i,
                {f"p-{name}-x": "subject"},
                signals=["older_associate"],
            )
            w.rows["mentions"].append({"record_key": key, "kind": "described", "start": 2, "end": 9, "value": "GREY JACKET", "negated": False})  # fmt: skip
    assert len(groups(night(w))) == 2


def test_a_child_without_birth_date_stays_a_child_where_another_record_says_nothing_of_the_age():
    w = World()
    a, b, x = w.adult("a"), w.adult("b"), w.person("x", None)
    for i in range(2):
        w.record(
            f"M{i}",
            "missing_episodes",
            3 + 20 * i,
            {x: "missing", a: "associate", b: "associate"},
            signals=["older_associate"],
        )
    for i in range(3):
        w.record(
            f"C{i}",
            "incidents",
            9 + 20 * i,
            {x: "suspect", a: "suspect", b: "suspect"},
            signals=["transported"],
        )
    rows = {r["person_id"]: r for r in night(w)["group_members"].to_pylist()}
    assert rows[x]["role"] == "child"
    assert rows[x]["also_named_as_suspect"]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (["crimes:1"], "crime 1"),
        (["crimes:1", "crimes:2"], "crimes 1 and 2"),
        (["crimes:1", "incidents:2"], "crime 1 and incident 2"),
        (["vulnerability_entries:1", "vulnerability_entries:2"], "vulnerability entries 1 and 2"),
        (["crimes:1", "crimes:2", "crimes:3"], "crime 1 and two more"),
    ],
)
def test_records_are_told_shortly(records, said):
    assert _records(records) == said


def test_a_sentence_can_be_read_aloud():
    w = World()
    a, b, x = w.adult("a"), w.adult("b"), w.child("x")
    w.premises("PR1", "Any House", "hotel", "1 Any Road", "AA11 1AA")
    for i in range(12):
        w.record(f"I{i:02d}", "incidents", 3 + 4 * i, {a: "suspect", b: "suspect", x: "victim"}, phones=["+447700900001"],
                 vehicles=["AB12CDE"], signals=["hotel_or_premises"], location="1 Any Road", postcode="AA11 1AA")  # fmt: skip
    (said,) = set(night(w)["group_members"]["sentence"].to_pylist())
    assert len(said) <= 300
    assert sum(f"I{i:02d}" in said for i in range(12)) <= 4
    assert "one child" in said


NAME = "unidentified-name-aaaa"


def named(record, child):
    return [
        (NAME, record, "unidentified/name", f"child:{child}"),
        (child, record, "child/subject", f"child:{child}"),
    ]


@pytest.mark.parametrize(
    ("rows", "records"),
    [
        (named("r1", "x"), set()),  # a name in one record is nobody yet
        (named("r1", "x") + named("r2", "x"), {"r1", "r2"}),  # the same child
        (named("r1", "x") + named("r2", "y"), set()),  # the name alone joins no records
    ],
)
def test_a_name_in_texts_is_somebody_where_two_records_share_more(rows, records):
    table = anchored(links(*rows)).to_pylist()
    assert {r["record_key"] for r in table if r["node"].startswith(NAME)} == records


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Room booked by Tobin Wharfe for the evening.", ("TOBIN", "WHARFE"), True),
        ("Her uncle Tobin Wharfe came too.", ("TOBIN", "WHARFE"), False),
        ("Reported by Tobin Wharfe at the desk.", ("TOBIN", "WHARFE"), False),
        ("Tobin Wharfe, residential worker, said so.", ("TOBIN", "WHARFE"), False),
        ("Seen in Kiln Lane again.", ("KILN", "LANE"), False),
        ("Room booked by Lark Moss for the evening.", ("LARK", "MOSS"), False),  # the record's own child
    ],
)
def test_who_is_named_beside_a_child_and_known_to_nobody(text, name, found):
    start = text.index(name[0].title())
    end = start + len(" ".join(name))
    part = {
        "mentions": BETWEEN["mentions"].build(
            [{"record_key": "r", "kind": "person", "start": start, "end": end, "value": " ".join(name), "first_std": name[0], "sur_std": name[1], "nickname": False, "negated": False}]
        ),
        "mention_links": BETWEEN["mention_links"].empty(),
        "appearances": pa.table({"record_key": ["r"], "fore_std": ["LARK"], "sur_std": ["MOSS"]}),
        "records": pa.table({"record_key": ["r"], "text": [text]}),
    }  # fmt: skip
    who = pa.table({"record_key": ["r"], "stands": ["child"]})
    assert texts_only(part, who, default_config()).num_rows == found


def test_a_name_is_the_same_whichever_word_stands_first():
    assert stranger_id(["TOBIN", "WHARFE"]) == stranger_id(["WHARFE", "TOBIN"])
