"""Words in two databases behind one small interface: FTS5 in SQLite, a tsvector in PostgreSQL.

A question is a list of groups; a row matches when each group has a word of it. Words are ASCII letters and digits by
then (:mod:`~redshank.web.searching.folding`), so nothing that a person typed is ever read as an operator. No rank is
computed: how rare a word is would tell of rows that the reader may not see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

BATCH = 5_000


@dataclass(frozen=True)
class Word:
    """One word, a row's word that begins with it, or several words that follow each other."""

    text: str
    begins: bool = False

    def __post_init__(self) -> None:
        if not all(w.isalnum() and w.isascii() for w in self.text.split()) or not self.text.strip():
            raise ValueError("a question holds words that were folded")


Question = list[list[Word]]


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def words_of(model: Any) -> str:
    """The name of the index of a table's words."""
    return f"{model._meta.db_table}_words"


def _sqlite_question(question: Question) -> str:
    groups = [" OR ".join(f'"{w.text}"{"*" if w.begins else ""}' for w in group) for group in question]
    return " AND ".join(f"({g})" for g in groups)


def _postgres_word(word: Word) -> str:
    parts = word.text.split()
    said = " <-> ".join(parts) + (":*" if word.begins else "")
    return f"({said})" if len(parts) > 1 else said


def _postgres_question(question: Question) -> str:
    return " & ".join("(" + " | ".join(_postgres_word(w) for w in group) + ")" for group in question)


def matching(rows: Any, question: Question) -> Any:
    """The rows of a query, already narrowed by the policy, that hold these words."""
    table = rows.model._meta.db_table
    if _is_sqlite():
        sql = f"SELECT rowid FROM {words_of(rows.model)} WHERE {words_of(rows.model)} MATCH %s"
        return rows.filter(pk__in=RawSQL(sql, [_sqlite_question(question)]))
    found = f"SELECT id FROM {table} WHERE to_tsvector('simple'::regconfig, words) @@ to_tsquery('simple'::regconfig, %s)"
    # Apart from the rest: for the first rows in their order it would else walk the table and take every text apart again.
    sql = f"WITH found AS MATERIALIZED ({found}) SELECT id FROM found"
    return rows.filter(pk__in=RawSQL(sql, [_postgres_question(question)]))


def beginning(column: str, prefix: str) -> Q:
    """A column that begins with letters and digits, in the way that the database has an index for."""
    if _is_sqlite():
        return Q(**{f"{column}__gte": prefix, f"{column}__lt": prefix + "\x7f"})
    return Q(**{f"{column}__startswith": prefix})


def create(apps: Any, schema_editor: Any) -> None:
    """The index of words of each table (from the migration)."""
    from redshank.web.searching.models import WORDED

    if (
        schema_editor.connection.vendor != "sqlite"
    ):  # for numbers of records that begin so; SQLite has one that does
        schema_editor.execute("CREATE INDEX searching_record_key ON heads_record (key varchar_pattern_ops)")
    for model in WORDED:
        table = model._meta.db_table
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE VIRTUAL TABLE {words_of(model)} USING fts5(words, content='{table}', content_rowid='id', tokenize='ascii')"
            )
        else:
            schema_editor.execute(
                f"CREATE INDEX {words_of(model)} ON {table} USING gin (to_tsvector('simple'::regconfig, words))"
            )


def drop(apps: Any, schema_editor: Any) -> None:
    from redshank.web.searching.models import WORDED

    schema_editor.execute("DROP INDEX IF EXISTS searching_record_key")
    kind = "TABLE" if schema_editor.connection.vendor == "sqlite" else "INDEX"
    for model in WORDED:
        schema_editor.execute(f"DROP {kind} IF EXISTS {words_of(model)}")


def add(model: Any) -> None:
    """Takes the words of new rows into the index, in batches; PostgreSQL did so when the rows came."""
    if not _is_sqlite():
        return
    table = model._meta.db_table
    last = 0
    while True:
        with transaction.atomic():
            waiting = model.objects.filter(indexed=False, id__gt=last).order_by("id")
            ids = list(waiting.values_list("id", flat=True)[:BATCH])
            if not ids:
                return
            last = ids[-1]
            with connection.cursor() as cursor:
                span = [ids[0], ids[-1]]
                cursor.execute(
                    f"INSERT INTO {words_of(model)}(rowid, words) SELECT id, words FROM {table} WHERE NOT indexed AND id BETWEEN %s AND %s",
                    span,
                )
                cursor.execute(
                    f"UPDATE {table} SET indexed = 1 WHERE NOT indexed AND id BETWEEN %s AND %s", span
                )


def surveyed(models: Iterable[Any]) -> None:
    """Has PostgreSQL look at how the rows of these tables lie.

    It does so by itself minutes after a night; until then its plans rest on a guess.
    """
    if _is_sqlite():
        return
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def forget(model: Any, which: Q) -> None:
    """Removes rows and their words, in batches."""
    table = model._meta.db_table
    while True:
        with transaction.atomic():
            ids = list(model.objects.filter(which).order_by("id").values_list("id", flat=True)[:BATCH])
            if not ids:
                return
            if _is_sqlite() and hasattr(model, "indexed"):
                marks = ",".join(["%s"] * len(ids))
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"INSERT INTO {words_of(model)}({words_of(model)}, rowid, words) SELECT 'delete', id, words FROM {table} WHERE indexed AND id IN ({marks})",
                        ids,
                    )
            model.objects.filter(pk__in=ids).delete()


def rebuild() -> None:
    """Takes the words of all rows into the index anew: a database was filled from a backup."""
    from redshank.web.searching.models import WORDED

    if not _is_sqlite():
        return
    for model in WORDED:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {words_of(model)}({words_of(model)}) VALUES ('rebuild')")
            cursor.execute(f"UPDATE {model._meta.db_table} SET indexed = 1 WHERE NOT indexed")
