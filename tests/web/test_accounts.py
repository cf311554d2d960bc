"""Signing in: passwords, the authenticator, lock-out, and accounts from the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import pytest
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from redshank.web.accounts.models import User
from redshank.web.trail.models import Entry

from .conftest import BASE, in_order

PASSWORD = "nine green bottles on a wall"


@pytest.fixture
def newcomer(taken_back):
    user = User.objects.make("j.reed", "Jo Reed", "analyst", PASSWORD)
    in_order(user)
    return user


def code_of(device, *, wrong=False):
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time()
    token = totp.token() if not wrong else (totp.token() + 1) % 10**device.digits
    return f"{token:0{device.digits}d}"


@pytest.mark.databases
def test_the_first_sign_in_sets_up_the_authenticator_and_the_next_asks_for_its_code(newcomer):
    client = Client()
    answer = client.post("/sign-in", {"username": "j.reed", "password": PASSWORD, "next": "/groups"})
    assert (answer.status_code, answer.url) == (302, "/groups")
    assert client.get("/groups").url == "/second-factor"  # a password alone opens nothing
    shown = client.get("/second-factor")
    device = TOTPDevice.objects.get(user=newcomer)
    assert shown.context["key"].replace(" ", "")
    assert client.post("/second-factor", {"code": code_of(device, wrong=True)}).status_code == 401
    assert not TOTPDevice.objects.get(user=newcomer).confirmed
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/second-factor", {"code": code_of(device)}).url == "/"
    assert client.get("/groups").status_code == 200
    again = Client()
    again.post("/sign-in", {"username": "j.reed", "password": PASSWORD})
    assert again.get("/second-factor").context["key"] == ""  # the key is shown once
    assert again.get("/groups").url == "/second-factor"


def test_wrong_codes_are_slowed_down(newcomer):
    client = Client()
    client.post("/sign-in", {"username": "j.reed", "password": PASSWORD})
    client.get("/second-factor")
    device = TOTPDevice.objects.get(user=newcomer)
    client.post("/second-factor", {"code": code_of(device, wrong=True)})
    answer = client.post("/second-factor", {"code": code_of(device)})  # right, but at once
    assert answer.status_code == 401
    assert "wait a moment" in answer.content.decode()


def test_five_wrong_passwords_lock_the_name_also_for_the_right_one(newcomer):
    client = Client()
    for n in range(5):
        answer = client.post("/sign-in", {"username": "j.reed", "password": f"wrong {n}"})
    answer = client.post("/sign-in", {"username": "j.reed", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many wrong passwords" in answer.content.decode()
    assert client.get("/groups").url.startswith("/sign-in")
    refused = Entry.objects.filter(action="refusal", kind="sign-in")
    assert refused.count() >= 4
    assert set(refused.values_list("ident", flat=True)) == {"j.reed"}


def test_a_name_that_is_nobodys_is_not_kept_for_it_may_be_a_password():
    Client().post("/sign-in", {"username": "my secret pass phrase", "password": "x"})
    (entry,) = Entry.objects.filter(action="refusal", kind="sign-in")
    assert entry.ident == ""


def test_an_inactive_account_is_signed_out_at_once(sign_in):
    client = sign_in("analyst")
    User.objects.filter(pk=client.user.pk).update(is_active=False)
    assert client.get("/groups").url.startswith("/sign-in")


def test_nobody_is_led_to_another_site(newcomer):
    for there in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        answer = Client().post("/sign-in", {"username": "j.reed", "password": PASSWORD, "next": there})
        assert answer.url == "/"


def test_accounts_are_made_and_reset_from_the_command_line(home, tmp_path):
    copy = tmp_path / "home"
    shutil.copytree(BASE / "home", copy)

    def run(*arguments):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK", "DJANGO"))}
        return subprocess.run(
            [sys.executable, "-c", "from redshank.cli import main; main()", "--home", str(copy), "user", *arguments],
            capture_output=True, text=True, check=False, env=clean, timeout=120,
        )  # fmt: skip

    made = run("add", "j.reed", "Jo Reed", "--role", "analyst", "--trained-on", "2026-03-14")
    assert made.returncode == 0, made.stderr
    assert "shown once" in made.stdout
    again = run("add", "j.reed", "Jo Reed", "--role", "analyst")
    assert again.returncode == 2
    nobody = run("add", "l.reed", "Lee Reed", "--role", "analyst", "--deputy", "nobody")
    assert (nobody.returncode, "nobody: there is no such account" in nobody.stderr) == (2, True)
    stood_in = run("add", "l.reed", "Lee Reed", "--role", "analyst", "--deputy", "j.reed")
    assert stood_in.returncode == 0, stood_in.stderr
    unknown = run("add", "k.reed", "Kit Reed", "--role", "superuser")
    assert unknown.returncode == 2
    assert "there is no such role" in unknown.stderr
    new = run("reset", "j.reed")
    assert new.returncode == 0
    assert new.stdout.split(": ")[1].split()[0] != made.stdout.split(": ")[1].split()[0]
    assert run("reset", "nobody").returncode == 2
    log = (copy / "audit" / "log").read_text(encoding="utf-8")
    assert "user add" in log
    assert "user reset" in log
    assert "j.reed" not in log  # a name stands in the chain as a salted commitment only
