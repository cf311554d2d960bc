"""Erasure: a record goes from every copy, and a tombstone stays (practice rule 26; docs/decisions/0021-erasure.md).

Files are never changed, but replaced: what named the record is written anew without it, everything is read again with new
statistics, and all of it is one commit, after which no manifest and no file of the store holds the record. A kill leaves the
state before or the state after.

Start at :func:`redshank.erasure.act.erase`. :mod:`~redshank.erasure.known` finds what only these records say, by which copies
elsewhere are found; :mod:`~redshank.erasure.rewriting` writes the store's tables anew; :mod:`redshank.publish.erasing` goes on in
the database of the pages.
"""

from redshank.erasure.act import Asked, Done, check, erase, erased_before, every_key, finish, unfinished
from redshank.erasure.known import Known

__all__ = ["Asked", "Done", "Known", "check", "erase", "erased_before", "every_key", "finish", "unfinished"]
