"""Examples of tutorial.md, lexicons.md, operate.md and linter.md, run as they stand on a copy of the small force's home.

Only what a page leaves open ("p-…") and folders of a server are filled in. A block of a page that nothing here runs is listed with
the test that does, or with the reason.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from redshank.signals import check_language

from .conftest import findings
from .test_connect import run

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FOLLOWED = ("tutorial.md", "lexicons.md", "operate.md")
#: Exit codes that a page's reader may see, where it is not 0 alone.
CODES = {
    "sources --check": {0, 1},  # the force's days lie in the past of whoever runs this
    "doctor --strict": {0, 1},
    "evaluate": {0, 13},
}
#: Commands of those pages that are run elsewhere, or not at all.
NOT_HERE = {
    "synthetic force --scale small --seed 1": "tests/night/conftest.py writes the same force with another seed",
    "load force/first": "tests/night/conftest.py loads it",
    "night": "tests/night/conftest.py runs it; `night --json` is run here",
    "serve --port 8000": "tests/browser serves",
    "--version": "tests/contract",
    "pull /etc/redshank/rms-pull.toml": "tests/sources/test_pull.py, with a database",
    "shadow march.csv --as a.lead --since 2026-03-01 --until 2026-03-28": "tests/web/test_shadow.py",
    **{
        f"audit {words}": "tests/audit/test_proof.py, with the checkpoints of two days"
        for words in (
            "prove march-april.proof --since checkpoint-2026-03.txt --signed checkpoint-2026-04.txt",
            "verify march-april.proof --signed checkpoint-2026-04.txt --since checkpoint-2026-03.txt --key PUBLIC_KEY",
        )
    },
}
#: Pages whose blocks are run by a test of their own, or are nothing that runs.
ELSEWHERE = {
    "connect.md": "tests/night/test_connect.py",
    "interfaces.md": "tests/web/test_api_docs.py",
    "notebooks.md": "tests/night/test_notebook.py",
    "linter.md": "tests/night/test_pages_followed.py",
    "contributing.md": "tests/architecture/test_docs.py",  # make's targets
    "sign-in.md": "tests/web/test_provider.py",  # an address, no command
}
SERVER = {"/var/lib/redshank-deliveries/2026-03-14": "delivery", "/var/lib/redshank/restored": "restored", "/var/lib/redshank/home": "demo/home", "/var/backups/redshank": "backups"}  # fmt: skip


def commands(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.findall(r"^ {4}(?:\.venv/bin/)?redshank (.+)$", text, re.MULTILINE)
    return [c for c in found if c not in NOT_HERE]


def judged(text: str, home: Path) -> str:
    """The tutorial's judgement with two rows of this force in place of its own."""
    header, line = re.findall(r"^ {4}(judgement_id,.*)\n {4}(J1,.*)$", text, re.MULTILINE)[0]
    names, values = next(csv.reader([header])), next(csv.reader([line]))
    told = dict(zip(names, values, strict=True))
    rows = findings(home)["people"].to_pylist()
    by: dict[str, list[dict]] = {}
    for r in rows:
        by.setdefault(r["person_id"], []).append(r)
    a, b = next(x for x in by.values() if len(x) > 1)[:2]
    for side, row in (("a", a), ("b", b)):
        told |= {f"{side}_{k}": str(row[k]) for k in ("record_type", "record_ref", "row")}
    return f"{header}\n{','.join(told.values())}\n"


@pytest.fixture(scope="module")
def followed(force, after_both, tmp_path_factory):
    """What each command of the three pages said, and the folder in which they were typed."""
    folder = tmp_path_factory.mktemp("followed")
    (folder / "demo").mkdir()
    home = Path(shutil.copytree(after_both, folder / "demo" / "home"))
    (folder / "demo" / "force").symlink_to(force)
    shutil.copytree(DOCS / "examples" / "indicator" / "delivery", folder / "delivery")
    lexicon = Path(shutil.copytree(DOCS / "examples" / "indicator" / "lexicon", folder / "harbour"))
    for file in lexicon.glob("*.toml"):
        file.write_text(file.read_text(encoding="utf-8").replace("journeys", "harbour"), encoding="utf-8")
    (folder / "backups").mkdir(mode=0o700)
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    (folder / "judgements.csv").write_text(judged(text, home), encoding="utf-8")
    tables = findings(home)
    child = tables["children"]["person_id"][0].as_py()
    signal = next(s["signal_id"] for s in tables["signals"].to_pylist() if s["start"] is not None)
    open_words = {
        "explain child p-…": f"explain child {child}",
        "explain person p-…": f"explain person {child}",
        "explain signal …": f"explain signal {signal}",
        "explain group g-…": f"explain group {tables['groups']['group_id'][0].as_py()}",
    }
    said = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("REDSHANK_HOME", "demo/home")
        for page in FOLLOWED:
            for command in commands(page):
                asked = command
                for told, ours in (open_words | SERVER).items():
                    asked = asked.replace(told, ours)
                assert "…" not in asked, command
                said[page, command] = typed(page, asked)
    return said, folder


def typed(page: str, command: str) -> str:
    codes = next((c for words, c in CODES.items() if words in command), {0})
    if page != "operate.md":
        return run_with(command, codes)
    # Django is set up once in a process and for one home: what publishes, restores or makes accounts there, would do it in the
    # database of another test's home.
    words = [sys.executable, "-m", "redshank", *shlex.split(command)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode in codes, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def run_with(command: str, codes: set[int]) -> str:
    """As test_connect runs it; of several codes one must be the command's."""
    wrong = None
    for code in sorted(codes):
        try:
            return run(f"redshank {command}", code)
        except AssertionError as error:
            wrong = error
    raise AssertionError(f"{command} ended otherwise than its page says") from wrong


def test_every_command_of_the_pages_was_typed(followed):
    said, _ = followed
    assert {page for page, _ in said} == set(FOLLOWED)
    assert len(said) >= 20


def test_the_tutorial_shows_what_it_says(followed):
    said, folder = followed
    told = {c.removeprefix("--home demo/home "): " ".join(t.split()) for (page, c), t in said.items() if page == "tutorial.md"}  # fmt: skip
    assert re.search("signals of (harm|risk)|none found in what was read", told["explain child p-…"])
    assert re.search("words: .*rule: ", told["explain signal …"])
    assert "hangs on" in told["explain group g-… --chart group.html"].lower()
    assert (folder / "group.html").stat().st_size > 1000
    assert told["judge judgements.csv"].startswith("1 new judgement")


def test_the_lexicon_is_measured_used_and_dropped(followed):
    said, folder = followed
    assert "All of it holds" in said["lexicons.md", "rules test harbour"]
    assert (folder / "harbour" / "measured.toml").exists()
    assert not (folder / "demo" / "home" / "lexicons" / "harbour").exists()
    assert (folder / "ours" / "rules.toml").stat().st_size > 100_000


def test_the_operations_manual_ends_with_a_home_that_was_restored(followed):
    said, folder = followed
    assert json.loads(said["operate.md", "night --json"])["run"] == 3
    assert (folder / "restored").is_dir()
    assert any((folder / "backups").glob("*.backup"))
    assert (folder / "checkpoint-2026-03.txt").exists()
    assert any("a.admin" in t for (_, c), t in said.items() if c.startswith("user add"))


LINTER = (DOCS / "linter.md").read_text(encoding="utf-8")


def test_the_linters_answer_is_what_it_answers():
    asked, told = re.findall(r'\{"text": "([^"]+)"\}', LINTER)[0], re.findall(r"```json\n(.*?)```", LINTER, re.DOTALL)[0]  # fmt: skip
    (shown,) = json.loads(told)["hits"]
    (hit,) = check_language(asked)
    assert {k: v for k, v in shown.items() if v != "…" and k in hit} == {k: hit[k] for k, v in shown.items() if v != "…" and k in hit}  # fmt: skip
    assert len([k for k in shown if k in hit]) >= 7


def test_the_linters_hook_is_one_that_this_repository_offers(tmp_path):
    hook = re.search(r"- id: (\S+)\n\s+files: (\S+)", LINTER)
    offered = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert f"- id: {hook[1]}\n" in offered
    (tmp_path / "note.md").write_text("She is streetwise.\n")
    assert re.search(hook[2], "note.md")
    assert not re.search(hook[2], "note.py")
    entry = re.search(r"entry: (redshank .+)", offered)[1]
    assert "streetwise" in run(f"{entry} {tmp_path / 'note.md'}", 1)


def test_the_component_of_the_page_is_the_one_that_the_script_defines():
    tag, *attributes = re.search(r"<(redshank-\w+) (\w+)=\S+ (\w+)=", LINTER).groups()
    script = (ROOT / "src/redshank/web/static/redshank/language.js").read_text(encoding="utf-8")
    assert re.search(rf"define\([\"']{tag}[\"']", script)
    for name in attributes:
        assert re.search(rf"[\"']{name}[\"']", script), name


def test_every_page_with_a_block_is_run_or_says_where():
    for page in sorted(DOCS.glob("*.md")):
        if re.search(r"^(?: {4}\S|```)", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert page.name in {*FOLLOWED, *ELSEWHERE}, f"no test runs the examples of {page.name}"
    for test in ELSEWHERE.values():
        assert (ROOT / test).is_file(), test
    whole = " ".join((DOCS / page).read_text(encoding="utf-8") for page in FOLLOWED)
    assert all(f"redshank {command}" in whole for command in NOT_HERE)
