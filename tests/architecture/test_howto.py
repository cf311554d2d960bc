"""How-to pages by role name pages, links and buttons that exist, in sections that the role's menu holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main
from markdown_it import MarkdownIt

from redshank.cli.app import app
from redshank.web.accounts.roles import ROLES
from redshank.web.pages.menu import SECTIONS

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "src" / "redshank" / "web" / "templates"
#: The roles that each page is for; a section of the menu that it names opens for every one of them. The supplier has no account.
FOR = {
    "analyst": ("analyst", "researcher"),
    "missing-person-adviser": ("missing_adviser",),
    "exploitation-officer": ("exploitation_officer",),
    "chair": ("duty_inspector", "tasking_chair", "panel_chair", "mace_coordinator", "analyst"),
    "partner-agency": ("partner_member",),
    "neighbourhood-officer": ("neighbourhood_officer",),
    "safeguarding-lead": ("safeguarding_lead",),
    "data-protection": ("auditor",),
    "administrator": ("administrator",),
    "supplier": (),
}
PAGES = sorted((ROOT / "docs" / "howto").glob("*.md"))
MENU = {
    w.words: [x for s in SECTIONS for x in s.ways if x.words == w.words] for s in SECTIONS for w in s.ways
}


def plain(text: str) -> str:
    return " ".join(text.replace("&rsquo;", "’").split()).strip(" .:·,;")


def pieces(text: str) -> set[str]:
    """Texts that stand on a page, as they lie between tags and what is filled in."""
    return {plain(p) for p in re.split(r"<[^>]*>|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", text, flags=re.DOTALL)} - {""}  # fmt: skip


HTML = [p.read_text(encoding="utf-8") for p in sorted(TEMPLATES.rglob("*.html"))]
TEXTS = set().union(*map(pieces, HTML)) | set(MENU)
BUTTONS = set().union(*(pieces(inner) for text in HTML for inner in re.findall(r"<button[^>]*>(.*?)</button>", text, re.DOTALL)))  # fmt: skip


def named(page: str) -> tuple[list[str], list[str]]:
    """What a page names in italics (pages and links) and in bold (buttons)."""
    texts, buttons = [], []
    for token in MarkdownIt().parse(page):
        within = None
        for child in token.children or []:
            if child.type in ("em_open", "strong_open"):
                within = texts if child.type == "em_open" else buttons
            elif child.type in ("em_close", "strong_close"):
                within = None
            elif within is not None and child.type == "text":
                within.append(plain(child.content).rstrip("…").strip())
    return texts, buttons


def missing(page: str) -> list[str]:
    """Names of a page that nothing has; the first lines say what italics and bold mean."""
    texts, buttons = named(page.replace("*italics*", "").replace("**bold**", ""))
    return [f"no page or link {t}" for t in texts if t not in TEXTS] + [
        f"no button {b}" for b in buttons if b not in BUTTONS
    ]


def test_there_is_a_page_for_each_kind_of_reader():
    assert {p.stem for p in PAGES} == set(FOR)
    assert len(BUTTONS) > 100


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_names_what_is_there(page):
    text = page.read_text(encoding="utf-8")
    assert missing(text) == []
    assert text.count("- To ") >= 8


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_section_that_a_page_names_opens_for_its_readers(page):
    for text in named(page.read_text(encoding="utf-8"))[0]:
        for role in FOR[page.stem] if text in MENU else ():
            assert any(w.is_for(ROLES[role]) for w in MENU[text]), f"{role} has no {text} in the menu"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_command_within_a_sentence_exists(page):
    """Blocks are looked at by test_deploy.py."""
    for words in re.findall(r"`redshank ([^`]+)`", page.read_text(encoding="utf-8")):
        command = typer.main.get_command(app)
        for word in words.split():
            options = [o for p in command.params for o in p.opts]
            assert word in (getattr(command, "commands", None) or options), words
            command = getattr(command, "commands", {}).get(word, command)


def test_the_look_sees_a_name_that_nothing_has():
    assert missing("- To do it: *Worklists*, **Rise**, then *Worklist*, **Raise**.") == [
        "no page or link Worklists",
        "no button Rise",
    ]
