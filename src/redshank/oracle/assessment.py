"""The assessment in plain Python, slow and obvious: read this to learn what the stage means.

Rows are dictionaries as in :mod:`redshank.tables.between`, handed over as ``world``: records, appearances, person_of,
persons, signals, mention_links, mentions. Standard library only, nothing of the fast code is used; the tests
compare the two. ``config`` is what ``redshank.assessment.load_config()`` gives: thresholds are data, not part of the meaning.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
DAY = timedelta(days=1)


# ---- who stands where ------------------------------------------------------------------------------


def years(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def event_of(record: Row) -> datetime:
    return record.get("event_at") or record.get("own_at") or record["known_at"]


class Scene:
    """Everything known at ``as_of``: records by key, and who stands in each."""

    def __init__(self, world: dict[str, list[Row]], as_of: datetime, config: Row) -> None:
        self.as_of, self.config = as_of, config
        self.records = {
            r["record_key"]: r
            for r in world["records"]
            if r.get("known_at") is None or r["known_at"] <= as_of
        }
        who = {p["appearance_id"]: p["person_id"] for p in world["person_of"]}
        self.people: list[Row] = []
        for a in world["appearances"]:
            if a["record_key"] in self.records and (a.get("known_at") is None or a["known_at"] <= as_of):
                self.people.append({**a, "person_id": who[a["appearance_id"]]})
        for link in world.get("mention_links", []):
            if link["record_key"] in self.records:
                self.people.append({**link, "role": "mentioned"})
        self.births = {p["person_id"]: p["date_of_birth"] for p in world["persons"] if p.get("date_of_birth")}
        self.births |= self._births_of_rows()
        self.births |= self._said_to_be_children(world.get("mentions", []))
        for p in self.people:
            birth = self.births.get(p["person_id"])
            on = event_of(self.records[p["record_key"]])
            p["age"] = None if birth is None else max(0, years(birth, on.date()))

    def _births_of_rows(self) -> dict[str, date]:
        """What rows say where the person has no birth date, or where most of the rows say child and it says adult."""
        rule = self.config["patterns"]["child"]
        rows: dict[str, list[tuple[bool, bool, date]]] = {}
        for p in self.people:
            own = p.get("date_of_birth")
            if p["role"] == "mentioned" or own is None or own < rule["born_from"]:
                continue
            on, settled = p["known_at"].date(), self.births.get(p["person_id"])
            child = years(own, on) < rule["years"]
            doubt = settled is None or (child and years(settled, on) >= rule["years"])
            rows.setdefault(p["person_id"], []).append((doubt, child, own))
        out: dict[str, date] = {}
        for person, found in rows.items():
            children = [own for _, child, own in found if child]
            if person not in self.births:
                of = [own for _, _, own in found]
            elif any(doubt for doubt, _, _ in found) and 2 * len(children) > len(found):
                of = children
            else:
                continue
            out[person] = max(of, key=lambda day: (of.count(day), day))
        return out

    def _said_to_be_children(self, mentions: list[Row]) -> dict[str, date]:
        """The latest birth date that a record allows, for those who have none: by an age in the text, by care."""
        rule = self.config["patterns"]["child"]
        said = {(m["record_key"], m["start"]): m for m in mentions if m["kind"] in ("person", "described")}
        best: dict[str, tuple[int, date]] = {}
        for p in self.people:
            if p["person_id"] in self.births:
                continue
            m = said.get((p["record_key"], p.get("start"))) if p["role"] == "mentioned" else None
            age = m.get("age") if m else None
            on = event_of(self.records[p["record_key"]]).date()
            care = (p.get("care_status") or "").lower()
            if age is not None and age < rule["years"]:
                rank = (0, _back(on, age))
            elif (m and age is None and m.get("near_role") == "child") or any(
                w in care for w in rule["care_status_words"]
            ):
                rank = (1, _back(on, rule["age_when_only_called_child"]))
            else:
                continue
            best[p["person_id"]] = min(best.get(p["person_id"], rank), rank)
        return {person: rank[1] for person, rank in best.items()}

    def child(self, p: Row) -> bool:
        return p["age"] is not None and p["age"] < self.config["patterns"]["child"]["years"]

    def inside(self, key: str) -> list[Row]:
        return [p for p in self.people if p["record_key"] == key]

    def offence(self, record: Row, name: str) -> bool:
        rule = self.config["patterns"]["offences"][name]
        head = re.match(r"0*([0-9]+[A-Za-z]?)", (record.get("offence_code") or "").strip())
        title = (record.get("offence") or "").lower()
        return bool(head and head.group(1).upper() in rule["codes"]) or any(w in title for w in rule["words"])


def _back(day: date, n: int) -> date:
    first = date(day.year - n, day.month, 1)
    return first + (day.day - 1) * DAY


# ---- patterns --------------------------------------------------------------------------------------


def pattern_signals(world: dict[str, list[Row]], as_of: datetime, config: Row) -> list[Row]:
    """Rows of signals whose rule begins with ``pattern:``."""
    scene = Scene(world, as_of, config)
    rules = config["patterns"]
    out: dict[tuple[str, str], str] = {}

    fielded = {
        s["record_key"]
        for s in world.get("signals", [])
        if s["indicator"] == "missing_episode" and s["rule"].startswith("field")
    }
    episodes: dict[str, set[tuple[datetime, str]]] = {}
    for p in scene.people:
        record = scene.records[p["record_key"]]
        if record["record_type"] != "missing_episodes" or p["role"] != "missing" or not scene.child(p):
            continue
        key = record["record_key"]
        episodes.setdefault(p["person_id"], set()).add((event_of(record), key))
        if key not in fielded:
            out[(key, "missing_episode")] = ""
        text = _overdue(record, as_of, rules["return_interview_overdue"]["hours"])
        if text:
            out[(key, "return_interview_overdue")] = text
    n, span = rules["repeat_missing"]["episodes"], rules["repeat_missing"]["days"]
    for mine in episodes.values():
        for at, key in mine:
            near = [e for e in mine if at - span * DAY <= e[0] and e <= (at, key)]
            if len(near) >= n:
                out[(key, "repeat_missing")] = f"{len(near)} episodes in {span} days"

    suspected = _suspicions(scene)
    for key, record in scene.records.items():
        people = scene.inside(key)
        gaps = [gap for c in people for o in people if (gap := _older(scene, c, o)) is not None]
        if gaps:
            out[(key, "older_associate")] = f"{max(gaps)} years older"
        rule = rules["associates_with_known_suspect"]
        earlier = [
            suspected[o["person_id"]]
            for c in people
            for o in people
            if _companions(scene, c, o, rule) and o["person_id"] in suspected
        ]
        earlier = [e for e in earlier if e[0] < record["known_at"] and e[1] != key]
        if earlier:
            out[(key, "associates_with_known_suspect")] = f"known from {min(earlier)[1]}"
        suspects = {p["person_id"] for p in people if p["role"] == "suspect"}
        victims = [p for p in people if p["role"] == "victim" and scene.child(p)]
        if (
            record["record_type"] == "crimes"
            and victims
            and len(suspects) >= rules["multiple_suspects"]["suspects"]
        ):
            out[(key, "multiple_suspects")] = f"{len(suspects)} suspects recorded"
    return [_signal(key, indicator, text) for (key, indicator), text in sorted(out.items())]


def _overdue(record: Row, as_of: datetime, hours: int) -> str:
    back, held = record.get("returned_at"), record.get("return_interview_at")
    if back is None or back > as_of:
        return ""
    if held is None or held > as_of:
        late = as_of - back > timedelta(hours=hours)
        return f"no interview recorded {hours} hours after the return" if late else ""
    taken = held - back
    return (
        f"held {taken // timedelta(hours=1)} hours after the return" if taken > timedelta(hours=hours) else ""
    )


def _companions(scene: Scene, child: Row, other: Row, rule: Row) -> bool:
    family = scene.config["patterns"]["family"]
    relationship = (other.get("relationship") or "").lower()
    return (
        child["person_id"] != other["person_id"]
        and scene.child(child)
        and child["role"] in rule["child_roles"]
        and other["role"] in rule["other_roles"]
        and other["role"] not in family["roles"]
        and not any(word in relationship for word in family["words"])
    )


def _older(scene: Scene, child: Row, other: Row) -> int | None:
    rule = scene.config["patterns"]["older_associate"]
    if (
        not _companions(scene, child, other, rule)
        or other["age"] is None
        or other["age"] < rule["adult_years"]
    ):
        return None
    gap = years(scene.births[other["person_id"]], scene.births[child["person_id"]])
    same = all(child.get(c) and child.get(c) == other.get(c) for c in ("address_std", "postcode"))
    if gap < rule["years_older"] or (same and rule["same_household_is_family"]):
        return None
    return gap


def _suspicions(scene: Scene) -> dict[str, tuple[datetime, str]]:
    """person → the earliest known record that names them suspect, offender-listed or detained."""
    relevant = scene.config["patterns"]["associates_with_known_suspect"]["relevant_offences"]
    out: dict[str, tuple[datetime, str]] = {}
    for p in scene.people:
        record = scene.records[p["record_key"]]
        named = p["role"] in ("suspect", "detained") and any(scene.offence(record, n) for n in relevant)
        listed = record.get("list") == "offender" and p["role"] in ("subject", "suspect", "other", "detained")
        if named or listed:
            mine = (record["known_at"], record["record_key"])
            out[p["person_id"]] = min(out.get(p["person_id"], mine), mine)
    return out


def _signal(key: str, indicator: str, text: str) -> Row:
    rule = f"pattern:{indicator}"
    digest = hashlib.blake2b(f"{key}|{indicator}|||{rule}".encode(), digest_size=8).hexdigest()
    kind, _, ref = key.partition(":")
    return {
        "record_key": key, "record_type": kind, "record_ref": ref, "indicator": indicator, "status": "affirmed",
        "start": None, "end": None, "text": text, "rule": rule, "signal_id": digest,
    }  # fmt: skip


# ---- the child vulnerability matrix ----------------------------------------------------------------


def children(
    world: dict[str, list[Row]],
    groups: list[Row],
    as_of: datetime,
    config: Row,
    added: list[Row] | None = None,
) -> list[Row]:
    """One row for each child in view: score, band, the two columns, change in 28 days, codes of the reasons."""
    scene = Scene(world, as_of, config)
    weights = config["weights"]
    pieces = _pieces(scene, world["signals"])
    _place(pieces, weights)
    limit = config["patterns"]["child"]["years"] + weights["view"]["stays_years_after_18"]
    in_view = {p for p, born in scene.births.items() if years(born, as_of.date()) < limit}
    listed = {
        a["person_id"]
        for a in added or []
        if a["added_at"] <= as_of and not (a.get("removed_at") and a["removed_at"] <= as_of)
    }
    live = {p["person_id"] for p in pieces if p["status"] in ("affirmed", "reported_speech")}
    live |= {g["person_id"] for g in groups if g["role"] == "child"}
    then = as_of - weights["change"]["days"] * DAY
    rows = []
    for person in sorted((live & in_view) | listed):
        mine = [p for p in pieces if p["person_id"] == person and person in in_view]
        now = _count(mine, groups, person, as_of, config)
        before = _count(mine, groups, person, then, config)
        if not now and person not in listed:
            continue
        score, earlier = _total(now), _total(before)
        columns = {}
        for domain in ("sexual", "criminal"):
            kinds = {p["harm"] for p in now if p[domain]}
            columns[domain] = (
                "signals of harm"
                if True in kinds
                else "signals of risk"
                if kinds
                else "none found in what was read"
            )
        harm = any(p["harm"] and p["status"] != "historic" for p in now)
        rows.append(
            {
                "person_id": person,
                "score": score,
                "band": _band(score, harm, weights["bands"]),
                "sexual_exploitation": columns["sexual"],
                "criminal_exploitation": columns["criminal"],
                "change_28_days": score - earlier,
                "codes": sorted(
                    {p["code"] for p in now} | ({"added_by_hand"} if person in listed else set())
                ),
            }
        )
    return sorted(rows, key=lambda r: (-r["score"], r["person_id"]))


def _total(counted: list[Row]) -> int:
    return max(1, sum(p["adds"] for p in counted) // 1000) if counted else 0


def _band(score: int, harm: bool, bands: Row) -> str:
    if score >= bands["critical"]:
        return "critical"
    if score >= bands["significant"]:
        return "significant"
    return bands["harm_at_least"] if harm else "contextual"


def _shares(scene: Scene, key: str) -> dict[str, tuple[int, str]]:
    """person → (per mille, role): how much of a record belongs to each child concerned."""
    roles = scene.config["weights"]["roles"]
    children = [p for p in scene.inside(key) if scene.child(p) and isinstance(roles.get(p["role"]), dict)]
    how = "beside" if any(p["role"] in roles["first"] for p in children) else "alone"
    out: dict[str, tuple[int, str]] = {}
    for p in sorted(children, key=lambda p: (-roles[p["role"]][how], p["role"])):
        if roles[p["role"]][how] > 0:
            out.setdefault(p["person_id"], (roles[p["role"]][how], p["role"]))
    return out


def _pieces(scene: Scene, signals: list[Row]) -> list[Row]:
    weights = scene.config["weights"]
    best: dict[tuple[str, str, str], Row] = {}
    for key, record in scene.records.items():
        shares = _shares(scene, key)
        said = [
            (s["indicator"], s["status"], s["signal_id"], s["rule"], weights["indicators"][s["indicator"]])
            for s in signals
            if s["record_key"] == key
            and s["indicator"] in weights["indicators"]
            and weights["status"][s["status"]] > 0
        ]
        said += [
            (c, "affirmed", f"field:{c}", f"field:{c}", weights["fields"][c]) for c in _fields(scene, record)
        ]
        for code, status, signal_id, found_by, rule in said:
            for person, (share, role) in shares.items():
                only = rule.get("only_roles", {}).get(record["record_type"])
                if (only and role not in only) or role in rule.get("not_roles", ()):
                    continue
                if code in weights["fields"] and role not in rule["roles"]:
                    continue
                if not _meant(scene, signals, signal_id, person, shares):
                    continue
                fresh = (
                    rule["points"]
                    * 1000
                    * weights["status"][status]
                    // 1000
                    * _grade(record, weights)
                    // 1000
                )
                known = record["known_at"]
                if found_by == "pattern:return_interview_overdue":
                    hours = scene.config["patterns"]["return_interview_overdue"]["hours"]
                    known = max(known, record["returned_at"] + timedelta(hours=hours))
                piece = {
                    "person_id": person, "code": code, "record_key": key, "status": status, "event": event_of(record),
                    "known": known, "fresh": max(1, fresh * share // 1000), "harm": rule["kind"] == "harm", "rule": rule,
                    "signal_id": signal_id,
                }  # fmt: skip
                old = best.get((person, code, key))
                rank = (-piece["fresh"], piece["known"], signal_id)
                if old is None or rank < (-old["fresh"], old["known"], old["signal_id"]):
                    best[(person, code, key)] = piece
    return list(best.values())


def _meant(
    scene: Scene, signals: list[Row], signal_id: str, person: str, shares: dict[str, tuple[int, str]]
) -> bool:
    """A signal of the text is about the children whom its sentence names, else about all of the record."""
    found = [s for s in signals if s["signal_id"] == signal_id and s.get("start") is not None]
    if len(shares) < 2 or not found:
        return True
    s = found[0]
    text = scene.records[s["record_key"]].get("text") or ""
    left = max(
        [m.end() for m in re.finditer(r"[.!?;\n]+(?=\s|$)|\n", text) if m.end() <= s["start"]], default=0
    )
    right = min(
        [m.start() for m in re.finditer(r"[.!?;\n]+(?=\s|$)|\n", text) if m.start() >= s["end"]],
        default=len(text),
    )
    words = set(re.findall(r"[A-Z]+", text[left:right].upper()))
    inside = [p for p in scene.inside(s["record_key"]) if p["person_id"] in shares]
    named = set()
    for p in inside:
        others = {w for q in inside if q["person_id"] != p["person_id"] for w in _called(q)}
        by_name = (_called(p) - others) & words  # a surname of two children is nobody's
        by_offset = p["role"] == "mentioned" and left <= p["start"] and p["end"] <= right
        if by_name or by_offset:
            named.add(p["person_id"])
    return not named or person in named


def _called(p: Row) -> set[str]:
    said = " ".join(p.get(c) or "" for c in ("first_std", "sur_std", "aka_std")).replace("|", " ")
    return {w for w in said.split() if len(w) > 2}


def _fields(scene: Scene, record: Row) -> list[str]:
    flags = {f.strip() for f in (record.get("flags") or "").lower().split("|")}
    said = f"{record.get('reason') or ''} {record.get('category') or ''}".lower()
    out = []
    for code, rule in scene.config["weights"]["fields"].items():
        hit = (
            scene.offence(record, rule["offence"])
            if "offence" in rule
            else record["record_type"] in rule["tables"]
            if "tables" in rule
            else bool(flags & set(rule["flags"]))
            if "flags" in rule
            else any(w in said for w in rule["words"])
        )
        if hit:
            out.append(code)
    return out


def _grade(record: Row, weights: Row) -> int:
    grades = weights["grades"]
    return min(
        grades.get(f"source_{record.get('source_evaluation')}", 1000),
        grades.get(f"assessment_{record.get('intelligence_assessment')}", 1000),
    )


def _place(pieces: list[Row], weights: Row) -> None:
    """Sexual or criminal: by the signal itself, by its record, by the child's other records, else by default."""

    def tells(p: Row, domain: str) -> bool:
        return p["rule"]["domains"] == [domain]

    for p in pieces:
        for domain in ("sexual", "criminal"):
            if p["rule"]["domains"] != "context":
                p[domain] = domain in p["rule"]["domains"]
                continue
            record = [q for q in pieces if q["record_key"] == p["record_key"]]
            person = [q for q in pieces if q["person_id"] == p["person_id"]]
            for near in (record, person):
                if any(tells(q, d) for q in near for d in ("sexual", "criminal")):
                    p[domain] = any(tells(q, domain) for q in near)
                    break
            else:
                p[domain] = domain in p["rule"]["unplaced"]


def _count(pieces: list[Row], groups: list[Row], person: str, at: datetime, config: Row) -> list[Row]:
    """What counts for one child at a time, each piece with what it ``adds`` (thousandths)."""
    weights = config["weights"]
    seen = [dict(p) for p in pieces if p["known"] <= at]
    seen += _together(seen, weights)
    for g in groups:
        proposed = g["detected_on"]
        if g["person_id"] == person and g["role"] == "child" and proposed <= at.date():
            domains = weights["group"].get(g.get("kind") or "candidate", [])
            fresh = weights["group"]["points"] * round(g["strength"] * 1000)
            seen.append(_extra(person, "group", f"groups:{g['group_id']}", at, fresh, False, domains))
    steps, repeats = weights["decay"]["per_mille"], weights["repeats"]["per_mille"]
    for p in seen:
        k = max(0, (at - p["event"]) // (weights["decay"]["step_days"] * DAY))
        p["now"] = p["fresh"] * steps[min(k, len(steps) - 1)] // 1000
    place: dict[str, int] = {}
    for p in sorted(seen, key=lambda p: (-p["now"], _descending(p["event"]), p["record_key"])):
        i = place.get(p["code"], 0)
        p["adds"] = p["now"] * repeats[min(i, len(repeats) - 1)] // 1000
        place[p["code"]] = i + 1
    return seen


def _descending(at: datetime) -> float:
    return -at.timestamp()


def _together(seen: list[Row], weights: Row) -> list[Row]:
    out = []
    points = {c: r["points"] for s in ("indicators", "fields") for c, r in weights[s].items()}
    codes = {c for rule in weights["together"].values() for group in rule["all_of"] for c in group}
    items = sorted((p for p in seen if p["status"] != "historic" and p["code"] in codes),
                   key=lambda p: (p["event"], p["record_key"], p["code"], p["fresh"]))  # fmt: skip
    for code, rule in weights["together"].items():
        for last in reversed(items):
            near = [
                p
                for p in items
                if (
                    p["record_key"] == last["record_key"]
                    if rule.get("same_record")
                    else last["event"] - rule["days"] * DAY <= p["event"] <= last["event"]
                )
            ]
            parts = [
                max([p["fresh"] // points[p["code"]] for p in near if p["code"] in group], default=0)
                for group in rule["all_of"]
            ]
            if min(parts) >= weights["together_least_per_mille"]:
                share = min(1000, *parts)
                out.append(_extra(last["person_id"], code, last["record_key"], last["event"], rule["points"] * share,
                                  rule["kind"] == "harm", rule["domains"]))  # fmt: skip
                break
    return out


def _extra(
    person: str, code: str, key: str, event: datetime, fresh: int, harm: bool, domains: list[str]
) -> Row:
    return {
        "person_id": person, "code": code, "record_key": key, "status": "affirmed", "event": event, "fresh": fresh,
        "harm": harm, "sexual": "sexual" in domains, "criminal": "criminal" in domains,
    }  # fmt: skip
