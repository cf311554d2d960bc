"""Redshank finds group-based child sexual exploitation in a force's own records and explains it from them.

Data flows one way: sources → records → signals → identity → networks → assessment → findings.
Start reading at :mod:`redshank.stage` (what a stage is) and :mod:`redshank.night` (how they run).

In a notebook: ``redshank.open(home, purpose=…)`` gives the last completed run, to be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from redshank.notebook import Opened

__version__ = "0.1.0"


def open(home: str | os.PathLike[str], *, purpose: str) -> Opened:
    """The last completed run of a home, read only; the purpose goes into the audit.

    Errors: :class:`~redshank.errors.UsageError` no purpose, no home, or no night yet; :class:`~redshank.errors.NotPermitted` a home
    that others can read; :class:`~redshank.errors.StoreDamaged`.
    """
    from redshank.notebook import Opened  # the engines come with it: not for who asks the version alone

    return Opened(home, purpose)
