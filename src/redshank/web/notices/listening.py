"""Acts of the meetings and of the worklist → notices, in the same transaction.

Rows are listened to where they are kept, and not called for by each act: whatever way leads to a move or a step, who it
concerns is told, and an act that is rolled back told nobody.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from redshank.web.concerns.models import Concern
from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Action, ActionStep, Commission, Move, Raised, Sitting
from redshank.web.notices.models import Notice
from redshank.web.notices.write import Told, of_roles, tell
from redshank.web.worklist.models import Answer, Question

#: What becomes of a thing → of what kind that is for whoever raised it.
FOR_RAISER = {
    "moved": "moved", "deferred": "moved", "passed": "moved", "unheard": "moved", "cancelled": "moved", "returned": "refused",
    "taken": "decided", "closed": "decided", "merged": "decided",
}  # fmt: skip


def _chairs(meeting: str, district: str) -> list[int]:
    return of_roles(BODIES[meeting].chair, district)


def raised(instance: Raised, created: bool, **_: Any) -> None:
    if not created:
        return
    to = set(_chairs(instance.meeting, instance.district)) - {instance.by_id}
    told = [Told(u, "raised", "raised", instance.pk, "r") for u in to]
    if instance.owner_id not in (instance.by_id, *to):
        told.append(Told(instance.owner_id, "yours", "raised", instance.pk, "r"))
    tell(told)


def moved(instance: Move, created: bool, **_: Any) -> None:
    """Whoever raised it, whose it is now, and the chairs of a body that it comes to; not whoever decided."""
    if not created:
        return
    # The row of what was raised follows this one: what it says of its owner and body stands as it was before.
    of, key, told = instance.raised, f"m{instance.pk}", []
    kind = FOR_RAISER.get(instance.kind)
    if kind is not None and of.by_id != instance.by_id:
        told.append(Told(of.by_id, kind, "raised", of.pk, key))
    if kind is not None and instance.told and (author := _author(of)) not in (None, instance.by_id, of.by_id):
        told.append(Told(author, kind, "concern", int(of.ident), key))
    if instance.owner_id not in (instance.by_id, of.by_id):
        before = of.moves.exclude(pk=instance.pk).order_by("-pk").values_list("owner", flat=True).first()
        # Before the first move it was whose it was when it was raised, and that person was told then.
        knew = Notice.objects.filter(user=instance.owner_id, thing="raised", number=of.pk).exists() if before is None else before == instance.owner_id  # fmt: skip
        if not knew:
            told.append(Told(instance.owner_id, "yours", "raised", of.pk, key))
    if instance.passed_to:
        chairs = _chairs(instance.passed_to, of.district)
        told += [Told(u, "raised", "raised", of.pk, key) for u in chairs if u != instance.by_id]
    tell(told)


def _author(of: Raised) -> int | None:
    """Who raised the concern that stands before a body: they read on its own page what was written for them."""
    rows = Concern.objects.filter(pk=int(of.ident)) if of.about == "concern" else Concern.objects.none()
    return rows.values_list("author", flat=True).first()


def stepped(instance: ActionStep, created: bool, **_: Any) -> None:
    """A task that was given or handed on: to its new owner; to a team: to all of it, until one takes it."""
    if not created or instance.kind not in ("given", "handed"):
        return
    action, key = instance.action, f"s{instance.pk}"
    before = action.steps.exclude(pk=instance.pk).order_by("-pk").values_list("owner", flat=True).first()
    told = []
    if instance.owner_id not in (instance.by_id, before):
        told.append(Told(instance.owner_id, "given", "action", action.pk, key))
    if action.team and instance.kind == "given":
        told += [Told(u, "team", "action", action.pk, key) for u in _team(action) if u not in (instance.by_id, instance.owner_id)]  # fmt: skip
    tell(told)


def _team(action: Action) -> list[int]:
    from redshank.web.meetings.raising import present

    rows = present().filter(agency=action.team) | present().filter(role=action.team, agency="")
    return list(rows.values_list("pk", flat=True))


def commissioned(instance: Commission, created: bool, **_: Any) -> None:
    if created:
        tell([Told(instance.to_id, "asked", "commission", instance.pk, f"t{instance.to_id}")])
    elif instance.answered_at is not None and instance.read_at is None:
        if instance.answered_by_id != instance.by_id:
            tell([Told(instance.by_id, "delivered", "commission", instance.pk, "d")])
    elif instance.answered_at is None:  # it was handed on
        tell([Told(instance.to_id, "asked", "commission", instance.pk, f"t{instance.to_id}")])


def asked(instance: Question, created: bool, **_: Any) -> None:
    if created:
        to = [instance.to_user_id] if instance.to_user_id else of_roles([instance.to_role])
        tell([Told(u, "question", "question", instance.pk, "q") for u in to if u != instance.act.by_id])


def answered(instance: Answer, created: bool, **_: Any) -> None:
    question = instance.question
    if created and question.act.by_id != instance.by_id:
        tell([Told(question.act.by_id, "answered", "question", question.pk, "a")])


def sat(instance: Sitting, created: bool, **_: Any) -> None:
    """Everybody who sits in the body, of a sitting that does not take place as its rhythm says."""
    kind = {"cancelled": "cancelled", "moved": "sits_elsewhen"}.get(instance.state)
    if kind is not None:
        to = of_roles(BODIES[instance.meeting].roles, instance.district)
        tell([Told(u, kind, "sitting", instance.pk, "s") for u in to if u != instance.closed_by_id])


def listen() -> None:
    for model, act in ((Raised, raised), (Move, moved), (ActionStep, stepped), (Commission, commissioned), (Question, asked), (Answer, answered), (Sitting, sat)):  # fmt: skip
        post_save.connect(act, sender=model, dispatch_uid=f"notices.{model.__name__}")
