"""A proposal written as the TOML that a person reads, settles and saves.

It is always valid TOML and always parses as a mapping. What a person must settle stands as a line ``# TODO``; a column that we need
and did not find is written as "TODO", which no export has, so that nothing loads before somebody has looked.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase

from redshank.sources.guess.tables import Guess, Proposal
from redshank.sources.guess.values import Dates
from redshank.sources.unknown import Unknown
from redshank.tables.extracts import EXTRACTS
from redshank.tables.model import DATE, TIME

TODO = "TODO"
MARK = re.compile(r"#\s*TODO:(.*)")
RARE = 0.005
"""A code in no more than this share of a file's rows is a slip at the source and holds up no mapping (local default)."""
OPEN = (
    "status",
    "outcome",
    "category",
    "agency",
    "opening_code",
    "closing_code",
    "care_status",
    "disability",
)
"""Columns with open lists whose codes a reader would rather see as words. Offence codes and ethnicity are read as codes."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Question:
    """An open line of a mapping: its number and what it says."""

    line: int
    text: str


def questions(text: str) -> list[Question]:
    """Every line of a mapping that a person has still to settle."""
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        found = MARK.search(line)
        if found:
            out.append(Question(number, found[1].strip() or "to settle"))
    return out


def draft(proposal: Proposal, name: str) -> str:
    """The TOML of a proposal."""
    files = [g.file for g in proposal.tables]
    lines = [
        "# Proposed by `redshank mapping new` from the names and values of an export. Read every line; settle each line marked TODO",
        "# and delete it; then `redshank mapping check` this file against the export. Behind each column stands how sure the proposal",
        "# is and why. Codes of lists stand here as the export writes them, and no other value.",
        "",
        f"name = {_text(name)}",
        f"doc = {_text('Proposed from ' + _counted(len({f.file for f in files}), 'file') + '; not yet described.')}",
    ]
    lines += _style(files)
    lines += _formats(proposal)
    for file, why in proposal.left:
        lines += [
            "",
            f"# TODO: {_name(file)}: {why}. Take the file out of the delivery, or write [tables.…] for it.",
        ]
    for guess in proposal.tables:
        lines += ["", *_table(guess, proposal)]
    if not proposal.tables:
        lines += [
            "",
            "# TODO: no file was recognised; this table stands here so that the file is whole: delete it.",
            "[tables.crimes]",
        ]
        lines += [f"file = {_text(TODO)}", "[tables.crimes.columns]", f"crime_ref = {_text(TODO)}"]
    return "\n".join(lines) + "\n"


def _style(files: list[Unknown]) -> list[str]:
    """Encoding and delimiter: a mapping has one of each, that of most of its rows."""
    texts = {f.file: f for f in files if f.kind == "csv"}
    if not texts:
        return []
    rows: Counter[tuple[str, str]] = Counter()
    for f in texts.values():
        rows[(f.encoding, f.delimiter)] += f.count + 1
    encoding, delimiter = max(rows, key=lambda k: (rows[k], k))
    if (
        any(f.encoding == "windows-1252" for f in texts.values())
        and encoding == "utf-8"
        and _only_ascii(texts, "utf-8")
    ):
        encoding = "windows-1252"
    out = [f"encoding = {_text(encoding)}", f"delimiter = {_text(delimiter)}"]
    odd = [
        f
        for f in sorted(texts.values(), key=lambda f: f.file)
        if f.delimiter != delimiter or (f.encoding != encoding and not _only_ascii({f.file: f}, f.encoding))
    ]
    return out + [
        f"# TODO: {_name(f)} is written otherwise (encoding {f.encoding}, delimiter {f.delimiter!r}): export it as the others, or "
        "give it a mapping of its own and load it as a delivery of its own."
        for f in odd
    ]


def _only_ascii(files: dict[str, Unknown], encoding: str) -> bool:
    """Whether files of an encoding hold nothing by which it could be told from others that begin as ASCII."""
    if encoding.startswith("utf-16"):
        return False
    return all(
        str(value).isascii()
        for f in files.values()
        if f.encoding == encoding
        for column in f.rows.columns
        for value in column.to_pylist()
        if value is not None
    )


def _formats(proposal: Proposal) -> list[str]:
    """The formats that most columns share; other columns get their own."""
    out = []
    for kind, key in ((DATE, "dates"), (TIME, "times")):
        shared = _shared(proposal, kind)
        if shared:
            out.append(f"{key} = {_list(shared)}")
    return out


def _shared(proposal: Proposal, kind: object) -> tuple[str, ...]:
    counts: Counter[tuple[str, ...]] = Counter()
    for guess in proposal.tables:
        for pair in guess.pairs:
            found = _dates(guess, pair.theirs)
            if EXTRACTS[guess.table].column(pair.ours).type == kind and found.formats:
                counts[found.formats] += 1
    return max(counts, key=lambda f: (counts[f], f)) if counts else ()


def _dates(guess: Guess, theirs: str) -> Dates:
    return guess.shapes[theirs].dates


def _table(guess: Guess, proposal: Proposal) -> list[str]:
    table = EXTRACTS[guess.table]
    out = [f"[tables.{guess.table}]  # {guess.confidence}: {guess.reason}"]
    if guess.confidence == "unsure":
        out.append(
            f"# TODO: is this {table.doc}? {_name(guess.file)} was taken to be; delete this line if so."
        )
    pattern = _pattern(guess.file.stem, [f.stem for f in proposal.files])
    why = (
        ""
        if pattern == guess.file.stem
        else f"  # here {_text(guess.file.stem)}; * stands for the part that changes"
    )
    out.append(f"file = {_text(pattern)}{why}")
    out += [f"# TODO: {o}." for o in guess.open]
    out.append(f"[tables.{guess.table}.columns]")
    have = {p.ours: p for p in guess.pairs}
    needed = table.key or ("record_type", "record_ref")
    for column in table.columns:
        pair = have.get(column.name)
        if pair is not None:
            if pair.confidence == "unsure" and not pair.open:
                out.append(
                    f"# TODO: is {_text(pair.theirs)} the {_bare_doc(column.doc)}? Delete this line if so, or correct the next."
                )
            out += [f"# TODO: {_text(pair.theirs)}: {o}." for o in pair.open]
            out.append(f"{column.name} = {_text(pair.theirs)}  # {pair.confidence}: {pair.reason}")
        elif column.name in needed and column.name not in guess.constants:
            out.append(
                f"# TODO: which column is the {_bare_doc(column.doc)}? Without it no row can be taken."
            )
            out.append(f"{column.name} = {_text(TODO)}")
    own = [c for c in table.own_time if c in have]
    if table.own_time and not own:
        out.append(
            f"# TODO: no column was found for {table.own_time[0]}: without it a record is known only from its delivery on."
        )
    if guess.table == "people" and "role" not in have and "role" not in guess.constants:
        out.append(
            "# TODO: no column was found for role; name one, or write role under [tables.people.constants]."
        )
    out += _bare(guess)
    missing = [c for c in guess.missing if c not in needed]
    if missing:
        out.append(f"# No column was found for: {', '.join(missing)}.")
    unused = proposal.unused.get(guess.file.file, [])
    if unused and guess.table == next(g.table for g in proposal.tables if g.file.file == guess.file.file):
        out.append(f"# Not used: {', '.join(_text(n) for n in unused)}.")
    if guess.constants:
        out.append(f"[tables.{guess.table}.constants]")
        out += [f"{k} = {_text(v)}" for k, v in guess.constants.items()]
    out += _own_formats(guess, proposal)
    out += _codes(guess)
    return out


def _bare_doc(doc: str) -> str:
    return doc.removeprefix("the ")


def _own_formats(guess: Guess, proposal: Proposal) -> list[str]:
    out = []
    for pair in guess.pairs:
        kind = EXTRACTS[guess.table].column(pair.ours).type
        found = _dates(guess, pair.theirs).formats if kind in (DATE, TIME) else ()
        if found and found != _shared(proposal, kind):
            out.append(f"{pair.ours} = {_list(found)}")
    return [f"[tables.{guess.table}.formats]", *out] if out else []


def _bare(guess: Guess) -> list[str]:
    """Lists of ours that are open take any code: bare ones are told, so that a person can give them words."""
    out = []
    for pair in guess.pairs:
        top = guess.shapes[pair.theirs].top
        if pair.ours in OPEN and top and all(len(v) <= 3 and not v.isalpha() for v in top):
            told = ", ".join(f"{_text(v)} ({n:,})" for v, n in list(top.items())[:20])
            out.append(
                f"# {pair.ours} passes as it is: {told}; words for them go under [tables.{guess.table}.codes.{pair.ours}]."
            )
    return out


def _codes(guess: Guess) -> list[str]:
    out = []
    for column, codes in guess.codes.items():
        lines = [f"{_key(theirs)} = {_text(ours)}" for theirs, ours in codes.known.items()]
        lines += [f"# TODO: {o}." for o in codes.open]
        for theirs, rows in list(codes.unknown.items())[:20]:
            if rows <= RARE * guess.file.count:
                lines.append(
                    f"# Left as it is: {_text(theirs)} ({_counted(rows, 'row')}) is none of {', '.join(codes.ours)}."
                )
                continue
            lines.append(
                f'# TODO: {_text(theirs)} ({_counted(rows, "row")}) is none of {", ".join(codes.ours)}: write {_key(theirs)} = "…", '
                "or correct it at the source."
            )
        if lines:
            out += [f"[tables.{guess.table}.codes.{column}]", *lines]
    return out


def _pattern(stem: str, stems: list[str]) -> str:
    """A file's name with * for a date or a running number in it, where that names no other file of the export."""
    pattern = re.sub(r"\d{4,}([-_.T]?\d{2,})*", "*", stem)
    met = [s for s in stems if fnmatchcase(s.casefold(), pattern.casefold())]
    return pattern if met == [stem] and pattern != "*" else stem


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _name(file: Unknown) -> str:
    return ascii(file.file)[1:-1]


def _text(value: str) -> str:
    """A basic string of TOML: JSON's, but for what JSON leaves and TOML does not allow."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(value: str) -> str:
    return value if _BARE.fullmatch(value) else _text(value)


def _list(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(_text(v) for v in values) + "]"
