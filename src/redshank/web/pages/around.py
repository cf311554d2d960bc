"""What stands around every page: who reads, as at when, where one can go, and whether this is a demonstration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from redshank.web import homes
from redshank.web.heads.models import Publication

#: An extract older than this is said in red (practice rule 15). Local default: a night's rhythm and some hours.
RHYTHM = timedelta(hours=30)
#: Permission, name of the route, and the word in the navigation.
WAYS = (
    ("", "today", "Today"),
    ("search", "search", "Search"),
    ("see.urgent", "urgent", "Cannot wait"),
    ("see.items", "worklist", "Worklist"),
    ("see.raised", "raised", "Raised"),
    ("see.referrals", "registrar", "Registrar"),
    ("see.questions", "questions", "Questions"),
    ("see.groups", "groups", "Groups"),
    ("see.children", "children", "Children"),
    ("see.records", "records", "Records"),
    ("see.places", "places", "Places"),
    ("see.places", "map", "Map"),
    ("see.lines", "lines", "County lines"),
    ("see.language", "language", "Language"),
    ("see.rules", "rules", "Rules"),
    ("see.quarantine", "quarantine", "Quarantine"),
    ("see.mace", "missing", "Missing"),
    ("see.matrix", "editions", "Matrix"),
    ("see.concerns", "concerns", "Concerns"),
    ("see.register", "register", "Flags"),
    ("see.persons", "judgements", "Judgements"),
    ("reads.supervise", "reads", "Sampled reads"),
    ("see.trail", "trail", "Audit"),
    ("sight.manage", "sight", "Sight"),
    ("people.manage", "people", "Accounts"),
)


def publication() -> Publication:
    """The run that people see; a blank one before any."""
    return Publication.objects.filter(pk=1).first() or Publication(pk=1)


def around(request: Any) -> dict[str, Any]:
    user = getattr(request, "user", None)
    shown: dict[str, Any] = {"is_demonstration": homes.demonstration_mark(settings.HOME).exists()}
    if user is None or not user.is_authenticated:
        return shown
    role = user.as_role
    state = publication()
    match = getattr(request, "resolver_match", None)
    here = (match.url_name if match else "") or ""
    plural = {
        "child": "children",
        "group": "groups",
        "record": "records",
        "place": "places",
        "line": "lines",
        "flag": "register",
        "item": "worklist",
        "raised-one": "raised",
        "referral": "registrar",
        "question": "questions",
        "rule": "rules",
        "judgement": "judgements",
        "edition": "editions",
        "edition-row": "editions",
        "edition-add": "editions",
        "edition-compare": "editions",
        "missing-child": "missing",
        "missing-refer": "missing",
        "mace-referrals": "missing",
        "mace-referral": "missing",
        "concern": "concerns",
        "concern-raise": "concerns",
    }
    shown |= {
        "role": role,
        "publication": state,
        "is_old": state.as_of is not None and timezone.now() - state.as_of > RHYTHM,
        "ways": [
            {"name": name, "words": words, "here": plural.get(here, here) == name}
            for permission, name, words in WAYS
            if role.allows(permission)
        ],
    }  # fmt: skip
    return shown
