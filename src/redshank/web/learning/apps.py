from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.learning"
    label = "learning"

    def ready(self) -> None:
        """What this app puts on the first page, and what it hands on when somebody leaves."""
        from redshank.web.learning import acts
        from redshank.web.learning.first import SOURCES
        from redshank.web.meetings import leavers
        from redshank.web.pages import today

        today.SOURCES.update(SOURCES)
        leavers.OTHERS["learning"] = leavers.Holds(acts.holders, acts.hand_on_all)
