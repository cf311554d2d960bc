"""Writing to the audit: the one way in."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from redshank.web.trail.models import ACTIONS, Entry

#: The first part of a page's address, as a reader says it, and whether the second part is an id.
PLACES = {
    "worklist": "the worklist",
    "raised": "what was raised",
    "raise": "raising to a meeting",
    "meetings": "the meetings",
    "actions": "an action",
    "commissions": "a commissioned product",
    "registrar": "the registrar's queue",
    "questions": "a question",
    "rules": "the rules",
    "urgent": "what cannot wait",
    "records": "a record",
    "persons": "a person",
    "children": "a child",
    "groups": "a group",
    "places": "a place",
    "lines": "a county line",
    "flags": "the register",
    "language": "the language page",
    "concerns": "the concerns",
    "matrix": "the matrix",
    "missing": "the missing children",
    "makesafe": "Operation Makesafe",
    "disruption": "the disruption register",
    "vvol": "the VVOL lists",
    "products": "a product",
    "reviews": "a review",
    "rights": "access and disclosure",
    "preservation": "the preservation notices",
    "erasures": "the erasures",
    "learning": "the programme of learning",
    "publications": "the publications",
    "policies": "the policies",
    "returns": "the annual returns",
    "return-versions": "an annual return",
    "": "the first page",
}


KIND_LONGEST = 30


def opened_from(request: Any) -> str:
    """From which of our pages the reader came: the task, meeting or item that is the reason."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if not referer.netloc or referer.netloc != request.get_host():
        return ""
    first, _, rest = referer.path.strip("/").partition("/")
    return f"{PLACES.get(first, first)} {rest}".strip()[:200]


def place_of(said: str) -> str:
    """The kind of page alone, without the number of anybody or anything."""
    return next((w for w in sorted(PLACES.values(), key=len, reverse=True) if said.startswith(w)), "a page")


def note(
    request: Any,
    action: str,
    kind: str,
    ident: str = "",
    details: dict[str, Any] | None = None,
    user: Any = None,
) -> Entry:
    """Keeps one entry, in the transaction that is open. Without it nothing is shown: an error stops the answer."""
    if action not in ACTIONS:
        raise ValueError(f"no action of the audit: {action}")
    if len(kind) > KIND_LONGEST:  # PostgreSQL would refuse it, SQLite would not
        raise ValueError(f"a kind of the audit has at most {KIND_LONGEST} letters: {kind}")
    who = user or request.user
    reason = getattr(
        request, "reason", None
    )  # why a child's page was opened (redshank.web.searching.reasons)
    if reason is not None:
        details = (details or {}) | {"reason": reason.word}
    token = getattr(request, "token", None)  # of the interface for other systems (redshank.web.api)
    if token is not None:
        details = (details or {}) | {"token": f"{token.pk} {token.name}"}
    signed_in = getattr(who, "is_authenticated", False)
    entry = Entry(
        ref=secrets.token_hex(8),
        user=who if signed_in else None,
        role=who.role if signed_in else "",
        action=action,
        kind=kind,
        ident=ident,
        purpose=who.as_role.purpose if signed_in else "",
        opened_from=opened_from(request) or (reason.source[:200] if reason is not None else ""),
        details=json.dumps(details or {}, sort_keys=True),
    )
    entry.save(force_insert=True)
    if reason is not None:
        reason.kept(entry)
    return entry


def read(request: Any, kind: str, ident: str) -> Entry:
    """A personal record was opened."""
    return note(request, "consultation", kind, ident)


def listed(request: Any, kind: str, idents: Iterable[str], /, **query: Any) -> Entry:
    """A list was shown: one entry, with what was asked and a hash of what it held."""
    keys = list(idents)
    digest = hashlib.sha256("\n".join(keys).encode()).hexdigest()
    asked = {k: str(v)[:100] for k, v in query.items() if v}
    return note(request, "consultation", f"list of {kind}", "", {"shown": len(keys), "hash": digest, **asked})
