"""One erasure from the store and back to it: one commit that takes the records out, and one that says that all is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank import night
from redshank.erasure.known import AREAS, Known, known
from redshank.erasure.rewriting import rewritten, without_ledger_rows
from redshank.errors import UsageError
from redshank.marks import tokens
from redshank.night import state as states
from redshank.records.view import of_keys
from redshank.store import Store, tombstones
from redshank.store.store import LET_GO
from redshank.tables import BETWEEN

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Asked:
    """What is to be erased (keys ``record_type:record_ref``), why, by whom, and who was the second person, if anybody."""

    keys: tuple[str, ...]
    why: str
    by: str
    second: str = ""
    proposal: int = 0  # its number on the pages


@dataclass
class Done:
    """What the store's part did: rows that went by place; ``known`` is by what copies elsewhere are found."""

    number: int
    known: Known
    persons: tuple[str, ...]
    groups: tuple[str, ...]
    told: dict[str, int] = field(default_factory=dict)


def check(store: Store, asked: Asked) -> None:
    """Raises :class:`UsageError` where this cannot be asked: nothing to erase, no such record, no reason or name, a reason
    that says whom it is about, or deliveries that no night has read (of which nobody knows whether a notice covers them)."""
    if not asked.keys:
        raise UsageError("nothing is named that should be erased", "give a record's type and its reference")
    for what, text in (("--reason", asked.why), ("--by", asked.by)):
        if not text.strip() or len(text) > 2_000:
            raise UsageError(f"{what}: no text of up to 2,000 signs", "an erasure says by whom and why")
    point = (store.manifest.run or {}).get("point", {})
    last = max((d["number"] for d in store.manifest.deliveries), default=0)
    if point.get("delivery_no") != last:
        raise UsageError(
            "there are deliveries that no night has read, so that nobody knows yet which notices cover what is in them",
            "run `redshank night` first",
        )
    keys = pa.array(sorted(asked.keys), pa.string())
    there = set(store.area("resends", ["record_key"], schema=BETWEEN["resends"].schema, where=of_keys(keys))["record_key"].to_pylist())  # fmt: skip
    missing = [str(n) for n, key in enumerate(asked.keys, 1) if key not in there]
    if missing:  # by their places: a reference stands in no message that a log might keep
        raise UsageError(
            f"of the {len(asked.keys)} records that are named, number {', '.join(missing[:20])} "
            f"stand{'s' if len(missing) == 1 else ''} in no delivery; nothing was erased",
            "see the reference in the findings, e.g. `crimes C0001`",
        )


def erase(
    store: Store,
    asked: Asked,
    *,
    engine: str = "duckdb",
    purpose: str = "",
    progress: Progress = lambda step, done, total: None,
    begins: Callable[[bool], None] = lambda full: None,
    still: Callable[[], None] = lambda: None,
    at: datetime | None = None,
) -> Done:
    """Takes the records out of the store, in one commit, within its writer's lock.

    ``still`` is called just before what is new is written, and stops it by raising (a notice that came meanwhile). What is
    not done yet, in the pages' database and elsewhere, stands in the manifest until :func:`finish`.
    """
    check(store, asked)
    moment = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    base = store.manifest.copy()
    told_of = tombstones.of(base)
    keys = {}
    for key in sorted(set(asked.keys)):
        made = tombstones.mark(told_of["salt"], key)
        keys[key] = tombstones.new_id(made, told_of["marks"].values())
        told_of["marks"][made] = keys[key]
    found = known(store, keys)
    _names_nobody(asked, found)
    gone = _appearances(store, keys)
    persons, groups = _around(store, keys)
    manifest, told = rewritten(store, found)
    number = 1 + len(told_of["acts"])
    done = Done(number, found, persons, groups, told)
    told_of["acts"].append(
        {
            "number": number, "at": moment, "by": asked.by, "second": asked.second, "why": asked.why, "proposal": asked.proposal,
            "records": _by_type(keys), "tombstones": sorted(keys.values()), "told": told, "finished": "",
        }
    )  # fmt: skip
    told_of["unfinished"] = {"number": number, "known": found.as_dict(), "persons": persons, "groups": groups}
    manifest.other[tombstones.NAME] = told_of
    manifest.other[LET_GO] = store.manifest.number + 1

    def keeping(state: states.State) -> None:
        still()
        left, fewer = without_ledger_rows(state.tables, gone, set(groups))
        state.tables |= left
        told.update({k: n for k, n in fewer.items() if n})

    limit = (store.manifest.run or {}).get("point", {}).get("as_of")
    with store.building_on(manifest):
        night.run(
            store, as_of=datetime.fromisoformat(limit) if limit else None, full=True, new_epoch=True, engine=engine,
            purpose=purpose, progress=progress, begins=begins, keeping=keeping,
        )  # fmt: skip
    return done


def every_key(store: Store) -> list[str]:
    """The keys of all records that stand in a delivery."""
    rows = store.area("resends", ["record_key"], schema=BETWEEN["resends"].schema)
    keys: list[str] = pc.unique(rows["record_key"]).to_pylist()
    return keys


def erased_before(store: Store, keys: Sequence[str]) -> dict[str, str]:
    """Which of these keys were erased before, with their tombstones; what a kill left of their files goes now."""
    known = tombstones.erased_among(store.manifest, keys)
    if known:
        store.tidy()
    return known


def unfinished(store: Store) -> Done | None:
    """An erasure of which the store's part is done and the rest is not."""
    told = store.manifest.other.get(tombstones.NAME) or {}
    left = told.get("unfinished")
    if not left:
        return None
    act = told["acts"][left["number"] - 1]
    return Done(left["number"], Known.of(left["known"]), tuple(left["persons"]), tuple(left["groups"]), act["told"])  # fmt: skip


def finish(store: Store, number: int, told: dict[str, Any], at: datetime | None = None) -> dict[str, Any]:
    """Says that an erasure has reached every copy, and forgets by what they were found; gives what is kept of it."""
    manifest = store.manifest.copy()
    told_of = tombstones.of(manifest)
    act: dict[str, Any] = told_of["acts"][number - 1]
    act |= {"finished": (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"), "elsewhere": told}  # fmt: skip
    told_of["unfinished"] = None
    manifest.other[LET_GO] = store.manifest.number + 1
    store.commit(manifest)
    return act


def _by_type(keys: dict[str, str]) -> dict[str, int]:
    out: dict[str, int] = {}
    for key in keys:
        kind = key.partition(":")[0]
        out[kind] = out.get(kind, 0) + 1
    return out


def _names_nobody(asked: Asked, found: Known) -> None:
    """What stays for good must not say what was erased."""
    refs = {key.partition(":")[2].casefold() for key in found.keys}
    for what, text in (("reason", asked.why), ("name of whoever asks", asked.by)):
        said = set(tokens(text))
        if said & set(found.telling) or any(r in text.casefold() for r in refs if len(r) > 3):
            raise UsageError(
                f"the {what} holds a name, number or reference of what is to be erased, and would stay with the tombstone",
                "say it without: under which law, by whose decision, with which number of the case",
            )


def _appearances(store: Store, keys: dict[str, str]) -> pa.Array:
    rows = store.area("appearances", ["record_key", "appearance_id"], schema=AREAS["appearances"], where=of_keys(pa.array(sorted(keys), pa.string())))  # fmt: skip
    return rows["appearance_id"].combine_chunks()


def _around(store: Store, keys: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Persons who stand in the records, and groups whose evidence they are, by the last night."""
    state = states.read(store).tables
    mine = pa.array(sorted(keys), pa.string())
    persons: set[str] = set()
    for name in ("person_of", "mention_links"):
        rows = state[name]
        persons |= set(rows.filter(pc.is_in(rows["record_key"], value_set=mine))["person_id"].to_pylist())
    evidence = state["group_evidence"]
    of = pc.binary_join_element_wise(evidence["record_type"], evidence["record_ref"], ":")
    groups = set(evidence.filter(pc.is_in(of, value_set=mine))["group_id"].to_pylist())
    return tuple(sorted(persons)), tuple(sorted(groups))
