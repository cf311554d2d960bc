"""Raise a concern: the form, its advice, where it lands, by when it is answered, and who sees it."""
# ruff: noqa: F811

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from .concern_tools import few, said, value_of, web  # noqa: F401

FORM = {
    "danger": "no", "child_name": "Isla Brook", "child_age": "14", "what": "A man waited for her at the school gate.",
    "child_words": "He said I owe him.", "others": "Grey van", "place": "Heron School", "when_day": "2026-03-20", "when_words": "15:30",
}  # fmt: skip
BLAMES = "She is streetwise and ran away again."


def concern_of(pk=None):
    from redshank.web.concerns.models import Concern

    return Concern.objects.get(pk=pk) if pk else Concern.objects.latest("id")


def send(client, **changed):
    """Sends the form, and once more where only advice stood in the way."""
    page = client.get("/concerns/raise")
    data = {**FORM, "once": value_of(page, "once"), **changed}
    answer = client.post("/concerns/raise", data)
    if answer.status_code == 200:
        answer = client.post("/concerns/raise", {**data, "advised": value_of(answer, "advised")})
    assert answer.status_code == 302, said(answer)
    return concern_of()


# ---- who may, and what the form says ------------------------------------------------------------------


@pytest.mark.parametrize("role", ["partner_member", "neighbourhood_officer", "response_officer", "learning", "auditor", "analyst"])  # fmt: skip
def test_every_role_that_reads_can_raise_one_and_sees_its_own(web, role):
    client = web.client(role)
    concern = send(client)
    page = client.get(f"/concerns/{concern.pk}")
    assert page.status_code == 200
    assert "A man waited for her" in said(page)
    assert "About Isla Brook" in said(client.get("/concerns?show=mine"))


def test_the_administrator_sees_no_concern(web):
    client = web.client("administrator")
    assert client.get("/concerns/raise").status_code == 404
    assert client.get("/concerns").status_code == 404


def test_the_form_says_999_before_anything_is_typed(web):
    text = said(web.client("partner_member").get("/concerns/raise"))
    assert "Call 999 first. This form replaces no emergency call." in text


def test_what_is_wrong_stands_at_the_field_and_nothing_typed_is_lost(web):
    client = web.client("partner_member")
    answer = client.post("/concerns/raise", {**FORM, "what": "", "danger": "", "when_day": "2099-01-01"})
    text = said(answer)
    assert answer.status_code == 400
    for expected in ("There is a problem", "Write what you saw or heard", "Say whether somebody may be in danger now", "The day is in the future"):  # fmt: skip
        assert text.count(expected) >= 1
    assert "Grey van" in answer.content.decode()
    assert 'value="Heron School"' in answer.content.decode()


def test_a_wrong_day_is_told_and_too_long_a_text_is_kept(web):
    client = web.client("partner_member")
    answer = client.post("/concerns/raise", {**FORM, "when_day": "yesterday", "what": "x" * 4001})
    assert answer.status_code == 400
    assert "Write the day as year, month and day" in said(answer)
    assert "x" * 4001 in answer.content.decode()
    assert "x" * 4001 in client.get("/concerns/raise").content.decode()  # and the draft holds it too


# ---- words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [BLAMES, "He puts himself at risk and is promiscuous.", "The car was red.", "She said “I am streetwise”.", "Boyfriend, 34, sends gifts."],
)  # fmt: skip
def test_the_hints_are_those_of_the_command_line(web, tmp_path, text):
    from redshank.cli.app import app
    from redshank.web.concerns.forms import FIELDS, hints

    file = tmp_path / "typed.txt"
    file.write_text(text, encoding="utf-8")
    told = json.loads(CliRunner().invoke(app, ["language", "check", "--json", str(file)]).stdout)
    given = dict.fromkeys(FIELDS, "") | {"what": text}
    ours = [
        (h["phrase"], h["reason"], h["alternative"], h["alternative_kind"], h["start"]) for h in hints(given)
    ]
    theirs = [(h["phrase"], h["reason"], h["alternative"], h["alternative_kind"], h["start"]) for h in told if not h["quoted"]]  # fmt: skip
    assert ours == theirs


def test_as_somebody_types_phrases_come_with_reason_and_alternative_and_nothing_is_rewritten(web):
    client = web.client("partner_member")
    text = said(client.post("/concerns/advice", {**FORM, "what": BLAMES}))
    assert "“streetwise” treats the child as an adult who can cope. Ask: " in text
    assert "Say instead: “went missing”" in text
    assert client.post("/concerns/advice", {**FORM}).content.decode().strip() == ""


def test_a_childs_own_words_are_not_looked_over(web):
    client = web.client("partner_member")
    answer = client.post("/concerns/advice", {**FORM, "child_words": BLAMES})
    assert "streetwise" not in said(answer)


def test_without_scripts_the_words_are_shown_once_on_sending_and_block_nothing(web):
    client = web.client("partner_member")
    data = {**FORM, "what": BLAMES, "once": "a"}
    held = client.post("/concerns/raise", data)
    assert held.status_code == 200
    assert "Not sent yet." in said(held)
    assert "streetwise" in said(held)
    sent = client.post("/concerns/raise", {**data, "advised": value_of(held, "advised")})
    assert sent.status_code == 302
    assert concern_of().what == BLAMES  # as it was written


def test_who_read_the_hints_while_typing_is_not_held(web):
    client = web.client("partner_member")
    seen = client.post("/concerns/advice", {**FORM, "what": BLAMES})
    sent = client.post(
        "/concerns/raise", {**FORM, "what": BLAMES, "once": "b", "advised": value_of(seen, "advised")}
    )
    assert sent.status_code == 302


def test_where_somebody_is_in_danger_no_hint_stands_in_the_way(web):
    client = web.client("partner_member")
    assert (
        client.post("/concerns/raise", {**FORM, "what": BLAMES, "danger": "yes", "once": "c"}).status_code
        == 302
    )


# ---- the same concern twice -----------------------------------------------------------------------------


def test_a_duplicate_is_hinted_to_who_may_see_the_other_and_to_nobody_else(web):
    other = send(web.client("partner_member-two"))
    client = web.client("partner_member")
    # Sent at once: to this author nothing alike is there.
    assert client.post("/concerns/raise", {**FORM, "once": "first"}).status_code == 302
    mine = concern_of()
    hint = client.post("/concerns/advice", {**FORM, "what": "Seen again."})
    assert f"/concerns/{mine.pk}" in hint.content.decode()
    assert f"/concerns/{other.pk}" not in hint.content.decode()
    assert "Partner Member Two" not in said(hint)
    officer = web.client("exploitation_officer").post("/concerns/advice", {**FORM, "what": "Seen again."})
    assert f"/concerns/{other.pk}" in officer.content.decode()


@pytest.mark.parametrize(
    ("changed", "alike"),
    [
        ({"child_name": "BROOK, Isla"}, True),
        ({"child_name": "Isla"}, True),
        ({"child_name": "Nina Brook", "place": "Elsewhere"}, False),
        ({"child_name": "", "place": "heron school", "when_day": "2026-03-22"}, True),
        ({"child_name": "", "place": "Heron School", "when_day": "2026-03-23"}, False),
        ({"child_name": "", "place": "Heron School", "when_day": ""}, True),
        ({"child_name": "", "place": "", "when_day": "2026-03-20"}, False),
    ],
)
def test_alike_is_by_name_or_by_place_and_day(web, changed, alike):
    client = web.client("partner_member")
    send(client)
    hint = client.post("/concerns/advice", {**FORM, **changed})
    assert ("This may have been raised already" in said(hint)) is alike


def test_a_form_sent_twice_raises_one_concern(web):
    from redshank.web.concerns.models import Concern

    client = web.client("partner_member")
    first = client.post("/concerns/raise", {**FORM, "once": "same"})
    hint = client.post("/concerns/advice", FORM)
    second = client.post("/concerns/raise", {**FORM, "once": "same", "advised": value_of(hint, "advised")})
    assert first.url == second.url
    assert Concern.objects.count() == 1
    assert len(web.entries(kind="concern", action="collection")) == 1


# ---- where it lands and by when -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "queue", "sees", "sees_not"),
    [
        ({}, "Child exploitation officer", "exploitation_officer", "analyst"),
        ({"child_name": ""}, "Analysts and researchers", "researcher", "exploitation_officer"),
        ({"danger": "yes"}, "Duty inspector", "duty_inspector", "exploitation_officer"),
        ({"danger": "unsure", "child_name": ""}, "Duty inspector", "duty_inspector", "analyst"),
    ],
)
def test_where_it_lands(web, changed, queue, sees, sees_not):
    client = web.client("partner_member")
    concern = send(client, **changed)
    assert f"It is with: {queue}." in said(client.get(f"/concerns/{concern.pk}"))
    assert web.client(sees).get(f"/concerns/{concern.pk}").status_code == 200
    assert web.client(sees_not).get(f"/concerns/{concern.pk}").status_code == 404


LONDON_CASES = [
    ("2026-03-02T09:00:00+00:00", "2026-03-04T17:00:00+00:00"),  # Monday → Wednesday
    ("2026-03-06T16:00:00+00:00", "2026-03-10T17:00:00+00:00"),  # Friday → Tuesday
    ("2026-03-07T12:00:00+00:00", "2026-03-10T17:00:00+00:00"),  # Saturday → Tuesday
    (
        "2026-03-27T18:00:00+00:00",
        "2026-03-31T16:00:00+00:00",
    ),  # over the night of 29 March: 17:00 by the wall clock
    ("2026-10-23T18:00:00+01:00", "2026-10-27T17:00:00+00:00"),  # and back, over 25 October
    (
        "2026-04-02T10:00:00+01:00",
        "2026-04-08T16:00:00+00:00",
    ),  # Good Friday and Easter Monday are no working days
    ("2026-03-31T23:30:00+00:00", "2026-04-07T16:00:00+00:00"),  # half past midnight of 1 April in London
]


@pytest.mark.parametrize(("raised", "due"), LONDON_CASES)
def test_two_working_days_end_at_five_by_the_clock_on_the_wall(web, raised, due):
    from redshank.web.concerns.routing import ROUTING

    assert ROUTING.answer_by(datetime.fromisoformat(raised), danger=False) == datetime.fromisoformat(due)


def test_danger_counts_minutes_also_in_the_night_in_which_clocks_go_forward(web):
    from redshank.web.concerns.routing import ROUTING

    at = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert ROUTING.answer_by(at, danger=True) == at + timedelta(minutes=60)


def test_a_queue_of_an_unknown_role_is_refused():
    from redshank.web.concerns import routing

    data = {"queue": [{"key": "duty", "title": "x", "roles": ["nobody"], "lands": ""}]}
    with pytest.raises(ValueError, match="roles that do not exist"):
        routing.read(data)


# ---- the answer -----------------------------------------------------------------------------------------


def answered(web, concern, who="exploitation_officer", **changed):
    client = web.client(who)
    page = client.get(f"/concerns/{concern.pk}")
    data = {
        "once": value_of(page, "once"),
        "steps": value_of(page, "steps"),
        "kind": "taken_up",
        "text": "Home visit today.",
    }
    return client.post(f"/concerns/{concern.pk}/answer", data | changed)


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"kind": "taken_up", "text": "A home visit is made today."}, "Taken up"),
        (
            {"kind": "nothing_follows", "text": "Her uncle collects her; the school knows him."},
            "Nothing follows",
        ),
        (
            {"kind": "passed_outside", "text": "Reference 77.", "body": "Children's services"},
            "Passed to another body (Children's services)",
        ),
    ],
)
def test_the_author_reads_the_answer_and_the_way(web, changed, shown):
    author = web.client("partner_member")
    concern = send(author)
    assert answered(web, concern, **changed).status_code == 302
    text = said(author.get(f"/concerns/{concern.pk}"))
    assert shown in text
    assert changed["text"] in text
    assert "raised by Partner member One" in text
    assert shown.split(" (")[0].lower() in said(author.get("/"))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"text": " "}, "Write how it is taken up, or why not"),
        ({"kind": ""}, "Choose what follows"),
        ({"kind": "passed_outside"}, "Write to which body it was passed"),
        ({"kind": "passed_on", "queue": "nowhere"}, "Choose another queue"),
        ({"kind": "passed_on", "queue": "exploitation"}, "Choose another queue"),
    ],
)
def test_no_answer_without_its_reason(web, changed, error):
    concern = send(web.client("partner_member"))
    answer = answered(web, concern, **{"text": "Kept text"} | changed)
    assert answer.status_code == 400
    assert error in said(answer)
    assert concern_of(concern.pk).state == "waiting"


def test_passed_on_it_waits_with_others_by_the_same_time(web):
    author = web.client("partner_member")
    concern = send(author)
    moved = answered(web, concern, kind="passed_on", queue="missing", text="She is missing now.")
    assert moved.url == "/concerns"
    now = concern_of(concern.pk)
    assert (now.queue, now.state, now.due) == ("missing", "waiting", concern.due)
    assert web.client("exploitation_officer").get(f"/concerns/{concern.pk}").status_code == 404
    assert answered(web, concern, "missing_adviser").status_code == 302
    assert "Passed on (Missing-person adviser)" in said(author.get(f"/concerns/{concern.pk}"))


def test_the_same_answer_twice_is_kept_once_also_where_it_went_out_of_sight(web):
    from redshank.web.concerns.models import Step

    concern = send(web.client("partner_member"))
    client = web.client("exploitation_officer")
    for kind, expected in (("passed_on", "/concerns"),):
        data = {"once": "q", "steps": "0", "kind": kind, "queue": "missing", "text": "Hers."}
        assert client.post(f"/concerns/{concern.pk}/answer", data).url == expected
        assert client.post(f"/concerns/{concern.pk}/answer", data).url == expected
    data = {"once": "r", "steps": "1", "kind": "taken_up", "text": "Visited."}
    adviser = web.client("missing_adviser")
    assert adviser.post(f"/concerns/{concern.pk}/answer", data).status_code == 302
    assert adviser.post(f"/concerns/{concern.pk}/answer", data).status_code == 302
    assert Step.objects.count() == 2


def test_of_two_who_answer_the_second_sees_the_first(web):
    concern = send(web.client("partner_member"))
    assert answered(web, concern, "exploitation_officer").status_code == 302
    late = web.client("exploitation_officer-two").post(
        f"/concerns/{concern.pk}/answer",
        {"once": "z", "steps": "0", "kind": "nothing_follows", "text": "My text"},
    )
    assert late.status_code == 409
    assert "Child exploitation officer One was first" in said(late)
    assert "My text" in late.content.decode()


def test_nobody_answers_their_own(web):
    concern = send(web.client("exploitation_officer"))
    answer = web.client("exploitation_officer").post(
        f"/concerns/{concern.pk}/answer",
        {"once": "z", "steps": "0", "kind": "nothing_follows", "text": "Mine"},
    )
    assert answer.status_code == 400
    assert "You raised it: another person answers." in said(answer)


def test_adding_to_an_answered_one_asks_for_a_new_answer(web):
    author = web.client("partner_member")
    concern = send(author)
    answered(web, concern, kind="nothing_follows", text="Nothing found.")
    assert (
        author.post(
            f"/concerns/{concern.pk}/add", {"more": "The van was there again.", "once": "m"}
        ).status_code
        == 302
    )
    author.post(f"/concerns/{concern.pk}/add", {"more": "The van was there again.", "once": "m"})
    now = concern_of(concern.pk)
    assert now.state == "waiting"
    assert now.steps.filter(kind="added").count() == 1
    assert now.what == FORM["what"]
    assert (
        web.client("exploitation_officer").post(f"/concerns/{concern.pk}/add", {"more": "x"}).status_code
        == 404
    )


def test_what_was_written_is_never_changed_or_removed(web):
    from django.core.exceptions import ValidationError

    concern = send(web.client("partner_member"))
    answered(web, concern)
    kept = concern.steps.get()
    with pytest.raises(ValidationError):
        kept.save()
    with pytest.raises(ValidationError):
        kept.delete()


# ---- overdue ----------------------------------------------------------------------------------------------


def make_late(concern):
    from django.utils import timezone

    concern.due = timezone.now() - timedelta(hours=3)
    concern.save(update_fields=["due"])


def test_overdue_stands_with_who_answers_and_without_a_name_with_the_supervisor(web):
    concern = send(web.client("partner_member"))
    assert "Concerns without an answer in time 1" not in said(web.client("exploitation_officer").get("/"))
    make_late(concern)
    assert "Concerns without an answer in time 1 About Isla Brook" in said(
        web.client("exploitation_officer").get("/")
    )
    lead = said(web.client("safeguarding_lead").get("/"))
    assert "A concern from Children's services waits: Child exploitation officer" in lead
    for private in ("Isla", "school gate", "Partner member One", "Heron School"):
        assert f"{private}" not in lead.split("Concerns without an answer in time")[-1].split("New since")[0]
    assert web.client("safeguarding_lead").get(f"/concerns/{concern.pk}").status_code == 404


def test_danger_stands_first_with_the_duty_inspector(web):
    send(web.client("partner_member"), danger="yes")
    page = said(web.client("duty_inspector").get("/"))
    assert "Concerns that say somebody may be in danger 1 About Isla Brook" in page
    assert page.index("somebody may be in danger") < page.index("Decisions that wait")


# ---- who sees it ---------------------------------------------------------------------------------------------


def test_one_of_ones_own_family_is_hidden_without_a_trace(web):
    concern = send(web.client("partner_member"))
    make_late(concern)
    web.conflict("exploitation_officer", "Isla BROOK")
    web.conflict("safeguarding_lead", "Isla BROOK")
    client = web.client("exploitation_officer")
    assert said(client.get(f"/concerns/{concern.pk}")) == said(client.get("/concerns/999"))
    assert "Concerns for you to answer: 0" in said(client.get("/concerns"))
    assert "About Isla" not in said(client.get("/"))
    assert "waits: Child exploitation officer" not in said(web.client("safeguarding_lead").get("/"))
    assert web.client("exploitation_officer-two").get(f"/concerns/{concern.pk}").status_code == 200
    assert [
        e.user.username for e in web.entries(action="refusal", kind="concern", ident=str(concern.pk))
    ] == ["exploitation_officer-one"]


def test_an_author_with_a_conflict_keeps_the_wording_and_reads_no_answer(web):
    author = web.client("neighbourhood_officer")
    concern = send(author)
    answered(web, concern, text="Two adults are looked at.")
    web.conflict("neighbourhood_officer", "Isla BROOK")
    text = said(author.get(f"/concerns/{concern.pk}"))
    assert "A man waited for her" in text
    for answer in ("Two adults", "Taken up", "taken up"):
        assert answer not in text
        assert answer not in said(author.get("/concerns"))
        assert answer not in said(author.get("/"))


def test_raised_from_a_page_it_is_tied_to_that_person_only_where_its_author_sees_it(web):
    isla = web.person("Isla BROOK")
    officer = web.client("exploitation_officer")
    assert "Raised from the page of Isla BROOK" in said(officer.get(f"/concerns/raise?about={isla}"))
    assert "Isla" not in said(web.client("partner_member").get(f"/concerns/raise?about={isla}"))
    assert send(officer, person_id=isla).person_id == isla
    assert send(web.client("partner_member"), person_id=isla).person_id == ""


def test_another_partner_and_another_officer_see_nothing_here(web):
    concern = send(web.client("partner_member"))
    for role in ("partner_member-two", "neighbourhood_officer", "analyst", "auditor"):
        client = web.client(role)
        assert client.get(f"/concerns/{concern.pk}").status_code == 404
        assert client.post(f"/concerns/{concern.pk}/add", {"more": "x"}).status_code == 404
        assert (
            client.post(f"/concerns/{concern.pk}/answer", {"kind": "taken_up", "text": "x"}).status_code
            == 404
        )
    assert concern_of(concern.pk).steps.count() == 0


def test_who_answers_finds_the_person_by_that_name_in_the_records(web):
    concern = send(web.client("partner_member"))
    page = web.client("exploitation_officer").get(f"/concerns/{concern.pk}")
    assert f"/persons/{web.person('Isla BROOK')}" in page.content.decode()
    assert "In the records by that name" not in said(
        web.client("partner_member").get(f"/concerns/{concern.pk}")
    )


# ---- nothing typed is lost ---------------------------------------------------------------------------------


def test_what_was_begun_is_offered_to_its_author_alone(web):
    client = web.client("partner_member")
    client.post("/concerns/advice", {**FORM, "what": "Half a sen"})
    page = client.get("/concerns/raise")
    assert "Half a sen" in page.content.decode()
    assert "have not sent it" in said(page)
    assert "Half a sen" not in web.client("partner_member-two").get("/concerns/raise").content.decode()
    send(client)
    assert "Half a sen" not in client.get("/concerns/raise").content.decode()


def test_kept_for_later_tells_nobody(web):
    from redshank.web.concerns.models import Concern

    client = web.client("partner_member")
    client.post("/concerns/raise", {**FORM, "act": "keep"})
    assert Concern.objects.count() == 0
    assert "Go on with it" in said(client.get("/concerns"))
    assert "Grey van" in client.get("/concerns/raise").content.decode()


def test_a_session_that_ran_out_gives_back_what_was_typed(web):
    from django.test import Client

    answer = Client().post("/concerns/raise", {**FORM, "once": "secretmark"})
    assert answer.status_code == 403
    assert "A man waited for her at the school gate." in said(answer)
    assert "secretmark" not in said(answer)
    stale = Client(enforce_csrf_checks=True)
    stale.force_login(web.user("partner_member"), backend="django.contrib.auth.backends.ModelBackend")
    answer = stale.post("/concerns/raise", FORM)
    assert answer.status_code == 403
    assert "A man waited for her at the school gate." in said(answer)
