"""Mentions: people, numbers, marks, handles and places that stand in the text of a record.

``value`` is normalised exactly as the matching column is (:mod:`redshank.records.standard`), so that a number in
a text and the same number in a table are one. A rare kind is only looked for in texts that can hold it.
Names are found by how they are written (two capitalised words, SURNAME, Forename, a word after "known as"), with
a list of words that are no names; a text in one case throughout gives no names but those.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

import ahocorasick_rs
import pyarrow as pa

from redshank.records import standard
from redshank.records.fold import fold_text
from redshank.signals import descriptions
from redshank.signals import text as reading
from redshank.signals.ready import rulebook
from redshank.signals.spans import Spans, united
from redshank.signals.unsaid import unsaid

_UP = "[A-Z\u00c0-\u00de\u0100-\u024f\u0386-\u03ab\u0400-\u042f\u1e00-\u1eff]"
# A word is taken whole or not at all (possessive): behind half a word no name goes on.
_LETTERS = r"(?:[^\W\d_]++|[\u0300-\u036f]++)"
# It begins behind no letter and has at most six parts: a run of capitals or hyphens is not tried again from each of them.
_NAME = rf"(?<![^\W\d_]){_UP}{_LETTERS}*+(?:['’-]{_LETTERS}++){{0,5}}+"


class Mention(NamedTuple):
    """One mention, in characters of the text."""

    kind: str
    start: int
    end: int
    value: str | None
    first_std: str | None = None
    sur_std: str | None = None
    nickname: bool = False
    age: int | None = None
    near_role: str = ""
    negated: bool = False


@dataclass
class Lists:
    stop: frozenset[str]
    names: frozenset[str]
    roles: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1)
def lists() -> Lists:
    raw = rulebook().lists
    roles: dict[str, str] = {}
    for role in ("adult", "child", "parent", "professional"):
        roles.update(dict.fromkeys(raw[role].split(), role))
    names = frozenset(raw["also_names"].split())
    words = {w for w in rulebook().grammar.code if w.isalpha()}
    return Lists(frozenset(raw["not_names"].split()) | (words - names), names, roles)


def start_over() -> None:
    """Forgets what followed from the rules of before."""
    for kept in (lists, _name_std, runs, _named):
        kept.cache_clear()
    forget_names()


# ---- numbers, marks, handles -----------------------------------------------------------------------
_PHONE = re.compile(r"(?<![\w+])(?:\+44|0044|\(?0)[\d ().\-]{8,16}\d(?![\d])")
# Behind a sign of its own no address begins: without this a run of n letters is tried n times (n squared).
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_POSTCODE = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[a-z]{1,2}\d[a-z\d]? \d[a-z]{2})\b")
_VRM = re.compile(
    r"\b(?:[A-Z]{2}\d{2} ?[A-Z]{3}|[a-z]{2}\d{2} ?[a-z]{3}|[A-HJ-NPR-TV-Y]\d{1,3} ?[A-Z]{3}|[A-Z]{3} ?\d{1,3}[A-Z])\b"
)
_OWN_MARK = re.compile(
    r"\b(?:VRM|VRN|vrm|reg(?:istration)?(?: (?:mark|number|no|plate))?|index|plates?|number plate)\b[ :.]{0,5}(?:of |is |was )?([A-Z]{1,3} ?\d{1,4}|\d{1,4} ?[A-Z]{1,3})\b"
)
_VEHICLE_NEAR = re.compile(
    r"\b(?:car|vehicle|veh|van|taxi|cab|vrm|vrn|reg|registration|index|plates?|audi|bmw|ford|golf|vw|driv\w+|mercedes|"
    r"vauxhall|corsa|astra|fiesta|toyota|motor\w*|keeper|minibus|saloon|hatchback|estate|moped|bike)\b",
    re.I,
)
_AT_HANDLE = re.compile(r"(?<![\w.@])@[A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?")
_SITES = r"(?:snap(?:chat)?|insta(?:gram)?|tik ?tok|discord|facebook|fb|telegram|kik|roblox|twitter|xbox|playstation|psn|whatsapp|twitch|yubo|online)"
_TOKEN = r"['\"‘“]?([A-Za-z0-9_][A-Za-z0-9_.\-]{1,28}[A-Za-z0-9_])['\"’”]?"
_HANDLES = (
    re.compile(
        rf"\b(?:{_SITES}\s+)?(?:user ?name|handle|gamer ?tag|screen ?name|account name|profile name)\b[ :]{{0,5}}(?:is|was|of|as|called)?[ :]{{0,5}}{_TOKEN}",
        re.I,
    ),
    re.compile(
        rf"\b{_SITES} (?:name|user|account|id|profile|contact)\b[ :]{{0,5}}(?:name[ :]{{0,5}})?(?:is|was|of|as|called|named)?[ :]{{0,5}}{_TOKEN}",
        re.I,
    ),
    re.compile(rf"\b{_SITES} ?: ?{_TOKEN}", re.I),
    re.compile(
        rf"\b(?:goes by|known as|uses the name|under the name|calls (?:him|her)self|as|user|called)\s+{_TOKEN} on {_SITES}\b",
        re.I,
    ),
)
_NOT_HANDLES = frozenset(
    [
        "and",
        "the",
        "was",
        "for",
        "with",
        "who",
        "her",
        "his",
        "their",
        "unknown",
        "not",
        "account",
        "name",
        "called",
        "has",
        "had",
        "from",
        "that",
        "on",
        "is",
        "of",
        "as",
        "they",
        "she",
        "he",
        "it",
        "user",
        "by",
        "which",
        "where",
        "contact",
        "messages",
        "message",
        "friend",
        "friends",
        "group",
    ]
)
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_BIRTH = re.compile(
    rf"\b(?:D\.?O\.?B\.?|date of birth|birth date|born)\b[ :]*(?:on |is |was )?(?:(\d{{1,2}})[/.\- ](\d{{1,2}})[/.\- ](\d{{4}}|\d{{2}})|(\d{{4}})-(\d{{2}})-(\d{{2}})|(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})[a-z]*,? (\d{{4}}))",
    re.I,
)


def _phones(text: str) -> Iterator[Mention]:
    for m in _PHONE.finditer(text):
        value = standard.phone(m.group())
        if value and value.startswith("+44") and len(value) in (12, 13):
            yield Mention("phone", m.start(), m.end(), value)


def _emails(text: str) -> Iterator[Mention]:
    for m in _EMAIL.finditer(text):
        yield Mention("email", m.start(), m.end(), m.group().casefold())


def _postcodes(text: str) -> Iterator[Mention]:
    for m in _POSTCODE.finditer(text):
        yield Mention("postcode", m.start(), m.end(), standard.postcode(m.group()))


def _marks(text: str) -> Iterator[Mention]:
    for m in _VRM.finditer(text):
        sure = re.fullmatch(r"[A-Z]{2}\d{2} ?[A-Z]{3}", m.group())
        if sure or _VEHICLE_NEAR.search(text, max(0, m.start() - 60), m.end() + 40):
            yield Mention("vehicle", m.start(), m.end(), standard.vrm(m.group()))
    for m in _OWN_MARK.finditer(text):
        yield Mention("vehicle", m.start(1), m.end(1), standard.vrm(m.group(1)))


def _handles(text: str) -> Iterator[Mention]:
    for m in _AT_HANDLE.finditer(text):
        yield Mention("handle", m.start(), m.end(), standard.handle(m.group()))
    for n, regex in enumerate(_HANDLES):
        for m in regex.finditer(text):
            word = m.group(1)
            quoted = m.start(1) > 0 and text[m.start(1) - 1] in "'\"‘“"
            marked = any(c.isdigit() or c in "_." for c in word)
            # After "Snapchat:" or "… name" a plain word may be meant; elsewhere it must look like a handle.
            if word.lower() in _NOT_HANDLES or not (marked or quoted or (n == 0 and len(word) > 3)):
                continue
            yield Mention("handle", m.start(1), m.end(1), standard.handle(word))


def _births(text: str) -> Iterator[Mention]:
    months = {m: i for i, m in enumerate(_MONTH.split("|"), 1)}
    for m in _BIRTH.finditer(text):
        g = m.groups()
        if g[0]:
            day, month, year = int(g[0]), int(g[1]), int(g[2])
            year += 0 if year > 99 else (1900 if year > 30 else 2000)
        elif g[3]:
            year, month, day = int(g[3]), int(g[4]), int(g[5])
        else:
            day, month, year = int(g[6]), months[g[7].lower()], int(g[8])
        if 1 <= month <= 12 and 1 <= day <= 31:
            start = next(m.start(i) for i in (1, 4, 7) if m.group(i))
            yield Mention("birth_date", start, m.end(), f"{year:04d}-{month:02d}-{day:02d}")


# ---- people ----------------------------------------------------------------------------------------
_PARTICLE = (
    "(?:"
    + "|".join(
        [
            "de",
            "da",
            "di",
            "del",
            "della",
            "van",
            "von",
            "der",
            "den",
            "ter",
            "al",
            "el",
            "bin",
            "binti",
            "ibn",
            "abu",
            "ben",
            "du",
            "la",
            "le",
            "dos",
            "das",
        ]
    )
    + ")"
)
PAIR = re.compile(rf"{_NAME}(?: (?:{_PARTICLE} ){{0,2}}{_NAME}){{1,4}}")
_COMMA = re.compile(rf"\b([A-Z][A-Z'’\-]+(?: [A-Z][A-Z'’\-]+)?), ({_UP}[^\W\d_]*[a-z][\w'’\-]*)")
_ALIAS = re.compile(
    r"\b(?P<how>(?:also |only )?known (?:only |to [a-z]+ |by [a-z]+ |locally |on the street )?as|aka|a\.k\.a\.?|nick ?named?|street name(?: of| is)?|"
    r"goes by(?: the (?:street )?name(?: of)?)?|alias|nickname(?: is| of)?|moniker|called|named|by the name of|name of)[ :]+(?:only )?"
    rf"(?P<q>['\"‘“])?(?P<name>(?(q)[^'\"’”]{{2,30}}|{_UP}[\w'’\-]*(?: {_UP}[\w'’\-]*)?))",
    re.I,
)
_AGE_AFTER = re.compile(
    r"\s*(?:,\s*|\(\s*|,?\s+)(?:is |who is |aged |age |approx(?:imately)? |about )*(\d{1,2})(?!\d|[/:.]\d)(?:\s*(?:yrs?|years?|y/?o|years old|year old))?\b(?=\s*[,)(.;]|\s|$)"
)
_NEGATED = re.compile(
    r"\b(?:not|n't|never|wasn't|isn't|neither|nor|denies (?:knowing|being with|meeting))(?: \w+){0,3} ?$",
    re.I,
)
_FEATURE = "|".join(
    sorted({*descriptions.WORDS, "beard\\w*", "blond\\w*", "puffa?", "puffer"}, key=len, reverse=True)
)
_REST = (
    r"(?P<rest>(?:(?!,?\s*(?:and\s+)?(?:an?|one|another|the)\s+(?:[\w\-]+\s+){0,2}(?:male|man|female|woman|youth|person)\b)"
    r"\s*[,(]?\s*(?:(?:aged|approx\w*|about|around|in (?:his|her|their)|wearing|with|late|early|mid|described as|of|in|"
    rf"{_FEATURE}|\d{{1,2}}(?:s|-\d{{1,2}}|ft|'|cm)?|\d['’]\d+|years?|old|yrs?|build|top|baseball|leather|denim|walks|has|and|a|an|the|his|her)\b[\w'’\-]*)){{0,18}}\)?)"
)
_DESCRIBED = re.compile(
    r"\b(?:(?:an?|one|the)\s+(?=u(?:nknown|nidentified|nk|/k)))?(?:(?P<u>unknown|unidentified|u/k|unk|second|another|older|a|an|one|the)\s+)"
    r"(?:(?:(?!and\b|or\b|with\b)[\w\-]+\s+){0,3}?(?P<who>male|man|female|woman|youth|person)\b|(?=(?:tall|short|slim|stocky|thin|bald|bearded)\b))"
    + _REST,
    re.I,
)
_DESCRIPTOR = re.compile(rf"\d|\b(?:{_FEATURE}|build|wearing|top)", re.I)
_AGE_IN = re.compile(r"\b(\d{2})(?:s| ?years?| ?yrs?)?\b")


_SMALL = re.compile(r"[a-z]{3}")


def upper_text(text: str) -> bool:
    """Written in capitals throughout (the first 400 characters say)."""
    return _SMALL.search(text, 0, 400) is None


def _around(text: str, start: int, end: int, roles: dict[str, str]) -> tuple[int | None, str, bool]:
    """(age, near_role, negated) as the words directly before and after say."""
    clause = _clause(text, start)
    role = ""
    for word in reversed(clause.split()[-3:]):
        got = roles.get(word.strip("',:()").lower())
        if got is not None:
            role = got
            break
    age = None
    after = _AGE_AFTER.match(text, end)
    if after and 0 < int(after.group(1)) < 100:
        age = int(after.group(1))
        if role in ("", "child", "adult"):
            role = "child" if age < 18 else "adult"
    return age, role, _denied(clause)


def _clause(text: str, start: int) -> str:
    """The words before a mention, back to the last full stop, semicolon or line's end, at most 48 characters."""
    near = text[max(0, start - 48) : start]
    return near[max(near.rfind("."), near.rfind(";"), near.rfind("\n")) + 1 :]


def _denied(clause: str) -> bool:
    low = clause.lower()
    some = "no" in low or "n't" in low or "nev" in low or "nei" in low or "deni" in low
    return some and _NEGATED.search(clause) is not None


@lru_cache(maxsize=50_000)
def _name_std(fore: str, sur: str) -> tuple[str, str | None, str | None]:
    """(both, the first forename, the surname), as the matching columns have them."""
    first = fold_text(fore) if fore else None
    last = fold_text(sur) if sur else None
    return " ".join(x for x in (first, last) if x), first.split(" ")[0] if first else None, last


def person(text: str, start: int, end: int, fore: str, sur: str, nickname: bool = False) -> Mention | None:
    """The person whose name stands at [start, end) of a text."""
    value, first, last = _name_std(fore, sur)
    if not value:
        return None
    age, role, negated = _around(text, start, end, lists().roles)
    return Mention("person", start, end, value, first, last, nickname, age, role, negated)


def _people(text: str) -> Iterator[Mention]:
    """People named in a text."""
    called = list(called_people(text))
    yield from called
    taken = taken_by(called)
    if upper_text(text):
        return
    for m in PAIR.finditer(text):
        for s, e, fore, sur in runs(m.group()):
            found = person(text, m.start() + s, m.start() + e, fore, sur)
            if found and not taken.meets(found.start, found.end):
                yield found


def taken_by(others: Iterable[Mention]) -> Spans:
    """Where the others stand."""
    return united((o.start, o.end) for o in others)


def called_people(text: str, comma: bool = True, alias: bool = True) -> Iterator[Mention]:
    """People named as SURNAME, Forename or by what they are called; ``comma``, ``alias``: whether these may stand in it."""
    known = lists()
    taken = Spans()
    capitals = upper_text(text)
    for m in _COMMA.finditer(text) if comma else ():
        if (
            all(w.lower() not in known.stop or w.lower() in known.names for w in m.group(1).split())
            and m.group(2).lower() not in known.stop
        ):
            found = person(text, m.start(), m.end(), m.group(2), m.group(1))
            if found:
                taken.keep(m.start(), m.end())
                yield found
    for m in _ALIAS.finditer(text) if alias else ():
        name = m.group("name").strip()
        head = name.split(" ")[0]
        by_name = m.group("how").lower() in ("called", "named", "by the name of", "name of")
        if not m.group("q") and (
            not head[0].isupper() or capitals or head.lower().rstrip("'s") in known.stop
        ):
            continue
        if m.group("q") and (len(name.split()) > 3 or taken.meets(m.start("name"), m.end("name"))):
            continue
        bits = name.split(" ")
        while len(bits) > 1 and bits[-1].lower() in known.stop and bits[-1].lower() not in known.names:
            bits.pop()
        s = m.start("name")
        e = s + len(" ".join(bits))
        fore, sur = (bits[0], " ".join(bits[1:])) if len(bits) > 1 or by_name else ("", "")
        if not by_name and len(bits) == 1:
            value = fold_text(bits[0])
            age, role, negated = _around(text, s, e, known.roles)
            found = Mention("person", s, e, value, None, None, True, age, role, negated) if value else None
        else:
            found = person(text, s, e, fore, sur, not by_name)
        if found and not taken.meets(s, e):
            taken.keep(s, e)
            yield found


@lru_cache(maxsize=50_000)
def runs(sequence: str) -> tuple[tuple[int, int, str, str], ...]:
    """(start, end, forenames, surname) of the runs of two to four name-like words inside a capitalised sequence.

    A word of the lists divides it.
    """
    out: list[tuple[int, int, str, str]] = []
    run: list[tuple[int, int, str]] = []
    s = 0
    for word in [*sequence.split(" "), ""]:
        e = s + len(word)
        small = bool(word) and word[0].islower()
        name = bool(word) and (small or (word[0].isupper() and _named(word)[0]))
        if name and (not small or run):
            end = e - 2 if word.endswith(("'s", "’s")) else e
            run.append((s, end, word[: end - s]))
            if end == e:
                s = e + 1
                continue
        while run and run[-1][2][0].islower():
            run.pop()
        # A first or last word that is also an ordinary one counts only beside a sure name.
        if 2 <= len(run) <= 4 and any(_named(w)[1] for _, _, w in run):
            out.append((run[0][0], run[-1][1], *_split([w for _, _, w in run])))
        run = []
        s = e + 1
    return tuple(out)


@lru_cache(maxsize=50_000)
def _named(word: str) -> tuple[bool, bool]:
    """(may be a name, is not also an ordinary word)."""
    known = lists()
    plain = reading.plain(word.lower())
    return _is_name(plain, known), plain not in known.names


def forget_names() -> None:
    """Forgets what was remembered of names in texts."""
    for function in (_name_std, runs, _named):
        function.cache_clear()


def _is_name(plain: str, known: Lists) -> bool:
    if plain in known.names:
        return True
    if len(plain) < 2 or plain in known.stop:
        return False
    return not any(p in known.stop and len(p) > 3 for p in plain.split("-")[1:])


def _split(words: list[str]) -> tuple[str, str]:
    """Forenames and surname: a word in capitals is the surname; a particle begins it; else the last word."""
    capitals = [i for i, w in enumerate(words) if len(w) > 2 and w.isupper()]
    if capitals and len(capitals) < len(words):
        if capitals[0] == 0:
            return " ".join(words[len(capitals) :]), " ".join(words[: len(capitals)])
        return " ".join(words[: capitals[0]]), " ".join(words[capitals[0] :])
    for i, w in enumerate(words[1:], 1):
        if w[0].islower():
            return " ".join(words[:i]), " ".join(words[i:])
    return " ".join(words[:-1]), words[-1]


def _described(text: str) -> Iterator[Mention]:
    read: str | None = None  # made once for the text: for each mention it would be the square of its length
    for m in _DESCRIBED.finditer(text):
        rest = m.group("rest")
        # "The man" alone is nobody new; "the man with the limp" is.
        if not _DESCRIPTOR.search(rest) and m.group("u").lower() not in (
            "unknown",
            "unidentified",
            "u/k",
            "unk",
        ):
            continue
        end = m.start() + len(re.sub(r"[\s,(]+(?:and|with|a|an|of|in|his|her)?\s*$", "", m.group()))
        ages = _AGE_IN.findall(rest)
        age = int(ages[0]) if ages else None
        role = (
            "child"
            if age and age < 18
            else "adult"
            if (m.group("who") or "man").lower() in ("man", "woman") or (age and age >= 18)
            else ""
        )
        negated = _denied(_clause(text, m.start()))
        start = m.start("u")
        read = unsaid(text) if read is None else read
        yield Mention(
            "described",
            start,
            end,
            descriptions.canonical(read[start:end]) or standard.plain_text(read[start:end]),
            age=age,
            near_role=role,
            negated=negated,
        )


# ---- premises of the register ------------------------------------------------------------------------
class Register:
    """Names and addresses of the register, as they may stand in a text; one that two premises share is left out."""

    def __init__(self, premises: pa.Table | None) -> None:
        refs: dict[str, set[str]] = {}
        known = lists()
        for row in (
            premises.select(["record_ref", "name", "location"]).to_pylist() if premises is not None else []
        ):
            for phrase in self._phrases(row["name"], row["location"], known):
                refs.setdefault(phrase, set()).add(row["record_ref"])
        self.ref = {p: next(iter(r)) for p, r in refs.items() if len(r) == 1}
        self.phrases = sorted(self.ref)
        self.automaton = (
            ahocorasick_rs.AhoCorasick(self.phrases, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
            if self.phrases
            else None
        )

    @staticmethod
    def _phrases(name: str | None, address: str | None, known: Lists) -> Iterator[str]:
        if name:
            low = re.sub(r"\s+", " ", reading.fold(name)).strip()
            bare = re.sub(r"^the ", "", low)
            for phrase in {bare, re.sub(r" hotel$", "", bare), bare.replace("&", "and")}:
                words = phrase.split()
                if (len(words) > 1 and any(w not in known.stop for w in words)) or (
                    len(words) == 1 and len(phrase) > 6 and phrase not in known.stop
                ):
                    yield phrase
        if address:
            first = re.sub(r"\s+", " ", reading.fold(address)).split(",")[0].strip()
            if re.match(r"\d+[a-z]? [a-z]", first):
                yield first

    def find(self, text: str) -> Iterator[Mention]:
        """Premises in a text."""
        for s, e, ref in self.places(reading.fold(text)):
            yield Mention("premises", s, e, ref)

    def places(self, folded: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, reference) of the premises in a folded text, or in several that line ends divide."""
        if self.automaton is None:
            return
        for n, s, e in self.automaton.find_matches_as_indexes(folded):
            if not (s and folded[s - 1].isalnum()) and not folded[e : e + 1].isalnum():
                yield s, e, self.ref[self.phrases[n]]


# ---- all together --------------------------------------------------------------------------------------
# Each kind but people and premises, and RE2 that says which texts are worth reading for it: a superset of what is
# found there.
KINDS: tuple[tuple[str, Callable[[str], Iterator[Mention]]], ...] = (
    (r"(\+44|0044|0)[\d ().\-]{8}", _phones),
    (r"@[A-Za-z0-9]", _emails),
    (r"[A-Za-z]\d[A-Za-z\d]? ?\d[A-Za-z]{2}", _postcodes),
    (r"[A-Za-z]\d{1,3} ?[A-Za-z]{3}|[A-Z]{3} ?\d{1,3}[A-Z]|(?i:vrm|vrn|reg|index|plate)", _marks),
    (
        r"@|(?i:user ?name|handle|gamer ?tag|screen ?name|account name|profile name|snap|insta|tik ?tok|discord|facebook|fb|telegram|kik|roblox|twitter|xbox|playstation|psn|whatsapp|twitch|yubo|online)",
        _handles,
    ),
    (r"(?i:d\.?o\.?b|birth|born)", _births),
    (
        r"(?i:\b(?:male|man|female|woman|youth|person|one (?:tall|short|slim|stocky|thin|bald|bearded))\b)",
        _described,
    ),
)


def find_mentions(text: str, register: Register) -> list[Mention]:
    """All mentions of one text, in order; of two of one kind that overlap the longer stays."""
    found = [m for _, function in KINDS for m in function(text)]
    return tidy([*found, *_people(text), *register.find(text)])


def tidy(found: list[Mention]) -> list[Mention]:
    """In order; overlapping ones of one kind give way to the longest, a name inside a premises or a handle to that."""
    found = sorted(found, key=itemgetter(1, 2, 0))  # start, end, kind
    if all(a.end <= b.start for a, b in pairwise(found)):
        return found
    out: list[Mention] = []
    strong = united((m.start, m.end) for m in found if m.kind in ("premises", "handle", "email"))
    kept: dict[str, Spans] = defaultdict(Spans)
    for m in sorted(found, key=lambda m: (m.start - m.end, m.start, m.kind)):
        if m.kind == "person" and not m.nickname and strong.meets(m.start, m.end):
            continue
        if not kept[m.kind].meets(m.start, m.end):
            kept[m.kind].keep(m.start, m.end)
            out.append(m)
    return sorted(out, key=lambda m: (m.start, m.end, m.kind))
