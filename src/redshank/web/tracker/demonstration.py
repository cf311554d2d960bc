"""What the tracker of a demonstration home holds: the fictional force's positions, through the same acts as people make."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.tracker import acts
from redshank.web.tracker.models import Act, Ask, Recommendation
from redshank.web.tracker.settings import HERE

FIELDS = ("choice", "quality", "why", "text", "more")


def told() -> dict[str, Any]:
    return tomllib.loads((HERE / "demonstration.toml").read_text(encoding="utf-8"))


def force() -> str:
    """The name of the fictional force."""
    return str(told()["force"])


def put() -> int:
    """Once for a home: nothing is added where anybody, or this, has acted before. How many acts were made."""
    if Act.objects.exists():
        return 0
    data = told()
    accounts = {u.username: u for u in User.objects.filter(demonstration=True)}
    rows = {
        f"{'AFI ' if r.kind == 'area' else ''}{r.number}": r
        for r in Recommendation.objects.filter(report__shipped=True)
    }
    today, made = timezone.localdate(), 0
    with transaction.atomic():
        for n, a in enumerate(data["act"]):
            row = rows[a["to"]]
            item = row.asks.get(of=a["of"]).pk if "of" in a else 0
            given = acts.Given(
                f"demonstration:{n}", row.acts.count(), **{f: a.get(f, "") for f in FIELDS} | ({"text": a["figure"]} if "figure" in a else {}),
                on=_on(a, today), until=_until(a, today), owner=accounts.get(a.get("owner", "")), item=item,
            )  # fmt: skip
            act = acts.do(accounts[a.get("by", "demo-safeguarding_lead")], row.pk, a["kind"], given)
            if a.get("next", 0) < 0:  # a day that is past: what is overdue shows
                Ask.objects.filter(pk=act.ask_id).update(next_on=today + timedelta(days=a["next"]))
            made += 1
        report = next(iter(rows.values())).report_id
        acts.of_report(
            accounts["demo-safeguarding_lead"],
            report,
            "published",
            acts.Given("demonstration:p", 0, **data["published"]),
        )
    return made + 1


def _on(a: dict[str, Any], today: date) -> date | None:
    return a.get("on") or (today + timedelta(days=a["in"]) if "in" in a and a["kind"] == "planned" else None)


def _until(a: dict[str, Any], today: date) -> date | None:
    days = a.get("next", a.get("in"))
    return None if days is None else today + timedelta(days=max(days, 1))
