"""Children in the vulnerability matrix and county lines in the risk matrix."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from redshank.evaluate.persons import Identity, Run, ratio
from redshank.evaluate.truth import Truth

FIRST = 25
HARM, RISK, NONE = "signals of harm", "signals of risk", "none found in what was read"
_SEVERITY = {HARM: 2, RISK: 1, NONE: 0}


def children(
    found: pa.Table, truth: Truth, identity: Identity | None, run: Run
) -> tuple[dict[str, Any], list[str]]:
    """Planted harmed children in the matrix; planted ones among the first 25 by score (ties: person_id); and how
    each domain of harm is shown. A child planted from a later day than the run's is left out.

    ``first.share`` is of 25, or of all planted where they are fewer.
    """
    assert identity is not None
    planted = [r for r in truth.children or [] if not (run.day and r["from"] and r["from"] > run.day)]
    people = {r["true_person"] for r in planted if r["harmed"] or r["sexual"] or r["criminal"]}
    harmed = {r["true_person"] for r in planted if r["harmed"]}
    rows = sorted(found.to_pylist(), key=lambda r: (-(r["score"] or 0), r["person_id"]))
    shown: dict[str, dict[str, Any]] = {}
    order: list[str | None] = []
    for row in rows:
        true = identity.true_of.get(row["person_id"])
        order.append(true)
        if true is not None:
            kept = shown.setdefault(true, {"sexual": NONE, "criminal": NONE})
            for domain, column in (("sexual", "sexual_exploitation"), ("criminal", "criminal_exploitation")):
                if _SEVERITY.get(row[column], 0) > _SEVERITY[kept[domain]]:
                    kept[domain] = row[column]
    domains, as_risk = {}, 0
    for domain in ("sexual", "criminal"):
        counts = dict.fromkeys((HARM, RISK, NONE, "not in the matrix"), 0)
        for person in sorted({r["true_person"] for r in planted if r["harmed"] and r[domain]}):
            counts[shown[person][domain] if person in shown else "not in the matrix"] += 1
        domains[domain] = counts
        as_risk += counts[RISK]
    first = len({p for p in order[:FIRST] if p in people})
    possible = min(FIRST, len(people))
    figures = {
        "planted": len(people),
        "harmed": len(harmed),
        "harmed_in_matrix": len(harmed & shown.keys()),
        "share_in_matrix": ratio(len(harmed & shown.keys()), len(harmed)),
        "matrix": len(rows),
        "first": {"planted": first, "of": FIRST, "possible": possible, "share": ratio(first, possible)},
        "harm_shown": domains,
        "harm_shown_as_risk": as_risk,
    }
    left = len(truth.children or []) - len(planted)
    return figures, [f"{left} children planted from a later day than the run's are left out"] if left else []


@cache
def band_order() -> dict[str, int]:
    """Rank of each band's word, from bars.toml; words of one rank are not compared."""
    data = tomllib.loads((files("redshank.evaluate") / "bars.toml").read_text(encoding="utf-8"))
    return {word: rank for rank, words in enumerate(data["bands"]["order"]) for word in words}


def lines(found: pa.Table, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Use of sexual exploitation: exact agreement, and known or suspected against not known. Bands: of the pairs of
    lines that the truth ranks apart, the share that the score ranks the same way, a tie counting half.

    The truth may say ``true`` or ``false`` instead of the register's words; then known and suspected are both right.
    """
    have = {r["line_ref"]: r for r in found.to_pylist()}
    seen = [(r, have[r["line_ref"]]) for r in rows if r["line_ref"] in have]
    exact = told = right = 0
    for planted, row in seen:
        said, use = row["uses_sexual_exploitation"] or "not known", planted["uses_sexual_exploitation"]
        if use is None:
            continue
        told += 1
        uses = use.casefold() in ("known", "suspected", "true", "yes", "1")
        right += uses == (said in ("known", "suspected"))
        plain = use.casefold() in ("true", "false", "yes", "no", "1", "0")
        exact += uses == (said in ("known", "suspected")) if plain else use.casefold() == said
    rank = band_order()
    points = [
        (rank[p["band"].casefold()], row["score"])
        for p, row in seen
        if p["band"] and p["band"].casefold() in rank and row["score"] is not None
    ]
    agree = pairs = 0.0
    for i, (a, x) in enumerate(points):
        for b, y in points[:i]:
            if a != b:
                pairs += 1
                agree += 0.5 if x == y else float((a > b) == (x > y))
    banded = [(p, r) for p, r in seen if p["band"]]
    return {
        "planted": len(rows),
        "compared": len(seen),
        "use_exact": ratio(exact, told),
        "use_detected": ratio(right, told),
        "band_equal": ratio(sum(p["band"] == r["band"] for p, r in banded), len(banded)),
        "band_order": agree / pairs if pairs else None,
    }
