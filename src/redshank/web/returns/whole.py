"""What a version is made from: all that the force holds; and what a reader sees of it.

A return is of the whole force, whoever drafts it; what is hidden from a reader is asked when it is read (as in an edition of
the matrix), so that nobody's own matter changes the number that the force returns, and nobody reads one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.crypto import salted_hmac

from redshank.products.returns import content
from redshank.products.returns.population import population
from redshank.products.returns.spec import ReturnSpec
from redshank.products.rows import Rows
from redshank.web.flags.models import Flag
from redshank.web.heads.models import Moved
from redshank.web.pages.around import publication
from redshank.web.policy.sight import sight_of
from redshank.web.products.gather import Gathering
from redshank.web.returns.models import Return


class _Whole(Gathering):
    """Every row of the published run, with handling C: a crime counts whoever may read the report about it."""

    def seen(self, model: Any) -> Any:
        rows = model.objects.all()
        if not model.IS_HEAD:
            return rows
        run = publication().current_run
        return rows.filter(valid_from__lte=run, in_full=True).exclude(valid_to__lte=run)


def rows_of(user: Any) -> Rows:
    shown = publication()
    return _Whole(user, shown.as_of or datetime.now(UTC)).for_returns(shown.current_run)


def secret(salt: str) -> bytes:
    """The key of a return's pseudonyms: the home's own, and a salt of that return."""
    return salted_hmac(f"return:{salt}", "pseudonyms", algorithm="sha256").digest()


def counted(user: Any, of: Return, spec: ReturnSpec) -> content.Return:
    """The return as the records now have it, whole."""
    return population(rows_of(user), spec, of.year, secret(of.salt))


def as_seen(user: Any, found: content.Return) -> content.Return:
    """Without what is hidden from this reader, and without a trace of it in the counts (practice rules 12, 13)."""
    sight = sight_of(user)
    people = set(sight.hidden.get("person", ()))
    if people:  # a person of an older run may have gone into one that is hidden now
        people |= set(Moved.objects.filter(kind="person", now__in=people).values_list("was", flat=True))
    records = frozenset(sight.hidden.get("record", ()))
    groups = frozenset(sight.hidden.get("group", ()))
    about = found.flags + tuple(n for x in found.left_out for n in x.flags)
    seen = set(Flag.objects.visible_to(user, user.as_role.purpose).filter(pk__in=set(about)).values_list("pk", flat=True))  # fmt: skip
    flags = None if seen >= set(about) else frozenset(seen)
    return content.narrowed(found, frozenset(people), records, flags, groups)
