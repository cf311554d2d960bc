"""What a group says of itself: its strength, the sentence that says why, and what it hangs on.

Sentences name nobody: members are counted, numbers and marks are shortened, records carry their own
references. An output's ``suspect`` is read aloud as *proposed person of concern* (practice rule 7).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from redshank.networks.assemble import Group, Material, find_groups
from redshank.networks.config import by_count

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPOKEN_TIES = 2  # more ties than these are counted, not told: nobody listens to a list
_KIND_ORDER = ("phone", "vehicle", "handle", "email", "premises", "address", "child", "record", "line")
RECORD_WORDS = {
    "crimes": "crime", "incidents": "incident", "missing_episodes": "missing episode",
    "vulnerability_entries": "vulnerability entry", "intelligence": "intelligence report", "custody": "custody record",
    "partner_referrals": "partner referral", "county_lines": "county line",
}  # fmt: skip


def number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def listed(parts: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def day_words(at: datetime) -> str:
    return f"{at.day} {at:%B} {at.year}"


def counted(count: int, one: str, many: str) -> str:
    """ "1 record", "3 records"."""
    return f"{count} {one if count == 1 else many}"


def record_words(key: str) -> str:
    kind, _, ref = key.partition(":")
    return f"{RECORD_WORDS.get(kind, kind)} {ref}"


def context_words(context: str, premises: dict[str, str] | None = None) -> str:
    """A context in words, numbers and marks shortened to their end, premises as they are called (``Premises.words``)."""
    kind, _, value = context.partition(":")
    if kind == "phone":
        return f"the number ending {value[-3:]}"
    if kind == "vehicle":
        return f"the vehicle with the mark ending {value[-3:]}"
    if kind == "premises":
        return (premises or {}).get(value, f"the premises {value}")
    if kind == "address":
        return "one postcode" if value.startswith("|") else "one house"
    if kind == "line":
        return f"the registered line {value}"
    return {
        "handle": "an online name", "email": "an e-mail address",
        "child": "concern records of the same child", "record": "being named together",
    }[kind]  # fmt: skip


def by_context(group: Group) -> list[tuple[str, list[str]]]:
    """Contexts of the group with their records; the most telling first, being named together as one."""
    records: dict[str, set[str]] = defaultdict(set)
    for t in group.ties:
        records[t.kind if t.kind in ("record", "child") else t.context].update(t.records)
    rank = {k: i for i, k in enumerate(_KIND_ORDER)}
    return sorted(
        ((c, sorted(rs)) for c, rs in records.items()),
        key=lambda item: (rank[item[0].partition(":")[0]], -len(item[1]), item[0]),
    )


def _records(records: list[str]) -> str:
    """The first one or two records of a tie; of more than two, one and how many more."""
    if len(records) == 2 and records[0].partition(":")[0] == records[1].partition(":")[0]:
        (kind, _, first), second = records[0].partition(":"), records[1].partition(":")[2]
        one = RECORD_WORDS.get(kind, kind)
        return f"{one[:-1] + 'ies' if one.endswith('y') else one + 's'} {first} and {second}"
    if len(records) <= 2:
        return listed([record_words(r) for r in records])
    return f"{record_words(records[0])} and {number(len(records) - 1)} more"


def sentence(
    group: Group,
    material: Material,
    times: dict[str, datetime | None],
    premises: dict[str, str] | None = None,
) -> str:
    """Why this is proposed, in one sentence that can be read aloud: the strongest ties with a record or two of each.

    ``premises``: what each is called, by its reference.
    """
    nodes = material.nodes
    people = [*group.core, *group.attached]
    grown = [p for p in people if not nodes[p].child]
    young = [p for p in people if nodes[p].child]
    kids = [*group.children, *young]
    who = (
        f"{number(len(grown))} proposed {'person' if len(grown) == 1 else 'persons'} of concern"
        if grown
        else ""
    )
    whom = f"{number(len(kids))} {'child' if len(kids) == 1 else 'children'}"
    if grown:
        head = f"{who} {'is' if len(grown) == 1 else 'are'} tied to {whom}"
    else:
        head = f"{whom}, {number(len(young))} of whom records also name as suspects, are tied to one another"
    contexts = by_context(group)
    parts = [
        f"{context_words(context if ':' in context else context + ':', premises)} ({_records(records)})"
        for context, records in contexts[:_SPOKEN_TIES]
    ]
    if len(contexts) > _SPOKEN_TIES:
        rest = len(contexts) - _SPOKEN_TIES
        parts.append(f"{number(rest)} more {'tie' if rest == 1 else 'ties'}")
    seen = sorted(t for r in group.records if (t := times.get(r)) is not None)
    when = ""
    if seen:
        first, last = seen[0], seen[-1]
        when = (
            f" on {day_words(first)}"
            if first.date() == last.date()
            else f" between {day_words(first)} and {day_words(last)}"
        )
    tail = []
    unknown = sum(not nodes[p].identified for p in people)
    if unknown:
        tail.append(f"{number(unknown)} {'is' if unknown == 1 else 'are'} not identified")
    if young and grown:
        tail.append(
            f"records also name {number(len(young))} of the children as {'a suspect' if len(young) == 1 else 'suspects'}"
        )
    text = f"{head} by {listed(parts)}{when}"
    text += f"; {'; '.join(tail)}." if tail else "."
    return text[0].upper() + text[1:]


def strength(group: Group, material: Material, config: dict[str, Any]) -> int:
    """Per mille: points for independent contexts, records, kinds of record, people and grades, from the table.

    More evidence among the same people never lowers it: each part only grows with its count.
    """
    table, need = config["strength"], config["threshold"]
    solid = [r for r in group.records if material.records[r].grade > need["low_grade"]]
    contexts = {
        t.context for t in group.ties if any(material.records[r].grade > need["low_grade"] for r in t.records)
    }
    speaking = sum(material.records[r].exploitation >= need["concern"] for r in solid)
    points = (
        by_count(table["contexts"], len(contexts))
        + by_count(table["records"], len(solid))
        + by_count(table["record_types"], len({material.records[r].kind for r in solid}))
        + by_count(table["persons"], len(group.core) + len(group.attached))
        + by_count(table["children"], len(group.children))
        + by_count(table["concern_records"], speaking)
    )
    well = sum(material.records[r].grade >= table["well_graded_from"] for r in solid)
    return min(1000, points + by_count(table["well_graded"], well))


def still_stands(group: Group, material: Material, config: dict[str, Any]) -> Group | None:
    """The group that is left in a (reduced) material of the same people, if one keeps half of its core."""
    best = None
    for left in find_groups(material, config):
        both = len({*left.core, *left.attached} & {*group.core, *group.attached})
        if both >= 2 and 2 * both >= len(group.core) and (best is None or both > best[0]):
            best = (both, left)
    return best[1] if best else None


def hangs_on(
    group: Group, material: Material, config: dict[str, Any], premises: dict[str, str] | None = None
) -> str:
    """The record without which the group would not stand, found by leaving out one record after another."""
    members = group.members
    inside = material.without(set(), members)
    shows: dict[str, set[str]] = defaultdict(set)
    for t in group.ties:
        for r in t.records:
            shows[r].add(t.context)
    falls = [r for r in sorted(group.records) if still_stands(group, inside.without({r}), config) is None]
    order = sorted(falls or shows, key=lambda r: (-len(shows[r]), r))
    first = order[0]
    words = f"{record_words(first)}, which shows {_shown(shows[first], premises)}"
    if not falls:
        return f"no single record; the strongest is {words}"
    if len(falls) == 1:
        return f"{words}; without it the group would not stand"
    others = number(len(falls) - 1)
    return f"{words}; without it, or any one of {others} more ({listed([record_words(r) for r in order[1:4]])}), the group would not stand"


def _shown(contexts: Iterable[str], premises: dict[str, str] | None) -> str:
    rank = {k: i for i, k in enumerate(_KIND_ORDER)}
    ordered = sorted(contexts, key=lambda c: (rank[c.partition(":")[0]], c))
    return listed(list(dict.fromkeys(context_words(c, premises) for c in ordered))[:3])
