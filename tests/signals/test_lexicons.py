"""Lexicons that forces exchange: what holds, what is refused, what is measured, and that a night uses them and says which."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from redshank import __version__, night, records
from redshank.cli import main
from redshank.errors import UsageError
from redshank.signals import lexicon, lexicons, mentions, ready
from redshank.store import Store

HEAD = {"name": "harbour", "title": "Words of the harbour", "version": "3", "source": "a force's own records, 2026", "licence": "OGL-3.0", "by": "a force"}  # fmt: skip
RULE = """[[rule]]
id = "harbour.ferry"
indicator = "transported"
child = "none"
patterns = ["brought over on the {harbour_boat} by"]
must = ["The girl was brought over on the zephyrline by a man.", "He was brought over on the wherrycraft by two men.", "She was brought over on the zephyrline by somebody."]
must_not = ["The zephyrline was late.", "She took the wherrycraft home."]
"""
CLASSES = '[harbour_boat]\nwords = ["zephyrline", "wherrycraft"]\n'
EXAMPLES = [
    ("Staff say the boy was brought over on the zephyrline by an adult.", "transported"),
    ("Crates were brought over on the wherrycraft by the crew.", ""),
    ("The child had come by zephyrline with a stranger.", "transported"),
]


@pytest.fixture(autouse=True)
def _as_shipped():
    yield
    if ready.add(()):
        mentions.start_over()


def toml(told: dict) -> str:
    return "".join(f"{k} = {v!r}\n" if isinstance(v, float) else f'{k} = "{v}"\n' for k, v in told.items())


def folder(place: Path, *, head=HEAD, rule=RULE, classes=CLASSES, examples=(), more=()) -> Path:
    place.mkdir(parents=True)
    (place / "lexicon.toml").write_text(toml(head))
    (place / "rules.toml").write_text(rule)
    (place / "classes.toml").write_text(classes)
    if examples:
        with (place / "examples.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("text", "indicator"), *examples])
    for name, text in more:
        (place / name).write_text(text)
    return place


def code(*arguments) -> int:
    with pytest.raises(SystemExit) as told:
        main([str(a) for a in arguments])
    return int(told.value.code or 0)


def said(*arguments) -> tuple[int, str]:
    """In its own process, where no earlier command has settled how things are printed."""
    words = [sys.executable, "-m", "redshank", *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_lexicon_that_holds_is_measured_and_keeps_its_figure(tmp_path):
    place = folder(tmp_path / "harbour", examples=EXAMPLES)
    number, words = said("rules", "test", place, "--write")
    assert (number, "found 2, right 1, missed 1; precision 0.5, recall 0.500" in words) == (0, True), words
    one = lexicon.read(place)
    assert one.measured == {
        "of": one.said,
        "sentences": 3,
        "found": 2,
        "right": 1,
        "missed": 1,
        "precision": 0.5,
    }
    assert one.said.startswith("harbour@3:")
    trial = lexicons.tried(one)
    assert trial.wrong == []
    assert trial.rules == {"harbour.ferry": {"found": 2, "right": 1}}


NO_LEXICON = {
    "no licence": {"head": HEAD | {"licence": " "}},
    "no source": {"head": {k: v for k, v in HEAD.items() if k != "source"}},
    "more said": {"head": HEAD | {"password": "x"}},
    "a long name": {"head": HEAD | {"name": "Harbour Words"}},
    "precision above one": {"head": HEAD | {"precision": 1.5}},
    "an id of another": {"rule": RULE.replace("harbour.ferry", "older.company")},
    "an id twice": {"rule": RULE + RULE},
    "a key unknown": {"rule": RULE + "weight = 9\n"},
    "no patterns": {"rule": RULE.replace("patterns", "source2")},
    "patterns no list": {"rule": RULE.replace('["brought over on the {harbour_boat} by"]', '"brought"')},
    "no rules": {"rule": "\n"},
    "no TOML": {"rule": "[[rule"},
    "a class of ours": {"classes": CLASSES.replace("harbour_boat", "older_person")},
    "a stray file": {"more": [("run.py", "x = 1")]},
    "examples without a header": {"more": [("examples.csv", "a,b\nx,y\n")]},
}
DOES_NOT_HOLD = {
    "an indicator unknown": ({"rule": RULE.replace('"transported"', '"flew"')}, "there is no indicator flew"),
    "too few examples": ({"rule": RULE.replace(', "She was brought over on the zephyrline by somebody."', "")}, "fewer than 3 examples"),
    "an example not found": ({"rule": RULE.replace("He was brought over on", "He was fetched on")}, "does not find: He was fetched"),
    "an example found that must not": ({"rule": RULE.replace("The zephyrline was late.", "Fish was brought over on the zephyrline by noon.")}, "must not find: Fish"),
    "a pattern broken": ({"rule": RULE.replace("on the {", "on ( the {")}, "unbalanced brackets"),
    "a class unknown": ({"classes": ""}, "no word class harbour_boat"),
    "a promise without sentences": ({"head": HEAD | {"precision": 0.9}}, "no sentence to measure it by"),
    "a figure of another version": ({"examples": EXAMPLES, "more": [("measured.toml", 'of = "harbour@2:0"\n')]}, "says otherwise"),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_LEXICON)
def test_a_folder_that_is_no_lexicon_is_2(what, tmp_path):
    assert code("rules", "test", folder(tmp_path / "harbour", **NO_LEXICON[what])) == 2


def test_a_link_or_a_huge_file_is_no_lexicon(tmp_path):
    place = folder(tmp_path / "harbour")
    (place / "rules.toml").rename(tmp_path / "rules.toml")
    (place / "rules.toml").symlink_to(tmp_path / "rules.toml")
    with pytest.raises(UsageError, match="is a link"):
        lexicon.read(place)
    (place / "rules.toml").unlink()
    (place / "rules.toml").write_text(RULE + "#" * lexicon.LARGEST)
    with pytest.raises(UsageError, match="larger than"):
        lexicon.read(place)
    with pytest.raises(UsageError, match="no such folder"):
        lexicon.read(tmp_path / "none")


@pytest.mark.parametrize("what", DOES_NOT_HOLD)
def test_what_does_not_hold_is_said(what, tmp_path):
    told, says = DOES_NOT_HOLD[what]
    wrong = lexicons.tried(lexicon.read(folder(tmp_path / "harbour", **told))).wrong
    assert len(wrong) == 1, wrong
    assert says in wrong[0]


def test_the_exit_says_whether_an_example_or_a_promise_failed(tmp_path):
    assert code("rules", "test", folder(tmp_path / "a", **DOES_NOT_HOLD["an example not found"][0])) == 1
    missed = folder(tmp_path / "b", head=HEAD | {"precision": 0.9}, examples=EXAMPLES)
    number, words = said("rules", "test", missed)
    assert (number, "promises a precision of 0.9, measured: 0.500" in words) == (13, True), words


def test_ours_is_written_as_a_lexicon_that_holds_and_is_not_used_twice(tmp_path):
    number = lexicons.write_shipped(tmp_path / "ours", __version__)
    one = lexicon.read(tmp_path / "ours")
    shipped = ready.rulebook().indicators
    assert (len(one.rules), one.name) == (number, "redshank")
    assert number == len(shipped)
    for ours, rule in zip(one.rules, shipped, strict=True):
        assert ours["id"] == f"redshank.{rule.id}"
        assert tuple(ours["patterns"]) == rule.patterns
        assert tuple(ours["must"]) == rule.must
        assert tuple(ours.get("unless", ())) == rule.unless
    assert lexicons.tried(one).wrong == []
    with pytest.raises(UsageError, match="in use already"):
        lexicons.put(tmp_path, tmp_path / "ours")
    with pytest.raises(UsageError, match="something is there"):
        lexicons.write_shipped(tmp_path / "ours", __version__)


def delivery(place: Path) -> Path:
    place.mkdir()
    with (place / "incidents.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["incident_ref", "received_at", "district", "log"])
        rows.writerow(
            [
                "I1",
                "2026-03-02T20:00:00+00:00",
                "Saltgate",
                "A girl aged 14 was brought over on the zephyrline by two men.",
            ]
        )
    return place


def found_by(store: Store) -> set[str]:
    from redshank.night import state as states

    return {r["rule"] for r in states.read(store).tables["signals"].to_pylist()}


def test_a_night_uses_what_the_home_holds_and_says_its_version(tmp_path):
    store = Store.open(tmp_path / "home", create=True)
    records.load(store, delivery(tmp_path / "delivery"))

    def a_night() -> dict:
        with store.writing():
            return night.run(store)

    a_night()
    before = store.manifest.run["versions"]["signals"]
    assert "harbour.ferry" not in found_by(store)
    one = lexicons.put(store.home, folder(tmp_path / "harbour"))
    assert {p.stat().st_mode & 0o777 for p in (store.home / "lexicons" / "harbour").iterdir()} == {0o600}
    assert a_night()["nothing_new"] is False
    assert store.manifest.run["versions"]["signals"] == f"{before}+{one.said}"
    assert "harbour.ferry" in found_by(store)
    assert a_night()["nothing_new"] is True
    lexicons.drop(store.home, "harbour")
    a_night()
    assert store.manifest.run["versions"]["signals"] == before
    assert "harbour.ferry" not in found_by(store)
    with pytest.raises(UsageError, match="no such lexicon"):
        lexicons.drop(store.home, "../home")


def test_another_version_takes_the_place_of_the_first(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    first = lexicons.put(home, folder(tmp_path / "one"))
    second = lexicons.put(home, folder(tmp_path / "two", head=HEAD | {"version": "4"}))
    assert [x.said for x in lexicons.use(home)] == [second.said]
    assert first.said != second.said
    with pytest.raises(UsageError, match="does not say its source"):
        lexicons.put(home, folder(tmp_path / "three", **NO_LEXICON["no source"]))
    assert [p.name for p in (home / "lexicons").iterdir()] == ["harbour"]
