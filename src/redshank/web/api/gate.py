"""What stands before every operation, in this order: the token, how often, how long, the owner's standing, the purpose, the scope.

Every error has one shape, with a code for the machine and a sentence for the person: what is so, and what to do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja.security import HttpBearer

from redshank.web.access.standing import lacks
from redshank.web.accounts.roles import ROLES
from redshank.web.api import tokens
from redshank.web.audits.asking import too_often
from redshank.web.policy.gate import Policy
from redshank.web.policy.sight import PURPOSE_LONGEST
from redshank.web.searching.reasons import Reason, subject
from redshank.web.trail.write import note

LOG = logging.getLogger("django.request")
BODY = 100_000  # bytes of one request; local default
PER_MINUTE = 120  # requests of one token in a minute; local default
WRONG_PER_MINUTE = 30  # tries of one address with what is no token
PURPOSE = "X-Purpose"
PURPOSE_SHORTEST = 3


class Refused(Exception):
    """An answer that is no result."""

    def __init__(self, status: int, code: str, message: str, do: str, fields: Any = ()) -> None:
        self.status, self.code, self.message, self.do, self.fields = status, code, message, do, list(fields)
        super().__init__(code)


def wrong(refused: Refused) -> JsonResponse:
    """The one shape of an error."""
    error: dict[str, Any] = {"code": refused.code, "message": refused.message, "do": refused.do}
    if refused.fields:
        error["fields"] = refused.fields
    answer = JsonResponse({"error": error}, status=refused.status)
    if refused.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if refused.status == 429:
        answer["Retry-After"] = "60"
    return answer


def nothing() -> Refused:
    """The same whether a thing does not exist or is not for this reader."""
    return Refused(404, "nothing", "There is nothing here, or nothing for you.", "Check the address; ask on the pages for sight of it.")  # fmt: skip


def defect() -> Refused:
    return Refused(500, "defect", "Something went wrong here; nothing was changed.", "Send it again; tell the administrator if it stays.")  # fmt: skip


class Bearer(HttpBearer):
    """Who reads: the owner of the token, for the purpose that the request states."""

    def __call__(self, request: Any) -> Any:
        header = request.headers.get("Authorization", "")
        kind, _, secret = header.partition(" ")
        return self.authenticate(request, secret.strip() if kind.lower() == "bearer" else "")

    def authenticate(self, request: Any, token: str) -> Any:
        row = tokens.of(token) if token else None
        if row is None:
            if too_often(f"no token {request.META.get('REMOTE_ADDR', '')}", WRONG_PER_MINUTE):
                raise often(WRONG_PER_MINUTE)
            raise Refused(401, "token", "This token opens nothing.", "Send Authorization: Bearer and a token in force; make one on the page Tokens.")  # fmt: skip
        if too_often(f"token {row.digest}", PER_MINUTE):
            raise often(PER_MINUTE)
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > BODY:
            raise long()
        user = row.owner
        request.user, request.token = user, row
        tokens.used(row)
        if missing := lacks(user):
            note(request, "refusal", "page", request.path[:240], {"lapsed": len(missing)})
            raise Refused(403, "standing", "The owner of the token may open nothing today. " + " ".join(missing), "Put the account in order; the token then works again.")  # fmt: skip
        purpose = request.headers.get(PURPOSE, "").strip()
        if not PURPOSE_SHORTEST <= len(purpose) <= PURPOSE_LONGEST or not purpose.isprintable():
            raise Refused(400, "purpose", "No purpose is stated.", f"Send {PURPOSE} with why you read or write, {PURPOSE_SHORTEST} to {PURPOSE_LONGEST} characters; the audit keeps it.")  # fmt: skip
        # The role as it stands, with the purpose of this request in place of the role's usual one: so every query and
        # every entry of the audit states it.
        user.__dict__["_reads_as"] = replace(ROLES[user.role], purpose=purpose)
        return row


def often(per_minute: int) -> Refused:
    return Refused(
        429, "often", f"More than {per_minute} requests in a minute.", "Wait a minute and send again."
    )


def long() -> Refused:
    return Refused(413, "long", f"More than {BODY:,} bytes.", "Send less at once.")


def needs(scope: str, permission: str = "") -> Callable[[Callable], Callable]:
    """Declares the scope of the token and the permission of the role that an operation needs."""

    def declare(view: Callable) -> Callable:
        @wraps(view)
        def asked(request: Any, *more: Any, **parts: Any) -> Any:
            if scope not in request.token.may:
                note(request, "refusal", "page", request.path[:240], {"scope": scope})
                raise Refused(403, "scope", f"The token is not for this: {scope}.", "Make a token with that scope on the page Tokens.")  # fmt: skip
            if not request.user.as_role.allows(permission):
                note(request, "refusal", "page", request.path[:240], {"needs": permission})
                raise nothing()
            return view(request, *more, **parts)

        def described(operation: Any) -> None:
            operation.openapi_extra = {"x-scope": scope, "x-permission": permission}

        asked._ninja_contribute_to_operation = [described]  # type: ignore[attr-defined]
        return asked

    return declare


def unseen(request: Any, kind: str, ident: str) -> Refused:
    """The thing is not in the owner's sight: the auditor sees the attempt, the reader nothing."""
    note(request, "refusal", kind, ident[:240])
    return nothing()


def reasoned(request: Any, kind: str, ident: str) -> None:
    """A child's page opens with a reason only. Here it is the stated purpose, kept beside the read as an asked one is, so that a
    supervisor may be shown it."""
    _, children, needed = subject(request.user, kind, ident)
    if needed:
        purpose = request.user.as_role.purpose
        request.reason = Reason(f"stated to the interface: {purpose}"[:200], f"token {request.token.pk}", "other", purpose, children[0], is_new=True)  # fmt: skip


def spoken(view: Callable) -> Callable:
    """An operation as a route of ours: public for the gate of the pages, since the token is asked for here."""

    @wraps(view)
    def answered(request: Any, *more: Any, **parts: Any) -> HttpResponse:
        answer: HttpResponse = view(request, *more, **parts)
        if answer.status_code == 405:
            refused = Refused(405, "method", "This address is not asked for like that.", "See the description of the interface.")  # fmt: skip
            plain = wrong(refused)
            plain["Allow"] = answer.headers.get("Allow", "")
            return plain
        return answer

    answered.csrf_exempt = True  # type: ignore[attr-defined]
    answered.policy = Policy("", public=True, token=True)  # type: ignore[attr-defined]
    return answered
