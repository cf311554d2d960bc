"""What partners' data and the front door put on the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from redshank.web.pages import words
from redshank.web.pages.today import SHOWN, Block, Told
from redshank.web.sharing import lists


def _asks(user: Any, title: str, show: str) -> Block:
    rows = lists.asked_for(user, {"show": show}).order_by("due", "id")
    lines = [
        Told(
            f"{a.title}: {a.what[:120]}", reverse("ask", args=[a.pk]),
            f"{a.agency}, {'overdue since' if a.is_late else 'by'} {words.day(a.due)}; {a.state_words}; asked by {a.by.name}",
        )
        for a in rows[:SHOWN]
    ]  # fmt: skip
    return Block(title, lines, rows.count(), f"{reverse('sharing')}?show={show}")


def late(user: Any, purpose: str) -> Block:
    return _asks(user, "Agencies that have not answered in time: chase them", "late")


def asked_of_agency(user: Any, purpose: str) -> Block:
    return _asks(user, "Your agency is asked for", "open")


def mash_late(user: Any, purpose: str) -> Block:
    rows = lists.referrals(user, "late")
    lines = [
        Told(r.title, reverse("mash-referral", args=[r.pk]), f"{r.agency}, received {words.moment(r.received_at)}; {r.waits_words}, due {words.moment(r.due)}")
        for r in rows[:SHOWN]
    ]  # fmt: skip
    return Block("MASH referrals past their date", lines, rows.count(), f"{reverse('mash')}?show=late")


SOURCES: dict[str, Callable[[Any, str], Block]] = {
    "sharing_late": late, "asked_of_agency": asked_of_agency, "mash_late": mash_late,
}  # fmt: skip
