"""The list: what is on it for this reader, where each line stands, what is unread, and the counts beside the filters.

Everything is worked out from records that the reader may see: a line's indicators, kinds and districts are those of
its visible records, and a line of which no record is visible is not there, nor counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from redshank.web.heads.models import Item, Record, Signal
from redshank.web.heads.moved import into, whither
from redshank.web.meetings.bodies import LONDON
from redshank.web.meetings.models import Raised
from redshank.web.pages import words
from redshank.web.worklist.config import LISTED
from redshank.web.worklist.items import QUIET, chunks, joined, new_since
from redshank.web.worklist.models import Seen, Standing

#: States of a line, in the order of the filter; the first three want somebody.
STATES = ("open", "returned", "confirm", "raise", "hold", "dismiss")
WANTED = STATES[:3]
FILTERS = ("q", "kind", "indicator", "district", "about", "status", "since", "mine", "unread")


@dataclass
class Line:
    """One line: what it is about, its visible records newest first, and where it stands."""

    about: str
    ident: str
    title: str
    records: list[str]
    state: str = "open"
    grade: str = ""
    assigned: int | None = None
    again: list[str] = field(default_factory=list)  # what is new since it was settled, in words
    unread: bool = True
    on_list: bool = True
    held: list[Record] = field(default_factory=list)
    indicators: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.about}|{self.ident}"


@dataclass
class Board:
    lines: list[Line]  # those that the filter leaves
    counts: dict[str, int]  # by state, with all the rest of the filter
    districts: list[str]


def asked_of(query: Any) -> dict[str, str]:
    """What the address asks for, cut to a sensible length."""
    return {n: query.get(n, "").strip()[:100] for n in FILTERS}


def look(user: Any, asked: dict[str, str]) -> Board:
    lines = _published(user) + _kept(user)
    facts = _facts(user, (k for x in lines for k in x.records))
    for line in lines:
        line.records = sorted(
            (k for k in line.records if k in facts), key=lambda k: (facts[k]["known_at"], k), reverse=True
        )
        line.indicators = sorted({i for k in line.records for i in words.piped(facts[k]["indicators"])})
    lines = _once(x for x in lines if x.records or not x.on_list)
    _stand(user, lines)
    _read(user, lines)
    districts = sorted({facts[k]["district"] for x in lines for k in x.records} - {""})
    lines = [x for x in lines if _matches(x, asked, facts, user)]
    if asked["q"]:
        hit = _said(user, lines, asked["q"])
        lines = [x for x in lines if asked["q"].casefold() in x.title.casefold() or hit & set(x.records)]
    counts = Counter(x.state for x in lines)
    wanted = (
        (asked["status"],) if asked["status"] in STATES else STATES if asked["status"] == "all" else WANTED
    )
    shown = [x for x in lines if x.state in wanted]
    return Board(shown, {s: counts[s] for s in STATES}, districts)


def _published(user: Any) -> list[Line]:
    rows = Item.objects.visible_to(user, user.as_role.purpose).order_by("place")
    return [
        Line(about, ident, words.item_title(about, ident, title), json.loads(records))
        for about, ident, title, records in rows.values_list("about", "ident", "title", "records")
    ]


def _kept(user: Any) -> list[Line]:
    """What somebody has in hand though its records are older than the list: raised, held, or given to a person."""
    purpose = user.as_role.purpose
    stood = Standing.objects.visible_to(user, purpose)
    live = Raised.objects.visible_to(user, purpose).filter(closed_at__isnull=True)
    wanted = {(about, ident) for about, ident in live.values_list("about", "ident")}
    wanted |= set(stood.filter(assigned__isnull=False).exclude(state="dismiss").values_list("about", "ident"))
    now = {
        about: whither(user, about, (i for a, i in wanted if a == about)) for about in {a for a, _ in wanted}
    }
    return [
        Line(s.about, now[s.about].get(s.ident, s.ident), s.title, s.parsed("records"), on_list=False)
        for part in chunks(ident for _, ident in wanted)
        for s in stood.filter(ident__in=part).order_by("-settled_at", "ident")
        if (s.about, s.ident) in wanted
    ]


def _by_line(user: Any, lines: list[Line], rows: Any) -> dict[tuple[str, str], list[Any]]:
    """What is kept of each line, under its own id or one that went into it."""
    now = {
        about: into(user, about, (x.ident for x in lines if x.about == about))
        for about in {x.about for x in lines}
    }
    out: dict[tuple[str, str], list[Any]] = {}
    for part in chunks([*(x.ident for x in lines), *(was for moved in now.values() for was in moved)]):
        for row in rows.filter(ident__in=part):
            ident = now.get(row.about, {}).get(row.ident, row.ident)
            out.setdefault((row.about, ident), []).append(row)
    return out


def _once(lines: Iterable[Line]) -> list[Line]:
    seen: dict[str, Line] = {}
    for line in lines:
        seen.setdefault(line.key, line)
    return list(seen.values())


def _facts(user: Any, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    rows = Record.objects.visible_to(user, user.as_role.purpose)
    columns = ("key", "kind", "district", "known_at", "indicators")
    return {r["key"]: r for part in chunks(keys) for r in rows.filter(key__in=part).values(*columns)}


def _stand(user: Any, lines: list[Line]) -> None:
    rows = Standing.objects.visible_to(user, user.as_role.purpose).defer("hits", "title")
    stood = _by_line(user, lines, rows)
    quiet: list[tuple[Line, Standing]] = []
    for line in lines:
        if (s := joined(line.ident, stood.get((line.about, line.ident), []))) is not None:
            line.grade, line.assigned, line.state = s.grade, s.assigned_id, s.state or "open"
            if s.state in QUIET:
                quiet.append((line, s))
    later = _since(user, quiet)
    for line, s in quiet:
        line.again = new_since(s, line.records, (h for k in line.records for h in later.get((s.run, k), [])))
        line.state = "returned" if line.again else s.state


def _since(user: Any, quiet: list[tuple[Line, Standing]]) -> dict[tuple[int, str], list[Signal]]:
    """Listed hits that were published after a line was settled, by the run of then and the record: all that can be new."""
    by_run: dict[int, set[str]] = {}
    for line, s in quiet:
        by_run.setdefault(s.run, set()).update(line.records)
    out: dict[tuple[int, str], list[Signal]] = {}
    rows = Signal.objects.visible_to(user, user.as_role.purpose).filter(status__in=LISTED)
    for run, keys in by_run.items():
        for part in chunks(keys):
            for hit in rows.filter(record_key__in=part, valid_from__gt=run):
                out.setdefault((run, hit.record_key), []).append(hit)
    return out


def _read(user: Any, lines: list[Line]) -> None:
    """A line is unread while it holds a record that was not there when this person last read it."""
    rows = Seen.objects.visible_to(user, user.as_role.purpose)
    seen = _by_line(user, lines, rows)
    for line in lines:
        known = [set(s.parsed("records")) for s in seen.get((line.about, line.ident), [])]
        line.unread = not known or bool(set(line.records) - set().union(*known))


def _matches(line: Line, asked: dict[str, str], facts: dict[str, dict[str, Any]], user: Any) -> bool:
    records = [facts[k] for k in line.records]
    since = _day(asked["since"])
    return (
        (not asked["about"] or line.about == asked["about"])
        and (not asked["kind"] or any(r["kind"] == asked["kind"] for r in records))
        and (not asked["indicator"] or asked["indicator"] in line.indicators)
        and (not asked["district"] or any(r["district"] == asked["district"] for r in records))
        and (since is None or any(r["known_at"] and r["known_at"] >= since for r in records))
        and (not asked["mine"] or line.assigned == user.pk)
        and (not asked["unread"] or line.unread)
    )


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def _said(user: Any, lines: list[Line], text: str) -> set[str]:
    """Records whose number, headline or matched words hold the text."""
    purpose = user.as_role.purpose
    found: set[str] = set()
    for part in chunks(k for x in lines for k in x.records):
        rows = Record.objects.visible_to(user, purpose).filter(key__in=part)
        found |= set(
            (rows.filter(headline__icontains=text) | rows.filter(ref__icontains=text)).values_list(
                "key", flat=True
            )
        )
        hits = Signal.objects.visible_to(user, purpose).filter(record_key__in=part, text__icontains=text)
        found |= set(hits.values_list("record_key", flat=True))
    return found
