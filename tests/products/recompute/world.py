"""What the extracts, the findings and the database hold, read without any of the product's own code."""

from __future__ import annotations

import csv
import json
import sqlite3
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
KEYED = {
    "crimes": ("crime_ref", "recorded_at", "occurred_from"),
    "incidents": ("incident_ref", "received_at", ""),
    "missing_episodes": ("episode_ref", "reported_at", "missing_from_at"),
    "vulnerability_entries": ("entry_ref", "entered_at", ""),
    "intelligence": ("report_ref", "submitted_at", ""),
    "custody": ("custody_ref", "arrested_at", ""),
    "partner_referrals": ("referral_ref", "received_at", ""),
    "county_lines": ("line_ref", "assessed_at", ""),
}
Row = dict[str, str]


def when(text: str | None) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found.astimezone(LONDON) if found.tzinfo else found.replace(tzinfo=LONDON)


def rows_of(path: Path) -> list[Row]:
    """As a CSV parser counts them; what cannot be decoded is in quarantine and never looked at."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(file)]


@dataclass(frozen=True)
class Record:
    key: str
    kind: str
    ref: str
    cells: Any  # the row of the extract
    own: datetime | None  # the table's own time: since when it is known
    event: datetime | None
    delivery: str

    @property
    def district(self) -> str:
        return str(self.cells.get("district", ""))


@dataclass(frozen=True)
class Named:
    """A row of ``people`` with the person to whom the findings resolve it."""

    key: str
    person: str
    role: str
    cells: Any


class Source:
    """The extracts in the order of loading, the findings' folder and the database."""

    def __init__(self, deliveries: dict[str, Path], findings: Path, database: Path) -> None:
        self.deliveries, self.findings, self.database = deliveries, findings, database

    @cached_property
    def found(self) -> dict[str, list[Row]]:
        return {p.stem: rows_of(p) for p in self.findings.glob("*.csv")}

    @cached_property
    def words(self) -> dict[str, dict[str, str]]:
        """Labels, which are words and no numbers."""
        import redshank.web.pages as pages

        return tomllib.loads((Path(pages.__file__).parent / "words.toml").read_text(encoding="utf-8"))

    @cached_property
    def markedly(self) -> float:
        """The step that the configuration calls significant."""
        return float(_configured("assessment")["change"]["significant"])

    @cached_property
    def strengths(self) -> tuple[float, float]:
        """From where a group's ties are called strong, and below which weak."""
        told = _configured("networks")["strength"]
        return told["strong_from"] / 1000, told["weak_below"] / 1000

    @cached_property
    def as_of(self) -> datetime:
        (at,) = self.sql("SELECT as_of FROM heads_publication")[0].values()
        return datetime.fromisoformat(f"{at}+00:00").astimezone(LONDON)

    def sql(self, query: str, *given: Any) -> list[dict[str, Any]]:
        with sqlite3.connect(self.database) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(r) for r in connection.execute(query, given)]

    @cached_property
    def refused(self) -> set[tuple[str, str, int]]:
        return {
            (q["delivery"], q["file"], int(q["row"]))
            for q in self.found["quarantine"]
            if q["kept"] == "false"
        }

    @cached_property
    def records(self) -> dict[str, Record]:
        """The current version of each record: the last that came."""
        out: dict[str, Record] = {}
        first: dict[str, str] = {}
        for name, folder in self.deliveries.items():
            for kind, (ref, own, event) in KEYED.items():
                for number, row in enumerate(rows_of(folder / f"{kind}.csv"), 1):
                    if (name, f"{kind}.csv", number) in self.refused or not row[ref]:
                        continue
                    key = f"{kind}:{row[ref].strip()}"
                    if key in out and out[key].delivery == name:
                        continue  # an identical repetition
                    known = when(row.get(own)) or when(row.get("opened_on"))
                    first.setdefault(key, name)
                    out[key] = Record(key, kind, row[ref], row, known, when(row.get(event)) or known, name)
        return out

    @cached_property
    def named(self) -> list[Named]:
        tables = {name: rows_of(folder / "people.csv") for name, folder in self.deliveries.items()}
        roles = {
            "suspect", "victim", "witness", "detained", "missing", "subject", "associate", "reporter", "line_member", "parent",
            "carer", "professional", "other",
        }  # fmt: skip
        out = []
        for p in self.found["people"]:
            cells = tables[p["delivery"]][int(p["row"]) - 1]
            role = cells["role"].strip().lower()
            out.append(
                Named(f"{p['record_type']}:{p['record_ref']}", p["person_id"], role if role in roles else "other", cells)
            )  # fmt: skip
        return out

    @cached_property
    def by_person(self) -> dict[str, list[Named]]:
        out: dict[str, list[Named]] = defaultdict(list)
        for one in self.named:
            out[one.person].append(one)
        return out

    @cached_property
    def by_record(self) -> dict[str, list[Named]]:
        out: dict[str, list[Named]] = defaultdict(list)
        for one in self.named:
            out[one.key].append(one)
        return out

    def _most(self, person: str, name: str) -> str:
        """What most of a person's rows say; of equals the one that is first in the alphabet."""
        counts = Counter(v for x in self.by_person[person] if (v := x.cells[name].strip()))
        return min(counts, key=lambda v: (-counts[v], v)) if counts else ""

    def born(self, person: str) -> date | None:
        """The date that most of the rows state. 1 January of a year says the year alone, and gives no age."""
        found = Counter(v for x in self.by_person[person] if (v := x.cells["date_of_birth"]) and not v.endswith("-01-01"))  # fmt: skip
        return date.fromisoformat(min(found, key=lambda v: (-found[v], v))) if found else None

    def sex(self, person: str) -> str:
        return {"F": "female", "M": "male", "X": "other"}.get(
            self._most(person, "sex").upper(), "not recorded"
        )

    def age(self, person: str, on: datetime | None) -> int | None:
        born = self.born(person)
        return None if born is None or on is None else years(born, on.date())

    @cached_property
    def signals(self) -> dict[str, set[str]]:
        """Indicators that a record states, quotes or supposes; what is denied or long past does not count."""
        out: dict[str, set[str]] = defaultdict(set)
        for s in self.found["signals"]:
            if s["status"] in ("affirmed", "reported_speech", "hypothetical"):
                out[f"{s['record_type']}:{s['record_ref']}"].add(s["indicator"])
        return out


def _configured(stage: str) -> dict[str, Any]:
    import redshank

    return tomllib.loads(
        (Path(redshank.__file__).parent / stage / "weights.toml").read_text(encoding="utf-8")
    )


def years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def moment(text: str) -> datetime:
    """A time as the database keeps it, on the clock of the wall."""
    return datetime.fromisoformat(text if "+" in text else f"{text}+00:00").astimezone(LONDON)


class World:
    """A source over a period, for the whole force or one district."""

    def __init__(self, source: Source, start: date, end: date, district: str = "") -> None:
        self.s, self.start, self.end, self.district = source, start, end, district

    def within(self, at: datetime | date | None) -> bool:
        if at is None:
            return False
        day = at.astimezone(LONDON).date() if isinstance(at, datetime) else at
        return self.start <= day <= self.end

    def here(self, district: str) -> bool:
        return not self.district or district == self.district

    @cached_property
    def months(self) -> list[str]:
        out, day = [], self.start
        while day <= self.end:
            out.append(f"{day:%Y-%m}")
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return out

    @cached_property
    def records(self) -> list[Record]:
        """Known in the period, in the district."""
        return [r for r in self.s.records.values() if self.within(r.own) and self.here(r.district)]

    @cached_property
    def signalled(self) -> list[Record]:
        return [r for r in self.records if self.s.signals.get(r.key)]

    # ---- decisions ----------------------------------------------------------------------------

    @cached_property
    def flags(self) -> list[dict[str, Any]]:
        """With the records on which the last proposal relies."""
        rows = self.s.sql("SELECT * FROM flags_flag ORDER BY id")
        for f in rows:
            acts = self.s.sql("SELECT * FROM flags_act WHERE flag_id = ? ORDER BY at, id", f["id"])
            f["evidence"] = next(
                (json.loads(a["evidence"]) for a in reversed(acts) if a["kind"] == "proposed"), []
            )
            f["axes"] = next((json.loads(a["axes"]) for a in reversed(acts) if a["kind"] == "confirmed"), {})
            f["proposed"] = moment(f["proposed_at"])
            f["decided"] = moment(f["decided_at"]) if f["decided_at"] else None
        return [f for f in rows if self._flag_here(f)]

    def _flag_here(self, flag: dict[str, Any]) -> bool:
        """Its district, or a record or group of the district that it is about."""
        if not self.district or flag["district"] == self.district:
            return True
        if any(k in self.s.records and self.s.records[k].district == self.district for k in flag["evidence"]):
            return True
        return flag["group_id"] in self.groups

    @cached_property
    def confirmed_on(self) -> set[str]:
        """Records on which a confirmed flag relies."""
        rows = self.s.sql("SELECT id FROM flags_flag WHERE state = 'confirmed'")
        out: set[str] = set()
        for f in rows:
            acts = self.s.sql(
                "SELECT evidence FROM flags_act WHERE flag_id = ? AND kind = 'proposed' ORDER BY at, id",
                f["id"],
            )
            out |= set(json.loads(acts[-1]["evidence"]))
        return out

    @cached_property
    def flagged(self) -> list[Record]:
        """Crimes of the period with either flag."""
        return [r for r in self.records if r.kind == "crimes" and (own_flag(r) or r.key in self.confirmed_on)]

    # ---- groups and children ------------------------------------------------------------------

    @cached_property
    def ties(self) -> dict[str, set[str]]:
        """Records that tie each group."""
        out: dict[str, set[str]] = defaultdict(set)
        for e in self.s.found["group_evidence"]:
            out[e["group_id"]].add(f"{e['record_type']}:{e['record_ref']}")
        return out

    def districts_of(self, keys: set[str]) -> set[str]:
        return {r.district for k in keys if (r := self.s.records.get(k)) is not None and r.district}

    @cached_property
    def groups(self) -> dict[str, list[Row]]:
        """Groups that stand, with their members; of a district those with a record in it."""
        out: dict[str, list[Row]] = defaultdict(list)
        for g in self.s.found["groups"]:
            if not self.district or self.district in self.districts_of(self.ties[g["group_id"]]):
                out[g["group_id"]].append(g)
        return dict(out)

    @cached_property
    def children(self) -> list[dict[str, Any]]:
        """The matrix in its order; of a district the children with a record in it, whole."""
        out = []
        for c in self.s.found["children"]:
            reasons = json.loads(c["reasons"])
            keys = {f"{r['record_type']}:{r['record_ref']}" for r in reasons if r["record_type"] != "groups"}
            if not self.district or self.district in self.districts_of(keys):
                out.append(dict(c) | {"why": reasons, "keys": keys})
        return out


def own_flag(record: Record) -> bool:
    return "CSE" in [f.strip().upper() for f in record.cells["flags"].split("|")]
