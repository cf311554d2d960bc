"""Loaded by every Python process that is started with this folder in its path: its clock is the one of REDSHANK_TEST_CLOCK.

The file holds how many seconds the clock is ahead. It is looked at again and again, so a test sets a running server forward.
Nothing of this is in the product.
"""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

FILE = Path(os.environ["REDSHANK_TEST_CLOCK"])
monotonic, wall = time.monotonic(), time.time()  # of the machine, before anything stands in their place
travel, said = None, ""


def follow() -> None:
    global travel, said
    text = FILE.read_text(encoding="utf-8")
    if text == said:
        return
    if travel is not None:
        travel.stop()
    real = datetime.fromtimestamp(wall + time.monotonic() - monotonic, UTC)
    travel, said = time_machine.travel(real + timedelta(seconds=float(text))), text
    travel.start()


def keep_on() -> None:
    while True:
        follow()
        time.sleep(0.05)


def start() -> None:
    follow()
    threading.Thread(target=keep_on, daemon=True).start()


start()
os.register_at_fork(after_in_child=start)
