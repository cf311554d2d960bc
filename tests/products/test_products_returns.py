"""A return from rows alone: who is counted, who is not and why, what is sent, and what differs between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from redshank.products.papers import FORMS, write
from redshank.products.returns import build, content, spec, years
from redshank.products.returns.checks import validate
from redshank.products.returns.compare import differences
from redshank.products.returns.population import population, pseudonym
from redshank.products.rows import Crime, Detention, Flag, Member, Named, Rows
from redshank.products.specs import SpecError

KEY = b"of this return"
ADR = spec.read("adr149")
YEAR = "2025-26"
IN = datetime(2025, 6, 1, 12, tzinfo=UTC)


def crime(ref: str, *flags: int, at: datetime | None = IN, own: bool = False, **more) -> Crime:
    return Crime(
        f"crimes:{ref}", "Northmere", at, at, "open", "", own, flags, **({"offence": "17 Offence"} | more)
    )


def named(ref: str, person: str, age: int | None, role: str = "suspect", **more) -> Named:
    told = {"sex": "M", "ethnicity_self": "W1", "ethnicity_officer": "1", "nationality": "GB"} | more
    return Named(f"crimes:{ref}", person, role, age=age, care="", disability=False, on_crime=IN, **told)


def child(ref: str, age: int | None = 14, person: str = "p-child") -> Named:
    return named(ref, person, age, "harmed", sex="F")


def flag(number: int, *refs: str, state: str = "confirmed", basis: str = "named", nature: str = "cse", group: str = "") -> Flag:  # fmt: skip
    axes = {"group_basis": basis, "nature": nature, "setting": "community", "online": "contact"}
    return Flag(number, "record", refs[0] if refs else "x", state, "Northmere", IN, IN, tuple(f"crimes:{r}" for r in refs), group, axes, "d-1")  # fmt: skip


def rows(**more) -> Rows:
    words = {"axis.group_basis": {"possible": "Possible"}, "axis.setting": {"community": "Community"}, "axis.online": {"contact": "In person"}}  # fmt: skip
    return Rows(**({"as_of": IN, "run": 3, "words": words} | more))


def one_group(**more) -> Rows:
    """Two suspects in one crime with a child."""
    return rows(**({"crimes": (crime("C1", 1),), "flags": (flag(1, "C1"),), "named": (named("C1", "p-a", 30), named("C1", "p-b", 40), child("C1"))} | more))  # fmt: skip


def counted(r: Rows, one: spec.ReturnSpec = ADR, year: str = YEAR) -> content.Return:
    return population(r, one, year, KEY)


def n(found: content.Return, what: str, age: str = "all") -> int:
    return content.counts(found)[what][age].n


def why(found: content.Return, ident: str) -> str:
    return "; ".join(x.says for x in found.left_out if x.ident == ident)


# ---- the agreed population ---------------------------------------------------------------------


def test_a_confirmed_flag_of_two_suspects_and_a_child_counts_people_pairs_and_detentions_apart():
    r = one_group(
        crimes=(crime("C1", 1), crime("C2", 1)), flags=(flag(1, "C1", "C2"),),
        named=(named("C1", "p-a", 30), named("C1", "p-b", 40), child("C1"), named("C2", "p-a", 30), child("C2")),
        detentions=(Detention("custody:1", "p-a", IN, "Quay", "17", 30), Detention("custody:2", "p-a", IN, "Quay", "17", 30), Detention("custody:3", "p-a", datetime(2024, 6, 1, tzinfo=UTC), "Quay", "17", 29)),
    )  # fmt: skip
    found = counted(r)
    assert (n(found, "people"), n(found, "pairs"), n(found, "detentions"), n(found, "unidentified")) == (2, 3, 2, 0)  # fmt: skip
    assert content.counts(found)["people"]["all"].keys == ("crimes:C1", "crimes:C2")
    assert len(found.rows) == 2
    assert not found.left_out


@pytest.mark.parametrize(
    ("r", "ident", "says"),
    [
        (one_group(flags=(flag(1, "C1", state="proposed"),)), "crimes:C1", "waits for a decision"),
        (one_group(flags=(flag(1, "C1", state="not_proven"),)), "crimes:C1", "not proven"),
        (one_group(flags=(flag(1, "C1", basis="possible"),)), "crimes:C1", "Possible"),
        (one_group(flags=(flag(1, "C1", nature="unknown"),)), "crimes:C1", "the nature is"),
        (one_group(named=(named("C1", "p-a", 30), child("C1"))), "crimes:C1", "one suspect only"),
        (one_group(crimes=(crime("C1", 1, at=None),)), "crimes:C1", "no date of recording"),
        (one_group(crimes=(crime("C1", 1, at=datetime(2025, 3, 31, 22, tzinfo=UTC)),)), "crimes:C1", "recorded outside the year, on 31 March 2025"),
        (one_group(named=(named("C1", "p-a", 30), named("C1", "p-b", 40))), "crimes:C1", "nobody is recorded as harmed"),
        (one_group(named=(named("C1", "p-a", 30), named("C1", "p-b", 40), child("C1", 18))), "crimes:C1", "under 18 on the day"),
        (one_group(named=(named("C1", "p-a", 30), named("C1", "p-b", 40), child("C1", None))), "crimes:C1", "an age is not recorded"),
        (one_group(flags=(), crimes=(crime("C1", own=True),)), "crimes:C1", "the record system's own flag"),
        (one_group(flags=(flag(1),), crimes=()), "1", "rests on no crime"),
        (one_group(flags=(flag(1, "C9"),), crimes=()), "crimes:C9", "not held any more"),
        (one_group(flags=(flag(1, "C1", group="g"),), members=(Member("g", "p-z", "suspect", 30, "none"),)), "p-z", "no crime that counts names them as suspect"),
    ],
    ids=lambda v: v if isinstance(v, str) and v.startswith(("crimes:", "p-")) else "",
)  # fmt: skip
def test_what_is_left_out_says_why(r, ident, says):
    found = counted(r)
    assert says in why(found, ident)
    assert n(found, "people") == (2 if ident == "p-z" else 0)


def test_the_year_is_that_of_the_wall_clock_in_britain():
    """23.30 in UTC on 31 March is half past midnight of 1 April there."""
    late = datetime(2025, 3, 31, 23, 30, tzinfo=UTC)
    assert n(counted(one_group(crimes=(crime("C1", 1, at=late),))), "people") == 2
    assert n(counted(one_group(crimes=(crime("C1", 1, at=late),)), year="2024-25"), "people") == 0


def test_two_may_be_known_over_several_crimes_or_as_members_of_the_group():
    apart = one_group(
        crimes=(crime("C1", 1), crime("C2", 1)), flags=(flag(1, "C1", "C2"),),
        named=(named("C1", "p-a", 30), child("C1"), named("C2", "p-b", 40), child("C2")),
    )  # fmt: skip
    assert n(counted(apart), "people") == 2
    member = one_group(named=(named("C1", "p-a", 30), child("C1")), flags=(flag(1, "C1", group="g"),), members=(Member("g", "p-z", "suspect", 30, "none"), Member("g", "p-child", "child", 14, "none")))  # fmt: skip
    assert n(counted(member), "people") == 1


@pytest.mark.parametrize(("suspects", "least"), [(0, 2), (1, 1), (2, 1)])
def test_the_unidentified_stand_apart_by_the_flags_own_word(suspects, least):
    people = tuple(named("C1", f"p-{i}", 30) for i in range(suspects))
    found = counted(one_group(named=(*people, child("C1")), flags=(flag(1, "C1", basis="unidentified"),)))
    assert (n(found, "people"), n(found, "unidentified"), len(found.rows)) == (suspects, least, suspects)
    assert content.counts(found)["unidentified"]["all"].keys == ("crimes:C1",)


def test_members_of_the_group_whom_nobody_identified_are_counted_each_once():
    members = tuple(Member("g", f"unidentified-phone-{i}", "suspect", None, "none") for i in range(3))
    r = one_group(
        crimes=(crime("C1", 1), crime("C2", 2)), flags=(flag(1, "C1", group="g"), flag(2, "C2", group="g")), members=members,
        named=(named("C1", "p-a", 30), child("C1"), named("C2", "p-a", 30), child("C2")),
    )  # fmt: skip
    assert n(counted(r), "unidentified") == 3
    assert n(counted(r), "people") == 1


def test_a_suspect_under_18_on_one_of_the_days_is_counted_as_a_child_and_no_age_is_never_an_adult():
    r = one_group(
        crimes=(crime("C1", 1), crime("C2", 1)), flags=(flag(1, "C1", "C2"),),
        named=(named("C1", "p-a", 17), named("C1", "p-b", None), child("C1"), named("C2", "p-a", 18), child("C2")),
    )  # fmt: skip
    found = counted(r)
    assert [n(found, "people", a) for a in content.AGES] == [0, 1, 1]
    assert [n(found, "pairs", a) for a in content.AGES] == [1, 1, 1]
    (row,) = [x for x in found.rows if x.person == "p-a"]
    assert (row.cells["child"], row.age) == ("yes", content.CHILD)
    told = {f.name: f.rows for f in validate(found, ADR)}
    assert told["children_counted"] == (row.ident,)
    assert told["age_missing"] == (pseudonym(KEY, "p-b"),)
    text = write(build.build(found, ADR, "public", build.Told()), "html").decode()
    assert "Modern Slavery Act 2015 s.45" in text


# ---- rows --------------------------------------------------------------------------------------


def test_a_row_says_what_is_recorded_and_why_a_code_is_missing():
    people = (named("C1", "p-a", 30, ethnicity_self="", nationality="NS"), named("C1", "p-b", 40, ethnicity_self="NS"), child("C1"))  # fmt: skip
    found = counted(one_group(named=people, detentions=(Detention("custody:1", "p-a", IN, "Quay", "17", 30),)))  # fmt: skip
    a, b = (next(r.cells for r in found.rows if r.person == p) for p in ("p-a", "p-b"))
    assert (a["ethnicity_self"], a["ethnicity_missing"], a["ethnicity_officer"]) == (
        "",
        "nothing recorded",
        "1",
    )
    assert (b["ethnicity_missing"], b["nationality"], b["nationality_missing"]) == ("recorded as not stated", "GB", "")  # fmt: skip
    assert a["nationality_missing"] == "recorded as not stated"
    assert (a["arrested"], a["suite"], a["age_at_arrest"]) == ("2025-06-01", "Quay", "18 and over")
    assert (b["arrested"], b["age_at_arrest"]) == ("", "not arrested")
    assert (a["group_size"], a["victims"], a["setting"], a["outcome"]) == ("2", "1", "Community", "no outcome yet")  # fmt: skip


def test_no_id_of_a_person_or_record_is_in_what_is_sent():
    ids = ("p-00a1", "p-00b2")
    found = counted(one_group(named=(*(named("C1", i, 30) for i in ids), child("C1", person="p-00c3"))))
    sent = build.rows_csv(found, ADR) + write(build.rows_document(found, ADR, build.Told()), "csv")
    for ident in (*ids, "p-00c3", "crimes:", "C1"):
        assert ident.encode() not in sent, ident
    assert pseudonym(KEY, ids[0]) != pseudonym(b"of another return", ids[0])
    assert {r.ident for r in found.rows} == {pseudonym(KEY, i) for i in ids}


def test_a_cell_is_never_a_formula():
    people = (named("C1", "p-a", 30, nationality="=1+1"), named("C1", "p-b", 40), child("C1"))
    assert b",'=1+1," in build.rows_csv(counted(one_group(named=people)), ADR)


def test_a_row_for_each_crime_where_the_specification_has_it_so():
    one = spec.read("cocad")
    held = (Detention("custody:1", "p-a", datetime(2025, 8, 1, tzinfo=UTC), "Quay", "17", 30), Detention("custody:2", "p-b", datetime(2026, 8, 1, tzinfo=UTC), "Quay", "17", 30))  # fmt: skip
    found = counted(one_group(detentions=held), one, "2025")
    (row,) = found.rows
    assert (row.person, row.cells["suspects"], row.cells["arrested_in_twelve_weeks"]) == ("", "2", "1")
    assert n(found, "people") == 2
    assert not [f for f in validate(found, one) if f.blocks]


# ---- validations, differences, papers ----------------------------------------------------------


def test_a_validation_says_what_is_so_which_rows_and_what_to_do_and_blocks_only_what_it_must():
    r = one_group(crimes=(crime("C1", 1), crime("C2", 2)), flags=(flag(1, "C1"), flag(2, "C2", state="proposed")), named=(named("C1", "p-a", 30, sex=""), named("C1", "p-b", 40), child("C1")))  # fmt: skip
    found = counted(r)
    told = {f.name: f for f in validate(found, ADR)}
    assert told["flags_waiting"].blocks
    assert told["flags_waiting"].rows == ("crimes:C2",)
    assert "Decide the flags" in told["flags_waiting"].do
    assert not next(f for f in validate(found, ADR, "partial") if f.name == "flags_waiting").blocks
    assert told["sex_missing"].rows == (pseudonym(KEY, "p-a"),)
    assert not told["sex_missing"].blocks
    broken = replace(found, rows=found.rows[:1])
    assert next(f for f in validate(broken, ADR) if f.name == "rows_and_counts").blocks


def test_a_return_of_a_year_that_is_not_over_says_so_until_the_day_after_its_last():
    told = lambda at: [f.name for f in validate(counted(one_group(as_of=at)), ADR)]  # noqa: E731
    assert "year_not_over" in told(datetime(2026, 3, 31, 22, tzinfo=UTC))
    assert "year_not_over" not in told(datetime(2026, 3, 31, 23, 30, tzinfo=UTC))  # 1 April on the wall


def test_two_returns_are_compared_count_by_count_row_by_row_and_cell_by_cell():
    before = counted(one_group())
    people = (named("C1", "p-a", 30, nationality="IE"), named("C1", "p-c", 40), named("C1", "p-d", 20), child("C1"))  # fmt: skip
    d = differences(before, counted(one_group(named=people)), ADR)
    assert d.gone == (pseudonym(KEY, "p-b"),)
    assert set(d.new) == {pseudonym(KEY, "p-c"), pseudonym(KEY, "p-d")}
    assert [(c.row, c.label, c.before, c.after) for c in d.changed if c.label == "Nationality"] == [(pseudonym(KEY, "p-a"), "Nationality", "GB", "IE")]  # fmt: skip
    assert ("People", 2, 3) in d.counts
    assert not differences(before, before, ADR)


def test_the_same_rows_give_the_same_text_and_it_reads_back_whole():
    found = counted(one_group())
    text = content.to_text(found)
    assert text == content.to_text(counted(one_group()))
    assert content.from_text(text) == found
    assert content.to_text(content.from_text(text)) == text


@pytest.mark.parametrize("edition", build.EDITIONS)
@pytest.mark.parametrize("form", FORMS)
def test_each_edition_is_written_in_each_form_and_only_the_public_one_rounds(edition, form):
    told = build.Told(findings=tuple(validate(counted(one_group()), ADR)))
    data = write(build.build(counted(one_group()), ADR, edition, told), form)
    assert data
    assert data == write(build.build(counted(one_group()), ADR, edition, told), form)
    if form == "html":
        counts = data.decode().split("Completeness")[0]
        assert ("<td>fewer than 5</td>" in counts, "<td>2</td>" in counts) == (edition == "public", edition != "public")  # fmt: skip


def test_what_is_hidden_from_a_reader_is_in_no_row_no_count_and_no_line():
    r = one_group(flags=(flag(1, "C1", group="g"),), members=(Member("g", "p-z", "suspect", 30, "none"),))
    found = counted(r)
    less = content.narrowed(found, frozenset({"p-a", "p-z"}), frozenset(), None, frozenset())
    assert (n(less, "people"), len(less.rows), less.left_out) == (1, 1, ())
    for nothing in (
        content.narrowed(found, frozenset(), frozenset({"crimes:C1"}), None, frozenset()),
        content.narrowed(found, frozenset(), frozenset(), frozenset(), frozenset()),
    ):
        assert (n(nothing, "people"), nothing.rows) == (0, ())


# ---- specifications ----------------------------------------------------------------------------


def test_what_is_shipped_is_read_and_adr149_is_stood_down_after_march_2025():
    shipped = {code: spec.read(code) for code in spec.codes()}
    assert {s.version for s in shipped.values()} == {"ADR149-FY-local-default-v0", "GBCSE-ADR-draft", "COCAD-local-default-v0"}  # fmt: skip
    assert ADR.of("2024-25").status == "mandated"
    assert ADR.of("2025-26").status == "stood_down"
    assert all(r.source for s in shipped.values() for r in s.requirements)


def test_a_force_replaces_a_specification_by_a_file_in_its_home(tmp_path):
    text = (spec.HERE / "adr149.toml").read_text(encoding="utf-8")
    (tmp_path / "products").mkdir()
    (tmp_path / "products" / "adr149.toml").write_text(text.replace("suspects_least = 2", "suspects_least = 3"), encoding="utf-8")  # fmt: skip
    own = spec.read("adr149", tmp_path)
    assert own.own
    assert "asks for 3" in why(counted(one_group(), own), "crimes:C1")
    assert not spec.read("cocad", tmp_path).own


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('code = "adr149"', 'code = "other"', 'code must be "adr149"'),
        ('name = "suite"', 'name = "shoe_size"', "no field is called 'shoe_size'"),
        ('label = "Sex"', 'label = "=1+1"', "begins with a letter"),
        ('name = "age_missing"', 'name = "magic"', "no validation is called 'magic'"),
        ('status = "stood_down"', 'status = "perhaps"', "status must be one of mandated, voluntary, stood_down"),
        ('year = "2023-24"', 'year = "2023-25"', "a financial year is written as 2025-26"),
        ("due = 2024-06-30\n", "", "has a day by which it is due"),
        ("suspects_least = 2", "suspects_least = 0", "a whole number from 1"),
        ('year = "2026-27"', 'year = "2025-26"', "stands twice"),
        ('row = "suspect"', 'row = "', "mend it, or take it away"),
        ("[population]", "[people]", "[population] is missing"),
        ('name = "pseudonym"', 'name = "age_at_event"', "the first field must be pseudonym"),
        ("blocks = true", 'blocks = "yes"', "say blocks = true or blocks = false"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_and_says_where(tmp_path, old, new, says):
    text = (spec.HERE / "adr149.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "products").mkdir()
    (tmp_path / "products" / "adr149.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError) as wrong:
        spec.read("adr149", tmp_path)
    assert says in str(wrong.value)
    assert "adr149.toml" in str(wrong.value)


def test_years_are_what_they_say():
    assert years.period("financial", "1999-00".replace("1999", "2099")).end == date(2100, 3, 31)
    with pytest.raises(ValueError, match="2025"):
        years.period("calendar", "2025-26")
