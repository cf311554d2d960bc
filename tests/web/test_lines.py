"""The county lines matrix: the night's score and people's decisions side by side, and what may go wrong between them."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from .conftest import client_of, opens
from .test_meetings_race import at_once
from .worklist_tools import text_of

pytestmark = pytest.mark.databases


def later(days: int = 28) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def decide(client, ref, what, **more):
    """Opens the page of scores and decides; the answer."""
    page = client.get(f"/lines/{ref}/scores")
    sent = {
        "kind": what, "why": f"Why {what}.", "owner": client.user.username, "review_on": later(), "seen": page.context["seen"],
        "once": f"{what}{page.context['seen']}",
    } | more  # fmt: skip
    return client.post(f"/lines/{ref}/decide", sent)


def say(client, ref, word, **more):
    page = client.get(f"/lines/{ref}/scores")
    sent = {
        "word": word,
        "word_why": f"Why {word}.",
        "seen": page.context["seen"],
        "once": f"{word}{page.context['seen']}",
    }
    return client.post(f"/lines/{ref}/decide", sent | more)


def heads():
    from redshank.web.heads.models import Line

    return Line.objects.filter(line_ref="L-1")


def suspect_only(keys=("county_lines:L-1",)):
    """The night suspects it, the register says nothing."""
    reasons = [
        {
            "code": "sexual_exploitation_suspected",
            "text": "records show signs; asks to be confirmed",
            "records": list(keys),
        }
    ]
    heads().update(
        use="suspected", band="medium", rule="", score=30, score_known=70, reasons=json.dumps(reasons)
    )


def standing(client, ref="L-1"):
    return client.get(f"/lines/{ref}/scores").context["s"]


# ---- what the table says ----------------------------------------------------------------------


def test_the_table_shows_our_score_the_forces_own_and_the_difference_in_words(sign_in, place):
    words = text_of(sign_in("analyst").get("/lines"))
    line = heads().get(in_full=True)
    assert line.score
    assert line.force_score == 31
    assert re.search(rf"\b{line.score}\b", words)
    assert "31, band medium" in words
    assert "a higher tier here" in words
    assert line.rule in words


def test_a_score_stands_on_no_page_that_names_a_child(sign_in, place):
    """Practice rule 2: on the page of its children a line has a tier and no number."""
    from redshank.web.heads.models import Person

    analyst = sign_in("analyst")
    names = [
        p.name for p in Person.objects.filter(person_id__in=heads().get(in_full=True).parsed("children"))
    ]
    assert names
    score = str(heads().get(in_full=True).score)
    with_children = text_of(analyst.get("/lines/L-1"))
    assert all(n in with_children for n in names)
    assert not re.search(rf"(?<![\d-]){score}(?![\d-])", with_children)
    for path in ("/lines", "/lines/L-1/scores"):
        said = text_of(analyst.get(path))
        assert score in said
        assert not [n for n in names if n in said or n.split()[0] in said], path
    assert not [n for n in names if n in analyst.get("/lines.csv").content.decode()]


def test_a_line_leads_to_its_children_and_groups_and_they_lead_back(sign_in, place):
    analyst = sign_in("analyst")
    page = analyst.get("/lines/L-1")
    assert [c.person_id for c in page.context["children"]] == [place.person["Elin"]]
    assert f"/children/{place.person['Elin']}" in page.content.decode()
    assert "/lines/L-1" in analyst.get(f"/children/{place.person['Elin']}").content.decode()
    assert "/lines/L-1" not in analyst.get(f"/children/{place.person['Cara']}").content.decode()
    for group in page.context["groups"]:
        assert "/lines/L-1" in analyst.get(f"/groups/{group.group_id}").content.decode()


def test_a_role_without_small_numbers_reads_fewer_than_three(sign_in, place):
    assert "fewer than 3" in text_of(sign_in("tasking_chair").get("/lines"))
    assert "fewer than 3" not in text_of(sign_in("analyst").get("/lines"))


# ---- known, suspected, refuted ----------------------------------------------------------------


def test_what_is_only_suspected_raises_nothing_until_a_person_confirms_it(sign_in, place):
    suspect_only()
    analyst = sign_in("analyst")
    s = standing(analyst)
    assert (s.tier, s.score, s.counts, s.asks, s.is_known) == ("medium", 30, 30, True, False)
    assert say(analyst, "L-1", "known").status_code == 400  # no record of it was opened
    opens(analyst, "county_lines:L-1", "/lines/L-1/scores")
    assert say(analyst, "L-1", "known", once="opened").status_code == 302
    s = standing(analyst)
    assert (s.tier, s.score, s.score_by_word, s.counts, s.asks) == ("high", 30, 70, 70, False)
    assert "by my word" in text_of(analyst.get("/lines/L-1/scores"))  # it can be taken back by a new row
    assert say(analyst, "L-1", "refuted").status_code == 302
    s = standing(analyst)
    assert (s.tier, s.counts, [d.kind for d in s.decisions]) == ("medium", 30, ["known", "refuted"])


def test_a_refuted_suspicion_is_asked_again_only_when_a_new_record_suspects_it(sign_in, place):
    suspect_only()
    analyst = sign_in("analyst")
    opens(analyst, "county_lines:L-1", "/lines/L-1/scores")
    assert say(analyst, "L-1", "refuted").status_code == 302
    assert not standing(analyst).asks
    suspect_only(("county_lines:L-1", "crimes:C-8"))
    s = standing(analyst)
    assert s.asks
    assert s.word.kind == "refuted"
    assert "confirm or refute" in text_of(sign_in("analyst").get("/"))


def test_what_the_register_says_is_known_nobody_refutes_here_and_nobody_lowers(sign_in, place):
    analyst = sign_in("analyst")
    assert standing(analyst).tier == "high"
    assert say(analyst, "L-1", "refuted").status_code == 400
    answer = decide(analyst, "L-1", "lower low")
    assert answer.status_code == 400
    assert "It stays in tier high" in text_of(answer)
    assert not standing(analyst).decisions


def test_a_line_under_a_rule_of_the_top_tier_is_not_closed_until_the_register_closes_it(sign_in, place):
    """What is refused as a lowering is refused as a closing; a line that has ended can still be closed."""
    analyst = sign_in("analyst")
    assert standing(analyst).rule
    answer = decide(analyst, "L-1", "close", review_on="")
    assert answer.status_code == 400
    assert "not closed while the register holds it as active" in text_of(answer)
    assert not standing(analyst).decisions
    heads().update(status="closed")
    assert decide(analyst, "L-1", "close", review_on="", once="ended").status_code == 302
    assert standing(analyst).is_closed


def test_a_word_that_the_night_honoured_is_still_a_word_and_can_be_refuted(sign_in, place):
    suspect_only()
    analyst = sign_in("analyst")
    opens(analyst, "county_lines:L-1", "/lines/L-1/scores")
    assert say(analyst, "L-1", "known").status_code == 302
    unsaid = {"score": 30, "band": "medium", "rule": "", "use": "suspected"}
    publish_again(use="known", band="high", rule="a person says so", score=70, unsaid=json.dumps(unsaid))
    s = standing(analyst)
    assert (s.counts, s.score, s.tier, s.is_heard, s.by_register) == (70, 30, "high", True, False)
    words = text_of(analyst.get("/lines/L-1/scores"))
    assert "The findings hold the score with the word" in words
    table = text_of(analyst.get("/lines"))
    assert "30 without a person's word" in table
    told = list(csv.reader(io.StringIO(analyst.get("/lines.csv").content.decode())))
    row = dict(zip(told[2], told[3], strict=True))
    assert (row["Score"], row["Of it without a person's word"]) == ("70", "30")
    assert say(analyst, "L-1", "refuted").status_code == 302
    s = standing(analyst)
    assert (s.counts, s.tier, s.rule, s.asks) == (30, "medium", "", False)


# ---- decisions and the night ------------------------------------------------------------------


def publish_again(**sets):
    """The next night as it would publish the line: a new version from the next run on."""
    from redshank.web.heads.models import Publication, Published

    state = Publication.objects.get(pk=1)
    run = state.current_run + 1
    for row in list(heads().filter(valid_to__isnull=True)):
        heads().filter(pk=row.pk).update(valid_to=run)
        if sets:
            row.pk, row.valid_from = None, run
            for name, value in sets.items():
                setattr(row, name, value)
            row.save(force_insert=True)
    Published.objects.create(run=run, as_of=state.as_of + timedelta(days=1), published_at=timezone.now())
    Publication.objects.filter(pk=1).update(current_run=run)


@pytest.mark.parametrize(("kind", "tier"), [("raise high", "high"), ("lower low", "low")])
def test_a_decision_against_the_score_stands_through_the_next_night_beside_its_score(
    sign_in, place, kind, tier
):
    heads().update(use="not known", band="medium", rule="", score=30, score_known=70)
    analyst = sign_in("analyst")
    assert decide(analyst, "L-1", kind).status_code == 302
    publish_again(score=44, band="medium")
    s = standing(sign_in("analyst"))
    assert (s.tier, s.night_tier, s.score) == (tier, "medium", 44)
    assert "its score was 30, now 44" in s.changed
    words = text_of(sign_in("analyst").get("/lines/L-1/scores"))
    assert "score 30" in words
    assert "score 44" in words
    assert "Score: 30, then 44" in words


def test_no_score_closes_or_opens_a_line(sign_in, place):
    heads().update(use="not known", band="low", rule="", score=0, score_known=40)
    analyst = sign_in("analyst")
    assert not standing(analyst).is_closed
    assert decide(analyst, "L-1", "close", review_on="").status_code == 302
    publish_again(score=99, band="high", rule="a linked child is missing now")
    s = standing(sign_in("analyst"))
    assert s.is_closed
    assert "its score was 0, now 99" in s.changed
    assert (
        decide(sign_in("analyst"), "L-1", "raise high").status_code == 400
    )  # first it is opened again, by a person
    assert decide(sign_in("analyst"), "L-1", "keep", once="again").status_code == 302
    assert standing(sign_in("analyst")).tier == "high"


def test_a_rule_that_comes_later_stands_over_a_lowering_which_stays_in_view(sign_in, place):
    heads().update(use="not known", band="medium", rule="", score=30, score_known=70)
    assert decide(sign_in("analyst"), "L-1", "lower low").status_code == 302
    publish_again(
        use="known", band="high", rule="known to use sexual exploitation: top band, whatever else is known"
    )
    s = standing(sign_in("analyst"))
    assert s.tier == "high"
    assert s.given.kind_words == "Lowered to tier low"
    assert "Lowered to tier low" in text_of(sign_in("analyst").get("/lines"))


def test_a_line_that_the_night_holds_no_longer_keeps_its_decision_and_can_be_decided_on(sign_in, place):
    assert decide(sign_in("analyst"), "L-1", "keep").status_code == 302
    score = heads().get(in_full=True).score
    publish_again()
    analyst = sign_in("analyst")
    s = standing(analyst)
    assert s.line is None
    assert (s.score, s.tier) == (score, "high")
    assert "not in the last night" in text_of(analyst.get("/lines"))
    assert "Why keep." in text_of(analyst.get("/lines/L-1"))
    assert "holds it no longer" in text_of(analyst.get("/lines/L-1/scores"))
    assert decide(analyst, "L-1", "close", review_on="").status_code == 302
    assert [d.kind for d in standing(sign_in("analyst")).decisions] == ["keep", "close"]


@pytest.mark.parametrize("seed", range(4))
def test_no_order_of_nights_and_decisions_loses_a_decision_or_a_score(sign_in, place, seed):
    """Nights in which the line comes, goes, rises and falls, among decisions of any kind: each is held against what must be so."""
    from redshank.web.lines import acts
    from redshank.web.lines.settings import TIERS
    from redshank.web.lines.standing import line_of

    draw = random.Random(seed)
    user = sign_in("analyst").user
    heads().update(use="not known", band="medium", rule="", score=30, score_known=70)
    kept, lowered_under_a_rule = [], 0
    for step in range(30):
        user = type(user).objects.get(pk=user.pk)  # sight is read once a request
        s = line_of(user, "L-1")
        if s is None or draw.random() < 0.4:
            known = draw.random() < 0.2
            night = {"score": draw.randrange(100), "band": "high" if known else draw.choice(TIERS), "use": "known" if known else draw.choice(["suspected", "not known"]), "rule": "known" if known else ""}  # fmt: skip
            come_back() if s is None or s.line is None else publish_again(
                **({} if draw.random() < 0.2 else night)
            )
            continue
        offered = [k for k, _ in (*acts.choices(s), *([] if s.asks else acts.word_choices(s)))]
        kind, _, tier = draw.choice(offered).partition(" ")
        given = acts.Given(kind, f"step {step}", f"{seed}-{step}", s.decisions[-1].pk if s.decisions else 0, user, timezone.localdate() + timedelta(days=9), tier)  # fmt: skip
        lowered_under_a_rule += kind == "lower" and bool(s.rule)
        kept.append(acts.decide(user, "L-1", given).pk)
        after = line_of(user, "L-1")
        assert [d.pk for d in after.decisions] == kept  # every one, in its order
        assert after.score == s.score  # no decision touches the night's
        assert after.is_closed == (kind == "close" or (s.is_closed and kind in ("known", "refuted")))
        assert after.tier in TIERS
        assert after.tier == "high" or not after.is_known
    assert len(kept) > 8
    assert not lowered_under_a_rule


def come_back():
    """The line as it last stood, in the next night."""
    from redshank.web.heads.models import Publication

    publish_again()
    row = heads().order_by("valid_from").last()
    row.pk, row.valid_from, row.valid_to = None, Publication.objects.get(pk=1).current_run, None
    row.save(force_insert=True)


def test_a_line_that_nobody_decided_on_goes_with_the_night(sign_in, place):
    publish_again()
    assert sign_in("analyst").get("/lines/L-1").status_code == 404


def test_decisions_are_added_and_never_changed(sign_in, place):
    from django.core.exceptions import ValidationError

    from redshank.web.lines.models import Decision

    assert decide(sign_in("analyst"), "L-1", "keep").status_code == 302
    made = Decision.objects.get()
    with pytest.raises(ValidationError):
        made.save()
    with pytest.raises(ValidationError):
        made.delete()
    assert made.parsed("shown")["score"] == heads().get(in_full=True).score


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"why": ""}, "why"), ({"review_on": "soon"}, "review_on"), ({"review_on": "2020-01-01"}, "review_on"), ({"review_on": ""}, "review_on"),
     ({"owner": "response-officer"}, "owner"), ({"kind": "delete"}, "kind"), ({"kind": ""}, "kind"), ({"kind": "raise high"}, "kind")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(sign_in, place, wrong, field):
    from redshank.web.lines.models import Decision

    answer = decide(sign_in("analyst"), "L-1", "keep", **wrong)
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == [field]
    assert not Decision.objects.exists()


def test_a_form_sent_twice_decides_once(sign_in, place):
    from redshank.web.lines.models import Decision

    analyst = sign_in("analyst")
    for _ in range(2):
        assert decide(analyst, "L-1", "keep", seen=0, once="same").status_code == 302
    assert Decision.objects.count() == 1


def test_of_three_who_decide_at_once_one_does_and_the_others_read_it(own_database, place):
    from redshank.web.lines.models import Case, Decision

    clients = [client_of(r) for r in ("analyst", "researcher", "safeguarding_lead")]
    sent = {"kind": "keep", "why": "Looked at.", "review_on": later(), "seen": 0}
    ended = at_once(
        [lambda c=c, n=n: c.post("/lines/L-1/decide", sent | {"once": f"d{n}", "owner": c.user.username}) for n, c in enumerate(clients)]
    )  # fmt: skip
    assert sorted(a.status_code for a in ended) == [302, 409, 409]
    assert all(
        "was first" in text_of(a) and "Looked at." in a.content.decode()
        for a in ended
        if a.status_code == 409
    )
    assert (Case.objects.count(), Decision.objects.count()) == (1, 1)


# ---- sight ------------------------------------------------------------------------------------


def test_a_decision_that_rests_on_handling_c_is_for_cleared_roles(sign_in, place):
    heads().update(use="not known", band="medium", rule="", score=30, score_known=70)
    assert (
        decide(sign_in("analyst"), "L-1", "raise high", closed="1", why="A closed report.").status_code == 302
    )
    assert standing(sign_in("analyst")).tier == "high"
    chair = sign_in("tasking_chair")
    assert standing(chair).tier == "medium"
    assert not standing(chair).decisions
    assert "A closed report." not in text_of(chair.get("/lines/L-1/scores"))
    assert decide(chair, "L-1", "keep").status_code == 302  # what it does not see does not stand in its way


def test_what_stood_before_a_decision_and_rested_on_handling_c_is_for_cleared_roles(sign_in, place):
    """The decision itself is for every role that sees the line: the editions of a line differ whenever one record is closed."""
    (row,) = heads()
    reasons = json.dumps([{"code": "violence", "text": "what a closed report says", "records": []}])
    full = {
        "in_full": True,
        "in_open": False,
        "use": "not known",
        "band": "high",
        "rule": "",
        "score": 66,
        "reasons": reasons,
    }
    heads().update(in_full=False, use="not known", band="medium", rule="", score=30, score_known=70)
    row.pk = None
    for name, value in full.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    assert decide(sign_in("analyst"), "L-1", "lower low").status_code == 302
    words = text_of(sign_in("analyst").get("/lines/L-1/scores"))
    assert "what a closed report says" in words
    chair = sign_in("tasking_chair")
    words = text_of(chair.get("/lines/L-1/scores"))
    assert "Lowered to tier low" in words
    assert "what a closed report says" not in words
    assert "66" not in words
    publish_again()
    chair = sign_in("tasking_chair")
    assert standing(chair).score is None
    assert "66" not in text_of(chair.get("/lines/L-1/scores"))


def test_a_restricted_line_and_its_decisions_are_out_of_sight(sign_in, place):
    from redshank.web.policy.models import Restriction

    assert decide(sign_in("analyst"), "L-1", "keep").status_code == 302
    Restriction.objects.create(
        kind="line", ident="L-1", by=client_of("safeguarding_lead").user, reason="need to know"
    )
    analyst = sign_in("analyst")
    for path in ("/lines/L-1", "/lines/L-1/scores"):
        assert analyst.get(path).status_code == 404
    assert analyst.post("/lines/L-1/decide", {"kind": "keep"}).status_code == 404
    assert "Heron" not in text_of(analyst.get("/lines"))
    publish_again()
    assert sign_in("analyst").get("/lines/L-1").status_code == 404


def test_a_past_that_rests_on_a_hidden_record_tells_nothing(sign_in, place):
    """A line gone from the run would show its decisions to somebody whose own matter stood behind it."""
    from redshank.web.heads.models import Behind
    from redshank.web.policy.models import Restriction

    assert decide(sign_in("analyst"), "L-1", "keep").status_code == 302
    Restriction.objects.create(kind="record", ident="crimes:C-8", by=client_of("safeguarding_lead").user, reason="need to know")  # fmt: skip
    publish_again()
    Behind.objects.filter(kind="line", ident="L-1").update(valid_to=2)
    assert sign_in("analyst").get("/lines/L-1").status_code == 404


@pytest.mark.parametrize("role", ["panel_chair", "partnership_officer", "duty_inspector", "mace_coordinator"])
def test_a_role_that_does_not_decide_on_lines_does_not(sign_in, place, role):
    from redshank.web.lines.models import Decision

    client = sign_in(role)
    assert (
        client.post("/lines/L-1/decide", {"kind": "keep", "why": "So", "review_on": later()}).status_code
        == 404
    )
    assert not Decision.objects.exists()
    assert client.get("/lines.csv").status_code == 404


# ---- first page, agenda, file -----------------------------------------------------------------


def past_review(owner):
    from redshank.web.lines.models import Decision

    assert decide(owner, "L-1", "keep").status_code == 302
    Decision.objects.update(review_on=timezone.localdate() - timedelta(days=1))


def test_a_review_that_is_due_stands_on_its_owners_first_page_and_for_others_without_the_name(sign_in, place):
    past_review(sign_in("analyst"))
    assert "County lines whose review is due" in text_of(sign_in("analyst").get("/"))
    from redshank.web.lines.first import due

    told = {r: due(sign_in(r).user, "test").lines[0] for r in ("analyst", "researcher", "safeguarding_lead")}
    assert (told["analyst"].text, told["safeguarding_lead"].text) == ("Heron line", "Heron line")
    assert "Heron" not in told["researcher"].text + told["researcher"].url


def test_the_agenda_tells_lines_that_changed_or_are_due_and_no_score(sign_in, place):
    from redshank.web.lines.agenda import block

    heads().update(use="not known", band="medium", rule="", score=30, score_known=70)
    user = sign_in("analyst").user
    before = timezone.now() + timedelta(seconds=1)
    today = timezone.localdate()
    assert block(user, today, before, 40).total == 0
    publish_again(score=44)
    from redshank.web.heads.models import Published

    Published.objects.filter(run=2).update(published_at=before + timedelta(minutes=1))
    (told,) = block(sign_in("analyst").user, today, before, 40).lines
    assert "assessed higher" in told.hint
    assert "44" not in told.hint
    assert "30" not in told.hint
    publish_again(score=44)
    Published.objects.filter(run=3).update(published_at=before)
    assert block(sign_in("analyst").user, today, before + timedelta(minutes=2), 40).total == 0
    past_review(sign_in("analyst"))
    (told,) = block(sign_in("analyst").user, today, before + timedelta(minutes=2), 40).lines
    assert "review due" in told.hint
    assert block(sign_in("learning").user, today, before, 40) is None


def test_the_file_holds_what_the_table_shows_with_its_marking_and_no_formula(sign_in, place):
    heads().update(name="=Heron")
    analyst = sign_in("analyst")
    decide(analyst, "L-1", "keep", why="+1 to look")
    answer = analyst.get("/lines.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0] == rows[-1] == ["OFFICIAL-SENSITIVE"]
    told = dict(zip(rows[2], rows[3], strict=True))
    assert (told["Line"], told["Why"], told["The force's own"]) == (
        "'=Heron",
        "'+1 to look",
        "31, band medium",
    )
    assert told["Children linked"] == "1"


def test_the_pages_name_the_tiers_of_the_night():
    from redshank.assessment import load_config
    from redshank.web.lines.settings import TIERS, TOP

    bands = load_config()["lines"]["bands"]
    given = {k: v for k, v in bands.items() if isinstance(v, int)}
    assert sorted(given, key=lambda k: -given[k]) == list(TIERS)
    assert bands["top"] == TOP


@pytest.mark.parametrize("deputy", ["deputy", ""])
def test_what_a_leaver_was_to_review_goes_on_as_decided_with_the_step_in_view(sign_in, place, deputy):
    from redshank.web.access import standing as roles
    from redshank.web.meetings import leavers

    analyst, lead = sign_in("analyst"), sign_in("safeguarding_lead")
    heir = lead
    if deputy:
        analyst.user.deputy = heir.user
        analyst.user.save()
    assert decide(analyst, "L-1", "keep").status_code == 302
    before = standing(lead)
    roles.record(analyst.user, left_on=roles.today())
    assert leavers.holders({analyst.user.pk}) == [analyst.user]
    assert leavers.passes_on(analyst.user, lead.user) == 1
    s = standing(sign_in("safeguarding_lead"))
    assert s.owner == heir.user if deputy else s.owner.role == "analyst"
    assert s.owner != analyst.user
    assert (s.decided.kind, s.decided.by, s.review_on, s.tier) == ("keep", analyst.user, before.review_on, before.tier)  # fmt: skip
    assert s.decisions[-1].kind == "handed"
    assert "Handed on" in text_of(sign_in("safeguarding_lead").get("/lines/L-1/scores"))
    assert leavers.holders({analyst.user.pk}) == []
    assert leavers.passes_on(analyst.user, lead.user) == 0


def test_a_line_that_nobody_there_may_own_stays_and_first_pages_say_that_nobody_owns_it(sign_in, place):
    from redshank.web.access import standing as roles
    from redshank.web.meetings import leavers

    analyst, admin = sign_in("analyst"), sign_in("administrator")
    assert decide(analyst, "L-1", "keep").status_code == 302
    roles.record(analyst.user, left_on=roles.today())
    others = type(admin.user).objects.exclude(pk__in=[analyst.user.pk, admin.user.pk])
    others.update(is_active=False)
    assert leavers.passes_on(analyst.user, admin.user) == 0
    page = text_of(sign_in("administrator").get("/"))
    assert f"Something open belongs to {analyst.user.name}, who has left" in page
    assert "Heron" not in page
