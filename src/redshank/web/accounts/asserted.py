"""An account to which the force's provider signed somebody in. Accounts are made by the administrator, never here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend

from redshank.web.accounts import directory
from redshank.web.accounts.models import User


class Asserted(BaseBackend):
    """Django's way in for a name that the provider's signed word holds. It stands after the lock-out's backend, so a
    locked name stays locked. Where no provider is configured any more, whoever came in by it is signed out."""

    def authenticate(
        self, request: Any, username: str | None = None, asserted: bool = False, **_: Any
    ) -> User | None:
        """The active account of that name, exactly as written; never one of a demonstration."""
        if not asserted or not username or settings.PROVIDER is None:
            return None
        found = directory.account(username)
        return None if found is None or found.demonstration else found

    def get_user(self, user_id: Any) -> User | None:
        if settings.PROVIDER is None:
            return None
        return User.objects.filter(pk=user_id, demonstration=False).first()
