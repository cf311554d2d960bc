from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.worklist"
    label = "worklist"

    def ready(self) -> None:
        """First pages of roles name sources of the worklist too."""
        from redshank.web.pages import today
        from redshank.web.worklist import firsts

        today.SOURCES.update(firsts.SOURCES)
