"""The morning's summary: what cannot wait first, at most sixty decisions, what is held back counted, every item opens."""

from __future__ import annotations

import io
import json
import re

from rich.console import Console

from redshank import night
from redshank.cli.common import Settings
from redshank.explain import explain
from redshank.night.show import show
from redshank.night.summary import ITEMS
from redshank.store import Store

from .conftest import findings, run


def last(home) -> dict:
    return run(home)["summary"]  # nothing is new, so the last night's report comes back


def text_of(summary: dict) -> str:
    out = io.StringIO()
    show(Console(file=out, width=200, highlight=False), summary)
    return out.getvalue()


def test_the_first_block_is_what_cannot_wait(after_both):
    text = text_of(last(after_both))
    headings = [
        "What cannot wait",
        "New groups",
        "Children whose concern rose",
        "Places",
        "County lines",
        "Returned, and no interview",
    ]
    at = [text.index(h) for h in [*headings, "Words that blame a child", "quarantine"]]
    assert at == sorted(at)


def test_a_night_asks_at_most_sixty_decisions_and_counts_what_it_holds_back(after_first):
    summary = last(after_first)
    groups = len(summary["groups"]["new"]) + len(summary["groups"]["grown"])
    asked = len(summary["cannot_wait"]) + groups + len(summary["children_rising"])
    assert asked == summary["decisions_asked"]
    assert asked <= ITEMS or asked == len(summary["cannot_wait"]) + groups
    held = sum(row["count"] for row in summary["held_back"])
    assert len(summary["children_rising"]) + held >= summary["children_in_matrix"]


def test_no_score_stands_beside_a_childs_name(after_both):
    summary = last(after_both)
    for child in summary["children_rising"]:
        assert "score" not in child
    scores = {str(s) for s in findings(after_both)["children"]["score"].to_pylist() if s > 99}
    lines = [x for x in text_of(summary).splitlines() if "sexual exploitation:" in x]
    assert lines
    assert not any(word in scores for line in lines for word in line.replace(";", " ").split())


def test_no_machine_name_reaches_the_screen(after_both):
    text = text_of(last(after_both))
    for name in (
        "reported_speech",
        "also_named_as_suspect",
        "missing_episodes",
        "repeat_missing",
        "suspect ",
    ):
        assert name not in text.replace("missing_episodes.csv", ""), name


def test_every_item_opens(after_both):
    store = Store.open(after_both)
    Settings.home = after_both
    summary = last(after_both)
    items = [i["open"] for k in ("new", "grown", "standing") for i in summary["groups"][k]]
    items += [c["open"] for c in summary["children_rising"]] + [c["open"] for c in summary["cannot_wait"]]
    items += [f"redshank explain place {p['h3']}" for p in summary["places"]] + [
        r["open"] for r in summary["lines"]
    ]
    items += [
        f"redshank explain signal {e['signal_id']}"
        for e in summary["returned_without_interview"]["episodes"][:3]
    ]
    assert len(items) > 10
    for item in items:
        _, _, kind, identity = item.split()
        told = explain(store, kind, identity)
        assert json.dumps(told, default=str)
        assert told.get("records") or told.get("record") or told.get("quoted"), item


def test_the_summary_of_a_run_can_be_shown_again_exactly(after_both):
    store = Store.open(after_both)
    with store.writing():
        first = night.run(store)
        second = night.run(store)
    assert first == second
    assert first["nothing_new"]


def test_the_summary_says_as_at_when_in_words(after_both):
    first = text_of(last(after_both)).splitlines()[0]
    assert re.fullmatch(r"This morning, as recorded at \d\d:\d\d on \d{1,2} [A-Z][a-z]+ \d{4}", first)
