"""What each year asks for, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from redshank.products.returns.spec import Requirement, ReturnSpec
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

    @property
    def is_overdue(self) -> bool:
        """Mandated, past its day, and neither frozen nor settled."""
        if self.asked.status != "mandated" or self.asked.due is None or (self.of and not self.of.is_open):
            return False
        return timezone.localdate() > self.asked.due

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.of is None:
            return "nobody has opened it"
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
    for one in specs:
        for asked in one.requirements:
            of = opened.pop((one.code, asked.year), None)
            out.append(Line(one, asked, of, versions(user, of)))
    by_code = {s.code: s for s in specs}
    for (code, year), of in opened.items():
        if code in by_code:
            asked = Requirement(year, "voluntary", "The specification in force no longer names this year", "unsure", None)  # fmt: skip
            out.append(Line(by_code[code], asked, of, versions(user, of)))
    return sorted(out, key=lambda x: (x.asked.year[:4], x.spec.code), reverse=True), wrong


def versions(user: Any, of: Return | None) -> tuple[Version, ...]:
    if of is None:
        return ()
    rows = Version.objects.visible_to(user, user.as_role.purpose).filter(of=of).select_related("of", "by")
    return tuple(rows.defer("content"))


def overdue(user: Any) -> list[Line]:
    return [x for x in lines(user)[0] if x.is_overdue]
