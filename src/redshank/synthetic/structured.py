"""What rows state without words: missing episodes of children, and who was in whose company.

- any missing episode of a person under 18: `missing_episode`
- the third and later of three episodes within 90 days: `repeat_missing` (a pattern: needs identity)
- no return interview within 72 hours of the return, as at the last night: `return_interview_overdue`
- a child named with somebody whom an earlier record calls suspect: `associates_with_known_suspect` (a pattern)
All `affirmed`. Thresholds are the contract's defaults.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.synthetic.appear import RECORD_TABLES
from redshank.synthetic.deliver import Delivery
from redshank.synthetic.planting import Planted
from redshank.synthetic.records import Force

_DAY = 86400
_RETURN = 72 * 3600
_WINDOW = 90 * _DAY


def _table(record_type: list[str], refs: list[str], indicator: str, source: str) -> pa.Table:
    n = len(refs)
    return pa.table(
        {
            "record_type": pa.array(record_type, pa.string()), "record_ref": pa.array(refs, pa.string()),
            "indicator": pa.array([indicator] * n, pa.string()), "status": pa.array(["affirmed"] * n, pa.string()),
            "withheld": pa.array(["false"] * n, pa.string()), "source": pa.array([source] * n, pa.string()),
        }
    )  # fmt: skip


def structured_signals(
    deliveries: list[tuple[Delivery, Force]], planted: Planted, replaced: pa.Array, now: int
) -> list[pa.Table]:
    """Signals of fields and patterns over both deliveries; the later version of an episode counts."""
    rows: list[tuple[int, int, str, int, int]] = []
    gone = set(replaced.to_pylist())
    population = deliveries[0][1].population
    for d, _ in deliveries:
        if d.episodes is None:
            continue
        e = {k: d.episodes[k].to_numpy() for k in d.episodes.column_names}
        years = (e["at"] // _DAY - population.born[e["missing"]]) / 365.25
        for i in np.flatnonzero((years < 18) & (e["missing"] >= 0)).tolist():
            ref = d.refs[e["rid"][i]]
            if d.name != "first" or ref not in gone:
                rows.append(
                    (
                        int(e["missing"][i]),
                        int(e["at"][i]),
                        ref,
                        int(e["_returned"][i]),
                        int(e["_interview"][i]),
                    )
                )
    rows.sort()
    refs = [r[2] for r in rows]
    overdue = [
        r[2]
        for r in rows
        if r[3] >= 0 and ((r[4] < 0 and r[3] + _RETURN < now) or (r[4] >= 0 and r[4] - r[3] > _RETURN))
    ]
    repeat = [
        r[2]
        for i, r in enumerate(rows)
        if i >= 2 and rows[i - 2][0] == r[0] and r[1] - rows[i - 2][1] <= _WINDOW
    ]
    kind = "missing_episodes"
    out = [
        _table([kind] * len(refs), refs, "missing_episode", "fields"),
        _table([kind] * len(overdue), overdue, "return_interview_overdue", "fields"),
        _table([kind] * len(repeat), repeat, "repeat_missing", "pattern"),
    ]
    by_name = {d.name: d for d, _ in deliveries}
    company = [
        (RECORD_TABLES[by_name[n].table_of[rid]], by_name[n].refs[rid]) for n, rid in planted.company()
    ]
    out.append(
        _table([c[0] for c in company], [c[1] for c in company], "associates_with_known_suspect", "pattern")
    )
    for i, table in enumerate(out):
        out[i] = table.set_column(4, "withheld", pc.equal(table["withheld"], "true"))
    return out
