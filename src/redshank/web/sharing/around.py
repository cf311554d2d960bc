"""What was asked of agencies about a child, and the child's way through the front door, as lines of the child's own timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from redshank.web.sharing import acts
from redshank.web.sharing.models import Ask, AskStep, Referral, ReferralStep


@dataclass(frozen=True)
class Happened:
    """One line: when it was recorded, what it is, in whose words, and where it leads. A day that was said stands in ``what``."""

    at: datetime
    what: str
    text: str
    who: str
    url: str
    closed: bool = False


def in_the_file(user: Any, person_id: str) -> list[Happened]:
    """As far as this reader sees asks and referrals; in no order."""
    purpose = user.as_role.purpose
    asks = list(acts.about(Ask.objects.visible_to(user, purpose).select_related("by"), user, "child", person_id))  # fmt: skip
    out = [
        Happened(a.at, f"Asked of {a.agency}", f"{a.what} {a.why}", a.by.name, reverse("ask", args=[a.pk]), a.closed) for a in asks
    ]  # fmt: skip
    steps = AskStep.objects.visible_to(user, purpose).filter(ask__in=asks).select_related("by", "ask")
    out += [
        Happened(s.at, f"{s.ask.agency}: {s.kind_words.lower()}", s.why, s.by.name, reverse("ask", args=[s.ask_id]), s.ask.closed) for s in steps
    ]  # fmt: skip
    referred = list(acts.about(Referral.objects.visible_to(user, purpose).select_related("by"), user, "child", person_id))  # fmt: skip
    out += [
        Happened(r.received_at, f"Referred to the MASH by {r.agency}", r.what, r.by.name, reverse("mash-referral", args=[r.pk]), r.closed) for r in referred
    ]  # fmt: skip
    answers = ReferralStep.objects.visible_to(user, purpose).filter(referral__in=referred).select_related("by", "referral")  # fmt: skip
    for s in answers:
        said = f"{s.kind_words}, {s.answer_words.lower()}" if s.answer else s.kind_words
        out.append(Happened(s.on, f"MASH: {said}", s.why, s.by.name, reverse("mash-referral", args=[s.referral_id]), s.referral.closed))  # fmt: skip
    return out
