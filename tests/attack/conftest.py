"""One small home after a night for the whole folder, full of what records should not hold; tests copy it first."""

import shutil
from pathlib import Path

import pytest

from redshank.cli import main

from .tools import CRIMES, PEOPLE, SECRET, Program, table

#: Colours, a C1 introducer, writing directions, bell, backspace, carriage return, and a console's own markup.
NASTY = "\x1b[31mred\x1b[0m \x9b32m \u202egnorw\u202c \u200f\x07\x08\r [bold]bold[/bold] [/] [link=http://x]x[/link]"


def _hostile(folder: Path) -> Path:
    text = f"{SECRET} went missing to the hotel with an older man, {NASTY}, found with three mobile phones; is said to owe money."
    crimes = [
        [f"[red]C{i}\x1b[31m", f"2026-03-{i + 1:02d}T10:00:00+00:00", text if i < 8 else " \t "]
        for i in range(10)
    ]
    people = []
    for crime in crimes:
        people += [
            ["crimes", crime[0], "victim", "Zebedee" + NASTY, "Quillfeather", "2011-01-01", "07700900111", "1 Marsh Lane"],
            ["crimes", crime[0], "victim", "Ida" + NASTY, "Fen", "2011-05-05", "", "1 Marsh Lane"],
            ["crimes", crime[0], "suspect", "Odo", "[/]Reed" + NASTY, "1980-01-01", "07700900222", "2 Marsh Lane"],
            ["crimes", crime[0], "suspect", "Kit", "Sedge", "1985-01-01", "07700900222", "2 Marsh Lane"],
            ["crimes", crime[0], "suspect", "Long" * 2500, "Name" * 2500, "1981-01-01", "", "2 Marsh Lane"],
        ]  # fmt: skip
    table(folder, "crimes.csv", CRIMES, crimes)
    table(folder, "people.csv", PEOPLE, people)
    line = ["[b]L1" + NASTY, "Alpha" + NASTY, "active", "2026-01-01", "07700900222", text, "suspected"]
    columns = "line_ref name status opened_on phone narrative known_sexual_exploitation"
    return table(folder, "county_lines.csv", columns, [line])


@pytest.fixture(scope="session")
def hostile_home(tmp_path_factory) -> Path:
    """Loaded and after one night."""
    base = tmp_path_factory.mktemp("attack")
    home = base / "home with späces 家"
    for args in (["load", str(_hostile(base / "hostile"))], ["night"]):
        with pytest.raises(SystemExit) as end:
            main(["--home", str(home), *args])
        assert end.value.code == 0
    return home


@pytest.fixture
def home(hostile_home, tmp_path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(hostile_home, tmp_path / "home"))


@pytest.fixture
def program(capsys) -> Program:
    return Program(capsys)
