"""Rows gathered by what they agree in, whole columns at a time: a large force's search index has millions of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = pa.Array | pa.ChunkedArray


def whole(column: Column) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def mapped(column: Column, f: Callable[[str], str | None]) -> pa.Array:
    """A function of a text, asked once for each different one; what is not recorded stays so."""
    coded = whole(column).dictionary_encode()
    return pa.array([f(x) for x in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def json_of(column: Column) -> pa.Array:
    return mapped(column, json.dumps)


def one_or_both(a: Column, b: Column, between: str) -> pa.Array:
    """Two texts as one; where one of them is empty or not recorded, the other alone."""
    a, b = (pc.fill_null(whole(c), "") for c in (a, b))
    both = pc.and_(pc.not_equal(a, ""), pc.not_equal(b, ""))
    return pc.binary_join_element_wise(a, pc.if_else(both, between, ""), b, "")


def numbered(*columns: Column) -> np.ndarray:
    """For each row the number of what it says in these columns, in the order in which each was first said."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        coded = whole(column).dictionary_encode()
        codes = codes * max(len(coded.dictionary), 1) + coded.indices.to_numpy().astype(np.int64)
        codes = pa.array(codes).dictionary_encode().indices.to_numpy().astype(np.int64)
    return codes


def first_of(of: np.ndarray, rank: np.ndarray | None = None) -> np.ndarray:
    """For each number its first row; of the lowest rank where there are ranks."""
    order = np.argsort(of, kind="stable") if rank is None else np.lexsort((rank, of))
    return order[np.flatnonzero(np.diff(of[order], prepend=-1))]


class Gathered:
    """The different records (or codes) of each group, newest (highest) first.

    ``of`` is the number of each row's group (:func:`numbered`), ``place`` what is gathered, as a number. Rows that agree in both are one,
    unless ``beside`` tells them apart: then the highest comes first, and of equal rows the first stands.
    """

    def __init__(self, of: np.ndarray, place: np.ndarray, beside: np.ndarray | None = None, groups: int | None = None) -> None:  # fmt: skip
        beside = np.zeros(len(of), dtype=np.int64) if beside is None else beside
        order = np.lexsort((-beside, -place, of))
        of, place, beside = of[order], place[order], beside[order]
        fresh = np.diff(of, prepend=-1) != 0
        place_fresh = fresh | (np.diff(place, prepend=0) != 0)
        kept = place_fresh | (np.diff(beside, prepend=0) != 0)
        self._rows, self._of, self._place = order[kept], of[kept], place[kept]
        self._groups = groups if groups is not None else (int(of[-1]) + 1 if len(of) else 0)
        self._totals = np.bincount(of[place_fresh], minlength=self._groups)

    def totals(self) -> pa.Array:
        """How many different ones each group has, those that are not listed among them."""
        return pa.array(self._totals, pa.int64())

    def joined(self, texts: Column, most: int, separator: str, *, of_rows: bool = False) -> pa.Array:
        """The texts of each group's first ones; ``texts`` stands by place, or by row where ``of_rows``."""
        starts = np.searchsorted(self._of, np.arange(self._groups))
        within = np.arange(len(self._of)) - starts[self._of] < most
        at = (self._rows if of_rows else self._place)[within]
        ends = np.cumsum(np.bincount(self._of[within], minlength=self._groups))
        offsets = pa.array(np.concatenate([[0], ends]), pa.int32())
        return pc.binary_join(pa.ListArray.from_arrays(offsets, whole(texts).take(pa.array(at))), separator)

    def listed(self, texts: Column, most: int, *, of_rows: bool = False) -> Any:
        """:meth:`joined` as a JSON list; the texts are JSON already."""
        inner = self.joined(texts, most, ", ", of_rows=of_rows)
        return pc.binary_join_element_wise("[", inner, "]", "")
