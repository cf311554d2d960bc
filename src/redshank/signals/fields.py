"""Indicators that one record's own fields show, without knowing who is who.

Each carries ``rule`` beginning with ``field:``, no offsets and no text. A child here is an appearance whose birth
date makes it under 18 on the day of the record; whoever has no birth date is left to the patterns, which know more.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from redshank.signals.scan_common import day_column
from redshank.signals.signal_ids import signal_id
from redshank.tables.between import BETWEEN

RETURN_INTERVIEW_HOURS = (
    72  # Department for Education, statutory guidance on children who run away or go missing (2014)
)
_SUPPLY = re.compile(
    r"\b(?:suppl|pwits|intent to supply|traffick\w* (?:in )?(?:controlled )?drugs|concerned in)", re.I
)
_DRUG = re.compile(r"\bdrug|class [abc]\b|cannabis|cocaine|heroin|crack|pwits|controlled", re.I)
_MAKESAFE = re.compile(r"make ?-?safe", re.I)
_SCHOOL = re.compile(
    r"school absence|absent from school|exclusion|truan|missing (?:from )?education|attendance", re.I
)
_BUSY = frozenset(("subject", "missing", "victim", "detained", "suspect"))
#: A record that names a child in one of these roles may speak of that child; one whom a child rings or saw something may not.
_NAMED = _BUSY | {"associate", "line_member"}


def child_on(born: date | None, day: date | None) -> bool:
    """Under 18 on that day; the birthday itself is the first day of being 18. Born on 29 February: on 1 March."""
    if born is None or day is None:
        return False
    return (day.year - born.year - ((day.month, day.day) < (born.month, born.day))) < 18


def children_of(records: pa.Table, appearances: pa.Table) -> list[str]:
    """Keys of records that name a child by birth date in a role of the matter itself, in order."""
    day = dict(zip(records["record_key"].to_pylist(), day_column(records), strict=True))
    columns = (appearances[c].to_pylist() for c in ("record_key", "role", "date_of_birth", "dob_placeholder"))
    return sorted(
        {
            k
            for k, role, born, filled in zip(*columns, strict=True)
            if role in _NAMED and not filled and child_on(born, day.get(k))
        }
    )


def adults_of(records: pa.Table, appearances: pa.Table) -> list[str]:
    """Keys of records about adults only, in order: each person they are about is 18 or older by birth date.

    Of a missing episode the missing person alone is asked; a person without a birth date leaves the record open.
    """
    keys, kinds = records["record_key"].to_pylist(), records["record_type"].to_pylist()
    day, kind = dict(zip(keys, day_column(records), strict=True)), dict(zip(keys, kinds, strict=True))
    columns = (appearances[c].to_pylist() for c in ("record_key", "role", "date_of_birth", "dob_placeholder"))
    adult: dict[str, bool] = {}
    for k, role, born, filled in zip(*columns, strict=True):
        if k in kind and role in (("missing",) if kind[k] == "missing_episodes" else _BUSY):
            grown = bool(born) and not filled and day[k] is not None and not child_on(born, day[k])
            adult[k] = adult.get(k, True) and grown
    return sorted(k for k, grown in adult.items() if grown)


def field_signals(records: pa.Table, appearances: pa.Table, phones: pa.Table, vehicles: pa.Table) -> pa.Table:
    """Signals that fields of single records show. ``vehicles`` is read by no rule yet and kept for the interface.

    Return interviews are compared with the latest time known in the given records' own fields only: an interview
    held later than 72 hours after the return. One not held at all depends on the night's time and is a pattern.
    """
    del vehicles
    children = set(children_of(records, appearances))
    detained = {
        k
        for k, role in zip(
            appearances["record_key"].to_pylist(), appearances["role"].to_pylist(), strict=True
        )
        if role in ("detained", "suspect") and k in children
    }
    numbers: dict[str, set[str]] = defaultdict(set)
    for k, n in zip(phones["record_key"].to_pylist(), phones["number"].to_pylist(), strict=True):
        if n:
            numbers[k].add(n)
    names = [
        "record_key",
        "record_type",
        "record_ref",
        "offence",
        "opening_code",
        "closing_code",
        "category",
        "returned_at",
        "return_interview_at",
    ]
    out: list[dict[str, Any]] = []
    for values in zip(*(records[n].to_pylist() for n in names), strict=True):
        row = dict(zip(names, values, strict=True))
        for indicator, rule in _row_signals(
            row, row["record_key"] in children, row["record_key"] in detained, len(numbers[row["record_key"]])
        ):
            out.append(
                {
                    "record_key": row["record_key"],
                    "record_type": row["record_type"],
                    "record_ref": row["record_ref"],
                    "indicator": indicator,
                    "status": "affirmed",
                    "text": "",
                    "rule": f"field:{rule}",
                    "signal_id": signal_id(row["record_key"], indicator, None, None, f"field:{rule}"),
                }
            )
    return BETWEEN["signals"].build(out)


def _row_signals(row: dict[str, Any], child: bool, detained: bool, numbers: int) -> list[tuple[str, str]]:
    kind = row["record_type"]
    out = []
    if kind == "missing_episodes" and child:
        out.append(("missing_episode", "missing_episode"))
        if _late(row["returned_at"], row["return_interview_at"]):
            out.append(("return_interview_overdue", "return_interview_late"))
    if kind == "custody" and child:
        if numbers >= 2:
            out.append(("multiple_phones", "custody_phones"))
        offence = row["offence"] or ""
        if detained and _SUPPLY.search(offence) and _DRUG.search(offence):
            out.append(("county_lines", "custody_supply"))
    if kind == "incidents" and any(_MAKESAFE.search(row[c] or "") for c in ("opening_code", "closing_code")):
        out.append(("concern_by_business", "incident_code"))
    if kind == "partner_referrals" and _SCHOOL.search(row["category"] or ""):
        out.append(("school_absence", "referral_category"))
    if (
        kind == "crimes"
        and re.search(r"abduction of (?:a )?child|traffick\w+", row["offence"] or "", re.I)
        and child
    ):
        out.append(("transported", "offence"))
    return out


def _late(returned: datetime | None, held: datetime | None) -> bool:
    return (
        returned is not None
        and held is not None
        and held - returned > timedelta(hours=RETURN_INTERVIEW_HOURS)
    )
