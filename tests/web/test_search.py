"""Search: what is found in which spelling, why, and that nobody finds what is not in their sight."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from . import village

pytestmark = pytest.mark.databases


def said(client, q, **more):
    answer = client.get(reverse("search"), {"q": q, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def main_of(page):
    return page[page.index('id="main"') :].replace("&#x27;", "'")


def results(page):
    """What stands below the form: the typed words are in the form and tell nothing."""
    return page[page.index("</form>", page.index('role="search"')) : page.index("</main>")]


def links(page):
    return set(re.findall(r'href="(/(?:persons|children|records|groups|lines)/[^"]+)"', results(page)))


# ---- what is found -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "why"),
    [
        ("Cara Wrenfield", "named so in"),
        ("wrenfield cara", "named so in"),
        ("WRENFIELD", "named so in"),
        ("Cára Wrénfield", "named so in"),
        ("Wrenfeild Cara", "nearly the same spelling"),
        ("Kara Renfield", "nearly the same spelling"),
        ("Wrenf", "a name that begins so"),
        ("Wrenfield 2012", "named so in"),
        ("Wrenfield 20/01/2012", "named so in"),
        ("2012-01-20", "named so in"),
    ],
)
def test_a_person_is_found_by_any_spelling_and_it_says_why(sign_in, place, q, why):
    page = said(sign_in("analyst"), q)
    assert f"/children/{place.person['Cara']}" in links(page)
    assert why in results(page)


def test_other_birth_dates_and_names_find_nobody(sign_in, place):
    client = sign_in("analyst")
    assert f"/children/{place.person['Cara']}" not in links(said(client, "Wrenfield 2011"))
    assert "Nothing in your sight matches" in said(client, "Wrenfield Zoltan")


def test_agreement_stands_before_nearness(sign_in):
    """Hana is asked for: nobody else's name agrees, and Zita's does not come first because she has more records."""
    page = results(said(sign_in("analyst"), "Elin"))
    people = re.findall(r'<span class="redshank-hint">“([^”]+)”, ([^<]+)', page)
    assert people[0][0] == "Elin MOSSGRAVE"
    near = ["another form" in why or "nearly" in why for _, why in people]
    assert near == sorted(near)


@pytest.mark.parametrize(
    "q", ["07700 900101", "07700900101", "+44 7700 900101", "0044 7700-900-101", "(07700) 900 101", "900101"]
)
def test_a_number_is_found_in_any_spelling(sign_in, place, q):
    page = said(sign_in("analyst"), q)
    assert "07700 900101" in results(page)
    assert f"/records/{place.record['open'].replace(':', '/')}" in links(page)


def test_a_number_and_a_mark_lead_to_their_pages(sign_in):
    client = sign_in("analyst")
    for q, url in (("07700900101", reverse("thing", args=["phone", "+447700900101"])), ("AB12CDE", reverse("thing", args=["vehicle", "AB12CDE"]))):  # fmt: skip
        assert f'href="{url}"' in said(client, q)
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("q", ["AB12 CDE", "ab12cde", "AB 12 CDE", "AB12"])
def test_a_mark_is_found_whatever_its_spaces(sign_in, q):
    page = results(said(sign_in("analyst"), q))
    assert "AB12CDE" in page
    assert "mark" in page


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("zz9 9aa", "ZZ9 9AA"), ("ZZ9", "ZZ9 9AA"), ("Marsh Lodge", "Marsh Lodge"), ("quay street", "1 Quay Street"),
        ("C-99", "/records/crimes/C-99"), ("c-99", "/records/crimes/C-99"), ("IC-9", "/records/intelligence/IC-9"), ("Heron", "/lines/L-1"),
    ],
)  # fmt: skip
def test_addresses_postcodes_references_and_lines_are_found(sign_in, q, found):
    assert found in results(said(sign_in("analyst"), q))


def test_a_text_is_found_with_the_words_around_the_match(sign_in, place):
    page = results(said(sign_in("analyst"), "ploveropenone"))
    assert '<mark class="hit">Ploveropenone</mark>: Cara went missing' in page
    both = results(said(sign_in("analyst"), "ploveropenone cigarettes"))
    assert "Ploveropenone" not in both  # every word must be there
    together = results(said(sign_in("analyst"), '"an older man"'))
    assert '<mark class="hit">older</mark>' in together
    assert "Nothing in your sight" in said(sign_in("analyst"), '"older an man"')


def test_texts_without_signals_about_no_child_are_not_indexed(sign_in):
    assert "Nothing in your sight matches" in said(sign_in("analyst"), "ploverplain")


def test_a_kind_is_paged_and_keeps_the_question(sign_in):
    page = said(sign_in("analyst"), "plover", kind="texts")
    assert "All kinds of matches" in page
    assert "?q=plover" in page


def test_matches_are_grouped_and_counted(sign_in):
    page = said(sign_in("analyst"), "hotel")
    assert re.search(r'id="texts">.*Texts <span class="redshank-count">\((\d+)\)', page, re.DOTALL)
    assert 'href="#texts"' in page or page.count('class="redshank-section"') == 1


# ---- policy ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["missing_adviser", "partnership_officer", "mace_coordinator"])
@pytest.mark.parametrize(
    "q", [*village.CLOSED_WORDS, "07700 900303", "LM56 NPQ", "Xano", "Zita 2011", "IC-1", "IC-9", '"owe a debt"', "Quarringtn"]
)  # fmt: skip
def test_who_is_not_cleared_finds_nothing_of_handling_c(sign_in, role, q):
    """Not a word, number, mark, name or reference, nor one more match than without it (practice rule 12)."""
    page = results(said(sign_in(role), q))
    for word in (
        "Quarrington",
        "QUARRINGTON",
        "VEXLEY",
        "UMBERSIDE",
        "IC-",
        "Plovercee",
        "900303",
        "LM56NPQ",
    ):
        assert word not in page
    assert "Nothing in your sight matches" in page or q == '"owe a debt"'


def test_who_is_cleared_finds_it(sign_in):
    client = sign_in("analyst")
    for q in ("Quarrington", "07700 900303", "LM56NPQ", "plovercee", "IC-1"):
        assert "Nothing in your sight matches" not in said(client, q)


def test_the_same_question_counts_alike_where_closed_records_would_add(sign_in):
    """Cara stands in a report of handling C as well: her count for others is without it."""
    cleared = results(said(sign_in("analyst"), "Cara Wrenfield"))
    others = results(said(sign_in("missing_adviser"), "Cara Wrenfield"))
    count = {name: int(re.search(r"named so in (\d+)", page)[1]) for name, page in (("cleared", cleared), ("others", others))}  # fmt: skip
    assert count["cleared"] == count["others"] + 1


def share(place, *keys, audience="Children's services"):
    from redshank.web.accounts.models import User
    from redshank.web.policy.models import Share

    by = User.objects.get(username="safeguarding-lead")
    for kind, ident in keys:
        Share.objects.create(by=by, audience=audience, kind=kind, ident=ident, reason="test")


def test_a_partner_finds_what_was_shared_and_nothing_else(sign_in, place):
    questions = (
        "Cara Wrenfield",
        "07700900101",
        "AB12CDE",
        "ploveropen",
        "Marsh Lodge",
        "C-open",
        "hotel",
        "ZZ9",
    )
    for q in questions:
        assert "Nothing in your sight matches" in said(sign_in("partner_member"), q), q
    share(
        place,
        ("record", "missing_episodes:M-open"),
        ("person", place.person["Cara"]),
        ("record", "incidents:N-1"),
    )
    client = sign_in("partner_member")
    assert links(said(client, "07700900101")) == {"/records/missing_episodes/M-open"}
    assert links(said(client, "Marsh Lodge")) == {"/records/incidents/N-1"}
    assert "in 1 record" in results(said(client, "Marsh Lodge"))
    assert "Dina" not in said(client, "Dina Holtby").split("</form>")[-1]
    people = results(said(client, "Cara Wrenfield"))
    assert "named so in 2 records" in people
    assert "AB12CDE" not in results(said(client, "AB12CDE"))
    assert links(said(client, "ploveropenone")) == {"/records/missing_episodes/M-open"}
    assert "Nothing in your sight matches" in said(client, "ploveropentwo")
    assert "Nothing in your sight matches" in said(sign_in("partner_member-2"), "Cara Wrenfield")


def test_a_matter_of_ones_own_is_invisible_in_every_kind(sign_in, place):
    from redshank.web.accounts.models import User
    from redshank.web.policy.models import Conflict

    user = User.objects.get(username="analyst")
    before = {q: said(sign_in("analyst-2"), q) for q in ("Arlo", "07700900101", "ploveropen", "AB12CDE")}
    Conflict.objects.create(user=user, by=user, person_id=place.person["Arlo"], reason="own brother")
    client = sign_in("analyst")
    for q, page in before.items():
        mine = results(said(client, q))
        assert "FENWICK" not in mine
        assert f"/persons/{place.person['Arlo']}" not in mine
        assert len(links(page)) > len(links(said(client, q)))
    # A number that stands in other records too is found with those alone.
    assert "C-open" not in results(said(client, "07700900101"))
    assert "M-now" not in results(said(client, "07700900101"))


def test_a_restricted_record_adds_nothing_to_a_count(sign_in, place):
    from redshank.web.accounts.models import User
    from redshank.web.policy.models import Restriction

    count = lambda: int(re.search(r"in (\d+) record", results(said(sign_in("analyst"), "Marsh Lodge")))[1])  # noqa: E731
    before = count()
    by = User.objects.get(username="safeguarding-lead")
    Restriction.objects.create(by=by, kind="record", ident="incidents:N-1", reason="test")
    assert count() == before - 1
    assert "/records/incidents/N-1" not in said(sign_in("analyst"), "Marsh Lodge")


@pytest.mark.parametrize("role", ["administrator", "auditor", "learning"])
def test_roles_without_records_have_no_search(sign_in, role):
    assert sign_in(role).get(reverse("search"), {"q": "Cara"}).status_code == 404


# ---- questions that mean harm ------------------------------------------------------------------


@pytest.mark.parametrize(
    "q",
    [
        "' OR 1=1 --", '"', '""', '"unclosed phrase', "Cara AND NOT NEAR(", "words:cara", "^cara", "cara*", "*", "%", "_", "%%%%%%", "\\",
        "cara | !cara & <->", "ncara:*", "() OR ()", "; DROP TABLE searching_key", "\x00", "a\x00b", "{cara} : x", "-cara", "+", "@", "(((",
        "😀 ﷽ ı̇ İstanbul", "ﬁﬂ ß ẞ", "\u202ecara", "0", "00000000000000000000000000", "9" * 190, "' \" ` ;", "<script>alert(1)</script>",
    ],
)  # fmt: skip
def test_a_question_is_never_read_as_an_instruction(sign_in, q):
    page = said(sign_in("analyst"), q)
    assert "<script>alert" not in page


def test_ten_kilobytes_are_answered_plainly(sign_in):
    answer = sign_in("analyst").get(reverse("search"), {"q": "cara " * 2000})
    assert answer.status_code == 400
    assert "Search for at most 200 characters" in answer.content.decode()


def test_operators_are_words(sign_in, place):
    """A question of FTS operators finds the same as its words."""
    client = sign_in("analyst")
    assert links(said(client, "cara* (wrenfield)")) == links(said(client, "cara wrenfield"))


# ---- the audit ---------------------------------------------------------------------------------


def test_every_search_is_in_the_audit_and_its_words_are_not_in_the_chain(sign_in):
    from redshank.web.trail.models import Entry
    from redshank.web.trail.sequencer import _batch_entry

    said(sign_in("analyst"), "Cara Wrenfield")
    entry = Entry.objects.filter(kind="search").latest("id")
    assert entry.ident == "Cara Wrenfield"
    chained = _batch_entry(entry, {})
    assert "Wrenfield" not in str({k: v for k, v in chained.items() if k != "personal"})


def test_an_empty_search_shows_the_form_and_writes_nothing(sign_in):
    from redshank.web.trail.models import Entry

    client = sign_in("analyst")
    assert client.get(reverse("search")).status_code == 200
    assert not Entry.objects.filter(kind="search").exists()


@pytest.mark.databases(alone=True)
def test_a_search_just_after_a_night_is_planned_from_what_the_tables_hold():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_stat_user_tables WHERE last_analyze IS NOT NULL"  # by us, not by the server later
        )
        asked = {name for (name,) in cursor.fetchall()}
    assert {"searching_named", "searching_told", "searching_key", "heads_record", "heads_signal"} <= asked


@pytest.mark.databases(alone=True)
def test_the_first_rows_in_their_order_are_taken_from_what_the_index_of_words_found():
    """The planner walked the table in the order of the rows and took each text apart: 1.6 s for a name with many near spellings."""
    from django.db import connection

    from redshank.web.searching import engine
    from redshank.web.searching.engine import Word
    from redshank.web.searching.models import Named

    rows = engine.matching(Named.objects.all(), [[Word("nwren", begins=True), Word("kwren")]]).order_by("id")[
        :501
    ]
    sql, given = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # the tests' few rows would be read one by one
        cursor.execute(f"EXPLAIN {sql}", given)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    apart = [line for line in plan.splitlines() if "to_tsvector" in line]
    assert apart
    assert all("Filter" not in line for line in apart), plan
    assert "Bitmap Index Scan on searching_named_words" in plan
