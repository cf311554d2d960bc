"""So many of so many: how many of the people in post a course has reached, as at a day, by post and district.

Who is in post: the rows of the establishment that was in force on the day; and the application's own accounts, for posts that
the establishment does not count (where it counts a post, its accounts are taken to be among those counted).

Who was reached: those whose reference stands with an event that was held, within the time after which the course is to be
repeated. Where only numbers are known they are heads: somebody who came twice counts twice, so a share by heads says so and
never exceeds the number in post. Numbers are for everybody who sees the programme; who is behind them, see :func:`people`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Sum

from redshank.web.learning.models import NAMES, Attendance, Audience, Course, File, InPost, refs_for
from redshank.web.learning.settings import POSTS, post_of
from redshank.web.meetings.raising import present
from redshank.web.pages.months import later


@dataclass(frozen=True)
class Person:
    """One person in post, by reference; ``on`` is the last event that reached them, if one did."""

    ref: str
    post: str
    district: str
    name: str = ""
    on: date | None = None

    @property
    def said(self) -> str:
        return self.name or f"staff reference {self.ref}"

    @property
    def post_words(self) -> str:
        return POSTS.get(self.post, "Other staff")


@dataclass
class Cell:
    """One post in one district."""

    post: str
    district: str
    people: list[Person] = field(default_factory=list)
    number: int = 0  # in post, as a number without references
    heads: int = 0  # attended, as a number without a reference that is in post

    @property
    def of(self) -> int:
        return len(self.people) + self.number

    @property
    def reached(self) -> int:
        return sum(p.on is not None for p in self.people) + min(self.heads, self.number)

    @property
    def by_heads(self) -> bool:
        return self.number > 0

    @property
    def over(self) -> int:
        """Heads beyond those in post: somebody came twice, or was of another place."""
        return max(0, self.heads - self.number)

    @property
    def missing(self) -> int:
        return self.of - self.reached

    @property
    def post_words(self) -> str:
        return POSTS.get(self.post, "Other staff")


@dataclass
class Coverage:
    """A course's coverage as at a day."""

    course: Course
    as_at: date
    establishment: File | None
    cells: list[Cell]
    elsewhere: int = 0  # attended, and neither in post as recorded nor of a post that the course is for

    @property
    def reached(self) -> int:
        return sum(c.reached for c in self.cells)

    @property
    def of(self) -> int:
        return sum(c.of for c in self.cells)

    @property
    def missing(self) -> int:
        return self.of - self.reached

    @property
    def by_heads(self) -> bool:
        return any(c.by_heads for c in self.cells)

    def posts(self) -> list[tuple[str, int, int]]:
        """Post → reached, of."""
        out: dict[str, list[int]] = {}
        for c in self.cells:
            row = out.setdefault(c.post, [0, 0])
            row[0] += c.reached
            row[1] += c.of
        return [(p, n, m) for p, (n, m) in out.items()]

    def __str__(self) -> str:
        return f"{self.reached:,} of {self.of:,}"


def establishment(day: date) -> File | None:
    """The import of people in post that is in force on a day: the last one as at that day or before."""
    return File.objects.filter(kind="establishment", as_at__lte=day).order_by("-as_at", "-id").first()


@dataclass
class Posts:
    """People in post as at a day: by reference, and as numbers."""

    file: File | None
    people: list[Person]
    numbers: dict[tuple[str, str], int]


def in_post(day: date) -> Posts:
    held = establishment(day)
    rows = list(InPost.objects.filter(file=held)) if held else []
    people = [Person(r.staff_ref, r.post, r.district) for r in rows if r.staff_ref]
    numbers: dict[tuple[str, str], int] = defaultdict(int)
    for r in rows:
        if not r.staff_ref:
            numbers[r.post, r.district] += r.number
    counted = {r.post for r in rows}
    accounts = {u.username.casefold(): u for u in present()}
    for u in accounts.values():
        post = post_of(u.role)
        if post and post not in counted:
            people.append(Person(u.username, post, u.district))
    named = [Person(p.ref, p.post, p.district, accounts[p.ref.casefold()].name if p.ref.casefold() in accounts else "") for p in people]  # fmt: skip
    return Posts(held, named, dict(numbers))


def attended(course: Course, day: date) -> Iterable[Attendance]:
    """Attendance that counts on a day: at events that were held by then, not struck out, not too long ago."""
    rows = Attendance.objects.filter(event__course=course, event__state="held", event__on__lte=day, struck__isnull=True)  # fmt: skip
    if course.repeat_months:
        rows = rows.filter(event__on__gt=later(day, -course.repeat_months))
    return rows.select_related("event").order_by("event__on", "id")


def of_course(course: Course, day: date, posts: Posts | None = None) -> Coverage:
    """A course's coverage; ``posts`` is given where several are asked at once."""
    posts = posts or in_post(day)
    wanted = set(course.post_keys)
    last: dict[str, date] = {}
    heads: dict[tuple[str, str], int] = defaultdict(int)
    known = {p.ref.casefold() for p in posts.people}
    counted, elsewhere = {p for p, _ in posts.numbers}, 0
    strangers: set[str] = set()
    for a in attended(course, day):
        ref = a.staff_ref.casefold()
        if a.audience_id is not None:
            continue
        if ref in known:
            last[ref] = a.event.on
        elif ref and ref in strangers:
            continue  # the same person again
        else:
            if ref:
                strangers.add(ref)
            if a.post in wanted and a.post in counted:
                heads[a.post, a.district] += a.number
            else:
                elsewhere += a.number
    cells: dict[tuple[str, str], Cell] = {}
    for p in posts.people:
        if p.post in wanted:
            cell = cells.setdefault((p.post, p.district), Cell(p.post, p.district))
            cell.people.append(Person(p.ref, p.post, p.district, p.name, last.get(p.ref.casefold())))
        elif p.ref.casefold() in last:
            elsewhere += 1
    for (post, district), number in posts.numbers.items():
        if post in wanted:
            cells.setdefault((post, district), Cell(post, district)).number += number
    for (post, district), number in heads.items():
        cells.setdefault((post, district), Cell(post, district)).heads += number
    order = list(POSTS)
    return Coverage(course, day, posts.file, sorted(cells.values(), key=lambda c: (order.index(c.post), c.district)), elsewhere)  # fmt: skip


def people(user: Any, coverage: Coverage, post: str = "", district: str | None = None, show: str = "") -> tuple[list[Person], int]:  # fmt: skip
    """Who is behind a number, as far as this reader may know them, and how many more there are.

    By name for learning and development; a line manager has the own team's and everybody their own; others numbers alone.
    """
    order = list(POSTS)
    cells = [c for c in coverage.cells if post in ("", c.post) and district in (None, c.district)]
    found = [p for c in cells for p in c.people if show == "" or (show == "reached") == (p.on is not None)]
    total = sum({"reached": c.reached, "missing": c.missing}.get(show, c.of) for c in cells)
    if not user.as_role.allows(NAMES):
        mine = {r.casefold() for r in refs_for(user)}
        found = [p for p in found if p.ref.casefold() in mine]
    return sorted(found, key=lambda p: (order.index(p.post), p.district, p.said.casefold())), total - len(
        found
    )


@dataclass(frozen=True)
class Outside:
    """An audience outside the force: heads reached, and how many it has, where that is known."""

    audience: Audience
    heads: int
    size: int | None
    source: str
    as_at: date | None

    @property
    def said(self) -> str:
        if self.size is None:
            return f"{self.heads:,}, of a number that nobody has recorded"
        return f"{min(self.heads, self.size):,} of {self.size:,}" + (f" ({self.heads:,} heads)" if self.heads > self.size else "")  # fmt: skip


def outside(day: date, course: Course | None = None) -> list[Outside]:
    """Audiences outside the force, with the heads that a course, or any, has reached."""
    rows = Attendance.objects.filter(audience__isnull=False, event__state="held", event__on__lte=day, struck__isnull=True)  # fmt: skip
    if course is not None:
        rows = rows.filter(event__course=course)
    heads = {r["audience"]: r["n"] for r in rows.order_by().values("audience").annotate(n=Sum("number"))}
    out = []
    for audience in Audience.objects.prefetch_related("sizes"):
        sizes = [s for s in audience.sizes.all() if s.as_at <= day]
        last = sizes[-1] if sizes else None
        if course is None or audience.pk in heads:
            out.append(Outside(audience, heads.get(audience.pk, 0), last.number if last else None, last.source if last else "", last.as_at if last else None))  # fmt: skip
    return out
