"""The tracker's pages: who opens them, what is kept where something is wrong, a second person, importing, and the risk in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from redshank.web.accounts.roles import ROLES
from redshank.web.tracker.risk import Facts, risk
from redshank.web.tracker.settings import CONDITIONS, SETTINGS, read

from . import worklist_tools as tools
from .test_tracker import LEAD, TODAY, act, done, evidence, in_days, number, page, row
from .worklist_fixtures import application, town  # noqa: F401

SEE = {k for k, r in ROLES.items() if r.allows("see.tracker")}


# ---- who ---------------------------------------------------------------------------------------------------


def test_partners_and_those_who_answer_calls_have_none_of_it(town):  # noqa: F811
    assert {
        "partner_member",
        "response_officer",
        "neighbourhood_officer",
        "administrator",
        "duty_inspector",
    } == set(ROLES) - SEE
    for role in ("partner_member", "response_officer"):
        client = tools.client(role)
        for url in (
            "/tracker",
            f"/tracker/{number()}",
            "/tracker/response",
            "/tracker/response.pdf",
            "/tracker/import",
        ):
            assert client.get(url).status_code == 404, (role, url)
        assert "ecommendation" not in tools.first(client)


def test_a_number_that_is_none_is_answered_like_a_page_that_is_none(town):  # noqa: F811
    client = tools.client(LEAD)
    done("asked", text="The Home Office", why="What", on=TODAY, until=in_days(5))
    ask = row().asks.get().pk
    for url in ("/tracker/999999", "/tracker/999999/owned", f"/tracker/{number()}/nothing", f"/tracker/{number('2')}/answered/{ask}",
                f"/tracker/{number()}/answered", f"/tracker/{number()}/owned/{ask}", "/tracker/reports/999999/dated", "/tracker/reports/1/nothing"):  # fmt: skip
        assert client.get(url).status_code == 404, url
        assert client.post(url, {"once": "x", "why": "x"}).status_code == 404, url


@pytest.mark.parametrize("role", sorted(SEE))
def test_each_role_is_offered_what_it_may_do_and_refused_all_else(town, role):  # noqa: F811
    from redshank.web.tracker.forms import FORMS

    client = tools.client(role)
    shown = client.get(f"/tracker/{number()}").content.decode()
    for kind, form in FORMS.items():
        if form.of:
            continue
        url = f"/tracker/{number()}/{kind}"
        if f'href="{url}"' in shown:
            assert client.get(url).status_code == 200, kind
        if not ROLES[role].allows(form.may):
            assert f'href="{url}"' not in shown
            assert client.post(url, {"once": "x", "seen": 0, "why": "x"}).status_code == 404, kind
    assert row().acts.count() == 0


def test_every_form_opens_for_the_lead_and_a_blank_one_says_what_is_missing(town):  # noqa: F811
    from redshank.web.tracker.forms import FORMS

    evidence("activity")
    done("asked", text="The Home Office", why="What", on=TODAY, until=in_days(5))
    done("planned", choice="planned", why="A course", on=in_days(5))
    items = {
        "ask": row().asks.get().pk,
        "deed": row().deeds.get().pk,
        "evidence": row().evidence.get().pk,
        "": 0,
    }
    for kind, form in FORMS.items():
        answer = act(kind, item=items[form.of])
        assert answer.status_code == 400, kind
        assert "There is a problem" in tools.text_of(answer), kind
        first = answer.content.decode().split('govuk-error-summary__list"><li><a href="#')[1].split('"')[0]
        assert f'id="{first}"' in answer.content.decode(), kind
    assert row().acts.count() == 3


# ---- what people typed, and two at once ----------------------------------------------------------------------


def test_a_form_sent_twice_acts_once(town):  # noqa: F811
    for _ in range(2):
        done("owned", owner=tools.account(LEAD).username, why="She leads", once="same", seen=0)
    assert row().acts.count() == 1


@pytest.mark.databases
def test_who_comes_second_reads_what_the_first_did_and_keeps_their_text(town, database):  # noqa: F811
    done("position", choice="in_progress", text="The first position")
    answer = act("position", name="two", choice="open", text="The second position", seen=0)
    assert answer.status_code == 400
    said = tools.text_of(answer)
    assert "First safeguarding lead acted meanwhile (position)" in said
    assert "The second position" in answer.content.decode()
    assert 'name="seen" value="1"' in answer.content.decode()
    assert row().position == "The first position"


def test_words_that_blame_a_child_are_told_of_once_and_nothing_is_rewritten(town):  # noqa: F811
    text = "Officers wrote that the child is streetwise."
    answer = act("position", choice="open", text=text, once="w", seen=0)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "Words to look at" in tools.text_of(answer)
    assert row().position == ""
    advised = body.split('name="advised" value="')[1].split('"')[0]
    done("position", choice="open", text=text, once="w", seen=0, advised=advised)
    assert row().position == text


# ---- first pages, and those who leave ------------------------------------------------------------------------


def test_what_is_past_stands_on_the_first_page_of_the_lead_and_of_its_owner_alone(town):  # noqa: F811
    owner, other = tools.client("learning"), tools.client("crime_registrar")
    assert "Recommendation 8" in tools.first(tools.client(LEAD)).split("of inspections past a date")[1]
    assert "Recommendation 8" not in tools.first(owner)
    done("owned", to="8", owner=owner.user.username, why="It plans the events")
    assert "Recommendation 8" in tools.first(owner)
    assert "Recommendation 8" not in tools.first(other)


def test_what_somebody_owned_who_leaves_goes_to_the_deputy_else_to_the_lead(town):  # noqa: F811
    from redshank.web.meetings import leavers

    leaver, lead = tools.account("learning"), tools.account(LEAD)
    done("owned", to="8", owner=leaver.username, why="x")
    assert leavers.passes_on(leaver) == 1
    assert row("8").owner == lead
    assert "Before: First learning" in page("8")
    assert leavers.passes_on(leaver) == 0


def test_lists_narrow_by_status_risk_and_whose_they_are(town):  # noqa: F811
    def names(query: str) -> list[str]:
        return [x.row.name for x in tools.client(LEAD).get(f"/tracker?{query}").context["shown"].page]

    assert len(names("")) == 5
    assert len(names("show=others")) == 5
    assert len(names("show=all")) == 10
    assert names("show=mine") == []
    assert names("risk=missed") == ["Recommendation 2", "Recommendation 4", "Recommendation 8"]
    assert names("risk=high") == ["Recommendation 9", "Area for improvement 1"]
    done("position", choice="in_progress", text="x")
    assert names("status=in_progress") == ["Recommendation 4"]


# ---- the risk --------------------------------------------------------------------------------------------------

GOOD = Facts(
    days=200,
    status="in_progress",
    quality="activity",
    acceptance="full",
    asks_late=0,
    declined=0,
    owned=True,
    actions_late=0,
)


@pytest.mark.parametrize(
    ("more", "level", "reason"),
    [
        ({}, "low", "no rule gives a reason"), ({"days": -1}, "missed", "its date has passed"), ({"days": 0, "quality": "policy"}, "high", "thirty days"),
        ({"days": 0}, "some", "no outcome"), ({"days": 31, "quality": "none"}, "some", "ninety days"), ({"days": 91, "quality": "none"}, "low", ""),
        ({"quality": "policy"}, "some", "only evidence"), ({"asks_late": 1}, "some", "asked again"), ({"declined": 1}, "some", "declined"),
        ({"owned": False}, "high", "nobody owns it"), ({"acceptance": "none"}, "high", "accepts"), ({"actions_late": 1}, "some", "past its day"),
        ({"days": None, "quality": "none"}, "high", "no evidence"), ({"status": "closed", "days": -9}, "closed", "it is closed"),
    ],
)  # fmt: skip
def test_the_risk_is_the_gravest_rule_and_says_every_reason(more, level, reason):
    told = risk(Facts(**(GOOD.__dict__ | more)))
    assert told.level == level
    assert reason in "; ".join(told.reasons)


def test_several_reasons_are_all_told():
    told = risk(Facts(**(GOOD.__dict__ | {"days": -3, "declined": 1, "owned": False})))
    assert told.level == "missed"
    assert len(told.reasons) == 3


def test_a_rule_with_a_condition_that_nobody_knows_is_refused():
    data = {"response": {"days": 56, "source": "x"}, "asking": {"again_days": 1}}
    with pytest.raises(ValueError):
        read(data | {"risk": [{"level": "high", "when": {"moon": 1}, "words": "x"}]})
    assert {c for r in SETTINGS.risk for c in r.when} <= CONDITIONS


def test_no_risk_and_no_clock_is_told_of_what_is_addressed_to_others(town):  # noqa: F811
    said = page("5")
    assert "Risk of missing" not in said
    assert "Past a date" not in said
    assert act("accepted", to="5", choice="full", text="x", on=TODAY).status_code == 400


# ---- importing ---------------------------------------------------------------------------------------------------

HEAD = "publisher,title,published,number,kind,addressees,for_forces,deadline,deadline_words,text,text_is"
CSV = f"""{HEAD}
HMICFRS,Progress report,2025-10-31,1,recommendation,All chief constables,yes,2026-09-30,,A first one,summary
HMICFRS,Progress report,2025-10-31,2,recommendation,Home Office,no,,by summer,"A second, in words",verbatim
"""
TOML = """[report]
publisher = "HMICFRS"
title = "Progress report"
published = 2025-10-31

[[recommendation]]
number = "1"
addressees = "All chief constables"
for_forces = true
deadline = 2026-09-30
text = "A first one"
"""


def send(text: str, **more):
    return tools.client(LEAD).post("/tracker/import", {"once": "i", "text": text} | more)


@pytest.mark.parametrize("text", [CSV, TOML])
def test_a_later_report_is_taken_in_from_csv_and_from_toml(town, text):  # noqa: F811
    from redshank.web.tracker.models import Recommendation, Report

    assert send(text).status_code == 302
    report = Report.objects.get(title="Progress report")
    first = report.recommendations.first()
    assert (first.number, first.for_forces, first.due.isoformat(), first.text_is, first.status) == (
        "1",
        True,
        "2026-09-30",
        "summary",
        "open",
    )
    assert report.respond_by.isoformat() == "2025-12-25"
    assert send(text).status_code == 302  # the same form again
    assert send(text, once="another").status_code == 302
    assert Recommendation.objects.filter(report=report).count() == text.count("HMICFRS")
    assert "Progress report" in tools.text_of(tools.client(LEAD).get("/tracker?show=all"))


def test_what_stands_already_is_left_as_it_is_and_only_what_is_new_is_added(town):  # noqa: F811
    from redshank.web.tracker.models import Recommendation

    send(TOML)
    send(CSV.replace("A first one", "Another text"), once="two")
    rows = Recommendation.objects.filter(report__title="Progress report")
    assert [(r.number, r.text) for r in rows] == [("1", "A first one"), ("2", "A second, in words")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CSV.replace("2026-09-30", "30 September"), "Row 2: deadline is no day"), (CSV.replace("yes", "perhaps"), "Row 2: for_forces is yes or no"),
        (CSV.replace(",verbatim", ",word"), "Row 3: text_is is one of verbatim, summary"), (CSV.replace("\nHMICFRS,Progress report,2025-10-31,2", "\nHMICFRS,Other,2025-10-31,2"), "Row 3: it names another report"),
        (CSV.replace(",2,recommendation,", ",1,recommendation,"), "Recommendation 1 stands in it twice"), (CSV.replace("number,", ""), "The head lacks number"),
        (CSV.replace(",A first one,summary", ""), "Row 2: it has not as many cells as the head"), (CSV.replace("A first one", ""), "Row 2: text is missing"),
        (HEAD, "It holds no recommendation"), ("", "There is nothing in it"), (TOML.replace("for_forces = true", ""), "Recommendation 1: for_forces is yes or no"),
        (TOML.replace("number", "nummer"), "nummer is not known here"), (TOML.replace("published = 2025-10-31", ""), "The report: published is no day"),
        (TOML.replace("[report]", "[report"), "It is no TOML"), ("[other]\nx = 1", "It needs one [report]"), (TOML.replace('"1"', '"12345678901234"'), "number is longer than 12"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_row_and_nothing_is_taken_in(town, text, says):  # noqa: F811
    from redshank.web.tracker.models import Report

    answer = send(text)
    assert answer.status_code == 400
    assert says in tools.text_of(answer)
    assert Report.objects.count() == 1


def test_a_file_is_read_and_one_in_another_encoding_says_so(town):  # noqa: F811
    from django.core.files.uploadedfile import SimpleUploadedFile

    from redshank.web.tracker.models import Report

    wrong = send("", file=SimpleUploadedFile("r.csv", CSV.replace("first", "fürst").encode("latin-1")))
    assert "The file is no UTF-8 text" in tools.text_of(wrong)
    assert send("", file=SimpleUploadedFile("r.csv", b"\xef\xbb\xbf" + CSV.encode())).status_code == 302
    assert Report.objects.filter(title="Progress report").exists()


def test_the_example_of_the_page_can_be_taken_in(town):  # noqa: F811
    import html
    import re

    body = tools.client(LEAD).get("/tracker/import").content.decode()
    example = html.unescape(re.search(r"<pre[^>]*><code>(.*?)</code>", body, re.S)[1])
    assert send(example).status_code == 302


# ---- in the audit ---------------------------------------------------------------------------------------------


def test_reading_acting_and_taking_in_are_kept_in_the_audit(town):  # noqa: F811
    from redshank.web.trail.models import Entry

    page()
    done("owned", owner=tools.account(LEAD).username, why="x")
    send(CSV)
    kept = [(e.action, e.kind) for e in Entry.objects.order_by("pk")]
    assert ("consultation", "recommendation") in kept
    assert ("alteration", "recommendation") in kept
    assert ("collection", "report") in kept


def test_acts_and_evidence_are_never_changed(town):  # noqa: F811
    from django.core.exceptions import ValidationError

    found = evidence()
    kept = row().acts.get()
    for one in (found, kept):
        with pytest.raises(ValidationError):
            one.save()
        with pytest.raises(ValidationError):
            one.delete()
    assert timedelta(0) < timezone.now() - kept.at
