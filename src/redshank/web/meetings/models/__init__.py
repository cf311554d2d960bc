"""What was raised and what became of it, sittings, tasks and commissions."""

from redshank.web.meetings.models.actions import Action, ActionStep
from redshank.web.meetings.models.asking import Commission
from redshank.web.meetings.models.raised import Move, Raised, View
from redshank.web.meetings.models.sittings import Present, Sitting

__all__ = ["Action", "ActionStep", "Commission", "Move", "Present", "Raised", "Sitting", "View"]
