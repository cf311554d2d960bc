"""What is not read: words of ethnic appearance, nationality or faith beside a person (``rules/unsaid.toml``).

"An unknown Asian male" and "an unknown male of Eastern European appearance" are read as "an unknown male": the words are
blanked out before anything looks at the text, so that no rule, no gap between two words and no description of somebody
unidentified can depend on them. Blanks keep the length: an offset in what is left is an offset in the text.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

import pyarrow as pa
import pyarrow.compute as pc


@lru_cache(maxsize=1)
def _data() -> dict[str, list[str]]:
    file = resources.files("redshank.signals") / "rules" / "unsaid.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _either(words: list[str]) -> str:
    return "(?:" + "|".join(w.replace(" ", r"[\s/-]+") for w in sorted(words, key=len, reverse=True)) + ")"


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    data = _data()
    word, person, after = (_either(data[k]) for k in ("words", "people", "after"))
    several = rf"{word}(?:[\s/-]+(?:and[\s]+|or[\s]+)?{word})*"
    between = r"(?:[\s/-]+[^\W\d_]+){0,2}?"
    return re.compile(
        rf"\bof[\s]+(?:an?[\s]+)?{several}[\s]+{after}\b|\b{several}(?=(?:[\s-]+looking)?{between}[\s/-]+{person}\b)|\bic[\s-]?[0-9]\b",
        re.IGNORECASE,
    )


@lru_cache(maxsize=1)
def _worth() -> str:
    """For RE2, which reads all texts at once: what a text must hold to be looked at more closely."""
    words = sorted({w.partition(" ")[0] for w in _data()["words"]})
    return r"(?i)\b(?:" + "|".join(words) + r"|ic[\s-]?[0-9])\b"


def unsaid(text: str) -> str:
    """The text with those words blanked out, of the same length."""
    return _pattern().sub(lambda m: " " * len(m.group()), text)


def all_unsaid(texts: list[str]) -> list[str]:
    """:func:`unsaid` of each; texts without such a word are the same objects."""
    worth = pc.match_substring_regex(pa.array(texts, pa.large_string()), _worth())
    return [unsaid(t) if w else t for t, w in zip(texts, worth.to_pylist(), strict=True)]
