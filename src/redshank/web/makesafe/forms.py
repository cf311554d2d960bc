"""What the forms of Operation Makesafe bring, checked: field by field, with what is wrong in words."""

from __future__ import annotations

import re
from typing import Any

from redshank.web.makesafe.acts import Cadet
from redshank.web.makesafe.models import VISITS, Message
from redshank.web.makesafe.settings import ANSWERS, ASKED, CATEGORIES, MATERIALS
from redshank.web.pages.typed import Errors, day, whole, words

_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{1,8})?")


def materials(post: Any) -> str:
    return "|".join(m for m in MATERIALS if m in post.getlist("materials"))


def business(post: Any) -> tuple[dict[str, Any], Errors]:
    """The particulars of a business. Without coordinates it stands in the list and not on the map."""
    errors: Errors = {}
    given: dict[str, Any] = {
        "name": words(post, "name", errors, "Write the name of the business", 200),
        "category": post.get("category", ""),
        "district": words(post, "district", errors, "", 80),
        "address": words(post, "address", errors, "Write the address", 300),
        "postcode": words(post, "postcode", errors, "", 12).upper(),
    }
    if given["category"] not in CATEGORIES:
        errors["category"] = "Choose the kind of business"
    for name, most in (("latitude", 90), ("longitude", 180)):
        text = post.get(name, "").strip()
        given[name] = float(text) if _NUMBER.fullmatch(text) and abs(float(text)) <= most else None
        if text and given[name] is None:
            errors[name] = f"Write the {name} in decimal degrees, for example 52.4101"
    if not errors and (given["latitude"] is None) != (given["longitude"] is None):
        errors["longitude" if given["longitude"] is None else "latitude"] = (
            "Write both coordinates, or neither"
        )
    return given, errors


def _given(post: Any, errors: Errors, messages: list[Message], who: str) -> dict[str, Any]:
    number = post.get("message", "")
    chosen = next((m for m in messages if str(m.number) == number), None)
    if number != "none" and chosen is None:
        errors["message"] = "Choose which version of the message was given, or none"
    return {
        "on": day(post, "on", errors, past=True),
        "who": words(post, "who", errors, who, 120),
        "message": chosen,
        "materials": materials(post),
        "text": words(post, "text", errors),
    }


def training(post: Any, messages: list[Message]) -> tuple[dict[str, Any], Errors]:
    errors: Errors = {}
    given = _given(post, errors, messages, "Write who trained the staff")
    given["trained"] = whole(post, "trained", errors, "Write how many members of staff were trained")
    given["staff"] = whole(post, "staff", errors, "Write how many members of staff there are")
    if not {"trained", "staff"} & set(errors) and given["trained"] > given["staff"]:
        errors["trained"] = "More were trained than there are"
    return given, errors


def visit(post: Any, messages: list[Message]) -> tuple[dict[str, Any], Cadet | None, Errors]:
    """An ordinary visit brings no results; a test visit brings three, and with a cadet what protects the cadet."""
    errors: Errors = {}
    kind = post.get("kind", "")
    if kind not in VISITS:
        errors["kind"] = "Say whether it was an ordinary visit or a test visit"
    given = _given(post, errors, messages, "Write who visited") | {"kind": kind}
    for result in ASKED:
        answer = post.get(result, "")
        given[result] = answer if kind == "test" else ""
        if kind == "test" and answer not in ANSWERS:
            errors[result] = f"{ASKED[result].rstrip('?')}: say yes, no or not applicable"
        if kind == "ordinary" and answer:
            errors[result] = "An ordinary visit has no result: choose “test visit”, or leave this empty"
    if kind == "test" and all(given[r] == "na" for r in ASKED):
        errors["challenged"] = "A test visit has at least one result"
    cadet = None
    answer = post.get("cadet", "")
    if kind == "test" and answer not in ("yes", "no"):
        errors["cadet"] = "Say whether a cadet went along"
    if kind == "ordinary" and answer == "yes":
        errors["cadet"] = "A cadet goes along on a test visit only"
    if kind == "test" and answer == "yes":
        age = post.get("cadet_age", "").strip()
        cadet = Cadet(
            int(age) if age.isascii() and age.isdecimal() and len(age) < 4 else None,
            words(post, "consent", errors, "", 200),
            words(post, "inspector", errors, "", 120),
            words(post, "risk", errors, "", 300),
        )
        errors |= cadet.lacks()
    return given, cadet, errors
