"""One door to the engines. A stage's relational part is an Ibis expression over ``engine.table(...)``;
``engine.arrow(expr)`` runs it. DuckDB is embedded and in memory (no database file anywhere, so readers and
a writer never meet on a lock); Spark is the optional extra ``redshank[spark]`` and needs Java 17.

``engine.sql(query, tables)`` is for the one place that Ibis does not write: the linkage model's conditions,
which are SQL because they are data that Splink reads too. The order of rows is never defined.
"""

from __future__ import annotations

from typing import Any, Protocol

import ibis
import pyarrow as pa


class Engine(Protocol):
    name: str
    connection: Any

    def table(self, rows: pa.Table) -> ibis.Table: ...

    def arrow(self, expr: ibis.Table, schema: pa.Schema | None = None) -> pa.Table: ...

    def sql(self, query: str, tables: dict[str, pa.Table]) -> pa.Table: ...


class DuckDB:
    """DuckDB in memory, in this process."""

    name = "duckdb"

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def table(self, rows: pa.Table) -> ibis.Table:
        """Arrow rows as an Ibis table that any expression of this engine may use."""
        return ibis.memtable(rows)

    def arrow(self, expr: ibis.Table, schema: pa.Schema | None = None) -> pa.Table:
        """The rows of an expression; with a schema, its columns in its order and types."""
        return _shaped(self.connection.to_pyarrow(expr), schema)

    def sql(self, query: str, tables: dict[str, pa.Table]) -> pa.Table:
        """The rows of a query over Arrow tables; the names exist for this query only."""
        cursor = self.connection.con.cursor()
        for name, rows in tables.items():
            cursor.register(name, rows)
        try:
            return cursor.execute(query).to_arrow_table()
        finally:
            cursor.close()


class Spark:
    """A Spark session. Rows go in and out as Arrow, never by way of pandas, which would make whole numbers
    with gaps into floats and empty columns into objects of no type."""

    name = "spark"

    def __init__(self, session: Any, connection: Any) -> None:
        self.session, self.connection = session, connection
        self._tables = 0

    def table(self, rows: pa.Table) -> ibis.Table:
        """Arrow rows as an Ibis table that any expression of this engine may use."""
        self._tables += 1
        name = f"redshank_{self._tables}"
        self._view(name, rows)
        return self.connection.table(name)

    def arrow(self, expr: ibis.Table, schema: pa.Schema | None = None) -> pa.Table:
        """The rows of an expression; with a schema, its columns in its order and types."""
        out = self.session.sql(self.connection.compile(expr)).toArrow()
        # Ibis says of Spark's times that they have no zone; they are UTC, as the session is.
        fields = [
            have if pa.types.is_timestamp(have.type) else said
            for have, said in zip(out.schema, expr.schema().to_pyarrow(), strict=True)
        ]
        return _shaped(out.cast(pa.schema(fields)), schema)

    def sql(self, query: str, tables: dict[str, pa.Table]) -> pa.Table:
        """The rows of a query over Arrow tables; the names are replaced by the next query that uses them."""
        for name, rows in tables.items():
            self._view(name, rows)
        return self.session.sql(query).toArrow()

    def _view(self, name: str, rows: pa.Table) -> None:
        self.session.createDataFrame(_plain(rows)).createOrReplaceTempView(name)


def _plain(rows: pa.Table) -> pa.Table:
    """Types that Spark reads: dictionaries as their values, a column of nothing but nulls as text."""
    fields = []
    for f in rows.schema:
        kind = f.type.value_type if pa.types.is_dictionary(f.type) else f.type
        fields.append(pa.field(f.name, pa.string() if pa.types.is_null(kind) else kind))
    return rows.cast(pa.schema(fields))


def _shaped(rows: pa.Table, schema: pa.Schema | None) -> pa.Table:
    return rows if schema is None else rows.select(schema.names).cast(schema)


def duckdb_engine(memory_limit: str = "3GB", threads: int | None = None) -> Engine:
    """DuckDB in memory, UTC, no external access, nothing downloaded."""
    connection = ibis.duckdb.connect(":memory:")
    settings = {"memory_limit": f"'{memory_limit}'", "TimeZone": "'UTC'", "preserve_insertion_order": "false"}
    if threads:
        settings["threads"] = str(threads)
    for name, value in settings.items():
        connection.raw_sql(f"SET {name} = {value}")
    connection.raw_sql("SET enable_external_access = false")
    return DuckDB(connection)


def spark_engine() -> Engine:
    """PySpark in local mode on the loopback address, UTC, no web page, errors only in the log. A session that
    runs already is used again. Raises ``UsageError`` where the extra ``spark`` is not installed."""
    import os

    from redshank.errors import UsageError

    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as missing:
        raise UsageError("Spark is not installed", "install redshank[spark] and Java 17") from missing
    from splink.internals.spark.jar_location import similarity_jar_location

    # Without a fixed address Spark looks up the machine's name and may listen on a network.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.jars": similarity_jar_location(),  # Splink's Jaro-Winkler, in its wheel
        "spark.log.level": "ERROR",
        "spark.sql.ansi.enabled": "true",  # a wrong cast or an overflow is an error, as in DuckDB
        "spark.sql.autoBroadcastJoinThreshold": "10MB",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("redshank")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    return Spark(session, ibis.pyspark.connect(session))
