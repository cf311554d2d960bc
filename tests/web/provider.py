"""The real provider of :mod:`test_provider` as a child process on loopback, and a browser's walk through it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

ROOT = Path(__file__).resolve().parents[2]
BACK = "http://testserver/sign-in/provider/back"
OLDEST_NODE = 20


def missing() -> str:
    """Why the provider cannot be started here; nothing where it can."""
    node = shutil.which("node")
    if node is None:
        return "Node is not installed here"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        return f"the provider of these tests needs Node {OLDEST_NODE}, here is {version.strip()}"
    if not (ROOT / "node_modules" / "oidc-provider").is_dir():
        return "npm's oidc-provider is not installed here (make setup-dev)"
    return ""


class Started:
    """The provider while it runs. :meth:`told` says whom it signs in and how it misbehaves."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["node", str(Path(__file__).with_name("provider.mjs")), BACK],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.issuer = self.process.stdout.readline().strip()
        assert self.issuer.startswith("http://127.0.0.1:"), "the provider did not start"
        self.browser = requests.Session()
        self.browser.trust_env = False  # nothing between this machine and itself

    def told(self, **what: Any) -> None:
        """Whom it signs in from now on: sub, claims, amr, acr; or deny, or spoil (see provider.mjs)."""
        self.browser.cookies.clear()  # nobody is signed in there
        self.browser.post(f"{self.issuer}/told", data=json.dumps(what), timeout=10).raise_for_status()

    def calls(self) -> list[dict[str, Any]]:
        """What was asked of it since, in order."""
        return self.browser.get(f"{self.issuer}/told", timeout=10).json()

    def walk(self, address: str) -> str:
        """Follows redirects as a browser would, up to the one that leads back to us, which it gives."""
        for _ in range(8):
            answer = self.browser.get(address, allow_redirects=False, timeout=10)
            assert answer.is_redirect, (answer.status_code, answer.text[:400])
            address = urljoin(address, answer.headers["location"])
            if address.startswith(BACK):
                return address.removeprefix("http://testserver")
        raise AssertionError("the provider never led back")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
