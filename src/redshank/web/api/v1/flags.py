"""The register of flags, and proposing one. Nothing here confirms: another person decides, on the pages."""

import secrets
from datetime import datetime
from typing import Any, Literal

from django.db import IntegrityError
from django.http import QueryDict
from ninja import Router, Schema
from pydantic import Field

from redshank.web.api.gate import Refused, needs, unseen
from redshank.web.api.v1.shapes import In, Listed, Of, Once, Page, listed, record, typed
from redshank.web.flags import acts, proposing
from redshank.web.flags.definition import IN_FORCE
from redshank.web.flags.models import KINDS, Act, Flag
from redshank.web.flags.views import act_told, filtered
from redshank.web.heads.models import Record
from redshank.web.pages.paging import paged
from redshank.web.trail.write import listed as note_list
from redshank.web.trail.write import read

router = Router()
WORD = typed(40)


class FlagIn(In):
    about: Literal["group", "person", "record"]
    ident: typed(200, 1)  # type: ignore[valid-type]
    answers: dict[str, WORD] = Field(description=f"Answers of the guided test in force ({IN_FORCE.version}): {', '.join(s.key for s in IN_FORCE.steps)}, group; each {', '.join(IN_FORCE.answers)}.")  # type: ignore[valid-type]  # fmt: skip
    axes: dict[str, WORD] = Field(description="; ".join(f"{a['key']}: {', '.join(a['options'])}" for a in IN_FORCE.axes))  # type: ignore[valid-type]  # fmt: skip
    confidence: WORD = Field(description=", ".join(IN_FORCE.confidence))  # type: ignore[valid-type]
    rationale: typed(proposing.LONGEST, 1)  # type: ignore[valid-type]
    evidence: list[typed(200)] = Field(max_length=200, description="Keys of the records relied on. Their proposer opened at least one of them on the pages: what a program reads is not opened by a person.")  # type: ignore[valid-type]  # fmt: skip
    once: Once | None = None


class FlagOut(Schema):
    number: int
    about: str
    ident: str
    label: str
    district: str
    state: str
    state_words: str
    proposed_by: str
    proposed_at: datetime
    decide_by: datetime
    decided_at: datetime | None


class Asked(Schema):
    question: str
    answer: str


class ActOut(Schema):
    kind: str
    by: str
    role: str
    at: datetime
    definition: str
    confidence: str
    rationale: str
    answers: list[Asked]
    axes: list[Asked]
    relied: int
    opened: int


class FlagFull(FlagOut):
    history: list[ActOut]
    records: list[Of] = Field(description="The records relied on that are in sight.")


class Flags(Listed):
    items: list[FlagOut]


def _told(f: Flag) -> dict[str, Any]:
    return {
        "number": f.pk, "about": f.about, "ident": f.ident, "label": f.label, "district": f.district, "state": f.state,
        "state_words": f.state_words, "proposed_by": f.proposed_by.name, "proposed_at": f.proposed_at, "decide_by": f.decide_by,
        "decided_at": f.decided_at,
    }  # fmt: skip


def _act(act: Act) -> dict[str, Any]:
    told = act_told(act)
    asked = {n: [{"question": q, "answer": a} for q, a in told[n]] for n in ("answers", "axes")}
    return asked | {
        "kind": KINDS[act.kind], "by": act.by.name, "role": act.by.as_role.title, "at": act.at, "definition": act.definition,
        "confidence": told["confidence"], "rationale": act.rationale, "relied": told["relied"], "opened": told["opened"],
    }  # fmt: skip


@router.get("/flags", response=Flags, url_name="flags", operation_id="flags")
@needs("flags.read", "see.register")
def flags(request, page: Page = 1, state: typed(20) = "", about: typed(20) = "", q: typed(100) = "", mine: typed(1) = ""):  # type: ignore  # fmt: skip
    """The register in sight, newest first; the filters are those of its page."""
    rows, asked = filtered(request)
    shown = paged(request, rows)
    note_list(request, "flags", [str(f.pk) for f in shown.page], **asked)
    return listed(shown, [_told(f) for f in shown.page])


def _full(request: Any, number: int) -> dict[str, Any] | None:
    user, purpose = request.user, request.user.as_role.purpose
    found = Flag.objects.visible_to(user, purpose).select_related("proposed_by").filter(pk=number).first()
    if found is None:
        return None
    done = Act.objects.visible_to(user, purpose).filter(flag=found).select_related("by")
    held = Record.objects.visible_to(user, purpose).filter(key__in=acts.evidence_of(found)).order_by("key")
    return _told(found) | {"history": [_act(a) for a in done], "records": [record(r) for r in held]}


@router.get("/flags/{int:number}", response=FlagFull, url_name="flag", operation_id="flag")
@needs("flags.read", "see.register")
def flag(request, number: int):  # type: ignore[no-untyped-def]
    """One flag with every act on it."""
    found = _full(request, number)
    if found is None:
        raise unseen(request, "flag", str(number))
    read(request, "flag", str(number))
    return found


@router.post("/flags", response={201: FlagFull}, url_name="flags", operation_id="propose_flag")
@needs("flags.write", "flag.propose")
def propose(request, sent: FlagIn):  # type: ignore[no-untyped-def]
    """Proposes a flag, by the same way as the page: the guided test, the records relied on, one open flag on a thing at a time."""
    once = f"t{request.token.pk}:{sent.once}" if sent.once else secrets.token_hex(16)
    if (first := acts.done_before(once)) is not None and (found := _full(request, first.pk)):
        return found  # the same request, sent twice
    thing = proposing.thing_of(request.user, sent.about, sent.ident)
    if thing is None:
        raise unseen(request, sent.about, sent.ident)
    evidence = proposing.evidence_behind(request.user, thing.keys)
    given, errors = proposing.given_of(_post(sent, once), [e["record"].key for e in evidence], with_test=True)
    if errors:
        fields = [{"where": f"body.{k}", "what": v} for k, v in errors.items()]
        raise Refused(
            400, "input", "What was sent is not as it should be.", "Mend the fields that are named.", fields
        )
    try:
        made = proposing.propose(request, thing, given, evidence)
    except acts.NotAllowed as reason:
        raise Refused(
            409, "rule", f"{reason}.", "Open the records on the pages, or look at the register."
        ) from None
    except IntegrityError:
        raise Refused(409, "twice", "The same was sent twice at once.", "Ask for the register.") from None
    return _full(request, made.pk)


def _post(sent: FlagIn, once: str) -> QueryDict:
    """What was sent, as the form of the page sends it."""
    post = QueryDict(mutable=True)
    post.update(
        {f"step_{k}": v for k, v in sent.answers.items()} | {f"axis_{k}": v for k, v in sent.axes.items()}
    )
    post.update({"confidence": sent.confidence, "rationale": sent.rationale, "once": once})
    post.setlist("evidence", sent.evidence)
    return post
