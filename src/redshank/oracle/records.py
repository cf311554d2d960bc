"""Which versions and rows are current, said slowly. Standard library only; read it to learn the rules.

A delivery is a dictionary::

    {"name": "night-1", "received": datetime or None,
     "tables": {"crimes": [{"crime_ref": "C1", "recorded_at": datetime, ...}, ...], "people": [...], ...}}

with rows in their order in the file and cells already of their types. Everything is a list or a dictionary;
nothing is fast. tests/records/test_versions.py holds :mod:`redshank.records` to it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEYS = {
    "crimes": "crime_ref",
    "incidents": "incident_ref",
    "missing_episodes": "episode_ref",
    "vulnerability_entries": "entry_ref",
    "intelligence": "report_ref",
    "custody": "custody_ref",
    "partner_referrals": "referral_ref",
    "county_lines": "line_ref",
    "premises": "premises_ref",
}
OWN_TIMES = {
    "crimes": ["recorded_at"],
    "incidents": ["received_at"],
    "missing_episodes": ["reported_at"],
    "vulnerability_entries": ["entered_at"],
    "intelligence": ["submitted_at"],
    "custody": ["arrested_at"],
    "partner_referrals": ["received_at"],
    "county_lines": ["assessed_at", "opened_on"],
    "premises": [],
}
TIME_FIELDS = [
    "occurred_from",
    "occurred_to",
    "missing_from_at",
    "returned_at",
    "return_interview_offered_at",
    "return_interview_at",
    "released_at",
]
FOUND_FIELDS = ["found_at_location", "found_postcode", "found_latitude", "found_longitude"]
ROW_TABLES = ["people", "vehicles", "phones"]


def own_time(table: str, row: dict[str, Any]) -> datetime | None:
    """The table's own time of a row; a day is its first moment in London."""
    for column in OWN_TIMES[table]:
        value = row.get(column)
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            midnight = datetime(value.year, value.month, value.day, tzinfo=ZoneInfo("Europe/London"))
            return midnight.astimezone(EPOCH.tzinfo)
    return None


class Archive:
    """Takes deliveries one after the other; :meth:`view` says what is current."""

    def __init__(self) -> None:
        self.times: list[datetime] = []
        # key → arrivals, each {"delivery", "known_at", "own_at", "row", "changed", "brought": set of tables}
        self.arrivals: dict[tuple[str, str], list[dict[str, Any]]] = {}
        # table → rows, each {"key", "delivery", "row", "known_at", "content", "place"}
        self.rows: dict[str, list[dict[str, Any]]] = {table: [] for table in ROW_TABLES}
        self.quarantine: list[tuple[int, str, int, str]] = []  # delivery, table, row, column

    def load(self, delivery: dict[str, Any]) -> None:
        """One delivery, after those before it."""
        number = len(self.times) + 1
        tables = delivery["tables"]
        taken: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
        for table, key_column in KEYS.items():
            for place, row in enumerate(tables.get(table, []), start=1):
                key = (table, row[key_column])
                if key not in taken:
                    taken[key] = (place, row)
                elif taken[key][1] != row:
                    self.quarantine.append((number, table, place, key_column))
        times = [own_time(key[0], row) for key, (_, row) in taken.items()]
        known_times = [t for t in times if t is not None]
        if delivery.get("received") is not None:
            time = delivery["received"]
        elif known_times:
            time = max(known_times)
        else:
            time = max(self.times, default=EPOCH)
        brought = {table for table in ROW_TABLES if table in tables}
        standing = {table: self._standing(table, None) for table in ROW_TABLES}
        for key, (place, row) in taken.items():
            earlier = self.arrivals.setdefault(key, [])
            own = own_time(key[0], row)
            if key[0] == "premises":
                known = EPOCH
            elif not earlier and own is not None:
                known = own
            else:
                known = time
            changed = not earlier or earlier[-1]["content"] != row
            self.arrivals[key].append(
                {
                    "delivery": number,
                    "known_at": known,
                    "own_at": own,
                    "row": place,
                    "content": row,
                    "changed": changed,
                    "brought": brought,
                }
            )
        for table in ROW_TABLES:
            self._load_rows(table, tables.get(table, []), number, time, taken, standing[table])
        self.times.append(time)

    def _load_rows(
        self,
        table: str,
        rows: list[dict[str, Any]],
        number: int,
        time: datetime,
        taken: dict[tuple[str, str], Any],
        standing: list[dict[str, Any]],
    ) -> None:
        counted: dict[str, int] = {}
        for place, row in enumerate(rows, start=1):
            key = (row["record_type"], row["record_ref"])
            if key not in self.arrivals:
                self.quarantine.append((number, table, place, "record_ref"))
                continue
            own = self.arrivals[key][-1]["own_at"]
            born = row.get("date_of_birth")
            if (
                born is not None
                and own is not None
                and born > own.astimezone(ZoneInfo("Europe/London")).date()
            ):
                self.quarantine.append((number, table, place, "date_of_birth"))
                continue
            content = {k: v for k, v in row.items() if k not in ("record_type", "record_ref")}
            text = repr((key, sorted(content.items(), key=lambda item: item[0])))
            nth = counted[text] = counted.get(text, 0) + 1
            if key in taken:
                known = self.arrivals[key][-1]["known_at"]
            else:
                known = time
                if any(r["same"] == (text, nth) for r in standing):
                    continue  # stands there already
            self.rows[table].append(
                {
                    "key": key,
                    "delivery": number,
                    "row": place,
                    "known_at": known,
                    "content": content,
                    "same": (text, nth),
                }
            )

    def _seen(self, key: tuple[str, str], as_of: datetime | None) -> list[dict[str, Any]]:
        return [a for a in self.arrivals.get(key, []) if as_of is None or a["known_at"] <= as_of]

    def _version(self, key: tuple[str, str], as_of: datetime | None) -> dict[str, Any] | None:
        versions = [a for a in self._seen(key, as_of) if a["changed"]]
        return versions[-1] if versions else None

    def _standing(self, table: str, as_of: datetime | None) -> list[dict[str, Any]]:
        out: list[dict[str, Any]] = []
        found = set()
        for row in self.rows[table]:
            if as_of is not None and row["known_at"] > as_of:
                continue
            if self._version(row["key"], as_of) is None:
                continue
            replacing = [a["delivery"] for a in self._seen(row["key"], as_of) if table in a["brought"]]
            if replacing and row["delivery"] < max(replacing):
                continue
            if row["same"] in found:
                continue
            found.add(row["same"])
            out.append(row)
        return out

    def view(self, as_of: datetime | None = None) -> dict[str, Any]:
        """``records``: key → version, with time fields later than ``as_of`` emptied; and the rows of each table."""
        records = {}
        for key in self.arrivals:
            version = self._version(key, as_of)
            if version is not None:
                records[key] = {**version, "content": _blanked(version["content"], as_of)}
        return {"records": records, **{table: self._standing(table, as_of) for table in ROW_TABLES}}


def _blanked(row: dict[str, Any], as_of: datetime | None) -> dict[str, Any]:
    out = dict(row)
    if as_of is None:
        return out
    later = [f for f in TIME_FIELDS if row.get(f) is not None and row[f] > as_of]
    for field in later:
        out[field] = None
    if later:
        out["outcome"] = None
    if "returned_at" in later:
        for field in FOUND_FIELDS:
            out[field] = None
    return out
