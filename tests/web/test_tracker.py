"""The tracker of recommendations: what ships, acceptance, dates, evidence, asks of others, closing by a second person."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from django.utils import timezone

from redshank.web.accounts.roles import ROLES

from . import worklist_tools as tools
from .worklist_fixtures import application, town  # noqa: F401

_once = itertools.count(1)
LEAD = "safeguarding_lead"


def in_days(n: int) -> str:
    return (timezone.localdate() + timedelta(days=n)).isoformat()


TODAY = in_days(0)


def number(name: str = "4", kind: str = "recommendation") -> int:
    from redshank.web.tracker.models import Recommendation

    return Recommendation.objects.get(report__key="group-based-2023", kind=kind, number=name).pk


def row(name: str = "4"):
    from redshank.web.tracker.models import Recommendation

    return Recommendation.objects.get(pk=number(name))


def act(kind: str, role: str = LEAD, name: str = "", to: str = "4", item: int = 0, **more):
    """Sends one act's form as somebody who has read the page."""
    pk = number(to)
    sent = {"once": f"t{next(_once)}", "seen": row(to).acts.count()} | more
    return tools.client(role, name).post(f"/tracker/{pk}/{kind}" + (f"/{item}" if item else ""), sent)


def done(kind: str, *args, **more) -> None:
    answer = act(kind, *args, **more)
    assert answer.status_code == 302, tools.text_of(answer)


def evidence(quality: str = "outcome", to: str = "4", **more):
    sets = {"choice": "document", "text": "Marshland Constabulary, Review of the flag, May 2026", "on": TODAY, "quality": quality, "why": "It says what changed"}  # fmt: skip
    done("evidence", to=to, **(sets | more))
    return row(to).evidence.order_by("-pk").first()


def page(to: str = "4", role: str = LEAD, name: str = "") -> str:
    return tools.text_of(tools.client(role, name).get(f"/tracker/{number(to)}"))


def test_ten_ship_with_their_texts_and_without_any_position(town):  # noqa: F811
    from redshank.web.tracker.models import Recommendation

    rows = list(Recommendation.objects.filter(report__shipped=True))
    assert [r.name for r in rows] == [
        *(f"Recommendation {n}" for n in range(1, 10)),
        "Area for improvement 1",
    ]
    assert {r.name for r in rows if r.for_forces} == {"Recommendation 2", "Recommendation 4", "Recommendation 8", "Recommendation 9", "Area for improvement 1"}  # fmt: skip
    assert all((r.text_is == "verbatim") == r.for_forces for r in rows)
    assert all((r.acceptance, r.status, r.position, r.owner) == ("none", "open", "", None) for r in rows)
    assert [r.due for r in rows][:3] == [date(2024, 12, 31), date(2024, 12, 31), date(2025, 5, 30)]


def test_a_text_that_was_not_read_in_full_says_so_on_its_face_until_it_is_checked(town):  # noqa: F811
    assert "Summary, to be checked." in page("7")
    assert "Summary, to be checked" in tools.text_of(tools.client(LEAD).get("/tracker?show=others"))
    before = row("7").text
    done("checked", to="7", text="The text of the original.", why="HMICFRS, the report, December 2023")
    said = page("7")
    assert "Summary, to be checked." not in said
    assert f"Before: summary, to be checked: {before}" in said


def test_what_ships_is_put_once_and_overwrites_nothing_that_people_checked(town):  # noqa: F811
    from redshank.web.tracker import shipped
    from redshank.web.tracker.models import Recommendation

    done("checked", to="7", text="The text of the original.", why="HMICFRS, the report, December 2023")
    count = Recommendation.objects.count()
    shipped.put()
    assert (Recommendation.objects.count(), row("7").text) == (count, "The text of the original.")


def test_acceptance_says_by_whom_and_when_and_in_part_needs_why(town):  # noqa: F811
    form = {"choice": "part", "text": "Chief constable", "on": TODAY}
    answer = act("accepted", **form)
    assert answer.status_code == 400
    assert "Say which part is not accepted, and why" in tools.text_of(answer)
    assert 'value="Chief constable"' in answer.content.decode()
    done("accepted", **form, why="The record system is not ours to change")
    said = page()
    assert "Accepted in part, by Chief constable, on" in said
    assert "Before: not recorded yet" in said


@pytest.mark.parametrize(
    ("published", "last"), [(date(2023, 12, 8), date(2024, 2, 1)), (date(2024, 1, 1), date(2024, 2, 25)), (date(2025, 12, 31), date(2026, 2, 24))]
)  # fmt: skip
def test_the_56_days_begin_with_the_day_of_publication(published, last):
    from redshank.web.tracker.settings import SETTINGS

    assert SETTINGS.respond_by(published) == last


def test_the_56_day_date_stands_with_its_provenance_and_follows_a_checked_day_of_publication(town):  # noqa: F811
    from redshank.web.tracker.models import Report

    client = tools.client(LEAD)
    said = tools.text_of(client.get("/tracker"))
    assert "Comments are due by 1 February 2024; none is recorded." in said
    assert "to be checked against the original" in said
    assert "Police Act 1996, section 55" in said
    report = Report.objects.get(key="group-based-2023")
    sent = {"once": "r1", "seen": 0, "on": "2023-12-12", "text": "HMICFRS, the report, December 2023"}
    assert client.post(f"/tracker/reports/{report.pk}/dated", sent).status_code == 302
    assert "Comments are due by 5 February 2024" in tools.text_of(client.get("/tracker"))
    assert "The response to HMICFRS" in tools.first(client)
    sent = {"once": "r2", "seen": 1, "on": "2023-12-11", "text": "The force's own site"}
    assert (
        client.post(f"/tracker/reports/{report.pk}/published", sent).status_code == 400
    )  # before the report
    assert (
        client.post(f"/tracker/reports/{report.pk}/published", sent | {"on": "2024-02-01"}).status_code == 302
    )
    assert "The response to HMICFRS" not in tools.first(client)
    assert "The response was published on 1 February 2024" in tools.text_of(client.get("/tracker"))


def test_another_date_keeps_the_one_before_with_who_set_it_and_why(town):  # noqa: F811
    assert act("redated", until=in_days(-1), text="HMICFRS", why="x").status_code == 400
    done("redated", until=in_days(60), text="HMICFRS", why="The progress report re-dated it")
    done("redated", until=in_days(90), text="The assistant chief constable", why="The vendor is late")
    said = page()
    assert "Before: 31 December 2024" in said
    assert "set by HMICFRS" in said
    assert "The report's own: 31 December 2024" in said
    assert row().deadline == date(2024, 12, 31)
    assert row().due.isoformat() == in_days(90)


def test_nothing_closes_on_policy_alone(town):  # noqa: F811
    answer = act("complete", why="We have a policy")
    assert "No evidence stands" in tools.text_of(answer)
    evidence("policy")
    answer = act("complete", why="We have a policy")
    assert answer.status_code == 400
    assert "Its only evidence is that a policy exists" in tools.text_of(answer)
    assert row().status == "open"


@pytest.mark.databases
def test_it_is_closed_by_a_second_person_alone(town, database):  # noqa: F811
    from redshank.web.tracker.models import Recommendation

    evidence("activity")
    assert act("closed", name="two", why="x").status_code == 400  # nobody called it complete
    done("complete", why="It is done")
    answer = act("closed", why="Mine")
    assert answer.status_code == 400
    assert "somebody else decides" in tools.text_of(answer)
    assert row().status == "awaiting"
    assert (
        "Recommendation 4"
        in tools.first(tools.client(LEAD, "two")).split("that wait for a second person")[1][:80]
    )
    done("closed", name="two", why="I opened the review")
    assert row().status == "closed"
    assert (
        act("evidence", choice="document", text="x", on=TODAY, quality="policy", why="x").status_code == 400
    )
    done("reopened", why="It has come apart")
    assert (row().status, row().completed_by) == ("in_progress", None)
    assert Recommendation.objects.get(pk=number()).acts.count() == 4


def test_evidence_that_is_withdrawn_counts_no_more_and_stays_readable(town):  # noqa: F811
    found = evidence("outcome")
    done("complete", why="It is done")
    answer = act("struck", item=found.pk, why="It was of another year")
    assert answer.status_code == 400  # nothing else shows it
    done("returned", name="two", why="The review is of another year")
    done("struck", item=found.pk, why="It was of another year")
    assert "No evidence stands" in tools.text_of(act("complete", why="again"))
    said = page()
    assert "withdrawn on" in said
    assert "It was of another year" in said


def test_a_figure_is_read_again_and_stands_beside_the_one_that_was_cited(town):  # noqa: F811
    from redshank.web.heads.models import Group

    done("evidence", choice="figure", figure="groups", quality="activity", why="The night proposes groups")
    assert (
        "Groups proposed from the force's own records: 1, as at" in page()
    )  # the one of handling C is not counted
    assert "Now" not in page().split("What shows it")[1].split("On whom")[0]
    found = Group.objects.get(group_id="g-one")
    found.pk, found.uid, found.group_id = None, "u-more", "g-two"
    found.save(force_insert=True)
    said = page()
    assert "records: 1, as at" in said
    assert "Now 2, as at" in said
    assert row().evidence.get().value == "1"


def test_what_is_restricted_or_somebodys_own_matter_stands_in_no_figure(town):  # noqa: F811
    from redshank.web.policy.models import Conflict, Restriction
    from redshank.web.tracker.figures import FIGURES

    assert FIGURES["groups"].read().count == 1
    lead = tools.account(LEAD)
    Conflict.objects.create(user=tools.account("analyst"), person_id="p-ada", by=lead, reason="family")
    assert FIGURES["groups"].read().count == 0
    Conflict.objects.all().delete()
    Restriction.objects.create(kind="group", ident="g-one", by=lead, reason="need to know")
    assert FIGURES["groups"].read().count == 0


def test_every_figure_reads_and_its_page_is_one_that_a_role_of_the_tracker_opens(town):  # noqa: F811
    from django.urls import reverse

    from redshank.web.tracker.figures import FIGURES

    for figure in FIGURES.values():
        assert figure.read().words, figure.key
        assert any(r.allows(figure.needs) and r.allows("see.tracker") for r in ROLES.values()), figure.key
        assert tools.client(LEAD).get(f"{reverse(figure.route)}?{figure.query}").status_code == 200, (
            figure.key
        )


def test_somebody_on_whom_it_depends_is_asked_declines_and_is_asked_again(town):  # noqa: F811
    done(
        "asked",
        text="The record system's user group",
        why="A flag for group-based exploitation",
        on=TODAY,
        until=in_days(30),
    )
    ask = row().asks.get()
    assert (
        act("answered", item=ask.pk, choice="declined", why="No further changes", on=TODAY).status_code == 400
    )  # no day to ask again
    done(
        "answered",
        item=ask.pk,
        choice="declined",
        why="No further changes to the system",
        on=TODAY,
        until=in_days(90),
    )
    said = page()
    assert "The record system's user group: declined" in said
    assert "somebody on whom it depends has declined" in said
    row().asks.update(next_on=timezone.localdate() - timedelta(days=1))
    assert "The record system's user group was to be asked again on" in tools.first(tools.client(LEAD))
    done("again", item=ask.pk, why="By letter", on=TODAY, until=in_days(60))
    assert "was to be asked again" not in page()
    done("answered", item=ask.pk, choice="settled", why="It comes with the next release", on=TODAY)
    assert act("again", item=ask.pk, why="x", on=TODAY, until=in_days(9)).status_code == 400


def test_an_action_is_planned_moved_done_or_given_up(town):  # noqa: F811
    done(
        "planned",
        choice="planned",
        why="Training for response officers",
        on=in_days(10),
        text="Learning and development",
        more="spring",
    )
    deed = row().deeds.get()
    assert "Planned for spring" in page()
    done("moved", item=deed.pk, until=in_days(20), why="The trainer left")
    row().deeds.update(on=timezone.localdate() - timedelta(days=1))
    assert "An action was planned for" in page()
    done("done", item=deed.pk, on=TODAY)
    assert act("dropped", item=deed.pk, why="x").status_code == 400
    assert row().deeds.get().state == "done"


def test_only_who_sees_a_task_of_the_meetings_is_led_to_it(town):  # noqa: F811
    from redshank.web.meetings.models import Action

    lead, officer = tools.account(LEAD), tools.account("exploitation_officer")
    task = Action.objects.create(
        about="theme", ident="t", title="Ada THORN", task="Write the order", strand="prepare", rationale="x", measure="x", by=officer, role=officer.role,
        once="task", owner=officer, supervisor=officer, due=timezone.localdate(),
    )  # fmt: skip
    assert (
        act("planned", choice="planned", why="The order", on=in_days(5), action=str(task.pk)).status_code
        == 400
    )
    Action.objects.filter(pk=task.pk).update(supervisor=lead)
    done("planned", choice="planned", why="The order", on=in_days(5), action=str(task.pk))
    assert "the task of the meetings , open" in page()
    other = page(role="learning")
    assert "a task of the meetings does it" in other
    assert "THORN" not in other


def figures(strong: int = 14, weak: int = 2) -> tuple:
    """Of a product: one figure with a table, and one that names a group."""
    from redshank.products.figures import Cell, Figure, Grid

    cells = {
        "all": Cell(strong + weak),
        "fresh": Cell(6),
        "lines": Cell(7),
        "row0": Cell(strong),
        "row1": Cell(weak),
    }
    grid = Grid(
        ("Strength of what ties them", "Groups"), (("strong", ("row0",)), ("weak", ("row1",))), "groups"
    )
    says = "{all} groups stand proposed, {fresh} of them first found in the period; {lines} are county lines of the force's register."
    named = Figure("groups.named", "The groups", "{n} groups.", {"n": Cell(1), "g0": Cell(9)}, Grid(("Group", "Records"), (("Group around Ada THORN", ("g0",)),)))  # fmt: skip
    return (Figure("groups.proposed", "Groups proposed", says, cells, grid, {"all": "groups"}), named)


def edition(**more):
    """A signed product, as the products keep one."""
    from redshank.products.frozen import Content, pack
    from redshank.web.products.models import Product

    content = Content(
        figures(**more.pop("counts", {})), timezone.now() - timedelta(days=more.pop("ago", 3)), 1, (), frozenset(), {"title": "Problem profile"}
    )  # fmt: skip
    day = timezone.localdate()
    sets = {"code": "problem-profile", "number": 2, "scope": "the force", "start": day, "end": day, "state": "signed", "content": pack(content),
            "by": tools.account(LEAD), "once": f"p{next(_once)}"}  # fmt: skip
    return Product.objects.create(**(sets | more))


CITES = {"choice": "product", "quality": "activity", "why": "The profile counts groups"}
SENTENCE = "16 groups stand proposed, 6 of them first found in the period; 7 are county lines of the force's register."
ROUNDED = "15 groups stand proposed, 5 of them first found in the period; 5 are county lines of the force's register."


def test_a_figure_of_a_signed_edition_is_chosen_from_it_and_nobody_types_its_number(town):  # noqa: F811
    found = edition()
    asked = act("evidence", **CITES, edition=str(found.pk), more="99 groups")
    assert asked.status_code == 400
    told = tools.text_of(asked)
    assert "Choose which figure of the edition" in told
    assert f"Groups proposed: {SENTENCE}" in told
    assert "Groups proposed, weak, groups: 2" in told
    assert "Ada THORN" not in told  # a figure that names is not offered
    assert act("evidence", **CITES, edition=str(found.pk), part="groups.named").status_code == 400
    done("evidence", **CITES, edition=str(found.pk), part="groups.proposed", more="99 groups")
    kept = row().evidence.get()
    assert (kept.title, kept.value, kept.as_at.isoformat()) == ("Groups proposed (Problem profile, edition 2, the force)", "", in_days(-3))  # fmt: skip
    assert f'href="/products/{found.pk}"' in tools.client(LEAD).get(f"/tracker/{number()}").content.decode()
    assert SENTENCE in page()
    assert "99 groups" not in page()


def test_who_may_not_see_the_whole_edition_reads_its_figure_as_the_edition_for_others_has_it(town):  # noqa: F811
    done("evidence", **CITES, edition=str(edition().pk), part="groups.proposed|weak|Groups")
    assert "Groups proposed, weak, groups (Problem profile, edition 2, the force) : 2 , as at" in page()
    told = page(role="learning")
    assert "the force) : fewer than 5 , as at" in told
    assert "as the edition for others has it" in told


def test_what_became_different_since_the_signature_is_told_beside_the_figure(town):  # noqa: F811
    from redshank.web.products.models import Step

    found = edition()
    done("evidence", **CITES, edition=str(found.pk), part="groups.proposed")
    assert "newest edition" not in page()
    same = edition(number=3, ago=2)
    assert "The same in the newest edition" in page()
    more = edition(number=4, ago=1, counts={"strong": 19})
    assert "In the newest edition, as at" in page()
    assert "21 groups stand proposed" in page()
    assert SENTENCE in page()  # what was cited stays
    Step(product=found, kind="corrected", by=tools.account(LEAD), role=LEAD, why="One was counted twice", once=f"c{next(_once)}").save()  # fmt: skip
    assert "Corrected on" in page()
    type(more).objects.filter(pk__in=(more.pk, same.pk)).update(state="draft")
    assert "newest edition" not in page()  # a draft is no edition


def test_the_response_has_the_figure_as_others_may_read_it_with_what_differs_since(town):  # noqa: F811
    from redshank.web.tracker import response

    done("evidence", **CITES, edition=str(edition().pk), part="groups.proposed")
    edition(number=3, ago=1, counts={"strong": 19})
    told = response.document(tools.account(LEAD), timezone.localdate())
    (cells,) = [
        r for _, p in told.parts() for r in getattr(p, "rows", ()) if r[0].startswith("Groups proposed (")
    ]
    assert cells[2].startswith(f"{ROUNDED}; read again on ")
    assert "20 groups stand proposed" in cells[2]


@pytest.mark.parametrize(
    "more", [{"state": "draft"}, {"closed": True}, {"about": "child", "ident": "p-ada", "scope": "Ada THORN"}]
)
def test_a_draft_an_edition_with_handling_c_and_one_about_a_child_are_not_cited(town, more):  # noqa: F811
    found = edition(**more)
    client = tools.client(LEAD)
    assert "Problem profile" not in tools.text_of(client.get(f"/tracker/{number()}/evidence"))
    answer = act("evidence", choice="product", edition=str(found.pk), quality="activity", why="x", more="1")
    assert "Choose one of the editions" in tools.text_of(answer)
    assert row().evidence.count() == 0
