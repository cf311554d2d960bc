"""What a row of the meetings is about, and who may therefore see it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from redshank.web.meetings.bodies import ABOUT, BY_HAND
from redshank.web.policy.names import fold, names_hidden
from redshank.web.policy.sight import VisibleManager, sight_of


class AboutThing(models.Model):
    """A child, a group, a place, a record, a line, a concern, or what a person named by hand (contextual safeguarding).

    ``closed``: it rests on handling C, so that only cleared roles learn of it (practice rule 12). ``folded``: every word of
    it, so that what names somebody whose matter is hidden from a reader is hidden too (rule 13).
    """

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "raised"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = (
        ("user", "by_id"),
        ("child", "person_id"),
        ("group", "group_id"),
        ("record", "record_key"),
        ("place", "ident"),
    )
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (
        ("group", "group_id"),
        ("person", "person_id"),
        ("child", "person_id"),
        ("record", "record_key"),
        ("place", "ident"),
        ("line", "ident"),
    )

    about = models.CharField(max_length=12, choices=[(a, a) for a in (*ABOUT, *BY_HAND)])
    ident = models.CharField(max_length=200)
    group_id = models.CharField(max_length=80, default="", blank=True)
    person_id = models.CharField(max_length=80, default="", blank=True)
    record_key = models.CharField(max_length=200, default="", blank=True)
    title = models.CharField(max_length=300)
    closed = models.BooleanField(default=False)
    folded = models.TextField(default="", blank=True)

    objects = VisibleManager()

    class Meta:
        abstract = True

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return of_seen_things(rows if user.as_role.cleared else rows.filter(closed=False), user)


def of_seen_things(rows: Any, user: Any) -> Any:
    """Rows about kinds that the role sees, without what is hidden from this user by id or by name."""
    from redshank.web.heads.models import Place

    role = user.as_role
    rows = rows.filter(about__in=[*BY_HAND, *(a for a, kind in ABOUT.items() if role.allows(f"see.{kind}"))])
    if role.allows("see.places") and not role.small:
        cells = Place.objects.visible_to(user, role.purpose).values("cell")
        rows = rows.exclude(models.Q(about="place") & ~models.Q(ident__in=cells))
    return without_hidden_names(rows, user)


def without_hidden_names(rows: Any, user: Any) -> Any:
    """Rows without those that name, or are about, somebody whose matter is hidden from this user (practice rule 13)."""
    from redshank.web.concerns.models import Concern
    from redshank.web.heads.models import Moved

    persons = sight_of(user).hidden.get("person", set())
    if not persons:
        return rows
    # An id of an older run may have gone into one that is hidden now.
    older = Moved.objects.filter(kind="person", now__in=persons).values_list("was", flat=True)
    rows = rows.exclude(person_id__in=list(older))
    concerns = Concern.hidden_from(Concern.objects.all(), user)
    rows = rows.exclude(about="concern", ident__in=[str(pk) for pk in concerns])
    hidden = names_hidden(user)
    named = [pk for pk, text in rows.values_list("pk", "folded") if hidden.named_in(text)]
    return rows.exclude(pk__in=named)


def folded(*texts: str) -> str:
    return fold(" ".join(texts))
