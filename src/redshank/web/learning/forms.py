"""What the forms of the programme bring, checked: field by field, with what is wrong in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from redshank.web.learning.settings import DATA, EVALUATED, KINDS, ORIGINS, POSTS, SUBJECTS
from redshank.web.pages.typed import Errors, day, whole, words

MOST_MONTHS = 120


def _chosen(post: Any, name: str, of: Any, errors: Errors, says: str) -> str:
    found = str(post.get(name, ""))
    if found not in of:
        errors[name] = says
    return found


def course(post: Any) -> tuple[dict[str, Any], Errors]:
    """A line of the programme."""
    errors: Errors = {}
    months = post.get("repeat_months", "").strip() or "0"
    if not months.isascii() or not months.isdecimal() or int(months[:4]) > MOST_MONTHS:
        errors["repeat_months"] = (
            f"Write after how many months it is repeated, at most {MOST_MONTHS}; 0 for once"
        )
        months = "0"
    posts = [p for p in POSTS if p in post.getlist("posts")]
    given = {
        "title": words(post, "title", errors, "Write what the course is called", 200),
        "subject": _chosen(post, "subject", SUBJECTS, errors, "Choose the subject"),
        "origin": _chosen(post, "origin", ORIGINS, errors, "Choose where it comes from"),
        "posts": "|".join(posts),
        "outside": words(post, "outside", errors, "", 200),
        "due_by": day(post, "due_by", errors) if post.get("due_by", "").strip() else None,
        "repeat_months": int(months),
        "recommendation": words(post, "recommendation", errors, "", 120),
    }
    if not posts and not given["outside"] and "outside" not in errors:
        errors["posts"] = "Choose for which posts it is, or write for whom outside the force"
    return given, errors


def step(post: Any, kinds: Any) -> tuple[dict[str, Any], Errors]:
    """What happened with a course, and the paper that shows it."""
    errors: Errors = {}
    given = {
        "kind": _chosen(post, "kind", kinds, errors, "Choose what happened"),
        "on": day(post, "on", errors, past=True),
        "text": words(post, "text", errors, "Write what happened, in a sentence"),
        "paper": words(post, "paper", errors, "", 200),
        "kept": words(post, "kept", errors, "", 200),
    }
    if given["kind"] == "paper" and not given["paper"]:
        errors.setdefault("paper", "Write what the paper is called")
    if given["paper"] and not given["kept"]:
        errors.setdefault("kept", "Write where the paper is kept")
    return given, errors


def event(post: Any) -> tuple[dict[str, Any], Errors]:
    errors: Errors = {}
    given = {
        "on": day(post, "on", errors),
        "where": words(post, "where", errors, "Write where, or how it is held", 200),
        "who": words(post, "who", errors, "Write who gives it", 200),
        "audience": words(post, "audience", errors, "Write for whom it is", 200),
    }
    return given, errors


def heads(post: Any, audiences: list[Any]) -> tuple[dict[str, Any], Errors]:
    """So many of a post, or of an audience outside the force."""
    errors: Errors = {}
    whom = post.get("whom", "")
    audience = next((a for a in audiences if whom == f"outside-{a.pk}"), None)
    if whom not in POSTS and audience is None:
        errors["whom"] = "Choose of whom"
    given = {
        "number": whole(post, "number", errors, "Write how many attended"),
        "post": "" if audience else whom,
        "audience": audience,
        "district": "" if audience else words(post, "district", errors, "", 80),
    }
    return given, errors


def evaluation(post: Any) -> tuple[int, dict[str, int], str, Errors]:
    """Of the forms that came back: how many said what. None can be more than there are forms."""
    errors: Errors = {}
    forms = whole(post, "forms", errors, "Write how many forms came back")
    told: dict[str, int] = {}
    for key in EVALUATED:
        text = post.get(f"of-{key}", "").strip()
        if not text:
            continue
        if not text.isascii() or not text.isdecimal() or int(text[:6]) > max(forms, 0):
            errors[f"of-{key}"] = f"Write a number that is not more than the forms ({forms})"
        else:
            told[key] = int(text)
    return forms, told, words(post, "text", errors), errors


def publication(post: Any) -> tuple[dict[str, Any], Errors]:
    errors: Errors = {}
    given = {
        "title": words(post, "title", errors, "Write the title", 200),
        "kind": _chosen(post, "kind", KINDS, errors, "Choose what it is"),
        "on": day(post, "on", errors, past=True),
        "audience": words(post, "audience", errors, "Write for whom it was", 200),
        "where": words(post, "where", errors, "", 200),
        "recommendation": words(post, "recommendation", errors, "", 120),
    }
    return given, errors


def counted(post: Any, says: str) -> tuple[int, str, date | None, Errors]:
    """A number of people, from where it is known, and as at when."""
    errors: Errors = {}
    number = whole(post, "number", errors, says)
    source = words(post, "source", errors, "Write from where the number is known", 200)
    return number, source, day(post, "as_at", errors, past=True), errors


def upload(request: Any, errors: Errors) -> tuple[str, bytes]:
    """The file of a form: its name and what it holds."""
    found = request.FILES.get("file")
    if found is None or not found.size:
        errors["file"] = "Choose a CSV file that holds something"
        return "", b""
    if found.size > DATA["file"]["most_bytes"]:  # before it is read
        errors["file"] = "The file is too large: give one of a single event or establishment"
        return "", b""
    return str(found.name)[:200], found.read()
