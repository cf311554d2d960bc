"""Tasks: given by a person, taken by one of a team, reported on, and ended with what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.accounts.roles import ROLES
from redshank.web.meetings.acts import last_heirs
from redshank.web.meetings.models import Action, ActionStep, Raised
from redshank.web.meetings.models.about import folded
from redshank.web.meetings.models.actions import ENDED
from redshank.web.meetings.raising import NotAllowed, Subject, present

ABOUT = ("about", "ident", "group_id", "person_id", "record_key", "title", "closed")


@dataclass(frozen=True)
class Task:
    """What the form brought, checked."""

    task: str
    strand: str
    rationale: str
    measure: str
    due: date
    owner: User
    supervisor: User
    team: str = ""
    tactic: str = ""
    where: str = ""
    cell: str = ""
    resources: str = ""
    authority: str = ""
    child_view: str = ""
    child_risk: str = ""


def give(user: Any, of: Raised | Subject, task: Task, once: str, sitting: Any = None) -> tuple[Action, bool]:
    """A task with one owner, one supervisor and one day. For a team, the supervisor owns it until somebody takes it.

    Raises:
        NotAllowed: the team is none, or owner and supervisor do not hold together.
    """
    if task.team and task.team not in teams():
        raise NotAllowed("Choose a team that takes tasks")
    if task.owner.pk == task.supervisor.pk and not task.team:
        raise NotAllowed("Somebody else than its owner supervises it")
    raised = of if isinstance(of, Raised) else None
    sets = {n: getattr(raised, n) for n in ABOUT} if raised is not None else of.sets  # type: ignore[union-attr]
    with transaction.atomic():
        if (before := Action.objects.filter(once=once).first()) is not None:
            return before, False
        made = Action(
            **sets, **vars(task), by=user, role=user.role, once=once, raised=raised, meeting=raised.meeting if raised else "", sitting=sitting,
            folded=folded(sets["title"], task.task, task.rationale, task.where, task.child_view, task.child_risk),
        )  # fmt: skip
        made.save(force_insert=True)
        _step(user, made, "given", task.rationale, f"{once[:70]}:g")
    return made, True


def teams() -> dict[str, str]:
    """Whose people may take a task: roles that see what was shared with them, and the partners' agencies."""
    roles = {
        k: r.title
        for k, r in ROLES.items()
        if r.scope == "shared" and k != "partner_member" and r.allows("action.report")
    }
    rows = User.objects.filter(is_active=True, role="partner_member").exclude(agency="")
    return roles | {a: a for a in sorted(set(rows.values_list("agency", flat=True)))}


def may_report(user: Any, action: Action) -> bool:
    """Its owner; somebody of the team that it was given to, while nobody took it."""
    return action.owner_id == user.pk or may_take(user, action)


def may_take(user: Any, action: Action) -> bool:
    return bool(
        not action.ended
        and action.team
        and user.audience == action.team
        and action.owner_id == action.supervisor_id
        and action.owner_id != user.pk
    )


def may_direct(user: Any, action: Action) -> bool:
    """Who hands it on, gives another day or withdraws it: its supervisor, and who gave it."""
    return not action.ended and user.pk in (action.supervisor_id, action.by_id)


def step(
    user: Any, number: int, kind: str, text: str, once: str, seen: int, *, owner: User | None = None, due: date | None = None
) -> ActionStep:  # fmt: skip
    """One step on a task; who comes second reads what the first did."""
    with transaction.atomic():
        action = Action.objects.select_for_update().get(pk=number)
        if (before := ActionStep.objects.filter(once=once).first()) is not None:
            return before
        last = action.steps.select_related("by").last()
        if last is not None and last.pk > seen and last.by_id != user.pk:
            raise NotAllowed(
                f"{last.by.name} was first: {last.kind_words}. {last.why} Your text is kept below"
            )
        if action.ended:
            raise NotAllowed(f"It is ended: {action.state_words.lower()}")
        allowed = (
            may_take(user, action)
            if kind == "taken"
            else may_report(user, action)
            if kind in ("reported", "complete", "failed")
            else may_direct(user, action)
        )
        if not allowed:
            raise NotAllowed("Its owner reports on it; its supervisor, and who gave it, direct it")
        if kind == "taken":
            action.owner = user
        elif kind == "handed":
            if owner is None or not owner.is_active or not owner.as_role.allows("action.report"):
                raise NotAllowed("Choose an owner who takes tasks")
            if owner.pk == action.supervisor_id:
                raise NotAllowed("Somebody else than its owner supervises it")
            action.owner = owner
        elif kind == "dated":
            if due is None or due < timezone.localdate():
                raise NotAllowed("Give a day that is still to come")
            action.due = due
        elif kind == "reported":
            action.state = "started"
        elif kind in ENDED:
            action.state, action.result = kind, text
        else:
            raise NotAllowed("Choose what you do")
        action.folded += folded(text)
        action.save(update_fields=["owner", "due", "state", "result", "folded"])
        made = _step(user, action, kind, text, once)
    return made


def _step(user: Any, action: Action, kind: str, text: str, once: str) -> ActionStep:
    made = ActionStep(action=action, kind=kind, by=user, role=user.role, why=text, once=once, owner=action.owner, due=action.due)  # fmt: skip
    made.save(force_insert=True)
    return made


def hand_on_all(by: Any, leaver: Any, why: str, once: str) -> int:
    """Tasks of somebody who leaves go to their supervisors, and what they supervised to whoever gave it; else to a safeguarding
    lead or the chair of the body. Where none of them may have it, it stays, and first pages say that nobody owns it."""
    count = 0
    live = Action.objects.select_for_update().filter(state__in=("open", "started"))
    with transaction.atomic():
        for action in live.filter(owner=leaver):
            if _goes_to(action, "owner", leaver, action.supervisor):
                _step(by, action, "handed", why, f"{once[:60]}:{action.pk}")
                count += 1
        for action in live.filter(supervisor=leaver):
            if _goes_to(action, "supervisor", leaver, action.by):
                _step(by, action, "handed", why, f"{once[:60]}:s{action.pk}")
                count += 1
    return count


def _goes_to(action: Action, part: str, leaver: Any, first: User) -> bool:
    """Gives the task to the first who is there, takes tasks and has it in sight once it is theirs; whether there is one."""
    other = action.supervisor_id if part == "owner" else action.owner_id
    there = {u.pk: u for u in present().filter(pk=first.pk)}
    for one in [*there.values(), *last_heirs(action.meeting)]:
        # Its supervisor may own a task until somebody takes it; nobody supervises their own.
        if one.pk == leaver.pk or (part == "supervisor" and one.pk == other):
            continue
        setattr(action, part, one)
        action.save(update_fields=[part])
        if (
            one.as_role.allows("action.report")
            and Action.objects.visible_to(one, one.as_role.purpose).filter(pk=action.pk).exists()
        ):
            return True
    setattr(action, part, leaver)
    action.save(update_fields=[part])
    return False
