"""Backup: a whole home in one encrypted file, and back. In: a home. Out: one file, or a home made from it.

A backup holds everything under the home but locks, how far a night is, temporary files and reports of defects: the store, the ledger of
ids, the judgements, the audit with its salts, and the database of the pages: the embedded one as a file, a PostgreSQL as its
rows (`redshank.publish.saving`). It is taken under the writer's lock and the audit's, so it is one moment.
"""

from __future__ import annotations

from redshank.backup.keeping import KEEP_DAYS, Drilled, drill, expire
from redshank.backup.keys import KEY_VARIABLE, key_for_backup, key_for_restore
from redshank.backup.make import Made, make
from redshank.backup.restore import Restored, restore

__all__ = [
    "KEEP_DAYS", "KEY_VARIABLE", "Drilled", "Made", "Restored", "drill", "expire", "key_for_backup", "key_for_restore", "make",
    "restore",
]  # fmt: skip
