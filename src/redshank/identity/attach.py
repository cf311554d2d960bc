"""Second phase of putting people together: what says too little by itself goes to the one person whom it fits.

The cut joins by evidence beyond names and leaves *cores*. Many rows carry a name and hardly more; between two such
rows a name decides nothing, but in one home a name mostly belongs to one or few people, and the question "which of
these is it?" is easier than "are these two one?". So each weak core (no birth date) is weighed against every core
under the same name that says more, with all that both sides hold, and against "somebody else of that name":

- how often the person is seen anyway (a thousandth of a doubling for each doubling of the rows);
- how the names are spelled; sex; birth years, also where only the year is known; shared or differing telephones,
  addresses, local ids; the same other people in other records; a record's place where the person lives or was seen;
  a grown-up's part for a child.

It goes to the best one only if that one beats the second, and "somebody else", by a margin. A weak core has one
place to go, so it never bridges two that were apart. All sums are whole milli-bits and depend on the cores alone:
not on the order of rows, nor on earlier nights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.identity.cores import SHIFT, Cores, Rows, cores_of, joined, name_codes, shared, systems
from redshank.identity.epoch import Epoch
from redshank.identity.features import Profiles
from redshank.identity.model import model_data
from redshank.identity.names import root, second_root, sound


@cache
def asked(first: str, sur: str) -> tuple[tuple[str, int], ...]:
    """Keys under which the person of a weak row is looked for, each with its cost in milli-bits."""
    cost: dict[str, int] = model_data()["attach"]["name"]
    if not sur:
        return ()
    heard = sound(sur)
    if not first:
        return ((f"s/{sur}", cost["surname"]),)
    if len(first) == 1:
        return ((f"i/{first}/{sur}", cost["initial"]),)
    out = {f"e/{first}/{sur}": 0}
    for name in dict.fromkeys((root(first), second_root(first) or root(first))):
        out.setdefault(f"n/{sound(name)}/{heard}", cost["variant"])
    out.setdefault(f"n/{sound(root(sur))}/{sound(first)}", cost["swapped"])
    return tuple(out.items())


@cache
def offered(first: str, sur: str, akas: str) -> tuple[tuple[str, int], ...]:
    """Keys under which a row's person can be found."""
    cost: dict[str, int] = model_data()["attach"]["name"]
    if not sur:
        return ()
    out = {f"s/{sur}": 0}
    if first:
        out[f"i/{first[0]}/{sur}"] = 0
    if len(first) > 1:
        out[f"e/{first}/{sur}"] = 0
        for name in dict.fromkeys((root(first), second_root(first) or root(first))):
            out[f"n/{sound(name)}/{sound(sur)}"] = 0
    for alias in filter(None, akas.split("|")):
        words = alias.split()
        family = words[-1] if len(words) > 1 else sur
        out.setdefault(f"n/{sound(root(words[0]))}/{sound(family)}", cost["alias"])
    return tuple(out.items())


@dataclass
class Spellings:
    """The different names of profiles with the keys under which they ask and are found: each is spelled out once for
    both levels of attaching."""

    name: np.ndarray  # of each profile
    asks: tuple[np.ndarray, np.ndarray, np.ndarray]  # name (ascending), key, cost
    offers: tuple[np.ndarray, np.ndarray, np.ndarray]
    part: np.ndarray  # of each key: it is a surname, alone or with an initial

    @classmethod
    def of(cls, who: Profiles) -> Spellings:
        name = name_codes(who)
        seen = np.full(int(name.max(initial=-1)) + 1, -1)
        seen[name] = np.arange(len(name))
        index: dict[str, int] = {}

        def spelled(keys, parts: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            columns = [pc.fill_null(who.table[p].take(pa.array(seen)), "").to_pylist() for p in parts]
            rows = [
                (n, index.setdefault(text, len(index)), points)
                for n, said in enumerate(zip(*columns, strict=True))
                for text, points in keys(*said)
            ]
            number, key, cost = np.array(rows, dtype=np.int64).reshape(-1, 3).T
            return number, key, cost

        asks, offers = spelled(asked, ("first", "sur")), spelled(offered, ("first", "sur", "akas"))
        return cls(name, asks, offers, np.array([text[0] in "si" for text in index], dtype=bool))


def _keys(
    cores: Cores, which: np.ndarray, said: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """core, key, cost for some of the rows of ``cores.names``"""
    core, name = cores.names
    one, two = joined(name[which], said[0])
    return core[which][one], said[1][two], said[2][two]


def _pairs(spelled: Spellings, cores: Cores, weak: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weak core, core that says more, and the cost of how their names differ (the least of all spellings)."""
    rule = model_data()["attach"]
    core = cores.names[0]
    asks = np.flatnonzero(weak[core])
    if not len(asks):
        nothing = np.array([], dtype=np.int64)
        return nothing, nothing, nothing
    w, w_key, w_cost = _keys(cores, asks, spelled.asks)
    c, c_key, c_cost = _keys(cores, np.arange(len(core)), spelled.offers)
    near = np.zeros(len(spelled.part), dtype=bool)
    near[w_key] = True
    c, c_key, c_cost = (v[near[c_key]] for v in (c, c_key, c_cost))
    order = np.lexsort((-c_cost, c, c_key))
    c, c_key, c_cost = (v[order] for v in (c, c_key, c_cost))
    once = (
        np.concatenate([[True], (c[1:] != c[:-1]) | (c_key[1:] != c_key[:-1])])
        if len(c)
        else np.array([], bool)
    )
    c, c_key, c_cost = c[once], c_key[once], c_cost[once]
    common = np.bincount(c_key, minlength=len(spelled.part)) > int(rule["widest_name"])
    common |= spelled.part & (np.bincount(c_key, minlength=len(spelled.part)) > int(rule["widest_part"]))
    take = ~common[w_key]
    w, w_key, w_cost = w[take], w_key[take], w_cost[take]
    one, two = joined(w_key, c_key)
    left, right, cost = w[one], c[two], w_cost[one] + c_cost[two]
    up = cores.rank[right] > cores.rank[left]
    left, right, cost = left[up], right[up], cost[up]
    order = np.lexsort((-cost, right, left))
    left, right, cost = left[order], right[order], cost[order]
    if not len(left):
        return left, right, cost
    once = np.concatenate([[True], (left[1:] != left[:-1]) | (right[1:] != right[:-1])])
    return left[once], right[once], cost[once]


def _evidence(cores: Cores, w: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Milli-bits for "this one" from everything but the spelling."""
    give: dict[str, int] = model_data()["attach"]["bits"]
    points = _log2(cores.size[c])
    woman, man = cores.woman, cores.man
    points += give["sex"] * (
        (woman[w] & ~man[w] & man[c] & ~woman[c]) | (man[w] & ~woman[w] & woman[c] & ~man[c])
    )
    both = (cores.low[w] > 0) & (cores.low[c] > 0)
    fits = (cores.low[w] <= cores.high[c]) & (cores.low[c] <= cores.high[w])
    points += give["year"] * (both & fits) + give["other_year"] * (both & ~fits)
    child = (cores.high[c] > 0) & (cores.grown[w] < cores.low[c] + int(model_data()["attach"]["grown"]))
    points += give["grown"] * child
    for name in ("phone", "handle", "addr"):
        fact = cores.facts[name]
        has = np.bincount(fact // SHIFT, minlength=len(cores.size)) > 0
        same = shared(fact, w, c) > 0
        points += give[name] * same + give[f"other_{name}"] * (has[w] & has[c] & ~same)
    points += give["place"] * (
        (shared(cores.facts["place"], w, c) > 0) & (shared(cores.facts["addr"], w, c) == 0)
    )
    local = shared(cores.facts["local"], w, c) > 0
    points += give["local"] * local + give["other_local"] * (~local & (shared(cores.system, w, c) > 0))
    together = shared(cores.facts["record"], w, c) > 0
    met = shared(cores.facts["company"], w, c)
    points += give["record"] * together
    return points + np.where(together, 0, give["company"] * (met > 0) + give["more_company"] * (met > 1))


def _log2(numbers: np.ndarray) -> np.ndarray:
    """Milli-bits of whole numbers, by the same arithmetic on any machine."""
    few, where = np.unique(numbers, return_inverse=True)
    return np.array([round(1000 * math.log2(max(n, 1))) for n in few.tolist()], dtype=np.int64)[where]


def somebody_else(who: Profiles, cores: Cores, epoch: Epoch) -> np.ndarray:
    """Milli-bits for "somebody of that name whom no other row tells of", for each core: rows to be expected of the
    name in this home (by the epoch), of which a share is nobody else's."""
    rule = model_data()["attach"]
    rows = max(int(epoch.meta["appearances"]), 1)
    scale = round(1000 * math.log2(epoch.population / rows))
    bits = []
    for column, unnamed in (("first", 0), ("sur", 0)):
        code, values = who.coded[column]
        known = epoch.bits[column]
        each = [
            min(known.get(v, epoch.rarest) - scale, rule["initial_tells"] if len(v) == 1 else 10**6)
            for v in values.to_pylist()
        ]
        of_place = np.array([*each, unnamed], dtype=np.int64)[code][who.of]
        least = np.full(len(cores.size), 10**6)
        np.minimum.at(least, cores.of, of_place)
        bits.append(least)
    expected = round(1000 * math.log2(rows)) - bits[0] - bits[1] + int(rule["tradition"])
    return np.maximum(expected + int(rule["unseen"]), int(rule["unseen_least"]))


def _decided(
    who: Profiles, spelled: Spellings, cores: Cores, epoch: Epoch, weak: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weak cores that go somewhere, where, and by what margin; in order of weak core."""
    w, c, cost = _pairs(spelled, cores, weak)
    points = _evidence(cores, w, c) + cost
    # rows that say as little as this one are no rivals to those that say more
    says = cores.level[c] > 0
    better = np.zeros(len(cores.size), dtype=bool)
    better[w[says]] = True
    take = says | ~better[w]
    w, c, points = w[take], c[take], points[take]
    order = np.lexsort((c, -points, w))
    w, c, points = w[order], c[order], points[order]
    if not len(w):
        return w, c, points
    first = np.concatenate([[True], w[1:] != w[:-1]])
    start = np.flatnonzero(first)
    many = np.diff(np.append(start, len(w)))
    second = np.where(many > 1, points[np.minimum(start + 1, len(w) - 1)], -(10**9))
    # rivals about as good as the second count together
    about = points >= np.repeat(second, many) - int(model_data()["attach"]["about"])
    about[start] = False
    crowd = np.add.reduceat(about.astype(np.int64), start)
    rival = np.maximum(second + _log2(crowd), somebody_else(who, cores, epoch)[w[start]])
    margin = points[start] - rival
    yes = margin >= int(model_data()["attach"]["margin"])
    return w[start][yes], c[start][yes], margin[yes]


def attach(
    who: Profiles, told: Rows, core: np.ndarray, epoch: Epoch, apart: list[tuple[int, int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Person (as smallest place) of each place, and the margin by which its core was attached (−1: it was not).

    ``core`` is the smallest place of each place's core; ``apart`` are places judged "not the same".
    """
    label = core.copy()
    margin = np.full(len(core), -1)
    spelled, system = Spellings.of(who), systems(who)
    for level in (1, 0):
        cores = cores_of(who, told, label, core, spelled.name, system)
        one, two, sure = _decided(who, spelled, cores, epoch, cores.level == level)
        top = _united(cores, one, two, apart)
        went = top[one] == top[two]
        gained = np.full(len(cores.size), -1)
        gained[one[went]] = sure[went]
        margin = np.where(gained[cores.of] >= 0, gained[cores.of], margin)
        least = np.full(len(cores.size), len(core))
        np.minimum.at(least, top, cores.first_place)
        label = least[top][cores.of]
    return label, margin


def _united(cores: Cores, one: np.ndarray, two: np.ndarray, apart: list[tuple[int, int]]) -> np.ndarray:
    """The core that speaks for each core once all have gone where they go; judgements forbid."""
    up = list(range(len(cores.size)))
    enemies: dict[int, set[int]] = {}
    for a, b in apart:
        x, y = int(cores.of[a]), int(cores.of[b])
        if x != y:
            enemies.setdefault(x, set()).add(y)
            enemies.setdefault(y, set()).add(x)

    def top(x: int) -> int:
        while up[x] != x:
            up[x] = up[up[x]]
            x = up[x]
        return x

    order = np.argsort(-cores.rank[one], kind="stable")
    for a, b in zip(one[order].tolist(), two[order].tolist(), strict=True):
        a, b = top(a), top(b)
        if b in enemies.get(a, ()):
            continue
        up[a] = b
        for other in enemies.pop(a, ()):
            enemies[other] = (enemies[other] - {a}) | {b}
            enemies.setdefault(b, set()).add(other)
    return np.array([top(x) for x in range(len(up))], dtype=np.int64)
