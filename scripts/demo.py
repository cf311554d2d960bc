"""Writes what `make demo` shows into the README: `python scripts/demo.py` (a minute; the same text on every machine).

It writes the small force of seed 1, reads it in an empty home, and keeps the first lines of each section of the first
morning's summary, and of the explanation of its second group.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARKS = ("<!-- demo -->", "<!-- /demo -->")
SECTIONS, ITEMS, WIDTH = 5, 2, 150


def run(*arguments: str) -> str:
    """What a command of the program prints, at a fixed width."""
    wide = os.environ | {"COLUMNS": "220", "NO_COLOR": "1"}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("redshank")), *arguments],
        check=True,
        capture_output=True,
        text=True,
        env=wide,
    )
    return done.stdout


def short(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1].rstrip() + "…"


def morning(text: str) -> list[str]:
    """The first sections of a summary, each with its first items."""
    out, items, sections = [], 0, 0
    for line in text.splitlines():
        if line and not line.startswith(("·", " ")) and out:
            sections, items = sections + 1, 0
            if sections > SECTIONS:
                break
        if line.startswith("·"):
            items += 1
        if items <= ITEMS or not line.startswith(("·", " ")):
            out.append(short(line))
    return out


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        force, home = f"{scratch}/force", f"{scratch}/home"
        run("synthetic", force, "--scale", "small", "--seed", "1")
        run("--home", home, "load", f"{force}/first")
        said = morning(run("--home", home, "night"))
        second = json.loads(run("--home", home, "night", "--json"))["summary"]["groups"]["new"][1]["group_id"]
        told = run("--home", home, "explain", "group", second).splitlines()
        end = next(i for i, line in enumerate(told) if line.startswith("Members"))
        said += ["", f"$ redshank explain group {second}", *map(short, told[:end])]
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    text = "\n".join(said).strip()
    readme.write_text(f"{before}{MARKS[0]}\n```\n{text}\n```\n{MARKS[1]}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
