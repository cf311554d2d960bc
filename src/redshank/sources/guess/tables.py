"""Which table a file holds, and the rows of people, vehicles or phones that stand beside it in a wide file.

A file is weighed as each table in turn: by what it is called and by how much of it that table explains. Files of records come
first, so that a file of people is known by the keys that its rows refer to.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from redshank.sources.guess.codes import Codes, codes_for, link_types, parts
from redshank.sources.guess.columns import Pair, pairs
from redshank.sources.guess.names import Known, file_score, name_score, tokens, words
from redshank.sources.guess.values import Profile, are_data, profiles
from redshank.sources.mapping import Mapping
from redshank.sources.unknown import Unknown
from redshank.tables.extracts import EXTRACTS, RECORD_TABLES, ROW_TABLES

#: Local defaults: what the file's name counts for beside its columns, and what a table must reach.
CALLED = 0.45
ENOUGH = 0.45
_MAKES = {"people": ("surname", "forenames", "date_of_birth"), "vehicles": ("vrm",), "phones": ("number",)}
"""Columns of which a wide file has one (of people two) where it holds such rows."""


@dataclass
class Guess:
    """One of our tables in one file."""

    table: str
    file: Unknown
    pairs: list[Pair]
    points: float
    reason: str
    constants: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Codes] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    shapes: dict[str, Profile] = field(default_factory=dict, repr=False)

    @property
    def confidence(self) -> str:
        return "sure" if self.points >= 0.9 else "likely" if self.points >= 0.6 else "unsure"

    @property
    def missing(self) -> list[str]:
        have = {p.ours for p in self.pairs} | set(self.constants)
        return [c.name for c in EXTRACTS[self.table].columns if c.name not in have]


@dataclass
class Proposal:
    """What is proposed for an extract: the tables, and files that nothing was found for with the reason."""

    files: list[Unknown]
    tables: list[Guess]
    left: list[tuple[Unknown, str]]
    unused: dict[str, list[str]]


def propose(files: list[Unknown], like: Mapping | None = None) -> Proposal:
    """Weighs every file as every table. The order of files plays no part. Names and codes of ``like`` count as known."""
    base = Known.of(like)
    left = [
        (f, "its first row holds data and no names of columns: export it with a header row")
        for f in files
        if are_data(f.header)
    ]
    files = [f for f in files if not are_data(f.header)]
    shapes = {f.file: profiles(f.rows) for f in files}
    whole = {f.file: _whole(f, shapes[f.file], base) for f in files}
    records = {n: g for n, g in whole.items() if g and g.table in RECORD_TABLES}
    known = replace(base, keys=_keys(records, shapes))
    guesses: dict[str, Guess] = {}
    for f in sorted(files, key=lambda f: f.file):
        guess = records.get(f.file) or _whole(f, shapes[f.file], known)
        if guess is None:
            left.append((f, "none of our tables explains it"))
            continue
        other = guesses.get(guess.table)
        first, second = (
            (other, guess) if other is not None and other.points >= guess.points else (guess, other)
        )
        guesses[guess.table] = first
        if second is not None:
            why = f"{first.file.file} is more like {guess.table}, and a mapping reads a table once"
            left.append((second.file, why))
    for guess in list(guesses.values()):
        for beside in _beside(guess, shapes[guess.file.file], known):
            other = guesses.setdefault(beside.table, beside)
            if other is not beside:
                theirs = ", ".join(p.theirs for p in beside.pairs[1:])
                guess.open.append(
                    f"it also holds {beside.table} ({theirs}), which {other.file.file} holds too: a mapping reads a table once, "
                    "so load these with a second mapping as a delivery of their own"
                )
    taken = {g.file.file: g for g in guesses.values() if g.table in RECORD_TABLES}
    known = replace(base, keys=_keys(taken, shapes))
    for guess in guesses.values():
        _settle(guess, shapes[guess.file.file], known)
    tables = [guesses[t] for t in EXTRACTS if t in guesses]
    used = {f.file: {p.theirs for g in tables if g.file.file == f.file for p in g.pairs} for f in files}
    unused = {f.file: [n for n in f.header if n not in used[f.file]] for f in files if used[f.file]}
    return Proposal(files, tables, left, unused)


def _whole(file: Unknown, columns: list[Profile], known: Known) -> Guess | None:
    """The table that a file is most like, or none."""
    best: Guess | None = None
    for table, declared in EXTRACTS.items():
        found = pairs(table, columns, known)
        have = {p.ours for p in found}
        called = file_score(file.stem, table)
        linked = declared.key[0] in have if declared.key else bool({"record_ref", *_MAKES[table]} & have)
        if not linked and not called:
            continue
        # How much of the file the table explains, and how much of the table the file has.
        points = sum(p.points for p in found)
        explained = points / max(len(columns), 1)
        covered = points / len(declared.columns)
        own = not declared.own_time or bool(set(declared.own_time) & have)
        total = CALLED * called + 0.4 * explained + 0.3 * covered + (0.1 if linked and own else 0)
        key = next((p.theirs for p in found if p.ours in declared.key), None)
        if key is not None and own and name_score(key, table, declared.key[0], known)[0] >= 0.9:
            total += 0.2  # a key of that name in every row, and a time: the record itself, whoever else stands in it
        why = [f"{len(found)} of its {len(columns)} columns are known"]
        if called:
            why.insert(0, "its file's name says so")
        if best is None or total > best.points:
            best = Guess(table, file, found, round(total, 3), "; ".join(why))
    return best if best is not None and best.points >= ENOUGH and best.pairs else None


def _keys(records: dict[str, Guess], shapes: dict[str, list[Profile]]) -> dict[str, frozenset[str]]:
    """The values of each record table's key."""
    out = {}
    for name, guess in records.items():
        key = next((p.theirs for p in guess.pairs if p.ours in EXTRACTS[guess.table].key), None)
        for profile in shapes[name]:
            if profile.name == key:
                out[guess.table] = profile.values
    return out


def _beside(guess: Guess, columns: list[Profile], known: Known) -> list[Guess]:
    """Rows of people, vehicles or phones in a file of records."""
    if guess.table not in RECORD_TABLES or guess.table == "premises":
        return []
    declared = EXTRACTS[guess.table]
    key = next((p for p in guess.pairs if p.ours in declared.key), None)
    used = {p.theirs for p in guess.pairs}
    out: list[Guess] = []
    free = [c for c in columns if c.name not in used]
    by_role = _by_role(free)
    for table in ROW_TABLES:
        mine = free
        if table == "people" and by_role:
            mine = [
                c for c in free if c.name not in {n for names in list(by_role.values())[1:] for n in names}
            ]
        found = [p for p in pairs(table, mine, known) if p.ours not in ("record_type", "record_ref", "role")]
        makes = {p.ours for p in found} & set(_MAKES[table])
        if key is None or not makes or (table == "people" and len(makes) < 2):
            continue
        if table == "phones" and any(g.table == "people" for g in out):
            continue  # the telephone of the person
        ref = Pair("record_ref", key.theirs, key.points, "the key of the record that the row stands in")
        beside = Guess(
            table,
            guess.file,
            [ref, *found],
            guess.points,
            f"a wide file: each row of {guess.table} also holds it",
        )
        beside.constants = {"record_type": guess.table}
        if table == "people":
            beside.constants["role"] = next(iter(by_role), words().wide[guess.table])
            for role, names in list(by_role.items())[1:]:
                beside.open.append(
                    f"it also holds persons as {role} ({', '.join(names)}): give these a second mapping, with people alone, and load it as "
                    "a delivery of its own"
                )
            if not by_role and guess.table not in ("missing_episodes", "custody"):
                beside.open.append(f'the role of these persons is taken to be "{beside.constants["role"]}"')
        elif table == "phones":
            beside.constants["role"] = "caller" if guess.table == "incidents" else "contact"
        else:
            beside.constants["role"] = "involved"
        used |= {p.theirs for p in found}
        free = [c for c in free if c.name not in used]
        out.append(beside)
    return out


def _by_role(columns: list[Profile]) -> dict[str, list[str]]:
    """Columns of persons whose names say in which part ("Victim Surname"), by that part; the part with most columns first."""
    roles = {their: ours for their, ours in words().codes["role"].items() if len(their) >= 3}
    out: dict[str, list[str]] = {}
    for column in columns:
        parts = {roles[t] for t in tokens(column.name) if t in roles}
        rest = " ".join(t for t in tokens(column.name) if t not in roles)
        if len(parts) == 1 and rest:
            out.setdefault(parts.pop(), []).append(column.name)
    return dict(sorted(out.items(), key=lambda r: -len(r[1])))


def _settle(guess: Guess, columns: list[Profile], known: Known) -> None:
    """What record a row is of, and codes."""
    by_name = guess.shapes = {c.name: c for c in columns}
    refs = next((p for p in guess.pairs if p.ours == "record_ref"), None)
    if guess.table in ROW_TABLES and "record_type" not in guess.constants and refs is not None:
        _link(guess, columns, refs, known)
    for pair in guess.pairs:
        if pair.ours == "record_type" and refs is not None:
            guess.codes["record_type"] = link_types(
                guess.table, guess.file.rows, pair.theirs, refs.theirs, known
            )
        elif (codes := codes_for(guess.table, pair.ours, by_name[pair.theirs], known)) is not None:
            guess.codes[pair.ours] = codes


def _link(guess: Guess, columns: list[Profile], refs: Pair, known: Known) -> None:
    """Which column says what kind of record a row refers to: by the keys that its codes stand beside, whatever it is called. Where
    all rows refer to one table no column needs to.
    """
    values = next(c.values for c in columns if c.name == refs.theirs)
    met = {t: len(values & k) / len(values) for t, k in known.keys.items()} if values else {}
    named = next((p for p in guess.pairs if p.ours == "record_type"), None)
    used = {p.theirs for p in guess.pairs if p is not named}
    rows = guess.file.rows
    found = [
        (points, c.place, c.name)
        for c in columns
        if c.name not in used and 0 < c.distinct <= 12
        if (points := parts(rows, c.name, refs.theirs, known)) >= 0.9
    ]
    best = max(met, key=lambda t: met[t], default="")
    if found:
        name = (
            named.theirs
            if named and any(f[2] == named.theirs for f in found)
            else min(found, key=lambda f: (-f[0], f[1]))[2]
        )
        why = "its codes part the rows by the table whose keys they refer to"
        guess.pairs = [Pair("record_type", name, 0.9, why), *(p for p in guess.pairs if p is not named)]
    elif named is None and best and met[best] >= 0.97:
        guess.constants["record_type"] = best
