"""What policies put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from redshank.web.pages import waits, words
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.policies import acts
from redshank.web.policies.models import Acknowledged, Answered, Review, Version

#: Who sees every overdue review, not only those of policies that one answers for (practice rule 25).
OVERSEE = frozenset(["safeguarding_lead"])


def mine(user: Any, purpose: str) -> Block:
    """Policies in force that this person has not acknowledged, and surveys that wait for an answer."""
    signed = Acknowledged.objects.visible_to(user, purpose).filter(by=user).values("version")
    rows = Version.objects.visible_to(user, purpose).filter(state="adopted").exclude(pk__in=signed)
    lines = [
        Told(
            v.title,
            reverse("policy-version", args=[v.policy_id, v.number]),
            f"read and acknowledge it, {waits.by('policies_mine', max(v.adopted_on, timezone.localdate(user.created_at)))}",
        )
        for v in rows.select_related("policy")
    ]
    done = Answered.objects.visible_to(user, purpose).values("review")
    asked = Review.objects.visible_to(user, purpose).filter(state="open").exclude(pk__in=done)
    lines += [
        Told(f"Survey on {r.version.policy.title}", reverse("policy-survey", args=[r.pk]), f"a few questions, nobody's answers are told; until {words.day(r.survey_until)}")
        for r in asked.select_related("version__policy") if r.survey_is_open
    ]  # fmt: skip
    return Block("Policies to acknowledge, and surveys to answer", lines[:SHOWN], len(lines), reverse("policies"))  # fmt: skip


def _lines(user: Any, wanted: Callable[[acts.Due], bool]) -> list[Told]:
    out = []
    for d in acts.all_due():
        owner = d.version.policy.owner
        if not wanted(d) or (owner.pk != user.pk and user.role not in OVERSEE):
            continue
        where = reverse("policy-review", args=[d.review.pk]) if d.review else reverse("policy", args=[d.version.policy_id])  # fmt: skip
        stands = d.review.state_words.lower() if d.review else "no review is planned"
        out.append(Told(f"Review of {d.version.title}", where, f"due on {words.day(d.on)}, {owner.name}; {stands}"))  # fmt: skip
    return out


def overdue(user: Any, purpose: str) -> Block:
    """For whoever answers for the policy, and for the safeguarding lead."""
    lines = _lines(user, lambda d: d.is_late)
    return Block("Policy reviews past their date", lines[:SHOWN], len(lines), reverse("policies"))


def coming(user: Any, purpose: str) -> Block:
    lines = _lines(user, lambda d: d.is_coming and not d.is_late)
    return Block("Policy reviews coming", lines[:SHOWN], len(lines), reverse("policies"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "policies_mine": mine, "policy_reviews_late": overdue, "policy_reviews_coming": coming,
}  # fmt: skip
