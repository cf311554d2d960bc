"""What may be raised and to which body. What is raised twice stands once: the second word is added to the first."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.web.access.models import Standing
from redshank.web.accounts.models import User
from redshank.web.concerns.models import Concern
from redshank.web.heads.models import Line, Record
from redshank.web.heads.moved import ids_of
from redshank.web.meetings import sittings
from redshank.web.meetings.bodies import ABOUT, BODIES, BY_HAND, Body
from redshank.web.meetings.models import Move, Raised
from redshank.web.meetings.models.about import folded
from redshank.web.pages.around import publication
from redshank.web.policy.names import names_hidden
from redshank.web.policy.sight import sight_of
from redshank.web.worklist.items import MODELS, thing_of
from redshank.web.worklist.models import Act


class NotAllowed(Exception):
    """A rule is in the way; the text says which."""


class ChooseSight(NotAllowed):
    """What is raised rests in part on handling C, and nobody said with which records it goes."""


@dataclass(frozen=True)
class Subject:
    """What stands before a body, as one person saw it when they raised it."""

    about: str
    ident: str
    title: str
    closed: bool = False
    person_id: str = ""
    records: tuple[str, ...] = ()
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def sets(self) -> dict[str, Any]:
        return {
            "about": self.about, "ident": self.ident, "title": self.title[:300], "closed": self.closed, "person_id": self.person_id,
            "group_id": self.ident if self.about == "group" else "", "record_key": self.ident if self.about == "record" else "",
        }  # fmt: skip


def subject(user: Any, about: str, ident: str) -> Subject | None:
    """The thing as this person sees it, or nothing."""
    if about in MODELS:
        thing = thing_of(user, about, ident)
        if thing is None:
            return None
        person = ident if about == "child" else ""
        return Subject(about, ident, thing.title, thing.closed, person, thing.records, _stood(thing.records))  # fmt: skip
    if about == "line":
        line = Line.objects.visible_to(user, user.as_role.purpose).filter(line_ref=ident).first()
        return (
            Subject(about, ident, f"County line {line.name}", line.rests_on_c, shown=_stood())
            if line
            else None
        )
    if about == "concern" and ident.isdecimal() and len(ident) < 10:
        found = Concern.objects.visible_to(user, user.as_role.purpose).filter(pk=int(ident)).first()
        if found is None:
            return None
        of = found.child_name or found.place or "no name given"
        return Subject(about, ident, f"A concern that was raised: {of}", person_id=found.person_id)
    return None


def _stood(records: tuple[str, ...] = ()) -> dict[str, Any]:
    """What stood before a person, to be shown again later (practice rule 6)."""
    state = publication()
    return {"records": list(records), "run": state.current_run, "as_of": state.as_of}


def by_hand(about: str, title: str, once: str) -> Subject:
    """A peer group, a school, an online space or a workstream, as a person names it."""
    return Subject(about, "hand-" + hashlib.sha256(once.encode()).hexdigest()[:12], title)


def bodies_for(user: Any, about: str) -> list[Body]:
    """To which bodies this person may raise such a thing."""
    seen = about in BY_HAND or user.as_role.allows(f"see.{ABOUT.get(about, '')}")
    if not seen or not user.as_role.allows("meeting.raise"):
        return []
    return [b for b in BODIES.values() if user.role in b.raisers and about in b.about]


def present() -> Any:
    """Accounts of people who are there: active, and not past the day on which they left the role."""
    gone = Standing.objects.filter(left_on__lte=timezone.localdate()).values("user")
    return User.objects.filter(is_active=True).exclude(pk__in=gone)


def owners(body: Body, about: str) -> list[User]:
    """Who may own such a thing before this body: whoever works in it, settles things and sees this kind."""
    from redshank.web.accounts.roles import ROLES

    kinds = ["raised.settle", "see.raised", *([f"see.{ABOUT[about]}"] if about in ABOUT else [])]
    roles = [k for k in body.roles if all(ROLES[k].allows(p) for p in kinds)]
    return list(present().filter(role__in=roles).order_by("name", "username"))


def can_own(user: Any, raised: Raised | Subject) -> bool:
    """Whether this person may settle such a thing and has it in sight; what was raised may have gone from the run since."""
    if not user.as_role.allows("raised.settle") or not present().filter(pk=user.pk).exists():
        return False
    if isinstance(raised, Raised) and raised.pk:
        rows = Raised.objects.visible_to(user, user.as_role.purpose)
        if rows.filter(pk=raised.pk).exists():
            return True
    if raised.about in BY_HAND or subject(user, raised.about, raised.ident) is not None:
        return True
    return raised.about == "child" and _may_know(user, raised)


def _may_know(user: Any, child: Raised | Subject) -> bool:
    """A child whom the night did not find, of the records or written by hand, is known to all but whom policy keeps from it."""
    role, hidden = user.as_role, sight_of(user).hidden
    if role.scope != "all" or not role.allows("see.children") or (child.closed and not role.cleared):
        return False
    if child.person_id in hidden.get("person", set()) | hidden.get("child", set()):
        return False
    return not names_hidden(user).named_in(folded(child.title))


def owner_by_default(user: Any, body: Body, of: Subject | Raised) -> User:
    """Whoever raises it, where they may settle it; else the body's clerk or chair.

    Raises:
        NotAllowed: nobody works for the body who may see this.
    """
    if can_own(user, of):
        found: User = user
        return found
    for role in (*body.clerk, *body.chair):
        for one in present().filter(role=role).order_by("name", "username"):
            if can_own(one, of):
                return one
    raise NotAllowed(f"Nobody who works for the {body.short} may see this: ask the safeguarding lead")


def check_the_chair(body: Body, of: Subject | Raised) -> None:
    """A place with fewer than three children is not for every chair's role (practice rule 10): such a chair would sit before
    an agenda with a line that only others read.

    Raises:
        NotAllowed: nobody who has the body's chair sees this place.
    """
    from redshank.web.accounts.roles import ROLES

    chairs = list(present().filter(role__in=body.chair)) if of.about == "place" else []
    if chairs and not any(subject(one, of.about, of.ident) for one in chairs):
        takes = [
            b.short for b in BODIES.values() if "place" in b.about and any(ROLES[r].small for r in b.chair)
        ]
        raise NotAllowed(
            f"Fewer than three children are tied to this place, so the chair of the {body.short} does not see it. "
            f"Whose chair does: {', '.join(takes) or 'none'}"
        )


def in_open(of: Subject, roles: Iterable[str]) -> Subject | None:
    """The same thing as those of some roles see it who are not cleared: without what rests on handling C (practice rule 12)."""
    from redshank.web.accounts.roles import ROLES

    sees_open = [r for r in roles if ROLES[r].scope == "all" and not ROLES[r].cleared]
    rows = present().filter(role__in=sees_open).order_by("name", "username")
    return next((seen for one in rows if (seen := subject(one, of.about, of.ident)) is not None), None)


def for_the_chair(body: Body, of: Subject) -> Subject:
    """The same thing as its open records show it, in sight of whoever has the body's chair.

    Raises:
        NotAllowed: its open records show nothing of it, or nothing to such a chair.
    """
    from redshank.web.accounts.roles import ROLES

    seen = in_open(of, body.chair if chairs_not_cleared([body]) else ROLES)
    if seen is None:
        raise NotAllowed(f"Whoever has the chair of the {body.short} sees nothing of it in the open records")
    return seen


def as_chosen(body: Body, of: Subject, sight: str) -> Subject:
    """What goes before a body: ``open`` as its open records show it, ``closed`` with what rests on handling C.

    Raises:
        ChooseSight: it rests on handling C in part, and neither was chosen.
        NotAllowed: whoever has the chair would not see it.
    """
    if of.closed and sight not in ("open", "closed"):
        raise ChooseSight("Choose with which records it is raised")
    if of.closed and sight == "open":
        of = for_the_chair(body, of)
    check_the_chair(body, of)
    return of


def blind(bodies: list[Body], of: Subject | None) -> list[str]:
    """Bodies whose chair does not see what rests on handling C, where something of it does."""
    return [b.short for b in chairs_not_cleared(bodies)] if of is not None and of.closed else []


def chairs_not_cleared(bodies: list[Body]) -> list[Body]:
    from redshank.web.accounts.roles import ROLES

    return [b for b in bodies if not any(ROLES[r].cleared for r in b.chair)]


def districts(user: Any) -> list[str]:
    """The districts that records in sight name: each the next one after the last, which the index answers at once."""
    rows = _with_district(user)
    out: list[str] = []
    while (found := rows.filter(district__gt=out[-1] if out else "").first()) is not None:
        out.append(found)
    return out


def own_district(user: Any) -> str:
    """The district that a person's account names, else the first of the records."""
    rows = _with_district(user)
    if user.district and rows.filter(district=user.district).exists():
        return str(user.district)
    return rows.first() or ""


def _with_district(user: Any) -> Any:
    rows = Record.objects.visible_to(user, user.as_role.purpose).filter(district__gt="")
    return rows.order_by("district").values_list("district", flat=True)


def district_of(user: Any, of: Subject) -> str:
    """Where most of its records lie; nothing where none says."""
    rows = Record.objects.visible_to(user, user.as_role.purpose).filter(key__in=of.records[:500])
    counts = Counter(d for d in rows.values_list("district", flat=True) if d)
    return max(counts, key=lambda d: (counts[d], d)) if counts else ""


def raise_to(
    user: Any, of: Subject, body: Body, why: str, once: str, *, owner: User | None = None, district: str = "", grade: str = "",
    act: Act | None = None, origin: str = "", part_of: Raised | None = None,
) -> tuple[Raised, bool]:  # fmt: skip
    """Puts a thing before a body, with who and why; whether it stands there only now."""
    if body.by_district and not district:
        raise NotAllowed("Choose the district whose meeting takes it")
    district = district if body.by_district else ""
    now = timezone.now()
    made = Raised(
        **of.sets, act=act, origin=origin, part_of=part_of, by=user, role=user.role, at=now, why=why, once=once[:80], meeting=body.key, began=body.key,
        district=district, grade=grade, owner=owner or owner_by_default(user, body, of), next_on=sittings.next_time(body, now, district),
        shown=json.dumps(of.shown, default=str), folded=folded(of.title, why),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
        return made, True
    except IntegrityError:
        if (same := Raised.objects.filter(once=made.once).first()) is not None:
            return same, False
    return _again(user, made), False


def _again(user: Any, made: Raised) -> Raised:
    """It stands there already: who raised it now, and why, is added to it."""
    with transaction.atomic():
        rows = Raised.objects.select_for_update().filter(closed_at__isnull=True, meeting=made.meeting)
        stands = rows.get(about=made.about, ident=made.ident, closed=made.closed)
        if not Move.objects.filter(once=made.once).exists():
            stands.next_on = min(stands.next_on, made.next_on)
            stands.folded += folded(made.why)
            Move(
                raised=stands, kind="again", by=user, role=user.role, why=made.why, once=made.once, owner=stands.owner, next_on=stands.next_on,
                meeting=stands.meeting, shown=made.shown,
            ).save(force_insert=True)  # fmt: skip
            stands.save(update_fields=["next_on", "folded"])
    return stands


def way(user: Any, about: str, ident: str) -> list[Raised]:
    """Everything that was raised about a thing, the newest first, as far as this person may see it; also under ids that went
    into its own."""
    rows = Raised.objects.visible_to(user, user.as_role.purpose)
    rows = rows.filter(about=about, ident__in=ids_of(user, about, ident))
    return list(rows.select_related("owner", "by", "act").order_by("closed_at", "-at"))
