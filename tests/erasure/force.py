"""A small force with one record that is marked: words, a name, numbers and a reference that stand nowhere else.

``first`` is the village of tests/web with the marked records; ``without=True`` writes the same force that never had them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from tests.web import village
from tests.web.village import CARA, Extract, Somebody

MARKED, BESIDE = "crimes:QX77-ZORB", "incidents:QX78-ZORB"
KEYS = (MARKED, BESIDE)
ZEBEDEE = Somebody("Zebedee", "Quillbrant", "1971-07-23", "17 Vexwold Mews", "QX7 7QX")
PHONE, CAR = "07700900777", "QX07ZRB"
WORDS = ("Snorvelwick", "Brimblethatch")
#: What tells of the marked records wherever it lies, as any of its copies writes it.
TELLTALES = (
    "QX77-ZORB", "QX78-ZORB", "Quillbrant", "Zebedee", "Vexwold", "Snorvelwick", "Brimblethatch", "900777", "QX07ZRB", "QX7 7QX", "QX77QX",
)  # fmt: skip


def first(folder: Path, *, without: bool = False) -> Path:
    """The first delivery."""
    village.first(folder)
    if not without:
        _add(folder, _marked())
    return folder


def again(folder: Path) -> Path:
    """A later delivery that brings one of the marked records again, with a person and a number, and one that is new."""
    e = _marked()
    e.record("crimes", "C-later", 95, "Ploverlater: a shed was opened.", {"victim": village.JANE}, offence="Burglary", district="Northmere")  # fmt: skip
    return e.write(folder)


def _marked() -> Extract:
    e = Extract()
    e.record(
        "crimes", "QX77-ZORB", 41, "Snorvelwick: a shed was broken into and tools were taken.", {"victim": ZEBEDEE}, phones=(PHONE,),
        vehicles=(CAR,), offence="Burglary", district="Northmere",
    )  # fmt: skip
    # One that reads as exploitation, ties somebody to a child of a group, and stands in many tables of the state.
    e.record(
        "incidents", "QX78-ZORB", 83, "Brimblethatch: Cara went missing and was seen with an older man, Zebedee Quillbrant, who gave her alcohol.",
        {"subject": CARA, "associate": ZEBEDEE}, phones=(PHONE, "07700900101"), opening_code="concern for safety", district="Northmere",
        location="Vexwold Mews", postcode="QX7 7QX", latitude="52.43", longitude="-1.23",
    )  # fmt: skip
    # A row that cannot be taken and holds the reference, as quarantine does.
    e.rows["people"].append({"record_type": "crimes", "record_ref": "QX77-ZORB", "role": "witless", "forenames": "Zebedee", "surname": "Quillbrant"})  # fmt: skip
    return e


def _add(folder: Path, more: Extract) -> None:
    scratch = folder.with_name(folder.name + "-more")
    more.write(scratch)
    for path in sorted(scratch.iterdir()):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)[1:]
        with (folder / path.name).open("a", encoding="utf-8", newline="") as out:
            out.writelines(lines)


def told_in_files(home: Path, telltales: tuple[str, ...] = TELLTALES) -> list[str]:
    """Every file of a home in which a mark stands, by its bytes and, of Parquet, by its cells."""
    out = []
    for path in sorted(p for p in home.rglob("*") if p.is_file()):
        data = path.read_bytes()
        if path.suffix == ".parquet":
            data += "\n".join(_cells(path)).encode()
        folded = data.lower()
        out += [f"{path.relative_to(home)}: {t}" for t in telltales if t.lower().encode() in folded]
    return out


def _cells(path: Path) -> Iterator[str]:
    with pq.ParquetFile(path) as file:
        yield from (repr(row) for row in file.read().to_pylist())
