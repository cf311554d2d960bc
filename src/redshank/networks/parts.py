"""The part that a proposed person of concern may have taken: an assessment to be confirmed, never a fact.

IICSA (2022, Part C.3 para 21) counts introducing, transporting, taking payment and lending premises as
being involved. Words are read near the person's name, or in the whole text where the record names nobody
else of concern; a vehicle or a place that only this person brings counts likewise.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from redshank.networks.assemble import Group, Material
from redshank.networks.who import word_pattern

PARTS = ("direct", "transport", "premises", "introducer", "payment")
_WINDOW = 90


def parts(
    group: Group,
    material: Material,
    texts: dict[str, str],
    spans: dict[tuple[str, str], list[int]],
    roles: dict[tuple[str, str], str],
    config: dict[str, Any],
) -> dict[str, str]:
    """Part per member. ``spans``: (record, person) → where the text names them; ``roles``: → role recorded."""
    patterns = {part: word_pattern(config["words"][part]) for part in PARTS}
    people = [*group.core, *group.attached]
    named: dict[str, set[str]] = {}
    for t in group.ties:
        for n in (t.a, t.b):
            if n in people:
                named.setdefault(n, set()).update(t.records)
    alone = Counter(r for n in people for r in named.get(n, ()) if (r, n) in roles)
    out = {child: "unknown" for child in group.children}
    for person in people:
        score: Counter[str] = Counter()
        for record in sorted(named.get(person, ())):
            if (record, person) not in roles:
                continue
            text = texts.get(record, "")
            if (record, person) in spans:
                said = " ".join(text[max(0, at - _WINDOW) : at + _WINDOW] for at in spans[record, person])
            else:
                said = text if alone[record] == 1 else ""
            for part in PARTS:
                if said and patterns[part].search(said):
                    score[part] += 2
            accused = roles[record, person] in ("suspect", "detained")
            if accused and material.records[record].exploitation >= config["threshold"]["recorded_concern"]:
                score["direct"] += 3
        for t in group.ties:
            if person in (t.a, t.b):
                if t.kind == "vehicle":
                    score["transport"] += 1
                elif t.kind in ("premises", "address"):
                    score["premises"] += 1
        best = max((score[p], -i) for i, p in enumerate(PARTS))
        out[person] = PARTS[-best[1]] if best[0] >= 2 else "unknown"
    return out
