"""The notice that a home has from its first day, over exploitation material (practice rule 26; its wording is a local default).

Written with the tables: by a migration where a home stands already, by :mod:`redshank.web.fresh` where it is new.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

WHY = (
    "Inquiries have asked, years later, for what forces held about the sexual exploitation of children, and found that it had been "
    "disposed of. Nothing of it goes before two named people have decided that it may."
)


def make(apps: Any, schema: Any) -> None:
    """Makes it once, as a migration is called."""
    apps.get_model("retention", "Notice").objects.get_or_create(
        once="standing:exploitation",
        defaults={
            "kind": "standing", "title": "Standing notice over exploitation material", "covers": "exploitation",
            "authority": "Here from the first day, by a local default", "why": WHY, "since": timezone.localdate(),
        },
    )  # fmt: skip
