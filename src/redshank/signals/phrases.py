"""The scanner of the language rules: what is passed over although a phrase of the guide stands there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from redshank.signals import text as reading
from redshank.signals.grammar import BORDER, Pattern
from redshank.signals.rules import Rulebook
from redshank.signals.scanner import Engine, Hit, Placed, merge
from redshank.signals.spans import Spans, united
from redshank.signals.unsaid import unsaid

NEAR = 5  # words before a phrase in which a negation or a critique takes it away


class Latest:
    """Where something stands in a sentence, to ask for the last of it before a place."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted((e, s) for s, e in spans)
        self.ends = [e for e, _ in ordered]
        self.starts = list(accumulate((s for _, s in ordered), max))

    def before(self, end: int, least: int) -> int:
        """The start of the last that is over by ``end`` and does not begin before ``least``; -1 where there is none."""
        n = bisect_right(self.ends, end)
        return self.starts[n - 1] if n and self.starts[n - 1] >= least else -1


@dataclass(frozen=True)
class Marks:
    """What the exceptions ask of a sentence, by tokens: looked for once, however many phrases it holds."""

    code: str
    exempt: Spans
    children: Latest
    others: Latest
    names_child: bool


class LanguageEngine(Engine):
    """The scanner with the exceptions of the language rules."""

    def __init__(self, book: Rulebook) -> None:
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
        self._marks: Marks | None = None
        super().__init__(book, book.language)  # last: by now every word of the lists is known

    def passed_over(self, code: str, hit: Hit, s: int, e: int) -> bool:
        """Whether an exception takes the phrase at tokens [s, e) of a sentence away."""
        marks = self._marks_of(code)
        if marks.exempt.meets(s, e):
            return True
        border = code.rfind(BORDER, 0, s) + 1
        window = code[max(border, s - NEAR) : s]
        if any(r.regex.search(window) for r in self.before) or any(
            r.regex.match(code[e : e + NEAR]) for r in self.after
        ):
            return True
        if hit.rule.subject == "child":
            child, other = marks.children.before(s, border), marks.others.before(s, border)
            return child < other or (child < 0 and not marks.names_child)
        return False

    def _marks_of(self, code: str) -> Marks:
        """Of the sentence that is being read: hits come sentence by sentence, and a long one holds thousands."""
        if self._marks is None or self._marks.code != code:
            self._marks = Marks(
                code,
                united(m.span() for r in self.exempt for m in r.regex.finditer(code)),
                Latest(m.span() for r in self.children for m in r.regex.finditer(code)),
                Latest(m.span() for r in self.others for m in r.regex.finditer(code)),
                self.child.regex.search(code) is not None,
            )
        return self._marks

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
    kept = Spans()
    for h in sorted(hits, key=lambda h: (h.start - h.end, h.start, h.rule.number)):
        if not kept.meets(h.start, h.end):
            kept.keep(h.start, h.end)
            out.append(h)
    return sorted(out, key=lambda h: h.start)
