"""What the meetings put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from redshank.web.meetings import leavers, lists, raising, sittings, terms
from redshank.web.meetings.bodies import BODIES, bodies_of
from redshank.web.meetings.models import Action, Commission
from redshank.web.meetings.tags import meeting_words
from redshank.web.meetings.views.raised import sitting_url
from redshank.web.pages import words
from redshank.web.pages.today import SHOWN, Block, Told


def _raised(user: Any, title: str, **asked: str) -> Block:
    rows = lists.asked_for(user, asked).order_by("next_on", "pk")
    lines = [
        Told(
            r.title, reverse("raised-one", args=[r.pk]),
            f"{meeting_words(r.meeting)}, {words.moment(r.next_on)}; raised by {r.by.name}, owner {r.owner.name}",
        )
        for r in rows[:SHOWN]
    ]  # fmt: skip
    return Block(title, lines, rows.count(), f"{reverse('raised')}?{urlencode(asked)}")


def raised_unanswered(user: Any, purpose: str) -> Block:
    return _raised(user, "Raised by you, and unanswered", meeting="daily", by="me", due="past")


def held_due(user: Any, purpose: str) -> Block:
    return _raised(user, "Held by you, and due", meeting="four_weekly", mine="1", due="soon")


def raised_mine(user: Any, purpose: str) -> Block:
    return _raised(user, "Before the meetings, and yours", meeting="all", mine="1")


def raised_overdue(user: Any, purpose: str) -> Block:
    """By name for its owner, the chair of its body and the safeguarding lead; for others without (practice rule 25)."""
    asked = {"meeting": "all", "due": "past"}
    rows = lists.asked_for(user, asked).order_by("next_on", "pk")
    lines = []
    for r in rows[:SHOWN]:
        named = r.owner_id == user.pk or user.role in (*BODIES[r.meeting].chair, "safeguarding_lead")
        said = f"{meeting_words(r.meeting)}, {words.moment(r.next_on)}; owner {r.owner.name}"
        title = r.title if named else "Something that was raised is past its date"
        lines.append(Told(title, reverse("raised-one", args=[r.pk]) if named else "", said))
    return Block(
        "Raised or held, and past its date", lines, rows.count(), f"{reverse('raised')}?{urlencode(asked)}"
    )


def raised_next(user: Any, purpose: str) -> Block:
    return _raised(user, "Raised to the daily meeting", meeting="daily")


def sittings_next(user: Any, purpose: str) -> Block:
    """The bodies that one keeps, the next sitting first."""
    now, found = timezone.now(), []
    for body in bodies_of(user):
        if body.runs(user.role):
            district = raising.own_district(user) if body.by_district else ""
            at = sittings.next_time(body, now, district)
            found.append((at, body, district))
    lines = []
    for at, body, district in sorted(found, key=lambda x: (x[0], x[1].key)):
        sits = sittings.Sitting(meeting=body.key, district=district, at=at)
        lines.append(Told(f"{body.title}, {words.moment(at)}", sitting_url(sits), f"{district}" if district else body.short))  # fmt: skip
    return Block("Meetings that you keep", lines, len(lines), reverse("meetings"))


def sittings_unheld(user: Any, purpose: str) -> Block:
    """Sittings that nobody closed, cancelled or moved: to whoever keeps the body, their deputies, and the safeguarding lead."""
    lines = []
    for s in sittings.held_by_nobody(timezone.now()):
        body = BODIES[s.meeting]
        if user.role not in body.roles:
            continue
        n = sittings.agenda_rows(s).count()
        lines.append(Told(f"{body.title} of {words.moment(s.at)}", sitting_url(s), f"nobody closed it; {words.counted(n, 'thing stands,things stand')} past the date"))  # fmt: skip
    return Block("Meetings that nobody held", lines, len(lines), reverse("meetings"))


def _action_lines(rows: Any) -> list[Told]:
    return [
        Told(a.task, reverse("action", args=[a.pk]), f"{a.owner.name}, {'overdue since' if a.is_late else 'by'} {words.day(a.due)}{f', {a.where}' if a.where else ''}")
        for a in rows.select_related("owner").order_by("due", "pk")[:SHOWN]
    ]  # fmt: skip


def _actions(user: Any, purpose: str) -> Any:
    return Action.objects.visible_to(user, purpose).filter(state__in=("open", "started"))


def my_actions(user: Any, purpose: str) -> Block:
    rows = _actions(user, purpose).filter(owner=user, due__gte=timezone.localdate())
    return Block("Your actions", _action_lines(rows), rows.count(), reverse("actions"))


def actions_to_take(user: Any, purpose: str) -> Block:
    rows = _actions(user, purpose).filter(team=user.audience, owner=F("supervisor")).exclude(owner=user)
    return Block("Actions that somebody of your team takes", _action_lines(rows), rows.count(), f"{reverse('actions')}?show=team")  # fmt: skip


def actions_overdue(user: Any, purpose: str) -> Block:
    """One's own, those that one supervises or gave, and for who keeps a body those of that body (practice rule 25)."""
    rows = _actions(user, purpose).filter(due__lt=timezone.localdate())
    keeps = [b.key for b in bodies_of(user) if b.runs(user.role)]
    rows = rows.filter(owner=user) | rows.filter(supervisor=user) | rows.filter(meeting__in=keeps)
    return Block(
        "Actions past their day", _action_lines(rows), rows.count(), f"{reverse('actions')}?show=late"
    )


def _asked(rows: Any, title: str) -> Block:
    lines = [
        Told(c.question[:200], reverse("commission", args=[c.pk]), f"{c.title}; {c.to.name}, {'overdue since' if c.is_late else 'by'} {words.day(c.due)}, {c.state_words}")
        for c in rows.select_related("to").order_by("due", "pk")[:SHOWN]
    ]  # fmt: skip
    return Block(title, lines, rows.count(), reverse("meetings"))


def asked_of_me(user: Any, purpose: str) -> Block:
    rows = Commission.objects.visible_to(user, purpose).filter(to=user, answered_at__isnull=True)
    return _asked(rows, "Products that you are asked for")


def answers_to_read(user: Any, purpose: str) -> Block:
    rows = Commission.objects.visible_to(user, purpose).filter(
        answered_at__isnull=False, read_at__isnull=True
    )
    keeps = [b.key for b in bodies_of(user) if b.runs(user.role)]
    rows = rows.filter(by=user) | rows.filter(meeting__in=keeps).exclude(answered_by=user)
    return _asked(rows, "Products delivered, and not yet read")


def nobody_owns(user: Any, purpose: str) -> Block:
    """What belongs to somebody who left and that nobody could take: whose it was, and where that is mended."""
    may = user.as_role.allows("people.manage")
    lines = [
        Told(f"Something open belongs to {u.name}, who has left", reverse("account", args=[u.username]) if may else reverse("raised"), "nobody owns it: no safeguarding lead and no chair of its body can take it")
        for u in leavers.left_behind(user)
    ]  # fmt: skip
    return Block("Nobody owns this", lines[:SHOWN], len(lines))


def terms_due(user: Any, purpose: str) -> Block:
    """Bodies that one keeps, without terms of reference or with some that are past their review."""
    lines = [
        Told(f"{b.title}: {said}", reverse("terms", args=[b.key]), "keep a version that a sitting agreed")
        for b in bodies_of(user)
        if user.role in b.chair and (said := terms.lacks(b.key))
    ]
    return Block("Terms of reference to keep or to review", lines, len(lines), reverse("meetings"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "raised_unanswered": raised_unanswered, "held_due": held_due, "raised_mine": raised_mine, "raised_overdue": raised_overdue, "raised_next": raised_next,
    "sittings_next": sittings_next, "sittings_unheld": sittings_unheld, "my_actions": my_actions, "actions_to_take": actions_to_take,
    "actions_overdue": actions_overdue, "asked_of_me": asked_of_me, "answers_to_read": answers_to_read,
    "nobody_owns": nobody_owns, "terms_due": terms_due,
}  # fmt: skip
