"""What the second computation found wrong in figures, each pinned by itself on a few rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from redshank.products.build import Wanted, build, compute, sentence
from redshank.products.disclosure import all_exact
from redshank.products.figures import REGISTRY
from redshank.products.rows import (
    Act,
    Crime,
    Episode,
    Flag,
    Group,
    Held,
    Member,
    Named,
    Period,
    Phrase,
    Place,
    Record,
    Rows,
    of_district,
)
from redshank.products.specs import Heading, Spec

AT = datetime(2026, 6, 30, 5, 10, tzinfo=UTC)
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
SUMMER = Period(date(2026, 4, 1), date(2026, 6, 30))


def says(name: str, rows: Rows, period: Period = JUNE) -> str:
    figure = REGISTRY[name].run(rows, period)
    return sentence(figure, all_exact([figure]))


def table(name: str, rows: Rows, period: Period = JUNE) -> dict[str, list[int]]:
    figure = REGISTRY[name].run(rows, period)
    return {label: [figure.cells[i].n for i in ids] for label, ids in figure.grid.rows} if figure.grid else {}


def crime(n: int, at: datetime = AT, **more: object) -> Crime:
    return replace(Crime(f"crimes:{n}", "North", at, at, "", "", True, ()), **more)  # type: ignore[arg-type]


def flag(n: int, state: str, **more: object) -> Flag:
    return replace(Flag(n, "record", "crimes:1", state, "North", AT - timedelta(days=9), AT, ("crimes:1",), "", {}, ""), **more)  # type: ignore[arg-type]  # fmt: skip


def test_a_day_is_that_of_the_wall_in_summer():
    late = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)  # half past midnight on 1 June
    assert JUNE.holds(late)
    assert table("crimes.months", Rows(AT, 1, crimes=(crime(1, late),)), SUMMER) == {"2026-04": [0], "2026-05": [0], "2026-06": [1]}  # fmt: skip


def test_records_are_counted_by_the_days_of_the_period_not_by_its_months():
    held = tuple(Held("crimes", "North", date(2026, 6, d), 1) for d in (1, 9, 10, 20))
    assert says("records.read", Rows(AT, 1, held=held), Period(date(2026, 6, 9), date(2026, 6, 10))).startswith("2 records of the period")  # fmt: skip


def test_language_is_that_of_the_period():
    old = AT - timedelta(days=400)
    rows = Rows(
        AT, 1, held=(Held("crimes", "North", date(2025, 5, 1), 5), Held("crimes", "North", date(2026, 6, 1), 3)),
        phrases=(Phrase("crimes:1", "crimes", False, "M", AT, "North"), Phrase("crimes:2", "crimes", False, "M", old, "North")),
    )  # fmt: skip
    assert says("language", rows).startswith("1 record holds")
    assert list(table("language", rows).values()) == [[1, 0, 3]]


def test_a_phrase_in_a_record_without_any_signal_stays_in_its_district():
    rows = Rows(AT, 1, phrases=(Phrase("crimes:1", "crimes", False, "M", AT, "North"),))
    assert says("language", of_district(rows, "North")).startswith("1 record holds")
    assert says("language", of_district(rows, "South")).startswith("0 records hold")


def test_more_than_twenty_places_are_counted_where_twenty_are_named():
    places = tuple(Place(f"89{n:02}", f"around {n}", "North", 3, 3, ("crimes:1",)) for n in range(25))
    assert says("places.named", Rows(AT, 1, places=places)).startswith("25 places")
    assert len(table("places.named", Rows(AT, 1, places=places))) == 20


def test_a_month_without_a_signal_is_shown_as_nought():
    record = Record("crimes:1", "crimes", "North", AT, AT, "", "police", "", frozenset({"transported"}))
    assert table("times.months", Rows(AT, 1, records=(record,)), SUMMER) == {"2026-04": [0], "2026-05": [0], "2026-06": [1]}  # fmt: skip


def test_what_was_withdrawn_or_waits_for_more_is_not_decided():
    flags = (flag(1, "confirmed"), flag(2, "not_proven"), flag(3, "need_more"), flag(4, "withdrawn"))
    assert says("crimes.timeliness", Rows(AT, 1, flags=flags)) == "2 flags were decided in the period; 1 waits for a decision now."  # fmt: skip


def test_eight_days_of_the_calendar_are_not_within_seven():
    begun = datetime(2026, 6, 1, 16, 0, tzinfo=UTC)
    late = flag(1, "confirmed", proposed=begun, decided=begun + timedelta(days=7, hours=20))
    assert table("crimes.timeliness", Rows(AT, 1, flags=(late,)))["8 to 28 days"] == [1]


def test_a_group_that_somebody_confirmed_is_not_called_proposed():
    group = Group("g-1", "Group one", "Two are tied.", "candidate", "strong", 2, 1, date(2026, 6, 1), False, ("crimes:1",), ("North",), ())  # fmt: skip
    rows = Rows(AT, 1, groups=(group,))
    assert list(table("groups.named", rows)) == ["Group one (proposed; strong). Two are tied."]
    done = replace(rows, flags=(flag(1, "confirmed", about="group", ident="g-1"),))
    assert list(table("groups.named", done)) == ["Group one (confirmed by a second person; strong). Two are tied."]  # fmt: skip


def test_of_two_groups_the_gravest_category_of_a_person_stands():
    members = tuple(Member(g, "p-1", "suspect", 30, c) for g, c in (("g-1", "suspect in a crime"), ("g-2", "named in intelligence"), ("g-3", "none")))  # fmt: skip
    assert table("groups.categories", Rows(AT, 1, members=members)) == {"suspect in a crime": [1]}


def test_the_third_episode_within_ninety_days_counts_though_two_were_before_the_period():
    episode = Episode("missing_episodes:3", "c-1", "North", AT, None, "high", "not due", True)
    assert "; 1 was missing for the third time or more" in says("missing.episodes", Rows(AT, 1, episodes=(episode,)))  # fmt: skip


def test_a_birth_date_that_only_another_record_states_is_not_recorded_in_the_row():
    named = Named("crimes:1", "p-1", "harmed", "F", 14, "", "", "", "", False, AT, False)
    assert table("quality.people", Rows(AT, 1, crimes=(crime(1),), named=(named,)))["people harmed"] == [1, 0, 0, 0, 0, 1]  # fmt: skip


def test_a_row_without_a_sex_takes_nothing_from_another():
    rows = tuple(Named(f"crimes:{n}", "p-1", "harmed", sex, 14, "", "", "", "", False, AT) for n, sex in ((1, ""), (2, "F")))  # fmt: skip
    assert "1 is recorded as female" in says("children.harmed", Rows(AT, 1, crimes=(crime(1), crime(2)), named=rows))  # fmt: skip


def test_gaps_that_differ_in_number_and_record_alone_are_one():
    gaps = ("One of the members is not identified.", "Three of the members are not identified."), ("No return is recorded in missing episode MP1.", "No return is recorded in missing episode MP2, missing episode MP3.")  # fmt: skip
    groups = tuple(Group(f"g-{n}", "", "", "candidate", "strong", 2, 1, date(2026, 6, 1), False, (), (), (gaps[0][n], gaps[1][n])) for n in range(2))  # fmt: skip
    assert table("groups.gaps", Rows(AT, 1, groups=groups)) == {"Some of the members are not identified.": [2], "No return is recorded in some missing episodes.": [2]}  # fmt: skip


def test_a_product_on_a_district_says_which_figure_counts_the_whole_force():
    heading = Heading("a", "1 All", ("actions", "models"), (), "", "", "")
    spec = Spec("x", "1", "X", "a test", 1, 0, (heading,), False, "district")
    rows = Rows(AT, 1, acts=(Act("action", "1", date(2026, 6, 2), "Open", "Protect"),))
    told = build(Wanted(spec, JUNE, scope="North"), rows, compute(spec, rows, JUNE))
    texts = [(p.figure, p.text) for p in told.sections[0].parts if hasattr(p, "text")]
    assert ("actions", "(The whole force area, not North alone.)") in texts
    assert "models" not in [f for f, t in texts if "whole force" in t]
    force = build(Wanted(replace(spec, scope="force"), JUNE), rows, compute(spec, rows, JUNE))
    assert "whole force area, not" not in str(force.sections)
