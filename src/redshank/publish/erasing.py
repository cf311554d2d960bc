"""Erasure where both halves meet: notices are asked, the store is written anew, the pages' database follows, the certificate says so.

What a kill left undone stands in the store's manifest and is finished by the next `redshank erase` or `redshank night`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from redshank import erasure
from redshank.audit import Audit
from redshank.backup.keeping import KEEP_DAYS
from redshank.errors import NotPermitted, StoreBusy, UsageError
from redshank.publish.setup import is_served, prepare
from redshank.store import Store, tombstones

Progress = Callable[[str, int, int], None]


def _quiet(step: str, done: int, total: int) -> None:
    """Tells nobody."""


def erase(
    store: Store, asked: erasure.Asked, *, purpose: str = "", progress: Progress = _quiet
) -> dict[str, Any]:
    """Erases records, whole or not at all, and gives the act with its certificate; {} where all were erased before.

    Raises:
        UsageError: it cannot be asked so.
        NotPermitted: a preservation notice covers it.
    """
    home = store.home
    prepare(home, progress)
    with store.writing():
        went_on = finish(store, purpose, progress)
        before = erasure.erased_before(store, asked.keys)
        keys = tuple(k for k in asked.keys if k not in before)
        if before and not keys:
            return went_on or {}
        asked = erasure.Asked(keys, asked.why, asked.by, asked.second, asked.proposal)
        erasure.check(store, asked)
        uncovered(keys)
        Audit(home).append("erasure begins", "records", {"records": len(keys)}, purpose=purpose)
        erasure.erase(store, asked, purpose=purpose, progress=progress, still=lambda: uncovered(keys))
        told = finish(store, purpose, progress)
    assert told is not None, "an erasure was begun and is not there to be finished"
    return told


def again(
    store: Store, lists: list[dict[str, Any]], *, by: str, purpose: str = "", progress: Progress = _quiet
) -> dict[str, Any]:
    """Erases what a register names and a restored backup brought back; {} where nothing of it is here.

    The rest of the register is taken over, so that what is delivered again is not taken again. Raises as :func:`erase`.
    """
    with store.writing():
        keys = erasure.every_key(store)
        here = tombstones.of_lists(lists, keys)
        why = "Erased again: a backup that was older than the erasure was restored."
        told = (
            erase(store, erasure.Asked(tuple(sorted(here)), why, by), purpose=purpose, progress=progress)
            if here
            else {}
        )
        manifest = store.manifest.copy()
        if tombstones.take_over(manifest, lists):
            store.commit(manifest)
    return told


def uncovered(keys: Iterable[str]) -> None:
    """Raises :class:`NotPermitted` where a preservation notice covers one of the records (practice rule 26)."""
    from redshank.web.retention.covering import over

    covered = {k: found for k in keys if (found := over("record", k))}
    if covered:
        titles = sorted({n.title for found in covered.values() for n in found})
        raise NotPermitted(
            f"{len(covered)} of the records {'is' if len(covered) == 1 else 'are'} covered by a preservation notice: {'; '.join(titles)}",
            "two named people lift a notice on the pages (Preservation); until then nothing that it covers is disposed of",
        )


def finish(store: Store, purpose: str = "", progress: Progress = _quiet) -> dict[str, Any] | None:
    """Goes on where an erasure of the store has not reached the pages yet, within the writer's lock. Safe to do again."""
    done = erasure.unfinished(store)
    if done is None:
        return None
    home = store.home
    prepare(home, progress)
    from redshank.web.erasure import acts, reaching
    from redshank.web.erasure.compacting import compact
    from redshank.web.trail.sequencer import settle

    if not settle(home):  # what was read stands in the audit before its ids are replaced here
        raise StoreBusy("the pages' server does not come to writing the audit", "look at its log, then run the same command again")  # fmt: skip
    act = tombstones.of(store.manifest)["acts"][done.number - 1]
    marks, persons, things = _marks(done, act["at"])
    progress("the pages' database", 0, 3)
    reached = acts.reached(act, lambda: reaching.reach(marks, persons, things))
    progress("the audit", 1, 3)
    told: dict[str, Any] = {"database": reached.as_dict(), "store": done.told}
    told["salts"] = _forget(home, done.known.keys, reached.refs, purpose)
    told["audit"] = _told_in_audit(home, marks)
    at = datetime.fromisoformat(act["at"])
    told["backups"] = {"made_until": at.date().isoformat(), "gone_by": (at + timedelta(days=KEEP_DAYS)).date().isoformat(), "days": KEEP_DAYS}  # fmt: skip
    progress("the files of the database", 2, 3)
    told["files"] = compact()
    acts.done(act, told)
    _certificate(home, act | {"elsewhere": told})
    Audit(home).append(
        "erasure", f"act {done.number}", {k: act[k] for k in ("records", "tombstones", "by", "second")}, purpose=purpose
    )  # fmt: skip
    return erasure.finish(store, done.number, told)


def _marks(done: erasure.Done, at: str) -> tuple[Any, set[str], dict[str, set[str]]]:
    from redshank.web.erasure import reaching
    from redshank.web.erasure.marked import Marks

    known = done.known
    persons, things = reaching.about(list(known.keys))
    persons |= set(done.persons)
    things.setdefault("group", set()).update(done.groups)
    first, more = sorted(known.keys.values())[0], len(known.keys) - 1
    said = f"erased on {at[:10]}, tombstone {first}" + (f" and {more} more" if more else "")
    keys = {k: f"{tombstones.WORDS}:{t}" for k, t in known.keys.items()}
    ids = frozenset(persons | things["group"])
    return Marks(keys, frozenset(known.words), frozenset(known.telling), frozenset(known.days), ids, said), persons, things  # fmt: skip


def _forget(home: Path, keys: Iterable[str], refs: Iterable[str], purpose: str) -> int:
    """Salts by which somebody could tell that an entry of the audit meant an erased record."""
    audit = Audit(home)
    audit.sequence()
    known = set(refs)
    numbers = {e["seq"] for e in audit.entries() if e.get("ref") in known and e["commitments"]}
    for key in keys:
        for said in (key, key.partition(":")[2]):
            numbers |= set(audit.find("id", said))
    return audit.erase_personal(numbers, purpose) if numbers else 0


def _told_in_audit(home: Path, marks: Any) -> list[int]:
    """Entries of the audit that hold in clear what somebody typed of the record into a filter: the log is never rewritten."""
    return [e["seq"] for e in Audit(home).entries() if marks.named_in(json.dumps(e, ensure_ascii=False))]


def _certificate(home: Path, act: dict[str, Any]) -> None:
    """The certificate of an erasure as a file of the home beside those of others, for whoever answers for it without the pages."""
    folder = home / "certificates"
    folder.mkdir(mode=0o700, exist_ok=True)
    from redshank.store.files import write_whole

    write_whole(folder / f"erasure-{act['number']:04d}.json", (json.dumps(act, indent=1, sort_keys=True) + "\n").encode())  # fmt: skip


def confirmed(store: Store, purpose: str = "", progress: Progress = _quiet) -> list[dict[str, Any]]:
    """Does what two people confirmed on the pages, and what a kill left undone, within the writer's lock; gives the acts.

    What a notice covers by now is stopped, and its page says so.
    """
    if not is_served(store.home):
        return [told] if (told := finish(store, purpose, progress)) else []
    prepare(store.home, progress)
    from redshank.web.erasure import acts

    out = [told] if (told := finish(store, purpose, progress)) else []
    for one in acts.waiting():
        if one.record_key in erasure.erased_before(store, [one.record_key]):
            acts.stop(one, "The record was erased by another act.")
            continue
        asked = erasure.Asked((one.record_key,), one.why, one.who, one.who_second, one.pk)
        try:
            out.append(erase(store, asked, purpose=purpose, progress=progress))
        except NotPermitted:  # without the notice's title, which not everybody may read
            acts.stop(one, "A preservation notice covers it.")
        except UsageError as reason:
            acts.stop(one, reason.message)
    return out
