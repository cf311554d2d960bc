"""A client of the interface for other systems: a token of a role's account, and requests with it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from redshank.web.api import tokens
from redshank.web.api.scopes import open_to
from redshank.web.audits import asking

WHY = "keeping the case system current"


@dataclass
class Program:
    """One program with one token; ``user`` is its owner. It is not ``counted``: a test asks faster than programs may."""

    user: Any
    token: Any
    secret: str
    counted: bool = False

    def get(self, path: str, **headers: str) -> Any:
        return self._client().get(f"/api/v1/{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any, **headers: str) -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self._client().post(
            f"/api/v1/{path}", data=text, content_type="application/json", headers=self._headers(headers)
        )

    def _client(self) -> Any:
        from django.test import Client

        if not self.counted:
            asking._ASKED.clear()
        return Client(raise_request_exception=False)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        given = {"Authorization": f"Bearer {self.secret}", "X-Purpose": WHY} | {k.replace("_", "-"): v for k, v in more.items()}  # fmt: skip
        return {k: v for k, v in given.items() if v}


def program(client: Any, *scopes: str, days: int = 30) -> Program:
    """A token of whoever is signed in; for everything that the role may do where no scope is named."""
    row, secret = tokens.make(client.user, "a case system", scopes or open_to(client.user), days)
    return Program(client.user, row, secret)


def problem(answer: Any) -> dict[str, Any]:
    """The error that an answer holds, in its one shape."""
    told = answer.json()
    assert set(told) == {"error"}, told
    assert {"code", "message", "do"} <= set(told["error"]) <= {"code", "message", "do", "fields"}, told
    assert answer["Content-Type"].startswith("application/json")
    return told["error"]


#: A time with parts of a second was made in this very run of the tests; times of records have none.
JUST_NOW = re.compile(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z"')
#: List → how one thing of it is asked for.
LISTS = {
    "findings/groups": "findings/groups/{id}", "findings/children": "findings/children/{id}", "findings/places": "findings/places/{id}",
    "findings/lines": "findings/lines/{id}", "flags": "flags/{number}", "concerns": "concerns/{number}", "actions": "actions/{number}",
}  # fmt: skip


def walk(client: Any) -> dict[str, Any]:
    """Everything that a token of this account reads, by address: lists, every thing in them, and every person named in these."""
    from .crawl import Page

    if not open_to(client.user):
        return {}
    api, found = program(client), {}

    def get(path: str) -> Any:
        answer = api.get(path)
        if answer.status_code != 200:  # not for this role: as a page that no link leads to
            return {}
        text = JUST_NOW.sub('"now"', answer.content.decode())
        found[f"/api/v1/{path}"] = Page(f"/api/v1/{path}", 200, text.encode(), "application/json")
        return answer.json()

    persons: set[str] = set()
    for path, one in LISTS.items():
        for item in get(path).get("items", []):
            full = get(one.format(**item))
            persons |= {m["id"] for m in full.get("members", []) if m["id"]}
            persons |= {item["id"]} if path == "findings/children" else set()
    for person_id in sorted(persons):
        get(f"findings/persons/{person_id}")
    api.token.delete()  # else the administrator's page would tell how many walked before
    return found
