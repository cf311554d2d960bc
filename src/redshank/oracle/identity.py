"""What the identity stage means, slowly: plain Python over dictionaries, standard library only.

Read this to learn the stage; the tests hold the fast one to it. It knows one way only, everything at once:
appearances → profiles → blocks under their cap → scores → components → cut → attach. Weights come from the model data
(``identity/data``) and the epoch's tables, given as lists of dictionaries.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

from redshank.oracle.attach import attach
from redshank.oracle.names import FORMS, MODEL, sound

Row = dict[str, Any]


def levenshtein(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def jaro_winkler(a: str, b: str) -> float:
    """As DuckDB computes it: prefix of up to four letters, weight 0.1, only above a Jaro of 0.7."""
    reach = max(len(a), len(b)) // 2 - 1
    taken = [False] * len(b)
    hits = []
    for i, x in enumerate(a):
        for j in range(max(0, i - reach), min(len(b), i + reach + 1)):
            if not taken[j] and b[j] == x:
                taken[j] = True
                hits.append(x)
                break
    m = len(hits)
    if not m:
        return 0.0
    turned = sum(x != y for x, y in zip(hits, (b[j] for j in range(len(b)) if taken[j]), strict=True)) // 2
    jaro = (m / len(a) + m / len(b) + (m - turned) / m) / 3
    prefix = 0
    while prefix < min(4, len(a), len(b)) and a[prefix] == b[prefix]:
        prefix += 1
    return jaro + 0.1 * prefix * (1 - jaro) if jaro > 0.7 else jaro


# ---- comparing -----------------------------------------------------------------------------------------
def profile(row: Row) -> Row:
    """What is compared of an appearance; None where nothing is said."""
    dob = None if row["dob_placeholder"] else row["date_of_birth"]
    return {
        "fore": row["fore_std"] or None, "first": row["first_std"] or None, "sur": row["sur_std"] or None,
        "akas": row["aka_std"] or None, "dob": dob, "phone": row["phone"] or None,
        "handle": row["online_handle"] or None, "postcode": row["postcode"] or None,
        "addr": f"{row['address_std']}|{row['postcode'] or ''}" if row["address_std"] else None,
        "sex": row["sex"] if row["sex"] in ("F", "M") else None, "local": row["local_key"] or None,
    }  # fmt: skip


def _agree(a: Row, b: Row) -> bool:
    x, y = a["first"], b["first"]
    if x is None or y is None:
        return False
    return (
        x == y or _forms_meet(x, y) or jaro_winkler(x, y) >= 0.88
        or (x[0] == y[0] and min(len(x), len(y)) == 1) or _swapped(a, b)
    )  # fmt: skip


def _swapped(a: Row, b: Row) -> bool:
    """Each one's forename is a word of the other's surname."""
    if None in (a["first"], b["first"], a["sur"], b["sur"]):
        return False
    return a["first"] in b["sur"].split() and b["first"] in a["sur"].split()


def _forms_meet(x: str, y: str) -> bool:
    a, b = (FORMS.get(n) or [n] for n in (x, y))
    return a[0] == b[0] or a[0] in b[1:2] or b[0] in a[1:2]


def _alias(name: str, akas: str | None) -> bool:
    return bool(akas) and f" {name} " in " " + str(akas).replace("|", " ") + " "


def forename(a: Row, b: Row) -> str:
    x, y = a["first"], b["first"]
    if x is None or y is None:
        return "missing"
    if x == y:
        return "same"
    if _forms_meet(x, y):
        return "nickname"
    if _swapped(a, b):
        return "swapped"
    if _alias(y, a["akas"]) or _alias(x, b["akas"]):
        return "alias"
    one_family = a["sur"] and b["sur"] and (a["sur"] == b["sur"] or jaro_winkler(a["sur"], b["sur"]) >= 0.92)
    born_together = a["dob"] and a["dob"] == b["dob"]
    if x in FORMS and y in FORMS and FORMS[x][0] != FORMS[y][0] and one_family and born_together:
        return "two-names"
    similar = jaro_winkler(x, y)
    if similar >= 0.93 or (levenshtein(x, y) <= 1 and min(len(x), len(y)) >= 4):
        return "close"
    if f" {y} " in f" {a['fore']} " or f" {x} " in f" {b['fore']} ":
        return "middle"
    if sound(x) == sound(y) or similar >= 0.88:
        return "similar"
    if x[0] == y[0] and min(len(x), len(y)) == 1:
        return "initial"
    if similar >= 0.80 or (levenshtein(x, y) <= 2 and min(len(x), len(y)) >= 5):
        return "distant"
    if one_family and born_together:
        return "twin"
    return "different"


def surname(a: Row, b: Row) -> str:
    x, y = a["sur"], b["sur"]
    if x is None or y is None:
        return "missing"
    if x == y:
        return "same"
    if _swapped(a, b):
        return "swapped"
    similar = jaro_winkler(x, y)
    if similar >= 0.93 or (levenshtein(x, y) <= 1 and min(len(x), len(y)) >= 4):
        return "close"
    if f" {y} " in f" {x} " or f" {x} " in f" {y} ":
        return "part"
    if _alias(y, a["akas"]) or _alias(x, b["akas"]):
        return "alias"
    return "similar" if sound(x) == sound(y) or similar >= 0.88 else "different"


def birth(a: Row, b: Row) -> str:
    x, y = a["dob"], b["dob"]
    if x is None or y is None:
        return "missing"
    if x == y:
        return "same"
    if x.year == y.year and (x.day, x.month) == (y.month, y.day):
        return "day-month"
    if levenshtein(x.strftime("%Y%m%d"), y.strftime("%Y%m%d")) == 1:
        return "digit"
    if (x.day, x.month) == (y.day, y.month) and sorted(f"{x.year:04}") == sorted(f"{y.year:04}"):
        return "year-differs"
    if x.year == y.year and (x.month == y.month or x.day == y.day):
        return "year-and-part"
    return "near" if abs(x.year - y.year) <= 1 else "conflict"


def _shared(name: str, a: Row, b: Row, unnamed: str, other: str) -> str:
    if a[name] is None or b[name] is None:
        return "missing"
    if a[name] != b[name]:
        return "different"
    if _agree(a, b):
        return "same"
    return unnamed if a["first"] is None or b["first"] is None else other


def address(a: Row, b: Row) -> str:
    if (a["addr"] is None or b["addr"] is None) and (a["postcode"] is None or b["postcode"] is None):
        return "missing"
    if a["addr"] is not None and a["addr"] == b["addr"]:
        return _shared("addr", a, b, "same-unnamed", "household")
    house = a["addr"] and b["addr"] and a["addr"].split(" ")[0] == b["addr"].split(" ")[0]
    if house and jaro_winkler(a["addr"], b["addr"]) >= 0.90 and _agree(a, b):
        return "close"
    near = a["postcode"] is not None and a["postcode"] == b["postcode"] and _agree(a, b)
    return "postcode" if near else "different"


def sex(a: Row, b: Row) -> str:
    if a["sex"] is None or b["sex"] is None:
        return "missing"
    return "same" if a["sex"] == b["sex"] else "different"


def local_id(a: Row, b: Row) -> str:
    x, y = a["local"], b["local"]
    if x is None or y is None or x.split("|")[0] != y.split("|")[0]:
        return "missing"
    return _shared("local", a, b, "same-unnamed", "reused")


COMPARE = {
    "forename": forename, "surname": surname, "birth": birth,
    "phone": lambda a, b: _shared("phone", a, b, "same-unnamed", "shared"),
    "handle": lambda a, b: _shared("handle", a, b, "same", "shared"),
    "address": address, "sex": sex, "local_id": local_id,
}  # fmt: skip


class Weights:
    """The weights of one epoch: rows of its tables terms, levels and meta."""

    def __init__(self, terms: list[Row], levels: list[Row], meta: list[Row]) -> None:
        self.terms = {(r["column"], r["value"]): r["bits"] for r in terms}
        self.u = {(r["comparison"], r["level"]): r["u_per_million"] / 1_000_000 for r in levels}
        named = {r["name"]: r["value"] for r in meta}
        self.population, self.appearances = int(named["population"]), int(named["appearances"])
        step = MODEL["decide"]["bin"]
        self.rarest = round(round(1000 * math.log2(self.population)) / step) * step
        self.prior = round(1000 * math.log2(MODEL["decide"]["expected_matches"] / self.population))
        self.level = {(c["name"], v["code"]): v for c in MODEL["comparison"] for v in c["levels"]}

    def score(self, a: Row, b: Row) -> tuple[int, str]:
        total, why = self.prior, []
        for name, compare in COMPARE.items():
            code = compare(a, b)
            level = self.level[name, code]
            if level.get("null"):
                continue
            why.append(f"{name}={code}")
            if "tf" in level:
                column = level["tf"]
                shared = [self._rare(column, p[column]) for p in (a, b)]
                total += round(1000 * math.log2(level["m"]))
                total += min(*shared, round(-1000 * math.log2(level["tf_min"])))
            else:
                u = self.u.get((name, code), level["u"])
                total += round(-1000 * math.log2(u)) - round(-1000 * math.log2(level["m"]))
        return total, "|".join(why)

    def _rare(self, column: str, value: Any) -> int:
        text = value.strftime("%Y%m%d") if column == "dob" and value is not None else value
        return int(self.terms.get((column, text), self.rarest))


# ---- blocks --------------------------------------------------------------------------------------------
def keys(p: Row) -> set[tuple]:
    """The blocks in which a profile stands."""
    f, s, d = p["first"], p["sur"], p["dob"]
    heard_f, heard_s = sound(f) if f else "", sound(s) if s else ""
    root = FORMS[f][0] if f in FORMS else f
    out: set[tuple] = set()

    def add(rule: str, *parts: Any) -> None:
        if all(part not in (None, "") for part in parts):
            out.add((rule, *parts))

    add("surname_birth", heard_s, d)
    add("forename_birth", root, d)
    if d:
        add("initials_birth", f and f[0], s and s[0], d.year, min(d.day, d.month), max(d.day, d.month))
        add("names_year", heard_s, heard_f, d.year)
        add("names_day", heard_s, f and f[0], d.month, d.day)
    add("phone", p["phone"])
    add("handle", p["handle"])
    add("address_forename", p["addr"], heard_f)
    add("local_id", p["local"])
    add("postcode_birth", p["postcode"], d)
    add("birth", d)
    add("names", *sorted((heard_f, heard_s)))
    for alias in (p["akas"] or "").split("|"):
        if len(words := alias.split()) > 1:
            add("names", *sorted((sound(words[0]), sound(words[-1]))))
    return out


# ---- people --------------------------------------------------------------------------------------------
def resolve(
    appearances: list[Row],
    weights: Weights,
    same: set[tuple],
    apart: set[tuple],
    places: dict[str, str] | None = None,
) -> Row:
    """``pairs`` {(a, b): (score, why)} and ``person`` {appearance_id: smallest appearance_id of the person}.

    ``same`` and ``apart`` hold judged pairs of appearance_ids (smaller first); ``places`` postcodes of records.
    """
    rows = {r["appearance_id"]: profile(r) for r in appearances}
    members: dict[tuple, list[int]] = defaultdict(list)
    for i in sorted(rows):
        members[tuple(rows[i].values())].append(i)
    blocks: dict[tuple, list[int]] = defaultdict(list)
    for ids in members.values():
        for key in keys(rows[ids[0]]):
            blocks[key].append(ids[0])
    pairs: dict[tuple[int, int], tuple[int, str]] = {}
    for key, ids in blocks.items():
        if len(ids) <= MODEL["caps"][key[0]]:
            for a, b in combinations(sorted(ids), 2):
                pairs[a, b] = weights.score(rows[a], rows[b])
    for ids in members.values():
        for other in ids[1:]:
            pairs[ids[0], other] = weights.score(rows[ids[0]], rows[ids[0]])
    pairs = {k: v for k, v in pairs.items() if v[0] >= MODEL["decide"]["keep"]}
    cores = {frozenset(side) for side in _cut(rows, pairs, same, apart).values()}
    told = {r["appearance_id"]: {**r, "profile": rows[r["appearance_id"]]} for r in appearances}
    people = attach(told, sorted(cores, key=min), weights, apart, places or {})
    return {"pairs": pairs, "person": {i: min(group) for group in people for i in group}}


def _cut(rows: dict[int, Row], pairs: dict, same: set[tuple], apart: set[tuple]) -> dict[int, set[int]]:
    side = {i: {i} for i in rows}

    def join(a: int, b: int) -> None:
        both = side[a] | side[b]
        for i in both:
            side[i] = both

    for a, b in sorted(same):
        join(a, b)
    beyond = "|".join(MODEL["clusters"]["beyond"])
    strong = sorted(
        (-score, a, b, why)
        for (a, b), (score, why) in pairs.items()
        if score >= MODEL["decide"]["accept"] and any(re.fullmatch(beyond, w) for w in why.split("|"))
    )
    for _, a, b, why in strong:
        if side[a] is not side[b] and _allowed(rows, side[a], side[b], why, apart):
            join(a, b)
    return side


def _allowed(rows: dict[int, Row], one: set[int], two: set[int], why: str, apart: set[tuple]) -> bool:
    if any((min(x, y), max(x, y)) in apart for x in one for y in two):
        return False
    typing = any(f"birth={code}" in why.split("|") for code in ("day-month", "digit", "year-differs"))
    years = [[rows[i]["dob"].year for i in s if rows[i]["dob"]] for s in (one, two)]
    if all(years) and not typing:
        span = max(map(max, years)) - min(map(min, years))
        if span > max(MODEL["clusters"]["years_apart"], *(max(y) - min(y) for y in years)):
            return False
    dates = [Counter(_either(rows[i]["dob"]) for i in s if rows[i]["dob"]) for s in (one, two)]
    if not dates[0].keys() & dates[1].keys() and all(max(d.values(), default=0) > 1 for d in dates):
        return False
    if "forename=" not in why:
        names = [{rows[i]["first"] for i in s if rows[i]["first"]} for s in (one, two)]
        if all(names) and not any(_may_be_one(x, y) for x in names[0] for y in names[1]):
            return False
    return True


def _either(day: Any) -> tuple[int, int, int]:
    """A birth date without which number is the day and which the month."""
    return day.year, min(day.day, day.month), max(day.day, day.month)


def _may_be_one(x: str, y: str) -> bool:
    if x == y or _forms_meet(x, y):
        return True
    if min(len(x), len(y)) == 1:
        return x[0] == y[0]
    return not (x in FORMS and y in FORMS) and sound(x) == sound(y)
