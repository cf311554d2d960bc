"""Practice: the language guide binds the product's own words too, the quoted examples of the guide apart."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from redshank.cli.app import app
from redshank.signals import check_language

ROOT = Path(__file__).resolve().parents[2]
#: Pages that quote what must not be written, as the guide itself does, and the rules that look for it.
QUOTE = {"docs/reference/rules.md", "docs/reference/specification.md"}
PAGES = [
    p
    for p in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if p.relative_to(ROOT).as_posix() not in QUOTE
]
#: A statute's own words are quoted as they stand (definitions); the synthetic force writes as forces do.
LABELS = sorted(
    p
    for p in (ROOT / "src/redshank").rglob("*.toml")
    if not {"rules", "synthetic", "definitions.toml"} & set(p.parts)
)


def found(text: str) -> list[str]:
    """Phrases of ours; what stands in quotation marks or in a code span is quoted."""
    text = re.sub(r"`[^`\n]*`|“[^”]*”|\"[^\"\n]*\"", lambda m: " " * len(m[0]), text)
    return [f"line {h['line']}: {h['phrase']}" for h in check_language(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_our_own_words_blame_no_child(page):
    assert found(page.read_text(encoding="utf-8")) == []


def helps(command, path: str) -> Iterator[tuple[str, str]]:
    yield path, " ".join([command.help or "", *(getattr(p, "help", None) or "" for p in command.params)])
    for name, inner in getattr(command, "commands", {}).items():
        yield from helps(inner, f"{path} {name}")


def test_no_help_text_blames():
    program = typer.main.get_command(app)
    assert {path: hits for path, text in helps(program, "redshank") if (hits := found(text))} == {}


def texts(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("words", "flags", "match", "examples"):  # what is looked for, not what is said
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


@pytest.mark.parametrize("file", LABELS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_label_blames(file):
    said = texts(tomllib.loads(file.read_text(encoding="utf-8")))
    assert {text: hits for text in said if " " in text and (hits := found(text))} == {}


def test_the_look_itself_finds_what_blames():
    assert found("The child is streetwise.")
    assert not found("The guide marks “streetwise”.")


TEMPLATES = sorted((ROOT / "src/redshank/web/templates").rglob("*.html"))


@pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda p: p.relative_to(ROOT / "src/redshank/web/templates").as_posix()
)
def test_no_page_blames(template):
    """What stands on a page, without its tags: practice rule 19."""
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", " . ", template.read_text(encoding="utf-8"), flags=re.S)
    assert found(text) == []
