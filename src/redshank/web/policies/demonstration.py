"""The policies of a demonstration home: two invented ones in force, one of them under review. Made once, by its accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.policies import acts, reviewing
from redshank.web.policies.models import Policy, Version

EXPLOITATION = """This policy is invented, for a demonstration.

1. A child is a child first, also where a record names them as a suspect.
2. Whoever sees signs of exploitation records what was seen, and passes it on the same day.
3. Group-based exploitation is considered in each case: two or more people, identified or not, around one or more children.
4. Disruption of those who harm is considered beside investigation and charge, and the consideration is recorded.
5. Partners are asked early, and told what came of what they gave.
"""
LANGUAGE = """This policy is invented, for a demonstration.

1. We write what adults did, what the child said in whose words, and what we saw.
2. We do not write that a child is responsible for what was done to them.
3. Words are checked by a colleague in the monthly audit; feedback is for learning.
"""
MEASURES = (
    ("Concerns passed on the same day", "Concerns by the day on which they were written and answered; counted here", "not counted before", "Nine of ten answered in time"),
    ("Records with words that blame", "Phrases found in a thousand records; counted by the language check", "as counted in the month before adoption", "Fewer than before"),
)  # fmt: skip


def seed() -> None:
    """Makes them where the home has none and its accounts are there."""
    some = {u.username: u for u in User.objects.filter(demonstration=True)}
    officer, lead = some.get("demo-partnership_officer"), some.get("demo-safeguarding_lead")
    if officer is None or lead is None or Policy.objects.exists():
        return
    with transaction.atomic():
        policy = _adopted(officer, lead, "Child exploitation policy", "exploitation", EXPLOITATION, 165)
        language = _adopted(lead, lead, "Policy on appropriate language", "language", LANGUAGE, 60)
        for user in sorted(some.values(), key=lambda u: u.username)[:9]:
            acts.acknowledge(user, policy)
            acts.acknowledge(user, language)
        terms = "How the policy was put into practice in its first six months, how it is understood, and what it brought. The partnership officer asks; the meeting that owns the policy gets the result."
        review, _ = reviewing.plan(officer, policy, terms, "seed")
        for n, (title, how, before, aim) in enumerate(MEASURES):
            given = {"title": title, "how": how, "before": before, "aim": aim}
            reviewing.choose(officer, review.pk, given, f"seed {n}", n + 1)
        reviewing.fix(officer, review.pk, "Agreed at the strategic meeting", "seed fix", 3)
        until = timezone.localdate() + timedelta(days=10)
        reviewing.open_(
            officer, review.pk, until, "Everybody who signs in, by the first page", "seed open", 4
        )


def _adopted(owner: Any, by: Any, title: str, kind: str, text: str, days: int) -> Version:
    policy, _ = acts.make(by, title, kind, owner, text, f"seed {kind}")
    on = timezone.localdate() - timedelta(days=days)
    acts.further(
        by, policy, 1, "consulted", "The strategic meeting and the staff associations.", f"c {kind}", 1
    )
    acts.further(by, policy, 1, "adopted", "The chief officers.", f"a {kind}", 2, on)
    return Version.objects.select_related("policy").get(policy=policy, number=1)
