"""What matches a question, by kind. Each kind asks its index through the policy, so a count holds what the reader sees.

At most :data:`MOST` matches are counted; beyond that the page says so and asks for another word. Rows that gather
several records are narrowed by :func:`within` to the records in sight, and dropped where none is left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from redshank.web.heads.models import Group, Line, Record
from redshank.web.pages.words import WORDS
from redshank.web.policy.sight import sight_of
from redshank.web.searching import engine, folding
from redshank.web.searching.engine import Word
from redshank.web.searching.models import Address, Key, Named, Told

MOST = 500
MOST_FOR_SHARED = 20_000  # rows looked through for a role that sees a few records only
LONGEST = 200
MOST_WORDS = 12
_DATE = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2}|\d{4})$|^(\d{4})-(\d{2})-(\d{2})$")
_PHRASE = re.compile(r'"([^"]*)"')
_NUMBER = re.compile(r"^[\d\s()+.\-/]+$")


@dataclass
class Hit:
    """One match: what it is about, why it matches, and the records in sight that hold it."""

    ident: str
    title: str
    why: str
    records: list[str] = field(default_factory=list)
    total: int = 0
    persons: list[str] = field(default_factory=list)


@dataclass
class Found:
    """All matches of one kind; ``more`` where there are more than were counted."""

    kind: str
    hits: list[Hit]
    more: bool = False


@dataclass(frozen=True)
class Asked:
    """A question as it was typed, and what can be read in it."""

    text: str

    @cached_property
    def words(self) -> list[str]:
        return folding.words(self.text)[:MOST_WORDS]

    @cached_property
    def dates(self) -> list[str]:
        """Birth dates and years in it, as the index writes them."""
        out = []
        for part in self.text.split():
            if match := _DATE.match(part):
                d, m, y, y2, m2, d2 = match.groups()
                year = int(y2 or y)
                year += 0 if year > 99 else (2000 if year <= date.today().year % 100 else 1900)
                try:
                    out.append(f"b{date(year, int(m2 or m), int(d2 or d)):%Y%m%d}")
                except ValueError:
                    continue  # no day of the calendar: it is left to the other kinds
            elif re.fullmatch(r"(19|20)\d\d", part):
                out.append(f"b{part}")
        return out

    @cached_property
    def names(self) -> list[str]:
        """The words that a name can be made of; none where something else stands among them."""
        letters = [w for part in self.text.split() if not re.match(r"^\d", part) for w in folding.words(part)]
        numbers = [part for part in self.text.split() if re.match(r"^\d", part)]
        return letters[:MOST_WORDS] if len(numbers) == len(self.dates) else []

    @cached_property
    def compact(self) -> str:
        return folding.compact(self.text)

    @cached_property
    def phrases(self) -> list[Word]:
        """Words of a text: what stands in quotation marks together, longer words also with an ending."""
        rest = _PHRASE.sub(" ", self.text)
        quoted = (" ".join(folding.words(p)[:MOST_WORDS]) for p in _PHRASE.findall(self.text))
        out = [Word(phrase) for phrase in quoted if phrase]
        out += [Word(w, begins=len(w) >= 4) for w in folding.words(rest)]
        return out[:MOST_WORDS]


def within(user: Any, keys: Iterable[str]) -> list[str]:
    """Of the records that a row of the index lists, those in this reader's sight (the limits of the policy)."""
    sight = sight_of(user)
    hidden = sight.hidden.get("record", set())
    shared = sight.shared.get("record", set()) if user.as_role.scope == "shared" else None
    return [k for k in keys if k not in hidden and (shared is None or k in shared)]


def _is_limited(user: Any) -> bool:
    return user.as_role.scope == "shared" or bool(sight_of(user).hidden.get("record"))


def _most(user: Any) -> int:
    return MOST_FOR_SHARED if user.as_role.scope == "shared" else MOST + 1


def _counted(user: Any, listed: str, total: int) -> tuple[list[Any], int]:
    """Entries in sight, and how many records they are."""
    entries = json.loads(listed)
    if not _is_limited(user):
        return entries, total
    keys = [e if isinstance(e, str) else e[0] for e in entries]
    seen = set(within(user, keys))
    kept = [e for e, k in zip(entries, keys, strict=True) if k in seen]
    return kept, len(seen)


def _said(number: int) -> str:
    return f"{number:,} record" + ("" if number == 1 else "s")


# ---- people ------------------------------------------------------------------------------------

_HOW = {
    "recorded": "named so in",
    "also known as": "also known so in",
    "in the text": "named so in the text of",
}
_NEAR = ("", "a name that begins so or another form of it", "nearly the same spelling")


def people(user: Any, asked: Asked) -> Found:
    """Names in any order, other names, short forms, and near spellings after those that agree."""
    names, dates = asked.names, asked.dates
    if not names and not any(len(d) == 9 for d in dates):
        return Found("people", [])
    exact = [[Word(f"n{n}")] for n in names] + [[Word(d)] for d in dates]
    best: dict[str, tuple[int, int, str, Hit]] = {}
    more = _take(user, exact, names, best)
    if names and not more:
        wider = [_wider(n) for n in names] + [[Word(d)] for d in dates]
        more = _take(user, wider, names, best)
    ranked = sorted(best.values(), key=lambda x: x[:3])
    return Found("people", [x[3] for x in ranked][:MOST], more or len(ranked) > MOST)


def _wider(name: str) -> list[Word]:
    out = [Word(f"n{name}", begins=len(name) >= 3), Word(f"k{name}")]
    if name.isalpha() and len(name) > 2:
        out += [Word(f"s{folding.heard(name)}"), *(Word(f"d{x}") for x in folding.shortened(name))]
    return out


def _take(user: Any, question: engine.Question, names: list[str], best: dict[str, Any]) -> bool:
    rows = engine.matching(Named.objects.visible_to(user, user.as_role.purpose), question)
    found = list(
        rows.order_by("id").values_list("person_id", "name", "how", "records", "total", "words")[
            : _most(user)
        ]
    )
    for person_id, name, how, listed, total, words in found:
        tier = _tier(names, words.split())
        entries, count = _counted(user, listed, total)
        if tier is None or not count:
            continue
        why = f"“{name}”, {_HOW[how]} {_said(count)}" + (f"; {_NEAR[tier]}" if tier else "")
        rank = (tier, -count, name, Hit(person_id, name, why, entries[:5], count))
        if person_id not in best or rank[:3] < best[person_id][:3]:
            best[person_id] = rank
    return len(found) > MOST and user.as_role.scope != "shared"


def _tier(names: list[str], words: list[str]) -> int | None:
    """0 where every word agrees, 1 with another form or a beginning, 2 with a near spelling; None with neither."""
    written = [w[1:] for w in words if w[0] == "n"]
    forms = {w[1:] for w in words if w[0] == "k"}
    worst = 0
    for name in names:
        if name in written:
            continue
        if name in forms or (len(name) >= 3 and any(w.startswith(name) for w in written)):
            worst = max(worst, 1)
        elif any(folding.near(name, w) for w in written):
            worst = 2
        else:
            return None
    return worst


# ---- numbers, marks, postcodes, online names ---------------------------------------------------


def _keys(user: Any, kind: str, which: list[Q], why: Callable[[str], str]) -> tuple[list[Hit], bool]:
    """Rows that agree in one of several ways; each way is a query of its own, which its index answers."""
    found: dict[str, tuple[str, str, int]] = {}
    more = False
    for way in which:
        rows = Key.objects.visible_to(user, user.as_role.purpose).filter(way, kind=kind).order_by("value")
        part = list(rows.values_list("value", "said", "records", "total")[: _most(user)])
        more |= len(part) > MOST and user.as_role.scope != "shared"
        found.update({value: (said, listed, total) for value, said, listed, total in part})
    hits = []
    for value, (said, listed, total) in found.items():
        entries, count = _counted(user, listed, total)
        reason = why(value)
        if not entries or not reason:
            continue
        hows = list(dict.fromkeys(e[1] for e in entries if e[1]))[:3]
        persons = list(dict.fromkeys(e[2] for e in entries if e[2]))[:5]
        text = f"{reason}; in {_said(count)}" + (f" ({', '.join(hows)})" if hows else "")
        hits.append(
            Hit(f"{kind}:{value}", said, text, list(dict.fromkeys(e[0] for e in entries))[:5], count, persons)
        )
    hits.sort(key=lambda h: (not h.why.startswith("this"), -h.total, h.title))
    return hits[:MOST], more or len(hits) > MOST


def phones(user: Any, asked: Asked) -> Found:
    """A number in any spelling; from six digits on also its beginning or its end."""
    digits = "".join(c for c in asked.text if c.isdecimal() and c.isascii())
    if not _NUMBER.match(asked.text) or len(digits) < 6:
        return Found("phones", [])
    whole = folding.number(asked.text)
    start = f"44{digits[1:]}" if digits.startswith("0") else digits
    which = [Q(value__in={whole, digits}), engine.beginning("value", start), Q(tail=digits[-6:])]

    def why(value: str) -> str:
        if value in (whole, digits):
            return "this number, however it is written"
        if value.startswith(start):
            return "a number that begins so"
        return "a number that ends so" if value.endswith(digits) else ""

    return Found("phones", *_keys(user, "phone", which, why))


def vehicles(user: Any, asked: Asked) -> Found:
    mark = asked.compact
    if not 2 <= len(mark) <= 8 or _NUMBER.match(asked.text):
        return Found("vehicles", [])
    partly = len(mark) >= 3 and any(c.isdecimal() for c in mark)
    which = [engine.beginning("value", mark) if partly else Q(value=mark)]

    def why(value: str) -> str:
        return "this mark, spaces apart" if value == mark else "a mark that begins so"

    return Found("vehicles", *_keys(user, "vehicle", which, why))


def postcodes(user: Any, asked: Asked) -> Found:
    code = asked.compact
    if not folding.POSTCODE.match(code) or len(code) < 3:
        return Found("postcodes", [])

    def why(value: str) -> str:
        return "this postcode" if value == code else "a postcode that begins so"

    return Found("postcodes", *_keys(user, "postcode", [engine.beginning("value", code)], why))


def handles(user: Any, asked: Asked) -> Found:
    name = folding.handle(asked.text)
    if not 3 <= len(name) <= 120 or " " in name:
        return Found("handles", [])
    handle_hits, more = _keys(user, "handle", [Q(value=name)], _this("this online name"))
    email_hits, more_emails = _keys(user, "email", [Q(value=name)], _this("this e-mail address"))
    return Found("handles", handle_hits + email_hits, more or more_emails)


def _this(said: str) -> Callable[[str], str]:
    return lambda value: said


# ---- addresses, references, groups and lines, texts --------------------------------------------


def addresses(user: Any, asked: Asked) -> Found:
    words = asked.words
    if not any(len(w) >= 3 and w.isalpha() for w in words):
        return Found("addresses", [])
    question = [[Word(w, begins=len(w) >= 4)] for w in words]
    rows = engine.matching(Address.objects.visible_to(user, user.as_role.purpose), question)
    found = list(rows.order_by("id").values_list("uid", "said", "records", "total")[: _most(user)])
    hits = []
    for uid, said, listed, total in found:
        entries, count = _counted(user, listed, total)
        if count:
            hits.append(Hit(uid, said, f"these words; in {_said(count)}", entries[:5], count))
    hits.sort(key=lambda h: (-h.total, h.title))
    return Found("addresses", hits[:MOST], len(found) > MOST and user.as_role.scope != "shared")


def records(user: Any, asked: Asked) -> Found:
    """By the record's own number, whole or its beginning; spaces do not count."""
    typed = "".join(asked.text.split())
    if not any(c.isdecimal() for c in typed) or len(typed) > 160 or "\x00" in typed:
        return Found("records", [])
    rows = Record.objects.visible_to(user, user.as_role.purpose)
    kinds, spellings = list(WORDS["record"]), dict.fromkeys((typed, typed.upper()))
    which = [Q(key__in=[f"{kind}:{s}" for kind in kinds for s in spellings])]
    if len(typed) >= 4 and typed.isascii():
        which += [engine.beginning("key", f"{kind}:{s}") for kind in kinds for s in spellings]
    found: dict[str, str] = {}
    for way in which:  # each is answered by the index alone
        found.update(rows.filter(way).order_by("key").values_list("key", "ref")[: MOST + 1])
    hits = [
        Hit(
            key,
            "",
            "this number" if ref.upper() == typed.upper() else "a number that begins so",
            [key],
            1,
        )
        for key, ref in found.items()
    ]
    hits.sort(key=lambda h: (h.why != "this number", h.ident))
    return Found("records", hits[:MOST], len(found) > MOST)


def groups(user: Any, asked: Asked) -> Found:
    """Proposed groups and county lines by the words of their names."""
    if not asked.words or "\x00" in asked.text:
        return Found("groups", [])
    purpose = user.as_role.purpose
    labelled = Group.objects.visible_to(user, purpose)
    lines = Line.objects.visible_to(user, purpose)
    for part in asked.text.replace('"', " ").split()[:MOST_WORDS]:
        labelled, lines = labelled.filter(label__icontains=part), lines.filter(name__icontains=part)
    hits = [
        Hit(f"group:{g}", label, "a proposed group named so")
        for g, label in labelled.order_by("place").values_list("group_id", "label")[: MOST + 1]
    ]
    hits += [
        Hit(f"line:{ref}", name, "a county line named so")
        for ref, name in lines.order_by("place").values_list("line_ref", "name")[: MOST + 1]
    ]
    return Found("groups", hits[:MOST], len(hits) > MOST)


def texts(user: Any, asked: Asked) -> Found:
    """Records whose text holds every word, newest first; of records with signals or in a child's file."""
    question = [[w] for w in asked.phrases]
    if not any(len(w.text) > 1 for w in asked.phrases):
        return Found("texts", [])
    rows = engine.matching(Told.objects.visible_to(user, user.as_role.purpose), question)
    keys = list(rows.order_by("-id").values_list("record_key", flat=True)[: MOST + 1])
    return Found("texts", [Hit(k, "", "", [k], 1) for k in keys[:MOST]], len(keys) > MOST)


FINDERS: dict[str, Callable[[Any, Asked], Found]] = {
    "people": people, "phones": phones, "vehicles": vehicles, "handles": handles, "postcodes": postcodes, "addresses": addresses,
    "records": records, "groups": groups, "texts": texts,
}  # fmt: skip
KINDS = {
    "people": "People", "phones": "Phone numbers", "vehicles": "Vehicles", "handles": "Online names and e-mail", "postcodes": "Postcodes",
    "addresses": "Addresses and places", "records": "Records by number", "groups": "Groups and lines", "texts": "Texts",
}  # fmt: skip
