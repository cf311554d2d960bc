"""What an agency was asked for, and a referral to the MASH; each with its steps, which are only added."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from redshank.web.meetings.bodies import ABOUT, BY_HAND
from redshank.web.meetings.models.about import AboutThing, without_hidden_names
from redshank.web.policy.sight import VisibleManager
from redshank.web.sharing.settings import SETTINGS
from redshank.web.worklist.models.base import Kept

#: Where something that was asked for stands.
STATES = {
    "open": "waits for an answer", "partly": "partly given", "received": "received", "refused": "refused",
    "detriment": "not shared, because of detriment", "withdrawn": "no longer asked for",
}  # fmt: skip
OPEN = ("open", "partly")
#: What is recorded of it; all but "chased" and "told" change its state.
STEPS = {
    "received": "Received", "partly": "Partly given", "refused": "Refused, with the agency's reason", "chased": "The agency was chased",
    "detriment": "Decided not to share, because of detriment to the child or another; with the reason",
    "told": "The agency was told what came of it", "withdrawn": "No longer asked for",
}  # fmt: skip
WAITS = {
    "threshold": "waits for the threshold answer", "strategy": "waits for the strategy discussion", "outcome": "waits for the outcome",
    "closed": "closed with its outcome", "withdrawn": "withdrawn by the agency",
}  # fmt: skip
REFERRAL_STEPS = {
    "threshold": "Threshold answer", "strategy": "Strategy discussion", "outcome": "Outcome", "withdrawn": "Withdrawn by the agency",
    "added": "More was added",
}  # fmt: skip


class Made(AboutThing):
    """What both share: who wrote it down, when, and the token that makes a form sent twice act once."""

    agency = models.CharField(max_length=80)
    what = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=80, unique=True)

    class Meta:
        abstract = True


class Ask(Made):
    """Asked of one agency: about whom or what, why, under which gateway, by when. ``state`` is that of its last step."""

    SEEN_AS: ClassVar[str] = "sharing"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = (("audience", "agency"),)

    why = models.TextField()
    gateway = models.CharField(max_length=20)
    due = models.DateField()
    state = models.CharField(max_length=10, default="open", choices=list(STATES.items()))
    told_at = models.DateTimeField(null=True)  # when the agency was told what came of it

    class Meta:
        indexes = [models.Index(fields=["agency", "state", "due"])]
        ordering = ("due", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        """A partner has those of their agency, and whoever oversees the audit all; others by what it is about."""
        role = user.as_role
        if role.scope == "shared" or role.allows("see.trail"):
            return without_hidden_names(rows if role.cleared else rows.filter(closed=False), user)
        return super().further(rows, user)

    def narrow(self, user: Any) -> None:
        """The kind alone, where the role does not see such things: it reads what was asked, not of whom."""
        role = user.as_role
        if self.about == "child" and role.scope == "shared":
            return  # asking named the child to this agency
        if self.about not in BY_HAND and not role.allows(f"see.{ABOUT[self.about]}"):
            self.title = f"About a {self.about.replace('_', ' ')}"

    @property
    def state_words(self) -> str:
        return STATES[self.state]

    @property
    def is_late(self) -> bool:
        return self.state in OPEN and self.due < timezone.localdate()


class AskStep(Kept):
    """What came, was refused, chased or told; ``why``: what it holds, or the reason, in words that the agency reads."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "sharing"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = (("audience", "ask__agency"),)
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(STEPS.items()))
    on = models.DateField()  # the day on which it came or was said
    file_name = models.CharField(max_length=200, default="", blank=True)  # registered as an extract
    sha256 = models.CharField(max_length=64, default="", blank=True)

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(ask__in=Ask.objects.visible_to(user, user.as_role.purpose).values("pk"))

    @property
    def kind_words(self) -> str:
        return STEPS[self.kind]


class Referral(Made):
    """A referral of a child to the MASH. ``waits`` and ``due`` are those of its last step, kept here for lists."""

    SEEN_AS: ClassVar[str] = "mash"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    received_at = models.DateTimeField()
    waits = models.CharField(max_length=10, default="threshold", choices=list(WAITS.items()))
    due = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["waits", "due"])]
        ordering = ("-received_at", "-id")

    @property
    def waits_words(self) -> str:
        return WAITS[self.waits]

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.now()


class ReferralStep(Kept):
    """An answer, a discussion, an outcome; ``why``: what was said, by whom. A correction is another step."""

    IS_HEAD: ClassVar[bool] = False
    SEEN_AS: ClassVar[str] = "mash"
    SHARED_BY: ClassVar[tuple[tuple[str, str], ...]] = ()
    HIDDEN_BY: ClassVar[tuple[tuple[str, str], ...]] = ()

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=list(REFERRAL_STEPS.items()))
    answer = models.CharField(max_length=20, default="", blank=True)  # a key of sharing.toml
    on = models.DateTimeField()

    objects = VisibleManager()

    class Meta:
        ordering = ("at", "id")

    @classmethod
    def further(cls, rows: Any, user: Any) -> Any:
        return rows.filter(referral__in=Referral.objects.visible_to(user, user.as_role.purpose).values("pk"))

    @property
    def kind_words(self) -> str:
        return REFERRAL_STEPS[self.kind]

    @property
    def answer_words(self) -> str:
        known = SETTINGS.answers.get(self.answer)
        return known.words if known else ""
