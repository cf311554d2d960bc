"""What a column's values are: dates and how they are written, postcodes, phones, marks, coordinates, codes, ids, text.

A profile is made from all cells for what needs all (how many are filled, how many differ) and from a sample of the different
values for what a value looks like. Shares are of the sample, 0 to 1.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from redshank.sources.dates import as_written
from redshank.sources.mapping import compile_format

SAMPLE = 400
"""Different values that are looked at (local default)."""
CODES = 60
"""A column of more different values is no list of codes (local default)."""

_DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d/%b/%Y", "%d%m%Y", "%Y/%m/%d", "%Y%m%d",
         "%Y.%m.%d", "%b %d %Y", "%d%b%Y")  # fmt: skip
_AMERICAN = ("%m/%d/%Y", "%m-%d-%Y")
_HOURS = (
    " %H:%M",
    " %H:%M:%S",
    " %H%M",
    "T%H:%M",
    " %H.%M",
    ", %H:%M",
    "%H%M",
    "%H%M%S",
    " at %H:%M",
    " %Hh%M",
    "-%H:%M",
    ":%H:%M",
)
#: Before others: where a value can be read in two ways the British one is meant, and asked about.
STYLES = (
    "ISO",
    *_DAYS,
    *(d + h for d in _DAYS for h in _HOURS),
    *_AMERICAN,
    *(d + h for d in _AMERICAN for h in _HOURS),
)

_SHAPES = {
    "postcode": re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}"),
    "vrm": re.compile(r"[A-Z]{2}\d\d[ -]?[A-Z]{3}|[A-Z]\d{1,3}[ -]?[A-Z]{3}|[A-Z]{3}[ -]?\d{1,3}[A-Z]|[A-Z]{1,3}[ -]?\d{3,4}", re.I),
    "name": re.compile(r"[^\W\d_][^\W\d_'’ .,\-]*([ '’.,\-]+[^\W\d_]*){0,5}"),
    "whole": re.compile(r"[+-]?\d+"),
    "number": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)"),
    "id": re.compile(r"(?=.*\d)[\w/.:\-]{1,40}"),
    "handle": re.compile(r"@[\w.]+|(?=.*[._\d])[a-z][\w.\-]{2,40}"),
    "ethnicity": re.compile(r"[WMABOwmabo][1-9]|NS|IC ?\d|[0-9]"),
}  # fmt: skip
_PHONE = re.compile(r"(\+44|0044|0)\d{9,10}|\+\d{8,15}|7\d{9}")
_SEPARATORS = re.compile(r"[\s().\-]+")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.\- ](\d{1,2}|[A-Za-z]{3})[/.\- ]\d{2}(\D.*)?")
_HALF_DAY = re.compile(r".*\d ?[AaPp]\.?[Mm]\.?")


@dataclass(frozen=True)
class Profile:
    """One column of an export. ``top`` are its values with how many rows hold each, where they are few enough to be codes;
    ``values`` all different ones, where they are short."""

    name: str
    place: int
    rows: int
    filled: int
    distinct: int
    sample: list[str] = field(repr=False)
    top: dict[str, int] = field(repr=False)
    typed: bool = False
    values: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def unique(self) -> bool:
        """A key of a table: filled everywhere and, but for a few repetitions, never twice."""
        return self.filled >= 0.97 * self.rows and self.distinct >= 0.97 * self.filled and self.filled > 0

    @cached_property
    def shares(self) -> dict[str, float]:
        if not self.sample:
            return {}
        count = len(self.sample)
        out = {k: sum(bool(s.fullmatch(v)) for v in self.sample) / count for k, s in _SHAPES.items()}
        out["phone"] = sum(bool(_PHONE.fullmatch(_SEPARATORS.sub("", v))) for v in self.sample) / count
        out["latitude"] = sum(_between(v, 49.0, 61.7) for v in self.sample) / count
        out["longitude"] = sum(_between(v, -9.0, 2.7) for v in self.sample) / count
        out["degrees"] = sum(_between(v, -180.0, 180.0) for v in self.sample) / count
        return out

    def share(self, kind: str) -> float:
        return self.shares.get(kind, 0.0)

    @cached_property
    def words(self) -> float:
        """Words a value, on average."""
        return sum(len(v.split()) for v in self.sample) / len(self.sample) if self.sample else 0.0

    @cached_property
    def dates(self) -> Dates:
        return dates_of(self.sample, self.typed)

    @property
    def codes(self) -> bool:
        """Few different values, many times, none of them long."""
        return (
            bool(self.top) and (self.distinct <= 12 or self.distinct * 4 <= self.filled) and self.words <= 5
        )


@dataclass(frozen=True)
class Dates:
    """How dates are written: the formats of a mapping that read them, what share they read, whether they have hours, whether
    day and month could be the other way round, and what is in the way of reading them.
    """

    formats: tuple[str, ...] = ()
    share: float = 0.0
    hours: bool = False
    either: bool = False
    hindrance: str = ""


def profiles(table: pa.Table) -> list[Profile]:
    """A profile of each column; ``row`` is ours and is left."""
    names = [n for n in table.column_names if n != "row"]
    return [_profile(n, i, table.column(n)) for i, n in enumerate(names)]


def _profile(name: str, place: int, column: pa.ChunkedArray) -> Profile:
    typed = pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)
    if not pa.types.is_string(column.type):
        column = pc.cast(column, pa.string())
    cells = pc.utf8_trim_whitespace(column)
    cells = cells.filter(pc.fill_null(pc.not_equal(cells, ""), False))
    counts = pc.value_counts(cells.combine_chunks())
    values, times = counts.field("values"), counts.field("counts")
    step = max(1, len(values) // SAMPLE)
    sample = values.take(pa.array(range(0, len(values), step), pa.int64())).to_pylist()[:SAMPLE]
    few = len(values) <= CODES
    top = (
        dict(Counter(dict(zip(values.to_pylist(), times.to_pylist(), strict=True))).most_common())
        if few
        else {}
    )
    short = sum(len(v) for v in sample) <= 40 * len(sample)  # texts are no keys and need not be held
    every = frozenset(values.to_pylist()) if short else frozenset()
    return Profile(name, place, len(column), len(cells), len(values), sample, top, typed, every)


def _between(text: str, low: float, high: float) -> bool:
    try:
        return "." in text and low <= float(text) <= high
    except ValueError:
        return False


def dates_of(sample: list[str], typed: bool = False) -> Dates:
    """How these values are written as dates; typed cells are ISO by nature."""
    if not sample:
        return Dates()
    if typed:
        return Dates(("ISO",), 1.0, any(not v.endswith("00:00:00") and ":" in v for v in sample))
    styles = _possible(sample)
    left: list[str] = list(sample) if styles else []
    formats: list[str] = []
    hours = False
    while left and len(formats) < 4:
        # The first of equals: British before American, days before days with hours.
        best = max(styles, key=lambda s: (sum(_reads(v, s) for v in left), -STYLES.index(s)))
        reads = [v for v in left if _reads(v, best)]
        if len(reads) * 50 < len(sample) or not reads:
            break
        formats.append(best)
        hours |= "%H" in best or (best == "ISO" and any(len(v) > 10 and "00:00:00" not in v for v in reads))
        left = [v for v in left if not _reads(v, best)]
    share = sum(as_written(v, tuple(formats)) is not None for v in sample) / len(sample)
    if share < 0.5:
        return Dates(hindrance=_hindrance(sample))
    main = formats[0]
    turned = (
        main.replace("%d", "%#").replace("%m", "%d").replace("%#", "%m")
        if "%d" in main and "%m" in main
        else ""
    )
    either = (
        bool(turned) and main.index("%d") < 5 and all(_reads(v, turned) for v in sample if _reads(v, main))
    )
    return Dates(tuple(formats), share, hours, either and main[:2] != "%Y")


def are_data(names: list[str]) -> bool:
    """Whether names of columns are none: a date, a postcode or a telephone number is somebody's, and names no column."""
    shapes = (_SHAPES["postcode"], _PHONE)
    return any(dates_of([n]).formats or any(s.fullmatch(n.strip()) for s in shapes) for n in names)


def _possible(sample: list[str]) -> list[str]:
    """Styles of which at least one value has the shape: texts have none, a date has a handful."""
    shapes: dict[str, str] = {}
    for value in sample:
        if len(value) <= 40 and any(c.isdigit() for c in value):
            shapes.setdefault(re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", value)), value)
    kinds = list(shapes.values())[:12]
    return [
        s
        for s in STYLES
        if any(_reads(v, s) for v in kinds)
        or (s != "ISO" and any(compile_format(s).fullmatch(v) for v in kinds))
    ]


def _reads(text: str, style: str) -> bool:
    return as_written(text, (style,)) is not None


def _hindrance(sample: list[str]) -> str:
    if sum(bool(_SHORT_YEAR.fullmatch(v)) for v in sample) * 2 > len(sample):
        return "years have two digits: export them with four"
    if sum(bool(_HALF_DAY.fullmatch(v)) for v in sample) * 2 > len(sample):
        return "hours run to twelve (AM, PM): export them to twenty-four"
    return ""
