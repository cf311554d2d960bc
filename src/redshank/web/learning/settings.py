"""What a force settles of its programme: ``learning.toml``, read once and refused where it is not understood."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from redshank.web.accounts.roles import ROLES
from redshank.web.policy.names import fold

#: Accounts of others than the force: they are nobody in post here.
EXTERNAL = frozenset(["partner_member"])


def read(data: dict[str, Any]) -> dict[str, Any]:
    """The configuration, checked: no key stands twice, a way to write a post leads to one post, as does an account's role."""
    for table in ("origin", "subject", "post", "publication", "evaluation"):
        keys = [x["key"] for x in data[table]]
        if not keys or len(keys) != len(set(keys)):
            raise ValueError(f"learning.toml: a {table} stands twice, or there is none")
    written = [fold(w) for p in data["post"] for w in {p["title"].casefold(), *p["also"]}]
    roles = [r for p in data["post"] for r in p["accounts"]]
    if len(written) != len(set(written)) or len(roles) != len(set(roles)):
        raise ValueError("learning.toml: a way to write a post, or a role, stands with two posts")
    if unknown := set(roles) - set(ROLES):
        raise ValueError(f"learning.toml: no such roles: {sorted(unknown)}")
    return data


DATA = read(tomllib.loads((Path(__file__).parent / "learning.toml").read_text(encoding="utf-8")))
ORIGINS: dict[str, str] = {o["key"]: o["title"] for o in DATA["origin"]}
SUBJECTS: dict[str, str] = {s["key"]: s["title"] for s in DATA["subject"]}
POSTS: dict[str, str] = {p["key"]: p["title"] for p in DATA["post"]}
KINDS: dict[str, str] = {p["key"]: p["title"] for p in DATA["publication"]}
EVALUATED: dict[str, str] = {e["key"]: e["title"] for e in DATA["evaluation"]}
#: How a file may write a post → the post.
WRITTEN: dict[str, str] = {fold(w).strip(): p["key"] for p in DATA["post"] for w in (p["title"], p["key"].replace("_", " "), *p["also"])}  # fmt: skip
_OF_ROLE: dict[str, str] = {r: p["key"] for p in DATA["post"] for r in p["accounts"]}


def post_of(role: str) -> str:
    """The post that a role of the application stands for; empty for a partner's."""
    return "" if role in EXTERNAL else _OF_ROLE.get(role, DATA["post"][-1]["key"])


def post_written(text: str) -> str:
    """The post that a file's word names; empty where none is known by it.

    >>> post_written("Response Officer"), post_written("astronaut")
    ('response', '')
    """
    return WRITTEN.get(fold(text).strip(), "")
