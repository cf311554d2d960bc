"""The scanner: reads all texts at once into code strings, then looks only at the sentences that hold what a rule needs.

1. Words and sentences of many texts are read as arrays (reader.py); each word is a character (grammar.py).
2. Each different sentence is matched once: a pattern runs over all those that hold a word of every set it needs
   (search.py). What a code string gave is remembered: stock phrases recur.
3. A hit is asked whether the text speaks of a child where its rule wants that, then for its status (context.py).
4. Overlapping hits of one indicator become the longest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.signals import inflect
from redshank.signals import text as reading
from redshank.signals.context import REMEMBERED, Sentence, Token, context_of
from redshank.signals.grammar import NUMBERS, Grammar, Part, Pattern
from redshank.signals.reader import Batch
from redshank.signals.rules import Rule, Rulebook
from redshank.signals.search import Search
from redshank.signals.spans import Spans
from redshank.signals.subject import Subjects
from redshank.signals.unsaid import unsaid
from redshank.signals.vocabulary import vocabulary

# Records whose subject is a child unless the text says otherwise.
CHILD_TABLES = ("missing_episodes", "partner_referrals", "vulnerability_entries")


@dataclass(frozen=True)
class Hit:
    """A rule's match, in characters of the text."""

    rule: Rule
    start: int
    end: int
    status: str


Match = tuple[Rule, int, int, list[tuple[int, int]]]
Placed = tuple[Hit, str, int, int]  # a hit, the code string of its sentence, its tokens [s, e) there


class Evident(dict[str, bool]):
    """Whether code strings hold evidence of a child; each is looked at once."""

    def __init__(self, child: Pattern) -> None:
        super().__init__()
        self.child = child

    def __missing__(self, code: str) -> bool:
        got = self[code] = self.child.regex.search(code) is not None
        return got


class Tokens(Sequence[Token]):
    """The words of one sentence of a batch, made when asked for."""

    def __init__(self, batch: Batch, low: int, high: int, base: int) -> None:
        self.folded, self.base = batch.folded, base
        self.starts, self.ends = batch.token_start[low:high].tolist(), batch.token_end[low:high].tolist()

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return [self[n] for n in range(*i.indices(len(self.starts)))]
        s, e = self.starts[i], self.ends[i]
        return s - self.base, e - self.base, reading.plain(self.folded[s:e])


class Engine:
    """Compiles a set of rules once and runs them over texts."""

    def __init__(self, book: Rulebook, rules: Iterable[Rule]) -> None:
        grammar = self.grammar = book.grammar
        self.subjects = Subjects(book)
        self.patterns: list[tuple[Rule, Pattern]] = []
        self.unless: dict[str, Pattern] = {}
        self.beside: dict[str, list[Pattern]] = {}
        needs: list[list[frozenset[str]]] = []
        for rule in rules:
            others = [grammar.parse(p) for p in rule.beside]
            self.beside[rule.id] = [grammar.pattern(p) for p in others]
            beside = [n for p in others for n in grammar.required(p)]
            for pattern in rule.patterns:
                part = grammar.parse(pattern)
                self.patterns.append((rule, grammar.pattern(part)))
                needs.append([*grammar.required(part), *beside])
                if all(n & NUMBERS for n in needs[-1]):
                    raise ValueError(
                        f"rule {rule.id} has a pattern without a word that could be searched for: {pattern}"
                    )
            if rule.unless:
                either = Part("alt", parts=tuple(map(grammar.parse, rule.unless)))
                self.unless[rule.id] = grammar.pattern(either)
        self.search = Search(needs, [pattern for _, pattern in self.patterns])
        self.child = grammar.pattern(grammar.parse("{child_evidence}"))
        self.adult_missing = grammar.pattern(grammar.parse("{adult_subject}"))
        self.context = context_of(book)
        self.vocabulary = vocabulary(grammar)
        self.chars_of = self.vocabulary.chars_of
        self._memo: dict[str, list[Match]] = {}
        self.evident = Evident(self.child)  # of a code string: whether it holds evidence of a child
        self._status: dict[Any, str] = {}
        self._stands: dict[Any, bool] = {}

    def forget(self) -> None:
        """Forgets what was remembered of sentences."""
        for memory in (self._memo, self.evident, self._status, self._stands, self.chars_of):
            memory.clear()
        self.context.forget()

    @cached_property
    def speaking(self) -> str:
        return _evidence_regex(self.grammar.classes["child_evidence"], self.grammar)

    # ---- one sentence ----------------------------------------------------------------------------
    def sentence(self, folded: str, start: int, end: int) -> Sentence:
        words = reading.TOKEN.findall(folded, start, end)
        return Sentence(folded, start, end, "".join(map(self.chars_of.__getitem__, words)))

    def matches(self, code: str) -> list[Match]:
        """All matches of all rules in a code string: rule, token span, gaps."""
        self.match_all([code])
        return self._memo[code]

    def match_all(self, codes: Iterable[str]) -> None:
        """Sees to it that the matches of these code strings are remembered."""
        memo = self._memo
        if len(memo) > REMEMBERED:
            memo.clear()
        new = [c for c in dict.fromkeys(codes) if c not in memo]
        found: list[list[Match]] = [[] for _ in new]
        for number, k, base, m in self.search.find(new):
            rule = self.patterns[number][0]
            unless = self.unless.get(rule.id)
            if not all(p.regex.search(new[k]) for p in self.beside[rule.id]):
                continue
            if unless is None or not unless.regex.search(new[k]):
                gaps = [(a - base, b - base) for a, b in m.regs[1:] if a >= 0]
                found[k].append((rule, m.start() - base, m.end() - base, gaps))
        for some in found:
            some.sort(key=lambda h: (h[1], -h[2], h[0].id, h[3]))
        memo.update(zip(new, found, strict=True))

    def stands(self, code: str, s: int, e: int, names_child: bool | None) -> bool:
        key = (code, s, e, names_child)
        got = self._stands.get(key)
        if got is None:
            if len(self._stands) > REMEMBERED:
                self._stands.clear()
            got = self._stands[key] = self.subjects.stands(code, s, e, names_child)
        return got

    def status(
        self,
        code: str,
        match: Match,
        quotes: list[tuple[int, int]],
        today: date | None,
        sentence: Callable[[], Sentence],
    ) -> str:
        """The status of a hit; the words of its ``sentence`` are asked for only where they decide."""
        _, s, e, gaps = match
        if quotes or self.context.asks_words(code):
            return self.context.status(sentence(), s, e, gaps, quotes, today)
        key = (code, s, e, tuple(gaps))
        got = self._status.get(key)
        if got is None:
            if len(self._status) > REMEMBERED:
                self._status.clear()
            got = self._status[key] = self.context.status(Sentence("", 0, 0, code), s, e, gaps, quotes, today)
        return got

    def told(
        self,
        code: str,
        matches: Sequence[Match],
        quotes: list[tuple[int, int]],
        today: date | None,
        sentence: Callable[[], Sentence],
    ) -> list[str]:
        """The status of each hit of one sentence; empty where the hit does not count.

        A phrase may state its status itself ("was in every lesson" denies absence); denied, it states nothing. A topic
        counts only as its rule says. A rule of several concepts is found by a short phrase that may stand outside the
        reach of a denial or a supposition ("Hotel checked, nobody like her had stayed"): affirmed, it gives way to one
        of the same indicator in the same part of the sentence.
        """
        out = []
        for match in matches:
            rule, status = match[0], self.status(code, match, quotes, today, sentence)
            if rule.beside and quotes and status == "affirmed":
                quoted = partial(self.only_quoted, code, rule, quotes, today, sentence)
                status = "reported_speech" if any(map(quoted, self.beside[rule.id])) else status
            if rule.says:
                status = {rule.says: "", "hypothetical": status}.get(status, rule.says)
            out.append("" if rule.only and status not in rule.only else status)
        otherwise = [
            (rule.indicator, start)
            for (rule, start, _, _), status in zip(matches, out, strict=True)
            if status in ("negated", "hypothetical") and (rule.says or not rule.beside)
        ]
        if otherwise:
            hard = self.context.prepared(code).hard
            for i, (rule, start, _, _) in enumerate(matches):
                if rule.beside and out[i] == "affirmed":
                    near = [at for name, at in otherwise if name == rule.indicator]
                    if any(not any(min(start, at) <= b < max(start, at) for b in hard) for at in near):
                        out[i] = ""
        return out

    def only_quoted(
        self,
        code: str,
        rule: Rule,
        quotes: list[tuple[int, int]],
        today: date | None,
        sentence: Callable[[], Sentence],
        pattern: Pattern,
    ) -> bool:
        """Whether what must stand beside a phrase stands in somebody's quoted words alone: the manager said "I'm worried"."""
        found: Iterator[Match] = ((rule, m.start(), m.end(), []) for m in pattern.regex.finditer(code))
        statuses = {self.status(code, match, quotes, today, sentence) for match in found}
        return statuses == {"reported_speech"}

    # ---- one text --------------------------------------------------------------------------------
    def read(
        self,
        text: str,
        record_type: str,
        today: date | None,
        names_child: bool | None = None,
    ) -> list[Hit]:
        """Hits of one text, not merged.

        ``names_child``: the record's own people rows name somebody under 18 (True) or adults only (False).
        """
        text = unsaid(text)
        return [p[0] for p in self.placed(self.sentences(text), text, record_type, today, names_child)]

    def sentences(self, text: str) -> list[Sentence]:
        folded = reading.fold(text)
        return [self.sentence(folded, s, e) for s, e in reading.sentences(text)]

    def placed(
        self,
        sentences: Sequence[Sentence],
        text: str,
        record_type: str,
        today: date | None,
        names_child: bool | None,
    ) -> list[Placed]:
        """Hits of the sentences of a text."""
        codes = [s.code for s in sentences]
        passed = self.passed(codes, [0, len(codes)], [record_type], [names_child])
        quotes = reading.spoken(text, reading.quotations(text)) if passed else []
        out: list[Placed] = []
        for k, some in groupby(passed, key=lambda p: p[1]):
            tokens, matches = sentences[k].tokens, [match for _, _, match in some]
            told = self.told(codes[k], matches, quotes, today, partial(sentences.__getitem__, k))
            for (rule, s, e, _), status in zip(matches, told, strict=True):
                if status:
                    out.append((Hit(rule, tokens[s][0], tokens[e - 1][1], status), codes[k], s, e))
        return out

    def passed(
        self,
        codes: Sequence[str],
        bounds: Sequence[int],
        kinds: Sequence[str],
        known: Sequence[bool | None],
    ) -> list[tuple[int, int, Match]]:
        """(number of the text, of the sentence, match) where the text speaks of a child as the rule wants, in order.

        ``codes``: the sentences of all texts; those of text n are ``codes[bounds[n]:bounds[n + 1]]``.
        """
        self.match_all(codes)
        if len(self.evident) > REMEMBERED:
            self.evident.clear()
        evident = self.evident
        found = list(map(self._memo.__getitem__, codes))
        at = [k for k, some in enumerate(found) if some]
        out: list[tuple[int, int, Match]] = []
        last, names_child, speaks = -1, None, None
        for n, k in zip((np.searchsorted(bounds, at, "right") - 1).tolist(), at, strict=True):
            if n != last:
                last, names_child = n, known[n]
                speaks = names_child or None
            code = codes[k]
            for match in found[k]:
                rule, s, e, _ = match
                if rule.child != "none":
                    if not evident[code]:
                        if rule.child == "sentence" or (speaks is None and names_child is False):
                            continue
                        if speaks is None:
                            speaks = self.speaks_of_child(codes[bounds[n] : bounds[n + 1]], kinds[n])
                        if not speaks:
                            continue
                    if not self.stands(code, s, e, names_child):
                        continue
                out.append((n, k, match))
        return out

    def speaks_of_child(self, codes: Sequence[str], record_type: str) -> bool:
        if any(map(self.evident.__getitem__, codes)):
            return True
        return record_type in CHILD_TABLES and not any(map(self.adult_missing.regex.search, codes))

    # ---- many texts ------------------------------------------------------------------------------
    def placed_in(
        self, batch: Batch, kinds: Sequence[str], days: Sequence[date | None], known: Sequence[bool | None]
    ) -> Iterator[tuple[int, list[Placed]]]:
        """(number of the text, its hits) of each text of a batch with a hit, in order."""
        codes = batch.sentence_codes
        passed = self.passed(codes, batch.bounds, kinds, known)
        if not passed:
            return
        self.context.prepare_all([codes[k] for _, k, _ in passed])
        edges = batch.edges[[k for _, k, _ in passed]]
        starts = batch.token_start[edges + [m[1] for _, _, m in passed]].tolist()
        ends = batch.token_end[edges + [m[2] - 1 for _, _, m in passed]].tolist()
        for n, group in groupby(zip(passed, starts, ends, strict=True), key=lambda p: p[0][0]):
            text, base = batch.texts[n], int(batch.starts[n])
            quotes = reading.spoken(text, reading.quotations(text))
            out: list[Placed] = []
            for k, some in groupby(group, key=lambda p: p[0][1]):
                placed = list(some)
                matches = [match for (_, _, match), _, _ in placed]
                told = self.told(codes[k], matches, quotes, days[n], partial(_sentence, batch, k, base))
                for (_, start, end), (rule, s, e, _), status in zip(placed, matches, told, strict=True):
                    if status:
                        out.append((Hit(rule, start - base, end - base, status), codes[k], s, e))
            if out:
                yield n, out


def _sentence(batch: Batch, k: int, base: int) -> Sentence:
    """Sentence k of a batch, in characters of its text, which begins at ``base``."""
    tokens = Tokens(batch, int(batch.edges[k]), int(batch.edges[k + 1]), base)
    return Sentence(batch.folded, 0, 0, batch.sentence_codes[k], _tokens=tokens)  # type: ignore[arg-type]


def may_speak(engine: Engine, texts: list[str], kinds: list[str], known: list[bool | None]) -> list[bool]:
    """Texts that may speak of a child: by a word, by their table, or by the people of the record."""
    speaks = pc.match_substring_regex(pa.array(texts, pa.large_string()), engine.speaking).to_pylist()
    return [
        bool(s or k or (k is None and t in CHILD_TABLES))
        for s, k, t in zip(speaks, known, kinds, strict=True)
    ]


def _evidence_regex(evidence: Part, grammar: Grammar) -> str:
    """RE2 that holds in every text with evidence of a child (and in some without)."""
    word_of = {c: w for w, c in grammar.code.items()}
    words: set[str] = set()

    def walk(part: Part) -> None:
        if part.kind == "alt":
            for p in part.parts:
                walk(p)
            return
        needs = [n for n in grammar.required(part) if not n & NUMBERS]
        if needs:
            words.update(word_of[c] for c in min(needs, key=grammar.weight))

    walk(evidence)
    plain = sorted(w for w in words if w[0].isalnum())
    slips = sorted({s for w in plain for s in inflect.slips(w)})
    return (
        r"(?i:\b(?:age|aged|ages|"
        + "|".join(re.escape(w) for w in [*plain, *slips])
        + r")\b)|\(\s*\d|,\s*\d\d?\s*,|\d\s*-?\s*[yY]|[\x{00ad}\x{00c0}-\x{024f}\x{0300}-\x{036f}\x{200b}]"
    )


def merge(hits: list[Hit]) -> list[Hit]:
    """One hit for overlapping ones of one indicator: the longest, then the earliest, then the first rule id."""
    if len(hits) == 1:
        return hits
    out: list[Hit] = []
    taken: dict[str, Spans] = defaultdict(Spans)
    for h in sorted(hits, key=lambda h: (h.start - h.end, h.start, h.rule.id)):
        key = h.rule.indicator or h.rule.id
        if not taken[key].meets(h.start, h.end):
            taken[key].keep(h.start, h.end)
            out.append(h)
    return sorted(out, key=lambda h: (h.start, h.end, h.rule.indicator, h.rule.id))
