"""Pages of a concern: the form and its advice, one's own concerns and the queue, one concern and its answer."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.concerns import acts, forms, sending
from redshank.web.concerns.models import DANGER, STATES, STEPS, Concern, Step
from redshank.web.concerns.routing import ROUTING
from redshank.web.heads.models import Person
from redshank.web.pages import words
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.policy.gate import page
from redshank.web.policy.names import fold
from redshank.web.trail.write import listed, note, read

LONGEST = 4_000


def _once(request: Any) -> str:
    return request.POST.get("once", "")[:30] or secrets.token_hex(12)


def _form(request: Any, given: dict[str, str], errors: dict[str, str], **more: Any) -> HttpResponse:
    person = forms.about(request.user, given["person_id"]) if given.get("person_id") else None
    context = {
        "typed": given, "errors": errors, "person": person, "once": _once(request), "dangers": DANGER,
        "queues": ROUTING.queues.values(), "working_days": ROUTING.working_days, **more,
    }  # fmt: skip
    return render(request, "concerns/raise.html", context, status=400 if errors else 200)


@page("concern.raise")
def raise_concern(request: Any) -> HttpResponse:
    """Who, what, where, when. Advice on words is shown once and blocks nothing; what was begun is offered again."""
    user = request.user
    if request.method != "POST":
        given = dict.fromkeys(forms.FIELDS, "")
        draft, since = forms.draft_of(user)
        if person := forms.about(user, request.GET.get("about", "")[:80]):
            given |= {"person_id": person.person_id, "child_name": person.name}
        elif draft:
            given |= draft
        else:
            since = None
        return _form(request, given, {}, since=None if person else since)
    given = forms.typed(request.POST)
    if request.POST.get("act") == "keep":
        with transaction.atomic():
            acts.keep_draft(user, given)
            note(request, "collection", "concern draft")
        messages.success(request, "Kept for you alone, and not sent: nobody has been told yet.")
        return redirect("concerns")
    written, errors = forms.checked(user, given)
    if errors:
        acts.keep_draft(user, given)
        return _form(request, given, errors)
    advice = forms.advice(user, given)
    # Where somebody may be in danger now, nothing stands between the text and the person who reads it.
    if advice["advised"] and request.POST.get("advised") != advice["advised"] and written.danger == "no":
        acts.keep_draft(user, given)
        return _form(request, given, {}, advice=advice, is_held=True)
    with transaction.atomic():
        concern, is_new = sending.send(request, written, _once(request))
        acts.drop_draft(user)
    if is_new:
        messages.success(
            request, f"Sent to: {concern.queue_words}. You get an answer by {words.moment(concern.due)}."
        )
    return redirect("concern", concern.pk)


@page("concern.raise", acts=True)
def advise(request: Any) -> HttpResponse:
    """The part of the form that is asked for as somebody types; keeps the draft on the way."""
    given = forms.typed(request.POST)
    acts.keep_draft(request.user, given)
    return render(request, "concerns/advice.html", {"advice": forms.advice(request.user, given)})


@page("see.concerns")
def concerns(request: Any) -> HttpResponse:
    """What waits in the queues of one's role, and one's own concerns with their answers."""
    user = request.user
    rows = Concern.objects.visible_to(user, user.as_role.purpose).select_related("author")
    answers = user.as_role.allows("concern.answer")
    asked = {n: request.GET.get(n, "")[:20] for n in ("show", "state")}
    if asked["show"] not in ("mine", "queue"):
        asked["show"] = "queue" if answers else "mine"
    mine = asked["show"] == "mine"
    rows = rows.filter(author=user) if mine else rows.exclude(author=user)
    if asked["state"] in STATES:
        rows = rows.filter(state=asked["state"])
    shown = paged(
        request, rows.order_by("-at", "-id") if mine else rows.order_by("-answered_at", "due", "id")
    )
    listed(request, "concerns", [str(c.pk) for c in shown.page], **asked)
    draft, since = forms.draft_of(user)
    context = {
        "shown": shown, "asked": asked, "mine": mine, "answers": answers, "states": STATES,
        "draft_since": since if draft else None, "readable": _readable(user, shown.page),
    }  # fmt: skip
    return render(request, "concerns/concerns.html", context)


def _readable(user: Any, some: Any) -> set[int]:
    """Concerns of which this reader may read the answer."""
    pks = [c.pk for c in some]
    rows = Concern.objects.visible_to(user, user.as_role.purpose).filter(pk__in=pks)
    return set(pks) - set(Concern.hidden_from(rows, user))


def _concern(request: Any, number: int) -> Concern | None:
    rows = Concern.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("author").filter(pk=number).first()


@page("see.concerns")
def concern(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """The author's words, the way it took, and the answer."""
    found = _concern(request, number)
    if found is None:
        return unseen(request, "concern", str(number))
    user, purpose = request.user, request.user.as_role.purpose
    if request.method == "GET":
        read(request, "concern", str(number))
    steps = list(Step.objects.visible_to(user, purpose).filter(concern=found).select_related("by"))
    mine = found.author_id == user.pk
    person = forms.about(user, found.person_id) if found.person_id else None
    context = {
        "concern": found, "steps": steps, "mine": mine, "person": person, "is_told": bool(_readable(user, [found])),
        "why_not": acts.why_not(user, found), "persons": [] if mine else _named(user, found), "once": _once(request),
        "queues": [q for q in ROUTING.queues.values() if q.key != found.queue], "typed": request.POST, "errors": errors or {},
        "outcomes": [(k, v) for k, v in STEPS.items() if k in acts.ANSWERS],
    }  # fmt: skip
    return render(request, "concerns/concern.html", context, status=status)


def _named(user: Any, concern: Concern) -> list[Person]:
    """People in the records who go by the child's name as written, so that the reader need not search."""
    said = fold(concern.child_name).split()
    if not said:
        return []
    rows = (
        Person.objects.visible_to(user, user.as_role.purpose)
        .filter(surname__iexact=said[-1])
        .order_by("name")
    )
    return [p for p in rows[:200] if set(said) <= set(fold(p.name).split())][:5]


@page("concern.answer", acts=True)
def answer(request: Any, number: int) -> HttpResponse:
    """Taken up, nothing follows, passed to another body, or passed on to another queue."""
    post = request.POST
    found = _concern(request, number)
    if found is None:
        done = acts.done_before(request.user, post.get("once", "")[:30])
        return redirect("concerns") if done else unseen(request, "concern", str(number))
    kind, text = post.get("kind", ""), post.get("text", "").strip()
    to = post.get("queue" if kind == "passed_on" else "body", "").strip()[:120]
    errors: dict[str, str] = {}
    if kind not in (*acts.ANSWERS, "passed_on"):
        errors["kind"] = "Choose what follows"
    if not text:
        errors["text"] = "Write how it is taken up, or why not: its author reads this"
    elif len(text) > LONGEST:
        errors["text"] = f"Write no more than {LONGEST:,} characters"
    if kind == "passed_outside" and not to:
        errors["body"] = "Write to which body it was passed"
    if errors:
        return concern(request, number, errors, 400)
    seen = post.get("steps", "0")
    try:
        with transaction.atomic():
            acts.step(
                request.user, number, kind, text, "" if kind in ("taken_up", "nothing_follows") else to, _once(request),
                int(seen) if seen.isdecimal() else 0,
            )  # fmt: skip
            note(request, "alteration", "concern", str(number), {"step": kind})
    except acts.Meanwhile as first:
        by = first.step
        said = f"{by.by.name} was first, on {words.moment(by.at)}: {by.kind_words.lower()}. Your text is kept below"
        return concern(request, number, {"kind": said}, 409)
    except acts.NotAllowed as reason:
        return concern(request, number, {"kind": str(reason)}, 400)
    except Concern.DoesNotExist:  # passed on in this very moment, to a queue of others
        return unseen(request, "concern", str(number))
    messages.success(request, f"{STEPS[kind]}: its author reads your answer.")
    # Passed on to a queue of others, it may be out of sight now.
    return redirect("concern", number) if _concern(request, number) else redirect("concerns")


@page("concern.raise", acts=True)
def add(request: Any, number: int) -> HttpResponse:
    """The author adds what came to mind or happened since."""
    found = _concern(request, number)
    if found is None or found.author_id != request.user.pk:
        return unseen(request, "concern", str(number))
    text = request.POST.get("more", "").strip()
    if not text or len(text) > LONGEST:
        said = f"Write no more than {LONGEST:,} characters" if text else "Write what you want to add"
        return concern(request, number, {"more": said}, 400)
    with transaction.atomic():
        acts.add(request.user, number, text, _once(request))
        note(request, "alteration", "concern", str(number), {"step": "added"})
    messages.success(request, "Added. It is with those who answer it.")
    return redirect("concern", number)
