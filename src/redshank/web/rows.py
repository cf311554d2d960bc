"""Every row of the pages' database as files, and back into an empty database: the same from SQLite and from PostgreSQL.

A backup of a home whose database is PostgreSQL holds these files, so that one file restores everything, into either kind of
database. One file a table, a row a line (JSON), in no order that matters; ``about.json`` says for each table how many
rows it has and what they come to, and which migrations had made the tables. Sessions are left out: everybody signs in
again. The rows stand in the database of the pages in clear: the files are written into the home, sealed into the backup and removed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from redshank.errors import DeliveryRefused, UsageError

ABOUT = "about.json"
LEFT_OUT = ("django_session",)
AT_ONCE = 2000  # rows held in memory
#: What a table comes to: its rows, and the sum of their digests (whatever their order).
Come = tuple[int, str]


def write(folder: Path, using: str = "default") -> dict[str, Come]:
    """Writes all tables of one moment into an empty ``folder``; what each comes to, by table."""
    from django.apps import apps
    from django.db import connections, transaction

    connection = connections[using]
    told: dict[str, Come] = {}
    with transaction.atomic(using):
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for model in _models(apps):
            with (folder / f"{model._meta.db_table}.jsonl").open("w", encoding="utf-8") as out:
                told[model._meta.db_table] = _come(_writing(_lines(model, using), out))
        done = sorted(_applied(connection))
    about = {"migrations": done, "tables": told}
    (folder / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
    return told


def read(folder: Path) -> dict[str, Come]:
    """Makes the tables in an empty database, fills them from ``folder`` and reads them again; then migrates to this release.

    Errors: UsageError where the database is not empty; DeliveryRefused where the files are of a newer release, or what
    stands in the database afterwards is not what was saved.
    """
    from django.core.management import call_command
    from django.db import connection, transaction

    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    refuse_unless_empty()
    models = _tables_of({(app, name) for app, name in about["migrations"]}, connection)
    by_table = {m._meta.db_table: m for m in models}
    missing = sorted(set(about["tables"]) - set(by_table))
    if missing:
        raise DeliveryRefused(
            f"the backup holds a table that its migrations do not make ({missing[0]})",
            "bring another copy of the backup",
        )
    with transaction.atomic():
        with connection.cursor() as cursor:
            for model in models:  # what the migrations themselves put there stands among the saved rows
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
        for table in about["tables"]:
            with (folder / f"{table}.jsonl").open(encoding="utf-8") as lines:
                _fill(by_table[table], lines, connection)
        _number_on(models, connection)
        told = {table: _come(_lines(by_table[table], "default")) for table in about["tables"]}
        for table, (count, digest) in about["tables"].items():
            if told[table] != (count, digest):
                raise DeliveryRefused(
                    f"{table}: {told[table][0]} rows came back, not the {count} that were saved, or not as they were",
                    "bring another copy of the backup",
                )
    from redshank.web.searching import engine

    engine.rebuild()
    call_command("migrate", interactive=False, verbosity=0)
    return told


def refuse_unless_empty() -> None:
    """UsageError where somebody's work stands in the database; tables without an account are left of a broken try."""
    from django.db import connection

    names = connection.introspection.table_names()
    if "accounts_user" in names:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_user")
            if cursor.fetchone()[0]:
                raise UsageError(
                    "the database of the pages is not empty: a backup never goes over one that is in use",
                    "name an empty database in REDSHANK_DATABASE_URL, look at what came back, then exchange the two",
                )
    elif [n for n in names if n != "django_migrations"]:
        raise UsageError(
            f"the database holds tables of something else ({sorted(names)[0]})",
            "name an empty database in REDSHANK_DATABASE_URL",
        )


def beside(path: Path) -> str:
    """Opens a SQLite database of this release beside that of the pages; the name by which ``write`` takes it."""
    from django.db import connections

    connections.settings["beside"] = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": {}, "CONN_MAX_AGE": 0,
    }  # fmt: skip
    applied, known = _applied(connections["beside"]), _known(connections["beside"])
    if applied != known:
        raise UsageError(
            "the backup's database is of another release, which cannot be taken into PostgreSQL at once",
            "restore it without REDSHANK_DATABASE_URL first, start `redshank serve --prepare`, then back up and restore again",
        )
    return "beside"


def _models(apps: Any) -> list[Any]:
    found = (m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy)
    return sorted((m for m in found if m._meta.db_table not in LEFT_OUT), key=lambda m: str(m._meta.db_table))


def _applied(connection: Any) -> set[tuple[str, str]]:
    from django.db.migrations.recorder import MigrationRecorder

    return set(MigrationRecorder(connection).applied_migrations())


def _known(connection: Any) -> set[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    return set(MigrationLoader(connection).graph.nodes)


def _tables_of(migrations: set[tuple[str, str]], connection: Any) -> list[Any]:
    """Makes the tables as these migrations make them; their models as they then were."""
    from django.apps import apps
    from django.db.migrations.executor import MigrationExecutor

    from redshank.web import fresh

    known = _known(connection)
    unknown = sorted(migrations - known)
    if unknown:
        raise DeliveryRefused(
            f"the backup is of a newer release than this program (it knows {unknown[0][0]} {unknown[0][1]})",
            "install the release that made it, or a later one",
        )
    if migrations == known:
        fresh.migrate()
        return _models(apps)
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    ends = [
        node
        for node in sorted(migrations)
        if not any(
            child.key[0] == node[0] and child.key in migrations for child in graph.node_map[node].children
        )
    ]
    executor.migrate(ends)
    return _models(executor.loader.project_state(ends).apps)


def _columns(model: Any) -> list[Any]:
    return [f for f in model._meta.concrete_fields if not getattr(f, "generated", False)]


def _lines(model: Any, using: str) -> Iterator[str]:
    names = [f.attname for f in _columns(model)]
    for row in model._base_manager.using(using).values_list(*names).iterator(AT_ONCE):
        yield json.dumps(row, default=_plain, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    """A value as the field's own ``to_python`` reads it again."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        from django.utils.duration import duration_string

        return duration_string(value)
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    raise TypeError(f"a column holds a {type(value).__name__}, which no backup can carry")


def _writing(lines: Iterable[str], out: Any) -> Iterator[str]:
    for line in lines:
        out.write(line + "\n")
        yield line


def _come(lines: Iterable[str]) -> Come:
    count = total = 0
    for line in lines:
        count += 1
        total += int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")
    return count, f"{total % (1 << 256):064x}"


def _fill(model: Any, lines: Iterable[str], connection: Any) -> None:
    fields = _columns(model)
    quote = connection.ops.quote_name
    names = ", ".join(quote(f.column) for f in fields)
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"
    rows: list[list[Any]] = []
    with connection.cursor() as cursor:
        for line in lines:
            values = json.loads(line)
            rows.append(
                [
                    f.get_db_prep_save(None if v is None else f.to_python(v), connection)
                    for f, v in zip(fields, values, strict=True)
                ]
            )
            if len(rows) == AT_ONCE:
                cursor.executemany(sql, rows)
                rows = []
        if rows:
            cursor.executemany(sql, rows)


def _number_on(models: list[Any], connection: Any) -> None:
    """The next row of each table takes a number behind the last."""
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)
