"""What is raised is never lost: at every time one owner and one next date, or a closing decision with a name (practice rule 21)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import worklist_tools as tools
from .worklist_fixtures import application, town  # noqa: F401

LONDON = ZoneInfo("Europe/London")
SOURCE = Path(__file__).parents[2] / "src" / "redshank"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def later(days: int = 9) -> datetime:
    return tools.NOW + timedelta(days=days)


def body(key: str):
    from redshank.web.meetings.bodies import BODIES

    return BODIES[key]


def raise_child(meeting: str = "daily", ident: str = "p-ada", once: str = "r", role: str = "analyst", **more):
    from redshank.web.meetings import raising

    user = tools.account(role)
    of = raising.subject(user, "child", ident)
    return raising.raise_to(user, of, body(meeting), "Seen twice with a man", once, **more)[0]


def decide(raised, kind: str, role: str = "safeguarding_lead", **more):
    from redshank.web.meetings import acts

    d = acts.Decision(
        kind, "talked about", more.pop("once", f"{kind}-{raised.moves.count()}"), seen=10**9, **more
    )
    return acts.decide(tools.account(role), raised.pk, d)


def again(raised):
    from redshank.web.meetings.models import Raised

    return Raised.objects.get(pk=raised.pk)


# ---- every thing is accounted for, whatever is done in whatever order ----------------------------------


def accounted_for() -> None:
    from redshank.web.meetings.bodies import BODIES
    from redshank.web.meetings.models import Raised
    from redshank.web.meetings.models.raised import ENDS

    for r in Raised.objects.all():
        last = r.moves.order_by("pk").last()
        assert r.meeting in BODIES
        if r.closed_at is None:
            assert r.owner.is_active
            assert r.next_on is not None
            assert last is None or last.kind not in ENDS
        else:
            assert last.kind in ENDS
            assert last.by_id
            assert last.why
    for key in Raised.objects.filter(closed_at__isnull=True).values_list(
        "meeting", "about", "ident", "closed"
    ):
        same = dict(zip(("meeting", "about", "ident", "closed"), key, strict=True))
        assert Raised.objects.filter(closed_at__isnull=True, **same).count() == 1


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["raise", "deferred", "taken", "passed", "returned", "moved", "closed", "split", "merge", "cancel", "move", "hold", "leave"]),
        st.integers(0, 5),
        st.integers(0, 6),
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_order_of_acts_loses_a_thing(town, steps):  # noqa: F811
    from django.db import transaction

    from redshank.web.meetings.models import Raised

    with transaction.atomic():
        count = 0
        for n, (kind, a, b) in enumerate(steps):
            one_step(kind, a, b, f"s{n}")
            accounted_for()
            assert Raised.objects.count() >= count
            count = Raised.objects.count()
        transaction.set_rollback(True)


def one_step(kind: str, a: int, b: int, once: str) -> None:
    """One act of a random sequence; what a rule forbids is refused in words, and changes nothing."""
    from django.db import transaction

    from redshank.web.meetings import acts, raising, sittings
    from redshank.web.meetings.bodies import BODIES
    from redshank.web.meetings.models import Raised

    lead, keys = tools.account("safeguarding_lead"), list(BODIES)
    rows = list(Raised.objects.order_by("pk"))
    one = rows[a % len(rows)] if rows else None
    try:
        with transaction.atomic():
            if kind == "raise":
                who = tools.account("analyst", "other" if b % 2 else "")
                about, ident = [
                    ("child", "p-ada"),
                    ("child", "p-ben"),
                    ("group", "g-one"),
                    ("group", "g-c"),
                    ("place", "89town"),
                    ("record", "incidents:I-9"),
                ][a]
                of = raising.subject(who, about, ident)
                target = BODIES[keys[b % len(keys)]]
                if about in target.about and of is not None:  # who has left sees nothing to raise
                    raising.raise_to(who, of, target, "Seen", once, district="Northmoor")
            elif one is None:
                return
            elif kind in ("cancel", "move", "hold"):
                sits = sittings.on_day(
                    BODIES[one.meeting], one.next_on.astimezone(LONDON).date().isoformat(), one.district
                )
                if sits is None:
                    return
                if kind == "cancel":
                    sittings.cancel(lead, sits, "nobody can come", once)
                elif kind == "move":
                    sittings.move(lead, sits, later(2 + b), "the room is taken", once)
                else:
                    sits = sittings.begin(lead, sits, "The chair is away then")
                    sittings.close(lead, sits, "", "no time was left", None, once)
            elif kind == "leave":
                leaver = one.owner
                if leaver.role == "analyst":
                    leaver.is_active = False
                    leaver.save()
                    acts.hand_on_all(lead, leaver, "left the role", once)
            elif kind == "split":
                of = raising.by_hand("school", f"A school {once}", once)
                acts.split(lead, one.pk, [of], acts.Decision("split", "it is more than one", once, 10**9))
            elif kind == "merge":
                into = rows[b % len(rows)].pk
                acts.merge(
                    lead,
                    one.pk,
                    acts.Decision(
                        "merged",
                        "they are one",
                        once,
                        10**9,
                        into=into,
                        gateway="ca2004",
                        toolkit="none, because",
                    ),
                )
            else:
                owner = one.owner if b % 2 else None
                acts.decide(
                    lead, one.pk,
                    acts.Decision(kind, "talked about", once, 10**9, owner, later(1 + b), BODIES[one.meeting].passes[b % max(1, len(BODIES[one.meeting].passes))] if BODIES[one.meeting].passes else "", "Northmoor", gateway="ca2004", toolkit="none, because", told="thank you"),
                )  # fmt: skip
    except (raising.NotAllowed, sittings.NotAllowed):
        return


# ---- where things go -----------------------------------------------------------------------------------


def test_what_is_raised_twice_stands_once_with_both_reasons(town):  # noqa: F811
    from redshank.web.meetings.models import Raised

    first = raise_child()
    second = raise_child(once="r2", role="researcher")
    assert first.pk == second.pk
    assert Raised.objects.count() == 1
    assert [(m.kind, m.by.role) for m in again(first).moves.all()] == [("again", "researcher")]


def test_what_is_passed_on_stands_before_the_next_sitting_of_the_other_body(town):  # noqa: F811
    from redshank.web.meetings import sittings

    raised = raise_child()
    decide(raised, "passed", to="mace")
    found = again(raised)
    assert found.meeting == "mace"
    assert found.next_on == sittings.next_time(body("mace"), tools.NOW)


def test_what_comes_to_a_body_where_it_stands_already_is_one_thing_there(town):  # noqa: F811
    from redshank.web.meetings.models import Raised

    there = raise_child("mace", once="m")
    raised = raise_child()
    decide(raised, "passed", to="mace")
    assert Raised.objects.filter(meeting="mace", closed_at__isnull=True).get().pk == raised.pk
    last = again(there).moves.last()
    assert (last.kind, last.into_id) == ("merged", raised.pk)


def test_tasking_sits_by_district_and_takes_nothing_without_one(town):  # noqa: F811
    from redshank.web.meetings.raising import NotAllowed

    raised = raise_child()
    with pytest.raises(NotAllowed, match="district"):
        decide(raised, "passed", to="tasking")
    decide(raised, "passed", to="tasking", district="Southfen")
    assert again(raised).district == "Southfen"


def test_what_is_not_taken_up_goes_back_with_the_reason_to_who_raised_it_and_where_it_came_from(town):  # noqa: F811
    raised = raise_child("four_weekly")
    decide(raised, "passed", to="tasking", district="Southfen")
    decide(raised, "returned")
    found = again(raised)
    assert (found.meeting, found.owner, found.closed_at) == ("four_weekly", tools.account("analyst"), None)
    assert found.next_on > tools.NOW
    assert found.next_on.astimezone(LONDON).weekday() < 5


def test_a_group_that_a_later_night_no_longer_proposes_is_still_settled_returned_and_handed_on(town):  # noqa: F811
    """Nobody "may see" what has gone, so it could not go back to anybody."""
    from redshank.web.heads.models import Group, Member
    from redshank.web.meetings import acts, raising

    analyst = tools.account("analyst")
    of = raising.subject(analyst, "group", "g-one")
    raised, _ = raising.raise_to(analyst, of, body("four_weekly"), "Seen", "r")
    decide(raised, "passed", to="tasking", district="Northmoor")
    for model in (Group, Member):
        model.objects.filter(group_id="g-one").update(valid_to=tools.RUN)
    assert raising.subject(analyst, "group", "g-one") is None
    decide(raised, "returned")
    assert (again(raised).meeting, again(raised).owner) == ("four_weekly", analyst)
    assert tools.client("researcher").get(f"/raised/{raised.pk}").status_code == 200
    analyst.is_active = False
    analyst.save()
    acts.hand_on_all(tools.account("safeguarding_lead"), analyst, "left", "x")
    assert again(raised).owner.role in (*body("four_weekly").chair, *body("four_weekly").clerk)
    assert again(raised).owner.is_active


def test_who_comes_second_reads_what_the_first_decided(town):  # noqa: F811
    from redshank.web.meetings import acts
    from redshank.web.meetings.raising import NotAllowed

    raised = raise_child()
    decide(raised, "deferred")
    with pytest.raises(NotAllowed, match=r"was first: talked about\. Your text is kept"):
        acts.decide(tools.account("researcher"), raised.pk, acts.Decision("closed", "no", "late", seen=0))


def test_a_form_sent_twice_decides_once(town):  # noqa: F811
    raised = raise_child()
    first = decide(raised, "deferred", once="same")
    assert decide(raised, "deferred", once="same").pk == first.pk
    assert again(raised).moves.count() == 1


@pytest.mark.parametrize("kind", ["passed", "returned", "closed"])
def test_nothing_leaves_mace_without_a_line_on_options(town, kind):  # noqa: F811
    """Practice rule 23: options considered, or "none, because"."""
    from redshank.web.meetings.raising import NotAllowed

    raised = raise_child("mace")
    with pytest.raises(NotAllowed, match="options"):
        decide(raised, kind, to="panel", gateway="ca2004")
    decide(raised, kind, to="panel", gateway="ca2004", toolkit="none, because the family has moved away")
    assert again(raised).moves.last().toolkit.startswith("none")


def test_each_decision_among_partners_names_its_gateway(town):  # noqa: F811
    from redshank.web.meetings.raising import NotAllowed

    raised = raise_child("mace")
    with pytest.raises(NotAllowed, match="gateway"):
        decide(raised, "deferred")
    decide(raised, "deferred", gateway="ca2004")


def test_the_forum_agrees_only_after_two_agencies_wrote_their_view(town):  # noqa: F811
    from redshank.web.meetings.models import View
    from redshank.web.meetings.raising import NotAllowed

    raised = raise_child("forum", role="exploitation_officer")
    sets = {"next_on": later(), "gateway": "ca2004"}
    for n, agency in enumerate(("Police", "Youth justice")):
        with pytest.raises(NotAllowed, match="Two agencies"):
            decide(raised, "taken", **sets)
        View(raised=raised, agency=agency, concern="most", step="up", by=tools.account("analyst"), role="analyst", why="seen", once=f"v{n}").save(force_insert=True)  # fmt: skip
    decide(raised, "taken", **sets)


def leaves(how: str, leaver) -> None:
    """The same day, in each of the ways in which somebody goes."""
    from redshank.web.access import standing
    from redshank.web.meetings import leavers

    if how == "the administrator records the leaving":
        form = {
            "role": leaver.role,
            "vetting": "",
            "deputy": leaver.deputy.username,
            "left_on": standing.today().isoformat(),
        }
        assert tools.client("administrator").post(f"/people/{leaver.username}", form).status_code == 302
    elif how == "another role":
        form = {"role": "learning", "vetting": "", "deputy": leaver.deputy.username}
        assert tools.client("administrator").post(f"/people/{leaver.username}", form).status_code == 302
    elif how == "the line manager takes the access away":
        manager = tools.client("safeguarding_lead")
        standing.record(leaver, manager=manager.user)
        form = {"keeps": "no", "reason": "moved on"}
        assert manager.post(f"/team/{leaver.username}", form).status_code == 302
    else:
        standing.record(leaver, left_on=standing.today())
        assert leavers.sweep() == 2
        assert leavers.sweep() == 0


@pytest.mark.parametrize(
    "how",
    [
        "the administrator records the leaving",
        "another role",
        "the line manager takes the access away",
        "the day comes with the next night",
    ],
)
def test_somebody_who_leaves_leaves_nothing_without_an_owner_who_is_there(town, how):  # noqa: F811
    raised, leaver = raise_child(), tools.account("analyst")
    leaver.deputy = tools.account("researcher")
    leaver.save()
    task = give(raised, owner=leaver)
    leaves(how, leaver)
    task.refresh_from_db()
    assert again(raised).owner == tools.account("researcher")
    assert task.owner == tools.account("safeguarding_lead")
    assert again(raised).moves.last().why == "Its owner has left the role"


def test_who_has_left_is_offered_nothing_to_own(town):  # noqa: F811
    from redshank.web.access import standing
    from redshank.web.meetings import raising

    leaver = tools.account("analyst")
    assert leaver in raising.owners(body("daily"), "child")
    standing.record(leaver, left_on=standing.today())
    assert leaver not in raising.owners(body("daily"), "child")


def test_a_part_is_owned_and_dated_like_the_whole(town):  # noqa: F811
    from redshank.web.meetings import acts, raising

    raised = raise_child()
    part = raising.by_hand("school", "The school at the bay", "p")
    made = acts.split(
        tools.account("safeguarding_lead"),
        raised.pk,
        [part],
        acts.Decision("split", "its own matter", "s", 10**9),
    )[0]
    assert (made.part_of_id, made.owner, made.next_on) == (raised.pk, raised.owner, raised.next_on)
    assert again(raised).closed_at is None


# ---- sittings ------------------------------------------------------------------------------------------


def test_a_cancelled_sitting_gives_everything_the_next_date(town):  # noqa: F811
    from redshank.web.meetings import sittings

    raised = raise_child("four_weekly")
    sits = sittings.Sitting(meeting="four_weekly", at=raised.next_on)
    lead = tools.account("safeguarding_lead")
    _, n = sittings.cancel(lead, sits, "snow", "c")
    assert n == 1
    assert again(raised).next_on == raised.next_on + timedelta(days=28)
    assert sittings.next_time(body("four_weekly"), tools.NOW) == again(raised).next_on
    assert sittings.cancel(lead, sits, "snow", "c2")[1] == 0
    assert again(raised).moves.last().why == "The sitting was cancelled: snow"


def test_a_moved_sitting_takes_its_agenda_along(town):  # noqa: F811
    from redshank.web.meetings import sittings

    raised = raise_child("four_weekly")
    to = later(3).replace(microsecond=0)
    sittings.move(
        tools.account("safeguarding_lead"),
        sittings.Sitting(meeting="four_weekly", at=raised.next_on),
        to,
        "the room",
        "m",
    )
    assert again(raised).next_on == to
    assert sittings.next_time(body("four_weekly"), tools.NOW) == min(
        to, sittings.next_time(body("four_weekly"), tools.NOW)
    )
    raise_child("four_weekly", "p-ben", "later")


def test_half_an_agenda_unheard_goes_to_the_next_sitting_with_the_reason(town):  # noqa: F811
    from redshank.web.meetings import sittings

    heard, unheard = raise_child(), raise_child(ident="p-ben", once="b")
    duty = tools.account("duty_inspector")
    sits = sittings.begin(duty, sittings.Sitting(meeting="daily", at=heard.next_on), "The chair is away then")
    decide(heard, "taken", next_on=later(), sitting=sits)
    with pytest.raises(sittings.NotAllowed, match="1 of the agenda"):
        sittings.close(duty, sits, "", "", None, "x")
    sittings.close(duty, sits, "", "called away", None, "x")
    assert again(unheard).next_on == sittings.next_time(body("daily"), sits.at)
    assert again(unheard).moves.last().why == "called away"
    assert again(heard).moves.last().kind == "taken"


def test_what_was_heard_and_comes_back_the_same_day_is_not_pushed_to_the_next_sitting(town):  # noqa: F811
    from redshank.web.meetings import sittings

    raised, duty = raise_child(), tools.account("duty_inspector")
    sits = sittings.begin(
        duty, sittings.Sitting(meeting="daily", at=raised.next_on), "The chair is away then"
    )
    decide(raised, "taken", next_on=raised.next_on + timedelta(hours=6), sitting=sits)
    sittings.close(duty, sits, "", "", None, "x")
    assert again(raised).next_on == raised.next_on + timedelta(hours=6)


def test_only_one_takes_the_chair(town):  # noqa: F811
    from redshank.web.meetings import sittings

    sits = sittings.Sitting(meeting="daily", at=body("daily").next(tools.NOW))
    sittings.begin(tools.account("duty_inspector"), sits, "Early")
    with pytest.raises(sittings.NotAllowed, match="has taken the chair"):
        sittings.begin(tools.account("duty_inspector", "other"), sits, "Early")


def test_a_chair_who_never_opens_the_application_is_escalated_over(town):  # noqa: F811
    """What nobody held stands on the safeguarding lead's first page, with the things that went past their date."""
    from redshank.web.meetings.models import Raised

    raise_child()
    page = tools.text_of(tools.client("safeguarding_lead").get("/"))
    assert re.search(r"Nothing is overdue in: [^.]*Meetings that nobody held", page)
    Raised.objects.update(next_on=body("daily").next(tools.NOW - timedelta(days=2)))
    page = tools.text_of(tools.client("safeguarding_lead").get("/"))
    assert re.search(r"Meetings that nobody held (all )?1", page)
    assert "1 thing stands past the date" in page


@pytest.mark.parametrize(
    ("after", "sits"),
    [("2026-03-28T09:00", "2026-03-29T09:00"), ("2026-10-24T09:00", "2026-10-25T09:00"), ("2026-10-25T00:30", "2026-10-25T09:00")],
)  # fmt: skip
def test_a_sitting_keeps_its_hour_in_the_night_in_which_the_clocks_change(after, sits):
    assert body("daily").next(at(after)) == at(sits)


# ---- bodies by configuration ---------------------------------------------------------------------------


def test_the_subgroup_is_made_by_configuration_alone():
    """No line of code or template names it."""
    named = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*")
        if path.suffix in (".py", ".html", ".js") and "assets" not in path.parts and re.search(r"subgroup", path.read_text(encoding="utf-8"))
    ]  # fmt: skip
    assert named in ([], ["web/meetings/__init__.py"])
    assert body("subgroup").about == ("workstream",)


BODY = """[one]
title = "One"
short = "O"
what = "What it is for."
every_days = 7
from = 2026-01-05
at = "09:00"
chair = ["analyst"]
clerk = []
members = []
partners = false
by_district = false
raise = ["analyst"]
about = ["child"]
passes = []
recorded = []
needs = []
answer_days = 2
close_hours = 4
"""


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('chair = ["analyst"]', 'chair = ["wizard"]', "one: there is no role ['wizard']"),
        ('about = ["child"]', 'about = ["dragon"]', "one: not understood: ['dragon']"),
        (
            'chair = ["analyst"]',
            'chair = ["learning"]',
            "one: its chair does not see what it takes: ['learning: child']",
        ),
        ("passes = []", 'passes = ["two"]', "one: passes to ['two'], which is no body"),
        ("every_days = 7\n", "", "one: 'every_days' is missing"),
        ("every_days = 7", "every_days = 0", "one: a body has a rhythm"),
        ("[one]", "[one", "meetings.toml"),
    ],
)
def test_a_body_that_is_not_understood_is_refused_by_name(was, now, said):
    from redshank.web.meetings.bodies import read

    assert list(read(BODY)) == ["one"]
    with pytest.raises(ValueError, match=re.escape(said)):
        read(BODY.replace(was, now))


# ---- tasks and commissions -----------------------------------------------------------------------------


def give(raised, **more):
    from redshank.web.meetings import actions

    sets = {"task": "Walk by the arcade", "strand": "protect", "rationale": "Children gather", "measure": "Fewer calls", "due": later().date()}  # fmt: skip
    sets |= {
        "owner": tools.account("exploitation_officer"),
        "supervisor": tools.account("safeguarding_lead"),
    } | more
    return actions.give(
        tools.account("safeguarding_lead"), raised, actions.Task(**sets), more.get("once", "t")
    )[0]


def test_a_task_for_a_team_is_the_supervisors_until_one_of_the_team_takes_it(town):  # noqa: F811
    from redshank.web.meetings import actions
    from redshank.web.meetings.raising import NotAllowed

    lead, officer = tools.account("safeguarding_lead"), tools.account("neighbourhood_officer")
    task = give(raise_child(), owner=lead, team="neighbourhood_officer")
    assert task.owner == lead
    with pytest.raises(NotAllowed):
        actions.step(tools.account("response_officer"), task.pk, "taken", "", "no", 10**9)
    actions.step(officer, task.pk, "taken", "", "yes", 10**9)
    with pytest.raises(NotAllowed, match="was first"):
        actions.step(tools.account("neighbourhood_officer", "other"), task.pk, "taken", "", "late", 0)
    actions.step(officer, task.pk, "complete", "Walked at six; nobody was there", "done", 10**9)
    task.refresh_from_db()
    assert (task.owner, task.state, task.result) == (officer, "complete", "Walked at six; nobody was there")
    with pytest.raises(NotAllowed, match="ended"):
        actions.step(officer, task.pk, "reported", "more", "more", 10**9)


def test_nobody_supervises_a_task_of_their_own(town):  # noqa: F811
    from redshank.web.meetings.raising import NotAllowed

    with pytest.raises(NotAllowed, match="Somebody else"):
        give(raise_child(), owner=tools.account("safeguarding_lead"))


def test_tasks_of_somebody_who_leaves_go_to_the_supervisor(town):  # noqa: F811
    from redshank.web.meetings import actions

    task, leaver = give(raise_child()), tools.account("exploitation_officer")
    actions.hand_on_all(tools.account("analyst"), leaver, "left the role", "x")
    task.refresh_from_db()
    assert task.owner == tools.account("safeguarding_lead")


def test_a_commission_is_unanswered_until_it_is_delivered_and_read_by_another(town):  # noqa: F811
    from redshank.web.meetings import asking
    from redshank.web.meetings.raising import NotAllowed

    analyst, lead = tools.account("analyst"), tools.account("safeguarding_lead")
    made = asking.ask(
        lead, raise_child(), "Which places?", "Where to patrol", "", analyst, later().date(), "c"
    )
    assert made.state_words == "waits for its answer"
    with pytest.raises(NotAllowed):
        asking.answer(tools.account("researcher"), made.pk, "The arcade")
    asking.answer(analyst, made.pk, "The arcade")
    with pytest.raises(NotAllowed, match="Somebody else"):
        asking.read(analyst, made.pk)
    made.refresh_from_db()
    assert made.state_words == "answered, and not yet read"
    assert asking.read(lead, made.pk).state_words == "answered and read"
