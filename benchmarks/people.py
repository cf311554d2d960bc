"""Twenty people at work: each signs in to the demonstration and opens page after page, as its links lead.

``python -m benchmarks.people BASE SECONDS SEED [--people N] [--think S]`` prints one JSON line a request: what kind of page, its
status, and milliseconds until the last byte. It runs in a process of its own, so that it measures and does not slow the server
down by sharing an interpreter.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import threading
import time
from urllib.parse import quote, urlencode, urlsplit

#: What they open and how often: lists, search, and the pages that explain. Local default, to be replaced by a force's own logs.
MIX = (
    ("first page", 6), ("list", 24), ("search", 20), ("group", 16), ("child", 12), ("person", 12), ("record", 10),
)  # fmt: skip
LISTS = (
    "/worklist", "/groups", "/children", "/records", "/records?kind=crimes", "/records?indicator=older_associate",
    "/records?page=3", "/missing",
)  # fmt: skip
ROLES = ("analyst", "analyst-2", "researcher", "exploitation_officer", "exploitation_officer-2", "safeguarding_lead", "missing_adviser", "panel_chair")  # fmt: skip
LINK = re.compile(r'href="(/(?:groups|children|persons|records)/[^"#?]+)"')
NAME = re.compile(r"<h1[^>]*>([^<]+)</h1>")
KINDS = {"groups": "group", "children": "child", "persons": "person", "records": "record"}


class Person(threading.Thread):
    """One browser: a kept-alive connection, its cookies, and the addresses that it has come across."""

    def __init__(self, base: str, number: int, end: float, seed: int, think: float) -> None:
        super().__init__(daemon=True)
        where = urlsplit(base)
        self.link = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        self.random = random.Random(f"{seed}/{number}")
        self.role, self.end, self.think = ROLES[number % len(ROLES)], end, think
        self.base = base
        self.cookies: dict[str, str] = {}
        self.came_from: dict[str, str] = {}
        self.known: dict[str, list[str]] = {k: [] for k in KINDS.values()}
        self.names: list[str] = []
        self.done: list[tuple[str, str, int, float]] = []

    def ask(
        self, kind: str, path: str, form: dict[str, str] | None = None, hops: int = 2, began: float = 0.0
    ) -> str:
        """One page, redirects included, as a browser shows it."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if came := self.came_from.get(path):  # a child's page asks for a reason where one comes from nowhere
            headers["Referer"] = self.base + came
        body = urlencode(form) if form else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = began or time.perf_counter()
        answer = self._answer("POST" if form else "GET", path, body, headers)
        text = answer.read().decode("utf-8", "replace")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        if (
            not form
            and answer.status in (301, 302)
            and (to := answer.headers["Location"]).startswith("/")
            and hops
        ):
            return self.ask(kind, to, hops=hops - 1, began=began)
        if kind:
            self.done.append((kind, path, answer.status, (time.perf_counter() - began) * 1000))
        return text

    def sign_in(self) -> None:
        page = self.ask("", "/demonstration")
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)
        self.ask(
            "",
            "/demonstration",
            {"csrfmiddlewaretoken": token[1] if token else "", "account": f"demo-{self.role}"},
        )
        for path in ("/groups", "/children", "/records"):
            self.learn(self.ask("", path), path)

    def learn(self, page: str, here: str) -> None:
        for path in LINK.findall(page):
            known = self.known[KINDS[path.split("/")[1]]]
            if len(known) < 400:
                known.append(path)
                self.came_from[path] = here
        if (name := NAME.search(page)) and len(name[1].split()) == 2:
            self.names.append(name[1])

    def address(self, kind: str) -> str:
        if kind == "first page":
            return "/"
        if kind == "search":
            word = quote(self.random.choice(self.names or ["Smith"]).split()[-1])
            return self.search + word
        if kind == "list" or not self.known[kind]:
            # Whoever chairs a panel has no daily scan.
            return self.random.choice([x for x in LISTS if x != "/worklist" or self.role != "panel_chair"])
        return self.random.choice(self.known[kind])

    def run(self) -> None:
        self.sign_in()
        # Where there is no page of search yet, people search by the words of the lists.
        has_search = self.ask("", "/search?q=x") and self._last_was_found("/search")
        self.search = "/search?q=" if has_search else "/records?q="
        self._wait()
        kinds, weights = zip(*MIX, strict=True)
        while time.monotonic() < self.end:
            kind = self.random.choices(kinds, weights)[0]
            path = self.address(kind)
            self.learn(self.ask("list" if path in LISTS else kind, path), path)
            self._wait()

    def _answer(
        self, verb: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """As a browser does: where the server has closed the idle connection meanwhile, on a new one."""
        try:
            self.link.request(verb, path, body, headers)
            return self.link.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.link.close()
            self.link.request(verb, path, body, headers)
            return self.link.getresponse()

    def _last_was_found(self, path: str) -> bool:
        cookies = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        answer = self._answer("GET", path, None, {"Cookie": cookies})
        answer.read()
        return answer.status == 200

    def _wait(self) -> None:
        """Reading takes time: exponential around the mean, so that they fall together as people do."""
        time.sleep(min(self.random.expovariate(1 / self.think), 10 * self.think))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("base")
    parser.add_argument("seconds", type=float)
    parser.add_argument("seed", type=int)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--think", type=float, default=3.0)
    asked = parser.parse_args()
    end = time.monotonic() + asked.seconds
    people = [Person(asked.base, n, end, asked.seed, asked.think) for n in range(asked.people)]
    for p in people:
        p.start()
    for p in people:
        p.join()
    for p in people:
        for kind, path, status, ms in p.done:
            print(json.dumps({"kind": kind, "path": path, "status": status, "ms": round(ms, 1)}))


if __name__ == "__main__":
    main()
