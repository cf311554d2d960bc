"""What people ask for reaches whoever answers: a line on the first page that opens what it counts, and a notice."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from . import test_judgements, test_register_review
from .test_search_reasons import give
from .worklist_tools import text_of


def kinds(client) -> list[str]:
    from redshank.web.notices.models import Notice

    return list(Notice.objects.filter(user=client.user).order_by("pk").values_list("kind", flat=True))


def block(client, title: str) -> SimpleNamespace:
    """One block of a first page: its number, where that opens, and its lines in words."""
    page = client.get("/").content.decode()
    found = re.search(rf'<h3[^>]*>{title} <a[^>]*href="([^"]+)"[^>]*>.*?</span>(\d+)</a></h3>\s*(<ul.*?</ul>)', page, re.DOTALL)  # fmt: skip
    if found is None:
        return SimpleNamespace(total=0, opens="", said="")
    return SimpleNamespace(total=int(found[2]), opens=html.unescape(found[1]), said=re.sub(r"<[^>]+>|\s+", " ", found[3]))  # fmt: skip


def notice_opens(client, words: str) -> str:
    """Where a notice leads."""
    page = client.get("/notices").content.decode()
    return re.search(rf'href="([^"]+)"[^>]*>\s*{words}', page)[1]


@pytest.mark.databases
def test_an_ask_for_sight_stands_on_the_leads_first_page_until_it_is_answered_and_the_answer_reaches_the_asker(sign_in):  # fmt: skip
    from redshank.web.access.models import Ask

    officer, lead, analyst = sign_in("response_officer"), sign_in("safeguarding_lead"), sign_in("analyst")
    form = {"what": "sight", "words": "the family of the corner house", "why": "a door that I stand at"}
    assert officer.post(reverse("asks"), form).status_code == 302
    assert kinds(lead) == ["asked_sight"]
    assert kinds(analyst) == []
    told = block(lead, "Asks for sight")
    assert told.total == 1
    assert "Response officer One, Response officer: sight of something" in told.said
    assert "to be answered by" in told.said
    assert "corner house" not in told.said  # what was written stands on the page alone
    assert "corner house" in lead.get(told.opens).content.decode()
    assert notice_opens(lead, "Somebody asks for sight") == reverse("sight")
    number = Ask.objects.get().pk
    assert lead.post(reverse("ask-answer", args=[number]), {f"answer-{number}": "Granted for a week"}).status_code == 302  # fmt: skip
    assert block(lead, "Asks for sight").total == 0
    assert kinds(officer) == ["asked_answered"]
    assert "Granted for a week" in officer.get(notice_opens(officer, "What you asked")).content.decode()


def test_nobody_is_told_of_another_persons_ask_who_does_not_answer_it(sign_in):
    """The notice itself says that somebody asked; a role that loses the permission sees it no more."""
    from redshank.web.access import acts
    from redshank.web.notices.models import Notice

    officer, lead = sign_in("response_officer"), sign_in("safeguarding_lead")
    acts.ask(officer.user, "own", "my cousin", "family")
    assert kinds(lead) == ["asked_sight"]
    Notice.objects.update(user=sign_in("analyst").user)
    assert "Somebody asks for sight" not in sign_in("analyst").get("/notices").content.decode()


def test_a_sampled_read_reaches_the_supervisor_but_not_whoever_read(sign_in, place, monkeypatch):
    from redshank.web.searching import reasons
    from redshank.web.searching.models import Asked

    monkeypatch.setattr(reasons, "is_sampled", lambda ref: True)
    reader, other = sign_in("safeguarding_lead"), sign_in("safeguarding_lead-2")
    # A page opened from nowhere: a reason is asked for.
    reader.defaults.pop("HTTP_REFERER")
    give(reader, "child", place.person["Cara"], words="who rang about her")
    assert Asked.objects.count() == 1
    assert kinds(other) == ["read_sampled"]
    assert kinds(reader) == []
    told = block(other, "Sampled reads")
    assert (told.total, "to be looked at by" in told.said) == (1, True)
    assert "who rang about her" in other.get(told.opens).content.decode()
    assert block(sign_in("safeguarding_lead"), "Sampled reads").total == 0
    number = Asked.objects.get().pk
    other.post(reverse("reads-check", args=[number]), {"verdict": "fine", "why": "a call", "once": "c"})
    assert block(other, "Sampled reads").total == 0


def test_flags_of_an_earlier_definition_reach_who_proposes_and_once_their_proposer(sign_in, place):
    from redshank.web.notices import reminders

    one, two = sign_in("analyst"), sign_in("analyst-2")
    flag = test_register_review.flagged(one.user, place.record["open"], decider=two.user, definition="earlier-1")  # fmt: skip
    test_register_review.flagged(one.user, place.record["other"], decider=two.user)  # under the one in force
    reminders.sweep()
    reminders.sweep()
    assert kinds(one).count("flag_again") == 1
    assert kinds(two).count("flag_again") == 0
    told = block(sign_in("researcher"), "Flags decided under an earlier definition")
    assert (told.total, "under earlier-1; to be looked at again by" in told.said) == (1, True)
    assert f'href="/flags/{flag.pk}"' in one.get(told.opens).content.decode()
    assert notice_opens(one, "A flag that you proposed") == f"/flags/{flag.pk}"
    test_register_review.flagged(two.user, place.record["open"], "proposed", at=timezone.now())
    assert block(sign_in("researcher"), "Flags decided under an earlier definition").total == 0


def test_a_sample_of_the_register_reaches_who_looks_again_and_had_no_part(sign_in, place):
    one, two, officer, lead = (sign_in(r) for r in ("analyst", "analyst-2", "exploitation_officer", "safeguarding_lead"))  # fmt: skip
    for record in ("open", "other"):
        test_register_review.flagged(one.user, place.record[record], decider=two.user)
    sample = test_register_review.draw(officer, size=2)
    assert kinds(lead) == ["flags_drawn"]  # once a sample
    assert [kinds(c).count("flags_drawn") for c in (one, two, officer)] == [0, 0, 0]
    told = block(lead, "Samples of the register")
    assert told.total == 2
    assert "2 flags wait for a second look" in told.said
    assert "confirmed" not in told.said.lower()
    assert reverse("register-sample", args=[sample.pk]) in lead.get(told.opens).content.decode()
    assert notice_opens(lead, "Flags of a sample wait") == reverse("register-sample", args=[sample.pk])
    assert block(one, "Samples of the register").total == 0
    first = sample.drawn.first().flag
    test_register_review.look(lead, sample, first)
    assert block(lead, "Samples of the register").total == 1


def test_a_judgement_waits_for_a_blind_second_look_on_the_page_and_once_a_week_past_its_day(sign_in, place):
    from redshank.web.judgements.models import Decision, Doubt
    from redshank.web.notices import reminders

    Doubt.objects.all().delete()
    judge, second = sign_in("analyst"), sign_in("researcher")
    test_judgements.judge(judge, test_judgements.compare_url(place.person), kind="not_same", reason="unlike handwriting")  # fmt: skip
    told = block(second, "Blind second looks")
    assert (told.total, "the first to be looked at by" in told.said) == (1, True)
    assert "unlike" not in told.said
    assert block(judge, "Blind second looks").total == 0
    reminders.sweep()
    assert "pair_waits" not in kinds(second)
    Decision.objects.update(at=timezone.now() - timedelta(days=15))
    for days in (0, 1, 7):
        reminders.sweep(timezone.now() + timedelta(days=days))
    assert kinds(second).count("pair_waits") in (2, 3)  # seven days on is another week; a day on may be
    assert "pair_waits" not in kinds(judge)
    assert notice_opens(second, "A judgement of another person") == reverse("review")
    page = second.get(told.opens).content.decode()
    form = dict(re.findall(r'name="(a|b|once)" value="([^"]*)"', page))
    second.post(reverse("review"), form | {"answer": "unsure"})
    assert block(second, "Blind second looks").total == 0
    assert block(sign_in("researcher-2"), "Blind second looks").total == 0  # one second look is enough


def test_of_an_access_that_lapses_the_line_manager_and_its_holder_are_told_before(sign_in):
    from redshank.web.access import standing
    from redshank.web.access.models import Standing
    from redshank.web.notices import reminders

    manager, member, stranger = sign_in("tasking_chair"), sign_in("analyst"), sign_in("panel_chair")
    day = standing.today()
    Standing.objects.filter(user=member.user).update(manager=manager.user, certified_on=day - standing.NEEDS.certified + timedelta(days=10))  # fmt: skip
    reminders.sweep()
    reminders.sweep()
    assert [kinds(c) for c in (manager, member, stranger)] == [["look_due"], ["lapse_due"], []]
    told = block(manager, "Access of your team")
    assert told.total == 1
    assert "Does Analyst One still need the access?" in told.said
    assert f"Your access lapses after {10 + day.day} " in text_of(member.get("/")) or day.day > 18
    assert "unless Tasking chair" in text_of(member.get("/")) or "confirms that you still need it" in text_of(member.get("/"))  # fmt: skip
    assert "Your access lapses" not in text_of(manager.get("/"))
    assert notice_opens(manager, "Access of somebody in your team") == told.opens == reverse("team")
    reminders.sweep(timezone.now() + timedelta(days=12))
    assert kinds(manager) == ["look_due", "look_overdue"]
    assert kinds(member) == ["lapse_due"]
    assert manager.post("/team/analyst", {"keeps": "yes", "reason": "still on the desk"}).status_code == 302
    assert block(manager, "Access of your team").total == 0
    assert "Your access lapses" not in text_of(member.get("/"))
