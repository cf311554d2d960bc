"""The database's own files: what was deleted stays in their free pages and journals until they are written anew."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection


def compact(wait_seconds: float = 30) -> str:
    """Writes the database anew; returns in words what of it could not be done, or nothing.

    SQLite's file and journal hold nothing of it afterwards. PostgreSQL's tables do not either; its write-ahead log goes as the
    server recycles it.
    """
    if connection.vendor == "sqlite":
        return _sqlite(wait_seconds)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL")
    return "the write-ahead log of the database server, until the server recycles it"


def _sqlite(wait_seconds: float) -> str:
    until = time.monotonic() + wait_seconds
    while True:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row: Any = cursor.fetchone()
        if not row or not row[0]:
            return ""
        if time.monotonic() > until:
            return "the journal of the database, until nobody reads it any more: run the command again"
        time.sleep(0.5)
