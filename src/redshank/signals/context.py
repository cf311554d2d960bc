"""Context: is what the text says so, denied, only supposed, quoted, or long past?

The rule (contract: findings, "Status"):

1. A cue of negation or supposition governs the words after it (some: before it) up to the clause border:
   ``but``, ``however``, ``although``, ``except``, a semicolon, a dash, the sentence's end; it also ends where a
   new statement begins ("and was seen …", "because …"), except after a condition that opens the sentence. Words
   of the indicator's own phrase are no cue ("could not say where it came from"); words in its gaps are ("was
   *not* with an older man"). A question governs its whole sentence.
2. Where several cues govern, the outermost (first) decides: "no evidence that she may …" is negated,
   "if she is not back …" is hypothetical.
3. Else, inside a direct quotation of speech: reported_speech. A cue outside a quotation does not reach into it,
   unless it stands less than four words before; a denial inside a quotation stays a denial.
4. Else, dated more than two years before the record, or told as of early childhood: historic, unless a word of
   the present stands nearer.
5. Else affirmed: also what others are said to have said without quotation marks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from redshank.signals import text as reading
from redshank.signals.grammar import BORDER, Pattern
from redshank.signals.rules import Cue, Rulebook
from redshank.signals.search import Search

Token = tuple[int, int, str]
REMEMBERED = 50_000  # code strings whose matches, cues and so on are kept
HISTORIC_AFTER_DAYS = 731  # local default: more than two years before the record
_WORD_VALUE = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}
_MONTHS = {
    m: i
    for i, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        1,
    )
    for m in names.split()
}


@dataclass(frozen=True)
class Found:
    """A cue at tokens [start, end) of a sentence."""

    status: str
    direction: str
    start: int
    end: int
    reach: int


@dataclass
class Sentence:
    """One sentence: its tokens, their code string, and (when first needed) its cues and borders."""

    folded: str  # the whole text
    start: int
    end: int
    code: str
    cues: list[Found] | None = None
    hard: list[int] = field(default_factory=list)
    soft: list[int] = field(default_factory=list)
    modals: list[int] = field(default_factory=list)
    _tokens: list[Token] | None = None

    @property
    def tokens(self) -> list[Token]:
        """Read only where a rule matched."""
        if self._tokens is None:
            self._tokens = reading.tokens(self.folded, self.start, self.end)
        return self._tokens


@dataclass
class Prepared:
    """What a code string alone says of its cues and borders."""

    found: list[tuple[Cue, int, int]] = field(default_factory=list)  # in order of cue and place
    hard: list[int] = field(default_factory=list)
    soft: list[int] = field(default_factory=list)
    modals: list[int] = field(default_factory=list)
    cues: list[Found] | None = None  # None: a cue among them looks at the words themselves


class Context:
    """The cues and borders of a rulebook, ready to use."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        grammar = book.grammar
        self.patterns: list[tuple[Cue | str, Pattern]] = [
            (cue, grammar.pattern(grammar.parse(p))) for cue in book.cues for p in cue.patterns
        ]
        self.patterns += [
            (kind, grammar.pattern(grammar.parse(p))) for kind, ps in book.borders.items() for p in ps
        ]
        needs = [grammar.required(p.part) for _, p in self.patterns]
        self.search = Search(needs, [pattern for _, pattern in self.patterns])
        self._prepared: dict[str, Prepared] = {}

    def forget(self) -> None:
        """Forgets what was remembered of sentences."""
        self._prepared.clear()

    def prepare_all(self, codes: Iterable[str]) -> None:
        """Sees to it that the cues and borders of these code strings are remembered."""
        if len(self._prepared) > REMEMBERED:
            self._prepared.clear()
        new = [c for c in dict.fromkeys(codes) if c not in self._prepared]
        made = [Prepared(hard=[i for i, c in enumerate(code) if c == BORDER]) for code in new]
        for number, k, base, m in self.search.find(new):
            what, one, start = self.patterns[number][0], made[k], m.start() - base
            if isinstance(what, Cue):
                one.found.append((what, start, m.end() - base))
            else:
                {"hard": one.hard, "soft": one.soft, "modal": one.modals}[what].append(start)
        for one in made:
            if not any(cue.test for cue, _, _ in one.found):
                one.cues = _outermost(one.found)
        self._prepared.update(zip(new, made, strict=True))

    def prepared(self, code: str) -> Prepared:
        got = self._prepared.get(code)
        if got is None:
            self.prepare_all([code])
            got = self._prepared[code]
        return got

    def asks_words(self, code: str) -> bool:
        """Whether a cue of the sentence looks at the words themselves: else the status follows from the code alone."""
        return self.prepared(code).cues is None

    def prepare(self, sentence: Sentence, today: date | None) -> None:
        """Finds the sentence's cues and borders (once)."""
        if sentence.cues is not None:
            return
        got = self.prepared(sentence.code)
        sentence.hard, sentence.soft, sentence.modals = got.hard, got.soft, got.modals
        sentence.cues = got.cues
        if sentence.cues is None:
            sentence.cues = _outermost(
                [
                    (cue, start, end)
                    for cue, start, end in got.found
                    if not cue.test or _holds(cue.test, sentence.tokens[start:end], today)
                ]
            )

    def status(
        self,
        sentence: Sentence,
        start: int,
        end: int,
        gaps: list[tuple[int, int]],
        quotes: list[tuple[int, int]],
        today: date | None,
    ) -> str:
        """Status of the hit at tokens [start, end); ``gaps`` are its token spans that no word of the rule fills."""
        self.prepare(sentence, today)
        quote = None
        if quotes:
            at = sentence.tokens[start][0]
            quote = next((q for q in quotes if q[0] <= at < q[1]), None)
        if not sentence.cues:
            return "affirmed" if quote is None else "reported_speech"
        own = set(range(start, end)) - {i for g in gaps for i in range(*g)}
        governing: list[Found] = []
        for cue in sentence.cues:
            if cue.status not in ("negated", "hypothetical"):
                continue
            # "Was the child with …?": the words of a question are the phrase's own, and ask all the same.
            if cue.start in own and cue.direction != "sentence":
                continue
            if self._governs(sentence, cue, start, end) and _same_voice(sentence, cue, start, quote):
                governing.append(cue)
        if governing:
            ahead = [c for c in governing if c.start < end]
            return (ahead or governing)[0].status
        if quote is not None:
            return "reported_speech"
        return self._dated(sentence, start, end)

    @staticmethod
    def _governs(sentence: Sentence, cue: Found, start: int, end: int) -> bool:
        if cue.direction == "sentence":
            return True
        if cue.start >= end:
            if cue.direction in ("after", "ahead"):
                return False
            # "will be reported missing if …": the condition stands behind what it governs only after a "will".
            if cue.direction == "back_if" and not any(i < start for i in sentence.modals):
                return False
            low, high = end, cue.start
        elif cue.end <= start or (cue.start < start and cue.direction != "before"):
            if cue.direction in ("before", "back_if"):
                return False
            low, high = min(cue.end, start), start
        else:
            return cue.direction not in ("before", "back_if")  # inside a gap of the hit
        if high - low > cue.reach:
            return False
        # A border word that opens the cue's own side is no border between them.
        if any(low <= b < high or (b == high and b < start) for b in sentence.hard):
            return False
        return not (cue.direction == "after" and any(low <= b < high for b in sentence.soft))

    @staticmethod
    def _dated(sentence: Sentence, start: int, end: int) -> str:
        def away(cue: Found) -> int:
            return max(0, start - cue.end, cue.start - end)

        def reaches(cue: Found) -> bool:
            low, high = (cue.end, start) if cue.end <= start else (end, cue.start)
            return not any(low <= b < high for b in sentence.hard)

        past = [away(c) for c in sentence.cues or [] if c.status == "historic" and reaches(c)]
        if not past:
            return "affirmed"
        now = [away(c) for c in sentence.cues or [] if c.status == "present" and reaches(c)]
        return "affirmed" if now and min(now) < min(past) else "historic"


def _outermost(cues: list[tuple[Cue, int, int]]) -> list[Found]:
    """The cues in order of place, without those that are part of another.

    A cue inside a longer one (or one that is no cue) is part of it: "not only", "not known whether".
    """
    if not cues:
        return []
    found = [Found(c.status, c.direction, start, end, c.reach) for c, start, end in cues]
    found.sort(key=lambda f: (f.start - f.end, f.status != "nothing", f.start, f.status, f.direction))
    kept: list[Found] = []
    for f in found:
        if not any(
            k.start <= f.start
            and f.end <= k.end
            and (k.status == "nothing" or k.direction == f.direction)
            and (k.end - k.start > f.end - f.start or k.status == "nothing")
            for k in kept
        ):
            kept.append(f)
    return sorted((f for f in kept if f.status != "nothing"), key=lambda f: (f.start, f.end))


def _same_voice(sentence: Sentence, cue: Found, start: int, quote: tuple[int, int] | None) -> bool:
    """A cue and a hit are both inside the same quotation, both outside, or the cue stands directly before it."""
    if quote is None:
        return True
    at = sentence.tokens[cue.start][0]
    return quote[0] <= at < quote[1] or 0 <= start - cue.end < 4


def _numbers(tokens: list[Token]) -> list[int]:
    return [
        int(w) if w.isdecimal() else _WORD_VALUE[w] for _, _, w in tokens if w.isdecimal() or w in _WORD_VALUE
    ]


def _holds(test: str, tokens: list[Token], today: date | None) -> bool:
    numbers = _numbers(tokens)
    if test == "years_ago":
        return not numbers or max(numbers) > 2
    if test == "young":
        return not numbers or max(numbers) <= 12
    if test == "primary_year":
        return max(numbers, default=1) <= 6
    if test == "year":
        years = [n for n in numbers if 1950 <= n <= 2099]
        if not years or today is None:
            return False
        last = max(years)
        month = next((_MONTHS[w] for _, _, w in tokens if w in _MONTHS), 0)
        small = [n for n in numbers if n < 1950]
        if not month and len(small) == 2 and 1 <= small[1] <= 12:
            month = small[1]
        then = date(last + (month == 12 or not month), month % 12 + 1 if month else 1, 1)
        return (today - then).days > HISTORIC_AFTER_DAYS - 31
    raise ValueError(f"no such test of a cue: {test}")


def day_of(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


_contexts: dict[int, Context] = {}


def context_of(book: Rulebook) -> Context:
    """Made once for a rulebook: all engines share it."""
    got = _contexts.get(id(book))
    if got is None or got.book is not book:
        got = Context(book)
        share(got)
    return got


def share(context: Context) -> None:
    """From now on the context of its rulebook for every engine."""
    _contexts[id(context.book)] = context
