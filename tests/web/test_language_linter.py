"""The linter everywhere that people type, and for other systems: every form has it, nothing is kept, few may ask."""

from __future__ import annotations

import json
import logging
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from redshank import web

from .worklist_tools import text_of

SOURCE = Path(str(web.__file__)).parent
TEMPLATES = SOURCE / "templates"
BLAMES = "She is streetwise and puts herself at risk."
#: Fields that go without, each with why. A new field gets the linter by itself.
WITHOUT = {
    "others": "form",  # a concern: its form gives this advice itself, also where no script runs
    "what": "form",
    "child_words": "quoted",  # nobody looks over how a child speaks
    "{{ q.key }}": "quoted",  # phrases that a reader quotes, in a review
}


def fields() -> list[tuple[str, str]]:
    """(template, the tag) of every longer text that people type."""
    return [
        (str(path.relative_to(TEMPLATES)), tag)
        for path in sorted(TEMPLATES.rglob("*.html"))
        for tag in re.findall(
            r"<textarea\b(?:[^>{]|\{[{%].*?[%}]\})*>", path.read_text(encoding="utf-8"), re.DOTALL
        )
    ]


def lacking(tag: str) -> str:
    """Why a field would go without the linter; nothing where it has it."""
    if not re.search(r'\bid="[^"]+"', tag):
        return "it has no id, by which the linter is tied to it"
    said = re.search(r'data-language="([^"]*)"', tag)
    name = re.search(r'\bid="([^"]+)"', tag)[1]
    if said and WITHOUT.get(name) != said[1]:
        return "it is left out, and no reason stands in WITHOUT"
    return ""


def test_every_form_with_a_longer_text_has_the_linter():
    found = fields()
    assert len(found) > 35
    assert {f"{name}: {why}" for name, tag in found if (why := lacking(tag))} == set()
    assert {re.search(r'\bid="([^"]+)"', tag)[1] for _, tag in found if "data-language" in tag} == set(
        WITHOUT
    )


def test_the_look_itself_finds_a_field_without():
    assert lacking('<textarea name="why">')
    assert lacking('<textarea id="why" data-language="quoted">')
    assert not lacking('<textarea id="why">')


def test_the_linter_runs_on_every_page_that_has_a_form():
    """Each template with a field extends the base or is a part of one that does; the base loads what puts the linter beside it."""
    base = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    assert "redshank/start.js" in base
    start = (SOURCE / "static/redshank/start.js").read_text(encoding="utf-8")
    assert 'import { everywhere } from "./language.js"' in start
    assert "everywhere(document);" in start
    whole = {str(p.relative_to(TEMPLATES)): p.read_text(encoding="utf-8") for p in TEMPLATES.rglob("*.html")}
    for name in {n for n, _ in fields()}:
        is_page = '{% extends "base.html" %}' in whole[name]
        assert is_page or any(f'include "{name}"' in text for text in whole.values()), name


def test_the_component_is_safe_under_the_content_security_policy():
    text = (SOURCE / "static/redshank/language.js").read_text(encoding="utf-8")
    for never in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "new Function",
        "document.write",
        ".style",
        "localStorage",
        "console.",
    ):
        assert never not in text, never


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_the_component_asks_shows_and_never_touches_the_text(tmp_path):
    """Against a document of a few lines: what it asks, what it shows, and that quotations are left alone."""
    script = tmp_path / "try.mjs"
    script.write_text(
        COMPONENT.replace("LANGUAGE", (SOURCE / "static/redshank/language.js").as_uri()), encoding="utf-8"
    )
    done = subprocess.run(["node", str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["asked"] == {"url": "/api/language/check", "token": "forged", "text": "words typed"}
    assert told["shown"] == ["“streetwise” reason. Ask yourself: question?"]
    assert told["after"] == "words typed"
    assert told["beside"] == ["why"]


COMPONENT = """
const made = (tag) => ({
  tag, kids: [], attributes: {}, textContent: "", className: "",
  append(...k) { this.kids.push(...k); }, replaceChildren(...k) { this.kids = k; },
  setAttribute(n, v) { this.attributes[n] = v; }, getAttribute(n) { return this.attributes[n] ?? null; },
});
globalThis.HTMLElement = class { constructor() { Object.assign(this, made("x")); } };
let defined; globalThis.customElements = { define: (_, c) => { defined = c; } };
globalThis.CSS = { escape: (x) => x };
const beside = [];
const field = { id: "why", value: "words typed", form: { querySelector: () => ({ value: "forged" }) }, addEventListener() {}, removeEventListener() {}, after: (e) => beside.push(e.attributes.for) };
globalThis.document = { getElementById: () => field, createElement: made, querySelector: () => null };
let asked;
globalThis.fetch = async (url, o) => { asked = { url, token: o.headers["X-CSRFToken"], text: JSON.parse(o.body).text }; return { ok: true, json: async () => ({ hits: [
  { phrase: "streetwise", reason: "reason", alternative_kind: "ask", alternative: "question?", quoted: false, rule: "L30" },
  { phrase: "said", reason: "r", alternative_kind: "ask", alternative: "a", quoted: true, rule: "L31" } ] }) }; };
const { everywhere } = await import("LANGUAGE");
const one = new defined(); one.field = field;
await one.look();
everywhere({ querySelectorAll: () => [field] });
process.stdout.write(JSON.stringify({ asked, shown: one.kids[0].kids[1].kids.map((k) => k.textContent), after: field.value, beside }));
"""


# ---- over HTTP ----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nobody_asked():
    from redshank.web.audits import asking

    asking._ASKED.clear()
    yield
    asking._ASKED.clear()


def ask(client, text, **headers):
    return client.post(
        "/api/language/check", json.dumps({"text": text}), content_type="application/json", headers=headers
    )


def token_of(sign_in, name="The record system") -> str:
    shown = sign_in("administrator").post("/language/systems", {"name": name})
    return shown.context["token"]


def test_a_page_asks_without_a_token_and_gets_offsets_reasons_and_alternatives(sign_in, place):
    answer = ask(sign_in("response_officer"), BLAMES)
    assert answer.status_code == 200
    hits = answer.json()["hits"]
    assert (
        [BLAMES[h["start"] : h["end"]] for h in hits]
        == [h["phrase"] for h in hits]
        == ["streetwise", "puts herself at risk"]
    )
    assert all(h["reason"] and h["alternative"] and h["alternative_kind"] in ("reword", "ask") for h in hits)


def test_another_system_asks_with_a_token_until_it_is_ended(sign_in, place):
    from django.test import Client

    from redshank.web.audits.models import System

    token = token_of(sign_in)
    bearer = {"authorization": f"Bearer {token}"}
    assert len(ask(Client(), BLAMES, **bearer).json()["hits"]) == 2
    assert ask(Client(), BLAMES, authorization="Bearer rs_wrong").status_code == 401
    assert ask(Client(), BLAMES, authorization=token).status_code == 401
    system = System.objects.get()
    sign_in("administrator").post(f"/language/systems/{system.pk}/end")
    assert ask(Client(), BLAMES, **bearer).status_code == 401


def test_a_token_is_told_once_and_only_its_hash_is_kept(sign_in, place):
    from django.db import connection

    token = token_of(sign_in)
    assert token not in sign_in("administrator").get("/language/systems").content.decode()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {table}")
            assert all(token not in str(row) for row in cursor.fetchall()), table


def test_nobody_who_is_not_signed_in_asks_and_no_page_from_elsewhere(sign_in, place):
    from django.test import Client

    from redshank.web.accounts.models import User

    assert ask(Client(), BLAMES).status_code == 401
    half = Client()  # the password alone, no second factor
    half.force_login(
        User.objects.get(username="analyst"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert ask(half, BLAMES).status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in("analyst").cookies
    assert ask(strict, BLAMES).status_code == 403


def test_only_the_administrator_makes_and_ends_tokens(sign_in, place):
    from redshank.web.audits.models import System

    token_of(sign_in)
    number = System.objects.get().pk
    for role in ("analyst", "safeguarding_lead"):
        assert sign_in(role).post("/language/systems", {"name": "x"}).status_code == 404
        assert sign_in(role).post(f"/language/systems/{number}/end").status_code == 404
    assert System.objects.count() == 1
    again = sign_in("administrator").post("/language/systems", {"name": "The record system"})
    assert list(again.context["errors"]) == ["name"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [("no json", 400, "body"), ('{"words": "x"}', 400, "body"), ('{"text": 3}', 400, "body"), ("[]", 400, "body"),
     (json.dumps({"text": "x" * 20_001}), 413, "long"), (json.dumps({"text": "x" * 100_001}), 413, "long")],
)  # fmt: skip
def test_what_is_wrong_has_one_shape_and_says_what_to_do(sign_in, place, body, status, code):
    answer = sign_in("analyst").post("/api/language/check", body, content_type="application/json")
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert set(error) == {"code", "message", "do"}


def test_the_address_opens_nothing_by_get(sign_in, place):
    assert sign_in("analyst").get("/api/language/check").status_code == 405


def test_too_many_in_a_minute_are_asked_to_wait_each_by_themselves(sign_in, place, monkeypatch):
    from redshank.web.audits import asking

    monkeypatch.setitem(asking.SETTINGS, "per_minute", {"page": 3, "system": 5})
    monkeypatch.setattr(asking.time, "time", lambda: 6_000.0)
    analyst = sign_in("analyst")
    assert [ask(analyst, "x").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert ask(sign_in("researcher"), "x").status_code == 200
    monkeypatch.setattr(asking.time, "time", lambda: 6_060.0)
    assert ask(analyst, "x").status_code == 200


def test_no_text_is_kept_or_logged(sign_in, place, caplog):
    from django.db import connection

    with caplog.at_level(logging.DEBUG):
        secret = f"Ploversecret. {BLAMES}"
        assert ask(sign_in("analyst"), secret).status_code == 200
        assert ask(sign_in("analyst"), 5).status_code == 400
        assert "Ploversecret" in sign_in("analyst").post("/language/check", {"text": secret}).content.decode()
    kept = [r for r in caplog.records if r.name != "django.db.backends"]
    assert all("Ploversecret" not in r.getMessage() for r in kept)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {table}")
            assert all("Ploversecret" not in str(row) for row in cursor.fetchall()), table


def test_a_text_is_checked_on_a_page_where_no_script_runs(sign_in, place):
    client = sign_in("partner_member")
    page = text_of(client.post("/language/check", {"text": BLAMES}))
    assert "2 phrases to look at" in page
    assert "“streetwise”" in page
    assert "No phrase of the guide" in text_of(
        client.post("/language/check", {"text": "A bicycle was taken."})
    )
    assert list(client.post("/language/check", {"text": " "}).context["errors"]) == ["text"]


def test_another_project_may_use_the_command_before_each_commit():
    """``.pre-commit-hooks.yaml`` names the command that exists, for texts alone."""
    root = Path(__file__).resolve().parents[2]
    hook = (root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert "entry: redshank language check" in hook
    assert "types: [text]" in hook
    assert "id: redshank-language" in hook
