from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.disruption"
    label = "disruption"

    def ready(self) -> None:
        """What this app puts on the first page."""
        from redshank.web.disruption.first import SOURCES
        from redshank.web.pages import today

        today.SOURCES.update(SOURCES)
