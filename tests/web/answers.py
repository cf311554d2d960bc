"""Comparing answers and databases: what a reader could tell apart, and whether anything was changed."""

from __future__ import annotations

import hashlib
import re
from typing import Any

#: Differs in every answer and tells nothing about a thing: the token of a form, the token against double sending.
VARIES = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*"|(name="(?:once|began)" value=")[^"]*"')


def told(answer: Any) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    """All that a reader gets: status, body and headers, apart from what varies anyway."""
    headers = {k: v for k, v in answer.headers.items() if k not in ("Date", "Set-Cookie")}
    return answer.status_code, VARIES.sub(b"", answer.content), tuple(sorted(headers.items()))


#: Tables that a read may write: the audit, sessions, and counters of wrong passwords.
ALWAYS = {"trail.Entry", "sessions.Session", "axes.AccessAttempt", "axes.AccessFailureLog", "axes.AccessLog"}


def state(beside: frozenset[str] = frozenset()) -> dict[str, tuple[int, str]]:
    """Each table's number of rows and a hash of all its cells, so that any change shows."""
    from django.apps import apps

    out = {}
    for model in apps.get_models():
        label = model._meta.label
        if label in ALWAYS or label in beside:
            continue
        columns = [f.attname for f in model._meta.concrete_fields]
        rows = sorted(repr(r) for r in model._base_manager.values_list(*columns))
        out[label] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return out
