"""Reviews of samples: drawn again by the seed, read blind, counted with their interval; what is missed leads to a flag and a miss."""

from __future__ import annotations

import pytest

from .audit_tools import answers, draw, drawn, found, item_of, made_up, read
from .conftest import opens, test_form
from .worklist_tools import text_of

pytestmark = pytest.mark.databases


def model(name: str):
    from redshank.web.audits import models

    return getattr(models, name).objects


def sees(user, name: str):
    return model(name).visible_to(user, "a test")


# ---- the draw -----------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_records_and_a_share_of_them_is_read_twice(sign_in, place):
    analyst = sign_in("analyst")
    first = drawn(analyst, "language", size="8")
    again = drawn(analyst, "language", size="8", once="again")
    keys = list(first.items.values_list("record_key", "twice"))
    assert keys == list(again.items.values_list("record_key", "twice"))
    assert len(keys) == 8
    assert sum(twice for _, twice in keys) == 2
    other = drawn(analyst, "language", size="8", seed="two", once="two")
    assert keys != list(other.items.values_list("record_key", "twice"))
    assert "the same records" in text_of(analyst.get(f"/reviews/samples/{first.pk}?again=1"))


def test_every_stratum_stands_in_a_sample(sign_in, place):
    sample = drawn(sign_in("analyst"), "language", size="6")
    strata = list(sample.items.values_list("stratum", flat=True))
    assert sorted(strata) == [
        "crimes",
        "incidents",
        "intelligence",
        "missing_episodes",
        "partner_referrals",
        "vulnerability_entries",
    ]
    assert sum(sample.parsed("frame").values()) > 20


def test_a_review_of_victims_draws_crimes_in_which_somebody_under_18_is_named_as_victim(sign_in, place):
    sample = drawn(sign_in("analyst"), "victims")
    # C-99 names an adult victim, C-8 a child as suspect.
    assert set(sample.items.values_list("record_key", flat=True)) == {"crimes:C-open", "crimes:C-other"}


def test_handling_c_is_drawn_and_shown_to_cleared_roles_alone_and_its_counts_too(sign_in, place):
    cleared, adviser = sign_in("analyst"), sign_in("missing_adviser")
    sample = drawn(cleared, "language")
    assert sample.items.filter(record_key__startswith="intelligence:IC").exists()
    assert not sees(adviser.user, "Item").filter(record_key__startswith="intelligence:IC").exists()
    page = adviser.get(f"/reviews/samples/{sample.pk}")
    assert "IC-" not in page.content.decode()
    assert "What it was drawn from" in text_of(cleared.get(f"/reviews/samples/{sample.pk}"))
    assert "What it was drawn from" not in text_of(page)
    closed = item_of(sample, "intelligence:IC-1")
    assert adviser.get(f"/reviews/records/{closed.pk}").status_code == 404
    assert adviser.post(f"/reviews/records/{closed.pk}/read", {}).status_code == 404


def test_who_may_not_draw_draws_nothing(sign_in, place):
    draw(sign_in("missing_adviser"), "language")
    assert draw(sign_in("duty_inspector"), "language").status_code == 404
    assert draw(sign_in("missing_adviser"), "victims").status_code == 404
    assert not model("Sample").exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"size": "0"}, "size"), ({"size": "many"}, "size"), ({"size": "201"}, "size"), ({"seed": "x" * 41}, "seed"), ({"since": "soon"}, "since"),
     ({"since": "2027-01-01"}, "since"), ({"since": "2020-01-01", "until": "2020-02-01"}, "since")],
)  # fmt: skip
def test_what_is_wrong_with_a_draw_is_said_beside_its_field_and_nothing_is_kept(sign_in, place, wrong, field):
    answer = draw(sign_in("analyst"), "language", **wrong)
    assert (answer.status_code, list(answer.context["errors"])) == (400, [field])
    assert not model("Sample").exists()


def test_a_form_sent_twice_draws_once(sign_in, place):
    analyst = sign_in("analyst")
    assert drawn(analyst, "language") == drawn(analyst, "language")


# ---- reading ------------------------------------------------------------------------------------


def test_a_record_is_opened_before_it_is_read(sign_in, place):
    analyst = sign_in("analyst")
    item = item_of(drawn(analyst, "victims"), "crimes:C-open")
    answer = read(analyst, item, is_opened=False)
    assert (answer.status_code, list(answer.context["errors"])) == (400, ["opened"])
    assert not model("Reading").exists()
    assert read(analyst, item).status_code == 302
    assert model("Reading").get().opened_at >= item.sample.at


def test_the_second_reader_does_not_see_the_first_answers_and_then_both_are_shown(
    sign_in, place, monkeypatch
):
    first, second, lead = sign_in("analyst"), sign_in("researcher"), sign_in("safeguarding_lead")
    sample = drawn(first, "intelligence")
    item = sample.items.filter(twice=True).first()
    told = read(first, item, why="Ploverfirst: what the first one wrote.")
    assert told.status_code == 302, told.context["errors"]
    for client in (second, lead, sign_in("analyst-2")):
        assert "Ploverfirst" not in client.get(f"/reviews/records/{item.pk}").content.decode()
        assert not sees(client.user, "Reading").exists()
    assert "Ploverfirst" in first.get(f"/reviews/records/{item.pk}").content.decode()
    assert "first answers" in text_of(second.get(f"/reviews/records/{item.pk}"))
    assert read(second, item).status_code == 302
    assert [r.turn for r in item.readings.all()] == [1, 2]
    assert "Ploverfirst" in lead.get(f"/reviews/records/{item.pk}").content.decode()


def test_the_second_reader_is_not_told_that_the_first_led_to_a_flag(sign_in, place):
    crimes_of_children(8)
    first, second = sign_in("analyst"), sign_in("researcher")
    item = drawn(first, "victims").items.filter(twice=True, found="").first()
    found(first, item)
    put(first, item)
    assert "It led to" in text_of(first.get(f"/reviews/records/{item.pk}"))
    assert "It led to" not in text_of(second.get(f"/reviews/records/{item.pk}"))
    assert "no flag stands" not in text_of(second.get(f"/reviews/records/{item.pk}"))
    found(second, item)
    assert "It led to" in text_of(second.get(f"/reviews/records/{item.pk}"))


def test_nobody_reads_a_record_twice_and_one_that_is_not_drawn_for_it_is_read_once(sign_in, place):
    analyst = sign_in("analyst")
    sample = drawn(analyst, "intelligence")
    once, twice = sample.items.filter(twice=False).first(), sample.items.filter(twice=True).first()
    for item in (once, twice):
        read(analyst, item)
        assert read(analyst, item, once="more").status_code == 400
    assert read(sign_in("researcher"), once).status_code == 400
    assert once.readings.count() == twice.readings.count() == 1


def test_two_readings_that_differ_are_settled_by_a_third_person_who_has_both_before_them(sign_in, place):
    analyst, researcher, officer = sign_in("analyst"), sign_in("researcher"), sign_in("exploitation_officer")
    sample = drawn(analyst, "victims")
    item = sample.items.filter(twice=True).first()
    found(analyst, item, why="Ploverfirst says yes.")
    read(researcher, item, why="Ploversecond says no.")
    assert "differ" in text_of(analyst.get(f"/reviews/samples/{sample.pk}"))
    page = officer.get(f"/reviews/records/{item.pk}").content.decode()
    assert "Ploverfirst" in page
    assert "Ploversecond" in page
    assert found(officer, item).status_code == 302
    assert item.readings.get(turn=3).by == officer.user


def test_who_reads_when_somebody_was_first_keeps_what_was_typed(sign_in, place):
    first, second = sign_in("analyst"), sign_in("researcher")
    item = drawn(first, "victims").items.filter(twice=True).first()
    assert second.get(f"/reviews/records/{item.pk}").context["steps"] == 0
    read(first, item)
    answer = read(second, item, steps=0, why="Ploverkept, word for word.")
    assert answer.status_code == 409
    assert "Ploverkept, word for word." in answer.content.decode()
    assert item.readings.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"group": ""}, "group"), ({"group": "maybe"}, "group"), ({"why": ""}, "why"), ({"why": "x" * 4_001}, "why"), ({"group": "yes", "features": []}, "features")],
)  # fmt: skip
def test_what_is_wrong_with_a_reading_is_said_beside_its_field_and_nothing_is_kept(
    sign_in, place, wrong, field
):
    analyst = sign_in("analyst")
    answer = read(analyst, item_of(drawn(analyst, "victims"), "crimes:C-open"), **wrong)
    assert (answer.status_code, list(answer.context["errors"])) == (400, [field])
    assert not model("Reading").exists()


def test_readings_are_added_and_never_changed(sign_in, place):
    from django.core.exceptions import ValidationError

    analyst = sign_in("analyst")
    read(analyst, item_of(drawn(analyst, "victims"), "crimes:C-open"))
    row = model("Reading").get()
    with pytest.raises(ValidationError):
        row.save()
    with pytest.raises(ValidationError):
        row.delete()


def test_a_phrase_without_a_verdict_is_asked_for(sign_in, place):
    adviser = sign_in("missing_adviser")
    item = item_of(drawn(adviser, "missing"), "missing_episodes:M-now")
    answer = read(adviser, item, phrase="")
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == ["phrase-1", "phrase-2"]
    assert read(adviser, item, phrase="template").status_code == 302
    assert {v.rule[0] for v in model("Verdict").all()} == {"L"}


def test_what_rests_on_a_restricted_record_is_gone_with_it(sign_in, place):
    from redshank.web.policy.models import Restriction

    analyst = sign_in("analyst")
    sample = drawn(analyst, "victims")
    item = item_of(sample, "crimes:C-open")
    read(analyst, item)
    Restriction.objects.create(kind="record", ident="crimes:C-open", by=analyst.user, reason="for the test")
    fresh = sign_in("analyst")
    assert fresh.get(f"/reviews/records/{item.pk}").status_code == 404
    assert "C-open" not in fresh.get(f"/reviews/samples/{sample.pk}").content.decode()
    assert not sees(fresh.user, "Reading").exists()


# ---- what was missed ----------------------------------------------------------------------------


def crimes_of_children(n: int, start: int = 0) -> list[str]:
    """So many crimes more, each with a child as victim, in which the night found nothing."""
    from datetime import date, timedelta

    from redshank.web.heads.models import Appearance, Record

    like = Record.objects.get(key="crimes:C-99")
    child = Appearance.objects.get(record_key="crimes:C-open", role="victim", in_open=True)
    keys = []
    for i in range(start, start + n):
        key = f"crimes:V-{i:02}"
        keys.append(key)
        like.pk = None
        like.key, like.ref, like.uid, like.at = key, f"V-{i:02}", key, like.at + timedelta(minutes=i)
        like.save(force_insert=True)
        child.pk = None
        child.record_key, child.uid, child.born, child.named = key, f"a-{i:02}", date(2012, 1, 1), ""
        child.save(force_insert=True)
    return keys


def put(client, item):
    """Proposes the flag from the review, by the guided test."""
    answer = client.post(
        f"/reviews/records/{item.pk}/propose", test_form(evidence=[item.record_key], once=f"flag{item.pk}")
    )
    assert answer.status_code == 302, answer.context["errors"]
    return answer


def test_fifty_victims_records_with_four_unflagged_give_recall_four_flags_and_four_misses(sign_in, place):
    from redshank.agreement import wilson
    from redshank.web.audits.measures import measured_recall, missed_by
    from redshank.web.flags.models import Flag

    crimes_of_children(60)
    analyst, second = sign_in("exploitation_officer"), sign_in("researcher")
    sample = drawn(analyst, "victims", size="50")
    items = list(sample.items.all())
    assert len(items) == 50
    known = [i for i in items if i.found]
    assert {i.record_key for i in known} <= {"crimes:C-open", "crimes:C-other"}
    new = [i for i in items if not i.found][:4]
    for item in items:
        does = found if item in known or item in new else read
        assert does(analyst, item).status_code == 302
        if item.twice:
            does(second, item)
    assert len(analyst.get("/reviews").context["owed"]) == 4
    for item in new:
        put(analyst, item)
    assert not analyst.get("/reviews").context["owed"]
    proposed = Flag.objects.filter(about="record", state="proposed", ident__in=[i.record_key for i in new])
    assert proposed.count() == 4
    assert {f.proposed_by for f in proposed} == {analyst.user}
    assert len(missed_by(analyst.user, "multiple_suspects")) == 4
    assert {m.item_id for m in model("Miss").all()} == {i.pk for i in new}
    told = {r.by: r for r in measured_recall(analyst.user) if r.programme == "victims"}
    assert (told["flag"].found, told["flag"].missed, told["flag"].read) == (len(known), 4, 50)
    assert told["flag"].interval == wilson(len(known), len(known) + 4)
    assert f"{len(known)} of {len(known) + 4}" in told["night"].words
    report = text_of(analyst.get("/reviews/victims/report"))
    assert "4 were not." in report
    assert "Flags that it led to" in analyst.get("/reviews/victims/report").content.decode()


def test_a_flag_from_a_review_is_decided_by_another_person_like_any_other(sign_in, place):
    from redshank.web.flags.models import Flag

    (key,) = crimes_of_children(1)
    analyst, officer = sign_in("analyst"), sign_in("exploitation_officer")
    item = item_of(drawn(analyst, "victims"), key)
    assert found(analyst, item).url == f"/reviews/records/{item.pk}"
    assert (
        f"/reviews/records/{item.pk}/propose" in analyst.get(f"/reviews/records/{item.pk}").content.decode()
    )
    put(analyst, item)
    flag = Flag.objects.get(ident=key)
    assert analyst.get(f"/flags/{flag.pk}").context["why_not"]
    assert officer.get(f"/flags/{flag.pk}").context["why_not"] == ""
    assert f"/flags/{flag.pk}" in analyst.get(f"/reviews/records/{item.pk}").content.decode()


def test_a_group_that_a_reader_found_and_left_stands_with_the_owner_and_the_lead_until_a_flag_is_proposed(
    sign_in, place
):
    from redshank.web.audits.first import flags_owed

    keys = crimes_of_children(3)
    reader, owner, lead = sign_in("researcher"), sign_in("exploitation_officer"), sign_in("safeguarding_lead")
    item = drawn(owner, "victims").items.filter(twice=False, record_key__in=keys).first()
    found(reader, item)
    type(reader.user).objects.filter(pk=reader.user.pk).update(is_active=False)
    for client in (owner, lead):
        (line,) = flags_owed(client.user, "x").lines
        assert "found by Researcher One, to be decided by " in line.hint
    assert flags_owed(sign_in("analyst").user, "x").total == 0  # neither theirs nor this programme's owner
    made_up(owner, item.record_key)
    put(owner, item)
    assert flags_owed(lead.user, "x").total == 0


def test_what_was_settled_as_no_group_or_flagged_meanwhile_is_owed_no_more(sign_in, place):
    from redshank.web.audits.first import flags_owed
    from redshank.web.flags.models import Flag

    crimes_of_children(8)
    reader, second, third = sign_in("analyst"), sign_in("researcher"), sign_in("exploitation_officer")
    sample = drawn(reader, "victims")
    item = sample.items.filter(twice=True, found="").first()
    found(reader, item)
    assert flags_owed(reader.user, "x").total == 1
    read(second, item)
    read(third, item)
    assert flags_owed(reader.user, "x").total == 0
    other = sample.items.filter(twice=False, found="").first()
    found(reader, other)
    assert flags_owed(reader.user, "x").total == 1
    put(reader, other)
    Flag.objects.update(state="not_proven")
    assert flags_owed(reader.user, "x").total == 0


def test_a_flag_needs_its_record_opened_and_a_reading_of_ones_own(sign_in, place):
    (key,) = crimes_of_children(1)
    analyst, researcher = sign_in("analyst"), sign_in("researcher")
    item = item_of(drawn(analyst, "victims"), key)
    found(analyst, item)
    assert (
        researcher.post(f"/reviews/records/{item.pk}/propose", test_form(evidence=[key])).status_code == 404
    )


def test_what_stands_under_a_flag_owes_none_and_what_the_night_found_is_no_miss(sign_in, place):
    analyst, second = sign_in("analyst"), sign_in("researcher")
    sample = drawn(analyst, "victims")
    for item in sample.items.all():
        assert item.was_found == {"flag", "night"}  # the record system's own flag; a proposed group
        found(analyst, item)
        found(second, item)
    assert not analyst.get("/reviews").context["owed"]
    assert not model("Miss").exists()


def test_where_the_record_holds_the_signal_already_the_miss_is_that_of_proposing_groups(sign_in, place):
    from redshank.web.heads.models import Signal

    keys = crimes_of_children(2)
    like = Signal.objects.filter(in_open=True, status="affirmed").first()
    like.pk = None
    like.record_key, like.uid, like.signal_id, like.indicator = keys[0], "s-x", "s-x", "multiple_suspects"
    like.save(force_insert=True)
    analyst, second = sign_in("analyst"), sign_in("researcher")
    sample = drawn(analyst, "victims")
    for key in keys:
        found(analyst, item_of(sample, key))
        found(second, item_of(sample, key))
    assert {m.item.record_key: m.rule for m in model("Miss").all()} == {
        keys[0]: "grouping",
        keys[1]: "multiple_suspects",
    }


def test_recall_of_what_nobody_read_is_said_to_be_unknown(sign_in, place):
    from redshank.web.audits.measures import measured_recall

    analyst = sign_in("analyst")
    assert all(r.interval is None and "nobody knows" in r.words for r in measured_recall(analyst.user))
    assert "Not known" in analyst.get("/reviews/victims/report").content.decode()
    assert measured_recall(sign_in("missing_adviser").user) == []


# ---- cadence, feedback, the first page ----------------------------------------------------------


def test_a_programme_whose_days_passed_is_overdue_for_its_owner_and_the_lead(sign_in, place):
    from datetime import timedelta

    from django.utils import timezone

    from redshank.web.audits.first import due

    analyst, lead, adviser = sign_in("analyst"), sign_in("safeguarding_lead"), sign_in("missing_adviser")
    assert {line.text.split(":")[0] for line in due(analyst.user, "x").lines} == {
        "Language audit",
        "Review of intelligence reports",
    }
    assert len(due(lead.user, "x").lines) == 4
    assert [line.url for line in due(adviser.user, "x").lines] == ["/reviews/missing"]
    sample = drawn(analyst, "missing")
    assert due(adviser.user, "x").total == 0
    late = timezone.now() - timedelta(days=32)
    type(sample)._base_manager.filter(pk=sample.pk).update(at=late)
    assert "overdue since" in due(adviser.user, "x").lines[0].hint
    assert "Sample overdue" in text_of(adviser.get("/reviews"))


def test_feedback_reaches_the_line_manager_and_nobody_else(sign_in, place):
    analyst, manager = sign_in("analyst"), sign_in("duty_inspector")
    item = item_of(drawn(analyst, "language"), "missing_episodes:M-now")
    sent = {
        "to": manager.user.username,
        "text": "Ploverlearn: write who made the child less safe.",
        "once": "t",
    }
    assert analyst.post(f"/reviews/records/{item.pk}/tell", sent).status_code == 400
    read(analyst, item)
    assert analyst.post(f"/reviews/records/{item.pk}/tell", sent).status_code == 302
    assert "Ploverlearn" in manager.get("/reviews/feedback").content.decode()
    assert "/reviews/feedback" in manager.get("/").content.decode()
    for role in ("safeguarding_lead", "analyst-2", "duty_inspector-2"):
        client = sign_in(role)
        assert not sees(client.user, "Feedback").exists()
        for path in ("/reviews/feedback", f"/reviews/records/{item.pk}", "/reviews/language/report"):
            assert "Ploverlearn" not in client.get(path).content.decode()
    told = model("Feedback").get()
    assert sign_in("analyst-2").post(f"/reviews/feedback/{told.pk}/heard").status_code == 404
    manager.post(f"/reviews/feedback/{told.pk}/heard")
    assert not manager.get("/").context["waiting"].get("feedback")
    assert "you spoke with them" in text_of(manager.get("/reviews/feedback"))


def test_a_line_manager_who_cannot_open_the_record_is_not_told_of_it(sign_in, place):
    analyst = sign_in("analyst")
    item = item_of(drawn(analyst, "language"), "intelligence:IC-1")
    read(analyst, item)
    sent = {"to": "tasking-chair", "text": "What should be learnt.", "once": "t"}
    answer = analyst.post(f"/reviews/records/{item.pk}/tell", sent)
    assert list(answer.context["errors"]) == ["to"]
    assert not model("Feedback").exists()


def test_nobody_but_a_line_manager_can_be_told(sign_in, place):
    """An account that opens the record is not enough; whoever a colleague names as line manager is one."""
    from redshank.web.access import standing

    analyst, colleague = sign_in("analyst"), sign_in("safeguarding_lead").user
    item = item_of(drawn(analyst, "language"), "missing_episodes:M-now")
    read(analyst, item)
    sent = {"to": colleague.username, "text": "What should be learnt.", "once": "t"}
    answer = analyst.post(f"/reviews/records/{item.pk}/tell", sent)
    assert (answer.status_code, list(answer.context["errors"])) == (400, ["to"])
    assert f'value="{colleague.username}"' not in answer.content.decode()
    assert not model("Feedback").exists()
    standing.record(sign_in("missing_adviser").user, manager=colleague)
    assert f'value="{colleague.username}"' in analyst.get(f"/reviews/records/{item.pk}").content.decode()
    assert analyst.post(f"/reviews/records/{item.pk}/tell", sent).status_code == 302


def told_of(sign_in, manager):
    """Feedback on one record, told to this line manager."""
    analyst = sign_in("analyst")
    item = item_of(drawn(analyst, "language"), "missing_episodes:M-now")
    read(analyst, item)
    sent = {"to": manager.username, "text": "Ploverlearn: write who made the child less safe.", "once": "t"}
    assert analyst.post(f"/reviews/records/{item.pk}/tell", sent).status_code == 302
    return model("Feedback").get()


def leaves(user, manager=None) -> int:
    from redshank.web.access import standing
    from redshank.web.meetings import leavers

    standing.record(user, left_on=standing.today(), manager=manager)
    return leavers.passes_on(user)


def test_feedback_to_a_line_manager_who_left_goes_to_theirs_and_nobody_elses_page_tells_of_it(sign_in, place):
    first, above = sign_in("duty_inspector"), sign_in("mace_coordinator")
    told = told_of(sign_in, first.user)
    assert leaves(first.user, above.user) == 1
    page = above.get("/reviews/feedback")
    assert "Ploverlearn" in page.content.decode()
    assert f"it was for {first.user.name}, who left, and is yours now" in text_of(page)
    assert f"handed on to {above.user.name}" in text_of(
        sign_in("analyst").get(f"/reviews/records/{told.item_id}")
    )
    assert not sees(first.user, "Feedback").exists()
    assert "None." in text_of(
        sign_in("learning").get("/reviews/feedback")
    )  # opens no record, and is told of none
    for role in ("duty_inspector-2", "safeguarding_lead"):
        assert "Ploverlearn" not in sign_in(role).get("/reviews/feedback").content.decode()
        assert sign_in(role).post(f"/reviews/feedback/{told.pk}/heard").status_code == 404
    # It goes on again where that one leaves too, and is told to nobody once somebody spoke with whoever wrote it.
    assert leaves(above.user, sign_in("duty_inspector-2").user) == 1
    assert sign_in("duty_inspector-2").post(f"/reviews/feedback/{told.pk}/heard").status_code == 302
    assert leaves(sign_in("duty_inspector-2").user) == 0


def test_feedback_goes_only_to_somebody_who_opens_the_record_and_did_not_write_it(sign_in, place):
    """The line manager's own line manager wrote it: the one of the same role takes it."""
    first = sign_in("duty_inspector").user
    told_of(sign_in, first)
    analyst, successor = sign_in("analyst").user, sign_in("duty_inspector-2").user
    assert leaves(first, analyst) == 1
    assert sees(successor, "Feedback").get().holder == successor.pk
    # An administrator, a learning officer or whoever sees no record takes nothing.
    assert leaves(successor, sign_in("learning").user) == 1
    heir = model("Handed").last().to
    assert heir.role not in ("learning", "administrator")
    assert heir.pk != analyst.pk


def test_feedback_that_nobody_can_take_stays_and_who_oversees_leavers_is_told(sign_in, place):
    from redshank.web.accounts.models import User
    from redshank.web.meetings import leavers

    first = sign_in("duty_inspector").user
    told_of(sign_in, first)
    others = User.objects.exclude(pk=first.pk).filter(role__in=["duty_inspector", "safeguarding_lead"])
    active = list(others.filter(is_active=True).values_list("pk", flat=True))
    others.update(is_active=False)
    assert leaves(first) == 0
    admin = sign_in("administrator")
    assert first in leavers.left_behind(admin.user)
    assert "Ploverlearn" not in admin.get("/").content.decode()
    User.objects.filter(pk__in=active).update(is_active=True)
    assert leavers.sweep() >= 1
    assert not leavers.left_behind(admin.user)


def test_what_waits_to_be_read_stands_on_the_first_page_until_it_is(sign_in, place):
    analyst = sign_in("analyst")
    sample = drawn(analyst, "victims")
    assert f"/reviews/samples/{sample.pk}" in analyst.get("/").content.decode()
    for item in sample.items.all():
        read(analyst, item)
    assert f"/reviews/samples/{sample.pk}" not in analyst.get("/").content.decode()


def test_a_draw_a_reading_and_a_report_stand_in_the_audit(sign_in, place):
    from redshank.web.trail.models import Entry

    analyst = sign_in("analyst")
    sample = drawn(analyst, "victims")
    item = item_of(sample, "crimes:C-open")
    read(analyst, item)
    analyst.get("/reviews/victims/report.csv")
    kinds = set(Entry.objects.filter(user=analyst.user).values_list("action", "kind"))
    assert {
        ("collection", "sample of a review"),
        ("alteration", "record of a sample"),
        ("disclosure", "report of a review"),
    } <= kinds


# ---- configuration ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        ("analyst", "anybody"),
        ('strata = "kind"', 'strata = "sex"'),
        ('kind = "phrases"', 'kind = "picture"'),
        ('finds = "yes"', ""),
    ],
)
def test_a_configuration_that_is_not_understood_is_refused(wrong):
    from pathlib import Path

    from redshank.web.audits import programmes

    text = (Path(programmes.__file__).parent / "programmes.toml").read_text(encoding="utf-8")
    assert programmes.read_programmes(text)
    with pytest.raises(ValueError, match=r"programmes\.toml"):
        programmes.read_programmes(text.replace(*wrong))


def test_the_missing_audit_asks_what_the_force_said_with_language_as_one_section():
    from redshank.web.audits.programmes import PROGRAMMES

    p = PROGRAMMES["missing"]
    assert [s.title for s in p.sections] == [
        "Risk level and its reason",
        "Reviews",
        "Return interview",
        "The child's voice",
        "Link to exploitation",
        "Language",
    ]
    assert answers(p)["voice"] == "yes"
    assert p.every.days == 31


def test_opening_counts_only_after_the_draw(sign_in, place):
    analyst = sign_in("analyst")
    opens(analyst, "crimes:C-open")
    item = item_of(drawn(analyst, "victims"), "crimes:C-open")
    assert read(analyst, item, is_opened=False).status_code == 400
