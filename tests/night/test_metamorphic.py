"""Changes of a delivery that must not change who is tied to whom."""

from __future__ import annotations

import csv
import random
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from redshank import synthetic

from .conftest import findings, load, run

ROWS = ("people", "vehicles", "phones")


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], [r for r in rows[1:] if len(r) == len(rows[0])]


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)


def groups(home: Path) -> set[frozenset]:
    """Each group as the set of (role, records in which the member stands): ids play no part."""
    tables = findings(home)
    where: dict[str, set] = {}
    for row in tables["people"].to_pylist():
        where.setdefault(row["person_id"], set()).add((row["record_type"], row["record_ref"]))
    out: dict[str, set] = {}
    for row in tables["groups"].to_pylist():
        place = frozenset(where.get(row["person_id"], {("unidentified", row["part"])}))
        out.setdefault(row["group_id"], set()).add((row["role"], place))
    return {frozenset(m) for m in out.values()}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A small force without broken rows at the file's end, so that rows can be rewritten; and its groups."""
    folder = tmp_path_factory.mktemp("plain")
    synthetic.write(folder / "force", scale="small", seed=5)
    clean = folder / "clean"
    clean.mkdir()
    for path in sorted((folder / "force" / "first").glob("*.csv")):
        try:
            header, rows = read(path)
        except (UnicodeDecodeError, csv.Error):
            data = path.read_bytes().decode("utf-8", errors="ignore")
            (clean / path.name).write_text(data, encoding="utf-8")
            header, rows = read(clean / path.name)
        write(clean / path.name, header, rows)
    home = folder / "home"
    load(home, clean)
    run(home)
    found = groups(home)
    assert len(found) >= 4
    return clean, found


def changed(plain, tmp_path, change) -> set[frozenset]:
    clean, _ = plain
    other = tmp_path / "delivery"
    shutil.copytree(clean, other)
    change(other)
    home = tmp_path / "home"
    load(home, other)
    run(home)
    return groups(home)


def test_the_order_of_rows_does_not_matter(plain, tmp_path):
    def shuffle(folder: Path) -> None:
        for number, path in enumerate(sorted(folder.glob("*.csv"))):
            header, rows = read(path)
            random.Random(number).shuffle(rows)
            write(path, header, rows)

    assert changed(plain, tmp_path, shuffle) == plain[1]


def test_a_delivery_that_comes_twice_changes_nothing(plain, tmp_path):
    clean, found = plain
    home = tmp_path / "home"
    load(home, clean)
    run(home)
    load(home, clean, name="again")
    run(home)
    assert groups(home) == found


def test_a_hundred_days_later_the_groups_are_the_same(plain, tmp_path):
    def moved(cell: str) -> str:
        if len(cell) == 10:
            return (date.fromisoformat(cell) + timedelta(days=100)).isoformat()
        return (datetime.fromisoformat(cell) + timedelta(days=100)).isoformat()

    def later(folder: Path) -> None:
        for path in sorted(folder.glob("*.csv")):
            header, rows = read(path)
            # Birth dates move too: who is a child then must be one now.
            times = [
                i
                for i, n in enumerate(header)
                if n.endswith(("_at", "_from", "_to", "_on")) or n == "date_of_birth"
            ]
            for row in rows:
                for i in times:
                    try:
                        row[i] = moved(row[i]) if row[i] else row[i]
                    except ValueError:
                        continue
            write(path, header, rows)

    found = changed(plain, tmp_path, later)
    same = len(found & plain[1])
    # Dates inside texts stay where they are, so a birth date or a year in a text may read otherwise.
    assert same >= 0.8 * len(plain[1])


def test_a_thousand_unrelated_records_change_no_group(plain, tmp_path):
    def more(folder: Path) -> None:
        header, rows = read(folder / "incidents.csv")
        people_header, people = read(folder / "people.csv")
        example = rows[0]
        for n in range(1000):
            row = list(example)
            row[header.index("incident_ref")] = f"UNRELATED-{n}"
            row[header.index("log")] = (
                f"Caller reports a bicycle taken from outside number {n}. No suspect seen."
            )
            for name in ("location", "postcode", "latitude", "longitude"):
                row[header.index(name)] = ""
            rows.append(row)
            who = dict.fromkeys(people_header, "")
            who |= {"record_type": "incidents", "record_ref": f"UNRELATED-{n}", "role": "reporter"}
            letters = "".join(chr(97 + (n // 26**k) % 26) for k in range(4))
            who |= {
                "forenames": f"Q{letters}",
                "surname": f"Z{letters[::-1]}x",
                "date_of_birth": f"19{50 + n % 40}-0{1 + n % 9}-1{n % 9}",
            }
            people.append([who[c] for c in people_header])
        write(folder / "incidents.csv", header, rows)
        write(folder / "people.csv", people_header, people)

    assert changed(plain, tmp_path, more) == plain[1]
