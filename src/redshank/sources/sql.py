"""A read-only SQL source: one SELECT a table becomes one Parquet file a table, which is then a delivery like any other.

A *pull* is a TOML file::

    name = "rms"                       # of the source; its deliveries are rms-0001, rms-0002, …
    mapping = "rms.toml"               # a built-in mapping's name, or a TOML file beside this one
    url_file = "rms.url"               # a file of mode 0600 with postgres://user:password@host:port/name, beside this one;
                                       # left out: REDSHANK_SOURCE_URL
    overlap_hours = 24                 # how far behind the mark is read again, for rows that were committed late
    timeout_seconds = 300              # one SELECT may take so long

    [tables.crimes]                    # a table of the mapping, under our name
    mark = "CHANGED_AT"                # a column of the answer that only grows: when the row was last changed
    select = "SELECT … FROM crime WHERE changed_at >= :since"

    [tables.premises]                  # without a mark: read whole each time
    select = "SELECT … FROM premises"

The database is asked for nothing but these SELECTs: in one transaction that is read only, so that all of them see one moment, through a
cursor that the server keeps, so that memory does not grow with the answer. What it says of an error is told only where that is about the
SELECT; it may else hold what stands in a row, and of the address nothing is ever told.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
import stat
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from redshank.errors import DeliveryRefused, NotPermitted, UsageError
from redshank.settings import refuse_made_up
from redshank.sources.mapping import Mapping, load_mapping

VARIABLE = "REDSHANK_SOURCE_URL"
OVERLAP, SECONDS = 24, 300  # local defaults
LONDON = ZoneInfo("Europe/London")
AT_ONCE = 5_000
"""Rows that are fetched and written at a time (local default)."""
#: How it connects. A line that falls silent ends within a minute or so: the store is held meanwhile.
HOW = {
    "connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000,
    "application_name": "redshank pull", "client_encoding": "UTF8",
}  # fmt: skip
EVER = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
"""The mark of a table that was never pulled; earlier than any time that Redshank takes (records/rules.toml)."""

#: PostgreSQL's numbers of types whose values keep their type; everything else is written as text.
TYPED: dict[int, pa.DataType] = {
    1184: pa.timestamp("us", "UTC"), 1114: pa.timestamp("us"), 1082: pa.date32(), 700: pa.float64(), 701: pa.float64(),
}  # fmt: skip
TIMES = (1184, 1114, 1082)
#: Classes of errors (SQLSTATE) whose text speaks of the SELECT and of what the account may do, never of a value.
OF_THE_SELECT = ("42", "25", "0A", "57")
_SINCE = re.compile(r"(?<![:\w]):since\b")


@dataclass(frozen=True)
class Select:
    """One table's question. ``file``: the name under which the mapping reads the answer; ``mark`` is empty where all is read."""

    table: str
    file: str
    text: str
    mark: str = ""


@dataclass(frozen=True)
class Pull:
    """A pull's file, read and checked. The address is no part of it."""

    name: str
    path: Path
    mapping: Mapping
    mapping_path: str  # a built-in mapping's name, or where its file lies
    url_file: Path | None
    overlap: dt.timedelta
    seconds: int
    selects: tuple[Select, ...]


@dataclass
class Answer:
    """What was written: the rows of each table, and of each with a mark how far it has come."""

    rows: dict[str, int] = field(default_factory=dict)
    marks: dict[str, dt.datetime] = field(default_factory=dict)


# ---- the file ----------------------------------------------------------------------------------------


def load_pull(path: Path) -> Pull:
    """Reads a pull's file. Errors name the key that is wrong."""
    try:
        body = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror}).", "Name the pull's TOML file."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path.name} is no TOML in UTF-8: {error}.", "Correct that line.") from error

    def fail(key: str, what: str, advice: str = "docs/connect.md shows a whole file.") -> Any:
        raise UsageError(f"{path.name}, key {key}: {what}.", advice)

    def text(of: dict[str, Any], key: str, at: str = "", default: str = "") -> str:
        value = of.get(key, default)
        return value if isinstance(value, str) else fail(f"{at}{key}", "it must be text", "Put it between quotes.")  # fmt: skip

    def number(key: str, default: int, least: int, most: int) -> int:
        value = body.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            fail(key, f"it must be a whole number from {least} to {most}")
        return value

    if "url" in body:
        fail(
            "url",
            "an address with a password does not belong into this file",
            "Write it into a file of mode 0600 and name that as url_file.",
        )
    known = {"name", "mapping", "url_file", "overlap_hours", "timeout_seconds", "tables"}
    for key in body:
        if key not in known:
            fail(key, "unknown key", f"Keys are: {', '.join(sorted(known))}.")
    name = text(body, "name")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", name):
        fail("name", "it must be up to 40 small letters, digits and hyphens", 'For instance name = "rms".')
    named = text(body, "mapping", default="standard")
    mapping_path = str(path.parent / named) if named.endswith(".toml") else named
    mapping = load_mapping(mapping_path)
    url_file = text(body, "url_file")
    tables: Any = body.get("tables")
    if not isinstance(tables, dict) or not tables:
        fail("tables", "it names no table", f"Tables of the mapping are: {', '.join(mapping.tables)}.")
    selects = []
    files: dict[str, str] = {}
    for table, told in tables.items():
        at = f"tables.{table}"
        if table not in mapping.tables:
            fail(at, f"the mapping {mapping.name} has no such table", f"It has: {', '.join(mapping.tables)}.")
        if not isinstance(told, dict) or set(told) - {"select", "mark"}:
            fail(at, "it takes select and mark only")
        file = mapping.tables[table].file.replace("*", "pulled").replace("?", "x")
        other = files.setdefault(file.casefold(), table)
        if other != table:
            fail(at, f"the mapping reads it and {other} from one file", f"Leave it out: {other}'s SELECT brings both.")  # fmt: skip
        select, mark = text(told, "select", f"{at}.").strip(), text(told, "mark", f"{at}.")
        if not re.match(r"(?i)(select|with)\b", select) or ";" in select:
            fail(f"{at}.select", "it must be one SELECT without a semicolon")
        if bool(mark) != bool(_SINCE.search(select)):
            fail(at, "a mark and :since belong together", 'mark = "changed_at" with "… WHERE changed_at >= :since".')  # fmt: skip
        selects.append(Select(table, file, select, mark))
    return Pull(
        name=name,
        path=path.absolute(),
        mapping=mapping,
        mapping_path=mapping_path,
        url_file=(path.parent / url_file).absolute() if url_file else None,
        overlap=dt.timedelta(hours=number("overlap_hours", OVERLAP, 0, 24 * 366)),
        seconds=number("timeout_seconds", SECONDS, 1, 24 * 3600),
        selects=tuple(selects),
    )


def read_url(pull: Pull, environment: str) -> str:
    """The address of the database. ``environment`` is what REDSHANK_SOURCE_URL says; the pull's file wins."""
    if pull.url_file is None:
        url, where = environment.strip(), VARIABLE
        if not url:
            raise UsageError(
                f"{pull.path.name} names no url_file and {VARIABLE} is not set.",
                "Write the database's address into a file of mode 0600 and name that.",
            )
    else:
        where = str(pull.url_file)
        try:
            mode = stat.S_IMODE(pull.url_file.stat().st_mode)
            url = pull.url_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise UsageError(
                f"{where} cannot be read.", "It holds the database's address, one line."
            ) from None
        if mode & 0o077:
            raise NotPermitted(
                f"{where} can be read by others (its mode is {mode:04o}).", f"chmod 600 {where}"
            )
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("postgres", "postgresql") and bool(parts.path.strip("/")) and " " not in url
        password = unquote(parts.password or "")
        _ = parts.port
    except ValueError:
        good, password = False, ""
    if not good:  # from None, and never the text: it holds a password
        raise UsageError(
            f"{where} holds no address of a PostgreSQL database.", "postgres://user:password@host:port/name"
        ) from None
    refuse_made_up(password, where)
    return url


# ---- the database ------------------------------------------------------------------------------------


def connect(pull: Pull, url: str) -> Any:
    """A connection that can only read."""
    try:
        import psycopg
    except ImportError as error:
        raise UsageError(
            "The library psycopg is not installed.",
            "Install Redshank with it: pip install redshank[postgres]",
        ) from error
    try:
        opened = psycopg.connect(url, **HOW)  # type: ignore[arg-type]
    except (psycopg.Error, ValueError, UnicodeError):  # its text may hold any part of the address
        raise DeliveryRefused(
            f"The database of {pull.name} does not open: no answer, or it refuses the account or knows no such database.",
            "Try the address with psql from this machine; the database's own log says why.",
        ) from None
    opened.read_only = True
    opened.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        # For the one transaction alone, so that it also holds behind a pool of connections. A time without an offset is London's, as
        # in every extract.
        opened.execute(
            "SELECT set_config('statement_timeout', %(s)s, true), set_config('lock_timeout', %(s)s, true), "
            "set_config('idle_in_transaction_session_timeout', %(s)s, true), set_config('TimeZone', 'Europe/London', true)",
            {"s": f"{pull.seconds}s"},
        )
    except psycopg.Error as error:
        opened.close()
        raise _refused(pull, "its settings", error) from None
    return opened


def write(pull: Pull, url: str, since: dict[str, dt.datetime], folder: Path, tell: Callable[[str, int, int], None] | None = None) -> Answer:  # fmt: skip
    """Asks each table for what changed since its mark and writes the answers into an empty folder."""
    opened = connect(pull, url)
    answer = Answer()
    try:
        with opened:
            now = opened.execute("SELECT now()").fetchone()[0].astimezone(dt.UTC)
            for done, select in enumerate(pull.selects):
                if tell:
                    tell(f"reading {select.table}", done, len(pull.selects))
                mark = _one(opened, pull, select, since.get(select.table, EVER), folder, answer)
                if mark is not None:
                    # A day in the future would hold back every later row that is of today.
                    answer.marks[select.table] = min(mark, now)
            opened.rollback()
    finally:
        opened.close()
    return answer


def can_write(pull: Pull, url: str) -> int:
    """How many tables of the database the account could change in another transaction than ours."""
    opened = connect(pull, url)
    import psycopg

    try:
        found = opened.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema') "
            "AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
        ).fetchone()
    except psycopg.Error as error:
        raise _refused(pull, "the list of tables", error) from None
    finally:
        opened.close()
    return int(found[0])


def _one(opened: Any, pull: Pull, select: Select, since: dt.datetime, folder: Path, answer: Answer) -> dt.datetime | None:  # fmt: skip
    """One table's answer, in pieces; the latest time in its mark."""
    import psycopg

    text = select.text.replace("%", "%%") if select.mark else select.text
    text = _SINCE.sub("%(since)s", text)
    latest: dt.datetime | None = None
    count = 0
    try:
        # The server keeps a cursor for a SELECT only: it refuses whatever else stands there, also inside a WITH.
        with opened.cursor(name="redshank") as cursor:
            cursor.execute(text, {"since": since - pull.overlap if since > EVER else since} if select.mark else None)  # fmt: skip
            described = cursor.description or []
            names = [c.name for c in described]
            at = _check(pull, select, names, [c.type_code for c in described])
            schema = pa.schema([(c.name, TYPED.get(c.type_code, pa.string())) for c in described])
            with pq.ParquetWriter(folder / f"{select.file}.parquet", schema) as out:
                while rows := cursor.fetchmany(AT_ONCE):
                    count += len(rows)
                    columns = [
                        pa.array([_cell(pull, select, names[i], r[i]) for r in rows], schema.field(i).type)
                        for i in range(len(names))
                    ]
                    out.write_table(pa.table(columns, schema=schema))
                    if at is not None:
                        times = [_time(r[at]) for r in rows if r[at] is not None]
                        latest = max([*times, *([latest] if latest else [])], default=None)
    except psycopg.Error as error:
        raise _refused(pull, f"the SELECT of {select.table}", error) from None
    answer.rows[select.table] = count
    return latest


def _check(pull: Pull, select: Select, names: list[str], types: list[int]) -> int | None:
    """The place of the mark in an answer; refuses one that no file can hold."""
    if len(set(names)) < len(names):
        twice = sorted({n for n in names if names.count(n) > 1})
        raise DeliveryRefused(
            f"{pull.path.name}: the SELECT of {select.table} gives {', '.join(twice)} twice.",
            "Name its columns apart: SELECT a.x AS x, b.x AS other_x.",
        )
    if not select.mark:
        return None
    if select.mark not in names or types[names.index(select.mark)] not in TIMES:
        raise DeliveryRefused(
            f"{pull.path.name}: the SELECT of {select.table} gives no column {select.mark} that is a time or a day.",
            "The mark is a column of the answer, by its name there, of type timestamp or date.",
        )
    return names.index(select.mark)


def _time(value: dt.date) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day)
    return (value if value.tzinfo else value.replace(tzinfo=LONDON)).astimezone(dt.UTC)


def _cell(pull: Pull, select: Select, name: str, value: Any) -> Any:
    """A value as its column holds it: times, days and reals as they are, everything else as text."""
    if value is None or isinstance(value, (str, dt.datetime, dt.date, float)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, dt.time):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview, dict, list, tuple, set)):
        raise DeliveryRefused(
            f"{pull.path.name}: column {name} of the SELECT of {select.table} holds bytes, lists or structures.",
            "Let the SELECT give one plain value a cell, for instance with ::text.",
        )
    return str(value)


def _refused(pull: Pull, what: str, error: Any) -> DeliveryRefused:
    state = error.sqlstate or "no answer"
    said = type(error).__name__
    if state.startswith(OF_THE_SELECT) and error.diag.message_primary:
        said = error.diag.message_primary
    advice = {
        "25006": "A pull only reads: write a SELECT that changes nothing.",
        "57014": "Narrow the SELECT, give its mark an index, or raise timeout_seconds.",
        "42501": "Let the database's owner grant SELECT to the account, and nothing else.",
    }.get(state, "Correct it, and try it with psql as the same account.")
    return DeliveryRefused(f"{pull.path.name}: the database refuses {what}: {said} ({state}).", advice)
