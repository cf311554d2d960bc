"""Schedules of unused material, in the manner of the forms MG6C (non-sensitive) and MG6D (sensitive).

Layout and columns are a local default after general knowledge of those forms; the disclosure officer checks them against
the forms in force. What stands in the schedule of sensitive material is in no other document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from redshank.products.document import Document, Section, say, table

HEAD = ["Item", "Description", "Date", "Reference", "Kind"]


def _rows(content: Mapping[str, Any], ruling: str) -> list[Mapping[str, Any]]:
    return [i for i in content["items"] if i["ruling"] == ruling]


def _of(content: Mapping[str, Any], by: str) -> tuple[str, str]:
    case = content["case"]
    return (
        f"As gathered on {case['gathered_on']}.",
        f"{by} Reference {case['reference']}, under: {case['basis']}. Prepared by {case['prepared_by']}, released by {case['released_by']} on {case['released_on']}.",
    )


def document(content: Mapping[str, Any]) -> Document:
    """The schedule of non-sensitive material, with the decisions exactly as they were kept."""
    case = content["case"]
    first, of = _of(content, "Schedule of unused material that is not sensitive.")
    mine = _rows(content, "schedule")
    rows = [[str(n), f"{i['label']}: {i['title']}", i["day"], i["reference"], i["kind"]] for n, i in enumerate(mine, 1)]  # fmt: skip
    sections = [Section("Schedule", (table("Relevant, not sensitive", HEAD, rows),) if rows else say("No such material."), key="schedule")]  # fmt: skip
    decided = [i for i in mine if i["shown"]]
    for i in decided:
        shown = [[k, v] for k, v in i["shown"]]
        sections.append(Section(
            f"As it stood at the time: {i['label']}, {i['title']}",
            (*say("What was proposed, answered, relied on, opened and shown, as it was kept with the act and not changed since."), table("As kept", ["What", "As kept"], shown)),
            level=3, key="as-kept",
        ))  # fmt: skip
    sections.append(Section("Rules and definitions in force when it was gathered", (table("Versions", ["What", "Version"], [list(v) for v in case["versions"]]),), key="versions"))  # fmt: skip
    return Document(f"Unused material: {case['name']}", "OFFICIAL-SENSITIVE", first, of, tuple(sections))


def sensitive(content: Mapping[str, Any]) -> Document | None:
    """The schedule of sensitive material, apart; None where nothing was found to be sensitive."""
    mine = _rows(content, "sensitive")
    if not mine:
        return None
    case = content["case"]
    first, of = _of(content, "Schedule of sensitive material: for the prosecutor alone.")
    rows = [[str(n), f"{i['label']}: {i['title']}", i["day"], i["reference"], i["why"]] for n, i in enumerate(mine, 1)]  # fmt: skip
    part = table("Relevant and sensitive", [*HEAD[:4], "Why it is sensitive"], rows)
    return Document(f"Sensitive unused material: {case['name']}", "OFFICIAL-SENSITIVE", first, of, (Section("Schedule", (part,), key="sensitive"),))  # fmt: skip
