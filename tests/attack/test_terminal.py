"""What records hold is shown, never obeyed: no colours, directions or markup of theirs reach the terminal."""

import json

import pytest

from redshank.cli.common import OBEYED

from .tools import raw, rows


@pytest.fixture(scope="module")
def found(hostile_home, tmp_path_factory):
    """Ids of each kind in the hostile home, from its findings."""
    from redshank.cli import main

    out = tmp_path_factory.mktemp("found")
    with pytest.raises(SystemExit) as end:
        main(["--home", str(hostile_home), "findings", "export", str(out)])
    assert end.value.code == 0
    first = {"group": ("groups", "group_id"), "person": ("people", "person_id"), "line": ("lines", "line_ref"),
             "signal": ("signals", "signal_id")}  # fmt: skip
    ids = {kind: rows(out / f"{table}.csv")[0][column] for kind, (table, column) in first.items()}
    ids["child"] = next(r["person_id"] for r in rows(out / "groups.csv") if r["role"] == "child")
    return ids


def test_the_summary_obeys_no_record(program, home):
    done = program("night", home=home)
    assert done.code == 0
    assert "Nothing new" in done.out
    assert not OBEYED.search(done.out)


def test_the_summary_as_json_is_whole_and_harmless(program, home):
    done = program("night", "--json", home=home)
    assert not OBEYED.search(done.out.replace("\n", ""))
    assert json.loads(done.out)["nothing_new"] is True


@pytest.mark.parametrize("kind", ["group", "person", "child", "line", "signal"])
def test_explanations_obey_no_record(kind, found, program, home):
    told = program("explain", kind, found[kind], home=home)
    assert told.code == 0
    assert not OBEYED.search(told.out)
    if kind in ("group", "signal"):
        assert "[bold]bold[/bold]" in told.out  # markup of a record is its text
    asked = program("explain", kind, found[kind], "--json", home=home)
    assert json.loads(asked.out)
    assert not OBEYED.search(asked.out)


def test_explanations_name_records_in_words(found, program, home):
    told = program("explain", "group", found["group"], home=home).out
    assert "crimes:" not in told
    assert "county_lines:" not in told


@pytest.mark.parametrize("kind", ["group", "person", "child", "place", "line", "signal"])
@pytest.mark.parametrize("identity", ["[bold]x[/", "\x1b[31mx\u202e", "", "x" * 5000, "'; drop table"])
def test_an_id_of_nothing_is_wrong_usage_and_obeyed_by_nobody(kind, identity, program, home):
    done = program("explain", kind, identity, home=home)
    assert done.code == 2
    assert not OBEYED.search(done.err)


def test_the_language_check_obeys_no_text(program, tmp_path):
    raw(tmp_path, "t.txt", "She made \x1b[31mpoor choices\u202e and is [bold]promiscuous[/bold].".encode())
    done = program("language", "check", tmp_path / "t.txt")
    assert done.code == 1
    assert not OBEYED.search(done.out)


def test_doctor_and_audit_obey_nothing(program, home):
    for args in (["doctor"], ["audit", "verify"]):
        done = program(*args, home=home)
        assert done.code == 0
        assert not OBEYED.search(done.out)
