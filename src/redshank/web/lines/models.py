"""A line under decision, and the decisions on it. They are added to and never changed: a correction is a new row."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from redshank.web.policy.names import names_hidden
from redshank.web.policy.sight import VisibleManager, sight_of
from redshank.web.worklist.models.base import Kept

#: What a person decides on a line, and the word that a person gives on its use of sexual exploitation.
DECISIONS = {"keep": "Kept", "raise": "Raised", "lower": "Lowered", "close": "Closed"}
WORDS = {"known": "Known to use sexual exploitation", "refuted": "Suspicion of sexual exploitation refuted"}
#: Its owner left: who looks at it again is another, and what was decided stands.
HANDED = {"handed": "Handed on"}
KINDS = DECISIONS | WORDS | HANDED


class Case(models.Model):
    """A line that somebody decided on: it stands also when the night's findings hold the line no longer."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "lines"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()  # a partner sees no line
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = (("line", "line_ref"),)

    line_ref = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)

    objects = VisibleManager()

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """With a decision in sight; not where a record that ever stood behind the line is hidden (practice rule 13)."""
        from redshank.web.heads.models import Behind

        if not user.as_role.cleared:
            rows = rows.filter(models.Exists(Decision.objects.filter(case=models.OuterRef("pk"), closed=False)))  # fmt: skip
        if records := sight_of(user).hidden.get("record"):
            behind = Behind.objects.filter(kind="line", record_key__in=records).values("ident")
            rows = rows.exclude(line_ref__in=behind)
        return rows


class Decision(Kept):
    """What a person decided on a line, or their word on what the night suspects; with owner and next review."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "lines"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    tier = models.CharField(max_length=20, default="", blank=True)  # to which it was raised or lowered
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField(null=True)
    closed = models.BooleanField(default=False)  # rests on handling C: for cleared roles only
    folded = models.TextField(default="")  # every word of it, for names that must not show
    shown = models.TextField(default="{}")  # the night as it stood before the person (practice rule 6)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        rows = rows if user.as_role.cleared else rows.filter(closed=False)
        rows = rows.filter(case__in=Case.objects.visible_to(user, "decisions on a line"))
        if not sight_of(user).hidden.get("person"):
            return rows
        hidden = names_hidden(user)
        return rows.exclude(pk__in=[pk for pk, text in rows.values_list("pk", "folded") if hidden.named_in(text)])  # fmt: skip

    @property
    def kind_words(self) -> str:
        return f"{KINDS[self.kind]} to tier {self.tier}" if self.tier else KINDS[self.kind]

    def is_late(self, today: date) -> bool:
        return self.review_on is not None and self.review_on < today
