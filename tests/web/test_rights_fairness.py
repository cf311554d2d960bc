"""Rates by what is recorded of people: completeness first, intervals, small cells withheld, and never an input."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.products import fairness, fairness_options
from redshank.products.fairness import Decision, Facts, Somebody
from redshank.products.fairness_options import Taken

from .conftest import make_rows
from .worklist_tools import text_of

NAMES = {
    "ethnicity_self": {"W1": "White: British", "A2": "Asian: Pakistani"},
    "ethnicity_officer": {"1": "White, North European"},
}


def people(
    n: int, own: str, *, start: int = 0, age: int | None = 14, sex: str = "F", district: str = "Northmere"
) -> list[Somebody]:
    return [
        Somebody(
            f"p{start + i}", frozenset([own] if own else []), frozenset(), sex, age, frozenset([district])
        )
        for i in range(n)
    ]


def facts(found: set[str], who: list[Somebody], decisions: tuple[Decision, ...] = ()) -> Facts:
    return Facts(tuple(who), in_matrix=frozenset(found), decisions=decisions, as_of=date(2026, 3, 31))


def rows(f: Facts, measure: str, dimension: int):
    (table,) = [t[dimension] for title, t in fairness.tables(f, NAMES) if title == measure]
    return {r.label: r for r in table.rows}


MATRIX = "In the child vulnerability matrix"


def test_a_rate_stands_with_of_how_many_and_its_interval():
    who = people(40, "W1") + people(20, "A2", start=40) + people(10, "", start=60)
    found = {f"p{i}" for i in (*range(10), *range(40, 48), *range(60, 66))}
    told = rows(facts(found, who), MATRIX, 0)
    assert (told["White: British"].n, told["White: British"].k, told["White: British"].rate) == (
        "40",
        "10",
        "25.0%",
    )
    assert told["White: British"].interval == "14.2% to 40.2%"
    assert told["not recorded"].n == "10"
    assert list(told) == ["Asian: Pakistani", "White: British", "not recorded"]


def test_not_recorded_not_stated_and_recorded_differently_are_rows_of_their_own():
    who = people(8, "W1") + people(8, "", start=8) + people(8, "NS", start=16) + people(8, "Z9", start=32)
    who += [Somebody(f"q{i}", frozenset(["W1", "A2"]), frozenset(), "F", 14, frozenset()) for i in range(8)]
    told = rows(facts(set(), who), MATRIX, 0)
    assert set(told) == {
        "White: British",
        "not recorded",
        "not stated by the person",
        "recorded in more than one way",
        "another code",
    }
    assert {r.n for r in told.values()} == {"8"}


def test_self_defined_and_officer_defined_are_never_mixed():
    who = [Somebody(f"p{i}", frozenset(), frozenset(["1"]), "M", 15, frozenset()) for i in range(9)]
    assert set(rows(facts(set(), who), MATRIX, 0)) == {"not recorded"}
    assert set(rows(facts(set(), who), MATRIX, 1)) == {"White, North European"}


def test_adults_are_no_denominator_of_what_only_children_can_be():
    who = people(10, "W1") + people(30, "W1", start=10, age=40) + people(6, "W1", start=40, age=None)
    assert rows(facts({"p1"}, who), MATRIX, 0)["White: British"].n == "16"
    assert rows(facts(set(), who), "A proposed person of concern in a group", 0)["White: British"].n == "46"


def test_a_small_cell_is_withheld_with_a_second_one():
    who = people(30, "W1") + people(3, "A2", start=30) + people(12, "", start=33)
    told = rows(facts({f"p{i}" for i in range(20)}, who), MATRIX, 0)
    assert told["Asian: Pakistani"].n == told["not recorded"].n == "not shown"
    assert told["White: British"].n == "30"
    # Of the counts, the two that are small are withheld too, and no rate tells them.
    assert told["not recorded"].k == told["not recorded"].rate == told["not recorded"].interval == "not shown"


@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), st.integers(0, 40), min_size=1))
def test_no_sum_gives_one_small_cell_away(cells):
    hidden = fairness.withheld(cells)
    assert all(v in hidden for v, n in cells.items() if n < fairness.LEAST)
    assert len(hidden) != 1 or len(cells) == 1


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_holds_the_share_and_lies_within_nought_and_one(kn):
    k, n = kn
    low, high = fairness.wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1


def test_decisions_are_told_with_their_days_and_below_five_not_at_all():
    who = people(20, "W1") + people(20, "A2", start=20)
    made = tuple(Decision(f"p{i}", "flag", i % 2 == 0, 4) for i in range(12)) + tuple(
        Decision(f"p{i}", "flag", True, 9) for i in range(20, 26)
    )
    f = facts(set(), who, made)
    told = rows(f, "Flags confirmed, of those decided", 0)
    assert (told["White: British"].n, told["White: British"].k) == ("12", "6")
    assert dict(
        (v, (n, m)) for v, n, m in dict(fairness.days(f, NAMES))["Ethnicity as the person said it"]
    ) == {"White: British": ("12", "4"), "Asian: Pakistani": ("6", "9")}
    few = facts(set(), who, made[:3])
    assert rows(few, "Flags confirmed, of those decided", 0)["White: British"].n == "not shown"


def test_no_word_tells_a_cause():
    text = fairness.CAVEAT + " ".join(
        m.title + m.of + m.counts for m in (*fairness.MEASURES, *fairness.DECIDED)
    )
    for word in ("because", "due to", "leads to", "over-represented", "more likely", "disproportion"):
        assert word not in text.lower()


# ---- the page ---------------------------------------------------------------------------------


def with_values(monkeypatch, place, told):
    """What the store would say: the village records nobody's ethnicity."""
    from redshank.publish import facts as stored
    from redshank.web.heads.models import Appearance

    asked = []

    def recorded(home, keys):
        asked.append(set(keys))
        for a in Appearance.objects.filter(valid_to__isnull=True, in_full=True):
            if a.person_id in told and a.record_key in asked[-1]:
                yield a.record_key, a.uid.removesuffix("|open"), told[a.person_id], ""

    monkeypatch.setattr(stored, "recorded", recorded)
    return asked


def test_values_reach_the_people_whom_the_policy_lets_through(sign_in, place, monkeypatch):
    from redshank.web.policy.models import Restriction
    from redshank.web.rights.fairness import facts_of

    make_rows(place)
    Restriction.objects.create(
        kind="person",
        ident=place.person["Hana"],
        by=sign_in("safeguarding_lead").user,
        reason="sealed",
        label="x",
    )
    asked = with_values(monkeypatch, place, {place.person["Cara"]: "W1", place.person["Hana"]: "A2"})
    f = facts_of(sign_in("auditor").user)
    by = {p.person: p for p in f.people}
    assert by[place.person["Cara"]].ethnicity_self == {"W1"}
    assert place.person["Hana"] not in by
    assert "crimes:C-other" not in asked[0]
    assert len(asked) == 1  # read once
    assert place.person["Cara"] in f.in_matrix
    assert place.person["Arlo"] in f.as_concern
    assert any(d.person == place.person["Cara"] and d.kind == "flag" and not d.yes for d in f.decisions)
    assert any(d.person == place.person["Arlo"] and d.kind == "option" for d in f.decisions)


def test_the_store_itself_gives_what_is_recorded_and_nothing_of_other_records(home, tmp_path):
    """A small home of its own, with ethnicity in its people's rows."""
    import csv

    from redshank import records
    from redshank.publish.facts import recorded
    from redshank.store import Store

    folder = tmp_path / "in"
    folder.mkdir()
    for name, rows_ in {
        "crimes": [{"crime_ref": r, "recorded_at": "2026-03-02T10:00:00+00:00", "narrative": "x"} for r in ("A", "B")],
        "people": [
            {"record_type": "crimes", "record_ref": "A", "role": "victim", "surname": "Holt", "ethnicity_self_defined": "W1", "ethnicity_officer_defined": ""},
            {"record_type": "crimes", "record_ref": "A", "role": "suspect", "surname": "Moss", "ethnicity_self_defined": "", "ethnicity_officer_defined": "4"},
            {"record_type": "crimes", "record_ref": "A", "role": "witness", "surname": "Reed", "ethnicity_self_defined": "", "ethnicity_officer_defined": ""},
            {"record_type": "crimes", "record_ref": "B", "role": "victim", "surname": "Dune", "ethnicity_self_defined": "A2", "ethnicity_officer_defined": "4"},
        ],
    }.items():  # fmt: skip
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows_[0]))
            writer.writeheader()
            writer.writerows(rows_)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    records.load(Store.open(home, create=True), folder)
    assert sorted((k, a, b) for k, _, a, b in recorded(home, ["crimes:A"])) == [
        ("crimes:A", "", "4"),
        ("crimes:A", "W1", ""),
    ]
    assert list(recorded(home, [])) == []


def test_the_page_says_completeness_first_and_the_caveat_and_names_nobody(sign_in, place):
    make_rows(place)
    for role in ("auditor", "safeguarding_lead", "analyst", "researcher"):
        client = sign_in(role)
        for measure in range(6):
            answer = client.get(f"/rights/fairness?measure={measure}")
            assert answer.status_code == 200
            text = text_of(answer)
            assert text.index("How completely it is recorded") < text.index("What is counted")
            assert "The numbers cannot tell which" in text
            for name in ("Cara", "Arlo", "Fenwick", "WRENFIELD"):
                assert name not in text
    for role in ("exploitation_officer", "crime_registrar", "partner_member"):
        assert sign_in(role).get("/rights/fairness").status_code == 404


@pytest.mark.parametrize("measure", ["99", "-1", "x", ""])
def test_a_measure_that_is_not_there_shows_the_first(sign_in, measure):
    assert sign_in("auditor").get(f"/rights/fairness?measure={measure}").status_code == 200


# ---- options per recorded ethnicity -----------------------------------------------------------


def taken(option: str, who: range, *, used: int = 0, is_child: bool = False) -> list[Taken]:
    return [
        Taken(option, f"Option {option}", int(option), f"p{i}", is_child, i - who.start < used) for i in who
    ]


def lines(rows, who, key: str = "adults-self"):
    (table,) = [t for t in fairness_options.counted(rows, {p.person: p for p in who}, NAMES) if t.key == key]
    return {(b.code, x.value): (x.considered, x.used) for b in table.blocks for x in b.lines}


def test_each_option_is_counted_per_recorded_ethnicity_with_not_recorded_apart():
    who = people(20, "W1") + people(20, "A2", start=20) + people(20, "", start=40)
    rows = (
        taken("10", range(12), used=6)
        + taken("10", range(20, 37), used=9)
        + taken("10", range(40, 60), used=15)
    )
    told = lines(rows, who)
    assert told == {
        ("10", "Asian: Pakistani"): ("17", "9"),
        ("10", "White: British"): ("12", "6"),
        ("10", "not recorded"): ("20", "15"),
    }
    assert list(told)[-1] == ("10", "not recorded")
    # What an officer saw is another thing, and of a child the options stand apart.
    assert set(lines(rows, who, "adults-officer")) == {("10", "not recorded")}
    assert lines(rows, who, "children-self") == {}


def test_an_option_for_a_child_is_never_counted_among_those_for_adults():
    who = people(20, "W1")
    rows = taken("10", range(10), is_child=True) + taken("10", range(10, 18))
    assert lines(rows, who)["10", "White: British"][0] == "8"
    assert lines(rows, who, "children-self")["10", "White: British"][0] == "10"


def test_many_options_for_few_people_are_a_small_number_and_so_is_what_was_not_used():
    who = people(30, "W1") + people(30, "A2", start=30)
    often = taken("10", range(3)) * 4 + taken("10", range(30, 42))
    assert lines(often, who)["10", "White: British"] == ("not shown", "not shown")
    nearly = taken("10", range(20), used=18) + taken("10", range(30, 50), used=10)
    assert lines(nearly, who)["10", "White: British"] == ("20", "not shown")


def test_options_stand_in_the_toolkits_order_and_somebody_no_longer_known_counts_as_not_recorded():
    who = people(9, "W1")
    rows = taken("20", range(9)) + taken("3", range(90, 99))
    (table, *_) = fairness_options.counted(rows, {p.person: p for p in who}, NAMES)
    assert [b.code for b in table.blocks] == ["3", "20"]
    assert lines(taken("3", range(90, 99)), who) == {("3", "not recorded"): ("9", "not shown")}


CELLS = st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), st.integers(0, 12), min_size=1)  # fmt: skip


@settings(deadline=None)
@given(CELLS)
def test_no_count_of_an_option_and_no_sum_over_options_gives_one_cell_away(some):
    cells = {(o, v): some.get((o, v), 0) for o in {o for o, _ in some} for v in {v for _, v in some}}
    small = {c for c, n in cells.items() if n < fairness.LEAST}
    hidden = fairness_options.closed(cells, small)
    assert small <= hidden
    for at in (0, 1):
        for key in {c[at] for c in cells}:
            line = [c for c in cells if c[at] == key]
            assert len(line) == 1 or sum(c in hidden for c in line) != 1


@pytest.mark.databases
def test_the_page_counts_what_was_recorded_also_for_somebody_who_went_into_another(
    sign_in, place, monkeypatch
):
    """Five people of one recorded ethnicity: one more whose id moved since is the same person, and nobody is named."""
    from redshank.web.disruption.models import Measure
    from redshank.web.heads.models import Moved, Publication

    by = sign_in("analyst").user
    ids = sorted(place.person.values())[:6]
    for n, ident in enumerate([*ids, *ids, "older"]):
        Measure.objects.create(
            kind="person", ident=ident, person_id=ident, name="x", option="10", option_name="Sexual Risk Order", place_in_order=10,
            toolkit="t", decision="used" if n < 6 else "considered", lead=by, by=by,
        )  # fmt: skip
    run = Publication.objects.get(pk=1).current_run
    Moved.objects.create(
        uid="moved",
        digest=0,
        in_full=True,
        in_open=True,
        valid_from=run,
        kind="person",
        was="older",
        now=ids[0],
    )
    asked = with_values(monkeypatch, place, dict.fromkeys(ids, "W1"))
    for role in ("safeguarding_lead", "auditor"):
        answer = sign_in(role).get("/disruption/fairness")
        table = answer.context["tables"][0]
        assert [(x.value, x.considered, x.used) for b in table.blocks for x in b.lines] == [
            ("White: British", "13", "6")
        ]
        text = text_of(answer)
        for name in place.person:
            assert name.upper() not in text.upper().split()
        assert answer.context["total"] == 13
    assert asked
    assert all(":" in key for key in asked[0])
    for role in ("analyst", "researcher", "tasking_chair", "partner_member"):
        assert sign_in(role).get("/disruption/fairness").status_code == 404
