"""Statements about the software itself: headings as data, each line made from what the software declares, or a gap that names who writes it.

Nothing is invented: a sentence about behaviour stands with the test that shows it, a list is made from the declarations, and
what only the force knows stands as a gap.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from redshank.products.document import Document, Part, Section, Text, table

_HERE = Path(__file__).parent


class StatementError(ValueError):
    """What is wrong with a statement's file, and where."""


@dataclass(frozen=True)
class Role:
    title: str
    sees: tuple[str, ...]  # in words
    may: tuple[str, ...]
    cleared: bool
    scope: str  # in words


@dataclass(frozen=True)
class Declared:
    """What the software declares of itself, as plain rows; who gathers it is :mod:`redshank.web.rights.documents`."""

    as_of: str
    versions: tuple[tuple[str, str], ...]
    stages: tuple[tuple[str, ...], ...]  # name, version, reads, writes, what it does
    tables: tuple[tuple[str, ...], ...]  # name, what it holds, fields
    fields: tuple[tuple[str, str, str, bool], ...]  # table, field, meaning, never evidence
    findings: tuple[tuple[str, ...], ...]
    rules: tuple[tuple[str, ...], ...]  # indicator in words, how many rules, sources
    thresholds: tuple[tuple[str, ...], ...]
    definition: tuple[
        tuple[str, str], ...
    ]  # version and sources of the definition that a flag is tested against
    roles: tuple[Role, ...]
    measured: tuple[tuple[str, ...], ...] = ()  # measure, bar, mean, worst, whether it holds
    measured_note: str = ""
    precision: tuple[tuple[str, str], ...] = ()  # rule in words, what people's verdicts say
    decides: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # decision in words → roles that take it


@dataclass(frozen=True)
class Line:
    label: str
    text: str = ""
    made: str = ""
    claim: str = ""
    tests: tuple[str, ...] = ()
    gap: str = ""
    who: str = ""


@dataclass(frozen=True)
class Statement:
    code: str
    version: str
    title: str
    source: str
    marking: str
    headings: tuple[tuple[str, str, tuple[Line, ...]], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for _, _, lines in self.headings for line in lines)


@cache
def read(code: str) -> Statement:
    """A statement's headings.

    Raises:
        StatementError: a line says nothing, or two things; or what it is made from is not known.
    """
    data = tomllib.loads((_HERE / f"{code}.toml").read_text(encoding="utf-8"))
    headings = []
    for h in data["heading"]:
        lines = []
        for raw in h["line"]:
            line = Line(raw["label"], raw.get("text", ""), raw.get("made", ""), raw.get("claim", ""), tuple(raw.get("tests", ())), raw.get("gap", ""), raw.get("who", ""))  # fmt: skip
            said = [x for x in (line.text, line.made, line.claim, line.gap) if x]
            at = f"{code}.toml, {h['key']}, {line.label}"
            if len(said) != 1:
                raise StatementError(f"{at}: a line is one of text, made, claim, gap")
            if bool(line.claim) != bool(line.tests) or bool(line.gap) != bool(line.who):
                raise StatementError(f"{at}: a claim names the tests that show it, a gap who writes it")
            if line.made and line.made not in MADE:
                raise StatementError(
                    f"{at}: nothing is made from {line.made}; there are {', '.join(sorted(MADE))}"
                )
            lines.append(line)
        headings.append((h["key"], h["title"], tuple(lines)))
    return Statement(
        data["code"], data["version"], data["title"], data["source"], data["marking"], tuple(headings)
    )


@cache
def risks() -> tuple[dict[str, str], ...]:
    return tuple(tomllib.loads((_HERE / "risks.toml").read_text(encoding="utf-8"))["risk"])


@cache
def measured() -> dict[str, Any]:
    """The table of the README's evaluation, as data; a test says that the two are the same."""
    return tomllib.loads((_HERE / "measured.toml").read_text(encoding="utf-8"))


def build(statement: Statement, declared: Declared) -> Document:
    """The document."""
    sections = []
    for key, title, lines in statement.headings:
        parts: list[Part] = []
        for line in lines:
            parts.extend(_line(line, declared))
        sections.append(Section(title, tuple(parts), key=key))
    return Document(
        statement.title, statement.marking, f"As the software stands with the run of {declared.as_of}.",
        f"Headings: {statement.source}. Edition {statement.version}. Written from the software's own declarations; a line that is left for the force says who writes it.",
        tuple(sections),
    )  # fmt: skip


def tested(test: str) -> str:
    """A test as a reader says it.

    >>> tested("tests/web/test_trail.py::test_a_read_is_kept"), tested("tests/records/test_bad_rows.py")
    ('test “a read is kept” (web, trail)', 'tests of records, bad rows')
    """
    path, _, name = test.partition("::")
    of = path.removeprefix("tests/").removesuffix(".py").replace("/test_", ", ").replace("_", " ")
    return f"test “{name.removeprefix('test_').replace('_', ' ')}” ({of})" if name else f"tests of {of}"


def _line(line: Line, declared: Declared) -> list[Part]:
    if line.gap:
        return [Text(f"{line.label}: {line.gap}. To be written by the force: {line.who}.", "unwritten")]
    if line.claim:
        return [Text(f"{line.label}: {line.claim} Shown by the {'; '.join(tested(t) for t in line.tests)}.")]
    if line.text:
        return [Text(f"{line.label}: {line.text}")]
    return MADE[line.made](line.label, declared)


# ---- what is made -----------------------------------------------------------------------------


def _table(label: str, head: list[str], rows: list[list[str]], empty: str) -> list[Part]:
    return [table(label, head, rows)] if rows else [Text(f"{label}: {empty}", "gap")]


def _stages(label: str, d: Declared) -> list[Part]:
    rows = [[s[0], s[1], s[2].replace("_", " "), s[3].replace("_", " "), _first(s[4])] for s in d.stages]
    return _table(label, ["Step", "Version", "Reads", "Writes", "What it does"], rows, "no step is declared.")


def _first(text: str) -> str:
    """What a step does, in the first sentences of what its programmers wrote of it, without their marks."""
    said = " ".join(text.replace("`", "").split())
    return re.split(r"(?<=\.) (?=In: |Out: |Read in |Each row)|(?<=[a-z]\.) In: ", said)[0]


def _never(label: str, d: Declared) -> list[Part]:
    rows = [
        [
            t.replace("_", " "),
            f.replace("_", " "),
            "measured for completeness and fairness by people; evidence of nothing",
        ]
        for t, f, _, never in d.fields
        if never
    ]
    return _table(label, ["Table", "Field", "What it is used for"], rows, "no such field is received.")


def _fields(label: str, d: Declared) -> list[Part]:
    rows = [
        [
            t.replace("_", " "),
            f.replace("_", " "),
            doc,
            "never evidence" if never else "may be evidence",
        ]
        for t, f, doc, never in d.fields
    ]
    return _table(label, ["Table", "Field", "Meaning", "Use"], rows, "no field is declared.")


def _roles(label: str, d: Declared) -> list[Part]:
    return _table(label, ["What it gives", "To whom"], _held(d, "sees"), "no role is declared.")


def _held(d: Declared, what: str) -> list[list[str]]:
    """What roles read, or may do, each with who does: told the shorter way round."""
    things = sorted({t for r in d.roles for t in getattr(r, what)})
    out = []
    for thing in things:
        holders = [r.title for r in d.roles if thing in getattr(r, what)]
        others = [r.title for r in d.roles if thing not in getattr(r, what)]
        if not others:
            out.append([thing, "every role"])
        elif len(others) < len(holders) / 2:
            out.append([thing, f"every role but: {'; '.join(others)}"])
        else:
            out.append([thing, "; ".join(holders)])
    return out


def _once(sources: str) -> str:
    """Sources of several rules, each once, in their order."""
    return "; ".join(dict.fromkeys(s.strip() for s in sources.split(";") if s.strip()))


def _access(label: str, d: Declared) -> list[Part]:
    rows = [[r.title, r.scope, "yes" if r.cleared else "no"] for r in d.roles]
    return [
        *_table(label, ["Role", "Of which records", "Handling C"], rows, "no role is declared."),
        *_table(f"{label}: what is read", ["What", "By whom"], _held(d, "sees"), "no role reads anything."),
        *_table(
            f"{label}: what may be done", ["What", "By whom"], _held(d, "may"), "no role may do anything."
        ),
    ]


def _decisions(label: str, d: Declared) -> list[Part]:
    return _table(
        label,
        ["Decision", "Taken by"],
        [[k, "; ".join(v)] for k, v in d.decides.items()],
        "no decision is declared.",
    )


def _versions(label: str, d: Declared) -> list[Part]:
    return _table(
        label,
        ["What", "Version or source"],
        [*map(list, d.versions), *map(list, d.definition)],
        "no version is declared.",
    )


def _measured(label: str, d: Declared) -> list[Part]:
    out = _table(
        label,
        ["Measure", "Bar", "Mean", "Worst", "Stands"],
        [list(r) for r in d.measured],
        "nothing was measured yet: the force measures its own.",
    )
    return [*out, Text(d.measured_note)] if d.measured and d.measured_note else out


def _risks(label: str, d: Declared) -> list[Part]:
    return [
        table(
            label,
            ["Risk", "What stands against it", "Test that looks"],
            [[r["says"], r["against"], tested(r["test"])] for r in risks()],
        )
    ]


def _activities(label: str, d: Declared) -> list[Part]:
    rows = [
        [
            s[4].partition(".")[0] + ".",
            s[2].replace("_", " "),
            s[3].replace("_", " "),
            "Law enforcement (s.31); sensitive: Schedule 8 paragraph 4",
        ]
        for s in d.stages
    ]
    rows.append(
        [
            "People read findings, decide, meet and record what they do.",
            "findings",
            "registers of decisions; the audit",
            "Law enforcement (s.31); sensitive: Schedule 8 paragraph 4",
        ]
    )
    return _table(
        label,
        ["Activity", "From", "To", "Purpose and condition (to be confirmed by the force)"],
        rows,
        "none is declared.",
    )


MADE: dict[str, Callable[[str, Declared], list[Part]]] = {
    "stages": _stages, "never": _never, "fields": _fields, "roles": _roles, "roles_access": _access, "decisions": _decisions, "versions": _versions,
    "measured": _measured, "risks": _risks, "activities": _activities,
    "tables": lambda label, d: _table(label, ["Table", "What it holds", "Fields"], [[t[0].replace("_", " "), *t[1:]] for t in d.tables], "no table is declared."),
    "findings": lambda label, d: _table(label, ["Finding", "What it is"], [[f[0].replace("_", " "), f[1]] for f in d.findings], "no finding is declared."),
    "rules": lambda label, d: _table(label, ["What is looked for", "Rules", "Sources"], [[*r[:2], _once(r[2])] for r in d.rules], "no rule is declared."),
    "thresholds": lambda label, d: _table(label, ["Of", "Threshold", "Value (a local default)"], [[t[0], t[1].replace("_", " "), t[2]] for t in d.thresholds], "no threshold is declared."),
    "precision": lambda label, d: _table(label, ["Rule", "What people found"], [list(p) for p in d.precision], "nobody has judged a hit yet."),
}  # fmt: skip
