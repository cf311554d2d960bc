"""The web application over a small home of its own, for every test of this folder.

Made once in a process: the village (:mod:`village`) is loaded, read and published, and each role has two accounts with a
confirmed second factor (``analyst`` and ``analyst-2`` …; the second partner is of another agency). Each test then runs in
a transaction that is taken back at its end, so that it may write as it likes.

================  ==================================================================================
``sign_in``       ``sign_in("analyst")`` gives Django's test client, signed in; ``.user`` is the account
``place``         what the village holds, by name: ``place.group["open"]``, ``place.person["Cara"]``, ``place.record["closed"]`` …
``own_database``  a copy of the database with real transactions, for threads
``home``          the home; not to be changed. ``home_copy`` is one that may be
================  ==================================================================================

``pytestmark = pytest.mark.databases`` (or on one test) runs it on SQLite and on a real PostgreSQL.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from . import postgres, village


def _set_up() -> Path:
    """Django for a home that is still empty, when this folder is collected: so test modules may import models."""
    from redshank.publish.setup import prepare_django

    base = Path(tempfile.mkdtemp(prefix="redshank-web-"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    given = ("REDSHANK_HOME", "REDSHANK_DATABASE_URL", "REDSHANK_ORIGIN", "DJANGO_SETTINGS_MODULE")
    for name in given:
        os.environ.pop(name, None)
    (base / "home").mkdir(mode=0o700)
    prepare_django(base / "home")
    for name in given:  # read by now; no child process shall inherit it
        os.environ.pop(name, None)
    return base


BASE = _set_up()
AGENCIES = {"partner_member": ("Children's services", "Youth justice")}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked ``databases`` runs once on each; ``databases(alone=True)`` on PostgreSQL, which refuses more."""
    both = metafunc.definition.get_closest_marker("databases")
    names = ["sqlite"] if not both else ["postgres"] if both.kwargs.get("alone") else ["sqlite", "postgres"]
    metafunc.parametrize("database", names, indirect=True, scope="function", ids=None if both else [""])  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """``databases(roles=(…))``: on PostgreSQL only these roles, the others on SQLite alone."""
    kept, left = [], []
    for item in items:
        mark, told = item.get_closest_marker("databases"), getattr(item, "callspec", None)
        only = (
            mark.kwargs.get("roles") if mark and told and told.params.get("database") == "postgres" else None
        )
        (left if only and told.params["role"] not in only else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """One process makes the crawl of every role's pages, and keeps it for all tests that read it."""
    if "pages" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group("crawl"))


@pytest.fixture(scope="session")
def home() -> Path:
    """A home after one night, with its database published."""
    from django.test.utils import setup_test_environment

    from redshank import night, publish, records
    from redshank.store import Store
    from redshank.web.fresh import migrate

    home = BASE / "home"
    store = Store.open(home, create=True)
    records.load(store, village.first(BASE / "first"))
    with store.writing():
        night.run(store)
    migrate()
    publish.publish(Store.open(home))
    make_accounts()
    setup_test_environment()
    return home


def username(role: str) -> str:
    """``duty_inspector-2`` signs in as ``duty-inspector-2``: what people type is no machine name."""
    return role.replace("_", "-")


def make_accounts() -> None:
    """Two for each role, who have seen nothing yet."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from redshank.web.accounts.models import User
    from redshank.web.accounts.roles import ROLES

    for role, told in ROLES.items():
        for n, ending in enumerate(("", "-2")):
            name = f"{told.title} {'One' if n == 0 else 'Two'}"
            agency = AGENCIES.get(role, ("", ""))[n]
            user = User.objects.make(username(f"{role}{ending}"), name, role, agency=agency)
            TOTPDevice.objects.create(user=user, name="authenticator", confirmed=True)
            in_order(user)


def in_order(user: Any) -> None:
    """Trained, vetted, and wanted by the line manager."""
    from datetime import timedelta

    from redshank.web.access import standing

    day = standing.today()
    standing.record(user, trained_on=day, vetting="management", vetted_until=day + timedelta(days=365), certified_on=day)  # fmt: skip


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed here (apt-get install postgresql)")
    with postgres.Server() as started:
        yield started


@pytest.fixture(scope="session")
def on_postgres(home: Path, server: postgres.Server) -> Iterator[dict[str, Any]]:
    """The same night published into PostgreSQL; gives what Django needs to know of it."""
    from django.db import connections

    from redshank.publish import publish
    from redshank.store import Store
    from redshank.web import settings
    from redshank.web.fresh import migrate

    os.environ["REDSHANK_DATABASE_URL"] = server.make("pages")
    told = settings._database()
    del os.environ["REDSHANK_DATABASE_URL"]
    with _using(told):
        migrate()
        publish(Store.open(home))
        make_accounts()
    yield told
    connections.close_all()


class _using:
    """The application's connection, turned to another database for a while."""

    def __init__(self, told: dict[str, Any]) -> None:
        from django.db import connections

        self.told = dict(connections.configure_settings({"default": told})["default"])

    def __enter__(self) -> None:
        from django.db import connections

        self.before = connections.settings["default"]
        self._turn(self.told)

    def __exit__(self, *_: object) -> None:
        self._turn(self.before)

    @staticmethod
    def _turn(told: dict[str, Any]) -> None:
        from django.db import connections

        connections["default"].close()
        connections.settings["default"] = told
        del connections["default"]


@pytest.fixture
def database(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """Which database the test runs on."""
    if request.param == "sqlite":
        yield "sqlite"
        return
    with _using(request.getfixturevalue("on_postgres")):
        yield "postgres"


@pytest.fixture(autouse=True)
def taken_back(request: pytest.FixtureRequest, home: Path, database: str) -> Iterator[None]:
    """What a test writes is gone after it; one that needs several connections asks for ``own_database`` instead."""
    from django.db import transaction

    from redshank.web.missing import episodes

    episodes.forget()  # tests change rows under one and the same run
    if "own_database" in request.fixturenames:
        request.getfixturevalue("own_database")
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def own_database(request: pytest.FixtureRequest, home: Path, database: str, tmp_path: Path) -> Iterator[None]:
    """A copy of the database, in which transactions are real: for threads, and for what must outlive an error."""
    from django.db import connections

    told = connections.settings["default"]
    if database == "sqlite":
        from django.db import connection

        to = str(tmp_path / "own.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [to])
        # As every database of a home is. Two threads that change the journal at once would not wait for each other.
        with closing(sqlite3.connect(to)) as made:
            made.execute("PRAGMA journal_mode=WAL")
        copy = {"NAME": to}
    else:
        connections["default"].close()
        name = f"own_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**8}"
        request.getfixturevalue("server").make(name, of=told["NAME"])
        copy = {"NAME": name}
    with _using({k: v for k, v in (told | copy).items() if k != "TEST"}):
        yield


@pytest.fixture
def home_copy(home: Path, tmp_path: Path) -> Path:
    """A copy of the home, for what changes it from outside."""
    return Path(shutil.copytree(home, tmp_path / "home"))


def client_of(role: str) -> Any:
    """Django's test client, signed in with the second factor; ``.user`` is the account."""
    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from redshank.web.accounts.models import User

    # Every page is opened from the first page, which is a task: a child's page asks for no reason then.
    client = Client(HTTP_REFERER="http://testserver/")
    client.user = User.objects.get(username=username(role))
    client.force_login(client.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.get(user=client.user).persistent_id
    session.save()
    return client


@pytest.fixture
def sign_in(home: Path, database: str, taken_back: None) -> Callable[[str], Any]:
    return client_of


@dataclass(frozen=True)
class Place:
    """Names of the tests → ids and keys of the run."""

    group: dict[str, str]  # open, other, closed
    person: dict[str, str]  # by forename
    record: dict[str, str]  # open, other, closed, plain, missing_now, line
    cell: dict[str, str]  # lodge (three children), kiosk (one)
    line: str


def make_rows(place: Place) -> None:
    """Flags, a handover and shares, so that their pages stand: one flag waits, one is confirmed, one not proven."""
    from redshank.web.policy.models import Share

    lead = client_of("safeguarding_lead").user
    for kind, ident in (
        ("person", place.person["Cara"]),
        ("record", place.record["open"]),
        ("place", place.cell["lodge"]),
    ):
        for audience in ("Children's services", "response_officer", "neighbourhood_officer"):
            Share.objects.create(audience=audience, kind=kind, ident=ident, by=lead, reason="joint visit")
    for about, ident, outcome in (
        ("group", place.group["open"], None),
        ("person", place.person["Cara"], "not_proven"),
        ("record", place.record["other"], "confirmed"),
        ("group", place.group.get("closed"), "confirmed"),
    ):
        if ident is None:  # a village without what is closed
            continue
        closed = ident == place.group.get("closed")
        number = propose(client_of("analyst" if closed else "partnership_officer"), about, ident)
        if outcome:
            assert decide(client_of("exploitation_officer"), number, outcome).status_code == 302
    make_disruption(place)
    client_of("duty_inspector").post(
        "/handover", {"taker": "duty-inspector-2", "note": "Two visits are open."}
    )


def make_disruption(place: Place) -> None:
    """A part that waits, one that is confirmed, and rows of the register about a person and a place; closed ones last."""
    from . import disruption_tools as tools

    officer = client_of("partnership_officer")
    lodge, line = place.cell["lodge"], place.line
    number = tools.proposed_part(officer, "place", lodge, "business", "lodge")
    assert tools.decide_part(client_of("duty_inspector"), number, "confirmed").status_code == 302
    tools.proposed_part(officer, "line", line, "line", "line")
    tools.recorded(officer, "place", lodge, option="32", once="lodge")
    tools.recorded(officer, "person", place.person["Arlo"], option="1", decision="not_used", once="Arlo")
    officer.post(f"/disruption/line/place/{lodge}", {"none": "no", "once": "line"})
    if "closed" in place.group:
        tools.recorded(client_of("analyst"), "person", place.person["Xano"], once="Xano")
        tools.proposed_part(client_of("analyst"), "vehicle", "LM56NPQ", "vehicle", "closed")


def test_form(**more: Any) -> dict[str, Any]:
    """The guided test, filled."""
    from redshank.web.flags.definition import IN_FORCE

    return {
        **{f"step_{s.key}": "yes" for s in IN_FORCE.steps}, "step_group": "yes", "confidence": next(iter(IN_FORCE.confidence)),
        **{f"axis_{a['key']}": next(iter(a["options"])) for a in IN_FORCE.axes}, "rationale": "What the records state together.",
    } | more  # fmt: skip


test_form.__test__ = False  # type: ignore[attr-defined]


def opens(client: Any, key: str, page: str = "/worklist") -> Any:
    """Opens a record by a link on a page, which gives the reason."""
    answer = client.get(
        "/records/" + key.replace(":", "/", 1), headers={"referer": f"http://testserver{page}"}
    )
    assert answer.status_code == 200
    return answer


def propose(client: Any, about: str, ident: str) -> int:
    """Opens what it relies on and proposes a flag; gives its number."""
    from redshank.web.flags.models import Flag

    shown = client.get(f"/flags/propose/{about}/{ident}")
    keys = [e["record"].key for e in shown.context["evidence"]]
    for key in keys:
        opens(client, key, f"/flags/propose/{about}/{ident}")
    client.post(f"/flags/propose/{about}/{ident}", test_form(evidence=keys))
    return Flag.objects.latest("pk").pk


def decide(client: Any, number: int, outcome: str) -> Any:
    """Opens what the flag relies on and decides."""
    shown = client.get(f"/flags/{number}")
    for r in shown.context["relied"]:
        opens(client, r["record"].key, f"/flags/{number}")
    given = {"outcome": outcome, "confidence": "moderate", "rationale": "Read anew.", "acts": len(shown.context["acts"])}  # fmt: skip
    return client.post(f"/flags/{number}/decide", given)


@pytest.fixture(scope="session")
def pages(_place: Place) -> dict[str, dict[str, Any]]:
    """Role → address → page, of all that every role can reach in the village with some flags, shares and a handover."""
    from django.db import transaction

    from redshank.web.accounts.roles import ROLES

    from .crawl import crawl

    with transaction.atomic():
        make_rows(_place)
        found = {role: crawl(client_of(role)) for role in ROLES}
        transaction.set_rollback(True)
    return found


def find_place(closed: bool = True) -> Place:
    """What the published village holds, by the names of the tests."""
    import h3

    from redshank.web.heads.models import Group, Person

    people = {p.name.split()[0]: p.person_id for p in Person.objects.all()}
    groups = {}
    for name, record in (
        ("open", "crimes:C-open"),
        ("other", "crimes:C-other"),
        ("closed", "intelligence:IC-1"),
    ):
        if name == "closed" and not closed:
            continue
        (found,) = [g for g in Group.objects.filter(in_full=True) if record in g.parsed("story")["records"]]
        groups[name] = found.group_id
    keys = {
        "open": "crimes:C-open", "other": "crimes:C-other", "closed": "intelligence:IC-1", "plain": "crimes:C-99",
        "missing_now": "missing_episodes:M-now", "line": "county_lines:L-1",
    }  # fmt: skip
    cells = {"lodge": h3.latlng_to_cell(*village.LODGE, 9), "kiosk": h3.latlng_to_cell(*village.KIOSK, 9)}
    return Place(groups, people, keys, cells, "L-1")


@pytest.fixture(scope="session")
def _place(home: Path) -> Place:
    return find_place()


@pytest.fixture
def place(_place: Place) -> Place:
    return _place
