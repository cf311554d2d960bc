"""The measurements. Each gives the content of one results file: what was run, every repeat, and what they sum to."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import children, large, packs, pages, products
from benchmarks.children import Ran
from benchmarks.parts import first_records

SEED = 1
PEER_ROWS = 2_000  # the peer scans a stated sample: the whole would take minutes
DELTA = 10


def spread(values: list[float]) -> dict[str, float]:
    return {
        "min": round(min(values), 3),
        "median": round(statistics.median(values), 3),
        "max": round(max(values), 3),
    }


class Bench:
    """A scratch folder with the synthetic force, and how often to repeat."""

    def __init__(self, scratch: Path, repeats: int, scale: str, say: Callable[[str], None]) -> None:
        self.scratch, self.repeats, self.scale, self.say = scratch, repeats, scale, say
        self.force = scratch / "force"
        self.home = scratch / "home"
        self._night: dict[str, Any] | None = None
        self._peers: list[dict[str, Any]] = []

    def prepare(self) -> None:
        """The force, and one small night as a warm-up of files and compiled code."""
        self.say("synthetic force")
        children.run(children.PROGRAM, "synthetic", self.force, "--scale", self.scale, "--seed", str(SEED))
        warm = first_records(self.force / "night", self.scratch / "warm", 20)
        children.redshank(self.scratch / "warm-home", "load", warm)
        children.redshank(self.scratch / "warm-home", "night", "--json")

    def loaded(self) -> Path:
        """A home in which the first delivery and the first night are done."""
        if not self.home.exists():
            self.whole_night(1)
        return self.home

    def whole_night(self, repeats: int | None = None) -> dict[str, Any]:
        if self._night is not None:
            return self._night
        runs: list[dict[str, Any]] = []
        report: dict[str, Any] = {}
        for n in range(repeats or self.repeats):
            self.say(f"load and night, {n + 1}")
            shutil.rmtree(self.home, ignore_errors=True)
            load = children.redshank(self.home, "load", self.force / "first")
            night = children.redshank(self.home, "night", "--json")
            report = json.loads(night.out)
            runs.append(
                {
                    "load": _told(load),
                    "night": _told(night),
                    "sum_seconds": round(load.seconds + night.seconds, 2),
                }
            )
        self._night = {
            "runs": runs,
            "seconds": spread([r["sum_seconds"] for r in runs]),
            "peak_mib": max(r[k]["peak_mib"] for r in runs for k in ("load", "night")),
            "stages": report["stages"],
            "rows": report["rows"],
        }
        return self._night

    def _second(self, delivery: Path, repeats: int) -> dict[str, Any]:
        """Load and night of another delivery, each time on a fresh copy of the home after its first night."""
        runs: list[dict[str, Any]] = []
        report: dict[str, Any] = {}
        for n in range(repeats):
            self.say(f"{delivery.name}, {n + 1}")
            home = self.scratch / "copy"
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(self.loaded(), home)
            load = children.redshank(home, "load", delivery)
            night = children.redshank(home, "night", "--json")
            report = json.loads(night.out)
            if report["full"]:  # the code changed under the measurement, or the delta is too large
                raise RuntimeError(f"the night computed everything again: {report['full']}")
            runs.append(
                {
                    "load": _told(load),
                    "night": _told(night),
                    "sum_seconds": round(load.seconds + night.seconds, 2),
                }
            )
        return {
            "runs": runs,
            "seconds": spread([r["sum_seconds"] for r in runs]),
            "peak_mib": max(r[k]["peak_mib"] for r in runs for k in ("load", "night")),
            "full": report["full"],
            "stages": report["stages"],
        }

    # ---- the tables --------------------------------------------------------------------------------

    def night(self) -> dict[str, Any]:
        """Load and first night, the next night, and what ten new records make it read."""
        whole = self.whole_night()
        second = self._second(self.force / "night", self.repeats)
        ten = (
            first_records(self.force / "night", self.scratch / "ten", DELTA)
            if not (self.scratch / "ten").exists()
            else self.scratch / "ten"
        )
        delta = self._second(ten, 1)
        read = {
            name: {"delta": s["read"], "full": whole["stages"][name]["read"]}
            for name, s in delta["stages"].items()
        }
        share = 100 * sum(r["delta"] for r in read.values()) / sum(r["full"] for r in read.values())
        details = {
            "scale": self.scale,
            "first": whole,
            "second": second,
            "ten": delta,
            "read": read,
            "read_share_percent": round(share, 2),
        }
        return details | {
            "summary": [
                _row("night", "load and first night", "< 60", whole["seconds"]["median"], "s", whole["seconds"]["median"] < 60),
                _row("night", "peak memory of load and first night", "< 4096", whole["peak_mib"], "MiB", whole["peak_mib"] < 4096),
                _row("night", "load and next night, about 200 records", "< 5", second["seconds"]["median"], "s", second["seconds"]["median"] < 5),
                _row("night", f"rows read for {DELTA} new records", "< 2", round(share, 2), "% of a full night's", share < 2),
            ]
        }  # fmt: skip

    def pages(self) -> dict[str, Any]:
        """The pages under the hands of twenty people, over a published copy of the home."""
        self.say("pages, twenty people")
        home = self.scratch / "pages-home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.loaded(), home)
        children.redshank(home, "serve", "--prepare")
        return pages.everything(home, self.scale)

    def packs(self) -> dict[str, Any]:
        """A pack and a draft of a meeting, over a published copy of the home."""
        self.say("packs")
        home = self.scratch / "packs-home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.loaded(), home)
        children.redshank(home, "serve", "--prepare")
        told = json.loads(children.python("benchmarks.packs", home, str(self.repeats)).out)
        return {"scale": self.scale, **told, "summary": packs.rows(self.scale, told)}

    def products(self) -> dict[str, Any]:
        """Every product drafted, over a published copy of the home."""
        self.say("products")
        home = self.scratch / "products-home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.loaded(), home)
        children.redshank(home, "serve", "--prepare")
        told = json.loads(children.python("benchmarks.products", home).out)
        return {"scale": self.scale, **told, "summary": products.rows(self.scale, told)}

    def large(self) -> dict[str, Any]:
        return large.measure(self.scratch, self.say)

    def scan(self) -> dict[str, Any]:
        """MB of text scanned a second, ours and the peer's, in turn."""
        home = self.loaded()
        mine: list[dict[str, Any]] = []
        theirs: list[dict[str, Any]] = []
        for _ in range(min(self.repeats, 2)):  # in turn, so that what else the machine does meets both
            self.say("scan")
            mine.append(json.loads(children.python("benchmarks.ours_scan", home, str(self.repeats)).out))
            theirs.append(self._peer())
        rate = {
            k: [m["bytes"] / 1e6 / s for m in mine for s in m[f"{k}_seconds"]]
            for k in ("signals", "signals_alone", "all")
        }
        peer = [p["characters"] / 1e6 / p["scan_seconds"] for p in theirs]
        ours, other = statistics.median(rate["signals"]), statistics.median(peer)
        ratio = ours / other
        note = f"pandas, {theirs[0]['phrases']} regular expressions, a sample of {theirs[0]['records']} texts: {other:.3f} MB/s"
        alone = f"{mine[0]['processes']} processes; one alone: {statistics.median(rate['signals_alone']):.2f} MB/s"
        return {
            "scale": self.scale, "ours": mine, "peer": theirs,
            "mb_per_second": {k: spread(v) for k, v in {**rate, "peer": peer}.items()},
            "summary": [
                _row("scan", "signals of all texts", "", round(ours, 2), "MB/s", None, alone),
                _row("scan", "signals, language and mentions of all texts", "", round(statistics.median(rate["all"]), 2), "MB/s", None),
                _row("scan", "signals, times the peer's speed", ">= 100", round(ratio, 1), "times", ratio >= 100, note),
            ],
        }  # fmt: skip

    def whole(self) -> dict[str, Any]:
        """Load and night against the peer's whole script."""
        first = self.whole_night()
        peer = self._peers[-1] if self._peers else self._peer()
        share = peer["characters_of_all"] / peer["characters"]
        seconds = peer["read_seconds"] + peer["scan_seconds"] * share + peer["group_seconds"]
        ours = first["seconds"]["median"]
        ratio = seconds / ours
        note = (
            f"the analyst's script: {seconds:.0f} s, its scan estimated from {peer['records']} texts "
            f"({peer['scan_seconds']:.0f} s, times {share:.1f}); it links nobody who is written in two ways and explains nothing"
        )
        return {
            "scale": self.scale, "ours_seconds": first["seconds"], "peer": peer, "peer_seconds_estimated": round(seconds, 1),
            "summary": [_row("whole", "load and night, times the peer's speed", ">= 10", round(ratio, 2), "times", ratio >= 10, note)],
        }  # fmt: skip

    def _peer(self) -> dict[str, Any]:
        self.say("the peer")
        ran = children.python("benchmarks.peers.analyst", self.force / "first", "--scan-rows", str(PEER_ROWS))
        self._peers.append(
            json.loads(ran.out) | {"peak_mib": round(ran.peak / 2**20), "seconds": round(ran.seconds, 2)}
        )
        return self._peers[-1]

    def linkage(self) -> dict[str, Any]:
        """Public sets with known truth, beside four exact keys."""
        self.say("linkage")
        code = "import json; from benchmarks import linkage; print(json.dumps(linkage.measure()))"
        found = json.loads(children.run(sys.executable, "-c", code).out)
        summary = []
        for mine in (r for r in found if r["method"] == "redshank"):
            other, trained = (r for r in found if r["set"] == mine["set"] and r["method"] != "redshank")
            summary.append(
                _row("linkage", f"pairwise F1 on {mine['set']}, {mine['rows']} rows", "peer + 0.05", round(mine["f1"], 4), "F1",
                     mine["f1"] >= other["f1"] + 0.05, f"{other['method']}: {other['f1']:.4f}; Splink's documented model, trained on the set: {trained['f1']:.4f}")
            )  # fmt: skip
        return {"sets": found, "summary": summary}


def _told(ran: Ran) -> dict[str, float]:
    return {
        "seconds": round(ran.seconds, 2),
        "cpu_seconds": round(ran.cpu, 2),
        "peak_mib": round(ran.peak / 2**20),
    }


def _row(
    table: str, row: str, bar: str, measured: float, unit: str, holds: bool | None, peer: str = ""
) -> dict[str, Any]:
    return {
        "table": table,
        "row": row,
        "bar": bar,
        "measured": measured,
        "unit": unit,
        "holds": holds,
        "peer": peer,
    }
