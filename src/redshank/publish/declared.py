"""What the analytical half declares of itself: tables and fields, stages and versions, rules, thresholds, bars.

For the transparency record and the impact assessment, so that they say what the code says. Read from the declarations alone;
no record is touched.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Any

#: Fields that no stage may read as evidence: the law's special categories and what stands for them. A test of the
#: architecture looks for readings of them in each stage (tests/architecture/test_house.py).
NEVER = ("ethnicity_self_defined", "ethnicity_officer_defined", "nationality", "disability", "religion")


def versions() -> list[list[str]]:
    """Stage or set of rules → version."""
    from redshank.assessment import load_config
    from redshank.identity.model import model_data
    from redshank.networks.config import default_config as of_networks

    out = [[f"Stage {s.name}", s.version] for s in _stages()]
    out.append(["Linkage model", str(model_data()["version"])])
    out.append(["Weights of groups", str(of_networks()["version"])])
    out += [[f"Weights of {name}", str(part["version"])] for name, part in sorted(load_config().items()) if isinstance(part, dict) and "version" in part]  # fmt: skip
    return out


def _stages() -> list[Any]:
    from redshank import assessment, identity, networks, records, signals

    return [m.STAGE for m in (records, signals, identity, networks, assessment)]


def stages() -> list[list[str]]:
    """Stage, version, what it reads, what it writes, what it does."""
    return [[s.name, s.version, ", ".join(s.reads), ", ".join(s.writes), " ".join(s.doc.split())] for s in _stages()]  # fmt: skip


@cache
def fields() -> tuple[tuple[str, str, str, bool], ...]:
    """Table, field, meaning, and whether it is never evidence of anything."""
    from redshank.tables import EXTRACTS

    return tuple((t.name, c.name, c.doc, c.name in NEVER) for t in EXTRACTS.values() for c in t.columns)


def tables() -> list[list[str]]:
    """What comes in: table, what it holds, how many fields."""
    from redshank.tables import EXTRACTS

    return [[t.name, t.doc, str(len(t.columns))] for t in EXTRACTS.values()]


def findings() -> list[list[str]]:
    """What goes out."""
    from redshank.tables import FINDINGS

    return [[t.name, t.doc] for t in FINDINGS.values()]


def rules() -> list[list[str]]:
    """Indicator → how many rules look for it, and the sources that they name."""
    from redshank.signals.ready import rulebook

    book = rulebook()
    counted = Counter(r.indicator for r in book.indicators)
    sources: dict[str, set[str]] = {}
    for r in book.indicators:
        sources.setdefault(r.indicator, set()).add(r.source)
    return [[name, str(n), "; ".join(sorted(sources[name]))] for name, n in sorted(counted.items())]


def thresholds() -> list[list[str]]:
    """Name, value, and in which file of weights: from which a pair is one person, a group is proposed, a row is in which band."""
    from redshank.identity.model import model_data
    from redshank.networks.config import default_config as of_networks

    out = [["linkage", name, str(model_data()["decide"][name])] for name in ("accept", "keep")]
    for name, value in of_networks()["threshold"].items():
        out.append(["groups", name, str(value)])
    return out


def bars() -> list[list[str]]:
    """What the project measures itself against: measure, sense, bar."""
    data = tomllib.loads((files("redshank.evaluate") / "bars.toml").read_text(encoding="utf-8"))
    return [[b["name"], b["is"], str(b["bar"])] for b in data["bar"]]
