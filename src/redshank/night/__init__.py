"""The night: what is new since the last run, through every stage, published as one commit.

``run`` is one night; ``replay`` is night after night from a date, each seeing only its past, kept apart from
the current run; ``published`` reads the findings of a run; ``Telling`` says how far a night is while it runs. Start
with :mod:`redshank.night.pipeline`.
"""

from __future__ import annotations

from redshank.night.progress import Telling
from redshank.night.publish import published
from redshank.night.replay import replay
from redshank.night.run import run

__all__ = ["Telling", "published", "replay", "run"]
