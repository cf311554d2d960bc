"""The program as an attacker drives it: in this process where that shows the same, as a child where signals, limits
or the surroundings matter. Deliveries are written by hand; no test reads another's home.
"""

import csv
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from redshank.cli import main

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "from redshank.cli import main; main()"]

CRIMES = "crime_ref recorded_at narrative"
PEOPLE = "record_type record_ref role forenames surname date_of_birth phone address"

#: Somebody of the deliveries: the name must stand in no error.
SECRET = "Zebedee Quillfeather"


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """What standard error says besides progress."""
        return "\n".join(line for line in self.err.splitlines() if not line.endswith("…"))


class Program:
    """``program("load", folder, home=home)``; every run ends in a documented code and shows no traceback."""

    def __init__(self, capsys) -> None:
        self.capsys = capsys

    def __call__(self, *args, home: Path | None = None) -> Done:
        self.capsys.readouterr()
        try:
            main([*(["--home", str(home)] if home else []), *map(str, args)])
        except SystemExit as end:
            code = end.code
        out, err = self.capsys.readouterr()
        done = Done(code, out, err)
        assert "Traceback" not in err, err
        assert code != 70, f"{args} -> {err}"
        assert SECRET.split()[1] not in err
        return done


def child(*args, home: Path, before: str = "", cwd: Path | None = None, **env) -> subprocess.CompletedProcess:
    """The program as a process of its own; ``before`` is shell code that runs in front of it (limits)."""
    command = [*PROGRAM, "--home", str(home), *map(str, args)]
    if before:
        command = ["bash", "-c", f'{before}; exec "$@"', "bash", *command]
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK", "COV"))} | env
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=120, env=surroundings, cwd=cwd
    )


def table(folder: Path, name: str, columns: str, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    """Writes one CSV table of a delivery; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns.split())
    writer.writerows(rows)
    (folder / name).write_bytes(text.getvalue().encode(encoding))
    return folder


def raw(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder


def state(home: Path) -> dict[str, bytes]:
    """What the store holds: the pointer, the manifests and the names of all files."""
    if not home.is_dir():
        return {}
    parts = [home / "CURRENT", *sorted(home.glob("manifests/*")), *sorted(home.glob("data/*/*.parquet"))]
    return {str(p.relative_to(home)): p.read_bytes() for p in parts if p.is_file()}


def rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
