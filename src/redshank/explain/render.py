"""Explanations as text for a terminal. Display words, never the machine names of the tables (practice rule 19)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from redshank.networks.wording import RECORD_WORDS, counted, record_words

LONDON = ZoneInfo("Europe/London")

WORDS = {
    "reported_speech": "in somebody's words",
    "affirmed": "stated",
    "negated": "denied or stated as not so",
    "hypothetical": "supposed or to be checked",
    "historic": "long past",
}


_ID = re.compile("[0-9a-f]{16}")
_KEY = re.compile(rf"\b({'|'.join(RECORD_WORDS)}):(?=\S)")


def in_words(text: str | None) -> str:
    """A reason with its record keys (``custody:CU/1``) as a reader says them, safe to print."""
    return escape(_KEY.sub(lambda m: f"{RECORD_WORDS[m[1]]} ", text or ""))


def plain(code: str) -> str:
    """A machine name as words."""
    return WORDS.get(code, code.replace("_", " "))


def day(value: Any) -> str:
    if isinstance(value, datetime):
        stamp = value.astimezone(LONDON)
        return f"{stamp.day} {stamp:%B %Y %H:%M}"
    return str(value) if value else "no time recorded"


def _record(console: Console, record: dict[str, Any], texts: bool = True) -> None:
    grade = f", graded {record['grade']}" if record.get("grade") else ""
    where = f", {escape(record['district'])}" if record.get("district") else ""
    console.print(
        f"[bold]{escape(record_words(record['record_key']))}[/bold] · {day(record['at'])}{where}{grade} · from {record['origin']}"
    )
    if texts and record.get("text"):
        console.print(f"   {escape(' '.join(record['text'].split()))}")
    for hit in record.get("signals", []):
        console.print(
            f"   - {plain(hit['indicator'])} ({plain(hit['status'])}){': ' if hit['words'] else ''}{in_words(hit['words'])}"
            f"  [dim]redshank explain signal {hit['signal_id']}[/dim]"
        )


def signal(console: Console, told: dict[str, Any]) -> None:
    console.print(f"[bold]{plain(told['indicator'])}[/bold], {plain(told['status'])}")
    if told["words"]:
        console.print(f"words: {in_words(told['words'])}")
    console.print(f"rule: {told['rule']} (docs/reference/rules.md says what it looks for and why)")
    _record(console, told["record"])


def person(console: Console, told: dict[str, Any]) -> None:
    console.print(f"[bold]{escape(told['name'])}[/bold]  {told['person_id']}")
    rows = told["identity"]["appearances"]
    console.print(f"{len(rows)} appearances in records are taken to be one person:")
    for row in rows:
        console.print(
            f"· {escape(record_words(row['record_key']))}, row {row['row']} of {escape(row['delivery'])}: probability {row['probability']:.3f}"
        )
    ties = told["identity"]["held_together_by"]
    if ties:
        console.print("\nHeld together by (each bit doubles the odds that both are one person):")
    for tie in ties:
        because = "; ".join(f"{b['words']} {b['bits']:+.1f}" for b in tie["because"])
        ends = " = ".join(
            escape(record_words(str(tie[k]["record_key"] if isinstance(tie[k], dict) else tie[k])))
            for k in ("a", "b")
        )
        console.print(f"· {ends}: {tie['bits']:+.1f} bits — {escape(because)}")
    if told["named_in_texts"]:
        console.print("\nNamed only in the text of:")
    for row in told["named_in_texts"]:
        console.print(
            f"· {escape(record_words(row['record_key']))}: {escape(row['words'])} — {in_words(row['why'])} (probability {row['probability']:.2f})"
        )
    for group in told["groups"]:
        console.print(f"\nIn a proposed group: redshank explain group {group}")


def group(console: Console, told: dict[str, Any]) -> None:
    kind = "a county line the register knows" if told["kind"] == "registered_line" else "candidate group"
    console.print(
        f"[bold]{told['group_id']}[/bold]  {kind}, {told['strength_words']}, {told['basis']}; first proposed on {told['detected_on']}"
    )
    console.print(escape(told["sentence"]))
    console.print(f"\n[bold]It hangs on[/bold] {escape(told['hangs_on'] or 'no single record.')}")
    console.print("\n[bold]The records that matter most[/bold] (how many of the ties each shows)")
    for row in told["matter_most"]:
        console.print(f"· {escape(row['record'])}: {row['ties']} of {row['of']}")
    console.print("\n[bold]Members[/bold] (the record's own category beside our proposal)")
    for m in told["members"]:
        part = f"; part: {m['part_words']}" if m["role"] != "child" else ""
        named = "; also named as suspect by a record" if m["also_named_as_suspect"] else ""
        records = f"in {len(m['records'])} record{'s' if len(m['records']) != 1 else ''}"
        console.print(
            f"· {escape(_label(m))} — {m['role_words']}; recorded as: {m['category']}{part}{named}; {records}  [dim]{m['person_id']}[/dim]"
        )
        for prompt in m["prompts"]:
            console.print(f"   {escape(prompt)}")
    console.print("\n[bold]What is not known[/bold]")
    for gap in told["gaps"] or ["Nothing that we know to ask for."]:
        console.print(f"· {escape(gap)}")
    labels = {m["person_id"]: _label(m) for m in told["members"]}
    console.print("\n[bold]Ties, and the records that show them[/bold]")
    for words, ties in _by_words(told["ties"], labels).items():
        console.print(f"· {escape(words)}:")
        for tie in ties:
            records = "; ".join(
                r["record"] + (f" (graded {r['grade']})" if r["grade"] else "") for r in tie["records"]
            )
            console.print(
                f"   {escape(labels[tie['person_a']])} – {escape(labels[tie['person_b']])}: {escape(records)}"
            )
    console.print("\n[bold]Timeline: the records, earliest first[/bold]")
    for record in told["records"]:
        _record(console, record)
    console.print(
        "\n[dim]A proposal for a person to judge. Facts are the records'; the tie is our assessment of them (DPA 2018 s.38).[/dim]"
    )


def _label(member: dict[str, Any]) -> str:
    name = " ".join(x for x in (member["forenames"], (member["surname"] or "").upper()) if x)
    return name or ("name not recorded" if member["identified"] else "somebody not identified")


def _by_words(ties: list[dict[str, Any]], labels: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Ties by what they are; concern records of a child apart for each child, by name."""
    out: dict[str, list[dict[str, Any]]] = {}
    for tie in ties:
        kind, _, whom = tie["tie"].partition(":")
        about = f": {labels.get(whom, 'a child outside the group')}" if kind == "child" and whom else ""
        out.setdefault(tie["words"] + about, []).append(tie)
    return out


def child(console: Console, told: dict[str, Any]) -> None:
    console.print(f"[bold]{escape(told['name'])}[/bold]  {told['person_id']}")
    if not told["found"]:
        console.print(escape(told["says"]))
        return
    console.print(
        f"sexual exploitation: {told['sexual_exploitation']}; criminal exploitation: {told['criminal_exploitation']}"
    )
    console.print("What puts the child in the order, weightiest first:")
    when = {record["record_key"]: record["at"] for record in told["records"]}
    for part in told["parts"]:
        where = record_words(part["record"] or "group:").replace("groups ", "group ", 1)
        if part["record"] in when:
            where += f", {day(when[part['record']])}"
        opens = (
            f"  [dim]redshank explain signal {part['signal_id']}[/dim]"
            if _ID.fullmatch(part["signal_id"] or "")
            else ""
        )
        console.print(f"· {in_words(part['says'])} — {escape(where)}{opens}")
    console.print("\n[bold]The records, earliest first[/bold]")
    for record in told["records"]:
        _record(console, record)
    console.print("\n[dim]The practitioner's judgement ranks first. A low place closes nothing.[/dim]")


def line(console: Console, told: dict[str, Any]) -> None:
    console.print(
        f"[bold]line {escape(told['line_ref'])}[/bold]: band {told['band']}; sexual exploitation: {told['uses_sexual_exploitation']}"
    )
    if told["override"]:
        console.print(f"the band is not made by the parts alone: {escape(told['override'])}")
    if told["force_band"]:
        console.print(f"the force's own band: {escape(str(told['force_band']))}")
    for part in told["parts"]:
        records = ", ".join(record_words(r) for r in part.get("records", []))
        console.print(
            f"· {escape(str(part.get('text') or part.get('code')))}: {part['points']} points  {escape(records)}"
        )
    for record in told["records"]:
        _record(console, record)


def place(console: Console, told: dict[str, Any]) -> None:
    console.print(
        f"[bold]cell {told['h3']}[/bold]: {counted(len(told['records']), 'record', 'records')}, "
        f"{counted(told['children'], 'child', 'children')}"
    )
    for row in told["records"]:
        console.print(f"· {escape(record_words(row['record']))}: {escape(plain(str(row['how'])))}")
    for record in told["quoted"]:
        _record(console, record)
    console.print("\n[dim]A child's own home, placement or school never makes a place.[/dim]")


_KINDS: dict[str, Callable[[Console, dict[str, Any]], None]] = {
    "signal": signal,
    "person": person,
    "group": group,
    "child": child,
    "line": line,
    "place": place,
}


def render(console: Console, kind: str, told: dict[str, Any]) -> None:
    """Prints an explanation of one kind."""
    _KINDS[kind](console, told)
