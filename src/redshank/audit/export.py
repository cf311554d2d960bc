"""One file that stands alone: a first line, the log as it is, and a last line that covers every byte before it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from redshank.audit import entry, files
from redshank.audit.log import ADVICE, Audit
from redshank.audit.merkle import Head, Tree
from redshank.errors import StoreDamaged, UsageError

FIRST = b"redshank audit export 1\n"


def last_line(digest: str, head: Head) -> bytes:
    """The closing line: number of entries, their root, SHA-256 of all bytes before this line."""
    return entry.canonical({"entries": head.size, "root": head.root, "sha256": digest}) + b"\n"


def export(home: Path, path: Path) -> Head:
    """Writes all entries (pending ones are numbered first) to ``path``, whole or not at all; salts stay home.

    Returns the tree head to keep as a checkpoint. StoreDamaged where the log is not what was written.
    """
    audit = Audit(home)
    if Path(path).resolve().parent == audit.folder.resolve():
        raise UsageError("an export does not go into the audit's own folder", "name a file elsewhere")
    if not Path(path).parent.is_dir():
        raise UsageError(f"{Path(path).parent}: there is no such folder", "make it first")
    audit.sequence()
    tree, out, digest = Tree(), [FIRST], hashlib.sha256(FIRST)
    files.directory(audit.folder)
    with files.locked(audit.lock):
        expected = audit.head()
        for value in audit.entries():
            raw = entry.line(value)
            tree.add(bytes.fromhex(raw[:64].decode()))
            digest.update(raw)
            out.append(raw)
    if tree.head != expected:
        raise StoreDamaged("the audit's entries do not make its tree head", ADVICE)
    out.append(last_line(digest.hexdigest(), tree.head))
    files.replace(Path(path), b"".join(out), "export")
    return tree.head
