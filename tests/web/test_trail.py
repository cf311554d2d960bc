"""The audit: each read and act reaches the chain, is shown and found, and a change of it is proven."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from redshank.audit import Audit, verify_home
from redshank.web.trail.models import Entry
from redshank.web.trail.sequencer import chain

from .answers import ALWAYS
from .conftest import decide, make_rows, opens, propose
from .routes import arguments, routes


def test_every_page_of_a_thing_leaves_an_entry_in_the_name_of_its_reader(sign_in, place):
    client = sign_in("safeguarding_lead")
    for kind, ident in (
        ("person", place.person["Cara"]), ("group", place.group["open"]), ("record", "crimes:C-open"), ("place", place.cell["lodge"]),
        ("line", place.line),
    ):  # fmt: skip
        for route in routes():
            given = arguments(route, kind, ident)
            if given is None or route.policy.acts or route.name == "why":
                continue
            before = Entry.objects.count()
            answer = client.get(route.url(given), headers={"referer": "http://testserver/worklist"})
            if answer.status_code == 200:
                assert Entry.objects.count() > before, route.name
                last = Entry.objects.latest("pk")
                assert (last.user, last.role) == (client.user, "safeguarding_lead"), route.name
                assert last.purpose, route.name


def test_what_a_person_did_is_found_by_person_record_role_action_and_time(sign_in, place):
    reader, officer, auditor = sign_in("analyst"), sign_in("response_officer"), sign_in("auditor")
    opens(reader, "crimes:C-open")
    officer.get(f"/children/{place.person['Cara']}")

    def found(**query):
        return {(e.user.username, e.action, e.ident) for e in auditor.get("/trail", query).context["shown"].page if e.user}  # fmt: skip

    read = ("analyst", "consultation", "crimes:C-open")
    for query in ({"q": "Analyst One"}, {"q": "analyst"}, {"q": "crimes:C-open"}, {"q": "C-open"}, {"role": "analyst"}, {"action": "consultation"}):  # fmt: skip
        assert read in found(**query), query
    assert read not in found(role="researcher")
    assert read not in found(until="2020-01-01")
    assert read in found(since="2020-01-01")
    refused = {e for e in found(action="refusal") if e[0] == "response-officer"}
    assert refused  # the attempt is visible
    assert "asked for what they may not see" in auditor.get("/").content.decode()
    shown_on_it = opens(sign_in("safeguarding_lead"), "crimes:C-open").content.decode()
    assert "Analyst One read it" in shown_on_it


@pytest.mark.databases
def test_everything_reaches_the_chain_once_and_holds_no_name(sign_in, place, tmp_path):
    make_rows(place)
    number = propose(sign_in("analyst-2"), "record", "crimes:C-99")
    decide(sign_in("panel_chair"), number, "not_proven")
    total = Entry.objects.count()
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    assert chain(home) == total
    assert not Entry.objects.filter(chained_at__isnull=True).exists()
    kept = [e for e in Audit(home).entries() if e["action"].startswith("web ")]
    assert sorted(e["ref"] for e in kept) == sorted(Entry.objects.values_list("ref", flat=True))
    text = json.dumps(kept)
    for word in ("C-open", "Wrenfield", place.person["Cara"], "C-99"):
        assert word not in text, word
    assert verify_home(home).whole
    # a crash between the chain and the mark here: nothing stands twice
    Entry.objects.update(chained_at=None)
    chain(home, after_crash=True)
    assert len([e for e in Audit(home).entries() if e["action"].startswith("web ")]) == total


def test_a_changed_a_missing_and_an_added_entry_are_found(sign_in, tmp_path):
    sign_in("analyst").get("/groups")
    sign_in("analyst").get("/children")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    chain(home)
    log = home / "audit" / "log"
    whole = log.read_bytes()
    assert verify_home(home).whole
    lines = whole.splitlines(keepends=True)
    for damaged in (
        whole.replace(b"consultation", b"alteration", 1), b"".join(lines[1:]), b"".join([*lines, lines[0]]), b"".join(reversed(lines)),
    ):  # fmt: skip
        assert damaged != whole
        log.write_bytes(damaged)
        assert not verify_home(home).whole
    log.write_bytes(whole)
    assert verify_home(home).whole


def test_no_view_writes_to_or_removes_from_what_was_audited():
    """Entries have no page that changes them, and the database knows none that were changed after they were chained."""
    from pathlib import Path

    from redshank import web

    assert "trail.Entry" in ALWAYS
    for path in Path(str(web.__file__)).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "trail" in path.parts or "Entry.objects" not in text:
            continue
        for act in (".delete(", ".update(", "bulk_"):
            assert f"Entry.objects{act}" not in text, path
    assert connection.vendor in ("sqlite", "postgresql")


def test_what_waits_is_chained_from_outside_only_while_no_server_does_so(sign_in, place, tmp_path):
    import fcntl

    from redshank.web.trail.sequencer import settle

    (tmp_path / "web").mkdir()
    assert settle(tmp_path, 0), "nothing waits"
    sign_in("analyst").get("/groups")
    waiting = Entry.objects.filter(chained_at__isnull=True).count()
    assert waiting
    with (tmp_path / "web" / "sequencer.lock").open("w") as server:
        fcntl.flock(server, fcntl.LOCK_EX)
        assert not settle(tmp_path, 0)
    assert settle(tmp_path, 0)
    assert len(list(Audit(tmp_path).entries())) == waiting
    assert not Entry.objects.filter(chained_at__isnull=True).exists()
