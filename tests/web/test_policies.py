"""Policies: versions and who has read them, the review with measures fixed beforehand, the anonymous survey."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from .conftest import client_of
from .test_meetings_race import at_once
from .worklist_tools import text_of

pytestmark = pytest.mark.databases
MEASURE = {
    "title": "Concerns passed on",
    "how": "Counted in the register",
    "before": "40 a month",
    "aim": "More than 40 a month",
}


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def written(
    client, title="Child exploitation policy", kind="exploitation", owner="partnership-officer", **more
) -> int:
    sent = {"title": title, "kind": kind, "owner": owner, "text": "What we do.", "once": title[:20]}
    answer = client.post("/policies", sent | more)
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def step(client, policy, version, kind, steps, on="", **more):
    sent = {
        "kind": kind,
        "text": f"{kind} with all.",
        "on": on or today(),
        "steps": steps,
        "once": f"{kind}{version}{steps}",
    }
    return client.post(f"/policies/{policy}/{version}/act", sent | more)


def adopted(client, on="", **more) -> int:
    """A policy whose first version is in force."""
    number = written(client, **more)
    assert step(client, number, 1, "consulted", 1).status_code == 302
    assert step(client, number, 1, "adopted", 2, on).status_code == 302
    return number


def act(client, review, kind, **more):
    """An act on a review, as its page offers it."""
    shown = client.get(f"/policies/reviews/{review}")
    sent = {
        "act": kind,
        "text": f"Text {kind}.",
        "steps": len(shown.context["steps"]),
        "once": f"{kind}{len(shown.context['steps'])}",
    }
    return client.post(f"/policies/reviews/{review}/act", sent | more)


def planned(client, policy) -> int:
    answer = client.post(
        f"/policies/{policy}/plan", {"terms": "We look at half a year.", "once": f"plan{policy}"}
    )
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def opened(client, policy, days=10) -> int:
    number = planned(client, policy)
    assert act(client, number, "measure", **MEASURE).status_code == 302
    assert act(client, number, "fixed").status_code == 302
    assert act(client, number, "open", until=today(days)).status_code == 302
    return number


def survey_of(review: int):
    from redshank.web.policies.models import Review

    return Review.objects.get(pk=review)


def answer(client, review, said="yes", **more):
    asks = survey_of(review).asks
    return client.post(f"/policies/reviews/{review}/survey", {f"q-{q}": said for q in asks} | more)


def over(review: int) -> None:
    """The survey's last day is past."""
    from redshank.web.policies.models import Review

    Review.objects.filter(pk=review).update(survey_until=timezone.localdate() - timedelta(days=1))


# ---- versions --------------------------------------------------------------------------------------------------


def test_a_policy_goes_from_draft_to_consulted_to_adopted_and_a_later_version_supersedes_it(sign_in):
    from redshank.web.policies.models import Version, VersionStep

    officer = sign_in("partnership_officer")
    number = written(officer)
    assert step(officer, number, 1, "adopted", 1).status_code == 400  # nobody was consulted
    assert step(officer, number, 1, "consulted", 1).status_code == 302
    assert step(officer, number, 1, "adopted", 2, today(1)).status_code == 400  # a day to come
    assert step(officer, number, 1, "adopted", 2, today(-3)).status_code == 302
    officer.post(f"/policies/{number}", {"text": "Anew.", "once": "second"})
    step(officer, number, 2, "consulted", 1)
    assert (
        step(officer, number, 2, "adopted", 2, today(-9)).status_code == 400
    )  # before the one that it supersedes
    assert step(officer, number, 2, "adopted", 2).status_code == 302
    states = list(Version.objects.order_by("number").values_list("number", "state"))
    assert states == [(1, "superseded"), (2, "adopted")]
    assert VersionStep.objects.filter(version__number=1).last().text == "By version 2"
    page = text_of(officer.get(f"/policies/{number}"))
    assert "Version 2 is in force since" in page


def test_everybody_acknowledges_the_version_in_force_also_the_administrator_and_others_see_counts(sign_in):
    from redshank.web.policies.models import Acknowledged

    number = adopted(sign_in("partnership_officer"))
    for role in ("administrator", "response_officer", "partner_member"):
        client = sign_in(role)
        assert "Child exploitation policy, version 1" in text_of(client.get("/")), role
        for _ in range(2):
            assert client.post(f"/policies/{number}/1/acknowledge").status_code == 302
        assert "Child exploitation policy, version 1" not in text_of(client.get("/")), role
    assert Acknowledged.objects.count() == 3
    total = sign_in("learning").get(f"/policies/{number}/1").context["share"].whole
    page = text_of(sign_in("analyst").get(f"/policies/{number}/1"))
    assert f"Acknowledged by 3 of {total}" in page
    assert "as at" in page


def test_only_the_version_in_force_is_acknowledged(sign_in):
    officer = sign_in("partnership_officer")
    number = written(officer)
    assert officer.post(f"/policies/{number}/1/acknowledge").status_code == 400
    assert officer.post(f"/policies/{number}/7/acknowledge").status_code == 404


def test_names_of_readers_are_for_learning_and_development_and_for_the_line_manager(sign_in):
    from redshank.web.access import standing

    number = adopted(sign_in("partnership_officer"))
    reader, manager = sign_in("response_officer"), sign_in("duty_inspector")
    standing.record(reader.user, manager=manager.user)
    reader.post(f"/policies/{number}/1/acknowledge")
    name, other = reader.user.name, sign_in("neighbourhood_officer").user.name
    stranger = sign_in("neighbourhood_officer-2")
    stranger.post(f"/policies/{number}/1/acknowledge")
    seen = {
        r: text_of(sign_in(r).get(f"/policies/{number}/1"))
        for r in ("learning", "duty_inspector", "safeguarding_lead", "analyst")
    }
    assert name in seen["learning"]
    assert other in seen["learning"]  # not yet
    assert name in seen["duty_inspector"]
    assert other not in seen["duty_inspector"]
    assert stranger.user.name in seen["learning"]
    assert stranger.user.name not in seen["duty_inspector"]  # has read it, and is of another team
    for role in ("safeguarding_lead", "analyst"):
        assert name not in seen[role], role
        assert "Acknowledged by 2 of" in seen[role]


@pytest.mark.parametrize("role", ["analyst", "response_officer", "administrator", "panel_chair"])
def test_who_may_not_write_policies_writes_none(sign_in, role):
    number = adopted(sign_in("partnership_officer"))
    client = sign_in(role)
    assert (
        client.post(
            "/policies", {"title": "Mine", "kind": "other", "text": "x", "owner": "learning"}
        ).status_code
        == 404
    )
    assert client.post(f"/policies/{number}", {"text": "x"}).status_code == 404
    for where in (f"/policies/{number}/1/act", f"/policies/{number}/hand", f"/policies/{number}/plan"):
        assert client.post(where, {"kind": "consulted", "text": "x", "steps": "3"}).status_code == 404, where


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "moon"}, "kind"),
        ({"owner": "analyst"}, "owner"),
        ({"text": " "}, "text"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(sign_in, wrong, field):
    from redshank.web.policies.models import Policy

    sent = {"title": "A", "kind": "other", "owner": "learning", "text": "What I typed.", "once": "w"}
    told = sign_in("partnership_officer").post("/policies", sent | wrong)
    assert told.status_code == 400
    assert list(told.context["errors"]) == [field]
    assert field == "text" or "What I typed." in told.content.decode()
    assert not Policy.objects.exists()


def test_words_that_blame_are_shown_once_before_a_text_is_kept_and_never_changed(sign_in):
    from redshank.web.policies.models import Version

    client = sign_in("partnership_officer")
    sent = {"title": "A", "kind": "other", "owner": "learning", "text": "She is streetwise.", "once": "blame"}
    told = client.post("/policies", sent)
    assert told.status_code == 200
    assert "Words to look at" in text_of(told)
    assert not Version.objects.exists()
    assert client.post("/policies", sent | {"advised": told.context["advice"].advised}).status_code == 302
    assert Version.objects.get().text == "She is streetwise."


def test_two_who_adopt_at_once_one_does_and_the_other_reads_who_was_first(own_database):
    from redshank.web.policies.models import VersionStep

    clients = [client_of("partnership_officer"), client_of("safeguarding_lead")]
    number = written(clients[0])
    assert step(clients[0], number, 1, "consulted", 1).status_code == 302
    ended = at_once(
        [lambda c=c, n=n: step(c, number, 1, "adopted", 2, once=f"at{n}") for n, c in enumerate(clients)]
    )
    assert sorted(a.status_code for a in ended) == [302, 409]
    assert VersionStep.objects.filter(kind="adopted").count() == 1


def test_what_a_leaver_answers_for_goes_to_somebody_who_may(sign_in):
    from redshank.web.access import standing
    from redshank.web.meetings import leavers
    from redshank.web.policies.models import Policy

    number = adopted(sign_in("partnership_officer"))
    leaver, admin = sign_in("partnership_officer").user, sign_in("administrator").user
    standing.record(leaver, left_on=standing.today())
    assert leavers.passes_on(leaver, admin) == 1
    policy = Policy.objects.get(pk=number)
    assert policy.owner.role == "safeguarding_lead"
    assert policy.handed.get().text == leavers.WHY


# ---- the review ------------------------------------------------------------------------------------------------


def test_the_review_is_due_six_months_after_adoption_and_after_a_review_a_year_after_that(
    sign_in, monkeypatch
):
    from redshank.web.policies import acts
    from redshank.web.policies.models import Review, Version

    number = adopted(sign_in("partnership_officer"), on="2025-08-31")
    version = Version.objects.get(policy=number)
    assert acts.due(version).on == date(2026, 2, 28)
    Review.objects.create(
        version=version,
        due=date(2026, 2, 28),
        terms="x",
        state="closed",
        closed_on=date(2026, 3, 5),
        by=version.by,
        once="r",
    )
    assert acts.due(version).on == date(2027, 3, 5)


def test_an_overdue_review_stands_on_the_owners_and_the_leads_first_page_and_on_no_others(sign_in):
    adopted(sign_in("partnership_officer"), on=today(-400))
    for role in ("partnership_officer", "safeguarding_lead"):
        told = text_of(sign_in(role).get("/"))
        assert (
            "Policy reviews past their date all 1 Review of Child exploitation policy, version 1" in told
        ), role
    for role in ("learning", "partnership_officer-2", "analyst"):
        assert "Review of Child exploitation policy" not in text_of(sign_in(role).get("/")), role


def test_a_review_that_was_begun_stays_due_when_its_version_is_superseded(sign_in):
    officer = sign_in("partnership_officer")
    number = adopted(officer, on=today(-400))
    planned(officer, number)
    officer.post(f"/policies/{number}", {"text": "Anew.", "once": "second"})
    step(officer, number, 2, "consulted", 1)
    assert step(officer, number, 2, "adopted", 2).status_code == 302
    assert "Review of Child exploitation policy, version 1" in text_of(officer.get("/"))


def test_a_review_that_is_not_due_yet_is_not_overdue(sign_in):
    adopted(sign_in("partnership_officer"), on=today(-30))
    assert "Review of Child exploitation policy" not in text_of(sign_in("safeguarding_lead").get("/"))


def test_measures_are_fixed_with_who_and_when_before_the_review_opens_and_none_joins_or_goes_after(sign_in):
    from redshank.web.policies.models import Measure, Review, ReviewStep

    officer = sign_in("partnership_officer")
    number = planned(officer, adopted(officer))
    assert act(officer, number, "open", until=today(5)).status_code == 400  # not fixed
    assert act(officer, number, "fixed").status_code == 400  # no measure
    assert act(officer, number, "measure", **MEASURE).status_code == 302
    assert act(officer, number, "measure", **MEASURE | {"title": "Another"}).status_code == 302
    another = Measure.objects.get(title="Another")
    assert act(officer, number, "withdrawn", measure=another.pk, why="Nobody counts it.").status_code == 302
    assert act(officer, number, "fixed", text="Agreed in the subgroup.").status_code == 302
    fixed = ReviewStep.objects.get(kind="fixed")
    assert fixed.by == officer.user
    for state in ("fixed", "open"):
        if state == "open":
            assert act(officer, number, "open", until=today(5)).status_code == 302
        for kind, more in (
            ("measure", MEASURE),
            ("withdrawn", {"measure": another.pk, "why": "x"}),
            ("terms", {"terms": "x"}),
            ("fixed", {}),
        ):
            assert act(officer, number, kind, **more, once=f"{state}{kind}").status_code == 400, (state, kind)
        assert Measure.objects.count() == 2
        with pytest.raises(ValidationError):
            Measure(review=Review.objects.get(pk=number), by=officer.user, once=state, **MEASURE).save()
    measure = Measure.objects.get(title="Concerns passed on")
    for change in (measure.save, measure.delete):
        with pytest.raises(ValidationError):
            change()
    page = text_of(officer.get(f"/policies/reviews/{number}"))
    assert "Fixed by Exploitation partnership officer One" in page
    assert "Agreed in the subgroup." in page


def test_a_review_closes_only_with_its_findings_and_every_measure_taken(sign_in):
    from redshank.web.policies.models import Measure, Review

    officer = sign_in("partnership_officer")
    policy = adopted(officer)
    number = opened(officer, policy)
    refused = act(officer, number, "closed")
    assert refused.status_code == 400
    assert "what “Concerns passed on” told" in refused.context["errors"]["act"]
    assert act(officer, number, "implementation").status_code == 302
    assert act(officer, number, "understanding").status_code == 400  # the survey runs
    over(number)
    for kind in ("understanding", "benefits"):
        assert act(officer, number, kind).status_code == 302
    assert (
        act(
            officer, number, "result", measure=Measure.objects.get().pk, met="yes", value="52 a month"
        ).status_code
        == 302
    )
    assert act(officer, number, "closed", text="Goes on.").status_code == 302
    assert Review.objects.get(pk=number).closed_on == timezone.localdate()
    assert act(officer, number, "benefits", once="late").status_code == 400
    assert "Met: 52 a month" in text_of(officer.get(f"/policies/reviews/{number}"))


def test_of_one_version_one_review_runs_at_a_time_and_a_form_sent_twice_plans_once(sign_in):
    from redshank.web.policies.models import Review

    officer = sign_in("partnership_officer")
    policy = adopted(officer)
    assert planned(officer, policy) == planned(officer, policy)
    again = sign_in("safeguarding_lead").post(f"/policies/{policy}/plan", {"terms": "Mine.", "once": "other"})
    assert again.status_code == 400
    assert "was first" in again.context["errors"]["terms"]
    assert Review.objects.count() == 1


def test_one_who_adds_a_measure_while_another_fixes_them_comes_first_or_not_at_all(own_database):
    from redshank.web.policies.models import Measure, ReviewStep

    officer, lead = client_of("partnership_officer"), client_of("safeguarding_lead")
    number = planned(officer, adopted(officer))
    act(officer, number, "measure", **MEASURE)
    where, seen = f"/policies/reviews/{number}/act", {"text": "Now.", "steps": 2}
    ended = at_once([
        lambda: officer.post(where, seen | MEASURE | {"act": "measure", "title": "Late", "once": "m"}),
        lambda: lead.post(where, seen | {"act": "fixed", "once": "f"}),
    ])  # fmt: skip
    assert sorted(a.status_code for a in ended) == [302, 409]
    last = ReviewStep.objects.last()
    assert Measure.objects.filter(title="Late").exists() == (last.kind == "measure")


# ---- the survey ------------------------------------------------------------------------------------------------


def test_answers_are_counted_and_nothing_ties_them_to_who_gave_them(sign_in):
    from redshank.web.policies.models import Answered, Tally

    officer = sign_in("partnership_officer")
    number = opened(officer, adopted(officer))
    columns = {f.name for f in Tally._meta.get_fields()}
    assert columns == {"id", "review", "question", "answer", "count"}
    assert {f.name for f in Answered._meta.get_fields()} == {"id", "review", "by"}
    order = list(Tally.objects.order_by("pk").values_list("question", "answer"))
    client = sign_in("response_officer")
    for _ in range(2):
        assert answer(client, number, "no").status_code == 302
    assert set(Tally.objects.filter(answer="no").values_list("count", flat=True)) == {1}
    assert list(Tally.objects.order_by("pk").values_list("question", "answer")) == order
    from redshank.web.trail.models import Entry

    kept = Entry.objects.filter(kind="policy survey", action="alteration").get()
    assert "no" not in kept.details


def test_results_are_told_when_the_survey_is_over_and_five_or_more_answered(sign_in):
    officer = sign_in("partnership_officer")
    number = opened(officer, adopted(officer))
    roles = ("analyst", "response_officer", "learning", "auditor")
    for role in roles:
        answer(sign_in(role), number, "no")
    while_open = sign_in("safeguarding_lead").get(f"/policies/reviews/{number}")
    assert while_open.context["results"] == []
    over(number)
    few = sign_in("safeguarding_lead").get(f"/policies/reviews/{number}")
    assert few.context["results"] == []
    assert "Fewer than 5 answered" in text_of(few)
    csv = b"".join(sign_in("learning").get(f"/policies/reviews/{number}/paper.csv")).decode()
    assert "I know where to find the policy" not in csv
    from redshank.web.policies.models import Review

    Review.objects.filter(pk=number).update(survey_until=timezone.localdate())
    answer(sign_in("panel_chair"), number, "yes")
    assert (
        sign_in("learning").get(f"/policies/reviews/{number}").context["results"] == []
    )  # five, and it still runs
    over(number)
    (_, counts), *_ = sign_in("learning").get(f"/policies/reviews/{number}").context["results"]
    assert counts == [("Yes", 1), ("Partly", 0), ("No", 4)]


def test_a_survey_takes_answers_to_every_question_while_it_is_open_and_no_longer(sign_in):
    from redshank.web.policies.models import Answered

    officer = sign_in("partnership_officer")
    number = opened(officer, adopted(officer))
    client = sign_in("analyst")
    assert "Survey on Child exploitation policy" in text_of(client.get("/"))
    missing = answer(client, number, **{"q-find": "moon"})
    assert missing.status_code == 400
    assert list(missing.context["errors"]) == ["q-find"]
    over(number)
    assert answer(client, number).status_code == 400
    assert "Survey on Child exploitation policy" not in text_of(client.get("/"))
    assert not Answered.objects.exists()


def test_two_answers_of_one_person_at_once_count_once(own_database):
    from redshank.web.policies.models import Tally

    officer = client_of("partnership_officer")
    number = opened(officer, adopted(officer))
    clients = [client_of("analyst"), client_of("analyst")]
    ended = at_once([lambda c=c: answer(c, number) for c in clients])
    assert [a.status_code for a in ended] == [302, 302]
    assert set(Tally.objects.filter(answer="yes").values_list("count", flat=True)) == {1}


# ---- on paper --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["html", "docx", "pdf", "csv"])
def test_a_review_is_written_in_every_form_and_the_audit_has_it(sign_in, form):
    from redshank.web.trail.models import Entry

    officer = sign_in("partnership_officer")
    number = opened(officer, adopted(officer))
    told = officer.get(f"/policies/reviews/{number}/paper.{form}")
    assert told.status_code == 200
    assert len(b"".join(told)) > 200
    assert Entry.objects.filter(action="disclosure", kind="policy review", ident=str(number)).exists()
    assert officer.get(f"/policies/reviews/{number}/paper.exe").status_code == 404


def test_pages_of_what_there_is_not_are_nothing(sign_in):
    officer = sign_in("partnership_officer")
    for url in (
        "/policies/7",
        "/policies/7/1",
        "/policies/7/plan",
        "/policies/reviews/7",
        "/policies/reviews/7/survey",
        "/policies/reviews/7/paper.csv",
    ):
        assert officer.get(url).status_code == 404, url
    for url in (
        "/policies/7/1/act",
        "/policies/7/hand",
        "/policies/reviews/7/act",
        "/policies/7/1/acknowledge",
    ):
        assert officer.post(url, {"kind": "consulted", "text": "x", "act": "fixed"}).status_code == 404, url
