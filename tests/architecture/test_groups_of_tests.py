"""Tests of one group run in one process, one after another: the browser's share a server, Spark's a session."""

from __future__ import annotations

import re
import subprocess
import sys

TESTS = """
import pytest

@pytest.mark.parametrize("n", range(20))
@pytest.mark.xdist_group("one")
def test_of_the_group(n):
    pass
"""


def test_a_newer_pytest_let_groups_fall_apart(tmp_path):
    (tmp_path / "test_them.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadgroup",
        "-v",
        "-p",
        "no:cacheprovider",
        ".",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "20 passed" in done.stdout, done.stdout + done.stderr
    workers = set(re.findall(r"^\[(gw\d+)\].*PASSED", done.stdout, re.MULTILINE))
    assert len(workers) == 1, done.stdout
