"""Write a whole force: two deliveries and the truth about them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from redshank.synthetic.deliver import Delivery, build
from redshank.synthetic.files import write_delivery, write_truth
from redshank.synthetic.ordinary import write_ordinary
from redshank.synthetic.places import Places
from redshank.synthetic.planting import Planted, plant
from redshank.synthetic.population import Population
from redshank.synthetic.records import Force

# The last whole day of the first delivery; the night follows it.
LAST_DAY = date(2026, 3, 31)


@dataclass(frozen=True)
class Scale:
    """How much of everything. ``night`` is about the number of records of the night's delivery."""

    records: int
    people: int
    groups: int
    decoys: int
    lines: int
    night: int
    again: int
    parquet: bool = False


SCALES = {
    "small": Scale(3_000, 6_000, 9, 2, 6, 40, 4),
    "medium": Scale(60_000, 48_000, 40, 6, 25, 200, 16),
    "large": Scale(1_020_000, 600_000, 220, 25, 80, 1_400, 60, True),
}

Progress = Callable[[str], None]


def people_of(scale: str, seed: int, swap: str = "") -> tuple[Population, np.random.Generator, Random]:
    """The people of a force, and the two sources of chance as they stand after making them."""
    rng = np.random.default_rng([seed, 20260331])
    py = Random(f"redshank synthetic {seed}")
    places = Places(rng)
    today = (LAST_DAY - date(1970, 1, 1)).days
    return Population(SCALES[scale].people, places, today, rng, py, swap), rng, py


def write(
    out: Path,
    scale: str = "small",
    seed: int = 1,
    days: int = 730,
    progress: Progress | None = None,
    swap: str = "",
) -> dict[str, Any]:
    """Write ``out/first``, ``out/night`` (deliveries), ``out/truth`` and the marker ``out/SYNTHETIC``.

    Gives counts by table. The same arguments give the same bytes. ``progress`` is told of each step; ``swap`` makes the
    counterfactual of the force (:class:`Population` says how).
    Raises ``KeyError`` for a scale that is not in :data:`SCALES`, ``ValueError`` for fewer than 300 days.
    """
    size = SCALES[scale]
    if days < 300:
        raise ValueError("days must be at least 300: groups and their traces need months")
    tell = progress or (lambda _: None)
    tell("people and places")
    population, rng, py = people_of(scale, seed, swap)
    places = population.places
    end = (population.today + 1) * 86400
    start = end - days * 86400
    tell("planted groups and decoys")
    first, night = Force(population), Force(population)
    planted: Planted = plant(first, night, size, start, end, py)
    tell("ordinary records")
    write_ordinary(first, size.records - first.count, start, days, rng)
    write_ordinary(night, max(10, size.night - night.count), end, 1, rng)
    tell("deliveries")
    counters: dict[str, int] = {}
    one = build(first, "first", end, counters, rng)
    two = build(night, "night", end + 86400, counters, rng, planted.fixed(one))
    one.tables["premises"] = places.table()
    deliveries: list[tuple[Delivery, Force]] = [(one, first), (two, night)]
    tell("files")
    out.mkdir(parents=True, exist_ok=True)
    quarantine = [write_delivery(out / d.name, d, size.parquet, py) for d, _ in deliveries]
    counts = write_truth(out / "truth", deliveries, planted, quarantine, end + 86400, days)
    changed = f", {swap} changed" if swap else ""
    said = f"Synthetic data of redshank.synthetic (scale {scale}, seed {seed}, days {days}{changed}). Nothing here is about anybody.\n"
    # By these hashes `redshank load` knows a delivery as synthetic; a demonstration home takes no other.
    (out / "SYNTHETIC").write_text(said + "".join(_hashes(out, [d.name for d, _ in deliveries])), "utf-8")
    return counts


def _hashes(out: Path, names: list[str]) -> Iterator[str]:
    for name in names:
        for path in sorted((out / name).iterdir()):
            with path.open("rb") as file:
                yield f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}/{path.name}\n"
