"""Looking at a missing child, referring to MACE, and what stood there then. A view asks the policy and calls these."""

from __future__ import annotations

import json
from typing import Any

from django.db import IntegrityError, transaction

from redshank.web.flags.models import Flag
from redshank.web.heads.models import Record
from redshank.web.heads.moved import ids_of, into
from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Raised
from redshank.web.meetings.raising import Subject, raise_to
from redshank.web.missing import episodes
from redshank.web.missing.models import Look
from redshank.web.missing.triggers import TRIGGERS, Fired

MACE = BODIES["mace"]


def flagged(user: Any, people: set[str]) -> set[str]:
    """Those with a group-based flag that is proposed or confirmed, and in this reader's sight."""
    now = into(user, "person", people)
    rows = Flag.objects.visible_to(user, user.as_role.purpose).filter(
        about="person", person_id__in={*people, *now}
    )
    found = rows.filter(state__in=["proposed", "confirmed"]).values_list("person_id", flat=True)
    return {now.get(person, person) for person in found}


def look(user: Any, person_id: str, fired: Fired, text: str) -> tuple[Look, bool]:
    """A look at what a trigger asks for; the first one where somebody has looked, also under an id that went into this one."""
    about = {"person_id": person_id, "trigger": fired.trigger.key, "episode_key": fired.episode_key}
    ids = ids_of(user, "person", person_id)
    same = Look.objects.filter(person_id__in=ids, trigger=fired.trigger.key, episode_key=fired.episode_key)
    if (first := same.select_related("by").first()) is not None:
        return first, False
    try:
        with transaction.atomic():
            return Look.objects.create(**about, says=fired.trigger.says, text=text, by=user), True
    except IntegrityError:
        return Look.objects.select_related("by").get(**about), False


def refer(user: Any, of: Subject, why: str, owner: Any, once: str) -> tuple[Raised, bool]:
    """A proposed referral: raised to MACE, with what stood before the person."""
    return raise_to(user, of, MACE, why, f"{user.pk}:{once}", owner=owner, origin="missing")


def stood(user: Any, raised: Raised) -> tuple[list[Record], list[str]]:
    """The episodes that stood there when a child was referred, and what asked for a look, as far as this reader sees them.

    What a trigger says is counted from every episode, and may tell of a flag: it is for whoever sees all of that.
    """
    shown = json.loads(raised.shown) if raised.origin == "missing" else {}
    keys = shown.get("episodes", [])
    rows = list(
        episodes.all_rows(user, user.as_role.purpose).filter(key__in=keys).order_by("missing_from", "key")
    )
    of_flags = {t.says for t in TRIGGERS if t.kind == "flag"}
    sees_flag = bool(flagged(user, {raised.person_id}))
    said = [s for s in shown.get("triggers", []) if sees_flag or s not in of_flags]
    return rows, said if len(rows) == len(keys) else []
