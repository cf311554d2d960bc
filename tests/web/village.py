"""A force small enough to be read by hand, as one delivery of extracts; every name and place is invented.

What stands in it, and under which names the tests speak of it:

``open``     a group of two adults and three children, tied by a number and a vehicle: nothing about it is closed
``other``    a second group of other people in another district: what is foreign, or restricted, to somebody
``closed``   a group that only reports of handling C know: whoever is not cleared must not meet a word of it
``line``     a county line, registered, with a number that a child's record shares
``places``   premises with three children, and others with one (practice rule 10)

Each text holds a word of its own that stands nowhere else (``plover…``), so that a search can tell what leaked.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)

COLUMNS = {
    "crimes": "crime_ref recorded_at occurred_from offence district location postcode flags narrative",
    "incidents": "incident_ref received_at opening_code district location postcode latitude longitude log",
    "missing_episodes": "episode_ref reported_at missing_from_at returned_at risk district found_at_location return_interview_at narrative",
    "intelligence": "report_ref submitted_at source_evaluation intelligence_assessment handling district narrative",
    "vulnerability_entries": "entry_ref entered_at list district reason narrative",
    "partner_referrals": "referral_ref received_at agency category district location narrative",
    "county_lines": "line_ref name status opened_on phone narrative known_sexual_exploitation force_score force_band",
    "premises": "premises_ref name kind address postcode latitude longitude",
    "people": "record_type record_ref role local_person_id forenames surname sex date_of_birth address postcode phone",
    "vehicles": "record_type record_ref role vrm make model colour",
    "phones": "record_type record_ref role number",
}
TIME_OF = {
    "crimes": "recorded_at", "incidents": "received_at", "missing_episodes": "reported_at", "intelligence": "submitted_at",
    "vulnerability_entries": "entered_at", "partner_referrals": "received_at",
}  # fmt: skip
TEXT_OF = {"incidents": "log"}


@dataclass(frozen=True)
class Somebody:
    forenames: str
    surname: str
    born: str
    address: str = ""
    postcode: str = ""

    @property
    def name(self) -> str:
        """As the pages say it."""
        return f"{self.forenames} {self.surname.upper()}"


@dataclass
class Extract:
    """Rows by table, written as CSV."""

    rows: dict[str, list[dict[str, str]]] = field(default_factory=lambda: {t: [] for t in COLUMNS})

    def record(
        self, table: str, ref: str, day: float, text: str, who: dict[str, Somebody] | None = None, *,
        phones: tuple[str, ...] = (), vehicles: tuple[str, ...] = (), **more: str,
    ) -> str:  # fmt: skip
        """One record with the people, numbers and vehicles in it; gives its key."""
        key = COLUMNS[table].split()[0]
        row = {key: ref} | ({TEXT_OF.get(table, "narrative"): text} if text else {}) | more
        if table in TIME_OF:
            row.setdefault(TIME_OF[table], (START + timedelta(days=day)).isoformat())
        self.rows[table].append(row)
        for role, one in (who or {}).items():
            self.rows["people"].append({
                "record_type": table, "record_ref": ref, "role": role.rstrip("23"), "local_person_id": "",
                "forenames": one.forenames, "surname": one.surname, "date_of_birth": one.born,
                "address": one.address, "postcode": one.postcode, "sex": "",
            })  # fmt: skip
        self.rows["phones"] += [
            {"record_type": table, "record_ref": ref, "role": "contact", "number": p} for p in phones
        ]
        self.rows["vehicles"] += [
            {"record_type": table, "record_ref": ref, "role": "seen", "vrm": v} for v in vehicles
        ]
        return f"{table}:{ref}"

    def leave_out(self, table: str, refs: set[str]) -> None:
        key = COLUMNS[table].split()[0]
        self.rows[table] = [r for r in self.rows[table] if r[key] not in refs]
        for name in ("people", "vehicles", "phones"):
            self.rows[name] = [r for r in self.rows[name] if r["record_type"] != table or r["record_ref"] not in refs]  # fmt: skip

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for table, rows in self.rows.items():
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[table].split())
                writer.writeheader()
                writer.writerows(rows)
        return folder


# ---- who and what -----------------------------------------------------------------------------

ARLO, BRAM = Somebody("Arlo", "Fenwick", "1988-02-11"), Somebody("Bram", "Oakley", "1994-06-03")
CARA = Somebody("Cara", "Wrenfield", "2012-01-20", "3 Alder Row", "ZZ1 1AA")
DINA = Somebody("Dina", "Holtby", "2011-09-14", "8 Birch Row", "ZZ1 1AB")
ELIN = Somebody("Elin", "Mossgrave", "2012-11-05", "5 Cedar Row", "ZZ1 1AC")
FARO, GIDO = Somebody("Faro", "Pikestone", "1985-04-25"), Somebody("Gido", "Tarnlow", "1990-12-01")
HANA = Somebody("Hana", "Ferncliff", "2011-03-30", "2 Dale Row", "ZZ2 2AA")
IRIS = Somebody("Iris", "Gorsebank", "2012-07-08", "9 Elder Row", "ZZ2 2AB")
XANO, YORI = Somebody("Xano", "Quarrington", "1987-08-19"), Somebody("Yori", "Vexley", "1992-05-27")
ZITA = Somebody("Zita", "Umberside", "2011-12-12", "7 Fir Row", "ZZ3 3AA")
CORIN = Somebody("Corin", "Sandgate", "1991-01-15")
JANE = Somebody("Jane", "Ravensworth", "1979-10-10")

#: What only reports of handling C know: names, references, words.
CLOSED_WORDS = ("Quarrington", "Vexley", "Umberside", "IC-", "plovercee")
LODGE, KIOSK = (52.4101, -1.2101), (52.5202, -1.3302)


def _group(
    e: Extract, mark: str, day: float, adults: list[Somebody], children: list[Somebody], district: str, phone: str, car: str
) -> dict[str, str]:  # fmt: skip
    """Five records that tie two adults and the children: a number, a vehicle, three kinds of record."""
    (a, b), x, y = adults, children[0], children[-1]
    return {
        "missing": e.record(
            "missing_episodes", f"M-{mark}", day,
            f"Plover{mark}one: {x.forenames} went missing and came back in the car of an older man; has a new phone and will not say from whom.",
            {"missing": x, "associate": a}, phones=(phone,), risk="high", district=district,
            missing_from_at=(START + timedelta(days=day - 0.5)).isoformat(), returned_at=(START + timedelta(days=day + 0.5)).isoformat(),
        ),
        "intelligence": e.record(
            "intelligence", f"I-{mark}", day + 9,
            f"Plover{mark}two: {b.forenames} gives {y.forenames}, a child, alcohol and cigarettes; {y.forenames} is picked up in a vehicle.",
            {"subject": b, "associate": y}, phones=(phone,), source_evaluation="2", intelligence_assessment="B", handling="P", district=district,
        ),
        "referral": e.record(
            "partner_referrals", f"R-{mark}", day + 15,
            f"Plover{mark}three: {y.forenames} told the school that {a.forenames} drives the child to a hotel and threatens the child.",
            {"subject": y, "associate": a}, vehicles=(car,), agency="Children's services", category="exploitation", district=district,
        ),
        "entry": e.record(
            "vulnerability_entries", f"V-{mark}", day + 21,
            f"Plover{mark}four: {b.forenames} and {a.forenames} seen together with children in the same vehicle.",
            {"subject": b, "subject2": a}, vehicles=(car,), list="offender", district=district, reason="exploitation",
        ),
        "crime": e.record(
            "crimes", f"C-{mark}", day + 30,
            f"Plover{mark}five: {x.forenames} disclosed that {a.forenames} and {b.forenames} took the child to a hotel.",
            {"victim": x, "suspect": a, "suspect2": b}, phones=(phone,), offence="Sexual grooming", district=district, flags="CSE",
        ),
    }  # fmt: skip


def first(folder: Path, *, closed: bool = True) -> Path:
    """What the force holds on the first night; ``closed=False`` leaves every report of handling C away."""
    e = Extract()
    _group(e, "open", 60, [ARLO, BRAM], [CARA, DINA], "Northmere", "07700900101", "AB12CDE")
    _group(e, "other", 50, [FARO, GIDO], [HANA, IRIS], "Southmere", "07700900202", "FG34HJK")
    for n, (a, b) in enumerate(((XANO, ZITA), (YORI, ZITA), (XANO, ZITA), (YORI, ZITA)), 1):
        e.record(
            "intelligence", f"IC-{n}", 70 + 3 * n,
            f"Plovercee: {a.forenames} gives {b.forenames}, a child, alcohol; {b.forenames} went missing with an older man and was taken to a hotel.",
            {"subject": a, "associate": b}, phones=("07700900303",), vehicles=("LM56NPQ",) if n > 2 else (),
            source_evaluation="1", intelligence_assessment="A", handling="C", district="Westmere",
        )  # fmt: skip
    # What is closed about somebody who is open: a report about Cara that weighs, and names Xano beside her.
    e.record(
        "intelligence", "IC-9", 88,
        "Plovercee: Xano Quarrington and Cara were seen together at a hotel; Cara was given money and is said to owe a debt.",
        {"subject": XANO, "associate": CARA}, source_evaluation="1", intelligence_assessment="A", handling="C", district="Northmere",
    )  # fmt: skip
    e.record("premises", "PR-1", 0, "", name="Marsh Lodge", kind="hotel", address="1 Quay Street", postcode="ZZ9 9AA", latitude=str(LODGE[0]), longitude=str(LODGE[1]))  # fmt: skip
    e.record("premises", "PR-2", 0, "", name="Reed Kiosk", kind="takeaway", address="4 Weir Street", postcode="ZZ9 9BB", latitude=str(KIOSK[0]), longitude=str(KIOSK[1]))  # fmt: skip
    for n, child in enumerate((CARA, DINA, ELIN), 1):
        e.record(
            "incidents", f"N-{n}", 80 + n, f"Ploverlodge: staff at Marsh Lodge report that {child.forenames} was in a room with an older man and alcohol.{' The caller quoted Operation Makesafe.' if child is DINA else ''}",
            {"subject": child}, opening_code="concern for safety", district="Northmere", location="Marsh Lodge", postcode="ZZ9 9AA",
            latitude=str(LODGE[0]), longitude=str(LODGE[1]),
        )  # fmt: skip
    e.record(
        "incidents", "N-9", 85, f"Ploverkiosk: {IRIS.forenames} was given alcohol by an older man at Reed Kiosk and was found there late.",
        {"subject": IRIS}, opening_code="concern for safety", district="Southmere", location="Reed Kiosk", postcode="ZZ9 9BB",
        latitude=str(KIOSK[0]), longitude=str(KIOSK[1]),
    )  # fmt: skip
    e.record(
        "county_lines", "L-1", 0, "Ploverline: children run for the line.", name="Heron line", status="active",
        opened_on="2026-03-01", phone="07700900404", known_sexual_exploitation="known", force_score="31", force_band="medium",
    )  # fmt: skip
    e.record(
        "crimes", "C-8", 86, "Ploverdrugs: Elin was found with wraps and a phone of the line; owes a debt to them.",
        {"suspect": ELIN}, phones=("07700900404",), offence="Possession with intent to supply", district="Northmere",
    )  # fmt: skip
    # Missing now, with a person of a proposed group; the text blames the child.
    e.record(
        "missing_episodes", "M-now", 89.8, "Plovernow: Dina is streetwise and puts herself at risk; last seen with Arlo Fenwick.",
        {"missing": DINA, "associate": ARLO}, phones=("07700900101",), risk="high", district="Northmere",
        missing_from_at=(START + timedelta(days=89.5)).isoformat(),
    )  # fmt: skip
    e.record("crimes", "C-99", 40, "Ploverplain: a bicycle was taken.", {"victim": JANE}, offence="Theft of pedal cycle", district="Northmere")  # fmt: skip
    e.rows["crimes"].append(
        {"crime_ref": "C-bad", "recorded_at": "the day before", "narrative": "Ploverbad: no time."}
    )
    if not closed:
        e.leave_out("intelligence", {r["report_ref"] for r in e.rows["intelligence"] if r["handling"] == "C"})
    return e.write(folder)


def second(folder: Path) -> Path:
    """A day later: a record that names a third person of concern of the open group, by the same number."""
    e = Extract()
    e.record(
        "intelligence", "I-new", 90.9, "Plovernew: Corin uses the same number and was seen with Cara, who went missing, and with Bram.",
        {"subject": CORIN, "associate": CARA, "associate2": BRAM}, phones=("07700900101",), vehicles=("AB12CDE",),
        source_evaluation="1", intelligence_assessment="A", handling="P", district="Northmere",
    )  # fmt: skip
    return e.write(folder)
