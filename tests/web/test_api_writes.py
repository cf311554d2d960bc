"""What is written over the interface: by the very functions of the pages, once, with its entry in the audit."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from redshank.web.concerns.models import Concern
from redshank.web.flags.definition import IN_FORCE
from redshank.web.flags.models import Act, Flag
from redshank.web.meetings import actions
from redshank.web.meetings.models import Action
from redshank.web.meetings.raising import Subject
from redshank.web.trail.models import Entry

from .answers import state
from .api_tools import WHY, problem, program
from .conftest import decide, opens

CONCERN = {"what": "A car waits outside the school each afternoon.", "danger": "no", "place": "Plover Lane"}
BESIDE = frozenset({"api.Token", "searching.Asked"})


def flag_of(place, **more):
    return {
        "about": "group", "ident": place.group["open"], "answers": {**{s.key: "yes" for s in IN_FORCE.steps}, "group": "yes"},
        "axes": {a["key"]: next(iter(a["options"])) for a in IN_FORCE.axes}, "confidence": next(iter(IN_FORCE.confidence)),
        "rationale": "What the records state together.", "evidence": ["crimes:C-open"],
    } | more  # fmt: skip


# ---- concerns ---------------------------------------------------------------------------------------


@pytest.mark.databases
def test_a_concern_lands_where_the_form_would_put_it_and_its_author_reads_the_answer(sign_in):
    author, officer = sign_in("response_officer"), sign_in("exploitation_officer")
    api = program(author)
    answer = api.post("concerns", CONCERN | {"child_name": "Cara Wrenfield", "once": "a1"})
    assert answer.status_code == 201, answer.content
    number = answer.json()["number"]
    concern = Concern.objects.get(pk=number)
    assert (concern.author, concern.queue, concern.what) == (author.user, "exploitation", CONCERN["what"])
    entry = Entry.objects.get(kind="concern", ident=str(number), action="collection")
    assert (entry.purpose, "token" in json.loads(entry.details)) == (WHY, True)
    told = api.get(f"concerns/{number}").json()
    assert (told["state"], told["answers"]) == ("waiting", [])
    officer.post(f"/concerns/{number}/answer", {"kind": "taken_up", "text": "We visit today.", "steps": "0"})
    told = api.get(f"concerns/{number}").json()
    assert (told["state"], told["answers"][0]["text"]) == ("taken_up", "We visit today.")


def test_one_sent_twice_is_one_and_danger_goes_to_the_duty_inspector(sign_in):
    api = program(sign_in("response_officer"))
    first = api.post("concerns", CONCERN | {"danger": "yes", "once": "same"}).json()
    again = api.post("concerns", CONCERN | {"danger": "yes", "once": "same"}).json()
    assert (first["number"], Concern.objects.count()) == (again["number"], 1)
    assert Concern.objects.get().queue == "duty"


def test_a_concern_is_told_what_words_blame_a_child_and_nothing_is_rewritten(sign_in):
    answer = program(sign_in("response_officer")).post("concerns", CONCERN | {"what": "She ran away again."})
    assert answer.json()["hints"][0]["phrase"]
    assert Concern.objects.get().what == "She ran away again."


def test_nobody_reads_anothers_concern_over_the_interface_not_even_who_answers_it(sign_in):
    author, officer = program(sign_in("response_officer")), program(sign_in("exploitation_officer"))
    number = author.post("concerns", CONCERN | {"child_name": "X Y"}).json()["number"]
    for other in (officer, program(sign_in("response_officer-2"))):
        assert other.get(f"concerns/{number}").status_code == 404
        assert other.get("concerns").json()["total"] == 0


def test_an_answer_about_ones_own_family_is_not_read_by_the_author(sign_in, place):
    from redshank.web.policy.models import Conflict

    author, officer = sign_in("response_officer"), sign_in("exploitation_officer")
    api = program(author)
    number = api.post("concerns", CONCERN | {"child_name": "Cara Wrenfield"}).json()["number"]
    officer.post(f"/concerns/{number}/answer", {"kind": "taken_up", "text": "We visit today.", "steps": "0"})
    Conflict.objects.create(user=author.user, person_id=place.person["Cara"], by=officer.user, reason="niece")
    told = api.get(f"concerns/{number}").json()
    assert (told["state"], told["answers"]) == ("waiting", [])
    assert api.get("concerns").json()["items"][0]["state"] == "waiting"


# ---- flags ------------------------------------------------------------------------------------------


@pytest.mark.databases
def test_a_flag_is_proposed_as_the_page_does_and_never_confirmed(sign_in, place):
    client = sign_in("partnership_officer")
    api = program(client)
    opens(client, "crimes:C-open")
    answer = api.post("flags", flag_of(place, once="f1"))
    assert answer.status_code == 201, answer.content
    flag = Flag.objects.get()
    act = Act.objects.get()
    assert (flag.state, act.kind, act.by, act.parsed("evidence")) == (
        "proposed",
        "proposed",
        client.user,
        ["crimes:C-open"],
    )
    assert act.parsed("opened").keys() == {"crimes:C-open"}
    assert act.parsed("shown")["sentence"]
    assert (
        Entry.objects.filter(
            kind="group", ident=place.group["open"], action="alteration", purpose=WHY
        ).count()
        == 1
    )
    assert api.post("flags", flag_of(place, once="f1")).json()["number"] == flag.pk
    assert Flag.objects.count() == 1
    assert decide(sign_in("exploitation_officer"), flag.pk, "confirmed").status_code == 302
    assert [a["kind"] for a in api.get(f"flags/{flag.pk}").json()["history"]] == ["Proposed", "Confirmed"]


def test_no_operation_decides_on_a_flag():
    from redshank.web.api.routes import described

    writes = {(p, m) for p, some in described()["paths"].items() for m in some if m != "get"}
    assert writes == {
        ("/api/v1/concerns", "post"), ("/api/v1/flags", "post"), ("/api/v1/actions/{number}/steps", "post"), ("/api/v1/language/checks", "post"),
    }  # fmt: skip


def test_a_flag_needs_a_record_that_its_proposer_opened_on_the_pages(sign_in, place):
    api = program(sign_in("partnership_officer"))
    api.get(f"findings/groups/{place.group['open']}")
    answer = api.post("flags", flag_of(place))
    assert (answer.status_code, problem(answer)["code"], Flag.objects.count()) == (409, "rule", 0)
    assert "Open at least one of the records" in problem(answer)["message"]


def test_one_open_flag_on_a_thing_at_a_time(sign_in, place):
    client = sign_in("partnership_officer")
    opens(client, "crimes:C-open")
    api = program(client)
    assert api.post("flags", flag_of(place)).status_code == 201
    assert api.post("flags", flag_of(place)).status_code == 409
    assert Flag.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"answers": {}}, {"axes": {}}, {"confidence": "sure"}, {"rationale": " "}, {"evidence": []}, {"evidence": ["crimes:C-other"]}, {"state": "confirmed"}],
)  # fmt: skip
def test_a_flag_that_lacks_something_is_not_made_and_says_what(sign_in, place, wrong):
    client = sign_in("partnership_officer")
    opens(client, "crimes:C-open")
    answer = program(client).post("flags", flag_of(place, **wrong))
    assert (answer.status_code, Flag.objects.count()) == (400, 0)
    assert problem(answer)["fields"]


def test_no_flag_is_proposed_on_what_is_out_of_sight(sign_in, place):
    """An uncleared role and a thing of handling C: the answer for what does not exist, and nothing changed."""
    api = program(sign_in("partnership_officer"))
    before = state(BESIDE)
    nothing = api.post("flags", flag_of(place, ident="g-000000000000"))
    closed = api.post("flags", flag_of(place, ident=place.group["closed"]))
    assert (closed.status_code, closed.content) == (404, nothing.content)
    assert state(BESIDE) == before


# ---- tasks ------------------------------------------------------------------------------------------


def task_of(owner, supervisor, place, once="t", **more):
    sets = {
        "task": "Walk by the lodge", "strand": "protect", "rationale": "Children gather", "measure": "Fewer calls",
        "due": timezone.localdate() + timedelta(days=3), "owner": owner, "supervisor": supervisor,
    } | more  # fmt: skip
    subject = Subject("place", place.cell["lodge"], "The lodge")
    return actions.give(supervisor, subject, actions.Task(**sets), once)[0]


@pytest.mark.databases
def test_a_task_is_reported_on_and_ended_by_its_owner_and_nobody_else(sign_in, place):
    owner, lead, other = (
        sign_in("exploitation_officer"),
        sign_in("safeguarding_lead"),
        sign_in("exploitation_officer-2"),
    )
    task = task_of(owner.user, lead.user, place)
    api, others = program(owner), program(other)
    assert [t["number"] for t in api.get("actions").json()["items"]] == [task.pk]
    assert others.get(f"actions/{task.pk}").status_code == 404
    assert others.post(f"actions/{task.pk}/steps", {"kind": "complete", "text": "x"}).status_code == 404
    seen = api.get(f"actions/{task.pk}").json()["steps"][-1]["number"]
    done = api.post(
        f"actions/{task.pk}/steps", {"kind": "complete", "text": "Walked at six.", "seen": seen, "once": "s1"}
    )
    assert done.status_code == 201, done.content
    task.refresh_from_db()
    assert (task.state, task.result) == ("complete", "Walked at six.")
    entry = Entry.objects.filter(kind="action", action="alteration").latest("pk")
    assert (entry.user, entry.purpose) == (owner.user, WHY)
    again = api.post(
        f"actions/{task.pk}/steps", {"kind": "complete", "text": "Walked at six.", "seen": seen, "once": "s1"}
    )
    assert (again.status_code, task.steps.count()) == (201, 2)
    assert (
        api.post(f"actions/{task.pk}/steps", {"kind": "reported", "text": "more", "seen": 2**50}).status_code
        == 409
    )


def test_a_task_of_a_team_is_taken_and_who_is_second_is_told(sign_in, place):
    lead, one, two = (
        sign_in("safeguarding_lead"),
        sign_in("neighbourhood_officer"),
        sign_in("neighbourhood_officer-2"),
    )
    task = task_of(lead.user, lead.user, place, team="neighbourhood_officer")
    seen = program(two).get(f"actions/{task.pk}").json()["steps"][-1]["number"]
    step = {"kind": "taken", "seen": seen}
    assert program(one).post(f"actions/{task.pk}/steps", {"kind": "taken"}).status_code == 409  # unread
    assert program(one).post(f"actions/{task.pk}/steps", step).status_code == 201
    assert program(two).post(f"actions/{task.pk}/steps", step).status_code == 404
    assert Action.objects.get(pk=task.pk).owner == one.user


def test_handing_on_and_withdrawing_stay_on_the_pages(sign_in, place):
    owner, lead = sign_in("exploitation_officer"), sign_in("safeguarding_lead")
    task = task_of(owner.user, lead.user, place)
    for kind in ("handed", "dated", "withdrawn"):
        assert program(owner).post(f"actions/{task.pk}/steps", {"kind": kind, "text": "x"}).status_code == 400


# ---- language ---------------------------------------------------------------------------------------


def test_a_text_is_checked_and_leaves_no_trace(sign_in):
    api = program(sign_in("learning"))
    before, entries = state(BESIDE), Entry.objects.count()
    answer = api.post("language/checks", {"text": "She ran away again, and she is streetwise."})
    assert answer.status_code == 200
    assert {"streetwise"} <= {h["phrase"] for h in answer.json()["hits"]}
    assert (state(BESIDE), Entry.objects.count()) == (before, entries)
