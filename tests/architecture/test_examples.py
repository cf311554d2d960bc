"""Each worked example of docs/examples, copied and run: what its README says that it does, it does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from redshank.products import specs
from redshank.products.build import Wanted, build, compute
from redshank.products.rows import Period, Rows
from redshank.signals import lexicon, lexicons
from redshank.web.meetings import bodies

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
PACKAGE = ROOT / "src" / "redshank"


@pytest.fixture
def example(request, tmp_path) -> Path:
    """A copy of the example of that name, so that nothing of it depends on where it lies."""
    return Path(shutil.copytree(EXAMPLES / request.param, tmp_path / request.param))


def redshank(*words, package: Path | None = None) -> str:
    """A command in a process of its own, of this program or of a changed copy."""
    asked = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK", "DJANGO"))}
    if package is not None:
        asked["PYTHONPATH"] = str(package.parent)
    done = subprocess.run([sys.executable, "-m", "redshank", *map(str, words)], capture_output=True, text=True, check=False, env=asked, cwd=ROOT)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def add_lines(text: str, more: str) -> str:
    """As a README says: beneath a heading that is there, else at the end."""
    heading, _, lines = more.partition("\n")
    if f"\n{heading}\n" in text:
        return text.replace(f"\n{heading}\n", f"\n{heading}\n{lines}", 1)
    return f"{text}\n{more}"


def test_each_example_is_in_the_list_and_says_how():
    folders = {p.name for p in EXAMPLES.iterdir() if p.is_dir()}
    assert folders == {"indicator", "source", "meeting", "product"}
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\((\w+)/README\.md\)", listed)) == folders


@pytest.mark.parametrize("example", ["indicator"], indirect=True)
def test_rules_for_an_indicator_that_is_there_need_no_change_of_the_program(example, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    used = lexicons.put(home, example / "lexicon")
    trial = lexicons.tried(lexicon.read(home / "lexicons" / used.name))
    assert trial.wrong == []
    assert (trial.found, trial.right, trial.missed) == (2, 2, 1)


@pytest.mark.parametrize("example", ["indicator"], indirect=True)
def test_an_indicator_of_its_own_is_found_weighed_and_named(example, tmp_path):
    package = Path(shutil.copytree(PACKAGE, tmp_path / "src" / "redshank", ignore=shutil.ignore_patterns("__pycache__", "assets")))  # fmt: skip
    for more in sorted((example / "package").rglob("*.toml")):
        at = package / more.relative_to(example / "package")
        given = more.read_text(encoding="utf-8")
        at.write_text(add_lines(at.read_text(encoding="utf-8"), given) if at.exists() else given, encoding="utf-8")  # fmt: skip
        tomllib.loads(at.read_text(encoding="utf-8"))
    words = tomllib.loads((package / "web" / "pages" / "words.toml").read_text(encoding="utf-8"))
    assert words["indicator"]["travel_paid"]
    home = tmp_path / "home"
    redshank("--home", home, "load", example / "delivery", package=package)
    morning = redshank("--home", home, "night", package=package)
    said = [part for part in " ".join(morning.split()).split("· ") if "paid for a journey" in part]
    assert len(said) == 1
    assert said[0].startswith("Ida SANDMARTIN")


@pytest.mark.parametrize("example", ["source"], indirect=True)
def test_a_source_is_checked_loaded_and_watched(example, tmp_path):
    home = tmp_path / "home"
    checked = redshank("--home", home, "mapping", "check", example / "mapping.toml", example / "export")
    assert "not used: Officer, Fee" in checked
    loaded = redshank("--home", home, "load", example / "export", "--mapping", example / "mapping.toml")
    assert re.findall(r"│ (\w+) +│ (\d+) +│ 0 +│ 0 +│ 0 +│", loaded) == [(t, "10") for t in ("partner_referrals", "people", "vehicles")]  # fmt: skip
    assert "licensing" in redshank("--home", home, "sources")


@pytest.mark.parametrize("example", ["meeting"], indirect=True)
def test_a_body_is_made_by_its_lines(example):
    shipped = (PACKAGE / "web" / "meetings" / "meetings.toml").read_text(encoding="utf-8")
    more = (example / "body.toml").read_text(encoding="utf-8")
    passes = re.sub(r'(?s)(\[daily\].*?\npasses = \[)', r'\1"desk", ', shipped, count=1)  # fmt: skip
    found = bodies.read(passes + "\n" + more)
    desk = found["desk"]
    assert set(found) - set(bodies.BODIES) == {"desk"}
    assert "desk" in found["daily"].passes
    assert desk.runs("exploitation_officer")
    assert not desk.runs("analyst")
    first, second = desk.next(datetime(2026, 3, 14, tzinfo=UTC)), desk.next(datetime(2026, 3, 18, 12, tzinfo=UTC))  # fmt: skip
    assert [f"{t:%A %d %H:%M}" for t in (first, second)] == ["Wednesday 18 11:00", "Wednesday 25 11:00"]
    with pytest.raises(ValueError, match="passes to"):
        bodies.read(more)  # alone, it passes to bodies that are not there
    with pytest.raises(ValueError, match="there is no role"):
        bodies.read(passes + "\n" + more.replace('"safeguarding_lead"', '"desk_lead"'))


@pytest.mark.parametrize("example", ["product"], indirect=True)
def test_a_product_is_replaced_by_a_file_of_the_home(example, tmp_path):
    home = tmp_path / "home"
    (home / "products").mkdir(parents=True)
    shutil.copy(example / "exploitation-bulletin.toml", home / "products")
    spec = specs.read("exploitation-bulletin", home)
    assert (spec.own, spec.title, spec.wide) == (True, "Harbour bulletin", True)
    period, rows = Period(date(2026, 3, 2), date(2026, 3, 8)), Rows(datetime(2026, 3, 9, 5, tzinfo=UTC), 1)
    for edition in ("internal", "partner", "public"):
        told = build(Wanted(spec, period, edition), rows, compute(spec, rows, period))
        assert [s.title for s in told.sections] == [h.title for h in spec.headings]
        assert all(s.parts for s in told.sections)
