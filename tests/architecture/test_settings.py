"""Every environment variable that the code reads stands in the table of settings, and what stands there is read."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from redshank import settings

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "redshank"
#: What others' programs read, and what the system says of itself; none is a setting of ours.
OTHERS = {"DJANGO_SETTINGS_MODULE", "SPARK_LOCAL_IP", "TZ"}
#: The whole environment is handed to a reader that looks for its own names, which it refuses where it knows none.
HANDED = {"web/settings.py": 3, "doctor/__init__.py": 1}


def read(text: str) -> tuple[set[str], int]:
    """Names that are asked of the environment, and how often it is handed on as a whole. A name may be a constant of the module."""
    tree = ast.parse(text)
    constants = {
        t.id: n.value.value for n in ast.walk(tree) if isinstance(n, ast.Assign) and isinstance(n.value, ast.Constant) and isinstance(n.value.value, str)
        for t in n.targets if isinstance(t, ast.Name)
    }  # fmt: skip
    names: set[str] = set()
    asked: set[int] = set()

    def name_of(node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        return constants.get(node.id, f"?{node.id}") if isinstance(node, ast.Name) else "?"

    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            f = node.func
            if isinstance(f, ast.Attribute) and _environ(f.value):
                names.add(name_of(node.args[0]))
                asked.add(id(f.value))
            elif isinstance(f, ast.Attribute) and f.attr == "getenv":
                names.add(name_of(node.args[0]))
            names |= {k.value.value for k in node.keywords if k.arg == "envvar" and isinstance(k.value, ast.Constant)}  # fmt: skip
        elif isinstance(node, ast.Subscript) and _environ(node.value):
            names.add(name_of(node.slice))
            asked.add(id(node.value))
        elif isinstance(node, ast.Compare) and any(_environ(c) for c in node.comparators):
            names.add(name_of(node.left))
            asked |= {id(c) for c in node.comparators if _environ(c)}
    whole = sum(1 for n in ast.walk(tree) if isinstance(n, ast.Attribute) and _environ(n) and id(n) not in asked)  # fmt: skip
    return names, whole


def _environ(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "environ"


def test_no_code_reads_a_variable_that_is_not_in_the_table():
    asked: set[str] = set()
    handed = {}
    for path in sorted(SOURCE.rglob("*.py")):
        names, whole = read(path.read_text(encoding="utf-8"))
        asked |= {n for n in names if n != "?key"}
        if whole:
            handed[str(path.relative_to(SOURCE))] = whole
    assert asked - settings.NAMES - OTHERS == set()
    assert handed == HANDED
    # The one place that asks in a loop: its names are told here, and a change of it is seen.
    reader = (SOURCE / "sources" / "reader.py").read_text(encoding="utf-8")
    assert set(re.findall(r'"(REDSHANK_\w+)"', reader)) <= settings.NAMES


@pytest.mark.parametrize(
    ("code", "names", "whole"),
    [
        ("import os\nos.environ.get('A')", {"A"}, 0),
        ("import os\nK = 'B'\nos.environ[K]", {"B"}, 0),
        ("import os\nos.getenv('C')", {"C"}, 0),
        ("import os\n'D' in os.environ", {"D"}, 0),
        ("import os\nos.environ.get(x)", {"?x"}, 0),
        ("import os\nread(os.environ)", set(), 1),
        ("import typer\ntyper.Option(envvar='E')", {"E"}, 0),
    ],
)
def test_the_reader_sees_each_way_of_asking(code, names, whole):
    assert read(code) == (names, whole)


def test_the_readers_that_take_the_whole_know_names_of_the_table_alone():
    from redshank.web import mailing, provider

    for module in (mailing, provider):
        known = {module.BEFORE + k for k in module.KNOWN}
        assert known == {n for n in settings.NAMES if n.startswith(module.BEFORE)}


def test_every_setting_is_read_somewhere():
    text = "\n".join(p.read_text(encoding="utf-8") for p in [*sorted(SOURCE.rglob("*.py")), *sorted((ROOT / "tests").rglob("*.py"))] if p.name not in ("settings.py", "test_settings.py") or p.parent.name == "web")  # fmt: skip
    pieces = {f"REDSHANK_{k}_" for k in ("OIDC", "SMTP")}
    unread = [n for n in sorted(settings.NAMES) if n not in text and not any(n.startswith(p) for p in pieces)]
    assert unread == []


def test_texts_name_settings_that_exist():
    pages = [
        ROOT / "README.md",
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / "deploy").rglob("*")),
    ]
    wrong = {
        f"{page.name}: {name}" for page in pages if page.is_file()
        for name in re.findall(r"REDSHANK_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8"))
        if name not in settings.NAMES and not any(n.startswith(f"{name}_") for n in settings.NAMES)
    }  # fmt: skip
    assert wrong == set()


def test_a_secret_is_a_file_or_marked():
    for s in settings.SETTINGS:
        if re.search(r"KEY|SECRET|PASSWORD|TOKEN|URL", s.name):
            assert s.secret or s.name.endswith("_FILE"), s.name


def test_a_slip_of_the_pen_is_seen():
    assert settings.unknown({"REDSHANK_ORIGN": "x", "REDSHANK_HOME": "y", "PATH": "z"}) == ["REDSHANK_ORIGN"]
