"""The rules' own documentation, copied beside a run, so that the pages can say what each rule looks for.

Rules of texts bring theirs; those that read fields, or several records together, have theirs in ``rules.toml``, and of the latter the
source is the provenance that stands beside their thresholds.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any


def told() -> dict[str, dict[str, Any]]:
    """Rule → what the pages show of it."""
    from redshank.assessment import load_config
    from redshank.signals.ready import rulebook

    out: dict[str, dict[str, Any]] = {
        r.id: {
            "indicator": r.indicator, "version": r.version, "doc": r.doc, "source": r.source,
            "must": json.dumps(list(r.must), ensure_ascii=False), "must_not": json.dumps(list(r.must_not), ensure_ascii=False),
        }
        for r in rulebook().indicators
    }  # fmt: skip
    patterns = load_config()["patterns"]
    known = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))
    for rule, said in known.items():
        name = rule.partition(":")[2]
        source = patterns[name]["provenance"] if said["source"] == "patterns" else said["source"]
        out[rule] = {
            "indicator": said["indicator"], "version": int(patterns["version"]), "doc": said["doc"], "source": source,
            "must": "[]", "must_not": "[]",
        }  # fmt: skip
    return out


def bring(home: Path) -> None:
    """As :func:`write`, and at once where these rules were written into this database before: reading them takes a second of
    each start. What was written is told by a hash of the files that say it, kept beside the pages' secret."""
    from django.db import connection

    from redshank.store.files import write_whole
    from redshank.web.worklist.models import Rule

    place = {k: str(connection.settings_dict.get(k, "")) for k in ("ENGINE", "NAME", "HOST", "PORT")}
    mark = home / "web" / "rules.json"
    standing = Rule.objects.filter(standing=True)
    here = {"files": _digest(home), "database": place, "standing": standing.count()}
    try:
        if json.loads(mark.read_text(encoding="utf-8")) == here:
            return
    except (OSError, ValueError):
        pass  # never written, or not by us: written now
    from redshank.signals import lexicons

    lexicons.use(home)
    write()
    write_whole(mark, json.dumps(here | {"standing": standing.count()}).encode())


def _digest(home: Path) -> str:
    """Of everything that :func:`told` reads, without loading the stages."""
    package = Path(__file__).parent.parent
    told = hashlib.sha256(Path(__file__).read_bytes())
    for path in [*sorted((package / "signals" / "rules").glob("*.toml")), *sorted((package / "assessment").glob("*.toml")), package / "publish" / "rules.toml", *sorted((home / "lexicons").rglob("*.toml"))]:  # fmt: skip
        told.update(path.name.encode() + b"\0" + path.read_bytes())
    return told.hexdigest()


def write() -> None:
    """Brings the table up to date: one transaction, since it is small. A rule that went stays, marked."""
    from django.db import transaction

    from redshank.web.worklist.models import Rule

    rules = told()
    with transaction.atomic():
        Rule.objects.exclude(rule__in=rules).filter(standing=True).update(standing=False)
        for rule, columns in rules.items():
            Rule.objects.update_or_create(rule=rule, defaults={**columns, "standing": True})
