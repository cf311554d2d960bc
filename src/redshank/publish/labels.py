"""Training labels into the rules' measure: what the rules in force found of each, and nothing of its text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from redshank.signals import labels as reading
from redshank.signals.ready import rulebook


def take(home: Path, path: Path) -> dict[str, Any]:
    """Reads a file, measures the rules by it, keeps the outcome. The same file again, after the rules changed, measures anew."""
    from redshank.publish.accounts import _ready

    labels, aside = reading.read(path)
    found = reading.found_in(labels)
    _ready(home)
    return keep(labels, found) | {"aside": [vars(a) for a in aside]}


def keep(labels: list[reading.Label], found: list[list[str]]) -> dict[str, Any]:
    """Keeps each label by its hash; where two people differ on one, the later word stands."""
    from django.db import transaction

    from redshank.publish import rules
    from redshank.web.worklist.models import Labelled

    version = {r.id: r.version for r in rulebook().indicators}
    rules.write()
    new = 0
    with transaction.atomic():
        for label, hit in zip(labels, found, strict=True):
            told = {"indicator": label.indicator, "is_so": label.is_so, "by_words": label.by, "found": json.dumps([[r, version.get(r, 0)] for r in hit])}  # fmt: skip
            new += Labelled.objects.update_or_create(mark=label.mark, defaults=told)[1]
    right = sum(label.is_so for label in labels)
    return {
        "labels": len(labels), "new": new, "state_it": right, "found": sum(bool(h) for x, h in zip(labels, found, strict=True) if x.is_so),
        "wrongly_found": sum(bool(h) for x, h in zip(labels, found, strict=True) if not x.is_so),
    }  # fmt: skip
