"""What a force settles of its policies: ``policies.toml``, read once and refused where it is not understood."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def read(data: dict[str, Any]) -> dict[str, Any]:
    """The configuration, checked: a survey that tells of nobody, questions that stand once."""
    for table in ("kind", "question", "answer"):
        keys = [x["key"] for x in data[table]]
        if not keys or len(keys) != len(set(keys)):
            raise ValueError(f"policies.toml: a {table} stands twice, or there is none")
    if data["survey"]["least"] < 5:
        raise ValueError("policies.toml, survey: least lets fewer than five answers be told")
    if min(data["review"]["months"], data["review"]["again_months"], data["survey"]["days"]) < 1:
        raise ValueError("policies.toml: a review or a survey that takes no time")
    return data


DATA = read(tomllib.loads((Path(__file__).parent / "policies.toml").read_text(encoding="utf-8")))
KINDS: dict[str, str] = {k["key"]: k["title"] for k in DATA["kind"]}
QUESTIONS: dict[str, str] = {q["key"]: q["asks"] for q in DATA["question"]}
ANSWERS: dict[str, str] = {a["key"]: a["title"] for a in DATA["answer"]}
LEAST: int = DATA["survey"]["least"]
