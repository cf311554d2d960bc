"""Judgements of people: read from a file, keyed by appearances, honoured by the next night, and withdrawn again."""

import pytest
from contract_tools import copied, export, ok, redshank, rows, write_csv

COLUMNS = [
    "judgement_id",
    "kind",
    "a_record_type",
    "a_record_ref",
    "a_row",
    "b_record_type",
    "b_record_ref",
    "b_row",
    "group_id",
    "by",
    "at",
    "reason",
    "withdrawn_at",
]


def judgement(number, kind, a=None, b=None, group="", **more):
    row = {
        "judgement_id": f"J{number}",
        "kind": kind,
        "group_id": group,
        "by": "PC 4411",
        "at": "2026-03-01T09:00:00+00:00",
        "reason": "Records opened and read.",
    }
    for side, appearance in (("a", a), ("b", b)):
        if appearance:
            row |= {
                f"{side}_record_type": appearance["record_type"],
                f"{side}_record_ref": appearance["record_ref"],
                f"{side}_row": appearance["row"],
            }
    return row | more


def at(appearance):
    return appearance["delivery"], appearance["record_ref"], appearance["row"]


@pytest.fixture(scope="module")
def judged(homes, force, tmp_path_factory):
    """A home with four judgements and a night after them; and what was judged."""
    base = tmp_path_factory.mktemp("judged")
    home = copied(homes.two, base / "home")
    found = homes.found_two
    of = {}
    for row in found["people"]:
        of.setdefault(row["person_id"], []).append(row)
    truth = {(r["delivery"], r["row"]): r["true_person"] for r in rows(force / "truth" / "people.csv")}
    # two grown people who are nobody else, of one record each, in different records
    lone = [
        m[0] for m in of.values() if len(m) == 1 and truth[m[0]["delivery"], m[0]["row"]].startswith("bga")
    ]
    grouped = {r["person_id"] for r in found["groups"]}
    pair = next(
        m
        for p, m in of.items()
        if len(m) == 2
        and p not in grouped
        and m[0]["record_ref"] != m[1]["record_ref"]
        and len({r["record_ref"] for r in m}) == 2
    )
    groups = list(
        dict.fromkeys(
            r["group_id"] for r in found["groups"] if r["kind"] == "candidate" and r["basis"] != "confirmed"
        )
    )
    write_csv(base / "judgements.csv", [
        judgement(1, "same", lone[0], lone[1]),
        judgement(2, "not_same", pair[0], pair[1]),
        judgement(3, "dismiss_group", group=groups[0]),
        judgement(4, "confirm_group", group=groups[1]),
    ], COLUMNS)  # fmt: skip
    ok("judge", base / "judgements.csv", home=home)
    ok("night", home=home)
    return {
        "base": base,
        "home": home,
        "lone": lone[:2],
        "pair": pair,
        "groups": groups[:2],
        "found": export(home, base / "out"),
    }


def person(found, appearance):
    return next(r["person_id"] for r in found["people"] if at(r) == at(appearance))


def test_same_makes_one_person(judged):
    assert person(judged["found"], judged["lone"][0]) == person(judged["found"], judged["lone"][1])


def test_not_same_makes_two(judged):
    assert person(judged["found"], judged["pair"][0]) != person(judged["found"], judged["pair"][1])


def test_a_dismissed_group_is_proposed_no_more(judged):
    assert [r for r in judged["found"]["groups"] if r["group_id"] == judged["groups"][0]] == []


def test_a_confirmed_group_says_so(judged):
    assert {r["basis"] for r in judged["found"]["groups"] if r["group_id"] == judged["groups"][1]} == {
        "confirmed"
    }


def test_the_same_file_again_changes_nothing_and_full_honours_it(judged):
    ok("judge", judged["base"] / "judgements.csv", home=judged["home"])
    ok("night", "--full", home=judged["home"])
    found = export(judged["home"], judged["base"] / "out-full")
    assert sorted(map(str, found["groups"])) == sorted(map(str, judged["found"]["groups"]))
    assert sorted(map(str, found["people"])) == sorted(map(str, judged["found"]["people"]))


def test_a_withdrawn_judgement_holds_no_longer(judged, tmp_path):
    home = copied(judged["home"], tmp_path / "home")
    taken_back = {"withdrawn_at": "2026-03-02T09:00:00+00:00"}
    write_csv(tmp_path / "back.csv", [
        judgement(1, "same", *judged["lone"], **taken_back),
        judgement(3, "dismiss_group", group=judged["groups"][0], **taken_back),
    ], COLUMNS)  # fmt: skip
    ok("judge", tmp_path / "back.csv", home=home)
    ok("night", home=home)
    found = export(home, tmp_path / "out")
    assert person(found, judged["lone"][0]) != person(found, judged["lone"][1])
    assert [r for r in found["groups"] if r["group_id"] == judged["groups"][0]]


def test_a_file_of_another_kind_is_refused(homes, tmp_path):
    write_csv(tmp_path / "bad.csv", [judgement(1, "perhaps", group="g")], COLUMNS)
    write_csv(tmp_path / "other.csv", [{"weather": "fair"}])
    for name in ("bad.csv", "other.csv"):
        done = redshank("judge", tmp_path / name, home=copied(homes.two, tmp_path / f"home-{name}"))
        assert done.returncode == 10, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
