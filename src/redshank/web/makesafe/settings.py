"""What a force settles of Operation Makesafe: ``makesafe.toml``, read once and refused where it is not understood."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from redshank.web.pages.months import later as later

RESULTS = ("challenged", "identified", "called")


def read(data: dict[str, Any]) -> dict[str, Any]:
    """The configuration, checked: one category to a kind of premises, the three results, no unknown result that fails."""
    kinds = [k for c in data["category"] for k in c["kinds"]]
    if len(kinds) != len(set(kinds)):
        raise ValueError("makesafe.toml: a kind of premises stands in two categories")
    for table in ("category", "material"):
        keys = [x["key"] for x in data[table]]
        if len(keys) != len(set(keys)):
            raise ValueError(f"makesafe.toml: a {table} stands twice")
    if tuple(r["key"] for r in data["result"]) != RESULTS:
        raise ValueError(f"makesafe.toml: a test visit has the results {', '.join(RESULTS)}, in this order")
    if not data["revisit"]["fails"] or set(data["revisit"]["fails"]) - set(RESULTS):
        raise ValueError("makesafe.toml, revisit: fails names no result, or one that there is not")
    if data["totals"]["least"] < 2:
        raise ValueError("makesafe.toml, totals: least lets single results through")
    return data


DATA = read(tomllib.loads((Path(__file__).parent / "makesafe.toml").read_text(encoding="utf-8")))
CATEGORIES: dict[str, str] = {c["key"]: c["title"] for c in DATA["category"]}
#: Kind of premises in the register → category.
OF_KIND: dict[str, str] = {k: c["key"] for c in DATA["category"] for k in c["kinds"]}
MATERIALS: dict[str, str] = {m["key"]: m["title"] for m in DATA["material"]}
ASKED: dict[str, str] = {r["key"]: r["asks"] for r in DATA["result"]}
TOLD: dict[str, str] = {r["key"]: r["told"] for r in DATA["result"]}
ANSWERS = {"yes": "Yes", "no": "No", "na": "Not applicable"}
