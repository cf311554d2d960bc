"""Results files, their summary, and the README's table made from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
README = ROOT / "README.md"
OPEN, CLOSE = "<!-- bench -->", "<!-- /bench -->"
KEYS = ("table", "row", "bar", "measured", "unit", "holds", "peer", "when", "machine")
TABLES = ("night", "scan", "whole", "linkage", "pages", "packs", "products", "large")
LONG = ("large",)  # measured only when asked for


def write(name: str, content: dict[str, Any]) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read(name: str) -> dict[str, Any]:
    return json.loads((RESULTS / f"{name}.json").read_text("utf-8"))


def summary() -> list[dict[str, Any]]:
    """The summary that the results files make, in the order of the tables."""
    out = []
    for name in TABLES:
        if (RESULTS / f"{name}.json").exists():
            found = read(name)
            out += [{**row, "when": found["when"], "machine": found["machine"]} for row in found["summary"]]
    return out


def write_summary() -> None:
    (RESULTS / "summary.json").write_text(json.dumps(summary(), indent=1, ensure_ascii=False) + "\n", "utf-8")


def table() -> str:
    """The README's block. A bar that is missed says so in bold; a figure without a bar has none."""
    rows = summary()
    lines = ["| | measured | bar | holds | beside |", "|---|---|---|---|---|"]
    for r in rows:
        holds = {True: "yes", False: "**no**", None: ""}[r["holds"]]
        bar = r["bar"].replace("<", "under").replace(">=", "at least")
        measured = f"{r['measured']:g} {r['unit']}"
        lines.append(f"| {r['table']}: {r['row']} | {measured} | {bar} | {holds} | {r['peer']} |")
    where = sorted({(r["when"][:10], r["machine"]) for r in rows})
    busy = [f"{name} ({others:g} cores)" for name in TABLES if (others := _others(name)) > 0.25]
    told = "; ".join(f"{when}, {machine}" for when, machine in where)
    text = "\n".join(lines) + f"\n\nMeasured {told}. Written by `make bench` from `benchmarks/results`."
    if busy:
        text += f" Other work kept cores busy meanwhile, so figures are slower than the machine is: {', '.join(busy)}."
    return text


def _others(name: str) -> float:
    return read(name)["others"] if (RESULTS / f"{name}.json").exists() else 0.0


def block() -> str:
    return f"{OPEN}\n{table()}\n{CLOSE}"


def _readme() -> tuple[str, int, int]:
    text = README.read_text("utf-8")
    start, end = text.find(OPEN), text.find(CLOSE)
    return text, start, end + len(CLOSE) if end >= 0 else -1


def write_readme() -> bool:
    """Puts the table between the README's markers; False where it has none."""
    text, start, end = _readme()
    if start < 0 or end < start:
        return False
    README.write_text(text[:start] + block() + text[end:], "utf-8")
    return True


def problems() -> list[str]:
    """What is wrong with the results, the summary or the README."""
    out = []
    for name in TABLES:
        path = RESULTS / f"{name}.json"
        if not path.exists():
            out.append(f"{path.name}: missing")
            continue
        try:
            found = read(name)
        except json.JSONDecodeError as broken:
            return [*out, f"{path.name}: {broken}"]
        lacking = [
            k
            for k in ("when", "machine", "versions", "others", "cores", "repeats", "summary")
            if k not in found
        ]
        if lacking:
            return [*out, f"{path.name}: without {', '.join(lacking)}"]
    path = RESULTS / "summary.json"
    if not path.exists():
        return [*out, "summary.json: missing"]
    rows = json.loads(path.read_text("utf-8"))
    out += [
        f"summary.json, row {n + 1}: not the keys {', '.join(KEYS)}"
        for n, r in enumerate(rows)
        if tuple(r) != KEYS
    ]
    if rows != summary():
        out.append("summary.json: not what the results files make")
    text, start, end = _readme()
    if start < 0 or end < start:
        out.append(f"README.md: no {OPEN} … {CLOSE}")
    elif text[start:end] != block():
        out.append("README.md: its table is not what the results make")
    return out
