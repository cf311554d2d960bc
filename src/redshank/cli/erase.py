"""``redshank erase``: records leave every copy, and a tombstone stays."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from redshank.cli.common import Settings, Steps, err, out, print_json, without_cycles, writing_to
from redshank.errors import DeliveryRefused, Exit, UsageError


def add(app: typer.Typer) -> None:
    @app.command(
        name="erase",
        epilog="Example: redshank --home demo/home erase crimes C0001 --reason 'Data Protection Act 2018 s.47, case 12' --by 'A. Keeper'",
    )
    def erase(
        record: Annotated[list[str] | None, typer.Argument(metavar="RECORD_TYPE RECORD_REF …", help="A record's table and one or more references in it.")] = None,
        reason: Annotated[str, typer.Option(help="Why, without names: it stays with the tombstone.")] = "",
        by: Annotated[str, typer.Option(metavar="NAME", help="Who asks for it.")] = "",
        second: Annotated[str, typer.Option(metavar="NAME", help="Who confirmed it, where somebody did.")] = "",
        file: Annotated[Path | None, typer.Option(metavar="CSV", help="Records, with the columns record_type and record_ref.")] = None,
        confirmed: Annotated[bool, typer.Option("--confirmed", help="Do what two people confirmed on the pages, and what was left undone.")] = False,
        register: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the register of all erasures: to be kept apart from the backups.")] = None,
        again: Annotated[Path | None, typer.Option(metavar="REGISTER", help="After a restore: erase again what the register names.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="The certificate as JSON.")] = False,
    ) -> None:  # fmt: skip
        """Erases records from the store, the findings, the pages and their search, and writes a certificate.

        What a preservation notice covers is refused (exit code 12). Everything is read again, with new statistics: it takes as
        long as `redshank night --full`. Interrupted, the same command goes on.
        """
        without_cycles()
        from redshank.erasure import Asked
        from redshank.publish import erasing
        from redshank.store import Store

        keys = _keys(record or [], file)
        alone = [x is not None for x in (register, again)]
        if any(alone) and (all(alone) or keys or confirmed or reason):
            raise UsageError("--register and --again each stand alone", "leave the records, --reason and --confirmed away")  # fmt: skip
        if register is not None:
            _write_register(register)
            return
        if again is not None and not by.strip():
            raise UsageError("--again without --by", "say who asks for it")
        if confirmed and (keys or reason or by):
            raise UsageError("--confirmed does what stands on the pages", "leave the record, --reason and --by away")  # fmt: skip
        if not confirmed and not keys and again is None:
            raise UsageError("nothing is named that should be erased", "give a record's type and reference, --file, or --confirmed")  # fmt: skip
        store = Store.open(Settings.home)
        acts: list[dict[str, Any]] = []
        with Steps(quiet=as_json) as steps, store.writing():
            if again is not None:
                acts = [told] if (told := erasing.again(store, _read_register(again), by=by, purpose=Settings.purpose, progress=steps)) else []  # fmt: skip
            elif confirmed:
                acts = erasing.confirmed(store, Settings.purpose, steps)
            elif told := erasing.erase(store, Asked(keys, reason, by, second), purpose=Settings.purpose, progress=steps):  # fmt: skip
                acts = [told]
        if as_json:
            print_json(acts)
        elif not acts:
            out.print(
                "Nothing was waiting." if confirmed
                else "Nothing of it is here; what is delivered again will not be taken." if again
                else "All of it was erased before: nothing to do."
            )  # fmt: skip
        for act in acts if not as_json else ():
            _tell(act)
        if any(a["elsewhere"]["files"] and "run the command again" in a["elsewhere"]["files"] for a in acts):
            raise typer.Exit(int(Exit.FOUND))


def _write_register(file: Path) -> None:
    from redshank.audit import Audit
    from redshank.store import Store, tombstones
    from redshank.store.files import write_whole

    told = tombstones.register(Store.open(Settings.home).manifest)
    Audit(Settings.home).append("register of erasures", f"file {file.name}", {}, purpose=Settings.purpose)
    with writing_to(file):
        write_whole(file, (json.dumps(told, indent=1, sort_keys=True) + "\n").encode())
        file.chmod(0o600)
    number = sum(len(one["marks"]) for one in told["lists"])
    out.print(
        f"{file}: {number} erased {'record' if number == 1 else 'records'}, none by name. Keep it apart from the backups",
        markup=False,
    )


def _read_register(file: Path) -> list[dict[str, Any]]:
    from redshank.store import tombstones

    try:
        return tombstones.lists_in(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise DeliveryRefused(f"{file.name}: cannot be used: {error}", "give a file that `redshank erase --register FILE` wrote") from error  # fmt: skip


def _keys(record: list[str], file: Path | None) -> tuple[str, ...]:
    from redshank.tables.extracts import RECORD_TABLES

    pairs = []
    if record:
        if len(record) < 2:
            raise UsageError(f"{record[0]}: no reference follows", "give the record's type and its reference, e.g. crimes C0001")  # fmt: skip
        pairs = [(record[0], ref) for ref in record[1:]]
    if file is not None:
        pairs += _of_file(file)
    for kind, _ in pairs:
        if kind not in RECORD_TABLES:
            raise UsageError(f"{kind}: there is no such table of records", f"choose one of {', '.join(RECORD_TABLES)}")  # fmt: skip
    return tuple(dict.fromkeys(f"{kind}:{ref}" for kind, ref in pairs))


def _of_file(file: Path) -> list[tuple[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DeliveryRefused(f"{file.name}: cannot be read as CSV", "save it as UTF-8 with a header") from error  # fmt: skip
    out_of = []
    for number, row in enumerate(rows, 1):
        kind, ref = ((row.get(n) or "").strip() for n in ("record_type", "record_ref"))
        if not kind or not ref:
            raise DeliveryRefused(f"{file.name}, row {number}: record_type or record_ref is empty", "name each record by both")  # fmt: skip
        out_of.append((kind, ref))
    return out_of


def _tell(act: dict[str, Any]) -> None:
    told = act["elsewhere"]
    records = ", ".join(f"{n} of {kind}" for kind, n in act["records"].items())
    out.print(f"Erased: {records}. Tombstones: {', '.join(act['tombstones'])}.", markup=False)
    out.print(
        "· the store: " + ", ".join(f"{place.replace('_', ' ')} {n}" for place, n in act["told"].items()),
        markup=False,
    )
    database = told["database"]
    out.print(
        f"· the pages' database: {sum(database['removed'].values())} rows removed, {sum(database['replaced'].values())} columns replaced by a placeholder",
        markup=False,
    )
    out.print(f"· the audit: {told['salts']} salts forgotten", markup=False)
    if told["audit"]:
        err.print(f"· {len(told['audit'])} entries of the audit hold words that somebody typed; the log is never rewritten")  # fmt: skip
    if database["left"]:
        err.print(f"· {len(database['left'])} texts that people wrote hold something of it and stay: the certificate says where, a person looks at them")  # fmt: skip
    if told["files"]:
        err.print(f"· not yet: {told['files']}", markup=False)
    backups = told["backups"]
    out.print(
        f"· backups made until {backups['made_until']} hold it until they are removed: by {backups['gone_by']}, where they are made with "
        f"`redshank backup --keep {backups['days']}`",
        markup=False,
    )
    out.print(f"The certificate: certificates/erasure-{act['number']:04d}.json in the home", markup=False)
