"""Lines for a log, one JSON object each, where ``REDSHANK_LOG_FORMAT=json`` asks for them; plain words else.

A line holds when, how grave, which part of the program, and what happened: names of steps, commands, kinds of pages and places in
the code. It never holds what a record says, who somebody is, or the rest of an address.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any


def as_json() -> bool:
    """Whether lines are to be JSON."""
    return os.environ.get("REDSHANK_LOG_FORMAT", "").strip() == "json"


def line(level: str, part: str, event: str, **more: Any) -> str:
    """One line, without its end. Signs that would end it or steer a terminal are escaped (ASCII only)."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"at": at, "level": level, "part": part, "event": event, **more}, default=str)
