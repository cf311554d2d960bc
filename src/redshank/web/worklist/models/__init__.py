"""The tables of the worklist; each file holds what one part of the work keeps."""

from redshank.web.worklist.models.acts import Act, Standing
from redshank.web.worklist.models.asking import Answer, Question
from redshank.web.worklist.models.mine import Seen, View
from redshank.web.worklist.models.registrar import Referral, Step
from redshank.web.worklist.models.rules import Labelled, Rule
from redshank.web.worklist.models.sweeps import Second, Sweep
from redshank.web.worklist.models.waiting import Acknowledged

__all__ = [
    "Acknowledged", "Act", "Answer", "Labelled", "Question", "Referral", "Rule", "Second", "Seen", "Standing", "Step",
    "Sweep", "View",
]  # fmt: skip
