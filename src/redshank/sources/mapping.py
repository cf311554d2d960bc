"""Source mappings: how one system's export becomes our tables. Data, no code.

A mapping is a TOML file::

    name = "rms_export"
    doc = "what it is"
    encoding = "windows-1252"          # default utf-8; a byte-order mark in a file overrides it
    delimiter = ";"                    # default ,
    every_hours = 24                   # how often it delivers; left out: learnt from its deliveries
    dates = ["%d/%m/%Y"]               # default ["ISO"]; tried in order
    times = ["%d/%m/%Y %H:%M"]         # default ["ISO"]; without an offset they are Europe/London

    [tables.crimes]
    file = "CRIME_*"                   # name without ending; * stands for anything
    origin = "police"                  # public, police or partner; else the table's own
    columns = {crime_ref = "CRIME_NO"} # ours = theirs; left out: the same names
    constants = {}                     # ours = a value for every row
    formats = {recorded_at = ["ISO"]}  # for single columns
    [tables.crimes.codes.status]       # their code = ours; trimmed, case-folded; others pass as they are
    "01" = "open"
    "99" = ""                          # says that nothing was recorded: reads as an empty cell

Directives of a format: ``%d %m %Y %H %M %S %b %B %%`` (English month names). There is no two-digit year: a
birth year of ``05`` would have to be guessed.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from redshank.errors import UsageError
from redshank.tables.extracts import EXTRACTS
from redshank.tables.model import DATE, TIME

ORIGINS = ("public", "police", "partner")
_DIRECTIVES = {
    "d": r"(?P<d>\d{1,2})",
    "m": r"(?P<m>\d{1,2})",
    "Y": r"(?P<Y>\d{4})",
    "H": r"(?P<H>\d{1,2})",
    "M": r"(?P<M>\d{2})",
    "S": r"(?P<S>\d{2})",
    "b": r"(?P<b>[A-Za-z]{3})",
    "B": r"(?P<B>[A-Za-z]{3,9})",
    "%": "%",
}


@dataclass(frozen=True)
class TableMapping:
    """How one of our tables is read. ``columns`` is ours → theirs; ``explicit``: the mapping writes them down."""

    table: str
    file: str
    origin: str | None
    columns: dict[str, str]
    constants: dict[str, str]
    formats: dict[str, tuple[str, ...]]
    codes: dict[str, dict[str, str]]
    explicit: bool = True

    @property
    def linking(self) -> tuple[str, ...]:
        """Our columns without which no row could be taken: the key, or the reference to the record."""
        declared = EXTRACTS[self.table]
        return declared.key or ("record_type", "record_ref")


@dataclass(frozen=True)
class Mapping:
    name: str
    doc: str
    encoding: str
    delimiter: str
    tables: dict[str, TableMapping]
    digest: str = field(default="", compare=False)
    every_hours: int = 0


def mapping_names() -> list[str]:
    """Names of the built-in mappings."""
    folder = resources.files("redshank.sources") / "mappings"
    return sorted(p.name[:-5] for p in folder.iterdir() if p.name.endswith(".toml"))


def load_mapping(name: str | Path) -> Mapping:
    """A built-in mapping by name, or one from a TOML file. Errors name the key that is wrong."""
    text = str(name)
    if text in mapping_names():
        return _built_in(text)
    path = Path(name)
    if not path.is_file():
        raise UsageError(
            f"There is no mapping {text}.",
            f"Built in are: {', '.join(mapping_names())}; or give the path of a TOML file.",
        )
    try:
        return parse_mapping(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise UsageError(f"Mapping {path.name} is not UTF-8.", "Save it as UTF-8.") from error


@cache
def _built_in(name: str) -> Mapping:
    file = resources.files("redshank.sources") / "mappings" / f"{name}.toml"
    return parse_mapping(file.read_text("utf-8"), f"{name}.toml")


def parse_mapping(text: str, label: str) -> Mapping:
    """Checks a mapping's text; ``label`` names it in errors."""
    try:
        body = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"Mapping {label} is no TOML: {error}.", "Correct that line.") from error
    check = _Checker(label)
    check.keys(
        body,
        "",
        {"name", "doc", "encoding", "delimiter", "dates", "times", "origin", "tables", "every_hours"},
    )
    encoding = check.text(body, "encoding", "utf-8")
    try:
        encoding = codecs.lookup(encoding).name
        if not codecs.lookup(encoding)._is_text_encoding:
            raise LookupError
    except LookupError:
        check.fail("encoding", f"{encoding!r} is no text encoding", "For instance utf-8 or windows-1252.")
    delimiter = check.text(body, "delimiter", ",")
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        check.fail("delimiter", "it must be one plain sign", 'For instance "," or ";" or "\\t".')
    defaults = {
        DATE: check.formats(body.get("dates", ["ISO"]), "dates"),
        TIME: check.formats(body.get("times", ["ISO"]), "times"),
    }
    origin = check.origin(body, "origin", None)
    every = body.get("every_hours", 0)
    if not isinstance(every, int) or isinstance(every, bool) or not 0 <= every <= 10_000:
        check.fail(
            "every_hours",
            "it must be a whole number of hours",
            "For instance 24; leave it out and it is learnt.",
        )
    tables = body.get("tables", {})
    if not isinstance(tables, dict) or not tables:
        check.fail("tables", "it names no table", f"Tables are: {', '.join(EXTRACTS)}.")
    parsed = {t: _table(check, t, spec, defaults, origin) for t, spec in tables.items()}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    return Mapping(
        name=check.text(body, "name", Path(label).stem),
        doc=check.text(body, "doc", ""),
        encoding=encoding,
        delimiter=delimiter,
        tables=parsed,
        digest=digest,
        every_hours=every,
    )


def _table(
    check: _Checker, table: str, spec: Any, defaults: dict[Any, tuple[str, ...]], origin: str | None
) -> TableMapping:
    at = f"tables.{table}"
    if table not in EXTRACTS:
        check.fail(at, "there is no such table", f"Tables are: {', '.join(EXTRACTS)}.")
    check.keys(spec, at, {"file", "origin", "columns", "constants", "formats", "codes"})
    declared = EXTRACTS[table]
    names = [c.name for c in declared.columns]
    file = check.text(spec, "file", table, at)
    if not file or "/" in file or "\\" in file or file.startswith("."):
        check.fail(f"{at}.file", "it must be a file's name without folder", "Leave the ending out as well.")
    same = {} if "columns" in spec else {n: n for n in names}
    columns = {**same, **check.texts(spec, "columns", at, names)}
    constants = check.texts(spec, "constants", at, names)
    for column in constants:
        columns.pop(column, None)
    formats = {c.name: defaults[c.type] for c in declared.columns if c.type in (DATE, TIME)}
    for column, value in check.mapping(spec, "formats", at, names).items():
        if column not in formats:
            check.fail(f"{at}.formats.{column}", "it is neither a date nor a time", "")
        formats[column] = check.formats(value, f"{at}.formats.{column}")
    codes = {}
    for column in check.mapping(spec, "codes", at, names):
        codes[column] = _codes(check, spec["codes"], column, f"{at}.codes", declared.column(column).codes)
    parsed = TableMapping(
        table, file, check.origin(spec, at, origin), columns, constants, formats, codes, "columns" in spec
    )
    for column in parsed.linking:
        if column not in columns and column not in constants:
            check.fail(f"{at}.columns.{column}", "it is missing", "No row can be taken without it.")
    return parsed


def _codes(check: _Checker, spec: dict, column: str, at: str, closed: tuple[str, ...]) -> dict[str, str]:
    out = {}
    for theirs, ours in check.texts(spec, column, at, None).items():
        if closed and ours and ours not in closed:
            check.fail(f"{at}.{column}.{theirs}", f"{ours!r} is no code", f"Codes are: {', '.join(closed)}.")
        out[theirs.strip().casefold()] = ours
    return out


@cache
def compile_format(pattern: str) -> re.Pattern[str]:
    """A date format as a regular expression with one group a directive."""
    out = []
    for literal, directive in re.findall(r"([^%]+)|%(.?)", pattern):
        if literal:
            out.append(re.escape(literal))
        elif directive in _DIRECTIVES:
            out.append(_DIRECTIVES[directive])
        else:
            raise ValueError(f"%{directive}")
    return re.compile("".join(out))


class _Checker:
    """Reads values of a mapping and says which key is wrong."""

    def __init__(self, label: str) -> None:
        self.label = label

    def fail(self, key: str, what: str, advice: str) -> Any:
        raise UsageError(f"Mapping {self.label}, key {key}: {what}.", advice)

    def keys(self, body: Any, at: str, known: set[str]) -> None:
        if not isinstance(body, dict):
            self.fail(at, "it must be a table of keys", "")
        for key in body:
            if key not in known:
                self.fail(f"{at}.{key}".lstrip("."), "unknown key", f"Keys are: {', '.join(sorted(known))}.")

    def text(self, body: dict, key: str, default: str, at: str = "") -> str:
        value = body.get(key, default)
        if not isinstance(value, str):
            self.fail(f"{at}.{key}".lstrip("."), "it must be text", "Put it between quotes.")
        return value

    def mapping(self, body: dict, key: str, at: str, names: list[str] | None) -> dict[str, Any]:
        value = body.get(key, {})
        if not isinstance(value, dict):
            self.fail(f"{at}.{key}", "it must be a table of keys", "")
        for name in value:
            if names is not None and name not in names:
                self.fail(f"{at}.{key}.{name}", "no such column", f"Columns are: {', '.join(names)}.")
        return value

    def texts(self, body: dict, key: str, at: str, names: list[str] | None) -> dict[str, str]:
        value = self.mapping(body, key, at, names)
        for name, text in value.items():
            if not isinstance(text, str):
                self.fail(f"{at}.{key}.{name}", "it must be text", "Put it between quotes.")
        return value

    def formats(self, value: Any, at: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            self.fail(at, "it must be a list of formats", 'For instance ["%d/%m/%Y", "ISO"].')
        for pattern in value:
            if pattern == "ISO":
                continue
            try:
                groups = compile_format(pattern).groupindex
            except (ValueError, re.error) as error:
                self.fail(at, f"{pattern!r} holds {error}, which is not understood", f"Use {_known()}.")
            if "Y" not in groups or "d" not in groups or not {"m", "b", "B"} & set(groups):
                self.fail(at, f"{pattern!r} names no whole date", f"Use {_known()}; years have four digits.")
        return tuple(value)

    def origin(self, body: dict, at: str, default: str | None) -> str | None:
        value = body.get("origin", default)
        if value is not None and value not in ORIGINS:
            self.fail(
                at if at == "origin" else f"{at}.origin", "no such origin", f"Use {', '.join(ORIGINS)}."
            )
        return value


def _known() -> str:
    return " ".join(f"%{d}" for d in _DIRECTIVES)
