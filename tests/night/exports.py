"""Three exports of shapes that no mapping has seen, made from a delivery of the synthetic force.

Together they hold what the delivery holds: a record system (semicolons, UTF-16, British dates, dated file names, its own codes),
a call and missing person system (workbooks with typed cells and headings in words), and partners (pipes, months as words, the surname
before the forenames, number codes). Their names are ordinary English and police words, and were written down after
`src/redshank/sources/guess/words.toml` was committed. Rows that the delivery itself would set aside are left out.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl

from redshank.sources.mapping import Mapping, TableMapping
from redshank.tables.extracts import EXTRACTS

Row = dict[str, str]
LONDON = ZoneInfo("Europe/London")
RECORD_SYSTEM = ("crimes", "custody", "intelligence", "county_lines")
CALLS = ("incidents", "missing_episodes")
PARTNERS = ("partner_referrals", "vulnerability_entries")


def write(delivery: Path, truth: Path, out: Path) -> None:
    """Writes ``out/rms``, ``out/calls`` and ``out/partners`` from a standard delivery."""
    tables = {p.stem: _good(p, truth) for p in sorted(delivery.glob("*.csv"))}
    _record_system(tables, out / "rms")
    _calls(tables, out / "calls")
    _partners(tables, out / "partners")


def _good(path: Path, truth: Path) -> list[Row]:
    with (truth / "quarantine.csv").open(encoding="utf-8", newline="") as file:
        bad = {int(q["row"]) for q in csv.DictReader(file) if q["file"] == path.name and q["delivery"] == path.parent.name
               and q["kept"] != "true"}  # fmt: skip
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return [row for number, row in enumerate(csv.DictReader(file), 1) if number not in bad]


def _local(text: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text).astimezone(LONDON).replace(tzinfo=None) if text else None


def _time(style: str) -> Callable[[str], str]:
    return lambda text: moment.strftime(style) if (moment := _local(text)) else ""


def _day(style: str) -> Callable[[str], str]:
    return lambda text: dt.date.fromisoformat(text).strftime(style) if text else ""


def _codes(**codes: str) -> Callable[[str], str]:
    known = {k.replace("_", " "): v for k, v in codes.items()} | codes
    return lambda text: known.get(text, text)


def _columns(rows: list[Row], spec: dict[str, tuple[str, Callable] | str]) -> tuple[list[str], list[list]]:
    """``spec``: their column to ours, with how its value is written."""
    out = []
    for row in rows:
        cells = []
        for ours in spec.values():
            name, write = ours if isinstance(ours, tuple) else (ours, None)
            value = row.get(name, "") or "" if name else ""
            cells.append(write(value) if write else value)
        out.append(cells)
    return list(spec), out


def _csv(path: Path, encoding: str, delimiter: str, head: list[str], rows: list[list]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="", errors="replace") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(head)
        writer.writerows(rows)


def _of(tables: dict[str, list[Row]], table: str, kinds: tuple[str, ...]) -> list[Row]:
    return [r for r in tables.get(table, []) if r["record_type"] in kinds]


def _record_system(tables: dict[str, list[Row]], out: Path) -> None:
    time, day = _time("%d/%m/%Y %H:%M:%S"), _day("%d/%m/%Y")
    kind = _codes(crimes="OFN", custody="DTN", intelligence="IRP", county_lines="DRL")
    role = _codes(suspect="SUSP", victim="IP", witness="WIT", detained="DP", subject="SUBJ", associate="ASSOC", reporter="INF",
                  line_member="RUNNER", professional="PROF", parent="PARENT", carer="GUARDIAN", other="OTH")  # fmt: skip
    files: dict[str, tuple[list[Row], dict]] = {
        "NM_OFFENCES_20260401": (tables["crimes"], {
            "OFFENCE_REPORT_NO": "crime_ref", "RECORDED_ON": ("recorded_at", time), "FROM_DATE_TIME": ("occurred_from", time),
            "TO_DATE_TIME": ("occurred_to", time), "HO_CLASS": "offence_code", "OFFENCE_TITLE": "offence", "DIVISION": "district",
            "BEAT_CODE": "beat", "SCENE_ADDRESS": "location", "SCENE_PCODE": "postcode", "SCENE_LAT": "latitude",
            "SCENE_LONG": "longitude", "INVESTIGATION_STATE": "status", "OUTCOME_TYPE": "outcome", "MARKERS": "flags",
            "SUMMARY": "narrative", "OIC_COLLAR_NO": ("", lambda _: "4417"),
        }),
        "NM_DETENTIONS_20260401": (tables["custody"], {
            "DETENTION_NO": "custody_ref", "ARRIVED_AT": ("arrested_at", time), "LEFT_AT": ("released_at", time),
            "SUITE": "station", "DIVISION": "district", "HO_CLASS": "offence_code", "ARRESTED_FOR": "offence",
            "GROUNDS_TEXT": "narrative",
        }),
        "NM_INFORMATION_REPORTS_20260401": (tables["intelligence"], {
            "LOG_NO": "report_ref", "DATE_SUBMITTED": ("submitted_at", time), "SOURCE_GRADE": "source_evaluation",
            "INFO_GRADE": "intelligence_assessment", "HANDLING": "handling", "DIVISION": "district", "REPORT_TEXT": "narrative",
        }),
        "NM_DRUG_LINES_20260401": (tables["county_lines"], {
            "LINE_NO": "line_ref", "LINE_NAME": "name", "STATE": "status", "FIRST_KNOWN": ("opened_on", day),
            "EXPORTER": "origin", "DEAL_LINE": "phone", "LAST_ASSESSED": ("assessed_at", time), "SUMMARY": "narrative",
            "CSE_KNOWN": "known_sexual_exploitation",
        }),
        "NM_PERSONS_20260401": (_of(tables, "people", RECORD_SYSTEM), {
            "PARENT_KIND": ("record_type", kind), "PARENT_NO": "record_ref", "INVOLVEMENT": ("role", role),
            "PERSON_URN": "local_person_id", "FAMILY_NAME": "surname", "GIVEN_NAMES": "forenames", "NICKNAMES": "also_known_as",
            "GENDER": ("sex", lambda v: {"M": "Male", "F": "Female", "": "Unknown"}.get(v, v)), "BIRTH_DATE": ("date_of_birth", day),
            "SELF_DEFINED_ETHNICITY": "ethnicity_self_defined", "OFFICER_SEEN_ETHNICITY": "ethnicity_officer_defined",
            "CITIZENSHIP": "nationality", "HOME_ADDRESS": "address", "HOME_PCODE": "postcode", "TELEPHONE_NO": "phone",
            "SOCIAL_MEDIA_NAME": "online_handle", "IMPAIRMENT": "disability", "LOOKED_AFTER": "care_status",
            "RELATED_TO": "relationship",
        }),
        "NM_VEHICLES_20260401": (_of(tables, "vehicles", RECORD_SYSTEM), {
            "PARENT_KIND": ("record_type", kind), "PARENT_NO": "record_ref", "USE": "role", "REG_MARK": "vrm",
            "MANUFACTURER": "make", "MODEL": "model", "COLOUR": "colour",
        }),
        "NM_TELEPHONES_20260401": (_of(tables, "phones", RECORD_SYSTEM), {
            "PARENT_KIND": ("record_type", kind), "PARENT_NO": "record_ref", "USE": "role", "TEL_NO": "number",
        }),
    }  # fmt: skip
    for stem, (rows, spec) in files.items():
        _csv(out / f"{stem}.csv", "utf-16", ";", *_columns(rows, spec))


def _calls(tables: dict[str, list[Row]], out: Path) -> None:
    kind = _codes(incidents="Call", missing_episodes="Absence")
    role = _codes(reporter="Reporting person", missing="Missing person", victim="Injured party", suspect="Offender",
                  witness="Witness", other="Third party", subject="Subject", professional="Social worker", parent="Parent",
                  associate="Friend", carer="Guardian")  # fmt: skip
    number: Callable[[str], float | None] = lambda v: float(v) if v else None  # noqa: E731
    books: dict[str, tuple[list[Row], dict]] = {
        "Calls for service": (tables["incidents"], {
            "Job number": "incident_ref", "Time of call": ("received_at", _local), "Initial type": "opening_code",
            "Result": "closing_code", "Policing area": "district", "Neighbourhood": "beat", "Venue": "location",
            "Venue postcode": "postcode", "Latitude (WGS84)": ("latitude", number), "Longitude (WGS84)": ("longitude", number),
            "Operator": ("", lambda _: "C12"), "Running log": "log",
        }),
        "Missing persons register": (tables["missing_episodes"], {
            "Report reference": "episode_ref", "Date and time reported": ("reported_at", _local),
            "Last seen at": ("missing_from_at", _local), "Located on": ("returned_at", _local), "Risk level": ("risk", str.upper),
            "Policing area": "district", "Missing from": "missing_from", "Where located": "found_at_location",
            "Postcode where located": "found_postcode", "Interview offered": ("return_interview_offered_at", _local),
            "Interview completed": ("return_interview_at", _local), "Circumstances": "narrative",
        }),
        "People in calls": (_of(tables, "people", CALLS), {
            "Register": ("record_type", kind), "Reference": "record_ref", "Capacity": ("role", role), "Person ID": "local_person_id",
            "First names": "forenames", "Last name": "surname", "Also known as": "also_known_as", "Sex": "sex",
            "Date of birth": ("date_of_birth", lambda v: dt.datetime.fromisoformat(v) if v else None),
            "Ethnicity (self-defined)": "ethnicity_self_defined", "Ethnicity (officer)": "ethnicity_officer_defined",
            "Nationality": "nationality", "Address": "address", "Postcode": "postcode", "Mobile": "phone",
            "Username": "online_handle", "Disability": "disability", "Care status": "care_status", "Relationship": "relationship",
        }),
        "Cars": (_of(tables, "vehicles", CALLS), {
            "Register": ("record_type", kind), "Reference": "record_ref", "Involvement": "role", "Registration": "vrm",
            "Make": "make", "Model": "model", "Colour": "colour",
        }),
        "Phone numbers": (_of(tables, "phones", CALLS), {
            "Register": ("record_type", kind), "Reference": "record_ref", "Involvement": "role", "Telephone number": "number",
        }),
    }  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    for stem, (rows, spec) in books.items():
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        head, body = _columns(rows, spec)
        sheet.append(head)
        for cells in body:
            sheet.append([None if c == "" else c for c in cells])
        book.save(out / f"{stem}.xlsx")


def _partners(tables: dict[str, list[Row]], out: Path) -> None:
    time, day = _time("%d %b %Y %H:%M:%S"), _day("%d %B %Y")
    kind = _codes(partner_referrals="C", vulnerability_entries="W")
    files: dict[str, tuple[list[Row], dict]] = {
        "safeguarding_contacts": (tables["partner_referrals"], {
            "contactId": "referral_ref", "dateOfContact": ("received_at", time), "referringOrganisation": "agency",
            "primaryConcern": "category", "area": "district", "familyAddress": "location", "familyPostcode": "postcode",
            "presentingIssue": "narrative", "caseWorkerTeam": ("", lambda _: "Front door"),
        }),
        "vulnerability_lists": (tables["vulnerability_entries"], {
            "entryId": "entry_ref", "addedOn": ("entered_at", time), "whichList": "list", "area": "district", "place": "location",
            "placePostcode": "postcode", "whyListed": "reason", "furtherDetails": "narrative",
        }),
        "licensed_businesses": (tables["premises"], {
            "licenceNumber": "premises_ref", "tradingName": "name", "businessType": "kind", "businessAddress": "address",
            "businessPostcode": "postcode", "lat": "latitude", "lng": "longitude",
        }),
        "individuals": (_of(tables, "people", PARTNERS), {
            "fileType": ("record_type", kind), "fileId": "record_ref", "connection": "role", "individualId": "local_person_id",
            "lastName": "surname", "firstNames": "forenames", "otherNames": "also_known_as",
            "genderCode": ("sex", lambda v: {"M": "1", "F": "2", "": "0"}.get(v, v)), "born": ("date_of_birth", day),
            "ethnicGroup": "ethnicity_self_defined", "observedEthnicity": "ethnicity_officer_defined", "nationality": "nationality",
            "homeAddress": "address", "homePostcode": "postcode", "contactNumber": "phone", "onlineName": "online_handle",
            "disabled": "disability", "inCare": "care_status", "relation": "relationship",
        }),
        "cars": (_of(tables, "vehicles", PARTNERS), {
            "fileType": ("record_type", kind), "fileId": "record_ref", "connection": "role", "numberPlate": "vrm", "make": "make",
            "model": "model", "color": "colour",
        }),
        "phone_numbers": (_of(tables, "phones", PARTNERS), {
            "fileType": ("record_type", kind), "fileId": "record_ref", "connection": "role", "phoneNumber": "number",
        }),
    }  # fmt: skip
    for stem, (rows, spec) in files.items():
        _csv(out / f"{stem}.csv", "utf-8", "|", *_columns(rows, spec))


def inverse(delivery: Path, mapping: Mapping, out: Path) -> None:
    """A delivery in the shape that a mapping reads: its names, formats and codes. A wide file holds the record's first such row."""
    out.mkdir(parents=True, exist_ok=True)
    for file in sorted({t.file for t in mapping.tables.values()}):
        held = [t for t in mapping.tables.values() if t.file == file]
        main = next((t for t in held if EXTRACTS[t.table].key), held[0])
        rows = [_written(main, row) for row in _rows_of(delivery, main)]
        for beside in (t for t in held if t is not main):
            first: dict[str, Row] = {}
            for row in _rows_of(delivery, beside):
                first.setdefault(row["record_ref"], row)
            key = main.columns[EXTRACTS[main.table].key[0]]
            rows = [_written(beside, first.get(row[key], {"record_ref": row[key]})) | row for row in rows]
        head = list(dict.fromkeys(c for t in held for c in t.columns.values()))
        body = [[row[c] for c in head] for row in rows]
        _csv(out / f"{file.replace('*', '20260401')}.csv", mapping.encoding, mapping.delimiter, head, body)


def _rows_of(delivery: Path, table: TableMapping) -> list[Row]:
    with (delivery / f"{table.table}.csv").open(encoding="utf-8", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = {table.constants.get("record_type"), *table.codes.get("record_type", {}).values()} - {None}
    role = table.constants.get("role")
    return [
        r
        for r in rows
        if (not kinds or r["record_type"] in kinds)
        and (role is None or r["role"] == role)
        and None not in r.values()
    ]


def _written(table: TableMapping, row: Row) -> Row:
    out = {}
    for ours, theirs in table.columns.items():
        value = row.get(ours, "")
        style = table.formats.get(ours, ("",))[0]
        if value and style not in ("", "ISO"):
            try:
                moment = dt.datetime.fromisoformat(value)
            except ValueError:
                continue  # a broken row of the force
            value = (moment.astimezone(LONDON) if moment.tzinfo else moment).strftime(style)
        codes = {v: k for k, v in table.codes.get(ours, {}).items()}
        out[theirs] = codes.get(value, value)
    return dict.fromkeys(table.columns.values(), "") | out
