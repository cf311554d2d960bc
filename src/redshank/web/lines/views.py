"""Pages of the county lines: the table, one line with its children and groups, and its score, past and decisions.

A line's score stands in the table and on the page of its scores, never on one that names a child (practice rule 2).
"""

from __future__ import annotations

import csv
import secrets
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from redshank.web.accounts import directory
from redshank.web.flags.acts import opened
from redshank.web.heads.models import Record
from redshank.web.lines import acts, around, history
from redshank.web.lines.models import DECISIONS, WORDS
from redshank.web.lines.settings import MARKING, REVIEW
from redshank.web.lines.standing import Standing, differs, line_of, lines_of
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.pages.errors import unseen
from redshank.web.pages.paging import paged
from redshank.web.pages.sheets import cell
from redshank.web.policy.gate import page
from redshank.web.trail.write import listed, note, read

LONGEST = 2_000
SHOW = {"": "All", "due": "Review due", "asks": "Wait for a person's word", "mine": "Those that I own", "closed": "Closed by a person"}  # fmt: skip


def _fits(user: Any, s: Standing, show: str) -> bool:
    return {
        "due": s.review_on is not None and s.review_on <= timezone.localdate(), "asks": s.asks, "closed": s.is_closed,
        "mine": s.owner is not None and s.owner.pk == user.pk,
    }.get(show, True)  # fmt: skip


def _records(user: Any, keys: list[str]) -> dict[str, Record]:
    return {r.key: r for r in Record.objects.visible_to(user, user.as_role.purpose).filter(key__in=set(keys))}


@page("see.lines")
def lines(request: Any) -> HttpResponse:
    """Every line: our score, the force's own beside it with the difference in words, the tier and where it comes from."""
    user = request.user
    every = lines_of(user)
    show = request.GET.get("show", "")
    shown = paged(request, [s for s in every if _fits(user, s, show)])
    rows = [{"s": s, "children": around.children_words(user, s.line), "differs": differs(s, every)} for s in shown.page]  # fmt: skip
    listed(request, "county lines", [s.ref for s in shown.page], show=show)
    context = {"shown": shown, "rows": rows, "show": show, "ways": SHOW, "may_export": user.as_role.allows("line.export")}  # fmt: skip
    return render(request, "lines/lines.html", context)


@page("see.lines")
def line(request: Any, line_ref: str) -> HttpResponse:
    """One line with its reasons, children and groups; without its score."""
    user = request.user
    found = line_of(user, line_ref)
    if found is None:
        return unseen(request, "line", line_ref)
    read(request, "line", line_ref)
    now = found.line
    context: dict[str, Any] = {
        "s": found,
        "line": now,
        "reasons": reasons_in_sight(user, found),
        "register": _register(user, line_ref),
    }
    if now is not None:
        context |= {"children": around.children_of(user, now), "groups": around.groups_of(user, now)}
    return render(request, "lines/line.html", context)


def _register(user: Any, ref: str) -> Record | None:
    return _records(user, [f"county_lines:{ref}"]).get(f"county_lines:{ref}")


def reasons_in_sight(user: Any, s: Standing) -> list[dict[str, Any]]:
    told = s.line.parsed("reasons") if s.line is not None else []
    held = _records(user, [k for r in told for k in r["records"]])
    return [r | {"held": [held[k] for k in r["records"] if k in held]} for r in told]


@page("see.lines")
def scores(
    request: Any, line_ref: str, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """The score with its reasons, the force's own, each published night, every decision, and the way to decide."""
    user = request.user
    found = line_of(user, line_ref)
    if found is None:
        return unseen(request, "line", line_ref)
    if request.method == "GET":
        read(request, "line", line_ref)
    suspected = _records(user, found.suspected_by)
    seen = opened(user, list(suspected))
    may = user.as_role.allows("line.decide")
    typed = request.POST
    context = {
        "s": found, "reasons": reasons_in_sight(user, found), "differs": differs(found, lines_of(user)), "nights": history.nights(user, found),
        "then": [(d, found.then(d)) for d in reversed(found.decisions)], "choices": acts.choices(found) if may else [],
        "words": acts.word_choices(found) if may else [], "suspected": [(r, r.key in seen) for r in suspected.values()],
        "owners": _owners() if may else [], "owner": typed.get("owner") or (found.owner.username if found.owner else user.username),
        "review_on": typed.get("review_on") or (timezone.localdate() + REVIEW).isoformat(), "review_days": REVIEW.days,
        "seen": found.decisions[-1].pk if found.decisions else 0, "errors": errors or {}, "typed": typed, "once": _once(request),
    }  # fmt: skip
    return render(request, "lines/scores.html", context, status=status)


def _owners() -> list[Any]:
    return [a for a in directory.all_accounts() if a.is_active and a.as_role.allows("line.decide")]


def _once(request: Any) -> str:
    return request.POST.get("once", "")[:30] or secrets.token_hex(12)


@page("line.decide", acts=True)
def decide(request: Any, line_ref: str) -> HttpResponse:
    """A decision on the line, or a person's word on its use of sexual exploitation."""
    found = line_of(request.user, line_ref)
    if found is None:
        return unseen(request, "line", line_ref)
    errors: dict[str, str] = {}
    given = _given(request, errors)
    if errors:
        return scores(request, line_ref, errors, 400)
    try:
        with transaction.atomic():
            made = acts.decide(request.user, line_ref, given)
            note(request, "alteration", "line", line_ref, {"act": made.kind})
    except acts.Meanwhile as first:
        by = first.decision
        said = f"{by.by.name} was first, on {words.moment(by.at)}: {by.kind_words.lower()}. Your text is kept below"  # fmt: skip
        return scores(request, line_ref, {_field(given): said}, 409)
    except acts.NotAllowed as reason:
        return scores(request, line_ref, {reason.field: str(reason)}, 400)
    messages.success(
        request, f"{made.kind_words}: it stands with your name. The night's score stands beside it."
    )
    return redirect("line-scores", line_ref)


def _field(given: acts.Given) -> str:
    return "word" if given.kind in WORDS else "kind"


def _given(request: Any, errors: dict[str, str]) -> acts.Given:
    post = request.POST
    word = post.get("word", "")
    kind, _, tier = (word or post.get("kind", "")).partition(" ")
    name = "word_why" if "word_why" in post else "why"
    why = post.get(name, "").strip()
    if not why:
        errors[name] = "Write why, in your own words"
    elif len(why) > LONGEST:
        errors[name] = f"Write no more than {LONGEST:,} characters"
    if kind not in (WORDS if name == "word_why" else DECISIONS):
        errors["word" if name == "word_why" else "kind"] = "Choose what you decide"
    said = post.get("review_on", "").strip()
    review_on, owner = None, None
    if name == "why":
        owner = next((a for a in _owners() if a.username == post.get("owner", "")), None)
        if owner is None:
            errors["owner"] = "Choose who looks at it again"
        try:
            review_on = date.fromisoformat(said) if said and kind != "close" else None
        except ValueError:
            errors["review_on"] = "Write the day as year, month and day, for example 2026-03-14"
    seen = post.get("seen", "0")
    return acts.Given(
        kind, why, _once(request), int(seen) if seen.isdecimal() and len(seen) < 12 else 0, owner, review_on, tier[:20], bool(post.get("closed")),
    )  # fmt: skip


COLUMNS = (
    "Line", "Reference", "Tier", "Where the tier comes from", "Score", "Of it without a person's word",
    "The force's own", "Difference", "Use of sexual exploitation", "Children linked", "Reasons", "Decision", "By", "When", "Why", "Owner", "Next review",
    "Since the decision",
)  # fmt: skip


@page("line.export")
def lines_csv(request: Any) -> HttpResponse:
    """The table as a file, as this reader may see it."""
    user = request.user
    every = lines_of(user)
    note(request, "disclosure", "county lines", "", {"lines": len(every)})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="county-lines.csv"'
    writer = csv.writer(response)
    writer.writerow([MARKING])
    writer.writerow(["County lines", "As recorded", words.moment(publication().as_of)])
    writer.writerow(COLUMNS)
    for s in every:
        d = s.decided
        told = s.line.parsed("reasons") if s.line is not None else []
        by_word = s.score_by_word
        cells = (
            s.name, s.ref, "closed by a person" if s.is_closed else s.tier, s.why, "" if s.score is None else s.counts, "" if by_word is None else s.score,
            s.force, differs(s, every), s.use_words, around.children_words(user, s.line), "; ".join(r["text"] for r in told),
            *((d.kind_words, d.by.name, words.moment(d.at), d.why, s.owner.name, words.day(s.review_on) if s.review_on else "") if d else [""] * 6),
            s.changed,
        )  # fmt: skip
        writer.writerow([cell(c) for c in cells])
    writer.writerow([MARKING])
    return response
