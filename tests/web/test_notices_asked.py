"""Notices of what products, the tracker, reviews, learning, policies and requests for access ask of somebody."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from . import audit_tools, test_learning, test_policies, test_products, test_rights, test_tracker
from . import worklist_tools as tools
from .worklist_fixtures import application, town  # noqa: F401
from .worklist_tools import text_of

DAY = date(2027, 3, 10)


def kinds(user, thing: str) -> list[str]:
    from redshank.web.notices.models import Notice

    return list(Notice.objects.filter(user=user, thing=thing).order_by("pk").values_list("kind", flat=True))


def swept(thing: str, user, *days: int) -> list[str]:
    """What somebody is told of one kind of thing by sweeps so many days from its day."""
    from redshank.web.notices import reminders

    for n in days:
        at = timezone.make_aware(datetime.combine(DAY + timedelta(days=n), time(12)), timezone.get_default_timezone())  # fmt: skip
        reminders.sweep(at)
    return kinds(user, thing)


def test_a_product_is_told_to_who_may_review_then_to_who_may_sign_and_back_to_its_author(sign_in):
    analyst, second, chair = sign_in("analyst"), sign_in("analyst-2"), sign_in("safeguarding_lead")
    number = test_products.drafted(analyst)
    for heading in test_products.ASKED:
        test_products.wrote(analyst, number, heading, f"Written under {heading}.")
    assert test_products.act(analyst, number, "submit").status_code == 302
    assert kinds(second.user, "product") == ["to_review"]
    assert kinds(analyst.user, "product") == []  # who wrote it reviews nothing
    assert test_products.act(second, number, "review").status_code == 302
    assert "to_sign" in kinds(chair.user, "product")
    assert "to_sign" not in kinds(second.user, "product")
    assert test_products.act(chair, number, "back", why="March is missing").status_code == 302
    assert kinds(analyst.user, "product") == ["sent_back"]
    page = text_of(second.get("/notices"))
    assert "A product waits for its review" in page
    assert f'href="/products/{number}"' in second.get("/notices").content.decode()


def test_who_may_not_see_everything_that_a_product_rests_on_is_told_nothing_of_it(sign_in, place):
    from redshank.web.policy.models import Conflict

    analyst, second = sign_in("analyst"), sign_in("analyst-2")
    number = test_products.drafted(analyst)
    for heading in test_products.ASKED:
        test_products.wrote(analyst, number, heading, f"Written under {heading}.")
    Conflict.objects.create(user=second.user, person_id=place.person["Cara"], by=second.user, reason="family")
    assert test_products.act(analyst, number, "submit").status_code == 302
    assert kinds(second.user, "product") == []


def test_a_recommendation_is_told_to_its_owner_within_its_warning_and_goes_up_when_it_is_past(town):  # noqa: F811
    from redshank.web.tracker.models import Recommendation

    owner, lead = tools.account("analyst"), tools.account("safeguarding_lead")
    test_tracker.done("owned", owner=owner.username, why="It is about products")
    assert kinds(owner, "tracker") == ["tracker_owned"]
    Recommendation.objects.filter(pk=test_tracker.number()).update(due=DAY)
    assert swept("tracker", owner, -31)[1:] == []
    assert swept("tracker", owner, -30, -3, -1, 0, 1, 2)[1:] == ["tracker_due"] * 3 + ["tracker_overdue"]
    assert swept("tracker", lead, 3, 4) == ["tracker_escalated"]
    Recommendation.objects.filter(pk=test_tracker.number()).update(status="closed", due=DAY + timedelta(days=40))  # fmt: skip
    assert len(swept("tracker", owner, 39)) == 5  # of what is closed nothing is told


def test_what_was_asked_and_planned_for_a_recommendation_is_told_each_by_its_own_day(town):  # noqa: F811
    from redshank.web.tracker.models import Ask, Deed, Recommendation

    owner = tools.account("analyst")
    row = test_tracker.number()
    Recommendation.objects.filter(pk=row).update(owner=owner, due=None)
    for n in (1, 2):
        Ask.objects.create(recommendation_id=row, of=f"Agency {n}", what="Data", asked_on=DAY, next_on=DAY)
    Deed.objects.create(recommendation_id=row, what="A plan", on=DAY)
    assert sorted(swept("tracker", owner, -3)) == ["ask_due", "ask_due", "deed_due"]
    assert sorted(swept("tracker", owner, 1))[2:4] == ["ask_overdue", "ask_overdue"]


def test_who_reads_in_a_programme_is_told_of_a_sample_and_a_line_manager_of_feedback(sign_in, place):
    from redshank.web.audits.models import Feedback, Item

    lead, other = sign_in("safeguarding_lead"), sign_in("analyst")
    sample = audit_tools.drawn(lead, "language")
    readers = {u for u in sample.of.reads}
    assert lead.user.role in readers
    assert kinds(lead.user, "sample") == []  # who drew it knows
    role = sorted(readers - {"safeguarding_lead"})[0]
    assert kinds(sign_in(role).user, "sample") == ["sample"]
    item = Item.objects.filter(sample=sample).first()
    Feedback(item=item, to=other.user, text="Speak of it.", by=lead.user, once="f").save(force_insert=True)
    assert "feedback" in kinds(other.user, "feedback")
    assert 'href="/reviews/feedback"' in other.get("/notices").content.decode()


def test_an_event_is_told_to_whose_course_it_is_before_its_day_and_until_somebody_says_whether_it_was_held(sign_in):  # fmt: skip
    from redshank.web.learning.models import Event

    trainer = sign_in("learning")
    number = test_learning.course(trainer)
    test_learning.event(trainer, number)
    assert kinds(trainer.user, "event") == []  # who planned it knows
    Event.objects.update(on=DAY, state="planned")
    assert swept("event", trainer.user, -4, -3, -1, 1, 2) == ["event_due", "event_due", "event_overdue"]
    Event.objects.update(state="held", on=DAY + timedelta(days=9))
    assert len(swept("event", trainer.user, 20)) == 3


def test_a_policy_is_told_to_who_answers_for_it_when_its_review_comes_and_goes_up_when_it_is_past(sign_in):
    from redshank.web.policies import acts
    from redshank.web.policies.models import Version

    number = test_policies.adopted(sign_in("partnership_officer"))
    owner, lead = sign_in("partnership_officer").user, sign_in("safeguarding_lead").user
    version = Version.objects.get(policy=number)
    shift = DAY - acts.due(version).on
    Version.objects.filter(pk=version.pk).update(adopted_on=version.adopted_on + shift)
    day = acts.due(Version.objects.get(pk=version.pk)).on
    off = (day - DAY).days  # months differ in length
    assert swept("policy", owner, off - 29) == []
    assert swept("policy", owner, off - 28, off - 3, off + 1) == ["policy_due", "policy_due", "policy_overdue"]  # fmt: skip
    assert swept("policy", lead, off + 3) == ["policy_escalated"]


def test_a_case_is_told_by_its_clock_to_who_prepares_it_and_to_a_second_person_when_it_waits(sign_in, place):
    from redshank.web.rights.models import Case

    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number = test_rights.prepared(sign_in, place)
    assert "rights_decide" in kinds(lead.user, "rights")
    assert "rights_decide" not in kinds(auditor.user, "rights")
    Case.objects.filter(pk=number).update(due=DAY)
    assert swept("rights", auditor.user, -8) == []
    assert swept("rights", auditor.user, -7, -3, 1) == ["rights_due", "rights_due", "rights_overdue"]
    assert "rights_escalated" in swept("rights", lead.user, 3)
    told = text_of(auditor.get("/notices"))
    assert "Cara" not in told
    assert "SAR-" not in told


def test_a_proposal_to_lift_a_preservation_notice_is_told_to_everybody_who_may_be_the_second(sign_in, place):
    from redshank.web.retention.models import Notice

    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number = Notice.objects.get(kind="standing").pk
    sent = {"kind": "lift_proposed", "why": "To be looked at.", "steps": 0, "once": "l"}
    assert auditor.post(f"/preservation/{number}/act", sent).status_code == 302
    assert kinds(lead.user, "preserved") == kinds(sign_in("auditor-2").user, "preserved") == ["preservation_decide"]  # fmt: skip
    assert kinds(auditor.user, "preserved") == []
    assert "waits for a second person" in text_of(lead.get("/notices"))


def test_no_kind_of_notice_says_more_than_what_kind_of_thing_waits(application):  # noqa: F811
    from redshank.web.notices.kinds import KINDS
    from redshank.web.notices.lists import PAGES, ROUTES
    from redshank.web.notices.write import THINGS

    assert all("{" not in k.words.replace("{when}", "") for k in KINDS.values())
    lists = {
        "feedback",
        "sight",
        "standing",
        "read",
        "judgement",
    }  # these lead to a list, and to no page of one
    assert set(THINGS) - set(ROUTES) == {"sitting", "terms", *lists}  # those two by more than a number
    assert set(PAGES) <= set(KINDS)
