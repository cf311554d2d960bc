from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Config(AppConfig):
    name = "redshank.web.tracker"
    label = "tracker"

    def ready(self) -> None:
        """What this app puts on the first page; what ships stands after each migration."""
        from redshank.web.pages import today
        from redshank.web.tracker.first import SOURCES

        today.SOURCES.update(SOURCES)
        post_migrate.connect(_put, sender=self)


def _put(using: str = "default", **more: Any) -> None:
    from redshank.web.tracker import shipped

    shipped.put(using)
