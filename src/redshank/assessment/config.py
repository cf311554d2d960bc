"""Thresholds and weights of the assessment: data files beside this module, checked when they are read.

``patterns.toml``, ``weights.toml``, ``lines.toml`` and ``places.toml`` each say where a figure comes from. A force's own figures
replace ours key by key (``load(overrides)``); nothing here is an official weight.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from itertools import pairwise
from typing import Any

from redshank.errors import UsageError

FILES = ("patterns", "weights", "lines", "places")
BANDS = ("critical", "significant", "contextual")
Config = dict[str, Any]


def load(overrides: dict[str, Any] | None = None) -> Config:
    """All four files as one dictionary by file name, a force's own values laid over them."""
    folder = resources.files("redshank.assessment")
    out: Config = {name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in FILES}
    if overrides:
        out = _over(out, overrides)
    check(out)
    return out


def _over(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in top.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _over(merged[key], value) if both else value
    return merged


def check(config: Config) -> None:
    """Refuse figures that would make a score other than a repeatable whole number."""
    weights = config["weights"]
    for section in ("indicators", "fields", "together"):
        for code, rule in weights[section].items():
            where = f"weights.toml [{section}.{code}]"
            _need(
                isinstance(rule["points"], int) and rule["points"] > 0,
                where,
                "points: a whole number above 0",
            )
            _need(rule["band"] in BANDS, where, f"band: one of {', '.join(BANDS)}")
            _need(rule["kind"] in ("harm", "risk"), where, "kind: harm or risk")
            known = rule["domains"] == "context" or set(rule["domains"]) <= {"sexual", "criminal"}
            _need(known, where, "domains: sexual, criminal, or context")
            _need(
                rule["domains"] != "context" or bool(rule.get("unplaced")),
                where,
                "unplaced: where no context tells",
            )
            _need(bool(rule.get("label")), where, "label: plain words")
    for section in ("decay", "repeats"):
        steps = weights[section]["per_mille"]
        falling = all(a >= b for a, b in pairwise(steps))
        _need(
            bool(steps) and falling and min(steps) > 0,
            f"weights.toml [{section}]",
            "per_mille: falling, never 0",
        )
    for name in ("weights", "lines", "places"):
        _need(bool(config[name].get("provenance")), f"{name}.toml", "provenance: where the figures come from")


def _need(holds: bool, where: str, what: str) -> None:
    if not holds:
        raise UsageError(
            f"{where} breaks the rule: {what}.", "Correct the value, or leave it out to use ours."
        )
