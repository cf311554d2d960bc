"""A person's notices, as far as what they are about is in sight today: what was hidden since takes its notice out of the count."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from redshank.web.meetings.views.raised import sitting_url
from redshank.web.notices.models import HOWS, Notice, Way
from redshank.web.notices.write import THINGS, in_sight

#: So many of the newest are looked at; who has more unread reads those first.
MOST = 200
ROUTES = {
    "raised": "raised-one", "action": "action", "commission": "commission", "question": "question", "measure": "measure", "concern": "concern",
    "product": "product", "document": "paper", "tracker": "tracker-one", "sample": "audit-sample", "event": "learning-event", "policy": "policy", "rights": "rights-case", "flag": "flag", "flagsample": "register-sample",
    "preserved": "preservation-notice", "erasing": "erasure",
}  # fmt: skip
#: Kinds that open a list of what waits, and no page of one thing; a judgement is looked at without being shown.
PAGES = {
    "feedback": "audit-feedback", "asked_sight": "sight", "asked_answered": "asks", "read_sampled": "reads", "pair_waits": "review",
    "look_due": "team", "look_overdue": "team", "lapse_due": "today",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    notice: Notice
    says: str
    url: str


def seen(user: Any, rows: list[Notice]) -> list[Notice]:
    """Those about what this person sees now, in their order."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for n in rows:
        numbers[n.thing].append(n.number)
    known = {thing: set(in_sight(user, thing, of).values_list("pk", flat=True)) for thing, of in numbers.items() if thing in THINGS}  # fmt: skip
    return [n for n in rows if n.number in known.get(n.thing, ())]


def unread(user: Any) -> int:
    """How many wait, for the head of each page; at most :data:`MOST`."""
    return len(seen(user, list(Notice.objects.filter(user=user, read_at__isnull=True)[:MOST])))


def of(user: Any, read: bool) -> list[Line]:
    rows = seen(user, list(Notice.objects.filter(user=user, read_at__isnull=not read)[:MOST]))
    today = timezone.localdate()
    by_hand = {t: {x.pk: x for x in in_sight(user, t, [n.number for n in rows if n.thing == t])} for t in ("sitting", "terms")}  # fmt: skip
    out = []
    for n in rows:
        if n.thing == "sitting":
            url = sitting_url(by_hand["sitting"][n.number])
        elif n.thing == "terms":
            url = reverse("terms", args=[by_hand["terms"][n.number].meeting])
        elif n.kind in PAGES:
            url = reverse(PAGES[n.kind])
        else:
            url = reverse(ROUTES[n.thing], args=[n.number])
        out.append(Line(n, n.says(today), url))
    return out


def mark_read(user: Any, number: int | None = None) -> int:
    """One of a person's own notices, or all of them, as read; how many."""
    rows = Notice.objects.filter(user=user, read_at__isnull=True)
    if number is not None:
        rows = rows.filter(pk=number)
    return int(rows.update(read_at=timezone.now()))


def way_of(user: Any) -> Way:
    """How e-mail reaches this person; a blank one where nothing was said."""
    return Way.objects.filter(user=user).first() or Way(user=user)


def choose(user: Any, how: str) -> None:
    if how not in HOWS:
        raise ValueError("no such way")
    Way.objects.update_or_create(user=user, defaults={"how": how})


def address(user: Any, to: str) -> bool:
    """Keeps a work address; whether it is another than before. A new one is tried at once."""
    way = way_of(user)
    if way.address == to:
        return False
    fresh = {"address": to, "tries": 0, "failure": "", "failed_at": None, "next_try": None}
    Way.objects.update_or_create(user=user, defaults=fresh)
    return True
