"""Which place a record speaks of: a known premises, an address, or a bare postcode.

There is no key from a record to ``premises`` (extracts.md): the name, the address or the postcode is all
there is. Text is folded here, once per different text, in plain Python.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa

from redshank.networks.concern import strings

_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_HOUSE = re.compile(r"^(?:(?:FLAT|APARTMENT|UNIT|ROOM) \w+ )?(\d+[A-Z]?(?: \d+)?) ([A-Z].*)$")
# Records whose own place is where something happened. A missing episode counts by the place found at:
# the place missing from is a home or a placement, which never makes a place (practice rule 10).
_PLACED = ("crimes", "incidents", "vulnerability_entries", "partner_referrals")


def fold(text: str) -> str:
    """Upper-case letters and digits with single spaces."""
    return _NOT_WORD.sub(" ", text.upper().replace("'", "").replace("’", "")).strip()


class Premises:
    """The register of premises, looked up by name, address and postcode."""

    def __init__(self, records: pa.Table) -> None:
        chosen = (
            records.filter(pa.compute.equal(records["record_type"], "premises")) if len(records) else records
        )
        self.kind: dict[str, str] = {}
        self.name: dict[str, str] = {}
        by_postcode: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        by_name: dict[str, list[tuple[str, str]]] = defaultdict(list)
        columns = ("record_ref", "name", "kind", "location", "postcode")
        for row in sorted(chosen.select(columns).to_pylist(), key=lambda r: r["record_ref"]):
            ref, name = row["record_ref"], fold(row["name"] or "")
            self.kind[ref] = row["kind"] or ""
            self.name[ref] = row["name"] or ""
            by_postcode[row["postcode"] or ""].append((ref, name, house(row["location"] or "")))
            by_name[name].append((ref, row["postcode"] or ""))
        self.by_postcode, self.by_name = dict(by_postcode), dict(by_name)

    @property
    def words(self) -> dict[str, str]:
        """What a reader calls each premises, by its reference: its name, or its kind where it has none."""
        kinds = {ref: kind.replace("_", " ") or "premises" for ref, kind in self.kind.items()}
        return {ref: name or f"the {kinds[ref]} {ref}" for ref, name in self.name.items()}

    def find(self, location: str, postcode: str) -> str:
        """The premises that a place in words and a postcode mean, or an empty string."""
        words, address = fold(location), house(location)
        here = self.by_postcode.get(postcode, []) if postcode else []
        for ref, name, at in here:
            if (len(name) >= 5 and name in words) or (address and address == at):
                return ref
        if len(here) == 1 and not words:
            return here[0][0]
        for part in (words, fold(location.split(",")[0])):
            named = self.by_name.get(part, []) if len(part) >= 5 else []
            if len(named) == 1 and (not postcode or not named[0][1] or named[0][1] == postcode):
                return named[0][0]
        return ""


def premises_kinds(records: pa.Table) -> dict[str, str]:
    """Kind of each premises of the register, by its reference."""
    rows = records.filter(pa.compute.equal(records["record_type"], "premises"))
    return {
        ref: kind or ""
        for ref, kind in zip(rows["record_ref"].to_pylist(), rows["kind"].to_pylist(), strict=True)
    }


def house(location: str) -> str:
    """``NUMBER STREET`` of a place in words, or an empty string where no house number stands."""
    first, _, rest = location.partition(",")
    for words in (fold(first), fold(first + " " + rest.partition(",")[0])):
        found = _HOUSE.match(words)
        if found:
            return f"{found[1]} {found[2]}".strip()
    return ""


def address_key(address: str, postcode: str) -> str:
    """The context of an address; empty unless both the house and the postcode are known."""
    return f"address:{address}|{postcode.replace(' ', '')}" if address and postcode else ""


def place_context(location: str, postcode: str, premises: Premises, config: dict[str, Any]) -> str:
    """The context of a place: ``premises:REF``, ``address:HOUSE|POSTCODE``, ``address:|POSTCODE`` or empty."""
    if not location and not postcode:
        return ""
    ref = premises.find(location, postcode)
    if ref:
        return f"premises:{ref}"
    exact = address_key(house(location), postcode)
    if exact:
        return exact
    words = fold(location)
    if not postcode or any(busy in words for busy in config["place"]["busy_words"]):
        return ""
    return f"address:|{postcode.replace(' ', '')}"


def record_places(records: pa.Table, premises: Premises, config: dict[str, Any]) -> np.ndarray:
    """The place context of each record, in step; empty where there is none."""
    types = strings(records["record_type"])
    missing, placed = types == "missing_episodes", np.isin(types, _PLACED)
    where = np.where(
        missing, strings(records["found_at_location"]), np.where(placed, strings(records["location"]), "")
    )
    code = np.where(
        missing, strings(records["found_postcode"]), np.where(placed, strings(records["postcode"]), "")
    )
    pairs = list(zip(where.tolist(), code.tolist(), strict=True))
    known = {pair: place_context(*pair, premises, config) for pair in set(pairs)}
    return np.array([known[pair] for pair in pairs], dtype=object)
