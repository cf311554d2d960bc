"""A group that a second officer answered "not proven": gone from the next night, back with the one record that is new.

The home is a copy: what is decided here stays out of the other journeys.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import Watch
from .hands import Mouse
from .serving import Served, run

NEW = "IR26-900001"
REPORTED = "2026-04-08T09:30:00+00:00"


@pytest.fixture
def apart(home: Path, served: Served, tmp_path: Path) -> Iterator[Served]:
    """Another copy of the demonstration, served."""
    copy = tmp_path / "home"
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("redshank.sqlite3*"))
    with (
        closing(sqlite3.connect(home / "web" / "redshank.sqlite3")) as here,
        closing(sqlite3.connect(copy / "web" / "redshank.sqlite3")) as there,
    ):
        here.backup(there)
    (copy / "web" / "redshank.sqlite3").chmod(0o600)
    one = Served(copy)
    yield one
    one.stop()


def in_the_house(chromium, served: Served, who: str) -> Mouse:
    page = chromium.new_context(locale="en-GB", timezone_id="Europe/London").new_page()
    page.set_default_timeout(30_000)
    hand = Mouse(page, served.base)
    hand.go("/demonstration")
    hand.button(who)
    return hand


def a_report_a_week_later(served: Served, group: str, folder: Path) -> Path:
    """One more intelligence report that names members of the group as an earlier one of its records does."""
    run(folder / "none", "synthetic", str(folder / "again"), "--scale", "small", "--seed", "1")
    kept = {
        key.partition(":")[2]
        for (key,) in served.rows(
            "SELECT record_key FROM heads_behind WHERE kind = 'group' AND ident = ? AND record_key LIKE 'intelligence:%'",
            group,
        )
    }
    with (folder / "again" / "first" / "people.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    named = [r for r in rows if r[0] == "intelligence" and r[1] in kept]
    old = max({r[1] for r in named}, key=lambda ref: sum(r[1] == ref for r in named))
    people = [[r[0], NEW, *r[2:]] for r in named if r[1] == old]
    assert len(people) >= 2
    who = " and ".join(f"{r[5].upper()} {r[4]}" for r in people[:2])
    week = folder / "out" / "week"
    week.mkdir(parents=True)
    _write(week / "people.csv", [head, *people])
    columns = [
        "report_ref",
        "submitted_at",
        "source_evaluation",
        "intelligence_assessment",
        "handling",
        "district",
        "narrative",
    ]
    text = f"{who} are working together to meet children. Seen again with the child at a hotel."
    _write(week / "intelligence.csv", [columns, [NEW, REPORTED, "1", "B", "P", "Ostrelby", text]])
    sums = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  week/{p.name}" for p in sorted(week.iterdir())]
    (folder / "out" / "SYNTHETIC").write_text(
        "Synthetic data of a test. Nothing here is about anybody.\n" + "\n".join(sums) + "\n",
        encoding="utf-8",
    )
    return week


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def test_it_returns_with_the_new_record_named_and_both_decisions_stand(chromium, apart, tmp_path):
    watch = Watch(apart.base)
    first = in_the_house(chromium, apart, "Avery Quill")
    watch.over(first.page)
    name = first.first_link_under("Proposed groups, strongest ties first")
    group = first.page.url.rsplit("/", 1)[1]
    first.button("most telling record")
    first.button("Propose a flag")
    first.write("Why, in your own words", "The same people in three reports.")
    first.button("Propose")
    second = in_the_house(chromium, apart, "Robin Ashgrove")
    second.link(name, within="Decisions that wait for you")
    second.choose("What do the records show you", "Not proven")
    second.write("Because", "No record says what any of them did.")
    second.button("Keep this decision")
    second.expect("your decision stands in the register")

    # The next night brings nothing new about it: it is not proposed, and its page tells nothing.
    report = a_report_a_week_later(apart, group, tmp_path / "later")
    run(apart.home, "night")
    first.go("/groups")
    assert name not in first.text()
    first.go("/flags")
    first.expect(name)

    # A week later there is one new record.
    run(apart.home, "load", str(report))
    run(apart.home, "night")
    first.go("/groups")
    returned = first.page.get_by_role("article").filter(has_text=NEW)
    assert returned.count() == 1
    told = returned.inner_text()
    assert "It was dismissed on" in told
    assert f"proposed again on new evidence: intelligence report {NEW}" in told
    returned.get_by_role("link").first.click()
    first.expect("Flag: Not proven")

    # Both decisions stand in the register and in its export.
    first.go("/flags")
    first.link(name)
    first.expect("The same people in three reports.")
    first.expect("No record says what any of them did.")
    exported = first.page.request.get(apart.base + "/flags/register.csv").text()
    assert "The same people in three reports." in exported
    assert "No record says what any of them did." in exported
    watch.clean()
    for hand in (first, second):
        hand.page.context.close()
