"""`python scripts/assurance.py` runs every test that a promise of docs/assurance.toml or a rule of practice names, and keeps what came of
each in docs/assurance/results.json; `--full` with all that is too long for CI; `--report FILE` takes them from the JUnit report of a run that was made anyway. `make docs`
writes the page of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs" / "assurance" / "results.json"


def promises() -> list[dict[str, Any]]:
    """The parts with their promises, as docs/assurance.toml has them."""
    text = (ROOT / "docs" / "assurance.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["part"]  # type: ignore[no-any-return]


def rules() -> list[dict[str, Any]]:
    """The rules of safe practice, as docs/coverage.toml has them."""
    text = (ROOT / "docs" / "coverage.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["practice"]  # type: ignore[no-any-return]


def tests() -> list[str]:
    """Every test named, each once; a file alone stands for all in it."""
    named = {t for part in promises() for p in part["promise"] for t in p.get("test", [])}
    named |= {r["test"] for r in rules() if "test" in r}
    return sorted(t for t in named if "::" not in t or t.partition("::")[0] not in named)


def page() -> str:
    """The page of the promises, with what the last run of their tests came to."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    text = "# Assurance: what is promised, and the proof\n\n"
    text += "`make assurance` runs every test named here again (`make assurance-full` with all that is too long for CI) and keeps what came of it.\n"
    text += "\nThe checklist of OWASP's verification standard, point by point: [asvs.md](asvs.md).\n"
    for part in promises():
        text += f"\n## {part['title']}\n\n| promise | proven by | when last run | still open |\n|---|---|---|---|\n"
        for p in part["promise"]:
            named = p.get("test", [])
            shown = "<br>".join(f"`{t}`" for t in named)
            text += f"| {p['says']} | {shown} | {_figure(named, kept)} | {p.get('open', '')} |\n"
    text += "\n## Rules of safe practice\n\n| rule | proven by | when last run | still open |\n|---|---|---|---|\n"
    for r in rules():
        named = [r["test"]] if "test" in r else []
        text += f"| {r['rule']} | {'`' + named[0] + '`' if named else ''} | {_figure(named, kept)} | {r.get('open', '')} |\n"
    return text


def _figure(named: list[str], kept: dict[str, Any]) -> str:
    found = [r for t, r in kept.get("tests", {}).items() for n in named if t == n or t.startswith(f"{n}::")]
    if not found:
        return "not yet" if named else ""
    cases, passed = sum(r["cases"] for r in found), sum(r["passed"] for r in found)
    return f"{passed} of {cases} held, {kept['when']}"


def run(full: bool) -> int:
    """Runs the tests and keeps, by test, how many cases there were and how many held; pytest's own exit code."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        more = (
            {"REDSHANK_KILL_POINTS": "1000", "REDSHANK_ALL_ROLES": "1", "REDSHANK_POLICY_EXAMPLES": "60"}
            if full
            else {}
        )
        done = subprocess.run(
            [
                sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", *([] if full else ["-m", "not long"]),
                f"--junitxml={report}", *tests(),
            ],
            cwd=ROOT, check=False, env=os.environ | more,
        )  # fmt: skip
        keep(report, full)
    return done.returncode


def keep(report: Path, full: bool) -> None:
    """Keeps, by test, what a run's report says of the tests named."""
    found = {t: r for t, r in _read(report).items() if any(t == n or t.startswith(f"{n}::") for n in tests())}
    RESULTS.parent.mkdir(exist_ok=True)
    about = {"when": datetime.now(UTC).date().isoformat(), "full": full, "tests": found}
    RESULTS.write_text(json.dumps(about, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _read(report: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"cases": 0, "passed": 0})
    for case in ET.parse(report).iter("testcase"):
        if case.find("skipped") is not None:
            continue
        name = case.get("name", "").partition("[")[0].partition("@")[0]
        one = found[f"{case.get('classname', '').replace('.', '/')}.py::{name}"]
        one["cases"] += 1
        one["passed"] += case.find("failure") is None and case.find("error") is None
    return dict(found)


if __name__ == "__main__":
    if "--report" in sys.argv:
        keep(Path(sys.argv[sys.argv.index("--report") + 1]), "--full" in sys.argv)
        sys.exit(0)
    sys.exit(run("--full" in sys.argv))
