"""A force of a million records (``make bench-large``): its first night, publishing it, pages under twenty people, products.

It takes about an hour. A home that stands in the scratch folder already (``large-home``) is measured as it is: then the figures of
what made it are left as the results have them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import children, pages, products, report

SEED = 7
MIB = 1024 * 1024


def measure(scratch: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """The content of ``results/large.json``."""
    home = scratch / "large-home"
    made = _kept() if (home / "CURRENT").exists() else _made(scratch, home, say)
    if not (home / "web" / "redshank.sqlite3").exists():
        say("publishing")
        made["publish"] = _told(children.redshank(home, "serve", "--prepare"))
    say("products")
    drafted = json.loads(children.python("benchmarks.products", home).out)
    say("pages")
    asked = pages.everything(home, "large")
    rows = [*_rows(made), *asked.pop("summary"), *products.rows("large", drafted)]
    return {**made, "products": drafted, "pages": asked, "summary": [r | {"table": "large"} for r in rows]}


def _kept() -> dict[str, Any]:
    """What the results say already of how such a home was made; nothing where they say nothing."""
    if not (report.RESULTS / "large.json").exists():
        return {}
    return {k: v for k, v in report.read("large").items() if k in ("load", "night", "publish")}


def _made(scratch: Path, home: Path, say: Callable[[str], None]) -> dict[str, Any]:
    force = scratch / "large-force"
    say("synthetic force")
    children.run(children.PROGRAM, "synthetic", force, "--scale", "large", "--seed", str(SEED))
    say("load")
    load = children.redshank(home, "load", force / "first")
    say("night")
    return {"load": _told(load), "night": _told(children.redshank(home, "night", "--json"))}


def _told(ran: children.Ran) -> dict[str, float]:
    return {"seconds": round(ran.seconds, 1), "peak_mib": round(ran.peak / MIB)}


def _rows(made: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines without a bar: no issue names one for a first night of this size."""
    words = {"load": "load", "night": "first night", "publish": "publishing it for the first time"}
    return [
        {"table": "large", "row": f"{words[k]}, peak {v['peak_mib']:,} MiB", "bar": "", "measured": v["seconds"], "unit": "s", "holds": None, "peer": ""}
        for k, v in made.items()
    ]  # fmt: skip
