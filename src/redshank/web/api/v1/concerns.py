"""Raise a concern, and read one's own with their answers."""

import secrets
from datetime import date, datetime
from typing import Any, Literal

from ninja import Router, Schema
from pydantic import Field

from redshank.web.api.gate import Refused, needs, unseen
from redshank.web.api.v1.shapes import In, Listed, Once, Page, listed, typed
from redshank.web.concerns import forms, sending
from redshank.web.concerns.models import STATES, Concern, Step
from redshank.web.pages.paging import paged
from redshank.web.trail.write import listed as note_list
from redshank.web.trail.write import read

router = Router()


class ConcernIn(In):
    what: typed(forms.FIELDS["what"], 1) = Field(description="What was seen or heard, in the author's words.")  # type: ignore[valid-type]  # fmt: skip
    danger: Literal["yes", "no", "unsure"] = Field(description="Whether somebody may be in danger now. This replaces no emergency call.")  # fmt: skip
    child_name: typed(forms.FIELDS["child_name"]) = ""  # type: ignore[valid-type]
    child_age: typed(forms.FIELDS["child_age"]) = ""  # type: ignore[valid-type]
    person_id: typed(forms.FIELDS["person_id"]) = ""  # type: ignore[valid-type]
    others: typed(forms.FIELDS["others"]) = ""  # type: ignore[valid-type]
    child_words: typed(forms.FIELDS["child_words"]) = ""  # type: ignore[valid-type]
    place: typed(forms.FIELDS["place"]) = ""  # type: ignore[valid-type]
    when_day: date | None = None
    when_words: typed(forms.FIELDS["when_words"]) = ""  # type: ignore[valid-type]
    once: Once | None = None


class ConcernOut(Schema):
    number: int
    at: datetime
    state: str
    state_words: str
    with_whom: str
    answer_by: datetime


class Answer(Schema):
    at: datetime
    kind: str
    by: str
    text: str
    passed_to: str


class Hint(Schema):
    field: str
    phrase: str
    reason: str
    alternative_kind: str
    alternative: str


class Raised(ConcernOut):
    hints: list[Hint] = Field(description="Words that blame or diminish a child, with what to write or ask; nothing is rewritten.")  # fmt: skip


class Mine(ConcernOut):
    what: str
    child_name: str
    answers: list[Answer]


class Concerns(Listed):
    items: list[ConcernOut]


def _told(c: Concern, is_told: bool = True) -> dict[str, Any]:
    """Where it stands; an author whose own family or colleague it is reads no answer (practice rule 13)."""
    state = c.state if is_told else "waiting"
    return {
        "number": c.pk, "at": c.at, "state": state, "state_words": STATES[state], "with_whom": c.queue_words, "answer_by": c.due,
    }  # fmt: skip


def _mine(request: Any) -> Any:
    user = request.user
    return Concern.objects.visible_to(user, user.as_role.purpose).filter(author=user)


@router.get("/concerns", response=Concerns, url_name="concerns", operation_id="concerns")
@needs("concerns.read", "see.concerns")
def concerns(request, page: Page = 1):  # type: ignore[no-untyped-def]
    """One's own concerns, newest first."""
    rows = _mine(request)
    shown = paged(request, rows.order_by("-at", "-id"))
    hidden = set(Concern.hidden_from(rows, request.user))
    note_list(request, "concerns", [str(c.pk) for c in shown.page], show="mine")
    return listed(shown, [_told(c, c.pk not in hidden) for c in shown.page])


@router.post("/concerns", response={201: Raised}, url_name="concerns", operation_id="raise_concern")
@needs("concerns.write", "concern.raise")
def raise_concern(request, sent: ConcernIn):  # type: ignore[no-untyped-def]
    """Raises a concern, which lands where the form of the pages would put it. One sent twice with the same `once` is one."""
    given = {k: v or "" for k, v in sent.dict().items() if k != "once"}
    given["when_day"] = sent.when_day.isoformat() if sent.when_day else ""
    written, errors = forms.checked(request.user, given)
    if errors:
        fields = [{"where": f"body.{k}", "what": v} for k, v in errors.items()]
        raise Refused(
            400, "input", "What was sent is not as it should be.", "Mend the fields that are named.", fields
        )
    concern, _ = sending.send(request, written, sent.once or secrets.token_hex(10))
    return _told(concern) | {"hints": forms.hints(given)}


@router.get("/concerns/{int:number}", response=Mine, url_name="concern", operation_id="concern")
@needs("concerns.read", "see.concerns")
def concern(request, number: int):  # type: ignore[no-untyped-def]
    """One of one's own, with the answers that were given."""
    found = _mine(request).filter(pk=number).first()
    if found is None:
        raise unseen(request, "concern", str(number))
    read(request, "concern", str(number))
    user = request.user
    steps = Step.objects.visible_to(user, user.as_role.purpose).filter(concern=found).select_related("by")
    answers = [{"at": s.at, "kind": s.kind_words, "by": s.by.name, "text": s.text, "passed_to": s.passed_to} for s in steps]  # fmt: skip
    is_told = not Concern.hidden_from(_mine(request).filter(pk=number), user)
    return _told(found, is_told) | {"what": found.what, "child_name": found.child_name, "answers": answers}
