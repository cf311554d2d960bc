"""Steps on a return, for its tests: each as a person does it, through the page's own form."""

from __future__ import annotations

from typing import Any

from . import conftest
from .conftest import client_of

YEAR = "2026-27"  # in which the village's crimes were recorded
ONE = f"/returns/adr149/{YEAR}"


def confirmed(about: str = "record", ident: str = "crimes:C-open", by: str = "partnership_officer") -> int:
    number = conftest.propose(client_of(by), about, ident)
    assert conftest.decide(client_of("exploitation_officer"), number, "confirmed").status_code == 302
    return number


def opened(client: Any, url: str = ONE) -> None:
    assert client.post(f"{url}/open", {"once": "open"}).status_code == 302


def drafts(client: Any, kind: str = "full", why: str = "", url: str = ONE, once: str = "", **more: Any) -> Any:  # fmt: skip
    seen = client.get(url).context["seen"]
    return client.post(f"{url}/draft", {"kind": kind, "why": why, "seen": seen, "once": once or f"draft{seen}"} | more)  # fmt: skip


def drafted(client: Any, *args: Any, **more: Any) -> int:
    """Opens it, where nobody has, and drafts; the version's number in the address."""
    url = more.get("url", ONE)
    if client.get(url).context["of"] is None:
        opened(client, url)
    answer = drafts(client, *args, **more)
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def acts(client: Any, number: int, kind: str, **more: Any) -> Any:
    page = client.get(f"/return-versions/{number}")
    seen = page.context["seen"]
    sent = {"kind": kind, "seen": seen, "once": f"{kind}{seen}", "sha256": page.context["version"].sha256}
    return client.post(f"/return-versions/{number}/sign", sent | more)


CHAIN = ("analyst", "crime_registrar", "safeguarding_lead")


def frozen(number: int) -> None:
    """Signed by the whole chain and frozen."""
    for role in CHAIN:
        assert acts(client_of(role), number, "signed").status_code == 302, role
    assert acts(client_of("safeguarding_lead"), number, "frozen").status_code == 302


def keeps(client: Any, kind: str, url: str = ONE, **more: Any) -> Any:
    page = client.get(url)
    sent = {"kind": kind, "seen": page.context["seen"], "versions": len(page.context["statements"]), "once": f"{kind}{page.context['seen']}"}  # fmt: skip
    return client.post(f"{url}/record", sent | more)
