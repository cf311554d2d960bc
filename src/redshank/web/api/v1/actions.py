"""One's own tasks, and reporting on them."""

import secrets
from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction
from django.db.models import F, Q
from ninja import Router, Schema
from pydantic import Field

from redshank.web.api.gate import Refused, needs, unseen
from redshank.web.api.v1.shapes import In, Listed, Once, Page, listed, typed
from redshank.web.meetings import actions as acts
from redshank.web.meetings import raising
from redshank.web.meetings.acts import LONGEST
from redshank.web.meetings.models import Action, ActionStep
from redshank.web.pages.paging import paged
from redshank.web.trail.write import listed as note_list
from redshank.web.trail.write import note, read

router = Router()


class ActionOut(Schema):
    number: int
    task: str
    strand: str
    due: date
    is_late: bool
    state: str
    state_words: str
    owner: str
    supervisor: str
    mine: bool


class Step(Schema):
    number: int
    kind: str
    by: str
    at: datetime
    text: str


class ActionFull(ActionOut):
    about: str = Field(description="What it is about, where that is in sight; else empty.")
    rationale: str
    measure: str
    where: str
    authority: str
    child_view: str
    child_risk: str
    result: str
    steps: list[Step]


class Actions(Listed):
    items: list[ActionOut]


class StepIn(In):
    kind: Literal["taken", "reported", "complete", "failed"]
    text: typed(LONGEST) = Field("", description="What was done, or why; needed but where it is taken on.")  # type: ignore
    seen: int = Field(0, ge=0, le=2**53, description="The number of the last step that was read: whoever is second learns what the first did.")  # fmt: skip
    once: Once | None = None


def _told(request: Any, a: Action) -> dict[str, Any]:
    return {
        "number": a.pk, "task": a.task, "strand": a.strand_words, "due": a.due, "is_late": a.is_late, "state": a.state,
        "state_words": a.state_words, "owner": a.owner.name, "supervisor": a.supervisor.name, "mine": a.owner_id == request.user.pk,
    }  # fmt: skip


def _rows(request: Any) -> Any:
    user = request.user
    rows = Action.objects.visible_to(user, user.as_role.purpose).select_related("owner", "supervisor")
    return rows.filter(
        Q(owner=user) | Q(team=user.audience, owner=F("supervisor"), state__in=("open", "started"))
    )


@router.get("/actions", response=Actions, url_name="actions", operation_id="actions")
@needs("actions.read", "see.actions")
def actions(request, page: Page = 1, ended: bool = False):  # type: ignore[no-untyped-def]
    """Tasks that are one's own or one's team's to take; with `ended=true` those that are over."""
    rows = _rows(request)
    live = Q(state__in=("open", "started"))
    shown = paged(request, rows.filter(~live if ended else live).order_by("due", "pk"))
    note_list(request, "actions", [str(a.pk) for a in shown.page], show="ended" if ended else "mine")
    return listed(shown, [_told(request, a) for a in shown.page])


def _full(request: Any, number: int) -> dict[str, Any] | None:
    user, purpose = request.user, request.user.as_role.purpose
    found = _rows(request).filter(pk=number).first()
    if found is None:
        return None
    of = raising.subject(user, found.about, found.ident)
    steps = ActionStep.objects.visible_to(user, purpose).filter(action=found).select_related("by")
    return _told(request, found) | {
        "about": found.title if of else "", "rationale": found.rationale, "measure": found.measure, "where": found.where,
        "authority": found.authority, "child_view": found.child_view, "child_risk": found.child_risk, "result": found.result,
        "steps": [{"number": s.pk, "kind": s.kind_words, "by": s.by.name, "at": s.at, "text": s.why} for s in steps],
    }  # fmt: skip


@router.get("/actions/{int:number}", response=ActionFull, url_name="action", operation_id="action")
@needs("actions.read", "see.actions")
def action(request, number: int):  # type: ignore[no-untyped-def]
    """One task with its steps."""
    found = _full(request, number)
    if found is None:
        raise unseen(request, "action", str(number))
    read(request, "action", str(number))
    return found


@router.post(
    "/actions/{int:number}/steps",
    response={201: ActionFull},
    url_name="action-step",
    operation_id="report_action",
)
@needs("actions.write", "action.report")
def report(request, number: int, sent: StepIn):  # type: ignore[no-untyped-def]
    """Takes a task on, reports on it, or ends it with what came of it; handing on and withdrawing stay on the pages."""
    if _full(request, number) is None:
        raise unseen(request, "action", str(number))
    if not sent.text and sent.kind != "taken":
        raise Refused(400, "input", "What was sent is not as it should be.", "Mend the fields that are named.", [{"where": "body.text", "what": "Write what was done, or why"}])  # fmt: skip
    once = f"t{request.token.pk}:{sent.once}" if sent.once else secrets.token_hex(16)
    try:
        with transaction.atomic():
            acts.step(request.user, number, sent.kind, sent.text, once, sent.seen)
            note(request, "alteration", "action", str(number), {"act": sent.kind})
    except raising.NotAllowed as reason:
        raise Refused(
            409, "rule", f"{reason}", "Ask for the task again, and report on it as it stands."
        ) from None
    found = _full(request, number)
    if found is None:
        raise unseen(request, "action", str(number))
    return found
