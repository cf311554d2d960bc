"""Who may import whom: the contracts of ``.importlinter``, and what they cannot say."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "redshank"


def test_the_contracts_of_imports_hold():
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_folder_stands_in_the_contracts():
    """A new folder is placed on purpose, not by being forgotten."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    named = {
        name for section in config.sections() for value in config[section].values() for name in value.split()
    }
    folders = {f"redshank.{p.parent.name}" for p in SOURCE.glob("*/__init__.py")}
    assert folders - named == set()


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports, wherever the import stands."""
    out = set()
    package = ["redshank", *path.relative_to(SOURCE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            out |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            out |= {module} if module != "redshank" else {f"redshank.{alias.name}" for alias in node.names}
    return out


def strangers(path: Path, own: tuple[str, ...]) -> set[str]:
    """What a file imports beyond the standard library and the given packages."""
    return {
        name
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(name == o or name.startswith(f"{o}.") for o in own)
    }


#: The rules of signals are data in a small language; their oracle reads them through the same parser (.importlinter).
DECLARED = {
    "signals.py": {
        "redshank.signals",
        "redshank.signals.grammar",
        "redshank.signals.rules",
        "redshank.signals.text",
    }
}


@pytest.mark.parametrize(
    ("folder", "own"), [("audit", ("redshank.audit", "redshank.errors")), ("oracle", ("redshank.oracle",))]
)
def test_these_folders_need_the_standard_library_alone(folder, own):
    wrong = {p.name: found for p in sorted((SOURCE / folder).rglob("*.py")) if (found := strangers(p, own))}
    beyond = {name: found - DECLARED.get(name, set()) for name, found in wrong.items()}
    assert not any(beyond.values()), beyond


def test_a_stranger_would_be_seen(tmp_path):
    path = SOURCE / "oracle" / "not_written.py"
    assert strangers_of("import pyarrow as pa\n", path) == {"pyarrow"}
    assert strangers_of("def f():\n    from redshank.tables import FINDINGS\n", path) == {"redshank.tables"}
    assert strangers_of("from redshank import records\n", path) == {"redshank.records"}
    assert strangers_of("from .. import records\n", path) == {"redshank.records"}
    assert strangers_of("import json\nfrom redshank.oracle import x\nfrom . import y\n", path) == set()


def strangers_of(text: str, path: Path) -> set[str]:
    class Written(type(path)):  # a path with this text, without writing into the source
        def read_text(self, *_, **__):
            return text

    return strangers(Written(path), ("redshank.oracle",))


def test_only_the_command_line_makes_the_synthetic_force():
    users = {
        p.relative_to(SOURCE).parts[0]
        for p in SOURCE.rglob("*.py")
        if any(name == "redshank.synthetic" or name.startswith("redshank.synthetic.") for name in imported(p))
    }
    assert users <= {"synthetic", "cli"}
