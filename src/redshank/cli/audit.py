"""``redshank audit export``, ``checkpoint``, ``prove`` and ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redshank.cli.common import Settings, out, print_json, writing_to
from redshank.errors import Exit, UsageError

if TYPE_CHECKING:
    from redshank.witness import Signed


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

    @group.command(
        name="prove",
        epilog="Example: redshank audit prove entry-7.proof --entry 7 --signed 2026-03-14.checkpoint",
    )
    def prove(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.")],
        seq: Annotated[
            int | None,
            typer.Option("--entry", metavar="SEQ", help="Prove that this entry stands in it (from 0)."),
        ] = None,
        since: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE", help="Prove that nothing changed since this earlier signed checkpoint."
            ),
        ] = None,
        signed: Annotated[
            Path | None,
            typer.Option(metavar="FILE", help="The signed checkpoint that the inspector holds; needed."),
        ] = None,
    ) -> None:
        """Writes a proof that an inspector can check with a signed checkpoint alone, without an export.

        Of one entry, that it stands in the audit as the checkpoint counted it; or, with `--since`, that the entries of an
        earlier checkpoint are the unchanged beginning of it. `redshank audit verify PROOF --signed FILE --key KEY` checks it.
        """
        from redshank import audit

        _home()
        if signed is None or (seq is None) == (since is None):
            raise UsageError(
                "a proof needs --signed FILE and either --entry SEQ or --since FILE",
                "make the checkpoint with `redshank audit checkpoint`",
            )
        head, old = _signed(signed).head, _signed(since).head if since else None
        told = {"entry": seq, "since": old.size if old else None}
        audit.Audit(Settings.home).append("prove", "audit", told, purpose=Settings.purpose)
        text = audit.prove(audit.Audit(Settings.home), head, seq=seq, since=old)
        with writing_to(file):
            file.write_text(text, encoding="ascii")
        out.print(f"proof in {file}, to the checkpoint of {head.size} entries", markup=False)

    @group.command(name="verify", epilog="Example: redshank audit verify audit-2026-03.log")
    def verify(
        file: Annotated[
            Path | None,
            typer.Argument(metavar="FILE", help="An export or a proof; without it the home is checked."),
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
        since: Annotated[
            Path | None,
            typer.Option(
                metavar="FILE", help="For a proof: the earlier signed checkpoint, made by the same key."
            ),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False,
    ) -> None:
        """Checks the chain of an export alone, a proof, or the home, and says how many entries it holds."""
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
        old, false = _witnessed(since, key) if since else (None, "")
        if file and audit.is_proof(file):
            result = audit.verify_proof(file, kept, old)
        elif since:
            raise UsageError("--since goes with a proof", "name a file that `redshank audit prove` wrote")
        else:
            result = audit.verify_export(file, kept) if file else audit.verify_home(Settings.home, kept)
        result.problems.extend(f for f in (forged, false) if f)
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
    if not key:
        raise UsageError(
            "--signed needs --key", "give the public key that the witness was given with the first checkpoint"
        )
    found = _signed(path)
    return found.head, "" if found.holds(key) else f"{path.name}: this key did not sign it, or it was changed"


def _signed(path: Path) -> Signed:
    from redshank.witness import Signed

    try:
        return Signed.parse(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise UsageError(
            f"{path}: no signed checkpoint", "name a file that `redshank audit checkpoint` wrote"
        ) from None
