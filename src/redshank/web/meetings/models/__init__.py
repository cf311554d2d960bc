"""What was raised and what became of it, sittings, tasks, commissions and terms of reference."""

from redshank.web.meetings.models.actions import Action, ActionStep
from redshank.web.meetings.models.asking import Commission, CommissionMove
from redshank.web.meetings.models.raised import Move, Raised, View
from redshank.web.meetings.models.sittings import Present, Sitting
from redshank.web.meetings.models.terms import Terms

__all__ = [
    "Action",
    "ActionStep",
    "Commission",
    "CommissionMove",
    "Move",
    "Present",
    "Raised",
    "Sitting",
    "Terms",
    "View",
]
