"""Every act on an item: made once, kept with who, when, why and what was shown, and taken back by another act."""

from __future__ import annotations

import json

import pytest

from . import worklist_tools as tools
from .worklist_fixtures import application, town  # noqa: F401

ADA = ("child", "p-ada")
FORMS = {
    "confirm": ("item-verdict", {"act": "confirm", "confirm_why": "the school saw it too"}),
    "dismiss": ("item-verdict", {"act": "dismiss", "dismiss_value": "known", "dismiss_why": "dealt with"}),
    "grade": ("item-verdict", {"act": "grade", "grade_value": "first"}),
    "link": ("item-verdict", {"act": "link", "link_value": "group:g-one", "link_why": "the same car"}),
    "assign": ("item-verdict", {"act": "assign", "assign_value": "town-analyst"}),
    "raise": ("item-raise", {"act": "raise", "raise_why": "met by the same man twice"}),
    "hold": ("item-raise", {"act": "hold", "hold_why": "a pattern of months"}),
    "refer": ("item-refer", {"refer_record": "missing_episodes:M-1", "refer_why": "she told staff"}),
    "ask": ("item-ask", {"ask_to": "role:missing_adviser", "ask_why": "was there an interview?"}),
}


def url(route: str, about: str, ident: str) -> str:
    from django.urls import reverse

    return reverse(route, args=[about, ident])


def send(client, kind: str, of=ADA, once: str = "", **more):
    route, data = FORMS[kind]
    seen = max((a.pk for a in tools.acts_of(*of)), default=0)
    return client.post(url(route, *of), {"once": once or f"once-{kind}", "seen": seen} | data | more)


@pytest.mark.parametrize("kind", FORMS)
def test_an_act_is_kept_with_who_when_why_the_run_and_what_was_shown(town, kind):  # noqa: F811
    analyst = tools.client("analyst")
    answer = send(analyst, kind)
    assert answer.status_code == 302, tools.text_of(answer)
    (act,) = tools.acts_of(*ADA)
    assert (act.kind, act.by, act.role, act.run) == (kind, analyst.user, "analyst", tools.RUN)
    assert act.at is not None
    shown = act.parsed("shown")
    assert shown["title"] == "Ada THORN, 13"
    assert shown["records"] == ["missing_episodes:M-1", "partner_referrals:R-1"]
    assert len(shown["hits"]) == 5
    if kind not in ("grade", "assign"):
        assert act.why in {v for k, v in FORMS[kind][1].items() if k.endswith("_why")}
    page = tools.text_of(analyst.get(url("item", *ADA)))
    assert analyst.user.name in page
    assert "Take back" in page


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_sent_twice_acts_once_and_says_so_once_in_the_audit(town, kind):  # noqa: F811
    from redshank.web.trail.models import Entry

    analyst = tools.client("analyst")
    before = Entry.objects.filter(action="alteration").count()
    assert send(analyst, kind).status_code == 302
    assert send(analyst, kind).status_code == 302
    assert len(tools.acts_of(*ADA)) == 1
    assert Entry.objects.filter(action="alteration").count() == before + 1


@pytest.mark.parametrize("kind", FORMS)
def test_an_act_is_taken_back_by_another_and_both_stay(town, kind):  # noqa: F811
    from django.urls import reverse

    from redshank.web.meetings.models import Raised
    from redshank.web.worklist.models import Question, Referral, Standing

    analyst = tools.client("analyst")
    send(analyst, kind)
    (act,) = tools.acts_of(*ADA)
    for _ in range(2):  # sent twice, undone once
        done = analyst.post(reverse("act-undo", args=[act.pk]), {"once": "back", "back": "child|p-ada"})
        assert done.status_code == 302
    first, back = tools.acts_of(*ADA)
    assert (first.kind, back.kind, back.undoes_id, back.value) == (kind, "undo", first.pk, kind)
    stood = Standing.objects.get(about="child", ident="p-ada", edition="full")
    assert (stood.state, stood.grade, stood.assigned) == ("", "", None)
    user = tools.fresh(analyst.user)
    for model in (Raised, Referral, Question):
        assert not model.objects.visible_to(user, "test").exists()
    page = tools.text_of(analyst.get(url("item", *ADA)))
    assert "Taken back by" in page


@pytest.mark.parametrize("kind", FORMS)
def test_another_may_not_take_it_back(town, kind):  # noqa: F811
    from django.urls import reverse

    send(tools.client("analyst"), kind)
    (act,) = tools.acts_of(*ADA)
    answer = tools.client("researcher").post(reverse("act-undo", args=[act.pk]), {"once": "x"})
    assert answer.status_code == 409
    assert "Only who did it takes it back" in tools.text_of(answer)
    assert len(tools.acts_of(*ADA)) == 1


def test_an_act_is_never_changed_and_never_removed(town):  # noqa: F811
    from django.core.exceptions import ValidationError

    send(tools.client("analyst"), "confirm")
    (act,) = tools.acts_of(*ADA)
    act.why = "something else"
    with pytest.raises(ValidationError):
        act.save()
    with pytest.raises(ValidationError):
        act.delete()


@pytest.mark.parametrize("kind", ["confirm", "dismiss", "grade", "raise", "hold", "assign"])
def test_of_two_who_act_at_once_the_second_reads_the_first_and_keeps_the_text(town, kind):  # noqa: F811
    first, second = tools.client("analyst"), tools.client("researcher")
    assert send(first, "dismiss", once="a").status_code == 302
    why = {k: "my own words" for k in FORMS[kind][1] if k.endswith("_why")}
    route, data = FORMS[kind]
    answer = second.post(url(route, *ADA), data | why | {"once": "b", "seen": 0})
    assert answer.status_code == 409
    said = tools.text_of(answer)
    assert f"{first.user.name} was first" in said
    assert "dealt with" in said
    for typed in why.values():
        assert typed in said
    assert len(tools.acts_of(*ADA)) == 1


def test_who_has_read_the_first_decision_may_decide_otherwise(town):  # noqa: F811
    send(tools.client("analyst"), "dismiss", once="a")
    assert send(tools.client("researcher"), "confirm", once="b").status_code == 302
    from redshank.web.worklist.models import Standing

    assert Standing.objects.get(ident="p-ada", edition="full").state == "confirm"


def test_taking_back_the_last_act_lets_the_one_before_stand(town):  # noqa: F811
    from django.urls import reverse

    from redshank.web.worklist.models import Standing

    analyst = tools.client("analyst")
    send(analyst, "confirm", once="a")
    send(analyst, "dismiss", once="b")
    last = tools.acts_of(*ADA)[-1]
    analyst.post(reverse("act-undo", args=[last.pk]), {"once": "c"})
    assert Standing.objects.get(ident="p-ada", edition="full").state == "confirm"


def test_a_token_of_one_form_does_nothing_for_another_item(town):  # noqa: F811
    analyst = tools.client("analyst")
    send(analyst, "confirm", once="same")
    answer = send(analyst, "confirm", of=("child", "p-ben"), once="same")
    assert answer.status_code == 400
    assert tools.acts_of("child", "p-ben") == []


@pytest.mark.parametrize(
    ("kind", "missing", "says"),
    [
        ("dismiss", "dismiss_why", "Write why it is dismissed"),
        ("dismiss", "dismiss_value", "Choose why it is dismissed"),
        ("grade", "grade_value", "Choose how soon"),
        ("raise", "raise_why", "Write why"),
        ("hold", "hold_why", "Write why"),
        ("link", "link_why", "Write why they belong together"),
        ("refer", "refer_record", "Choose the record"),
        ("refer", "refer_why", "Write what may be a crime"),
        ("ask", "ask_to", "Choose somebody"),
        ("ask", "ask_why", "Write the question"),
        ("assign", "assign_value", "Choose somebody"),
    ],
)
def test_a_form_says_at_the_field_and_in_the_summary_what_is_missing_and_keeps_the_rest(town, kind, missing, says):  # noqa: F811  # fmt: skip
    answer = send(tools.client("analyst"), kind, **{missing: ""})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert page.count(says) >= 2
    assert f'href="#{missing}"' in page
    assert f'id="{missing}"' in page
    for name, typed in FORMS[kind][1].items():
        if name.endswith("_why") and name != missing:
            assert typed in tools.text_of(answer)
    assert tools.acts_of(*ADA) == []


def test_a_dismissed_item_returns_only_with_something_new_and_says_what(town):  # noqa: F811
    from redshank.web.heads.models import Item, Record, Signal

    analyst = tools.client("analyst")
    send(analyst, "dismiss")
    titles = lambda: tools.text_of(analyst.get("/worklist"))  # noqa: E731
    assert "Ada THORN" not in titles()
    assert "Ada THORN" in tools.text_of(analyst.get("/worklist?status=dismiss"))
    run = tools.next_run()
    # A record leaves the window, and another run publishes the line anew: nothing is new by that.
    Item.objects.filter(ident="p-ada").update(records=json.dumps(["missing_episodes:M-1"]), since_run=9)
    assert "Ada THORN" not in titles()
    # The same record is sent again with the same words elsewhere in its text: nothing is new either.
    Signal.objects.filter(record_key="missing_episodes:M-1", rule="older.company").update(signal_id="moved", start=1, end=10, valid_from=run)  # fmt: skip
    assert "Ada THORN" not in titles()
    # A denied signal does not bring it back.
    tools.signal("missing_episodes:M-1", "broad.vehicle", "came back", indicator="transported", status="negated", valid_from=run)  # fmt: skip
    assert "Ada THORN" not in titles()
    tools.signal(
        "missing_episodes:M-1",
        "broad.vehicle",
        "what he did",
        indicator="coercion_or_control",
        valid_from=run,
    )
    page = titles()
    assert "Ada THORN" in page
    assert "in missing episode M-1: threatened, watched or not free to leave" in page
    Record.objects.filter(key="incidents:I-2").update(known_at=tools.NOW)
    Item.objects.filter(ident="p-ada").update(records=json.dumps(["missing_episodes:M-1", "incidents:I-2"]))
    assert "incident I-2" in titles()
    on_page = tools.text_of(analyst.get(url("item", *ADA)))
    assert "Back with something new" in on_page
    assert "New since it was settled: incident I-2" in on_page


def test_what_was_denied_and_is_stated_now_brings_a_dismissed_item_back(town):  # noqa: F811
    from redshank.web.heads.models import Signal

    Signal.objects.filter(record_key="incidents:I-2").update(status="negated")
    analyst = tools.client("analyst")
    send(analyst, "dismiss", of=("child", "p-ben"))
    assert "Ben WICK" not in tools.text_of(analyst.get("/worklist"))
    run = tools.next_run()
    assert "Ben WICK" not in tools.text_of(analyst.get("/worklist"))
    Signal.objects.filter(record_key="incidents:I-2").update(status="affirmed", valid_from=run)
    assert "in incident I-2: with an older person" in tools.text_of(analyst.get("/worklist"))


def test_an_act_leads_back_to_the_item_in_the_list_that_it_was_opened_from(town):  # noqa: F811
    analyst = tools.client("analyst")
    answer = analyst.post(
        url("item-verdict", *ADA) + "?about=child&q=a+b", {"act": "confirm", "once": "q", "seen": 0}
    )
    assert answer["Location"] == url("item", *ADA) + "?q=a+b&about=child"


def test_a_hit_is_judged_by_itself_and_its_verdict_can_be_taken_back(town):  # noqa: F811
    from django.urls import reverse

    from redshank.web.heads.models import Signal
    from redshank.web.worklist.models import Act

    analyst = tools.client("analyst")
    hit = Signal.objects.get(record_key="missing_episodes:M-1", rule="older.company")
    sent = {"hit": hit.signal_id, "hit_why": "it was her uncle", "once": "h1", "seen": 0}
    for _ in range(2):
        assert analyst.post(url("item-verdict", *ADA), sent | {"act": "dismiss"}).status_code == 302
    (act,) = Act.objects.filter(hit=hit.signal_id)
    assert (act.rule, act.words, act.value) == ("older.company", "older man", "wrong_reading")
    assert (act.about, act.ident, act.record_key) == (
        "record",
        "missing_episodes:M-1",
        "missing_episodes:M-1",
    )
    assert "Read wrongly" in tools.text_of(analyst.get(url("item", *ADA)))
    late = tools.client("researcher").post(url("item-verdict", *ADA), sent | {"act": "confirm", "once": "h2"})
    assert late.status_code == 409
    assert "it was her uncle" in tools.text_of(late)
    empty = analyst.post(
        url("item-verdict", *ADA), sent | {"act": "dismiss", "hit_why": "", "once": "h3", "seen": act.pk}
    )
    assert empty.status_code == 400
    done = analyst.post(reverse("act-undo", args=[act.pk]), {"once": "h4", "back": "child|p-ada"})
    assert done["Location"] == url("item", *ADA)  # where it was undone from, not the record's own item
    assert (
        Act.objects.filter(hit=hit.signal_id, undone_by__isnull=True).exclude(kind="undo").exists() is False
    )


def test_what_was_taken_on_by_others_is_not_taken_back(town):  # noqa: F811
    """A raised thing with a move, a referral with a step, a question with an answer."""
    from django.urls import reverse

    from redshank.web.meetings import acts
    from redshank.web.meetings.models import Raised
    from redshank.web.worklist import asking, registrar
    from redshank.web.worklist.models import Question, Referral

    analyst = tools.client("analyst")
    for kind in ("raise", "refer", "ask"):
        send(analyst, kind)
    lead = tools.account("safeguarding_lead")
    acts.decide(lead, Raised.objects.get().pk, acts.Decision("closed", "talked about", "m"))
    registrar.step(tools.account("crime_registrar"), Referral.objects.get().pk, "need_more", "when?", "s")
    asking.answer(tools.account("missing_adviser"), Question.objects.get().pk, "yes", "a")
    for act in tools.acts_of(*ADA):
        assert analyst.post(reverse("act-undo", args=[act.pk]), {"once": f"back{act.pk}"}).status_code == 409
    assert len(tools.acts_of(*ADA)) == 3


def test_the_place_of_a_record_with_slashes_in_its_number_works(town):  # noqa: F811
    of = ("record", "crimes:37/000127/25")
    analyst = tools.client("analyst")
    assert analyst.get(url("item", *of)).status_code == 200
    assert send(analyst, "confirm", of=of).status_code == 302
    assert len(tools.acts_of(*of)) == 1
