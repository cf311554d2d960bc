"""How an item of the worklist comes before a meeting: raised to the daily one, or held for the four-weekly one."""

from __future__ import annotations

from typing import Any

from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Raised
from redshank.web.meetings.raising import NotAllowed, Subject, raise_to
from redshank.web.worklist import acts
from redshank.web.worklist.models import Act

#: Which act puts something before which body.
MEETING = {"raise": "daily", "hold": "four_weekly"}


def put_before(act: Act, grade: str, owner: Any) -> Raised:
    """The row of what an act raised or held; where it stands there already, the act's words are added to it.

    Raises:
        acts.NotAllowed: a rule is in the way.
    """
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
        made, _ = raise_to(
            act.by, of, BODIES[MEETING[act.kind]], act.why, f"act:{act.pk}", owner=owner, grade=grade, act=act
        )
    except NotAllowed as reason:
        raise acts.NotAllowed(str(reason)) from reason
    return made
