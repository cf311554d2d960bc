"""One force, its home after a night, what people did in it, and products drafted from it: a process of its own.

``python -m tests.products.making FOLDER SEED`` leaves in FOLDER: ``out`` (the deliveries), ``home``, ``findings``, the CSV
of each draft, and ``made.json`` with periods and district. Django is loaded once in a process and for one home, so no test
does this in its own.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

DELIVERIES = ("first", "night")


def make(folder: Path, seed: int) -> None:
    home = folder / "home"
    _night(folder, home, seed)
    from redshank.web.heads.models import Publication, Record

    as_of = Publication.objects.get(pk=1).as_of
    districts = Counter(Record.objects.filter(valid_to=None, signals__gt=0).exclude(district="").values_list("district", flat=True))  # fmt: skip
    district = max(sorted(districts), key=lambda d: districts[d])
    last = as_of.date()
    year, month = (last - timedelta(days=364), last), (last - timedelta(days=50), last - timedelta(days=23))
    from .acting import everything

    everything(as_of, 1 + seed % 2)
    _drafts(folder, home, year, month, district)
    _contents(folder, home, last, sorted(districts))
    told = {"year": year, "month": month, "district": district}
    (folder / "made.json").write_text(json.dumps(told, default=str), encoding="utf-8")


def _night(folder: Path, home: Path, seed: int) -> None:
    """As the command line does it: written, loaded, read, exported and published."""
    from redshank import cli

    def run(*words: str) -> None:
        try:
            cli.main([str(w) for w in words])
        except SystemExit as end:
            if end.code:
                raise RuntimeError(f"{words} ended with {end.code}") from None

    run("synthetic", str(folder / "out"), "--scale", "small", "--seed", str(seed), "--json")
    for name in DELIVERIES:
        run("--home", str(home), "load", str(folder / "out" / name), "--json")
    run("--home", str(home), "night", "--json")
    run("--home", str(home), "findings", "export", str(folder / "findings"), "--json")
    from redshank import publish

    publish.prepare(home)


def _drafts(folder: Path, home: Path, year: Any, month: Any, district: str) -> None:
    """Every figure, three times; the problem profile once, for what differs between two forces."""
    from redshank.products.papers import write
    from redshank.web.accounts.models import User
    from redshank.web.products import acts, showing

    from .drafting import drafted, write_specs

    write_specs(home)
    analyst = User.objects.get(username="demo-analyst")
    for name, (start, end), where in (("year", year, ""), ("month", month, ""), ("district", year, district), ("district-month", month, district)):  # fmt: skip
        (folder / f"{name}.csv").write_bytes(drafted(analyst, start, end, where))
    profile = acts.draft(analyst, acts.Asked("problem-profile", *year, "profile", closed=True))
    (folder / "profile.csv").write_bytes(write(showing.document(analyst, profile, "internal"), "csv"))


#: Of the attack on small numbers: two editions of a year and two of a month, each 28 days after the other. Of the force and of
#: two districts; of every district with EVERY_DISTRICT (`make assurance-full`).
ATTACKED = {"year-1": (364 + 28, 28), "year-2": (364, 0), "month-1": (55, 28), "month-2": (27, 0)}


def _contents(folder: Path, home: Path, last: Any, districts: list[str]) -> None:
    """What editions for others are made of, of the force and of each district: every figure, as it is kept."""
    from redshank.products.build import compute
    from redshank.products.frozen import keep, pack
    from redshank.products.rows import Period, of_district
    from redshank.products.specs import read, told
    from redshank.web.accounts.models import User
    from redshank.web.products.gather import gather

    from .drafting import write_specs

    write_specs(home)
    (folder / "contents").mkdir()
    spec = read("every-figure", home)
    rows = gather(User.objects.get(username="demo-analyst"))
    for place in ("", *(districts if "EVERY_DISTRICT" in os.environ else districts[:2])):
        mine = of_district(rows, place) if place else rows
        for name, (begun, ended) in ATTACKED.items():
            when = Period(last - timedelta(days=begun), last - timedelta(days=ended))
            kept = keep(compute(spec, mine, when), mine, {"whole": told(spec)})
            where = folder / "contents" / f"{districts.index(place) if place else 'force'}.{name}"
            where.write_bytes(pack(kept))


if __name__ == "__main__":
    started = datetime.now(UTC)
    make(Path(sys.argv[1]), int(sys.argv[2]))
    print(f"made in {datetime.now(UTC) - started}")
