"""``redshank.open``: the last completed run to be read, for a purpose, with each opening in the audit; its examples run."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import redshank
from redshank.audit import Audit
from redshank.errors import NotPermitted, UsageError
from redshank.tables import FINDINGS

from .conftest import findings, load, run

WHY = "strategic profile"
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "notebooks.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def entries(home: Path) -> list[dict]:
    return list(Audit(home).entries())


def files_of(home: Path) -> dict[str, str]:
    """Every file of a home but the audit's."""
    return {
        str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(home.rglob("*"))
        if p.is_file() and "audit" not in p.relative_to(home).parts
    }


def test_every_table_is_what_the_export_writes_as_ibis_as_arrow_and_as_a_file(home, tmp_path):
    told = findings(home)
    with redshank.open(home, purpose=WHY) as opened:
        assert set(FINDINGS) <= set(opened.names)
        for name in FINDINGS:
            assert opened.arrow(name).equals(told[name]), name
        assert opened["groups"].count().execute() == told["groups"].num_rows
        assert pq.read_table(opened.parquet("children", tmp_path / "c.parquet")).equals(told["children"])
        assert (tmp_path / "c.parquet").stat().st_mode & 0o077 == 0
        for name in opened.names:
            assert set(opened.columns(name)) == set(opened.arrow(name).column_names), name


def test_the_audit_holds_the_opening_each_table_and_each_file_with_the_purpose(home, tmp_path):
    before = len(entries(home))
    with redshank.open(home, purpose=WHY) as opened:
        opened.arrow("groups")
        opened.arrow("groups")
        opened.parquet("groups", tmp_path / "g.parquet")
    told = [(e["action"], e["subject"], e["purpose"]) for e in entries(home)[before:]]
    assert told == [
        ("notebook opens", "run 2", WHY), ("notebook reads", "table groups", WHY), ("notebook writes", "table groups", WHY),
    ]  # fmt: skip


def test_nothing_of_the_home_is_changed_and_nothing_is_written_into_it(home, tmp_path):
    before = files_of(home)
    with redshank.open(home, purpose=WHY) as opened:
        for name in opened.names:
            opened.arrow(name)
        (tmp_path / "link").symlink_to(home)
        for path in (home / "x.parquet", home / "runs" / ".." / "x.parquet", tmp_path / "link" / "x.parquet"):
            with pytest.raises(UsageError, match="writes nothing into a home"):
                opened.parquet("groups", path)
    assert files_of(home) == before


@pytest.mark.parametrize("purpose", ["", "  ", "ab", "x" * 201])
def test_without_a_purpose_nothing_opens_and_nothing_is_told(home, purpose):
    before = len(entries(home))
    with pytest.raises(UsageError, match="stated purpose"):
        redshank.open(home, purpose=purpose)
    with pytest.raises(TypeError):
        redshank.open(home)
    assert len(entries(home)) == before


def test_a_home_before_its_first_night_an_unknown_table_and_a_closed_run_say_what_to_do(
    force, home, tmp_path
):
    load(tmp_path / "new", force / "first")
    with pytest.raises(UsageError, match="redshank night"):
        redshank.open(tmp_path / "new", purpose=WHY)
    with pytest.raises(UsageError, match="no such table"), redshank.open(home, purpose=WHY) as opened:
        opened["suspects"]
    with pytest.raises(UsageError, match="closed"):
        opened.arrow("groups")
    home.chmod(0o755)
    with pytest.raises(NotPermitted):
        redshank.open(home, purpose=WHY)


def test_what_was_opened_stays_while_a_later_night_writes(force, after_first, tmp_path):
    import shutil

    home = Path(shutil.copytree(after_first, tmp_path / "home"))
    with redshank.open(home, purpose=WHY) as opened:
        before = opened.as_of
        load(home, force / "night")
        run(home)
        assert opened.number == 1
        assert opened.as_of == before
        assert opened.arrow("signals").num_rows < findings(home)["signals"].num_rows
    assert repr(opened) == f"<run 1 as at {before:%Y-%m-%d %H:%M}, closed>"


@pytest.mark.parametrize("at", range(len(EXAMPLES)))
def test_each_example_of_the_page_runs_and_gives_what_it_says(home, tmp_path, monkeypatch, at):
    monkeypatch.chdir(tmp_path)
    names: dict = {"home": str(home)}
    exec(EXAMPLES[at], names)
    if at == 0:
        rows = names["by_district"].to_pylist()
        assert rows
        assert {"district", "indicator", "records"} == set(rows[0])
        assert names["as_at"].tzinfo
    elif at == 1:
        rows = names["to_read"].to_pylist()
        assert len(rows) == len(set(findings(home)["group_evidence"]["group_id"].to_pylist()))
        assert rows == sorted(rows, key=lambda r: (r["records"], r["group_id"]))
        assert any(r["children"] for r in rows)
    else:
        rows = names["complete"].to_pylist()
        assert rows
        assert all(0 <= r["has_birth_sum"] <= r["has_birth_count"] for r in rows)
        assert names["file"].exists()


def test_the_page_holds_three_examples():
    assert len(EXAMPLES) == 3
