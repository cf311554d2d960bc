"""Whatever is typed into whatever field of whatever form: an answer in words, never a defect, and nothing of it is obeyed."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import quote

import pytest
from django.db import transaction

from redshank.web.accounts.roles import ROLES

from .conftest import make_rows, test_form

MARK = "<img src=x onerror=alert(7)>"
#: What programs stumble over: markup, templates, formulas, quotes, signs without width or of the other direction, no
#: text at all, numbers that are none or too many, days that no calendar has.
HOSTILE = (
    f"{MARK}\"'&amp;",
    "a\x00b",
    "'; DROP TABLE accounts_user; --",
    "\u202egnp.exe\u200b\ufeff\u2028",
    "{{ 7|add:7 }}{% debug %}${7*7}",
    "=HYPERLINK(\"//x\",\"y\")",
    "99999999999999999999999",
    "-1",
    "²",
    "٣",
    "1e999",
    "2026-02-30",
    "0000-00-00T99:99",
    "../../etc/passwd",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢" * 50,
    "x" * 100_000,
)  # fmt: skip
#: Sent where every form of a role is tried in CI; all of them with `make assurance-full`.
FEW = (HOSTILE[0], HOSTILE[1], HOSTILE[6], HOSTILE[-1])
ANSWERS = (200, 302, 400, 403, 404, 405, 409, 413, 429)


def forms_of(pages):
    """One of each form that the pages offer, by what it does and which fields it has."""
    found = {}
    for page in pages.values():
        for form in page.read.forms:
            where = re.sub(r"/[^/]*[0-9:][^/]*", "/…", form.action)
            if not form.action.startswith(("/sign-out", "/demonstration")):
                found.setdefault((where, tuple(sorted(form.fields))), form)
    return list(found.values())


def wrong(send, text):
    """What is wrong with the answer to what was sent, in words; nothing of it stays."""
    try:
        with transaction.atomic():
            answer = send()
            transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001 - whatever it is, the form that led to it is told
        return f"a defect of ours: {type(error).__name__}: {str(error)[:120]}"
    if answer.status_code not in ANSWERS:
        return f"answers {answer.status_code}"
    if not answer.streaming and MARK in text and MARK in answer.content.decode("utf-8", "replace"):
        return "shows markup as it was typed"
    return ""


def tried():
    """One role and a few texts in CI; the others with `make assurance-full`."""
    few = pytest.param("safeguarding_lead", FEW, id="few")
    return [few, *(pytest.param(r, HOSTILE, id=r, marks=pytest.mark.long) for r in ROLES)]


@pytest.mark.databases(alone=True)
@pytest.mark.parametrize(("role", "texts"), tried())
def test_no_field_takes_what_breaks_it_and_no_page_obeys_it(role, texts, sign_in, place, pages):
    make_rows(place)
    client = sign_in(role)
    found = forms_of(pages[role])
    assert found
    told = {}
    for form in found:
        offered = {name: values[:1] for name, values in form.fields.items() if values}
        empty = [name for name, values in form.fields.items() if not values]
        for n, text in enumerate(texts):
            typed = test_form() | offered | dict.fromkeys(empty, text) | {"once": f"h{n}"}
            for given in (typed, dict.fromkeys(form.fields, text)):
                if said := wrong(partial(client.post, form.action, given), text):
                    told[form.action, text[:20]] = said
    assert told == {}


@pytest.mark.databases(alone=True)
@pytest.mark.parametrize(("role", "texts"), tried())
def test_no_address_is_a_defect_whatever_stands_behind_its_question_mark(role, texts, sign_in, place, pages):
    client = sign_in(role)
    asked: dict[str, set[str]] = {}
    for page in pages[role].values():
        path, _, query = page.url.partition("?")
        if path.startswith("/api/"):
            continue  # asked with a token, and with worse, in test_api_shape.py
        asked.setdefault(path, set()).update(part.partition("=")[0] for part in query.split("&") if part)
    told = {}
    for path, names in asked.items():
        for text in texts[:13] if names else HOSTILE[1:2]:
            question = "&".join(f"{n}={quote(text)}" for n in sorted(names | {"page", "q"}))
            if said := wrong(partial(client.get, f"{path}?{question}"), text):
                told[path, text[:20]] = said
    assert told == {}
