"""Runs in its own process: a home with pages prepared, marked in every table, erased, and looked through.

Usage: everywhere.py FOLDER. Two nights are published; then each table of the database gets rows in which every column that has
room holds a mark, and what is searched for is put where people's sessions and decisions leave it. Prints one JSON document.
"""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path
from typing import Any

from redshank import erasure, night, records
from redshank.audit import Audit, verify_home
from redshank.errors import NotPermitted
from redshank.store import Store, tombstones
from tests.erasure import force
from tests.web import village

KEY = force.MARKED
#: What the machine keeps of a record: its key alone, in a list, as a key of a dict, with its words, and words alone.
SNAPSHOT = {
    "records": [KEY, "crimes:C-99"], "opened": {KEY: "2026-06-01"}, "record": {"key": KEY, "headline": "Burglary", "at": "2026-04-12"},
    "rows": [["a", "Zebedee QUILLBRANT (54)"], ["b", "Cara WRENFIELD"]], "inner": json.dumps({"text": "Snorvelwick: a shed was broken into"}),
    "kept": "said by nobody", "car": "seen: QX07 ZRB",
}  # fmt: skip
WRITTEN = "I spoke to Zebedee Quillbrant about it."


def pages(home: Path) -> None:
    """Accounts, and a row of every table with a mark in every column that has room."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection

    from redshank.web.erasure.places import tables

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("PRAGMA ignore_check_constraints = ON")  # rows as no form makes them
    for model in tables():
        label = model._meta.label
        if label.split(".")[0] in ("auth", "contenttypes", "sessions", "heads", "erasure") or label == "worklist.Rule":  # fmt: skip
            continue
        if not model._default_manager.filter(pk=1).exists():
            model._default_manager.bulk_create([model(**filled(model))])
        else:
            values = {k: v for k, v in filled(model).items() if k not in ("id", "once", "username", "role")}
            model._default_manager.filter(pk=1).update(**values)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA foreign_key_check")
        broken = {row[0] for row in cursor.fetchall()}
    assert broken == set(), broken
    session = SessionStore()
    session["find"] = "quillbrant"
    session.create()


def filled(model: Any) -> dict[str, Any]:
    """Values of one row: references to row 1, marks in text, plain values else."""
    from datetime import UTC, date, datetime

    from django.db import models

    from redshank.web.erasure.places import has_room, kind_of

    out: dict[str, Any] = {}
    for f in model._meta.concrete_fields:
        kind = kind_of(model, f.name)
        if f.primary_key:
            out[f.attname] = 1
        elif f.is_relation:
            target = f.related_model._meta.label
            out[f.attname] = None if f.null and target in (model._meta.label, "worklist.Act") else 1
        elif isinstance(f, models.BinaryField):
            out[f.name] = zlib.compress(json.dumps({"keys": [KEY], "figures": [SNAPSHOT]}).encode())
        elif isinstance(f, models.TextField | models.CharField) and has_room(f) and kind in ("copied", "folded", "written"):  # fmt: skip
            out[f.name] = _text(f, kind)[: f.max_length]
        elif isinstance(f, models.JSONField | models.TextField | models.CharField):
            out[f.name] = f.choices[0][0] if f.choices else f.get_default() or f"x{f.name}"[: f.max_length]
        elif isinstance(f, models.DateTimeField):
            out[f.name] = None if f.null else datetime(2026, 6, 1, tzinfo=UTC)
        elif isinstance(f, models.DateField):
            out[f.name] = None if f.null else date(2026, 6, 1)
        elif isinstance(f, models.GenericIPAddressField):
            out[f.name] = "127.0.0.1"
        elif f.has_default():
            out[f.name] = f.get_default()
        else:
            out[f.name] = None if f.null else 1
    return out


def _text(f: Any, kind: str) -> str:
    from django.db import models

    if kind == "written":
        return WRITTEN
    if kind == "folded":
        return " cara qx77 zorb zebedee quillbrant said by nobody "
    if f.name.endswith(("ident", "_id", "_key", "_ref", "a_record", "b_record")):
        return KEY
    if isinstance(f, models.CharField):
        return "crime QX77-ZORB, Zebedee QUILLBRANT"
    return json.dumps(SNAPSHOT)


def told_in_rows() -> list[str]:
    """Every column of every row of the database that holds a mark: "table 1 column"."""
    from django.db import connection

    out = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [c[0] for c in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, bytes | memoryview) and not table.endswith(("_data", "_docsize", "_idx")):  # fmt: skip
                        value = zlib.decompress(bytes(value)).decode()
                    if any(t.lower() in str(value).lower() for t in force.TELLTALES):
                        out.append(f"{table} {row[0]} {name}")
    return out


def main() -> None:
    folder = Path(sys.argv[1])
    home = folder / "home"
    from redshank.publish import erasing, prepare

    def night_of(delivery: Path) -> None:
        store = Store.open(home, create=True)
        records.load(store, delivery)
        with store.writing():
            night.run(store)
        prepare(home)

    night_of(force.first(folder / "first"))
    night_of(village.second(folder / "second"))
    from redshank.web.accounts.models import User
    from redshank.web.products.models import Product
    from redshank.web.retention.models import Notice

    User.objects.make("keeper", "P. Keeper", "auditor", "a long pass phrase of nobody 7")
    Audit(home).append("explain", "record", {}, personal={"id": KEY})
    told: dict[str, Any] = {}
    store = Store.open(home)
    asked = erasure.Asked(force.KEYS, "The court ordered it.", "P. Keeper", "S. Lead")
    try:
        erasing.erase(store, asked)
    except NotPermitted as reason:
        told["refused"] = reason.message
    told["after_refusal"] = [store.manifest.number, Store.open(home).manifest.number]
    Notice.objects.filter(kind="standing").update(state="lifted", proposed_by=1, lifted_by=User.objects.create(username="lead").pk)  # fmt: skip
    told["search"] = _search()
    pages(home)
    Product.objects.filter(pk=1).update(checksum="0" * 64)
    Notice.objects.filter(state="in_force").update(
        state="lifted", proposed_by=1, lifted_by=2, kind="other", by=1
    )
    told["before"] = {"rows": told_in_rows(), "files": force.told_in_files(home)}
    whole, erasing._forget = (
        erasing._forget,
        _stopped,
    )  # a kill when the store is done and the pages are half done
    try:
        erasing.erase(store, asked)
    except KeyboardInterrupt:
        told["stopped"] = bool(erasure.unfinished(Store.open(home)))
    erasing._forget = whole
    told["search"] = {"before": told["search"], "stopped": _search()}
    (folder / "asked.csv").write_text("record_type,record_ref\ncrimes,QX77-ZORB\nincidents,QX78-ZORB\n", encoding="utf-8")  # fmt: skip
    said = ["--file", str(folder / "asked.csv"), "--reason", asked.why, "--by", asked.by]
    told["command"] = command(home, "erase", *said)
    (act,) = tombstones.of(Store.open(home).manifest)["acts"]
    told["act"] = act
    told["left"] = sorted(_place(e) for e in act["elsewhere"]["database"]["left"])
    told["rows"] = told_in_rows()
    # The database's own file holds what people wrote, and these words alone.
    written = tuple(f"web/redshank.sqlite3: {t}" for t in force.TELLTALES if t in WRITTEN)
    told["files"] = [f for f in force.told_in_files(home) if f not in written]
    told["problems"] = store.verify() + verify_home(home).problems
    told["salts"] = Audit(home).find("id", KEY)
    told["again"] = command(home, "erase", *said)
    told["product"] = [Product.objects.get(pk=1).checksum, _sum(Product.objects.get(pk=1))]
    told["snapshot"] = _snapshot()
    told["heads"] = _heads(home)
    told["search"]["after"] = _search()
    # What the database holds without the texts that people wrote: nothing is left in its free pages or journal.
    told["bytes"] = _bytes(home, act)
    told["night"] = _two_confirmed(home)
    sys.stdout.write(json.dumps(told, default=str) + "\n")


def command(home: Path, *words: str) -> dict[str, Any]:
    """A command as somebody types it: its exit code and what it says."""
    from redshank.cli import main
    from redshank.cli.common import err, out

    with out.capture() as said, err.capture() as wrong:
        try:
            main(["--home", str(home), *words])
        except SystemExit as end:
            code = end.code
    return {"code": code, "said": said.get() + wrong.get()}


def _two_confirmed(home: Path) -> dict[str, Any]:
    """What two people confirmed on the pages is done by the night, and stopped where a notice came to cover it."""
    from redshank.web.accounts.models import User
    from redshank.web.erasure import acts
    from redshank.web.erasure.models import Erasure
    from redshank.web.retention.models import Notice

    User.objects.filter(username="keeper").update(name="P. Keeper")  # its name was a marked one
    first, second = User.objects.get(username="keeper"), User.objects.make("keeper-2", "S. Second", "auditor", "a long pass phrase of nobody 8")  # fmt: skip
    numbers = []
    for key in ("crimes:C-99", "crimes:C-8"):
        one = acts.propose(first, key, "A court ordered it.", key)
        acts.decide(second, one.pk, "confirmed", "It did.", f"{key}2", 1)
        numbers.append(one.pk)
    Notice(kind="other", title="One record", covers="record", record_key="crimes:C-8", authority="x", why="y", since="2026-01-01", by=first, once="n").save(force_insert=True)  # fmt: skip
    ran = command(home, "night")
    rows = {e.pk: e for e in Erasure.objects.filter(pk__in=numbers)}
    done, stopped = (rows[n] for n in numbers)
    held = records.current(Store.open(home))["records"]["record_key"].to_pylist()
    return {
        "code": ran["code"], "said": ran["said"], "states": [done.state, stopped.state], "key": done.record_key, "held": sorted(k for k in held if k in ("crimes:C-99", "crimes:C-8")),
        "why": stopped.steps.last().why, "act": tombstones.of(Store.open(home).manifest)["acts"][-1],
    }  # fmt: skip


def _stopped(*_: Any) -> int:
    raise KeyboardInterrupt


def _place(left: dict[str, Any]) -> str:
    from django.apps import apps

    field = apps.get_model(left["where"])._meta
    return f"{field.db_table} {left['number']} {field.get_field(left['column']).column}"


def _sum(product: Any) -> str:
    from redshank.web.products.acts import sum_of

    return sum_of(product)


def _snapshot() -> Any:
    from redshank.web.flags.models import Act

    return json.loads(Act.objects.get(pk=1).shown)


def _heads(home: Path) -> dict[str, int]:
    """Rows of the two nights before that still stand in the database as ended, and the night that is shown."""
    from redshank.web.erasure.places import heads
    from redshank.web.heads.models import Publication, Record

    return {
        "run": Publication.objects.get(pk=1).current_run, "store": Store.open(home).manifest.run["number"],
        "ended": sum(m.objects.filter(valid_to__isnull=False).count() for m in heads()), "records": Record.objects.filter(valid_to__isnull=True).count(),
    }  # fmt: skip


def _search() -> dict[str, int]:
    from redshank.web.searching.engine import Word, matching
    from redshank.web.searching.models import Named, Told

    return {
        "gone": matching(Named.objects.all(), [[Word("nquillbrant")]]).count() + matching(Told.objects.all(), [[Word("brimblethatch")]]).count(),
        "there": matching(Named.objects.all(), [[Word("nwrenfield")]]).count(),
    }  # fmt: skip


def _bytes(home: Path, act: dict[str, Any]) -> list[str]:
    """Marks in the database's files once the texts that the certificate lists are taken out by hand."""
    from django.apps import apps

    from redshank.web.erasure.compacting import compact

    for left in act["elsewhere"]["database"]["left"]:
        model: Any = apps.get_model(left["where"])
        model._default_manager.filter(pk=left["number"]).update(**{left["column"]: "-"})
    before = compact()
    return [f for f in force.told_in_files(home / "web")] + ([before] if before else [])


if __name__ == "__main__":
    main()
