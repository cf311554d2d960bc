"""Businesses taken in from a list (CSV): each row looked at first, then the whole file, or the rows that a person ticks.

A row is one of four: *good*; *look*, where it may be a business that is here already or its district is not known, which a person
settles by ticking it; *there*, where it surely is one that is here; *wrong*, where it cannot be read. The last two are never taken in.
A row that surely is one of the premises register is taken in as that one, so that it does not wait there a second time.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from redshank.web.heads.models import Premises
from redshank.web.makesafe import acts, forms
from redshank.web.makesafe.acts import LABELS, Particulars, particulars
from redshank.web.makesafe.models import Business, Step
from redshank.web.makesafe.settings import CATEGORIES, DATA, OF_KIND
from redshank.web.policy.names import fold
from redshank.web.versions import mark

#: Heading, as written in lower case → field.
COLUMNS = {"business": "name", "kind": "category", "lat": "latitude", "long": "longitude", "lng": "longitude"} | {n: n for n in LABELS}  # fmt: skip
NEEDED = ("name", "category", "address")
#: How a category may be written → its key.
WRITTEN = (
    {k: v for k, v in OF_KIND.items()}
    | {fold(v): k for k, v in CATEGORIES.items()}
    | {k: k for k in CATEGORIES}
)
MOST_ROWS: int = DATA["file"]["most_rows"]
MOST_BYTES: int = DATA["file"]["most_bytes"]
STATES = {
    "good": "Can be taken in",
    "look": "Look at it first",
    "there": "In the operation already",
    "wrong": "Cannot be read",
}


class NotAFile(Exception):
    """Nothing of it can be read; the text says why."""


@dataclass
class Row:
    """One row, by its number as a spreadsheet counts it, with all that is to be said of it."""

    number: int
    typed: dict[str, str]
    given: dict[str, Any]
    state: str = "good"
    says: list[str] = field(default_factory=list)
    same: list[Business] = field(default_factory=list)
    premises: Premises | None = None

    def now(self, state: str, says: str) -> None:
        """What is worse stands; everything is said."""
        order = list(STATES)
        self.state = max(self.state, state, key=order.index)
        self.says.append(says)

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @property
    def may(self) -> bool:
        return self.state in ("good", "look")


@dataclass(frozen=True)
class Looked:
    """A file as it was looked at, for one reader, now."""

    digest: str
    rows: list[Row]
    left_alone: list[str]  # headings that are not known

    @property
    def is_clean(self) -> bool:
        return all(r.state == "good" for r in self.rows)

    def count(self, state: str) -> int:
        return sum(r.state == state for r in self.rows)


def digest_of(text: str) -> str:
    """By which a page knows the text that it showed; a browser writes the ends of lines its own way."""
    return hashlib.sha256("\n".join(text.splitlines()).strip().encode()).hexdigest()


def decoded(data: bytes) -> str:
    """The text of a file that was sent; older spreadsheets save in Windows-1252."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _typed(text: str) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """Rows as written, and headings that are left alone.

    Raises:
        NotAFile: no CSV, no heading that is needed, or too much of it.
    """
    if "\x00" in text:
        raise NotAFile("It is no CSV file: save the sheet as CSV first")
    if len(text.encode()) > MOST_BYTES:
        raise NotAFile(f"It is longer than {MOST_BYTES:,} bytes: take it in by parts")
    head = text.split("\n", 1)[0]
    mark_ = max(",;\t", key=head.count)
    try:
        lines = [(n, cells) for n, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark_), 1) if any(c.strip() for c in cells)]  # fmt: skip
    except csv.Error as wrong:
        raise NotAFile(f"It is no CSV file that can be read: {wrong}") from None
    if not lines:
        raise NotAFile("Choose a CSV file that holds something, or paste its text")
    (_, first), *rest = lines
    names = [" ".join(c.lower().split()) for c in first]
    fields = [COLUMNS.get(n, "") for n in names]
    if lacks := [LABELS[n].lower() for n in NEEDED if n not in fields]:
        raise NotAFile(f"The first row has no column for: {', '.join(lacks)}")
    if twice := sorted({LABELS[f].lower() for f in fields if f and fields.count(f) > 1}):
        raise NotAFile(f"More than one column for: {', '.join(twice)}")
    if not rest:
        raise NotAFile("It has a heading and no row")
    if len(rest) > MOST_ROWS:
        raise NotAFile(f"It has {len(rest):,} rows: take in no more than {MOST_ROWS} at once")
    rows = []
    for n, cells in rest:
        row = dict.fromkeys(LABELS, "")
        row |= {f: c.strip() for f, c in zip(fields, cells, strict=False) if f}
        if len(cells) > len(fields) and any(c.strip() for c in cells[len(fields) :]):
            row["_more"] = "yes"
        rows.append((n, row))
    return rows, [c.strip() for c, f in zip(first, fields, strict=True) if not f and c.strip()]


class Index:
    """Businesses or premises by what may make them the same, so that a row is held against few of them."""

    def __init__(self, some: Iterable[Any]) -> None:
        self._all: list[tuple[Any, Particulars]] = []
        self._by: dict[str, list[int]] = defaultdict(list)
        for one in some:
            self.add(one, particulars(one))

    def add(self, one: Any, p: Particulars) -> None:
        for key in {*p.words, f"={p.code}"} - {"="}:
            self._by[key].append(len(self._all))
        self._all.append((one, p))

    def near(self, p: Particulars) -> list[tuple[Any, Particulars]]:
        keys = {*p.words, f"={p.code}"} - {"="}
        return [self._all[i] for i in sorted({i for k in keys for i in self._by.get(k, ())})]


def look(user: Any, text: str) -> Looked:
    """Every row with what stands against it, as things are now.

    Raises:
        NotAFile: nothing of it can be read.
    """
    typed, left_alone = _typed(text)
    purpose = user.as_role.purpose
    businesses = list(Business.objects.visible_to(user, purpose))
    inside = {b.premises_key: b for b in businesses if b.premises_key}
    here = Index(businesses)
    premises = list(Premises.objects.visible_to(user, purpose))
    register = Index(premises)
    districts = {x.district for x in (*businesses, *premises)} - {""}
    before = Index(())
    rows = []
    for number, told in typed:
        given, errors = forms.business({**told, "category": WRITTEN.get(told["category"].lower(), WRITTEN.get(fold(told["category"]), ""))})  # fmt: skip
        row = Row(number, told, given)
        for name, says in errors.items():
            row.now("wrong", f"{LABELS[name]}: {says}")
        if "_more" in told:
            row.now(
                "wrong", "It has more cells than the first row: a comma inside a cell needs quotation marks"
            )
        rows.append(row)
        if row.state == "wrong":
            continue
        _against(row, here, register, inside, before)
        if given["district"] and districts and given["district"] not in districts:
            row.now("look", f"No other business is in a district called “{given['district']}”")
        before.add(row, particulars(given))
    return Looked(digest_of(text), rows, left_alone)


def _against(row: Row, here: Index, register: Index, inside: dict[str, Business], before: Index) -> None:
    """What is in the operation, in the premises register, and in the rows before."""
    new = particulars(row.given)
    for business, p in here.near(new):
        if new.is_surely(p):
            row.now("there", f"It is {business.name}, {business.where}")
            row.same.append(business)
        elif new.may_be(p):
            row.now("look", f"It may be {business.name}, {business.where}")
            row.same.append(business)
    for found, p in register.near(new):
        if new.is_surely(p):
            if found.record_key in inside:
                row.now("there", f"Taken in from the premises register: {inside[found.record_key].name}")
                row.same.append(inside[found.record_key])
            elif row.premises is None:
                row.premises = found
        elif found.record_key not in inside and new.may_be(p):
            row.now("look", f"The premises register has {found.name}, {', '.join(x for x in (found.address, found.postcode) if x)}")  # fmt: skip
    for other, p in before.near(new):
        if new.is_surely(p):
            row.now("wrong", f"It stands in row {other.number} already")
        elif new.may_be(p):
            row.now("look", f"It may be the one of row {other.number}")


@dataclass(frozen=True)
class Taken:
    made: list[Business]
    left: list[Row]  # rows that were asked for and could not be taken


def take(user: Any, looked: Looked, wanted: set[int], once: str) -> Taken:
    """These rows, in one transaction of the caller's. What somebody took in first is left, and never stands twice."""
    made, left = [], []
    # In an order of the businesses, not of the list: two who send the same ones in another order would wait for each other.
    for row in sorted((r for r in looked.rows if r.number in wanted), key=_token):
        business = _one(user, row, looked.digest, once) if row.may else None
        if business is None:
            left.append(row)
        else:
            made.append(business)
    return Taken(made, sorted(left, key=lambda r: r.number))


def _token(row: Row) -> str:
    """The particulars themselves, as a mark: of two people who send one list at once, one takes each row in."""
    if not row.may:
        return ""
    p = particulars(row.given)
    same = hashlib.sha256(json.dumps([sorted(p.words), p.code, p.address]).encode()).hexdigest()
    return f"list:{same}"[:60]


def _one(user: Any, row: Row, digest: str, once: str) -> Business | None:
    """The business of a row; None where somebody has just taken it in."""
    given, key = row.given, row.premises.record_key if row.premises is not None else ""
    if row.premises is not None:  # what the list leaves open the register may know
        given = given | {n: getattr(row.premises, n) for n in ("district", "postcode") if not given[n]}
        if given["latitude"] is None:
            given |= {n: getattr(row.premises, n) for n in ("latitude", "longitude")}
    token = _token(row)
    try:
        with transaction.atomic():
            business = Business.objects.create(**given, premises_key=key, by=user, once=token)
    except IntegrityError:
        there = Business.objects.filter(once=token) | Business.objects.filter(premises_key=key).exclude(premises_key="")  # fmt: skip
        if Business.objects.visible_to(user, user.as_role.purpose).filter(pk__in=there.values("pk")).exists():
            return None
        # What is out of this reader's sight is neither told nor in the way: theirs is added as one added by hand.
        try:
            with transaction.atomic():
                business = Business.objects.create(**given, by=user, once=mark(user, f"{once}-{row.number}"))
        except IntegrityError:
            return None
    says = f"From a list, row {row.number} (SHA-256 {digest[:12]})"
    kind = "taken" if business.premises_key else "added"
    Step(business=business, kind=kind, told=acts.told(given), text=says, by=user, once=business.once).save()
    return business
