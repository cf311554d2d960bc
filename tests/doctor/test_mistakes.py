"""Each mistake of set-up is made, and doctor names it and nothing else."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

import pytest

from redshank.audit import Audit
from redshank.doctor import Place, look, mistakes
from redshank.doctor.serving import migrations_of
from redshank.store import Store

from ..web import postgres, village

MADE = """
import sys
from pathlib import Path
from redshank import night, publish, records
from redshank.audit import Audit
from redshank.publish import accounts
from redshank.store import Store
home, first = Path(sys.argv[1]), Path(sys.argv[2])
store = Store.open(home, create=True)
records.load(store, first)
with store.writing():
    night.run(store)
publish.prepare(home)
told = dict(agency="", trained_on=None, vetting="", vetted_until=None, manager="")
for name, role in (("a", "safeguarding_lead"), ("b", "safeguarding_lead"), ("c", "auditor"), ("d", "administrator"),
                   ("e", "analyst"), ("f", "analyst"), ("g", "crime_registrar"), ("h", "auditor")):
    accounts.add(home, name, f"Person {name}", role, **told)
Audit(home).append("backup", "file x.backup", {})
Audit(home).append("backup drill", "file x.backup", {})
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """A home of real work: a delivery, a night, pages, people enough, a backup that was tried."""
    base = tmp_path_factory.mktemp("sound")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK_", "DJANGO_"))}
    subprocess.run(
        [sys.executable, "-c", MADE, str(base / "home"), str(village.first(base / "first"))],
        check=True, env=kept | {"PYTHONPATH": os.pathsep.join(sys.path)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return base / "home"


@pytest.fixture
def place(sound, tmp_path) -> Place:
    shutil.copytree(sound, tmp_path / "base" / "home")
    (tmp_path / "elsewhere").mkdir()
    return Place(
        tmp_path / "base" / "home", {}, datetime.now(UTC), tmp_path / "elsewhere", "Europe/London", "/dev/x / ext4 rw 0 0\n",
        lambda path: 50_000_000_000,
    )  # fmt: skip


def codes(place: Place) -> list[str]:
    return [s.code for s in look(place) if s.code]


def environment(place: Place, **told: str) -> Place:
    return replace(place, environment={**place.environment, **{f"REDSHANK_{k}": v for k, v in told.items()}})


def written(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def older(name: str, low: str):
    return lambda p: replace(p, version=lambda n: low if n == name else "3.11.2" if n == "python" else metadata.version(n))  # fmt: skip


def without_styles(p: Place) -> Place:
    """The package as a source tree without `make setup` has it: its migrations, and no styles."""
    package = p.home.parent / "package"
    for app, name in migrations_of(p.package):
        written(package / "web" / app / "migrations" / f"{name}.py", "")
    return replace(p, package=package)


def database(*statements: str):
    def make(p: Place) -> Place:
        with sqlite3.connect(p.home / "web" / "redshank.sqlite3") as opened:
            for one in statements:
                assert opened.execute(one).rowcount, one
        opened.close()
        return p

    return make


def damaged(p: Place) -> Place:
    path = max(p.home.glob("data/*/*.parquet"), key=lambda f: f.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return p


def audit_changed(p: Place) -> Place:
    log = p.home / "audit" / "log"
    log.write_bytes(log.read_bytes().replace(b'"action":"backup"', b'"action":"backuq"'))
    return p


def at_mode(name: str, mode: int):
    def make(p: Place) -> Place:
        (p.home / name).chmod(mode)
        return p

    return make


def owned_by_another(p: Place) -> Place:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(p.home / "CURRENT", 12_345, 12_345)
    return p


def two_homes(p: Place) -> Place:
    shutil.copytree(p.home, p.here / "redshank-home")
    return p


def broken_off(p: Place) -> Place:
    from redshank.night.progress import Telling

    if not (child := os.fork()):
        Telling(p.home).__enter__()
        os._exit(9)  # as a kill: nothing is told of the end
    os.waitpid(child, 0)
    return p


def held_long(p: Place) -> Place:
    fd = os.open(p.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(fd, fcntl.LOCK_EX)  # given back when the test's process ends, or by the fixture below
    OPEN.append(fd)
    os.utime(p.home / "lock", (1, 1))
    return p


OPEN: list[int] = []


@pytest.fixture(autouse=True)
def _closed():
    yield
    while OPEN:
        os.close(OPEN.pop())


def unfinished(p: Place) -> Place:
    from redshank.store import tombstones

    store = Store.open(p.home)
    with store.writing():
        manifest = store.manifest.copy()
        manifest.other[tombstones.NAME] = {"acts": [{}], "unfinished": 1}
        store.commit(manifest)
    return p


def deliveries(*more: dict):
    """The same delivery again under other numbers and times, as the store lists it."""

    def make(p: Place) -> Place:
        store = Store.open(p.home)
        with store.writing():
            manifest = store.manifest.copy()
            first = manifest.deliveries[0]
            manifest.deliveries += [first | one for one in more]
            store.commit(manifest)
        return p

    return make


def refused(p: Place) -> Place:
    place = p.home.parent / "arrivals" / "2026-03-14"
    place.mkdir(parents=True)
    written(p.home / "arrived.json", json.dumps({str(place): {"stamp": "x", "mapping": "m", "refused": "no table"}}))  # fmt: skip
    return p


def backup_key(p: Place) -> Place:
    written(p.home.parent / "x.backup.key", "k" * 43, 0o644)
    return p


def plain_file(p: Place) -> Place:
    shutil.rmtree(p.home)
    p.home.write_text("not a home")
    return p


def secret(text: str, mode: int = 0o600):
    def make(p: Place) -> Place:
        written(p.home / "web" / "secret", text, mode)
        return p

    return make


def no_database(p: Place) -> Place:
    (p.home / "web" / "redshank.sqlite3").write_bytes(b"not a database" * 500)
    return p


def empty_database(p: Place) -> Place:
    path = p.home / "web" / "redshank.sqlite3"
    path.unlink()
    sqlite3.connect(path).close()
    path.touch()
    return p


def pulled(mode: int = 0o600, url: str = "postgres://nobody:nothing@127.0.0.1:9/none"):
    """A source that was pulled once from a database."""

    def make(p: Place) -> Place:
        file = p.home.parent / "pull.toml"
        file.write_text(
            'name = "rms"\nurl_file = "rms.url"\n[tables.premises]\nselect = "SELECT ref AS premises_ref FROM premises"\n'
        )
        written(file.with_name("rms.url"), url, mode)
        written(p.home / "pulls.json", json.dumps({"rms": str(file)}))
        return p

    return make


STEADY = [{"number": n, "time": f"2026-03-{n:02}T06:00:00+00:00"} for n in range(2, 9)]

MISTAKES = [
    ("D01", older("python", "3.10.4")),
    ("D02", older("sqlglot", "30.1")),
    ("D03", without_styles),
    ("D04", lambda p: environment(p, KEY="short")),
    ("D04", lambda p: environment(p, READER_SECONDS="many")),
    ("D04", lambda p: environment(p, OIDC_ISSUER="https://signin.force.example")),
    ("D04", lambda p: environment(p, LOG_FORMAT="xml")),
    ("D05", lambda p: environment(p, DATABSE_URL="postgres://x")),
    ("D06", lambda p: environment(p, DEBUG="1")),
    ("D07", lambda p: environment(p, METRICS_TOKEN_FILE=str(written(p.home.parent / "t", "x", 0o644)))),
    ("D07", lambda p: environment(p, METRICS_TOKEN_FILE=str(p.home.parent / "absent"))),
    ("D07", backup_key),
    ("D08", at_mode("", 0o755)),
    ("D08", plain_file),
    ("D09", owned_by_another),
    ("D10", lambda p: replace(p, mounts=f"{p.mounts}share:/x {p.home.parent} nfs4 rw 0 0\n")),
    ("D11", lambda p: replace(p, free=lambda path: 400_000_000)),
    ("D12", two_homes),
    ("D13", damaged),
    ("D14", audit_changed),
    ("D15", at_mode("audit/log", 0o644)),
    ("D16", lambda p: (written(p.home / "data" / ".tmp-99-1", "x"), p)[1]),
    ("D17", broken_off),
    ("D18", held_long),
    ("D19", unfinished),
    ("D20", deliveries({"number": 2})),
    ("D22", refused),
    ("D23", lambda p: replace(p, now=p.now + timedelta(days=3))),
    ("D25", lambda p: replace(p, now=p.now - timedelta(days=400))),
    ("D26", lambda p: replace(p, zone="America/New_York")),
    ("D27", secret("changeme")),
    ("D27", secret("Zq8-" * 4 + "0123456789abcdefghijABCDEFGHIJ0123456789xyzXYZ", 0o644)),
    ("D28", lambda p: environment(p, ORIGIN="http://redshank.force.example")),
    ("D29", no_database),
    ("D31", empty_database),
    ("D29", lambda p: environment(p, DATABASE_URL="postgres://nobody:nothing@127.0.0.1:9/none")),
    ("D31", database("DELETE FROM django_migrations WHERE app = 'worklist'")),
    ("D31", database("INSERT INTO django_migrations (app, name, applied) VALUES ('worklist', '9999_later', '2026-01-01')")),
    ("D32", database("UPDATE heads_publication SET current_run = 0")),
    ("D33", database("UPDATE accounts_user SET is_active = 0 WHERE username IN ('a', 'b', 'h')")),
    ("D34", database("UPDATE accounts_user SET is_active = 0 WHERE username = 'd'")),
    ("D35", lambda p: environment(p, SMTP_HOST="127.0.0.1", SMTP_PORT="9", SMTP_FROM="a@force.example", ORIGIN="https://r.force.example")),
    ("D36", lambda p: (written(p.home / "pulls.json", '{"rms": "/nowhere/pull.toml"}'), p)[1]),
    ("D36", lambda p: (written(p.home / "pulls.json", "{"), p)[1]),
    ("D36", pulled(0o640)),
    ("D37", pulled()),
]  # fmt: skip
#: Mistakes that bring another with them, which is true as well.
WITH = {
    "D21": ("D20",),  # deliveries that were only listed have been read by no night
    "D24": ("D23",),  # ninety days without a drill are ninety days without the backup of this home
}


def test_a_sound_home_has_none(place):
    assert codes(place) == []
    assert [s.found for s in look(place) if s.check == "deliveries"] == ["1"]


@pytest.mark.parametrize(("code", "make"), MISTAKES, ids=[f"{c}-{i}" for i, (c, _) in enumerate(MISTAKES)])
def test_a_mistake_is_named_and_nothing_else(code, make, place):
    made = make(place)
    seen = [s for s in look(made) if s.code]
    assert [s.code for s in seen] == [code]
    one = mistakes()[code]
    assert (seen[0].check, seen[0].level) == (one.check, one.level)
    assert seen[0].found
    assert seen[0].advice
    assert "{place}" not in seen[0].advice


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("D21", lambda p: deliveries(*STEADY)(replace(p, now=p.now))),
        ("D24", lambda p: replace(p, now=p.now + timedelta(days=91))),
    ],
    ids=["D21", "D24"],
)
def test_a_mistake_that_brings_another(code, make, place):
    assert set(codes(make(place))) == {code, *WITH[code]}


def test_an_old_postgresql_is_named(monkeypatch, place):
    """The answer of an old server is given by a driver of ours: no such server is kept for a test."""
    psycopg = pytest.importorskip("psycopg")
    from contextlib import contextmanager
    from types import SimpleNamespace

    tables = sqlite3.connect(place.home / "web" / "redshank.sqlite3")

    def asked(query):
        return tables.execute("SELECT 1" if "information_schema" in query else query)

    @contextmanager
    def connect(url, **_):
        yield SimpleNamespace(info=SimpleNamespace(server_version=130_011), execute=asked)

    monkeypatch.setattr(psycopg, "connect", connect)
    assert codes(environment(place, DATABASE_URL="postgres://a:b@c/d")) == ["D30"]
    tables.close()


def test_a_real_postgresql_that_is_empty_is_told_as_empty(place):
    psycopg = pytest.importorskip("psycopg")
    with postgres.Server() as server:
        seen = list(look(environment(place, DATABASE_URL=server.url())))
        gone = environment(place, DATABASE_URL=server.url("nowhere"))
        assert codes(gone) == ["D29"]
        # The same server as a source: the account of the first may do anything, the other's may read.
        url = server.make("source")
        with psycopg.connect(url, autocommit=True) as opened:
            opened.execute(
                "CREATE TABLE premises (ref text); CREATE ROLE reader LOGIN; GRANT SELECT ON premises TO reader"
            )
        writes = [s for s in look(pulled(url=url)(place)) if s.code]
        assert [(s.code, s.found) for s in writes] == [("D38", "rms: 1 tables")]
        assert codes(pulled(url=url.replace("redshank@", "reader@"))(place)) == []
    assert [(s.code, s.found) for s in seen if s.code] == [("D31", "the database is empty")]
    assert [s.level for s in seen if s.check == "version of PostgreSQL"] == [""]


def test_every_mistake_of_the_table_is_tried():
    assert {c for c, _ in MISTAKES} | set(WITH) | {"D30", "D38"} == set(mistakes())
    assert len(mistakes()) >= 20


def test_no_home_is_no_mistake(place):
    assert codes(replace(place, home=place.home.parent / "absent")) == []


def test_looking_writes_nothing(place):
    def state():
        return {p.relative_to(place.home): (p.stat().st_mtime_ns, p.stat().st_size) for p in place.home.rglob("*")}  # fmt: skip

    before = state()
    list(look(place))
    assert state() == before
    assert Audit(place.home).head().size == len(list(Audit(place.home).entries()))


def test_a_password_in_the_address_of_the_database_is_never_told(place):
    url = "postgres://redshank:plover-password@127.0.0.1:9/none"
    assert "plover-password" not in repr(list(look(environment(place, DATABASE_URL=url))))
