"""``redshank audit export``, ``redshank audit checkpoint`` and ``redshank audit verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from redshank.cli.common import Settings, out, print_json, writing_to
from redshank.errors import Exit, UsageError


def add(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="The audit: who did what, when, and why; append-only.")
    app.add_typer(group, name="audit")

    @group.command(name="export", epilog="Example: redshank --home demo/home audit export audit-2026-03.log")
    def export(file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.")]) -> None:
        """Writes the whole audit as one file of which every byte is covered."""
        from redshank import audit

        _home()
        audit.Audit(Settings.home).append("export", "audit", {}, purpose=Settings.purpose)
        with writing_to(file):
            head = audit.export(Settings.home, file)
        out.print(f"{head.size} entries in {file}", markup=False)
        out.print(f"checkpoint to keep elsewhere: {head.text()}", markup=False)

    @group.command(
        name="checkpoint", epilog="Example: redshank --home demo/home audit checkpoint 2026-03-14.checkpoint"
    )
    def checkpoint(file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.")]) -> None:
        """Writes a signed checkpoint of the audit, for a partner or an inspector to keep as witness.

        Give the public key to the witness once, by another way. `redshank audit verify --signed FILE --key KEY` checks an
        export, or the home, against it: what was cut off or written anew since is found.
        """
        from redshank import audit
        from redshank.witness import sign

        _home()
        audit.Audit(Settings.home).append("checkpoint", "audit", {}, purpose=Settings.purpose)
        signed, public = sign(Settings.home)
        with writing_to(file):
            file.write_text(signed.text(), encoding="ascii")
        out.print(f"{signed.head.size} entries up to {signed.at}, signed, in {file}", markup=False)
        out.print(f"public key for the witness: {public}", markup=False)

    @group.command(name="verify", epilog="Example: redshank audit verify audit-2026-03.log")
    def verify(
        file: Annotated[
            Path | None, typer.Argument(metavar="FILE", help="An export; without it the home is checked.")
        ] = None,
        checkpoint: Annotated[
            str | None, typer.Option(help="A tree head that was kept elsewhere (SIZE:ROOT).")
        ] = None,
        signed: Annotated[
            Path | None, typer.Option(metavar="FILE", help="A signed checkpoint that was kept elsewhere.")
        ] = None,
        key: Annotated[
            str, typer.Option(help="The public key that made it, as the witness was given it.")
        ] = "",
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Checks the chain of an export alone, or of the home, and says how many entries it holds."""
        from redshank import audit

        if file is None:
            _home()
        elif not file.is_file():
            raise UsageError(
                f"{file}: there is no such file", "name an export made by `redshank audit export`"
            )
        try:
            kept = audit.Head.parse(checkpoint) if checkpoint else None
        except ValueError:
            raise UsageError(
                "--checkpoint: no tree head", "give the line that `redshank audit export` printed"
            ) from None
        forged = ""
        if signed is not None:
            kept, forged = _witnessed(signed, key)
        result = audit.verify_export(file, kept) if file else audit.verify_home(Settings.home, kept)
        result.problems.extend([forged] if forged else [])
        if as_json:
            print_json({"entries": result.entries, "problems": result.problems, "notes": result.notes})
        else:
            out.print(f"{result.entries} entries; " + ("whole" if not result.problems else "NOT whole"))
            for line in [*result.problems, *result.notes]:
                out.print(f"· {line}", markup=False)
        if result.problems:
            raise typer.Exit(int(Exit.FOUND))


def _home() -> None:
    if not Settings.home.is_dir():
        raise UsageError(
            f"{Settings.home}: there is no home here", "name one with --home, or load a delivery first"
        )


def _witnessed(path: Path, key: str) -> tuple[Any, str]:
    """The head of a signed checkpoint, and what is wrong with its signature."""
    from redshank.witness import Signed

    if not key:
        raise UsageError(
            "--signed needs --key", "give the public key that the witness was given with the first checkpoint"
        )
    try:
        found = Signed.parse(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise UsageError(
            f"{path}: no signed checkpoint", "name a file that `redshank audit checkpoint` wrote"
        ) from None
    return found.head, "" if found.holds(key) else f"{path.name}: this key did not sign it, or it was changed"
