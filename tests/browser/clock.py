"""The clock of the processes under test: set forward while they run, so that weeks of meetings are played in a minute."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from .serving import ROOT


class Clock:
    """``clock.set("2026-04-03 16:40")``, in London; it runs on from there. What is started with :attr:`environment` follows it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.environment = {
            "PYTHONPATH": os.pathsep.join((str(Path(__file__).with_name("clocked")), str(ROOT / "src"))),
            "REDSHANK_TEST_CLOCK": str(self.file),
        }

    def set(self, when: str) -> None:
        moment = datetime.fromisoformat(when).replace(tzinfo=ZoneInfo("Europe/London"))
        new = self.file.with_suffix(".new")
        new.write_text(f"{moment.timestamp() - time.time():+.0f}\n", encoding="utf-8")
        new.replace(self.file)  # never read half
        time.sleep(0.3)  # the processes look twenty times a second
