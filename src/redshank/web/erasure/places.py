"""Which column is what: ``places.toml``, and the tables as they are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from redshank.web.heads.models import Head

KINDS: tuple[str, ...] = ("copied", "folded", "written", "plain")
PLACES: dict[str, dict[str, list[str]]] = tomllib.loads((Path(__file__).parent / "places.toml").read_text(encoding="utf-8"))  # fmt: skip
SHORT = 60
"""Columns shorter than this hold codes and ids; a key of a record has more room."""
#: A form's own mark and how somebody signs in: nothing of a record.
NEVER = frozenset(["once", "username", "password"])


def tables() -> Iterator[Any]:
    """Every table beside the heads of the nights and the search's index."""
    for model in apps.get_models(include_auto_created=True):
        if not issubclass(model, Head):
            yield model


def heads() -> Iterator[Any]:
    """Those that hold the nights: the search's index too."""
    for model in apps.get_models():
        if issubclass(model, Head):
            yield model


def texts(model: Any) -> list[Any]:
    """Columns that hold text of any kind."""
    kinds = (models.CharField, models.TextField, models.BinaryField)
    return [f for f in model._meta.concrete_fields if isinstance(f, kinds) and f.name not in NEVER]


def has_room(column: Any) -> bool:
    """Whether something of a record has room in a column."""
    if isinstance(column, models.CharField):
        return not column.choices and (column.max_length or SHORT) >= SHORT
    return True


def kind_of(model: Any, column: str) -> str:
    """What a column is; ``code`` for what has no room for anything of a record."""
    label = model._meta.label
    return next((k for k in KINDS if column in PLACES[k].get(label, ())), "code")
