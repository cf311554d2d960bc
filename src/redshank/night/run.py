"""One night, from the store and back to it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank import assessment, identity, networks, records, signals
from redshank.audit import Audit
from redshank.engine import Engine, duckdb_engine, spark_engine
from redshank.errors import UsageError
from redshank.night import judgements, pipeline, publish, summary
from redshank.night import state as states
from redshank.night.steps import Work
from redshank.signals import lexicons
from redshank.signals.ready import added
from redshank.stage import Counts
from redshank.store import Store

#: An epoch is renewed by itself when the appearances have grown by this share since it was frozen.
EPOCH_GROWTH_PERCENT = 20
STAGES = (records, signals, identity, networks, assessment)

Progress = pipeline.Progress


def make_engine(name: str) -> Engine:
    return spark_engine() if name == "spark" else duckdb_engine()


def versions() -> dict[str, str]:
    """The version of each stage and of its data (rules, weights, models); a changed one makes the next night
    compute everything again, so that no finding of an older rule stands beside one of a newer."""
    found = {m.STAGE.name: f"{m.STAGE.version}+{_data_digest(m)}" for m in STAGES}
    found["signals"] = "+".join([found["signals"], *(lexicon.said for lexicon in added())])
    return found


def _data_digest(module: ModuleType) -> str:
    folder = Path(str(module.__file__)).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.toml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:10]


def point_of(store: Store, as_of: datetime | None) -> dict[str, Any]:
    """Up to where a night reads: deliveries, as-of, and the judgements it honours."""
    deliveries = [d["number"] for d in store.manifest.deliveries]
    stamp = as_of.astimezone(UTC).isoformat() if as_of else None
    return {
        "delivery_no": max(deliveries, default=0),
        "as_of": stamp,
        "judgements": store.manifest.tables.get(judgements.AREA, []),
    }


def _needs_full(state: states.State, point: dict, stage_versions: dict, asked: bool) -> str:
    """Why everything must be computed again, or nothing."""
    if asked:
        return "asked for"
    if state.point is None:
        return "the first night"
    if state.versions != stage_versions:
        return "a stage's version changed"
    before, now = state.point["as_of"], point["as_of"]
    if now is not None and (before is None or now < before):
        return "an earlier as-of than the last run's"
    if state.point["judgements"] != point["judgements"]:
        return "judgements changed"
    return ""


def epoch_is_old(frozen_at: int, appearances: int) -> bool:
    """Whether the appearances have outgrown the frozen statistics."""
    return appearances * 100 > frozen_at * (100 + EPOCH_GROWTH_PERCENT)


def run(
    store: Store,
    *,
    as_of: datetime | None = None,
    full: bool = False,
    new_epoch: bool = False,
    engine: str = "duckdb",
    purpose: str = "",
    progress: Progress = lambda step, done, total: None,
    begins: Callable[[bool], None] = lambda full: None,
    keeping: Callable[[states.State], None] = lambda state: None,
) -> dict[str, Any]:
    """Runs one night and commits it; with nothing new it makes no run. Returns the report of ``--json``.
    ``begins`` is called once before the first stage with whether everything is computed again, ``keeping`` with what
    the night leaves for the next before that is written (an erasure looks at it once more)."""
    if not store.manifest.deliveries:
        raise UsageError("nothing was loaded yet", "load a delivery first: redshank load DELIVERY")
    lexicons.use(store.home)
    state = states.read(store)
    point, stage_versions = point_of(store, as_of), versions()
    why_full = _needs_full(state, point, stage_versions, full)
    if not why_full and _same(state.point, point):
        return _last(store) | {"nothing_new": True}
    stamp = as_of or records.last_record_time(store, None) or datetime(1970, 1, 1, tzinfo=UTC)
    if not why_full and store.manifest.run and stamp < datetime.fromisoformat(store.manifest.run["as_of"]):
        why_full = (
            "the last run looked from a later day"  # an --as-of beyond the last record: ages go back, too
        )
    view = records.current(store, as_of=as_of)
    other_model = state.versions.get("identity") != stage_versions["identity"]
    frozen_at = state.point["epoch_appearances"] if state.point else 0
    epoch_renewed = new_epoch or other_model or epoch_is_old(frozen_at, view["appearances"].num_rows)
    if epoch_renewed and not why_full:
        why_full = f"the epoch is renewed: {EPOCH_GROWTH_PERCENT} % more appearances than when it was frozen"
    before = dict(state.tables)
    since = None if why_full else state.point
    if why_full:
        state = state.without_stages()
        if epoch_renewed:
            state.epoch = {}
    changed = records.changed_keys(store, since, point)
    run_no = (store.manifest.run or {}).get("number", 0) + 1
    work = Work(
        view=view,
        changed=changed,
        state=state,
        as_of=stamp,
        run_no=run_no,
        judgements=judgements.standing(judgements.read(store), as_of),
        engine=make_engine(engine),
        full=bool(why_full),
        earlier=before,
    )
    begins(work.full)
    outcome = pipeline.advance(work, progress)
    quarantined = publish.quarantined(store)
    after = work.tables
    told = summary.build(
        before=before,
        after=after,
        quarantine=_brought_since(store, quarantined),
        cannot_wait=work.cannot_wait,
        rising=work.rising,
        as_of=stamp,
        touched=changed,
        view=view,
    )
    point["epoch_appearances"] = view["appearances"].num_rows if epoch_renewed else frozen_at
    report = {
        "run": run_no,
        "nothing_new": False,
        "as_of": stamp.isoformat(),
        "engine": engine,
        "full": why_full,
        "stages": {n: c.as_dict() | {"seconds": outcome.seconds[n]} for n, c in outcome.counts.items()},
        "rows": {name: rows.num_rows for name, rows in view.items()},
        "summary": told,
    }
    manifest = dataclasses.replace(
        store.manifest, tables=dict(store.manifest.tables), runs=list(store.manifest.runs)
    )
    keeping(state)
    states.write(store, state, manifest)
    publish.name_in(manifest, store, publish.build(view, state, quarantined))
    manifest.run = {
        "number": run_no,
        "point": point,
        "versions": stage_versions,
        "as_of": stamp.isoformat(),
        "report": _keep(store, report),
    }
    manifest.runs.append(
        {k: manifest.run[k] for k in ("number", "as_of")} | {"stages": report["stages"], "full": why_full}
    )
    store.commit(manifest)
    _audit(store, run_no, outcome.counts, purpose, why_full)
    return report


def _brought_since(store: Store, quarantined: pa.Table) -> pa.Table:
    """Rows in quarantine of the deliveries that came after the last run: what is new to whoever reads."""
    read = store.manifest.run["point"]["delivery_no"] if store.manifest.run else 0
    new = [d["name"] for d in store.manifest.deliveries if d["number"] > read]
    return quarantined.filter(pc.is_in(quarantined["delivery"], value_set=pa.array(new, pa.string())))


def _same(before: dict | None, now: dict) -> bool:
    return before is not None and all(before[k] == now[k] for k in ("delivery_no", "as_of", "judgements"))


def _keep(store: Store, report: dict[str, Any]) -> str:
    """The report as one immutable row of the store, so that it goes with the run or not at all."""
    return store.put("reports", pa.table({"report": [json.dumps(report, default=str)]}))


def _last(store: Store) -> dict[str, Any]:
    assert store.manifest.run is not None, "a run was asked for before there was one"
    return json.loads(store.get([store.manifest.run["report"]])["report"][0].as_py())


def _audit(store: Store, run_no: int, counts: dict[str, Counts], purpose: str, full: str) -> None:
    details = {"stages": {n: c.as_dict() for n, c in counts.items()}, "full": full}
    Audit(store.home).append("night", f"run {run_no}", details, purpose=purpose)
