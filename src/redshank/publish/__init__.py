"""Where both halves meet, and nowhere else: a completed run goes to the pages, decisions come back.

:func:`publish` copies the heads of the last completed run into the database of the pages, by delta, in batches, and
then flips one number (docs/decisions/0010-publishing.md). :mod:`~redshank.publish.reading` reads a record's text from the store
once the policy has answered; :func:`hand_back` takes what people judged into the store before a night. Nothing else knows both a stage and the pages.

Read :mod:`~redshank.publish.editions` (what there is with and without handling C), :mod:`~redshank.publish.heads` (what is
copied), :mod:`~redshank.publish.delta` (how), :mod:`~redshank.publish.rules` (what each rule looks for).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redshank.publish.judged import hand_back
    from redshank.publish.language import language_hints, language_rules
    from redshank.publish.setup import is_demonstration, is_served, prepare, publish, publish_if_served

#: Name → the module that has it. Loaded when asked for: the pages start without the stages of a night and their libraries.
_FROM = {
    "hand_back": "judged",
    "language_hints": "language",
    "language_rules": "language",
    "is_demonstration": "setup",
    "is_served": "setup",
    "prepare": "setup",
    "publish": "setup",
    "publish_if_served": "setup",
}

__all__ = [
    "hand_back",
    "is_demonstration",
    "is_served",
    "language_hints",
    "language_rules",
    "prepare",
    "publish",
    "publish_if_served",
]


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_FROM[name]}"), name)
