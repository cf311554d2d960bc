"""Builds the documentation site: `python scripts/site.py [FOLDER]` writes dist/site (no server needed; open index.html).

Every Markdown page under docs, and the README, becomes a plain HTML page with the pages' own styles and a menu by kind
(docs/site/menu.toml). It loads nothing from elsewhere and works without JavaScript: the search page is then the list of all headings.
Files of the source that a page leads to are shown as pages too, so that every link leads somewhere
(tests/architecture/test_site.py looks at links and anchors).
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import sys
import tomllib
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LAYOUT = DOCS / "site"
PACKAGE = ROOT / "src" / "redshank" / "web"
#: Styles of the pages; those of others are there after `make setup` with Node, and the site is readable without.
STYLES = (PACKAGE / "assets" / "govuk-frontend.css", PACKAGE / "static" / "redshank" / "redshank.css")
#: Classes of the styles by element, as the application's own pages have them.
CLASSES = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "table_open": "govuk-table",
    "thead_open": "govuk-table__head",
    "tbody_open": "govuk-table__body",
    "tr_open": "govuk-table__row",
    "th_open": "govuk-table__header",
    "td_open": "govuk-table__cell",
    "link_open": "govuk-link",
}
HEADINGS = {
    "h1": "govuk-heading-xl",
    "h2": "govuk-heading-l",
    "h3": "govuk-heading-m",
    "h4": "govuk-heading-s",
}


class Wrong(Exception):
    """Something of docs/site/menu.toml or of a page with which no site can be built."""


@dataclass
class Page:
    """One page: where it lies in the repository, its address in the site, its text, and once made its headings."""

    source: Path
    address: str
    text: str
    kind: str = ""
    title: str = ""
    body: str = ""
    #: (anchor, heading, the words beneath it), for the search.
    parts: list[tuple[str, str, str]] = field(default_factory=list)


def kinds() -> list[dict]:
    return tomllib.loads((LAYOUT / "menu.toml").read_text(encoding="utf-8"))["kind"]


def anchor(heading: str, taken: set[str]) -> str:
    """As the forge makes it, so that a link with an anchor holds in both places."""
    name = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
    found, n = name, 0
    while found in taken:
        n += 1
        found = f"{name}-{n}"
    taken.add(found)
    return found


def section(text: str, name: str) -> str:
    """One section of a page as a page of its own, its headings one step higher."""
    for part in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        if part.startswith("## ") and anchor(part.splitlines()[0][3:], set()) == name:
            return re.sub(r"^#(#+ )", r"\1", part, flags=re.MULTILINE)
    raise Wrong(f"docs/site/menu.toml names the section {name}, which is not there")


def listed() -> list[Page]:
    """Every page with its kind, in the menu's order; the README first, without one."""
    readme = ROOT / "README.md"
    found = [Page(readme, "index.html", readme.read_text(encoding="utf-8"))]
    seen: set[Path] = set()
    for kind in kinds():
        for name in kind["pages"]:
            file, _, part = name.partition("#")
            if part:
                source = ROOT / file
                found.append(Page(source, f"{part}.html", section(source.read_text(encoding="utf-8"), part), kind["name"]))  # fmt: skip
                continue
            files = [p for p in sorted(DOCS.glob(file)) if p not in seen]
            if not files:
                raise Wrong(f"docs/site/menu.toml: {name} of {kind['name']} is no page under docs")
            seen |= set(files)
            found += [Page(p, str(p.relative_to(DOCS).with_suffix(".html")), p.read_text(encoding="utf-8"), kind["name"]) for p in files]  # fmt: skip
    if left := sorted(str(p.relative_to(DOCS)) for p in set(DOCS.rglob("*.md")) - seen):
        raise Wrong(f"docs/site/menu.toml gives no kind to {', '.join(left)}: add each to the pages of one")
    return found


class Site:
    """The pages and what they lead to."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.pages = listed()
        self.addresses = {p.source: p.address for p in reversed(self.pages)}
        self.copied: dict[Path, str] = {}  # pictures and other files as they are
        self.shown: dict[Path, str] = {}  # files of the source, shown as text
        self.markdown = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table")
        self.markdown.add_render_rule("table_open", _wide_open)
        self.markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")

    def leads_to(self, page: Page, href: str, picture: bool = False) -> str:
        """A link of a page as the site has it."""
        if re.match(r"[a-z]+:", href) or href.startswith("#"):
            return href
        path, hash_, part = href.partition("#")
        target = (page.source.parent / path).resolve()
        if not target.exists() or not target.is_relative_to(ROOT):
            raise Wrong(f"{page.source.relative_to(ROOT)} leads to {href}, which is not there")
        if target.is_dir() and target.is_relative_to(DOCS) and list(target.glob("*.md")):
            target = sorted(target.glob("*.md"))[0]  # the menu beside it lists the others
        if target in self.addresses:
            address = self.addresses[target]
        elif picture or target.suffix in (".json", ".png"):
            address = self.copied.setdefault(target, f"files/{target.relative_to(ROOT)}")
        else:
            address = self.shown.setdefault(target, f"source/{target.relative_to(ROOT)}.html")
        return os.path.relpath(address, Path(page.address).parent) + hash_ + part

    def make(self, page: Page) -> None:
        """Markdown to HTML: classes, anchors, links; and the words under each heading."""
        text = re.sub(r"^<!--.*?-->\n*", "", page.text, flags=re.MULTILINE | re.DOTALL)
        tokens = self.markdown.parse(text)
        taken: set[str] = set()
        for at, token in enumerate(tokens):
            for one in [token, *(token.children or [])]:
                if one.type in CLASSES:
                    one.attrSet("class", CLASSES[one.type])
                if one.type == "link_open":
                    one.attrSet("href", self.leads_to(page, str(one.attrGet("href"))))
                if one.type == "image":
                    one.attrSet("src", self.leads_to(page, str(one.attrGet("src")), picture=True))
                    one.attrSet("class", "site-picture")
            if token.type == "th_open":
                token.attrSet("scope", "col")
            if token.type == "heading_open":
                words = _words(tokens[at + 1])
                token.attrSet("class", HEADINGS.get(token.tag, "govuk-heading-s"))
                token.attrSet("id", anchor(words, taken))
                page.title = page.title or words
                page.parts.append((str(token.attrGet("id")), words, ""))
            elif token.type in ("inline", "fence", "code_block") and page.parts and tokens[at - 1].type != "heading_open":  # fmt: skip
                id_, heading, before = page.parts[-1]
                page.parts[-1] = (id_, heading, f"{before} {_words(token)}")
        page.body = self.markdown.renderer.render(tokens, self.markdown.options, {})

    def build(self) -> None:
        shutil.rmtree(self.out, ignore_errors=True)
        for page in self.pages:
            self.make(page)
        for page in self.pages:
            self.write(page.address, page.title, self.beside(page) + page.body, page.kind)
        self.write("search.html", "Search", self.search(), "")
        for source, address in self.shown.items():
            self.write(address, str(source.relative_to(ROOT)), _shown(source), "")
        for source, address in self.copied.items():
            self.copy(source, address)
        for source in (*STYLES, LAYOUT / "site.css", LAYOUT / "search.js", PACKAGE / "static" / "redshank" / "icon.svg"):  # fmt: skip
            if source.exists():
                self.copy(source, f"styles/{source.name}")
        index = [[p.address, p.title, a, h, w.lower()] for p in self.pages for a, h, w in p.parts]
        (self.out / "styles" / "index.js").write_text(f"const INDEX = {json.dumps(index, ensure_ascii=False)};\n", encoding="utf-8")  # fmt: skip

    def copy(self, source: Path, address: str) -> None:
        (self.out / address).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, self.out / address)

    def beside(self, page: Page) -> str:
        """The other pages of the kind, before the text: a list that folds away."""
        pages = [p for p in self.pages if p.kind == page.kind and p.kind]
        if len(pages) < 2:
            return ""
        rows = "".join(
            f'<li><a class="govuk-link" href="{os.path.relpath(p.address, Path(page.address).parent)}"{" aria-current=page" if p is page else ""}>{html.escape(p.title)}</a></li>'
            for p in pages
        )
        says = next(k["says"] for k in kinds() if k["name"] == page.kind)
        return (
            f'<nav aria-label="{page.kind}" class="site-beside"><details class="govuk-details"{" open" if len(pages) < 9 else ""}>'
            f'<summary class="govuk-details__summary"><span class="govuk-details__summary-text">{page.kind}: {len(pages)} pages</span></summary>'
            f'<div class="govuk-details__text"><p class="govuk-body-s">{says}</p><ul class="govuk-list">{rows}</ul></div></details></nav>'
        )

    def search(self) -> str:
        """All headings in one list; the script makes it a search, and without it the browser's own serves."""
        text = (
            '<h1 class="govuk-heading-xl">Search</h1>\n<form id="search" class="redshank-filter" role="search" hidden>'
            '<div class="govuk-form-group"><label class="govuk-label" for="words">Words</label><input class="govuk-input" id="words" type="search" autocomplete="off"></div>'
            '</form><p class="govuk-body" id="told" role="status"></p><ul class="govuk-list" id="found"></ul>\n<div id="all">'
        )
        for page in self.pages:
            rows = "".join(f'<li><a class="govuk-link" href="{page.address}#{a}">{html.escape(h)}</a></li>' for a, h, _ in page.parts[1:])  # fmt: skip
            text += f'<h2 class="govuk-heading-s"><a class="govuk-link" href="{page.address}">{html.escape(page.title)}</a></h2>'
            text += f'<ul class="govuk-list govuk-list--bullet">{rows}</ul>\n' if rows else ""
        return text + '</div>\n<script src="styles/index.js" defer></script><script src="styles/search.js" defer></script>'  # fmt: skip

    def write(self, address: str, title: str, body: str, kind: str) -> None:
        up = os.path.relpath(".", Path(address).parent)
        first = {k["name"]: next(p.address for p in self.pages if p.kind == k["name"]) for k in kinds()}
        rows = [("About", "index.html"), *first.items(), ("Search", "search.html")]
        here = kind or {"index.html": "About", "search.html": "Search"}.get(address, "")
        menu = "".join(
            f'<li class="govuk-service-navigation__item{" govuk-service-navigation__item--active" if name == here else ""}">'
            f'<a class="govuk-service-navigation__link" href="{up}/{to}"{(" aria-current=" + ("page" if to == address else "true")) if name == here else ""}>{name}</a></li>'
            for name, to in rows
        )
        styles = "".join(f'<link rel="stylesheet" href="{up}/styles/{s.name}">\n' for s in (*STYLES, LAYOUT / "site.css") if s.exists())  # fmt: skip
        path = self.out / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"""<!doctype html>
<html lang="en-GB" class="govuk-template">
<head>
<meta charset="utf-8">
<title>{html.escape(title)} – Redshank</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="{up}/styles/icon.svg" type="image/svg+xml">
{styles}</head>
<body class="govuk-template__body">
<a href="#main" class="govuk-skip-link">Skip to main content</a>
<header class="redshank-header"><div class="govuk-width-container redshank-header__row"><a class="redshank-header__name" href="{up}/index.html">Redshank</a></div></header>
<div class="govuk-service-navigation"><div class="govuk-width-container"><nav aria-label="Menu" class="govuk-service-navigation__wrapper">
<ul class="govuk-service-navigation__list">{menu}</ul></nav></div></div>
<div class="govuk-width-container"><main class="govuk-main-wrapper redshank-main" id="main" tabindex="-1">
{body}
</main></div>
<footer class="govuk-footer redshank-footer"><div class="govuk-width-container"><p class="govuk-body-s">Made from the texts of the source by <code>make site</code>. Everybody and everything in examples and pictures is synthetic.</p></div></footer>
</body>
</html>
""",
            encoding="utf-8",
        )


def _wide_open(renderer: Any, tokens: list[Token], at: int, options: Any, env: Any) -> str:
    """A table scrolls in itself, so that a narrow window does not scroll the page; by keyboard too."""
    return f'<div class="redshank-wide" tabindex="0" role="region" aria-label="Table {next(env.setdefault("tables", count(1)))}"><table{renderer.renderAttrs(tokens[at])}>\n'


def _words(token: Token) -> str:
    """The plain words of a token."""
    if token.children is None:
        return token.content
    return "".join(c.content if c.type != "image" else "" for c in token.children)


def _shown(source: Path) -> str:
    name = html.escape(str(source.relative_to(ROOT)))
    if source.is_dir():
        files = sorted(p for p in source.iterdir() if p.name != "__pycache__")
        rows = "".join(
            f"<li><code>{html.escape(p.name)}{'/' if p.is_dir() else ''}</code></li>" for p in files
        )
        return f'<h1 class="govuk-heading-l">{name}</h1>\n<p class="govuk-body">A folder of the source; it holds:</p>\n<ul class="govuk-list govuk-list--bullet">{rows}</ul>'
    return f'<h1 class="govuk-heading-l">{name}</h1>\n<pre class="redshank-text" tabindex="0"><code>{html.escape(source.read_text(encoding="utf-8"))}</code></pre>'


def build(out: Path) -> Site:
    """Builds the site in a folder, which is emptied first."""
    site = Site(out)
    site.build()
    return site


def main() -> int:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / "site"
    if out.exists() and not (out / "index.html").exists():
        sys.stderr.write(f"{out} is there and holds no site: name a folder that is empty, or none\n")
        return 2
    try:
        site = build(out)
    except Wrong as wrong:
        sys.stderr.write(f"no site was built: {wrong}\n")
        return 1
    sys.stdout.write(f"{len(site.pages)} pages, and {len(site.shown)} files of the source: open {out / 'index.html'}\n")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
