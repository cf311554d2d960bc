"""An act on an item or on one of its hits, and where an item stands after all acts that stand."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import models

from redshank.web.policy.sight import sight_of
from redshank.web.worklist.models.base import RESTRICTED, Kept, OfItem

#: On an item. Those of :data:`SETTLING` say where it stands; the last that stands counts.
KINDS = ("confirm", "dismiss", "grade", "raise", "hold", "assign", "link", "refer", "ask", "undo")
SETTLING = ("confirm", "dismiss", "raise", "hold")
#: On a hit: whether the rule read it rightly. These alone make a rule's precision.
VERDICTS = ("confirm", "dismiss")


class Act(OfItem, Kept):
    """One act, with all that was shown when it was made (practice rule 6). Undone by another act that names it."""

    kind = models.CharField(max_length=10, choices=[(k, k) for k in KINDS])
    value = models.CharField(
        max_length=200, default="", blank=True
    )  # reason, grade, account, or what it is linked to
    hit = models.CharField(max_length=40, default="", blank=True)  # signal_id; empty: the whole item
    rule = models.CharField(max_length=120, default="", blank=True)
    rule_version = models.IntegerField(default=0)
    indicator = models.CharField(max_length=60, default="", blank=True)
    words = models.TextField(default="", blank=True)  # what the rule matched, folded
    run = models.IntegerField()
    shown = models.TextField(default="{}")
    batch = models.CharField(max_length=80, default="", blank=True)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        ordering = ("at", "id")
        indexes = [
            models.Index(fields=["about", "ident", "id"]),
            models.Index(fields=["hit"]),
            models.Index(fields=["rule"]),
            models.Index(fields=["batch"]),
        ]

    def narrow(self, user: Any) -> None:
        """That it was done is told in any case; why, only to whoever may see the records that it was done with."""
        hidden = sight_of(user).hidden.get("record", set())
        if hidden and hidden & set(self.parsed("shown").get("records", ())):
            self.why = RESTRICTED

    @property
    def is_narrowed(self) -> bool:
        return bool(self.why == RESTRICTED)


class Standing(OfItem):
    """Where an item stands, kept for lists and worked out anew from its acts after each. ``edition`` is ``full`` (all acts)
    or ``open`` (without those that rest on handling C)."""

    edition = models.CharField(max_length=4, choices=[("full", "full"), ("open", "open")])
    state = models.CharField(max_length=10, default="", blank=True)  # the last settling act, or nothing
    grade = models.CharField(max_length=20, default="", blank=True)
    assigned = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    run = models.IntegerField(default=0)  # that was published then
    records = models.TextField(default="[]")  # what was shown when it was settled
    hits = models.TextField(default="[]")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["about", "ident", "edition"], name="stands_once")]
        indexes = [models.Index(fields=["edition", "state"])]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return super().further(rows.filter(edition="full" if user.as_role.cleared else "open"), user)

    def parsed(self, name: str) -> Any:
        return json.loads(getattr(self, name) or "[]")
