"""Every product that there is, by the name that the command line calls it: what it is, in which forms, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from redshank.products import specs
from redshank.products.build import EDITIONS, Wanted, build, compute
from redshank.products.document import Document
from redshank.products.papers import FORMS
from redshank.products.rows import Period, of_district
from redshank.web.accounts.models import User
from redshank.web.pages.around import publication
from redshank.web.products.gather import gather


class Refused(Exception):
    """What was asked for cannot be made; ``advice`` says what can."""

    def __init__(self, text: str, advice: str) -> None:
        self.advice = advice
        super().__init__(text)


@dataclass(frozen=True)
class Options:
    """What the command line was given."""

    start: date | None = None
    end: date | None = None
    edition: str = "internal"
    district: str = ""


@dataclass(frozen=True)
class Offer:
    title: str
    make: Callable[[User, Options], Document]
    editions: tuple[str, ...] = ("internal",)
    forms: tuple[str, ...] = FORMS


def command_line() -> User:
    """Who reads at the command line: the person at the machine, with an analyst's sight and without handling C. No such account
    stands in the database, so nothing that needs a grant is shown to it."""
    reader = User(pk=0, username="command-line", name="The command line", role="analyst", is_active=True)
    return reader.without_c()


def _by_spec(code: str) -> Callable[[User, Options], Document]:
    def make(user: User, given: Options) -> Document:
        try:
            spec = specs.read(code, settings.HOME)
        except specs.SpecError as error:
            raise Refused(str(error), "mend the file, or take it away") from None
        shown = publication()
        if shown.as_of is None:
            raise Refused(
                "no night has run yet, so there is nothing to write",
                "run `redshank load` and `redshank night` first",
            )
        end = given.end or shown.as_of.date()
        start = given.start or end - timedelta(days=max(spec.usual_days, spec.least_days) - 1)
        if end < start:
            raise Refused("the period ends before it begins", "give --period FIRST..LAST")
        period = Period(start, end)
        if period.days < spec.least_days:
            raise Refused(
                f"the {spec.title.lower()} covers at least {spec.least_days} days; this is {period.days}",
                "give a longer --period",
            )
        rows = gather(user)
        scope = "the whole force area"
        if spec.scope == "district":
            known = sorted({h.district for h in rows.held if h.district})
            if given.district not in known:
                raise Refused(
                    "it is about one district",
                    f"give --district, one of: {', '.join(known)}" if known else "no record names a district",
                )
            rows, scope = of_district(rows, given.district), given.district
        wanted = Wanted(
            spec,
            period,
            given.edition,
            1,
            "Written by the command line: not reviewed and not signed",
            scope=scope,
        )
        return build(wanted, rows, compute(spec, rows, period))

    return make


def offers() -> dict[str, Offer]:
    """By name, in the order in which they are listed."""
    every = tuple(EDITIONS)
    return {
        "problem-profile": Offer("Child sexual exploitation problem profile", _by_spec("problem-profile"), every),
        "tactical-assessment": Offer("Tactical assessment of a district", _by_spec("tactical-assessment")),
        "vulnerability-matrix": Offer("Child vulnerability matrix", _by_spec("vulnerability-matrix")),
        "vulnerability-profile": Offer("Child vulnerability profile", _by_spec("vulnerability-profile"), every),
        "exploitation-bulletin": Offer("Exploitation bulletin", _by_spec("exploitation-bulletin"), every),
        "lines-matrix": Offer("County lines matrix", _by_spec("lines-matrix")),
    }  # fmt: skip


def document(name: str, given: Options) -> Document:
    """The product by its name.

    Raises:
        Refused: there is no such product, edition or period.
    """
    found = offers().get(name)
    if found is None:
        raise Refused(f"there is no product called {name}", f"choose one of: {', '.join(offers())}")
    if given.edition not in found.editions:
        raise Refused(f"{name} has no {given.edition} edition", f"choose one of: {', '.join(found.editions)}")
    return found.make(command_line(), given)
