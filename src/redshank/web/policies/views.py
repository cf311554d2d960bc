"""Pages of policies: which there are, one with its versions, a version with its life and who has read it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from redshank.web.meetings.bodies import BODIES
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.typed import day, first_was, looked_over, once, steps_seen, words
from redshank.web.policies import acts
from redshank.web.policies.models import Acknowledged, Handed, Policy, Review, Version, VersionStep
from redshank.web.policies.settings import DATA, KINDS
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read

TEXT = 20_000
MANAGE = "policies.manage"


def _terms(user: Any) -> list[tuple[str, str]]:
    """Bodies with their terms of reference, which stand as versions on pages of their own."""
    if not user.as_role.allows("see.raised"):
        return []
    return [(b.title, reverse("terms", args=[k])) for k, b in BODIES.items() if user.role in b.roles]


@page("see.policies")
def policies(request: Any) -> HttpResponse:
    """Every policy with the version in force, who has read it in numbers, and when it is reviewed; a new one."""
    user = request.user
    may = user.as_role.allows(MANAGE)
    errors: dict[str, str] = {}
    status, advice = 200, None
    if request.method == "POST":
        if not may:
            return unseen(request, "policy", "")
        title = words(request.POST, "title", errors, "Write what the policy is called", 200)
        text = words(request.POST, "text", errors, "Write the first draft", TEXT)
        owner = next((u for u in acts.owners() if u.username == request.POST.get("owner")), None)
        if owner is None:
            errors["owner"] = "Choose who answers for it"
        if request.POST.get("kind") not in KINDS:
            errors["kind"] = "Choose what kind of policy it is"
        status = 400 if errors else 200
        advice = None if errors else looked_over(request, "title", "text")
        if not errors and advice is None:
            with transaction.atomic():
                made, is_new = acts.make(user, title, request.POST["kind"], owner, text, once(request))
                if is_new:
                    note(request, "collection", "policy", str(made.pk))
            messages.success(request, "Kept as a draft. Consult those whom it concerns, then adopt it.")
            return redirect("policy", made.pk)
    rows = Policy.objects.visible_to(user, user.as_role.purpose).select_related("owner")
    shown = paged(request, rows)
    if request.method == "GET":
        listed(request, "policies", [str(p.pk) for p in shown.page])
    context = {
        "shown": shown, "lines": [_line(user, p) for p in shown.page], "may": may, "errors": errors, "typed": request.POST, "once": once(request),
        "kinds": KINDS, "owners": acts.owners() if may else [], "terms": _terms(user), "advice": advice,
    }  # fmt: skip
    return render(request, "policies/policies.html", context, status=status)


def _line(user: Any, policy: Policy) -> dict[str, Any]:
    rows = Version.objects.visible_to(user, user.as_role.purpose).filter(policy=policy)
    now = next((v for v in rows if v.state == "adopted"), None)
    signed = Acknowledged.objects.visible_to(user, user.as_role.purpose).filter(by=user, version=now)
    return {
        "policy": policy, "now": now, "waiting": [v for v in rows if v.state in ("draft", "consulted")],
        "share": acts.share(now) if now else None, "due": acts.due(now) if now else None, "unread": now is not None and not signed.exists(),
    }  # fmt: skip


def _policy(request: Any, number: int) -> Policy | None:
    rows = Policy.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("owner", "by").filter(pk=number).first()


@page("see.policies")
def policy(
    request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200, advice: Any = None
) -> HttpResponse:
    """One policy: its versions, its reviews, who answers for it; a new draft."""
    user, purpose = request.user, request.user.as_role.purpose
    found = _policy(request, number)
    if found is None:
        return unseen(request, "policy", str(number))
    may = user.as_role.allows(MANAGE)
    if request.method == "POST" and status == 200 and advice is None:
        return _draft(request, found) if may else unseen(request, "policy", str(number))
    if request.method == "GET":
        read(request, "policy", str(number))
    versions = list(Version.objects.visible_to(user, purpose).filter(policy=found).select_related("by"))
    now = next((v for v in versions if v.state == "adopted"), None)
    context = {
        "policy": found, "versions": versions, "now": now, "share": acts.share(now) if now else None, "due": acts.due(now) if now else None,
        "reviews": list(Review.objects.visible_to(user, purpose).filter(version__policy=found).select_related("version")),
        "handed": list(Handed.objects.visible_to(user, purpose).filter(policy=found).select_related("by", "owner")),
        "may": may, "errors": errors or {}, "typed": request.POST, "once": once(request), "owners": acts.owners() if may else [],
        "text": request.POST.get("text") or (now.text if now else ""), "months": DATA["review"]["months"], "source": DATA["review"]["source"],
        "as_at": timezone.now(), "advice": advice,
    }  # fmt: skip
    return render(request, "policies/policy.html", context, status=status)


def _draft(request: Any, found: Policy) -> HttpResponse:
    errors: dict[str, str] = {}
    text = words(request.POST, "text", errors, "Write the draft", TEXT)
    if errors:
        return policy(request, found.pk, errors, 400)
    if advice := looked_over(request, "text"):
        return policy(request, found.pk, {}, 200, advice)
    try:
        with transaction.atomic():
            made, is_new = acts.draft(request.user, found, text, once(request))
            if is_new:
                note(request, "collection", "policy", str(found.pk), {"version": made.number})
    except acts.Meanwhile as first:
        return policy(request, found.pk, {"text": first_was(first.step)}, 409)
    messages.success(request, f"Version {made.number} is a draft.")
    return redirect("policy-version", found.pk, made.number)


@page(MANAGE, acts=True)
def hand(request: Any, number: int) -> HttpResponse:
    """Somebody else answers for it."""
    found = _policy(request, number)
    if found is None:
        return unseen(request, "policy", str(number))
    errors: dict[str, str] = {}
    owner = next((u for u in acts.owners() if u.username == request.POST.get("owner")), None)
    if owner is None:
        errors["owner"] = "Choose who answers for it"
    text = words(request.POST, "why", errors, "Write why")
    if errors:
        return policy(request, number, errors, 400)
    with transaction.atomic():
        if acts.hand(request.user, found, owner, text, once(request)):
            note(request, "alteration", "policy", str(number), {"owner": owner.username if owner else ""})
    messages.success(request, "Kept, with your name and the time.")
    return redirect("policy", number)


# ---- a version -------------------------------------------------------------------------------------------------


def _version(request: Any, number: int, version: int) -> Version | None:
    rows = Version.objects.visible_to(request.user, request.user.as_role.purpose)
    return rows.select_related("by", "policy__owner").filter(policy=number, number=version).first()


@page("see.policies")
def version(
    request: Any, number: int, version: int, errors: dict[str, str] | None = None, status: int = 200, advice: Any = None
) -> HttpResponse:  # fmt: skip
    """One version: its text, its life, and how many have read it; names for those who may have them."""
    found = _version(request, number, version)
    if found is None:
        return unseen(request, "policy", f"{number} {version}")
    user, purpose = request.user, request.user.as_role.purpose
    if request.method == "GET":
        read(request, "policy", f"{number} version {version}")
    signed = list(Acknowledged.objects.visible_to(user, purpose).filter(version=found).select_related("by"))
    done = acts.readers(found)
    names = user.as_role.allows("learning.names")
    team = acts.everybody() if names else acts.team_of(user)
    context = {
        "version": found, "policy": found.policy, "errors": errors or {}, "typed": request.POST, "once": once(request),
        "may": user.as_role.allows(MANAGE), "steps": list(VersionStep.objects.visible_to(user, purpose).filter(version=found).select_related("by")),
        "share": acts.share(found), "signed": [s for s in signed if s.by_id != user.pk], "mine": next((s for s in signed if s.by_id == user.pk), None),
        "unsigned": [u for u in team if u.pk not in done] if found.state == "adopted" else [], "names": names, "team": bool(team),
        "to_sign": found.state == "adopted" and user.pk not in done, "today": timezone.localdate().isoformat(), "as_at": timezone.now(),
        "advice": advice,
    }  # fmt: skip
    return render(request, "policies/version.html", context, status=status)


@page(MANAGE, acts=True)
def version_act(request: Any, number: int, version: int) -> HttpResponse:
    """Consulted, with whom; or adopted, on which day."""
    found = _version(request, number, version)
    if found is None:
        return unseen(request, "policy", f"{number} {version}")
    errors: dict[str, str] = {}
    kind = request.POST.get("kind", "")
    if kind not in ("consulted", "adopted"):
        errors["kind"] = "Choose what happened"
    text = words(request.POST, "text", errors, "Write with whom, what they said, or who adopted it")
    on = day(request.POST, "on", errors, past=True) if kind == "adopted" else None
    if errors:
        return _shown(request, number, version, errors, 400)
    if advice := looked_over(request, "text"):
        return _shown(request, number, version, {}, 200, advice)
    try:
        with transaction.atomic():
            acts.further(request.user, found.policy, version, kind, text, once(request), steps_seen(request), on)  # fmt: skip
            note(request, "alteration", "policy", f"{number} version {version}", {"step": kind})
    except acts.Meanwhile as first:
        return _shown(request, number, version, {"text": first_was(first.step)}, 409)
    except acts.NotAllowed as reason:
        return _shown(request, number, version, {"kind": str(reason)}, 400)
    messages.success(request, "Kept, with your name and the time.")
    return redirect("policy-version", number, version)


#: The page of a version under a name that its own parameter does not hide.
_shown = version


@page("see.policies", acts=True)
def acknowledge(request: Any, number: int, version: int) -> HttpResponse:
    """Whoever signs in has read the version in force."""
    found = _version(request, number, version)
    if found is None:
        return unseen(request, "policy", f"{number} {version}")
    try:
        with transaction.atomic():
            if acts.acknowledge(request.user, found):
                note(request, "alteration", "policy", f"{number} version {version}", {"step": "acknowledged"})
    except acts.NotAllowed as reason:
        return _shown(request, number, version, {"acknowledge": str(reason)}, 400)
    messages.success(request, "Acknowledged, with your name and the day.")
    return redirect("policy-version", number, version)
