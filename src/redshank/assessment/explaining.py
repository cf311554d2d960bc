"""Why a child, a line or a place stands where it does: every number with the records behind it.

These read the same pieces that made the number, so an explanation cannot differ from the finding. Scores are for
``explain`` and the queue; no page for practitioners shows one beside a name (practice rule 2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.compute as pc

from redshank.assessment.children import Matrix, labels
from redshank.assessment.config import Config
from redshank.assessment.lines import Line, band, total
from redshank.assessment.places import Cell


def explain_child(person_id: str, matrix: Matrix, config: Config) -> dict[str, Any]:
    """The row, and each piece with what it adds in thousandths of points; they sum to the score (rounded down)."""
    rows = matrix.rows.filter(pc.equal(matrix.rows["person_id"], person_id)).to_pylist()
    if not rows:
        return {
            "person_id": person_id,
            "found": False,
            "says": "none found in what was read; that is not 'no concern'",
        }
    mask = pc.equal(matrix.counted.rows["person_id"], person_id)
    pieces = matrix.counted.rows.filter(mask).to_pylist()
    counts = matrix.counted.counts[np.asarray(mask)].tolist()
    words = labels(config)
    parts = [
        {
            "code": p["code"],
            "says": words[p["code"]],
            "record": p["record_key"],
            "signal_id": p["signal_id"],
            "status": p["status"],
            "fresh_thousandths": p["fresh"],
            "adds_thousandths": n,
            "harm": p["harm"],
            "sexual": p["sexual"],
            "criminal": p["criminal"],
        }
        for p, n in sorted(
            zip(pieces, counts, strict=True), key=lambda x: (-x[1], x[0]["code"], x[0]["record_key"])
        )
    ]
    return {**rows[0], "found": True, "parts": parts}


def explain_line(line_ref: str, assessed: list[Line], config: Config) -> dict[str, Any]:
    """Parts with counts, grades, points and records; how each record is tied to the line."""
    for line in assessed:
        if line.ref == line_ref:
            name, override = band(line, config)
            return {
                "line_ref": line_ref,
                "found": True,
                "score": total(line, config),
                "status_per_mille": config["lines"]["status"].get(line.row["status"] or "active", 1000),
                "band": name,
                "override": override,
                "uses_sexual_exploitation": line.row["use"],
                "force_score": line.row["force_score"],
                "force_band": line.row["force_band"],
                "parts": line.parts,
                "tied_records": dict(sorted(line.ties.items())),
                "children": dict(sorted(line.children.items())),
            }
    return {"line_ref": line_ref, "found": False, "says": "no such line was known"}


def explain_place(cell_name: str, assessed: list[Cell], config: Config) -> dict[str, Any]:
    """The records of a cell with what each adds and how each belongs there."""
    for cell in assessed:
        if cell.h3 == cell_name:
            points = config["places"]["points"]
            return {
                "h3": cell_name,
                "found": True,
                "score": cell.score(config),
                "records": [
                    {"record": key, "adds_thousandths": n, "how": cell.how[key]}
                    for key, n in sorted(cell.records.items(), key=lambda x: (-x[1], x[0]))
                ],
                "children": len(cell.children),
                "for_further_children": points["each_further_child"] * (len(cell.children) - 1),
                "for_further_records": points["each_further_record"] * (len(cell.records) - 1),
                "districts": dict(sorted(cell.districts.items())),
            }
    return {"h3": cell_name, "found": False, "says": "none found in what was read"}
