"""What narrows or widens sight beyond a role: restrictions, grants, conflicts of interest, shares."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

KINDS = [(k, k) for k in ("record", "person", "group", "place", "line")]


class Decided(models.Model):
    """Who decided it, when and why; what is taken back stays in view of the auditor."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300)
    label = models.CharField(max_length=300, default="", blank=True)  # what it was called when it was decided
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        abstract = True


class Restriction(Decided):
    """Need to know: nobody sees it, or what rests on it, without a grant."""

    kind = models.CharField(max_length=10, choices=KINDS)
    ident = models.CharField(max_length=200, db_index=True)


class Grant(Decided):
    """A restricted thing opened to one person until a time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=KINDS)
    ident = models.CharField(max_length=200)
    until = models.DateTimeField()


class Conflict(Decided):
    """A person whose matter is hidden from this user without a trace: family, colleague, oneself (rule 13)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person_id = models.CharField(max_length=80)


class Share(Decided):
    """A thing shared with an agency or a role: all that a role of scope "shared" sees."""

    audience = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=10, choices=KINDS)
    ident = models.CharField(max_length=200)
