"""Pictures of the main pages for docs/pictures: ``python scripts/screenshots.py [HOME [NAME…]]`` (needs Chromium).

They are taken from a served demonstration (made, or a copy of HOME), as the people see them who open those pages, and are
written as small PNG files with a palette. Look at them after each change that a reader would see.
"""

from __future__ import annotations

import os
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.hands import Mouse  # noqa: E402
from tests.browser.serving import READY, Served, demonstration  # noqa: E402

TO = ROOT / "docs" / "pictures"
WIDE, HIGH, LARGEST = 1000, 1250, 150_000
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]


def _strongest(hand: Mouse) -> None:
    hand.go("/groups")
    hand.page.locator("article a").first.click()


def _proposed(hand: Mouse) -> None:
    _strongest(hand)
    hand.button("most telling record")
    hand.button("Propose a flag")


def _sent(hand: Mouse) -> None:
    _proposed(hand)
    hand.write(
        "Why, in your own words", "Three records by three sources show the same people and the same car."
    )
    hand.button("Propose")


def _to_decide(hand: Mouse) -> None:
    hand.page.locator("#section-decide ~ ul a").first.click()


def _at(path: str) -> Callable[[Mouse], None]:
    return lambda hand: hand.go(path)


def _first_of(path: str, where: str) -> Callable[[Mouse], None]:
    def steps(hand: Mouse) -> None:
        hand.go(path)
        hand.page.locator(where).first.click()

    return steps


def _opened(hand: Mouse) -> None:
    _strongest(hand)
    hand.button("most telling record")
    hand.page.evaluate("() => window.scrollTo(0, 0)")


def _member(kind: str) -> Callable[[Mouse], None]:
    """A member of the strongest group: a child's page opens from there without a question."""

    def steps(hand: Mouse) -> None:
        _strongest(hand)
        hand.page.locator(f'main table a[href^="/{kind}/"]').first.click()

    return steps


def _considered(hand: Mouse) -> None:
    """A second person confirms the flag; then what may be considered for a proposed person of concern of that group."""
    _to_decide(hand)
    flag = hand.page.url
    for n in range(hand.page.locator("main .redshank-lines").first.locator("li a").count()):
        hand.page.goto(flag)
        hand.page.locator("main .redshank-lines").first.locator("li a").nth(n).click()
        hand.page.wait_for_load_state()
    hand.page.goto(flag)
    hand.choose("What do the records show you", "Confirmed")
    hand.write("Because", "Three sources show the same people, the same car and the same child.")
    hand.button("Keep this decision")
    hand.link("The group as it stands now")
    hand.page.locator('main table a[href^="/persons/"]').first.click()
    hand.link("Disruption options considered")


def _record(hand: Mouse) -> None:
    _strongest(hand)
    hand.page.locator("#most ~ ul a").first.click()


def _makesafe(hand: Mouse) -> None:
    """A few businesses of the register taken in, some of them trained."""
    for n in range(7):
        hand.go("/makesafe/register?category=" + ("hotel", "takeaway", "taxi")[n % 3])
        hand.page.locator('main a[href^="/makesafe/register/"]').nth(n).click()
        hand.button("take it in" if "none of these" in hand.text() else "Take it into the operation")
        if n % 3:
            continue
        hand.page.get_by_role("button", name="Record a training").click()
        hand.write("Who trained the staff", "PC Knot")
        hand.write("Members of staff trained", "4")
        hand.write("Members of staff there are", "6")
        hand.page.get_by_label("Which version of the message").select_option("none")
        hand.button("Keep the training")
    hand.go("/makesafe")
    hand.page.locator("[data-map][data-ready]").wait_for()


def _sitting(hand: Mouse) -> None:
    """Two groups are raised to the next daily meeting, whose agenda is then opened."""
    for n in range(2):
        hand.go("/groups")
        hand.page.locator("article a").nth(n).click()
        hand.link("Raise this to a meeting")
        hand.choose("To which body", "Daily management meeting")
        hand.write(
            "Why, as the meeting will read it", "Several sources show the same people and the same car."
        )
        hand.button("Raise it")
    hand.go("/meetings/daily")
    hand.page.locator("main ul.redshank-lines a[href*='/meetings/daily/2']").nth(5).click()


#: Name of the picture, who looks, and how they come there.
PAGES: tuple[tuple[str, str, Callable[[Mouse], None]], ...] = (
    ("demonstration", "", _at("/demonstration")),
    ("today", "Sage Whitlock", _at("/")),
    ("worklist", "Avery Quill", _at("/worklist")),
    ("groups", "Avery Quill", _at("/groups")),
    ("group", "Avery Quill", _opened),
    ("child", "Avery Quill", _member("children")),
    ("person", "Avery Quill", _member("persons")),
    ("record", "Avery Quill", _record),
    ("place", "Avery Quill", _first_of("/places", "table a")),
    ("propose", "Avery Quill", _proposed),
    ("decide", "Robin Ashgrove", _to_decide),
    ("register", "Harper Lowe", _at("/flags")),
    ("makesafe", "Exploitation partnership officer", _makesafe),
    ("disruption", "Robin Ashgrove", _considered),
    ("sitting", "Avery Quill", _sitting),
)


def main() -> None:
    if len(sys.argv) > 1:
        os.environ[READY] = sys.argv[1]
    if node := shutil.which("node"):
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node)
    TO.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        served = Served(demonstration(Path(folder)))
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            for name, who, steps in (p for p in PAGES if not sys.argv[2:] or p[0] in sys.argv[2:]):
                page = browser.new_context(viewport={"width": WIDE, "height": 900}, locale="en-GB").new_page()
                hand = Mouse(page, served.base)
                if name == "decide":
                    proposer = Mouse(browser.new_context().new_page(), served.base)
                    proposer.go("/demonstration")
                    proposer.button("Avery Quill")
                    _sent(proposer)
                if who:
                    hand.go("/demonstration")
                    hand.button(who)
                steps(hand)
                page.wait_for_load_state("networkidle")
                high = min(HIGH, page.evaluate("() => document.documentElement.scrollHeight"))
                shot = page.screenshot(clip={"x": 0, "y": 0, "width": WIDE, "height": high}, full_page=True)
                data = small(shot)
                if len(data) > LARGEST:
                    raise SystemExit(f"{name}: {len(data):,} bytes, more than {LARGEST:,}")
                (TO / f"{name}.png").write_bytes(data)
                print(f"{name}.png {len(data):,} bytes")
        finally:
            browser.close()
            served.stop()


# ---- PNG ----------------------------------------------------------------------------------------------------


def small(png: bytes) -> bytes:
    """The same picture with a palette of at most 256 colours."""
    pixels = _pixels(png)
    coarse = (pixels.astype(np.uint32) >> 3 << 3) | 4
    packed = (coarse[..., 0] << 16) | (coarse[..., 1] << 8) | coarse[..., 2]
    colours, place, often = np.unique(packed, return_inverse=True, return_counts=True)
    place = place.reshape(packed.shape)
    kept = np.argsort(-often)[:256]
    rgb = np.stack([(colours >> 16) & 255, (colours >> 8) & 255, colours & 255], axis=1).astype(np.int32)
    nearest = np.array([int(np.abs(rgb[kept] - c).sum(axis=1).argmin()) for c in rgb], dtype=np.uint8)
    exact = np.stack([_usual(pixels, place == k) for k in kept])
    rows = nearest[place]
    body = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows), 9)
    height, width = rows.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (b"IHDR", head), (b"PLTE", exact.astype(np.uint8).tobytes()), (b"IDAT", body), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts
    )


def _usual(pixels: np.ndarray, where: np.ndarray) -> np.ndarray:
    """The true colour that is meant most often by a coarse one, so that white stays white."""
    found, often = np.unique(pixels[where], axis=0, return_counts=True)
    return found[often.argmax()]


def _pixels(png: bytes) -> np.ndarray:
    """Height × width × RGB of an 8-bit PNG without interlace, as Chromium writes it."""
    at, data, width, height, kind = 8, b"", 0, 0, 0
    while at < len(png):
        (size,), name = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        part = png[at + 8 : at + 8 + size]
        if name == b"IHDR":
            width, height, _, kind = struct.unpack(">IIBB", part[:10])
        elif name == b"IDAT":
            data += part
        at += 12 + size
    deep = {2: 3, 6: 4}[kind]
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * deep)
    out = np.zeros((height, width, deep), np.uint8)
    above = np.zeros((width, deep), np.int32)
    for y in range(height):
        line = raw[y, 1:].reshape(width, deep).astype(np.int32)
        above = _unfiltered(int(raw[y, 0]), line, above)
        out[y] = above
    return out[..., :3]


def _unfiltered(how: int, line: np.ndarray, above: np.ndarray) -> np.ndarray:
    if how == 0:
        return line
    if how == 1:
        return np.cumsum(line, axis=0) & 255
    if how == 2:
        return (line + above) & 255
    out = np.zeros_like(line)
    left, corner = np.zeros(line.shape[1], np.int32), np.zeros(line.shape[1], np.int32)
    for x in range(line.shape[0]):
        up = above[x]
        if how == 3:
            guess = (left + up) >> 1
        else:
            p = left + up - corner
            a, b, c = np.abs(p - left), np.abs(p - up), np.abs(p - corner)
            guess = np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))
        left, corner = (line[x] + guess) & 255, up
        out[x] = left
    return out


if __name__ == "__main__":
    main()
