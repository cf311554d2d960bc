"""The pages: secret, address, database, tables, published run, and whether there are people enough.

The database is asked directly and read only, without loading the pages: what is broken may be what stops them from loading.
"""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from redshank.doctor import Place, Seen, right, wrong
from redshank.errors import RedshankError

OLDEST_POSTGRES = 140_000
#: What two people do, never both by one: who begins, who ends.
TWO = (
    ("a flag", "flag.propose", "flag.decide"),
    ("an erasure", "erasure.propose", "erasure.confirm"),
    ("signing a product", "product.write", "product.sign"),
    ("lifting a preservation", "preservation.lift", "preservation.lift"),
)
Ask = Callable[[str], list[Any]]


def looks(place: Place) -> Iterator[Seen]:
    origin = place.environment.get("REDSHANK_ORIGIN", "").strip()
    if origin:
        parts = urlsplit(origin)
        https = parts.scheme == "https" and bool(parts.hostname) and parts.path in ("", "/")
        yield right("D28", origin) if https else wrong("D28", origin)
    url = place.environment.get("REDSHANK_DATABASE_URL", "").strip()
    embedded = place.home / "web" / "redshank.sqlite3"
    if not embedded.exists() and not url:
        return  # the pages were never served from this home
    yield from _secret(place)
    if url:
        yield from _postgres(place, url)
    else:
        yield from _sqlite(place, embedded)


def _secret(place: Place) -> Iterator[Seen]:
    from redshank.web.homes import read_secret

    try:
        read_secret(place.home)
        yield right("D27", "private")
    except RedshankError as error:
        yield wrong("D27", error.message, place.home / "web" / "secret")


def _sqlite(place: Place, path: Path) -> Iterator[Seen]:
    # Where nobody has it open it is read as it lies, so that nothing is left beside it (root's files would stop the service).
    how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?{how}", uri=True, timeout=5)) as opened:
            yield from _tables(
                place, lambda query: opened.execute(query).fetchall(), "SQLite in the home", "sqlite_master"
            )
    except sqlite3.Error as error:
        yield wrong("D29", f"{path}: {error}")


def _postgres(place: Place, url: str) -> Iterator[Seen]:
    try:
        import psycopg
    except ImportError:
        yield wrong("D29", "the library psycopg is not installed (`pip install redshank[postgres]`)")
        return
    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True) as opened:
            version = opened.info.server_version
            told = f"{version // 10_000}.{version % 10_000}"
            yield right("D30", told) if version >= OLDEST_POSTGRES else wrong("D30", told)
            yield from _tables(
                place,
                lambda query: opened.execute(query).fetchall(),
                f"PostgreSQL {told}",
                "information_schema.tables",
            )  # type: ignore[arg-type]
    except psycopg.Error as error:
        # Its text names the address and never the password; only the first line is told.
        yield wrong("D29", (str(error).strip() or type(error).__name__).splitlines()[0])


def migrations_of(package: Path) -> set[tuple[str, str]]:
    """Of our own apps, by the names of their files: (app, migration)."""
    return {(p.parent.parent.name, p.stem) for p in (package / "web").glob("*/migrations/[0-9]*.py")}


def _tables(place: Place, ask: Ask, what: str, listed: str) -> Iterator[Seen]:
    """``listed``: where the database lists its tables; one without any is not broken, but not made yet."""
    ours = migrations_of(place.package)
    apps = {app for app, _ in ours}
    yield right("D29", what)
    column = "name" if listed == "sqlite_master" else "table_name"
    if not ask(f"SELECT 1 FROM {listed} WHERE {column} = 'django_migrations'"):
        yield wrong("D31", "the database is empty")
        return
    there = {(a, n) for a, n in ask("SELECT app, name FROM django_migrations") if a in apps}
    if missing := ours - there:
        yield wrong("D31", f"{len(missing)} changes of the tables have not been made")
        return
    if later := there - ours:
        yield wrong("D31", f"{len(later)} changes are of a newer Redshank")
        return
    yield right("D31", "of this version")
    yield from _published(place, ask)
    yield from _people(ask)


def _published(place: Place, ask: Ask) -> Iterator[Seen]:
    from redshank.store import Store

    run = Store.open(place.home).manifest.run
    shown = next((n for (n,) in ask("SELECT current_run FROM heads_publication WHERE id = 1")), 0)
    last = run["number"] if run else 0
    text = f"run {shown} of {last}"
    yield wrong("D32", text) if shown < last else right("D32", text)


def _people(ask: Ask) -> Iterator[Seen]:
    """Of accounts that people have; a demonstration's are no people, and before the first account there is nothing to say."""
    from redshank.web import accounts

    roles = tomllib.loads((Path(str(accounts.__file__)).parent / "roles.toml").read_text(encoding="utf-8"))
    held = [r for r, active, shown in ask("SELECT role, is_active, demonstration FROM accounts_user") if active and not shown]  # fmt: skip
    if not held:
        return

    def may(act: str) -> int:
        return sum(act in roles[r]["may"] for r in held if r in roles)

    alone = [
        words for words, begins, ends in TWO
        if may(begins) and not _two(held, roles, begins, ends)
    ]  # fmt: skip
    if alone:
        yield wrong("D33", f"nobody else for {', '.join(alone)}")
    else:
        yield right("D33", f"{len(held)} accounts")
    lacking = [
        word for word, there in (
            ("auditor", any("trail" in roles[r]["see"] for r in held if r in roles)),
            ("administrator", bool(may("people.manage"))),
        ) if not there
    ]  # fmt: skip
    if lacking:
        yield wrong("D34", f"no {' and no '.join(lacking)}")


def _two(held: list[str], roles: dict[str, Any], begins: str, ends: str) -> bool:
    """Whether two different people can do it: one begins, another ends."""
    first = [i for i, r in enumerate(held) if r in roles and begins in roles[r]["may"]]
    second = [i for i, r in enumerate(held) if r in roles and ends in roles[r]["may"]]
    return any(i != j for i in first for j in second)
