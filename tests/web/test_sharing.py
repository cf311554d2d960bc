"""What is asked of agencies and comes of it; the record of the front door; and what happens around a meeting's agenda."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from redshank.web.accounts.roles import ROLES

from . import worklist_tools as tools
from .test_meetings import again, body, decide, later, raise_child
from .test_meetings_pages import sitting_of
from .worklist_fixtures import application, town  # noqa: F401

SCHOOL, HEALTH = "Northmoor schools", "Northmoor health"


def child_page(client, ident: str = "p-ada"):
    """A child's page, opened from the worklist, which gives the reason."""
    client.get("/worklist")
    return client.get(
        f"/children/{ident}", headers={"referer": f"http://testserver/worklist/items/child/{ident}"}
    )


def partner(agency: str = SCHOOL):
    tools.account("partner_member", agency.split()[1], agency=agency)
    return tools.client("partner_member", agency.split()[1])


def form(**more):
    due = (tools.NOW + timedelta(days=10)).date().isoformat()
    return {"once": "a", "agency": SCHOOL, "what": "Attendance this term", "why": "To see where help is needed", "gateway": "ca2004", "due": due} | more  # fmt: skip


def asked(about: str = "child", ident: str = "p-ada", **more):
    from redshank.web.sharing.models import Ask

    partner()
    sent = tools.client("exploitation_officer").post(f"/sharing/ask/{about}/{ident}", form(**more))
    assert sent.status_code == 302, tools.text_of(sent)
    return Ask.objects.get(pk=int(sent.url.rsplit("/", 1)[1]))


def record(ask, kind: str, why: str = "The school says so", role: str = "exploitation_officer", **more):
    sent = {"kind": kind, "why": why, "once": more.pop("once", f"{kind}-{ask.steps.count()}"), "seen": ask.steps.count(), "on": tools.NOW.date().isoformat()} | more  # fmt: skip
    return tools.client(role).post(f"/sharing/{ask.pk}/add", sent)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def put_back(ask, days: int) -> None:
    type(ask).objects.filter(pk=ask.pk).update(due=date.today() - timedelta(days=days))


@pytest.mark.databases
def test_an_agency_is_asked_chased_answers_in_part_then_wholly_and_reads_what_came_of_it(town, database):  # noqa: F811
    ask = asked()
    there = partner()
    assert "Attendance this term" in tools.first(there)
    put_back(ask, 1)
    assert "have not answered in time: chase them" in tools.first(tools.client("exploitation_officer"))
    sha = "a" * 64
    for kind, more in (("chased", {}), ("partly", {}), ("received", {"file_name": "attendance.csv", "sha256": sha}), ("told", {"why": "A worker was named"})):  # fmt: skip
        assert record(ask, kind, **more).status_code == 302, kind
    assert (fresh(ask).state, ask.steps.count()) == ("received", 4)
    page = tools.text_of(there.get(f"/sharing/{ask.pk}"))
    for words in ("The agency was chased", "Partly given", "attendance.csv", sha, "A worker was named", "co-operation and safeguarding"):  # fmt: skip
        assert words in page
    assert "Record what came of it" not in page
    assert there.post(f"/sharing/{ask.pk}/add", {"kind": "told"}).status_code == 404
    child = tools.text_of(child_page(tools.client("exploitation_officer")))
    assert "Asked of agencies" in child


def test_to_ask_and_to_tell_are_disclosures_with_their_recipient_in_the_audit(town):  # noqa: F811
    from redshank.web.trail.models import Entry

    ask = asked()
    record(ask, "refused", "No consent was given")
    record(ask, "told", "Another way was found")
    details = [e.details for e in Entry.objects.filter(action="disclosure")]
    assert len([d for d in details if SCHOOL in d]) == 2


def test_an_agency_sees_its_own_rows_and_none_of_another(town):  # noqa: F811
    ask = asked()
    other = partner(HEALTH)
    assert other.get(f"/sharing/{ask.pk}").status_code == 404
    page = tools.text_of(other.get("/sharing"))
    assert "Attendance" not in page
    assert SCHOOL not in page
    mine = tools.text_of(partner().get("/sharing"))
    assert "Ada THORN" in mine


@pytest.mark.databases
def test_each_count_of_the_register_opens_to_as_many_rows(town, database):  # noqa: F811
    import re

    first, second, third = (asked(once=n) for n in "abc")
    record(second, "refused", "Nothing is held")
    record(third, "received", "A list of days")
    put_back(first, 2)
    partner(HEALTH)
    for role in ("safeguarding_lead", "auditor"):
        client = tools.client(role)
        page = client.get("/sharing").content.decode()
        cells = re.findall(r'<td[^>]*><a class="govuk-link" href="(\?agency=[^"]+)">(\d+)</a>', page)
        assert [int(n) for _, n in cells] == [3, 1, 1, 0, 1, 1, 0, 2], role
        for query, n in cells:
            rows = client.get("/sharing" + query.replace("&amp;", "&")).context["shown"]
            assert rows.total == int(n), (role, query)


def test_the_auditor_reads_what_was_asked_and_not_of_whom(town):  # noqa: F811
    ask = asked()
    page = tools.text_of(tools.client("auditor").get(f"/sharing/{ask.pk}"))
    assert "About a child" in page
    assert "Ada" not in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"gateway": "none"}, "Name the gateway"),
        ({"agency": "Nobody's"}, "Choose an agency"),
        ({"due": "2020-01-01"}, "still to come"),
        ({"due": "soon"}, "still to come"),
        ({"what": " "}, "Write what the agency is asked for"),
        ({"why": "x" * 4001}, "no more than 4,000"),
    ],
)
def test_an_ask_that_lacks_something_is_refused_with_what_was_typed(town, wrong, said):  # noqa: F811
    from redshank.web.sharing.models import Ask

    partner()
    sent = tools.client("exploitation_officer").post("/sharing/ask/child/p-ada", form(**wrong))
    assert sent.status_code == 400
    assert said in tools.text_of(sent)
    assert wrong.get("what") or "Attendance this term" in sent.content.decode()
    assert not Ask.objects.exists()


@pytest.mark.parametrize(
    ("kind", "more", "status", "said"),
    [
        ("received", {"file_name": "a.csv"}, 400, "together"),
        ("received", {"file_name": "a.csv", "sha256": "zz"}, 400, "64 characters"),
        ("refused", {"file_name": "a.csv", "sha256": "a" * 64}, 400, "belongs to what was received"),
        ("received", {"on": "2999-01-01"}, 400, "still to come"),
        ("told", {}, 409, "nothing to tell it yet"),
        ("lost", {}, 400, "Choose what you record"),
    ],
)
def test_a_step_that_cannot_be_is_refused_and_keeps_nothing(town, kind, more, status, said):  # noqa: F811
    ask = asked()
    sent = record(ask, kind, **more)
    assert sent.status_code == status
    assert said in tools.text_of(sent)
    assert not ask.steps.exists()


def test_what_came_after_the_agency_was_told_is_to_be_told_again(town):  # noqa: F811
    ask = asked()
    for kind in ("partly", "told"):
        assert record(ask, kind).status_code == 302
    assert fresh(ask).told_at is not None
    assert record(ask, "received").status_code == 302
    assert fresh(ask).told_at is None


def test_two_who_record_at_once_and_a_form_sent_twice(town):  # noqa: F811
    ask = asked()
    assert record(ask, "partly", once="one").status_code == 302
    assert record(ask, "partly", once="one", seen=0).status_code == 302
    late = record(ask, "refused", "It was refused", role="mace_coordinator", seen=0)
    assert late.status_code == 409
    assert "recorded something meanwhile" in tools.text_of(late)
    assert "It was refused" in late.content.decode()
    assert ask.steps.count() == 1


def test_what_rests_on_handling_c_is_asked_of_no_agency(town):  # noqa: F811
    from redshank.web.sharing.models import Ask

    partner()
    sent = tools.client("exploitation_officer").post("/sharing/ask/group/g-c", form())
    assert sent.status_code == 400
    assert "handling C" in tools.text_of(sent)
    assert not Ask.objects.exists()


@pytest.mark.parametrize("role", list(ROLES))
def test_rows_about_what_is_out_of_sight_answer_like_none(town, role):  # noqa: F811
    from redshank.web.policy.models import Restriction

    ask, referral = asked(), referred()
    lead = tools.account("safeguarding_lead", "other")
    Restriction.objects.create(kind="person", ident="p-ada", by=lead, reason="for the test")
    client = tools.client(role, "reader")
    for path in (f"/sharing/{ask.pk}", f"/mash/{referral.pk}"):
        assert client.get(path).status_code == 404, path
        assert client.post(f"{path}/add", {"kind": "added", "why": "x"}).status_code == 404, path
    assert not ask.steps.exists()
    assert not referral.steps.exists()


def test_what_a_partner_sends_unasked_has_a_receipt_and_an_answer_that_only_its_agency_reads(town):  # noqa: F811
    from redshank.web.concerns.models import Concern

    sender, other = partner(), partner(HEALTH)
    sent = sender.post("/concerns/raise", {"what": "A child was met at the gate.", "danger": "no", "child_name": "", "once": "c", "advised": "", "place": "the gate"})  # fmt: skip
    if sent.status_code == 200:  # advice on words is shown once
        sent = sender.post("/concerns/raise", {"what": "A child was met at the gate.", "danger": "no", "once": "c", "advised": sent.context["advice"]["advised"], "place": "the gate"})  # fmt: skip
    assert sent.status_code == 302
    concern = Concern.objects.get()
    assert (concern.agency, concern.state) == (SCHOOL, "waiting")
    tools.client("analyst").post(f"/concerns/{concern.pk}/answer", {"kind": "taken_up", "text": "We speak with the staff", "steps": "0", "once": "x"})  # fmt: skip
    assert "We speak with the staff" in tools.text_of(sender.get(f"/concerns/{concern.pk}"))
    assert other.get(f"/concerns/{concern.pk}").status_code == 404


# ---- the front door ------------------------------------------------------------------------------------


def referred(days: float = 3, ident: str = "p-ada"):
    from redshank.web.meetings import raising
    from redshank.web.sharing import acts

    user = tools.account("exploitation_officer")
    of = raising.subject(user, "child", ident)
    return acts.refer(
        user, of, "A school", "Met by an older man", tools.NOW - timedelta(days=days), f"m{ident}"
    )


def answered(referral, kind: str, hours: float = 1, role: str = "exploitation_officer", **more):
    at = (tools.NOW - timedelta(hours=hours)).astimezone()
    from .test_meetings import LONDON

    at = at.astimezone(LONDON)
    sent = {"kind": kind, "why": f"{kind} was written", "once": f"{kind}-{referral.steps.count()}", "seen": referral.steps.count(), "day": at.date().isoformat(), "time": at.strftime("%H:%M")} | more  # fmt: skip
    return tools.client(role).post(f"/mash/{referral.pk}/add", sent)


@pytest.mark.databases
def test_a_referral_goes_its_way_and_is_late_on_the_officers_first_page_until_it_is_answered(town, database):  # noqa: F811
    officer = tools.client("exploitation_officer")
    day = (tools.NOW - timedelta(days=8)).date().isoformat()
    sent = officer.post("/mash/refer/p-ada", {"agency": "A school", "what": "Met by an older man", "day": day, "time": "10:00", "record": "partner_referrals:R-1", "once": "m"})  # fmt: skip
    assert sent.status_code == 302
    from redshank.web.sharing.models import Referral

    referral = Referral.objects.get()
    assert referral.record_key == "partner_referrals:R-1"
    assert "MASH referrals past their date" in tools.first(officer)
    assert "waits for the threshold answer" in tools.first(officer)
    assert answered(referral, "threshold", 5, answer="strategy").status_code == 302
    assert "waits for the threshold answer" not in tools.first(officer)
    assert answered(referral, "strategy", 4).status_code == 302
    assert answered(referral, "outcome", 3).status_code == 302
    assert (fresh(referral).waits, fresh(referral).due) == ("closed", None)
    child = tools.text_of(child_page(officer))
    for words in ("referred by A school", "Threshold answer, strategy discussion", "strategy was written", "outcome was written"):  # fmt: skip
        assert words in child


def test_the_threshold_answer_is_due_the_working_day_after_and_a_weekend_does_not_count(town):  # noqa: F811
    from redshank.web.sharing.acts import _due

    from .test_meetings import at

    assert _due("threshold", at("2026-11-20T16:00")) == at("2026-11-23T17:00")


def test_a_step_that_the_referral_does_not_wait_for_is_refused(town):  # noqa: F811
    referral = referred()
    assert answered(referral, "outcome").status_code == 409
    assert answered(referral, "threshold", answer="").status_code == 400
    assert answered(referral, "threshold", 24 * 30, answer="none").status_code == 409
    assert answered(referral, "added", role="missing_adviser").status_code == 404
    assert not referral.steps.exists()
    assert answered(referral, "withdrawn").status_code == 302
    assert (fresh(referral).waits, fresh(referral).due) == ("withdrawn", None)
    assert answered(referral, "threshold", answer="none").status_code == 409
    with pytest.raises(Exception, match="never changed"):
        referral.steps.get().save()


def test_where_a_child_stands_at_the_front_door_is_beside_it_on_the_agenda(town):  # noqa: F811
    referred()
    raised = raise_child()
    page = tools.text_of(tools.client("duty_inspector").get(sitting_of(raised)))
    assert "MASH" not in page  # this role does not see referrals
    page = tools.text_of(tools.client("analyst").get(sitting_of(raised)))
    assert "waits for the threshold answer, late" in page


# ---- the way to MACE, and what happens around an agenda ------------------------------------------------


@pytest.mark.parametrize("role", ["missing_adviser", "exploitation_officer"])
def test_adviser_and_officer_refer_to_mace_from_the_childs_page_with_why(town, role):  # noqa: F811
    from redshank.web.meetings.models import Raised

    tools.account("mace_coordinator")
    client = tools.client(role)
    assert 'href="/raise/child/p-ada"' in child_page(client).content.decode()
    assert client.post("/raise/child/p-ada", {"meeting": "mace", "why": "", "once": "m"}).status_code == 400
    assert client.post("/raise/child/p-ada", {"meeting": "mace", "why": "Away twice", "once": "m"}).status_code == 302  # fmt: skip
    raised = Raised.objects.get()
    assert (raised.meeting, raised.by, raised.why, raised.ident) == (
        "mace",
        client.user,
        "Away twice",
        "p-ada",
    )
    assert raised.next_on == body("mace").next(raised.at)


def withdrawn(raised, client, why: str = "The school took it back"):
    return client.post(f"/raised/{raised.pk}/withdrawn", {"withdrawn_why": why, "once": "w", "seen": "0"})


@pytest.mark.databases
def test_a_referral_that_an_agency_withdraws_stays_until_the_chair_decides(town, database):  # noqa: F811
    from redshank.web.meetings.acts import NotAllowed

    raised = raise_child()
    before = (raised.owner_id, raised.next_on)
    assert withdrawn(raised, tools.client("analyst"), " ").status_code == 400
    assert withdrawn(raised, tools.client("researcher")).status_code == 302  # the clerk, for the agency
    now = again(raised)
    assert (now.owner_id, now.next_on, now.closed_at) == (*before, None)
    page = tools.text_of(tools.client("duty_inspector").get(sitting_of(raised)))
    assert "withdrawn by the agency" in page
    assert "The school took it back" in tools.text_of(tools.client("analyst").get(f"/raised/{raised.pk}"))
    with pytest.raises(NotAllowed, match="the chair's decision"):
        decide(raised, "closed", "safeguarding_lead")
    decide(raised, "closed", "duty_inspector", once="chair")
    assert again(raised).closed_at is not None


def test_what_was_withdrawn_leaves_by_no_merging_either(town):  # noqa: F811
    from redshank.web.meetings import acts

    raised, into = raise_child(), raise_child(ident="p-ben", once="other")
    assert withdrawn(raised, tools.client("researcher")).status_code == 302
    d = acts.Decision("merged", "one matter", "m", seen=raised.moves.last().pk, into=into.pk)
    with pytest.raises(acts.NotAllowed, match="the chair's decision"):
        acts.merge(tools.account("safeguarding_lead"), raised.pk, d)
    acts.merge(tools.account("duty_inspector"), raised.pk, d)
    assert again(raised).closed_at is not None


def test_who_neither_raised_it_nor_keeps_the_meeting_withdraws_nothing(town):  # noqa: F811
    raised = raise_child()
    assert withdrawn(raised, tools.client("missing_adviser")).status_code == 409
    assert not raised.moves.exists()


@pytest.mark.parametrize(("ago", "said"), [(1, "turned 18"), (-30, "turns 18")])
def test_a_child_who_turns_18_stays_on_the_agenda_which_asks_for_a_transition(town, ago, said):  # noqa: F811
    from redshank.web.heads.models import Person
    from redshank.web.meetings.acts import NotAllowed
    from redshank.web.pages.around import publication

    raised = raise_child()
    day = publication().as_of.date() - timedelta(days=ago)
    Person.objects.filter(person_id="p-ada").update(born=day.replace(year=day.year - 18))
    page = tools.text_of(tools.client("duty_inspector").get(sitting_of(raised)))
    assert said in page
    assert "a transition plan is asked for" in page
    assert again(raised).closed_at is None
    if ago > 0:
        with pytest.raises(NotAllowed, match="turned 18"):
            decide(raised, "closed", "safeguarding_lead")
        decide(raised, "closed", "duty_inspector", once="chair")


def merged_in_the_records(was: str = "p-ben", now: str = "p-ada"):
    from redshank.web.heads.models import Moved

    return Moved.objects.create(**tools._row(kind="person", was=was, now=now))


@pytest.mark.databases
def test_children_who_are_one_person_are_united_and_taken_apart_it_says_where_it_stays(town, database):  # noqa: F811
    ada, ben = raise_child(), raise_child(ident="p-ben", once="b")
    decide(ben, "moved", owner=ben.owner, next_on=later(3), once="ben")
    decide(ada, "moved", owner=ada.owner, next_on=later(9), once="ada")
    moved = merged_in_the_records()
    analyst = tools.client("analyst")
    assert "as one person: unite them" in tools.text_of(analyst.get(f"/raised/{ben.pk}"))
    sent = analyst.post(f"/raised/{ben.pk}/merge", {"into": str(ada.pk), "merge_why": "One child, two spellings", "once": "u", "seen": str(10**9)})  # fmt: skip
    assert sent.status_code == 302
    one, other = again(ada), again(ben)
    assert (one.closed_at, other.closed_at is None) == (None, False)
    assert one.next_on == later(3)  # the nearer of the two
    union = one.moves.get(kind="united")
    assert (union.into_id, union.by) == (ben.pk, analyst.user)
    page = tools.text_of(analyst.get(f"/raised/{ada.pk}"))
    assert "What was taken into it: Ben WICK" in page
    assert "talked about" in page
    assert "two people again" not in page
    moved.delete()
    page = tools.text_of(analyst.get(f"/raised/{ada.pk}"))
    assert "the records hold two people again" in page.lower()
    assert again(ada).ident == "p-ada"


def test_what_was_raised_under_an_older_id_is_read_on_the_page_of_the_child_it_went_into(town):  # noqa: F811
    ben = raise_child(ident="p-ben", once="b")
    merged_in_the_records()
    assert f'href="/raised/{ben.pk}"' in child_page(tools.client("analyst")).content.decode()


# ---- not shared because of detriment; the register as a file; the child's timeline ----------------------


@pytest.mark.databases
def test_not_shared_because_of_detriment_is_an_outcome_with_its_reason(town, database):  # noqa: F811
    ask = asked()
    assert record(ask, "detriment", "").status_code == 400
    assert record(ask, "detriment", "It would tell the adult where she lives").status_code == 302
    assert fresh(ask).state == "detriment"
    assert record(ask, "received", "Too late").status_code == 409  # it is decided; who needs it asks anew
    officer = tools.client("exploitation_officer")
    page = tools.text_of(officer.get(f"/sharing/{ask.pk}"))
    assert "It would tell the adult where she lives" in page
    assert "not shared, because of detriment" in page
    for show, n in (("detriment", 1), ("refused", 0), ("untold", 1), ("open", 0)):
        assert len(officer.get(f"/sharing?show={show}").context["shown"].page) == n, show


def test_the_register_of_asks_goes_out_as_a_file_as_its_reader_sees_it(town):  # noqa: F811
    import csv
    import io

    from redshank.web.trail.models import Entry

    first, second = asked(what="=Attendance"), asked(once="b", what="Exclusions")
    record(first, "received", "A list of days")
    client = tools.client("safeguarding_lead")
    answer = client.get("/sharing.csv?show=received")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0] == rows[-1] == ["OFFICIAL-SENSITIVE"]
    assert len(rows) == 4
    told = dict(zip(rows[1], rows[2], strict=True))
    assert (told["What was asked"], told["Agency"], told["Where it stands"]) == (
        "'=Attendance",
        SCHOOL,
        "received",
    )
    assert "Received, A list of days" in told["Steps, the oldest first"]
    assert "Exclusions" in client.get("/sharing.csv").content.decode()
    assert Entry.objects.filter(action="disclosure", details__contains='"rows"').count() == 2
    assert partner().get("/sharing.csv").status_code == 404
    assert second.state == "open"


def test_asks_and_the_front_door_stand_in_the_childs_own_timeline(town):  # noqa: F811
    ask, referral = asked(), referred()
    record(ask, "refused", "No consent was given")
    answered(referral, "threshold", answer="strategy")
    officer = tools.client("exploitation_officer")
    child_page(officer)
    page = officer.get("/children/p-ada/file")
    words = tools.text_of(page)
    for said in (
        f"Asked of {SCHOOL}", f"{SCHOOL}: refused", "No consent was given", "Referred to the MASH by A school",
        "MASH: Threshold answer, strategy discussion", "threshold was written",
    ):  # fmt: skip
        assert said in words, said
    at = [e.at for e in page.context["entries"]]
    assert at == sorted(at, reverse=True)
    other = tools.client("exploitation_officer")
    other.get("/worklist")
    assert "Referred to the MASH" not in tools.text_of(officer.get("/children/p-ben/file"))
