"""The summary as an analyst reads it in a terminal: the first line of each block says what it asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from redshank.networks.wording import counted, record_words

LONDON = ZoneInfo("Europe/London")
SHOWN = 8


def _time(iso: str) -> str:
    stamp = datetime.fromisoformat(iso).astimezone(LONDON)
    return f"{stamp:%H:%M} on {stamp.day} {stamp:%B %Y}"


def _people(items: list[dict]) -> str:
    return ", ".join(escape(p["name"]) for p in items)


def _heading(console: Console, text: str, count: int | str = "") -> None:
    console.print(f"\n[bold]{escape(text)}[/bold]" + (f"  {count}" if count != "" else ""))


def _group(console: Console, item: dict[str, Any], number: int | None = None) -> None:
    mark = f"{number}. " if number else "· "
    added = f" — new here: {_people(item['added'])}" if item.get("added") else ""
    kind = " (a county line the register knows)" if item["kind"] == "registered_line" else ""
    console.print(f"{mark}[bold]{item['group_id']}[/bold] {escape(item['sentence'])}{kind}{added}")
    console.print(
        f"   proposed persons of concern: {_people(item['persons_of_concern'])}; children: {_people(item['children'])}"
    )
    if item["hangs_on"]:
        console.print(f"   hangs on: {escape(item['hangs_on'])}")
    console.print(f"   [dim]{item['open']}[/dim]")


def show(console: Console, summary: dict[str, Any], more: bool = False) -> None:
    """Prints the summary; ``more`` shows every item instead of the first few of each block."""
    limit = 10_000 if more else SHOWN
    console.print(f"[bold]This morning, as recorded at {_time(summary['as_of'])}[/bold]")
    console.print(
        f"{counted(summary['decisions_asked'], 'item asks', 'items ask')} for a person's decision. Redshank proposes; a person decides."
    )

    waiting = summary["cannot_wait"]
    _heading(console, "What cannot wait", len(waiting))
    for item in waiting[:limit]:
        console.print(f"· {escape(item['name'])}: {escape(item['reason'])}")
        console.print(
            f"   records: {escape(', '.join(record_words(r) for r in item['records']))}  [dim]redshank explain child {item['person_id']}[/dim]"
        )
    if not waiting:
        console.print("· nothing found. This list replaces no emergency call.")
    _more(console, waiting, limit)

    for title, key in (("New groups", "new"), ("Grown groups", "grown")):
        items = summary["groups"][key]
        if items or key == "new":
            _heading(console, title, len(items))
        for number, item in enumerate(items[:limit], 1):
            _group(console, item, number if key == "new" else None)
        _more(console, items, limit)

    rising = summary["children_rising"]
    _heading(console, "Children whose concern rose", len(rising))
    for item in rising[:limit]:
        console.print(
            f"· {escape(item['name'])} — sexual exploitation: {item['sexual_exploitation']}; "
            f"criminal exploitation: {item['criminal_exploitation']}"
        )
        console.print(f"   {escape(item['rising'])}  [dim]{item['open']}[/dim]")
    _more(console, rising, limit)

    _heading(console, "Places", len(summary["places"]))
    for place in summary["places"]:
        console.print(
            f"· cell {place['h3']} ({escape(place['district'] or 'district not recorded')}): {counted(place['records'], 'record', 'records')}, "
            f"{counted(place['children'], 'child', 'children')}  [dim]redshank explain place {place['h3']}[/dim]"
        )

    _heading(
        console,
        "County lines known or suspected to use sexual exploitation",
        f"{len(summary['lines'])} of {summary['lines_total']}",
    )
    for line in summary["lines"][:limit]:
        reason = line["reasons"][0]["text"] if line["reasons"] else ""
        console.print(
            f"· {line['line_ref']}: {line['uses_sexual_exploitation']}; {escape(reason)}  [dim]{line['open']}[/dim]"
        )

    interviews = summary["returned_without_interview"]
    said = f"{interviews['open']} still without one" if interviews["count"] else "0"
    _heading(console, "Returned, and no interview within 72 hours", said)
    for episode in interviews["episodes"][: min(limit, 4)]:
        back = _time(episode["returned_at"]).split(" on ")[1]
        console.print(
            f"· {escape(episode['name'])}, back on {back} ({record_words('missing_episodes:' + episode['record_ref'])}): "
            f"{escape(episode['text'])}  [dim]redshank explain signal {episode['signal_id']}[/dim]"
        )
    _more(console, interviews["episodes"], min(limit, 4))

    language = summary["language"]
    _heading(console, "Words that blame a child, in what was read tonight", sum(r["count"] for r in language))
    for row in language:
        console.print(f"· {row['record_type'].replace('_', ' ')}: {row['count']}")
    if summary["language_phrases"]:
        console.print(
            "   most often: " + escape(", ".join(f"“{t}” ({n})" for t, n in summary["language_phrases"]))
        )

    quarantine = summary["quarantine"]
    _heading(console, "What could not be read (quarantine)", sum(r["count"] for r in quarantine))
    for row in quarantine[:limit]:
        console.print(
            f"· {escape(row['delivery'])}/{escape(row['file'])}: {row['count']} × {escape(row['problem'])}"
        )
    _more(console, quarantine, limit)

    if summary["held_back"]:
        _heading(console, "Held back")
        for row in summary["held_back"]:
            console.print(f"· {row['count']} {escape(row['what'])}")


def _more(console: Console, items: list, limit: int) -> None:
    if len(items) > limit:
        console.print(f"   … and {len(items) - limit} more: `redshank night --show-all` or --json")
