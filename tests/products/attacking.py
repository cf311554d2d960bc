"""What a reader can work out of printed numbers. It knows nothing of the guard (``redshank.products.disclosure``): numbers are
read from the words of a file, and what adds up is found by looking at what stands behind the numbers of many drafts."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Name = tuple[str, str, str]  # figure, row, column; of a sentence: figure, nothing, number
MOST = 10**5  # no number of a force of this size is higher
_NUMBER = re.compile(r"\{([\w.]+)(?:/[\w.]+)?\}")


@dataclass
class Draft:
    """What stands behind each number of one draft, and what its file for others prints of it."""

    true: dict[Name, tuple[int, frozenset[str]]]
    printed: dict[Name, tuple[int, float]]  # between what a reader knows it to lie


def behind(figures: Any) -> dict[Name, tuple[int, frozenset[str]]]:
    out: dict[Name, tuple[int, frozenset[str]]] = {}
    for f in figures:
        for label, ids in f.grid.rows if f.grid else ():
            for column, ident in zip(f.grid.head[1:], ids, strict=True):
                out[f.name, label, column] = (f.cells[ident].n, frozenset(f.cells[ident].keys))
        for ident in _NUMBER.findall(f.says):
            out[f.name, "", ident] = (f.cells[ident].n, frozenset(f.cells[ident].keys))
    return out


def lies(text: str) -> tuple[int, float]:
    """
    >>> lies("fewer than 5"), lies("5"), lies("1,205"), lies("not shown")
    ((0, 4), (5, 7), (1203, 1207), (0, inf))
    """
    if text.casefold() == "fewer than 5":
        return 0, 4
    if text == "not shown":
        return 0, math.inf
    n = int(text.replace(",", ""))
    return max(5, n - 2), n + 2


def read(paper: bytes, figures: Any, month: Any) -> dict[Name, tuple[int, float]]:
    """Every number of the file, by figure: from its sentences and its tables. What is not found in it is not known."""
    rows = [r for r in csv.DictReader(io.StringIO(paper.decode("utf-8-sig"))) if r["figure"]]
    out: dict[Name, tuple[int, float]] = {}
    for f in figures:
        mine = [r for r in rows if r["figure"] == f.name]
        for said in (r["says"] for r in mine if r["part"] == "figure"):
            alike = re.match(
                re.escape(f"{f.title}: ") + r"(fewer than 5|not shown|0) in each of \d+ rows", said
            )
            if alike and f.grid:
                out |= {
                    (f.name, label, c): lies(alike[1]) for label, _ in f.grid.rows for c in f.grid.head[1:]
                }
            template = "".join(
                "(.+?)" if n % 2 else re.escape(t) for n, t in enumerate(re.split(r"(\{[^}]*\})", f.says))
            )
            if f.says and (found := re.match(template, said, re.IGNORECASE)):
                slots = re.findall(r"\{([^}]*)\}", f.says)
                out |= {
                    (f.name, "", i): lies(t)
                    for i, t in zip(slots, found.groups(), strict=True)
                    if "/" not in i
                }
        labels = {month(label): label for label, _ in f.grid.rows} if f.grid else {}
        out |= {(f.name, labels[r["row"]], r["column"]): lies(r["says"]) for r in mine if r["column"]}
    return out


#: Figures that count people: what stands behind these numbers is records, so that it does not say who is counted where.
PEOPLE = {
    "children.matrix": "children", "children.ages": "children", "children.sexes": "children", "children.districts": "children",
    "quality.estimate": "children", "children.harmed": "harmed", "suspects": "suspects", "groups.categories": "concerns",
    "groups.children_ages": "children of groups", "quality.people": "rows of people",
}  # fmt: skip
OF_SENTENCES = {
    ("groups.size", "concerns"): "concerns", ("groups.size", "children"): "children of groups", ("missing.episodes", "children"): "missing",
    ("missing.episodes", "again"): "missing", ("missing.episodes", "harm"): "missing",
}  # fmt: skip


def unit(name: Name) -> str:
    return PEOPLE.get(name[0]) or (OF_SENTENCES.get((name[0], name[2]), "") if not name[1] else "")


#: In these forces every record has a time of day. A reader cannot know that, and is told so of "fewer than 5" only.
NOT_ALL = ("times", "", "all")

Relation = tuple[Name, tuple[Name, ...], bool]  # a total, its parts, and whether they leave nothing out


def relations(drafts: list[dict[Name, tuple[int, frozenset[str]]]]) -> list[Relation]:
    """What holds in every draft: parts of one column (or sentence) that no draft has outside a total, or overlapping in it."""
    columns: dict[tuple[str, str], set[Name]] = defaultdict(set)
    for true in drafts:
        for name in true:
            columns[name[0], name[2] if name[1] else ""].add(name)
    totals = sorted({n for true in drafts for n in true})
    out: list[Relation] = []
    for total in totals:
        where = [d for d in drafts if total in d and d[total][0] >= 0]
        if len({d[total][0] for d in where}) < 4:
            continue  # too few of them to tell a rule from a chance
        for column in columns.values():
            parts = sorted(
                p
                for p in column
                if p != total and unit(p) == unit(total) and _always_inside(p, total, where)
                if total != NOT_ALL or p[0] == total[0]
            )
            if not parts:
                continue
            sums = [(sum(d[p][0] for p in parts if p in d), d[total][0]) for d in where]
            if (
                NOT_ALL not in parts
                and all(a == b for a, b in sums)
                and all(_disjoint(d, parts) for d in where)
            ):
                out.append((total, tuple(parts), True))
            elif all(a <= b for a, b in sums) and all(_disjoint(d, parts) for d in where):
                out.append((total, tuple(parts), False))
            else:
                out += [(total, (p,), False) for p in parts]
    return out


def _always_inside(part: Name, total: Name, where: list[dict[Name, tuple[int, frozenset[str]]]]) -> bool:
    seen = [(d[part], d[total]) for d in where if part in d]
    some = {a[0] for a, _ in seen if a[0]}
    return len(some) >= 5 and all(a[0] <= b[0] and a[1] <= b[1] for a, b in seen)


def _disjoint(d: dict[Name, tuple[int, frozenset[str]]], parts: list[Name]) -> bool:
    held = [d[p] for p in parts if p in d]
    # Of people the keys are of their records: how many there are is the only thing to go by.
    return bool(unit(parts[0])) or len(frozenset().union(*(k for _, k in held))) == sum(n for n, _ in held)


def found_out(drafts: list[Draft], known: list[Relation], same: list[tuple[int, Name, int, Name]], least: set[tuple[int, Name]]) -> list[tuple[int, Name, float, float]]:  # fmt: skip
    """Small numbers (one to four) of which a reader of all these files together has fewer than three values left. ``same``: what
    is the same number in two of them."""
    at: dict[tuple[int, Name], int] = {}
    low: list[float] = []
    high: list[float] = []
    for d, draft in enumerate(drafts):
        for name in draft.true:
            at[d, name] = len(low)
            a, b = draft.printed.get(name, (0, math.inf))
            low.append(max(a, 1 if (d, name) in least else 0))
            high.append(b)
    rows: list[tuple[dict[int, int], float, float]] = []
    for d, draft in enumerate(drafts):
        for total, parts, whole in known:
            if total in draft.true and parts[0][0] in {n[0] for n in draft.true}:
                row = {at[d, p]: -1 for p in parts if p in draft.true} | {at[d, total]: 1}
                rows.append((row, 0, 0 if whole else math.inf))
    rows += [({at[a, x]: 1, at[b, y]: -1}, 0, 0) for a, x, b, y in same]
    together = _together(len(low), [list(row) for row, _, _ in rows])
    out = []
    for (d, name), i in at.items():
        if not 1 <= drafts[d].true[name][0] <= 4:
            continue
        mine = sorted(v for v in range(len(low)) if together[v] == together[i])
        place = {v: n for n, v in enumerate(mine)}
        some = [row for row in rows if together[next(iter(row[0]))] == together[i]]
        if not some:
            ends = [low[i], high[i]]
        else:
            data = [(r, place[v], k) for r, (row, _, _) in enumerate(some) for v, k in row.items()]
            table = csr_array(
                ([k for *_, k in data], ([r for r, *_ in data], [v for _, v, _ in data])),
                shape=(len(some), len(mine)),
            )
            limits = LinearConstraint(table, [r[1] for r in some], [r[2] for r in some])
            within = Bounds([low[v] for v in mine], [min(high[v], MOST) for v in mine])
            ends = []
            for sign in (1, -1):
                done = milp(
                    [sign * (v == i) for v in mine],
                    integrality=[1] * len(mine),
                    bounds=within,
                    constraints=limits,
                )
                assert done.status == 0, (name, done.message)
                ends.append(sign * done.fun)
        if ends[1] - ends[0] < 1.5:
            out.append((d, name, *ends))
    return out


def _together(n: int, rows: list[list[int]]) -> list[int]:
    """Which of so many quantities are tied to one another by any row."""
    of = list(range(n))

    def root(v: int) -> int:
        while of[v] != v:
            v = of[v]
        return v

    for row in rows:
        for v in row[1:]:
            of[root(v)] = root(row[0])
    return [root(v) for v in range(n)]
