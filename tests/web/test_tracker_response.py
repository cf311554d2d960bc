"""The response document: made from the tracker, full in the fictional force's home, and moved by each date and count in it."""

from __future__ import annotations

import dataclasses
import io
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from redshank.products import inspection_response as product
from redshank.products.document import Document, Table, Text
from redshank.products.papers import write

from . import worklist_tools as tools
from .test_tracker import LEAD, done, evidence, in_days, number
from .worklist_fixtures import application, town  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
STATEMENTS = tomllib.loads((ROOT / "docs" / "coverage.toml").read_text(encoding="utf-8"))["statement"]  # fmt: skip
TODAY = timezone.localdate()


def make_accounts() -> None:
    """The demonstration's own accounts beside those of the town."""
    from redshank.web.accounts import demonstration
    from redshank.web.accounts.models import User

    mine = User.objects.filter(username__startswith="town-")
    mine.update(demonstration=False)
    demonstration.make_accounts()
    mine.update(demonstration=True)


@pytest.fixture
def told(town, monkeypatch):  # noqa: F811
    """The fictional force's tracker, put in place as a demonstration home puts it."""
    from redshank.web.tracker import demonstration, response

    make_accounts()
    assert demonstration.put() > 40
    monkeypatch.setattr(response, "is_offered", lambda: True)
    return response.rows(tools.account(LEAD))


def words(part) -> str:
    if isinstance(part, Text):
        return part.text
    assert isinstance(part, Table)
    return "\n".join([part.caption, *part.head, *(c for r in part.rows for c in r)])


def parts(document: Document) -> dict[str, str]:
    """Section → everything that stands in it, on one line; the whole under the empty name."""
    out = {s.title: " ".join("\n".join(words(p) for p in s.parts).split()) for s in document.sections}
    return out | {"": " ".join([document.title, document.first, document.of, *out.values()])}


def test_every_kind_of_statement_of_a_response_occurs_in_the_fictional_forces(told):
    assert [s["number"] for s in STATEMENTS] == list(range(1, 36))
    said = parts(product.build(told, TODAY, "Quenmere Constabulary"))
    missing = [
        (s["number"], s["says"], w) for s in STATEMENTS for w in s["words"] if w not in said[s["part"]]
    ]
    assert missing == []
    assert all(s["words"] for s in STATEMENTS)


def test_it_is_of_the_force_of_the_synthetic_data_and_of_no_other(told):
    from redshank.web.tracker import demonstration, response

    toml = ROOT / "src" / "redshank" / "synthetic" / "places.toml"
    assert tomllib.loads(toml.read_text(encoding="utf-8"))["force"] == demonstration.force()
    assert (
        response.document(tools.account(LEAD), TODAY).title == "Response of Quenmere Constabulary to HMICFRS"
    )


def test_recommendations_stand_word_for_word_and_others_as_summaries_that_say_so(told):
    said = parts(product.build(told, TODAY))
    assert (
        "“By 30 June 2024, all chief constables of forces that are yet to receive" in said["Recommendation 8"]
    )
    assert said["Addressed to others"].count("Summary, to be checked") == 5


def changed(told, name: str, **more) -> list:
    return [dataclasses.replace(r, **more) if r.name == name else r for r in told]


def only(told, name: str):
    return next(r for r in told if r.name == name)


def differs(before: Document, after: Document) -> str:
    """The one section that differs."""
    a, b = parts(before), parts(after)
    return ", ".join(k for k in a if k and a[k] != b.get(k))


LATER = timedelta(days=11)
CHANGES = {
    "the day of acceptance": ("Recommendation 2", lambda r: {"accepted_on": r.accepted_on + LATER}),
    "the day of an ask": ("Recommendation 4", lambda r: {"asks": (dataclasses.replace(r.asks[0], on=r.asks[0].on + LATER), *r.asks[1:])}),
    "the day of an answer": ("Recommendation 4", lambda r: {"asks": (dataclasses.replace(r.asks[0], answered_on=r.asks[0].answered_on + LATER), *r.asks[1:])}),
    "the day of the next ask": ("Recommendation 4", lambda r: {"asks": (dataclasses.replace(r.asks[0], next_on=r.asks[0].next_on + LATER), *r.asks[1:])}),
    "the day of an action": ("Recommendation 9", lambda r: {"deeds": (dataclasses.replace(r.deeds[0], on=r.deeds[0].on + LATER), *r.deeds[1:])}),
    "the date that stands": ("Recommendation 2", lambda r: {"deadline": "1 May 2031"}),
    "a figure": ("Recommendation 8", lambda r: {"evidence": (dataclasses.replace(r.evidence[0], figure="413 of 480 (86%)"),)}),
    "as at which day": ("Recommendation 8", lambda r: {"evidence": (dataclasses.replace(r.evidence[0], as_at=r.evidence[0].as_at + LATER),)}),
}  # fmt: skip


@pytest.mark.parametrize("what", list(CHANGES))
def test_one_changed_date_or_count_changes_the_document_where_it_stands_and_nowhere_else(told, what):
    name, change = CHANGES[what]
    before = product.build(told, TODAY)
    after = product.build(changed(told, name, **change(only(told, name))), TODAY)
    assert differs(before, after) == name
    assert write(before, "docx") != write(after, "docx")


def test_the_day_of_the_response_changes_its_introduction(told):
    report = told[0].report
    moved = [
        dataclasses.replace(r, report=dataclasses.replace(report, respond_by=report.respond_by + LATER))
        for r in told
    ]
    assert differs(product.build(told, TODAY), product.build(moved, TODAY)) == report.cited


def more_groups(number: int) -> None:
    from redshank.web.heads.models import Group

    found = Group.objects.get(group_id="g-one")
    for n in range(number):
        found.pk, found.uid, found.group_id = None, f"u-more-{n}", f"g-more-{n}"
        found.save(force_insert=True)


def test_a_count_that_has_moved_since_it_was_cited_stands_beside_the_cited_one(told):
    from redshank.web.heads.models import Group
    from redshank.web.tracker import response

    lead, day = tools.account(LEAD), product.day(TODAY)
    assert "read again" not in parts(product.build(told, TODAY))["Recommendation 2"]
    more_groups(13)
    said = parts(product.build(response.rows(lead), TODAY))["Recommendation 2"]
    assert f"fewer than 5; read again on {day}: 15 {day}" in said  # 14, rounded
    Group.objects.filter(group_id__in=[f"g-more-{n}" for n in range(3)]).delete()
    assert (
        f"read again on {day}: 10 {day}"
        in parts(product.build(response.rows(lead), TODAY))["Recommendation 2"]
    )


def test_no_number_of_people_below_five_leaves_in_it_and_none_that_a_total_gives_away(told):
    from redshank.web.tracker.models import Evidence

    assert Evidence.objects.get(figure="partner_records").value == "1 of 6 (17%)"
    said = parts(product.build(told, TODAY))
    assert "fewer than 5 of 5" in said["Recommendation 2"]
    assert "1 of 6" not in said[""]
    assert "rounded to the nearest 5" in said[""]  # a reader is told so
    assert product.guarded("5 of 9 (56%)") == "5 of 10"
    assert [product.guarded(f) for f in ("4", "5", "1,204", "5 of 10 (50%)")] == [
        "fewer than 5",
        "5",
        "1,205",
        "5 of 10",
    ]


def test_an_ask_whose_day_has_passed_says_so(told):
    said = parts(product.build(told, TODAY))["Recommendation 4"]
    assert said.count("The next ask was due on") == 1
    assert "The next ask is on" in said


def test_what_came_after_the_day_of_the_document_does_not_stand_in_it(told):
    said = parts(product.build(told, date(2024, 2, 1)))
    assert "412 of 480" not in said[""]
    assert (
        "The material was received."
        not in said["Recommendation 8"].split("Hydrant Programme was asked on")[1]
    )
    assert "No answer is recorded." in said["Recommendation 8"]


def test_without_positions_it_says_that_they_are_not_known(town):  # noqa: F811
    from redshank.web.tracker import response

    document = response.document(tools.account(LEAD), TODAY)
    said = parts(document)
    assert document.title == "Response of the force to HMICFRS"
    for words_of_it in (
        "no acceptance is recorded yet",
        "no position is recorded yet",
        "no evidence is recorded yet",
    ):
        assert words_of_it in said["Recommendation 4"]
    assert "No acceptance is recorded yet of Recommendation 2, Recommendation 4, Recommendation 8, Recommendation 9 and Area for improvement 1." in said[""]  # fmt: skip
    assert "four" not in said[""]
    assert (
        "9 recommendations and names 1 area for improvement; 4 recommendations and 1 area for improvement are addressed"
        in said[""]
    )


def test_nobody_is_named_in_it(told):
    from redshank.web.accounts.models import User

    said = parts(product.build(told, TODAY))[""]
    assert [u.name for u in User.objects.all() if u.name and u.name in said] == []


def test_it_leaves_as_html_word_and_pdf_and_the_audit_keeps_its_hash(town):  # noqa: F811
    import hashlib

    from docx import Document as read_docx

    from redshank.web.trail.models import Entry

    evidence("activity")
    done("redated", until=in_days(60), text="HMICFRS", why="The progress report re-dated it")
    client = tools.client(LEAD)
    assert "Files: HTML , DOCX , PDF" in tools.text_of(client.get("/tracker/response"))
    for form, begins in (("html", b"<!DOCTYPE html>"), ("docx", b"PK"), ("pdf", b"%PDF")):
        answer = client.get(f"/tracker/response.{form}")
        assert answer.content.startswith(begins), form
        kept = Entry.objects.filter(action="disclosure", kind="response document").latest("pk")
        assert hashlib.sha256(answer.content).hexdigest() in kept.details
        if form == "docx":
            text = "\n".join(p.text for p in read_docx(io.BytesIO(answer.content)).paragraphs)
            assert "The date was 31 December 2024; it is now" in text
    assert client.get("/tracker/response.exe").status_code == 404
    assert number("4")


def test_a_demonstration_is_put_once_and_not_where_people_have_acted(town):  # noqa: F811
    from redshank.web.tracker import demonstration
    from redshank.web.tracker.models import Act

    make_accounts()
    done("owned", owner=tools.account(LEAD).username, why="x")
    assert demonstration.put() == 0
    Act._base_manager.all().delete()
    made = demonstration.put()
    assert demonstration.put() == 0
    assert Act.objects.count() == made


def test_each_clock_of_a_demonstration_can_be_seen(told):
    lead = tools.client(LEAD)
    said = tools.first(lead)
    assert "the record system's user group was to be asked again" in said
    assert "The response to HMICFRS" not in said  # it was published
    assert "Recommendation 8 called complete by" in said.split("that wait for a second person")[1][:120]
