"""What people judged on the pages, handed to the night as the judgements of the store.

Ids are ``web-TIME-…``, so that they sort in the order in which they were made. ``at`` is up to when the person had seen
the records (the published run's time), not when they pressed the button: a record that came to be known after that is
new evidence, also when it had been recorded before they decided. A row that a later delivery brought again has another
number: its judgement is handed over under the new one, and the old one is withdrawn.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from redshank import records
from redshank.audit import Audit
from redshank.night import judgements
from redshank.publish.setup import is_served, prepare_django
from redshank.store import Store

PREFIX = "web-"


def hand_back(store: Store, purpose: str = "") -> dict[str, Any]:
    """Makes the store's judgements agree with those of the pages, where pages are served from this home.

    Within the writer's lock. A database that cannot be reached does not stop the night: ``unreachable`` says so.
    """
    if not is_served(store.home):
        return {}
    prepare_django(store.home)
    from django.db import OperationalError

    from redshank.web.fresh import migrate

    try:
        migrate()
        rows, at = standing(store)
    except OperationalError:
        return {"unreachable": True}
    counts = judgements.agree(store, PREFIX, rows, at)
    if counts["new"] or counts["withdrawn"]:
        Audit(store.home).append("judgements", "of the pages, for the night", counts, purpose=purpose)
    return counts


def standing(store: Store) -> tuple[list[dict[str, Any]], datetime]:
    """Rows of the contract for every judgement that stands, and the time of the published run."""
    from redshank.web.heads.models import Publication

    state = Publication.objects.filter(pk=1).first()
    at = state.as_of if state and state.as_of else datetime(1970, 1, 1, tzinfo=UTC)
    return sorted(_identity(store) + _groups() + _flags() + _lines(), key=lambda r: r["judgement_id"]), at


def _id(at: datetime, *parts: Any) -> str:
    return PREFIX + "-".join([at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f"), *map(str, parts)])


def _row(**given: Any) -> dict[str, Any]:
    return {name: None for name in judgements.SCHEMA.names} | given


def _identity(store: Store) -> list[dict[str, Any]]:
    from redshank.web.judgements.standing import judged_pairs, not_withdrawn

    pairs = judged_pairs(not_withdrawn().filter(kind__in=["same", "not_same"]).select_related("by"))
    keys = sorted({key for _, p in pairs for key in (p.a_record, p.b_record)})
    now = _rows_now(store, keys)
    out = []
    for decision, p in pairs:
        a_row, b_row = now.get(p.a_uid, p.a_row), now.get(p.b_uid, p.b_row)
        a_type, _, a_ref = p.a_record.partition(":")
        b_type, _, b_ref = p.b_record.partition(":")
        out.append(
            _row(
                judgement_id=_id(decision.at, decision.pk, p.pk, a_row, b_row), kind=p.kind, a_record_type=a_type, a_record_ref=a_ref,
                a_row=a_row, b_record_type=b_type, b_record_ref=b_ref, b_row=b_row, by=decision.by.username, at=decision.as_of,
                reason=decision.reason,
            )
        )  # fmt: skip
    return out


def _rows_now(store: Store, keys: list[str]) -> dict[str, int]:
    """Appearance → number of its row in the delivery that brought it last."""
    if not keys:
        return {}
    rows = records.current(store, as_of=None, keys=pa.array(keys, pa.string()))["appearances"]
    pairs = zip(rows["appearance_id"].to_pylist(), rows["row"].to_pylist(), strict=True)
    return {str(i): row for i, row in pairs}


def _groups() -> list[dict[str, Any]]:
    from redshank.web.judgements.standing import not_withdrawn

    return [
        _row(
            judgement_id=_id(d.at, d.pk), kind=d.kind, group_id=d.group_id, by=d.by.username, at=d.as_of, reason=d.reason
        )
        for d in not_withdrawn().filter(kind__in=["dismiss_group", "confirm_group"]).select_related("by")
    ]  # fmt: skip


def _flags() -> list[dict[str, Any]]:
    """A flag on a group that a second person decided: confirmed, or not proven, is a judgement on its proposal too."""
    from redshank.web.flags.models import Act
    from redshank.web.heads.models import Published

    times = dict(Published.objects.values_list("run", "as_of"))
    kinds = {"confirmed": "confirm_group", "not_proven": "dismiss_group"}
    acts = Act.objects.filter(flag__about="group", kind__in=kinds).select_related("flag", "by")
    return [
        _row(
            judgement_id=_id(a.at, "flag", a.pk), kind=kinds[a.kind], group_id=a.flag.ident, by=a.by.username,
            at=times.get(a.run, a.at), reason=a.rationale,
        )
        for a in acts.order_by("at", "id")
        if a.flag.state == a.kind
    ]  # fmt: skip


def _lines() -> list[dict[str, Any]]:
    """Words on county lines' use of sexual exploitation; of several on one line the last counts."""
    from redshank.web.heads.models import Published
    from redshank.web.lines.models import WORDS, Decision

    times = dict(Published.objects.values_list("run", "as_of"))
    given = Decision.objects.filter(kind__in=WORDS).select_related("by", "case").order_by("at", "id")
    return [
        _row(
            judgement_id=_id(d.at, "line", d.pk), kind=f"line_{d.kind}", line_ref=d.case.line_ref,
            handling="C" if d.closed else None, by=d.by.username, at=times.get(d.parsed("shown")["run"], d.at), reason=d.why,
        )
        for d in given
    ]  # fmt: skip
