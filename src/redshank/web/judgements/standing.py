"""What stands: a function of the decisions alone, in the order in which they were made.

A later judgement that contradicts an earlier one on the same two appearances counts from then on; the earlier one stays
in view. A merge takes back, for the night, what had been judged apart within it; a split what had been judged the same
across it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from redshank.web.judgements.models import Decision, Pair


def _ends(pair: Pair) -> tuple[str, str]:
    return (pair.a_uid, pair.b_uid) if pair.a_uid <= pair.b_uid else (pair.b_uid, pair.a_uid)


def parts(pairs: Iterable[Pair]) -> list[set[str]]:
    """Appearances that one decision puts together: its sides."""
    up: dict[str, str] = {}

    def top(x: str) -> str:
        while up.setdefault(x, x) != x:
            x = up[x]
        return x

    for p in pairs:
        a, b = top(p.a_uid), top(p.b_uid)
        if p.kind == "same" and a != b:
            up[max(a, b)] = min(a, b)
    sides: dict[str, set[str]] = defaultdict(set)
    for x in list(up):
        sides[top(x)].add(x)
    return list(sides.values())


def judged_pairs(decisions: Iterable[Decision]) -> list[tuple[Decision, Pair]]:
    """The pairs that count, of decisions that nobody took back, oldest first; ``unsure`` constrains nothing."""
    standing: dict[tuple[str, str], tuple[Decision, Pair]] = {}
    for decision in decisions:
        pairs = list(decision.pairs.all())
        if decision.kind not in ("same", "not_same") or not pairs:
            continue
        side = {x: n for n, members in enumerate(parts(pairs)) for x in members}
        for ends in [e for e in standing if e[0] in side and e[1] in side]:
            within = side[ends[0]] == side[ends[1]]
            if (standing[ends][1].kind == "same") != within:
                del standing[ends]
        for pair in pairs:
            standing[_ends(pair)] = (decision, pair)
    return list(standing.values())


def not_withdrawn() -> Any:
    """Decisions that nobody took back, oldest first. For the hand-over to the night; pages ask through the policy."""
    return Decision.objects.filter(withdrawal__isnull=True).prefetch_related("pairs").order_by("at", "id")
