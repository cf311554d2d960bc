"""Entries of the audit as the requests wrote them: append-only, numbered and chained within a second by
:mod:`redshank.web.trail.sequencer`. What is personal (the id of whom or what was read) stays in this database, behind
the policy; the chain holds a salted commitment to it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.web.policy.sight import VisibleManager, sight_of

#: The actions that the law names (Data Protection Act 2018 s.62), and the attempt that was refused.
ACTIONS = ("collection", "alteration", "consultation", "disclosure", "combination", "erasure", "refusal")

#: What an entry calls a thing, beside its kind.
SAME_AS = {"person": ("person", "child", "urgent")}


class Entry(models.Model):
    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "trail"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    ref = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    action = models.CharField(max_length=20)
    kind = models.CharField(max_length=30)
    ident = models.CharField(max_length=240, blank=True)
    purpose = models.CharField(max_length=200)
    opened_from = models.CharField(max_length=200, blank=True)
    details = models.TextField(default="{}")
    chained_at = models.DateTimeField(null=True)

    objects = VisibleManager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "ident", "-at"]),
            models.Index(fields=["-at"]),
            models.Index(fields=["chained_at", "id"]),
        ]

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """Nothing about a matter of the reader's own (practice rule 13), apart from what they did themselves."""
        own = sight_of(user).own
        if not own:
            return rows
        for kind, idents in own.items():
            for name in SAME_AS.get(kind, (kind,)):
                rows = rows.exclude(models.Q(kind=name, ident__in=idents) & ~models.Q(user=user))
        from redshank.web.flags.models import Flag

        flags = Flag.objects.filter(
            models.Q(group_id__in=own.get("group", ()))
            | models.Q(person_id__in=own.get("person", ()))
            | models.Q(record_key__in=own.get("record", ()))
        )
        numbers = [str(n) for n in flags.values_list("pk", flat=True)]
        rows = rows.exclude(models.Q(kind="flag", ident__in=numbers) & ~models.Q(user=user))
        return rows
