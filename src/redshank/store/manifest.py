"""What the store holds at one moment, as data."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass, field
from typing import Any

FORMAT = 1
"""Version of the store's layout. A store of another version is refused, never converted in silence."""

_REF = re.compile(r"[a-z][a-z0-9_.-]*/[0-9a-f]{40}\.parquet")


@dataclass
class Manifest:
    """``tables`` maps an area to its files, oldest first. ``run`` is the current run, ``runs`` all of them,
    ``other`` is free for the stages. A reference counts wherever in the manifest it stands.
    """

    number: int = 0
    format: int = FORMAT
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, list[str]] = field(default_factory=dict)
    run: dict[str, Any] | None = None
    runs: list[dict[str, Any]] = field(default_factory=list)
    other: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> Manifest:
        """A copy to change and then commit."""
        return copy.deepcopy(self)

    def body(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "format": self.format,
            "deliveries": self.deliveries,
            "tables": self.tables,
            "run": self.run,
            "runs": self.runs,
            "other": self.other,
        }

    def references(self) -> set[str]:
        """Every file that this manifest names, in whatever place."""
        found: set[str] = set()
        _collect(self.body(), found)
        return found

    def encode(self, hashes: dict[str, str]) -> bytes:
        text = json.dumps({**self.body(), "files": hashes}, sort_keys=True, indent=1, ensure_ascii=False)
        return text.encode() + b"\n"

    @staticmethod
    def decode(data: bytes) -> tuple[Manifest, dict[str, str]]:
        """The manifest and the hash of every file it names."""
        body = json.loads(data)
        files = body.pop("files")
        return Manifest(**body), files


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        if _REF.fullmatch(value):
            found.add(value)
    elif isinstance(value, dict):
        for v in value.values():
            _collect(v, found)
    elif isinstance(value, list):
        for v in value:
            _collect(v, found)
