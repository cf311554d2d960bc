"""``redshank doctor``: is everything as it should be, and what to do where it is not."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Annotated

import typer

from redshank.cli.common import Settings, out, print_json
from redshank.errors import Exit, RedshankError

NEEDS = {"duckdb": ("1.5", "2"), "ibis-framework": ("12", "13"), "splink": ("5", "6"), "sqlglot": ("0", "30")}


def _part(text: str) -> tuple[int, ...]:
    return tuple(int(x) for x in text.split(".") if x.isdigit())


def _setup() -> list[dict]:
    checks = [
        {
            "check": "Python",
            "found": ".".join(map(str, sys.version_info[:3])),
            "good": sys.version_info >= (3, 11),
            "advice": "install Python 3.11 or newer",
        }
    ]
    for name, (least, below) in NEEDS.items():
        version = metadata.version(name)
        good = _part(least) <= _part(version) < _part(below)
        checks.append({"check": name, "found": version, "good": good, "advice": "run `make setup` again"})
    return checks


def _home() -> list[dict]:
    from redshank.audit import verify_home
    from redshank.store import Store

    home = Settings.home
    if not home.is_dir():
        return [
            {
                "check": "home",
                "found": f"none at {home}",
                "good": True,
                "advice": "load a delivery to make one",
            }
        ]
    try:
        store = Store.open(home)
        problems = store.verify()
    except RedshankError as error:
        return [{"check": "store", "found": error.message, "good": False, "advice": error.advice}]
    manifest = store.manifest
    audit = verify_home(home)
    return [
        {
            "check": "store",
            "found": "; ".join(problems) or "whole",
            "good": not problems,
            "advice": "restore the last backup",
        },
        {"check": "deliveries", "found": str(len(manifest.deliveries)), "good": True, "advice": ""},
        {
            "check": "last run",
            "found": manifest.run["as_of"] if manifest.run else "none yet",
            "good": True,
            "advice": "",
        },
        {
            "check": "audit",
            "found": "; ".join(audit.problems) or f"whole, {audit.entries} entries",
            "good": not audit.problems,
            "advice": "keep the home as it is and ask the data protection officer",
        },
        *_erasures(store),
        *(_clusters(store) if not problems else []),
    ]


def _erasures(store) -> list[dict]:
    """Whether an erasure that was begun has reached every copy, where there ever was one."""
    from redshank.store import tombstones

    told = store.manifest.other.get(tombstones.NAME)
    if not told:
        return []
    left = told["unfinished"] is not None
    return [
        {
            "check": "erasures",
            "found": f"{len(told['acts'])} done"
            if not left
            else f"number {len(told['acts'])} has not reached every copy yet",
            "good": not left,
            "advice": "run `redshank erase --confirmed`: it goes on where it was stopped",
        }
    ]


def _clusters(store) -> list[dict]:
    from redshank.night import state as states

    rows = states.read(store).tables["person_of"]
    if not rows.num_rows:
        return []
    sizes = (
        rows.group_by("person_id")
        .aggregate([([], "count_all")])
        .sort_by([("count_all", "descending")])
        .slice(0, 10)
    )
    told = ", ".join(f"{r['person_id']} ({r['count_all']})" for r in sizes.to_pylist())
    return [{"check": "ten persons with most appearances", "found": told, "good": True, "advice": ""}]


def add(app: typer.Typer) -> None:
    @app.command(name="doctor", epilog="Example: redshank --home demo/home doctor")
    def doctor(as_json: Annotated[bool, typer.Option("--json", help="Report as JSON.")] = False) -> None:
        """Checks set-up, versions, store and audit; says what to do."""
        checks = _setup() + _home()
        bad = [c for c in checks if not c["good"]]
        if as_json:
            print_json(checks)
        else:
            for c in checks:
                out.print(f"{'good' if c['good'] else 'BAD '}  {c['check']}: {c['found']}", markup=False)
                if not c["good"]:
                    out.print(f"      {c['advice']}", markup=False)
        store_bad = any(c["check"] == "store" for c in bad)
        if bad:
            raise typer.Exit(int(Exit.STORE if store_bad else Exit.FOUND))
