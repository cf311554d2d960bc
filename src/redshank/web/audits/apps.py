from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.audits"
    label = "audits"

    def ready(self) -> None:
        """What this app puts on the first page, and what it hands on when somebody leaves."""
        from redshank.web.audits import leaving
        from redshank.web.audits.first import SOURCES
        from redshank.web.meetings import leavers
        from redshank.web.pages import today

        today.SOURCES.update(SOURCES)
        leavers.OTHERS["audits"] = leavers.Holds(leaving.holders, leaving.hand_on_all)
