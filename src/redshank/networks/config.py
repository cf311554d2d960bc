"""The weights of this stage, as data: ``weights.toml`` beside this module, each figure with its provenance."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any


@lru_cache(maxsize=1)
def default_config() -> dict[str, Any]:
    """The shipped weights. Raises ``tomllib.TOMLDecodeError`` where the file was damaged."""
    return tomllib.loads(resources.files(__package__).joinpath("weights.toml").read_text("utf-8"))


def rarity(config: dict[str, Any], people: int) -> int:
    """Per mille that a context keeps when ``people`` different persons touch it; 0 beyond the last step."""
    for step in config["rarity"]:
        if people <= step["people"]:
            return step["share"]
    return 0


def by_count(table: list[int], count: int) -> int:
    """A list of points read by count; the last entry stands for everything above."""
    return table[min(count, len(table) - 1)]
