from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.policies"
    label = "policies"

    def ready(self) -> None:
        """What this app puts on the first page, and what it hands on when somebody leaves."""
        from redshank.web.meetings import leavers
        from redshank.web.pages import today
        from redshank.web.policies import acts
        from redshank.web.policies.first import SOURCES

        today.SOURCES.update(SOURCES)
        leavers.OTHERS["policies"] = leavers.Holds(acts.holders, acts.hand_on_all)
