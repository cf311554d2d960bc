"""A return as a document, and its rows as a file: from what is kept, as its reader may see it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from redshank.products.document import Document
from redshank.products.returns import build, spec, years
from redshank.products.returns.checks import validate
from redshank.products.returns.compare import Difference, differences
from redshank.products.returns.content import Return as Counted
from redshank.products.returns.population import population
from redshank.products.rows import Period
from redshank.products.specs import SpecError
from redshank.web.flags.models import STATES
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.paper import write
from redshank.web.products.gather import Gathering
from redshank.web.returns import acts, whole
from redshank.web.returns.lists import state_of
from redshank.web.returns.models import Return, Version
from redshank.web.returns.settings import CHAIN, specification

ROW_FORMS = ("csv", "xlsx")
codes = spec.codes
#: Which of several returns a year asks for, the first before the others; whatever names no requirement of that year before what is stood down.
ASKED = ("mandated", "voluntary", "", "stood_down")


def requirement_words(one: spec.ReturnSpec, year: str) -> str:
    asked = one.of(year)
    if asked is None:
        return f"The specification in force names no requirement for {year}."
    due = f", due on {words.day(asked.due)}" if asked.due else ""
    return f"Requirement for {year}: {asked.status_words}{due} ({spec.SURE[asked.sure]}). Source: {asked.source}."


def _in_force(version: Version) -> spec.ReturnSpec:
    """The specification in force, which says what the year asks for; the version's own where that cannot be read."""
    try:
        return specification(version.of.code)
    except SpecError:
        return acts.specification_of(version)


def difference_of(user: Any, version: Version) -> Difference | None:
    """From the version that was frozen before this one, where there is one; both as this reader sees them."""
    before = acts.last_frozen(version.of, version.number)
    if before is None:
        return None
    return differences(whole.as_seen(user, before.whole), whole.as_seen(user, version.whole), acts.specification_of(version))  # fmt: skip


def corrections_words(user: Any, version: Version) -> list[str]:
    """Of a frozen version: flags that it rests on and that are not confirmed any more."""
    if acts.frozen(version) is None:
        return []
    return [f"Flag {f.pk} ({f.label}): {STATES[f.state].lower()}. It was confirmed when this was frozen; consider a corrected version." for f in acts.corrections(user, version)]  # fmt: skip


def told_of(user: Any, version: Version, found: Counted) -> build.Told:
    one = acts.specification_of(version)
    titles = {s.key: s.title for s in CHAIN}
    statement = version.of.statements.order_by("number").last()
    signed = tuple(f"{titles.get(s.place, s.place)}: {s.by.name}, {words.moment(s.at)}" for s in acts.signed(version))  # fmt: skip
    return build.Told(
        state=state_of(version)[:1].upper() + state_of(version)[1:], number=version.number, kind=version.kind, why=version.why,
        statement=statement.text if statement else "", signed=signed, checksum=version.sha256 if acts.frozen(version) else "",
        requirement=requirement_words(_in_force(version), version.of.year), findings=tuple(validate(found, one, version.kind)),
        difference=difference_of(user, version), corrections=tuple(corrections_words(user, version)),
        words={x.ident: words.record_words(x.ident) for x in found.left_out if x.about == "crime"},
    )  # fmt: skip


def of_version(user: Any, version: Version, edition: str = "internal") -> Document:
    found = whole.as_seen(user, version.whole)
    return build.build(found, acts.specification_of(version), edition, told_of(user, version, found))


def rows_file(user: Any, version: Version, form: str) -> bytes:
    """The rows as they are sent, as CSV or as a workbook.

    Raises:
        PermissionError: the reader sees no persons.
        ValueError: no such form.
    """
    if not (user.as_role.allows("returns.export") and user.as_role.allows("see.persons")):
        raise PermissionError("the rows of a return are for who sees persons")
    if form not in ROW_FORMS:
        raise ValueError(f"rows are written as {' or '.join(ROW_FORMS)}; not as {form!r}")
    found, one = whole.as_seen(user, version.whole), acts.specification_of(version)
    if form == "csv":
        return build.rows_csv(found, one)
    return write(build.rows_document(found, one, told_of(user, version, found)), "xlsx")


def latest(user: Any, code: str, year: str) -> Version | None:
    """The version that was frozen last, else the last draft."""
    of = Return.objects.visible_to(user, user.as_role.purpose).filter(code=code, year=year).first()
    return (acts.last_frozen(of) or of.versions.order_by("number").last()) if of else None


def asked_for(year: str) -> str:
    """The code of the return that a financial year asks for."""
    found: list[tuple[int, str]] = []
    for code in codes():
        one = specification(code)
        if one.year == "financial":
            asked = one.of(year)
            found.append((ASKED.index(asked.status if asked else ""), code))
    return min(found)[1]


def year_of(start: date | None, end: date | None, code: str = "") -> str | None:
    """The year that these days are, in the manner of this return; nothing where no days are given.

    Raises:
        SpecError: no such return.
        ValueError: they are no such year.
    """
    kind = specification(code).year if code else "financial"
    if start is None or end is None:
        return None
    year = years.of_day(kind, start)
    if years.period(kind, year) != Period(start, end):
        said = "as 2025-26" if kind == "financial" else "as 2025-01-01..2025-12-31"
        raise ValueError(f"{years.KINDS[kind].split(',')[0]}: written {said}")
    return year


def document(user: Any, year: str | None = None, code: str | None = None, edition: str = "internal") -> Document:  # fmt: skip
    """The return of a year: as it was kept, or, where nobody drafted one, from what this user sees now, as a draft that nobody
    has kept. Without a year it is the last one that was over when the last published night was read; without a code the return
    that the year asks for.

    Raises:
        SpecError: no such return, or its specification cannot be used.
        ValueError: no such year.
    """
    shown = publication()
    kind = specification(code).year if code else "financial"
    if year is None:
        if shown.as_of is None:
            raise ValueError("no night is published yet: name the year, for example 2025-26")
        now = years.period(kind, years.of_day(kind, shown.as_of.astimezone(words.LONDON).date()))
        year = years.of_day(kind, now.start - timedelta(days=1))
    code = code or asked_for(year)
    one = specification(code)
    years.period(one.year, year)
    if version := latest(user, code, year):
        return of_version(user, version, edition)
    if shown.as_of is None:
        raise ValueError("no night is published yet, so that there is nothing to count")
    found = population(Gathering(user, shown.as_of).for_returns(shown.current_run), one, year, whole.secret(f"{code}:{year}"))  # fmt: skip
    told = build.Told(
        state="A draft that nobody has kept, from what its writer sees", requirement=requirement_words(one, year), findings=tuple(validate(found, one)),
        words={x.ident: words.record_words(x.ident) for x in found.left_out if x.about == "crime"},
    )  # fmt: skip
    return build.build(found, one, edition, told)
