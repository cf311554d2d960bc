"""Language that blames or diminishes a child: phrases, with why they harm and what to write or ask instead.

The rules follow the guide named in ``rules/language.toml``. A phrase is passed over where it is negated or
criticised within five words ("should not be called …"), where a statute, an offence or a form says it, or where
its subject is no child (rules on associating, recruiting, gangs). Inside quotation marks it is kept and marked
``quoted``. Nothing here ever changes a text; an alternative is a rewording of the same facts or a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from redshank.signals import text as reading
from redshank.signals.grammar import BORDER, Pattern
from redshank.signals.reader import Batch
from redshank.signals.rules import Rule, rulebook
from redshank.signals.scan_common import Texts
from redshank.signals.scanner import Engine, Hit, Placed, may_speak, merge
from redshank.signals.unsaid import unsaid

NEAR = 5  # words before a phrase in which a negation or a critique takes it away


class LanguageEngine(Engine):
    """The scanner with the exceptions of the language rules."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        book = rulebook()
        grammar = book.grammar

        def compiled(patterns: Iterable[str]) -> list[Pattern]:
            return [grammar.pattern(grammar.parse(p)) for p in patterns]

        self.exempt = compiled(book.lists["exempt"])
        self.before = compiled(book.lists["critique_before"])
        self.after = compiled(book.lists["critique_after"])
        self.children = compiled(["{child}", "{pronoun}", "victim|complainant|ip|subject|#x"])
        self.others = compiled(
            ["{adult_noun}|suspect|suspects|offender|offenders|nominal|nominals|driver|perpetrator|gang|he's"]
        )
        super().__init__(book, rules)  # last: by now every word of the lists is known

    def passed_over(self, code: str, hit: Hit, s: int, e: int) -> bool:
        """Whether an exception takes the phrase at tokens [s, e) of a sentence away."""
        if any(m.start() < e and s < m.end() for r in self.exempt for m in r.regex.finditer(code)):
            return True
        low = max([0, s - NEAR, *(i + 1 for i in range(s) if code[i] == BORDER)])
        window = code[low:s]
        if any(r.regex.search(window) for r in self.before) or any(
            r.regex.match(code[e : e + NEAR]) for r in self.after
        ):
            return True
        if hit.rule.subject == "child":
            ahead = code[max([0, *(i + 1 for i in range(s) if code[i] == BORDER)]) : s]
            child = max((m.start() for r in self.children for m in r.regex.finditer(ahead)), default=-1)
            other = max((m.start() for r in self.others for m in r.regex.finditer(ahead)), default=-1)
            return child < other or (child < 0 and not self.child.regex.search(code))
        return False

    def phrases(self, text: str, record_type: str, names_child: bool | None = None) -> list[tuple[Hit, bool]]:
        """(hit, quoted) of one text, merged so that no two overlap."""
        read = unsaid(text)
        return self.kept(text, self.placed(self.sentences(read), read, record_type, None, names_child))

    def kept(self, text: str, placed: list[Placed]) -> list[tuple[Hit, bool]]:
        """The hits of a text that no exception takes away, and whether each is quoted."""
        kept = []
        for h, code, s, e in placed:
            # "the woman, 40, is in a relationship": no child in this sentence, an adult by age
            adult = (
                h.rule.child != "none" and not self.evident[code] and self.adult_missing.regex.search(code)
            )
            if not adult and not self.passed_over(code, h, s, e):
                kept.append(h)
        if not kept:
            return []
        quotes = reading.quotations(text)
        return [(h, any(a <= h.start and h.end <= b for a, b in quotes)) for h in apart(merge(kept))]


def apart(hits: list[Hit]) -> list[Hit]:
    """Of overlapping phrases the longest (then the earliest, then the smaller rule number)."""
    out: list[Hit] = []
    for h in sorted(hits, key=lambda h: (h.start - h.end, h.start, h.rule.number)):
        if not any(o.start < h.end and h.start < o.end for o in out):
            out.append(h)
    return sorted(out, key=lambda h: h.start)


@lru_cache(maxsize=1)
def language_engine() -> LanguageEngine:
    return LanguageEngine(rulebook().language)


COLUMNS = [
    "record_key", "record_type", "record_ref", "start", "end", "text", "reason", "alternative", "quoted", "rule",
    "severity", "alternative_kind",
]  # fmt: skip


def language_rows(texts: Texts, low: int, batch: Batch) -> Iterator[tuple[Any, ...]]:
    """Rows of the phrases in a batch of texts whose first is number ``low``, in order of text and offset.

    In a text that speaks of no child only the rules count that ask for none.
    """
    engine = language_engine()
    high = low + len(batch.texts)
    kinds, known = texts.kinds[low:high], texts.known[low:high]
    some = list(engine.placed_in(batch, kinds, [None] * len(kinds), known))
    at = [n for n, _ in some]
    every = may_speak(engine, [batch.texts[n] for n in at], [kinds[n] for n in at], [known[n] for n in at])
    for (n, placed), speaks in zip(some, every, strict=True):
        if not speaks:
            placed = [p for p in placed if p[0].rule.child == "none" and not p[0].rule.subject]
        text = texts.texts[low + n]
        for h, quoted in engine.kept(text, placed):
            r = h.rule
            yield (
                *texts.record(low + n), h.start, h.end, text[h.start : h.end], r.reason, r.alternative, quoted, r.id,
                r.severity, r.alternative_kind,
            )  # fmt: skip


def check_language(text: str) -> list[dict[str, Any]]:
    """What ``redshank language check`` prints: line and column (from 1), phrase, reason, alternative, quoted.

    >>> check_language("She is streetwise.")[0]["phrase"]
    'streetwise'
    """
    out = []
    for h, quoted in language_engine().phrases(text, "", names_child=True):
        lines = text[: h.start].splitlines(keepends=True)
        fresh = not lines or lines[-1].endswith(("\n", "\r"))
        out.append(
            {
                "line": len(lines) + (1 if fresh else 0),
                "column": 1 if fresh else len(lines[-1]) + 1,
                "start": h.start,
                "end": h.end,
                "phrase": text[h.start : h.end],
                "reason": h.rule.reason,
                "alternative": h.rule.alternative,
                "alternative_kind": h.rule.alternative_kind,
                "severity": h.rule.severity,
                "rule": h.rule.id,
                "quoted": quoted,
            }
        )
    return out
