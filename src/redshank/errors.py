"""Errors that a person reads, and the exit codes that operators build on.

An error says what was wrong, where, and what to do. It never holds personal data: file names, row
numbers, column names and counts only.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line; a contract (docs/reference/exit-codes.md)."""

    DONE = 0
    FOUND = 1  # the check asked for found something
    USAGE = 2
    REFUSED = 10  # a delivery or file refused
    STORE = 11  # the store is damaged or of another version
    NOT_PERMITTED = 12
    BAR_MISSED = 13  # a bar of the evaluation missed
    INTERRUPTED = 14  # safe to run again
    BUSY = 15  # another run holds the store
    NO_ROOM = 16  # no room or no right to write
    DEFECT = 70  # ours


class RedshankError(Exception):
    """Base of every error meant for the reader. ``message`` says what is so, ``advice`` what to do next."""

    exit = Exit.DEFECT

    def __init__(self, message: str, advice: str = "") -> None:
        self.message = message
        self.advice = advice
        super().__init__(f"{message}\n  {advice}" if advice else message)


class UsageError(RedshankError):
    exit = Exit.USAGE


class DeliveryRefused(RedshankError):
    exit = Exit.REFUSED


class StoreDamaged(RedshankError):
    exit = Exit.STORE


class NotPermitted(RedshankError):
    exit = Exit.NOT_PERMITTED


class StoreBusy(RedshankError):
    exit = Exit.BUSY


class NoRoom(RedshankError):
    exit = Exit.NO_ROOM
