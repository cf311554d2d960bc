from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.retention"
    label = "retention"

    def ready(self) -> None:
        """What this app puts on the first page."""
        from redshank.web.pages import today
        from redshank.web.retention.first import SOURCES

        today.SOURCES.update(SOURCES)
