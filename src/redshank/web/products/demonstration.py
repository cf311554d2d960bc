"""The register and the products of a demonstration home: made once by its accounts through the acts that people use.

A confirmed flag; the problem profile of the year before, signed, and this year's draft; a signed bulletin that somebody acknowledged.
What is from before is dated so afterwards, for no act takes a day of its own.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from redshank.products import specs
from redshank.web.accounts.models import User
from redshank.web.flags import acts as flags
from redshank.web.flags.definition import IN_FORCE
from redshank.web.flags.models import Flag
from redshank.web.heads.models import Appearance
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.products import acts
from redshank.web.products.models import Product, Step
from redshank.web.trail.write import note

YEAR, FOUR_WEEKS = 365, 28
SIGNED = 340  # days ago: last year's profile is still in its term, and its end is near
WROTE = "Written for the demonstration: an author says here what the figures mean for the force, and how sure that is."


def seed() -> None:
    """Makes it where the home has neither a flag nor a product and its accounts are there."""
    who = {u.username.removeprefix("demo-"): u for u in User.objects.filter(demonstration=True)}
    as_of = publication().as_of
    if as_of is None or "analyst-2" not in who or Flag.objects.exists() or Product.objects.exists():
        return
    with transaction.atomic():
        flagged(who, "seed flag")
        last = timezone.localdate(as_of) - timedelta(days=1)
        before = last - timedelta(days=YEAR)
        then = timezone.now() - timedelta(days=SIGNED)
        signed(who, "problem-profile", before - timedelta(days=YEAR - 1), before, then)
        drafted(who["analyst"], "problem-profile", last - timedelta(days=YEAR - 1), last)
        bulletin = signed(who, "exploitation-bulletin", last - timedelta(days=FOUR_WEEKS - 1), last)
        reader = who["duty_inspector"]
        acts.receive(reader, bulletin, "internal", "Read out at the start of the shift.", "seed receipt")


def opens(user: User, keys: list[str]) -> None:
    """Opens the records, as their pages keep it."""
    request = SimpleNamespace(user=user, path="/records", META={}, headers={}, GET={})
    for key in keys:
        note(request, "consultation", "record", key)


def flagged(who: dict[str, User], once: str) -> Flag | None:
    """A crime with somebody harmed and somebody suspected in it, proposed by the analyst and confirmed by a second person: the last
    of the list, so that what a newcomer meets first is theirs to decide. None where the force has no such crime."""
    proposer, decider = who["analyst"].without_c(), who["exploitation_officer"].without_c()

    def crimes(*roles: str) -> set[str]:
        rows = Appearance.objects.visible_to(proposer, proposer.as_role.purpose).filter(role__in=roles)
        return set(rows.filter(record_key__startswith="crimes:").values_list("record_key", flat=True))

    both = sorted(crimes("victim") & crimes("suspect"))
    if not both:
        return None
    key, run = both[-1], publication().current_run
    answers = {s.key: "yes" for s in IN_FORCE.steps} | {"group": "yes"}
    axes = {a["key"]: next(iter(a["options"])) for a in IN_FORCE.axes}
    given = flags.Given(answers, axes, "moderate", "What the record states, read for the demonstration.", (key,), once)  # fmt: skip
    opens(who["analyst"], [key])
    made = flags.propose(who["analyst"], "record", key, words.record_words(key), given, run=run, shown={}, closed=False, district="")  # fmt: skip
    opens(who["exploitation_officer"], [key])
    read = flags.Given(answers, axes, "moderate", "Read anew, with the same result.", (key,), f"{once} 2")
    flags.decide(decider, made.pk, "confirmed", read, run=run, shown={}, seen_acts=1)
    return made


def drafted(author: User, code: str, start: date, end: date) -> Product:
    return acts.draft(author, acts.Asked(code, start, end, f"seed {code} {end}"))


def signed(who: dict[str, User], code: str, start: date, end: date, at: datetime | None = None) -> Product:
    """Drafted and written by one, reviewed by a second, signed by a third; ``at``: on which day, where not now."""
    author, once = who["analyst"], f"seed {code} {end}"
    number = drafted(author, code, start, end).pk
    for h in specs.read(code, settings.HOME).headings:
        if h.asks and not h.figures and not h.fixed:
            acts.write(author, number, _version(number), f"{once} {h.key}", h.key, WROTE)
    acts.submit(author, number, _version(number), once)
    acts.review(who["analyst-2"], number, _version(number), once, True, "")
    acts.sign(who["safeguarding_lead"], number, _version(number), once)
    if at is not None:
        Product.objects.filter(pk=number).update(at=at, signed_at=at)
        Step.objects.filter(product=number).update(at=at)
    return Product.objects.get(pk=number)


def _version(number: int) -> Any:
    return Product.objects.values_list("version", flat=True).get(pk=number)
