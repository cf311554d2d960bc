"""Pages on which people settle who sees what, ask for it, and look after accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.access import acts, standing
from redshank.web.access.models import WHAT
from redshank.web.meetings import leavers
from redshank.web.notices import lists
from redshank.web.pages.errors import nothing_here, unseen
from redshank.web.policy.gate import page
from redshank.web.policy.matters import moved
from redshank.web.policy.sight import current_run
from redshank.web.trail.write import listed, note, read

LONGEST = 300


def _reason(request: Any, errors: dict[str, str], name: str = "reason") -> str:
    text = request.POST.get(name, "").strip()
    if not text:
        errors[name] = "Write why"
    elif len(text) > LONGEST:
        errors[name] = f"Write no more than {LONGEST} characters"
    return text


def _account(request: Any, errors: dict[str, str], name: str) -> Any:
    found = next((u for u in acts.readers() if u.username == request.POST.get(name, "")), None)
    if found is None:
        errors[name] = "Choose who"
    return found


def _days(request: Any, errors: dict[str, str]) -> int:
    text = request.POST.get("days", "").strip()
    days = int(text) if text.isdecimal() and len(text) < 4 else 0
    if not 1 <= days <= acts.LONGEST_GRANT:
        errors["days"] = f"Write for how many days, from 1 to {acts.LONGEST_GRANT}"
    return days


@page("sight.share")
def of_thing(request: Any, kind: str, ident: str) -> HttpResponse:
    """One thing: who may see it, and what can be changed about that."""
    user = request.user
    about = acts.thing(user, kind, ident)
    if about is None:
        return unseen(request, kind if kind in acts.KINDS else "page", ident)
    manages = user.as_role.allows("sight.manage")
    errors: dict[str, str] = {}
    if request.method == "POST":
        act = request.POST.get("act", "")
        allowed = {"share"} | ({"restrict", "grant", "conflict"} if manages else set())
        if act not in allowed:
            return unseen(request, kind, ident)
        with transaction.atomic():
            said = _acted(request, about, act, errors)
        if said:
            messages.success(request, said)
            return redirect("sight" if act == "conflict" else "sight-thing", **({} if act == "conflict" else {"kind": kind, "ident": ident}))  # fmt: skip
    else:
        read(request, kind, ident)
    context = {
        "about": about, "kind_words": acts.KINDS[kind][2], "stands": acts.of_thing(user, about) if manages else {}, "manages": manages,
        "errors": errors, "typed": request.POST, "readers": acts.readers(), "audiences": acts.audiences(), "longest": acts.LONGEST_GRANT,
    }  # fmt: skip
    return render(request, "access/thing.html", context, status=400 if errors else 200)


def _acted(request: Any, about: acts.Thing, act: str, errors: dict[str, str]) -> str:
    """Does what the form asks; what was done in words, or nothing with the errors."""
    reason = _reason(request, errors)
    if act == "share":
        audience = request.POST.get("audience", "")
        if audience not in dict(acts.audiences()):
            errors["audience"] = "Choose with whom"
        if not about.open:
            errors["audience"] = "This rests on a report of handling C: it is not shared without a sanitised text that a second person released"  # fmt: skip
        if errors:
            return ""
        with transaction.atomic():
            acts.share(request.user, about, audience, reason)
            note(request, "disclosure", about.kind, about.ident, {"shared": audience, "reason": reason})
        return f"{about.label} is shared."
    if act == "restrict":
        keep = [u for u in acts.readers() if u.username in request.POST.getlist("keep")]
        if errors:
            return ""
        with transaction.atomic():
            acts.restrict(request.user, about, reason, keep)
            note(request, "alteration", about.kind, about.ident, {"restricted": True, "keep": len(keep) + 1})
        return f"{about.label} is restricted; {len(keep) + 1} keep sight of it for {acts.KEEPS_SIGHT} days."
    user = _account(request, errors, "who" if act == "conflict" else "user")
    if act == "conflict":
        if about.kind != "person" or (user is not None and user == request.user):
            errors["who"] = "Choose another person; a matter of your own is declared under “Ask”"
        if errors:
            return ""
        with transaction.atomic():
            acts.conflict(request.user, about, user, reason)
            note(request, "alteration", "person", about.ident, {"conflict": user.username})
        return "Recorded. Nothing of this matter shows to them from now on."
    days = _days(request, errors)
    if errors:
        return ""
    until = timezone.now() + timedelta(days=days)
    with transaction.atomic():
        acts.grant(request.user, about.kind, about.ident, about.label, user, until, reason)
        note(request, "alteration", about.kind, about.ident, {"granted": user.username, "days": days})
    return f"{user.name} may see {about.label} for {days} days."


@page("sight.manage")
def overview(request: Any) -> HttpResponse:
    """Everything that narrows or widens sight, with who, when and why; what was taken back stays below."""
    return _overview(request, {}, 200)


def _overview(request: Any, errors: dict[str, str], status: int) -> HttpResponse:
    user = request.user
    stands, ended = acts.standing(user), acts.standing(user, ended=True)
    listed(request, "sight", [f"{what}:{r.pk}" for what, rows in stands.items() for r in rows])
    context = {
        "stands": stands, "ended": ended, "errors": errors, "typed": request.POST, "readers": acts.readers(), "waiting": acts.waiting(user),
        "longest": acts.LONGEST_GRANT, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "access/overview.html", context, status=status)


@page("sight.manage", acts=True)
def end(request: Any, what: str, number: int) -> HttpResponse:
    """Takes back a restriction, a grant, a share or a conflict."""
    errors: dict[str, str] = {}
    if not any(r.pk == number for r in acts.standing(request.user).get(what, [])):
        return unseen(request, "page", f"sight {what} {number}")
    name = f"why-{what}-{number}"
    why = _reason(request, errors, name)
    if errors:
        return _overview(request, errors, 400)
    with transaction.atomic():
        row = acts.end(request.user, what, number, why)
        kind, ident = ("person", row.person_id) if what == "conflict" else (row.kind, row.ident)
        note(request, "alteration", kind, ident, {"taken back": what})
    messages.success(request, "Taken back. It stays below with your reason.")
    return redirect("sight")


@page("sight.manage", acts=True)
def grant(request: Any, number: int) -> HttpResponse:
    """Opens what is restricted to one person for a time, also by somebody who does not see it."""
    found = acts.restricted_to(request.user, number)
    if found is None:
        return unseen(request, "page", f"restriction {number}")
    errors: dict[str, str] = {}
    reason, user, days = (
        _reason(request, errors),
        _account(request, errors, "user"),
        _days(request, errors),
    )
    if errors:
        return _overview(request, errors, 400)
    with transaction.atomic():
        until = timezone.now() + timedelta(days=days)
        acts.grant(request.user, found.kind, found.ident, found.label, user, until, reason)
        note(request, "alteration", found.kind, found.ident, {"granted": user.username, "days": days})
    messages.success(request, f"{user.name} may see it for {days} days.")
    return redirect("sight")


@page("")
def asks(request: Any) -> HttpResponse:
    """Ask for sight of something, or declare a matter of one's own; what one asked before, with the answer."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        what = request.POST.get("what", "")
        if what not in WHAT:
            errors["what"] = "Choose what it is"
        said, why = _reason(request, errors, "words"), _reason(request, errors, "why")
        if not errors:
            with transaction.atomic():
                made = acts.ask(request.user, what, said, why)
                note(request, "alteration", "ask", str(made.pk), {"what": what})
            messages.success(request, "Sent to the safeguarding lead. The answer will stand here.")
            return redirect("asks")
    context = {"errors": errors, "typed": request.POST, "whats": WHAT, "asked": acts.asks_of(request.user)}
    return render(request, "access/asks.html", context, status=400 if errors else 200)


@page("sight.manage", acts=True)
def answer(request: Any, number: int) -> HttpResponse:
    errors: dict[str, str] = {}
    if not any(a.pk == number for a in acts.waiting(request.user)):
        return unseen(request, "ask", str(number))
    text = _reason(request, errors, f"answer-{number}")
    if errors:
        return _overview(request, errors, 400)
    with transaction.atomic():
        if acts.answer(request.user, number, text) is not None:
            note(request, "alteration", "ask", str(number), {"answered": True})
    messages.success(request, "Answered.")
    return redirect("sight")


@page("")
def why(request: Any, kind: str, ident: str) -> HttpResponse:
    """Why one sees a thing no longer, and who can grant it: only to whoever was once allowed to see it."""
    user = request.user
    if acts.thing(user, kind, ident) is not None:
        return render(request, "access/why.html", {"sees": True})
    names = moved(kind, {ident}, current_run()) if kind in acts.KINDS else set()
    before = next((b for n in sorted(names) if (b := acts.once_seen(user, kind, n))), None)
    own = acts.sight_of(user).own.get(kind, set())
    seen_as = f"see.{acts.KINDS[kind][0].SEEN_AS}" if kind in acts.KINDS else ""
    if before is None or names & own or not user.as_role.allows(seen_as):
        return nothing_here(request)
    note(request, "refusal", kind, ident[:240])
    return render(request, "access/why.html", {"sees": False, "before": before})


# ---- accounts -------------------------------------------------------------------------------------


@page("")
def team(request: Any) -> HttpResponse:
    """The accounts whose line manager I am: does each still need it? Asked again each quarter."""
    return _team(request, {}, 200)


def _team(request: Any, errors: dict[str, str], status: int) -> HttpResponse:
    rows = [(s, standing.due(s), standing.lacks(s.user)) for s in standing.team_of(request.user)]
    context = {"team": rows, "errors": errors, "typed": request.POST, "today": standing.today()}
    return render(request, "access/team.html", context, status=status)


@page("", acts=True)
def certify(request: Any, username: str) -> HttpResponse:
    """The line manager says that somebody still needs the access, or takes it away the same day."""
    if not any(s.user.username == username for s in standing.team_of(request.user)):
        return unseen(request, "account", username)
    errors: dict[str, str] = {}
    keeps = request.POST.get("keeps", "")
    if keeps not in ("yes", "no"):
        errors["keeps"] = "Choose whether the access is still needed"
    reason = _reason(request, errors)
    if errors:
        return _team(request, errors, 400)
    with transaction.atomic():
        found = standing.look(request.user, username, keeps == "yes", reason)
        if found is not None and keeps == "no":
            leavers.passes_on(found.user, request.user)
        note(request, "alteration", "account", username, {"keeps": keeps})
    if found is not None:
        said = "keeps the access for another quarter" if keeps == "yes" else "has no access from now on"
        messages.success(request, f"{found.user.name} {said}.")
    return redirect("team")


@page("people.manage")
def account(request: Any, username: str) -> HttpResponse:
    """Training, vetting, line manager, deputy, another role, leaving."""
    from redshank.web.access.accounts import Told, told
    from redshank.web.accounts import directory

    found = next((u for u in directory.all_accounts() if u.username == username), None)
    if found is None:
        return unseen(request, "account", username)
    errors: dict[str, str] = {}
    given = told(request.POST, found, errors) if request.method == "POST" else Told.of(found)
    if request.method == "POST" and not errors:
        if found == request.user and given.role != found.role:
            errors["role"] = "Nobody gives themselves a role: another administrator does"
        else:
            before = found.role
            with transaction.atomic():
                mail = {"mail": "another address" if given.mail else "no address"} if given.keep(found) else {}  # fmt: skip
                if given.role != before or (given.left_on and given.left_on <= standing.today()):
                    leavers.passes_on(found, request.user)
                note(request, "alteration", "account", username, {"role": given.role} | mail)
            messages.success(request, f"{found.name}: kept.")
            return redirect("people")
    context = {
        "account": found, "given": given, "errors": errors, "needs": standing.NEEDS, "level": standing.NEEDS.labels[standing.NEEDS.level(found.role)],
        "lacks": standing.lacks(found), "way": lists.way_of(found), "people": [a for a in directory.all_accounts() if a != found and a.is_active],
        "roles": [(k, r.title) for k, r in standing.ROLES.items()],
    }  # fmt: skip
    return render(request, "access/account.html", context, status=400 if errors else 200)
