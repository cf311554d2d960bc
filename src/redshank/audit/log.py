"""Appending: numbering, hashing and acknowledging entries under one lock.

Order of an append: salts, then the log line, then the head, each on disk before the next. An entry is
acknowledged when ``append`` returns, that is, when the head counts it. So after a crash
- bytes behind the head were never acknowledged: whole lines are taken in, a torn last line is cut;
- a log shorter than its head says has lost something acknowledged: StoreDamaged, and nothing is repaired.
"""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redshank.audit import entry, files
from redshank.audit.merkle import Head, Tree, consistency_proof, inclusion_proof
from redshank.errors import StoreDamaged, UsageError

ADVICE = "run `redshank audit verify`, keep the home as it is, and restore a backup beside it to compare"


def operating_system_user() -> str:
    """Name of the user that runs this process; from the system's list, since an environment can say anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class State:
    """Where the log stands: its tree, and how many bytes its acknowledged entries fill."""

    tree: Tree
    length: int

    def text(self) -> bytes:
        """Content of ``head.json``: all of it follows from the log, so that any changed byte shows."""
        head = self.tree.head
        peaks = [peak.hex() for peak in self.tree.peaks]
        return (
            entry.canonical({"bytes": self.length, "peaks": peaks, "root": head.root, "size": head.size})
            + b"\n"
        )

    @classmethod
    def read(cls, raw: bytes) -> State:
        """The state of a head file; ValueError where a byte of it is not as ``text`` wrote it."""
        value = json.loads(raw)
        try:
            state = cls(Tree(value["size"], [bytes.fromhex(p) for p in value["peaks"]]), value["bytes"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("it has not the fields of a tree head") from error
        if state.text() != raw:
            raise ValueError("its bytes do not fit together")
        return state


class Audit:
    """The audit of one home. ``actor`` and ``clock`` are given by the web application and by tests."""

    def __init__(self, home: Path, actor: str | None = None, clock: Callable[[], datetime] = now) -> None:
        self.folder = Path(home) / "audit"
        self.actor = actor or operating_system_user()
        self.clock = clock

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def head_file(self) -> Path:
        return self.folder / "head.json"

    @property
    def salts(self) -> Path:
        return self.folder / "salts"

    @property
    def pending(self) -> Path:
        return self.folder / "pending"

    @property
    def taking(self) -> Path:
        return self.folder / "pending.taking"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def pending_lock(self) -> Path:
        return self.folder / "pending.lock"

    # ---- writing -------------------------------------------------------------------------------

    def append(
        self,
        action: str,
        subject: str,
        details: dict[str, Any] | None = None,
        purpose: str = "",
        personal: dict[str, Any] | None = None,
    ) -> int:
        """Adds one entry and returns its number (the first is 0) when it is on disk.

        ``details`` stand in clear and hold no personal data; each of ``personal`` becomes a salted commitment
        and is kept nowhere. StoreBusy after 60 s, StoreDamaged where the log lost something, NoRoom.
        """
        drafted = self._draft(action, subject, details, purpose, personal)
        files.directory(self.folder)
        if self.pending.exists() or self.taking.exists():
            self.sequence()
        with files.locked(self.lock):
            return self._write([drafted])

    def append_batch(self, entries: list[dict[str, Any]]) -> int:
        """Adds entries of the web application in one batch; returns the number of the last.

        Each gives ``actor``, ``at``, ``action``, ``subject``, ``details``, ``purpose``, ``personal`` and its own ``ref``, which tells
        after a crash what stands here already.
        """
        drafts = []
        for one in entries:
            ref = one["ref"]
            value, salts = entry.draft(**{k: v for k, v in one.items() if k != "ref"})
            drafts.append(({**value, "ref": ref}, salts))
        files.directory(self.folder)
        if self.pending.exists() or self.taking.exists():
            self.sequence()
        with files.locked(self.lock):
            return self._write(drafts)

    def queue(
        self,
        action: str,
        subject: str,
        details: dict[str, Any] | None = None,
        purpose: str = "",
        personal: dict[str, Any] | None = None,
    ) -> str:
        """Keeps an entry on disk without numbering it, and returns its ``ref``.

        For requests, which must not wait for each other's trees: ``sequence`` numbers them within a second, and
        ``verify_home`` counts those that still wait.
        """
        value, salts = self._draft(action, subject, details, purpose, personal)
        files.directory(self.folder)
        with files.locked(self.pending_lock):
            keep = files.whole_lines(self.pending)
            files.append(
                self.pending, entry.line({"entry": value, "salts": salts}), keep, "list of pending entries"
            )
        return value["ref"]

    def sequence(self) -> int:
        """Numbers all pending entries in one batch; returns how many. Safe to run again after a crash."""
        if not self.folder.is_dir():
            return 0
        with files.locked(self.lock):
            done = self._take(after_crash=True) if self.taking.exists() else 0
            with files.locked(self.pending_lock):
                if not self.pending.exists():
                    return done
                with files.room("list of pending entries"):
                    os.replace(self.pending, self.taking)
                    files.sync_directory(self.folder)
            return done + self._take(after_crash=False)

    def erase_personal(self, seqs: Iterable[int], purpose: str) -> int:
        """Forgets the salts of entries, so that nobody can ever tell whom they meant; returns how many salts.

        The log is not touched: all proofs hold. The erasure is an entry of its own, written first.
        """
        self.sequence()
        wanted = sorted(set(seqs))
        with files.locked(self.lock):
            state = self._recover()
            if any(not 0 <= seq < state.tree.size for seq in wanted):
                raise UsageError(
                    f"the audit has no such entry; it has {state.tree.size}", "number them from 0"
                )
            drafted = self._draft("erase_salts", "audit", {"entries": wanted}, purpose, None)
            self._write([drafted])
            gone = {c for e in self.entries() if e["seq"] in set(wanted) for c in e["commitments"].values()}
            kept, dropped = [], 0
            for row in self._salt_rows():
                if row["commitment"] in gone:
                    dropped += 1
                else:
                    kept.append(entry.line(row))
            if dropped:
                files.replace(self.salts, b"".join(kept), "salts")
            return dropped

    # ---- reading -------------------------------------------------------------------------------

    def entries(self) -> Iterator[dict[str, Any]]:
        """All acknowledged entries in order; StoreDamaged at the first that is not as written."""
        for _, value in self._leaves():
            yield value

    def head(self) -> Head:
        """The tree head of what is acknowledged."""
        return self._state().tree.head

    def checkpoint(self) -> Head:
        """The tree head, to be kept elsewhere (``.text()``): the witness that finds a cut tail."""
        self.sequence()
        return self.head()

    def opens(self, seq: int, field: str, value: Any) -> bool:
        """Whether entry ``seq`` meant ``value`` by ``field``. UsageError where there is nothing to open."""
        found = next((e for e in self.entries() if e["seq"] == seq), None)
        if found is None or field not in found["commitments"]:
            raise UsageError(f"entry {seq} holds no commitment to {field}", "see the entry in an export")
        stated = found["commitments"][field]
        salt = self._salt_of().get(stated)
        if salt is None:
            raise UsageError(f"the salt of entry {seq} was erased", "nobody can tell any more, by design")
        return entry.commitment(salt, field, value) == stated

    def find(self, field: str, value: Any) -> list[int]:
        """Numbers of all entries that meant ``value`` by ``field``: who was consulted on, for a lawful check."""
        salts = self._salt_of()
        out = []
        for one in self.entries():
            stated = one["commitments"].get(field)
            salt = salts.get(stated) if stated else None
            if salt is not None and entry.commitment(salt, field, value) == stated:
                out.append(one["seq"])
        return out

    def prove_inclusion(self, seq: int) -> list[str]:
        """Proof (hexadecimal) that entry ``seq`` stands in the tree of ``head``; see merkle.includes."""
        hashes = [found for found, _ in self._leaves()]
        return [part.hex() for part in inclusion_proof(seq, hashes)]

    def prove_consistency(self, old: Head) -> list[str]:
        """Proof (hexadecimal) that an earlier head's tree begins the tree of today; see merkle.extends."""
        hashes = [found for found, _ in self._leaves()]
        return [part.hex() for part in consistency_proof(old.size, hashes)]

    # ---- inside --------------------------------------------------------------------------------

    def _draft(
        self,
        action: str,
        subject: str,
        details: dict[str, Any] | None,
        purpose: str,
        personal: dict[str, Any] | None,
    ) -> tuple[dict[str, Any], list[dict[str, str]]]:
        return entry.draft(
            actor=self.actor,
            purpose=purpose,
            action=action,
            subject=subject,
            details=details or {},
            personal=personal,
            at=self.clock(),
        )

    def _write(self, drafts: list[tuple[dict[str, Any], list[dict[str, str]]]]) -> int:
        """Numbers and writes a batch under the lock; returns the number of its last entry."""
        state = self._recover()
        salts = b"".join(entry.line(row) for _, rows in drafts for row in rows)
        if salts:
            files.append(self.salts, salts, files.whole_lines(self.salts), "salts")
        batch = bytearray()
        for value, _ in drafts:
            raw = entry.line({**value, "seq": state.tree.size})
            state.tree.add(bytes.fromhex(raw[:64].decode()))
            batch += raw
        files.append(self.log, bytes(batch), state.length, "log")
        state.length += len(batch)
        files.replace(self.head_file, state.text(), "tree head")
        return state.tree.size - 1

    def _take(self, after_crash: bool) -> int:
        """Writes the batch of ``taking`` and removes it; after a crash, without those already in the log."""
        drafts = []
        with self.taking.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if not raw.endswith(b"\n"):
                    break  # torn by a crash before it was acknowledged
                drafts.append(_pending_line(raw, number))
        if after_crash:
            self._settle()
            known = {e["ref"] for e in self.entries()}
            drafts = [d for d in drafts if d[0]["ref"] not in known]
        if drafts:
            self._write(drafts)
        with files.room("list of pending entries"):
            self.taking.unlink()
            files.sync_directory(self.folder)
        return len(drafts)

    def _state(self) -> State:
        """The acknowledged state as the head tells it. A new folder has an empty one."""
        try:
            raw = self.head_file.read_bytes()
        except FileNotFoundError:
            if self.log.exists():
                raise StoreDamaged("the audit's tree head is missing", ADVICE) from None
            return State(Tree(), 0)
        try:
            return State.read(raw)
        except ValueError as error:
            raise StoreDamaged(f"the audit's tree head is damaged: {error}", ADVICE) from error

    def _recover(self) -> State:
        """The state to append to, with whole lines that a crash left behind the head taken in."""
        state = self._state()
        if not self.head_file.exists():
            # The head comes first, so that a log without one is always a loss and never a beginning.
            files.replace(self.head_file, state.text(), "tree head")
        size = self.log.stat().st_size if self.log.exists() else 0
        if size < state.length:
            raise StoreDamaged(
                f"the audit's log lost bytes that were acknowledged: {size} of {state.length} are there",
                ADVICE,
            )
        if not size:
            return state
        with self.log.open("rb") as file:
            if state.length:
                file.seek(state.length - 1)
                if file.read(1) != b"\n":
                    raise StoreDamaged("the audit's log does not end where its head says", ADVICE)
            for raw in file:
                if not raw.endswith(b"\n"):
                    break
                try:
                    leaf, value = entry.parse(raw)
                except ValueError as error:
                    raise StoreDamaged(
                        f"behind the audit's last entry stands a line: {error}", ADVICE
                    ) from error
                if value.get("seq") != state.tree.size:
                    raise StoreDamaged("behind the audit's last entry stands a line out of order", ADVICE)
                state.tree.add(leaf)
                state.length += len(raw)
        return state

    def _settle(self) -> None:
        """Acknowledges whole lines that a crash left behind the head."""
        state = self._recover()
        files.replace(self.head_file, state.text(), "tree head")

    def lines(self) -> Iterator[bytes]:
        """Every acknowledged entry as its bytes stand in the log: what a proof carries."""
        left = self._state().length
        if not left:
            return
        with self.log.open("rb") as file:
            while left > 0 and (raw := file.readline(left)):
                yield raw
                left -= len(raw)

    def _leaves(self) -> Iterator[tuple[bytes, dict[str, Any]]]:
        left = self._state().length
        if not left:
            return
        with self.log.open("rb") as file:
            number = 0
            while left > 0:
                raw = file.readline(left)
                try:
                    leaf, value = entry.parse(raw)
                except ValueError as error:
                    raise StoreDamaged(f"entry {number} of the audit: {error}", ADVICE) from error
                yield leaf, value
                left -= len(raw)
                number += 1

    def _salt_rows(self) -> Iterator[dict[str, str]]:
        if not self.salts.exists():
            return
        with self.salts.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if not raw.endswith(b"\n"):
                    return  # torn; belongs to an entry that was never acknowledged
                try:
                    yield entry.parse(raw)[1]
                except ValueError as error:
                    raise StoreDamaged(f"line {number} of the audit's salts: {error}", ADVICE) from error

    def _salt_of(self) -> dict[str, bytes]:
        return {row["commitment"]: bytes.fromhex(row["salt"]) for row in self._salt_rows()}


def _pending_line(raw: bytes, number: int) -> tuple[dict[str, Any], list[dict[str, str]]]:
    try:
        value = entry.parse(raw)[1]
    except ValueError as error:
        raise StoreDamaged(f"line {number} of the audit's pending entries: {error}", ADVICE) from error
    return value["entry"], value["salts"]
