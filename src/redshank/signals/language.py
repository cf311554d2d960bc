"""Language that blames or diminishes a child: phrases, with why they harm and what to write or ask instead.

The rules follow the guide named in ``rules/language.toml``. A phrase is passed over where it is negated or
criticised within five words ("should not be called …"), where a statute, an offence or a form says it, or where
its subject is no child (rules on associating, recruiting, gangs). Inside quotation marks it is kept and marked
``quoted``. Nothing here ever changes a text; an alternative is a rewording of the same facts or a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from redshank.signals.reader import Batch
from redshank.signals.ready import language_engine
from redshank.signals.scan_common import Texts
from redshank.signals.scanner import may_speak

COLUMNS = [
    "record_key", "record_type", "record_ref", "start", "end", "text", "reason", "alternative", "quoted", "rule",
    "severity", "alternative_kind",
]  # fmt: skip


def language_rows(texts: Texts, low: int, batch: Batch) -> Iterator[tuple[Any, ...]]:
    """Rows of the phrases in a batch of texts whose first is number ``low``, in order of text and offset.

    In a text that speaks of no child only the rules count that ask for none.
    """
    engine = language_engine()
    high = low + len(batch.texts)
    kinds, known = texts.kinds[low:high], texts.known[low:high]
    some = list(engine.placed_in(batch, kinds, [None] * len(kinds), known))
    at = [n for n, _ in some]
    every = may_speak(engine, [batch.texts[n] for n in at], [kinds[n] for n in at], [known[n] for n in at])
    for (n, placed), speaks in zip(some, every, strict=True):
        if not speaks:
            placed = [p for p in placed if p[0].rule.child == "none" and not p[0].rule.subject]
        text = texts.texts[low + n]
        for h, quoted in engine.kept(text, placed):
            r = h.rule
            yield (
                *texts.record(low + n), h.start, h.end, text[h.start : h.end], r.reason, r.alternative, quoted, r.id,
                r.severity, r.alternative_kind,
            )  # fmt: skip


def check_language(text: str) -> list[dict[str, Any]]:
    """What ``redshank language check`` prints: line and column (from 1), phrase, reason, alternative, quoted.

    >>> check_language("She is streetwise.")[0]["phrase"]
    'streetwise'
    """
    out = []
    for h, quoted in language_engine().phrases(text, "", names_child=True):
        lines = text[: h.start].splitlines(keepends=True)
        fresh = not lines or lines[-1].endswith(("\n", "\r"))
        out.append(
            {
                "line": len(lines) + (1 if fresh else 0),
                "column": 1 if fresh else len(lines[-1]) + 1,
                "start": h.start,
                "end": h.end,
                "phrase": text[h.start : h.end],
                "reason": h.rule.reason,
                "alternative": h.rule.alternative,
                "alternative_kind": h.rule.alternative_kind,
                "severity": h.rule.severity,
                "rule": h.rule.id,
                "quoted": quoted,
            }
        )
    return out
