"""Products with every figure of the registry, drafted by a cleared analyst with handling C, and read from their CSV."""

from __future__ import annotations

import csv
import io
import itertools
from datetime import date
from pathlib import Path
from typing import Any

from .recompute.told import Told

_number = itertools.count(1)


def every_figure() -> list[str]:
    from redshank.products.figures import REGISTRY

    return list(REGISTRY)


def write_specs(home: Path) -> None:
    """The force's own specifications may name any figure: one with all of them, for the force and for a district."""
    folder = home / "products"
    folder.mkdir(exist_ok=True)
    for code, scope in (("every-figure", "force"), ("every-figure-district", "district")):
        figures = ", ".join(f'"{f}"' for f in every_figure())
        (folder / f"{code}.toml").write_text(
            f'code = "{code}"\nversion = "1"\ntitle = "Every figure"\nsource = "a test"\nscope = "{scope}"\nleast_days = 1\n'
            f'[[heading]]\nkey = "all"\ntitle = "1 All"\nfigures = [{figures}]\nfixed = ["methods"]\n',
            encoding="utf-8",
        )


def drafted(user: Any, start: date, end: date, district: str = "") -> bytes:
    """As CSV; ``closed``: the command line and an open draft read without handling C, the findings' export with it."""
    from redshank.products.papers import write
    from redshank.web.products import acts, showing

    code = "every-figure-district" if district else "every-figure"
    asked = acts.Asked(code, start, end, f"every-{next(_number)}", district=district, closed=True)
    return write(showing.document(user, acts.draft(user, asked), "internal"), "csv")


def read(paper: bytes) -> dict[str, Told]:
    out: dict[str, Told] = {}
    for row in csv.DictReader(io.StringIO(paper.decode("utf-8-sig"))):
        if not row["figure"]:
            continue
        told = out.setdefault(row["figure"], Told(""))
        if row["part"] in ("figure", "gap"):
            told.says = told.says or row["says"]
        else:
            told.cells.append((row["row"], row["column"], row["says"]))
    return out
