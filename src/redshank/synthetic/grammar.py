"""The little language of the templates, and the two ways to fill them.

A template is a line: ``{slot}``, ``[may be absent]``, ``(one|of|these)``, ``<phrase that blames>``, a leading ``~``
for "withheld from tuning", and after ``||`` other indicators that the sentence states (``name`` or ``name:status``).
A bracket ``( )`` without ``|`` stands for itself. :func:`fill` makes one text, :func:`fill_many` a column of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

STATUSES = ("affirmed", "negated", "hypothetical", "reported_speech", "historic")
# Marks of a blaming phrase while a text is built; private-use characters, taken out by :func:`extract`.
BLAME, BLAME_END = "\ue000", "\ue001"
_MARKS = {"<": BLAME, ">": BLAME_END}

Node = tuple[str, Any]


@dataclass(frozen=True)
class Template:
    """One parsed template. ``also`` are (indicator, status) pairs that it states, its own first."""

    nodes: tuple[Node, ...]
    withheld: bool
    also: tuple[tuple[str, str], ...] = ()
    slots: frozenset[str] = field(default=frozenset())


def load(name: str) -> dict[str, Any]:
    """A TOML file of this package."""
    return tomllib.loads((resources.files("redshank.synthetic") / name).read_text("utf-8"))


def _parse(text: str, at: int, stop: str) -> tuple[list[tuple[Node, ...]], int]:
    """Alternatives up to a closing sign, and where it stands."""
    options: list[tuple[Node, ...]] = []
    nodes: list[Node] = []
    literal = ""
    while at < len(text) and text[at] not in stop:
        char = text[at]
        if char in "{[(|":
            if literal:
                nodes.append(("text", literal))
                literal = ""
            if char == "{":
                end = text.index("}", at)
                nodes.append(("slot", text[at + 1 : end]))
                at = end
            elif char == "|":
                options.append(tuple(nodes))
                nodes = []
            else:
                inner, at = _parse(text, at + 1, "]" if char == "[" else ")")
                if char == "[":
                    nodes.append(("maybe", inner[0] if len(inner) == 1 else (("one", tuple(inner)),)))
                elif len(inner) == 1:
                    nodes.extend([("text", "("), *inner[0], ("text", ")")])
                else:
                    nodes.append(("one", tuple(inner)))
        else:
            literal += _MARKS.get(char, char)
        at += 1
    if literal:
        nodes.append(("text", literal))
    options.append(tuple(nodes))
    return options, at


def _slots(nodes: tuple[Node, ...]) -> set[str]:
    found: set[str] = set()
    for kind, value in nodes:
        if kind == "slot":
            found.add(value)
        elif kind == "maybe":
            found |= _slots(value)
        elif kind == "one":
            for option in value:
                found |= _slots(option)
    return found


def parse(line: str, own: tuple[tuple[str, str], ...] = ()) -> Template:
    """Parse one line; ``own`` are the indicators that its place in the file gives it."""
    line, _, extras = line.partition("||")
    line = line.strip()
    also = list(own)
    for extra in extras.split(","):
        if extra.strip():
            name, _, status = extra.strip().partition(":")
            also.append((name, status or "affirmed"))
    options, _ = _parse(line.removeprefix("~"), 0, "")
    nodes = options[0] if len(options) == 1 else (("one", tuple(options)),)
    return Template(nodes, line.startswith("~"), tuple(dict.fromkeys(also)), frozenset(_slots(nodes)))


def lines(block: str, own: tuple[tuple[str, str], ...] = ()) -> tuple[Template, ...]:
    """Parse a block, one template a line."""
    return tuple(parse(line, own) for line in block.strip().splitlines())


@cache
def signals() -> dict[str, dict[str, tuple[Template, ...]]]:
    """Indicator to status to templates."""
    raw = load("grammar_signals_a.toml") | load("grammar_signals_b.toml")
    return {name: {s: lines(block, ((name, s),)) for s, block in by.items()} for name, by in raw.items()}


@cache
def language() -> dict[str, tuple[Template, ...]]:
    """``own`` and ``quoted`` sentences that hold a blaming phrase."""
    return {name: lines(block) for name, block in load("grammar_language.toml").items()}


def fill(template: Template, slots: Mapping[str, str], rng: Random) -> str:
    """One text. A slot that is not given is an error, since a text with a hole would be found too late."""
    return sentence(_fill(template.nodes, slots, rng))


def _fill(nodes: tuple[Node, ...], slots: Mapping[str, str], rng: Random) -> str:
    out = []
    for kind, value in nodes:
        if kind == "text":
            out.append(value)
        elif kind == "slot":
            out.append(slots[value])
        elif kind == "maybe":
            if rng.random() < 0.5:
                out.append(_fill(value, slots, rng))
        else:
            out.append(_fill(value[rng.randrange(len(value))], slots, rng))
    return "".join(out)


def sentence(text: str) -> str:
    """First letter large."""
    return text[:1].upper() + text[1:]


def fill_many(
    template: Template, n: int, slots: Mapping[str, pa.Array], rng: np.random.Generator
) -> pa.Array:
    """A column of ``n`` texts; every slot is a column of ``n`` strings."""
    column = _column(template.nodes, n, slots, rng)
    first = pc.utf8_upper(pc.utf8_slice_codeunits(column, 0, 1))
    return pc.binary_join_element_wise(first, pc.utf8_slice_codeunits(column, 1), "")


def _column(
    nodes: tuple[Node, ...], n: int, slots: Mapping[str, pa.Array], rng: np.random.Generator
) -> pa.Array:
    parts: list[Any] = []
    for kind, value in nodes:
        if kind == "text":
            parts.append(pa.scalar(value))
        elif kind == "slot":
            parts.append(slots[value])
        elif kind == "maybe":
            parts.append(pc.if_else(pa.array(rng.random(n) < 0.5), _column(value, n, slots, rng), ""))
        else:
            pick = rng.integers(0, len(value), n)
            chosen = _column(value[0], n, slots, rng)
            for i, option in enumerate(value[1:], 1):
                chosen = pc.if_else(pa.array(pick == i), _column(option, n, slots, rng), chosen)
            parts.append(chosen)
    if all(isinstance(p, pa.Scalar) for p in parts):
        return pa.array(["".join(p.as_py() for p in parts)]).take(pa.array(np.zeros(n, np.int64)))
    return pc.binary_join_element_wise(*parts, "")


def extract(text: str) -> tuple[str, list[tuple[int, int, bool]]]:
    """The text without marks, and the blaming phrases as (start, end, quoted)."""
    if BLAME not in text:
        return text, []
    out: list[str] = []
    spans: list[tuple[int, int, bool]] = []
    length = start = 0
    quoted = inside = False
    for char in text:
        if char == BLAME:
            start, inside = length, quoted
        elif char == BLAME_END:
            spans.append((start, length, inside))
        else:
            quoted ^= char == '"'
            out.append(char)
            length += 1
    return "".join(out), spans
