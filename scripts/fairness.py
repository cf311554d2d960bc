"""Whole forces with only ethnicity, nationality, naming tradition or sex changed, beside re-seeded ones: `make fairness`.

    python scripts/fairness.py [--scale small] [--seeds 301,302,303,304,305,306] [--swaps ethnicity,nationality,tradition,sex] [--write]

The first seed's force is written again with one thing changed for everybody (`redshank synthetic --swap`). What each figure moves by
is held against chance: half the interval at 95 in 100 within which one more re-seeded force, nothing changed in it, would lie
(Student's t of the seeds' spread). Exit 13 where something moves by more. `--write` keeps docs/assurance/fairness.json and its page.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from typing import Any

from redshank import evaluate, night, records, synthetic
from redshank.store import Store

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "docs" / "assurance" / "fairness.json"
PAGE = RESULT.with_suffix(".md")
SWAPS = ("ethnicity", "nationality", "tradition", "sex")
#: Student's t, both sides at 95 in 100, by degrees of freedom (number of seeds less one).
STUDENT = {2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228, 11: 2.201, 12: 2.179, 13: 2.160, 14: 2.145, 15: 2.131, 16: 2.120, 17: 2.110, 18: 2.101, 19: 2.093}  # fmt: skip


def measured(scale: str, seed: int, swap: str = "") -> dict[str, Any]:
    """A force, one night over both its deliveries, and its figures: ``moves`` by name, and linkage by naming tradition."""
    with tempfile.TemporaryDirectory() as scratch:
        force = Path(scratch) / "force"
        if swap:
            synthetic.write(force, scale=scale, seed=seed, swap=swap)
        else:
            synthetic.write(force, scale=scale, seed=seed)
        store = Store.open(Path(scratch) / "home", create=True)
        with store.writing():
            for delivery in ("first", "night"):
                records.load(store, force / delivery)
            night.run(store)
        tables, about = night.published(store)
        report = evaluate.evaluate(tables, force / "truth", about)
    f = report.figures
    bands: Counter[str] = Counter(tables["children"]["band"].to_pylist())
    moves = {f"linkage {m}": f["persons"][m] for m in ("precision", "recall")}
    moves |= {f"affirmed signals {m}": f["signals"]["affirmed"][m] for m in ("precision", "recall")}
    moves |= {"signals": tables["signals"].num_rows, "groups proposed": f["groups"]["proposed"]}
    moves |= {
        "planted groups found": f["groups"]["found"],
        "groups' suspects recall": f["groups"]["suspects_recall"],
    }
    moves |= {f"children in the band {b}": bands[b] for b in ("critical", "significant", "contextual")}
    return {"seed": seed, "swap": swap, "moves": moves, "by_tradition": f["persons"]["by_tradition"]}


def allowed(values: list[float]) -> float:
    """Half the interval at 95 in 100 in which the next force of the kind would lie, from at least three of them."""
    n = len(values)
    if n - 1 not in STUDENT:
        raise SystemExit(f"{n} seeds: give three to twenty")
    return STUDENT[n - 1] * statistics.stdev(values) * sqrt(1 + 1 / n)


def judge(seeds: list[dict[str, Any]], swapped: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each change and figure: as it was, as it is, how far chance alone moves it, and whether it holds."""
    out = []
    for other in swapped:
        twin = next(s for s in seeds if s["seed"] == other["seed"])
        for figure, was in twin["moves"].items():
            half, now = allowed([s["moves"][figure] for s in seeds]), other["moves"][figure]
            row = {"swap": other["swap"], "figure": figure, "was": was, "is": now, "allowed": half}
            out.append({**row, "holds": abs(now - was) <= half})
    return out


def page(result: dict[str, Any]) -> str:
    """docs/assurance/fairness.md of a result."""
    rows, seeds = result["rows"], result["seeds"]
    missed = [r for r in rows if not r["holds"]]
    lines = [
        "# Fairness on whole forces",
        "",
        f"Written by `make fairness` on {result['when']}, scale `{result['scale']}`, seeds {', '.join(map(str, seeds))}.",
        "The first seed's force was written again with only one thing changed for everybody. A figure holds where it moves by no more",
        "than half the interval at 95 in 100 in which one more re-seeded force with nothing changed would lie. With few seeds that interval",
        "is wide: it would show a large effect, not a small one. Religion is recorded in no extract, so nothing can be changed in it.",
        "Codes are exchanged one for another: a rule that names a code would show, one that asks only whether two codes are equal would",
        "not; that no stage reads them is held by `tests/architecture/test_house.py`. Names of traditions change hands between households.",
        "",
        f"**{len(rows) - len(missed)} of {len(rows)} hold.**"
        + (
            ""
            if not missed
            else " Not so: " + "; ".join(f"{r['figure']} ({r['swap']})" for r in missed) + "."
        ),
        "",
        "| changed | figure | was | is | may move by | |",
        "|---|---|---|---|---|---|",
        *(
            f"| {r['swap']} | {r['figure']} | {_show(r['was'])} | {_show(r['is'])} | {_show(float(r['allowed']))} | {'holds' if r['holds'] else '**does not hold**'} |"
            for r in rows
        ),
        "",
        "## Linkage by naming tradition",
        "",
        "Pairs of appearances over all seeds, nothing changed; Wilson's intervals at 95 in 100. Pairs of one person hang together, so the",
        "intervals are narrower than they should be. A wrong pair counts for the traditions of both its people.",
        "",
        "| tradition | precision | between | recall | between |",
        "|---|---|---|---|---|",
    ]
    for r in result["by_tradition"]:
        cells = [
            f"{r[m]:.3f} | {r[m + '_interval'][0]:.3f} to {r[m + '_interval'][1]:.3f}"
            for m in ("precision", "recall")
        ]
        lines.append(f"| {r['tradition']} | {cells[0]} | {cells[1]} |")
    lines.append("")
    for measure, wrong in (("precision", "wrong"), ("recall", "missed")):
        right = sum(r["right"] for r in result["by_tradition"])
        whole = right / (right + sum(r[wrong] for r in result["by_tradition"]))
        low = [r["tradition"] for r in result["by_tradition"] if r[f"{measure}_interval"][1] < whole]
        lines.append(f"Interval wholly below the {measure} of all ({whole:.3f}): {', '.join(low) or 'none'}.")
    return "\n".join(lines) + "\n"


def _show(value: float) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def together(seeds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Linkage by naming tradition over all seeds: counts added, intervals from the sums."""
    from redshank.agreement import wilson

    sums: dict[str, Counter[str]] = {}
    for one in seeds:
        for r in one["by_tradition"]:
            sums.setdefault(r["tradition"], Counter()).update({k: r[k] for k in ("right", "wrong", "missed")})
    out = []
    for name, c in sorted(sums.items()):
        row: dict[str, Any] = {"tradition": name, **c}
        for measure, n in (("precision", c["right"] + c["wrong"]), ("recall", c["right"] + c["missed"])):
            if n:
                row |= {measure: c["right"] / n, f"{measure}_interval": list(wilson(c["right"], n))}
        if "precision" in row and "recall" in row:
            out.append(row)
    return out


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", default="small")
    parser.add_argument("--seeds", default="301,302,303,304,305,306")
    parser.add_argument("--swaps", default=",".join(SWAPS))
    parser.add_argument("--write", action="store_true", help="keep docs/assurance/fairness.json and its page")
    arguments = parser.parse_args()
    numbers = [int(s) for s in arguments.seeds.split(",")]
    allowed([0.0] * len(numbers))  # too few or too many: say so before an hour's work
    runs = [(n, "") for n in numbers] + [(numbers[0], swap) for swap in arguments.swaps.split(",")]
    results = []
    for seed, swap in runs:
        results.append(measured(arguments.scale, seed, swap))
        sys.stdout.write(f"seed {seed}, {swap or 'nothing'} changed: measured\n")
        sys.stdout.flush()
    seeds = [r for r in results if not r["swap"]]
    rows = judge(seeds, [r for r in results if r["swap"]])
    result = {
        "scale": arguments.scale,
        "seeds": numbers,
        "when": datetime.now(UTC).date().isoformat(),
        "rows": rows,
        "by_tradition": together(seeds),
    }
    if arguments.write:
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(page(result), encoding="utf-8")
    sys.stdout.write(page(result))
    return 0 if all(r["holds"] for r in rows) else 13


if __name__ == "__main__":
    sys.exit(main())
