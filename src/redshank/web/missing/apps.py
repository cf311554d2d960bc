from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.missing"
    label = "missing"

    def ready(self) -> None:
        """What this app puts on the first page."""
        from redshank.web.missing.first import SOURCES
        from redshank.web.pages import today

        today.SOURCES.update(SOURCES)
