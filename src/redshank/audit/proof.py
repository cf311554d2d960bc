"""A proof as a file, for an inspector who holds a signed checkpoint and nothing else of the audit.

``entry``: that one entry, whose bytes stand in the proof, is the n-th of those that the checkpoint counted (inclusion).
``since``: that the entries which an earlier checkpoint counted are the beginning of these, unchanged (consistency).
Both by RFC 6962, checked by the rules of RFC 9162, 2.1.3.2 and 2.1.4.2. A proof is one line of canonical JSON.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from redshank.audit import entry
from redshank.audit.log import Audit
from redshank.audit.merkle import Head, Tree, consistency_proof, extends, includes, inclusion_proof
from redshank.audit.verify import Verified
from redshank.errors import UsageError

FIRST = b'{"audit_proof":'
FIELDS = {"entry": {"audit_proof", "head", "seq", "line", "path"}, "since": {"audit_proof", "head", "old", "path"}}  # fmt: skip
LONGEST = (
    2_000_000  # bytes; an entry is far smaller, and a path holds 64 digits for each doubling of the audit
)


def prove(audit: Audit, head: Head, *, seq: int | None = None, since: Head | None = None) -> str:
    """The proof that leads to ``head``: of an entry's number, or of an earlier head. UsageError where the audit cannot give it."""
    lines = list(audit.lines())[: head.size]
    leaves = [entry.parse(raw)[0] for raw in lines]
    _same(leaves, head, "the checkpoint")
    told: dict[str, Any] = {"head": head.text()}
    if seq is not None:
        if not 0 <= seq < head.size:
            raise UsageError(f"entry {seq}: the checkpoint counts {head.size} entries, from 0", "name another, or a later checkpoint")  # fmt: skip
        path = inclusion_proof(seq, leaves)
        told |= {"audit_proof": "entry", "seq": seq, "line": lines[seq].decode("ascii")}
    else:
        if since is None or not 0 < since.size <= head.size:
            raise UsageError("the earlier checkpoint counts nothing, or more than the later one", "give the earlier one with --since")  # fmt: skip
        _same(leaves[: since.size], since, "the earlier checkpoint")
        path = consistency_proof(since.size, leaves)
        told |= {"audit_proof": "since", "old": since.text()}
    return entry.canonical(told | {"path": [p.hex() for p in path]}).decode("ascii") + "\n"


def _same(leaves: list[bytes], head: Head, what: str) -> None:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    if tree.head != head:
        raise UsageError(f"{what} is not of this audit, or the audit was changed since", "run `redshank audit verify` against it")  # fmt: skip


def is_proof(path: Path) -> bool:
    """Whether a file begins as a proof does, so that `audit verify` takes it for one."""
    with path.open("rb") as file:
        return file.read(len(FIRST)) == FIRST


def verify_proof(path: Path, checkpoint: Head | None, since: Head | None = None) -> Verified:
    """Checks a proof against a head that was kept elsewhere, and against the earlier one where it is given."""
    if checkpoint is None:
        raise UsageError(f"{path}: a proof leads to a checkpoint", "give yours with --signed FILE --key KEY")
    out = Verified(head=checkpoint, entries=checkpoint.size, witnessed=True)
    try:
        told = _read(path)
        head, parts = Head.parse(told["head"]), [bytes.fromhex(p) for p in told["path"]]
        if head != checkpoint:
            out.problems.append("the proof leads to another checkpoint than the one given")
        elif told["audit_proof"] == "entry":
            _entry(told, parts, checkpoint, out)
        else:
            _since(Head.parse(told["old"]), since, parts, checkpoint, out)
    except (ValueError, TypeError, AttributeError, KeyError):
        out.problems.append("it is no proof as `redshank audit prove` writes one")
    return out


def _read(path: Path) -> dict[str, Any]:
    """The fields of a proof; ValueError where a byte is not as :func:`prove` wrote it."""
    with path.open("rb") as file:
        raw = file.read(LONGEST + 1)
    told = json.loads(raw)
    if len(raw) > LONGEST or set(told) != FIELDS[told["audit_proof"]] or entry.canonical(told) + b"\n" != raw:
        raise ValueError("no proof")
    return dict(told)


def _entry(told: dict[str, Any], parts: list[bytes], head: Head, out: Verified) -> None:
    leaf, value = entry.parse(told["line"].encode("ascii"))
    seq = told["seq"]
    if value.get("seq") != seq or not includes(leaf, seq, head.size, parts, bytes.fromhex(head.root)):
        out.problems.append(f"the entry is not number {seq} of those that the checkpoint counted")
    else:
        out.notes.append(f"Entry {seq} stands in the checkpoint: {json.dumps(value, sort_keys=True)}")


def _since(old: Head, kept: Head | None, parts: list[bytes], head: Head, out: Verified) -> None:
    if kept is not None and kept != old:
        out.problems.append("the proof is about another earlier checkpoint than the one given")
    elif not extends(old.size, head.size, bytes.fromhex(old.root), bytes.fromhex(head.root), parts):
        out.problems.append(f"the entries of {old.text()} are not the beginning of those of the checkpoint")
    else:
        out.notes.append(f"The {old.size} entries of the earlier checkpoint are the first of the {head.size} of this one.")  # fmt: skip
        if kept is None:
            out.notes.append(f"Compare the earlier checkpoint with the one that you kept: {old.text()}")
