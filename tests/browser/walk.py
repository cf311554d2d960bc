"""Every page that a role can come to by links, one for each route, and what axe says about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from .serving import ROOT, django

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
#: WCAG 2.2 AA, and what axe holds good practice.
RUN = "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => ({id: v.id, help: v.help, at: v.nodes.map(n => n.target.join(' ') + ' ' + n.html.slice(0, 160))})))"
ROUTES = """
import json
from django.urls import get_resolver
print(json.dumps([{"name": p.name, "pattern": p.pattern.regex.pattern, "acts": p.callback.policy.acts, "public": p.callback.policy.public,
    "permission": p.callback.policy.permission} for p in get_resolver().url_patterns]))
"""


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    acts: bool
    public: bool
    permission: str

    def fits(self, path: str) -> bool:
        return re.match(self.pattern, path.lstrip("/")) is not None


def routes(home: Path) -> list[Route]:
    """Every route, from the URL configuration itself."""
    return [Route(**r) for r in json.loads(django(home, ROUTES))]


def route_of(known: list[Route], url: str) -> Route | None:
    return next((r for r in known if r.fits(urlsplit(url).path)), None)


def walk(page: Page, base: str, known: list[Route], start: tuple[str, ...] = ("/",)) -> Iterator[str]:
    """Follows links breadth first; of each route the first address found, once as it is and once with a question."""
    queue, seen = [(base + s, base) for s in start], set()
    while queue:
        url, came_from = queue.pop(0)
        route = route_of(known, url)
        mark = (route.name if route else url, bool(urlsplit(url).query))
        if mark in seen:
            continue
        seen.add(mark)
        page.goto(url, referer=came_from)  # a child's page asks for a reason where one comes from nowhere
        yield url
        found = page.evaluate(WAYS_ON)
        queue += [
            (h, url) for h in found if h.startswith(base + "/") and not urlsplit(h).path.endswith(FILES)
        ]


#: Links, and forms that only ask, as they stand.
WAYS_ON = """
() => [
  ...[...document.links].filter(a => !a.hidden && !a.hasAttribute('download')).map(a => a.href),
  ...[...document.forms].filter(f => f.method === 'get').map(f => new URL(f.getAttribute('action') || '', document.baseURI).href.split(/[?#]/)[0] + '?' + new URLSearchParams(new FormData(f))),
]
"""
FILES = (".csv", ".graphml", ".gexf", ".geojson", ".json", ".xlsx", ".docx", ".pdf", ".ics")


def violations(page: Page) -> list[str]:
    """What axe finds. It is put into the page through the browser's own debugger, so the page keeps its policy."""
    session = page.context.new_cdp_session(page)
    there = session.send("Runtime.evaluate", {"expression": "typeof axe", "returnByValue": True})
    if there["result"]["value"] == "undefined":  # once for both widths of a page
        session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    answer = session.send(
        "Runtime.evaluate", {"expression": RUN, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    assert "value" in answer["result"], answer
    return [f"{v['id']}: {v['help']}: {at}" for v in answer["result"]["value"] for at in v["at"]]


#: What is wider than the page without being in a box that scrolls and can be reached by keyboard.
WIDE = """
() => {
  const out = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) {
    for (const e of document.body.querySelectorAll('*')) {
      const box = e.getBoundingClientRect();
      if (box.width && box.right > page.clientWidth + 1 && !e.closest('[tabindex="0"]')) out.push(`${e.tagName} ${e.className} ends at ${Math.round(box.right)}`);
    }
    if (!out.length) out.push(`the page is ${page.scrollWidth} wide`);
  }
  for (const e of document.body.querySelectorAll('*')) {
    const how = getComputedStyle(e).overflowX;
    if ((how === 'auto' || how === 'scroll') && e.scrollWidth > e.clientWidth + 1 && !(e.tabIndex === 0 && (e.getAttribute('aria-label') || e.getAttribute('aria-labelledby')) || /^(SELECT|TEXTAREA|INPUT)$/.test(e.tagName)))
      out.push(`${e.tagName} ${e.className} scrolls and cannot be reached or has no name`);
  }
  return out.slice(0, 5);
}
"""


def too_wide(page: Page) -> list[str]:
    return page.evaluate(WIDE)
