"""A list in pages of fifty, and how many rows it has."""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db import connection
from django.utils.functional import cached_property

SIZE = 50
KEPT = 1_000
KEPT_SECONDS = (
    600  # what changes a published run from outside (an erasure) shows in the counts after this long
)
_READS = re.compile(r"\b(?:FROM|JOIN)\s+\(?\s*\W?(\w+)")
_counts: OrderedDict[bytes, tuple[float, int]] = OrderedDict()
_lock = Lock()


def count(rows: Any) -> int:
    """How many rows a list or a query has. Heads of a published run do not change, so a count that reads heads alone is kept.

    The policy is in the query itself (run, edition, scope, what is hidden): who sees less asks another query and gets another
    count. The key is a digest, so that no name that somebody looked for stays in memory. Inside a transaction, where
    heads may be about to change, nothing is kept.
    """
    if not hasattr(rows, "model"):
        return len(rows)
    if not getattr(rows.model, "IS_HEAD", False) or connection.in_atomic_block:
        return rows.count()
    try:
        sql, values = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return 0
    if not all(table.startswith("heads_") for table in _READS.findall(sql)):
        return rows.count()
    key = hashlib.sha256(f"{sql}\n{values!r}".encode()).digest()
    now = time.monotonic()
    with _lock:
        kept = _counts.get(key)
        if kept is not None and kept[0] > now - KEPT_SECONDS:
            _counts.move_to_end(key)
            return kept[1]
    found = rows.count()
    with _lock:
        _counts[key] = (now, found)
        while len(_counts) > KEPT:
            _counts.popitem(last=False)
    return found


class Counted(Paginator):
    @cached_property
    def count(self) -> int:
        return count(self.object_list)


@dataclass
class Shown:
    """One page of a list, and how to ask for the others with the same filter."""

    page: Page
    total: int
    query: str  # the filter, without the page's number


def paged(request: Any, rows: Any) -> Shown:
    paginator = Counted(rows, SIZE)
    page = paginator.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return Shown(page, paginator.count, query.urlencode())
