"""The operations of version 1, how their errors are told, and their description."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from redshank.web.api import gate
from redshank.web.api.v1 import actions, concerns, findings, flags, language
from redshank.web.policy.gate import public

PREFIX = "api/v1/"
ABOUT = """Redshank for other systems. A token acts as its owner: it sees what its owner sees on the pages, and nothing more.

Every request states its purpose in `X-Purpose`; the audit keeps it with the token. What may not be seen answers as what does not
exist. Nothing here confirms or decides: a flag is proposed, and another person decides on the pages. No score is given.
"""
#: Answers that every operation may give, beside its own.
EVERYWHERE = {
    "400": "No purpose, or what was sent is not as it should be", "401": "No token, or one that opens nothing",
    "403": "The token is not for this, or its owner may open nothing today", "404": "Nothing here, or nothing for this reader",
    "409": "A rule is in the way; the message says which", "413": "Too long", "429": "Too often", "500": "A defect",
}  # fmt: skip


def _api() -> NinjaAPI:
    api = NinjaAPI(
        title="Redshank", version="1", description=ABOUT, auth=gate.Bearer(), docs_url=None, openapi_url=None, urls_namespace="api",
    )  # fmt: skip
    for part in (concerns, flags, findings, actions, language):
        name = part.__name__.rpartition(".")[2]
        api.add_router("", part.router, tags=[name])
    api.add_exception_handler(gate.Refused, _refused)
    api.add_exception_handler(ValidationError, _not_as_it_should_be)
    api.add_exception_handler(RequestDataTooBig, lambda request, _: gate.wrong(gate.long()))
    api.add_exception_handler(AuthenticationError, lambda request, _: gate.wrong(gate.nothing()))
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(Exception, _defect)
    return api


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return gate.wrong(error)


def _not_as_it_should_be(request: HttpRequest, error: Any) -> HttpResponse:
    """Where and what, without what was sent."""
    fields = [{"where": ".".join(str(x) for x in e["loc"]), "what": e["msg"]} for e in error.errors]
    return gate.wrong(gate.Refused(400, "input", "What was sent is not as it should be.", "Mend the fields that are named.", fields))  # fmt: skip


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    """The library's own refusals: a body that is no JSON."""
    return gate.wrong(
        gate.Refused(400, "body", "The body cannot be read.", "Send one JSON object, as UTF-8.")
    )


def _defect(request: HttpRequest, error: Any) -> HttpResponse:
    gate.LOG.error("defect", exc_info=error)
    return gate.wrong(gate.defect())


API = _api()


def described() -> dict[str, Any]:
    """The description as OpenAPI: the operations, and what each needs and may answer beside its result."""
    told: dict[str, Any] = dict(API.get_openapi_schema(path_prefix=PREFIX))
    told["components"]["schemas"]["Problem"] = PROBLEM
    for operations in told["paths"].values():
        for operation in operations.values():
            operation.setdefault("parameters", []).insert(0, STATED)
            for status, words in EVERYWHERE.items():
                operation["responses"].setdefault(status, _problem(words))
            operation["responses"] = {str(k): v for k, v in operation["responses"].items()}
    return told


STATED = {
    "in": "header", "name": gate.PURPOSE, "required": True, "description": "Why this is read or written; kept in the audit.",
    "schema": {"type": "string", "minLength": gate.PURPOSE_SHORTEST, "maxLength": gate.PURPOSE_LONGEST},
}  # fmt: skip
PROBLEM = {
    "title": "Problem", "type": "object", "required": ["error"], "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object", "required": ["code", "message", "do"], "additionalProperties": False,
            "properties": {
                "code": {"type": "string"}, "message": {"type": "string", "description": "What is so."},
                "do": {"type": "string", "description": "What to do."},
                "fields": {
                    "type": "array",
                    "items": {
                        "type": "object", "required": ["where", "what"],
                        "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
                    },
                },
            },
        }
    },
}  # fmt: skip


def _problem(words: str) -> dict[str, Any]:
    ref = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/json": {"schema": ref}}}


@public
def description(request: Any) -> HttpResponse:
    """The description, for whoever writes a program; it holds nothing of any record."""
    return JsonResponse(described())


def routes() -> list[URLPattern]:
    """Each operation as a route of the application, so that the tests that walk the routes walk these too."""
    found = {"openapi.json": path(f"{PREFIX}openapi.json", description, name="api-description")}
    for route in API.urls[0]:  # one address with two methods stands in it twice
        if isinstance(route, URLPattern) and route.name != "api-root":
            made = path(f"{PREFIX}{route.pattern}", gate.spoken(route.callback), name=f"api-{route.name}")
            found.setdefault(str(route.pattern), made)
    return list(found.values())
