"""A figure of a signed product as evidence: read from what was signed each time, with what has become different since.

``part`` names it: ``FIGURE`` for the figure's sentence, ``FIGURE|ROW|COLUMN`` for one number of its table, by its labels, so that the
same number is found in a later edition whatever stands before it. Only figures that name nobody can be cited. Whoever may not see
everything that the product rests on reads the number as the edition for others has it, and so does everybody who reads a response.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import timezone

from redshank.products.build import sentence
from redshank.products.disclosure import Ref, Shown, all_exact, guarded
from redshank.products.figures import REGISTRY, Figure
from redshank.products.frozen import Content
from redshank.products.words import month_said
from redshank.web.products import acts
from redshank.web.products.models import Product, sees_whole

GONE = "not told"
LONGEST = 300


@dataclass(frozen=True)
class Cited:
    """What stands beside the evidence. ``later``: the figure in the newest signed edition of the same product and area."""

    words: str
    is_exact: bool
    corrected: date | None = None  # the last correction of the product since it was signed
    undone: int = 0  # flags that it counts as confirmed and that are so no longer
    is_whole: bool = True  # it agrees with its checksum
    later: str = ""
    later_at: date | None = None
    later_pk: int = 0

    @property
    def differs(self) -> bool:
        return bool(self.later_pk) and self.later != self.words


def _open(content: Content) -> list[Figure]:
    """Figures that name nobody and have something to say."""
    return [f for f in content.figures if f.name in REGISTRY and not REGISTRY[f.name].names]


@lru_cache(maxsize=32)
def _shown(product: int, checksum: str, exact: bool) -> dict[Ref, Shown]:
    """``checksum``: what is signed never changes, so that what it shows may be kept for as long as it is this."""
    figures = _open(Product.objects.get(pk=product).kept)
    return all_exact(figures) if exact else guarded(figures)


def shown(product: Product, exact: bool) -> Mapping[Ref, Shown]:
    return _shown(product.pk, product.checksum, exact) if product.checksum else (all_exact if exact else guarded)(_open(product.kept))  # fmt: skip


def parts(product: Product) -> list[tuple[str, str]]:
    """Every figure that can be cited, with its number as whoever sees the whole product reads it: sentences first."""
    numbers = shown(product, exact=True)
    found = _open(product.kept)
    sentences = [(f.name, f"{f.title}: {sentence(f, numbers)}") for f in found if f.says]
    cells = [
        (f"{f.name}|{label}|{column}", f"{_called(f, label, column)}: {numbers[f.name, ident].text}")
        for f in found if f.grid
        for label, ids in f.grid.rows
        for column, ident in zip(f.grid.head[1:], ids, strict=False)
    ]  # fmt: skip
    return [(k, v) for k, v in sentences + cells if len(k) <= LONGEST]


def _called(f: Figure, label: str, column: str) -> str:
    return f"{f.title}, {month_said(label)}, {column.lower()}"


def named(product: Product, part: str) -> str:
    """What the figure is called, without its number."""
    name, _, rest = part.partition("|")
    f = next((f for f in _open(product.kept) if f.name == name), None)
    if f is None:
        return ""
    label, _, column = rest.rpartition("|")
    return _called(f, label, column) if rest else f.title


def said(product: Product, part: str, exact: bool) -> str:
    """The figure as the signed edition has it."""
    name, _, rest = part.partition("|")
    f = next((f for f in _open(product.kept) if f.name == name), None)
    if f is None:
        return GONE
    numbers = shown(product, exact)
    if not rest:
        return sentence(f, numbers) if f.says else GONE
    label, _, column = rest.rpartition("|")
    for row, ids in f.grid.rows if f.grid else ():
        if row == label and f.grid:
            of = dict(zip(f.grid.head[1:], ids, strict=False))
            return numbers[name, of[column]].text if column in of else GONE
    return GONE


def newest(product: Product) -> Product | None:
    """The newest signed edition of the same product and area after this one, made without handling C as this was."""
    rows = Product.objects.filter(code=product.code, scope=product.scope, state="signed", closed=False, number__gt=product.number)  # fmt: skip
    return rows.order_by("-number").first()


def read(user: Any, product: Product, part: str) -> Cited:
    """What evidence shows to this reader. ``user`` None: to everybody, as a public document does."""
    later = newest(product)
    exact = user is not None and sees_whole(user, product) and (later is None or sees_whole(user, later))
    corrected = product.steps.filter(kind="corrected").order_by("at").last()
    return Cited(
        said(product, part, exact), exact, timezone.localdate(corrected.at) if corrected else None, acts.undone(product), acts.is_whole(product),
        said(later, part, exact) if later else "", timezone.localdate(later.kept.as_of) if later else None, later.pk if later else 0,
    )  # fmt: skip
