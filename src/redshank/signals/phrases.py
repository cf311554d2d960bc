"""The scanner of the language rules: what is passed over although a phrase of the guide stands there."""

from __future__ import annotations

from collections.abc import Iterable

from redshank.signals import text as reading
from redshank.signals.grammar import BORDER, Pattern
from redshank.signals.rules import Rulebook
from redshank.signals.scanner import Engine, Hit, Placed, merge
from redshank.signals.unsaid import unsaid

NEAR = 5  # words before a phrase in which a negation or a critique takes it away


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
        super().__init__(book, book.language)  # last: by now every word of the lists is known

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
