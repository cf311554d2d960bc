"""Night after night from a date, each seeing only its past: what would have been proposed, and when.

In one process, starting from empty findings and ids, kept apart from the current run.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any

from redshank import records
from redshank.audit import Audit
from redshank.errors import UsageError
from redshank.night import judgements, pipeline, publish
from redshank.night.run import epoch_is_old, make_engine, point_of
from redshank.night.state import State
from redshank.night.steps import Work
from redshank.signals import lexicons
from redshank.store import Store


def _nights(start: datetime, end: datetime, every: int) -> list[datetime]:
    out = []
    at = start
    while at < end:
        out.append(at)
        at += timedelta(days=every)
    return [*out, end]


def replay(
    store: Store,
    start: datetime,
    *,
    every: int = 1,
    engine: str = "duckdb",
    purpose: str = "",
    progress: pipeline.Progress,
) -> dict[str, Any]:
    """Runs the nights from ``start`` to the last record and keeps the last one's findings as ``replay-N``;
    ``detected_on`` of each group is the night that first proposed it."""
    end = records.last_record_time(store, None)
    if end is None:
        raise UsageError("nothing was loaded yet", "load a delivery first: redshank load DELIVERY")
    if start > end:
        raise UsageError(
            "--replay starts after the last record", f"the last record is of {end.date().isoformat()}"
        )
    nights = _nights(start, end, every)
    lexicons.use(store.home)
    state = State.blank()
    rows = judgements.read(store)
    machine = make_engine(engine)
    since: dict[str, Any] | None = None
    frozen_at = 0
    view: dict[str, Any] = {}
    for number, as_of in enumerate(nights, 1):
        progress("replay", number, len(nights))
        point = point_of(store, as_of)
        view = records.current(store, as_of=as_of)
        appearances = view["appearances"].num_rows
        earlier = dict(state.tables)
        if epoch_is_old(frozen_at, appearances):
            # As the nights would have done: the statistics are renewed, and everything is computed again.
            state, since, frozen_at = state.without_stages(), None, appearances
            state.epoch = {}
        changed = records.changed_keys(store, since, point)
        work = Work(
            view=view,
            changed=changed,
            state=state,
            as_of=as_of,
            run_no=number,
            judgements=judgements.standing(rows, as_of),
            engine=machine,
            full=since is None,
            earlier=earlier,
        )
        pipeline.advance(work, lambda step, done, total: None)
        since = point
    manifest = dataclasses.replace(
        store.manifest, tables=dict(store.manifest.tables), other=dict(store.manifest.other)
    )
    kept = dict(manifest.other.get("replays", {}))
    name = f"replay-{len(kept) + 1}"
    publish.name_in(manifest, store, publish.build(view, state, publish.quarantined(store)), name)
    groups = len(set(state.tables["group_members"]["group_id"].to_pylist()))
    kept[name] = {
        "from": start.isoformat(),
        "to": end.isoformat(),
        "every": every,
        "nights": len(nights),
        "groups": groups,
    }
    manifest.other["replays"] = kept
    store.commit(manifest)
    Audit(store.home).append("replay", name, {"nights": len(nights), "every": every}, purpose=purpose)
    return {"name": name, **kept[name]}
