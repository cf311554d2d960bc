"""The linkage model: Splink settings kept as data, and whole-number weights made from them.

``data/model.toml`` says which levels each comparison has, in SQL, with m and u. From it come, by one path,
(1) the settings dictionary that Splink loads (:func:`splink_settings`; charts, training and ``predict`` work
on it), and (2) the SQL that the night runs (:func:`scoring_sql`): Splink's own CASE over the same conditions,
and on top a score in whole milli-bits, so that engines and machines agree to the last digit. A test holds the
two to be equal within rounding.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Level:
    comparison: str
    code: str
    gamma: int  # Splink's comparison vector value: -1 missing, 0 else, then upwards
    when: str
    null: bool
    m: float
    u: float
    tf: str | None
    tf_min: float
    sampled: bool
    words: str


@cache
def model_data() -> dict[str, Any]:
    return tomllib.loads(resources.files("redshank.identity").joinpath("data/model.toml").read_text("utf-8"))


@cache
def comparisons() -> dict[str, tuple[Level, ...]]:
    """Levels of each comparison, in the order in which they are tried."""
    macros: dict[str, str] = model_data()["macros"]
    out: dict[str, tuple[Level, ...]] = {}
    for spec in model_data()["comparison"]:
        levels, gamma = [], sum(not raw.get("null") for raw in spec["levels"]) - 1
        for raw in spec["levels"]:
            null = bool(raw.get("null"))
            when = raw["when"]
            for name, sql in macros.items():
                when = when.replace("{" + name + "}", sql)
            levels.append(
                Level(
                    spec["name"], raw["code"], -1 if null else gamma, when, null, raw.get("m", 1.0),
                    raw.get("u", 1.0), raw.get("tf"), raw.get("tf_min", 0.0), bool(raw.get("sampled")), raw["words"],
                )
            )  # fmt: skip
            gamma -= not null
        out[spec["name"]] = tuple(levels)
    return out


def milli_bits(share: float) -> int:
    """How much a share tells, in milli-bits: -1000 log2(share)."""
    return round(-1000 * math.log2(share))


def weights(u: dict[tuple[str, str], float]) -> dict[tuple[str, str], int]:
    """Whole milli-bits of each level; for levels with term frequency the part without it (log2 m)."""
    out = {}
    for name, levels in comparisons().items():
        for level in levels:
            if level.null:
                out[name, level.code] = 0
            elif level.tf:
                out[name, level.code] = -milli_bits(level.m)
            else:
                out[name, level.code] = milli_bits(u.get((name, level.code), level.u)) - milli_bits(level.m)
    return out


def splink_settings(u: dict[tuple[str, str], float], prior_bits: int) -> dict[str, Any]:
    """The model as a dictionary that ``splink.SettingsCreator.from_path_or_dict`` takes."""
    found = []
    for name, levels in comparisons().items():
        rows: list[dict[str, Any]] = []
        for level in levels:
            row: dict[str, Any] = {
                "sql_condition": level.when,
                "label_for_charts": f"{level.code}: {level.words}",
            }
            if level.null:
                row["is_null_level"] = True
            else:
                row["m_probability"] = level.m
                row["u_probability"] = u.get((name, level.code), level.u)
            if level.tf:
                row |= {
                    "tf_adjustment_column": level.tf,
                    "tf_adjustment_weight": 1.0,
                    "tf_minimum_u_value": level.tf_min,
                    "disable_tf_exact_match_detection": True,
                }
            rows.append(row)
        found.append({"output_column_name": name, "comparison_levels": rows})
    odds = 2 ** (prior_bits / 1000)
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "probability_two_random_records_match": odds / (1 + odds),
        "comparisons": found,
        "blocking_rules_to_generate_predictions": [],
    }


def scoring_sql(
    u: dict[tuple[str, str], float], prior_bits: int, least: int | None, only: tuple[str, ...] | None = None
) -> str:
    """SQL over ``pairs`` (l, r) and ``described`` that gives l, r, one gamma each, and the score.

    ``least`` leaves out pairs below it; None keeps all. ``only`` names the comparisons that are asked for, where the
    others are missing anyway (a missing comparison adds nothing) or their answer is not wanted.
    """
    asked = {name: levels for name, levels in comparisons().items() if only is None or name in only}
    weight = weights(u)
    columns = sorted({c for c in _columns_read()})
    both = ", ".join(f"a.{c} AS {c}_l, b.{c} AS {c}_r" for c in columns)
    gammas, terms, kept = [], [], []
    for name, levels in asked.items():
        cases = " ".join(
            f"ELSE {v.gamma}" if v.when == "ELSE" else f"WHEN {v.when} THEN {v.gamma}" for v in levels
        )
        gammas.append(f"CASE {cases} END AS g_{name}")
        scores = []
        for v in levels:
            value = str(weight[name, v.code])
            if v.tf:
                most = milli_bits(v.tf_min)
                value += f" + least(bits_{v.tf}_l, bits_{v.tf}_r, {most})"
                kept += [f"bits_{v.tf}_l", f"bits_{v.tf}_r"]
            scores.append(f"WHEN {v.gamma} THEN {value}")
        terms.append(f"CASE g_{name} {' '.join(scores)} END")
    bits = "".join(f"{b}, " for b in sorted(set(kept)))
    names = ", ".join(f"g_{n}" for n in asked)
    where = "" if least is None else f" WHERE score >= {least}"
    return (
        f"WITH blocked AS (SELECT p.l, p.r, {both} FROM pairs p JOIN described a ON a.id = p.l "
        f"JOIN described b ON b.id = p.r), "
        f"compared AS (SELECT l, r, {bits}{', '.join(gammas)} FROM blocked), "
        f"scored AS (SELECT l, r, {names}, CAST({prior_bits} + {' + '.join(terms)} AS BIGINT) AS score FROM compared) "
        f"SELECT * FROM scored{where}"
    )


def _columns_read() -> set[str]:
    import re

    found = {f"bits_{v.tf}" for levels in comparisons().values() for v in levels if v.tf}
    for levels in comparisons().values():
        for level in levels:
            found |= {name[:-2] for name in re.findall(r"\b[a-z0-9_]+_[lr]\b", level.when)}
    return found
