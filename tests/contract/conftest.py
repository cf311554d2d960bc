"""One fictional force and one set of homes for all outside tests; a test that changes a home copies it first."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import second_hand
from contract_tools import copied, export, ok, rows, write_csv


@pytest.fixture(scope="session")
def force(tmp_path_factory) -> Path:
    """The second hand's force, with its broken rows."""
    out = tmp_path_factory.mktemp("force")
    second_hand.build(out)
    return out


@pytest.fixture(scope="session")
def homes(force, tmp_path_factory) -> SimpleNamespace:
    """``loaded``: the first delivery alone. ``one``: and a night. ``two``: and the second delivery with its night. With
    the findings after each night (``found_one``, ``found_two``)."""
    base = tmp_path_factory.mktemp("homes")
    ok("load", force / "first", home=base / "loaded")
    one = copied(base / "loaded", base / "one")
    said = ok("night", home=one)
    two = copied(one, base / "two")
    ok("load", force / "night", home=two)
    ok("night", home=two)
    return SimpleNamespace(
        base=base,
        said=said,  # what the first night printed
        loaded=base / "loaded",
        one=one,
        two=two,
        found_one=export(one, base / "found-one"),
        found_two=export(two, base / "found-two"),
        files_two=base / "found-two",
    )


@pytest.fixture
def work(homes, tmp_path):
    """A copy of the home after two nights, for a test that changes it."""
    return copied(homes.two, tmp_path / "home")


def _shuffled(source: Path, to: Path) -> None:
    import random

    for path in sorted(source.glob("*.csv")):
        table = rows(path)
        columns = list(table[0])
        random.Random(path.name + "again").shuffle(table)
        write_csv(to / path.name, table, columns)


def _exchanged(source: Path, to: Path) -> None:
    """Every value of ethnicity, nationality and disability gives way to another."""
    shutil.copytree(source, to)
    people = rows(to / "people.csv")
    for column in ("ethnicity_self_defined", "ethnicity_officer_defined", "nationality"):
        values = sorted({row[column] for row in people})
        other = dict(zip(values, values[1:] + values[:1], strict=True))
        for row in people:
            row[column] = other[row[column]]
    for number, row in enumerate(people):
        row["disability"] = ("", "hearing", "learning")[number % 3]
    write_csv(to / "people.csv", people)


@pytest.fixture(scope="session")
def variants(tmp_path_factory) -> dict[str, SimpleNamespace]:
    """The same force without broken rows, as it is and changed in ways that must not matter; each after one night."""
    base = tmp_path_factory.mktemp("variants")
    for name, more in {"base": {}, "extra": {"extra": 1000}, "shifted": {"shift": 100}}.items():
        second_hand.build(
            base / name, records=450, broken=False, **more
        )  # fewer: six nights are to stay quick
    _shuffled(base / "base" / "first", base / "shuffled" / "first")
    _exchanged(base / "base" / "first", base / "exchanged" / "first")
    shutil.copytree(base / "base" / "first", base / "doubled" / "first")
    shutil.copytree(base / "base" / "first", base / "doubled" / "first-again")
    # the machine's own clock zone, language and hash seed must not matter either
    elsewhere = {"shuffled": {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "77"}}

    def night(name: str) -> SimpleNamespace:
        home, env = base / name / "home", elsewhere.get(name, {})
        ok("load", base / name / "first", home=home, **env)
        if name == "doubled":
            ok("load", base / name / "first-again", home=home, **env)
        ok("night", home=home, **env)
        return SimpleNamespace(
            home=home,
            first=base / name / "first",
            again=base / name / "first-again",
            found=export(home, base / name / "found"),
        )

    names = ("base", "shuffled", "exchanged", "extra", "shifted", "doubled")
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(night, names), strict=True))
