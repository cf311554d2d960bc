"""What preservation notices put on the first page. Without names: a notice is called by its kind and title."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.pages import waits
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.retention.acts import LIFT
from redshank.web.retention.models import Notice, Step


def decide(user: Any, purpose: str) -> Block:
    """Notices that somebody else proposed to lift."""
    rows = Notice.objects.visible_to(user, purpose).filter(state="proposed").exclude(proposed_by=user)
    rows = rows.select_related("proposed_by").order_by("pk") if user.as_role.allows(LIFT) else rows.none()
    steps = Step.objects.filter(notice__in=rows, kind="lift_proposed").order_by("at", "id")
    since = dict(steps.values_list("notice", "at"))
    lines = [
        Told(f"{n.kind_words} notice: {n.title}" if n.kind != "standing" else n.title, reverse("preservation-notice", args=[n.pk]), f"{n.proposed_by.name} proposes to lift it, {waits.by('preservation_decide', since[n.pk])}")
        for n in rows
    ]  # fmt: skip
    return Block(
        "Preservation notices to be lifted or kept", lines[:SHOWN], len(lines), reverse("preservation")
    )


SOURCES: dict[str, Callable[[Any, str], Block]] = {"preservation_decide": decide}
