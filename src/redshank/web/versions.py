"""A text that people work by, in versions: draft, consulted, adopted, superseded, and acknowledged by those whom it concerns.

Two things live so: the operational order of Operation Makesafe and the policies. Their rules are the same and stand here
once; each app has its own tables (a subclass of :class:`Version` and one of :class:`VersionStep` that points at it as
``steps``). No version is changed or removed; whoever comes second is told who was first.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone

STATES = {"draft": "Draft", "consulted": "Consulted", "adopted": "Adopted", "superseded": "Superseded"}
#: What a person does to a version; the rest follows from it.
DONE = ("consulted", "adopted")


class NotAllowed(Exception):
    """A rule is in the way; the text says which."""


class Meanwhile(Exception):
    """Somebody else acted first."""

    def __init__(self, step: Any) -> None:
        self.step = step
        super().__init__("changed meanwhile")


def mark(user: Any, once: str) -> str:
    """The token by which a form that is sent twice acts once, of this person alone."""
    return f"{user.pk}:{once}"[:60]


class Version(models.Model):
    """One version of a text; ``state`` says where it stands."""

    IS_HEAD: ClassVar[bool] = False

    text = models.TextField()
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="draft")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=60, unique=True)

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("a version is superseded, never removed")

    @property
    def state_words(self) -> str:
        return STATES[self.state]


class VersionStep(models.Model):
    """What was done to a version: by whom, when, and what was said. Added, never changed."""

    kind = models.CharField(max_length=10, choices=list(STATES.items()))
    text = models.TextField()  # consulted: with whom, and what they said
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    once = models.CharField(max_length=60, unique=True)

    class Meta:
        abstract = True

    @property
    def kind_words(self) -> str:
        return STATES[self.kind]


def draft(siblings: Any, user: Any, text: str, once: str, **of: Any) -> tuple[Any, bool]:
    """A new version; ``siblings`` are the versions of the same text, ``of`` says what it is a version of.

    Gives the version and whether it is new. Raises :class:`Meanwhile` where somebody wrote one in this very moment.
    """
    once, model = mark(user, once), siblings.model
    if before := model.objects.filter(once=once).first():
        return before, False
    try:
        with transaction.atomic():
            number = (siblings.aggregate(n=Max("number"))["n"] or 0) + 1
            made = model.objects.create(number=number, text=text, by=user, once=once, **of)
            made.steps.create(kind="draft", text="", by=user, once=once)
        return made, True
    except IntegrityError:
        if before := model.objects.filter(once=once).first():
            return before, False
        last = siblings.select_related("by").order_by("-number").first()
        raise Meanwhile(last.steps.select_related("by").first() if last else None) from None


def follow(siblings: Any, user: Any, number: int, kind: str, text: str, once: str, seen: int, **set_: Any) -> Any:  # fmt: skip
    """Consulted (again), or adopted: what was in force, and every older version, is superseded then.

    ``set_`` is written on the version with its new state (a policy's day of adoption).
    """
    once = mark(user, once)
    with transaction.atomic():
        version = siblings.select_for_update(of=("self",)).get(number=number)
        if before := version.steps.filter(once=once).first():
            return before
        if version.steps.count() != seen:
            raise Meanwhile(version.steps.select_related("by").last())
        if kind == "consulted" and version.state not in ("draft", "consulted"):
            raise NotAllowed("Only a draft is consulted about")
        if kind == "adopted" and version.state != "consulted":
            raise NotAllowed("It is adopted after those whom it concerns were consulted")
        if kind == "adopted":
            older = siblings.select_for_update(of=("self",)).filter(number__lt=number).exclude(state="superseded")  # fmt: skip
            for old in older:
                old.state = "superseded"
                old.save(update_fields=["state"])
                old.steps.create(kind="superseded", text=f"By version {number}", by=user, once=f"{old.pk}<{once}"[:60])  # fmt: skip
            if siblings.filter(state="adopted").exists():
                raise NotAllowed("A later version is in force")
        version.state = kind
        for name, value in set_.items():
            setattr(version, name, value)
        version.save(update_fields=["state", *set_])
        return version.steps.create(kind=kind, text=text, by=user, once=once)


def acknowledge(version: Any, user: Any) -> bool:
    """This person has read the version that is in force; whether it was said now."""
    if version.state != "adopted":
        raise NotAllowed("Only the version in force is acknowledged")
    try:
        with transaction.atomic():
            version.acknowledged.create(by=user)
        return True
    except IntegrityError:
        return False
