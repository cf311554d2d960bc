"""What a user types or hands over wrongly: a line that says what to do, code 2 or 10, and nothing changed."""

import csv
import io

import pytest

from .tools import CRIMES, SECRET, child, rows, state, table

USAGE = [
    ["night", "--as-of", "soon"],
    ["night", "--as-of", ""],
    ["night", "--as-of", "2026-13-45"],
    ["night", "--as-of", "0001-01-01T00:00:00+14:00"],
    ["night", "--engine", "sqlite"],
    ["night", "--new-epoch"],
    ["night", "--every", "5"],
    ["night", "--replay", "2026-03-01", "--every", "0"],
    ["night", "--replay", "2026-03-01", "--every", "99999999999"],
    ["night", "--replay", "2026-03-01", "--full"],
    ["night", "--replay", "9999-01-01"],
    ["night", "--replay", "x"],
    ["findings", "export", "{tmp}/out", "--format", "xml"],
    ["findings", "export", "{tmp}/out", "--run", "[bold]"],
    ["findings", "export", "{tmp}/a-file"],
    ["findings", "export", "{tmp}/a-file/below"],
    ["explain", "[bold]", "x"],
    ["evaluate", "--truth", "{tmp}/nothing"],
    ["evaluate", "--truth", "{tmp}/empty"],
    ["language", "check", "{tmp}/nothing"],
    ["language", "check", "{tmp}/empty"],
    ["audit", "export", "{tmp}/nothing/x"],
    ["audit", "verify", "{tmp}/nothing"],
    ["audit", "verify", "--checkpoint", "x"],
    ["synthetic", "{tmp}/a-file"],
    ["synthetic", "{tmp}/out", "--days", "0"],
    ["load", "{tmp}/empty", "--mapping", "nothing"],
    ["load", "{tmp}/empty", "--received", "yesterday"],
]


@pytest.mark.parametrize("args", USAGE, ids=" ".join)
def test_wrong_usage_is_2_says_what_to_do_and_changes_nothing(args, program, home, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a-file").write_text("x")
    before = state(home)
    done = program(*(a.format(tmp=tmp_path) for a in args), home=home)
    assert done.code == 2
    assert len(done.told.splitlines()) >= 2
    assert state(home) == before


@pytest.mark.parametrize("purpose", ["x" * 201, "a\nb", "a\x1b[31m", "n\udcff"])
def test_a_purpose_that_the_audit_cannot_keep_stops_at_once(purpose, program, home, tmp_path):
    folder, before = table(tmp_path / "d", "crimes.csv", CRIMES, [["C1", "2026-03-01", "a"]]), state(home)
    assert program("--purpose", purpose, "load", folder, home=home).code == 2
    assert state(home) == before


def test_a_chart_where_nobody_can_write_is_wrong_usage(program, home, tmp_path):
    program("findings", "export", tmp_path / "out", home=home)
    group = rows(tmp_path / "out" / "groups.csv")[0]["group_id"]
    for chart in (tmp_path / "nothing" / "c.svg", tmp_path / "c.pdf"):
        assert program("explain", "group", group, "--chart", chart, home=home).code == 2
    assert program("explain", "group", group, "--chart", tmp_path / "c.svg", home=home).code == 0


@pytest.mark.parametrize(
    "args", [["night"], ["explain", "line", "L1"], ["findings", "export", "out"], ["doctor"], ["judge", "x"]]
)
def test_without_a_home_nothing_is_made(args, program, tmp_path):
    done = program(*args, home=tmp_path / "none")
    assert done.code == (0 if args == ["doctor"] else 2)
    assert not (tmp_path / "none").exists()


def test_before_any_night_explain_and_evaluate_say_so(program, tmp_path):
    home = tmp_path / "home"
    program("load", table(tmp_path / "d", "crimes.csv", CRIMES, [["C1", "2026-03-01", "a"]]), home=home)
    for args in (["explain", "line", "L1"], ["evaluate", "--truth", tmp_path / "d"]):
        done = program(*args, home=home)
        assert done.code == 2
        assert "redshank night" in done.told
    assert program("findings", "export", tmp_path / "out", home=home).code == 0


def test_a_time_before_every_record_and_one_far_beyond_leave_no_trace(program, home, tmp_path):
    """After nights that looked from elsewhere in time, a plain night finds what it found before them."""
    program("findings", "export", tmp_path / "one", home=home)
    for at in ("0001-01-01", "2040-01-01"):
        assert program("night", "--as-of", at, home=home).code == 0
        assert program("night", home=home).code == 0
        program("findings", "export", tmp_path / "two", home=home)
        for name in ("children", "lines", "signals", "people"):
            assert (tmp_path / "two" / f"{name}.csv").read_bytes() == (
                tmp_path / "one" / f"{name}.csv"
            ).read_bytes()


def test_a_day_alone_means_its_end_however_it_is_written(program, home):
    from redshank.cli.common import parse_time

    assert (
        parse_time("20260314", "x")
        == parse_time("2026-03-14", "x")
        == parse_time("2026-03-14T23:59:59.999999", "x")
    )


JUDGEMENTS = "judgement_id,kind,a_record_type,a_record_ref,a_row,b_record_type,b_record_ref,b_row,group_id,by,at,reason,withdrawn_at"
BAD_JUDGEMENTS = {
    "another kind": "1,maybe,,,,,,,,me,2026-03-01,why,",
    "no time": "1,dismiss_group,,,,,,,g-1,me,soon,why,",
    "a time before time": "1,dismiss_group,,,,,,,g-1,me,0001-01-01T00:00:00+14:00,why,",
    "a time after time": "1,dismiss_group,,,,,,,g-1,me,9999-12-31T23:59:59-12:00,why,",
    "no group": "1,dismiss_group,,,,,,,,me,2026-03-01,why,",
    "no reason": "1,dismiss_group,,,,,,,g-1,me,2026-03-01,,",
    "a row that is none": "1,same,crimes,C1,x,crimes,C2,1,,me,2026-03-01,why,",
    "a row beyond numbers": "1,same,crimes,C1,99999999999999999999,crimes,C2,1,,me,2026-03-01,why,",
    "a row of another script": "1,same,crimes,C1,²,crimes,C2,1,,me,2026-03-01,why,",
    "a row of a group beyond numbers": "1,dismiss_group,,,99999999999999999999,,,,g-1,me,2026-03-01,why,",
    "an unknown table": "1,same,cremes,C1,1,crimes,C2,1,,me,2026-03-01,why,",
    "a broken quote": '1,dismiss_group,,,,,,,g-1,"me,2026-03-01,why,',
    "two of one id": f"1,dismiss_group,,,,,,,g-1,{SECRET},2026-03-01,a,\n1,dismiss_group,,,,,,,g-1,{SECRET},2026-03-01,b,",
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_JUDGEMENTS)
def test_a_bad_judgement_refuses_the_file_and_the_next_night_runs(what, program, home, tmp_path):
    file, before = tmp_path / "j.csv", state(home)
    file.write_text(f"{JUDGEMENTS}\n0,confirm_group,,,,,,,g-0,me,2026-03-01,fine,\n{BAD_JUDGEMENTS[what]}\n")
    done = program("judge", file, home=home)
    assert done.code == 10
    assert len(done.told.splitlines()) == 2
    assert state(home) == before
    assert program("night", home=home).code == 0


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"\xff\xfe\0", None])
def test_a_file_that_holds_no_judgements_is_refused(data, program, home, tmp_path):
    file = tmp_path / "j.csv"
    if data is None:
        file.mkdir()
    else:
        file.write_bytes(data)
    assert program("judge", file, home=home).code == 10


def test_judgements_are_read_withdrawn_and_never_changed(program, home, tmp_path):
    def judge(*lines: list[str]):
        text = io.StringIO(newline="")
        csv.writer(text).writerows([JUDGEMENTS.split(","), *lines])
        (tmp_path / "j.csv").write_text(text.getvalue(), newline="")
        return program("judge", tmp_path / "j.csv", home=home)

    group = ["1", "dismiss_group", *[""] * 6, "g-1", "me", "2026-03-01", "two\nlines, and a comma"]
    assert judge([*group, ""]).out.startswith("1 new judgement,")
    before = state(home)
    assert judge([*group, ""]).out.startswith("0 new judgements, 0 withdrawn, 1 known")
    assert judge().code == 0
    assert state(home) == before
    assert judge([*group[:-1], "another reason", ""]).code == 10
    assert "1 withdrawn" in judge([*group, "2026-03-02"]).out
    assert program("night", home=home).code == 0


TRUTH = {
    "people.csv": [b"", b"a,b\n1,2\n", b"\xff\xfe\0", b'true_person,delivery,record_type,record_ref,row\n"T1,first',
                   b"true_person,delivery,record_type,record_ref,row\nT,d,crimes,X,one\n"],
    "groups.csv": [b"true_group,true_person,role,active_from,active_to,kind,strength,recognisable_on\nG,P,suspect,soon,,,,\n"],
    "children.csv": [b"true_person,sexual,criminal,harmed,from\nP,maybe,1,2,soon\n"],
    "signals.csv": [b"record_type,record_ref,indicator,status\n,,,\n"],
    "language.csv": [b"record_type,record_ref,start,end,quoted\ncrimes,X,a,b,c\n"],
    "quarantine.csv": [b"delivery,file,row,problem\nfirst,x,q,z\n"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "data"), [(n, d) for n, all_of in TRUTH.items() for d in all_of])
def test_a_broken_truth_is_wrong_usage_that_names_the_file(name, data, program, home, tmp_path):
    (tmp_path / name).write_bytes(data)
    done = program("evaluate", "--truth", tmp_path, home=home)
    assert done.code == 2
    assert name in done.told


MAPPINGS = ["", "name=", "tables=3", "[tables]\ncrimes=3", "[tables.nope]\nfile='x'", "[tables.crimes]\nfile=3",
            "encoding='klingon'\n[tables.crimes]\nfile='c*'", "delimiter=''\n[tables.crimes]\nfile='c*'",
            "delimiter=\"\\u0000\"\n[tables.crimes]\nfile='c*'", "dates=['%Q']\n[tables.crimes]\nfile='c*'",
            "times=[3]\n[tables.crimes]\nfile='c*'", "[tables.crimes]\nfile='c*'\ncolumns={nope='X'}", "x=" + "[" * 5000]  # fmt: skip


@pytest.mark.parametrize("text", MAPPINGS, ids=range(len(MAPPINGS)))
def test_a_mapping_with_errors_is_wrong_usage_that_names_it(text, program, home, tmp_path):
    folder = table(tmp_path / "d", "crimes.csv", CRIMES, [["C1", "2026-03-01", "a"]])
    (tmp_path / "odd.toml").write_text(text)
    done = program("load", folder, "--mapping", tmp_path / "odd.toml", home=home)
    assert done.code == 2
    assert "odd.toml" in done.told


ELSEWHERE = {"TZ": "Asia/Kolkata", "PYTHONHASHSEED": "77", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}


def test_zone_locale_hash_seed_and_folder_change_no_byte(program, home, tmp_path):
    """A whole night elsewhere gives the bytes that it gave here; a terminal of ASCII stops nothing."""
    program("findings", "export", tmp_path / "here", home=home)
    (tmp_path / "elsewhere").mkdir()
    for args in (["night", "--full"], ["findings", "export", tmp_path / "there"]):
        done = child(*args, home=home, cwd=tmp_path / "elsewhere", **ELSEWHERE)
        assert done.returncode == 0, done.stderr
    for path in sorted((tmp_path / "here").iterdir()):
        assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name
    assert list((tmp_path / "elsewhere").iterdir()) == []
