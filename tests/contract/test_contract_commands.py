"""Commands, options and exit codes of `commands.md`, through the program as a person starts it."""

import ctypes
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from contract_tools import (
    FINDINGS,
    PROGRAM,
    copied,
    delivery,
    export,
    header,
    incident,
    named,
    ok,
    redshank,
    rows,
    whole,
)

COMMANDS = (
    "synthetic", "load", "night", "findings export", "explain", "evaluate", "language check", "serve",
    "doctor", "audit export", "audit verify", "backup", "restore", "judge",
)  # fmt: skip
OPTIONS = {
    "synthetic": ("--scale", "--seed", "--days"),
    "load": ("--mapping", "--name", "--received", "--json"),
    "night": ("--as-of", "--engine", "--full", "--replay", "--every", "--json"),
    "findings export": ("--format", "--run"),
    "evaluate": ("--truth", "--run", "--json"),
    "serve": ("--host", "--port"),
    "doctor": ("--json",),
}


@pytest.fixture(scope="module")
def helps():
    with ThreadPoolExecutor(2) as pool:
        return dict(
            zip(
                COMMANDS,
                pool.map(lambda c: redshank(*c.split(), "--help", COLUMNS="200"), COMMANDS),
                strict=True,
            )
        )


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_and_the_options(helps, command):
    assert helps[command].returncode == 0
    assert "example" in helps[command].stdout.lower()
    missing = [o for o in OPTIONS.get(command, ()) if o not in helps[command].stdout]
    assert missing == []


@pytest.mark.parametrize(
    "args",
    [
        ("nonsense",),
        ("load",),
        ("night", "--nonsense"),
        ("night", "--as-of", "the day before"),
        ("night", "--engine", "abacus"),
        ("findings", "export", "out", "--format", "docx"),
        ("explain", "weather", "x"),
        ("explain", "person"),
        ("evaluate",),
        ("synthetic", "out", "--scale", "gigantic"),
        ("synthetic", "out", "--seed", "seven"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_plain(args, homes):
    done = redshank(*args, home=homes.two)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.strip()


def test_findings_before_any_night_are_headers_alone(homes, tmp_path):
    home, out = copied(homes.loaded, tmp_path / "copy"), tmp_path / "out"
    done = ok("findings", "export", out, home=home)
    assert (done.stdout + done.stderr).strip(), "it says so"
    for table, columns in FINDINGS.items():
        assert header(out / f"{table}.csv")[: len(columns)] == columns
        assert rows(out / f"{table}.csv") == [], table


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_findings_that_leave_stand_in_the_audit_before_they_are_written(homes, tmp_path, form):
    """Also where the folder cannot be written: one entry too many, and never a file without one."""
    home = copied(homes.loaded, tmp_path / "copy")
    ok("--purpose", "for a colleague", "findings", "export", tmp_path / "out", "--format", form, home=home)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    done = redshank("findings", "export", tmp_path / "file" / "out", "--format", form, home=home)
    assert done.returncode == 2, done.stderr
    ok("audit", "export", tmp_path / "audit.log", home=home)
    said = (tmp_path / "audit.log").read_text(encoding="ascii").splitlines()
    told = [line for line in said if '"action":"findings export"' in line]
    assert len(told) == 2
    assert ['"purpose":"for a colleague"' in line for line in told] == [True, False]
    assert all(f'"format":"{form}"' in line for line in told)


def test_home_by_environment_and_by_default(tmp_path):
    small = delivery(tmp_path / "d", incidents=[incident("I1")])
    ok("load", small, REDSHANK_HOME=str(tmp_path / "by-variable"))
    assert (tmp_path / "by-variable").is_dir()
    ok("load", small, cwd=tmp_path)
    assert (tmp_path / "redshank-home").is_dir()


@pytest.mark.parametrize("args", [("night",), ("doctor",), ("evaluate",)], ids=" ".join)
def test_json_where_it_reports(args, force, work):
    more = ("--truth", force / "truth") if args == ("evaluate",) else ()
    done = redshank(*args, *more, "--json", home=work)
    assert done.returncode in ((0, 13) if args == ("evaluate",) else (0,))
    assert json.loads(done.stdout)


def test_load_prints_a_row_per_table(force, homes, tmp_path):
    done = ok("load", force / "first", home=tmp_path / "home", COLUMNS="160")
    said = done.stdout + done.stderr
    for word in ("taken", "replaced", "unchanged", "quarantined"):
        assert word in said.lower()
    for table in ("crimes", "incidents", "missing_episodes", "people", "vehicles", "phones", "premises"):
        assert table in said


def test_progress_is_plain_without_a_terminal(homes):
    assert "\x1b" not in homes.said.stderr
    assert "\r" not in homes.said.stderr


# ---- explain


def first(found, table, column, want=lambda row: True):
    return next(row[column] for row in found[table] if want(row))


@pytest.mark.parametrize("kind", ["person", "group", "child", "place", "line", "signal"])
def test_explain_goes_down_to_the_records(kind, homes):
    found = homes.found_two
    refs = {r["record_ref"] for t in ("people", "signals") for r in found[t]}
    if kind == "person":
        person = first(found, "groups", "person_id", lambda r: r["identified"] == "true")
        ident, expected = person, {r["record_ref"] for r in found["people"] if r["person_id"] == person}
    elif kind == "group":
        ident = first(found, "group_evidence", "group_id")
        expected = {r["record_ref"] for r in found["group_evidence"] if r["group_id"] == ident}
    elif kind == "child":
        ident = first(found, "children", "person_id", lambda r: "harm" in r["sexual_exploitation"])
        expected = {r["record_ref"] for r in found["people"] if r["person_id"] == ident}
    elif kind == "place":
        ident, expected = first(found, "places", "h3"), refs
    elif kind == "line":
        ident, expected = "LINE-01", {"LINE-01"}
    else:
        ident, expected = found["signals"][0]["signal_id"], {found["signals"][0]["record_ref"]}
    done = ok("explain", kind, ident, home=homes.two, COLUMNS="200")
    assert any(ref in done.stdout for ref in expected), done.stdout[:1500]


@pytest.mark.parametrize("kind", ["person", "group", "child", "place", "line", "signal"])
def test_an_unknown_id_is_a_plain_error(kind, homes):
    done = redshank("explain", kind, "no-such-id", home=homes.two)
    assert done.returncode == 2
    assert "no-such-id" in done.stderr
    assert "Traceback" not in done.stderr


# ---- language check


def test_language_check_says_where(tmp_path):
    text = tmp_path / "note.txt"
    text.write_text(
        "A quiet evening.\nShe is putting herself at risk and keeps going missing.\n", encoding="utf-8"
    )
    done = redshank("language", "check", text)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert any(f"{text}:2:8" in line and "putting herself at risk" in line for line in lines), done.stdout
    assert any(f"{text}:2:36" in line or f"{text}:2:37" in line for line in lines), done.stdout


def test_language_check_reads_standard_input():
    assert redshank("language", "check", stdin="The visit went well.\n").returncode == 0
    done = redshank("language", "check", stdin="The child is streetwise.\n")
    assert done.returncode == 1
    assert re.search(r":1:14\b", done.stdout), done.stdout


def test_language_check_of_clean_files_and_of_several(tmp_path):
    clean, other = tmp_path / "clean.txt", tmp_path / "other.txt"
    clean.write_text("Went missing twice; adults placed him in danger.\n", encoding="utf-8")
    other.write_text("He is promiscuous, it says.\n", encoding="utf-8")
    assert redshank("language", "check", clean).returncode == 0
    done = redshank("language", "check", clean, other)
    assert done.returncode == 1
    assert f"{other}:1:7" in done.stdout
    assert str(clean) not in done.stdout


def test_language_check_of_a_file_that_is_not_there(tmp_path):
    done = redshank("language", "check", tmp_path / "none.txt")
    assert done.returncode in (2, 10)
    assert "Traceback" not in done.stderr


# ---- audit


def test_audit_export_and_verify_and_any_byte_flipped(homes, work, tmp_path):
    out = tmp_path / "audit.log"
    ok("audit", "export", out, home=work)
    said = ok("audit", "verify", out).stdout  # the export alone, with no home
    count = int(re.search(r"\d+", said.replace(str(out), "")).group())
    assert count >= 4
    assert re.search(r"\d+", ok("audit", "verify", home=work).stdout)
    whole_file = out.read_bytes()
    places = {0, 1, len(whole_file) // 2, len(whole_file) - 2, len(whole_file) - 1}
    places |= set(random.Random(3).sample(range(len(whole_file)), 8)) | {whole_file.index(b"\n")}
    bad = tmp_path / "bad.log"
    for at in sorted(places):
        bad.write_bytes(whole_file[:at] + bytes([whole_file[at] ^ 1]) + whole_file[at + 1 :])
        assert redshank("audit", "verify", bad).returncode != 0, f"byte {at} of {len(whole_file)}"
    for name, changed in (
        ("cut", whole_file[:-1]),
        ("longer", whole_file + b"\n"),
        ("half", whole_file[: len(whole_file) // 2]),
        ("empty", b""),
    ):
        bad.write_bytes(changed)
        assert redshank("audit", "verify", bad).returncode != 0, name


def test_verify_notices_a_lost_last_entry(work, tmp_path):
    out = tmp_path / "audit.log"
    ok("audit", "export", out, home=work)
    lines = out.read_bytes().splitlines(keepends=True)
    (tmp_path / "short.log").write_bytes(b"".join(lines[:-1]))
    assert redshank("audit", "verify", tmp_path / "short.log").returncode != 0


# ---- evaluate


def test_evaluate_prints_figures(homes, force):
    done = redshank("evaluate", "--truth", force / "truth", home=homes.two)
    assert done.returncode in (0, 13)
    assert len(re.findall(r"\d+", done.stdout)) >= 10


def test_evaluate_takes_a_truth_with_files_absent(homes, force, tmp_path):
    (tmp_path / "truth").mkdir()
    shutil.copy(force / "truth" / "people.csv", tmp_path / "truth")
    assert redshank("evaluate", "--truth", tmp_path / "truth", home=homes.two).returncode in (0, 13)


# ---- damage, room, locks, interruption


def test_a_damaged_store_is_11(work):
    biggest = max((p for p in work.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    with biggest.open("r+b") as file:
        size = biggest.stat().st_size
        for at in range(0, size, max(1, size // 200)):
            file.seek(at)
            file.write(b"\xff\x00\xff")
    done = redshank("doctor", home=work)
    assert done.returncode == 11, (biggest, done.stdout, done.stderr)


def bound_by_permissions() -> None:
    """In a child that is about to start the program: root loses its power to pass over permissions."""
    drop, dac_override, dac_read_search = 24, 1, 2  # prctl(2): PR_CAPBSET_DROP, and the two capabilities
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (dac_override, dac_read_search):
            if libc.prctl(drop, capability, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "the capability cannot be dropped")


def test_no_right_to_write_is_16(tmp_path):
    small, closed = delivery(tmp_path / "d", incidents=[incident("I1")]), tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    command = [str(PROGRAM), "--home", str(closed / "home"), "load", str(small)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, preexec_fn=bound_by_permissions
    )
    assert done.returncode == 16, done.stderr


def test_an_export_does_not_replace_what_is_no_file(homes, tmp_path):
    """A pipe, as a device would be, is written to or refused; it is never exchanged for a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    redshank_to_pipe = subprocess.Popen(
        [str(PROGRAM), "--home", str(homes.two), "audit", "export", str(pipe)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        redshank_to_pipe.wait(timeout=60)
    finally:
        os.close(end)
        redshank_to_pipe.kill()
    assert pipe.is_fifo()


def test_two_runs_at_once(homes, force, tmp_path):
    home = copied(homes.loaded, tmp_path / "home")
    env = {k: v for k, v in os.environ.items() if not k.startswith("REDSHANK")}
    runs = [
        subprocess.Popen(
            [str(PROGRAM), "--home", str(home), *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
        )
        for args in (["night"], ["load", str(force / "night")])
    ]
    codes = []
    for run in runs:
        _, err = run.communicate(timeout=200)
        codes.append(run.returncode)
        assert b"Traceback" not in err
    assert set(codes) <= {0, 15}
    assert 0 in codes
    ok("load", force / "night", home=home)
    ok("night", home=home)
    ok("doctor", home=home)
    assert len(export(home, tmp_path / "out")["people"]) == len(homes.found_two["people"])


@pytest.mark.parametrize("after", [0.9, 1.4])
def test_interrupted_at_any_moment_the_store_is_whole(after, homes, force, tmp_path):
    home = copied(homes.one, tmp_path / "home")
    env = {k: v for k, v in os.environ.items() if not k.startswith("REDSHANK")}
    run = subprocess.Popen(
        [str(PROGRAM), "--home", str(home), "load", str(force / "night")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
    )
    time.sleep(after)
    run.send_signal(signal.SIGINT if after != 0.9 else signal.SIGKILL)
    _, err = run.communicate(timeout=60)
    assert run.returncode in (14, 0, -signal.SIGKILL), err
    ok("load", force / "night", home=home)
    ok("night", home=home)
    assert whole(export(home, tmp_path / "out")) == whole(homes.found_two)


def test_an_interrupted_night_is_14_and_safe_to_run_again(homes, tmp_path):
    home = copied(homes.loaded, tmp_path / "home")
    env = {k: v for k, v in os.environ.items() if not k.startswith("REDSHANK")}
    run = subprocess.Popen(
        [str(PROGRAM), "--home", str(home), "night"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
    )
    time.sleep(2.2)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=100)
    assert run.returncode in (14, 0), err
    assert b"Traceback" not in err
    ok("night", home=home)
    assert whole(export(home, tmp_path / "out")) == whole(homes.found_one)


# ---- what a log may hold


def test_marked_names_reach_no_log(tmp_path):
    mark = "Zqxcanary"
    home = tmp_path / "home"
    people = [
        named("incidents", "I1", "subject", mark, f"{mark}son", "2011-04-04", phone=f"{mark}-phone"),
        named("incidents", "I1", "subject", mark, f"{mark}son", f"{mark}-date"),
        named("incidents", f"{mark}-nowhere", "subject", mark, "Other", "1980-01-01"),
        named("incidents", "I2", f"{mark}-role", mark, f"{mark}son", "2011-04-04"),
    ]
    folder = delivery(
        tmp_path / "d",
        incidents=[
            incident("I1", log=f"{mark} seen getting into a car driven by {mark} the elder."),
            incident("I2"),
            incident(f"{mark}3", f"{mark}-time"),
        ],
        people=people,
    )
    with (folder / "incidents.csv").open("ab") as file:
        file.write(b"I9,2026-01-10T20:00:00+00:00,Saltgate," + mark.encode() + b"\xff\n")
    bad = delivery(tmp_path / "bad", incidents=[incident("I1", log=mark)])
    (bad / "incidents.csv").rename(bad / "unknown_table.csv")
    said = []
    for args in (
        ("load", folder),
        ("load", bad),
        ("night",),
        ("night", "--full"),
        ("doctor",),
        ("evaluate", "--truth", tmp_path / "none"),
    ):
        done = redshank(*args, home=home)
        said.append(done.stderr)
        if args[0] in ("load", "doctor"):
            said.append(done.stdout)
    assert mark.lower() not in "\n".join(said).lower()
    logs = [
        p
        for p in home.rglob("*")
        if p.is_file()
        and (
            p.suffix in (".log", ".txt", ".jsonl", ".json", ".err")
            or "log" in p.name.lower()
            or "report" in str(p.relative_to(home)).lower()
        )
    ]
    told = [str(p) for p in logs if mark.lower().encode() in p.read_bytes().lower()]
    assert told == []
    assert (
        mark.lower() in str(export(home, tmp_path / "out")["quarantine"]).lower()
    )  # where it belongs it stands


# ---- the synthetic force, backup, the web


def test_synthetic_force_is_whole_and_the_same_again(tmp_path):
    for name in ("a", "b"):
        ok("synthetic", tmp_path / name, "--scale", "small", "--seed", "3", "--days", "365")
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert {str(f).split("/")[0] for f in files} >= {"first", "night", "truth"}
    assert files == sorted(p.relative_to(tmp_path / "b") for p in (tmp_path / "b").rglob("*") if p.is_file())
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)
    truth = {
        "people": "true_person delivery record_type record_ref row", "groups": "true_group true_person role active_from active_to kind strength recognisable_on",
        "children": "true_person sexual criminal harmed from", "lines": "line_ref uses_sexual_exploitation band",
        "signals": "record_type record_ref indicator status", "language": "record_type record_ref start end quoted", "quarantine": "delivery file row problem",
    }  # fmt: skip
    for table, columns in truth.items():
        assert header(tmp_path / "a" / "truth" / f"{table}.csv")[: len(columns.split())] == columns.split()
    ok("load", tmp_path / "a" / "first", home=tmp_path / "home")


def test_backup_and_restore(homes, tmp_path):
    ok("backup", tmp_path / "home.backup", home=homes.two)
    ok("restore", tmp_path / "home.backup", home=tmp_path / "again")
    assert whole(export(tmp_path / "again", tmp_path / "out")) == whole(homes.found_two)
    ok("audit", "verify", home=tmp_path / "again")


class Stay(urllib.request.HTTPRedirectHandler):
    """Does not follow a redirect: where it leads is the answer."""

    def redirect_request(self, *args):
        return None


def answered(opener, address: str) -> int:
    """The status; the sign-in page itself, shown in place, counts as a refusal."""
    try:
        with opener.open(address, timeout=10) as answer:
            return 401 if b'type="password"' in answer.read() else answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def test_healthz_answers_and_the_rest_needs_a_sign_in(work):
    port = 18437
    env = {k: v for k, v in os.environ.items() if not k.startswith("REDSHANK")}
    run = subprocess.Popen(
        [str(PROGRAM), "--home", str(work), "serve", "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
    )
    try:
        for _ in range(60):
            assert run.poll() is None, run.stderr.read().decode()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                    assert answer.status == 200
                    assert json.loads(answer.read())
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.5)
        else:
            pytest.fail("/healthz did not answer within 30 seconds")

        opener = urllib.request.build_opener(Stay)
        answers = {
            path: answered(opener, f"http://127.0.0.1:{port}{path}")
            for path in ("/", "/people", "/groups", "/children", "/api/groups", "/worklist")
        }
        assert {p: a for p, a in answers.items() if a not in (302, 303, 307, 401, 403, 404)} == {}
    finally:
        run.terminate()
        run.wait(timeout=30)
