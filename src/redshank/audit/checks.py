"""What ``doctor`` asks of the audit."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from redshank.audit.log import ADVICE
from redshank.audit.merkle import Head
from redshank.audit.verify import verify_home


@dataclass(frozen=True)
class Check:
    """One question and its answer. ``says`` what is so, ``advice`` what to do where it does not hold."""

    name: str
    holds: bool
    says: str
    advice: str = ""


def checks(home: Path, checkpoint: Head | None = None) -> list[Check]:
    """The audit's checks: its chain, its modes, and whether entries wait for their number."""
    return [check_chain(home, checkpoint), check_modes(home), check_waiting(home)]


def check_chain(home: Path, checkpoint: Head | None = None) -> Check:
    result = verify_home(home, checkpoint)
    if result.whole:
        seen = "checked against a checkpoint" if result.witnessed else "no checkpoint to check against"
        return Check("audit chain", True, f"{result.entries} entries, whole; {seen}")
    return Check("audit chain", False, "; ".join(result.problems[:3]), ADVICE)


def check_modes(home: Path) -> Check:
    """The audit says who looked at what: nobody but its own user reads it."""
    folder = Path(home) / "audit"
    paths = [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
    wide = [p.name for p in paths if stat.S_IMODE(p.stat().st_mode) & 0o077]
    if wide:
        return Check(
            "audit modes", False, f"others may read {', '.join(wide)}", "chmod -R go-rwx the audit folder"
        )
    return Check("audit modes", True, "only the own user reads it")


def check_waiting(home: Path) -> Check:
    waiting = verify_home(home).unsequenced
    if waiting:
        return Check(
            "audit sequence",
            False,
            f"{waiting} entries wait for their number",
            "the next entry numbers them; `redshank audit export` does so at once",
        )
    return Check("audit sequence", True, "every entry has its number")
