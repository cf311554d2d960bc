"""A view touches rows of records only through what is visible to its reader: read from the source, so that a new view cannot forget."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps

from redshank import web

SOURCE = Path(str(web.__file__)).parent
#: Models whose rows a policy narrows: those that say how they are seen.
GUARDED = {m.__name__ for m in apps.get_models() if hasattr(m, "SEEN_AS")}
WAYS_AROUND = {"_base_manager", "_default_manager", "raw", "get_object_or_404", "get_list_or_404", "iterator"}


def views() -> list[Path]:
    """Every module in which a function is declared as a page, and those of the interface for other systems."""
    found = sorted((SOURCE / "api" / "v1").glob("*.py"))
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any(_is_page(d) for d in node.decorator_list):
                found.append(path)
                break
    return found


def _is_page(decorator: ast.expr) -> bool:
    name = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(name, ast.Name) and name.id in ("page", "public")


def around_the_policy(text: str) -> list[str]:
    """Uses of a guarded model other than ``Model.objects.visible_to(…)`` and making a row."""
    tree = ast.parse(text)
    allowed, out = set(), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("visible_to", "create"):
            allowed.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if node.attr == "objects" and isinstance(node.value, ast.Name) and node.value.id in GUARDED:
                if id(node) not in allowed:
                    out.append(f"line {node.lineno}: {node.value.id}.objects")
            elif node.attr in WAYS_AROUND:
                out.append(f"line {node.lineno}: {node.attr}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WAYS_AROUND:
            out.append(f"line {node.lineno}: {node.func.id}")
    return out


def test_there_are_views_to_look_at():
    names = {str(p.relative_to(SOURCE)) for p in views()}
    assert {"pages/lists.py", "pages/explain.py", "flags/views.py", "access/views.py"} <= names
    assert {"Record", "Person", "Flag", "Entry"} <= GUARDED


@pytest.mark.parametrize("path", views(), ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_view_touches_a_model_otherwise_than_through_what_is_visible(path):
    assert not around_the_policy(path.read_text(encoding="utf-8"))


def test_the_look_itself_finds_what_goes_around():
    for text in (
        "Record.objects.all()", "Record.objects.filter(key=1)", "x = Flag.objects", "Record._base_manager.all()",
        "get_object_or_404(Record, pk=1)", "Record.objects.raw('SELECT')",
    ):  # fmt: skip
        assert around_the_policy(text), text
    assert not around_the_policy("Record.objects.visible_to(user, purpose).filter(key=1)")


def test_a_kind_that_goes_into_the_audit_has_at_most_thirty_letters():
    """PostgreSQL refuses a longer one in the middle of a page; SQLite takes it."""
    most = {"listed": (1, 30 - len("list of ")), "read": (1, 30), "note": (2, 30)}
    long = []
    for path in sorted(Path(web.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            at, length = most.get(name, (99, 0))
            if isinstance(node, ast.Call) and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                kind = node.args[at].value
                if isinstance(kind, str) and len(kind) > length:
                    long.append(f"{path.name}:{node.lineno} {kind}")
    assert long == []
