"""Bulk dismissal of one known-wrong pattern: proposed, sampled by a second person, decided (practice rule 5)."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from redshank.web.heads.models import Signal
from redshank.web.pages.around import publication
from redshank.web.pages.errors import unseen
from redshank.web.pages.explain import highlighted
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read
from redshank.web.worklist import acts, sweeping
from redshank.web.worklist.config import SETTINGS
from redshank.web.worklist.items import records_of
from redshank.web.worklist.models import Rule, Sweep


def _seen(user: Any) -> Any:
    return Sweep.objects.visible_to(user, user.as_role.purpose).select_related("by", "second", "second__by")


def _rules(user: Any, names: set[str]) -> dict[str, Rule]:
    return {r.rule: r for r in Rule.objects.visible_to(user, user.as_role.purpose).filter(rule__in=names)}


@page("item.sweep")
def sweeps(request: Any) -> HttpResponse:
    rows = list(_seen(request.user)[:100])
    rules = _rules(request.user, {s.rule for s in rows})
    listed(request, "bulk dismissals", [str(s.pk) for s in rows])
    lines = [{"sweep": s, "rule": rules.get(s.rule), "covers": len(s.parsed("hits"))} for s in rows]
    return render(request, "worklist/sweeps.html", {"lines": lines})


@page("item.sweep")
def sweep_propose(request: Any) -> HttpResponse:
    """What a bulk dismissal of this pattern would cover, and what stands in its way."""
    user = request.user
    asked = request.POST if request.method == "POST" else request.GET
    if not asked.get("rule"):
        return redirect("rules")  # it is proposed from a rule's page
    rule = _rules(user, {asked.get("rule", "")[:120]}).get(asked.get("rule", ""))
    text = sweeping.folded(asked.get("words", "")[:500])
    if rule is None or not text:
        return unseen(request, "rule", asked.get("rule", "")[:120])
    pattern = sweeping.pattern_of(user, rule.rule, text)
    errors: dict[str, str] = {}
    if request.method == "POST":
        why = request.POST.get("why", "").strip()
        if not why or len(why) > acts.LONGEST:
            errors["why"] = "Write why every one of these is read wrongly"
        else:
            once = request.POST.get("once", "")[:80] or secrets.token_hex(16)
            try:
                with transaction.atomic():
                    made = sweeping.propose(user, pattern, why, once, publication().current_run)
                    note(
                        request,
                        "alteration",
                        "bulk dismissal",
                        str(made.pk),
                        {"act": "proposed", "rule": rule.rule},
                    )
                messages.success(
                    request, "Proposed. Nothing is dismissed until a second person has looked at the sample."
                )
                return redirect("sweep", made.pk)
            except acts.NotAllowed as reason:
                errors["why"] = str(reason)
            except IntegrityError:
                return redirect("sweeps")
    held = records_of(user, (h.record_key for h in pattern.covered))
    listed(request, "hits of a pattern", [h.signal_id for h in pattern.covered], rule=rule.rule)
    context = {
        "rule": rule, "pattern": pattern, "records": [held[h.record_key] for h in pattern.covered if h.record_key in held],
        "known": SETTINGS["sweep"]["known"], "errors": errors, "typed": request.POST,
        "once": request.POST.get("once") or secrets.token_hex(16),
    }  # fmt: skip
    return render(request, "worklist/sweep_propose.html", context, status=400 if errors else 200)


@page("item.sweep")
def sweep(request: Any, number: int, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    """One bulk dismissal: who proposed it and why, the sample with its texts, and the decision."""
    from redshank.publish.reading import texts

    user = request.user
    found = _seen(user).filter(pk=number).first()
    if found is None:
        return unseen(request, "bulk dismissal", str(number))
    pairs = {i: k for i, k in found.parsed("hits") if i in set(found.parsed("sample"))}
    rows = Signal.objects.visible_to(user, user.as_role.purpose).filter(signal_id__in=pairs)
    hits = {h.signal_id: h for h in rows}
    held = records_of(user, (h.record_key for h in hits.values()))
    found_texts = texts(settings.HOME, {k: r.delivery_no for k, r in held.items()})
    for key in held:
        read(request, "record", key)
    verdicts = found.second.parsed("verdicts") if hasattr(found, "second") else {}
    sample = [
        {"hit": hits[i], "record": held[k], "text": highlighted(found_texts[k], [hits[i]], []), "typed": request.POST.get(f"hit_{i}", ""), "said": verdicts.get(i, "")}
        for i, k in sorted(pairs.items())
        if i in hits and k in held
    ]  # fmt: skip
    context = {
        "sweep": found, "rule": _rules(user, {found.rule}).get(found.rule), "sample": sample, "covers": len(found.parsed("hits")),
        "verdict_words": ("right", "wrong"), "why_not": sweeping.may_decide(user, found), "mine": found.by_id == user.pk and found.state == "waiting",
        "missing": len(pairs) - len(sample), "errors": errors or {}, "typed": request.POST,
        "once": request.POST.get("once") or secrets.token_hex(16),
    }  # fmt: skip
    return render(request, "worklist/sweep.html", context, status=status)


@page("item.sweep", acts=True)
def decide_sweep(request: Any, number: int) -> HttpResponse:
    """The second person's verdict on every hit of the sample; or the first takes it back."""
    user, post = request.user, request.POST
    found = _seen(user).filter(pk=number).first()
    if found is None:
        return unseen(request, "bulk dismissal", str(number))
    why = post.get("why", "").strip()
    if not why or len(why) > acts.LONGEST:
        return sweep(request, number, {"why": "Write why"}, 400)
    once = post.get("once", "")[:80] or secrets.token_hex(16)
    try:
        with transaction.atomic():
            if post.get("act") == "withdraw":
                done = sweeping.withdraw(user, number, why, once)
            else:
                verdicts = {i: post.get(f"hit_{i}", "") for i in found.parsed("sample")}
                done = sweeping.decide(user, number, verdicts, why, once, publication().current_run)
            note(
                request,
                "alteration",
                "bulk dismissal",
                str(number),
                {"act": done.outcome, "dismissed": done.dismissed},
            )
    except acts.NotAllowed as reason:
        return sweep(request, number, {"why": str(reason)}, 409)
    said = {
        "agreed": f"{done.dismissed} dismissed.",
        "refused": "Refused: nothing was dismissed.",
        "withdrawn": "Withdrawn.",
    }
    messages.success(request, said[done.outcome])
    return redirect("sweep", number)
