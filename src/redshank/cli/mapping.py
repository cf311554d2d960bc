"""``redshank mapping new`` and ``redshank mapping check``: an export of unknown shape, and a mapping against an export."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from redshank.cli.common import Settings, Steps, out, print_json, writing_to
from redshank.errors import Exit, UsageError

Extract = Annotated[Path, typer.Argument(help="A file of the export, or the folder it lies in.")]
Show = Annotated[int, typer.Option("--show", min=0, max=50, help="First rows to show of each table.")]


def add(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Source mappings: how an export's columns become ours.")
    app.add_typer(group, name="mapping")

    @group.command(name="new", epilog="Example: redshank mapping new exports/tuesday --out rms.toml")
    def new(
        extract: Extract,
        to: Annotated[
            Path | None, typer.Option("--out", help="TOML file to write; else it is printed.")
        ] = None,
        like: Annotated[
            str,
            typer.Option(help="A mapping whose names and codes count as known: built in, or a TOML file."),
        ] = "standard",
        show: Show = 3,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Proposes a mapping for an export that nobody has mapped, and shows what it would load.

        It looks at names and at values, and says of each column how sure it is and why. What a person must settle stands in the
        file as a line `# TODO`. Nothing is loaded. Exit 1 where something is left to settle.
        """
        from redshank.sources import load_mapping
        from redshank.sources.guess.draft import draft, questions
        from redshank.sources.guess.tables import propose
        from redshank.sources.mapping import parse_mapping
        from redshank.sources.unknown import look

        model = load_mapping(like)
        if to is not None and to.exists():
            raise UsageError(
                f"{to} exists already.", "Name another file with --out; a mapping is never overwritten."
            )
        with Steps(quiet=as_json) as steps:
            proposal = propose(look(extract, progress=steps), model)
            name = to.stem if to is not None else extract.absolute().stem
            text = draft(proposal, name)
            found = rehearsed(extract, parse_mapping(text, f"{name}.toml"), show, steps)
        if to is not None:
            with writing_to(to):
                to.write_text(text, encoding="utf-8")
        asked = questions(text)
        if as_json:
            print_json(
                {"mapping": text, "proposed": [_guess(g) for g in proposal.tables], "questions": [asdict(q) for q in asked],
                 "left": [{"file": f.file, "why": why} for f, why in proposal.left], **asdict(found)}
            )  # fmt: skip
        else:
            if to is None:
                out.print(text, markup=False)
            report(found)
            _asked(asked, str(to) if to else "the mapping above")
            if to is not None:
                again = "settle these lines, then: " if asked else "read it, then: "
                out.print(f"· written to {to}; {again}redshank mapping check {to} {extract}", markup=False)
        if asked or found.refused:
            raise typer.Exit(int(Exit.FOUND))

    @group.command(name="check", epilog="Example: redshank mapping check rms.toml exports/wednesday")
    def check(
        file: Annotated[
            str, typer.Argument(metavar="MAPPING", help="A TOML file, or a built-in mapping's name.")
        ],
        extract: Extract,
        show: Show = 3,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Says what a mapping would make of an export. Nothing is loaded.

        Per file and column: what would be taken, what would go to quarantine and why, columns of theirs that are not used, codes
        that are not known, columns of ours without a source, and a column that was renamed with the line that mends it. Exit 1
        where the load would be refused, a column is missing, or a line of the mapping is still to settle.
        """
        from redshank.sources import load_mapping

        mapping = load_mapping(file)
        asked = open_questions(file)
        with Steps(quiet=as_json) as steps:
            found = rehearsed(extract, mapping, show, steps)
        if as_json:
            print_json({"questions": [asdict(q) for q in asked], **asdict(found)})
        else:
            report(found)
            _asked(asked, file)
        if asked or found.refused or found.missing:
            raise typer.Exit(int(Exit.FOUND))


def open_questions(mapping: str) -> list[Any]:
    """Lines of a mapping's file that a person has still to settle."""
    from redshank.sources import mapping_names
    from redshank.sources.guess.draft import questions

    own = mapping not in mapping_names() and Path(mapping).is_file()
    return questions(Path(mapping).read_text("utf-8")) if own else []


def rehearsed(extract: Path, mapping: Any, show: int, steps: Steps) -> Any:
    """A rehearsal against the home's store, where there is one."""
    from redshank.records.rehearse import rehearse
    from redshank.store import Store

    store = Store.open(Settings.home) if Settings.home.is_dir() else None
    return rehearse(extract, mapping, store, show=show, progress=steps)


def _guess(guess: Any) -> dict[str, Any]:
    return {
        "table": guess.table, "file": guess.file.file, "confidence": guess.confidence, "reason": guess.reason,
        "columns": [{"ours": p.ours, "theirs": p.theirs, "confidence": p.confidence, "reason": p.reason, "open": p.open} for p in guess.pairs],
        "constants": guess.constants, "missing": guess.missing,
    }  # fmt: skip


def report(found: Any) -> None:
    """A rehearsal in words: first what would be taken, then everything that is in the way."""
    for table, rows in found.first.items():
        for number, row in enumerate(rows):
            if not number:
                out.print(f"first rows of {table}:")
            cells = ", ".join(f"{k} {v}" for k, v in row.items() if k != "row")
            out.print(f"  {row['row']}: {cells}", markup=False)
    table = Table(
        "table",
        "file",
        "rows",
        "would be taken",
        "quarantined",
        title="What would be loaded",
        title_justify="left",
    )
    for t in found.tables:
        taken = t.taken + t.replaced + t.unchanged
        table.add_row(t.table, escape(t.file), *(f"{n:,}" for n in (t.rows, taken, t.quarantined)))
    if found.tables:
        out.print(table)
    if found.problems:
        out.print("Rows that would be listed in quarantine:")
    for p in found.problems:
        where = f"{p.file}, {p.column}" if p.column else p.file
        rows = f"{p.count:,} {'row' if p.count == 1 else 'rows'} ({', '.join(f'{n:,}' for n in p.rows)}{', …' if p.count > len(p.rows) else ''})"
        out.print(f"  {where}: {p.problem}: {rows}", markup=False)
    for line in lines(found):
        out.print(f"· {line}", markup=False)


def lines(found: Any) -> list[str]:
    """What is in the way of a load, and what it would leave, a line each."""
    said = [f"REFUSED: {r}" for r in found.refused]
    said += [missing_line(m["file"], m) for m in found.missing]
    said += [f"needed: {n}" for n in found.needed]
    for (table, column), codes in _by_column(found.codes).items():
        told = ", ".join(f'"{c.code}" ({c.count:,})' for c in codes)
        said.append(f"{table}.{column}: codes that are not known: {told}; each {codes[0].becomes}")
    said += [f"{file}: not used: {', '.join(names)}" for file, names in found.unused.items()]
    said += [f"{table}: no source for: {', '.join(names)}" for table, names in found.unmapped.items()]
    return said


def missing_line(file: str, missing: dict[str, str]) -> str:
    """One column that is not there any more, and what mends it."""
    what = f"{file} has no column {missing['theirs']}, from which {missing['ours']} of {missing['table']} is read"
    if not missing["likely"]:
        return f"{what}: it reads as not recorded"
    return f"{what}; {missing['likely']} looks like it ({missing['because']}). Mend one line of the mapping: {missing['line']}"


def _by_column(codes: list[Any]) -> dict[tuple[str, str], list[Any]]:
    out: dict[tuple[str, str], list[Any]] = {}
    for code in codes:
        out.setdefault((code.table, code.column), []).append(code)
    return out


def _asked(asked: list[Any], where: str) -> None:
    if asked:
        things = "thing is" if len(asked) == 1 else "things are"
        out.print(f"{len(asked)} {things} to settle in {where}:", markup=False)
    for q in asked:
        out.print(f"  line {q.line}: {q.text}", markup=False)
