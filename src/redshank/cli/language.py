"""``redshank language check``: a linter for words that blame a child."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import out, print_json
from redshank.errors import Exit, UsageError


def add(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="The language guide, as a linter.")
    app.add_typer(group, name="language")

    @group.command(name="check", epilog="Example: redshank language check briefing.txt")
    def check(
        files: Annotated[
            list[Path] | None, typer.Argument(help="Text files; standard input without one.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Lints text: file:line:column, phrase, reason, alternative. Exit 1 where something was found."""
        from redshank.signals import check_language

        found = []
        for name, text in _texts(files or []):
            found += [{"file": name, **hit} for hit in check_language(text)]
        if as_json:
            print_json(found)
        else:
            for hit in found:
                where = f"{hit['file']}:{hit['line']}:{hit['column']}"
                out.print(f"{where}: “{hit['phrase']}” {hit['reason']} → {hit['alternative']}", markup=False)
        if found:
            raise typer.Exit(int(Exit.FOUND))


def _texts(files: list[Path]) -> list[tuple[str, str]]:
    if not files:
        return [("-", sys.stdin.buffer.read().decode("utf-8", errors="replace"))]
    texts = []
    for path in files:
        try:
            texts.append((str(path), path.read_bytes().decode("utf-8-sig")))
        except UnicodeDecodeError as error:
            raise UsageError(
                f"{path}: byte {error.start} is no UTF-8", "save the file as UTF-8 and run again"
            ) from None
        except OSError as error:
            raise UsageError(
                f"{path}: cannot be read ({error.strerror})", "check the name and the rights"
            ) from None
    return texts
