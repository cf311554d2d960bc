"""Each rule: what it looks for, its source and examples, and what people found of its hits."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from redshank.web.audits import measures
from redshank.web.pages import words
from redshank.web.pages.errors import unseen
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed
from redshank.web.worklist import rulebook
from redshank.web.worklist.items import records_of
from redshank.web.worklist.models import Rule


@page("see.rules")
def rules(request: Any) -> HttpResponse:
    user = request.user
    rows = list(
        Rule.objects.visible_to(user, user.as_role.purpose)
        .filter(standing=True)
        .order_by("indicator", "rule")
    )
    measured = rulebook.measured(user, [r.rule for r in rows])
    lines = [{"rule": r, "measured": measured[r.rule], "interval": _interval(measured[r.rule])} for r in rows]
    lines.sort(key=lambda x: (words.word(x["rule"].indicator, "indicator"), x["rule"].doc))
    listed(request, "rules", [r.rule for r in rows])
    return render(request, "worklist/rules.html", {"lines": lines})


def _interval(m: rulebook.Measured) -> str:
    if not m.says_enough:
        return "too few to say"
    low, high = rulebook.wilson(m.confirmed, m.n)
    return f"{rulebook.percent(m.confirmed / m.n)} in 100 (between {rulebook.percent(low)} and {rulebook.percent(high)})"


@page("see.rules")
def rule(request: Any, rule: str) -> HttpResponse:
    """One rule, its measured precision, the hits that were judged, and its patterns of words."""
    user = request.user
    found = Rule.objects.visible_to(user, user.as_role.purpose).filter(rule=rule).first()
    if found is None:
        return unseen(request, "rule", rule)
    verdicts = sorted(rulebook.verdicts_on(user, [rule]), key=lambda a: a.pk, reverse=True)
    held = records_of(user, (a.record_key for a in verdicts))
    wanted = request.GET.get("verdict", "")
    patterns: dict[str, Counter] = {}
    for a in verdicts:
        patterns.setdefault(a.words, Counter())[a.kind] += 1
    measured = rulebook.measured(user, [rule])[rule]
    shown = [a for a in verdicts if wanted not in ("confirm", "dismiss") or a.kind == wanted]
    listed(request, "verdicts on a rule", [a.hit for a in shown], rule=rule)
    context = {
        "rule": found, "measured": measured, "interval": _interval(measured), "must": found.parsed("must"),
        "must_not": found.parsed("must_not"), "verdicts": [(a, held.get(a.record_key)) for a in shown[:200]], "wanted": wanted,
        "patterns": sorted(((w, c["confirm"], c["dismiss"]) for w, c in patterns.items() if w), key=lambda p: (-p[2], p[0])),
        "missed": measures.missed_by(user, found.indicator), "labels": rulebook.by_labels(user, found), "may_sweep": user.as_role.allows("item.sweep"),
    }  # fmt: skip
    return render(request, "worklist/rule.html", context)
