"""The Ibis operations that stages may use, each with a small example whose values are drawn here.

Left out on purpose, because DuckDB and Spark differ or Spark has none: ``split``, ``re_*``, ``hash``, ``strip``, ``upper`` and
``lower`` (other letters), ``levenshtein`` and the like (bytes here, characters there), ``collect`` and ``group_concat`` with an
order, ``quantile``, ``mode``, sums and means of floats (their last digits follow the order of rows), ``create_table``.
What these would do is done by functions over Arrow tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import ibis
import pyarrow as pa

from tests.spec.drawn import when

BIG = 2**62 + 1  # no float holds it
ROWS = pa.table(
    {
        "id": pa.array([1, 2, 3, 4, 5], pa.int64()),
        "k": pa.array(["a", "b", "", None, "a"], pa.string()),
        "n": pa.array([7, -8, None, BIG, 7], pa.int64()),
        "m": pa.array([2, 2, 2, 3, None], pa.int64()),
        "at": pa.array(
            [when("2026-03-29T01:30:00+01:00"), when("2026-10-25T01:30:00+00:00"), None, when("1969-12-31T23:59:59"), when("2026-03-29T00:30:00")],
            pa.timestamp("us", tz="UTC"),
        ),
        "day": pa.array([date(2012, 2, 29), date(2012, 3, 1), None, date(1900, 1, 1), date(2012, 2, 29)], pa.date32()),
        "b": pa.array([True, False, None, True, False], pa.bool_()),
        "none": pa.nulls(5, pa.string()),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """``nodes``: names of Ibis's own operations that it needs beyond those of its neighbours. ``make`` gives a table
    with ``id`` and ``x``; ``gives`` are the values of ``x`` in order of ``id`` (then ``x``), parted by semicolons."""

    name: str
    nodes: tuple[str, ...]
    example: str
    make: Callable[[ibis.Table], ibis.Table]
    gives: str


def _x(value: Callable[[ibis.Table], ibis.Value]) -> Callable[[ibis.Table], ibis.Table]:
    return lambda t: t.select(id=t.id, x=value(t))


def _pairs(t: ibis.Table) -> ibis.Table:
    a, b = t, t.view()
    return a.join(b, [a.k == b.k, a.id < b.id]).select(id=a.id, x=b.id)


def _twice(t: ibis.Table) -> ibis.Table:
    a, b = t, t.view()
    return a.join(b, [a.n == b.n, a.m <= b.m]).select(id=a.id, x=a.m + b.m - 2)


def _different(t: ibis.Table) -> ibis.Table:
    found = t.select(x=t.b).distinct()
    return found.select(id=ibis.literal(1, type="int64"), x=found.x)


ALLOWED = [
    Operation("select", ("Project", "Field", "DatabaseTable", "InMemoryTable", "JoinTable"), "a whole number of 63 bits, with gaps", _x(lambda t: t.n), f"7; -8; ; {BIG}; 7"),
    Operation("rename", (), "`rename(x='k')`: empty text is not null", lambda t: t.select("id", "k").rename(x="k"), "a; b; ; ; a"),
    Operation("no type", (), "a column of nothing but nulls", _x(lambda t: t.none), "; ; ; ; "),
    Operation("time", (), "times are UTC, also where clocks change", _x(lambda t: t.at), "2026-03-29T00:30:00Z; 2026-10-25T01:30:00Z; ; 1969-12-31T23:59:59Z; 2026-03-29T00:30:00Z"),
    Operation("date", (), "days have no zone", _x(lambda t: t.day), "2012-02-29; 2012-03-01; ; 1900-01-01; 2012-02-29"),
    Operation("filter", ("Filter",), "a condition that is null keeps nothing", lambda t: t.filter(t.b).select(id=t.id, x=t.b), "true; true"),
    Operation("==", ("Equals",), "null equals nothing", _x(lambda t: t.k == "a"), "true; false; false; ; true"),
    Operation("!=", ("NotEquals",), "empty text is a value", _x(lambda t: t.k != ""), "true; true; false; ; true"),
    Operation("<", ("Less",), "`n < 7`", _x(lambda t: t.n < 7), "false; true; ; false; false"),
    Operation("<=", ("LessEqual",), "`n <= 7`", _x(lambda t: t.n <= 7), "true; true; ; false; true"),
    Operation(">", ("Greater",), "times", _x(lambda t: t.at > t.at.cast("timestamp('UTC')")), "false; false; ; false; false"),
    Operation(">=", ("GreaterEqual",), "days", _x(lambda t: t.day >= ibis.date("2012-02-29")), "true; true; ; false; true"),
    Operation("&", ("And",), "false and null is false", _x(lambda t: (t.id == 3) & t.b), "false; false; ; false; false"),
    Operation("or", ("Or",), "true or null is true", _x(lambda t: (t.id == 3) | t.b), "true; false; true; true; false"),
    Operation("~", ("Not",), "not null is null", _x(lambda t: ~t.b), "false; true; ; false; true"),
    Operation("isnull", ("IsNull",), "`n.isnull()`", _x(lambda t: t.n.isnull()), "false; false; true; false; false"),
    Operation("notnull", ("NotNull",), "`k.notnull()`: empty text is there", _x(lambda t: t.k.notnull()), "true; true; true; false; true"),
    Operation("+", ("Add",), "whole numbers stay whole", _x(lambda t: t.n + t.m), f"9; -6; ; {BIG + 3}; "),
    Operation("-", ("Subtract",), "`n - m`", _x(lambda t: t.n - t.m), f"5; -10; ; {BIG - 3}; "),
    Operation("*", ("Multiply",), "`m * 1000`", _x(lambda t: t.m * 1000), "2000; 2000; 2000; 3000; "),
    Operation("//", ("FloorDivide",), "rounds down, of numbers below 2^53", _x(lambda t: (t.m * 1000 - t.id * 1000) // 3), "333; 0; -334; -334; "),
    Operation("text +", ("StringConcat",), "null makes null", _x(lambda t: t.k + "/" + t.k), "a/a; b/b; /; ; a/a"),
    Operation("literal", ("Literal",), "`ibis.literal(1000, type='int64')`", _x(lambda t: ibis.literal(1000, type="int64")), "1000; 1000; 1000; 1000; 1000"),
    Operation("literal +", (), "`ibis.literal('child:') + k`", _x(lambda t: ibis.literal("child:") + t.k), "child:a; child:b; child:; ; child:a"),
    Operation("ifelse", ("IfElse",), "a condition that is null takes the second", _x(lambda t: ibis.ifelse(t.b, t.n, t.m)), f"7; 2; 2; {BIG}; "),
    Operation("greatest", ("Greatest",), "null is passed over", _x(lambda t: ibis.greatest(t.n, t.m)), f"7; 2; 2; {BIG}; 7"),
    Operation("least", ("Least",), "null is passed over", _x(lambda t: ibis.least(t.n, t.m)), "2; -8; 2; 3; 7"),
    Operation("fill_null", ("Coalesce",), "`n.fill_null(0)`", _x(lambda t: t.n.fill_null(0)), f"7; -8; 0; {BIG}; 7"),
    Operation("cast", ("Cast",), "whole number to 64 bits, time to UTC", _x(lambda t: t.m.cast("int64")), "2; 2; 2; 3; "),
    Operation("join", ("JoinChain", "JoinLink", "JoinReference"), "null joins nothing, empty text joins empty text", lambda t: t.join(t.select("k", x="n").view(), "k").select("id", "x"), "7; 7; -8; ; 7; 7"),
    Operation("join on more", (), "`a.k == b.k, a.id < b.id`", lambda t: _pairs(t), "5"),
    Operation("view", ("SelfReference",), "the same table twice", lambda t: _twice(t), "2; 2; 4"),
    Operation("distinct", ("Distinct",), "nulls are one value", lambda t: _different(t), "; false; true"),
    Operation("group_by", ("Aggregate",), "null is a group", lambda t: t.group_by("k").aggregate(id=t.id.min(), x=t.count()), "2; 1; 1; 1"),
    Operation("count", ("CountStar", "Count"), "`n.count()` passes over nulls", lambda t: t.group_by("m").aggregate(id=t.id.min(), x=t.n.count()), "2; 1; 1"),
    Operation("nunique", ("CountDistinct",), "different values, nulls passed over", lambda t: t.group_by("m").aggregate(id=t.id.min(), x=t.k.nunique()), "3; 0; 1"),
    Operation("min", ("Min",), "of times", lambda t: t.group_by("k").aggregate(id=t.id.min(), x=t.at.min()), "2026-03-29T00:30:00Z; 2026-10-25T01:30:00Z; ; 1969-12-31T23:59:59Z"),
    Operation("max", ("Max",), "of whole numbers of 63 bits", lambda t: t.group_by("m").aggregate(id=t.id.min(), x=t.n.max()), f"7; {BIG}; 7"),
    Operation("sum", ("Sum",), "of whole numbers, a group of nulls sums to null", lambda t: t.filter(t.id != 4).group_by("k").aggregate(id=t.id.min(), x=t.n.sum().cast("int64")), "14; -8; "),
    Operation("union", ("Union",), "all rows of both", lambda t: t.filter(t.id < 2).union(t.filter(t.id > 4)).select("id", x="n"), "7; 7"),
]  # fmt: skip
