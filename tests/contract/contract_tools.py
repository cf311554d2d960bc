"""Small tools of the outside tests: the program as a subprocess, deliveries by hand, findings as rows."""

import csv
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".venv" / "bin" / "redshank"

# findings.md, to the letter and in this order
FINDINGS = {
    "signals": "record_type record_ref indicator status start end text rule signal_id",
    "language": "record_type record_ref start end text reason alternative quoted",
    "people": "person_id delivery record_type record_ref row probability",
    "groups": "group_id person_id role strength first_evidence_at detected_on basis part identified also_named_as_suspect kind sentence hangs_on",
    "group_evidence": "group_id person_a person_b tie record_type record_ref",
    "children": "person_id as_of score band sexual_exploitation criminal_exploitation change_28_days reasons",
    "lines": "line_ref as_of score band uses_sexual_exploitation reasons",
    "places": "h3 district as_of score records children",
    "quarantine": "delivery file row column problem value kept",
}
FINDINGS = {table: columns.split() for table, columns in FINDINGS.items()}


ELSEWHERE = tempfile.mkdtemp(
    prefix="redshank-outside-"
)  # nothing that the program leaves lies in the repository


def redshank(
    *args,
    home: Path | None = None,
    stdin: str | bytes = b"",
    cwd: Path | str = ELSEWHERE,
    timeout: float = 300,
    **env,
):
    """Runs the program and returns the completed process; output is text, undecodable bytes are marked."""
    command = [str(PROGRAM), *(["--home", str(home)] if home else []), *map(str, args)]
    data = stdin.encode() if isinstance(stdin, str) else stdin
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith(("REDSHANK", "COV"))} | env
    done = subprocess.run(
        command, input=data, capture_output=True, timeout=timeout, env=surroundings, cwd=cwd
    )
    done.stdout, done.stderr = (s.decode(errors="backslashreplace") for s in (done.stdout, done.stderr))
    return done


def ok(*args, **more):
    """Runs the program and insists on exit 0."""
    done = redshank(*args, **more)
    assert done.returncode == 0, (
        f"{' '.join(map(str, args))} -> {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    )
    return done


def rows(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def export(home: Path, to: Path, *more) -> dict[str, list[dict]]:
    """The findings of a home, by table."""
    ok("findings", "export", to, *more, home=home)
    return {table: rows(to / f"{table}.csv") for table in FINDINGS}


def copied(home: Path, to: Path) -> Path:
    return Path(shutil.copytree(home, to, symlinks=True))


def write_csv(
    path: Path, table_rows: list[dict], columns: list[str] | None = None, encoding: str = "utf-8"
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = columns or list(dict.fromkeys(c for row in table_rows for c in row))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(table_rows)


def delivery(folder: Path, **tables: list[dict]) -> Path:
    """A delivery of a few rows."""
    for name, table_rows in tables.items():
        write_csv(folder / f"{name}.csv", table_rows)
    return folder


def incident(ref: str, at: str = "2026-01-10T20:00:00+00:00", log: str = "Log closed.", **more) -> dict:
    return {"incident_ref": ref, "received_at": at, "district": "Saltgate", "log": log} | more


def named(table: str, ref: str, role: str, forenames: str, surname: str, born: str, **more) -> dict:
    return {
        "record_type": table,
        "record_ref": ref,
        "role": role,
        "forenames": forenames,
        "surname": surname,
        "date_of_birth": born,
    } | more


def whole(tables: dict[str, list[dict]]) -> dict[str, Counter]:
    """Every table as a bag of whole rows, for equality in every column whatever the order."""
    return {table: Counter(tuple(row.items()) for row in found) for table, found in tables.items()}


def row_keys(*folders: Path) -> dict[tuple[str, str], tuple]:
    """(delivery, row number) to the content of that `people` row, numbered where the same content stands twice."""
    keys = {}
    for folder in folders:
        seen: Counter = Counter()
        for number, row in enumerate(rows(folder / "people.csv"), start=1):
            content = tuple(
                row.get(c, "")
                for c in (
                    "record_type",
                    "record_ref",
                    "role",
                    "forenames",
                    "surname",
                    "date_of_birth",
                    "local_person_id",
                )
            )
            seen[content] += 1
            keys[folder.name, str(number)] = (*content, seen[content])
    return keys


def people_sets(found: dict[str, list[dict]], keys: dict) -> dict[str, frozenset]:
    """person_id to the appearances that it stands for; an appearance without a key is left out."""
    sets: dict[str, set] = {}
    for row in found["people"]:
        key = keys.get((row["delivery"], row["row"]))
        if key is not None:
            sets.setdefault(row["person_id"], set()).add(key)
    return {person: frozenset(members) for person, members in sets.items()}


def grouping(found: dict[str, list[dict]], keys: dict) -> tuple[set, Counter]:
    """People and groups without their names: sets of appearances, and bags of sets of members."""
    sets = people_sets(found, keys)
    groups: dict[str, set] = {}
    for row in found["groups"]:
        member = sets.get(row["person_id"], "described") if row["identified"] == "true" else "described"
        groups.setdefault(row["group_id"], set()).add((row["role"], row["basis"], row["kind"], member))
    return set(sets.values()), Counter(frozenset(members) for members in groups.values())
