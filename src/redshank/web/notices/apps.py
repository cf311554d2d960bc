from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "redshank.web.notices"
    label = "notices"

    def ready(self) -> None:
        """Acts are listened to; first pages name sources of the notices too."""
        from redshank.web.notices import asked, first, listening
        from redshank.web.pages import today

        listening.listen()
        asked.listen()
        today.SOURCES.update(first.SOURCES)
