"""What is left of an erased record: a tombstone, by which its key is known again and nothing else of it.

In ``other`` of a manifest, under :data:`NAME`::

    {"salt": …, "acts": [{"number", "at", "by", "second", "why", "records": {type: n}, "tombstones": [id, …], "told": {…}}],
     "marks": {mark: id}, "unfinished": null or what is still to be done}

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
    if not told or not told["marks"]:
        return {}
    marks: dict[str, str] = told["marks"]
    return {k: marks[m] for k in keys if (m := mark(told["salt"], k)) in marks}


def day_of(manifest: Manifest, ident: str) -> str:
    """The day (ISO) on which a tombstone was set; empty for none of ours."""
    acts = manifest.other.get(NAME, {}).get("acts", [])
    return next((a["at"][:10] for a in acts if ident in a["tombstones"]), "")
