"""What the worklist raised or held stands before the meetings, with all that became of it."""

from typing import Any

from django.db import migrations

ABOUT = ("about", "ident", "group_id", "person_id", "record_key", "title", "closed")


def copy(apps: Any, schema: Any) -> None:
    """A thing that had been raised twice stood twice: the later one is closed into the first, as it would be now."""
    from redshank.web.policy.names import fold

    old, new, moves = (
        apps.get_model("worklist", "Raised"),
        apps.get_model("meetings", "Raised"),
        apps.get_model("meetings", "Move"),
    )
    stands: dict[tuple[Any, ...], Any] = {}
    for r in old.objects.select_related("act", "act__by").order_by("pk"):
        key = (r.meeting, r.about, r.ident, r.closed)
        ends, first = r.closed_at, stands.get(key)
        if ends is None and first is not None:
            ends = r.act.at
        made = new.objects.create(
            **{n: getattr(r, n) for n in ABOUT},
            act_id=r.act_id,
            by_id=r.act.by_id,
            role=r.act.role,
            at=r.act.at,
            why=r.act.why,
            shown=r.act.shown,
            once=f"act:{r.act_id}",
            meeting=r.meeting,
            began=r.meeting,
            grade=r.grade,
            owner_id=r.owner_id,
            next_on=r.next_on,
            closed_at=ends,
            folded=fold(f"{r.title} {r.act.why}"),
        )
        for m in r.moves.order_by("at", "pk"):
            moves.objects.create(
                raised=made,
                kind=m.kind,
                by_id=m.by_id,
                role=m.role,
                at=m.at,
                why=m.why,
                once=m.once,
                owner_id=m.owner_id,
                next_on=m.next_on,
                meeting=r.meeting,
            )
        if r.closed_at is None and first is not None:
            moves.objects.create(
                raised=made,
                kind="merged",
                into=first,
                by_id=r.act.by_id,
                role=r.act.role,
                why="It stood before the meeting already",
                once=f"up:{r.pk}",
                owner_id=r.owner_id,
                meeting=r.meeting,
            )
        elif ends is None:
            stands[key] = made


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]
    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
