"""A lexicon: rules in a folder that forces can exchange. They stand behind the rules as shipped and take none of them away.

::

    NAME/
      lexicon.toml    name, title, version, source, licence, by; precision, where one is promised
      rules.toml      [[rule]]: as in the rules as shipped; each id begins with NAME and a point
      classes.toml    word classes of its own, where it has any; each begins with NAME and an underscore
      examples.csv    text,indicator: sentences by other hands that it is measured by; without an indicator: it states none
      measured.toml   what `redshank rules test --write` measured, on which sentences

A lexicon may name the indicators that Redshank knows and no others: what nothing weighs would find nothing. Texts are invented and
non-graphic, as everywhere in Redshank; a folder holds nobody's data.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redshank.errors import UsageError

NAME = re.compile(r"[a-z][a-z0-9]{1,23}")
MUST_SAY = ("name", "title", "version", "source", "licence", "by")
MAY_SAY = (*MUST_SAY, "precision")
FILES = ("lexicon.toml", "rules.toml", "classes.toml", "examples.csv", "measured.toml")
KEYS = {
    "id",
    "indicator",
    "source",
    "version",
    "child",
    "patterns",
    "must",
    "must_not",
    "doc",
    "unless",
    "beside",
    "only",
    "says",
}
LARGEST = 1_000_000  # bytes of one file (local default)
MOST = 2_000  # rules (local default): ours are eight hundred
ADVICE = "docs/lexicons.md has its shape; `redshank rules export` writes one to start from"


@dataclass(frozen=True)
class Lexicon:
    """One folder as it was read. ``said`` is how runs name it: name, version, and a hash of its rules."""

    name: str
    title: str
    version: str
    source: str
    licence: str
    by: str
    said: str
    precision: float | None = None
    rules: tuple[dict[str, Any], ...] = field(default=(), hash=False)
    classes: dict[str, Any] = field(default_factory=dict, hash=False)
    examples: tuple[tuple[str, str], ...] = field(default=(), hash=False)
    measured: dict[str, Any] = field(default_factory=dict, hash=False)


def read(folder: Path) -> Lexicon:
    """The lexicon of a folder. UsageError: it is none, with the file and what is wrong there."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder", "name the folder of a lexicon")
    if stray := sorted(p.name for p in folder.iterdir() if p.name not in FILES):
        raise UsageError(
            f"{folder}: {stray[0]} is no part of a lexicon", f"keep {', '.join(FILES)} alone in it"
        )
    texts = {name: _text(folder / name) for name in FILES if (folder / name).exists()}
    head = _toml(folder, texts, "lexicon.toml")
    lacking = [
        k
        for k in MUST_SAY
        if not (isinstance(head.get(k), str) and head[k].strip() and head[k].isprintable())
    ]
    if lacking:
        raise UsageError(f"{folder}/lexicon.toml does not say its {lacking[0]}", ADVICE)
    if more := sorted(set(head) - set(MAY_SAY)):
        raise UsageError(
            f"{folder}/lexicon.toml: nothing is called {more[0]}", f"it says {', '.join(MAY_SAY)}"
        )
    if not NAME.fullmatch(head["name"]):
        raise UsageError(
            f"{folder}/lexicon.toml: its name is no short word", "write small letters and digits, up to 24"
        )
    promised = head.get("precision")
    if promised is not None and not (isinstance(promised, float) and 0 < promised <= 1):
        raise UsageError(
            f"{folder}/lexicon.toml: precision is no share", "write a number such as 0.8, or leave it away"
        )
    rules = _toml(folder, texts, "rules.toml").get("rule", [])
    classes = _toml(folder, texts, "classes.toml") if "classes.toml" in texts else {}
    _shapes(folder, head["name"], rules, classes)
    digest = hashlib.sha256(
        "\0".join(f"{n}\0{texts.get(n, '')}" for n in ("rules.toml", "classes.toml")).encode()
    )
    return Lexicon(
        **{k: head[k].strip() for k in MUST_SAY}, said=f"{head['name']}@{head['version'].strip()}:{digest.hexdigest()[:10]}",
        precision=promised, rules=tuple(rules), classes=classes, examples=_examples(folder, texts.get("examples.csv", "")),
        measured=_toml(folder, texts, "measured.toml") if "measured.toml" in texts else {},
    )  # fmt: skip


def _text(path: Path) -> str:
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST:
            raise UsageError(
                f"{path} is a link, or larger than {LARGEST:,} bytes", "a lexicon is short texts"
            )
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as text", "write it as UTF-8") from error


def _toml(folder: Path, texts: dict[str, str], name: str) -> dict[str, Any]:
    if name not in texts:
        raise UsageError(f"{folder} has no {name}", ADVICE)
    try:
        return tomllib.loads(texts[name])
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{folder}/{name}: {error}", "mend the line") from error


def _shapes(folder: Path, name: str, rules: Any, classes: dict[str, Any]) -> None:
    """Of each rule its keys and their kinds, and that its id is the lexicon's own."""
    if not isinstance(rules, list) or not 0 < len(rules) <= MOST:
        raise UsageError(f"{folder}/rules.toml holds no rules, or more than {MOST}", ADVICE)
    seen: set[str] = set()
    for number, rule in enumerate(rules, 1):
        where = f"{folder}/rules.toml, rule {number}"
        if (
            not isinstance(rule, dict)
            or not isinstance(rule.get("id"), str)
            or not isinstance(rule.get("indicator"), str)
        ):
            raise UsageError(f"{where} has no id or no indicator", ADVICE)
        if more := sorted(set(rule) - KEYS):
            raise UsageError(
                f"{where}: nothing is called {more[0]}", f"a rule says {', '.join(sorted(KEYS))}"
            )
        if not re.fullmatch(rf"{name}\.[a-z0-9_.]+", rule["id"]) or rule["id"] in seen:
            raise UsageError(
                f"{where}: its id is not {name}.… or stands twice", "give each rule an id of its own"
            )
        seen.add(rule["id"])
        for key in ("patterns", "must", "must_not", "unless", "beside", "only"):
            value = rule.get(key, [])
            if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
                raise UsageError(f"{where}: {key} is no list of texts", ADVICE)
        for key in ("source", "child", "doc", "says"):
            if not isinstance(rule.get(key, ""), str):
                raise UsageError(f"{where}: {key} is no text", ADVICE)
        if not rule.get("patterns"):
            raise UsageError(f"{where} has no patterns", ADVICE)
    if foreign := [k for k, v in classes.items() if not k.startswith(f"{name}_") or not isinstance(v, dict)]:
        raise UsageError(
            f"{folder}/classes.toml: {foreign[0]} is not {name}_…",
            "give each class a name of the lexicon's own",
        )


def _examples(folder: Path, text: str) -> tuple[tuple[str, str], ...]:
    if not text:
        return ()
    rows = list(csv.reader(io.StringIO(text), strict=False))
    if not rows or rows[0] != ["text", "indicator"] or any(len(r) != 2 or not r[0].strip() for r in rows[1:]):
        raise UsageError(f"{folder}/examples.csv is not text,indicator with a sentence in each row", ADVICE)
    return tuple((r[0].strip(), r[1].strip()) for r in rows[1:])
