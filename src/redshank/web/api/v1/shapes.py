"""The shapes of what comes in and goes out. Codes go out beside the words that the pages use; no score, and no place in an order
beside a child's name (practice rule 2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query, Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from redshank.web.heads.models import Record
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.paging import Shown

#: Which page of a list.
Page = Annotated[int, Query(ge=1, le=1_000_000)]


def _without_nul(text: str) -> str:
    return text.replace("\0", "")


def typed(longest: int, shortest: int = 0) -> Any:
    """A text that somebody typed, without the sign that no keyboard makes."""
    return Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest),
        AfterValidator(_without_nul),
    ]


#: The same word again is the same act, not a second one.
Once = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_.-]{1,20}$", description="Sent again, the same word acts once.")
]


class In(Schema):
    """What comes in: nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class Of(Schema):
    """A record, by its number and what a list says of it; its text is read on the pages alone."""

    key: str
    words: str
    headline: str
    at: datetime | None
    grade: str
    grade_words: str
    handling: str


def record(r: Record) -> dict[str, Any]:
    """Grade and handling travel with every record (practice rule 11)."""
    return {
        "key": r.key, "words": words.record_words(r.key), "headline": r.headline, "at": r.at, "grade": r.grade,
        "grade_words": words.grade_words(r.grade), "handling": r.handling,
    }  # fmt: skip


def in_order(held: dict[str, Record], newest: bool = False) -> list[dict[str, Any]]:
    rows = sorted(
        held.values(), key=lambda r: (r.at is not None, r.at, r.key) if r.at else (False, datetime.min, r.key)
    )
    return [record(r) for r in (reversed(rows) if newest else rows)]


class Listed(Schema):
    """One page of a list."""

    as_at: datetime | None = Field(description="The time of the extracts that the findings rest on.")
    page: int
    pages: int
    total: int


def listed(shown: Shown, items: list[dict[str, Any]]) -> dict[str, Any]:
    return as_at() | {
        "page": shown.page.number, "pages": shown.page.paginator.num_pages, "total": shown.total, "items": items,
    }  # fmt: skip


def as_at() -> dict[str, Any]:
    return {"as_at": publication().as_of}


def age(born: date | None) -> int | None:
    at = publication().as_of
    said = words.age_at(born, at)
    return int(said) if said.isdecimal() else None
