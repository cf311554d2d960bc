"""What one night leaves for the next: the rows of every stage, the epoch, the ledgers, and the point in time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from redshank import identity
from redshank.networks.remembered import INPUTS as GROUP_INPUTS
from redshank.store import Manifest, Store
from redshank.tables import BETWEEN, FINDINGS

#: Tables that a night hands to the next. Ledgers are input like decisions: ``--full`` keeps them.
LEDGERS = ("person_ledger", "group_ledger")
STAGE_TABLES = (
    "signals",
    "language",
    "mentions",
    "pairs",
    "person_of",
    "persons",
    "mention_links",
    "links",
    "ties",
    "group_members",
    "group_evidence",
)
ASSESSED = ("children", "lines", "places")
_CLOCK = pa.timestamp("us", tz="UTC")
#: Tables of no interest to anybody but the next night.
OWN = {
    **{name: schema for name, schema in identity.STATE.items() if name not in BETWEEN},
    "group_inputs": GROUP_INPUTS,
    "record_clocks": pa.schema([("record_key", pa.string()), ("stale_at", _CLOCK)]),
    "child_clocks": pa.schema([("person_id", pa.string()), ("stale_at", _CLOCK)]),
}


@dataclass
class State:
    """Rows of the stages as the last completed run left them; ``point`` says up to where it read."""

    tables: dict[str, pa.Table]
    epoch: dict[str, pa.Table] = field(default_factory=dict)
    point: dict[str, Any] | None = None
    versions: dict[str, str] = field(default_factory=dict)
    run: int = 0

    @classmethod
    def blank(cls) -> State:
        tables = {name: BETWEEN[name].empty() for name in (*STAGE_TABLES, *LEDGERS)}
        tables["patterns"] = BETWEEN["signals"].empty()
        tables |= {name: FINDINGS[name].empty() for name in ASSESSED}
        tables |= {name: schema.empty_table() for name, schema in OWN.items()}
        return cls(tables)

    def without_stages(self) -> State:
        """The same ledgers and epoch, nothing computed: where ``--full`` starts."""
        fresh = State.blank()
        for name in LEDGERS:
            fresh.tables[name] = self.tables[name]
        fresh.epoch = self.epoch
        fresh.run = self.run
        return fresh


def read(store: Store, prefix: str = "state") -> State:
    """The state of the last completed run, or a blank one."""
    state = State.blank()
    manifest = store.manifest
    for name in list(state.tables):
        refs = manifest.tables.get(f"{prefix}.{name}", [])
        if refs:
            state.tables[name] = store.get(refs)
    for key, refs in manifest.tables.items():
        if key.startswith(f"{prefix}.epoch."):
            state.epoch[key.removeprefix(f"{prefix}.epoch.")] = store.get(refs)
    if manifest.run:
        state.point = manifest.run["point"]
        state.versions = manifest.run["versions"]
        state.run = manifest.run["number"]
    return state


def write(store: Store, state: State, manifest: Manifest, prefix: str = "state") -> None:
    """Puts every table into the store and names it in the manifest; equal content keeps its file."""
    for name, rows in state.tables.items():
        manifest.tables[f"{prefix}.{name}"] = [store.put(f"{prefix}.{name}", rows)]
    for name, rows in state.epoch.items():
        manifest.tables[f"{prefix}.epoch.{name}"] = [store.put(f"{prefix}.epoch", rows)]
