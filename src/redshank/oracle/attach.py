"""What attaching weak cores means, slowly: plain Python over dictionaries (see ``redshank.identity.attach``).

A core is a set of appearances. Each weak one is weighed against every core that says more and is found under its
name; it goes to the best, if that beats the second and "somebody else of that name" by a margin.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

from redshank.oracle.names import FORMS, MODEL, sound

RULE = MODEL["attach"]
Row = dict[str, Any]


def _log2(n: int) -> int:
    return round(1000 * math.log2(max(n, 1)))


def _roots(name: str) -> list[str]:
    return (FORMS.get(name) or [name])[:2]


def asked(first: str, sur: str) -> dict[str, int]:
    """Under which keys the person of a weak row is looked for, and what each costs."""
    cost = RULE["name"]
    if not sur:
        return {}
    if not first:
        return {f"s/{sur}": cost["surname"]}
    if len(first) == 1:
        return {f"i/{first}/{sur}": cost["initial"]}
    out = {f"e/{first}/{sur}": 0}
    for name in _roots(first):
        out.setdefault(f"n/{sound(name)}/{sound(sur)}", cost["variant"])
    out.setdefault(f"n/{sound(_roots(sur)[0])}/{sound(first)}", cost["swapped"])
    return out


def offered(first: str, sur: str, akas: str) -> dict[str, int]:
    """Under which keys a row's person can be found."""
    if not sur:
        return {}
    out = {f"s/{sur}": 0}
    if first:
        out[f"i/{first[0]}/{sur}"] = 0
    if len(first) > 1:
        out[f"e/{first}/{sur}"] = 0
        out |= {f"n/{sound(name)}/{sound(sur)}": 0 for name in _roots(first)}
    for alias in filter(None, akas.split("|")):
        words = alias.split()
        family = words[-1] if len(words) > 1 else sur
        out.setdefault(f"n/{sound(_roots(words[0])[0])}/{sound(family)}", RULE["name"]["alias"])
    return out


def _facts(
    ids: frozenset[int], rows: dict[int, Row], places: dict[str, str], company: dict[int, set[int]]
) -> Row:
    """What a core says, as sets."""
    mine = [rows[i] for i in ids]

    def said(name: str) -> set:
        return {r["profile"][name] for r in mine if r["profile"][name] is not None}

    years = [r["profile"]["dob"].year for r in mine if r["profile"]["dob"]]
    rough = [
        r["date_of_birth"].year for r in mine
        if r["dob_placeholder"] and r["date_of_birth"] and r["date_of_birth"].year >= RULE["year_least"]
    ]  # fmt: skip
    grown = [r["known_at"].year for r in mine if r["role"] in RULE["grown_roles"] and r["known_at"]]
    known = {p for r in mine if (p := places.get(r["record_key"]))}
    facts = {name: said(name) for name in ("phone", "handle", "addr", "local", "sex")}
    return {
        **facts, "years": [*years, *rough], "grown": min(grown, default=9999), "size": len(ids), "first": min(ids),
        "level": 2 if years else int(bool(facts["phone"] or facts["handle"] or facts["addr"])),
        "place": said("postcode") | known, "records": {r["record_key"] for r in mine},
        "system": {k.partition("|")[0] for k in facts["local"]},
        "company": set().union(*(company[i] for i in ids)),
        "names": {(r["profile"]["first"] or "", r["profile"]["sur"] or "", r["profile"]["akas"] or "") for r in mine},
    }  # fmt: skip


def _company(rows: dict[int, Row], cores: list[frozenset[int]]) -> dict[int, set[int]]:
    """People (by core of the first phase) met in the record of each appearance, without those met everywhere."""
    of = {i: min(c) for c in cores for i in c}
    inside: dict[str, set[int]] = defaultdict(set)
    for i, r in rows.items():
        inside[r["record_key"]].add(of[i])
    busy = Counter(core for people in inside.values() for core in people)
    few = {k: p if len(p) <= RULE["crowd"] else set() for k, p in inside.items()}
    return {i: {c for c in few[r["record_key"]] if 1 < busy[c] <= RULE["widest"]} for i, r in rows.items()}


def _evidence(w: Row, c: Row) -> int:
    give = RULE["bits"]
    points = _log2(c["size"])
    if {frozenset(w["sex"]), frozenset(c["sex"])} == {frozenset("F"), frozenset("M")}:
        points += give["sex"]
    if w["years"] and c["years"]:
        fits = min(w["years"]) <= max(c["years"]) and min(c["years"]) <= max(w["years"])
        points += give["year"] if fits else give["other_year"]
    if c["years"] and w["grown"] < min(c["years"]) + RULE["grown"]:
        points += give["grown"]
    for name in ("phone", "handle", "addr"):
        if w[name] and c[name]:
            points += give[name] if w[name] & c[name] else give[f"other_{name}"]
    if w["place"] & c["place"] and not w["addr"] & c["addr"]:
        points += give["place"]
    if w["local"] & c["local"]:
        points += give["local"]
    elif w["system"] & c["system"]:
        points += give["other_local"]
    if w["records"] & c["records"]:
        return points + give["record"]
    met = len(w["company"] & c["company"])
    return points + give["company"] * (met > 0) + give["more_company"] * (met > 1)


def _somebody_else(w: Row, weights: Any) -> int:
    rows = max(weights.appearances, 1)
    scale = round(1000 * math.log2(weights.population / rows))
    bits = []
    for place, column in enumerate(("first", "sur")):
        each = []
        for name in (n[place] for n in w["names"]):
            told = weights.terms.get((column, name), weights.rarest) - scale if name else 0
            each.append(min(told, RULE["initial_tells"]) if len(name) == 1 else told)
        bits.append(min(each))
    expected = _log2(rows) - sum(bits) + RULE["tradition"]
    return max(expected + RULE["unseen"], RULE["unseen_least"])


def _round(found: list[Row], level: int, weights: Any) -> dict[int, int]:
    """Which weak core (by place in ``found``) goes to which."""
    rank = sorted(range(len(found)), key=lambda k: (found[k]["level"], found[k]["size"], -found[k]["first"]))
    above = {k: n for n, k in enumerate(rank)}
    index: dict[str, dict[int, int]] = defaultdict(dict)
    for k, core in enumerate(found):
        for name in core["names"]:
            for key, cost in offered(*name).items():
                index[key][k] = max(index[key].get(k, cost), cost)
    out = {}
    for k, w in enumerate(found):
        if w["level"] != level:
            continue
        costs: dict[int, int] = {}
        for first, sur, _ in w["names"]:
            for key, cost in asked(first, sur).items():
                most = RULE["widest_part"] if key[0] in "si" else RULE["widest_name"]
                if len(index[key]) > most:
                    continue
                for c, more in index[key].items():
                    if above[c] > above[k]:
                        costs[c] = max(costs.get(c, cost + more), cost + more)
        if any(found[c]["level"] for c in costs):
            costs = {c: v for c, v in costs.items() if found[c]["level"]}
        if not costs:
            continue
        order = sorted((-(v + _evidence(w, found[c])), found[c]["first"], c) for c, v in costs.items())
        rival = _somebody_else(w, weights)
        if len(order) > 1:
            crowd = sum(-points >= -order[1][0] - RULE["about"] for points, _, _ in order[1:])
            rival = max(rival, -order[1][0] + _log2(crowd))
        if -order[0][0] - rival >= RULE["margin"]:
            out[k] = order[0][2]
    return out


def attach(
    rows: dict[int, Row], cores: list[frozenset[int]], weights: Any, apart: set[tuple], places: dict[str, str]
) -> list[frozenset[int]]:
    """People. ``rows`` are appearances by id, each with its ``profile``; ``places`` the postcode of each record."""
    company, groups = _company(rows, cores), sorted(cores, key=min)
    for level in (1, 0):
        found = [_facts(g, rows, places, company) for g in groups]
        goes = _round(found, level, weights)
        side = {k: {k} for k in range(len(groups))}
        order = sorted(goes, key=lambda k: (-found[k]["level"], -found[k]["size"], found[k]["first"]))
        for k in order:
            one, two = side[k], side[goes[k]]
            here, there = (set().union(*(groups[x] for x in s)) for s in (one, two))
            if any((min(a, b), max(a, b)) in apart for a in here for b in there):
                continue
            for x in one | two:
                side[x] = one | two
        groups = sorted({frozenset().union(*(groups[x] for x in s)) for s in side.values()}, key=min)
    return groups
