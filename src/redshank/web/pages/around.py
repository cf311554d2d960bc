"""What stands around every page: who reads, as at when, where one can go, and whether this is a demonstration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from redshank.web import homes
from redshank.web.heads.models import Publication
from redshank.web.pages import current
from redshank.web.pages.menu import here, menu

#: An extract older than this is said in red (practice rule 15). Local default: a night's rhythm and some hours.
RHYTHM = timedelta(hours=30)


def publication() -> Publication:
    """The run that people see; a blank one before any."""
    return Publication.objects.filter(pk=1).first() or Publication(pk=1)


def around(request: Any) -> dict[str, Any]:
    user = getattr(request, "user", None)
    shown: dict[str, Any] = {"is_demonstration": homes.demonstration_mark(settings.HOME).exists()}
    if user is None or not user.is_authenticated:
        return shown
    from redshank.web.notices import lists  # what it tells of is told on these pages too

    role = user.as_role
    state = publication()
    shown |= {
        "role": role,
        "publication": state,
        "is_old": state.as_of is not None and timezone.now() - state.as_of > RHYTHM,
        "not_current": current.said(),
        "notices": lists.unread(user),
        "menu": menu(role, here(request)),
    }
    return shown
