"""The documentation cannot drift from the code: generated pages are compared, links and commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_generated_pages_equal_what_the_code_makes():
    done = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + " — run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_make_targets_that_the_texts_name_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in (p for p in PAGES if p.parent.name != "reference"):
        for name in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8")):
            assert name in targets, f"{page.name} names make {name}"


def test_the_threat_model_names_tests_that_exist():
    text = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/.]+)`", text)
    assert len(named) >= 8
    for path in named:
        assert (ROOT / path).exists(), path


def test_decisions_are_numbered_and_say_why_what_and_price():
    for page in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]} ")
        assert all(f"**{part}.**" in text for part in ("Why", "Decision", "Price")), page.name


def test_every_row_of_the_coverage_has_a_test_that_exists_or_says_what_is_open():
    known = tomllib.loads((ROOT / "docs" / "coverage.toml").read_text(encoding="utf-8"))
    for row in [*known["response"], *known["practice"]]:
        assert row.get("test") or row.get("open"), row
        if "test" in row:
            path, _, name = row["test"].partition("::")
            assert (ROOT / path).is_file(), row["test"]
            assert not name or f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), row["test"]


def test_every_promise_has_a_test_that_exists_or_says_what_is_open():
    known = tomllib.loads((ROOT / "docs" / "assurance.toml").read_text(encoding="utf-8"))
    promises = [p for part in known["part"] for p in part["promise"]]
    assert len(promises) >= 30
    for promise in promises:
        assert promise.get("test") or promise.get("open"), promise
        for named in promise.get("test", []):
            path, _, name = named.partition("::")
            assert (ROOT / path).is_file(), named
            assert not name or f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), named
