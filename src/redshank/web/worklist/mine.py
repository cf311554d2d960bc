"""What is one person's own: lines that they have read, and views that they saved."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.heads.moved import ids_of
from redshank.web.worklist.models import Seen, View

MOST_VIEWS = 30


def mark_read(user: Any, about: str, ident: str, records: Iterable[str]) -> None:
    sets = {"records": json.dumps(sorted(records)), "at": timezone.now()}
    Seen.objects.update_or_create(user=user, about=about, ident=ident, defaults=sets)


def mark_unread(user: Any, about: str, ident: str) -> None:
    Seen.objects.filter(user=user, about=about, ident__in=ids_of(user, about, ident)).delete()


def keep_view(user: Any, name: str, query: str) -> None:
    """A name stands once; saved again, it is the newer filter."""
    with transaction.atomic():
        View.objects.update_or_create(user=user, name=name, defaults={"query": query, "at": timezone.now()})


def views_of(user: Any) -> list[View]:
    return list(View.objects.filter(user=user).order_by("name"))


def drop_view(user: Any, number: int) -> bool:
    return bool(View.objects.filter(user=user, pk=number).delete()[0])
