"""What people did about it, as rows: actions, options of the toolkit, asks of agencies, what was raised, visits, concerns, lines of VVOL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from redshank.products.rows import Act
from redshank.web.concerns.models import Concern
from redshank.web.disruption.models import DECISIONS, Measure
from redshank.web.makesafe.models import Training, Visit
from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Action, Commission, Raised
from redshank.web.pages import words
from redshank.web.sharing.models import Ask, Referral


def deeds(user: Any) -> tuple[Act, ...]:
    """Each through what this user may see; by kind and number."""
    return tuple(sorted(_all(user), key=lambda a: (a.kind, a.day, a.ident)))


def _day(at: datetime) -> date:
    return at.astimezone(words.LONDON).date()


def _all(user: Any) -> Iterator[Act]:
    def seen(model: Any) -> Any:
        return model.objects.visible_to(user, user.as_role.purpose)

    for a in seen(Action):
        yield Act("action", str(a.pk), _day(a.at), a.state_words, a.strand_words, a.task, reverse("action", args=[a.pk]), a.due)  # fmt: skip
    for m in seen(Measure):
        yield Act("option", str(m.pk), _day(m.at), DECISIONS[m.decision], m.option_name, m.name, reverse("disruption"), m.review_on)  # fmt: skip
    for k in seen(Ask):
        yield Act("ask", str(k.pk), _day(k.at), k.get_state_display(), k.agency, k.what, reverse("sharing"), k.due)  # fmt: skip
    for r in seen(Referral):
        yield Act("referral", str(r.pk), _day(r.received_at), r.get_waits_display(), r.agency, "", reverse("sharing"))  # fmt: skip
    for raised in seen(Raised):
        body = BODIES[raised.began].title if raised.began in BODIES else raised.began
        yield Act("raised", str(raised.pk), _day(raised.at), "closed" if raised.closed_at else "open", body, raised.title, reverse("raised-one", args=[raised.pk]))  # fmt: skip
    for c in seen(Commission):
        yield Act("commission", str(c.pk), _day(c.at), c.state_words, c.meeting, c.question, reverse("commission", args=[c.pk]), c.due)  # fmt: skip
    for v in seen(Visit):
        yield Act("visit", str(v.pk), v.on, v.get_kind_display(), "Makesafe", "", reverse("makesafe"))
    for t in seen(Training):
        yield Act("training", str(t.pk), t.on, f"{t.trained} of {t.staff}", "Makesafe", "", reverse("makesafe"))  # fmt: skip
    for n in Concern.counted(user) if user.as_role.scope == "all" else seen(Concern):
        yield Act("concern", str(n.pk), _day(n.at), n.get_state_display(), n.agency or "police", "", reverse("concern", args=[n.pk]))  # fmt: skip
