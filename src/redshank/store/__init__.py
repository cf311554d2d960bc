"""The store: a folder of files that are never changed, and one small pointer that is replaced atomically.

::

    home/
      CURRENT                  {"format", "number", "sha256"} of the manifest that counts
      lock                     flock of the one writer
      manifests/000007.json    what the store holds: deliveries, tables → files, runs; hash of every file
      data/<area>/<hash>.parquet

A writer puts new files, then writes a manifest that names them, then replaces ``CURRENT``. Whatever happens
on the way (a kill, a full disk), ``CURRENT`` still names the last whole state; what nobody names is swept by
a later commit. Readers open the manifest once and hold it; files wait for three commits before they go.
There is no DuckDB file anywhere, so readers and the writer never meet on a lock.

Start at :class:`redshank.store.store.Store`.
"""

from redshank.store.manifest import FORMAT, Manifest
from redshank.store.store import Among, Store

__all__ = ["FORMAT", "Among", "Manifest", "Store"]
