"""Headers of every answer, and a log that holds no person's data."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)


class Headers:
    """A strict content security policy (nothing inline, nothing from outside); no page of ours is kept by a
    browser or a proxy, since the next reader of the machine may be another person."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        response["Content-Security-Policy"] = POLICY
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        return response


class WithoutNul:
    """Leaves the sign 0 out of what is asked and typed: no keyboard makes it, no text of ours holds it, and PostgreSQL
    refuses it with an error. An address with one is no address of ours."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        if "\0" in request.path:
            from redshank.web.pages.errors import nothing_here

            return nothing_here(request)
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without(request.GET)
        if request.method == "POST" and any(
            "\0" in t for k, some in request.POST.lists() for t in (k, *some)
        ):
            request.POST = _without(request.POST)
        return self.get_response(request)


def _without(given: Any) -> Any:
    kept = given.copy()
    kept.clear()
    for name, texts in given.lists():
        kept.setlist(name.replace("\0", ""), [t.replace("\0", "") for t in texts])
    kept._mutable = False
    return kept


class Bare(logging.Filter):
    """Takes what may be personal out of a log line: the arguments, the path's identifiers and the values of an
    error. What stays is where in the code it went wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)
            where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-6:]))
            record.msg = f"{type(error).__name__} at {where}"
            record.args = ()
            record.exc_info = None
            record.exc_text = None
        elif record.name.startswith("django"):
            request = getattr(record, "request", None)
            status = getattr(record, "status_code", "")
            kind = (getattr(request, "path", "") or "/").strip("/").split("/")[0]
            record.msg = f"{status} on /{kind}"
            record.args = ()
        return True
