"""Webhooks: that something waits, to addresses that the settings list, switched on by two, signed, and tried again."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from redshank.errors import UsageError
from redshank.web.hooks import allowed, sending
from redshank.web.hooks.models import Delivery, Hook
from redshank.web.notices.models import Notice
from redshank.web.trail.models import Entry


class Listening:
    """A system that is told: what came, and what it answers."""

    def __init__(self) -> None:
        self.got, self.answers, self.moved = [], [], ""
        of = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                sent = self.rfile.read(int(self.headers["Content-Length"]))
                of.got.append((self.path, dict(self.headers), sent))
                self.send_response(of.answers.pop(0) if of.answers else 204)
                if of.moved:
                    self.send_header("Location", of.moved)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()


@pytest.fixture
def system(settings_of):
    listening = Listening()
    settings_of(listening.origin)
    yield listening
    listening.server.shutdown()
    listening.server.server_close()


@pytest.fixture
def settings_of(monkeypatch, home):
    from django.conf import settings

    def allow(text):
        monkeypatch.setattr(settings, "HOOKS_ALLOWED", allowed.read({allowed.SETTING: text}))

    return allow


def switched_on(sign_in, address):
    one, two = sign_in("administrator"), sign_in("administrator-2")
    assert one.post("/hooks", {"name": "the case system", "address": address}).status_code == 302
    hook = Hook.objects.latest("pk")
    answer = two.post(f"/hooks/{hook.pk}/act", {"kind": "on"})
    assert answer.status_code == 200, answer.content
    hook.refresh_from_db()
    return hook, answer


def waits(user, kind="question", n=1):
    for number in range(n):
        Notice.objects.create(
            user=user, kind=kind, thing="question", number=number, once=f"{kind}:{number}:{user.pk}"
        )


def test_events_say_a_kind_a_time_and_a_name_that_says_nothing_and_no_number_of_things(sign_in, system):
    switched_on(sign_in, f"{system.origin}/told?by=redshank")
    waits(sign_in("analyst").user, n=3)
    waits(sign_in("duty_inspector").user)
    waits(sign_in("duty_inspector").user, "given")
    assert vars(sending.send()) == {"sent": 2, "failed": 0}
    assert [path for path, _, _ in system.got] == ["/told?by=redshank"] * 2
    told = [json.loads(body) for _, _, body in system.got]
    assert {t["type"] for t in told} == {"waits.question", "waits.given"}
    for t in told:
        assert set(t) == {"type", "id", "at"}
        assert Delivery.objects.get(event=t["id"]).done_at is not None
    assert vars(sending.send()) == {"sent": 0, "failed": 0}


def test_what_waited_before_it_was_switched_on_is_not_told(sign_in, system):
    waits(sign_in("analyst").user)
    switched_on(sign_in, system.origin)
    assert vars(sending.send()) == {"sent": 0, "failed": 0}


def test_an_event_is_signed_with_the_secret_that_was_told_once(sign_in, system):
    _, answer = switched_on(sign_in, system.origin)
    secret = answer.context["told"]["secret"]
    assert secret in answer.content.decode()
    assert secret not in sign_in("administrator").get("/hooks").content.decode()
    waits(sign_in("analyst").user)
    sending.send()
    _, headers, body = system.got[0]
    at, _, given = headers["X-Redshank-Signature"].removeprefix("t=").partition(",v1=")
    assert given == sending.signature(secret, int(at), body)
    assert given != sending.signature(secret, int(at) + 1, body)
    assert secret not in json.dumps(list(Hook.objects.values("salt", "address", "name")))


def test_what_is_not_taken_is_kept_and_tried_again_after_a_pause_that_doubles(sign_in, system):
    switched_on(sign_in, system.origin)
    waits(sign_in("analyst").user)
    now = timezone.now()
    system.answers = [500, 503]
    assert vars(sending.send(now)) == {"sent": 0, "failed": 1}
    assert vars(sending.send(now + timedelta(minutes=4))) == {"sent": 0, "failed": 0}
    assert vars(sending.send(now + timedelta(minutes=6))) == {"sent": 0, "failed": 1}
    assert vars(sending.send(now + timedelta(minutes=14))) == {"sent": 0, "failed": 0}
    page = sign_in("administrator").get("/hooks").content.decode()
    assert "It answered 503" in page
    assert vars(sending.send(now + timedelta(minutes=17))) == {"sent": 1, "failed": 0}
    ids = {json.loads(body)["id"] for _, _, body in system.got}
    assert (len(system.got), len(ids)) == (3, 1)


def test_one_that_never_answers_is_given_up_and_says_so(sign_in, system, monkeypatch):
    monkeypatch.setattr(sending, "TRIES", 2)
    switched_on(sign_in, system.origin)
    waits(sign_in("analyst").user)
    system.server.shutdown()
    system.server.server_close()
    now = timezone.now()
    sending.send(now)
    sending.send(now + timedelta(hours=7))
    sending.send(now + timedelta(hours=14))
    d = Delivery.objects.get()
    assert (d.tries, d.given_up_at is not None, d.failure) == (
        2,
        True,
        "It could not be reached (ConnectionRefusedError)",
    )
    assert "Given up" in sign_in("administrator").get("/hooks").content.decode()


def test_a_redirection_leads_nowhere(sign_in, system):
    switched_on(sign_in, f"{system.origin}/a")
    system.answers, system.moved = [307], f"{system.origin}/elsewhere"
    waits(sign_in("analyst").user)
    sending.send()
    assert [path for path, _, _ in system.got] == ["/a"]
    assert Delivery.objects.get().failure == "It answered 307"


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/", "https://127.0.0.1/", "https://169.254.169.254/latest", "https://elsewhere.example/", "https://cases.example:8443/",
        "https://cases.example@elsewhere.example/", "ftp://cases.example/", "cases.example", "https:///x", "https://cases.example.elsewhere.example/",
        "https://cases.example:99999/", "https://cases.example/ x", "https://[::1]/", "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_on_the_list_is_not_taken(sign_in, settings_of, address):
    settings_of("https://cases.example")
    answer = sign_in("administrator").post("/hooks", {"name": "x", "address": address})
    assert (answer.status_code, Hook.objects.count()) == (400, 0)


@pytest.mark.parametrize(
    "leads_to",
    [
        "127.0.0.1",
        "::1",
        "169.254.169.254",
        "0.0.0.0",
        "::ffff:127.0.0.1",
        "fe80::1",
        "fd00:ec2::254",
        "224.0.0.1",
    ],
)
def test_a_listed_name_that_leads_to_this_machine_or_to_a_clouds_secrets_is_not_called(
    sign_in, settings_of, monkeypatch, leads_to
):
    settings_of("https://cases.example")
    switched_on(sign_in, "https://cases.example/told")
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_, **__: [(0, 0, 0, "", ("10.1.2.3", 443)), (0, 0, 0, "", (leads_to, 443))],
    )

    def called(*_, **__):
        raise AssertionError("it was called")

    monkeypatch.setattr(socket, "create_connection", called)
    waits(sign_in("analyst").user)
    assert vars(sending.send()) == {"sent": 0, "failed": 1}
    assert "leads to this machine" in Delivery.objects.get().failure


def test_what_is_checked_is_what_is_called(settings_of, monkeypatch):
    """The name is looked up once: a second answer of the name server is never asked for."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("10.1.2.3", 443))])
    origin = allowed.origin_of("https://cases.example/x")
    link = sending._link(origin, allowed.resolved(origin))
    went = []
    monkeypatch.setattr(socket, "create_connection", lambda to, *_: went.append(to) or socket.socket())
    with contextlib.suppress(OSError):  # nobody answers on a socket that leads nowhere
        link.connect()
    link.close()
    assert went == [("10.1.2.3", 443)]


def test_an_address_taken_off_the_list_is_told_no_more(sign_in, system, settings_of):
    switched_on(sign_in, system.origin)
    waits(sign_in("analyst").user)
    settings_of("https://cases.example")
    assert vars(sending.send()) == {"sent": 0, "failed": 1}
    assert not system.got


def test_two_people_switch_it_on(sign_in, system):
    one, two = sign_in("administrator"), sign_in("administrator-2")
    one.post("/hooks", {"name": "x", "address": system.origin})
    hook = Hook.objects.get()
    assert one.post(f"/hooks/{hook.pk}/act", {"kind": "on"}).status_code == 400
    with pytest.raises(IntegrityError), transaction.atomic():
        Hook.objects.filter(pk=hook.pk).update(state="on", second=one.user)
    assert Hook.objects.get().state == "proposed"
    assert two.post(f"/hooks/{hook.pk}/act", {"kind": "on"}).status_code == 200
    assert two.post(f"/hooks/{hook.pk}/act", {"kind": "refused"}).status_code == 400
    assert one.post(f"/hooks/{hook.pk}/act", {"kind": "off"}).status_code == 302
    told = Entry.objects.filter(kind="webhook").order_by("pk").values_list("user__username", "details")
    assert [(u, json.loads(d)["act"]) for u, d in told] == [
        ("administrator", "proposed"),
        ("administrator-2", "on"),
        ("administrator", "off"),
    ]


def test_one_that_was_ended_is_told_nothing_more(sign_in, system):
    hook, _ = switched_on(sign_in, system.origin)
    waits(sign_in("analyst").user)
    sending.gather(timezone.now())
    sign_in("administrator").post(f"/hooks/{hook.pk}/act", {"kind": "off"})
    waits(sign_in("analyst").user, "given")
    assert vars(sending.send()) == {"sent": 0, "failed": 0}
    assert not system.got


@pytest.mark.parametrize(
    "text",
    [
        "cases.example",
        "https://cases.example/path",
        "http://cases.example",
        "https://a@cases.example",
        "ftp://x",
    ],
)
def test_a_list_that_is_not_understood_is_refused(text):
    with pytest.raises(UsageError, match=allowed.SETTING):
        allowed.read({allowed.SETTING: text})


def test_nothing_is_allowed_by_default():
    assert allowed.read({}) == frozenset()
