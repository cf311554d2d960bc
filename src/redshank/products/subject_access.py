"""The answer to a request for access, from exactly what was released. It holds no number, gap or word from which to tell what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from redshank.products.document import Document, Section, say, table

FACTS = "What records state, or somebody observed"
VIEWS = "What was assessed or decided (a view, not a fact: Data Protection Act 2018 s.38)"


def document(content: Mapping[str, Any]) -> Document:
    """``content`` is what a release keeps: ``case`` and ``items``, with others' names taken out already."""
    case: Mapping[str, Any] = content["case"]
    items: Sequence[Mapping[str, Any]] = content["items"]
    sections = [
        Section("About this answer", say(
            f"Reference {case['reference']}. Asked for on {case['asked_on']} by {case['asked_by']}, under: {case['basis']}.",
            case["standing_words"],
            "Why it is held: to see from the force's own records whether children are exploited, so that people can protect them. Nothing in it decides about you by itself: a person does.",
            "From whom and for how long: from the force's record systems and its partners, under the force's own schedule of retention. Others' names were taken out.",
        ), key="about"),
    ]  # fmt: skip
    if not items:
        sections.append(Section("What is held", say("There is nothing that the force can give you."), key="none"))  # fmt: skip
    for kind in dict.fromkeys(i["kind"] for i in items):
        mine = [i for i in items if i["kind"] == kind]
        parts: list[Any] = []
        for heading, facts in ((FACTS, True), (VIEWS, False)):
            rows = [[i["label"], i["day"], i["title"], i["text"]] for i in mine if i["facts"] is facts]
            if rows:
                parts.append(table(heading, ["What", "Day", "Called", "It says"], rows))
        sections.append(Section(kind, tuple(parts), key=kind))
    return Document(
        f"What Redshank holds about {case['name']}", "OFFICIAL-SENSITIVE: PERSONAL", f"As gathered on {case['gathered_on']}.",
        f"For {case['asked_by']}. Prepared by {case['prepared_by']}, released by {case['released_by']} on {case['released_on']}.", tuple(sections),
    )  # fmt: skip
