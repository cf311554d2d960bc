"""The register as lists: filters, counts by option in the toolkit's order, counts per area. No ranking (rule 22)."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from redshank.web.disruption.models import DECISIONS, Measure
from redshank.web.disruption.options import TOOLKIT, today

#: What a reader may ask the register for beside option, decision and district.
DUE = {"expiring": "Expires within 7 days", "expired": "Has expired", "review": "Review overdue"}


def rows_of(user: Any) -> Any:
    return Measure.objects.visible_to(user, user.as_role.purpose).select_related("lead", "by")


def of_subject(user: Any, kind: str, ids: list[str]) -> list[Measure]:
    """The rows about one subject, oldest first; ``ids``: its id, and those of older runs that went into it."""
    return list(rows_of(user).filter(kind=kind, ident__in=ids).order_by("at", "id"))


def expiring(rows: Any) -> Any:
    """Orders in use that expire within the days that are configured, today's first."""
    return rows.filter(decision="used", expires_on__gte=today(), expires_on__lte=today() + TOOLKIT.soon).order_by("expires_on", "id")  # fmt: skip


def late(rows: Any) -> Any:
    """Rows of which the review is past its day."""
    return rows.filter(review_on__lt=today()).order_by("review_on", "id")


def filtered(user: Any, asked: dict[str, str]) -> Any:
    """The rows that fit; an unknown value of a filter asks for nothing."""
    rows = rows_of(user)
    if asked.get("option"):
        rows = rows.filter(option=asked["option"])
    if asked.get("decision") in DECISIONS:
        rows = rows.filter(decision=asked["decision"])
    if asked.get("district"):
        rows = rows.filter(district=asked["district"])
    if asked.get("outcome") in TOOLKIT.outcomes:
        rows = rows.filter(outcome=asked["outcome"])
    if asked.get("mine"):
        rows = rows.filter(lead=user)
    if asked.get("due") == "expiring":
        rows = expiring(rows)
    elif asked.get("due") == "expired":
        rows = rows.filter(decision="used", expires_on__lt=today())
    elif asked.get("due") == "review":
        rows = late(rows)
    return rows


def counts(user: Any) -> list[dict[str, Any]]:
    """Options that stand in the register, in the toolkit's order: how many of each decision and outcome, to be opened."""
    by: dict[str, Counter[str]] = {}
    names: dict[str, tuple[int, str]] = {}
    fields = ("option", "option_name", "place_in_order", "decision", "outcome")
    for code, name, order, decision, outcome in rows_of(user).order_by("id").values_list(*fields):
        names[code] = (order, name)
        by.setdefault(code, Counter()).update([decision, *([f"outcome:{outcome}"] if outcome else [])])
    out = []
    for code in sorted(by, key=lambda c: names[c]):
        n = by[code]
        cells = [(d, n[d], urlencode({"option": code, "decision": d})) for d in DECISIONS]
        ends = [(words, n[f"outcome:{k}"], urlencode({"option": code, "outcome": k})) for k, words in TOOLKIT.outcomes.items() if n[f"outcome:{k}"]]  # fmt: skip
        out.append({"code": code, "name": names[code][1], "n": sum(c[1] for c in cells), "cells": cells, "outcomes": ends})  # fmt: skip
    return out


def few(n: int) -> str:
    """A count per area as it is said: small numbers are not told."""
    return str(n) if n == 0 or n >= TOOLKIT.few else f"fewer than {TOOLKIT.few}"


def per_area(user: Any) -> list[dict[str, Any]]:
    """Districts by name: how many options were recorded and used there, small numbers as "fewer than".

    There is no sum: it would give away the one small number beside it.
    """
    recorded: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for district, decision in rows_of(user).values_list("district", "decision"):
        recorded[district] += 1
        used[district] += decision == "used"
    return [{"district": d or "No district recorded", "recorded": few(recorded[d]), "used": few(used[d])} for d in sorted(recorded)]  # fmt: skip


def districts(user: Any) -> list[str]:
    return sorted({d for d in rows_of(user).values_list("district", flat=True) if d})
