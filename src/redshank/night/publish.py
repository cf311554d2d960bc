"""A completed run's findings: built from the state, stored beside it, named by the manifest."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from redshank import findings
from redshank.errors import UsageError
from redshank.night.state import State
from redshank.store import Manifest, Store
from redshank.tables import BETWEEN, FINDINGS


def build(view: dict[str, pa.Table], state: State, quarantine: pa.Table) -> dict[str, pa.Table]:
    """Findings tables of a state, in the contract's columns and in a total order."""
    t = state.tables
    return {
        "signals": findings.ordered(
            "signals", pa.concat_tables([t["signals"], _without_text(t["patterns"])])
        ),
        "language": findings.ordered("language", t["language"]),
        "people": findings.people(view["appearances"], t["person_of"]),
        "groups": findings.groups(t["group_members"]),
        "group_evidence": findings.ordered("group_evidence", t["group_evidence"]),
        "children": findings.ordered("children", t["children"]),
        "lines": findings.ordered("lines", t["lines"]),
        "places": findings.ordered("places", t["places"]),
        "quarantine": findings.ordered("quarantine", quarantine),
    }


def _without_text(patterns: pa.Table) -> pa.Table:
    """A pattern stands in no text: what it found in words is for `explain`; the contract's ``text`` is empty."""
    at = patterns.schema.get_field_index("text")
    return patterns.set_column(at, patterns.schema.field(at), pa.array([""] * len(patterns), pa.string()))


def quarantined(store: Store) -> pa.Table:
    """Every row of every delivery that could not be taken."""
    return store.area("quarantine", schema=BETWEEN["quarantine"].schema)


def name_in(manifest: Manifest, store: Store, tables: dict[str, pa.Table], prefix: str = "findings") -> None:
    for name, rows in tables.items():
        manifest.tables[f"{prefix}.{name}"] = [store.put("findings", rows)]


def published(store: Store, run: str | None = None) -> tuple[dict[str, pa.Table], dict[str, Any] | None]:
    """Findings of the last completed run (or of a replay by name) and what is known of that run; headers
    alone and None before any night. :class:`UsageError` for a run that does not exist."""
    manifest = store.manifest
    replays = manifest.other.get("replays", {})
    if run is not None and run not in replays:
        known = ", ".join(sorted(replays)) or "none yet"
        raise UsageError(f"--run {run}: there is no such run", f"replays kept here: {known}")
    prefix = run or "findings"
    about = replays[run] if run else manifest.run
    if about is None:
        return findings.empty(), None
    tables = {
        name: store.get(manifest.tables[f"{prefix}.{name}"]).cast(t.schema) for name, t in FINDINGS.items()
    }
    return tables, about
