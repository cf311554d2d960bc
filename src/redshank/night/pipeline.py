"""One night over what is new: the stages in their order, each handed its delta and its state.

The whole night is one commit of the store: a crash at any moment leaves yesterday's state, and the same
command runs again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from redshank.night.steps import Work, assess, read_texts, ties_and_groups, who_is_who
from redshank.stage import Counts

Progress = Callable[[str, int, int], None]
STEPS: tuple[tuple[str, Callable[[Work], Counts]], ...] = (
    ("signals", read_texts),
    ("identity", who_is_who),
    ("networks", ties_and_groups),
    ("assessment", assess),
)


@dataclass
class Outcome:
    """Rows and seconds of each stage; the findings stand in ``work``."""

    work: Work
    counts: dict[str, Counts] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def advance(work: Work, progress: Progress) -> Outcome:
    """Runs every stage once over ``work``, whose state becomes tonight's."""
    outcome = Outcome(work)
    for number, (name, step) in enumerate(STEPS):
        progress(name, number, len(STEPS))
        began = time.perf_counter()
        outcome.counts[name] = step(work)
        outcome.seconds[name] = round(time.perf_counter() - began, 3)
    progress(STEPS[-1][0], len(STEPS), len(STEPS))
    work.state.run = work.run_no
    return outcome
