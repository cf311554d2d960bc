from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.audits"
    label = "audits"

    def ready(self) -> None:
        """What this app puts on the first page."""
        from redshank.web.audits.first import SOURCES
        from redshank.web.pages import today

        today.SOURCES.update(SOURCES)
