"""Every product that there is, by the name that the command line calls it: what it is, in which forms, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from redshank.products import specs
from redshank.products.build import EDITIONS, Wanted, build, compute
from redshank.products.document import Document
from redshank.products.papers import FORMS
from redshank.products.rows import Period, of_district
from redshank.web.accounts.models import User
from redshank.web.meetings import raising
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
    requirement: str = ""  # of the annual return: its specification's code


@dataclass(frozen=True)
class Offer:
    title: str
    make: Callable[[User, Options], Document]
    editions: tuple[str, ...] = ("internal",)
    forms: tuple[str, ...] = FORMS
    role: str = "analyst"
    by_district: bool = False


def command_line(role: str) -> User:
    """Who reads at the command line: the person at the machine, with the sight of the role whose product it is and without
    handling C. No such account stands in the database, so nothing that needs a grant is shown to it."""
    reader = User(pk=0, username="command-line", name="The command line", role=role, is_active=True)
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


def _annual_return(user: User, given: Options) -> Document:
    from redshank.products.returns.spec import SpecError
    from redshank.web.returns import documents

    try:
        year = documents.year_of(given.start, given.end, given.requirement)
        return documents.document(user, year, given.requirement or None, given.edition)
    except SpecError as error:
        raise Refused(str(error), f"--requirement is one of: {', '.join(documents.codes())}") from None
    except ValueError as error:
        raise Refused(str(error), "give --period as a financial year, such as 2025-26") from None


def _analyst_product(user: User, given: Options) -> Document:
    raise Refused(
        "an analyst's product is about one group, child, person, place, line or problem, and answers a question",
        "draft it in the application, from the page of what it is about or from what a meeting commissioned",
    )


def _language_audit(user: User, given: Options) -> Document:
    from redshank.web.audits import reports

    return reports.document(user, "language")


def _flag_audit(user: User, given: Options) -> Document:
    from redshank.web.audits import reports

    return reports.flag_audit_document(user)


def _cpd_report(user: User, given: Options) -> Document:
    from redshank.products import cpd_report
    from redshank.web.learning import papers

    return cpd_report.build(**papers.rows(user), as_at=timezone.now())


def _policy_review(user: User, given: Options) -> Document:
    from redshank.products import policy_review
    from redshank.web.policies import papers

    return policy_review.build(papers.rows(user), timezone.now())


def _inspection_response(user: User, given: Options) -> Document:
    from redshank.web.tracker import response

    return response.document(user, given.end or timezone.localdate())


def _statement(code: str) -> Callable[[User, Options], Document]:
    def make(user: User, given: Options) -> Document:
        from redshank.web.rights import documents

        return documents.document(code, user)

    return make


def districts(role: str) -> list[str]:
    """The districts of which a product about one can be written."""
    return raising.districts(command_line(role))


def offers() -> dict[str, Offer]:
    """By name, in the order in which they are listed."""
    every = tuple(EDITIONS)
    return {
        "problem-profile": Offer("Child sexual exploitation problem profile", _by_spec("problem-profile"), every),
        "annual-return": Offer("Annual return on group-based exploitation", _annual_return),
        "analyst-product": Offer("Analyst's product on a group, child, place or line", _analyst_product),
        "tactical-assessment": Offer("Tactical assessment of a district", _by_spec("tactical-assessment"), by_district=True),
        "vulnerability-matrix": Offer("Child vulnerability matrix", _by_spec("vulnerability-matrix")),
        "vulnerability-profile": Offer("Child vulnerability profile", _by_spec("vulnerability-profile"), every),
        "exploitation-bulletin": Offer("Exploitation bulletin", _by_spec("exploitation-bulletin"), every),
        "lines-matrix": Offer("County lines matrix", _by_spec("lines-matrix")),
        "language-audit": Offer("Audit of language", _language_audit, role="safeguarding_lead"),
        "flag-audit": Offer("Audit of the register of flags", _flag_audit, role="safeguarding_lead"),
        "cpd-report": Offer("Learning on child exploitation", _cpd_report, role="learning"),
        "policy-review": Offer("Reviews of policies", _policy_review, role="safeguarding_lead"),
        "inspection-response": Offer("Response to the inspectors", _inspection_response, role="safeguarding_lead"),
        "transparency-record": Offer("Algorithmic transparency record", _statement("transparency-record"), role="safeguarding_lead"),
        "impact-assessment": Offer("Data protection impact assessment", _statement("impact-assessment"), role="safeguarding_lead"),
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
    return found.make(command_line(found.role), given)
