"""From which other record it is known that a text speaks of a child (signals of the second reading).

Such a signal rests on that record: who may not see it sees no such signal (practice rule 12).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.signals import KNOWN_CHILD


def known_from(
    signals: pa.Table,
    appearances: pa.Table,
    mention_links: pa.Table,
    born: dict[str, Any],
    handling: dict[str, str],
) -> set[tuple[str, str]]:
    """(signal id, record key) of each second-reading signal whose child's birth date stands in a record that is here.

    ``appearances``: ``record_key``, ``person_id``, ``date_of_birth``; ``born``: a person's birth date, where known;
    ``handling``: a record's handling code. Of several records that give the date the one with the least handling code is taken.
    """
    second = signals.filter(pc.starts_with(signals["rule"], KNOWN_CHILD))
    if not second.num_rows:
        return set()
    keys = set(second["record_key"].to_pylist())
    inside: dict[str, set[str]] = defaultdict(set)
    given: dict[str, tuple[str, str]] = {}
    columns = (appearances[n].to_pylist() for n in ("record_key", "person_id", "date_of_birth"))
    for key, person, date in zip(*columns, strict=True):
        if key in keys:
            inside[key].add(person)
        if date is not None and date == born.get(person):
            found = (handling.get(key, ""), key)
            given[person] = min(given.get(person, found), found)
    for key, person in zip(
        mention_links["record_key"].to_pylist(), mention_links["person_id"].to_pylist(), strict=True
    ):
        if key in keys:
            inside[key].add(person)
    out = set()
    for name, key in zip(second["signal_id"].to_pylist(), second["record_key"].to_pylist(), strict=True):
        # The youngest is the child whom the text may speak of.
        told = [(born[p], given[p]) for p in inside[key] if p in given]
        if told:
            out.add((name, max(told)[1][1]))
    return out
