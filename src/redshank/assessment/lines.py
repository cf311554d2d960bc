"""The county lines risk matrix: one row for each line of the register.

``known`` is only what the register or a person says; what texts and records show is ``suspected`` and asks to be
confirmed (practice rule 14): it keeps a line out of the lowest band and adds no point until then. A known line scores
higher. Each line is also kept as it would stand without any person's word (``Line.unsaid``). The force's own score and band stand beside as a
reason and are never overwritten. Parts, thresholds and weights: ``lines.toml``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
from ahocorasick_rs import AhoCorasick, MatchKind

from redshank.assessment.children import birthday
from redshank.assessment.config import Config
from redshank.assessment.evidence import sentence_at
from redshank.assessment.facts import DAY, Facts, View, build, strings, whole
from redshank.engine import Engine
from redshank.signals.ready import rulebook
from redshank.signals.rules import Rule
from redshank.signals.scanner import Engine as Scanner
from redshank.tables import FINDINGS

LINES = FINDINGS["lines"]
BY_WORD, REFUTED = "sexual_exploitation_by_word", "sexual_exploitation_refuted"  # codes of a person's word
QUIET = ("witness", "reporter", "professional", "parent", "carer")  # roles that link nobody to a line


@dataclass
class Line:
    """A line while it is put together: records tied to it and how, persons linked to it."""

    ref: str
    row: dict
    ties: dict[str, str] = field(default_factory=dict)  # record_key → how tied
    children: dict[str, str] = field(default_factory=dict)  # person → record that ties them
    members: set[str] = field(default_factory=set)
    parts: list[dict] = field(default_factory=list)  # code, count, grade, points, records, text
    unsaid: Line | None = None  # as it would stand without a person's word; None where nobody gave one


@dataclass(frozen=True)
class Words:
    """What people said of lines' use of sexual exploitation: the last word on each."""

    known: frozenset[str] = frozenset()
    refuted: Mapping[str, datetime] = field(default_factory=dict)  # line → up to when the records were seen


def words_on_lines(judgements: pa.Table, *, open_only: bool = False) -> Words:
    """From the judgements that a run honours; ``open_only`` leaves out words that rest on handling C (practice rule 12)."""
    last: dict[str, dict] = {}
    rows = [r for r in judgements.to_pylist() if r["kind"] in ("line_known", "line_refuted")]
    for row in sorted(rows, key=lambda r: (r["at"], r["judgement_id"])):
        if not (open_only and row["handling"] == "C"):
            last[row["line_ref"]] = row
    return Words(
        frozenset(ref for ref, r in last.items() if r["kind"] == "line_known"),
        {ref: r["at"] for ref, r in last.items() if r["kind"] == "line_refuted"},
    )


def lines(
    view: View,
    signals: pa.Table,
    person_of: pa.Table,
    persons: pa.Table,
    as_of: datetime,
    config: Config,
    *,
    mention_links: pa.Table | None = None,
    mentions: pa.Table | None = None,
    confirmed: Iterable[str] = (),
    refuted: Mapping[str, datetime] | None = None,
    engine: Engine | None = None,
) -> pa.Table:
    """findings.lines. ``confirmed``: lines whose use of sexual exploitation a person confirmed; ``refuted``: lines whose
    suspicion a person refuted, with the time up to which they had seen the records."""
    found = assess(
        view, signals, person_of, persons, as_of, config,
        mention_links=mention_links, mentions=mentions, confirmed=confirmed, refuted=refuted, engine=engine,
    )  # fmt: skip
    rows = [_row(line, as_of, config) for line in found]
    return LINES.build(sorted(rows, key=lambda r: (-r["score"], r["line_ref"])))


def assess(
    view: View,
    signals: pa.Table,
    person_of: pa.Table,
    persons: pa.Table,
    as_of: datetime,
    config: Config,
    *,
    mention_links: pa.Table | None = None,
    mentions: pa.Table | None = None,
    confirmed: Iterable[str] = (),
    refuted: Mapping[str, datetime] | None = None,
    engine: Engine | None = None,
) -> list[Line]:
    """The lines with their parts and the records behind each; ``explain`` reads the same."""
    facts = build(
        view, person_of, persons, as_of, config, mention_links=mention_links, mentions=mentions, engine=engine
    )
    register = facts.records.filter(pc.equal(facts.records["record_type"], "county_lines"))
    found = [Line(row["record_ref"], row) for row in register.to_pylist()]
    if not found:
        return []
    _tie(found, view, facts, mentions)
    world = _World(facts, {key for line in found for key in line.ties}, signals, config)
    sure, not_so = set(confirmed), dict(refuted or {})
    for line in found:
        _link(line, world)
        _grade(line, world, config)
        _use_of(line, world, config, line.ref in sure, not_so.get(line.ref))
    return found


class _World:
    """Look-ups for all lines, over the records that are tied to a line or hold somebody linked to one."""

    def __init__(self, facts: Facts, keys: set[str], signals: pa.Table, config: Config) -> None:
        self.facts = facts
        self.years = config["patterns"]["child"]["years"]
        self.people: dict[str, list[tuple[str, str, int, str]]] = {}
        self.records_of: dict[str, set[str]] = {}
        self.add_people(keys)
        linked = {person for rows in self.people.values() for person, role, _, _ in rows if role not in QUIET}
        p = facts.presence
        theirs = p.filter(pc.is_in(p["person_id"], value_set=pa.array(sorted(linked), pa.string())))
        self.add_people(set(theirs["record_key"].to_pylist()))
        wanted = pa.array(sorted(self.people.keys() | keys), pa.string())
        chosen = pc.is_in(facts.records["record_key"], value_set=wanted)
        mask = _flat(chosen).to_numpy(zero_copy_only=False)
        records = facts.records.filter(chosen)
        self.offence = {name: flags[mask] for name, flags in facts.offences.items()}
        self.at = {k: i for i, k in enumerate(records["record_key"].to_pylist())}
        self.type = records["record_type"].to_pylist()
        self.event = whole(pc.coalesce(records["event_at"], records["own_at"], records["known_at"]))
        self.known = whole(records["known_at"])
        self.text = strings(records["text"]).to_pylist()
        self.low = [t.lower() for t in self.text]
        self.title = [t.lower() for t in strings(records["offence"]).to_pylist()]
        self.district = strings(records["district"]).to_pylist()
        self.flags = [f.lower() for f in strings(records["flags"]).to_pylist()]
        self.back = whole(records["returned_at"]).tolist()
        live = signals.filter(
            pc.and_(
                pc.is_in(signals["status"], value_set=pa.array(["affirmed", "reported_speech"])),
                pc.is_in(signals["record_key"], value_set=wanted),
            )
        )
        self.signals: dict[str, set[str]] = {}
        for key, code in zip(live["record_key"].to_pylist(), live["indicator"].to_pylist(), strict=True):
            self.signals.setdefault(key, set()).add(code)
        births = facts.births
        today = facts.now // DAY
        limit = {p for rows in self.people.values() for p, _, _, _ in rows}
        self.young = {
            person
            for person, day in zip(
                births["person_id"].to_pylist(), births["birth"].cast(pa.int32()).to_pylist(), strict=True
            )
            if person in limit and birthday(day, self.years) > today
        }

    def add_people(self, keys: set[str]) -> None:
        p = self.facts.presence
        rows = p.filter(
            pc.is_in(p["record_key"], value_set=pa.array(sorted(keys - self.people.keys()), pa.string()))
        )
        names = ("record_key", "person_id", "role", "age", "care_status")
        for key, person, role, age, care in zip(*(rows[c].to_pylist() for c in names), strict=True):
            self.people.setdefault(key, []).append((person, role, age, care))
            self.records_of.setdefault(person, set()).add(key)

    def child_in(self, key: str) -> bool:
        return any(0 <= age < self.years for _, _, age, _ in self.people.get(key, ()))


def _names(row: dict) -> list[str]:
    """Phrases by which a text means this line; a single bare word is no name of a line."""
    name = " ".join((row["name"] or "").lower().split())
    if not name:
        return []
    bare = re.sub(r"\s*\bline\b\s*", " ", name).strip() or name
    out = {
        f"{bare} line",
        f'"{bare}" line',
        f"line {bare}",
        f'line "{bare}"',
        f"line known as {bare}",
        f"line called {bare}",
    }
    return sorted(out | {f"{row['record_ref'].lower()}"})


def _tie(found: list[Line], view: View, facts: Facts, mentions: pa.Table | None) -> None:
    """Ties records to lines: by the line's number (rows and texts), by its name in a text, its own entry."""
    keys = _flat(facts.records["record_key"])
    number = {line.row["phone"]: line for line in found if line.row["phone"]}
    if number:
        wanted = pa.array(sorted(number))
        sources = [(view.phones, "number"), (view.appearances, "phone")]
        if mentions is not None:
            sources.append((mentions.filter(pc.equal(mentions["kind"], "phone")), "value"))
        for table, column in sources:
            rows = table.filter(
                pc.and_(
                    pc.is_in(table[column], value_set=wanted), pc.is_in(table["record_key"], value_set=keys)
                )
            )
            for key, value in zip(rows["record_key"].to_pylist(), rows[column].to_pylist(), strict=True):
                number[value].ties.setdefault(key, "its number")
    phrases = [(phrase, line) for line in found for phrase in _names(line.row)]
    automaton = AhoCorasick([p for p, _ in phrases], matchkind=MatchKind.Standard) if phrases else None
    if automaton is not None:
        lowered = pc.utf8_lower(strings(facts.records["text"])).to_pylist()
        for key, text in zip(keys.to_pylist(), lowered, strict=True):
            for which, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
                before = start == 0 or not text[start - 1].isalnum()
                if before and (end == len(text) or not text[end].isalnum()):
                    phrases[which][1].ties.setdefault(key, "its name")
    for line in found:
        line.ties[f"county_lines:{line.ref}"] = "its register entry"


def _link(line: Line, world: _World) -> None:
    """Members: adults whom the register entry names, or a tied record calls so. Children: of any tied record."""
    own = f"county_lines:{line.ref}"
    for key in sorted(line.ties):
        for person, role, age, _ in world.people.get(key, ()):
            child = 0 <= age < world.years
            if child and role not in QUIET:
                line.children.setdefault(person, key)
            elif not child and (role == "line_member" or (key == own and role in ("suspect", "detained"))):
                line.members.add(person)


def _flat(a: pa.ChunkedArray | pa.Array) -> pa.Array:
    return a.combine_chunks() if isinstance(a, pa.ChunkedArray) else a


def _grade(line: Line, world: _World, config: Config) -> None:
    rules = config["lines"]
    now = world.facts.now
    recent, long = now - rules["terms"]["recent_days"] * DAY, now - rules["terms"]["long_days"] * DAY
    own = f"county_lines:{line.ref}"
    tied = sorted(line.ties)
    since_long = [k for k in tied if world.event[world.at[k]] >= long and k != own]
    episodes, missing_now = _missing(line, world, recent)
    counts: dict[str, list[str]] = {
        "children": [line.children[c] for c in sorted(line.children)],
        "children_missing": [episodes[c] for c in sorted(episodes)],
        "children_in_care": _in_care(line, world, config),
        "violence": [k for k in since_long if _violent(k, world, rules)],
        "frequency": [k for k in tied if world.event[world.at[k]] >= recent and k != own],
        "reach": _one_per_district(since_long, world),
        "homes": [
            k for k in [*since_long, own] if any(w in world.low[world.at[k]] for w in rules["homes"]["words"])
        ],
    }
    for code, rule in rules["parts"].items():
        n = len(counts[code])
        grade = sum(n >= t for t in rule["thresholds"])
        if grade:
            line.parts.append(
                {
                    "code": code, "count": n, "grade": grade, "points": grade * rule["points"],
                    "records": sorted(set(counts[code])), "text": f"{rule['label']}: {n}",
                }
            )  # fmt: skip
    line.row["missing_now"] = missing_now


def _use_of(line: Line, world: _World, config: Config, confirmed: bool, refuted: datetime | None) -> None:
    """Its use of sexual exploitation, as a person's word makes it; ``unsaid`` keeps how it stands without one."""
    graded, own = list(line.parts), [f"county_lines:{line.ref}"]
    use, records, why = _use(line, world, config)
    _say(line, config, use, f"sexual_exploitation_{use}", records, why)
    if use == "known" or not (confirmed or refuted):
        return
    line.unsaid = replace(line, row=dict(line.row), parts=list(line.parts))
    line.parts = graded
    if confirmed:
        _say(line, config, "known", BY_WORD, own, "a person says that the line uses sexual exploitation")
        return
    if refuted is None or use != "suspected":
        return
    seen = int(refuted.timestamp() * 1_000_000)
    later = [k for k in records if world.known[world.at[k]] > seen]
    if later:
        text = "records that came after a person refuted it show signs of sexual exploitation; asks to be confirmed"
        _say(line, config, "suspected", "sexual_exploitation_suspected", later, text)
    else:
        _say(line, config, "not known", REFUTED, own, "a person refuted the suspicion of sexual exploitation")


def _say(line: Line, config: Config, use: str, code: str, records: list[str], why: str) -> None:
    line.row["use"] = use
    if not why:
        return
    points = config["lines"]["sexual_exploitation"]["known"] if use == "known" else 0
    line.parts.append(
        {"code": code, "count": len(records), "grade": 0, "points": points, "records": records, "text": why}
    )


def _missing(line: Line, world: _World, recent: int) -> tuple[dict[str, str], str]:
    """Linked children reported missing lately, each with the latest episode; and an episode still open."""
    out: dict[str, str] = {}
    still = ""
    for child in sorted(line.children):
        for key in sorted(world.records_of.get(child, ())):
            i = world.at[key]
            if world.type[i] != "missing_episodes":
                continue
            if not any(p == child and role == "missing" for p, role, _, _ in world.people[key]):
                continue
            open_now = world.back[i] == 0 or world.back[i] > world.facts.now
            if world.event[i] >= recent:
                out[child] = key
                if open_now and child in world.young:
                    still = key
    return out, still


def _in_care(line: Line, world: _World, config: Config) -> list[str]:
    words = config["patterns"]["child"]["care_status_words"]
    out = []
    for child in sorted(line.children):
        keys = [
            key
            for key in sorted(world.records_of.get(child, ()))
            for person, _, _, care in world.people[key]
            if person == child and any(w in care for w in words)
        ]
        out += keys[:1]
    return out


def _violent(key: str, world: _World, rules: dict) -> bool:
    i = world.at[key]
    words = rules["violence"]["words"]
    return any(w in world.title[i] or w in world.low[i] for w in words) or bool(
        world.signals.get(key, set()) & set(rules["violence"]["indicators"])
    )


def _one_per_district(keys: list[str], world: _World) -> list[str]:
    seen: dict[str, str] = {}
    for key in keys:
        if world.district[world.at[key]]:
            seen.setdefault(world.district[world.at[key]], key)
    return sorted(seen.values())


def _use(line: Line, world: _World, config: Config) -> tuple[str, list[str], str]:
    """Use of sexual exploitation by register and records: known, suspected or not known; the records; why in words."""
    own = f"county_lines:{line.ref}"
    says = line.row["known_sexual_exploitation"] or ""
    if says == "known":
        return "known", [own], "the register says that the line is known to use sexual exploitation"
    rules = config["lines"]["sexual_exploitation"]["signs"]
    member_records = {k for m in line.members for k in world.records_of.get(m, ())}
    child_records = {k for c in line.children for k in world.records_of.get(c, ()) if k in member_records}
    signs = [k for k in sorted(set(line.ties) | member_records | child_records) if _sexual(k, world, rules)]
    if says == "suspected":
        return "suspected", [own, *signs], "the register says suspected; asks to be confirmed"
    if signs:
        return (
            "suspected",
            signs,
            "records tied to the line show signs of sexual exploitation; asks to be confirmed",
        )
    return "not known", [], ""


@lru_cache(maxsize=4)
def _reader(patterns: tuple[str, ...]) -> Scanner:
    rule = Rule(
        "line:sexual-exploitation", "line_sexual_exploitation", "local default", 1, "none", patterns, (), ()
    )
    return Scanner(rulebook(), [rule])


def says_so(text: str, rules: dict) -> bool:
    """True where a text says, as so or as suspected, that sexual exploitation goes on."""
    low = text.lower()
    for words in rules["unconfirmed"]:
        # Blanked, so that offsets stay: the cue of negation in it denies the proof, not the matter.
        while (at := low.find(words)) >= 0:
            text, low = (t[:at] + " " * len(words) + t[at + len(words) :] for t in (text, low))
    for hit in _reader(tuple(rules["patterns"])).read(text, "county_lines", None):
        left, right = sentence_at(text, hit.start, hit.end)
        if hit.status in ("affirmed", "reported_speech") and not any(
            w in low[left:right] for w in rules["says_no"]
        ):
            return True
    return False


def _sexual(key: str, world: _World, rules: dict) -> bool:
    i = world.at[key]
    child = world.child_in(key)
    if child and any(bool(world.offence[name][i]) for name in rules["offences"]):
        return True
    if any(f"|{flag}|" in f"|{world.flags[i]}|" for flag in rules["flags"]):
        return True
    if child and len(world.signals.get(key, set()) & set(rules["several"])) >= rules["several_at_least"]:
        return True
    return says_so(world.text[i], rules)


def total(line: Line, config: Config) -> int:
    """Sum of the parts, scaled by the line's status, rounded down."""
    status = config["lines"]["status"].get(line.row["status"] or "active", 1000)
    return sum(p["points"] for p in line.parts) * status // 1000


def band(line: Line, config: Config) -> tuple[str, str]:
    """Band and, where the top band stands whatever the score, why."""
    rules = config["lines"]
    if line.row["use"] == "known" and rules["override"]["known_sexual_exploitation"]:
        label = "label_word" if any(p["code"] == BY_WORD for p in line.parts) else "label_known"
        return rules["bands"]["top"], rules["override"][label]
    if line.row["missing_now"] and line.row["status"] != "closed" and rules["override"]["child_missing_now"]:
        return rules["bands"]["top"], rules["override"]["label_missing"]
    floors = sorted(((v, k) for k, v in rules["bands"].items() if isinstance(v, int)), reverse=True)
    ranks = [name for _, name in floors]
    name = next(name for floor, name in floors if total(line, config) >= floor)
    for holds, rule in ((line.children, "child_linked"), (line.row["use"] == "suspected", "suspected")):
        least = rules["override"][f"{rule}_at_least"]
        if holds and least and ranks.index(least) < ranks.index(name):
            return least, rules["override"][
                {"child_linked": "label_child", "suspected": "label_suspected"}[rule]
            ]
    return name, ""


def figures(line: Line, config: Config) -> dict:
    """What a page says of a line, by the same numbers as the findings.

    Columns: ``score``, ``band`` and ``rule`` (why it is not lower); ``score_known``, what the score would be once known;
    ``unsaid``, the same without any person's word, and the use: what stands again once the word is taken back.
    """
    name, why = band(line, config)
    said = ("sexual_exploitation_known", BY_WORD)
    points = config["lines"]["sexual_exploitation"]["known"]
    known = [p for p in line.parts if p["code"] not in said] + [{"points": points}]
    out = {
        "score": total(line, config),
        "score_known": total(replace(line, parts=known), config),
        "band": name,
        "rule": why,
    }
    if line.unsaid is None:
        return out | {"unsaid": "{}"}
    plain = figures(line.unsaid, config)
    told = {k: plain[k] for k in ("score", "band", "rule")} | {"use": line.unsaid.row["use"]}
    return out | {"unsaid": json.dumps(told, ensure_ascii=False, separators=(",", ":"))}


def _row(line: Line, as_of: datetime, config: Config) -> dict:
    name, why = band(line, config)
    reasons = []
    if why:
        own = f"county_lines:{line.ref}"
        key = line.row["missing_now"] or own if why == config["lines"]["override"]["label_missing"] else own
        reasons.append(_reason("override", key, why))
    for part in sorted(line.parts, key=lambda p: (-p["points"], p["code"])):
        reasons += [_reason(part["code"], key, part["text"]) for key in part["records"]]
    score, force_band = line.row["force_score"], line.row["force_band"]
    if score is not None or force_band:
        said = [
            f"band {force_band}" if force_band else "",
            f"a figure of {score:g}" if score is not None else "",
        ]
        text = "the force's own assessment: " + ", ".join(s for s in said if s)
        reasons.append(_reason("force_assessment", f"county_lines:{line.ref}", text))
    return {
        "line_ref": line.ref,
        "as_of": as_of,
        "score": total(line, config),
        "band": name,
        "uses_sexual_exploitation": line.row["use"],
        "reasons": json.dumps(reasons, ensure_ascii=False, separators=(",", ":")),
    }


def _reason(code: str, key: str, text: str) -> dict[str, str]:
    kind, _, ref = key.partition(":")
    return {"code": code, "record_type": kind, "record_ref": ref, "text": text}


__all__ = ["LINES", "Line", "Words", "assess", "band", "lines", "total", "words_on_lines"]
