from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.returns"
    label = "returns"

    def ready(self) -> None:
        """What this app puts on the first page."""
        from redshank.web.pages import today
        from redshank.web.returns.first import SOURCES

        today.SOURCES.update(SOURCES)
