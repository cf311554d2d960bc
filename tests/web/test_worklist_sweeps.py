"""Practice rule 5, clause by clause: bulk dismissal is of one rule, in one pattern that is known to be wrong, sampled by a
second person, and never covers the item of a child with signals of harm."""

from __future__ import annotations

import json

import pytest

from . import worklist_tools as tools
from .worklist_fixtures import application, town  # noqa: F401

RULE, WORDS = "older.company", "older man"


def dismiss_one(user, key: str, n: int, kind: str = "dismiss") -> None:
    """A single verdict on the hit of the pattern in a record."""
    from redshank.web.heads.models import Signal
    from redshank.web.worklist import acts, items

    hit = Signal.objects.get(record_key=key, rule=RULE)
    thing = items.thing_of(user, "record", key)
    wish = acts.Wish(kind, f"single-{key}-{n}", "not what it says", "wrong_reading", hit)
    acts.do(user, thing, wish, run=1, shown=items.snapshot(thing, [hit]))


@pytest.fixture
def pattern(town):  # noqa: F811
    """Twelve open hits of the pattern in records about nobody, three more dismissed one by one."""
    for n in range(15):
        tools.record(f"incidents:P-{n:02d}", f"Report {n}: an Older  man waits at the stop.", days=2)
        tools.signal(f"incidents:P-{n:02d}", RULE, "Older  man")
    user = tools.account("analyst")
    for n in range(3):
        dismiss_one(user, f"incidents:P-{n:02d}", n)
    return town


def seen(user) -> object:
    from redshank.web.worklist import sweeping

    return sweeping.pattern_of(tools.fresh(user), RULE, WORDS)


def propose(client, why: str = "a bus stop's adverts", once: str = "p", words: str = WORDS, rule: str = RULE):
    return client.post(
        "/worklist/dismissals/propose", {"rule": rule, "words": words, "why": why, "once": once}
    )


def decide(client, said: str = "wrong", once: str = "d", **more):
    from redshank.web.worklist.models import Sweep

    sweep = Sweep.objects.get()
    data = {f"hit_{i}": said for i in sweep.parsed("sample")} | {"why": "looked at each", "once": once} | more
    return client.post(f"/worklist/dismissals/{sweep.pk}/decide", data)


def dismissed() -> set[str]:
    from redshank.web.worklist.models import Act

    rows = Act.objects.filter(kind="dismiss", undone_by__isnull=True, batch__startswith="sweep:")
    return set(rows.values_list("record_key", flat=True))


def test_the_covered_hits_are_of_the_same_rule_and_the_same_words(pattern):
    """Same rule, other words; same words, other rule: neither is covered. Case and spaces do not count."""
    tools.record("incidents:P-x", "An older woman and an older man wait.", days=2)
    tools.signal("incidents:P-x", RULE, "older woman")
    tools.signal("incidents:P-x", "broad.vehicle", "older man")
    found = seen(tools.account("analyst"))
    keys = {h.record_key for h in found.covered}
    assert {f"incidents:P-{n:02d}" for n in range(3, 15)} <= keys
    assert "incidents:P-x" not in keys
    assert {h.rule for h in found.covered} == {RULE}


def test_a_pattern_is_known_to_be_wrong_only_by_three_single_dismissals_and_no_confirmed(pattern):
    from django.urls import reverse

    from redshank.web.worklist.models import Act

    analyst = tools.client("analyst")
    assert seen(analyst.user).is_known
    last = Act.objects.filter(kind="dismiss").order_by("pk").last()
    analyst.post(reverse("act-undo", args=[last.pk]), {"once": "u"})
    assert not seen(analyst.user).is_known  # two are too few
    answer = propose(analyst)
    assert answer.status_code == 400
    assert "not known to be wrong" in tools.text_of(answer)
    dismiss_one(analyst.user, "incidents:P-02", 99)
    assert seen(analyst.user).is_known
    dismiss_one(analyst.user, "incidents:P-05", 1, "confirm")
    assert not seen(analyst.user).is_known
    assert propose(analyst).status_code == 400
    assert dismissed() == set()


def test_what_a_bulk_dismissal_did_makes_no_pattern_known(pattern):
    """Else one sweep would vouch for the next."""
    from redshank.web.worklist.models import Act

    Act.objects.filter(kind="dismiss").update(batch="sweep:9")
    assert not seen(tools.account("analyst")).is_known


def test_nothing_is_dismissed_before_a_second_person_looked_at_a_sample_drawn_by_chance(pattern):
    from redshank.web.worklist.models import Sweep

    analyst = tools.client("analyst")
    for _ in range(2):
        assert propose(analyst).status_code == 302
    sweep = Sweep.objects.get()
    hits, sample = {i for i, _ in sweep.parsed("hits")}, sweep.parsed("sample")
    assert set(sample) <= hits
    assert len(sample) == 5
    assert dismissed() == set()
    assert decide(analyst).status_code == 409  # the proposer
    assert dismissed() == set()
    page = tools.text_of(tools.client("researcher").get(f"/worklist/dismissals/{sweep.pk}"))
    assert page.count("Read rightly") == 5
    assert page.count("headline of") == 5


@pytest.mark.parametrize(("hits", "size"), [(1, 1), (5, 5), (12, 5), (50, 5), (51, 6), (200, 20)])
def test_the_sample_is_five_or_a_tenth_whichever_is_more(town, hits, size):  # noqa: F811
    from types import SimpleNamespace

    from redshank.web.worklist import sweeping

    rows = [SimpleNamespace(signal_id=f"s{n:03d}") for n in range(hits)]
    drawn = sweeping.sample_of(rows, "a")
    assert (len(drawn), len(set(drawn))) == (size, size)
    assert sweeping.sample_of(rows, "a") == drawn
    assert hits < 12 or sweeping.sample_of(rows, "b") != drawn


def test_all_of_the_sample_wrong_dismisses_what_is_covered_and_once(pattern):
    from redshank.web.worklist.models import Second

    propose(tools.client("analyst"))
    researcher = tools.client("researcher")
    for _ in range(2):
        assert decide(researcher).status_code == 302
    assert {f"incidents:P-{n:02d}" for n in range(3, 15)} <= dismissed()
    assert Second.objects.get().dismissed == len(dismissed())
    third = tools.client("exploitation_officer")
    assert decide(third, "right", once="late").status_code == 409


def test_one_hit_read_rightly_refuses_the_whole(pattern):
    from redshank.web.worklist.models import Sweep

    propose(tools.client("analyst"))
    one = Sweep.objects.get().parsed("sample")[0]
    assert decide(tools.client("researcher"), **{f"hit_{one}": "right"}).status_code == 302
    assert Sweep.objects.get().state == "refused"
    assert dismissed() == set()


def test_every_hit_of_the_sample_wants_a_verdict(pattern):
    from redshank.web.worklist.models import Sweep

    propose(tools.client("analyst"))
    one = Sweep.objects.get().parsed("sample")[0]
    answer = decide(tools.client("researcher"), **{f"hit_{one}": ""})
    assert answer.status_code == 409
    assert "Judge every hit" in tools.text_of(answer)
    assert Sweep.objects.get().state == "waiting"


HARMED = {
    "named in the record": lambda key: tools.names(key, "p-ada"),
    "a reason behind the child": lambda key: tools.behind("child", "p-ada", key),
    "folded into the child's item": lambda key: _into("p-ada", key),
    "in a group that holds the child": lambda key: tools.behind("group", "g-one", key),
    "folded into the item of such a group": lambda key: _into("g-one", key),
}


def _into(ident: str, key: str) -> None:
    from redshank.web.heads.models import Item

    line = Item.objects.get(ident=ident)
    Item.objects.filter(pk=line.pk).update(records=json.dumps([*line.parsed("records"), key]))


@pytest.mark.parametrize("how", HARMED)
def test_no_hit_of_a_child_with_signals_of_harm_is_covered_when_it_is_proposed(pattern, how):
    HARMED[how]("incidents:P-07")
    found = seen(tools.account("analyst"))
    assert "incidents:P-07" not in {h.record_key for h in found.covered}
    assert "incidents:P-08" in {h.record_key for h in found.covered}
    assert found.spared >= 1


@pytest.mark.parametrize("how", HARMED)
def test_nor_when_the_harm_is_known_only_by_the_time_of_the_decision(pattern, how):
    propose(tools.client("analyst"))
    HARMED[how]("incidents:P-07")
    decide(tools.client("researcher"))
    assert "incidents:P-07" not in dismissed()
    assert "incidents:P-08" in dismissed()


def test_the_child_of_risk_is_no_bar_and_the_criminal_column_is(pattern):
    from redshank.web.heads.models import Child

    tools.names("incidents:P-07", "p-ben")
    user = tools.account("analyst")
    assert "incidents:P-07" in {h.record_key for h in seen(user).covered}
    Child.objects.filter(person_id="p-ben").update(criminal="signals of harm")
    assert "incidents:P-07" not in {h.record_key for h in seen(user).covered}


def test_a_hit_confirmed_meanwhile_stops_it(pattern):
    propose(tools.client("analyst"))
    dismiss_one(tools.account("exploitation_officer"), "incidents:P-09", 1, "confirm")
    answer = decide(tools.client("researcher"))
    assert answer.status_code == 409
    assert dismissed() == set()


def test_who_proposed_it_may_withdraw_it_and_nobody_else(pattern):
    from redshank.web.worklist.models import Sweep

    propose(tools.client("analyst"))
    number = Sweep.objects.get().pk
    sent = {"act": "withdraw", "why": "not sure", "once": "w"}
    path = f"/worklist/dismissals/{number}/decide"
    assert tools.client("researcher").post(path, sent).status_code == 409
    assert tools.client("analyst").post(path, sent).status_code == 302
    assert Sweep.objects.get().state == "withdrawn"
    assert decide(tools.client("researcher")).status_code == 409


def test_only_cleared_roles_may_dismiss_in_bulk(town):  # noqa: F811
    """Signals of harm may rest on handling C: who cannot see them cannot spare them."""
    from redshank.web.accounts.roles import ROLES

    able = [r for r in ROLES.values() if r.allows("item.sweep")]
    assert {r.key for r in able} == {"analyst", "researcher", "exploitation_officer"}
    assert all(r.cleared for r in able)


def test_a_single_hit_of_such_a_child_can_still_be_dismissed_by_itself(pattern):
    tools.names("incidents:P-07", "p-ada")
    dismiss_one(tools.account("analyst"), "incidents:P-07", 1)
    assert seen(tools.account("analyst")).dismissed == 4


def test_a_rule_or_words_that_do_not_exist_answer_alike(town):  # noqa: F811
    analyst = tools.client("analyst")
    assert analyst.get("/worklist/dismissals/propose?rule=none&words=x").status_code == 404
    assert analyst.get("/worklist/dismissals/999").status_code == 404
