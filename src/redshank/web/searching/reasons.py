"""Why somebody opens a child's page, or a restricted record that names a child.

The reason comes from where the page was opened: the task, item, group, flag or missing episode that shows the child, in
the address (``?for=group:g-…``) or by the page before; each is checked to be in the reader's sight and to concern this
child. It goes along from page to page of the same child for two hours. Outside these it is asked before the page opens,
and one in fifty of the reads asked about is shown to the supervisor. Which pages are tasks stands in
:mod:`~redshank.web.searching.sources`.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from redshank.web.heads.models import Appearance, Child, Record
from redshank.web.policy.restricted import restricted_records
from redshank.web.searching.sources import ROUTES, SOURCES, names

HOLDS = 2 * 3600  # seconds for which a reason goes along; local default
CHECKED_WITHIN = 7  # days in which the supervisor looks at a sampled read; local default
ONE_IN = 50  # of the reads asked about, how many the supervisor sees; local default
KEPT = 40  # pages and children that a session remembers
LONGEST = 300

#: What can be chosen where a reason is asked for. Local defaults.
CHOICES = {
    "incident": "A call or incident that I deal with now",
    "enquiry": "An investigation that I work on",
    "child_protection": "A child protection enquiry or strategy discussion",
    "visit": "A visit or a safeguarding check",
    "meeting": "Preparing a meeting",
    "request": "A request for information that I answer",
    "quality": "Checking how good the records are",
    "other": "Something else, which I say below",
}


@dataclass
class Reason:
    """Why: ``word`` goes into the audit, ``source`` says from which thing; asked ones carry what was written."""

    word: str
    source: str = ""
    code: str = ""
    words: str = ""
    person_id: str = ""
    record_key: str = ""
    is_new: bool = False

    def kept(self, entry: Any) -> None:
        """Keeps an asked reason beside the first read that it was given for."""
        if not self.is_new or entry.action != "consultation":
            return
        from redshank.web.searching.models import Asked

        self.is_new = False
        Asked.objects.create(
            entry=entry, person_id=self.person_id, record_key=self.record_key, code=self.code, words=self.words,
            sampled=is_sampled(entry.ref),
        )  # fmt: skip


def is_sampled(ref: str) -> bool:
    """One in fifty, by a hash of the audit's entry: nobody chooses, and everybody can compute it again."""
    return int(hashlib.sha256(ref.encode()).hexdigest()[:12], 16) % ONE_IN == 0


def sampled(user: Any, purpose: str) -> Any:
    """The sampled reads that this supervisor looks at: nobody looks at their own."""
    from redshank.web.searching.models import Asked

    return Asked.objects.visible_to(user, purpose).filter(sampled=True).exclude(entry__user=user)


# ---- the page before --------------------------------------------------------------------------


def _before(request: Any) -> str:
    """The path of the page of ours from which this one was opened."""
    referer = urlsplit(request.headers.get("Referer", ""))
    return referer.path if referer.netloc and referer.netloc == request.get_host() else ""


def _named_in_address(request: Any, child: str) -> Reason | None:
    kind, _, ident = request.GET.get("for", "")[:240].partition(":")
    if kind in SOURCES and ident and (word := SOURCES[kind](request.user, ident, child)):
        return Reason(word, f"{kind}:{ident}")
    return None


def _by_page_before(request: Any, child: str) -> Reason | None:
    path = _before(request)
    if not path:
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    name = match.url_name or ""
    if name in ROUTES:
        source, parts = ROUTES[name]
        ident = ":".join(str(match.kwargs[p]) for p in parts)
        if word := source(request.user, ident, child):
            return Reason(word, f"{name}:{ident}" if ident else name)
    if name == "record":
        kept = _live(request, "pages").get(path)
        key = f"{match.kwargs['kind']}:{match.kwargs['ref']}"
        if kept and names(request.user, key, child):
            return Reason(kept["word"], kept["source"])
    return None


# ---- what a session remembers ------------------------------------------------------------------


def _live(request: Any, what: str) -> dict[str, dict[str, Any]]:
    now = time.time()
    kept = request.session.get(f"reasons_{what}", {})
    return {k: v for k, v in kept.items() if now - v["at"] < HOLDS}


def _remember(request: Any, what: str, key: str, reason: Reason) -> None:
    kept = _live(request, what)
    kept.pop(key, None)
    kept[key] = {"at": time.time(), "word": reason.word, "source": reason.source, "code": reason.code}
    request.session[f"reasons_{what}"] = dict(list(kept.items())[-KEPT:])


def _remembered(request: Any, child: str) -> Reason | None:
    kept = _live(request, "children").get(child)
    return Reason(kept["word"], kept["source"], kept.get("code", "")) if kept else None


def give(request: Any, child: str, key: str, code: str, words: str) -> None:
    """An answer of the form: it opens this child's pages, and stands beside the first read."""
    _remember(request, "children", child, Reason(f"asked: {CHOICES[code].lower()}", code=code))
    request.session["reason_given"] = {"child": child, "record": key, "code": code, "words": words[:LONGEST]}


# ---- before a page opens -----------------------------------------------------------------------


def restricted(user: Any, keys: list[str]) -> set[str]:
    """Of these records, those that name a child and are of handling C or under a restriction."""
    purpose = user.as_role.purpose
    rows = Record.objects.visible_to(user, purpose).filter(key__in=keys)
    closed = set(rows.filter(handling="C").values_list("key", flat=True))
    closed |= restricted_records(keys)
    if not closed:
        return set()
    children = Child.objects.visible_to(user, purpose).values("person_id")
    named = Appearance.objects.visible_to(user, purpose).filter(record_key__in=closed, person_id__in=children)
    return set(named.values_list("record_key", flat=True))


def subject(user: Any, kind: str, ident: str) -> tuple[str, list[str], bool]:
    """What is to be opened, in words; the children whom it is about; and whether it opens with a reason only.

    Nothing at all where the reader may not see it: the page itself answers then, as for what does not exist.
    """
    purpose = user.as_role.purpose
    if kind in ("child", "person"):
        found = Child.objects.visible_to(user, purpose).filter(person_id=ident).first()
        return (f"{found.name}’s page", [ident], True) if found else ("", [], False)
    if not Record.objects.visible_to(user, purpose).filter(key=ident).exists():
        return "", [], False
    children = Child.objects.visible_to(user, purpose).values("person_id")
    named = Appearance.objects.visible_to(user, purpose).filter(record_key=ident, person_id__in=children)
    ids = list(dict.fromkeys(named.order_by("row", "person_id").values_list("person_id", flat=True)))
    return "this restricted record", ids, bool(restricted(user, [ident]))


def reasoned(kind: str) -> Callable[[Callable], Callable]:
    """Stands before the view of a child, a person or a record: finds the reason, or asks for it."""

    def around(view: Callable) -> Callable:
        @wraps(view)
        def opened(request: Any, *more: Any, **parts: Any) -> HttpResponse:
            if more:  # another view shows this page again, with what was wrong in its form
                return view(request, *more, **parts)
            ident = f"{parts['kind']}:{parts['ref']}" if kind == "record" else parts["person_id"]
            words, children, needed = subject(request.user, kind, ident)
            reason = next((r for child in children if (r := _reason(request, child))), None)
            if reason is None and needed and request.method == "POST":
                reason = Reason("a form that was opened before")  # what was typed is not lost to a question
            if reason is None and needed:
                return ask(request, kind, ident, words)
            if reason is not None:
                request.reason = reason
                for child in children if kind != "record" else []:
                    _remember(request, "children", child, reason)
                _remember(request, "pages", request.path, reason)
            return view(request, **parts)

        return opened

    return around


def _reason(request: Any, child: str) -> Reason | None:
    """The reason for one child: where this page was opened from, else what was said before."""
    given = request.session.get("reason_given")
    if given and given["child"] == child:
        del request.session["reason_given"]
        word = f"asked: {CHOICES[given['code']].lower()}"
        return Reason(
            word, code=given["code"], words=given["words"], person_id=child, record_key=given["record"], is_new=True
        )  # fmt: skip
    return _named_in_address(request, child) or _by_page_before(request, child) or _remembered(request, child)


def ask(
    request: Any, kind: str, ident: str, words: str, errors: dict[str, str] | None = None
) -> HttpResponse:
    """The small form, at the address that was asked for."""
    context = {
        "words": words, "kind": kind, "ident": ident, "next": request.POST.get("next") or request.get_full_path(), "choices": CHOICES, "errors": errors or {}, "typed": request.POST,
        "once": request.POST.get("once") or secrets.token_hex(16),
    }  # fmt: skip
    return render(request, "searching/reason.html", context, status=400 if errors else 200)
