"""What a candidate group is, slow and obvious: the definition that :mod:`redshank.networks` must equal.

Standard library only; nothing here is shared with the stage but its weights. Read from ``groups`` downwards.
Rows are plain dictionaries with the columns of :mod:`redshank.tables.between`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import combinations
from typing import Any

Row = dict[str, Any]
View = dict[str, list[Row]]


def groups(view: View, config: dict[str, Any]) -> list[tuple[list[str], list[str]]]:
    """Every candidate group as (persons the group rests on or who are attached, children), sorted."""
    ties = all_ties(view, config)
    out = []
    for part in connected({(t["a"], t["b"]) for t in ties}):
        out += groups_of([t for t in ties if t["a"] in part], people(part, ties, view, config), view, config)
    return sorted(out)


# ---- records and people in them --------------------------------------------------------------------


def grade(record: Row, config: dict[str, Any]) -> int:
    """Per mille that a record weighs: intelligence by the lower of its two grades."""
    if record["record_type"] != "intelligence":
        return config["grade"]["other"]["not_intelligence"]
    ungraded = config["grade"]["other"]["ungraded_intelligence"]
    source = config["grade"]["source"].get(record.get("source_evaluation") or "", ungraded)
    known = config["grade"]["intelligence"].get(record.get("intelligence_assessment") or "", ungraded)
    return min(source, known)


def exploitation(record: Row, view: View, config: dict[str, Any]) -> int:
    """How far a record speaks of exploitation: its indicators, flags and offence."""
    best: dict[str, int] = {}
    for s in view["signals"]:
        if s["record_key"] == record["record_key"]:
            level = config["signal"].get(s["indicator"], 0) * config["status"].get(s["status"], 0) // 1000
            best[s["indicator"]] = max(best.get(s["indicator"], 0), level)
    level, structure = sum(best.values()), config["structure"]
    words = (record.get("offence") or "").upper()
    code = (record.get("offence_code") or "").strip().upper().split("/")[0].lstrip("0")
    if code in structure["offence_codes"] or any(w in words for w in structure["offence_words"]):
        level = max(level, structure["offence"])
    if any(f in (record.get("flags") or "").upper() for f in structure["flags"]):
        level = max(level, structure["flag"])
    if record.get("list") == "offender" and level > 0:
        level = max(level, structure["offender_list"])
    return min(level, 1000)


def begins(words: list[str], text: str | None) -> bool:
    return bool(text) and any(re.search(r"\b" + re.escape(w), text or "", re.IGNORECASE) for w in words)


def minor(born: date | None, at: datetime | None, years: int) -> bool | None:
    """Under age on that day; None where it is not known."""
    if born is None or at is None:
        return None
    return (at.year - born.year) - ((at.month, at.day) < (born.month, born.day)) < years


def named(view: View, config: dict[str, Any]) -> list[Row]:
    """One row per record and person: how the person stands there, and with what weight."""
    records = {r["record_key"]: r for r in view["records"] if r["record_type"] != "premises"}
    person = {r["appearance_id"]: r["person_id"] for r in view["person_of"]}
    born = {p["person_id"]: p["date_of_birth"] for p in view["persons"]}
    found: dict[tuple[str, str], Row] = {}
    for a in view["appearances"]:
        if a["record_key"] in records and a["appearance_id"] in person:
            n = person[a["appearance_id"]]
            own = None if a["dob_placeholder"] else a["date_of_birth"]
            row = stands(a, n, born.get(n) or own, records[a["record_key"]], config)
            keep(found, (a["record_key"], n), row)
    for m in view["mention_links"]:
        if m["record_key"] in records:
            told = in_text(m, born.get(m["person_id"]), records[m["record_key"]], view, config)
            if told:
                found.setdefault((m["record_key"], m["person_id"]), told)
    return list(found.values())


def keep(found: dict[tuple[str, str], Row], key: tuple[str, str], row: Row) -> None:
    """Of two rows for one person in one record the one of more concern."""
    order = {"concern": 0, "peer": 0, "child": 1, "bystander": 2}
    before = found.get(key)
    if before is None or (order[row["stands"]], -row["weight"]) < (
        order[before["stands"]],
        -before["weight"],
    ):
        found[key] = row


def stands(a: Row, n: str, born: date | None, record: Row, config: dict[str, Any]) -> Row:
    """``concern``, ``peer`` (under 18 and named as suspect), ``child`` or ``bystander``."""
    role, words, kind = a["role"], config["words"], record["record_type"]
    young = minor(born, record["event_at"], config["threshold"]["adult_age"])
    family, professional = (
        begins(words["family"], a["relationship"]),
        begins(words["professional"], a["relationship"]),
    )
    accused = role in ("suspect", "detained", "line_member")
    said = bool(a["care_status"]) or begins(words["child"], a["relationship"])
    child = young is True or (
        young is None and ((said and not accused) or (role == "missing" and kind == "missing_episodes"))
    )
    how = "bystander"
    if child and accused:
        how = "peer"
    elif child and role in ("victim", "missing", "subject", "associate", "other"):
        how = "child"
    elif not child and not professional and (accused or not family):
        protective = (
            role == "subject"
            and kind in ("missing_episodes", "vulnerability_entries")
            and record["list"] != "offender"
        )
        listed = record["list"] in ("vulnerable", "victim") and role != "associate"
        if accused or (role in ("associate", "subject", "other") and not protective and not listed):
            how = "concern"
    weight = 1000 if how == "child" else config["role"].get(role, 0)
    if how == "concern" and young is None:
        weight = weight * config["role"]["unknown_age"] // 1000
    house = (
        f"address:{a['address_std']}|{(a['postcode'] or '').replace(' ', '')}"
        if a["address_std"] and a["postcode"]
        else ""
    )
    return {
        "record": record["record_key"], "node": n, "stands": how, "role": role, "weight": weight, "born": born,
        "surname": a["sur_std"] or "", "home": house, "phone": a["phone"] or "", "handle": a["online_handle"] or "",
        "family": family or role in ("parent", "carer"),
    }  # fmt: skip


def in_text(m: Row, born: date | None, record: Row, view: View, config: dict[str, Any]) -> Row | None:
    """A known person named in a text only; the words before the name tell family and professionals apart."""
    said = next(
        (
            x
            for x in view["mentions"]
            if (x["record_key"], x["start"], x["kind"]) == (m["record_key"], m["start"], "person")
        ),
        {},
    )
    if said.get("negated"):
        return None
    young = minor(born, record["event_at"], config["threshold"]["adult_age"])
    child = young or (
        young is None
        and (said.get("near_role") == "child" or (said.get("age") or 99) < config["threshold"]["adult_age"])
    )
    kin = "|".join(re.escape(w) for w in config["words"]["family"] + config["words"]["professional"])
    before = (record["text"] or "")[max(0, m["start"] - 40) : m["start"]]
    is_kin = bool(re.search(rf"\b(?:{kin})\w*\W{{1,3}}(?:\w+\W{{1,3}})?$", before, re.IGNORECASE))
    weight = 1000 if child else config["role"]["mentioned"] * round(m["probability"] * 1000) // 1000
    return {
        "record": record["record_key"], "node": m["person_id"], "stands": "child" if child else "bystander" if is_kin else "concern",
        "role": "mentioned", "weight": weight, "born": born, "surname": "", "home": "", "phone": "", "handle": "", "family": is_kin,
    }  # fmt: skip


# ---- links -----------------------------------------------------------------------------------------


def all_links(view: View, config: dict[str, Any]) -> list[Row]:
    """Everybody's links to numbers, vehicles, handles, children, and to one another by being named together.

    Places, registered lines and people whom nobody could name are left to the stage's own tests.
    """
    who, need = named(view, config), config["threshold"]
    level = {r["record_key"]: exploitation(r, view, config) for r in view["records"]}
    grades = {r["record_key"]: grade(r, config) for r in view["records"]}
    kinds = {r["record_key"]: r["record_type"] for r in view["records"]}
    out: dict[tuple[str, str, str, bool], Row] = {}

    def link(context: str, w: Row, weight: int, own: bool = False) -> None:
        weight = max(weight, 1) * grades[w["record"]] // 1000
        key = (context, w["node"], w["record"], own)
        if weight > 0 and weight > out.get(key, {"weight": 0})["weight"]:
            out[key] = {**w, "context": context, "weight": weight, "own": own}

    for w in who:
        for context, share in things(w["record"], view):
            link(context, w, max(w["weight"], 1) * share // 1000)
        for kind in ("phone", "handle"):
            if w[kind]:
                link(f"{kind}:{w[kind]}", w, w["weight"], own=True)
        if w["home"] and w["stands"] == "concern":
            link(w["home"], w, w["weight"], own=True)
    for key in {w["record"] for w in who}:
        here = [w for w in who if w["record"] == key]
        grown = [w for w in here if w["stands"] in ("concern", "peer")]
        if 2 <= len(grown) <= need["record_people_cap"]:
            for w in grown:
                link(f"record:{key}", w, w["weight"])
        for w in grown:
            for k in here:
                if (
                    k["stands"] in ("child", "peer")
                    and k["node"] != w["node"]
                    and with_child(w, k, level[key], kinds[key], config)
                ):
                    link(f"child:{k['node']}", w, beside_child(w, level[key], kinds[key], config))
                    link(f"child:{k['node']}", k, 1000)
    return list(out.values())


def beside_child(w: Row, level: int, kind: str, config: dict[str, Any]) -> int:
    """What being named with a child weighs: in full where the record speaks of concern, else by its kind."""
    if level >= config["threshold"]["concern"]:
        return w["weight"]
    return w["weight"] * config["structure"]["share"].get(kind, 1000) // 1000


def things(key: str, view: View) -> list[tuple[str, int]]:
    """Numbers, vehicles and handles of a record; 800 per mille where they stand only in the text."""
    found: dict[str, int] = {}
    reported = any(a["record_key"] == key and a["role"] == "reporter" for a in view["appearances"])
    for m in view["mentions"]:
        if (
            m["record_key"] == key
            and m["kind"] in ("phone", "vehicle", "handle", "email")
            and not m["negated"]
            and m["value"]
        ):
            found[f"{m['kind']}:{m['value']}"] = 800
    for v in view["vehicles"]:
        if v["record_key"] == key and v["role"] != "victim vehicle" and v["vrm"]:
            found[f"vehicle:{v['vrm']}"] = 1000
    for p in view["phones"]:
        caller = p["role"] == "caller" and (reported or key.startswith("incidents:"))
        if p["record_key"] == key and not caller and p["number"]:
            found[f"phone:{p['number']}"] = 1000
    return sorted(found.items())


def with_child(w: Row, k: Row, level: int, kind: str, config: dict[str, Any]) -> bool:
    """Whether being named together with this child is of concern, and not family."""
    if w["family"] or (w["stands"] == "peer" and k["stands"] == "peer"):
        return False
    if (w["surname"] and w["surname"] == k["surname"]) or (w["home"] and w["home"] == k["home"]):
        return False
    far = (
        w["born"] is None
        or k["born"] is None
        or (k["born"] - w["born"]).days >= config["threshold"]["near_age_years"] * 365
    )
    named_so = w["role"] in ("suspect", "associate", "subject", "detained") or (
        kind == "intelligence" and w["role"] == "mentioned"
    )
    by_structure = kind in config["structure"]["share"] and named_so and far and w["stands"] == "concern"
    return level >= config["threshold"]["concern"] or by_structure


# ---- ties ------------------------------------------------------------------------------------------


def all_ties(view: View, config: dict[str, Any]) -> list[Row]:
    """Two people who share a context that few others share, at about the same time."""
    links, need = all_links(view, config), config["threshold"]
    at = {r["record_key"]: r["event_at"] for r in view["records"]}
    level = {r["record_key"]: exploitation(r, view, config) for r in view["records"]}

    beside = {x["record"] for x in links if x["context"].startswith("child:")}

    def concern(x: Row) -> bool:
        return level[x["record"]] >= need["concern"] or x["record"] in beside

    concerned = {x["node"] for x in links if x["stands"] in ("concern", "peer") and concern(x)}
    out: dict[tuple[str, str, str], Row] = {}

    def tie(a: Row, b: str, other: str, weight: int) -> None:
        first, second = (
            ((a["node"], a["record"]), (b, other))
            if a["node"] < b
            else ((b, other), (a["node"], a["record"]))
        )
        key = (first[0], second[0], a["context"])
        row = out.setdefault(
            key, {"a": first[0], "b": second[0], "context": a["context"], "weight": 0, "pairs": set()}
        )
        row["weight"] = max(row["weight"], weight)
        row["pairs"].add((first[1], second[1]))

    for context in {x["context"] for x in links}:
        here = [x for x in links if x["context"] == context]
        kind = context.partition(":")[0]
        spec = config["kind"][kind]
        count = len({x["node"] for x in here})
        if count > spec["cap"]:
            continue
        thing = kind in ("phone", "vehicle", "handle", "email")
        users = {x["node"] for x in here if not (thing and x["stands"] == "child")}
        users = {n for n in users if not n.startswith("unidentified-")}
        share = next((s["share"] for s in config["rarity"] if len(users) <= s["people"]), 0)
        relevant = any(concern(x) for x in here)
        owners = {x["node"] for x in here if x["own"]}
        fit = []
        for x in here:
            grown = x["stands"] in ("concern", "peer")
            taken = kind in ("phone", "handle") and x["node"] not in owners and any(
                y["node"] in owners and y["record"] == x["record"] for y in here
            )  # fmt: skip
            at_place = kind == "address" and not (x["own"] or concern(x))
            if (
                x["stands"] != "bystander" and not taken and not at_place and context != f"child:{x['node']}"
                and (relevant or (grown and x["node"] in concerned))
            ):  # fmt: skip
                fit.append(
                    {**x, "grown": grown, "value": spec["weight"] * share // 1000 * x["weight"] // 1000}
                )
        for x, y in combinations(fit, 2):
            days = abs((at[x["record"]].date() - at[y["record"]].date()).days)
            if x["node"] != y["node"] and (x["grown"] or y["grown"]) and days <= spec["window"]:
                tie(x, y["node"], y["record"], min(x["value"], y["value"]))
        if kind == "child":
            for x in fit:
                tie(x, context.partition(":")[2], x["record"], x["value"])
    return list(out.values())


def connected(pairs: set[tuple[str, str]]) -> list[set[str]]:
    """Connected components."""
    out: list[set[str]] = []
    for pair in pairs:
        touching = [p for p in out if p & set(pair)]
        out = [p for p in out if not p & set(pair)] + [set(pair).union(*touching)]
    return out


def people(part: set[str], ties: list[Row], view: View, config: dict[str, Any]) -> dict[str, Row]:
    """Who is a child in the records at hand, who was named as suspect, and who is whose family."""
    who, out = named(view, config), {}
    for n in part:
        shown = {r for t in ties if n in (t["a"], t["b"]) for p in t["pairs"] for r in p}
        how = {
            s: {w["record"] for w in who if w["node"] == n and w["record"] in shown and w["stands"] == s}
            for s in ("child", "peer", "concern")
        }
        young = len(how["child"] | how["peer"])
        child = young > 0 and (not dated(n, view) or young >= len(how["concern"]))
        accused = any(
            w["node"] == n and w["record"] in shown and w["role"] in ("suspect", "detained", "line_member") for w in who
        )  # fmt: skip
        out[n] = {
            "child": child, "peer": bool(how["peer"]) or (child and accused),
            "homes": {w["home"] for w in who if w["node"] == n and w["home"]},
            "surnames": {w["surname"] for w in who if w["node"] == n and w["surname"]},
            "names": names_of(n, view), "open": not (n.startswith("unidentified-") or dated(n, view) or accused),
            "kin": {
                x["node"] for w in who if w["node"] == n and w["family"] and w["role"] != "mentioned"
                for x in who if x["record"] == w["record"] and x["node"] != n and x["role"] != "mentioned"
            },
        }  # fmt: skip
    return out


def names_of(n: str, view: View) -> set[str]:
    """Forename and surname as they stand together in a row."""
    theirs = {x["appearance_id"] for x in view["person_of"] if x["person_id"] == n}
    return {
        f"{a['first_std']} {a['sur_std']}"
        for a in view["appearances"]
        if a["appearance_id"] in theirs and a["first_std"] and a["sur_std"]
    }


def dated(n: str, view: View) -> bool:
    """Whether any row shows a birth date that was not filled in for want of one."""
    theirs = {x["appearance_id"] for x in view["person_of"] if x["person_id"] == n}
    return any(p["person_id"] == n and p["date_of_birth"] for p in view["persons"]) or any(
        a["appearance_id"] in theirs and a["date_of_birth"] and not a["dob_placeholder"]
        for a in view["appearances"]
    )


# ---- groups ----------------------------------------------------------------------------------------


def groups_of(
    ties: list[Row], who: dict[str, Row], view: View, config: dict[str, Any]
) -> list[tuple[list[str], list[str]]]:
    """Cores of one component, each with whoever is attached and its children, where that makes a group."""
    need = config["threshold"]
    facts = {
        r["record_key"]: {
            "at": r["event_at"],
            "grade": grade(r, config),
            "level": exploitation(r, view, config),
        }
        for r in view["records"]
    }
    double = {n for n in who if may_be_a_child(n, ties, who)}
    usable = [t for t in ties if not of_family(t, who) and not {t["a"], t["b"]} & double]
    solid = []
    for t in usable:
        pairs = {p for p in t["pairs"] if all(facts[r]["grade"] > need["low_grade"] for r in p)}
        if pairs:
            solid.append({**t, "pairs": pairs, "records": {r for p in pairs for r in p}})
    shared: dict[tuple[str, str], dict[str, Row]] = {}
    to_child: dict[str, dict[str, dict[str, Row]]] = {}
    shown: dict[str, set[str]] = {}
    for t in solid:
        for n, side in ((t["a"], 0), (t["b"], 1)):
            shown.setdefault(n, set()).update(p[side] for p in t["pairs"])
        grown = [n for n in (t["a"], t["b"]) if not who[n]["child"] or who[n]["peer"]]
        if len(grown) == 2 and t["context"] not in (f"child:{t['a']}", f"child:{t['b']}"):
            shared.setdefault((t["a"], t["b"]), {})[t["context"]] = t
        for n, child in ((t["a"], t["b"]), (t["b"], t["a"])):
            if who[child]["child"] and n in grown:
                to_child.setdefault(child, {}).setdefault(n, {})[t["context"]] = t
    over_children(shared, to_child, solid, who, config)
    over_things(shared, solid, who, facts, config)
    near_child = {c for reached in to_child.values() for contexts in reached.values() for c in contexts}

    def about(contexts: Any) -> bool:
        return any(c.startswith(("child:", "through:")) or c in near_child for c in contexts)

    cores: dict[tuple[str, str], int] = {}
    for pair, contexts in shared.items():
        apart = apart_of(contexts)
        records = {r for t in apart.values() for r in t["records"]}
        weights = sorted((t["weight"] for t in apart.values()), reverse=True)
        single = min(len(shown[n]) for n in pair) == 1
        if (
            len(apart) >= need["core_contexts"] and len(records) >= need["core_contexts"] and sum(weights) >= need["core_weight"]
            and (not single or enough_of_one(apart, weights, need)) and about(apart) and events(records, facts, need) >= need["group_events"]
        ):  # fmt: skip
            cores[pair] = sum(weights)
    strong = {
        p: [(c, t) for c, t in cs.items() if t["weight"] >= need["attach_weight"]] for p, cs in shared.items()
    }
    everybody = sorted({n for p in strong for n in p})
    for trio in combinations(everybody, 3):
        sides = [strong.get(p, []) for p in combinations(trio, 2)]
        if any(ways(x, y, z, about, facts, need) for x in sides[0] for y in sides[1] for z in sides[2]):
            for p in combinations(trio, 2):
                cores.setdefault(p, 1)
    out = []
    for core in connected(set(cores)):
        if len(core) > need["largest_core"]:
            raise ValueError("a core this large is for the stage's own tests")
        kids = children_of(core, to_child, facts, config)
        added = attached_to(core, kids, shared, to_child, shown, who, need)
        kids = children_of(core | added, to_child, facts, config) - core - added
        members = core | added | kids
        records = {r for t in usable if {t["a"], t["b"]} <= members for p in t["pairs"] for r in p}
        if is_group(
            core | added,
            kids,
            {r for r in records if facts[r]["grade"] > need["low_grade"]},
            who,
            facts,
            need,
        ):
            out.append((sorted(core | added), sorted(kids)))
    return out


def may_be_a_child(n: str, ties: list[Row], who: dict[str, Row]) -> bool:
    """No age, not accused, and the name (by a surname alone: the surname) of a child in the same company."""

    def company(x: str) -> set[str]:
        return {m for t in ties if x in (t["a"], t["b"]) for m in (t["a"], t["b"])}

    me = who[n]
    if me["child"] or not me["open"]:
        return False
    for c, child in who.items():
        same = me["names"] & child["names"] if me["names"] else me["surnames"] & child["surnames"]
        if child["child"] and same and company(n) & company(c):
            return True
    return False


def of_family(t: Row, who: dict[str, Row]) -> bool:
    """Ties of families and households, and places that are a child's own home."""

    def kin(a: str, b: str) -> bool:
        x, y = who[a], who[b]
        names = (x["child"] or y["child"]) and bool(x["surnames"] & y["surnames"])
        return b in x["kin"] or a in y["kin"] or bool(x["homes"] & y["homes"]) or names

    homes = {h for n in who.values() if n["child"] for h in n["homes"]}
    kind, _, value = t["context"].partition(":")
    if t["context"] in homes or ((who[t["a"]]["child"] or who[t["b"]]["child"]) and kin(t["a"], t["b"])):
        return True
    if kind == "address" and bool(who[t["a"]]["homes"] & who[t["b"]]["homes"]):
        return True
    return kind == "child" and value in who and any(n != value and kin(n, value) for n in (t["a"], t["b"]))


def over_children(
    shared: Any, to_child: Any, solid: list[Row], who: dict[str, Row], config: dict[str, Any]
) -> None:
    """Two people reached by one child through different contexts share what brings them there."""
    need = config["threshold"]
    for child, reached in to_child.items():
        for a, b in combinations(sorted(n for n in reached if n != child), 2):
            have = shared.get((a, b), {})
            if f"child:{child}" in have or len(reached) - (child in reached) > config["kind"]["child"]["cap"]:
                continue
            paths = sorted(
                (-min(x["weight"], y["weight"]), ca, cb) for ca, x in reached[a].items() for cb, y in reached[b].items()
                if ca != cb and ca not in have and cb not in have
            )  # fmt: skip
            if not paths:
                continue
            low, ca, cb = paths[0]
            x, y = reached[a][ca], reached[b][cb]
            objects = [
                (c, t)
                for c, t in sorted(((ca, x), (cb, y)), key=lambda item: item[0])
                if not c.startswith("child:")
            ]
            name = "through:" + "+".join([c for c, _ in objects] or [f"child:{child}"])
            if len(objects) == 1 and objects[0][0].startswith(("vehicle:", "phone:", "handle:")):
                users = {
                    n
                    for t in solid
                    if t["context"] == objects[0][0]
                    for n in (t["a"], t["b"])
                    if not who[n]["child"]
                }
                if len(users) == 1 and objects[0][1]["weight"] >= need["sole_user_weight"]:
                    name += f"@{child}"
            before = have.get(name, {"weight": 0, "records": set()})
            weight = max(before["weight"], -low * need["through_share"] // 1000)
            shared.setdefault((a, b), {})[name] = {
                "weight": weight,
                "records": before["records"] | x["records"] | y["records"],
            }


def over_things(
    shared: Any, solid: list[Row], who: dict[str, Row], facts: Any, config: dict[str, Any]
) -> None:
    """A shared number or vehicle beside two children in two concern records at different times counts twice."""
    need = config["threshold"]
    for context in sorted({t["context"] for t in solid}):
        if context.partition(":")[0] not in ("phone", "vehicle", "handle", "email"):
            continue
        beside: dict[str, set[str]] = {}
        for t in solid:
            for n, other, side in ((t["a"], t["b"], 0), (t["b"], t["a"], 1)):
                by_grown = not who[other]["child"] or who[other]["peer"]
                if t["context"] == context and who[n]["child"] and by_grown:
                    loud = {p[side] for p in t["pairs"] if facts[p[side]]["level"] >= need["concern"]}
                    if loud:
                        beside.setdefault(n, set()).update(loud)
        records = {r for rs in beside.values() for r in rs}
        if min(len(beside), len(records)) < need["thing_children"]:
            continue
        if events(records, facts, need) < need["group_events"]:
            continue
        for pair, contexts in shared.items():
            if context in contexts and not any(n.startswith("unidentified-") for n in pair):
                weight = contexts[context]["weight"] * need["through_share"] // 1000
                contexts[f"through:{context}@{min(beside)}"] = {"weight": weight, "records": records}


def rests_on(context: str) -> set[str]:
    return set(context.removeprefix("through:").split("+"))


def apart_of(contexts: dict[str, Row]) -> dict[str, Row]:
    """Contexts that rest on nothing in common, the strongest first."""
    out: dict[str, Row] = {}
    for c, t in sorted(contexts.items(), key=lambda item: (-item[1]["weight"], item[0])):
        if not any(rests_on(c) & rests_on(other) for other in out):
            out[c] = t
    return out


def beside_children(contexts: dict[str, Row]) -> dict[str, Row]:
    """Contexts that are more than one child whom both are near."""
    return {c: t for c, t in contexts.items() if not c.startswith(("child:", "through:"))}


def enough_of_one(apart: dict[str, Row], weights: list[int], need: Any) -> bool:
    """Whoever stands in one record only: by the two strongest contexts, one of them more than a child."""
    things = [c for c in apart if not c.startswith(("child:", "through:child:"))]
    return bool(things) and sum(weights[:2]) >= need["single_record_weight"]


def ways(x: Any, y: Any, z: Any, about: Any, facts: Any, need: Any) -> bool:
    """Three sides by three contexts that rest on nothing in common, in three records and more than one event."""
    if any(rests_on(p[0]) & rests_on(q[0]) for p, q in combinations((x, y, z), 2)):
        return False
    records = x[1]["records"] | y[1]["records"] | z[1]["records"]
    return (
        len(records) >= need["group_records"]
        and about([x[0], y[0], z[0]])
        and events(records, facts, need) >= need["group_events"]
    )


def events(records: set[str], facts: Any, need: Any) -> int:
    """Records within a day of an event's first are one event."""
    count, start = 0, None
    for at in sorted(facts[r]["at"] for r in records):
        if start is None or (at - start).total_seconds() > need["event_hours"] * 3600:
            count, start = count + 1, at
    return count


def children_of(core: set[str], to_child: Any, facts: Any, config: dict[str, Any]) -> set[str]:
    need, out = config["threshold"], set()
    for child, reached in to_child.items():
        contexts: dict[str, Row] = {}
        for n, cs in reached.items():
            if n in core and n != child:
                for c, t in cs.items():
                    seen = contexts.get(c, {"weight": 0, "records": set()})
                    contexts[c] = {
                        "weight": max(seen["weight"], t["weight"]),
                        "records": seen["records"] | t["records"],
                    }
        weight = sum(t["weight"] for t in contexts.values())
        spoken = any(facts[r]["level"] >= need["concern"] for t in contexts.values() for r in t["records"])
        tied = {n for n in reached if n in core and n != child}
        named_so = f"child:{child}" in contexts and weight >= need["child_weight"]
        if (
            named_so
            or (weight >= need["attach_weight"] and spoken)
            or (len(tied) >= 2 and len(contexts) >= 2)
        ):
            out.add(child)
    return out


def attached_to(
    core: set[str], kids: set[str], shared: Any, to_child: Any, shown: Any, who: Any, need: Any
) -> set[str]:
    out = set()
    for n in {x for pair in shared for x in pair} - core:
        if n in kids and not who[n]["peer"]:
            continue
        beside = [cs for pair, cs in shared.items() if n in pair and set(pair) & core]
        joined: dict[str, Row] = {}
        for c, t in [item for cs in beside for item in cs.items()]:
            before = joined.get(c, {"weight": 0, "records": set()})
            joined[c] = {
                "weight": max(before["weight"], t["weight"]),
                "records": before["records"] | t["records"],
            }
        if not joined:
            continue
        apart = apart_of(joined)
        weights = [t["weight"] for t in apart.values()]
        single = len(shown[n]) == 1
        weight = sum(weights[:2]) if single else sum(weights)
        enough = need["single_record_weight"] if single else need["core_weight"]
        genuine = beside_children(joined)
        same = any(
            to_child[k].get(n, {}).get(f"child:{k}", {"weight": 0})["weight"] >= need["attach_child_weight"]
            for k in kids
        )
        several = (
            len(apart) >= 2
            and len({r for t in apart.values() for r in t["records"]}) >= 2
            and weight >= enough
        )
        habit = [
            t["weight"]
            for c, t in genuine.items()
            if not c.startswith(("premises:", "address:")) and len(t["records"] - shown[n]) >= 2
        ]
        if (
            (several and (genuine or (same and not single))) or (len(beside) >= 2 and max(habit, default=0) >= need["attach_weight"])
            or (same and genuine and weight >= need["attach_weight"])
        ):  # fmt: skip
            out.add(n)
    return out


def is_group(people: set[str], kids: set[str], solid: set[str], who: Any, facts: Any, need: Any) -> bool:
    """Two persons of concern, a child, enough records, more than one event, and one that speaks of exploitation."""
    speaking = [r for r in solid if facts[r]["level"] >= need["exploitation"]]
    recorded = [r for r in solid if facts[r]["level"] >= need["recorded_concern"]]
    enough = len(solid) >= need["group_records"] or len(recorded) >= need["recorded_records"]
    said = sum(facts[r]["level"] for r in solid)
    young = len(kids) + sum(who[n]["child"] for n in people)
    kinds = {r.partition(":")[0] for r in solid if facts[r]["level"] > 0}
    together = (
        young >= need["quiet_children"] and len(kinds) >= need["quiet_kinds"] and said >= need["quiet_sum"]
    )
    if not (speaking or together) or not enough or events(solid, facts, need) < need["group_events"]:
        return False
    adults = [n for n in people if not who[n]["child"]]
    if len(adults) >= 2:
        return bool(kids) or len(adults) < len(people)
    return len(people) >= 2 and bool(kids) and len(speaking) >= need["peer_exploitation"]
