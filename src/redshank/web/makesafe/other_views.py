"""Pages of calls, of the operational order, of the message's versions, of the figures and of coverage."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.accounts import directory
from redshank.web.makesafe import acts, figures, forms, quoting
from redshank.web.makesafe import coverage as covering
from redshank.web.makesafe.models import (
    CALL_STATES,
    CALL_STEPS,
    TEAM,
    Acknowledged,
    Business,
    Call,
    CallStep,
    Message,
    Order,
    OrderStep,
    in_force,
)
from redshank.web.makesafe.settings import DATA
from redshank.web.makesafe.views import all_messages
from redshank.web.pages import words
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.typed import first_was, once, steps_seen
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read

# ---- calls -----------------------------------------------------------------------------------------------------

CALLS_SHOWN = {
    "open": "Not placed yet",
    **CALL_STATES,
    "untold": "Linked, the business not told yet",
    "all": "All",
}


@page("see.calls")
def calls(request: Any) -> HttpResponse:
    """Calls that quote the operation, newest first, with what was done about each."""
    user, purpose = request.user, request.user.as_role.purpose
    rows = quoting.calls(user)
    placed = Call.objects.visible_to(user, purpose)
    show = request.GET.get("show", "")
    show = show if show in CALLS_SHOWN else "open"
    if show == "open":
        rows = rows.exclude(key__in=placed.values("record_key"))
    elif show in CALL_STATES:
        rows = rows.filter(key__in=placed.filter(state=show).values("record_key"))
    elif show == "untold":
        waiting = placed.filter(state="linked").exclude(steps__kind="feedback")
        rows = rows.filter(key__in=waiting.values("record_key"))
    shown = paged(request, rows)
    listed(request, "makesafe calls", [r.key for r in shown.page], show=show)
    held = {c.record_key: c for c in placed.filter(record_key__in=[r.key for r in shown.page]).select_related("business")}  # fmt: skip
    said = quoting.around(list(shown.page))
    context = {
        "shown": shown, "show": show, "shows": CALLS_SHOWN, "source": DATA["calls"]["source"],
        "lines": [(r, said[r.key], held.get(r.key)) for r in shown.page],
    }  # fmt: skip
    return render(request, "makesafe/calls.html", context)


@page("see.calls")
def call(
    request: Any, kind: str, ref: str, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """One call: what it says, the business that it came from, what followed and what the business was told."""
    user, purpose, key = request.user, request.user.as_role.purpose, f"{kind}:{ref}"
    record = quoting.calls(user).filter(key=key).first()
    if record is None:
        return unseen(request, "record", key)
    if request.method == "POST" and status == 200:
        return _call_act(request, kind, ref)
    if request.method == "GET":
        read(request, "record", key)
    placed = Call.objects.visible_to(user, purpose).filter(record_key=key).select_related("business").first()
    steps = CallStep.objects.visible_to(user, purpose).filter(call=placed) if placed else CallStep.objects.visible_to(user, purpose).filter(pk__in=[])  # fmt: skip
    wanted = str(request.GET.get("q", "")).strip()[:80]
    said = quoting.around([record])[key]
    context = {
        "record": record, "said": said, "call": placed,
        "steps": list(steps.select_related("by", "business")), "errors": errors or {}, "typed": request.POST, "once": once(request),
        "may": user.as_role.allows(TEAM), "businesses": _choices(user, record, said, wanted), "q": wanted,
        "today": timezone.localdate().isoformat(), "kinds": CALL_STEPS,
    }  # fmt: skip
    return render(request, "makesafe/call.html", context, status=status)


def _choices(user: Any, record: Any, said: str, wanted: str) -> list[Business]:
    """Businesses that can be chosen: those looked for, else those whose name stands near the quotation, then its district."""
    rows = Business.objects.visible_to(user, user.as_role.purpose).filter(state="open")
    for part in wanted.replace("\x00", "").split()[:6]:
        rows = rows.filter(name__icontains=part)
    some = list(rows.order_by("name", "id")[:500])
    near = f"{record.headline} {said}".casefold()
    return sorted(some, key=lambda b: (b.name.casefold() not in near, b.district != record.district, b.name))


def _call_act(request: Any, kind: str, ref: str) -> HttpResponse:
    user, post, key = request.user, request.POST, f"{kind}:{ref}"
    if not user.as_role.allows(TEAM):
        return unseen(request, "record", key)
    act, errors = post.get("act", ""), {}
    business, on = None, None
    if act not in CALL_STEPS:
        errors["act"] = "Choose what you do"
    text = forms.words(post, "text", errors, {
        "linked": "Write how you know that it came from there", "set_aside": "Write why it is not of the operation",
        "response": "Write how the call was answered, and what came of it", "follow_up": "Write what was done",
    }.get(act, "Write what was said back, and to whom"))  # fmt: skip
    if act == "linked":
        number = post.get("business", "")
        rows = Business.objects.visible_to(user, user.as_role.purpose).filter(state="open")
        business = rows.filter(pk=int(number)).first() if number.isascii() and number.isdecimal() and len(number) < 12 else None  # fmt: skip
        if business is None:
            errors["business"] = "Choose the business"
    if act == "feedback":
        on = forms.day(post, "on", errors, past=True)
    if errors:
        return call(request, kind, ref, errors, 400)
    try:
        with transaction.atomic():
            acts.place_call(user, key, act, text, once(request), steps_seen(request), business, on)
            note(request, "alteration", "record", key, {"makesafe": act})
    except acts.Meanwhile as first:
        return call(request, kind, ref, {"text": first_was(first.step)}, 409)
    except acts.NotAllowed as reason:
        return call(request, kind, ref, {"text": str(reason)}, 400)
    messages.success(request, "Kept, with your name and the time.")
    return redirect("makesafe-call", kind, ref)


# ---- the operational order -------------------------------------------------------------------------------------


def teams() -> list[Any]:
    """Members of the community and proactive teams, who acknowledge the order."""
    return [a for a in directory.all_accounts() if a.is_active and a.role in DATA["order"]["acknowledged_by"]]


@page("see.makesafe")
def orders(request: Any) -> HttpResponse:
    """Versions of the operational order, the newest first, and a new draft."""
    user, purpose = request.user, request.user.as_role.purpose
    may = user.as_role.allows("makesafe.order")
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        if not may:
            return unseen(request, "operational order", "")
        status = 400
        text = forms.words(request.POST, "text", errors, "Write the order", 20_000)
        if not errors:
            try:
                with transaction.atomic():
                    made, is_new = acts.draft(user, text, once(request))
                    if is_new:
                        note(request, "collection", "operational order", str(made.number))
            except acts.Meanwhile as first:
                errors, status = {"text": first_was(first.step)}, 409
            else:
                messages.success(request, f"Version {made.number} is a draft.")
                return redirect("makesafe-order", made.number)
    else:
        listed(request, "operational orders", [])
    rows = list(Order.objects.visible_to(user, purpose).select_related("by"))
    signed = Acknowledged.objects.visible_to(user, purpose).filter(by__in=teams())
    context = {
        "orders": [(o, sum(s.order_id == o.pk for s in signed)) for o in rows], "total": len(teams()), "may": may, "errors": errors,
        "typed": request.POST, "once": once(request), "text": request.POST.get("text") or next((o.text for o in rows if o.state == "adopted"), ""),
    }  # fmt: skip
    return render(request, "makesafe/orders.html", context, status=status)


def _order(request: Any, number: int) -> Order | None:
    rows = Order.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by").filter(number=number).first()


@page("see.makesafe")
def order(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """One version: its text, its life, and who has acknowledged it."""
    found = _order(request, number)
    if found is None:
        return unseen(request, "operational order", str(number))
    user, purpose = request.user, request.user.as_role.purpose
    if request.method == "GET":
        read(request, "operational order", str(number))
    signed = list(Acknowledged.objects.visible_to(user, purpose).filter(order=found).select_related("by"))
    members = teams()
    names = {s.by_id for s in signed}
    may = user.as_role.allows("makesafe.order")
    context = {
        "order": found, "errors": errors or {}, "typed": request.POST, "once": once(request), "may": may,
        "steps": list(OrderStep.objects.visible_to(user, purpose).filter(order=found).select_related("by")),
        "signed": signed, "count": sum(m.pk in names for m in members), "total": len(members),
        "unsigned": [m for m in members if m.pk not in names] if may else [],
        "mine": next((s for s in signed if s.by_id == user.pk), None),
        "to_sign": user.role in DATA["order"]["acknowledged_by"] and found.state == "adopted" and user.pk not in names,
    }  # fmt: skip
    return render(request, "makesafe/order.html", context, status=status)


@page("makesafe.order", acts=True)
def order_act(request: Any, number: int) -> HttpResponse:
    """Consulted, with whom; or adopted."""
    if _order(request, number) is None:
        return unseen(request, "operational order", str(number))
    errors: dict[str, str] = {}
    kind = request.POST.get("kind", "")
    if kind not in ("consulted", "adopted"):
        errors["kind"] = "Choose what happened"
    text = forms.words(request.POST, "text", errors, "Write with whom, what they said, or who adopted it")
    if errors:
        return order(request, number, errors, 400)
    try:
        with transaction.atomic():
            acts.further(request.user, number, kind, text, once(request), steps_seen(request))
            note(request, "alteration", "operational order", str(number), {"step": kind})
    except acts.Meanwhile as first:
        return order(request, number, {"text": first_was(first.step)}, 409)
    except acts.NotAllowed as reason:
        return order(request, number, {"kind": str(reason)}, 400)
    messages.success(request, "Kept, with your name and the time.")
    return redirect("makesafe-order", number)


@page("makesafe.record", acts=True)
def acknowledge(request: Any, number: int) -> HttpResponse:
    """A member of the teams has read the order in force."""
    found = _order(request, number)
    if found is None:
        return unseen(request, "operational order", str(number))
    try:
        with transaction.atomic():
            if acts.acknowledge(request.user, found):
                note(request, "alteration", "operational order", str(number), {"step": "acknowledged"})
    except acts.NotAllowed as reason:
        return order(request, number, {"acknowledge": str(reason)}, 400)
    messages.success(request, "Acknowledged, with your name and the day.")
    return redirect("makesafe-order", number)


# ---- the message, the figures, coverage ------------------------------------------------------------------------


@page("see.makesafe")
def message(request: Any) -> HttpResponse:
    """Versions of the message, which one is in force, and how often that one was given."""
    user, today = request.user, timezone.localdate()
    may = user.as_role.allows("makesafe.order")
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        if not may:
            return unseen(request, "message", "")
        text = forms.words(request.POST, "text", errors, "Write the message")
        from_day = forms.day(request.POST, "from_day", errors)
        status = 400
        if not errors and from_day is not None:
            try:
                with transaction.atomic():
                    made, is_new = acts.new_message(user, text, from_day, once(request))
                    if is_new:
                        note(request, "collection", "message", str(made.number))
            except acts.NotAllowed as reason:
                errors = {"from_day": str(reason)}
            except acts.Meanwhile as first:
                said: Message = first.step
                errors = {"text": f"{said.by.name} wrote version {said.number} on {words.moment(said.at)}"}
                status = 409
            else:
                messages.success(
                    request, f"Version {made.number} is in force from {words.day(made.from_day)}."
                )
                return redirect("makesafe-message")
    else:
        listed(request, "message versions", [])
    some = all_messages(user)
    same, given = figures.consistency(user, today)
    context = {
        "versions": some[::-1], "in_force": in_force(some, today), "same": same, "given": given, "may": may, "errors": errors,
        "typed": request.POST, "once": once(request), "today": today.isoformat(), "months": DATA["message"]["months"],
    }  # fmt: skip
    return render(request, "makesafe/message.html", context, status=status)


@page("see.makesafe")
def numbers(request: Any) -> HttpResponse:
    """The operation in numbers."""
    user, purpose = request.user, request.user.as_role.purpose
    listed(request, "makesafe figures", [])
    quoted = quoting.calls(user)
    linked = Call.objects.visible_to(user, purpose).filter(state="linked")
    told = linked.filter(steps__kind="feedback").distinct()
    rows = figures.figures(user)
    rows.append(("Calls that quote the operation, as far as you may see them", [
        figures.Figure("Calls", f"{quoted.count():,}"),
        figures.Figure("Linked to a business", f"{linked.count():,}"),
        figures.Figure("The business was told what followed", figures.share(told.count(), linked.count())),
    ]))  # fmt: skip
    return render(request, "makesafe/figures.html", {"parts": rows, "least": figures.LEAST, "is_team": user.as_role.allows(TEAM)})  # fmt: skip


@page("makesafe.coverage")
def coverage(request: Any) -> HttpResponse:
    """Places with findings, and whether a business there is in the operation and trained."""
    found = covering.coverage(request.user)
    listed(request, "coverage of places", [c.place.cell for c in found])
    context = {
        "shown": paged(request, found), "total": len(found), "held": sum(bool(c.businesses) for c in found),
        "trained": sum(bool(c.trained) for c in found),
    }  # fmt: skip
    return render(request, "makesafe/coverage.html", context)
