"""Each rule with what people found of it: how many of its hits were confirmed and dismissed, and how sure that makes one.

A hit counts once, by the last verdict on it that stands. The interval is Wilson's at 95 in 100; under ten
verdicts a share says nothing. Verdicts on an earlier version of the rule are counted apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from redshank.agreement import wilson
from redshank.web.worklist.config import SETTINGS
from redshank.web.worklist.models import Act, Labelled, Rule
from redshank.web.worklist.models.acts import VERDICTS

__all__ = ["Measured", "measured", "percent", "verdicts_on", "wilson"]


@dataclass(frozen=True)
class Measured:
    """What the verdicts say of one rule."""

    confirmed: int
    dismissed: int
    earlier: int = 0  # verdicts on versions before the one in force

    @property
    def n(self) -> int:
        return self.confirmed + self.dismissed

    @property
    def says_enough(self) -> bool:
        return self.n >= SETTINGS["precision"]["least"]

    @property
    def words(self) -> str:
        """The share as a reader says it, or that it is too early."""
        if not self.n:
            return "nobody has judged a hit yet"
        told = f"{self.confirmed} of {self.n} judged hits confirmed"
        if not self.says_enough:
            return f"{told}: too few to say"
        low, high = wilson(self.confirmed, self.n)
        return (
            f"{told}: {percent(self.confirmed / self.n)} in 100, between {percent(low)} and {percent(high)}"
        )


@dataclass(frozen=True)
class ByLabels:
    """What training labels say of one rule, and of all rules of its indicator."""

    right: int  # spans that the rule found, and that state it
    wrong: int  # spans that the rule found, and that do not
    stating: int  # spans that state the indicator
    found: int  # of these, found by any of its rules

    @property
    def words(self) -> str:
        """Precision of the rule and recall of its indicator, as a reader says them; nothing without a label."""
        told = []
        if self.right + self.wrong:
            told.append(
                f"of {self.right + self.wrong} labelled spans that the rule finds, {_of(self.right, self.right + self.wrong)} state it"
            )
        if self.stating:
            told.append(
                f"of {self.stating} labelled spans that state it, the rules of this signal find {_of(self.found, self.stating)}"
            )
        return "; ".join(told)


def _of(some: int, all_: int) -> str:
    if all_ < SETTINGS["precision"]["least"]:
        return f"{some} (too few to say)"
    low, high = wilson(some, all_)
    return f"{some} ({percent(some / all_)} in 100, between {percent(low)} and {percent(high)})"


def by_labels(user: Any, rule: Rule) -> ByLabels:
    """What the training labels say of a rule in its version now; what another version found is measured when they are taken in again."""
    rows = Labelled.objects.visible_to(user, user.as_role.purpose).filter(indicator=rule.indicator)
    told = [(x.is_so, json.loads(x.found)) for x in rows]
    mine = [is_so for is_so, found in told if [rule.rule, rule.version] in found]
    stating = [found for is_so, found in told if is_so]
    return ByLabels(sum(mine), len(mine) - sum(mine), len(stating), sum(bool(f) for f in stating))


def percent(share: float) -> str:
    return f"{share * 100:.0f}"


def verdicts_on(user: Any, rules: Iterable[str]) -> list[Act]:
    """The verdict that stands on each hit of these rules, among those that the reader may see."""
    rows = Act.objects.visible_to(user, user.as_role.purpose)
    rows = rows.filter(rule__in=list(rules), kind__in=VERDICTS, undone_by__isnull=True).exclude(hit="")
    last: dict[tuple[str, str], Act] = {}
    for act in rows.order_by("pk"):
        last[act.hit, act.record_key] = act
    return list(last.values())


def measured(user: Any, rules: Iterable[str]) -> dict[str, Measured]:
    """Precision of each rule. Outside the roles that work the list only the counts are shown, never the acts."""
    names = list(rules)
    purpose = user.as_role.purpose
    version = dict(
        Rule.objects.visible_to(user, purpose).filter(rule__in=names).values_list("rule", "version")
    )
    count: dict[str, list[int]] = {n: [0, 0, 0] for n in names}
    for act in verdicts_on(user, names):
        if version.get(act.rule, act.rule_version) != act.rule_version:
            count[act.rule][2] += 1
        else:
            count[act.rule][0 if act.kind == "confirm" else 1] += 1
    return {n: Measured(*c) for n, c in count.items()}
