from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.erasure"
    label = "erasure"

    def ready(self) -> None:
        """What this app puts on the first page."""
        from redshank.web.erasure.first import SOURCES
        from redshank.web.pages import today

        today.SOURCES.update(SOURCES)
