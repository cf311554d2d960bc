"""From any number on a page to its records in at most two clicks, tried on a sample of the numbers of every list."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from .hands import follow, give_reason

RECORD = re.compile(
    r"^(crime|incident|missing episode|vulnerability entry|intelligence report|custody record|partner referral|county line|premises) \S"
)
PAGES = ("/", "/worklist", "/groups", "/children", "/records", "/places", "/lines", "/language", "/missing")
SAMPLE = 12
#: Counts of sittings, of terms of reference, and of reviews whose day has come: no record stands behind them.
WITHOUT = ("/meetings", "/reviews")
#: Counts on the page: each with the link that belongs to it (its own, its line's, or the first after it).
COUNTS = r"""
() => {
  const said = /^(?:all )?\d[\d,]*$|\b\d[\d,]* (?:more )?(?:records?|children|child|groups?|ties|episodes?|phrases?|county lines?|places?|lines?|entries|appearances|proposed persons? of concern)\b/;
  const out = [];
  document.querySelectorAll('[data-number]').forEach(e => e.removeAttribute('data-number'));
  for (const e of document.querySelectorAll('main :is(h1, h2, h3, p, li, td, span, a)')) {
    const text = [...e.childNodes].filter(n => n.nodeType === 3 || n.nodeName === 'SPAN').map(n => n.textContent).join('').trim();
    if (!said.test(text) || /^0\b/.test(text) || e.closest('form, .govuk-pagination, .redshank-text')) continue;
    const box = e.closest('a') || e.closest('li, tr, article')?.querySelector('a[href]:not([href^="#"], [download])') || e.querySelector('a[href]');
    const after = [...document.querySelectorAll('main a[href]:not([href^="#"], [download])')].find(a => e.compareDocumentPosition(a) & Node.DOCUMENT_POSITION_FOLLOWING);
    const link = box || after;
    if (!link) { out.push([text, '']); continue; }
    out.push([text, link.href]);
  }
  return out;
}
"""


def shows_records(page: Page) -> bool:
    return any(
        RECORD.match(text.strip()) for text in page.get_by_role("main").get_by_role("link").all_inner_texts()
    )


def spread(rows: list[list[str]]) -> list[list[str]]:
    step = max(1, len(rows) // SAMPLE)
    return rows[::step][:SAMPLE]


@pytest.mark.parametrize("path", PAGES)
def test_from_a_number_to_its_records_in_two_clicks(people, path):
    page = people("Analyst").page
    page.goto(page.url.rstrip("/") + path)
    here = page.url
    counts = page.evaluate(COUNTS)
    assert counts or path == "/missing", "a page with lists says how many"
    far = []
    for text, href in spread(counts):
        if path != "/" and shows_records(page) and href.startswith(here.split("?")[0] + "#"):
            continue
        if href.endswith(WITHOUT):
            continue
        if not href:
            far.append(f"{text}: no link belongs to it")
            continue
        page.goto(href, referer=here)
        give_reason(page)
        clicks = 1
        if (
            not shows_records(page)
            and page.get_by_role("heading", level=2, name="Text, as received").count() == 0
        ):
            nearest = page.locator("main :is(article, li, tr, table) a[href]").first
            if not nearest.count():
                far.append(f"{text}: {href} leads to no record")
                continue
            follow(page, nearest)
            clicks = 2
        is_record = page.get_by_role("heading", level=2, name="Text, as received").count() > 0
        if not (shows_records(page) or is_record):
            far.append(f"{text}: {clicks} clicks lead to {page.url}, which shows no record")
    assert far == []
