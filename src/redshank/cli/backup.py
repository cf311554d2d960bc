"""``redshank backup`` and ``redshank restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redshank.cli.common import Settings, out, writing_to


def add(app: typer.Typer) -> None:
    @app.command(name="backup", epilog="Example: redshank --home demo/home backup redshank-2026-03-14.backup")
    def backup(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write, outside the home.")],
        keep: Annotated[
            int | None,
            typer.Option(
                metavar="DAYS",
                help="Remove this home's other backups beside FILE that are older (35 is our default).",
            ),
        ] = None,
    ) -> None:
        """Writes the whole home into one encrypted file and reads it back.

        The key is REDSHANK_KEY. Where that is not set, a key is made and written to FILE.key: keep it apart from
        the backup, for without it nobody can open the file. The database of the pages is in it, also where it is a
        PostgreSQL (REDSHANK_DATABASE_URL as for `redshank serve`).
        """
        from redshank.audit import Audit
        from redshank.backup import expire, key_for_backup, make
        from redshank.publish.saving import rows_of
        from redshank.store import Store

        Store.open(Settings.home)
        Audit(Settings.home).append("backup", f"file {file.name}", {}, purpose=Settings.purpose)
        with writing_to(file):
            key, made_file = key_for_backup(file)
            made = make(Settings.home, file, key, rows_of(Settings.home))
        out.print(
            f"{file}: {made.files} files of the home in {made.bytes:,} bytes, read back to the end",
            markup=False,
        )
        for name in [] if keep is None else expire(Settings.home, file, keep):
            Audit(Settings.home).append("backup expired", f"file {name}", {}, purpose=Settings.purpose)
            out.print(f"{name}: older than {keep} days, removed", markup=False)
        if made_file:
            out.print(f"the key lies in {made_file}: keep it elsewhere than the backup", markup=False)

    @app.command(
        name="restore", epilog="Example: redshank --home restored restore redshank-2026-03-14.backup"
    )
    def restore(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `redshank backup` wrote.")],
        key_file: Annotated[Path | None, typer.Option(help="File that holds the key.")] = None,
        drill: Annotated[
            bool,
            typer.Option("--drill", help="Only try it: restore beside the home, read everything, remove it."),
        ] = False,
    ) -> None:
        """Makes a home from a backup: into an empty or absent folder, whole and checked, or not at all.

        The database of the pages comes back into the home, or into the empty PostgreSQL that REDSHANK_DATABASE_URL
        names, whichever of the two it was saved from.
        The key is that of --key-file, else REDSHANK_KEY, else FILE.key where it lies beside the backup.
        """
        from redshank.audit import Audit
        from redshank.backup import key_for_restore
        from redshank.backup import restore as take_back
        from redshank.publish.saving import put_back

        if drill:
            _drill(file, key_file)
            return
        with writing_to(Settings.home):
            done = take_back(file, Settings.home, key_for_restore(file, key_file), put_back)
        Audit(Settings.home).append(
            "restore", f"file {file.name}", {"files": done.files}, purpose=Settings.purpose
        )
        out.print(
            f"{Settings.home}: {done.files} files back; the store is whole (state {done.manifest}), "
            f"the audit's {done.audit_entries} entries too",
            markup=False,
        )
        out.print(
            "What was erased after this backup was made is back with it: `redshank erase --again REGISTER` erases it again"
        )
        if done.rows is not None:
            out.print(f"the database of the pages: {done.rows} rows, as they were saved", markup=False)


def _drill(file: Path, key_file: Path | None) -> None:
    import os

    from redshank.audit import Audit
    from redshank.backup import drill, key_for_restore
    from redshank.publish.saving import put_back

    os.environ.pop("REDSHANK_DATABASE_URL", None)  # never into the database that is in use
    with writing_to(Settings.home.parent):
        found = drill(file, key_for_restore(file, key_file), Settings.home.absolute().parent, put_back)
    if (Settings.home / "audit").is_dir():
        Audit(Settings.home).append("backup drill", f"file {file.name}", {}, purpose=Settings.purpose)
    done = found.restored
    rows = "" if done.rows is None else f", {done.rows} rows of the pages' database"
    out.print(
        f"{file}: restored and removed again in {found.seconds:.1f} s; the store is whole (state {done.manifest}), "
        f"{found.findings} findings, {done.audit_entries} entries of the audit{rows}",
        markup=False,
    )
