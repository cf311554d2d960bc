"""The documentation site as it is built: every link and anchor leads somewhere, in HTML that needs no script."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from scripts import site

VOID = {"meta", "link", "img", "input", "br", "hr"}


class Read(HTMLParser):
    """What a page holds: its anchors, what it leads to and loads, its headings, and tags that do not close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.levels: list[int] = []
        self.alts: list[str | None] = []
        self.inline: list[str] = []
        self.landmarks: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.language = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "html":
            self.language = given.get("lang")
        if tag == "a":
            self.links.append(given["href"])
        if tag in ("link", "script", "img"):
            self.loads.append(given.get("href") or given.get("src") or "")
        if tag == "img":
            self.alts.append(given.get("alt"))
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.levels.append(int(tag[1]))
        if tag in ("main", "nav", "header", "footer"):
            self.landmarks.append(tag if tag != "nav" else f"nav {given.get('aria-label')}")
        self.inline += [n for n in given if n == "style" or n.startswith("on")]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at line {self.getpos()[0]}")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, dict[str, Read]]:
    out = tmp_path_factory.mktemp("site") / "site"
    site.build(out)
    return out, {str(p.relative_to(out)): Read(p.read_text(encoding="utf-8")) for p in sorted(out.rglob("*.html"))}  # fmt: skip


def leads_nowhere(out: Path, pages: dict[str, Read]) -> list[str]:
    found = []
    for name, page in pages.items():
        for href in [*page.links, *page.loads]:
            if href.startswith(("https://", "http://", "mailto:")):
                continue
            path, _, part = href.partition("#")
            target = ((out / name).parent / path).resolve() if path else out / name
            if not target.is_file():
                found.append(f"{name}: {href}")
            elif part and part not in pages[str(target.relative_to(out.resolve()))].ids:
                found.append(f"{name}: {href}, no such heading")
    return found


def test_every_link_and_anchor_leads_somewhere(built):
    assert leads_nowhere(*built) == []


def test_the_look_sees_a_link_and_an_anchor_that_lead_nowhere(built):
    out, pages = built
    wrong = {**pages, "index.html": Read('<a href="tutorial.html#nothing">x</a><a href="none.html">y</a>')}
    told = [t for t in leads_nowhere(out, wrong) if t.startswith("index.html")]
    assert told == ["index.html: tutorial.html#nothing, no such heading", "index.html: none.html"]


def test_a_page_loads_nothing_from_elsewhere_and_needs_no_script(built):
    _, pages = built
    for name, page in pages.items():
        assert not [x for x in page.loads if ":" in x], name
        assert page.inline == [], name
        assert name == "search.html" or not [x for x in page.loads if x.endswith(".js")], name
    assert len(pages["search.html"].links) > 300  # the list that stands there without the script


def test_every_page_is_one_that_a_screen_reader_can_walk(built):
    _, pages = built
    for name, page in pages.items():
        assert page.language == "en-GB", name
        assert page.wrong == [], name
        assert page.open == [], name
        assert page.levels.count(1) == 1, name
        assert all(b - a <= 1 for a, b in zip(page.levels, page.levels[1:], strict=False)), (name, page.levels)  # fmt: skip
        assert len(page.ids) == len(set(page.ids)), name
        assert all(page.alts), name
        assert {"main", "header", "footer", "nav Menu"} <= set(page.landmarks), name


def test_every_page_is_reached_from_the_menu_and_the_search_knows_it(built):
    out, pages = built
    made = site.listed()
    assert [k["name"] for k in site.kinds()] == [
        "Tutorial", "How to", "Reference", "Explanation", "Evaluation", "Operations", "Assurance", "Glossary", "Decisions", "Contributing",
    ]  # fmt: skip
    assert {p.address for p in made} <= set(pages)
    index = json.loads((out / "styles" / "index.js").read_text(encoding="utf-8").removeprefix("const INDEX = ").rstrip(";\n"))  # fmt: skip
    assert {row[0] for row in index} == {p.address for p in made}
    for address, _, anchor, _, _ in index:
        assert anchor in pages[address].ids, (address, anchor)


def test_a_page_without_a_kind_and_a_link_to_nothing_are_told(tmp_path, monkeypatch):
    docs = tmp_path / "docs"
    (docs / "site").mkdir(parents=True)
    (docs / "site" / "menu.toml").write_text('[[kind]]\nname = "All"\nsays = "x"\npages = ["one.md"]\n')
    (docs / "one.md").write_text("# One\n\n[two](two.md)\n")
    (tmp_path / "README.md").write_text("# R\n")
    for name, value in (("ROOT", tmp_path), ("DOCS", docs), ("LAYOUT", docs / "site")):
        monkeypatch.setattr(site, name, value)
    with pytest.raises(site.Wrong, match=r"docs/one.md leads to two.md"):
        site.build(tmp_path / "out")
    (docs / "two.md").write_text("# Two\n")
    with pytest.raises(site.Wrong, match=r"no kind to two.md"):
        site.build(tmp_path / "out")


def test_a_folder_that_is_no_site_is_not_emptied(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    done = subprocess.run([sys.executable, site.__file__, str(tmp_path)], capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 2
    assert "holds no site" in done.stderr
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_the_tour_is_read_in_two_minutes_and_shows_ten_pictures():
    text = (site.DOCS / "tour.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[([^\]]{10,})\]\((pictures/\w+\.png)\)", text)
    assert len({file for _, file in pictures}) == text.count("![") == 10
    read = re.sub(r"!\[.*?\]\(.*?\)|\]\(.*?\)", " ", text)
    assert len(read.split()) <= 400  # some 200 words a minute


def test_the_readme_leads_to_the_tour_first():
    assert re.findall(r"\]\((docs/[^)]+\.md)\)", (site.ROOT / "README.md").read_text(encoding="utf-8"))[0] == "docs/tour.md"  # fmt: skip
