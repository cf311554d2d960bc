"""How an item of the worklist comes before a meeting: raised to the daily one, or held for the four-weekly one."""

from __future__ import annotations

from typing import Any

from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Raised
from redshank.web.meetings.raising import (
    ChooseSight,
    NotAllowed,
    Subject,
    as_chosen,
    chairs_not_cleared,
    raise_to,
)
from redshank.web.worklist import acts
from redshank.web.worklist.items import Thing
from redshank.web.worklist.models import Act

#: Which act puts something before which body.
MEETING = {"raise": "daily", "hold": "four_weekly"}


def blind(thing: Thing) -> list[str]:
    """Of the meetings that an act puts things before, those whose chair does not see what rests on handling C."""
    return (
        [b.short for b in chairs_not_cleared([BODIES[m] for m in MEETING.values()])] if thing.closed else []
    )


def put_before(act: Act, grade: str, owner: Any, sight: str = "") -> Raised:
    """The row of what an act raised or held; where it stands there already, the act's words are added to it. ``sight``:
    with which records, where some rest on handling C (``raising.as_chosen``).

    Raises:
        acts.NotAllowed: a rule is in the way.
    """
    body = BODIES[MEETING[act.kind]]
    of = Subject(
        act.about,
        act.ident,
        act.title,
        act.closed,
        act.person_id,
        tuple(act.parsed("shown")["records"]),
        act.parsed("shown"),
    )
    try:
        of = as_chosen(body, of, sight)
        made, _ = raise_to(act.by, of, body, act.why, f"act:{act.pk}", owner=owner, grade=grade, act=act)
    except ChooseSight as reason:
        raise acts.ChooseSight(str(reason)) from reason
    except NotAllowed as reason:
        raise acts.NotAllowed(str(reason)) from reason
    return made
