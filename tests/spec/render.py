"""The specification tables as a page: ``page()`` gives docs/reference/specification.md."""

from __future__ import annotations

from tests.spec import assessment, linkage, networks, operations
from tests.spec.drawn import Case, rows_of

PARTS = (("Linkage", linkage), ("Networks", networks), ("Assessment", assessment))


def table(text: str) -> str:
    rows = rows_of(text)
    head = [c.strip() for c in text.strip().splitlines()[0].split("|")]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(r[c] for c in head) + " |" for r in rows]
    return "\n".join(lines)


def chapter(case: Case) -> str:
    where = "the oracle, DuckDB and Spark" if case.oracle else "DuckDB and Spark"
    text = f"### {case.name[:1].upper()}{case.name[1:]}\n\n{case.rule}\n\n"
    for name, drawn in case.given.items():
        text += f"Given `{name}`:\n\n{table(drawn)}\n\n"
    return text + f"Then, on {where}:\n\n{table(case.expected)}\n\n"


def page() -> str:
    text = (
        "# Specification tables\n\nWhat goes in and what comes out, drawn small enough to check by hand. The tests run each "
        "table on every engine named below it, with its rows in both orders and in other time zones, and compare row for "
        "row. They live in `tests/spec`.\n\n"
    )
    for title, part in PARTS:
        text += f"## {title}\n\n" + "".join(chapter(case) for case in part.CASES)
    text += "## Operations that stages may use in Ibis\n\n"
    text += "Each gives the same rows on DuckDB and Spark; a stage that uses another one fails a test.\n\n"
    text += "| operation | example | what it gives |\n|---|---|---|\n"
    for op in operations.ALLOWED:
        text += f"| `{op.name}` | {op.example} | {op.gives} |\n"
    return text
