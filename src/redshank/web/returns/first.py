"""What returns put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.pages import waits, words
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.returns import acts, lists
from redshank.web.returns.models import Return

#: Who oversees returns: all that are overdue, also those that nobody has opened.
OVERSEE = frozenset(["safeguarding_lead"])


def overdue(user: Any, purpose: str) -> Block:
    """Mandated returns past their day: those that one owns; all of them for who oversees (practice rule 25)."""
    late = [x for x in lists.overdue(user) if user.role in OVERSEE or (x.of and x.of.owner_id == user.pk)]
    told = [
        Told(
            f"{x.spec.title}, {x.asked.year}", reverse("return", args=[x.spec.code, x.asked.year]),
            f"due on {words.day(x.asked.due)}; {x.of.owner.name if x.of else 'nobody owns it'}; {x.state}",
        )
        for x in late
    ]  # fmt: skip
    return Block("Mandated returns that are overdue", told[:SHOWN], len(told), reverse("returns"))


def to_sign(user: Any, purpose: str) -> Block:
    """Versions of which the next signature, or the freezing, is this reader's."""
    told = []
    for of in Return.objects.visible_to(user, purpose):
        version = next(iter(lists.versions(user, of)[::-1]), None)
        if version is not None and (not acts.may_sign(user, version) or not acts.may_freeze(user, version)):
            told.append(Told(f"Return {of.year}, version {version.number}", reverse("return-version", args=[version.pk]), f"{lists.state_of(version)}, {waits.by('returns_to_sign', version.at)}"))  # fmt: skip
    return Block("Returns to sign or freeze", told[:SHOWN], len(told), reverse("returns"))


SOURCES: dict[str, Callable[[Any, str], Block]] = {"returns_overdue": overdue, "returns_to_sign": to_sign}
