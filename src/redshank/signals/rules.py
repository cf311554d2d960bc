"""The rules as data: word classes, indicator rules, context cues, language rules; read once from ``rules/*.toml``.

A rule carries its source, its version and examples that must and must not match; ``rules_markdown`` writes the
page of the manual from the same files.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from redshank.signals import inflect
from redshank.signals.grammar import ORDINARY, Grammar, Part, forms

if TYPE_CHECKING:
    from redshank.signals.lexicon import Lexicon

FILES = ("classes", "context", "language", "mentions", "ordinary", "unsaid")


@dataclass(frozen=True)
class Rule:
    """One rule. ``child``: where the text must speak of a child (``none``, ``sentence``, ``record``)."""

    id: str
    indicator: str
    source: str
    version: int
    child: str
    patterns: tuple[str, ...]
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    doc: str = ""
    unless: tuple[str, ...] = ()  # patterns anywhere in the sentence that take the hit away
    beside: tuple[str, ...] = ()  # patterns that must all stand somewhere in the sentence, in any order
    only: tuple[
        str, ...
    ] = ()  # a topic: it counts with these statuses alone ("no injuries", "ask about debts")
    says: str = ""  # the status that the phrase itself states ("was in every lesson" denies absence)
    # language rules only
    severity: str = ""
    reason: str = ""
    alternative: str = ""
    alternative_kind: str = ""
    number: int = 0
    subject: str = ""  # "child": the phrase counts only where a child is its subject


@dataclass(frozen=True)
class Cue:
    """One cue of context: what it says of the words after, before or around it."""

    id: str
    status: str
    direction: str
    reach: int
    patterns: tuple[str, ...]
    test: str = ""  # "year", "years_ago", "young": an arithmetic condition on the numbers inside


@dataclass(frozen=True)
class Rulebook:
    grammar: Grammar
    common: frozenset[str]
    indicators: tuple[Rule, ...]
    language: tuple[Rule, ...]
    cues: tuple[Cue, ...]
    borders: dict[str, tuple[str, ...]]
    lists: dict[str, Any]
    version: str


def _folder() -> Any:
    return resources.files("redshank.signals") / "rules"


def _files() -> dict[str, str]:
    names = sorted(f.name for f in _folder().iterdir() if f.name.endswith(".toml"))
    return {n.removesuffix(".toml"): (_folder() / n).read_text(encoding="utf-8") for n in names}


def _classes(grammar: Grammar, data: dict[str, Any]) -> None:
    """Fills the grammar's word classes in the order of the file; a class may use those above it."""
    for name, spec in data.items():
        if name == "common":
            continue
        parts: list[Part] = []
        single: set[str] = set()
        for kind, make in (("verbs", inflect.verb), ("nouns", inflect.noun)):
            for entry in spec.get(kind, []):
                if " " in entry:
                    head, _, last = entry.rpartition(" ") if kind == "nouns" else entry.partition(" ")
                    many = sorted(make(last)) if kind == "nouns" else sorted(make(head))
                    text = f"{head} {'|'.join(many)}" if kind == "nouns" else f"{'|'.join(many)} {last}"
                    parts.append(grammar.parse(text))
                else:
                    single |= make(entry)
        for entry in spec.get("words", []):
            if " " in entry:
                parts.append(grammar.parse(entry))
            else:
                single |= forms(entry)
        parts += [grammar.parse(p) for p in spec.get("patterns", [])]
        if single:
            parts.append(Part("words", frozenset(single)))
        grammar.classes[name] = Part("alt", parts=tuple(parts))


def _rule(data: dict[str, Any], defaults: dict[str, Any]) -> Rule:
    both = {**defaults, **data}
    return Rule(
        id=both["id"],
        indicator=both.get("indicator", ""),
        source=both.get("source", ""),
        version=both.get("version", 1),
        child=both.get("child", "none"),
        patterns=tuple(both["patterns"]),
        must=tuple(both.get("must", ())),
        must_not=tuple(both.get("must_not", ())),
        doc=both.get("doc", ""),
        unless=tuple(both.get("unless", ())),
        beside=tuple(both.get("beside", ())),
        only=tuple(both.get("only", ())),
        says=both.get("says", ""),
        severity=both.get("severity", ""),
        reason=both.get("reason", ""),
        alternative=both.get("alternative", ""),
        alternative_kind=both.get("kind", ""),
        number=both.get("number", 0),
        subject=both.get("subject", ""),
    )


@lru_cache(maxsize=1)
def rules_version() -> str:
    """A hash of the files: it changes whenever a rule does. Known without reading the rules, which takes longer."""
    files = _files()
    return hashlib.sha256("\0".join(f"{n}\0{files[n]}" for n in sorted(files)).encode()).hexdigest()[:12]


def read_rulebook(more: Sequence[Lexicon] = ()) -> Rulebook:
    """The rules as shipped, from their files (ready.py has them at once), with those of lexicons that a force added behind them."""
    files = _files()
    data = {name: tomllib.loads(text) for name, text in files.items()}
    grammar = Grammar(common=frozenset(data["classes"]["common"]["words"]))
    _classes(grammar, data["classes"])
    indicators: list[Rule] = []
    for name in sorted(data):
        if name not in FILES:
            defaults = {k: v for k, v in data[name].items() if k != "rule"}
            indicators += [_rule(r, defaults) for r in data[name]["rule"]]
    for added in more:
        _classes(grammar, added.classes)
        indicators += [_rule(r, {"source": added.source}) for r in added.rules]
    context = data["context"]
    cues = [
        Cue(c["id"], c["status"], c["direction"], c.get("reach", 12), tuple(c["patterns"]), c.get("test", ""))
        for c in context["cue"]
    ]
    # Every known word gets its character now, in order, so that nothing depends on which engine is built first.
    patterns = [p for r in indicators for p in (*r.patterns, *r.unless, *r.beside)] + [
        p for c in cues for p in c.patterns
    ]
    patterns += [p for r in data["language"]["rule"] for p in (*r["patterns"], *r.get("unless", ()))]
    patterns += ["{" + name + "}" for name in sorted(grammar.classes)]
    patterns += [p for ps in context["borders"].values() for p in ps]
    grammar.know(map(grammar.parse, patterns))
    for word in sorted(
        {f for w in data["ordinary"]["nouns"] for f in inflect.noun(w)} | set(data["ordinary"]["words"])
    ):
        grammar.code.setdefault(word, ORDINARY)
    return Rulebook(
        grammar,
        grammar.common,
        tuple(indicators),
        tuple(_rule(r, {"source": data["language"]["source"]}) for r in data["language"]["rule"]),
        tuple(cues),
        {k: tuple(v) for k, v in context["borders"].items()},
        {**data["mentions"], **{k: v for k, v in data["language"].items() if k not in ("rule", "source")}},
        "+".join([rules_version(), *(added.said for added in more)]),
    )


def rules_markdown(book: Rulebook) -> str:
    """The manual's page on the rules: each rule with its source, its patterns and its examples."""
    out = ["# What the scanner looks for", "", f"Version of the rules: `{book.version}`.", ""]
    for indicator in sorted({r.indicator for r in book.indicators}):
        out += [f"## {indicator}", ""]
        for rule in (r for r in book.indicators if r.indicator == indicator):
            out += [f"### {rule.id}", "", rule.doc, "", f"Source: {rule.source}. Version {rule.version}.", ""]
            out += [f"It makes the indicator {rule.says}.", ""] if rule.says else []
            out += [f"- `{p}`" for p in rule.patterns]
            out += [f"- and anywhere in the sentence `{p}`" for p in rule.beside]
            out += ["", "Finds: " + "; ".join(f"“{m}”" for m in rule.must) + "."]
            out += ["Passes over: " + "; ".join(f"“{m}”" for m in rule.must_not) + ".", ""]
    out += ["## Language", "", "| no. | rule | weight | why | instead |", "|---|---|---|---|---|"]
    out += [
        f"| {r.number} | {r.id} | {r.severity} | {r.reason} | {r.alternative} ({r.alternative_kind}) |"
        for r in book.language
    ]
    out += ["", "## Context", "", "| cue | makes it | looks | patterns |", "|---|---|---|---|"]
    out += [f"| {c.id} | {c.status} | {c.direction} | {'; '.join(c.patterns)} |" for c in book.cues]
    return "\n".join(out).replace("\n\n\n", "\n\n") + "\n"
