"""Why appearances are taken to be one person, in plain words."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.errors import UsageError
from redshank.identity.epoch import Epoch, read_epoch
from redshank.identity.features import comparable, described
from redshank.identity.model import comparisons, milli_bits, model_data, weights


def explain(
    person_id: str,
    appearances: pa.Table,
    person_of: pa.Table,
    pairs: pa.Table,
    epoch: dict[str, pa.Table] | Epoch,
    ledger: pa.Table | None = None,
) -> dict[str, Any]:
    """The person's appearances and the pairs that hold them together.

    Keys: ``person_id``; ``was`` (what the ledger says of an id merged or split); ``appearances`` (record_key,
    row, delivery, probability, in order of known_at); ``held_together_by`` (the strongest accepted pairs that
    connect all appearances: a and b with their record_key, bits, and ``because``: comparison, level, words,
    bits). Bits add up to the pair's score; each bit doubles the odds.
    """
    read = epoch if isinstance(epoch, Epoch) else read_epoch(epoch)
    mine = person_of.filter(pc.equal(person_of["person_id"], person_id))
    was = _was(person_id, ledger)
    if not mine.num_rows and not was:
        raise UsageError(f"There is no person {person_id}.", "Take a person_id from the table people.")
    ids = mine["appearance_id"].combine_chunks()
    rows = appearances.filter(pc.is_in(appearances["appearance_id"], value_set=ids))
    sure = dict(zip(ids.to_pylist(), mine["probability"].to_pylist(), strict=True))
    listed = sorted(
        rows.select(["appearance_id", "record_key", "delivery", "row", "known_at"]).to_pylist(),
        key=lambda r: (str(r["known_at"]), r["record_key"], r["appearance_id"]),
    )
    near = pairs.filter(
        pc.and_(
            pc.and_(pc.is_in(pairs["a"], value_set=ids), pc.is_in(pairs["b"], value_set=ids)),
            pc.greater_equal(pairs["score"], int(model_data()["decide"]["accept"])),
        )
    ).to_pylist()
    record = {r["appearance_id"]: r["record_key"] for r in listed}
    features = described(comparable(rows), read.bits, read.rarest).to_pylist()
    by_id = {f["id"]: f for f in features}
    return {
        "person_id": person_id,
        "was": was,
        "appearances": [{**r, "probability": sure[r["appearance_id"]]} for r in listed],
        "held_together_by": [
            {
                "a": record[p["a"]],
                "b": record[p["b"]],
                "bits": p["score"] / 1000,
                "because": contributions(p["why"], by_id[p["a"]], by_id[p["b"]], read),
            }
            for p in _tree(near)
        ],
    }


def contributions(why: str, a: dict, b: dict, epoch: Epoch) -> list[dict[str, Any]]:
    """What each comparison adds, in bits and words, beginning with the chance that any two rows are one person."""
    weight = weights(epoch.u)
    level_of = {(v.comparison, v.code): v for levels in comparisons().values() for v in levels}
    words = "before comparing: two rows taken at random are hardly ever one person"
    out: list[dict[str, Any]] = [
        {"comparison": "start", "level": "", "words": words, "bits": epoch.prior / 1000}
    ]
    for part in filter(None, why.split("|")):
        name, _, code = part.partition("=")
        level = level_of[name, code]
        bits, said = weight[name, code], level.words
        if level.tf:
            rarity = min(a[f"bits_{level.tf}"], b[f"bits_{level.tf}"], milli_bits(level.tf_min))
            bits += rarity
            said += f" (about one in {round(2 ** (rarity / 1000)):,} rows has it)"
        out.append({"comparison": name, "level": code, "words": said, "bits": bits / 1000})
    return out


def _tree(pairs: list[dict]) -> list[dict]:
    """The strongest pairs that connect everything they can (a maximum spanning tree)."""
    up: dict[int, int] = {}

    def top(x: int) -> int:
        while up.get(x, x) != x:
            x = up[x]
        return x

    out = []
    for pair in sorted(pairs, key=lambda p: (-p["score"], p["a"], p["b"])):
        a, b = top(pair["a"]), top(pair["b"])
        if a != b:
            up[max(a, b)] = min(a, b)
            out.append(pair)
    return out


def _was(person_id: str, ledger: pa.Table | None) -> dict[str, Any]:
    if ledger is None:
        return {}
    rows = ledger.filter(pc.equal(ledger["person_id"], person_id)).to_pylist()
    if not rows:
        return {}
    return {
        k: v for k, v in rows[0].items() if k in ("since_run", "merged_into", "split_from") and v is not None
    }
