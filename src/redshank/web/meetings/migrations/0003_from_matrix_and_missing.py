"""Children raised from an edition, and referrals to MACE, stand before the meetings with all that became of them."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations

LONDON = ZoneInfo("Europe/London")
#: What became of a referral → what becomes of anything that was raised; that it was raised is the thing itself.
KINDS = {"handed_on": "moved", "moved": "moved", "closed": "closed"}


def _at(day: date | None) -> datetime | None:
    """A date held to its end; before the meetings it is a moment."""
    return datetime.combine(day, time(23, 59), LONDON) if day else None


def from_matrix(apps: Any, schema: Any) -> None:
    rows = apps.get_model("matrix", "Row").objects
    for r in apps.get_model("matrix", "Raised").objects.order_by("pk"):
        row = rows.filter(edition=r.edition_id, ident=r.ident).order_by("-in_full", "pk").first()
        _stands(
            apps, r, list(r.moves.order_by("at", "pk")), f"matrix:{r.pk}", "four_weekly", r.ident, row.person_id, row.name, r.closed_at,
            closed=r.closed, origin=f"edition:{r.edition_id}",
        )  # fmt: skip


def from_missing(apps: Any, schema: Any) -> None:
    for r in apps.get_model("missing", "Referral").objects.order_by("pk"):
        acts = list(r.acts.exclude(kind="raised").order_by("at", "pk"))
        ends = acts[-1].at if r.state == "closed" else None
        _stands(
            apps, r, acts, f"missing:{r.pk}", "mace", r.person_id, r.person_id, r.name, ends, origin="missing", shown=r.shown
        )  # fmt: skip


def _stands(
    apps: Any, old: Any, acts: list[Any], once: str, meeting: str, ident: str, person: str, name: str, ends: datetime | None, **more: Any
) -> None:  # fmt: skip
    """One thing and its moves; where it stands before the body already it is closed into what stands there."""
    from redshank.web.policy.names import fold

    new, moves = apps.get_model("meetings", "Raised").objects, apps.get_model("meetings", "Move").objects
    first = new.filter(
        meeting=meeting, about="child", ident=ident, closed=more.get("closed", False), closed_at=None
    )
    into = first.first() if ends is None else None
    said = [getattr(m, "why", "") or getattr(m, "text", "") for m in acts]
    made = new.create(
        about="child", ident=ident, person_id=person, title=name, by_id=old.by_id, role=old.by.role, at=old.at, why=old.why, once=once,
        meeting=meeting, began=meeting, owner_id=old.owner_id, next_on=_at(old.next_on), closed_at=old.at if into else ends,
        folded=fold(" ".join([name, old.why, *said])), **more,
    )  # fmt: skip
    for m, why in zip(acts, said, strict=True):
        moves.create(
            raised=made, kind=KINDS[m.kind], by_id=m.by_id, role=m.role, at=m.at, why=why, once=f"{once}:{m.pk}",
            owner_id=m.owner_id or old.owner_id, next_on=_at(m.next_on), meeting=meeting,
        )  # fmt: skip
    if into:
        moves.create(
            raised=made, kind="merged", into=into, by_id=old.by_id, role=old.by.role, why="It stood before the meeting already", once=f"{once}:up",
            owner_id=old.owner_id, meeting=meeting,
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0002_from_the_worklist"),
        ("matrix", "0002_what_became_of_it"),
        ("missing", "0001_initial"),
    ]
    operations = [
        migrations.RunPython(from_matrix, migrations.RunPython.noop),
        migrations.RunPython(from_missing, migrations.RunPython.noop),
    ]
