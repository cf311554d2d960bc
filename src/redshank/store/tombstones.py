"""What is left of an erased record: a tombstone, by which its key is known again and nothing else of it.

In ``other`` of a manifest, under :data:`NAME`::

    {"salt": …, "acts": [{"number", "at", "by", "second", "why", "records": {type: n}, "tombstones": [id, …], "told": {…}}],
     "marks": {mark: id}, "unfinished": null or what is still to be done,
     "taken_over": [{"salt", "marks", "days": {id: day}}, …] from registers of a home that a backup brought back}

``mark`` is a keyed hash (BLAKE2b, the home's own salt) of ``record_type:record_ref``. Whoever holds the home holds the salt and
can try keys one after another: the tombstone hides a key from whoever reads it, not from whoever may search the home.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from redshank.store.manifest import Manifest

NAME = "erasures"
WORDS = "erased"
"""How the place of an erased key begins wherever one stood: ``erased:e-…``."""


def of(manifest: Manifest) -> dict[str, Any]:
    """Everything that was erased; ready to be added to, and part of the manifest once it was."""
    found: dict[str, Any] = manifest.other.setdefault(
        NAME, {"salt": secrets.token_hex(16), "acts": [], "marks": {}, "unfinished": None}
    )
    return found


def mark(salt: str, key: str) -> str:
    """The hash of a record's key (``record_type:record_ref``): 32 hexadecimal digits."""
    return hashlib.blake2b(key.encode(), key=bytes.fromhex(salt), digest_size=16).hexdigest()


def new_id(made: str, taken: Iterable[str]) -> str:
    """A tombstone's id from the mark."""
    known = set(taken)
    for size in range(12, 33):
        if (found := f"e-{made[:size]}") not in known:
            return found
    raise ValueError("two keys of one hash; the list of erasures is damaged")


def erased_among(manifest: Manifest, keys: Iterable[str]) -> dict[str, str]:
    """Of these keys those that were erased, with their tombstone's id."""
    told = manifest.other.get(NAME)
    if not told:
        return {}
    listed = list(keys)
    out: dict[str, str] = {}
    for one in (*told.get("taken_over", ()), told):
        out |= _among(one, listed)
    return out


def _among(told: dict[str, Any], keys: Iterable[str]) -> dict[str, str]:
    marks: dict[str, str] = told["marks"]
    return {k: marks[m] for k in keys if (m := mark(told["salt"], k)) in marks} if marks else {}


def register(manifest: Manifest) -> dict[str, Any]:
    """What is needed to erase the same again in a home that an older backup brought back, and names nothing."""
    told = of(manifest.copy())
    days = {t: a["at"][:10] for a in told["acts"] for t in a["tombstones"]}
    own = {"salt": told["salt"], "marks": told["marks"], "days": days}
    return {"redshank": "register of erasures, 1", "lists": [*told.get("taken_over", ()), own]}


def lists_in(told: Any) -> list[dict[str, Any]]:
    """The lists of a register.

    Raises:
        ValueError: it is none.
    """
    lists = told.get("lists") if isinstance(told, dict) else None
    if not isinstance(lists, list) or told.get("redshank") != "register of erasures, 1":
        raise ValueError("it is no register of erasures")
    for one in lists:
        if not isinstance(one, dict) or not all(isinstance(one.get(k), dict) for k in ("marks", "days")):
            raise ValueError("a list in it lacks its marks or days")
        if not isinstance(one.get("salt"), str) or len(bytes.fromhex(one["salt"])) != 16:
            raise ValueError("a list in it lacks its salt")
    return lists


def of_lists(lists: list[dict[str, Any]], keys: Iterable[str]) -> set[str]:
    """Of these keys those that stand in a register."""
    listed = list(keys)
    return {k for one in lists for k in _among(one, listed)}


def take_over(manifest: Manifest, lists: list[dict[str, Any]]) -> bool:
    """Adds what a register holds and the home does not know yet; whether anything was added."""
    told = of(manifest)
    before = told.setdefault("taken_over", [])
    known = {m for one in (told, *before) for m in one["marks"]}
    new = [one for one in lists if not one["marks"].keys() <= known]
    before.extend(new)
    return bool(new)


def day_of(manifest: Manifest, ident: str) -> str:
    """The day (ISO) on which a tombstone was set; empty for none of ours."""
    told = manifest.other.get(NAME, {})
    own = (a["at"][:10] for a in told.get("acts", ()) if ident in a["tombstones"])
    others = (one["days"][ident] for one in told.get("taken_over", ()) if ident in one["days"])
    return next(iter((*own, *others)), "")
