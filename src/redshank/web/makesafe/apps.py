from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.makesafe"
    label = "makesafe"

    def ready(self) -> None:
        """What this app puts on the first page."""
        from redshank.web.makesafe.first import SOURCES
        from redshank.web.pages import today

        today.SOURCES.update(SOURCES)
