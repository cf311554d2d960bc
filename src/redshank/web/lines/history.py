"""A line through the published nights: its score and tier in each, and what changed. The heads keep every version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redshank.web.heads.models import Behind, Line, Published
from redshank.web.lines.standing import Standing
from redshank.web.policy.sight import sight_of


@dataclass
class Night:
    """One published night in which something about the line changed; ``line`` is None where it was gone."""

    run: int
    as_of: datetime | None
    line: Line | None
    said: list[str]


def versions(user: Any, refs: list[str]) -> dict[str, list[Line]]:
    """Every version of these lines in this reader's edition, the oldest first. Who may see the line was asked before;
    where a record that is hidden ever stood behind it, its past tells nothing (practice rule 13)."""
    edition = {"in_full": True} if user.as_role.cleared else {"in_open": True}
    if hidden := sight_of(user).hidden.get("record"):
        behind = set(
            Behind.objects.filter(kind="line", record_key__in=hidden).values_list("ident", flat=True)
        )
        refs = [r for r in refs if r not in behind]
    out: dict[str, list[Line]] = {ref: [] for ref in refs}
    for row in Line.objects.filter(line_ref__in=refs, **edition).order_by("valid_from", "pk"):
        out[row.line_ref].append(row)
    return out


def changes(before: Line | None, now: Line | None) -> list[str]:
    """What differs between two nights, in sentences."""
    if now is None:
        return ["The register's extract holds it no longer"] if before is not None else []
    if before is None:
        return ["Found"]
    out = []
    pairs = (
        ("Score", before.score, now.score), ("Tier", before.band, now.band), ("Use of sexual exploitation", before.use, now.use),
        ("Status by the register", before.status, now.status), ("The force's own score", before.force_score, now.force_score),
        ("The force's own band", before.force_band, now.force_band),
    )  # fmt: skip
    for what, was, is_now in pairs:
        if was != is_now:
            out.append(f"{what}: {_said(was)}, then {_said(is_now)}")
    then, told = ([r["text"] for r in x.parsed("reasons")] for x in (before, now))
    out += [f"New reason: {t}" for t in told if t not in then]
    return out + [f"No longer a reason: {t}" for t in then if t not in told]


def _said(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value) if value not in (None, "") else "none"


def nights(user: Any, s: Standing) -> list[Night]:
    """The newest first; nights in which nothing changed are left out."""
    run_at = dict(Published.objects.values_list("run", "as_of"))
    out: list[Night] = []
    last: Line | None = None
    for row in versions(user, [s.ref])[s.ref]:
        if last is not None and last.valid_to is not None and last.valid_to < row.valid_from:
            out.append(Night(last.valid_to, run_at.get(last.valid_to), None, changes(last, None)))
            last = None
        if said := changes(last, row):
            out.append(Night(row.valid_from, run_at.get(row.valid_from), row, said))
        last = row
    if last is not None and last.valid_to is not None and s.line is None:
        out.append(Night(last.valid_to, run_at.get(last.valid_to), None, changes(last, None)))
    return out[::-1]


def since(user: Any, found: list[Standing], run: int) -> dict[str, tuple[Line | None, Line | None]]:
    """Reference → the line as it stood in a run and as it stands now; those in which nothing changed are left out."""
    now = {s.ref: s.line for s in found}
    out = {}
    for ref, rows in versions(user, list(now)).items():
        then = next(
            (r for r in rows if r.valid_from <= run and (r.valid_to is None or r.valid_to > run)), None
        )
        if changes(then, now[ref]):
            out[ref] = (then, now[ref])
    return out
