"""Where and with what a measurement was made: never a name of a machine, a person or a network."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

PACKAGES = ("duckdb", "ibis-framework", "pyarrow", "numpy", "pandas", "splink", "ahocorasick-rs", "networkx")


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip()
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def versions() -> dict[str, str]:
    out = {}
    for name in PACKAGES:
        try:
            out[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            out[name] = "not installed"
    asked = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(asked, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return {"commit": done.stdout.strip() or "not from a repository", **out}


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def busy() -> float:
    """Seconds that all cores together have worked since the machine started, for anybody; 0 where it is not told."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _idle, _wait, irq, soft, stolen = map(int, stat.read_text().split()[1:9])
    return (user + nice + system + irq + soft + stolen) / os.sysconf("SC_CLK_TCK")


def own() -> float:
    """Seconds that this program and its children have worked."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


class Watch:
    """How many cores other programs kept busy while this one measured; with more than a fraction, figures are slower
    than the machine is."""

    def __init__(self) -> None:
        self.began, self.busy, self.own = time.monotonic(), busy(), own()

    def others(self) -> float:
        spent = max(time.monotonic() - self.began, 0.001)
        return round(max(0.0, (busy() - self.busy) - (own() - self.own)) / spent, 2)
