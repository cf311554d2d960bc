"""What a stage is: a declared object, from which the order of the night, the data dictionary, lineage
and ``doctor`` all derive.

A stage never opens a file. It is handed Arrow tables (what it reads) and gives Arrow tables back (what it
writes). ``delta`` names the keys that are to be computed again; rows of those keys in the state are
replaced by what the stage returns, all other rows are carried forward untouched. Computing with the
whole state as the delta is what ``--full`` does, and must give the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class Stage:
    """One step of the night, declared at its folder's door.

    ``reads`` and ``writes`` are names of tables in :mod:`redshank.tables`; ``keys`` maps each written table to
    the column by which its rows are replaced; ``version`` changes whenever the rows would (a changed
    version makes the next night compute everything again).
    """

    name: str
    version: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    keys: dict[str, str]
    doc: str
    run: Callable[..., Any] | None = field(default=None, compare=False)


@dataclass
class Counts:
    """Rows a stage took in, gave out, and carried forward unread; printed by ``night --json``.

    ``read`` counts rows that were chosen by key and computed with anew: records scanned; appearances whose person was
    made anew and records whose texts were asked again; links of contexts drawn again; persons assessed again. Not
    counted is what looks at everybody every night by columns of whole numbers or keys: choosing by key itself, attaching
    what says too little to the one person whom it fits, lines, places and what cannot wait.
    """

    read: int = 0
    written: int = 0
    carried: int = 0
    retracted: int = 0

    def as_dict(self) -> dict[str, int]:
        return {
            "read": self.read,
            "written": self.written,
            "carried": self.carried,
            "retracted": self.retracted,
        }


def replace_rows(state: pa.Table, key: str, touched: pa.Array, rows: pa.Table) -> pa.Table:
    """State with all rows of the touched keys replaced by ``rows`` (same schema)."""
    import pyarrow.compute as pc

    kept = state.filter(pc.invert(pc.is_in(state[key], value_set=touched)))
    return pa.concat_tables([kept, rows.cast(state.schema)])
