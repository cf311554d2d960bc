from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.judgements"
    label = "judgements"

    def ready(self) -> None:
        """What waits for a blind second look stands on the first page."""
        from redshank.web.judgements.first import SOURCES
        from redshank.web.pages import today

        today.SOURCES.update(SOURCES)
