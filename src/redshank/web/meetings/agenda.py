"""The agenda of a sitting: what people raised, with who and why; beside it what the extracts record; and apart from both, as
counts and links, what the night found and nobody has looked at yet (practice rule 20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from redshank.web.flags.models import Act as FlagAct
from redshank.web.flags.models import Flag
from redshank.web.heads.models import Child, Group
from redshank.web.meetings import beside, sittings
from redshank.web.meetings.bodies import BODIES, Body
from redshank.web.meetings.models import Move, Raised, Sitting
from redshank.web.meetings.recorded import RECORDED
from redshank.web.pages import current, words
from redshank.web.pages.around import publication
from redshank.web.pages.today import Block, Told
from redshank.web.worklist import board

GRADES = ("first", "discuss", "", "note")


@dataclass
class Line:
    """One thing on the agenda; ``said``: category and standing, as they must stand beside a name on paper."""

    raised: Raised
    said: str
    decided: Move | None = None


@dataclass
class Agenda:
    body: Body
    sitting: Sitting
    lines: list[Line]
    recorded: list[Block]
    found: list[Told]
    as_of: datetime | None
    not_current: str = ""  # which data are not, or were not when it was held

    @property
    def is_old(self) -> bool:
        """The extracts are older than the body's rhythm (practice rule 15)."""
        return self.as_of is not None and self.sitting.at - self.as_of > self.body.every

    @property
    def stale(self) -> str:
        """What stands on the first line of a page or pack whose extracts are old; or that there are none."""
        if self.as_of is None:
            return "No night has been published: nothing from the records is in this."
        said = f"As recorded {words.moment(self.as_of)}."
        if self.is_old:
            said += f" This is older than the rhythm of this meeting ({words.counted(self.body.every.days, 'day,days')}): what happened since is not here."
        return f"{said} {self.not_current}".strip()


def of(user: Any, sitting: Sitting) -> Agenda:
    """The agenda as this reader sees it."""
    body = BODIES[sitting.meeting]
    as_of = sitting.as_of or publication().as_of
    not_current = sitting.not_current if sitting.state == "held" else current.said()
    return Agenda(
        body, sitting, lines(user, sitting), recorded(user, sitting), found(user), as_of, not_current
    )


def recorded(user: Any, sitting: Sitting) -> list[Block]:
    """The blocks from the extracts that the body has, as far as the reader's role sees such things."""
    before = previous(sitting)
    blocks = [RECORDED[name](user, sitting, before) for name in BODIES[sitting.meeting].recorded]
    return [b for b in blocks if b is not None]


def previous(sitting: Sitting) -> datetime:
    """When the body sat before; one rhythm earlier where nobody kept it."""
    body = BODIES[sitting.meeting]
    rows = Sitting.objects.filter(
        meeting=sitting.meeting, district=sitting.district, state="held", at__lt=sitting.at
    )
    last = rows.order_by("-at").first()
    return last.at if last else sitting.at - body.every


def lines(user: Any, sitting: Sitting) -> list[Line]:
    """What stands before the sitting, the most pressing first, and what was decided at it."""
    rows = Raised.objects.visible_to(user, user.as_role.purpose)
    held: dict[int, Move] = {}
    if sitting.pk:
        decided = Move.objects.visible_to(user, user.as_role.purpose).filter(sitting=sitting)
        held = {m.raised_id: m for m in decided.select_related("by", "owner", "raised__act")}
    keys = {
        *held,
        *rows.filter(pk__in=sittings.agenda_rows(sitting).values("pk")).values_list("pk", flat=True),
    }
    some = list(rows.filter(pk__in=keys).select_related("owner", "by", "act"))
    some.sort(key=lambda r: (GRADES.index(r.grade) if r.grade in GRADES else 2, r.at, r.pk))
    said = standing(user, some)
    return [Line(r, said[r.pk], held.get(r.pk)) for r in some]


def standing(user: Any, rows: list[Raised]) -> dict[int, str]:
    """Beside each: what it is, the signals as the night proposes them, and by whom a flag is confirmed, if by anybody."""
    purpose = user.as_role.purpose
    people = {r.person_id for r in rows if r.person_id}
    groups = {r.group_id for r in rows if r.group_id}
    records = {r.record_key for r in rows if r.record_key}
    children = {c.person_id: c for c in Child.objects.visible_to(user, purpose).filter(person_id__in=people)}
    strengths = dict(
        Group.objects.visible_to(user, purpose)
        .filter(group_id__in=groups)
        .values_list("group_id", "strength")
    )
    flags = Flag.objects.visible_to(user, purpose).filter(
        ident__in=people | groups | records, state="confirmed"
    )
    acts = FlagAct.objects.visible_to(user, purpose).filter(flag__in=flags.values("pk"), kind="confirmed")
    confirmed = {a.flag.ident: a for a in acts.select_related("by", "flag").order_by("at", "pk")}
    out, around = {}, beside.told(user, rows)
    for r in rows:
        parts = [words.word(r.about, "about")]
        if (c := children.get(r.person_id)) is not None:
            parts += sorted({x for x in (c.sexual, c.criminal) if x.startswith("signals")}) or [
                "none found in what was read"
            ]
        if r.group_id in strengths:
            parts.append(f"{strengths[r.group_id]} evidence")
        f = confirmed.get(r.person_id or r.group_id or r.record_key or "-")
        if f is not None:
            parts.append(f"confirmed by {f.by.name} on {words.day(f.at)}")
        elif r.about in ("child", "group", "place", "record", "line"):
            parts.append("proposed")
        out[r.pk] = ", ".join([*parts, *around[r.pk]])
    return out


def found(user: Any) -> list[Told]:
    """Found, and not yet looked at by anybody: counts and links, no names."""
    role, out = user.as_role, []
    if role.allows("see.items"):
        counts = board.look(user, dict.fromkeys(board.FILTERS, "")).counts
        for state, said in (
            ("open", "to look at on the worklist"),
            ("returned", "back on the worklist with something new"),
        ):
            if n := counts[state]:
                link = f"{reverse('worklist')}?{urlencode({'status': state})}"
                out.append(Told(f"{words.counted(n, 'thing,things')} {said}", link))
    if role.allows("see.groups"):
        raised = Raised.objects.visible_to(user, role.purpose).exclude(group_id="").values("group_id")
        rows = Group.objects.visible_to(user, role.purpose).exclude(group_id__in=raised)
        flagged = Flag.objects.visible_to(user, role.purpose).filter(about="group").values("ident")
        if n := rows.exclude(group_id__in=flagged).count():
            out.append(
                Told(
                    f"{words.counted(n, 'proposed group,proposed groups')} that nobody raised or flagged",
                    reverse("groups"),
                )
            )
    return out
