"""What an explanation looks at: the last run's state, and the records as that run saw them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank import records
from redshank.errors import UsageError
from redshank.night import state as states
from redshank.night.run import versions
from redshank.store import Store

AROUND = 60


@dataclass
class Scene:
    """State tables and the current view of one completed run."""

    store: Store
    state: states.State
    view: dict[str, pa.Table]
    as_of: datetime

    @classmethod
    def of(cls, store: Store) -> Scene:
        if store.manifest.run is None:
            raise UsageError("no night has run yet", "run `redshank night` first")
        state = states.read(store)
        if state.versions != versions():
            raise UsageError(
                "the rules or weights changed since the last run", "run `redshank night`, then ask again"
            )
        point = store.manifest.run["point"]
        as_of = datetime.fromisoformat(point["as_of"]) if point["as_of"] else None
        view = records.current(store, as_of=as_of)
        return cls(store, state, view, datetime.fromisoformat(store.manifest.run["as_of"]))

    def rows(self, table: str, column: str, value: Any) -> list[dict]:
        """Rows of a state table where the column has the value."""
        rows = self.state.tables[table]
        return rows.filter(
            pc.equal(rows[column], pa.scalar(value, rows.schema.field(column).type))
        ).to_pylist()

    def records(self, keys: list[str]) -> dict[str, dict]:
        """Records of the view by key, as dictionaries."""
        rows = self.view["records"]
        found = rows.filter(pc.is_in(rows["record_key"], value_set=pa.array(sorted(set(keys)), pa.string())))
        return {r["record_key"]: r for r in found.to_pylist()}

    def name(self, person_id: str) -> str:
        """What the records call a person most often."""
        found = self.rows("persons", "person_id", person_id)
        if not found:
            return "not identified"
        who = found[0]
        return (
            " ".join(x for x in (who["forenames"], (who["surname"] or "").upper()) if x)
            or "name not recorded"
        )

    def quote(self, record: dict) -> dict:
        """One record as an explanation shows it: when, where, grade, and its text."""
        grade = None
        if record["source_evaluation"] or record["intelligence_assessment"]:
            grade = f"{record['source_evaluation'] or '?'}{record['intelligence_assessment'] or '?'}{record['handling'] or ''}"
        return {
            "record_key": record["record_key"],
            "record": f"{record['record_type']} {record['record_ref']}",
            "at": record["event_at"],
            "known_at": record["known_at"],
            "district": record["district"],
            "grade": grade,
            "origin": record["source_origin"],
            "delivery": record["delivery"],
            "row": record["row"],
            "text": record["text"],
        }


def excerpt(text: str | None, start: int | None, end: int | None) -> str:
    """The words found, in their surroundings, between guillemets; the whole reason where there are no offsets."""
    if not text or start is None or end is None:
        return ""
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    before = ("…" if left else "") + text[left:start]
    after = text[end:right] + ("…" if right < len(text) else "")
    return " ".join(f"{before}«{text[start:end]}»{after}".split())
