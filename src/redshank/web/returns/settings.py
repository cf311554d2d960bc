"""The chain of signatures, read once from ``returns.toml``; and the specifications in force."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from redshank.products.returns import spec
from redshank.products.specs import SpecError
from redshank.web.accounts.roles import ROLES


@dataclass(frozen=True)
class Step:
    key: str
    title: str
    roles: frozenset[str]


def read(data: dict[str, Any]) -> tuple[Step, ...]:
    chain = tuple(Step(s["key"], s["title"], frozenset(s["roles"])) for s in data["chain"])
    if not chain or len({s.key for s in chain}) != len(chain):
        raise ValueError("returns.toml: the chain needs at least one step, and each has its own key")
    for s in chain:
        if unknown := [r for r in s.roles if r not in ROLES]:
            raise ValueError(f"returns.toml, {s.key}: no role is called {unknown[0]}")
    return chain


CHAIN = read(tomllib.loads((Path(__file__).parent / "returns.toml").read_text(encoding="utf-8")))
MARKING = "OFFICIAL-SENSITIVE"


def specification(code: str) -> spec.ReturnSpec:
    """The one in force.

    Raises:
        SpecError: no such return, or the force's own file cannot be used.
    """
    return spec.read(code, Path(settings.HOME))


def specifications() -> tuple[list[spec.ReturnSpec], list[str]]:
    """Those that can be read, and what is wrong with the others."""
    found, wrong = [], []
    for code in spec.codes():
        try:
            found.append(specification(code))
        except SpecError as reason:
            wrong.append(str(reason))
    return found, wrong
