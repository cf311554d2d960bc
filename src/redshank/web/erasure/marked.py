"""By what a copy of an erased record is told, and how it is taken out of a text, a list or a packed document."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from redshank.marks import tokens
from redshank.web.policy.names import fold

#: Fields of a snapshot that say in words what a record is: they go with its key, also where their words are common ones.
IN_WORDS = {"text", "headline", "title", "said", "words", "summary", "label", "name", "named", "reason", "why", "sentence", "quote", "phrase", "address", "location"}  # fmt: skip


@dataclass(frozen=True)
class Marks:
    """``keys``: what stands in a key's place. ``words``: what only the records said; ``telling``: those that name or find
    somebody. ``days``: birth dates. ``ids``: persons and groups about the records. ``said``: the placeholder."""

    keys: dict[str, str]
    words: frozenset[str]
    telling: frozenset[str]
    days: frozenset[str]
    ids: frozenset[str]
    said: str
    _refs: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """A reference counts by itself where it is no short number."""
        names = set(self.keys) | {
            r for k in self.keys if len(r := k.partition(":")[2]) >= (6 if r.isdigit() else 4)
        }
        joined = "|".join(re.escape(n) for n in sorted(names, key=lambda n: (-len(n), n)))
        object.__setattr__(self, "_refs", re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])", re.IGNORECASE))

    def named_in(self, text: str) -> bool:
        """A reference, a name or a number of the records."""
        return bool(self._refs.search(text)) or not self.telling.isdisjoint(tokens(text))

    def about(self, text: str) -> bool:
        """Whether a row of the database has to do with the records: by what names them, or by who and what stood in them."""
        return self.named_in(text) or any(i in text for i in self.ids)

    def told_in(self, text: str) -> bool:
        """Whether a text of such a row says what only the records said."""
        return (
            self.named_in(text)
            or not self.words.isdisjoint(tokens(text))
            or any(d in text for d in self.days)
        )

    # ---- taking it out ----------------------------------------------------------------------

    def out_of(self, text: str, longest: int | None = None) -> str:
        """A copied text, or a snapshot as JSON, without what came of the records."""
        if text in self.keys:
            return self.keys[text][:longest]
        if text[:1] in "[{" and (parsed := _json(text)) is not None:
            cleaned = self._clean(parsed)
            return text if cleaned == parsed else json.dumps(cleaned, ensure_ascii=not _is_plain(text))
        return self.said[:longest] if self.told_in(text) else text

    def out_of_folded(self, text: str) -> str:
        """Words folded for the search, without those of the records."""
        for key in self.keys:
            ref = fold(key.partition(":")[2])
            if len(ref.strip()) >= 4:
                text = text.replace(ref, " ")
        gone = self.words | self.telling
        left = [w for w in text.split(" ") if w not in gone]
        return " ".join(left)

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            if value in self.keys:
                return self.keys[value]
            if value[:1] in "[{" and (inner := _json(value)) is not None:
                cleaned = self._clean(inner)
                return value if cleaned == inner else json.dumps(cleaned)
            return self.said if self.told_in(value) else value
        if isinstance(value, list):
            return [self._clean(v) for v in value]
        if isinstance(value, dict):
            of_it = any(isinstance(v, str) and v in self.keys for v in value.values())
            return {
                self.keys.get(k, self.said if self.named_in(k) else k): self.said if of_it and k in IN_WORDS and isinstance(v, str) and v else self._clean(v)
                for k, v in value.items()
            }  # fmt: skip
        return value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_plain(text: str) -> bool:
    return not text.isascii()
