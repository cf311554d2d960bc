from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.register"
    label = "register"

    def ready(self) -> None:
        """What the review of the register puts on the first page."""
        from redshank.web.pages import today
        from redshank.web.register.first import SOURCES

        today.SOURCES.update(SOURCES)
