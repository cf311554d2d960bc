"""Documents that are kept as editions: three people, frozen bytes, what differs, lines that were left for the force, and who reads which."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest

from redshank.products import kept
from redshank.products.build import Written
from redshank.products.document import Document, Section, Table, Text

from .worklist_tools import text_of

#: Documents of which nobody can see a count that handling C or a grant moved; each is kept in the same way.
CODES = (
    "inspection-response", "language-audit", "missing-audit", "victims-review", "intelligence-review", "shadow-review", "flag-audit", "cpd-report",
    "policy-review", "transparency-record", "impact-assessment",
)  # fmt: skip


def papers():
    from redshank.web.products.models import Paper

    return Paper.objects


def drafted(client, code, once="") -> int:
    answer = client.post(f"/documents/keep/{code}", {"once": once or f"d{code}"})
    assert answer.status_code == 302, text_of(answer)
    return int(answer.url.rsplit("/", 1)[1])


def act(client, number, kind, **more):
    version = papers().get(pk=number).version
    return client.post(
        f"/documents/{number}/act/{kind}", {"once": f"{kind}{version}", "version": version} | more
    )


def wrote(client, number, place, text):
    version = papers().get(pk=number).version
    return client.post(
        f"/documents/{number}/write/{place}", {"text": text, "version": version, "once": f"w{version}{place}"}
    )


def fill(client, number):
    """Every line that was left for the force; by the act itself, for there are many."""
    from redshank.web.products import paper_acts

    for p in places(number):
        if p.asks:
            version = papers().get(pk=number).version
            paper_acts.write(client.user, number, version, f"w{version}", p.key, f"Written for {p.title}.")


def places(number):
    return kept.places(papers().get(pk=number).kept.document)


def signed(sign_in, code, once="") -> int:
    """Written by a first, reviewed by a second, signed by a third, by the acts themselves."""
    from redshank.web.products import acts, paper_acts
    from redshank.web.products.models import Paper

    first, second, third = (
        sign_in(r) for r in ("safeguarding_lead", "exploitation_officer", "safeguarding_lead-2")
    )
    number = paper_acts.draft(first.user, code, once or f"d{code}").pk
    fill(first, number)
    now = lambda: papers().get(pk=number).version  # noqa: E731
    paper_acts.write(first.user, number, now(), "own", places(number)[0].key, "What we make of it.")
    paper_acts.submit(first.user, number, now(), f"s{number}")
    acts.review(second.user, number, now(), f"r{number}", True, "", of=Paper)
    acts.sign(third.user, number, now(), f"g{number}", of=Paper)
    return number


def test_every_document_is_kept_and_no_other():
    from redshank.web.products.keepable import KEEPABLE

    assert set(KEEPABLE) == set(CODES)


def test_three_people_make_a_signed_edition_and_each_line_left_for_the_force_is_written_first(sign_in):
    first = sign_in("safeguarding_lead")
    number = drafted(first, "transparency-record")
    left = [p for p in places(number) if p.asks]
    assert len(left) > 10
    refused = act(first, number, "submit")
    assert refused.status_code == 403
    assert f"Nobody has written: {left[0].title}" in text_of(refused)
    assert wrote(first, number, left[0].key, f"Written for {left[0].title}.").status_code == 302
    fill(first, number)
    assert act(first, number, "submit").status_code == 302
    assert act(first, number, "review").status_code == 403  # who wrote it reviews nothing
    assert wrote(first, number, left[0].key, "Later.").status_code == 400
    second = sign_in("exploitation_officer")
    assert act(second, number, "review").status_code == 302
    assert act(second, number, "sign").status_code == 404  # no permission
    assert act(first, number, "sign").status_code == 403
    assert act(sign_in("safeguarding_lead-2"), number, "sign").status_code == 302
    assert act(first, number, "compute").status_code == 403
    assert act(first, number, "drop", why="It is old").status_code == 403
    said = unescape(first.get(f"/documents/{number}/edition.html").content.decode())
    assert [p.title for p in left if f"{p.title}: Written for {p.title}." not in said] == []


@pytest.mark.parametrize("code", CODES)
def test_a_signed_edition_stays_as_it_was_byte_for_byte_and_says_when_it_does_not(sign_in, code):
    from redshank.web.products.acts import is_whole

    client = sign_in("safeguarding_lead")
    number = signed(sign_in, code)
    row = papers().get(pk=number)
    assert (row.state, len(row.checksum)) == ("signed", 64)
    told = client.get(f"/documents/{number}/edition.html").content
    said = unescape(told.decode())
    assert "What we make of it." in said
    assert row.checksum[:12] in said
    assert "Not written yet" not in said
    assert "Draft:" not in said
    assert client.get(f"/documents/{number}/edition.html").content == told
    assert is_whole(row)
    row.content = kept.pack(kept.Kept(Document("Another", "OFFICIAL", "", "")))
    assert not is_whole(row)


@pytest.mark.parametrize(("code", "names"), [("inspection-response", False), ("policy-review", True)])
def test_what_goes_out_names_posts_and_no_person(sign_in, code, names):
    number = signed(sign_in, code)
    client = sign_in("safeguarding_lead")
    said = client.get(f"/documents/{number}/edition.html").content.decode()
    assert client.user.as_role.title in said
    assert (client.user.name in said) is names


def test_a_moved_figure_stands_in_the_next_edition_and_in_what_differs_and_not_in_the_one_that_was_signed(
    sign_in,
):
    from redshank.web.tracker.models import Recommendation

    number = signed(sign_in, "inspection-response")
    client = sign_in("safeguarding_lead")
    before = client.get(f"/documents/{number}/edition.csv").content
    of = Recommendation.objects.filter(for_forces=True).first()
    of.position = "It was begun in every district."
    of.save()
    assert client.get(f"/documents/{number}/edition.csv").content == before
    second = drafted(client, "inspection-response", "again")
    assert papers().get(pk=second).number == papers().get(pk=number).number + 1
    page = client.get(f"/documents/{second}/differences")
    told = {(c.section, c.now) for c in page.context["shown"].page}
    assert (of.name, "It was begun in every district.") in told
    # What stood in the edition before is offered and not taken over by itself.
    assert "What we make of it." not in text_of(client.get(f"/documents/{second}"))
    shown = client.get(f"/documents/{second}/write/{places(second)[0].key}")
    assert "What we make of it." in text_of(shown)
    assert shown.context["text"] == ""


def test_a_correction_stands_first_and_changes_nothing_else(sign_in):
    number = signed(sign_in, "flag-audit")
    client = sign_in("safeguarding_lead")
    before = bytes(papers().get(pk=number).content)
    assert act(client, number, "correct").status_code == 400  # no reason
    assert act(client, number, "correct", why="Two flags were counted twice.").status_code == 302
    page = text_of(client.get(f"/documents/{number}"))
    assert page.index("Two flags were counted twice.") < page.index("What this says")
    assert bytes(papers().get(pk=number).content) == before
    assert "This document is not what was signed" not in page


@pytest.mark.databases
def test_twice_the_same_form_acts_once_and_who_comes_second_learns_of_the_first(sign_in):
    client = sign_in("safeguarding_lead")
    number = drafted(client, "policy-review")
    assert drafted(client, "policy-review") == number
    place = places(number)[0].key
    version = papers().get(pk=number).version
    sent = {"text": "Once.", "version": version, "once": "w1"}
    assert [client.post(f"/documents/{number}/write/{place}", sent).status_code for _ in range(2)] == [
        302,
        302,
    ]
    assert papers().get(pk=number).steps.filter(kind="wrote").count() == 1
    late = client.post(f"/documents/{number}/write/{place}", sent | {"once": "w2", "text": "Later."})
    assert late.status_code == 400
    assert "Somebody changed this document meanwhile" in text_of(late)


# ---- who reads which ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "role", "draft", "signed_one"),
    [
        (
            "language-audit",
            "learning",
            404,
            404,
        ),  # its page tells the learning department no word out of a record
        ("missing-audit", "researcher", 404, 404),  # who reads records for it does not see its results
        ("cpd-report", "learning", 200, 200),
        ("impact-assessment", "auditor", 404, 200),
        ("inspection-response", "crime_registrar", 404, 200),
        ("inspection-response", "response_officer", 404, 404),
        ("transparency-record", "partner_member", 404, 404),
        ("flag-audit", "mace_coordinator", 404, 404),
    ],
)
def test_who_reads_a_document_reads_its_editions_and_a_draft_is_for_who_writes_or_signs(
    sign_in, code, role, draft, signed_one
):
    number = drafted(sign_in("safeguarding_lead"), code)
    reader = sign_in(role)
    ways = ("", "/differences", "/edition.csv")
    assert {reader.get(f"/documents/{number}{w}").status_code for w in ways} == {draft}
    papers().filter(pk=number).update(state="signed")
    assert {reader.get(f"/documents/{number}{w}").status_code for w in ways} == {signed_one}
    listed = [p.pk for p, _ in reader.get("/documents").context["lines"]] if role != "administrator" else []
    assert (number in listed) is (signed_one == 200)
    if draft == 404:
        assert act(reader, number, "correct", why="No").status_code == 404
        assert reader.post(f"/documents/keep/{code}", {"once": "x"}).status_code == 404


def test_an_edition_that_counts_what_is_hidden_from_its_reader_is_not_there_for_them(sign_in, place):
    from redshank.web.policy.models import Conflict

    number = drafted(sign_in("safeguarding_lead"), "victims-review")
    other = drafted(sign_in("safeguarding_lead"), "policy-review")
    reader = sign_in("analyst")
    assert reader.get(f"/documents/{number}").status_code == 200
    lead = sign_in("safeguarding_lead").user
    Conflict.objects.create(user=reader.user, person_id=place.person["Cara"], by=lead, reason="Family")
    from .conftest import client_of

    again = client_of("analyst")
    assert again.get(f"/documents/{number}").status_code == 404
    assert number not in [p.pk for p, _ in again.get("/documents").context["lines"]]
    assert again.get(f"/documents/{other}").status_code == 200


# ---- the response is published when it was signed -------------------------------------------------


def test_a_response_is_published_only_once_an_edition_of_it_was_signed(sign_in):
    from django.utils import timezone

    from redshank.web.tracker.models import Report

    report, client = Report.objects.get(key="group-based-2023"), sign_in("safeguarding_lead")
    today = timezone.localdate()
    sent = {"seen": 0, "on": today.isoformat(), "text": "The force's own site"}
    refused = client.post(f"/tracker/reports/{report.pk}/published", sent | {"once": "p1"})
    assert refused.status_code == 400
    assert "No response to this report was signed by that day" in text_of(refused)
    signed(sign_in, "transparency-record")  # another document is no response
    assert client.post(f"/tracker/reports/{report.pk}/published", sent | {"once": "p2"}).status_code == 400
    signed(sign_in, "inspection-response")
    assert client.post(f"/tracker/reports/{report.pk}/published", sent | {"once": "p3"}).status_code == 302
    assert Report.objects.get(pk=report.pk).responded_on == today


def test_each_is_told_what_waits_for_them(sign_in):
    first, second, third = (
        sign_in(r) for r in ("safeguarding_lead", "exploitation_officer", "safeguarding_lead-2")
    )
    number = drafted(first, "flag-audit")
    waits = lambda client: f'href="/documents/{number}"' in client.get("/").content.decode()  # noqa: E731
    assert waits(first)
    assert not waits(second)
    assert act(first, number, "submit").status_code == 302
    assert waits(second)
    assert f'href="/documents/{number}"' in second.get("/notices").content.decode()
    assert f'href="/documents/{number}"' not in sign_in("learning").get("/notices").content.decode()
    assert act(second, number, "review").status_code == 302
    assert waits(third)
    assert act(third, number, "back", why="March is missing").status_code == 302
    assert waits(first)


# ---- the document itself --------------------------------------------------------------------------


def made(position="Begun.", n="5"):
    rows = (("North", n), ("North", "2"), ("South", "3"))
    return Document("A", "OFFICIAL", "As at 1 May.", "Of what.", (
        Section("First", (Text("A fact."), Text(position), Text("Owner: who owns it. To be written by the force: the lead.", "unwritten"))),
        Section("Counts", (Table("By district", ("District", "Flags"), rows),)),
        Section("First", (Text("Again."),), level=3),
    ))  # fmt: skip


def test_a_kept_document_is_the_same_when_it_is_read_again():
    one = kept.Kept(made(), frozenset(["person:P-1"]))
    assert kept.unpack(kept.pack(one)) == one
    assert kept.pack(kept.unpack(kept.pack(one))) == kept.pack(one)


def test_places_have_keys_of_their_titles_and_none_twice():
    assert [p.key for p in kept.places(made())] == ["first", "first.owner", "counts", "counts.first"]
    assert [p.title for p in kept.unwritten(made(), [])] == ["Owner"]
    assert kept.unwritten(made(), [Written("first.owner", "The chief officer.", "A")]) == []


def test_words_take_the_place_of_the_line_that_was_left_or_end_the_section():
    told = kept.whole(
        made(), [Written("first.owner", "The chief officer.", "A"), Written("first", "Two.\n\nThree.", "B")]
    )
    assert [(p.text, p.by) for p in told.sections[0].parts] == [
        ("A fact.", ""), ("Begun.", ""), ("Owner: The chief officer.", "A"), ("Two.", "B"), ("Three.", "B"),
    ]  # fmt: skip


def test_what_differs_is_told_by_text_and_cell():
    assert kept.differences(made(), made()) == []
    assert {(c.section, c.of, c.before, c.now) for c in kept.differences(made(), made("Done.", "6"))} == {
        ("First", "text", "Begun.", ""), ("First", "text", "", "Done."), ("Counts", "By district: North, Flags", "5", "6"),
    }  # fmt: skip
    gone = Document("A", "OFFICIAL", "", "", made().sections[:1])
    assert [(c.section, c.before, c.now) for c in kept.differences(made(), gone)] == [
        ("Counts", "told", ""),
        ("First", "told", ""),
    ]


def test_the_days_of_the_response_are_days(sign_in):
    from redshank.web.products.paper_acts import answering

    signed(sign_in, "inspection-response")
    cited = papers().get(code="inspection-response").kept.document.sections[0].title
    assert answering(cited, date(2020, 1, 1)) is None  # signed later
    assert answering("Another report", date(2100, 1, 1)) is None
    assert answering(cited, date(2100, 1, 1)) is not None
