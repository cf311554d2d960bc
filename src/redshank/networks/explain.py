"""Why a group is proposed, down to the records: who, by what, with what grade, and what is not known.

A query over what the night left; nothing is computed a second time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.errors import UsageError
from redshank.networks.anchor import anchored
from redshank.networks.config import default_config
from redshank.networks.ledger import strength_word
from redshank.networks.places import Premises
from redshank.networks.wording import context_words, number, record_words

PART_WORDS = {
    "direct": "direct contact with a child", "introducer": "introduces", "transport": "transport", "premises": "provides or keeps a place",
    "payment": "takes or makes payments", "unknown": "not known",
}  # fmt: skip
_ACCUSED = ("suspect", "detained")


@dataclass
class Explainer:
    """Explains groups of one run: what belongs to no group in particular is worked out once for all of them.

    ``open_only`` leaves out every record of handling C and tells the second sentence (practice rule 12).
    """

    members: pa.Table
    evidence: pa.Table
    links: pa.Table
    persons: pa.Table
    view: dict[str, pa.Table]
    open_only: bool = False

    @cached_property
    def _premises(self) -> dict[str, str]:
        return Premises(self.view["records"]).words

    @cached_property
    def _parted(self) -> pa.Table:
        """The links of members of any group; parted with all links in sight, narrowed afterwards."""
        parted = anchored(self.links)
        members = pc.unique(self.members["person_id"])
        return parted.filter(pc.is_in(parted["node"], value_set=members))

    def explain(self, group_id: str) -> dict[str, Any]:
        """The explanation of one group as plain data.

        Where nothing is left without handling C, the group is told as if it were not there. Raises :class:`UsageError` for an unknown group.
        """
        rows = self.members.filter(pc.equal(self.members["group_id"], group_id)).to_pylist()
        if not rows or (self.open_only and not rows[0]["sentence_without_c"]):
            raise UsageError(
                f"no group {group_id} in the last run", "list them: redshank findings export DIR"
            )
        shown = self.evidence.filter(pc.equal(self.evidence["group_id"], group_id)).to_pylist()
        for r in shown:
            r["record_key"] = f"{r['record_type']}:{r['record_ref']}"
        records = _records({r["record_key"] for r in shown}, self.view)
        hidden = {k for k, r in records.items() if r["handling"] == "C"} if self.open_only else set()
        shown = [r for r in shown if r["record_key"] not in hidden]
        records = {k: r for k, r in records.items() if k not in hidden}
        standing = {n for r in shown for n in (r["person_a"], r["person_b"])}
        rows = [r for r in rows if r["person_id"] in standing]
        people = _people(rows, records, self._parted, self.persons)
        ties = _ties(shown, records, self._premises)
        head = rows[0]
        return {
            "group_id": group_id,
            "sentence": head["sentence_without_c"] if self.open_only else head["sentence"],
            "strength": head["strength"],
            "strength_words": strength_word(head["strength"], default_config()),
            "kind": head["kind"],
            "basis": head["basis"],
            "detected_on": head["detected_on"],
            "first_evidence_at": min(
                (r["at"] for r in records.values() if r["at"] is not None), default=None
            ),
            "hangs_on": "" if hidden else head["hangs_on"],
            "members": people,
            "ties": ties,
            "matter_most": _matter_most(ties, records),
            "gaps": _gaps(people, records),
            "timeline": sorted(
                records.values(), key=lambda r: (r["at"] is None, r["at"] or 0, r["record_key"])
            ),
        }


def _records(keys: set[str], view: dict[str, pa.Table]) -> dict[str, dict[str, Any]]:
    wanted = pa.array(sorted(keys), pa.string())
    rows = view["records"].filter(pc.is_in(view["records"]["record_key"], value_set=wanted))
    said: dict[str, set[str]] = defaultdict(set)
    signals = view["signals"].filter(pc.is_in(view["signals"]["record_key"], value_set=wanted))
    for r in signals.to_pylist():
        if r["status"] == "affirmed":
            said[r["record_key"]].add(r["indicator"])
    out = {}
    for r in rows.to_pylist():
        intelligence = r["record_type"] == "intelligence"
        grade = f"{r['source_evaluation'] or '?'}{r['intelligence_assessment'] or '?'}{r['handling'] or ''}"
        out[r["record_key"]] = {
            "record_key": r["record_key"], "record": record_words(r["record_key"]), "record_type": r["record_type"],
            "at": r["event_at"], "known_at": r["known_at"], "grade": grade if intelligence else "", "handling": r["handling"],
            "low": intelligence and (grade[0] == "3" or grade[1] in "DE"),  # practice rule 11
            "indicators": sorted(said[r["record_key"]]), "district": r["district"],
            "return_interview": r["return_interview_at"] is not None, "returned": r["returned_at"] is not None,
            "outcome": r["outcome"],
        }  # fmt: skip
    return out


def _people(
    rows: list[dict], records: dict[str, dict], parted: pa.Table, persons: pa.Table
) -> list[dict[str, Any]]:
    """Members: persons of concern first. ``category`` is the record's own word for them, beside ours."""
    ids = pa.array(sorted(r["person_id"] for r in rows), pa.string())
    own = parted.filter(pc.is_in(parted["node"], value_set=ids))
    roles: dict[str, dict[str, str]] = defaultdict(dict)
    for n, key, role in zip(*(own[c].to_pylist() for c in ("node", "record_key", "role")), strict=True):
        if key in records:
            # A record can name somebody in a row and in its text: the graver role stands, whichever comes last.
            roles[n][key] = min(role.split("/")[1], roles[n].get(key, "other"), key=_gravity)
    known = persons.filter(pc.is_in(persons["person_id"], value_set=ids))
    about = {r["person_id"]: r for r in known.to_pylist()}
    out = []
    for r in sorted(rows, key=lambda r: (r["role"] == "child", r["person_id"])):
        who, named = about.get(r["person_id"], {}), roles[r["person_id"]]
        grown = r["role"] != "child"
        out.append(
            {
                "person_id": r["person_id"],
                "role": r["role"],
                "role_words": "proposed person of concern" if grown else "child",
                "category": category(named, grown),
                "part": r["part"],
                "part_words": PART_WORDS[r["part"]],
                "identified": r["identified"],
                "also_named_as_suspect": r["also_named_as_suspect"],
                # Modern Slavery Act 2015 s.45 and the referral mechanism stand beside a child named as suspect.
                "prompts": ["consider the statutory defence (Modern Slavery Act 2015 s.45)", "consider a referral to the National Referral Mechanism"]
                if r["also_named_as_suspect"]
                else [],
                "forenames": who.get("forenames"),
                "surname": who.get("surname"),
                "date_of_birth": who.get("date_of_birth"),
                "records": sorted(named),
            }
        )  # fmt: skip
    return out


def _may_be_one(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """The same surname, and no forename that tells them apart."""
    names = [(str(p["forenames"] or "").casefold(), str(p["surname"] or "").casefold()) for p in (a, b)]
    (first, sur), (other_first, other_sur) = names
    return bool(sur) and sur == other_sur and (not first or not other_first or first == other_first)


_GRAVE = ("suspect", "detained", "line_member", "victim")


def _gravity(role: str) -> int:
    return _GRAVE.index(role) if role in _GRAVE else len(_GRAVE)


def category(named: dict[str, str], grown: bool) -> str:
    """The record's own category (practice rule 7), from the roles that records give: the gravest stands."""
    of = {(key.partition(":")[0], role) for key, role in named.items()}
    if any(role in _ACCUSED and kind == "crimes" for kind, role in of):
        return "suspect in a crime"
    if any(role in _ACCUSED for _, role in of):
        return "detained" if any(role == "detained" for _, role in of) else "named as suspect"
    if any(role == "line_member" for _, role in of):
        return "member of a registered line"
    if any(kind == "intelligence" for kind, _ in of):
        return "named in intelligence"
    if not grown and any(role == "victim" for _, role in of):
        return "victim in a crime"
    return "none"


def _ties(shown: list[dict], records: dict[str, dict], premises: dict[str, str]) -> list[dict[str, Any]]:
    """Each pair and what ties them, with the records and their grades."""
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for r in shown:
        found[r["person_a"], r["person_b"], r["tie"]].append(r["record_key"])
    return [
        {
            "person_a": a, "person_b": b, "tie": tie, "words": context_words(tie if ":" in tie else f"{tie}:", premises),
            "records": [{k: records[key][k] for k in ("record_key", "record", "at", "grade")} for key in sorted(keys)],
        }
        for (a, b, tie), keys in sorted(found.items())
    ]  # fmt: skip


def _matter_most(ties: list[dict[str, Any]], records: dict[str, dict], most: int = 3) -> list[dict[str, Any]]:
    """The records that show the most ties between different pairs of members; what is graded low comes after all others."""
    shows: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for tie in ties:
        for record in tie["records"]:
            shows[record["record_key"]].add((tie["person_a"], tie["person_b"]))
    pairs = {pair for some in shows.values() for pair in some}
    ranked = sorted(shows, key=lambda k: (records[k]["low"], -len(shows[k]), k))[:most]
    return [
        {"record_key": k, "record": records[k]["record"], "ties": len(shows[k]), "of": len(pairs)}
        for k in ranked
    ]


def _gaps(people: list[dict], records: dict[str, dict]) -> list[str]:
    """What is not known: questions for whoever takes this on, never a reason to wait."""
    out = []
    unknown = [p for p in people if not p["identified"]]
    if unknown:
        out.append(
            f"{number(len(unknown)).capitalize()} of the members {'is' if len(unknown) == 1 else 'are'} not identified."
        )
    no_part = [p for p in people if p["role"] != "child" and p["part"] == "unknown"]
    if no_part:
        out.append(
            f"The part of {number(len(no_part))} proposed {'person' if len(no_part) == 1 else 'persons'} of concern is not known."
        )
    no_birth = [p for p in people if p["identified"] and p["date_of_birth"] is None]
    if no_birth:
        out.append(
            f"{number(len(no_birth)).capitalize()} of the members {'has' if len(no_birth) == 1 else 'have'} no date of birth recorded."
        )
    doubles = [p for p in no_birth if any(_may_be_one(p, other) for other in people if other is not p)]
    if doubles:
        out.append(
            f"{number(len(doubles)).capitalize()} of them {'has' if len(doubles) == 1 else 'have'} the name of another member, and may be that person."
        )
    if not any(r["record_type"] == "crimes" for r in records.values()):
        out.append("No crime is recorded.")
    undated = [r for r in records.values() if r["at"] is None]
    if undated:
        out.append(f"Without a date: {', '.join(r['record'] for r in undated)}.")
    ungraded = [r for r in records.values() if "?" in r["grade"]]
    if ungraded:
        out.append(f"Not fully graded: {', '.join(r['record'] for r in ungraded)}.")
    low = [r for r in records.values() if r["low"]]
    if low:
        out.append(f"Graded 3, D or E, and weighing little: {', '.join(r['record'] for r in low)}.")
    missing = [r for r in records.values() if r["record_type"] == "missing_episodes"]
    without = [r for r in missing if r["returned"] and not r["return_interview"]]
    if without:
        out.append(f"No return interview is recorded after {', '.join(r['record'] for r in without)}.")
    away = [r for r in missing if not r["returned"]]
    if away:
        out.append(f"No return is recorded in {', '.join(r['record'] for r in away)}.")
    return out
