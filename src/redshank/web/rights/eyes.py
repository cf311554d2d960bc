"""With which eyes something is gathered for a case, or counted.

Data protection and audit open no record in their daily work: their role sees the trail and the registers. What a case is about
they do see, inside the case and with an entry in the trail for it; what is counted they see as numbers. So gathering asks the same
policy as every page (:func:`redshank.web.policy.sight.visible`) for the same person, with every kind of thing in view:
restrictions, matters of the person's own and handling C hold as always.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from redshank.web.accounts.roles import SEE
from redshank.web.concerns.models import Concern
from redshank.web.meetings.models import Action, Commission, Raised, Sitting
from redshank.web.policy.names import names_hidden
from redshank.web.policy.sight import sight_of

#: Rows that a role sees by the body or the queue that it sits in: a case has them all, without what is hidden.
BY_BODY = (Action, Commission, Concern, Raised, Sitting)


def of_case(user: Any) -> Any:
    """For what a case is about.

    Raises:
        PermissionError: the role neither prepares nor releases.
    """
    return _eyes(user, ("rights.prepare", "rights.release"), "rights: a case")


def of_counting(user: Any) -> Any:
    """For counts of which nobody is named.

    Raises:
        PermissionError: the role does not monitor fairness.
    """
    return _eyes(user, ("rights.fairness",), "rights: fairness")


def of_record(user: Any) -> Any:
    """For counts of rules and of verdicts in the transparency record."""
    return _eyes(user, ("rights.record",), "rights: transparency record")


def _eyes(user: Any, permissions: tuple[str, ...], purpose: str) -> Any:
    role = user.as_role
    if role.scope != "all" or not any(role.allows(p) for p in permissions):
        raise PermissionError(f"{role.title} may not: {', '.join(permissions)}")
    eyes = copy.copy(user)
    for kept in ("_sight", "_names_hidden"):
        eyes.__dict__.pop(kept, None)
    eyes.__dict__["_reads_as"] = replace(role, see=SEE, may=frozenset(), small=True, purpose=purpose)
    return eyes


def in_open(eyes: Any) -> Any:
    """The same eyes without handling C: what these see too rests on no report of it."""
    opened = copy.copy(eyes)
    for kept in ("_sight", "_names_hidden"):
        opened.__dict__.pop(kept, None)
    opened.__dict__["_reads_as"] = replace(eyes.as_role, cleared=False)
    return opened


def rows_of(model: Any, eyes: Any) -> Any:
    """Everything of a model that a case may hold."""
    if model not in BY_BODY:
        return model.objects.visible_to(eyes, eyes.as_role.purpose)
    rows = model.objects.all()
    fields = {f.name for f in model._meta.get_fields()}
    hidden = sight_of(eyes).hidden
    for kind, column in (
        ("person", "person_id"),
        ("child", "person_id"),
        ("group", "group_id"),
        ("record", "record_key"),
    ):
        if column in fields and (idents := hidden.get(kind)):
            rows = rows.exclude(**{f"{column}__in": idents})
    if "closed" in fields and not eyes.as_role.cleared:
        rows = rows.filter(closed=False)
    if "folded" not in fields:  # its words are looked at one by one
        return rows
    names = names_hidden(eyes)
    named = (
        [pk for pk, text in rows.values_list("pk", "folded") if names.named_in(text)] if names.pairs else []
    )
    return rows.exclude(pk__in=named)
