"""A demonstration home and a real `redshank serve` process over it, as a newcomer has them after `make demo`."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REDSHANK = [str(Path(sys.executable).with_name("redshank"))]
#: While working on the pages, a home that is there already may be copied instead of being made.
READY = "REDSHANK_BROWSER_HOME"


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("REDSHANK_")}
    return kept | {"PYTHONPATH": str(ROOT / "src")}


def run(home: Path, *args: str, more: Mapping[str, str] = {}) -> str:
    done = subprocess.run(
        [*REDSHANK, "--home", str(home), *args],
        capture_output=True,
        text=True,
        env=environment() | dict(more),
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def demonstration(folder: Path) -> Path:
    """Two nights of the small force, published; the accounts have seen the first."""
    home = folder / "home"
    if ready := os.environ.get(READY):
        shutil.copytree(ready, home)
        return home
    run(home, "synthetic", str(folder / "force"), "--scale", "small", "--seed", "1")
    run(home, "load", str(folder / "force" / "first"))
    run(home, "night")
    run(home, "serve", "--prepare")
    run(home, "load", str(folder / "force" / "night"))
    run(home, "night")
    return home


def free_port() -> int:
    with closing(socket.socket()) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Served:
    """A process that serves a home; ends with :meth:`stop`."""

    def __init__(self, home: Path, more: Mapping[str, str] = {}) -> None:
        self.home = home
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = (home.parent / "serve.log").open("w")
        self.process = subprocess.Popen(
            [*REDSHANK, "--home", str(home), "serve", "--port", str(self.port)],
            env=environment() | dict(more), stdout=self.log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 90
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.base}/healthz", timeout=2) as answer:
                    assert json.load(answer)["status"] == "ok"
                    return
            except OSError:
                assert self.process.poll() is None, (self.home.parent / "serve.log").read_text()
                time.sleep(0.2)
        raise AssertionError("the server did not answer within 90 seconds")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What stands in the pages' database."""
        with closing(sqlite3.connect(self.home / "web" / "redshank.sqlite3", timeout=10)) as db:
            return db.execute(sql, values).fetchall()

    def change(self, sql: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.home / "web" / "redshank.sqlite3", timeout=10)) as db:
            db.execute(sql, values)
            db.commit()

    def user(self, role: str) -> int:
        return self.rows("SELECT id FROM accounts_user WHERE username = ?", f"demo-{role}")[0][0]


def django(home: Path, code: str) -> str:
    """Runs a few lines inside the web application of a home, for what no page does."""
    lines = (
        "import sys; from pathlib import Path; from redshank.publish.setup import prepare_django; "
        "prepare_django(Path(sys.argv[1]))\n" + code
    )
    done = subprocess.run(
        [sys.executable, "-c", lines, str(home)],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
