"""A running night shows on the pages, one that was killed does not for ever, and the pages keep answering meanwhile."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings

from redshank.night import Telling
from redshank.night.progress import FILE
from redshank.web.accounts.roles import ROLES
from redshank.web.pages.night import about
from redshank.web.trail.models import Entry

from .conftest import BASE, _using, client_of
from .village import second

WATCHES = ("analyst", "administrator", "auditor", "duty_inspector")


@pytest.fixture
def place(tmp_path, monkeypatch, taken_back):
    """A home of which nothing but the note of its night is asked."""
    home = tmp_path / "place"
    home.mkdir(mode=0o700)
    monkeypatch.setattr(settings, "HOME", home)
    return home


def text_of(answer):
    assert answer.status_code == 200
    return " ".join(
        re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main")[-1].split("</main>")[0]).split()
    )


def test_before_any_night_the_first_page_says_nothing_and_the_page_says_so(place, sign_in):
    client = sign_in("analyst")
    assert "night-line" not in client.get("/").content.decode()
    assert "No night has told of itself" in text_of(client.get("/night"))


@pytest.mark.parametrize("role", WATCHES)
def test_a_running_night_shows_its_step_since_when_and_an_estimate(place, sign_in, role):
    client = sign_in(role)
    with Telling(place) as told:
        told.begins(False)
        told("identity", 1, 4)
        for address in ("/", "/night"):
            said = text_of(client.get(address))
            assert re.search(
                r"The night runs since \d\d:\d\d: step 3 of 7, finding who is one person since \d\d:\d\d",
                said,
            )
            assert "There is no estimate yet" in said
        steps = text_of(client.get("/night"))
        assert "Reading the texts done Finding who is one person now Finding ties and groups to come" in steps
    assert re.search(r"The night ended on \d+ \w+ \d{4} at \d\d:\d\d", text_of(client.get("/night")))
    assert "to come" not in text_of(client.get("/night"))
    with Telling(place) as told:
        told.begins(False)
        told("identity", 1, 4)
        assert "An estimate: less than a minute left" in text_of(client.get("/"))
        told("publishing", 3, 25)
        assert "bringing it to these pages" in text_of(client.get("/"))
        assert "(part 3 of 25)" in text_of(client.get("/"))


def test_roles_that_do_not_watch_the_nights_see_nothing_of_it(place, sign_in):
    for role in [r for r in ROLES if not ROLES[r].allows("night.watch")]:
        client = sign_in(role)
        with Telling(place):
            assert "night-line" not in client.get("/").content.decode(), role
            assert client.get("/night").status_code == 404, role
            assert client.get("/night/line").status_code == 404, role


def test_a_killed_night_is_told_as_broken_off(place, sign_in):
    client = sign_in("administrator")
    pid = os.fork()
    if not pid:
        Telling(place).__enter__()("networks", 2, 4)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    for address in ("/", "/night"):
        answer = client.get(address)
        said = text_of(answer)
        assert "The night broke off . It began on" in said
        assert "its last step was finding ties and groups" in said
        assert "hx-get" not in answer.content.decode().split("<main")[-1]  # nobody asks on and on
        assert "refresh" not in answer.content.decode()
    assert "Finding ties and groups broke off" in text_of(client.get("/night"))


def test_a_damaged_note_stops_no_page(place, sign_in):
    (place / FILE).write_text("{", encoding="utf-8")
    client = sign_in("administrator")
    for address in ("/", "/night"):
        assert "cannot be read. The next night writes it anew" in text_of(client.get(address))


def test_what_asks_again_is_small_and_speaks_only_of_what_is_new(place, sign_in):
    """The live region stands still while the same step goes on; a new step, and the end, are said once."""
    client = sign_in("analyst")
    with Telling(place) as told:
        told("signals", 0, 4)
        whole = client.get("/").content.decode()
        assert '<p class="govuk-visually-hidden" id="night-said" role="status"></p>' in whole
        (poll,) = re.findall(r'hx-get="(/night/line\?said=[^"]+)"', whole)
        before = Entry.objects.count()

        def again():
            answer = client.get(poll, headers={"hx-request": "true"}).content.decode()
            assert "<html" not in answer
            return answer

        assert "night-said" not in again()
        told("identity", 1, 4)
        assert "Step 3 of 7: finding who is one person." in again().split('id="night-said"')[1]
        poll = re.findall(r'hx-get="([^"]+)"', again())[0]
        assert "night-said" not in again()
    ended = again()
    assert "The night has ended." in ended.split('id="night-said"')[1]
    assert "Open this page again" in ended
    assert "hx-get" not in ended
    assert Entry.objects.count() == before  # nothing of a record was read, and nobody pressed anything


def test_without_scripts_the_page_of_the_night_renews_itself_while_it_runs(place, sign_in):
    client = sign_in("analyst")
    with Telling(place):
        head = client.get("/night").content.decode().split("</head>")[0]
        assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in head
    assert "refresh" not in client.get("/night").content.decode()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(10, "less than a minute"), (70, "about a minute"), (250, "about 4 minutes"), (3700, "about an hour"), (5400, "about an hour and 30 minutes"), (3 * 3600, "about 3 hours")],
)  # fmt: skip
def test_an_estimate_is_no_more_exact_than_it_is(seconds, said):
    assert about(timedelta(seconds=seconds)) == said
    assert about(None) == ""


def test_pages_of_a_home_keep_answering_while_its_night_runs_and_show_how_far_it_is(
    home, own_database, tmp_path, monkeypatch
):
    from django.db import connections

    from redshank import records
    from redshank.store import Store
    from redshank.web.heads.models import Publication

    copy = tmp_path / "whole"
    shutil.copytree(BASE / "home", copy)
    records.load(Store.open(copy), second(tmp_path / "second"))
    monkeypatch.setattr(settings, "HOME", copy)
    told = dict(connections.settings["default"]) | {"NAME": str(copy / "web" / "redshank.sqlite3")}
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK", "DJANGO"))}
    with _using({k: v for k, v in told.items() if k != "TEST"}):
        client = client_of("analyst")
        assert Publication.objects.get().current_run == 1
        started = subprocess.Popen(
            [sys.executable, "-c", "from redshank.cli import main; main()", "--home", str(copy), "night"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=clean,
        )  # fmt: skip
        steps, slowest, while_it_ran = set(), 0.0, 0
        until = time.monotonic() + 180
        while started.poll() is None and time.monotonic() < until:
            for address in ("/", "/groups", "/children", "/night"):
                began = time.monotonic()
                answer = client.get(address)
                assert answer.status_code == 200, address
                slowest = max(slowest, time.monotonic() - began)
            night = answer.context["night"]
            if night is not None and night.state == "running":
                while_it_ran += 1
                steps.add(night.stage)
            time.sleep(0.05)
        assert started.wait(timeout=10) == 0, started.stderr.read().decode()
        assert while_it_ran >= 3
        assert len(steps) >= 3, steps
        assert slowest < 10
        assert Publication.objects.get().current_run == 2
        last = client.get("/night").context["night"]
        assert (last.state, last.run) == ("ended", 2)
