"""Every page and file that a role can reach by following links from its first page."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin

from django.urls import Resolver404, resolve

from .documents import TYPES

#: Pages of one list that differ by a filter alone are opened this often: the filters themselves have tests.
FILTERS = 3
#: Pages of things are all opened; of any other route this many, in the order in which they are met.
THINGS = {"child", "person", "group", "record", "place", "line", "flag"}
OF_A_ROUTE = 3


@dataclass
class Form:
    """A form that changes something, as a page offers it."""

    page: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)  # name → values that it holds or offers


class Reader(HTMLParser):
    """Links, forms, and the words that a reader sees (what only a screen reader says too)."""

    def __init__(self, url: str, text: str) -> None:
        super().__init__()
        self.url, self.links, self.forms, self.words = url, [], [], []
        self._form: Form | None = None
        self._silent = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        at = dict(attributes)
        if tag == "a" and at.get("href"):
            self.links.append(urldefrag(urljoin(self.url, at["href"]))[0])
        elif tag == "form" and (at.get("method") or "get").lower() == "post":
            self._form = Form(self.url, urljoin(self.url, at.get("action") or self.url))
            self.forms.append(self._form)
        elif tag in ("script", "style", "title"):
            self._silent += tag != "title"
        if self._form is not None and tag in ("input", "button", "textarea", "select", "option"):
            name = at.get("name") or (self._select if tag == "option" else None)
            if tag == "select":
                self._select = at.get("name")
            if name and name != "csrfmiddlewaretoken":
                self._form.fields.setdefault(name, [])
                if at.get("value"):
                    self._form.fields[name].append(at["value"])
        for name in ("title", "alt", "aria-label", "placeholder"):
            if at.get(name):
                self.words.append(at[name])
        if tag in ("input", "button") and at.get("type") not in ("hidden", "checkbox", "radio") and at.get("value"):  # fmt: skip
            self.words.append(at["value"])

    _select: str | None = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in ("script", "style"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(" ".join(data.split()))


@dataclass
class Page:
    url: str
    status: int
    body: bytes
    kind: str  # of content

    @property
    def is_paper(self) -> bool:
        """A product as a file: it has the head of a document, not of a page."""
        return self.kind.startswith("text/html") and b"govuk-template" not in self.body

    @cached_property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @cached_property
    def read(self) -> Reader:
        return Reader(self.url, self.text if self.kind.startswith("text/html") else "")

    @cached_property
    def words(self) -> str:
        """What is read on it, also of a file; entities undone."""
        return "\n".join(self.read.words) if self.kind.startswith("text/html") else unescape(self.text)


def crawl(client: Any, start: str = "/", most: int = 400, within: str = "/") -> dict[str, Page]:
    """Follows every link of ours (``within``: to addresses that begin so); a page is opened once, whatever leads to it.

    With all of the pages comes what a token of the account reads over the interface: what holds for the pages holds for it.
    """
    found: dict[str, Page] = {}
    filters: dict[str, int] = {}
    opened: dict[str, int] = {}
    waiting = deque([(start, start)])
    while waiting:
        url, page_before = waiting.popleft()
        path, _, query = url.partition("?")
        if url in found or not url.startswith(within) or url.startswith("/static/"):
            continue
        if query:
            filters[path] = filters.get(path, 0) + 1
            if filters[path] > FILTERS:
                continue
        try:
            name = resolve(path).url_name or ""
        except Resolver404:
            name = path
        opened[name] = opened.get(name, 0) + 1
        if name not in THINGS and opened[name] > OF_A_ROUTE:
            continue
        assert len(found) < most, f"more than {most} pages from {start}: {list(found)[-5:]}"
        answer = client.get(url, headers={"referer": f"http://testserver{page_before}"})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kind = answer.headers.get("Content-Type", "")
        if kind in TYPES:  # by its words, so that what is looked for in a body is looked for in it too
            body = TYPES[kind](body).encode()
        page = Page(url, answer.status_code, body, kind)
        found[url] = page
        if answer.status_code in (301, 302):
            waiting.append((urldefrag(answer.headers["Location"])[0], page_before))
        waiting.extend((link.removeprefix("http://testserver"), url) for link in page.read.links)
    if start == within == "/":
        from .api_tools import walk

        found |= walk(client)
    return found


HIDDEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*"|(name="(?:once|began)" value=")[^"]*"')

#: Who is told next depends on how many minutes ago the night was published, which differs between two homes.
STEPS = re.compile(rb"; since \d\d:\d\d with [^.<]+")


def plain(page: Page) -> bytes:
    """The body without what varies from answer to answer, nor the minute in which something was done just now."""
    return re.sub(
        rb"(?: at |[Ss]ince |[Ff]rom |20\d\d, )\d\d:\d\d",
        _unless_published,
        HIDDEN.sub(b"", STEPS.sub(b"", page.body)),
    )


def _unless_published(found: re.Match[bytes]) -> bytes:
    """Times of records stay: what is compared was made in one session, within the same hour or the next."""
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    now = datetime.now(ZoneInfo("Europe/London"))
    near = {(now + timedelta(minutes=m)).strftime("%H:%M").encode() for m in range(-90, 180)}
    return b"" if found[0][-5:] in near else found[0]
