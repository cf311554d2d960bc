"""``redshank sources``: how complete and how fresh what each source delivers is, and which source is late."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from redshank.cli.common import LONDON, Settings, out, parse_time, print_json
from redshank.errors import Exit


def add(app: typer.Typer) -> None:
    @app.command(name="sources", epilog="Example: redshank --home demo/home sources --check")
    def sources(
        as_of: Annotated[
            str | None, typer.Option("--as-of", help="Late at this time; by default now.")
        ] = None,
        check: Annotated[bool, typer.Option("--check", help="Exit 1 where a source is late.")] = False,
        source: Annotated[str, typer.Option("--source", help="One mapping's sources alone.")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Reports on each source: rows, completeness, freshness, recording, duplicates, quarantine, codes unknown, trend.

        Counts only. A source is late when it has not delivered for longer than its usual time between deliveries, which is learnt
        from its deliveries or written in its mapping (every_hours).
        """
        from redshank.records.quality import sources as standing
        from redshank.store import Store

        now = parse_time(as_of, "--as-of") if as_of else datetime.now(UTC)
        found = [s for s in standing(Store.open(Settings.home), now) if source in ("", s["source"])]
        if as_json:
            print_json(found)
        else:
            _show(found)
        if check and any(s["late"] for s in found):
            raise typer.Exit(int(Exit.FOUND))


def _show(found: list[dict[str, Any]]) -> None:
    if not found:
        out.print("Nothing has been delivered yet.")
        return
    name = ""
    for s in found:
        if s["source"] != name:
            name = s["source"]
            out.print(f"Source {name}", markup=False)
        shares = [t["filled"] for t in s["trend"] if t["filled"] is not None]
        usual = (
            "usual time not known yet"
            if s["usual_hours"] is None
            else f"usually every {_hours(s['usual_hours'])}"
        )
        late = " LATE" if s["late"] else ""
        filled = _percent(shares[-1]) if shares else "not counted"
        out.print(f"\n  {s['table']}: last delivery {_day(s['last_time'])}{late}, {s['deliveries']:,} in all, {usual}", markup=False)  # fmt: skip
        out.print(f"  · {s['rows']:,} rows, {s['quarantined']:,} set aside, cells filled {filled}, newest record {_day(s['newest'])}", markup=False)  # fmt: skip
        for line in _lines(s):
            out.print(f"  · {line}", markup=False)


def _lines(s: dict[str, Any]) -> list[str]:
    said = []
    if s["late"]:
        said.append(f"LATE: it was due by {_day(s['due_by'])} (from {s['usual_from']})")
    if s["behind_hours"] is not None and s["behind_hours"] >= 48:
        said.append(f"its newest record is {_hours(s['behind_hours'])} older than its delivery")
    said += [_recorded(r) for r in s["recording"] if r["rows"]]
    empty = [c["column"] for c in s["columns"] if not c["filled"]]
    if empty:
        said.append(f"never filled in the last delivery: {', '.join(empty)}")
    said += [
        f"{c['column']} is filled in {_percent(c['filled'])} of rows, {_percent(c['before'])} before"
        for c in s["columns"]
        if c["fell"]
    ]
    said += [
        f"{c['column']}: {c['unknown']:,} cells with codes that are not known"
        for c in s["columns"]
        if c["unknown"]
    ]
    if s["repeated"] or s["twice"]:
        said.append(f"rows that stood twice: {s['repeated']:,} alike, {s['twice']:,} with other content")
    said += [
        f"quarantine: {q['column'] or 'the row'}: {q['problem']}: {q['rows']:,}" for q in s["quarantine"]
    ]
    if len(s["trend"]) > 1:
        said.append(
            "rows of the last deliveries, oldest first: " + ", ".join(f"{t['rows']:,}" for t in s["trend"])
        )
    return said


def _recorded(r: dict[str, Any]) -> str:
    return (
        f"{r['part']}: of {r['rows']:,} rows ethnicity self-defined in {_of(r, 'ethnicity_self_defined')}, officer-defined in "
        f"{_of(r, 'ethnicity_officer_defined')}, either in {_of(r, 'ethnicity_either')}; nationality in {_of(r, 'nationality')}"
    )


def _of(row: dict[str, Any], name: str) -> str:
    return _percent(row[name] / row["rows"])


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _hours(hours: float) -> str:
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} hours"


def _day(time: datetime | None) -> str:
    return time.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") if time else "–"
