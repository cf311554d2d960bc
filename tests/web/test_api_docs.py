"""Every example of docs/interfaces.md runs: it is answered, and the answer holds what the page shows of it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from .api_tools import WHY, program
from .conftest import opens
from .test_api_writes import flag_of, task_of

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "interfaces.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(.*?)```\n\n```json\n(.*?)```", PAGE, re.DOTALL)


def run(words: list[str], files: dict[str, str]):
    """A curl command as the request that it would send."""
    from django.test import Client

    assert words[0] == "curl"
    url, headers, body = "", {}, None
    rest = iter(words[1:])
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            given = next(rest)
            body = files[given[1:]] if given.startswith("@") else given
        elif word != "-s":
            url = word
    client = Client()
    if body is None:
        return client.get(url, headers=headers)
    return client.post(url, body, content_type=headers.pop("Content-Type"), headers=headers)


def holds(told, shown, at=""):
    """Whether an answer has every name that the page shows; of a list the first."""
    if isinstance(shown, dict):
        assert set(shown) <= set(told), (at, set(shown) - set(told))
        for name in shown:
            holds(told[name], shown[name], f"{at}.{name}")
    elif isinstance(shown, list) and shown:
        assert told, at
        holds(told[0], shown[0], f"{at}[0]")


def test_every_example_is_answered_with_what_the_page_shows(sign_in, place):
    client, lead = sign_in("exploitation_officer"), sign_in("safeguarding_lead")
    opens(client, "crimes:C-open")
    api, task = program(client), task_of(client.user, lead.user, place)
    known = {
        "REDSHANK": "", "TOKEN": api.secret, "WHY": WHY, "GROUP": place.group["open"], "CHILD": place.person["Cara"],
        "PERSON": place.person["Arlo"], "ACTION": str(task.pk),
    }  # fmt: skip
    met = set()
    for command, shown in EXAMPLES:
        text = command.replace("\\\n", " ")
        text = re.sub(r"\$([A-Z]+)", lambda m: known[m[1]], text)
        answer = run(shlex.split(text), {"flag.json": json.dumps(flag_of(place))})
        assert answer.status_code in (200, 201), (command, answer.content)
        told = answer.json()
        holds(told, json.loads(shown))
        if answer.resolver_match.url_name == "api-concerns" and answer.status_code == 201:
            known["CONCERN"] = str(told["number"])
        met.add(answer.resolver_match.url_name)
    assert len(EXAMPLES) >= 10
    from .routes import routes

    of_lists = {
        "api-place",
        "api-places",
        "api-line",
        "api-lines",
        "api-children",
        "api-flag",
        "api-action",
        "api-description",
    }
    assert {r.name for r in routes() if r.name.startswith("api-")} - met == of_lists, (
        "told in words on the page"
    )


def test_the_page_names_every_scope_and_every_code():
    from redshank.web.api import gate, routes, scopes

    for scope in scopes.SCOPES:
        assert f"| `{scope}` |" in PAGE, scope
    source = "".join(p.read_text(encoding="utf-8") for p in Path(str(gate.__file__)).parent.rglob("*.py"))
    codes = set(re.findall(r"Refused\(\s*\d+,\s*\"(\w+)\"", source))
    assert codes == {
        "token",
        "purpose",
        "scope",
        "standing",
        "nothing",
        "method",
        "rule",
        "twice",
        "long",
        "often",
        "defect",
        "input",
        "body",
    }
    for code in codes:
        assert f"`{code}`" in PAGE, code
    for number in (gate.BODY, gate.PER_MINUTE):
        assert f"{number:,}" in PAGE
    assert routes.PREFIX.strip("/") in PAGE
