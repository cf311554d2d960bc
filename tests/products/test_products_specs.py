"""Specifications are data: a national one replaces ours without code, and a broken one says what is wrong and where."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from redshank.products import specs
from redshank.products.build import EDITIONS, Terms, Wanted, Written, build, compute
from redshank.products.document import Text
from redshank.products.figures import REGISTRY
from redshank.products.frozen import checksum, differences, keep, pack, unpack
from redshank.products.rows import Child, Group, Member, Period, Record, Rows, of_district

AT = datetime(2026, 3, 31, 5, 10, tzinfo=UTC)
YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))


def rows(n: int = 3) -> Rows:
    """A small force: n groups, each with a child; every second in the north."""
    where = lambda i: "North" if i % 2 else "South"  # noqa: E731
    return Rows(
        AT, 1,
        records=tuple(Record(f"crimes:{i}", "crimes", where(i), AT, AT, "", "police", "", frozenset({"online_contact"})) for i in range(n)),
        groups=tuple(Group(f"g-{i}", f"Group {i}", f"Two are tied to one child ({i}).", "candidate", "strong", 2, 1, date(2026, 1, 5), False, (f"crimes:{i}",), (where(i),), ("One of the members is not identified.",)) for i in range(n)),
        members=tuple(m for i in range(n) for m in (Member(f"g-{i}", f"p-{i}", "suspect", 30, "none"), Member(f"g-{i}", f"c-{i}", "child", 15, "none"))),
        children=tuple(Child(f"c-{i}", f"Name {i}", "signals of harm", "signals of risk", bool(i % 2), "", 15, "F" if i % 2 else "M", (f"crimes:{i}",), ("told online",), (where(i),)) for i in range(n)),
    )  # fmt: skip


@pytest.mark.parametrize("code", specs.names())
def test_what_is_shipped_reads_and_holds_under_each_heading_a_figure_a_text_or_what_is_not_known(code):
    spec = specs.read(code)
    figures = compute(spec, rows(), YEAR)
    for edition in EDITIONS:
        told = build(Wanted(spec, YEAR, edition), rows(), figures)
        assert len(told.sections) == len(spec.headings)
        for section in told.sections:
            assert section.parts, (code, edition, section.title)
            assert all(p.text.strip() for p in section.parts if isinstance(p, Text))


def test_the_forces_own_file_replaces_the_shipped_one_without_code(tmp_path):
    (tmp_path / "products").mkdir()
    (tmp_path / "products" / "problem-profile.toml").write_text(
        'code = "problem-profile"\nversion = "national-2027"\ntitle = "National profile"\nsource = "a national body"\nleast_days = 365\n'
        '[[heading]]\nkey = "a"\ntitle = "Alpha"\nfigures = ["groups.proposed"]\n', encoding="utf-8",
    )  # fmt: skip
    spec = specs.read("problem-profile", tmp_path)
    assert (spec.version, spec.own, [h.title for h in spec.headings]) == ("national-2027", True, ["Alpha"])
    assert not specs.read("problem-profile").own


HEAD = 'code = "problem-profile"\nversion = "1"\ntitle = "T"\nsource = "S"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not toml at all [", "problem-profile.toml"),
        (HEAD, "it has no heading"),
        (HEAD + '[[heading]]\nkey = "a"\ntitle = "A"\n', "heading 1: a heading holds a figure"),
        (
            HEAD + '[[heading]]\nkey = "a"\ntitle = "A"\nfigures = ["no.such"]\n',
            "heading 1: no figure is called no.such",
        ),
        (
            HEAD
            + '[[heading]]\nkey = "a"\ntitle = "A"\ngap = "x"\n[[heading]]\nkey = "a"\ntitle = "B"\ngap = "x"\n',
            "heading 2: the key a stands twice",
        ),
        (
            HEAD + 'wide = true\n[[heading]]\nkey = "a"\ntitle = "A"\nfigures = ["children.named"]\n',
            "children.named names people",
        ),
        (
            HEAD + 'scope = "moon"\n[[heading]]\nkey = "a"\ntitle = "A"\ngap = "x"\n',
            "scope is one of force, district, subject",
        ),
        (HEAD.replace("problem-profile", "other"), 'code must be "problem-profile"'),
        (HEAD.replace('version = "1"\n', ""), "version is missing"),
    ],
)
def test_a_broken_specification_says_what_and_where(tmp_path, text, says):
    (tmp_path / "products").mkdir()
    (tmp_path / "products" / "problem-profile.toml").write_text(text, encoding="utf-8")
    with pytest.raises(specs.SpecError) as error:
        specs.read("problem-profile", tmp_path)
    assert says in str(error.value)


def test_only_the_forces_own_edition_names_children_or_groups_and_a_partner_those_that_were_shared():
    spec = specs.read("vulnerability-profile")
    figures = compute(spec, rows(), YEAR)
    text = lambda e, allowed=frozenset(): str(build(Wanted(spec, YEAR, e, allowed=allowed), rows(), figures))  # noqa: E731
    assert "Name 1" in text("internal")
    assert "Name 1" not in text("public")
    assert "Name 1" not in text("partner")
    assert "Name 1" in text("partner", frozenset({"child:c-1"}))
    assert "Name 1" not in text("public", frozenset({"child:c-1"}))
    assert "Told online." in text("internal")
    assert "Told online" not in text(
        "partner", frozenset({"child:c-1"})
    )  # why rests on records that were not shared


def test_words_written_for_the_own_edition_stand_in_no_other_and_no_name_of_the_forces_own():
    spec = specs.read("problem-profile")
    figures = compute(spec, rows(), YEAR)
    kept = Written("summary", "Name 1 was seen twice.", "A. Author, Analyst")
    told = Written("forward", "It is likely.", "A. Author, Analyst", everywhere=True)
    late = (
        Written("", "2 April: Name 1 was counted twice.", "2 April"),
        Written("", "3 April: March is wrong.", "3 April", True),
    )
    terms = Terms("Chief B. Name", "Where patrols go", ("Who?",), "Health refused", "")
    said = {
        e: str(
            build(Wanted(spec, YEAR, e, terms=terms, written=(kept, told), corrections=late), rows(), figures)
        )
        for e in EDITIONS
    }
    for words in (
        "Name 1 was seen twice.",
        "It is likely.",
        "A. Author",
        "Name 1 was counted twice.",
        "March is wrong.",
        "Chief B. Name",
    ):
        assert words in said["internal"]
    for edition in ("partner", "public"):
        assert "It is likely." in said[edition]
        assert "March is wrong." in said[edition]
        assert "2 April: words that stand in the force's own edition alone." in said[edition]
        for words in ("Name 1", "A. Author", "Chief B. Name", "Health refused"):
            assert words not in said[edition], (edition, words)


def test_a_draft_leaves_the_confidence_to_the_author_and_goes_when_somebody_has_written():
    spec = specs.read("problem-profile")
    figures = compute(spec, rows(), YEAR)
    told = build(Wanted(spec, YEAR), rows(), figures)
    draft = [p for p in told.sections[0].parts if isinstance(p, Text) and p.kind == "draft"]
    assert "[choose: a remote chance" in draft[0].text
    written = Wanted(spec, YEAR, written=(Written("summary", "It is likely.", "A. Author, Analyst"),))
    parts = build(written, rows(), figures).sections[0].parts
    assert not [p for p in parts if isinstance(p, Text) and p.kind == "draft"]
    assert parts[0] == Text("It is likely.", "author", by="A. Author, Analyst")
    public = build(Wanted(spec, YEAR, "public"), rows(), figures).sections[0].parts
    assert not [p for p in public if isinstance(p, Text) and p.kind == "draft"]


def test_content_is_kept_whole_and_its_checksum_covers_every_number_and_word():
    spec = specs.read("problem-profile")
    content = keep(compute(spec, rows(), YEAR), rows(), {"version": "1"})
    packed = pack(content)
    assert unpack(packed) == content
    assert pack(unpack(packed)) == packed
    other = pack(keep(compute(spec, rows(4), YEAR), rows(4), {"version": "1"}))
    assert (
        len(
            {
                checksum(packed),
                checksum(other),
                checksum(packed, "a"),
                checksum(packed, "b"),
                checksum(packed, "a", "b"),
            }
        )
        == 5
    )


def test_what_differs_between_two_editions_is_told_number_by_number():
    spec = specs.read("problem-profile")
    before, now = (keep(compute(spec, rows(n), YEAR), rows(n), {}) for n in (3, 4))
    assert differences(before, before) == []
    told = {(c.figure, c.label): (c.before, c.now) for c in differences(before, now)}
    assert told["groups.proposed", "strong, Groups"] == ("3", "4")
    assert told["groups.districts", "North, Groups"] == ("1", "2")


def test_a_district_holds_what_has_a_record_in_it():
    north = of_district(rows(4), "North")
    assert {g.ident for g in north.groups} == {"g-1", "g-3"}
    assert {m.group for m in north.members} == {"g-1", "g-3"}
    assert {c.person for c in north.children} == {"c-1", "c-3"}


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_figure_asks_says_how_it_counts_and_stands_on_an_empty_force(name):
    query = REGISTRY[name]
    assert query.asks.endswith("?")
    assert len(query.how) > 40
    figure = query.run(Rows(AT, 0), YEAR)
    assert figure.name == name
    assert figure.says or figure.gap


def test_a_period_ends_after_it_begins():
    with pytest.raises(ValueError, match="ends on or after"):
        Period(date(2026, 2, 1), date(2026, 1, 1))
