"""What an item is to one reader: the thing it is about, its records and hits, and what is new since it was settled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from redshank.web.heads.models import Behind, Child, Group, Item, Place, Record, Signal
from redshank.web.heads.moved import ids_of
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.worklist.config import LISTED
from redshank.web.worklist.models import Standing
from redshank.web.worklist.models.base import ABOUT

CHUNK = 5_000
QUIET = ("dismiss", "hold")  # settled, until something new comes
MODELS: dict[str, tuple[Any, str]] = {
    "child": (Child, "person_id"), "group": (Group, "group_id"), "place": (Place, "cell"), "record": (Record, "key"),
}  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """An item as one reader sees it. ``records``: the keys that this reader may see, newest first."""

    about: str
    ident: str
    title: str
    records: tuple[str, ...]
    closed: bool  # rests on handling C
    on_list: bool  # stands on the worklist of the published run

    @property
    def sets(self) -> dict[str, Any]:
        """The columns by which policy finds the rows of this item."""
        return {
            "about": self.about, "ident": self.ident, "title": self.title[:300], "closed": self.closed,
            "group_id": self.ident if self.about == "group" else "", "person_id": self.ident if self.about == "child" else "",
            "record_key": self.ident if self.about == "record" else "",
        }  # fmt: skip

    @property
    def url(self) -> str:
        return reverse("item", args=[self.about, self.ident])


def chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    """A query names at most so many keys at once."""
    every = sorted(set(keys))
    for start in range(0, len(every), CHUNK):
        yield every[start : start + CHUNK]


def records_of(user: Any, keys: Iterable[str]) -> dict[str, Record]:
    """The records among these keys that the user may see."""
    rows = Record.objects.visible_to(user, user.as_role.purpose)
    return {r.key: r for part in chunks(keys) for r in rows.filter(key__in=part)}


def newest_first(records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda r: (r.known_at is not None, r.known_at, r.key), reverse=True)


def head_of(user: Any, about: str, ident: str) -> Any:
    """The child, group, place or record itself, where this user may see it."""
    if about not in ABOUT:
        return None
    model, column = MODELS[about]
    return model.objects.visible_to(user, user.as_role.purpose).filter(**{column: ident}).first()


def standing_of(user: Any, about: str, ident: str) -> Standing | None:
    """Where an item stands for this reader, also by what was done with it under an id that went into its own."""
    ids = ids_of(user, about, ident)
    rows = Standing.objects.visible_to(user, user.as_role.purpose).filter(about=about, ident__in=ids)
    return joined(ident, rows)


def joined(ident: str, rows: Iterable[Standing]) -> Standing | None:
    """One standing of several that a night made one item: the last that settled it holds, a grade and a person from any.

    What was shown to whoever dismissed or held either of the two is nothing new: the item returns with what neither saw.
    """
    newest = sorted(
        rows, key=lambda s: (s.settled_at is not None, s.settled_at, s.ident == ident), reverse=True
    )
    if len(newest) < 2:
        return newest[0] if newest else None
    own = sorted(
        newest, key=lambda s: s.ident != ident
    )  # in the order from here: its own id before the others
    out = newest[0]
    out.grade = next((s.grade for s in own if s.grade), "")
    out.assigned_id = next((s.assigned_id for s in own if s.assigned_id), None)
    quiet = [s for s in newest if s.state in QUIET]
    if out.state in QUIET:
        out.records = json.dumps(sorted({k for s in quiet for k in s.parsed("records")}))
        out.hits = json.dumps(sorted({m for s in quiet for m in s.parsed("hits")}))
        out.run = min(s.run for s in quiet)
    return out


def thing_of(user: Any, about: str, ident: str) -> Thing | None:
    """The item, also when it has left the list: what a person did with it stays."""
    purpose = user.as_role.purpose
    head = head_of(user, about, ident)
    if head is None:
        return None
    line = Item.objects.visible_to(user, purpose).filter(about=about, ident=ident).first()
    stood = standing_of(user, about, ident)
    if line is not None:
        keys, title = line.parsed("records"), words.item_title(about, ident, line.title)
    else:
        keys = (stood.parsed("records") if stood else []) or _behind(user, about, ident)
        title = _title(about, head)
    held = newest_first(records_of(user, keys).values())
    whole = not (line or head).rests_on_c and not any(r.handling == "C" for r in held)
    return Thing(
        about, ident, title, tuple(r.key for r in held), bool(user.as_role.cleared and not whole), line is not None
    )  # fmt: skip


def _behind(user: Any, about: str, ident: str) -> list[str]:
    if about == "record":
        return [ident]
    rows = Behind.objects.visible_to(user, user.as_role.purpose).filter(kind=about, ident=ident)
    return list(rows.values_list("record_key", flat=True))


def _title(about: str, head: Any) -> str:
    if about == "record":
        return words.item_title(about, head.key, head.headline)
    if about == "child":
        age = words.age_at(head.born, publication().as_of)
        return f"{head.name}, {age}" if age.isdecimal() else str(head.name)
    return str(head.label if about == "group" else head.name)


def hits_of(user: Any, keys: Iterable[str]) -> list[Signal]:
    """Every signal in these records, in the order of the text."""
    rows = Signal.objects.visible_to(user, user.as_role.purpose).order_by(
        "record_key", "start", "indicator", "rule"
    )
    return [s for part in chunks(keys) for s in rows.filter(record_key__in=part)]


def folded(text: str) -> str:
    """The matched words as patterns compare them: case and spaces do not count."""
    return " ".join((text or "").casefold().split())


def mark(hit: Signal) -> str:
    """What a hit says, without its offsets: a record sent again with the same words brings nothing new."""
    return f"{hit.record_key}|{hit.rule}|{folded(hit.text)}"


def snapshot(thing: Thing, hits: list[Signal]) -> dict[str, Any]:
    """What stood before a person when they acted, to be shown again later (practice rule 6)."""
    state = publication()
    return {
        "title": thing.title, "records": list(thing.records), "hits": [h.signal_id for h in hits],
        "marks": sorted({mark(h) for h in hits if h.status in LISTED}), "run": state.current_run, "as_of": state.as_of,
    }  # fmt: skip


def new_since(standing: Standing, keys: Iterable[str], hits: Iterable[Signal]) -> list[str]:
    """What was not there when it was settled, in words; nothing where all of it was."""
    known, hits = set(standing.parsed("records")), list(hits)
    out = [words.record_words(k) for k in keys if k not in known]
    marks = set(standing.parsed("hits")) if hits else set()
    again: dict[str, list[str]] = {}
    for h in hits:
        if h.record_key in known and mark(h) not in marks:
            again.setdefault(h.record_key, []).append(words.word(h.indicator, "indicator"))
    out += [f"in {words.record_words(k)}: {', '.join(dict.fromkeys(v))}" for k, v in again.items()]
    return out
