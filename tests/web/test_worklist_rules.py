"""Each rule's measured precision, counted anew from the verdicts by other means; and how rules reach the pages."""

from __future__ import annotations

import math
import random
import re
import tomllib
from pathlib import Path

import pytest

from . import worklist_tools as tools
from .worklist_fixtures import application, town  # noqa: F401

SOURCE = Path(__file__).resolve().parents[2] / "src" / "redshank"


def judge(user, hit, kind: str, n: int):
    from redshank.web.worklist import acts, items

    thing = items.thing_of(user, "record", hit.record_key)
    wish = acts.Wish(kind, f"j{n}", "because", "", hit)
    return acts.do(user, thing, wish, run=1, shown=items.snapshot(thing, [hit]))


def interval_by_search(confirmed: int, n: int) -> tuple[float, float]:
    """Wilson's interval found the long way: the shares that a score test at 95 in 100 does not reject."""
    z = 1.959963984540054

    def rejected(p: float) -> bool:
        spread = math.sqrt(p * (1 - p) / n)
        return abs(confirmed / n - p) > z * spread

    kept = [k / 100_000 for k in range(100_001) if not rejected(k / 100_000)]
    return kept[0], kept[-1]


@pytest.mark.parametrize(("confirmed", "n"), [(7, 10), (10, 10), (0, 10), (1, 11), (43, 60), (250, 1000)])
def test_the_interval_is_wilsons(application, confirmed, n):  # noqa: F811
    from redshank.web.worklist import rulebook

    low, high = rulebook.wilson(confirmed, n)
    by_search = interval_by_search(confirmed, n)
    assert (low, high) == (pytest.approx(by_search[0], abs=2e-5), pytest.approx(by_search[1], abs=2e-5))


@pytest.mark.parametrize(
    ("confirmed", "dismissed", "says"),
    [
        (0, 0, "nobody has judged a hit yet"),
        (1, 0, "1 of 1 judged hits confirmed: too few to say"),
        (9, 0, "9 of 9 judged hits confirmed: too few to say"),
        (8, 2, "8 of 10 judged hits confirmed: 80 in 100, between 49 and 94"),
    ],
)
def test_under_ten_verdicts_a_share_says_nothing(application, confirmed, dismissed, says):  # noqa: F811
    from redshank.web.worklist.rulebook import Measured

    assert Measured(confirmed, dismissed).words == says


def test_the_numbers_are_those_of_a_count_by_hand_over_verdicts_of_every_kind(town):  # noqa: F811
    """Hits judged, judged again by another, taken back, judged in an item and in bulk: a hit counts once, by its last word."""
    from redshank.web.worklist import acts, rulebook

    chance = random.Random(7)
    users = [tools.account("analyst"), tools.account("researcher")]
    hits = []
    for n in range(40):
        tools.record(f"incidents:J-{n}", f"An older man is at stop {n}.")
        hits.append(
            tools.signal(f"incidents:J-{n}", chance.choice(["older.company", "broad.vehicle"]), "older man")
        )
    told: dict[str, list[tuple[str, int]]] = {}
    for n in range(120):
        hit, user, kind = chance.choice(hits), chance.choice(users), chance.choice(["confirm", "dismiss"])
        act = judge(user, hit, kind, n)
        told.setdefault(hit.signal_id, []).append((kind, act.pk))
        if chance.random() < 0.3:
            acts.undo(user, act, f"u{n}", "", 1)
            told[hit.signal_id].pop()
    by_hand = {"older.company": [0, 0], "broad.vehicle": [0, 0]}
    for hit in hits:
        if told.get(hit.signal_id):
            by_hand[hit.rule][told[hit.signal_id][-1][0] == "dismiss"] += 1
    found = rulebook.measured(tools.fresh(users[0]), by_hand)
    assert {r: [m.confirmed, m.dismissed] for r, m in found.items()} == by_hand
    assert sum(map(sum, by_hand.values())) > 20
    page = tools.client("analyst").get("/rules").content.decode()
    for name, (confirmed, dismissed) in by_hand.items():
        cells = re.search(rf'rules/{name}\?verdict=confirm#verdicts">\s*(\d+).*?verdict=dismiss#verdicts">\s*(\d+)', page, re.S)  # fmt: skip
        assert cells, name
        assert [int(x) for x in cells.groups()] == [confirmed, dismissed]
    opened = tools.client("analyst").get("/rules/older.company?verdict=dismiss").content.decode()
    assert len(re.findall(r'href="/records/incidents/J-', opened)) == by_hand["older.company"][1]


def test_an_item_that_is_dismissed_as_a_whole_says_nothing_of_its_rules(town):  # noqa: F811
    """It may be read rightly and be known, or none of our concern."""
    from redshank.web.worklist import rulebook

    from .test_worklist_acts import send

    send(tools.client("analyst"), "dismiss")
    assert rulebook.measured(tools.account("analyst"), ["older.company"])["older.company"].n == 0


def test_verdicts_on_an_earlier_version_are_counted_apart(town):  # noqa: F811
    from redshank.web.heads.models import Signal
    from redshank.web.worklist import rulebook
    from redshank.web.worklist.models import Rule

    user = tools.account("analyst")
    judge(user, Signal.objects.get(record_key="incidents:I-9"), "confirm", 1)
    Rule.objects.filter(rule="older.company").update(version=2)
    judge(user, Signal.objects.get(record_key="incidents:I-2"), "dismiss", 2)
    found = rulebook.measured(user, ["older.company"])["older.company"]
    assert (found.confirmed, found.dismissed, found.earlier) == (0, 1, 1)
    assert "1 verdict on an earlier version" in tools.text_of(
        tools.client("analyst").get("/rules/older.company")
    )


def test_the_precision_stands_beside_the_rule_on_an_items_page(town):  # noqa: F811
    from redshank.web.heads.models import Signal

    user = tools.account("analyst")
    for n in range(10):
        tools.record(f"incidents:J-{n}", "An older man is here.")
        judge(
            user,
            tools.signal(f"incidents:J-{n}", "older.company", "older man"),
            "confirm" if n < 8 else "dismiss",
            n,
        )
    assert Signal.objects.filter(rule="older.company").count() > 10
    page = tools.text_of(tools.client("analyst").get("/worklist/items/child/p-ada"))
    assert "8 of 10 judged hits confirmed: 80 in 100, between 49 and 94" in page
    assert "Nobody has judged a hit yet" in page  # of the other rules


def test_a_rules_page_says_what_it_looks_for_its_source_and_its_examples(town):  # noqa: F811
    page = tools.text_of(tools.client("analyst").get("/rules/older.company"))
    for said in ("What older company looks for.", "A source", "“found”", "“not found”"):
        assert said in page


# ---- how rules reach the pages ----------------------------------------------------------------------


def test_every_rule_that_can_make_a_signal_is_published_with_words_and_a_source(town):  # noqa: F811
    from redshank.publish import rules as publishing
    from redshank.signals.ready import rulebook as book
    from redshank.web.worklist.models import Rule

    publishing.write()
    told = {r.rule: r for r in Rule.objects.filter(standing=True)}
    fields = (SOURCE / "signals" / "fields.py").read_text(encoding="utf-8")
    by_field = {f"field:{name}" for name in re.findall(r'out\.append\(\("\w+", "(\w+)"\)\)', fields)}
    assert len(by_field) == 7
    patterns = (SOURCE / "assessment" / "patterns.py").read_text(encoding="utf-8")
    by_pattern = {f"pattern:{name}" for name in re.findall(r'^        "(\w+)": _\w+\(facts', patterns, re.M)}
    assert len(by_pattern) == 6
    assert set(told) == {r.id for r in book().indicators} | by_field | by_pattern
    for r in told.values():
        assert r.doc.endswith(".")
        assert len(r.source) > 5


def test_a_rule_that_went_stays_and_is_marked(town):  # noqa: F811
    from redshank.publish import rules as publishing
    from redshank.web.worklist.models import Rule

    tools.rule("gone.rule")
    publishing.write()
    publishing.write()
    assert not Rule.objects.get(rule="gone.rule").standing
    assert Rule.objects.filter(rule="older.company").count() == 1
    page = tools.text_of(tools.client("analyst").get("/rules/gone.rule"))
    assert "The rules in force hold this one no more." in page


def test_the_statuses_of_the_list_are_those_that_are_published(application):  # noqa: F811
    from redshank.web.worklist.config import LISTED

    told = tomllib.loads((SOURCE / "publish" / "worklist.toml").read_text(encoding="utf-8"))
    assert list(LISTED) == told["statuses"]["listed"]


def test_rules_are_written_at_a_start_only_where_something_differs(home_copy, monkeypatch):
    from redshank.publish import rules as publishing
    from redshank.web.worklist.models import Rule

    written = []
    write = publishing.write
    monkeypatch.setattr(publishing, "write", lambda: (written.append(1), write()))
    (home_copy / "web" / "rules.json").unlink(missing_ok=True)
    publishing.bring(home_copy)
    publishing.bring(home_copy)
    assert len(written) == 1
    Rule.objects.filter(standing=True).first().delete()  # another database, or one that was put back
    publishing.bring(home_copy)
    publishing.bring(home_copy)
    assert len(written) == 2
    monkeypatch.setattr(publishing, "_digest", lambda home: "another version of the rules")
    publishing.bring(home_copy)
    assert len(written) == 3
    (home_copy / "web" / "rules.json").write_text("damaged")
    publishing.bring(home_copy)
    assert len(written) == 4
