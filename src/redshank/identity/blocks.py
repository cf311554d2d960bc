"""Which pairs of profiles are worth comparing: blocks of profiles that share a key.

A block that holds more profiles than its cap proposes nothing (one pattern with thousands of rows would cost
more than all others together). The cap is a function of the block as it stands now: when a block grows over
it, what that block alone proposed is taken back; when it shrinks, it proposes again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from redshank.identity.features import Profiles, distinct
from redshank.identity.model import model_data
from redshank.identity.names import root, sound

CAPPED = pa.schema([("rule", pa.string()), ("block", pa.string())])


@dataclass
class Rule:
    """One blocking rule: ``key`` (−1: none) for the profiles at ``row`` (a profile may stand in several)."""

    name: str
    cap: int
    row: np.ndarray
    key: np.ndarray
    label: Callable[[int], str]  # key of the profile at a place of `row`, in words that do not change

    @cached_property
    def blocks(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Places in order of key, and where each block starts and how large it is."""
        place = np.flatnonzero(self.key >= 0)
        place = place[np.argsort(self.key[place], kind="stable")]
        key = self.key[place]
        if not len(key):
            return place, place, place
        start = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        return place, start, np.diff(np.append(start, len(key)))


def _mix(*parts: tuple[np.ndarray, int]) -> np.ndarray:
    """One whole number for several codes; −1 where any is missing."""
    key = np.zeros(len(parts[0][0]), dtype=np.int64)
    missing = np.zeros(len(key), dtype=bool)
    for code, size in parts:
        if key.size and int(key.max()) > 2**62 // (size + 1):
            key, _ = pd.factorize(key)
        key = key * (size + 1) + code
        missing |= code < 0
    return np.where(missing, -1, key)


def rules(who: Profiles) -> list[Rule]:
    """All blocking rules over the profiles (data/model.toml gives the caps)."""
    caps: dict[str, int] = model_data()["caps"]
    n = len(who.rep)
    everyone = np.arange(n)
    sound_first, heard_f = who.derived("first", lambda v: sound(v) if v else None)
    sound_sur, heard_s = who.derived("sur", lambda v: sound(v) if v else None)
    rooted, roots = who.derived("first", lambda v: root(v) if v else None)
    letter_f, letters_f = who.derived("first", lambda v: v[0] if v else None)
    letter_s, letters_s = who.derived("sur", lambda v: v[0] if v else None)
    year, month, day, known = who.birth_days
    birth = np.where(known, year * 10000 + month * 100 + day, -1)
    either = np.where(known, year * 10000 + np.minimum(month, day) * 100 + np.maximum(month, day), -1)
    only_year, month_day = np.where(known, year, -1), np.where(known, month * 100 + day, -1)
    many = 10**8
    plain = {name: who.coded[name] for name in ("phone", "handle", "addr", "local", "postcode")}

    def said(*columns: tuple[np.ndarray, list | pa.Array | None]) -> Callable[[int], str]:
        def label(place: int) -> str:
            return "/".join(str(c[place] if names is None else names[int(c[place])]) for c, names in columns)

        return label

    out: list[Rule] = []

    def add(name: str, *columns: tuple[np.ndarray, list | pa.Array | None]) -> None:
        key = _mix(*((c, many if names is None else len(names)) for c, names in columns))
        out.append(Rule(name, caps[name], everyone, key, said(*columns)))

    add("surname_birth", (sound_sur, heard_s), (birth, None))
    add("forename_birth", (rooted, roots), (birth, None))
    add("initials_birth", (letter_f, letters_f), (letter_s, letters_s), (either, None))
    add("names_year", (sound_sur, heard_s), (sound_first, heard_f), (only_year, None))
    add("names_day", (sound_sur, heard_s), (letter_f, letters_f), (month_day, None))
    add("phone", plain["phone"])
    add("handle", plain["handle"])
    add("address_forename", plain["addr"], (sound_first, heard_f))
    add("local_id", plain["local"])
    add("postcode_birth", plain["postcode"], (birth, None))
    add("birth", (birth, None))
    out.append(_names(who, caps["names"]))
    return out


def _names(who: Profiles, cap: int) -> Rule:
    """Both names by sound, in either order; other names count as names too."""
    code_f, firsts = who.coded["first"]
    code_s, surs = who.coded["sur"]
    index: dict[str, int] = {}
    heard: list[str] = []

    def code(name: str) -> int:
        key = sound(name)
        if key not in index:
            index[key] = len(heard)
            heard.append(key)
        return index[key] if key else -1

    f = np.array([code(v) for v in firsts.to_pylist()] + [-1], dtype=np.int64)[code_f]
    s = np.array([code(v) for v in surs.to_pylist()] + [-1], dtype=np.int64)[code_s]
    rows, left, right = [np.arange(len(f))], [f], [s]
    code_a, akas = who.coded["akas"]
    named: dict[int, list[tuple[int, int]]] = {}
    for number, text in enumerate(akas.to_pylist()):
        words = [alias.split() for alias in text.split("|")]
        named[number] = [(code(w[0]), code(w[-1])) for w in words if len(w) > 1]
    extra = [(int(p), *pair) for p in np.flatnonzero(code_a >= 0) for pair in named[int(code_a[p])]]
    if extra:
        more = np.unique(np.array(extra, dtype=np.int64), axis=0)
        rows.append(more[:, 0])
        left.append(more[:, 1])
        right.append(more[:, 2])
    row, a, b = (np.concatenate(v) for v in (rows, left, right))
    both = np.unique(np.stack([row, np.minimum(a, b), np.maximum(a, b)]), axis=1) if extra else None
    row, low, high = (row, np.minimum(a, b), np.maximum(a, b)) if both is None else both
    # which of two sounds has the smaller number depends on the order of rows: say them in alphabetic order
    return Rule(
        "names", cap, row, _mix((low, len(heard)), (high, len(heard))),
        lambda place: "/".join(sorted((heard[int(low[place])], heard[int(high[place])]))),
    )  # fmt: skip


def all_pairs(start: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all pairs within runs that begin at ``start`` and are ``size`` long."""
    if not len(start):
        return np.array([], np.int64), np.array([], np.int64)
    block_of = np.repeat(np.arange(len(size)), size)
    position = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size) + np.repeat(start, size)
    follow = start[block_of] + size[block_of] - 1 - position
    left = np.repeat(position, follow)
    right = left + 1 + np.arange(follow.sum()) - np.repeat(np.cumsum(follow) - follow, follow)
    return left, right


def capped(who: Profiles, found: list[Rule]) -> tuple[pa.Table, dict[tuple[str, str], np.ndarray]]:
    """Blocks over their cap (rule, block), and the profiles of each."""
    members: dict[tuple[str, str], np.ndarray] = {}
    for rule in found:
        place, start, size = rule.blocks
        for b in np.flatnonzero(size > rule.cap).tolist():
            inside = place[start[b] : start[b] + size[b]]
            members[rule.name, rule.label(int(inside[0]))] = rule.row[inside]
    rows = sorted(members)
    table = pa.table({"rule": [r for r, _ in rows], "block": [b for _, b in rows]}, schema=CAPPED)
    return table, members


def members_of(found: list[Rule], blocks: pa.Table, who: Profiles) -> np.ndarray:
    """Profiles that stand in some named blocks (those of blocks that no longer exist: none)."""
    wanted = set(zip(blocks["rule"].to_pylist(), blocks["block"].to_pylist(), strict=True))
    if not wanted:
        return np.array([], np.int64)
    out = []
    for rule in found:
        labels = {b for r, b in wanted if r == rule.name}
        if not labels:
            continue
        place, start, size = rule.blocks
        small = np.flatnonzero((size > 1) & (size <= rule.cap)).tolist()
        named = [b for b in small if rule.label(int(place[start[b]])) in labels]
        out += [rule.row[place[start[b] : start[b] + size[b]]] for b in named]
    return np.unique(np.concatenate(out)) if out else np.array([], np.int64)


def candidates(who: Profiles, found: list[Rule], touched: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of profiles (left place < right place) proposed by blocks under their cap, each once, in order.

    ``touched`` (a mask over profiles) leaves out pairs of which neither is touched.
    """
    n = max(len(who.rep), 1)
    collected = []
    for rule in found:
        place, start, size = rule.blocks
        take = (size > 1) & (size <= rule.cap)
        if touched is not None and len(start):
            take &= np.add.reduceat(touched[rule.row[place]].astype(np.int64), start) > 0
        left, right = all_pairs(start[take], size[take])
        a, b = rule.row[place[left]], rule.row[place[right]]
        if touched is not None:
            mask = touched[a] | touched[b]
            a, b = a[mask], b[mask]
        collected.append(np.minimum(a, b) * n + np.maximum(a, b))
    pairs = distinct(np.concatenate(collected)) if collected else np.array([], np.int64)
    left, right = np.divmod(pairs, n)
    different = left != right
    return left[different], right[different]
