"""The language guide for what people type into the pages: the same look as ``redshank language check``."""

from __future__ import annotations

from typing import Any


def language_hints(text: str) -> list[dict[str, Any]]:
    """Phrases that blame or diminish a child, each with its reason and an alternative of the kind reword or ask.

    It only reads: what is typed is never changed (practice rule 18).
    """
    from redshank.signals import check_language

    return check_language(text) if text.strip() else []


def language_rules() -> dict[str, str]:
    """Each rule of the guide by its own name: what a reader is told that it looks for, with its number in the guide."""
    from redshank.signals.ready import rulebook

    return {r.id: f"{r.reason} (guide, {r.number})" for r in rulebook().language}
