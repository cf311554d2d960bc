"""What the VVOL lists put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from redshank.web.pages import words
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.vvol.models import Entry

#: Who oversees the lists: with names what is due of others too (practice rule 25).
OVERSEE = frozenset(["safeguarding_lead"])


def due(user: Any, purpose: str) -> Block:
    """By name for the owner and who oversees; for others whose it is and since when."""
    rows = Entry.objects.visible_to(user, purpose).filter(removed_at__isnull=True, review_on__lte=timezone.localdate())  # fmt: skip
    lines = []
    for e in rows.select_related("owner").order_by("review_on", "pk"):
        hint = f"{e.owner.name}, review due on {words.day(e.review_on)}"
        named = e.owner_id == user.pk or user.role in OVERSEE
        lines.append(Told(f"{e.on_words}: {e.name}", reverse("vvol-entry", args=[e.pk]), hint) if named else Told("The review of a VVOL entry is due", "", hint))  # fmt: skip
    return Block("VVOL entries due for review", lines[:SHOWN], len(lines), f"{reverse('vvol')}?show=due")


SOURCES: dict[str, Callable[[Any, str], Block]] = {"vvol_due": due}
