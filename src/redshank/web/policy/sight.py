"""The one answer to "may this person see this, for this purpose?", written as a filter of a query.

Every list, count, chart, file and page goes through :func:`visible`. What it holds, in order:

1. the role sees this kind of thing, for a stated purpose; an inactive account sees nothing, and the administrator
   nothing but what is no record and everybody reads (policies);
2. the published run: rows that stand in ``current_run``, so that a night appears whole or not at all;
3. the edition: with handling C for cleared roles, else the one that was made without any C evidence (rule 12);
4. the scope: what was shared with the agency or role, where the role sees no more than that;
5. need to know: restricted things, and whatever rests on them, without a grant in time;
6. conflicts of interest: a matter of somebody's own family, colleague or self, without a trace (rule 13).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from redshank.web.accounts.roles import EVERYBODYS

PURPOSE_LONGEST = 200


@dataclass
class Sight:
    """What limits one user now; read once for a request."""

    run: int
    hidden: dict[str, set[str]] = field(default_factory=dict)  # kind → idents that must not show
    shared: dict[str, set[str]] = field(default_factory=dict)  # kind → idents shared with the audience
    partly: dict[str, set[str]] = field(
        default_factory=dict
    )  # kind → idents behind which something is hidden
    own: dict[str, set[str]] = field(default_factory=dict)  # of what is hidden: matters of one's own


def sight_of(user: Any) -> Sight:
    """The limits of a user, kept on the user object of this request."""
    found = getattr(user, "_sight", None)
    if found is None:
        found = user._sight = _look(user)
    return found


def current_run() -> int:
    from redshank.web.heads.models import Publication

    return Publication.objects.filter(pk=1).values_list("current_run", flat=True).first() or 0


def _look(user: Any) -> Sight:
    from redshank.web.policy.matters import hidden_from, moved, standing
    from redshank.web.policy.models import Share

    run = current_run()
    limits = hidden_from(user, run)
    sight = Sight(run=run, hidden=limits.whole, partly=limits.partly, own=limits.own)
    if user.as_role.scope == "shared":
        sight.shared["user"] = {str(user.pk)}  # what one wrote oneself
        sight.shared["audience"] = {user.audience}  # what was given to one's team
        for kind, ident in standing(Share).filter(audience=user.audience).values_list("kind", "ident"):
            sight.shared.setdefault(kind, set()).update(moved(kind, {ident}, run))
        if children := sight.shared.get("person"):  # a person shared is shared with their child's page
            sight.shared["child"] = set(children)
    return sight


def visible(rows: Any, user: Any, purpose: str) -> Any:
    """The rows of a query that this user may see for this purpose; nothing where there is no reason given."""
    model = rows.model
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return rows.none()
    if not purpose or len(purpose) > PURPOSE_LONGEST:
        raise ValueError("a query for records states its purpose")
    role = user.as_role
    nothing = role.scope == "none" and model.SEEN_AS not in EVERYBODYS
    if nothing or not role.allows(f"see.{model.SEEN_AS}"):
        return rows.none()
    sight = sight_of(user)
    if model.IS_HEAD:
        rows = rows.filter(valid_from__lte=sight.run).exclude(valid_to__lte=sight.run)
        rows = rows.filter(in_full=True) if role.cleared else rows.filter(in_open=True)
    # SHARED_BY None: a row of the search's index gathers records and is narrowed to those in sight by its reader; what
    # is kept of businesses is no record and goes by the role alone.
    if role.scope == "shared" and model.SHARED_BY is not None:
        allowed = models.Q(pk__in=[])
        for kind, column in model.SHARED_BY:
            allowed |= models.Q(**{f"{column}__in": sight.shared.get(kind, set())})
        rows = rows.filter(allowed)
    for kind, column in model.HIDDEN_BY:
        if idents := sight.hidden.get(kind):
            rows = rows.exclude(**{f"{column}__in": idents})
    return model.further(rows, user)


class VisibleRows(models.QuerySet):
    """Rows of which a view may use nothing but :meth:`visible_to`."""

    _reader: Any = None

    def visible_to(self, user: Any, purpose: str) -> Any:
        rows = visible(self, user, purpose)
        rows._reader = user
        return rows

    def _clone(self) -> Any:
        copy = super()._clone()  # type: ignore[misc]
        copy._reader = self._reader
        return copy

    def _fetch_all(self) -> None:
        """What was gathered from several records is narrowed to those that the reader may see."""
        fresh = self._result_cache is None  # type: ignore[has-type]
        super()._fetch_all()  # type: ignore[misc]
        if fresh and self._reader is not None and hasattr(self.model, "narrow"):
            for row in self._result_cache:
                if isinstance(row, self.model):
                    row.narrow(self._reader)


VisibleManager = models.Manager.from_queryset(VisibleRows)
