"""Specifications: which headings a product has and which figures stand under each. Data with version and source; a force or a
national body replaces one without code."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from redshank.products.figures import REGISTRY

FIXED = ("terms", "definitions", "search", "methods", "disclosure")
SCOPES = ("force", "district", "subject")
_HERE = Path(__file__).parent


class SpecError(ValueError):
    """What is wrong with a specification, and where."""


@dataclass(frozen=True)
class Heading:
    key: str
    title: str
    figures: tuple[str, ...]
    fixed: tuple[str, ...]
    asks: str  # what the author is asked to write
    draft: (
        str  # offered to the author; {figure} is that figure's sentence, {confidence} a word of the yardstick
    )
    gap: str


@dataclass(frozen=True)
class Spec:
    code: str
    version: str
    title: str
    source: str
    least_days: int
    term_days: int
    headings: tuple[Heading, ...]
    own: bool  # replaced by the force
    scope: str = "force"  # force, district or subject
    usual_days: int = 365
    wide: bool = False  # for wide circulation: it names nobody in any edition

    @property
    def figures(self) -> tuple[str, ...]:
        """Each once, in the order of the headings."""
        return tuple(dict.fromkeys(name for h in self.headings for name in h.figures))


def names() -> tuple[str, ...]:
    return tuple(sorted(p.stem for p in _HERE.glob("*.toml")))


def read(code: str, home: Path | None = None) -> Spec:
    """The force's own where the home has one, else the one that is shipped.

    Raises:
        SpecError: it is not readable, or a line of it is not understood.
    """
    mine = home / "products" / f"{code}.toml" if home is not None else None
    own = mine is not None and mine.is_file()
    path = mine if own and mine is not None else _HERE / f"{code}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path.name}: {error}; mend it, or take it away to use the one that is shipped") from None  # fmt: skip
    return _spec(data, path.name, code, own)


def told(spec: Spec) -> dict[str, Any]:
    """As it is kept with the figures that were computed by it."""
    return asdict(spec)


def of(told: dict[str, Any]) -> Spec:
    """As it was when it was kept, whatever its file says now."""
    headings = [
        Heading(**(h | {"figures": tuple(h["figures"]), "fixed": tuple(h["fixed"])}))
        for h in told["headings"]
    ]
    return Spec(**(told | {"headings": tuple(headings)}))


def _spec(data: dict[str, Any], where: str, code: str, own: bool) -> Spec:
    for name in ("version", "title", "source"):
        if not isinstance(data.get(name), str) or not data[name]:
            raise SpecError(f"{where}: {name} is missing or no text")
    if data.get("code") != code:
        raise SpecError(f'{where}: code must be "{code}"')
    headings: list[Heading] = []
    for n, h in enumerate(data.get("heading", ()), 1):
        at = f"{where}, heading {n}"
        if not h.get("key") or not h.get("title"):
            raise SpecError(f"{at}: key and title are needed")
        if h["key"] in {x.key for x in headings}:
            raise SpecError(f"{at}: the key {h['key']} stands twice")
        if unknown := [f for f in h.get("figures", ()) if f not in REGISTRY]:
            raise SpecError(f"{at}: no figure is called {unknown[0]}; docs/reference/figures.md lists them")
        if unknown := [f for f in h.get("fixed", ()) if f not in FIXED]:
            raise SpecError(f"{at}: no fixed text is called {unknown[0]}; there are {', '.join(FIXED)}")
        if not (h.get("figures") or h.get("fixed") or h.get("gap")):
            raise SpecError(f"{at}: a heading holds a figure, a fixed text or says what is not known (gap)")
        headings.append(Heading(
            h["key"], h["title"], tuple(h.get("figures", ())), tuple(h.get("fixed", ())), h.get("asks", ""), h.get("draft", ""), h.get("gap", ""),
        ))  # fmt: skip
    if data.get("scope", "force") not in SCOPES:
        raise SpecError(f"{where}: scope is one of {', '.join(SCOPES)}")
    naming = [f for h in headings for f in h.figures if REGISTRY[f].names]
    if data.get("wide") and naming:
        raise SpecError(
            f"{where}: it is circulated widely, and the figure {naming[0]} names people, groups or places"
        )
    if not headings:
        raise SpecError(f"{where}: it has no heading")
    return Spec(code, data["version"], data["title"], data["source"], int(data.get("least_days", 1)), int(data.get("term_days", 0)), tuple(headings), own, data.get("scope", "force"), int(data.get("usual_days", 365)), bool(data.get("wide")))  # fmt: skip
