"""How often records use words that blame a child: per 1,000 records and 10,000 words, by source, unit and origin.

Quotations are counted apart, and so are phrases that people named as coming from a form of the system: those are the system's
defect and nobody's writing. No officer stands in it: the extracts name none.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from redshank.web.audits import sampling
from redshank.web.audits.measures import templates
from redshank.web.audits.programmes import Programme
from redshank.web.heads.models import Phrase
from redshank.web.pages.around import publication
from redshank.web.pages.lists import parts

MONTHS = 6  # of a trend; local default


@dataclass
class Rate:
    """Of one source, unit or origin."""

    records: int = 0
    words: int = 0
    phrases: int = 0  # in an author's own words
    quoted: int = 0
    template: int = 0
    keys: set[str] = field(default_factory=set)  # of the records
    with_phrases: set[str] = field(default_factory=set)
    with_quoted: set[str] = field(default_factory=set)
    with_template: set[str] = field(default_factory=set)

    @property
    def per_records(self) -> float | None:
        return 1_000 * self.phrases / self.records if self.records else None

    @property
    def per_words(self) -> float | None:
        return 10_000 * self.phrases / self.words if self.words else None


@dataclass
class Rates:
    """One period."""

    since: date
    until: date
    by_kind: dict[str, Rate]
    by_unit: dict[str, Rate]
    by_origin: dict[str, Rate]
    most: list[tuple[str, int]]  # phrases by how often, as written, in an author's own words
    total: Rate
    told_in: dict[str, set[str]] = field(default_factory=dict)  # phrase → records that hold it


def rates(user: Any, p: Programme, since: date, until: date) -> Rates:
    """Of the programme's records of these days, as far as this person sees them."""
    from redshank.publish.wording import words_of

    rows = sampling.records(user, p, since, until)
    of = {key: (kind, agency or district or sampling.NOTHING_SAID, origin or sampling.NOTHING_SAID, number) for key, kind, district, agency, origin, number in rows.values_list("key", "kind", "district", "agency", "origin", "delivery_no")}  # fmt: skip
    words = words_of(settings.HOME, publication().current_run, {k: t[3] for k, t in of.items()})
    out = Rates(since, until, {}, {}, {}, [], Rate())
    places = {k: [out.total, out.by_kind.setdefault(t[0], Rate()), out.by_unit.setdefault(t[1], Rate()), out.by_origin.setdefault(t[2], Rate())] for k, t in of.items()}  # fmt: skip
    for key, some in places.items():
        for r in some:
            r.records += 1
            r.keys.add(key)
            r.words += words[key]
    defects = templates(user)
    said: Counter[str] = Counter()
    for keys in parts(sorted(of)):
        found = Phrase.objects.visible_to(user, user.as_role.purpose).filter(record_key__in=keys)
        for key, kind, text, quoted in found.values_list("record_key", "kind", "text", "quoted"):
            is_template = (kind, text.casefold()) in defects
            for r in places[key]:
                if quoted:
                    r.quoted += 1
                    r.with_quoted.add(key)
                elif is_template:
                    r.template += 1
                    r.with_template.add(key)
                else:
                    r.phrases += 1
                    r.with_phrases.add(key)
            if not quoted and not is_template:
                said[text.casefold()] += 1
                out.told_in.setdefault(text.casefold(), set()).add(key)
    out.most = sorted(said.items(), key=lambda x: (-x[1], x[0]))[:20]
    return out


def months(until: date, n: int = MONTHS) -> list[tuple[date, date]]:
    """The calendar months that end with the one of this day, earliest first; the last ends on it."""
    out, last = [], until
    for _ in range(n):
        first = last.replace(day=1)
        out.append((first, last))
        last = first - timedelta(days=1)
    return out[::-1]
