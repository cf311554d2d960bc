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
from redshank.web.pages.days import london_day

By = tuple[str, str, str]  # source, unit, origin
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


class Read:
    """The programme's records of a span of days as far as this person sees them, with their words and phrases: read once, for
    the rates of any days within."""

    def __init__(self, user: Any, p: Programme, since: date, until: date) -> None:
        from redshank.publish.wording import words_of

        low, high = sampling.ends(since, until)
        rows = sampling.records(user, p, since, until).annotate(day=london_day("at", low, high))
        columns = ("key", "kind", "district", "agency", "origin", "delivery_no", "day")
        numbers: dict[str, int] = {}
        self.of: dict[str, tuple[date, By]] = {}
        self.days: dict[date, dict[By, list[str]]] = {}
        for key, kind, district, agency, origin, number, day in rows.values_list(*columns):
            by = (kind, agency or district or sampling.NOTHING_SAID, origin or sampling.NOTHING_SAID)
            numbers[key], self.of[key] = number, (day, by)
            self.days.setdefault(day, {}).setdefault(by, []).append(key)
        self.words = words_of(settings.HOME, publication().current_run, numbers)
        # All phrases at once: a force has far fewer of them than records.
        said = Phrase.objects.visible_to(user, user.as_role.purpose)
        self.phrases = list(said.values_list("record_key", "kind", "text", "quoted"))
        self.defects = templates(user)

    def rates(self, since: date, until: date) -> Rates:
        out = Rates(since, until, {}, {}, {}, [], Rate())

        def among(by: By) -> tuple[Rate, ...]:
            kind, unit, origin = by
            return (
                out.total,
                out.by_kind.setdefault(kind, Rate()),
                out.by_unit.setdefault(unit, Rate()),
                out.by_origin.setdefault(origin, Rate()),
            )

        for day, held in self.days.items():
            if since <= day <= until:
                for by, keys in held.items():
                    words = sum(self.words[k] for k in keys)
                    for r in among(by):
                        r.records += len(keys)
                        r.words += words
                        r.keys.update(keys)
        said: Counter[str] = Counter()
        for key, kind, text, quoted in self.phrases:
            of = self.of.get(key)
            if of is None or not since <= of[0] <= until:
                continue
            is_template = (kind, text.casefold()) in self.defects
            for r in among(of[1]):
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


def rates(user: Any, p: Programme, since: date, until: date) -> Rates:
    """Of the programme's records of these days, as far as this person sees them."""
    return Read(user, p, since, until).rates(since, until)


def months(until: date, n: int = MONTHS) -> list[tuple[date, date]]:
    """The calendar months that end with the one of this day, earliest first; the last ends on it."""
    out, last = [], until
    for _ in range(n):
        first = last.replace(day=1)
        out.append((first, last))
        last = first - timedelta(days=1)
    return out[::-1]
