"""The rules that are kept between runs find what those read from their files find, and nothing rests on the keeping."""

import datetime as dt
import sys

import pytest

from redshank.signals import ready
from redshank.signals.grammar import Grammar

DAY = dt.date(2026, 3, 1)


@pytest.fixture(scope="module")
def made():
    return ready.make()


def found(rules, texts):
    return [
        (
            [
                (h.rule.id, h.start, h.end, h.status)
                for h in rules.signals.read(text, "partner_referrals", DAY)
            ],
            [(h.rule.id, h.start, h.end, quoted) for h, quoted in rules.language.phrases(text, "crimes")],
        )
        for text in texts
    ]


def test_what_is_kept_finds_what_was_made(made, tmp_path, monkeypatch):
    place = tmp_path / "rules.pickle"
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    ready._keep(made, place)
    kept = ready._kept(place)
    texts = [t for r in (*made.book.indicators, *made.book.language) for t in (*r.must[:1], *r.must_not[:1])][
        ::5
    ]
    assert found(kept, texts) == found(made, texts)
    assert kept.book.version == made.book.version
    assert kept.signals.speaking == made.signals.speaking
    # A rule that is tried beside the kept ones reads with the same characters.
    pattern = "{child} ... {vehicle}"
    grammars: list[Grammar] = [some.book.grammar for some in (kept, made)]
    assert len({g.written(g.parse(pattern)) for g in grammars}) == 1


@pytest.mark.parametrize("rest", [0, 100, -1], ids=["empty", "head", "cut"])
def test_a_file_that_cannot_be_read_is_made_anew(made, tmp_path, monkeypatch, rest):
    place = tmp_path / "rules.pickle"
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    ready._keep(made, place)
    place.write_bytes(place.read_bytes()[:rest])
    assert ready._kept(place) is None
    assert ready._kept(tmp_path / "absent.pickle") is None


def test_where_nothing_can_be_written_nothing_is_kept_and_nothing_fails(made, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "file").write_text("")
    ready._keep(made, tmp_path / "file" / "rules.pickle")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    ready._keep(made, tmp_path / "rules.pickle")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_another_rule_or_another_line_of_code_has_another_place(tmp_path, monkeypatch):
    places = [ready._place()]
    monkeypatch.setattr(ready, "rules_version", lambda: "other")
    places.append(ready._place())
    (tmp_path / "scanner.py").write_text("")
    monkeypatch.setattr(ready, "HERE", tmp_path)
    places.append(ready._place())
    assert len({p.name for p in places}) == 3
    assert {p.suffix for p in places} == {".pickle"}
