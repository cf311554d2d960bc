"""Rules of the house that no linter knows: read from the files themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from redshank.errors import Exit
from redshank.tables import EXTRACTS, TABLES

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "redshank"
STAGES = ("records", "signals", "identity", "networks", "assessment")
BLIND = ("signals", "identity", "networks", "assessment")

# Built from parts, so that this file does not hold what it forbids.
MACHINE = re.compile(
    r"(?<![\w.~-])/(?:"
    + "|".join(("work", "root", "home/[a-z]+", "Users/[A-Za-z]+", "mnt", "workspace"))
    + r")/"
    r"|(?<!\w)[A-Z]:\\+" + "Users"
)
HOSTS = re.compile(
    "|".join(
        (
            "--(?:extra-)?index" + "-url",
            "--trusted" + "-host",
            "--find" + "-links",
            "https?://[^/\\s\"']+/(?:simple|artifactory|repository)" + "/",
        )
    )
    + r"|https?://(?:localhost|127\.0\.0\.1|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+):\d+/(?:simple|pypi|npm)"
)
PROTECTED = re.compile(r"\b(?:ethnicity\w*|nationality|disability|religion)\b")


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name.decode() for name in done.stdout.split(b"\0") if name]
    return [p for p in paths if p.is_file()]


def text_of(path: Path) -> str:
    """Text of a file; of one that is no text, what can be read of it."""
    return path.read_bytes().decode("utf-8", errors="ignore")


def modules(folder: str = "") -> list[Path]:
    return sorted((SOURCE / folder).rglob("*.py"))


# ---- paths and hosts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "pattern"), [("a path of a machine", MACHINE), ("a host of packages", HOSTS)]
)
def test_no_tracked_file_names(what, pattern):
    files = tracked()
    assert len(files) > 30
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {what}"
        for path in files
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (MACHINE, "see /wo" + "rk/main/x", True),
        (MACHINE, "/ho" + "me/somebody/x", True),
        (MACHINE, "src/work" + "/x and ~/work" + "/x", False),
        (MACHINE, "https://example.org/home" + "/x", False),
        (HOSTS, "--index" + "-url https://example.org", True),
        (HOSTS, "https://packages.example.org/simple" + "/", True),
        (HOSTS, "https://www.legislation.gov.uk/ukpga/2018/12", False),
    ],
)
def test_the_patterns_see_what_they_should(pattern, text, found):
    assert bool(pattern.search(text)) is found


# ---- source -----------------------------------------------------------------------------------------


def test_nothing_prints_past_the_console():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "breakpoint")
    ]
    assert wrong == []


def declares_stage(path: Path) -> bool:
    return any(
        isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Stage"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_every_stage_declares_itself():
    """A folder that holds more than its door holds a stage, and says so once."""
    built = [folder for folder in STAGES if len(modules(folder)) > 1]
    assert [folder for folder in built if not any(declares_stage(p) for p in modules(folder))] == []


def test_what_a_stage_reads_and_writes_is_declared():
    from redshank.stage import Stage

    for folder in STAGES:
        if len(modules(folder)) > 1:
            door = __import__(f"redshank.{folder}", fromlist=["*"])
            for stage in (v for v in vars(door).values() if isinstance(v, Stage)):
                unknown = [n for n in (*stage.reads, *stage.writes) if n not in TABLES and n not in EXTRACTS]
                assert unknown == [], f"{folder}: no such tables"
                assert set(stage.keys) <= set(stage.writes)


# ---- equality: what is never a feature --------------------------------------------------------------


def strings_read(text: str) -> list[tuple[int, str]]:
    """Texts and names in code that could name a column; docstrings are left out."""
    tree = ast.parse(text)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    out = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            out.append((node.lineno, node.value))
        elif isinstance(node, ast.Attribute):
            out.append((node.lineno, node.attr))
        elif isinstance(node, ast.Name):
            out.append((node.lineno, node.id))
        elif isinstance(node, ast.keyword | ast.arg) and node.arg:
            out.append((node.value.lineno if isinstance(node, ast.keyword) else node.lineno, node.arg))
    return out


def names_in(data: object) -> list[str]:
    """Keys and whole texts of a data file. A rule on language may speak of nationality in a sentence; nothing may be
    named after it."""
    if isinstance(data, dict):
        return [*data, *(text for value in data.values() for text in names_in(value))]
    if isinstance(data, list):
        return [text for value in data for text in names_in(value)]
    return [data] if isinstance(data, str) else []


@pytest.mark.parametrize("folder", BLIND)
def test_no_protected_characteristic_is_read(folder):
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {text[:60]}"
        for path in modules(folder)
        for line, text in strings_read(path.read_text(encoding="utf-8"))
        if PROTECTED.search(text)
    ]
    for path in sorted((SOURCE / folder).rglob("*.toml")):
        if (
            path.name == "unsaid.toml"
        ):  # what is blanked out before anything reads (tests/signals/test_unsaid.py)
            continue
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        wrong += [f"{path.relative_to(ROOT)}: {text}" for text in names_in(data) if PROTECTED.fullmatch(text)]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("rows['ethnicity_self_defined']", True),
        ("t.nationality", True),
        ("sql = 'select a, disability from people'", True),
        ("f(nationality=1)", True),
        ('def f():\n    """Never reads nationality."""', False),
        ("t.national_grid", False),
    ],
)
def test_a_reading_of_it_would_be_seen(code, seen):
    assert any(PROTECTED.search(text) for _, text in strings_read(code)) is seen


def test_a_data_file_named_after_it_would_be_seen():
    data = tomllib.loads(
        '[weights]\nnationality = 3\n[[rule]]\nwords = ["a", "disability"]\nwhy = "names a nationality"'
    )
    assert [t for t in names_in(data) if PROTECTED.fullmatch(t)] == ["nationality", "disability"]


# ---- documentation ----------------------------------------------------------------------------------


def test_the_reference_names_everything_that_it_should():
    """Pages of the reference that exist name each exit code, each table and each bar."""
    from redshank.evaluate.bars import declared

    reference = ROOT / "docs" / "reference"
    needed = {
        "exit-codes.md": [str(int(code)) for code in Exit],
        "tables.md": [name.removeprefix("findings.") for name in TABLES],
        "bars.md": [bar["name"] for bar in declared()],
    }
    missing = [
        f"{page}: {word}"
        for page, words in needed.items()
        if (reference / page).is_file()
        for word in words
        if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", (reference / page).read_text(encoding="utf-8"))
    ]
    assert missing == []


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(p.name[:4]) for p in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


CLOCK = re.compile(
    r"\b(?:datetime|date|dt)\.(?:now|today|utcnow)\(|\btime\.time\(|\bCURRENT_(?:DATE|TIMESTAMP)\b|\bibis\.now\("
)


@pytest.mark.parametrize("folder", ["sources", "records", "signals", "identity", "networks", "assessment", "findings", "explain"])  # fmt: skip
def test_no_stage_reads_the_clock_of_the_machine(folder):
    """What is known is dated by the records: a clock that was set back changes no finding (decision 0008)."""
    assert CLOCK.search("then = datetime.now(UTC)")
    found = [
        f"{path.name}:{n}"
        for path in sorted((ROOT / "src" / "redshank" / folder).rglob("*.py"))
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if CLOCK.search(line)
    ]
    assert found == []


#: Commands that write a file without an entry before it, and why none is needed.
NOTHING_LEAVES = {
    "backup.restore": "the audit comes back with the home; the entry follows",
    "backup._drill": "restored beside the home and removed again; the entry follows",
    "mapping.new": "a mapping names columns, and no value of a row",
    "rules.test": "figures of a lexicon on its own examples",
    "rules.export": "the rules as shipped",
    "synthetic.synthetic": "nobody in it exists",
}


def writes_unsaid(text: str) -> list[str]:
    """Functions that write a file for the user and append nothing to the audit before the writing."""
    found = []
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef):
            continue
        inner = {id(n) for f in ast.walk(function) if isinstance(f, ast.FunctionDef) and f is not function for n in ast.walk(f)}  # fmt: skip
        own = [n for n in ast.walk(function) if id(n) not in inner]
        written = [
            block.lineno
            for block in own
            if isinstance(block, ast.With)
            and any(isinstance(n, ast.Name) and n.id == "writing_to" for item in block.items for n in ast.walk(item))
            and not all("mkdir" in ast.unparse(line) for line in block.body)  # a folder alone holds nobody
        ]  # fmt: skip
        said = [
            n.lineno
            for n in own
            if isinstance(n, ast.Call)
            and isinstance(n.func, ast.Attribute)
            and n.func.attr == "append"
            and "Audit(" in ast.unparse(n.func.value)
        ]
        if written and not (said and min(said) < min(written)):
            found.append(function.name)
    return found


def test_a_writing_without_an_entry_before_it_would_be_seen():
    after = "def one():\n    with writing_to(p):\n        p.write_text(t)\n    Audit(h).append('a', 'b')\n"
    before = "def two():\n    Audit(h).append('a', 'b')\n    with writing_to(p):\n        p.write_text(t)\n"
    assert writes_unsaid(after + before) == ["one"]


def test_every_command_that_writes_a_file_has_said_so_in_the_audit_before():
    """What leaves is written down before it leaves (Data Protection Act 2018 s.62): a full audit then stops it."""
    found = {
        f"{path.stem}.{name}"
        for path in modules("cli")
        for name in writes_unsaid(path.read_text(encoding="utf-8"))
    }
    assert found == set(NOTHING_LEAVES)


def test_one_function_decides_what_a_spreadsheet_would_take_for_a_formula():
    """Copies of it once differed: two let a line feed through."""
    copies = [path.name for path in modules() if re.search(r"""["']=["'], *["']\+["']""", path.read_text(encoding="utf-8"))]  # fmt: skip
    assert copies == ["cells.py"]


def test_every_file_for_a_spreadsheet_is_written_through_it():
    """``findings export`` writes with Arrow and as the text stands: decision 0025."""
    bare = [
        path.name
        for path in modules()
        if re.search(r"\bcsv\.(?:writer|DictWriter)\(", text := path.read_text(encoding="utf-8"))
        and not re.search(r"\b(?:cell|safe)\(", text)
    ]
    assert bare == []
