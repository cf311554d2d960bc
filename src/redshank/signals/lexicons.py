"""Lexicons of a force: tried and measured, kept in the home (``HOME/lexicons/NAME``), and used by its nights.

A lexicon is in use where it lies in the home. :func:`use` is asked at the begin of each night; a changed one makes that night compute
everything again, since the version of the stage holds each lexicon's (docs/decisions/0003-ids.md and 0004-epochs.md hold as ever).
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redshank.errors import UsageError
from redshank.signals import lexicon as folders
from redshank.signals import mentions, ready
from redshank.signals.grammar import PatternError
from redshank.signals.lexicon import Lexicon
from redshank.signals.rules import read_rulebook
from redshank.signals.scanner import Engine, merge

FOLDER = "lexicons"
SHIPPED = "redshank"  # the name under which our own rules are written out
DAY = dt.date(2026, 3, 1)  # a day on which sentences are read: years in them are held against it
FOUND = ("affirmed", "reported_speech")  # statuses in which an indicator is taken as stated
LEAST_MUST, LEAST_MUST_NOT = 3, 2


@dataclass
class Trial:
    """What came of trying a lexicon: ``wrong`` says what does not hold; figures are per rule and of all."""

    lexicon: Lexicon
    wrong: list[str] = field(default_factory=list)
    rules: dict[str, dict[str, int]] = field(default_factory=dict)  # rule → found, right
    sentences: int = 0
    missed: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        there = self.right + self.missed
        return self.right / there if there else None

    @property
    def holds_promise(self) -> bool:
        promised = self.lexicon.precision
        return promised is None or (self.precision is not None and self.precision >= promised)

    def measured(self) -> dict[str, Any]:
        """What ``measured.toml`` keeps."""
        return {
            "of": self.lexicon.said, "sentences": self.sentences, "found": self.found, "right": self.right, "missed": self.missed,
            "precision": round(self.precision, 3) if self.precision is not None else "not measured",
        }  # fmt: skip


def use(home: Path) -> tuple[Lexicon, ...]:
    """From now on this process reads with the rules as shipped and the lexicons of this home."""
    place = Path(home) / FOLDER
    found = [folders.read(p) for p in sorted(place.iterdir()) if p.is_dir() and not p.name.startswith(".")] if place.is_dir() else []  # fmt: skip
    if ready.add(found):
        mentions.start_over()
    return tuple(found)


def tried(lexicon: Lexicon) -> Trial:
    """Every rule against its own examples, and all of them against the sentences by other hands."""
    trial = Trial(lexicon)
    known = {r.indicator for r in ready.rulebook().indicators}
    for rule in lexicon.rules:
        if rule["indicator"] not in known:
            trial.wrong.append(f"{rule['id']}: there is no indicator {rule['indicator']}")
        for key, least in (("must", LEAST_MUST), ("must_not", LEAST_MUST_NOT)):
            if len(rule.get(key, ())) < least:
                trial.wrong.append(f"{rule['id']}: fewer than {least} examples under {key}")
    trial.wrong += [f"an example names {i}, which is no indicator" for i in sorted({i for _, i in lexicon.examples if i} - known)]  # fmt: skip
    if trial.wrong:
        return trial  # nothing to read with yet
    ours = {r["id"] for r in lexicon.rules}
    try:
        book = read_rulebook([lexicon])
        engine = Engine(book, [r for r in book.indicators if r.id in ours])
    except (PatternError, KeyError, ValueError, TypeError) as error:
        trial.wrong.append(f"a pattern or a class cannot be read: {error}")
        return trial
    for rule in lexicon.rules:
        for text in rule.get("must", ()):
            if not _hits(engine, text, "partner_referrals", {rule["id"]}):
                trial.wrong.append(f"{rule['id']} does not find: {text}")
        trial.wrong += [f"{rule['id']} must not find: {t}" for t in rule.get("must_not", ()) if _hits(engine, t, "incidents", {rule["id"]})]  # fmt: skip
    _measure(trial, engine, ours)
    if trial.sentences and not trial.holds_promise:
        told = "nothing found" if trial.precision is None else f"{trial.precision:.3f}"
        trial.wrong.append(f"it promises a precision of {lexicon.precision}, measured: {told}")
    if lexicon.precision is not None and not trial.sentences:
        trial.wrong.append("it promises a precision, and examples.csv holds no sentence to measure it by")
    if lexicon.measured and lexicon.measured != trial.measured():
        trial.wrong.append(
            "measured.toml says otherwise than what is measured now: write it again with --write"
        )
    return trial


def _hits(engine: Engine, text: str, kind: str, rules: set[str]) -> list[Any]:
    return [h for h in engine.read(text, kind, DAY) if h.rule.id in rules]


def _measure(trial: Trial, engine: Engine, ours: set[str]) -> None:
    """A sentence counts for each indicator that the lexicon's rules find stated in it, and for the one that it is labelled with."""
    covered = {r["indicator"] for r in trial.lexicon.rules}
    trial.rules = {r: {"found": 0, "right": 0} for r in sorted(ours)}
    for text, label in trial.lexicon.examples:
        trial.sentences += 1
        hits = [h for h in _hits(engine, text, "partner_referrals", ours) if h.status in FOUND]
        for rule, indicator in {(h.rule.id, h.rule.indicator) for h in hits}:
            trial.rules[rule]["found"] += 1
            trial.rules[rule]["right"] += indicator == label
        said = {h.rule.indicator for h in merge(hits)}
        trial.found += len(said)
        trial.right += label in said
        trial.missed += label in covered and label not in said


def put(home: Path, folder: Path) -> Lexicon:
    """Takes a lexicon that holds into the home; one of the same name is replaced. UsageError: it does not hold."""
    one = folders.read(folder)
    if one.name == SHIPPED:
        raise UsageError(f"{folder}: these are the rules as shipped, which are in use already", "choose what differs, under a name of your own")  # fmt: skip
    if wrong := tried(one).wrong:
        raise UsageError(
            f"{folder}: {wrong[0]}", "see all of it with `redshank rules test`, and mend it first"
        )
    place = Path(home) / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    new, old = place / f".new-{one.name}", place / f".old-{one.name}"
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    new.mkdir(mode=0o700)
    for name in folders.FILES:
        if (folder / name).is_file():
            (new / name).write_bytes((folder / name).read_bytes())
            (new / name).chmod(0o600)
    if (place / one.name).exists():
        (place / one.name).rename(old)
    new.rename(place / one.name)
    shutil.rmtree(old, ignore_errors=True)
    return one


def drop(home: Path, name: str) -> None:
    """Takes a lexicon out of the home; what it found goes with the next night. UsageError: it is not there."""
    place = Path(home) / FOLDER / name
    if not folders.NAME.fullmatch(name) or not place.is_dir():
        there = sorted(p.name for p in (Path(home) / FOLDER).glob("[a-z]*")) or ["none"]
        raise UsageError(f"{name}: no such lexicon is in use", f"in use: {', '.join(there)}")
    shutil.rmtree(place)


def write_shipped(folder: Path, version: str) -> int:
    """Writes the rules as shipped as a lexicon into a new folder; how many rules. They use the word classes that Redshank brings."""
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: something is there already", "name a folder that does not exist")
    book = read_rulebook()
    head = {
        "name": SHIPPED, "title": "The indicators that Redshank ships", "version": f"{version} ({book.version})",
        "source": "each rule names its own", "licence": "MIT", "by": "the makers of Redshank",
    }  # fmt: skip
    parts = []
    for r in book.indicators:
        told: dict[str, Any] = {
            "id": f"{SHIPPED}.{r.id}", "indicator": r.indicator, "source": r.source, "version": r.version, "child": r.child, "doc": r.doc,
            "patterns": r.patterns, "unless": r.unless, "beside": r.beside, "only": r.only, "says": r.says, "must": r.must, "must_not": r.must_not,
        }  # fmt: skip
        parts.append("[[rule]]\n" + _lines({k: v for k, v in told.items() if v}))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lexicon.toml").write_text(_lines(head), encoding="utf-8")
    (folder / "rules.toml").write_text("\n".join(parts), encoding="utf-8")
    return len(book.indicators)


def write_measured(folder: Path, trial: Trial) -> None:
    """Keeps what was measured, in the folder itself."""
    (folder / "measured.toml").write_text(_lines(trial.measured()), encoding="utf-8")


def _lines(told: dict[str, Any]) -> str:
    """A flat TOML table; JSON's texts, numbers and lists are TOML's too."""
    return "".join(f"{k} = {json.dumps(list(v) if isinstance(v, tuple) else v, ensure_ascii=False)}\n" for k, v in told.items())  # fmt: skip
