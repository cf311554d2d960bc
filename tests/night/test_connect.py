"""docs/connect.md, command by command: three exports that no mapping has seen become the findings of the standard delivery."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from pathlib import Path

import pytest

from redshank import cli
from redshank.cli import common
from redshank.sources import load_mapping
from tests.night import exports
from tests.night.conftest import findings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "connect.md"
#: What a person does before a command of the page, as the page says: settle a line, or mend one.
EDITS = {
    "redshank mapping check partners.toml exports/partners": ("partners.toml", r"# TODO: numbers are read as ISO.*\n", ""),
    "redshank --home force load exports/tuesday --mapping partners.toml --name tuesday-mended": (
        "partners.toml", r'received_at = "dateOfContact"', 'received_at = "contactReceived"',
    ),
}  # fmt: skip
CODES = {
    "redshank mapping new exports/partners --out partners.toml": 1,
    "redshank mapping check partners.toml exports/tuesday": 1,
}


@pytest.fixture(scope="module")
def followed(force, tmp_path_factory):
    """The page followed from top to bottom: what each command said, and the folder."""
    folder = tmp_path_factory.mktemp("connect")
    exports.write(force / "first", force / "truth", folder / "exports")
    tuesday = folder / "exports" / "tuesday"
    tuesday.mkdir()
    name = "safeguarding_contacts.csv"
    text = (folder / "exports" / "partners" / name).read_text(encoding="utf-8")
    (tuesday / name).write_text(text.replace("dateOfContact", "contactReceived", 1), encoding="utf-8")
    (folder / "arriving" / "2026-04-01").mkdir(parents=True)
    (folder / "arriving" / "2026-04-01" / name).write_text(text, encoding="utf-8")
    said = {}
    commands = re.findall(r"^    (redshank .*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    # What asks a database is tried with a real one, and the page's own file: tests/sources/test_pull.py.
    assert [c for c in commands if " pull " in c] == ["redshank --home force pull rms-pull.toml"]
    commands = [c for c in commands if " pull " not in c]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("REDSHANK_HOME", "unused")
        for command in commands:
            if command in EDITS:
                file, old, new = EDITS[command]
                before = Path(file).read_text(encoding="utf-8")
                after, count = re.subn(old, new, before)
                assert count == 1, f"the one edit before {command}"
                Path(file).write_text(after, encoding="utf-8")
            if "sources --check" in command:
                command += " --as-of 2026-04-01"
            said[command] = run(command, CODES.get(command, 0))
            if command.endswith(" night"):
                said["groups"] = findings(folder / "force")["groups"].to_pylist()
    return said, folder


def run(command: str, code: int) -> str:
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(
            common.out, "_file", out
        )  # `file` is a property: undone, it would hold on to this stream
        with pytest.raises(SystemExit) as left:
            cli.main(command.split()[1:])
    assert left.value.code == code, f"{command}\n{out.getvalue()[-2000:]}{err.getvalue()[-2000:]}"
    return out.getvalue()


def test_the_page_has_every_step(followed):
    said, _ = followed
    for step in ("mapping new", "mapping check", "load", "night", "sources", "--check", "watch"):
        assert any(step in command for command in said)


def test_three_unseen_exports_give_the_groups_of_the_standard_delivery(followed, after_first):
    said, _ = followed
    mine = {(g["group_id"], g["person_id"], g["role"]) for g in said["groups"]}
    theirs = {(g["group_id"], g["person_id"], g["role"]) for g in findings(after_first)["groups"].to_pylist()}
    assert len({g for g, _, _ in theirs}) >= 5
    assert mine == theirs


def test_no_row_of_the_exports_was_set_aside(followed):
    said, _ = followed
    for name in ("partners", "calls", "rms"):
        lines = said[f"redshank --home force load exports/{name} --mapping {name}.toml"]
        assert "in quarantine" not in lines, lines


def test_one_line_was_to_be_settled_and_the_draft_says_which(followed):
    said, folder = followed
    assert "1 thing is to settle" in said["redshank mapping new exports/partners --out partners.toml"]
    for name in ("partners", "calls", "rms"):
        assert load_mapping(folder / f"{name}.toml").tables
    rms = load_mapping(folder / "rms.toml").tables
    assert rms["crimes"].file == "NM_OFFENCES_*"
    assert rms["people"].columns["surname"] == "FAMILY_NAME"
    assert rms["people"].codes["role"]["ip"] == "victim"
    assert rms["people"].codes["sex"]["unknown"] == ""


def test_what_has_just_arrived_waits(followed):
    said, _ = followed
    assert (
        "2026-04-01: waiting" in said["redshank --home force watch arriving --mapping partners.toml --once"]
    )


def test_the_renamed_column_is_named_with_the_line_that_mends_it(followed):
    said, _ = followed
    line = '[tables.partner_referrals.columns] received_at = "contactReceived"'
    assert line in said["redshank mapping check partners.toml exports/tuesday"]
    table = said["redshank --home force load exports/tuesday --mapping partners.toml --name tuesday-mended"]
    assert "has no column" not in table


@pytest.mark.parametrize("missing", ["contactId", "dateOfContact"])
def test_a_load_says_the_same_of_a_key_and_of_another_column(
    followed, tmp_path, monkeypatch, missing, capsys
):
    _, folder = followed
    name = "safeguarding_contacts.csv"
    text = (folder / "exports" / "partners" / name).read_text(encoding="utf-8").splitlines()[:30]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_text(
        "\n".join(
            [text[0].replace(missing, "reference2" if missing == "contactId" else "receivedOn"), *text[1:]]
        )
    )
    mapping = tmp_path / "m.toml"
    mapping.write_text((folder / "partners.toml").read_text().replace("contactReceived", "dateOfContact"))
    monkeypatch.setenv("REDSHANK_HOME", "unused")
    with pytest.raises(SystemExit) as left:
        cli.main(
            [
                "--home",
                str(tmp_path / "home"),
                "load",
                str(tmp_path / "in"),
                "--mapping",
                str(mapping),
                "--json",
            ]
        )
    seen = capsys.readouterr()
    if missing == "contactId":
        assert left.value.code == 10
        assert '[tables.partner_referrals.columns] referral_ref = "reference2"' in seen.err
    else:
        assert left.value.code == 0
        (gone,) = json.loads(seen.out)["missing_columns"][name]
        assert gone["line"] == '[tables.partner_referrals.columns] received_at = "receivedOn"'


def test_the_report_on_sources_holds_counts_and_no_value_of_a_record(followed):
    _, folder = followed
    whole = json.loads(run(f"redshank --home {folder / 'force'} sources --json", 0))
    assert {s["source"] for s in whole} == {"partners", "calls", "rms"}
    people = next(s for s in whole if (s["source"], s["table"]) == ("rms", "people"))
    assert 0 < people["recording"][0]["ethnicity_either"] <= people["rows"]
    with (folder / "exports" / "partners" / "individuals.csv").open(encoding="utf-8") as file:
        names = {row["lastName"] for row in csv.DictReader(file, delimiter="|")} - {""}
    text = json.dumps(whole, ensure_ascii=False)
    assert not [n for n in names if re.search(rf"\b{re.escape(n)}\b", text)]


def test_an_export_of_a_built_in_mappings_shape_is_proposed_as_that_mapping(force, tmp_path):
    """Three mappings that were written before the proposer, by another hand."""
    exports.inverse(force / "first", load_mapping("misper_export"), tmp_path / "misper")
    (tmp_path / "x").mkdir()
    said = json.loads(
        run(f"redshank --home {tmp_path / 'none'} mapping new {tmp_path / 'misper'} --json --show 0", 0)
    )
    assert said["questions"] == []
    columns = {t["table"]: {c["ours"]: c["theirs"] for c in t["columns"]} for t in said["proposed"]}
    for table, mapping in load_mapping("misper_export").tables.items():
        assert columns[table] == mapping.columns, table


def test_a_load_by_a_draft_says_that_lines_of_it_are_open(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "calls.csv").write_text("no,at\nC1,2026-03-01T10:00:00Z\n")
    draft = "[tables.incidents]\nfile = 'calls'\n[tables.incidents.columns]\nincident_ref = 'no'\nreceived_at = 'at'\n"
    (tmp_path / "m.toml").write_text(draft + "# TODO: is it?\n")
    said = run(
        f"redshank --home {tmp_path / 'home'} load {tmp_path / 'in'} --mapping {tmp_path / 'm.toml'}", 0
    )
    assert "1 line still to settle" in said
