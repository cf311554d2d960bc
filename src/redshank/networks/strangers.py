"""People whom texts name in full and no table knows: a row for each record that names one beside a child.

Whether two such records name one person, and whether a name in one record is anybody at all, is asked of all
records together (:mod:`redshank.networks.anchor`). Left out are names of the record's own people, of children,
of family, professionals and reporters by the words beside them, and names that end like a street's.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from redshank.networks.concern import flat
from redshank.networks.who import SCHEMA as WHO
from redshank.networks.who import kin_before

_REACH = 40  # characters before a name that may say whose it is
_AFTER = 30  # and behind it ("…, residential worker")


def texts_only(part: dict[str, pa.Table], who: pa.Table, config: dict[str, Any]) -> pa.Table:
    """Rows as of :func:`redshank.networks.links.unnamed` for names that link to nobody known."""
    kids = pc.unique(flat(who.filter(pc.equal(who["stands"], "child"))["record_key"]))
    mentions, linked, said = part["mentions"], part["mention_links"], config["words"]
    chosen = mentions.filter(
        pc.and_(
            pc.and_(pc.equal(mentions["kind"], "person"), pc.is_in(mentions["record_key"], value_set=kids)),
            pc.invert(
                pc.or_(pc.fill_null(mentions["negated"], False), pc.fill_null(mentions["nickname"], False))
            ),
        )
    )
    known = set(zip(linked["record_key"].to_pylist(), linked["start"].to_pylist(), strict=True))
    asked = pc.unique(flat(chosen["record_key"]))
    here = part["appearances"].filter(pc.is_in(part["appearances"]["record_key"], value_set=asked))
    own: dict[str, set[str]] = {}
    for key, *names in zip(
        *(here[c].to_pylist() for c in ("record_key", "fore_std", "sur_std")), strict=True
    ):
        own.setdefault(key, set()).update(" ".join(n or "" for n in names).split())
    rows = part["records"].filter(pc.is_in(part["records"]["record_key"], value_set=asked))
    texts = dict(zip(rows["record_key"].to_pylist(), rows["text"].to_pylist(), strict=True))
    kin, role = kin_before(said), [*said["family"], *said["professional"], *said["reporting"], *said["child"]]
    beside = re.compile(r"\b(?:" + "|".join(re.escape(w) for w in role) + r")", re.IGNORECASE)
    reporter = re.compile(
        r"\b(?:" + "|".join(said["reporting"]) + r")\W{1,3}(?:(?:by|is|was)\W{1,3})?$", re.IGNORECASE
    )
    streets = {w.upper() for w in said["street"]}
    found = set()
    for m in chosen.to_pylist():
        key, words = m["record_key"], f"{m['first_std'] or ''} {m['sur_std'] or ''}".split()
        young = (m["age"] or 99) < config["threshold"]["adult_age"]
        if young or (m["near_role"] or "adult") != "adult" or (key, m["start"]) in known:
            continue
        if not m["first_std"] or not m["sur_std"] or own.get(key, set()) & set(words) or streets & set(words):
            continue
        text, start, end = texts.get(key) or "", m["start"] or 0, m["end"] or 0
        before = text[max(0, start - _REACH) : start]
        after = re.split(r"[.;\n]", text[end : end + _AFTER])[0]
        appositive = after.startswith(",") and beside.search(after)
        if kin.search(before) or reporter.search(before) or appositive:
            continue
        found.add((key, stranger_id(words)))
    return pa.Table.from_pylist(
        [
            {
                "record_key": key, "node": node, "stands": "unidentified", "role": "name", "source": "text",
                "weight": config["role"]["mentioned"], "surname": "", "home": "", "phone": "", "handle": "",
                "family": False,
            }
            for key, node in sorted(found)
        ],
        schema=WHO,
    )  # fmt: skip


def stranger_id(words: list[str]) -> str:
    """The id of a name whichever of its words stands first; it tells nothing of the name."""
    folded = " ".join(sorted(words))
    return f"unidentified-name-{hashlib.blake2s(folded.encode(), digest_size=6).hexdigest()}"
