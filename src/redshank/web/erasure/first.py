"""What erasures put on the first page. Without names: an erasure is called by its number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.erasure.acts import CONFIRM
from redshank.web.erasure.models import Erasure
from redshank.web.pages import waits
from redshank.web.pages.today import SHOWN, Block, Told


def decide(user: Any, purpose: str) -> Block:
    """Erasures that somebody else proposed."""
    rows = Erasure.objects.visible_to(user, purpose).filter(state="proposed").exclude(by=user)
    rows = rows.select_related("by").order_by("pk") if user.as_role.allows(CONFIRM) else rows.none()
    lines = [
        Told(
            f"Erasure {e.pk}",
            reverse("erasure", args=[e.pk]),
            f"{e.who} proposes it, {waits.by('erasure_decide', e.at)}",
        )
        for e in rows
    ]
    return Block("Erasures to be confirmed or refused", lines[:SHOWN], len(lines), reverse("erasures"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {"erasure_decide": decide}
