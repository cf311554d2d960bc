"""Terms of reference: versions that are added and never changed, agreed at a sitting, named in minutes and packs, asked for when they lack."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO

import pytest

from redshank.web.accounts.roles import ROLES

from . import worklist_tools as tools
from .test_meetings import body
from .worklist_fixtures import application, town  # noqa: F401


def today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def held(meeting: str = "mace", role: str = "mace_coordinator"):
    from redshank.web.meetings import sittings

    sits = sittings.Sitting(meeting=meeting, at=body(meeting).next(tools.NOW - 2 * body(meeting).every))
    return sittings.begin(tools.account(role), sits)


def given(sits, **more) -> dict[str, str]:
    sets = {
        "text": "Purpose: children whom groups exploit.", "why": "The first", "valid_from": today().isoformat(),
        "review_on": (today() + timedelta(days=365)).isoformat(), "agreed_at": str(sits.pk), "once": "t1",
    }  # fmt: skip
    return sets | more


def page(role: str = "mace_coordinator", path: str = "/meetings/mace/terms") -> str:
    return tools.client(role).get(path).content.decode()


@pytest.mark.databases
def test_terms_are_kept_as_versions_and_the_one_in_force_is_named(town):  # noqa: F811
    from redshank.web.meetings.models import Terms

    sits, chair = held(), tools.client("mace_coordinator")
    assert "no terms of reference are kept" in page()
    assert "no terms of reference are kept" in page(path="/meetings/mace")
    assert chair.post("/meetings/mace/terms/keep", given(sits)).status_code == 302
    assert chair.post("/meetings/mace/terms/keep", given(sits)).status_code == 302  # the same form twice
    assert Terms.objects.count() == 1
    assert "version 1 is in force" in page()
    tomorrow = today() + timedelta(days=1)
    more = given(sits, text="Purpose: also places.", why="Adds places", valid_from=tomorrow.isoformat(), once="t2")  # fmt: skip
    assert chair.post("/meetings/mace/terms/keep", more).status_code == 302
    shown = page()
    assert "version 1 is in force" in shown
    assert "Version 2, not in force yet" in shown
    assert "children whom groups exploit" in shown
    assert "Adds places" in shown
    from redshank.web.meetings import terms

    assert terms.in_force("mace", tomorrow).number == 2
    assert terms.in_force("mace", today()).number == 1
    assert terms.in_force("mace", today() - timedelta(days=1)) is None
    assert terms.in_force("forum") is None


def test_the_days_of_a_version_are_fields_for_days_also_where_versions_stand(town):  # noqa: F811
    """The list of versions was once taken for the number of lines of every field."""
    chair, sits = tools.client("mace_coordinator"), held()
    assert chair.post("/meetings/mace/terms/keep", given(sits)).status_code == 302
    shown = page()
    for name in ("valid_from", "review_on"):
        assert re.search(f'<input [^>]*type="date" id="{name}"', shown), name
    assert shown.count("<textarea") == 1


def test_what_stands_is_never_changed_or_removed(town):  # noqa: F811
    from django.core.exceptions import ValidationError

    from redshank.web.meetings.models import Terms

    tools.client("mace_coordinator").post("/meetings/mace/terms/keep", given(held()))
    made = Terms.objects.get()
    made.text = "Other"
    for act in (made.save, made.delete):
        with pytest.raises(ValidationError):
            act()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text": " "}, "Write the terms of reference"),
        ({"text": "x" * 40_001}, "in up to 40,000 characters"),
        ({"why": ""}, "Say what this version changes"),
        ({"valid_from": "soon"}, "Give a day"),
        ({"review_on": ""}, "Give a day"),
        ({"agreed_at": ""}, "Choose the sitting"),
        ({"agreed_at": "99999"}, "Choose the sitting"),
    ],
)
def test_a_version_that_lacks_something_is_refused_with_what_was_typed(town, change, says):  # noqa: F811
    answer = tools.client("mace_coordinator").post("/meetings/mace/terms/keep", given(held()) | change)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert "children whom groups exploit" in answer.content.decode() or "text" in change


def test_no_version_begins_in_the_past_of_another_or_is_reviewed_before_it_begins(town):  # noqa: F811
    chair, sits = tools.client("mace_coordinator"), held()
    assert chair.post("/meetings/mace/terms/keep", given(sits)).status_code == 302
    past = given(sits, valid_from=(today() - timedelta(days=1)).isoformat(), once="t2")
    answer = chair.post("/meetings/mace/terms/keep", past)
    assert answer.status_code == 409
    assert "begins today or later" in answer.content.decode()
    same = given(sits, review_on=today().isoformat(), once="t3")
    assert chair.post("/meetings/mace/terms/keep", same).status_code == 409


@pytest.mark.databases
def test_a_sitting_of_another_body_or_one_that_nobody_held_agrees_to_nothing(town):  # noqa: F811
    from redshank.web.meetings.models import Sitting

    daily = held("daily", "duty_inspector")
    planned = Sitting.objects.create(meeting="mace", at=tools.NOW)
    for sits in (daily, planned):
        answer = tools.client("mace_coordinator").post("/meetings/mace/terms/keep", given(sits))
        assert answer.status_code == 400


@pytest.mark.parametrize("role", list(ROLES))
def test_members_read_the_terms_and_only_who_keeps_the_body_writes_them(town, role):  # noqa: F811
    sits, sits_in = held(), role in body("mace").roles
    client = tools.client(role)
    assert client.get("/meetings/mace/terms").status_code == (200 if sits_in else 404)
    answer = client.post("/meetings/mace/terms/keep", given(sits))
    assert answer.status_code == (302 if body("mace").runs(role) else 404)
    assert client.get("/meetings/none/terms").status_code == 404


@pytest.mark.databases
def test_minutes_and_packs_name_the_version_in_force_on_the_day_of_the_sitting(town):  # noqa: F811
    from docx import Document

    chair, sits = tools.client("mace_coordinator"), held()
    day = sits.at.date().isoformat()
    before = chair.get(f"/meetings/mace/{day}/pack.docx")
    assert "No terms of reference are kept for this body." in words(Document(BytesIO(before.content)))
    first = given(sits, valid_from=sits.at.date().isoformat())
    assert chair.post("/meetings/mace/terms/keep", first).status_code == 302
    pack = words(Document(BytesIO(chair.get(f"/meetings/mace/{day}/pack.docx").content)))
    assert "Version 1 of the terms of reference" in pack
    assert "Version 1 of the terms of reference" in chair.get(f"/meetings/mace/{day}").content.decode()


def words(document) -> str:
    return "\n".join(p.text for p in document.paragraphs)


def test_the_chair_is_asked_for_terms_that_lack_and_for_a_review_that_is_past(town):  # noqa: F811
    from redshank.web.meetings import terms
    from redshank.web.notices import reminders
    from redshank.web.notices.models import Notice

    from .test_notices_reminders import noon

    chair, sits = tools.client("mace_coordinator"), held()
    assert "Multi-agency child exploitation meeting: no terms of reference are kept" in chair.get("/").content.decode()  # fmt: skip
    review = today() + timedelta(days=100)
    chair.post("/meetings/mace/terms/keep", given(sits, review_on=review.isoformat()))
    assert "no terms of reference are kept" not in chair.get("/").content.decode()
    told_at = [(n, reminders.sweep(noon(review + timedelta(days=n)))) for n in (-29, -28, -1, 1, 2)]
    assert told_at == [(-29, 0), (-28, 1), (-1, 0), (1, 1), (2, 0)]
    kinds = list(Notice.objects.filter(user=chair.user).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["terms_due", "terms_overdue"]
    assert "/meetings/mace/terms" in chair.get("/notices").content.decode()
    assert "were to be reviewed" in terms.says("mace", review + timedelta(days=1))


# ---- a sitting before its date -------------------------------------------------------------------------


@pytest.mark.databases
def test_the_chair_is_taken_before_the_date_only_with_a_reason_that_is_kept(town):  # noqa: F811
    from redshank.web.meetings.models import Sitting

    duty = tools.client("duty_inspector")
    day = body("daily").next(tools.NOW + timedelta(days=2)).date().isoformat()
    assert "why it is held before its date" in duty.get(f"/meetings/daily/{day}").content.decode()
    for wrong in ({}, {"early_why": "  "}):
        answer = duty.post(f"/meetings/daily/{day}/act", {"act": "begin", "once": "b"} | wrong)
        assert answer.status_code == 400
        assert "Write why it is held before its date" in answer.content.decode()
    assert not Sitting.objects.exists()
    answer = duty.post(f"/meetings/daily/{day}/act", {"act": "begin", "once": "b", "early_why": "A bank holiday"})  # fmt: skip
    assert answer.status_code == 302
    shown = duty.get(f"/meetings/daily/{day}").content.decode()
    assert "The chair was taken before its date, because: A bank holiday" in shown
    from docx import Document

    pack = words(Document(BytesIO(duty.get(f"/meetings/daily/{day}/pack.docx").content)))
    assert "taken before the date of the sitting, because: A bank holiday" in pack


def test_on_its_date_or_after_it_nobody_is_asked_why(town):  # noqa: F811
    sits = held("daily", "duty_inspector")
    assert sits.state == "open"
    assert sits.early_why == ""


def test_no_other_way_takes_the_chair_early_without_a_reason(town):  # noqa: F811
    from redshank.web.meetings import sittings

    at = body("daily").next(tools.NOW + timedelta(days=2))
    with pytest.raises(sittings.NotAllowed, match="write why"):
        sittings.begin(tools.account("duty_inspector"), sittings.Sitting(meeting="daily", at=at), " ")
