"""Checking: reads everything, repairs nothing, and says what it cannot know."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redshank.audit import entry, files
from redshank.audit.export import FIRST, last_line
from redshank.audit.log import Audit, State
from redshank.audit.merkle import Head, Tree
from redshank.errors import UsageError

MOST = 50  # problems told one by one; the rest is counted

CUT = (
    "Without a checkpoint kept elsewhere nobody can tell from this alone whether the last entries were cut off, "
    "or all of it was written anew; keep `redshank-audit SIZE ROOT` outside and check against it."
)


@dataclass
class Verified:
    """What a check found. ``problems`` empty means: whole, as far as ``notes`` say it can be known."""

    entries: int = 0
    head: Head = field(default_factory=lambda: Tree().head)
    problems: list[str] = field(default_factory=list)
    unsequenced: int = 0
    notes: list[str] = field(default_factory=list)
    witnessed: bool = False

    @property
    def whole(self) -> bool:
        return not self.problems


class _Reading:
    """Entries one after another: each line against its own hash, its number, and a checkpoint on the way."""

    def __init__(self, checkpoint: Head | None) -> None:
        self.tree = Tree()
        self.problems: list[str] = []
        self.more = 0
        self.checkpoint = checkpoint
        self.seen = Tree().root.hex() if checkpoint and checkpoint.size == 0 else None
        self.commitments: dict[str, int] = {}
        self.erased: set[int] = set()

    def problem(self, text: str) -> None:
        if len(self.problems) < MOST:
            self.problems.append(text)
        else:
            self.more += 1

    def take(self, raw: bytes) -> None:
        number = self.tree.size
        try:
            leaf, value = entry.parse(raw)
        except ValueError as error:
            self.problem(f"entry {number}: {error}")
            leaf, value = hashlib.sha256(raw).digest(), None
        self.tree.add(leaf)
        if value is not None:
            self._value(number, value)
        if self.checkpoint and self.tree.size == self.checkpoint.size:
            self.seen = self.tree.root.hex()

    def _value(self, number: int, value: dict[str, Any]) -> None:
        if sorted(value) != sorted(entry.FIELDS):
            self.problem(f"entry {number}: it has not the fields of an entry")
        elif type(value["seq"]) is not int or value["seq"] != number:
            self.problem(
                f"entry {number}: it is numbered {value['seq']}; entries are missing, added or moved"
            )
        elif not isinstance(value["commitments"], dict) or not isinstance(value["details"], dict):
            self.problem(f"entry {number}: it has not the fields of an entry")
        else:
            self.commitments.update(dict.fromkeys(map(str, value["commitments"].values()), number))
            if value["action"] == "erase_salts":
                self.erased.update(e for e in value["details"].get("entries", ()) if isinstance(e, int))

    def finish(self, out: Verified) -> Verified:
        out.entries, out.head = self.tree.size, self.tree.head
        if self.checkpoint is None:
            out.notes.append(CUT)
        else:
            out.witnessed = True
            if self.tree.size < self.checkpoint.size:
                missing = self.checkpoint.size - self.tree.size
                self.problem(
                    f"the checkpoint counted {self.checkpoint.size} entries, here are {self.tree.size}: "
                    f"{missing} were cut off"
                )
            elif self.seen != self.checkpoint.root:
                self.problem(f"the first {self.checkpoint.size} entries are not those of the checkpoint")
            else:
                out.notes.append(f"The first {self.checkpoint.size} entries are those of the checkpoint.")
        out.problems = [*self.problems, *out.problems]
        if self.more:
            out.problems.append(f"and {self.more} more")
        return out


def verify_export(path: Path, checkpoint: Head | None = None) -> Verified:
    """Checks one export alone: every byte of it. UsageError where there is no such file."""
    path = Path(path)
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file", "name an export made by `redshank audit export`")
    reading, out = _Reading(checkpoint), Verified()
    with path.open("rb") as file:
        first = file.readline(len(FIRST))
        if first != FIRST:
            out.problems.append("the first line is not that of an audit export")
        digest, held = hashlib.sha256(first), file.readline()
        for raw in file:
            digest.update(held)
            reading.take(held)
            held = raw
    # ``held`` is the last line; all before it is covered by it, and it by being computed anew.
    if held != last_line(digest.hexdigest(), reading.tree.head):
        out.problems.append(
            "the last line does not fit what stands before it: bytes were changed, added or cut off, or the file "
            "was not copied whole"
        )
    return reading.finish(out)


def verify_home(home: Path, checkpoint: Head | None = None) -> Verified:
    """Checks the audit of a home: every byte of log and head, the salts, and what still waits."""
    audit, out = Audit(home), Verified()
    reading = _Reading(checkpoint)
    if not audit.folder.is_dir():
        out.notes.append("There is no audit here yet.")
        return reading.finish(out)
    with files.locked(audit.lock, shared=True):
        state = _head(audit, out)
        behind = _log(audit, state, reading, out)
        if state is not None and state.tree.head != reading.tree.head:
            out.problems.append(
                "the entries do not make the tree head: entries were changed, added, cut or moved"
            )
        _salts(audit, reading, out)
        waiting = _waiting(audit, out)
    out.unsequenced = behind + waiting
    if out.unsequenced:
        out.notes.append(
            f"{out.unsequenced} entries wait for their number; the next append or sequence gives it."
        )
    return reading.finish(out)


def _head(audit: Audit, out: Verified) -> State | None:
    if not audit.head_file.exists():
        if audit.log.exists():
            out.problems.append(
                "the tree head is missing: nobody can tell how many entries were acknowledged"
            )
            return None
        return State(Tree(), 0)
    try:
        return State.read(audit.head_file.read_bytes())
    except ValueError as error:
        out.problems.append(f"the tree head is damaged: {error}")
        return None


def _log(audit: Audit, state: State | None, reading: _Reading, out: Verified) -> int:
    """Reads the log up to the head (all of it without one); returns whole entries that stand behind it."""
    if not audit.log.exists():
        if state is not None and state.length:
            out.problems.append(f"the log is missing; the tree head counts {state.tree.size} entries")
        return 0
    left = audit.log.stat().st_size if state is None else state.length
    with audit.log.open("rb") as file:
        while left > 0 and (raw := file.readline(left)):
            reading.take(raw)
            left -= len(raw)
        if left > 0:
            out.problems.append(f"the log is cut: {left} bytes that were acknowledged are missing")
        return _behind(file.readlines(), reading.tree.size, out)


def _behind(lines: list[bytes], seq: int, out: Verified) -> int:
    """What a crash can leave behind the head: next entries, then at most one torn line. Else a problem."""
    whole = 0
    for raw in lines:
        if not raw.endswith(b"\n"):
            text = raw[:64]
            if set(text) <= set(b"0123456789abcdef") and (len(raw) <= 64 or raw[64:66] in (b" ", b" {")):
                out.notes.append(
                    "A torn line that was never acknowledged stands at the end; the next append cuts it."
                )
            else:
                out.problems.append("behind the last entry stand bytes that are no part of an entry")
            continue
        try:
            _, value = entry.parse(raw)
        except ValueError as error:
            out.problems.append(f"behind the last entry stands a line: {error}")
            continue
        if value.get("seq") != seq + whole:
            out.problems.append("behind the last entry stands an entry out of order")
            continue
        whole += 1
    return whole


def _salts(audit: Audit, reading: _Reading, out: Verified) -> None:
    """Every commitment keeps its salt until an erasure on record takes it."""
    have: set[str] = set()
    lines = audit.salts.read_bytes().splitlines(keepends=True) if audit.salts.exists() else []
    for number, raw in enumerate(lines, 1):
        if not raw.endswith(b"\n") and number == len(lines):
            out.notes.append("A torn line that was never acknowledged stands at the end of the salts.")
            continue
        try:
            have.add(entry.parse(raw)[1]["commitment"])
        except (ValueError, KeyError) as error:
            out.problems.append(f"line {number} of the salts is damaged: {error}")
    lost = sorted(
        {seq for c, seq in reading.commitments.items() if c not in have and seq not in reading.erased}
    )
    left = {seq for c, seq in reading.commitments.items() if c in have and seq in reading.erased}
    if left:
        out.problems.append(
            f"an erasure on record of {len(left)} entries' salts was not carried out; erase again"
        )
    if lost:
        out.problems.append(
            f"the salts of {len(lost)} entries are missing without an erasure on record (first: entry {lost[0]})"
        )


def _waiting(audit: Audit, out: Verified) -> int:
    """Pending entries; each line checks itself."""
    count = 0
    with files.locked(audit.pending_lock, shared=True):
        for path in (audit.taking, audit.pending):
            lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
            for number, raw in enumerate(lines, 1):
                if not raw.endswith(b"\n") and number == len(lines):
                    continue  # torn before it was acknowledged
                try:
                    entry.parse(raw)
                except ValueError as error:
                    out.problems.append(f"line {number} of the pending entries is damaged: {error}")
                    continue
                count += 1
    return count
