"""The wheel holds everything that runs: every file of the package, the pages' styles, and nothing of a developer's machine."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "redshank"
ASSETS = PACKAGE / "web" / "assets"
MOST = 30_000_000  # bytes

PAGE = """
import sys, tempfile
from pathlib import Path
import redshank
from redshank import publish
from redshank.store import Store
home = Path(tempfile.mkdtemp()) / "home"
Store.open(home, create=True)
publish.prepare(home)
from django.test import Client
page = Client().get("/sign-in", headers={"host": "127.0.0.1"})
body = page.content.decode()
style = Client().get("/static/vendor/govuk-frontend.css", headers={"host": "127.0.0.1"})
assert page.status_code == 200 and "/static/vendor/govuk-frontend.css" in body, page.status_code
assert style.status_code == 200 and len(b"".join(style.streaming_content)) > 50_000
from redshank.signals import rulebook
assert len(rulebook().indicators) > 100
sys.stdout.write(str(Path(redshank.__file__).parent))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    to = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "-w", str(to), str(ROOT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (made,) = to.glob("redshank-*.whl")
    return made


@pytest.fixture(scope="module")
def taken_apart(wheel, tmp_path_factory) -> Path:
    to = tmp_path_factory.mktemp("apart")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(to)
    return to


def outside(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A process that knows the wheel's files and not this tree, in an empty folder."""
    empty = place.parent / "empty"
    empty.mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, *arguments], cwd=empty, env=kept | {"PYTHONPATH": str(place)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_file_of_the_package_is_in_it(wheel):
    told = subprocess.run(["git", "ls-files", "-z", "src/redshank"], cwd=ROOT, capture_output=True, check=True).stdout  # fmt: skip
    ours = {n.decode().removeprefix("src/") for n in told.split(b"\0") if n and (ROOT / n.decode()).is_file()}
    styles = {f"redshank/web/assets/{p.relative_to(ASSETS)}" for p in ASSETS.rglob("*") if p.is_file() and not p.name.startswith(".made-")}  # fmt: skip
    assert len(styles) > 20, "the pages' styles are not here: run `make setup`"
    with zipfile.ZipFile(wheel) as file:
        held = {n for n in file.namelist() if ".dist-info/" not in n}
    assert (ours | styles) - held == set()
    left = {n for n in held if "__pycache__" in n or "node_modules" in n or ".made-" in n or n.endswith(".pickle")}  # fmt: skip
    assert left == set()


def test_what_pages_load_of_others_goes_with_its_licence(taken_apart):
    text = (taken_apart / "redshank" / "web" / "assets" / "licences.txt").read_text(encoding="utf-8")
    for name in ("govuk-frontend", "htmx.org", "cytoscape", "leaflet"):
        assert f"{name} " in text
    assert "Permission is hereby granted" in text


def test_it_is_small(wheel):
    assert 1_000_000 < wheel.stat().st_size < MOST


def test_the_command_runs_from_the_wheels_files(taken_apart):
    from redshank import __version__

    done = outside(taken_apart, "-m", "redshank", "--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"redshank {__version__}"), done.stderr


def test_a_page_and_its_style_come_from_the_wheels_files(taken_apart):
    done = outside(taken_apart, "-c", PAGE)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout) == taken_apart / "redshank"
