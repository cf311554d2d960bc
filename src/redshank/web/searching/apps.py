from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.searching"
    label = "searching"

    def ready(self) -> None:
        """What sampled reads put on the first page."""
        from redshank.web.pages import today
        from redshank.web.searching.first import SOURCES

        today.SOURCES.update(SOURCES)
