"""The interface keeps to its description whatever is sent: values made from the description itself, and bodies that are none.

Each answer is of a status that the description names, of the shape that it gives, and never an error of ours. The values come from
Hypothesis by the schemas of the description, so that a new operation is asked as soon as it is described.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from redshank.web.api.routes import described

from .api_tools import problem, program

TOLD = described()
OPERATIONS = [(path, method) for path, some in TOLD["paths"].items() for method in some]
#: What an address may be asked with, beside ids of the village: other scripts, controls, what looks like SQL or a path.
ODD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["\x00", "\ud800", "'; --", "../..", "%2e%2e", "é" * 80, "0", "-1", str(2**64), "null", "𝕏"]
    ),
)


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return TOLD["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def values(schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy:
    """Values that fit a schema, and now and then one that does not."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return st.one_of(*(values(s, depth) for s in schema["anyOf"]))
    if "enum" in schema:
        return st.one_of(st.sampled_from(schema["enum"]), ODD)
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        needed = set(schema.get("required", ()))
        made = {k: values(v, depth + 1) for k, v in schema["properties"].items()}
        return st.fixed_dictionaries(
            {k: v for k, v in made.items() if k in needed},
            optional={k: v for k, v in made.items() if k not in needed},
        )
    return {
        "string": st.one_of(ODD, st.just("yes"), st.dates().map(str)), "integer": st.one_of(st.integers(), st.integers(0, 5)),
        "boolean": st.booleans(), "array": st.lists(ODD, max_size=3), "object": st.dictionaries(ODD, ODD, max_size=3),
    }.get(kind, st.none())  # fmt: skip


def fits(value: Any, schema: dict[str, Any], at: str = "") -> None:
    """Whether an answer is of the shape that the description gives."""
    schema = resolved(schema)
    if "anyOf" in schema:
        assert any(_passes(value, s) for s in schema["anyOf"]), at
    elif schema.get("type") == "object" and "properties" in schema:
        assert set(schema.get("required", ())) <= set(value) <= set(schema["properties"]), at
        for key, inner in value.items():
            fits(inner, schema["properties"][key], f"{at}.{key}")
    elif schema.get("type") == "array":
        assert isinstance(value, list), at
        for inner in value:
            fits(inner, schema["items"], f"{at}[]")
    elif "type" in schema:
        wanted = {
            "string": str,
            "integer": int,
            "boolean": bool,
            "null": type(None),
            "number": (int, float),
            "object": dict,
        }
        assert isinstance(value, wanted[schema["type"]]), (at, value)


def _passes(value: Any, schema: dict[str, Any]) -> bool:
    try:
        fits(value, schema)
    except (AssertionError, TypeError):
        return False
    return True


def check(answer: Any, path: str, method: str) -> None:
    responses = TOLD["paths"][path][method]["responses"]
    assert answer.status_code != 500, (path, method, answer.content)
    assert str(answer.status_code) in responses, (path, method, answer.status_code)
    schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
    fits(answer.json(), schema, path)


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda x: x.replace("/api/v1/", ""))
def test_whatever_is_sent_the_answer_is_one_of_those_described(path, method, sign_in, place):
    operation, api = TOLD["paths"][path][method], program(sign_in("safeguarding_lead"))
    whole = {p["name"]: values(p["schema"]) for p in operation["parameters"] if p["in"] == "query"}
    ids = st.one_of(ODD.filter(lambda t: "/" not in t and t not in ("", ".", "..")), st.sampled_from([*place.group.values(), *place.person.values(), *place.cell.values(), place.line, "1"]))  # fmt: skip
    body = (
        values(operation["requestBody"]["content"]["application/json"]["schema"])
        if "requestBody" in operation
        else st.none()
    )

    @settings(max_examples=12, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(query=st.fixed_dictionaries({}, optional=whole), ident=ids, sent=body)
    def asked(query: dict[str, Any], ident: str, sent: Any) -> None:
        from urllib.parse import quote, urlencode

        url = re.sub(
            r"\{\w+\}", lambda _: quote(ident.encode("utf-8", "replace"), safe=""), path
        ).removeprefix("/api/v1/")
        asking = urlencode({k: str(v).encode("utf-8", "replace") for k, v in query.items()})
        if method == "get":
            check(api.get(f"{url}?{asking}" if asking else url), path, method)
        else:
            check(api.post(url, json.dumps(sent)), path, method)

    asked()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b'{"text": 1}', b'{"text": "\\ud800"}', b'{"what": {}}', b"[" * 3000])  # fmt: skip
def test_a_body_that_is_none_is_refused_in_the_one_shape(sign_in, body):
    api = program(sign_in("safeguarding_lead"))
    for path in ("language/checks", "concerns", "flags", "actions/1/steps"):
        answer = api.post(path, body)
        assert answer.status_code in (400, 404), (path, answer.content)
        assert problem(answer)["code"] in ("body", "input", "nothing")


def test_another_method_is_refused_in_the_one_shape(sign_in):
    api = program(sign_in("analyst"))
    answer = api._client().delete("/api/v1/flags", headers=api._headers({}))
    assert (answer.status_code, problem(answer)["code"], sorted(answer["Allow"].split(", "))) == (
        405,
        "method",
        ["GET", "POST"],
    )


def test_a_defect_tells_nothing_of_where_it_was(sign_in, monkeypatch):
    from redshank.web.api.v1 import flags

    def broken(request):
        raise RuntimeError("secret words of a line of code")

    monkeypatch.setattr(flags, "filtered", broken)
    answer = program(sign_in("analyst")).get("flags")
    assert (answer.status_code, problem(answer)["code"]) == (500, "defect")
    assert b"secret" not in answer.content
    assert b"RuntimeError" not in answer.content


def test_the_description_is_served_without_a_token_and_names_scope_and_purpose(client):
    told = client.get("/api/v1/openapi.json").json()
    assert told == json.loads(json.dumps(TOLD))
    for path, some in told["paths"].items():
        for method, operation in some.items():
            assert operation["x-scope"], (path, method)
            assert {"in": "header", "name": "X-Purpose"}.items() <= operation["parameters"][0].items()
            assert operation["security"], (path, method)


@pytest.fixture
def client(home):
    from django.test import Client

    return Client()
