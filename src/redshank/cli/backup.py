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
    ) -> None:
        """Writes the whole home into one encrypted file and reads it back.

        The key is REDSHANK_KEY. Where that is not set, a key is made and written to FILE.key: keep it apart from
        the backup, for without it nobody can open the file. A PostgreSQL database is not in it.
        """
        from redshank.audit import Audit
        from redshank.backup import key_for_backup, make
        from redshank.store import Store

        Store.open(Settings.home)
        Audit(Settings.home).append("backup", f"file {file.name}", {}, purpose=Settings.purpose)
        with writing_to(file):
            key, made_file = key_for_backup(file)
            made = make(Settings.home, file, key)
        out.print(
            f"{file}: {made.files} files of the home in {made.bytes:,} bytes, read back to the end",
            markup=False,
        )
        if made_file:
            out.print(f"the key lies in {made_file}: keep it elsewhere than the backup", markup=False)

    @app.command(
        name="restore", epilog="Example: redshank --home restored restore redshank-2026-03-14.backup"
    )
    def restore(
        file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `redshank backup` wrote.")],
        key_file: Annotated[Path | None, typer.Option(help="File that holds the key.")] = None,
    ) -> None:
        """Makes a home from a backup: into an empty or absent folder, whole and checked, or not at all.

        The key is that of --key-file, else REDSHANK_KEY, else FILE.key where it lies beside the backup.
        """
        from redshank.audit import Audit
        from redshank.backup import key_for_restore
        from redshank.backup import restore as take_back

        with writing_to(Settings.home):
            done = take_back(file, Settings.home, key_for_restore(file, key_file))
        Audit(Settings.home).append(
            "restore", f"file {file.name}", {"files": done.files}, purpose=Settings.purpose
        )
        out.print(
            f"{Settings.home}: {done.files} files back; the store is whole (state {done.manifest}), "
            f"the audit's {done.audit_entries} entries too",
            markup=False,
        )
