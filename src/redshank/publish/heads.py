"""An edition as the rows that are copied: functions from tables to tables, one for each kind of head.

No score of a child, group or place goes along: ``place`` is the position in the order (practice rule 2). A county line's does:
it is a line's, and stands on no page beside a child's name. Codes and ids get their words here, so
that no page meets a machine name (practice rule 19).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank import networks
from redshank.assessment import line_figures, load_config
from redshank.networks.wording import RECORD_WORDS
from redshank.publish import areas, doubts, premises, searching, things
from redshank.publish.editions import Edition, Run
from redshank.publish.gathering import mapped, one_or_both
from redshank.publish.second_reading import known_from

SETTINGS = tomllib.loads((Path(__file__).parent / "worklist.toml").read_text(encoding="utf-8"))
_CONFIG = load_config()
H3_RESOLUTION: int = _CONFIG["places"]["resolution"]
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_HOUSE = re.compile(
    r"^(?:flat \w+,?\s*)?\d+\w?,?\s+", re.IGNORECASE
)  # a place is a street or premises, no front door
_KEY = re.compile(rf"\b({'|'.join(RECORD_WORDS)}|premises):(?=\S)")
_KEY_WHOLE = re.compile(rf"\b(?:{'|'.join(RECORD_WORDS)}|premises):\S+")
KINDS = RECORD_WORDS | {"premises": "premises"}


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def age_on(born: date | None, day: datetime) -> int | None:
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def person_name(forenames: str | None, surname: str | None) -> str:
    return " ".join(x for x in (forenames, (surname or "").upper()) if x) or "name not recorded"


def _said(rows: pa.Table) -> pa.Array:
    """:func:`person_name` of whole columns."""
    names = one_or_both(rows["forenames"], mapped(rows["surname"], str.upper), " ")
    return pc.if_else(pc.equal(names, ""), "name not recorded", names)


def say(text: str | None, premises: dict[str, str]) -> str:
    """A text of ours with record keys and premises' numbers as a reader says them."""
    text = _KEY.sub(lambda m: f"{KINDS[m[1]]} ", text or "")
    return re.sub(
        r"\b(?:the )?(?:premises |hotel |taxi operator |takeaway |licensed premises |shop |park |station |residential |other )?(PR\w+)\b",
        lambda m: premises.get(m[1], m[0]),
        text,
    )


class Heads:
    """The rows of one edition. ``made()`` gives a table for each kind of head, without what the delta adds.

    ``whole`` are the heads as found, where these are those without handling C: what a record alone says is worked out once.
    """

    def __init__(self, run: Run, edition: Edition, whole: Heads | None = None) -> None:
        self.run = run
        self.e = edition
        self.whole = whole

    # ---- what several heads need ---------------------------------------------------------------

    def without(self, rows: pa.Table, column: str) -> pa.Table:
        """Rows of the whole edition that are no record's of handling C."""
        return rows.filter(pc.invert(pc.is_in(rows[column], value_set=self.run.secret)))

    @cached_property
    def records(self) -> dict[str, dict[str, Any]]:
        if self.whole:
            secret = set(self.run.secret.to_pylist())
            return {key: r for key, r in self.whole.records.items() if key not in secret}
        names = (
            "record_key", "record_type", "record_ref", "district", "location", "event_at", "known_at", "own_at", "handling", "offence",
            "opening_code", "risk", "list", "agency", "category", "name", "kind", "missing_from_at", "returned_at",
            "latitude", "longitude", "source_origin", "source_evaluation", "intelligence_assessment", "delivery", "delivery_no", "row",
        )  # fmt: skip
        return {r["record_key"]: r for r in self.e.view["records"].select(list(names)).to_pylist()}

    @cached_property
    def persons(self) -> dict[str, dict[str, Any]]:
        return {r["person_id"]: r for r in self.e.persons.to_pylist()}

    @cached_property
    def premises(self) -> dict[str, str]:
        return {
            r["record_ref"]: r["name"]
            for r in self.records.values()
            if r["record_type"] == "premises" and r["name"]
        }

    def name(self, person_id: str) -> str:
        who = self.persons.get(person_id)
        return person_name(who["forenames"], who["surname"]) if who else "not identified"

    def named(self, person_id: str) -> str:
        """Name and age, as a reader says them."""
        who = self.persons.get(person_id)
        age = age_on(who["date_of_birth"], self.run.as_of) if who else None
        return self.name(person_id) + (f", {age}" if age is not None else "")

    def words(self, text: str) -> str:
        """A text of ours with record keys and premises' numbers as a reader says them."""
        return say(text, self.premises)

    @cached_property
    def place_of_child(self) -> dict[str, int]:
        return {p: n for n, p in enumerate(self.e.children["person_id"].to_pylist(), 1)}

    @cached_property
    def areas(self) -> list[areas.Area]:
        return areas.coarser(self.e.cells)

    @cached_property
    def hits(self) -> dict[str, list[str]]:
        """Record key → indicators that are listed, most telling statuses only."""
        listed = pa.array(SETTINGS["statuses"]["listed"], pa.string())
        rows = self.e.signals.filter(pc.is_in(self.e.signals["status"], value_set=listed))
        out: dict[str, set[str]] = defaultdict(set)
        for key, indicator in zip(rows["record_key"].to_pylist(), rows["indicator"].to_pylist(), strict=True):
            out[key].add(indicator)
        return {k: sorted(v) for k, v in out.items()}

    @cached_property
    def things(self) -> dict[str, pa.Table]:
        return things.of_all(self)

    # ---- one function a kind -------------------------------------------------------------------

    def made(self) -> dict[str, pa.Table]:
        return {
            "Record": self.record_rows(), "Person": self.person_rows(), "Appearance": self.appearance_rows(),
            "Signal": self.signal_rows(), "Phrase": self.phrase_rows(), "Child": self.child_rows(),
            "Group": self.group_rows(), "Member": self.member_rows(), "Place": self.place_rows(), "Line": self.line_rows(),
            "Urgent": self.urgent_rows(), "Item": self.item_rows(), "Quarantined": self.quarantined_rows(),
            "Behind": self.behind_rows(), "Moved": self.moved_rows(),
            "Doubt": doubts.rows(self), **searching.made(self), **things.made(self), **areas.made(self), **premises.made(self),
        }  # fmt: skip

    def headline(self, r: dict[str, Any]) -> str:
        kind = r["record_type"]
        said = {
            "crimes": r["offence"],
            "incidents": f"call or incident, {r['location']}" if r["location"] else "call or incident",
            "missing_episodes": _missing(r["risk"]),
            "vulnerability_entries": f"on the {r['list']} list" if r["list"] else "on a list",
            "intelligence": "intelligence report",
            "custody": f"detained: {r['offence']}" if r["offence"] else "detained",
            "partner_referrals": ": ".join(x for x in (r["agency"], r["category"]) if x),
            "county_lines": r["name"],
            "premises": ", ".join(x for x in (r["name"], r["kind"]) if x),
        }[kind]
        return (said or KINDS[kind])[:300]

    def record_rows(self) -> pa.Table:
        """Records with how many indicators they have; the rest of a row is the same in both editions."""
        rows = self.without(self.whole.record_facts, "key") if self.whole else self.record_facts
        found = pa.array(list(self.hits), pa.string())
        at = pc.index_in(rows["key"], value_set=found)
        listed = pa.array([_piped(x) for x in self.hits.values()], pa.string())
        number = pa.array([len(x) for x in self.hits.values()], pa.int64())
        rows = rows.append_column("indicators", pc.fill_null(listed.take(at), ""))
        return rows.append_column("signals", pc.fill_null(number.take(at), 0)).select(RECORD.names)

    @cached_property
    def record_facts(self) -> pa.Table:
        out = []
        for key, r in self.records.items():
            graded = f"{r['source_evaluation'] or '?'}{r['intelligence_assessment'] or '?'}"
            out.append({
                "uid": key, "key": key, "kind": r["record_type"], "ref": r["record_ref"], "headline": self.headline(r),
                "district": r["district"] or "", "at": r["event_at"], "known_at": r["known_at"], "own_at": r["own_at"],
                "grade": graded if r["record_type"] == "intelligence" else "", "handling": r["handling"] or "",
                "origin": r["source_origin"] or "", "agency": r["agency"] or "", "delivery": r["delivery"],
                "delivery_no": r["delivery_no"], "row": r["row"], "missing_from": r["missing_from_at"], "returned_at": r["returned_at"],
            })  # fmt: skip
        return _table(out, pa.schema([f for f in RECORD if f.name not in ("indicators", "signals")]))

    def person_rows(self) -> pa.Table:
        others = self.other_names
        p = self.e.persons
        surname = pc.fill_null(mapped(p["surname"], str.upper), "")
        return pa.table({
            "uid": p["person_id"], "person_id": p["person_id"], "name": pc.utf8_slice_codeunits(_said(p), 0, 200),
            "surname": pc.utf8_slice_codeunits(surname, 0, 120), "born": p["date_of_birth"], "sex": pc.fill_null(p["sex"], ""),
            "appearances": p["appearances"], "other_names": mapped(p["person_id"], lambda i: dumps(others[i]) if others.get(i) else "[]"),
        }).cast(PERSON)  # fmt: skip

    @cached_property
    def appearances(self) -> pa.Table:
        rows = self.e.view["appearances"].select(
            [
                "appearance_id",
                "record_key",
                "role",
                "forenames",
                "surname",
                "date_of_birth",
                "row",
                "also_known_as",
            ]
        )
        who = self.e.person_of.select(["appearance_id", "person_id", "probability"])
        at = pc.index_in(rows["appearance_id"], value_set=who["appearance_id"].combine_chunks())
        rows = rows.append_column("person_id", who["person_id"].take(at))
        rows = rows.append_column("sure", who["probability"].take(at))
        return rows.filter(pc.is_valid(rows["person_id"]))

    @cached_property
    def other_names(self) -> dict[str, list[str]]:
        """Spellings and other names that a person's rows use, beside the most frequent one."""
        a, persons = self.appearances, self.e.persons
        called = _said(a)
        at = pc.index_in(a["person_id"], value_set=persons["person_id"].combine_chunks())
        usual = _said(persons).take(at)
        other = pc.fill_null(pc.not_equal(called, usual), True)
        out: dict[str, set[str]] = defaultdict(set)
        for p, name in zip(
            a["person_id"].filter(other).to_pylist(), called.filter(other).to_pylist(), strict=True
        ):
            out[p].add(name)
        known = a.filter(pc.is_valid(a["also_known_as"]))
        for p, text in zip(known["person_id"].to_pylist(), known["also_known_as"].to_pylist(), strict=True):
            out[p].update(x for x in text.split("|") if x)
        return {p: sorted(v - {self.name(p), "name not recorded"}) for p, v in out.items()}

    def appearance_rows(self) -> pa.Table:
        a = self.appearances
        full = pc.binary_join_element_wise(
            pc.fill_null(a["forenames"], ""), pc.utf8_upper(pc.fill_null(a["surname"], "")), " "
        )
        rows = pa.table({
            "uid": a["appearance_id"].cast(pa.string()), "record_key": a["record_key"], "person_id": a["person_id"],
            "role": pc.fill_null(a["role"], ""), "named": pc.utf8_trim_whitespace(full), "born": a["date_of_birth"],
            "row": a["row"], "sure": a["sure"].cast(pa.float64()), "why": pa.repeat("", a.num_rows),
        })  # fmt: skip
        texts = [
            {
                "uid": f"text:{m['record_key']}:{m['start']}:{m['person_id']}"[:200], "record_key": m["record_key"],
                "person_id": m["person_id"], "role": "named in the text", "named": "", "born": None, "row": None,
                "sure": m["probability"], "why": (m["why"] or "")[:300],
            }
            for m in self.e.mention_links.to_pylist()
        ]  # fmt: skip
        return pa.concat_tables([rows.select(APPEARANCE.names).cast(APPEARANCE), _table(texts, APPEARANCE)])

    @cached_property
    def signal_texts(self) -> tuple[list[str], set[tuple[str, str]]]:
        """The signals' texts with records as a reader says them, and which signal rests on which other record.

        A signal over several records says which other it is known from: who may not see that one sees no such signal.
        """
        texts = pc.fill_null(self.e.signals["text"], "").to_pylist()
        rests: set[tuple[str, str]] = set()
        over_several = pc.starts_with(self.e.signals["rule"], "pattern:")
        for at in np.flatnonzero(over_several.to_numpy(zero_copy_only=False)):
            if named := _KEY_WHOLE.findall(texts[at]):
                signal_id = self.e.signals["signal_id"][int(at)].as_py()
                rests.update((signal_id, key) for key in named if key in self.records)
                texts[at] = self.words(texts[at])
        born = {p: r["date_of_birth"] for p, r in self.persons.items() if r["date_of_birth"]}
        handling = {k: r["handling"] or "" for k, r in self.records.items()}
        rests |= known_from(self.e.signals, self.appearances, self.e.mention_links, born, handling)
        return texts, rests

    def signal_rows(self) -> pa.Table:
        s = self.e.signals
        return pa.table({
            "uid": pc.binary_join_element_wise(s["signal_id"], s["record_key"], "|"), "signal_id": s["signal_id"],
            "record_key": s["record_key"], "indicator": s["indicator"], "status": s["status"], "start": s["start"],
            "end": s["end"], "text": pa.array(self.signal_texts[0], pa.string()),
            # One rule, whichever field it read and in whichever reading: its doc and its measured precision are one.
            "rule": pc.replace_substring_regex(s["rule"], "^(field:reason|pattern:child)/", ""),
        }).cast(SIGNAL)  # fmt: skip

    def phrase_rows(self) -> pa.Table:
        p = self.e.language
        uid = pc.binary_join_element_wise(
            p["record_key"], p["start"].cast(pa.string()), p["end"].cast(pa.string()), p["rule"], "|"
        )
        columns = {
            "uid": uid, "record_key": p["record_key"], "kind": p["record_type"], "start": p["start"], "end": p["end"],
        }  # fmt: skip
        for name in ("text", "reason", "alternative", "severity", "alternative_kind"):
            columns[name] = pc.fill_null(p[name], "")
        columns["quoted"] = pc.fill_null(p["quoted"], False)
        return pa.table(columns).select(PHRASE.names).cast(PHRASE)

    def child_rows(self) -> pa.Table:
        out = []
        for r in self.e.children.to_pylist():
            p = r["person_id"]
            reasons = [
                {
                    "text": self.words(x["text"]),
                    "record": ""
                    if x["record_type"] in (None, "", "groups")
                    else f"{x['record_type']}:{x['record_ref']}",
                    "group": x["record_ref"] if x["record_type"] == "groups" else "",
                }
                for x in json.loads(r["reasons"])
            ]
            out.append({
                "uid": p, "person_id": p, "name": self.name(p)[:200],
                "born": self.persons[p]["date_of_birth"] if p in self.persons else None, "place": self.place_of_child[p],
                "sexual": r["sexual_exploitation"], "criminal": r["criminal_exploitation"],
                "rising": self.words(self.e.rising.get(p, "")), "change": _change(r["change_28_days"]), "reasons": dumps(reasons),
            })  # fmt: skip
        return _table(out, CHILD)

    @cached_property
    def groups(self) -> dict[str, dict[str, Any]]:
        """Each group's explanation with labels instead of ids, and its own label."""
        return {s["group_id"]: self._told(s) for s in self.e.stories}

    def _told(self, s: dict[str, Any]) -> dict[str, Any]:
        members = []
        for m in s["members"]:
            label = self.name(m["person_id"]) if m["identified"] else _unidentified(m["person_id"])
            age = age_on(m["date_of_birth"], self.run.as_of)
            members.append(
                {k: m[k] for k in ("person_id", "role", "role_words", "category", "part_words", "identified", "also_named_as_suspect", "prompts")}
                | {"label": label, "age": age, "records": len(m["records"])}
            )  # fmt: skip
        labels = {m["person_id"]: m["label"] for m in members}
        districts = Counter(r["district"] for r in s["timeline"] if r["district"])
        where = min(districts, key=lambda d: (-districts[d], d)) if districts else ""
        by = Counter(
            self.words(t["words"])
            for t in s["ties"]
            if t["tie"].partition(":")[0] not in ("child", "record", "address")
        )
        chief = min(by, key=lambda w: (-by[w], w)) if by else ""
        anchor = next((t["tie"] for t in s["ties"] if self.words(t["words"]) == chief), "")
        near = "around" if anchor.partition(":")[0] in ("premises", "line") else "sharing"
        label = f"Group {near} {chief}" if chief else "Group named together in records"
        drawn = s | {
            "group_id": label,
            "members": [
                m | {"forenames": m["forenames"] or ("" if m["surname"] else "name not recorded")}
                for m in s["members"]
            ],
        }
        return {
            "label": f"{label}, {where}" if where else label,
            "sentence": self.words(s["sentence"]),
            "hangs_on": self.words(s["hangs_on"] or ""),
            "members": members,
            "ties": [
                {
                    "from": t["person_a"], "to": t["person_b"], "by": t["tie"],
                    "a": labels[t["person_a"]], "b": labels[t["person_b"]], "words": self.words(t["words"]),
                    "records": [{"key": r["record_key"], "grade": r["grade"]} for r in t["records"]],
                }
                for t in s["ties"]
            ],
            "gaps": [self.words(g) for g in s["gaps"]],
            "matter_most": [{"key": m["record_key"], "ties": m["ties"]} for m in s["matter_most"]],
            "pairs": len({(t["person_a"], t["person_b"]) for t in s["ties"]}),
            "records": [r["record_key"] for r in s["timeline"]],
            "districts": sorted(districts),
            "chart": _STYLE.sub("", networks.chart_svg(drawn)),
        }  # fmt: skip

    def group_rows(self) -> pa.Table:
        out = []
        for place, s in enumerate(self.e.stories, 1):
            told = self.groups[s["group_id"]]
            story = {
                k: told[k]
                for k in (
                    "hangs_on",
                    "members",
                    "ties",
                    "gaps",
                    "matter_most",
                    "pairs",
                    "records",
                    "districts",
                )
            }
            out.append({
                "uid": s["group_id"], "group_id": s["group_id"], "label": told["label"][:200], "place": place,
                "kind": s["kind"], "basis": s["basis"], "strength": s["strength_words"], "sentence": told["sentence"],
                "concerns": sum(m["role"] != "child" for m in told["members"]),
                "children": sum(m["role"] == "child" for m in told["members"]), "detected_on": s["detected_on"],
                "story": dumps(story), "chart": told["chart"],
            })  # fmt: skip
        return _table(out, GROUP)

    def member_rows(self) -> pa.Table:
        return _table([
            {"uid": f"{s['group_id']}|{m['person_id']}", "group_id": s["group_id"], "person_id": m["person_id"], "role": m["role"]}
            for s in self.e.stories
            for m in s["members"]
        ], MEMBER)  # fmt: skip

    @cached_property
    def place_names(self) -> dict[str, str]:
        """Each place by the street or premises that its records name most, without a front door."""
        out = {}
        for cell in self.e.cells:
            said = Counter(
                _HOUSE.sub("", self.records[k]["location"])
                for k in cell.records
                if k in self.records and self.records[k]["location"]
            )
            near = min(said, key=lambda w: (-said[w], w)) if said else ""
            district = _most(cell.districts)
            out[cell.h3] = (
                f"around {near}"[:200] if near else f"a place in {district or 'no recorded district'}"
            )
        return out

    def place_rows(self) -> pa.Table:
        out = []
        for place, cell in enumerate(self.e.cells, 1):
            out.append({
                "uid": cell.h3, "cell": cell.h3, "name": self.place_names[cell.h3],
                "district": _most(cell.districts), "place": place, "records": len(cell.records), "children": len(cell.children),
                "how": dumps({k: cell.how[k].replace("_", " ") for k in cell.records}),
            })  # fmt: skip
        return _table(out, PLACE)

    def line_rows(self) -> pa.Table:
        out = []
        assessed = {line.ref: line for line in self.e.lines}
        for place, r in enumerate(self.e.line_rows.to_pylist(), 1):
            line = assessed[r["line_ref"]]
            told = line_figures(line, _CONFIG)
            reasons: dict[tuple[str, str], list[str]] = {}
            for x in json.loads(r["reasons"]):
                keys = reasons.setdefault((x["code"], self.words(x["text"])), [])
                if x["record_ref"]:
                    keys.append(f"{x['record_type']}:{x['record_ref']}")
            out.append({
                "uid": r["line_ref"], "line_ref": r["line_ref"], "name": (line.row["name"] or f"line {r['line_ref']}")[:200],
                "place": place, "use": r["uses_sexual_exploitation"], "status": line.row["status"] or "", **told,
                "force_score": line.row["force_score"], "force_band": line.row["force_band"] or "",
                "children": dumps(sorted(line.children)),
                "reasons": dumps([{"code": c, "text": t, "records": k} for (c, t), k in reasons.items()]),
            })  # fmt: skip
        return _table(out, LINE)

    def urgent_rows(self) -> pa.Table:
        mine: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for item in self.e.cannot_wait:
            mine[item["person_id"]].append(item)
        return _table([
            {
                "uid": p, "person_id": p, "name": self.named(p)[:200],
                "reason": "; ".join(dict.fromkeys(self.words(i["text"]) for i in items)),
                "records": dumps(list(dict.fromkeys(r for i in items for r in (i["record_a"], i["record_b"]) if r))),
                "groups": dumps(list(dict.fromkeys(i["group_id"] for i in items if i["group_id"]))),
            }
            for p, items in mine.items()
        ], URGENT)  # fmt: skip

    def item_rows(self) -> pa.Table:
        """The worklist: records with signals that became known in the window, folded to a group, else a child."""
        since = self.run.as_of - timedelta(days=SETTINGS["window"]["days"])
        fresh = {
            k: r for k, r in self.records.items()
            if k in self.hits and r["known_at"] is not None and r["known_at"] > since and r["record_type"] != "premises"
        }  # fmt: skip
        of_group: dict[str, str] = {}
        for s in reversed(self.e.stories):  # the strongest group of a record is the last to be written
            of_group.update(dict.fromkeys(self.groups[s["group_id"]]["records"], s["group_id"]))
        people: dict[str, list[str]] = defaultdict(list)
        near = self.appearances.filter(
            pc.is_in(self.appearances["record_key"], value_set=pa.array(sorted(fresh), pa.string()))
        )
        for key, p in zip(near["record_key"].to_pylist(), near["person_id"].to_pylist(), strict=True):
            people[key].append(p)
        for m in self.e.mention_links.to_pylist():
            if m["record_key"] in fresh:
                people[m["record_key"]].append(m["person_id"])
        folded: dict[tuple[str, str], set[str]] = defaultdict(set)
        for key in fresh:
            children = [p for p in dict.fromkeys(people[key]) if p in self.place_of_child]
            if key in of_group:
                folded["group", of_group[key]].add(key)
            elif children:
                for p in children:
                    folded["child", p].add(key)
            elif cell := self.cell_of(fresh[key]):
                folded["place", cell].add(key)
            else:
                folded["record", key].add(key)
        return _table(self._items(folded), ITEM)

    def cell_of(self, r: dict[str, Any]) -> str:
        """The place of the profile in which a record about no known child lies; nothing where it lies in none.

        Only places that were assessed: a child's own home, placement or school is none of them (practice rule 10).
        """
        if r["latitude"] is None or r["longitude"] is None:
            return ""
        cell = h3.latlng_to_cell(r["latitude"], r["longitude"], H3_RESOLUTION)
        return cell if cell in self.place_names else ""

    def _items(self, folded: dict[tuple[str, str], set[str]]) -> list[dict[str, Any]]:
        order = {"group": 0, "child": 1, "place": 2, "record": 3}
        places = {g: n for n, g in enumerate(self.groups)} | self.place_of_child
        places |= {cell.h3: n for n, cell in enumerate(self.e.cells)}

        def rank(item: tuple[tuple[str, str], set[str]]) -> tuple[int, int, int, str]:
            (about, ident), keys = item
            weight = -max(len(self.hits[k]) for k in keys) if about == "record" else 0
            return order[about], weight, places.get(ident, 0), ident

        out = []
        for place, ((about, ident), keys) in enumerate(sorted(folded.items(), key=rank), 1):
            rows = [self.records[k] for k in keys]
            title = {
                "group": lambda i: self.groups[i]["label"],
                "child": self.named,
                "place": self.place_names.__getitem__,
                "record": lambda i: self.headline(self.records[i]),
            }[about](ident)
            newest = sorted(keys, key=lambda k: (self.records[k]["known_at"], k), reverse=True)
            out.append({
                "uid": f"{about}:{ident}", "about": about, "ident": ident, "group_id": ident if about == "group" else "",
                "person_id": ident if about == "child" else "", "record_key": ident if about == "record" else "",
                "title": title[:300], "place": place, "records": dumps(newest),
                "indicators": _piped(sorted({i for k in keys for i in self.hits[k]})),
                "kinds": _piped(sorted({r["record_type"] for r in rows})),
                "districts": _piped(sorted({r["district"] for r in rows if r["district"]})),
                "latest": max(r["known_at"] for r in rows),
            })  # fmt: skip
        return out

    def quarantined_rows(self) -> pa.Table:
        rows = self.run.quarantine.to_pylist()
        seen: Counter[tuple[str, str, int]] = Counter()
        out = []
        for r in rows:
            place = (r["delivery"], r["file"], r["row"])
            seen[place] += 1
            out.append({
                "uid": f"{r['delivery'][:80]}/{r['file'][:80]}/{r['row']}/{seen[place]}", **{k: r[k] for k in ("delivery", "file", "row")},
                "column": r["column"] or "", "problem": r["problem"], "value": (r["value"] or "")[:500], "kept": bool(r["kept"]),
            })  # fmt: skip
        return _table(out, QUARANTINED)

    def behind_rows(self) -> pa.Table:
        ties: set[tuple[str, str, str]] = set()
        for group_id, told in self.groups.items():
            ties.update(("group", group_id, k) for k in told["records"])
        for r in self.e.children.to_pylist():
            ties.update(
                ("child", r["person_id"], f"{x['record_type']}:{x['record_ref']}")
                for x in json.loads(r["reasons"])
                if x["record_type"] not in (None, "", "groups")
            )
        for cell in self.e.cells:
            ties.update(("place", cell.h3, k) for k in cell.records)
        for area in self.areas:
            ties.update(("area", area.cell, k) for k in area.records)
        for line in self.e.lines:
            ties.update(("line", line.ref, k) for k in line.ties)
        ties.update(("signal", signal_id, k) for signal_id, k in self.signal_texts[1])
        for item in self.item_rows().to_pylist():
            if item["about"] == "child":
                ties.update(("item", item["person_id"], k) for k in json.loads(item["records"]))
        return _table(
            [{"uid": "|".join(t), "kind": t[0], "ident": t[1], "record_key": t[2]} for t in sorted(ties)],
            BEHIND,
        )

    def moved_rows(self) -> pa.Table:
        return _table(
            [{"uid": f"{k}:{was}", "kind": k, "was": was, "now": now} for k, was, now in self.run.moved],
            MOVED,
        )


def _missing(risk: str | None) -> str:
    """A missing episode in a few words; the assessed risk as the extract says it."""
    if not risk or risk == "not stated":
        return "reported missing, no risk stated"
    said = risk if "risk" in risk or risk == "absent" else f"{risk} risk"
    return f"reported missing, assessed {said}"


def _change(points: int) -> str:
    """The change over 28 days as its direction alone: no number goes to the pages (practice rule 2)."""
    if points == 0:
        return "the same as 28 days ago"
    return "higher than 28 days ago" if points > 0 else "lower than 28 days ago"


def _unidentified(node: str) -> str:
    kind = node.split("-")[1] if "-" in node else "somebody"
    words = {
        "described": "somebody described, not identified", "nickname": "somebody known by a street name",
        "phone": "the holder of a number", "vehicle": "the user of a vehicle", "handle": "the user of an online name",
        "name": "somebody named in texts only",
    }  # fmt: skip
    return words.get(kind, "somebody not identified")


def _most(districts: Counter) -> str:
    return min(districts, key=lambda d: (-districts[d], str(d))) or "" if districts else ""


def _piped(items: list[str]) -> str:
    """Items between pipes, so that one of them can be looked for whole."""
    return f"|{'|'.join(items)}|" if items else ""


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)


def _schema(spec: str) -> pa.Schema:
    types = {
        "t": pa.string(), "n": pa.int64(), "at": pa.timestamp("us", tz="UTC"), "d": pa.date32(), "b": pa.bool_(), "r": pa.float64(),
    }  # fmt: skip
    fields = []
    for word in spec.split():
        name, _, kind = word.partition(":")
        fields.append(pa.field(name, types[kind or "t"]))
    return pa.schema(fields)


RECORD = _schema(
    "uid key kind ref headline district at:at known_at:at own_at:at grade handling origin agency delivery delivery_no:n row:n "
    "signals:n indicators missing_from:at returned_at:at"
)
PERSON = _schema("uid person_id name surname born:d sex appearances:n other_names")
APPEARANCE = _schema("uid record_key person_id role named born:d row:n sure:r why")
SIGNAL = _schema("uid signal_id record_key indicator status start:n end:n text rule")
PHRASE = _schema(
    "uid record_key kind start:n end:n text reason alternative quoted:b severity alternative_kind"
)
CHILD = _schema("uid person_id name born:d place:n sexual criminal rising change reasons")
GROUP = _schema(
    "uid group_id label place:n kind basis strength sentence concerns:n children:n detected_on:d story chart"
)
MEMBER = _schema("uid group_id person_id role")
PLACE = _schema("uid cell name district place:n records:n children:n how")
LINE = _schema(
    "uid line_ref name place:n band rule use status score:n score_known:n force_score:r force_band children reasons unsaid"
)
URGENT = _schema("uid person_id name reason records groups")
ITEM = _schema(
    "uid about ident group_id person_id record_key title place:n records indicators kinds districts latest:at"
)
QUARANTINED = _schema("uid delivery file row:n column problem value kept:b")
BEHIND = _schema("uid kind ident record_key")
MOVED = _schema("uid kind was now")
