"""Pages of the worklist; each asks the policy first and leaves the rules to the module of its name."""

from redshank.web.worklist.views.acting import ask, put, refer, undo, verdict
from redshank.web.worklist.views.board import bulk, save_view, unread, worklist
from redshank.web.worklist.views.board import drop_view as drop_view
from redshank.web.worklist.views.item import item
from redshank.web.worklist.views.questions import answer, question, questions
from redshank.web.worklist.views.registrar import add, referral, referrals, rule_on
from redshank.web.worklist.views.rules import rule, rules
from redshank.web.worklist.views.sweeps import decide_sweep, sweep, sweep_propose, sweeps
from redshank.web.worklist.views.waiting import acknowledge, give_back, take, urgent

__all__ = [
    "acknowledge", "add", "answer", "ask", "bulk", "decide_sweep", "drop_view", "give_back", "item", "put", "question", "questions",
    "refer", "referral", "referrals", "rule", "rule_on", "rules", "save_view", "sweep", "sweep_propose",
    "sweeps", "take", "undo", "unread", "urgent", "verdict", "worklist",
]  # fmt: skip
