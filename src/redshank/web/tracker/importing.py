"""A later report from TOML or CSV: read, checked row by row, and kept as a whole or not at all."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from redshank.web.policy.names import fold
from redshank.web.tracker.models import Act, Recommendation, Report
from redshank.web.tracker.settings import KINDS, TEXT_IS

LONGEST = 200_000
MOST = 300
OF_REPORT = ("publisher", "title", "published")
COLUMNS = (
    *OF_REPORT,
    "number",
    "kind",
    "addressees",
    "for_forces",
    "deadline",
    "deadline_words",
    "text",
    "text_is",
)
LONGEST_OF = {
    "publisher": 120,
    "title": 400,
    "number": 12,
    "addressees": 400,
    "deadline_words": 200,
    "text": 8_000,
}
YES = {"yes": True, "true": True, "no": False, "false": False}


@dataclass
class Read:
    """What was read, and what is wrong with it: each message names its row."""

    report: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def read(text: str) -> Read:
    """TOML where it begins like it (a table or a comment), else CSV with a head."""
    if not text.strip():
        return Read(wrong=["There is nothing in it"])
    if len(text) > LONGEST:
        return Read(wrong=[f"It holds more than {LONGEST:,} characters"])
    out = _toml(text) if text.lstrip()[0] in "[#" else _csv(text)
    if not out.wrong and not out.rows:
        out.wrong.append("It holds no recommendation")
    if len(out.rows) > MOST:
        out.wrong.append(f"It holds more than {MOST} recommendations")
    return out


def _toml(text: str) -> Read:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Read(wrong=[f"It is no TOML: {error}"])
    out = Read()
    report, rows = data.get("report"), data.get("recommendation")
    if (
        not isinstance(report, dict)
        or not isinstance(rows, list)
        or not all(isinstance(r, dict) for r in rows)
    ):
        return Read(
            wrong=[
                "It needs one [report] with publisher, title and published, and a [[recommendation]] for each"
            ]
        )
    out.report = _report(report, "The report", out.wrong)
    unknown = sorted(set(report) - set(OF_REPORT))
    if unknown:
        out.wrong.append(
            f"The report: {', '.join(unknown)} is not known here; known are {', '.join(OF_REPORT)}"
        )
    for n, row in enumerate(rows, 1):
        out.rows.append(_row(row, f"Recommendation {n}", out.wrong))
    _twice(out)
    return out


def _csv(text: str) -> Read:
    lines = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), strict=True)
    out = Read()
    try:
        missing = [
            c
            for c in (*OF_REPORT, "number", "addressees", "for_forces", "text")
            if c not in (lines.fieldnames or [])
        ]
        if missing:
            return Read(wrong=[f"The head lacks {', '.join(missing)}; it may hold {', '.join(COLUMNS)}"])
        for row in lines:
            where = f"Row {lines.line_num}"
            if None in row or None in row.values():
                out.wrong.append(f"{where}: it has not as many cells as the head")
                continue
            said = {k: v.strip() for k, v in row.items() if v.strip()}
            told: list[str] = []
            report = _report({k: said.pop(k, "") for k in OF_REPORT}, where, told)
            out.wrong += told
            if out.report and not told and report != out.report:
                out.wrong.append(
                    f"{where}: it names another report than the rows before; import one report at a time"
                )
            out.report = out.report or ({} if told else report)
            out.rows.append(_row(said, where, out.wrong))
    except csv.Error as error:
        return Read(wrong=[f"Row {lines.line_num}: it is no CSV, {error}"])
    _twice(out)
    return out


def _twice(out: Read) -> None:
    seen: set[tuple[str, str]] = set()
    for row in out.rows:
        key = (row["kind"], row["number"])
        if row["number"] and key in seen:
            out.wrong.append(f"{KINDS[row['kind']]} {row['number']} stands in it twice")
        seen.add(key)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _text(row: dict[str, Any], name: str, where: str, wrong: list[str], needed: bool = True) -> str:
    value = str(row.get(name, "")).strip()
    if needed and not value:
        wrong.append(f"{where}: {name} is missing")
    if len(value) > LONGEST_OF[name]:
        wrong.append(f"{where}: {name} is longer than {LONGEST_OF[name]:,} characters")
    return value


def _report(row: dict[str, Any], where: str, wrong: list[str]) -> dict[str, Any]:
    out: dict[str, Any] = {n: _text(row, n, where, wrong) for n in ("publisher", "title")}
    out["published"] = _day(row.get("published", ""))
    if out["published"] is None:
        wrong.append(f"{where}: published is no day, write it as 2025-10-31")
    return out


def _row(row: dict[str, Any], where: str, wrong: list[str]) -> dict[str, Any]:
    unknown = sorted(set(row) - set(COLUMNS[3:]))
    if unknown:
        wrong.append(f"{where}: {', '.join(unknown)} is not known here; known are {', '.join(COLUMNS[3:])}")
    out: dict[str, Any] = {n: _text(row, n, where, wrong) for n in ("number", "addressees", "text")}
    out["deadline_words"] = _text(row, "deadline_words", where, wrong, needed=False)
    out["kind"] = str(row.get("kind", "recommendation"))
    if out["kind"] not in KINDS:
        wrong.append(f"{where}: kind is one of {', '.join(KINDS)}")
        out["kind"] = "recommendation"
    out["text_is"] = str(row.get("text_is", "summary"))
    if out["text_is"] not in TEXT_IS:
        wrong.append(f"{where}: text_is is one of {', '.join(TEXT_IS)}")
    ours = row.get("for_forces")
    out["for_forces"] = ours if isinstance(ours, bool) else YES.get(str(ours).lower())
    if out["for_forces"] is None:
        wrong.append(f"{where}: for_forces is yes or no: is it addressed to police forces?")
    out["deadline"] = _day(row["deadline"]) if row.get("deadline") else None
    if row.get("deadline") and out["deadline"] is None:
        wrong.append(f"{where}: deadline is no day, write it as 2026-03-31, or say it in deadline_words")
    return out


def keep(user: Any, found: Read, once: str) -> tuple[Report, int, list[str]]:
    """The report, how many recommendations are new, and the names of those that stood already: those are left as they are."""
    with transaction.atomic():
        if (before := Act.objects.filter(once=once).select_related("report").first()) is not None:
            return before.report, 0, []
        r = found.report
        key = f"{fold(r['publisher'])[:20]} {fold(r['title'])[:45]} {r['published']:%Y-%m-%d}"[:80]
        day = r["published"]
        sets = r | {"published_words": f"{day.day} {day:%B %Y}", "source": f"imported by {user.name}"}
        report, _ = Report.objects.get_or_create(key=key, defaults=sets)
        report = Report.objects.select_for_update().get(pk=report.pk)
        stood = {(x.kind, x.number) for x in report.recommendations.all()}
        new = [x for x in found.rows if (x["kind"], x["number"]) not in stood]
        for place, x in enumerate(new, len(stood) + 1):
            Recommendation.objects.create(report=report, place=place, due=x["deadline"], **x)
        Act(
            report=report,
            kind="imported",
            by=user,
            role=user.role,
            once=once,
            said=f"{len(new)} of {len(found.rows)} are new",
        ).save(force_insert=True)
    left = [f"{KINDS[x['kind']]} {x['number']}" for x in found.rows if (x["kind"], x["number"]) in stood]
    return report, len(new), left
