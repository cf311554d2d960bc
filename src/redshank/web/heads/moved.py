"""Ids that a night made one: what was kept under an id that went into another goes on under the one that stands.

The flag, the edition, the triggers of missing children, the worklist and the judgements all ask here, so that what a person
decided does not vanish with the id under which it was decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redshank.web.heads.models import Moved

#: A thing as people name it → the kind whose ids move. A record, a place and a line keep theirs.
MOVES = {"person": "person", "child": "person", "group": "group"}
CHUNK = 5_000  # ids that one query names at most


def _rows(user: Any, about: str) -> Any:
    return Moved.objects.visible_to(user, user.as_role.purpose).filter(kind=MOVES.get(about, ""))


def now_of(user: Any, about: str, ident: str) -> str:
    """Where an id went; itself where it went nowhere, or where this reader may not see whereto."""
    if about not in MOVES:
        return ident
    return _rows(user, about).filter(was=ident).values_list("now", flat=True).first() or ident


def ids_of(user: Any, about: str, ident: str) -> list[str]:
    """The id that stands for this one, and every id that went into it, as far as this reader may see."""
    if about not in MOVES:
        return [ident]
    now = now_of(user, about, ident)
    was = _rows(user, about).filter(now=now).order_by("was").values_list("was", flat=True)
    return list(dict.fromkeys([now, *was, ident]))


def whither(user: Any, about: str, idents: Iterable[str]) -> dict[str, str]:
    """Of these ids those that went into another, each with the one that it went into: :func:`now_of` for many at once."""
    return _pairs(user, about, idents, "was__in")


def into(user: Any, about: str, idents: Iterable[str]) -> dict[str, str]:
    """Ids that went into one of these, each with the one that it went into: :func:`ids_of` for many at once."""
    return _pairs(user, about, idents, "now__in")


def _pairs(user: Any, about: str, idents: Iterable[str], column: str) -> dict[str, str]:
    if about not in MOVES:
        return {}
    every = sorted(set(idents))
    out: dict[str, str] = {}
    for start in range(0, len(every), CHUNK):
        rows = _rows(user, about).filter(**{column: every[start : start + CHUNK]})
        out.update(rows.values_list("was", "now"))
    return out
