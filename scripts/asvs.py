"""The page of docs/assurance/asvs.toml: each point of OWASP's ASVS 5.0 at the levels asked for, and what holds it here.

The numbers are OWASP's (ASVS 5.0, CC BY-SA 4.0); the words are ours. `make docs` writes the page.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "docs" / "assurance" / "asvs.toml"
#: What a row says of itself: exactly one of these.
WAYS = ("test", "reason", "open")


def chapters() -> list[dict[str, Any]]:
    """The chapters with their rows, as docs/assurance/asvs.toml has them."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))["chapter"]  # type: ignore[no-any-return]


def page() -> str:
    """Counts by chapter, then every point."""
    text = "# Security checklist: OWASP ASVS 5.0\n\n"
    text += "Levels 1 and 2 of every chapter, level 3 of authorisation (V8) and logging (V16). The numbers are those of the "
    text += "Application Security Verification Standard 5.0 "
    text += "of the OWASP Foundation (CC BY-SA 4.0), where each point stands in full; the few words here are ours. "
    text += "A point is held by a test, does not apply or is held in another way (with the file that shows it), or is open. "
    text += "Nobody from outside has looked at this list.\n\n"
    text += "| chapter | points | held by a test | does not apply, or held otherwise | open |\n|---|---|---|---|---|\n"
    sums = dict.fromkeys(WAYS, 0)
    for chapter in chapters():
        counted = {way: sum(way in row for row in chapter["rows"]) for way in WAYS}
        sums = {way: sums[way] + counted[way] for way in WAYS}
        text += _line(f"{chapter['id']} {chapter['title']}", counted)
    text += _line("all", sums)
    for chapter in chapters():
        text += f"\n## {chapter['id']} {chapter['title']}\n\n| point | level | about | held by a test | does not apply, or held otherwise | open |\n|---|---|---|---|---|---|\n"
        for row in chapter["rows"]:
            shown = f"`{row['test']}`" if "test" in row else ""
            because = f"{row['reason']} (`{row['file']}`)" if "reason" in row else ""
            text += f"| {row['id']} | {row['level']} | {row['says']} | {shown} | {because} | {row.get('open', '')} |\n"
    return text


def _line(name: str, counted: dict[str, int]) -> str:
    return f"| {name} | {sum(counted.values())} | {' | '.join(str(counted[way]) for way in WAYS)} |\n"
