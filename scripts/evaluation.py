"""Evaluates whole nights on fresh seeds and writes the README's table: `make evaluation`.

    python scripts/evaluation.py [--scale medium] [--seeds 211,212,213] [--keep DIR] [--write]

Each seed: a synthetic force is written, its first delivery loaded and read, then its night's, then the findings are
scored. Weights and lexicon were settled on seeds below 200. Beside them stand forces that another hand wrote
(tests/contract), and the lead time of a replay of ``small`` day by day.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redshank import evaluate, night, records, synthetic
from redshank.store import Store

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "evaluation.json"
MARKS = ("<!-- evaluation -->", "<!-- /evaluation -->")


OTHER_HANDS = {"second hand": "second_hand.py"}
OTHER_SEEDS = (101, 102, 103)


def one(folder: Path, scale: str, seed: int) -> tuple[evaluate.Report, dict]:
    """A force of one seed, two nights, their score, and what the first morning asked of a person."""
    synthetic.write(folder / "force", scale=scale, seed=seed)
    return scored(folder)


def scored(folder: Path) -> tuple[evaluate.Report, dict]:
    """Two nights over ``folder/force``, their score, and what the first morning asked of a person."""
    store, truth, mornings = Store.open(folder / "home", create=True), folder / "force" / "truth", []
    for delivery in ("first", "night"):
        with store.writing():
            records.load(store, folder / "force" / delivery)
            summary = night.run(store)["summary"]
        tables, about = night.published(store)
        mornings.append(evaluate.evaluate_morning(tables, truth, summary))
    return evaluate.evaluate(tables, truth, about), mornings[0]


def another_hand(program: str, seed: int) -> evaluate.Report:
    """A force that somebody wrote from the contract alone, and its score."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = [sys.executable, program, str(folder / "force"), "--seed", str(seed)]
        subprocess.run(made, check=True, capture_output=True, cwd=ROOT / "tests" / "contract")
        return scored(folder)[0]


def lead_time(seed: int) -> dict:
    """Days between recognisable and proposed, by a replay of every day of ``small``; and seconds a night."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        synthetic.write(folder / "force", scale="small", seed=seed)
        store = Store.open(folder / "home", create=True)
        with store.writing():
            for delivery in ("first", "night"):
                records.load(store, folder / "force" / delivery)
            last = records.last_record_time(store, None)
            if last is None:
                raise SystemExit("the synthetic force has no record")
            began = time.process_time()
            report = night.replay(store, last - timedelta(days=640), every=1, progress=lambda *_: None)
            seconds = time.process_time() - began
        tables, about = night.published(store, report["name"])
        lead = evaluate.evaluate(tables, folder / "force" / "truth", about).figures["groups"]["lead"]
    return {"seed": seed, "nights": report["nights"], "seconds_a_night": seconds / report["nights"], **lead}


def table(result: dict) -> str:
    """The README's table of a result."""
    lines = [
        f"Mean and worst of {len(result['seeds'])} fresh seeds of `{result['scale']}` (seeds {', '.join(map(str, result['seeds']))}; "
        f"`make evaluation`, {result['when']}):",
        "",
        "| measure | bar | mean | worst | |",
        "|---|---|---|---|---|",
    ]
    lines += [_line(row) for row in result["bars"]]
    lines.append(
        f"| affirmed signals F1 on sentences withheld from the lexicon's author | – | {result['withheld_f1']:.3f} | | |"
    )
    asked, first = ([m[k] for m in result["mornings"]] for k in ("asked", "share_first_planted"))
    listed = all(m["groups_listed"] == m["groups_found"] for m in result["mornings"])
    lines += [
        "",
        f"The first morning asks for {min(asked)} to {max(asked)} decisions (bar: 60); of its first 20 items "
        f"{sum(first) / len(first):.0%} are about planted truth, worst {min(first):.0%} (bar: 80 %); "
        f"{'every' if listed else '**not every**'} planted group that was found is among them.",
    ]
    lead = result["lead"]
    lines += [
        "",
        f"Lead time (every day of `small` replayed, seed {lead['seed']}, {lead['nights']} nights, {lead['seconds_a_night']:.2f} s of "
        f"processor time a night): median {lead['median_days']:g} days (bar: under 7), worst {lead['worst_days']}.",
    ]
    for name, rows in result["other_hands"].items():
        lines += [
            "",
            f"A force by a {name} (about 2,000 records, seeds {', '.join(map(str, OTHER_SEEDS))}):",
            "",
            "| measure | bar | mean | worst | |",
            "|---|---|---|---|---|",
            *(_line(row) for row in rows),
        ]
    return "\n".join(lines)


def _line(row: dict) -> str:
    shown = [("–" if row[k] is None else f"{row[k]:.3f}") for k in ("mean", "worst")]
    word = {True: "holds", False: "**missed**", None: "not measured"}[row["holds"]]
    return f"| {row['name']} | {row['is']} {row['bar']:g} | {shown[0]} | {shown[1]} | {word} |"


def render(check: bool = False) -> bool:
    """Writes the table into the README; with ``check`` only says whether it stands there."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    new = f"{before}{MARKS[0]}\n{table(json.loads(RESULT.read_text(encoding='utf-8')))}\n{MARKS[1]}{after}"
    if not check:
        readme.write_text(new, encoding="utf-8")
    return new == text


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", default="medium")
    parser.add_argument("--seeds", default="211,212,213")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", action="store_true", help="write the result and the README's table")
    arguments = parser.parse_args()
    seeds = [int(s) for s in arguments.seeds.split(",")]
    reports, mornings = [], []
    for seed in seeds:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as scratch:
            folder = (arguments.keep or Path(scratch)) / f"{arguments.scale}-{seed}"
            folder.mkdir(parents=True, exist_ok=True)
            report, morning = one(folder, arguments.scale, seed)
        reports.append(report)
        mornings.append(morning)
        missed = ", ".join(b.name for b in report.missed) or "nothing"
        sys.stdout.write(f"seed {seed}: {time.perf_counter() - began:.0f} s, missed: {missed}\n")
        sys.stdout.flush()
    several = evaluate.mean_and_worst(reports)
    withheld = [
        r.figures["signals"]["withheld"]["f1"] for r in reports if r.figures["signals"].get("withheld")
    ]
    result = {
        "scale": arguments.scale,
        "seeds": seeds,
        "when": datetime.now(UTC).date().isoformat(),
        "bars": several.rows,
        "withheld_f1": sum(withheld) / len(withheld) if withheld else 0.0,
        "mornings": mornings,
        "lead": lead_time(seeds[0]),
        "other_hands": {
            name: evaluate.mean_and_worst([another_hand(program, seed) for seed in OTHER_SEEDS]).rows
            for name, program in OTHER_HANDS.items()
        },
    }
    if arguments.write:
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        render()
    sys.stdout.write(table(result) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
