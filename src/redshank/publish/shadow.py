"""A list of a force's existing scan into a sample that is read blind: beside which Redshank runs for some weeks."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from redshank.errors import DeliveryRefused, NotPermitted, UsageError

COLUMNS = ("record_type", "record_ref")


def read(path: Path) -> list[str]:
    """Keys of the records that the scan named, each once. Other columns are not looked at."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if missing := [c for c in COLUMNS if c not in (rows.fieldnames or ())]:
                raise DeliveryRefused(f"{path.name} has no column {' and no column '.join(missing)}.", "Its first line names record_type and record_ref.")  # fmt: skip
            keys: dict[str, None] = {}
            for row in rows:
                kind, ref = ((row[c] or "").strip() for c in COLUMNS)
                if not kind or not ref:
                    raise DeliveryRefused(f"{path.name}, line {rows.line_num}: record_type or record_ref is empty.", "Each line names one record.")  # fmt: skip
                keys[f"{kind}:{ref}"] = None
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).", "Name the scan's list, a CSV file.") from error  # fmt: skip
    except (UnicodeDecodeError, csv.Error) as error:
        raise DeliveryRefused(f"{path.name} is no CSV file in UTF-8.", "Export it again.") from error
    return list(keys)


def take(home: Path, path: Path, username: str, since: date, until: date, size: int, seed: str = "") -> dict[str, Any]:  # fmt: skip
    """Draws the sample as this account, whose role has to draw reviews. The same list and days again change nothing."""
    from redshank.publish.accounts import _ready

    keys = read(path)
    _ready(home)
    return draw(keys, username, since, until, size, seed)


def draw(keys: list[str], username: str, since: date, until: date, size: int, seed: str = "") -> dict[str, Any]:  # fmt: skip
    """The same, of a list that was read."""
    from django.db import transaction

    from redshank.web.accounts.models import User
    from redshank.web.audits import acts
    from redshank.web.audits.programmes import LIMITS, SHADOW
    from redshank.web.trail.write import note

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise UsageError(f"--as {username}: there is no such account", "name who draws the sample")
    if not user.as_role.allows("audit.draw"):
        raise NotPermitted(f"--as {username}: this role draws no sample", f"roles are: {', '.join(sorted(SHADOW.draws))}")  # fmt: skip
    if not 1 <= size <= LIMITS.size:
        raise UsageError(f"--size {size}", f"a whole number from 1 to {LIMITS.size}")
    once = hashlib.sha256("\n".join([since.isoformat(), until.isoformat(), *sorted(keys)]).encode()).hexdigest()[:40]  # fmt: skip
    try:
        with transaction.atomic():
            made, is_new, among = acts.shadow(user, keys, seed or once[:8], size, since, until, once)
            if is_new:
                told = {"programme": SHADOW.key, "seed": made.seed, "size": made.size, "listed": len(keys)}
                note(
                    SimpleNamespace(headers={}),
                    "collection",
                    "sample of a review",
                    str(made.pk),
                    told,
                    user=user,
                )
    except acts.NotAllowed as reason:
        raise UsageError(f"{reason}.", "Give other days, or another account.") from reason
    return {
        "sample": made.pk, "new": is_new, "listed": len(keys), "among_records": among, "drawn": made.items.count(), "records": made.parsed("frame"),
    }  # fmt: skip
