"""Dates and times as text or typed cells become UTC microseconds and days. The machine's zone plays no part.

A time without an offset is Europe/London. Of the hour that comes twice in autumn the first is meant (summer
time); a time in the hour that spring leaves out is read by the clock that was in force before it
(01:30 is 01:30 UTC, shown as 02:30). A day alone stands for its first moment in London.
Dates are ``YYYY-MM-DD``; a time of day behind a date is accepted only when it is midnight (typed cells).
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.records.rules import rules
from redshank.sources.dates import as_written
from redshank.tables.model import DATE, TIME

LONDON = ZoneInfo("Europe/London")
OK, NO_DATE, OUT_OF_RANGE = 0, 1, 2
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR
_EPOCH = dt.datetime(1970, 1, 1)
_BOTH = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
_WITH_OFFSET = _BOTH + r"(Z|[+-]\d\d:\d\d)$"
_WITHOUT = _BOTH + "$"


def as_utc(time: dt.datetime) -> dt.datetime:
    """One time in UTC; without an offset it is Europe/London."""
    return (time if time.tzinfo else time.replace(tzinfo=LONDON)).astimezone(dt.UTC)


def london_to_utc(local: np.ndarray) -> np.ndarray:
    """Local microseconds (as if UTC) to UTC microseconds. London's offset only changes on whole hours."""
    hours, place = np.unique(local // _HOUR, return_inverse=True)
    offsets = np.empty(len(hours), dtype=np.int64)
    for i, hour in enumerate(hours.tolist()):
        moment = (_EPOCH + dt.timedelta(hours=hour)).replace(tzinfo=LONDON)
        delta = moment.utcoffset() or dt.timedelta()
        offsets[i] = round(delta.total_seconds()) * 1_000_000
    return local - offsets[place]


def utc_to_london_days(times: pa.Array) -> np.ndarray:
    """The London day number of UTC times (null gives a meaningless number; mask it)."""
    micros = _numbers(times)
    hours, place = np.unique(micros // _HOUR, return_inverse=True)
    days = np.empty(len(hours), dtype=np.int64)
    for i, hour in enumerate(hours.tolist()):
        moment = (_EPOCH + dt.timedelta(hours=hour)).replace(tzinfo=dt.UTC).astimezone(LONDON)
        days[i] = moment.date().toordinal() - _EPOCH.toordinal()
    return days[place]


def parse_times(column: pa.Array, formats: tuple[str, ...]) -> tuple[pa.Array, np.ndarray]:
    """A column of cells (text or typed) as UTC times, and a code for every row: OK, NO_DATE, OUT_OF_RANGE."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        micros = _numbers(column.cast(pa.timestamp("us", kind.tz)))
        valid = column.is_valid().to_numpy(zero_copy_only=False)
        micros = np.where(valid, micros, 0)
        inside = _inside(micros)
        utc = micros if kind.tz else london_to_utc(np.where(inside, micros, 0))
        return _finish(utc, valid, np.where(valid & ~inside, OUT_OF_RANGE, OK))
    if pa.types.is_date(kind):
        return parse_times(column.cast(pa.timestamp("us")), formats)
    coded, text = _values(column)
    quick = _quick(text) if "ISO" in formats else None
    if quick is not None:
        micros, zoned = quick
        codes = np.where(_inside(micros), OK, OUT_OF_RANGE)
    else:
        found = [as_written(v, formats) for v in text.to_pylist()]
        micros = np.array([f[0] if f else 0 for f in found], dtype=np.int64)
        zoned = np.array([f[1] if f else True for f in found], dtype=bool)
        inside = _inside(micros)
        codes = np.array([OK if f else NO_DATE for f in found], dtype=np.int64)
        codes[(codes == OK) & ~inside] = OUT_OF_RANGE
    good = codes == OK
    local = good & ~zoned
    if local.any():
        micros = micros.copy()
        micros[local] = london_to_utc(micros[local])
    return _spread(coded, pa.array(micros, mask=~good).cast(TIME), codes)


def parse_dates(column: pa.Array, formats: tuple[str, ...]) -> tuple[pa.Array, np.ndarray]:
    """A column of cells as days, and a code for every row."""
    kind = column.type
    if pa.types.is_date(kind):
        days = column.cast(DATE).cast(pa.int32()).fill_null(0).to_numpy().astype(np.int64)
        valid = column.is_valid().to_numpy(zero_copy_only=False)
        inside = _inside(days * _DAY)
        codes = np.where(valid & ~inside, OUT_OF_RANGE, OK)
        return pa.array(days.astype(np.int32), mask=~(valid & inside)).cast(DATE), codes
    if pa.types.is_timestamp(kind):
        micros = _numbers(column.cast(pa.timestamp("us", kind.tz)))
        valid = column.is_valid().to_numpy(zero_copy_only=False)
        whole = micros % _DAY == 0
        codes = np.where(valid & ~whole, NO_DATE, np.where(valid & ~_inside(micros), OUT_OF_RANGE, OK))
        days = (micros // _DAY).astype(np.int32)
        return pa.array(days, mask=~valid | (codes != OK)).cast(DATE), codes
    coded, text = _values(column)
    found = [as_written(v, formats) for v in text.to_pylist()]
    micros = np.array([f[0] if f else 0 for f in found], dtype=np.int64)
    codes = np.array([OK if f and f[0] % _DAY == 0 and not f[1] else NO_DATE for f in found], dtype=np.int64)
    codes[(codes == OK) & ~_inside(micros)] = OUT_OF_RANGE
    days = pa.array((micros // _DAY).astype(np.int32), mask=codes != OK).cast(DATE)
    return _spread(coded, days, codes)


def _quick(text: pa.Array) -> tuple[np.ndarray, np.ndarray] | None:
    """All values at once, when all have the same usual shape."""
    for shape, kind in ((_WITH_OFFSET, TIME), (_WITHOUT, pa.timestamp("us"))):
        if pc.all(pc.match_substring_regex(text, shape)).as_py():
            try:
                return _numbers(text.cast(kind)), np.full(len(text), kind == TIME)
            except pa.ArrowInvalid:
                return None  # the shape of a time, but no such day or hour: find out which
    return None


def _inside(micros: np.ndarray) -> np.ndarray:
    low = (rules().earliest - _EPOCH.date()).days * _DAY
    high = (rules().latest - _EPOCH.date()).days * _DAY
    return (micros >= low) & (micros < high)


def _numbers(times: pa.Array) -> np.ndarray:
    return times.cast(pa.int64()).fill_null(0).to_numpy()


def _values(column: pa.Array) -> tuple[pa.DictionaryArray, pa.Array]:
    coded = pc.dictionary_encode(column)
    return coded, coded.dictionary


def _spread(coded: pa.DictionaryArray, values: pa.Array, codes: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    out = values.take(coded.indices)
    places = coded.indices.fill_null(len(codes)).to_numpy()
    return out, np.append(codes, OK)[places]


def _finish(micros: np.ndarray, valid: np.ndarray, codes: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    return pa.array(micros, mask=~valid | (codes != OK)).cast(TIME), codes
