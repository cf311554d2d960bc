from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.access"
    label = "access"

    def ready(self) -> None:
        """What sight and accounts put on the first page."""
        from redshank.web.access.first import SOURCES
        from redshank.web.pages import today

        today.SOURCES.update(SOURCES)
