"""What the tests of the disruption register do through the pages: confirm a group or a thing, record an option."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from .conftest import decide, opens, propose

#: Whom of the village's open group the flag confirms, and a thing that only its records speak of.
CAR, NUMBER = "AB12CDE", "+447700900101"


def day(days: int = 0) -> str:
    from redshank.web.disruption.options import today

    return (today() + timedelta(days=days)).isoformat()


def confirm_group(sign_in: Any, place: Any, name: str = "open") -> int:
    """A flag on a group, confirmed by a second person; gives its number."""
    number = propose(sign_in("analyst"), "group", place.group[name])
    assert decide(sign_in("exploitation_officer"), number, "confirmed").status_code == 302
    return number


def propose_part(client: Any, kind: str, ident: str, what: str, once: str = "part") -> Any:
    """Opens the records of a thing and proposes what it is; the answer."""
    page = f"/disruption/parts/propose/{kind}/{ident}"
    keys = [r.key for r, _, _ in client.get(page).context["evidence"]]
    for key in keys:
        opens(client, key, page)
    return client.post(page, {"what": what, "why": "Three records show it.", "evidence": keys, "once": once})


def proposed_part(client: Any, kind: str, ident: str, what: str, once: str = "part") -> int:
    """Proposes what a thing is; gives the part's number."""
    answer = propose_part(client, kind, ident, what, once)
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def decide_part(client: Any, number: int, outcome: str, once: str = "decided") -> Any:
    """Opens what it relies on and decides; the answer."""
    shown = client.get(f"/disruption/parts/{number}")
    for record, _ in shown.context["relied"]:
        opens(client, record.key, f"/disruption/parts/{number}")
    given = {
        "outcome": outcome,
        "why": "Read anew.",
        "steps": shown.context["count"],
        "once": f"{once}{number}",
    }
    return client.post(f"/disruption/parts/{number}/decide", given)


def confirm_part(sign_in: Any, kind: str, ident: str, what: str) -> int:
    number = proposed_part(sign_in("analyst"), kind, ident, what, f"part of {ident}")
    assert decide_part(sign_in("exploitation_officer"), number, "confirmed").status_code == 302
    return number


def form(client: Any, **more: Any) -> dict[str, Any]:
    """An option recorded as considered, filled."""
    return {
        "option": "10", "decision": "considered", "text": "The statements are not signed yet.", "advice": "yes", "advice_on": day(-1),
        "review_on": day(28), "lead": client.user.username, "once": "recorded",
    } | more  # fmt: skip


def record(client: Any, kind: str, ident: str, **more: Any) -> Any:
    return client.post(f"/disruption/record/{kind}/{ident}", form(client, **more))


def recorded(client: Any, kind: str, ident: str, **more: Any) -> int:
    """Records an option; gives the row's number."""
    answer = record(client, kind, ident, **more)
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def codes(client: Any, kind: str, ident: str) -> list[str]:
    """What the page of a subject offers, in its order."""
    context = client.get(f"/disruption/about/{kind}/{ident}").context
    return [o.option.code for o in (*context["charge"], *context["others"])]


def said(answer: Any) -> str:
    """The text of a page."""
    text = re.sub(r"<head>.*?</head>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    for code, sign in (("&#x27;", "'"), ("&amp;", "&"), ("&quot;", '"')):
        text = text.replace(code, sign)
    return re.sub(r"\s+", " ", text)
