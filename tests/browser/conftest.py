"""Chromium, a served demonstration home, and a watch on everything that a page asks for or complains about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from .hands import Keyboard, Mouse
from .serving import Served, demonstration

CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
#: What Chromium itself says about an answer that is meant to be one: a page that is not there, a form with an error.
MEANT = "Failed to load resource: the server responded with a status of"


@pytest.hookimpl(tryfirst=True)  # xdist's own hook reads the groups, and it may come first otherwise
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One after another in one process: they share the server, and two browsers at once would measure each other."""
    for item in items:
        if Path(str(item.path)).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass
class Watch:
    """What pages asked for, and what the browser complained about."""

    base: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("request", lambda r: None if self._ours(r.url) else self.outside.append(r.url))
        page.on("console", lambda m: self._said(m.type, m.text))
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        page.on("response", lambda r: self.failed.append(f"{r.status} {r.url}") if r.status >= 500 or (r.status >= 400 and "/static/" in r.url) else None)  # fmt: skip

    def _ours(self, url: str) -> bool:
        return url.startswith((self.base + "/", "data:", "about:"))

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(MEANT):
            self.complaints.append(text)

    def clean(self) -> None:
        """Nothing asked of outside, no breach of the content security policy, no script's error."""
        assert self.outside == []
        assert self.complaints == []
        assert self.failed == []


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration(tmp_path_factory.mktemp("demonstration"))


@pytest.fixture(scope="session")
def served(home: Path) -> Iterator[Served]:
    one = Served(home)
    yield one
    one.stop()


@pytest.fixture(scope="package")  # Playwright's loop must end before tests of Django run in the same process
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "CI needs Chromium: .ci/run installs it"
        pytest.skip("no Chromium: install Debian's chromium and fonts-liberation")
    if node := shutil.which("node"):
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def people(chromium: Browser, served: Served) -> Iterator[Callable[..., Any]]:
    """``people("analyst")``: somebody signed in with a browser of their own, in a role, with mouse or keyboard."""
    open_contexts: list[BrowserContext] = []
    watch = Watch(served.base)

    def person(role: str = "", how: str = "mouse", **more: Any) -> Mouse:
        context = chromium.new_context(
            locale="en-GB", timezone_id="Europe/London", java_script_enabled=how != "no script",
            viewport=more.pop("viewport", {"width": 1280, "height": 900}), **more,
        )  # fmt: skip
        context.set_default_timeout(20_000)
        open_contexts.append(context)
        page = context.new_page()
        watch.over(page)
        hand = (Keyboard if how == "keyboard" else Mouse)(page, served.base)
        if role:
            hand.go("/demonstration")
            hand.button(role)
        return hand

    yield person
    for context in open_contexts:
        context.close()
    watch.clean()


@pytest.fixture(autouse=True)
def no_flag_open(served: Served) -> Iterator[None]:
    """A journey that broke half-way leaves no open flag in the way of the next."""
    yield
    served.change("UPDATE flags_flag SET state = 'withdrawn' WHERE state IN ('proposed', 'need_more')")
