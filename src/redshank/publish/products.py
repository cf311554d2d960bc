"""Products for the command line: the pages' database is made ready, the last completed run published, one document written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from redshank.errors import UsageError
from redshank.publish.setup import prepare


def listed(home: Path) -> list[dict[str, Any]]:
    """Name, title, editions and forms of every product."""
    from redshank.publish.setup import prepare_django

    prepare_django(home)
    from redshank.web.products.catalogue import offers

    return [{"name": n, "title": o.title, "editions": list(o.editions), "formats": list(o.forms)} for n, o in offers().items()]  # fmt: skip


def written(
    home: Path,
    name: str,
    form: str,
    period: tuple[date | None, date | None],
    edition: str,
    district: str,
    requirement: str = "",
) -> bytes:
    """The file.

    Raises:
        UsageError: no such product, edition, form or period, with what there is.
    """
    told = {p["name"]: p for p in listed(home)}
    if name not in told:
        raise UsageError(f"there is no product called {name}", f"choose one of: {', '.join(told)}")
    if form not in told[name]["formats"]:
        raise UsageError(
            f"{name} is not written as {form}", f"choose one of: {', '.join(told[name]['formats'])}"
        )
    prepare(home)
    from redshank.web.pages.paper import write
    from redshank.web.products.catalogue import Options, Refused, document

    try:
        return write(document(name, Options(*period, edition, district, requirement)), form)
    except Refused as reason:
        raise UsageError(str(reason), reason.advice) from None


def every(
    home: Path, form: str, period: tuple[date | None, date | None], edition: str, district: str
) -> Iterator[tuple[str, str, bytes, str]]:
    """Name, name of the file, the file and, where it is not written, why: of each product, from what stood when the first was begun.

    A product that is not written in the form comes in the first of its own; one about a district for each of them, unless one is named.
    """
    prepare(home)
    from redshank.web.pages.paper import write
    from redshank.web.products.catalogue import Options, Refused, districts, document, offers
    from redshank.web.products.gather import together

    with together():
        for name, offer in offers().items():
            chosen = form if form in offer.forms else offer.forms[0]
            places = [district] if district or not offer.by_district else districts(offer.role)
            for place in places:
                file = f"{name}-{re.sub(r'[^A-Za-z0-9]+', '-', place)}" if offer.by_district else name
                try:
                    data = write(document(name, Options(*period, edition, place)), chosen)
                    yield name, f"{file}.{chosen}", data, ""
                except Refused as reason:
                    yield name, "", b"", f"{reason}; {reason.advice}"
