"""A PostgreSQL server of the tests' own, in a folder under /tmp, on no port, ended with them.

It comes from Debian's packages (``.ci/run`` installs them). The server refuses to run as root, so that a root's tests
start it as the packages' own user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote


def programs() -> Path | None:
    """The folder with ``initdb`` and ``postgres``; None where no server is installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


def _user() -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    return {}


class Server:
    """Started on entry, ended on exit; ``url()`` is an address as REDSHANK_DATABASE_URL takes it."""

    def __enter__(self) -> Server:
        self.bin = programs()
        assert self.bin is not None
        self.who = _user()
        # Lower case and short: a host in an address has no capitals, a socket's path at most 107 signs.
        self.folder = Path(tempfile.mkdtemp(prefix="redshank-pg-", dir="/tmp"))
        if self.who:
            os.chown(self.folder, self.who["user"], self.who["group"])
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "redshank", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off -c full_page_writes=off"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-w", "-l", str(self.folder / "log"), "start")  # fmt: skip
        return self

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.bin / program), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, cwd="/", check=False, timeout=60, **self.who,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def url(self, name: str = "postgres") -> str:
        return f"postgres://redshank@{quote(str(self.folder), safe='')}/{name}"

    def make(self, name: str, of: str = "template1") -> str:
        """A new database, empty or a copy of one that nobody is connected to; gives its address."""
        import psycopg

        with psycopg.connect(
            host=str(self.folder), user="redshank", dbname="postgres", autocommit=True
        ) as link:
            link.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')  # type: ignore[arg-type]
        return self.url(name)

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
