"""Rules of safe practice that hold on every page: each test looks at all pages and files that each role can reach."""

from __future__ import annotations

import re

import pytest

from redshank.web.accounts.roles import ROLES

#: What the tables of the contract call things: a word of theirs holds an underscore, an id a prefix.
MACHINE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\b[pg]-[0-9a-f]{12}\b|\b(?:crimes|incidents|custody|intelligence|premises):\S")  # fmt: skip


#: How a paper says as at when: of records, of what is kept here, or of the software itself.
PAPER_AS_AT = re.compile(
    r"As (?:recorded|the software stands with the run of)[a-z ]* (?:\d\d:\d\d on )?\d{1,2} \w+ 20\d\d"
)

#: What a child's columns may say (practice rule 3).
COLUMNS = {"signals of harm", "signals of risk", "none found in what was read"}


def every(pages):
    """(role, page) of every page and file that was answered."""
    return [(role, page) for role, found in pages.items() for page in found.values() if page.status == 200]


def test_every_link_of_every_role_leads_to_a_page(pages):
    dead = {(r, p.url, p.status) for r, found in pages.items() for p in found.values() if p.status >= 400}
    assert not dead
    assert all(len(found) >= 2 for found in pages.values())


@pytest.fixture(scope="session")
def scores(home):
    """The scores that the night computed, as somebody might print them."""
    from redshank import night
    from redshank.store import Store

    tables, _ = night.published(Store.open(home))
    numbers = {*tables["children"]["score"].to_pylist(), *tables["lines"]["score"].to_pylist()}
    numbers |= {s for s in tables["groups"]["strength"].to_pylist() if s is not None}
    return {f"{n:g}" for n in numbers} | {f"{n:,}" for n in numbers}


#: A county line's score is a line's: it stands in their table, their file and on the page of a line's scores, which name no child.
OF_A_LINE = re.compile(r"/lines(\.csv)?(\?.*)?|/lines/[^/]+/scores")
#: Statements about the software tell that there are scores and what their thresholds are; they are made of no record and name nobody.
OF_THE_SOFTWARE = re.compile(r"/rights/statements/.*")


def test_rule_2_no_score_stands_on_any_page_or_file(pages, scores):
    """The score orders a queue; it is printed nowhere beside a child's name, and nowhere else but where lines are scored."""
    assert {"366"} & scores or len(scores) > 5  # there are scores to look for, and they are no small numbers
    telling = {s for s in scores if len(s) > 2} - {"1.0"}  # a version of XML says that too
    assert telling
    for role, page in every(pages):
        if OF_A_LINE.fullmatch(page.url) or OF_THE_SOFTWARE.fullmatch(page.url):
            continue
        words = set(re.findall(r"(?<![\w-])\d[\d.,]*\d(?![\w-])", page.words))
        assert not words & telling, (role, page.url, words & telling)
        assert not re.search(r"\bscore\b|\bpoints\b", page.words, re.IGNORECASE), (role, page.url)


def test_rule_2_where_a_line_is_scored_no_child_is_named(pages, home):
    from redshank.web.heads.models import Child

    names = {c.name for c in Child.objects.all()}
    told = [(role, page) for role, page in every(pages) if OF_A_LINE.fullmatch(page.url)]
    assert {role for role, _ in told} == {k for k, r in ROLES.items() if r.allows("see.lines")}
    for role, page in told:
        assert not [n for n in names if n in page.text], (role, page.url)


def test_rule_3_a_childs_columns_say_harm_risk_or_none_found_and_never_no_concern(pages):
    seen = set()
    for role, page in every(pages):
        if re.fullmatch(r"/children/[^/?]+", page.url) and "Why do you open" not in page.words:
            assert "no concern" not in page.words.lower(), (role, page.url)
            said = {w for w in COLUMNS if w in page.words}
            assert said, page.url
            seen |= said
    assert seen == COLUMNS
    assert seen <= {"signals of harm", "signals of risk", "none found in what was read"}
    assert len(seen) == 3


def test_rule_7_a_member_of_a_group_is_a_proposed_person_of_concern_with_the_records_own_category(pages):
    told = [page for _, page in every(pages) if re.fullmatch(r"/groups/[^/?]+", page.url)]
    assert told
    for page in told:
        assert "roposed person of concern" in page.words, page.url
        assert re.search(r"suspect in a crime|named in intelligence|\bnone\b", page.words), page.url


def test_rule_8_a_child_named_as_suspect_is_shown_with_the_defence_and_the_referral(pages, place):
    for role in ("analyst", "panel_chair"):
        words = pages[role][f"/children/{place.person['Elin']}"].words
        assert "Modern Slavery Act 2015 s.45" in words
        assert "National Referral Mechanism" in words


def test_rule_10_outside_the_analytical_roles_no_place_holds_fewer_than_three_children(pages, place):
    seen = {True: set(), False: set()}
    for role, found in pages.items():
        words = "\n".join(p.words for p in found.values())
        shown = [f"/places/{place.cell[c]}" in found for c in ("lodge", "kiosk")]
        if ROLES[role].allows("see.places"):
            seen[ROLES[role].small].add(tuple(shown))
            if not ROLES[role].small:
                assert not re.search(r"\b[12] child(ren)?\b.*\bplace", words)
                listed = found["/places"].words
                assert "Reed Kiosk" not in listed
    assert seen == {True: {(True, True)}, False: {(True, False)}}


def test_rule_11_grade_and_handling_stand_with_every_intelligence_report(pages):
    opened = 0
    for role, page in every(pages):
        if page.url.startswith("/records/intelligence/"):
            assert re.search(r"graded [1-3?][A-E?]", page.words), (role, page.url)
            assert re.search(r"handling [PC]", page.words), (role, page.url)
            opened += 1
    assert opened


def test_rule_14_what_only_text_shows_is_suspected_and_what_the_register_says_is_known(pages, place):
    words = pages["analyst"][f"/lines/{place.line}"].words
    assert "known: the register says so" in words


def test_rule_15_every_page_says_as_at_when_in_words_and_in_red_when_old(pages, sign_in, monkeypatch):
    said = "As recorded at 19:30 on 31 May 2026."
    for role, page in every(pages):
        if page.kind.startswith("text/html"):
            if page.is_paper:  # of what is kept here, as at the minute in which it is written
                assert PAPER_AS_AT.search(page.words), (role, page.url)
                continue
            assert said in page.words, (role, page.url)
            assert "redshank-as-of--old" in page.text, (role, page.url)
            assert not re.search(r"\b(?<!not )(?:is|are) live\b|\blive (?:list|view|data|now)\b", page.words), (role, page.url)  # fmt: skip
    from datetime import timedelta

    from redshank.web.pages import around

    monkeypatch.setattr(around, "RHYTHM", timedelta(days=100_000))
    fresh = sign_in("analyst").get("/").content.decode()
    assert said in fresh
    assert "redshank-as-of--old" not in fresh


def test_rule_18_an_alternative_says_whether_it_rewords_or_asks(pages):
    words = pages["learning"]["/language"].words
    assert "streetwise" in words
    assert re.search(r"Say instead:|Ask:", words)


def test_rule_19_no_machine_name_of_the_contract_reaches_a_page_or_file(pages):
    found = {}
    for role, page in every(pages):
        if "/files/" in page.url or page.url.endswith(".json"):
            continue  # for a chart's or a map's program, which needs an id for each node
        if page.url.startswith("/api/"):
            continue  # for other systems, which need ids and keys; their words stand beside these
        if page.url == "/tracker/import":
            continue  # tells the columns of a file that a person writes
        for name in MACHINE.findall(page.words):
            found.setdefault(name, (role, page.url))
    assert not found


def test_rule_27_a_demonstration_says_so_on_every_page(home, sign_in, place, pages):
    from django.urls import resolve

    from redshank.web import homes

    mark = homes.demonstration_mark(home)
    mark.write_text("a test\n", encoding="utf-8")
    try:
        for role in ("analyst", "administrator", "partner_member"):
            client = sign_in(role)
            one_of_each = {resolve(url.split("?")[0]).url_name: url for url in pages[role]}
            for url in one_of_each.values():
                answer = client.get(url)
                if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                    assert b"Demonstration:" in answer.content, (role, url)
            assert b"Demonstration:" in client.get("/there-is-no-such-page").content
        from django.test import Client

        assert b"Demonstration:" in Client().get("/sign-in").content
    finally:
        mark.unlink()


def test_rule_27_a_demonstration_home_takes_synthetic_deliveries_only_and_offers_its_sign_in(tmp_path):
    """Through the command line, as a process of its own: the pages of a demonstration know their home alone."""
    import hashlib
    import os
    import subprocess
    import sys

    from .village import first, second

    folder = first(tmp_path / "first")
    listed = [f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.name}\n" for f in folder.iterdir()]
    (tmp_path / "SYNTHETIC").write_text("".join(listed), encoding="utf-8")

    def run(*arguments):
        code = "from redshank.cli import main; main()"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK", "DJANGO"))}
        return subprocess.run(
            [sys.executable, "-c", code, "--home", str(tmp_path / "home"), *arguments],
            capture_output=True, text=True, check=False, env=clean, timeout=120,
        )  # fmt: skip

    assert run("load", str(folder)).returncode == 0
    assert run("serve", "--prepare").returncode == 0
    assert (tmp_path / "home" / "DEMONSTRATION").exists()
    refused = run("load", str(second(tmp_path / "real" / "second")))
    assert refused.returncode == 10
    assert "takes synthetic deliveries only" in refused.stderr
