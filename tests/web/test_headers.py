"""What every answer says to the browser: nothing inline, nothing from outside, nothing kept, no frame, no reach of scripts."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def directives(answer) -> dict[str, list[str]]:
    policy = answer.headers["Content-Security-Policy"]
    return {p.split()[0]: p.split()[1:] for p in policy.split(";")}


def answers(sign_in, place):
    client = sign_in("analyst")
    for path in (
        "/",
        f"/groups/{place.group['open']}",
        "/healthz",
        "/no-such-page",
        "/register.csv",
        "/\x00",
    ):
        yield path, client.get(path)
    yield "/sign-in", Client().get("/sign-in")
    yield "a form without its token", Client(enforce_csrf_checks=True).post("/sign-in", {"username": "a"})
    yield "signed out", Client().get("/worklist")


def test_every_answer_allows_nothing_inline_nothing_from_outside_and_no_frame(sign_in, place):
    for path, answer in answers(sign_in, place):
        rules = directives(answer)
        assert rules["default-src"] == ["'none'"], path
        assert rules["frame-ancestors"] == rules["base-uri"] == rules["object-src"] == ["'none'"], path
        assert {s for name in rules for s in rules[name]} <= {"'none'", "'self'"}, path
        missing = {n: v for n, v in EVERYWHERE.items() if answer.headers.get(n) != v}
        assert missing == {}, path
        assert "Server" not in answer.headers


def test_a_defect_of_ours_carries_the_same_and_tells_nothing(sign_in, monkeypatch):
    client = sign_in("analyst")
    client.raise_request_exception = False
    monkeypatch.setattr("redshank.web.worklist.board.look", boom)
    answer = client.get("/worklist")
    assert answer.status_code == 500
    assert directives(answer)["default-src"] == ["'none'"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"nobody's name" not in answer.content
    assert b"Traceback" not in answer.content


def boom(*args, **more):
    raise RuntimeError("nobody's name")


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(sign_in):
    answer = sign_in("analyst").get("/")
    assert answer.cookies, "a page with a form sets the cookie of its token"
    for cookie in answer.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] in ("Lax", "Strict")
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert settings.SESSION_COOKIE_AGE <= 12 * 3600


def test_nothing_is_changed_by_opening_a_page_of_an_act(sign_in):
    """Whatever changes something is sent by a form with its token: opening its address does nothing."""
    from redshank.web.urls import urlpatterns

    client = Client(enforce_csrf_checks=True)
    acting = [p for p in urlpatterns if p.callback.policy.acts and "<" not in str(p.pattern)]
    assert acting
    for pattern in acting:
        assert client.get(f"/{pattern.pattern}").status_code in (302, 404, 405), pattern
        assert client.post(f"/{pattern.pattern}", {"a": "b"}).status_code in (302, 403), pattern
