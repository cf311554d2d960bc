"""Puts what ships in place: the report of December 2023 with its recommendations, without any position of a force."""

from __future__ import annotations

import tomllib
from typing import Any

from django.db import transaction

from redshank.web.tracker.models import Recommendation, Report
from redshank.web.tracker.settings import HERE


def told() -> dict[str, Any]:
    return tomllib.loads((HERE / "recommendations.toml").read_text(encoding="utf-8"))


def put(using: str = "default") -> None:
    """What is missing is added. What stands is left as people made it: a checked text or date is never overwritten."""
    data = told()
    report = data["report"]
    with transaction.atomic(using=using):
        of, _ = Report.objects.using(using).get_or_create(
            key=report["key"], defaults=report | {"shipped": True}
        )
        for place, row in enumerate(data["recommendation"], 1):
            assessed = data["assessed"] if row.get("assessed") else {}
            Recommendation.objects.using(using).get_or_create(
                report=of, kind=row.get("kind", "recommendation"), number=row["number"],
                defaults={
                    "place": place, "addressees": row["addressees"], "for_forces": row["for_forces"], "text": row["text"], "text_is": row["text_is"],
                    "deadline": row.get("deadline"), "deadline_words": row.get("deadline_words", ""), "due": row.get("deadline"),
                    "assessed": row.get("assessed", ""), "assessed_source": "; ".join(assessed.values()),
                },
            )  # fmt: skip
