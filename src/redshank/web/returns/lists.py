"""What each year asks for, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from redshank.products.returns import years
from redshank.products.returns.spec import Requirement, ReturnSpec
from redshank.products.rows import Period
from redshank.web.heads.models import Published, Record
from redshank.web.pages import words
from redshank.web.returns import acts
from redshank.web.returns.models import Return, Version
from redshank.web.returns.settings import specifications


@dataclass(frozen=True)
class Line:
    """A year of a specification, with its return where somebody opened it."""

    spec: ReturnSpec
    asked: Requirement
    of: Return | None
    versions: tuple[Version, ...] = ()
    is_ours: bool = True  # of a year of which this home holds something, or that ended after it was made

    @property
    def is_overdue(self) -> bool:
        """Mandated, past its day, and neither frozen nor settled. What nobody opened, of a year before this home held
        anything, was another system's to return."""
        if self.asked.status != "mandated" or self.asked.due is None or (self.of and not self.of.is_open):
            return False
        if self.of is None and not self.is_ours:
            return False
        return timezone.localdate() > self.asked.due

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.of is None:
            return "nobody has opened it" if self.is_ours else "from before this home held anything"
        if self.of.settled_at:
            return "settled without a return"
        if not self.versions:
            return "opened, nothing drafted yet"
        return f"version {self.versions[-1].number}: {state_of(self.versions[-1])}"


def state_of(version: Version) -> str:
    if frozen := acts.frozen(version):
        sent = version.steps.filter(kind="submitted").exists()
        return f"frozen by {frozen.by.name}{', submitted' if sent else ', not recorded as submitted'}"
    if refusal := acts.refused(version):
        return f"refused by {refusal.by.name}"
    if version.of.versions.filter(number__gt=version.number).exists():
        return "replaced by a newer draft"
    step = acts.next_of(version)
    return f"waits for the {step.title[0].lower() + step.title[1:]}" if step else "signed by all, waits to be frozen"  # fmt: skip


def lines(user: Any) -> tuple[list[Line], list[str]]:
    """Newest year first; and what is wrong with a specification that cannot be used. A return of a year that the force's own
    specification no longer names stays in view."""
    specs, wrong = specifications()
    opened = {(r.code, r.year): r for r in Return.objects.visible_to(user, user.as_role.purpose).select_related("owner")}  # fmt: skip
    out = []
    ours = held_of(user)
    for one in specs:
        for asked in one.requirements:
            of = opened.pop((one.code, asked.year), None)
            out.append(Line(one, asked, of, versions(user, of), ours(years.period(one.year, asked.year))))
    by_code = {s.code: s for s in specs}
    for (code, year), of in opened.items():
        if code in by_code:
            asked = Requirement(year, "voluntary", "The specification in force no longer names this year", "unsure", None)  # fmt: skip
            out.append(Line(by_code[code], asked, of, versions(user, of)))
    return sorted(out, key=lambda x: (x.asked.year[:4], x.spec.code), reverse=True), wrong


def held_of(user: Any) -> Callable[[Period], bool]:
    """Whether a year is this home's to answer for: it ended after the first night was published, or records of it are held."""
    first = Published.objects.order_by("as_of").first()
    rows = Record.objects.visible_to(user, user.as_role.purpose).exclude(own_at=None)
    oldest = rows.order_by("own_at").first()

    def holds(period: Period) -> bool:
        if first is None or oldest is None:
            return False
        if period.end >= timezone.localtime(min(first.as_of, first.published_at)).date():
            return True
        begin, after = (timezone.make_aware(datetime.combine(d, time()), words.LONDON) for d in (period.start, period.end + timedelta(days=1)))  # fmt: skip
        return oldest.own_at < after and rows.filter(own_at__gte=begin, own_at__lt=after).exists()

    return holds


def versions(user: Any, of: Return | None) -> tuple[Version, ...]:
    if of is None:
        return ()
    rows = Version.objects.visible_to(user, user.as_role.purpose).filter(of=of).select_related("of", "by")
    return tuple(rows.defer("content"))


def overdue(user: Any) -> list[Line]:
    return [x for x in lines(user)[0] if x.is_overdue]
