"""What people did, from the database by plain SQL."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from .told import Told, column, n
from .world import World, moment

STRANDS = {"pursue": "Pursue", "prevent": "Prevent", "protect": "Protect", "prepare": "Prepare"}
STATES = {"open": "Open", "started": "Under way", "complete": "Complete", "failed": "Could not be done", "withdrawn": "Withdrawn"}  # fmt: skip
VISITS = {"ordinary": "Ordinary visit", "test": "Test visit"}
OPTIONS = {
    "considered": "Considered, not decided yet", "used": "Used", "refused": "Applied for and refused", "not_used": "Not used",
}  # fmt: skip
ASKED = {
    "open": "waits for an answer", "partly": "partly given", "received": "received", "refused": "refused",
    "withdrawn": "no longer asked for",
}  # fmt: skip
REFERRED = {
    "threshold": "waits for the threshold answer", "strategy": "waits for the strategy discussion", "outcome": "waits for the outcome",
    "closed": "closed with its outcome", "withdrawn": "withdrawn by the agency",
}  # fmt: skip
CONCERNS = {
    "waiting": "Waits for an answer", "taken_up": "Taken up", "nothing_follows": "Nothing follows",
    "passed_outside": "Passed to another body",
}  # fmt: skip
BODIES = {"daily": "Daily management meeting", "four_weekly": "Four-weekly intelligence meeting"}


def _of(w: World, table: str, at: str = "at") -> list[dict[str, Any]]:
    rows = w.s.sql(f"SELECT * FROM {table} ORDER BY id")
    return [r for r in rows if w.within(moment(r[at]) if len(r[at]) > 10 else date.fromisoformat(r[at]))]


def actions(w: World) -> Told:
    """Overdue: still open on a day after that on which it was due; the day is that of the extracts."""
    rows = _of(w, "meetings_action")
    late = sum(
        r["state"] in ("open", "started") and date.fromisoformat(r["due"]) < w.s.as_of.date() for r in rows
    )
    counts = Counter((STRANDS[r["strand"]], head) for r in rows for head in ("Actions", STATES[r["state"]]))
    return Told(
        f"{n(len(rows))} actions were given in the period; {n(late)} of them are overdue.",
        [(strand, head, n(c)) for (strand, head), c in counts.items()],
    )


def options(w: World) -> Told:
    rows = _of(w, "disruption_measure")
    used = sum(r["decision"] == "used" for r in rows)
    counts = Counter((r["option_name"], OPTIONS[r["decision"]]) for r in rows)
    return Told(
        f"{n(len(rows))} options were considered in the period; {n(used)} were used.",
        [(name, head, n(c)) for (name, head), c in counts.items()],
    )


def raised(w: World) -> Told:
    rows = _of(w, "meetings_raised")
    closed = sum(r["closed_at"] is not None for r in rows)
    counts = Counter(r["began"] for r in rows)
    return Told(
        f"{n(len(rows))} things were raised in the period, of which {n(closed)} are closed by a decision.",
        column("Raised", [(BODIES.get(k, k), c) for k, c in counts.items()]),
    )


def asks(w: World) -> Told:
    rows = _of(w, "sharing_ask")
    given = sum(r["state"] in ("received", "partly") for r in rows)
    refused = sum(r["state"] == "refused" for r in rows)
    counts = Counter((r["agency"], ASKED[r["state"]]) for r in rows)
    return Told(
        f"Agencies were asked {n(len(rows))} times; {n(given)} were answered with data, {n(refused)} refused.",
        [(agency, head, n(c)) for (agency, head), c in counts.items()],
    )


def makesafe(w: World) -> Told:
    visits, trainings = _of(w, "makesafe_visit", "on"), _of(w, "makesafe_training", "on")
    return Told(
        f"{n(len(visits))} visits and {n(len(trainings))} trainings took place in the period.",
        column("Visits", Counter(VISITS[v["kind"]] for v in visits).items()),
    )


def concerns(w: World) -> Told:
    rows = _of(w, "concerns_concern")
    counts = Counter(CONCERNS[r["state"]] for r in rows)
    return Told(f"{n(len(rows))} concerns were raised in the period.", column("Concerns", counts.items()))


def referrals(w: World) -> Told:
    rows = _of(w, "sharing_referral", "received_at")
    counts = Counter(REFERRED[r["waits"]] for r in rows)
    return Told(f"{n(len(rows))} referrals were received in the period.", column("Referrals", counts.items()))


FIGURES = {
    "actions": actions,
    "options": options,
    "raised": raised,
    "asks": asks,
    "makesafe": makesafe,
    "concerns": concerns,
    "referrals": referrals,
}
