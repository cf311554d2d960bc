"""What machines open without a sign-in: the list is explicit, each says what it should, and none says anything about anybody."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys

import pytest
from django.test import Client, override_settings

from redshank.web.watched import measures, token, views

from .routes import routes

#: Everything that opens without a session; whoever adds to it says so here. (The check of language asks for its own token.)
PUBLIC = {
    "api-description",
    "sign-in",
    "provider",
    "provider-back",
    "demonstration",
    "language-api",
    *views.EXEMPT,
}
TOKEN = "a-token-of-more-than-twenty-signs"
#: Every measure; none counts records, children, groups or anything else that was found.
MEASURES = {
    "info", "started_seconds", "resident_bytes", "database_up", "published_run", "audit_waiting", "home_free_bytes", "night_state",
    "night_ended_seconds", "answers_total", "answer_seconds",
}  # fmt: skip
LINE = re.compile(r'redshank_([a-z_]+?)(?:_bucket|_sum|_count)?(\{[a-z]+="[^"]*"\})? -?[0-9.e+]+')


@pytest.fixture
def machine(place):
    return Client(headers={"host": "127.0.0.1:8000"})


def test_the_list_of_what_needs_no_sign_in_is_this_one():
    public = {r.name for r in routes() if r.policy.public and not r.policy.token}
    assert public == PUBLIC
    assert views.EXEMPT == ("healthz", "health", "ready", "metrics")


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_they_only_read(machine, path):
    assert machine.post(path).status_code in (403, 405)
    assert machine.get(path).status_code == 200


def test_health_asks_nothing(machine, django_asks):
    assert json.loads(machine.get("/health").content) == {"status": "ok"}
    assert django_asks() == 0


@pytest.fixture
def django_asks(place):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        yield lambda: len(caught)


def test_ready_says_what_is_there(machine):
    told = json.loads(machine.get("/ready").content)
    assert told == {"status": "ready", "database": "ok", "tables": "ok", "published_run": "1", "store": "ok"}


def test_not_ready_before_a_run_is_published(machine):
    from redshank.web.heads.models import Publication

    Publication.objects.update(current_run=0)
    answer = machine.get("/ready")
    assert answer.status_code == 503
    assert json.loads(answer.content)["published_run"] == "none yet"


def test_not_ready_before_its_tables_are_made(machine):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="worklist").delete()
    answer = machine.get("/ready")
    assert (answer.status_code, json.loads(answer.content)["tables"]) == (503, "not of this version")


def test_not_ready_where_the_database_is_away(machine, monkeypatch):
    from django.db import OperationalError

    def away():
        raise OperationalError("password of plover")

    monkeypatch.setattr(views, "_answers", away)
    answer = machine.get("/ready")
    assert answer.status_code == 503
    assert json.loads(answer.content)["database"] == "cannot be reached"
    assert b"plover" not in answer.content


def test_not_ready_where_the_store_cannot_be_read(machine, tmp_path):
    with override_settings(HOME=tmp_path / "none"):
        answer = machine.get("/ready")
    assert (answer.status_code, json.loads(answer.content)["store"]) == (503, "UsageError")
    assert str(tmp_path) not in answer.content.decode()


def test_measures_are_written_as_prometheus_reads_them(machine):
    machine.get("/health")
    answer = machine.get("/metrics")
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    body = answer.content.decode()
    names = set()
    for line in body.rstrip("\n").split("\n"):
        if line.startswith("# "):
            assert re.fullmatch(
                r"# (HELP redshank_[a-z_]+ .+\.|TYPE redshank_[a-z_]+ (gauge|counter|histogram))", line
            )
            continue
        found = LINE.fullmatch(line)
        assert found, line
        names.add(found[1])
    assert names <= MEASURES
    assert MEASURES - names <= {"night_ended_seconds"}  # a night that no command told of
    assert {
        m.removeprefix("# TYPE redshank_").split(" ")[0] for m in body.split("\n") if m.startswith("# TYPE")
    } <= MEASURES


def test_the_histogram_adds_up(place):
    counts = measures.Counts()
    for status, seconds in ((200, 0.05), (200, 0.3), (404, 99.0)):
        counts.add(status, seconds)
    assert counts.answers == {"2xx": 2, "4xx": 1}
    assert sum(counts.within) == 3
    assert counts.within[0] == counts.within[2] == counts.within[-1] == 1


def test_nobody_of_the_records_stands_in_what_machines_read(machine, place):
    """Whoever is in the village is in none of it."""
    from redshank.web.heads.models import Person

    machine.get("/children/p-plover")
    said = "".join(machine.get(p).content.decode() for p in ("/health", "/healthz", "/ready", "/metrics"))
    for name in Person.objects.values_list("name", flat=True):
        for word in name.split():
            assert len(word) < 3 or word.lower() not in said.lower()
    assert "plover" not in said


@pytest.mark.parametrize(
    "told",
    [
        {"REMOTE_ADDR": "10.0.0.8"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"REMOTE_ADDR": "10.0.0.8", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "10.0.0.8", "HTTP_AUTHORIZATION": "Bearer wrong"},
        {"REMOTE_ADDR": "10.0.0.8", "HTTP_AUTHORIZATION": f"Basic {TOKEN}"},
    ],
)
def test_metrics_from_elsewhere_are_not_there(machine, told):
    with override_settings(METRICS_TOKEN=TOKEN):
        assert machine.get("/metrics", **told).status_code == 404
    assert machine.get("/metrics", **told).status_code == 404


def test_metrics_open_with_the_token(machine):
    told = {"REMOTE_ADDR": "10.0.0.8", "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}
    with override_settings(METRICS_TOKEN=TOKEN):
        assert machine.get("/metrics", **told).status_code == 200


def test_a_host_of_the_force_is_not_this_machine(machine):
    """A proxy on the same machine that says nothing of itself still asks for the name that people type."""
    with override_settings(ALLOWED_HOSTS=["redshank.force.example"]):
        assert machine.get("/metrics", headers={"host": "redshank.force.example"}).status_code == 404


def test_the_tokens_file_is_private_and_long(tmp_path):
    from redshank.errors import NotPermitted, UsageError

    assert token.read("") == ""
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o640)
    with pytest.raises(NotPermitted, match="can be read by others"):
        token.read(str(file))
    file.chmod(0o600)
    assert token.read(str(file)) == TOKEN
    file.write_text("short")
    with pytest.raises(UsageError, match="shorter"):
        token.read(str(file))


def test_a_line_of_the_log_is_json_and_holds_nobody(machine, monkeypatch):
    """A marked name in an address, in a query, in a form and in an error's own words reaches no line."""
    from redshank.web.logs import AsJson, settings
    from redshank.web.security import Bare
    from redshank.web.watched import views as watched

    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(Bare())
    handler.setFormatter(AsJson())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        machine.raise_request_exception = False
        machine.get("/children/Plover-Zebedee?q=Plover")
        machine.post("/sign-in", {"username": "Plover", "password": "Zebedee"})

        def broken(home):
            raise ValueError("Plover Zebedee, born 2010")

        monkeypatch.setattr(watched.standing, "store_trouble", broken)
        assert machine.get("/ready?who=Plover").status_code == 500
        logging.getLogger("gunicorn.error").error("Error handling request %s", "/x", exc_info=ValueError("Plover"))  # fmt: skip
    finally:
        root.removeHandler(handler)
    lines = written.getvalue().splitlines()
    assert len(lines) >= 2
    for line in lines:
        assert set(json.loads(line)) == {"at", "level", "part", "event"}
    assert any("ValueError at" in line for line in lines)
    assert not re.search("plover|zebedee|2010", written.getvalue(), re.IGNORECASE)
    assert settings()["loggers"]["gunicorn.error"]["propagate"] is False  # else every line would stand twice


SERVER = """
from gunicorn.config import Config
from gunicorn.glogging import Logger
from redshank.web.logs import settings
config = Config()
config.set("logconfig_dict", settings())
log = Logger(config)
log.error("no worker")
try:
    raise ValueError("Plover Zebedee")
except ValueError:
    log.exception("Error handling request %s", "/children/Plover")
"""


def test_the_servers_own_words_are_json_lines_too():
    """Tried in a Debian root first: the server refused to start with half a description of its log."""
    done = subprocess.run([sys.executable, "-c", SERVER], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second = [json.loads(line) for line in done.stderr.splitlines()]
    assert (first["part"], first["event"]) == ("gunicorn.error", "no worker")
    assert second["event"].startswith("ValueError at")
    assert "Plover" not in done.stderr


START = """
import sys
from pathlib import Path
from redshank.publish.setup import prepare_django
prepare_django(Path(sys.argv[1]))
import redshank.publish, redshank.web.urls
sys.stdout.write(" ".join(m for m in ("redshank.night", "redshank.assessment", "pandas", "ibis", "splink", "duckdb") if m in sys.modules))
"""


def test_the_pages_start_without_the_night_and_its_libraries(tmp_path):
    """They would be half of the time between `redshank serve` and the first page."""
    (tmp_path / "home").mkdir(mode=0o700)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path / "home")],
        capture_output=True,
        text=True,
        env=kept,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
