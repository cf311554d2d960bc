"""``redshank product``: a product as a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, out, print_json, writing_to
from redshank.errors import UsageError


def add(app: typer.Typer) -> None:
    @app.command(
        epilog="Example: redshank --home demo/home product problem-profile --format docx --out profile.docx"
    )
    def product(
        name: Annotated[
            str,
            typer.Argument(
                metavar="[NAME]", help="Which, or `all` of them into a folder; without it, all are listed."
            ),
        ] = "",
        period: Annotated[
            str, typer.Option(help="FIRST..LAST, each as 2026-03-14; or a financial year as 2025-26.")
        ] = "",
        edition: Annotated[str, typer.Option(help="internal, partner or public.")] = "internal",
        form: Annotated[str, typer.Option("--format", help="docx, pdf, html, csv or xlsx.")] = "docx",
        district: Annotated[str, typer.Option(help="Of a product about one district.")] = "",
        requirement: Annotated[
            str,
            typer.Option(
                help="Of the annual return: which one, such as adr149 or cocad; without it the one that the year asks for."
            ),
        ] = "",
        to: Annotated[
            Path | None,
            typer.Option("--out", help="Where to write; - for standard output; of `all`, the folder."),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="List, or report, as JSON.")] = False,
    ) -> None:
        """Writes a product from what was found and decided, with an analyst's sight and without handling C. It is a draft: nobody has reviewed or signed it."""
        from redshank.audit import Audit
        from redshank.publish import products

        home = Path(Settings.home).absolute()
        if not name:
            told = products.listed(home)
            if as_json:
                print_json(told)
                return
            for p in told:
                out.print(
                    f"{p['name']:24} {p['title']}; editions {', '.join(p['editions'])}; formats {', '.join(p['formats'])}",
                    markup=False,
                )
            return
        if name == "all":
            _every(home, products.every(home, form, parsed(period), edition, district), to, edition, as_json)
            return
        data = products.written(home, name, form, parsed(period), edition, district, requirement)
        Audit(home).append("product", name, {"edition": edition, "format": form}, purpose=Settings.purpose)
        if to == Path("-"):
            sys.stdout.buffer.write(data)
            return
        path = to or Path(f"{name}.{form}")
        with writing_to(path):
            path.write_bytes(data)
            path.chmod(0o600)
        if as_json:
            print_json(
                {"product": name, "edition": edition, "format": form, "file": str(path), "bytes": len(data)}
            )
        else:
            out.print(f"Written: {path} ({len(data):,} bytes).", markup=False)


def _every(
    home: Path, made: Iterator[tuple[str, str, bytes, str]], to: Path | None, edition: str, as_json: bool
) -> None:
    """Writes each into the folder; says of what is not written why."""
    from redshank.audit import Audit

    if to == Path("-"):
        raise UsageError("--out -: several files are no one output", "name a folder")
    folder = to or Path("products")
    told: list[dict[str, object]] = []
    with writing_to(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, file, data, why in made:
        path = folder / file
        told.append({"product": name, "file": "" if why else str(path), "why_not": why})
        if why:
            continue
        Audit(home).append("product", name, {"edition": edition, "file": file}, purpose=Settings.purpose)
        with writing_to(path):
            path.write_bytes(data)
            path.chmod(0o600)
    if as_json:
        print_json(told)
        return
    for t in told:
        out.print(f"{t['product']:24} {t['file'] or 'not written: ' + str(t['why_not'])}", markup=False)


def parsed(text: str) -> tuple[date | None, date | None]:
    """
    >>> parsed("2025-26")
    (datetime.date(2025, 4, 1), datetime.date(2026, 3, 31))
    """
    if not text:
        return None, None
    try:
        if ".." in text:
            first, last = (date.fromisoformat(part.strip()) for part in text.split("..", 1))
            return first, last
        year, next_year = text.split("-")
        if len(year) == 4 and len(next_year) == 2 and int(next_year) == (int(year) + 1) % 100:
            return date(int(year), 4, 1), date(int(year) + 1, 3, 31)
    except ValueError:
        pass
    raise UsageError(
        f"--period {text}: no period", "write FIRST..LAST, each as 2026-03-14, or a financial year as 2025-26"
    )
