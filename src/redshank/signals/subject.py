"""Whom a clause is about: a phrase about the informant, a witness or a thing is no sign of a child.

That a record names a child lets telegraphic sentences without a subject count ("found with two handsets"). It must
not let every sentence count. The rule:

1. A record whose people are all adults by birth date: only a sentence that states a child ("the boy", "aged 14").
2. A sentence that states a child counts.
3. Else a clause that speaks of property, of the police's own work or of grown-ups only (``{not_about_child}``) does
   not count, nor does a phrase whose subject is somebody else (``{other_subject}``, and
   nothing of ``{subject_change}`` between).
"""

from __future__ import annotations

from redshank.signals.grammar import BORDER, CLAUSE_WORDS, Pattern
from redshank.signals.rules import Rulebook


class Subjects:
    """The word classes of a rulebook that say whom a clause is about, ready to use."""

    def __init__(self, book: Rulebook) -> None:
        grammar = book.grammar

        def compiled(pattern: str) -> Pattern:
            return grammar.pattern(grammar.parse(pattern))

        self.stated = compiled("{child_stated}")
        self.beside = compiled("{not_about_child}")
        self.others = compiled("{other_subject}")
        self.change = compiled("{subject_change}")
        self.clock = compiled("#n : #n")
        self.borders = frozenset((BORDER, *(grammar.char(w) for w in CLAUSE_WORDS)))

    def stands(self, code: str, start: int, end: int, names_child: bool | None) -> bool:
        """Whether the phrase at tokens [start, end) of a sentence may speak of a child.

        ``names_child``: the record's people hold somebody under 18 (True), only adults (False), or it is not known.
        """
        if start >= 2 and self.clock.regex.match(code, start - 2, start + 1):
            return False  # the minutes of "18:35 youths" are no number of youths
        if self.stated.regex.search(code):
            return True
        if names_child is False:
            return False
        low = max((i + 1 for i in range(start) if code[i] in self.borders), default=0)
        high = next((i for i in range(end, len(code)) if code[i] in self.borders), len(code))
        if self.beside.regex.search(code[low:high]):
            return False
        ahead = code[low:start]
        other = max((m.end() for m in self.others.regex.finditer(ahead)), default=-1)
        return other < 0 or bool(self.change.regex.search(ahead, other))
