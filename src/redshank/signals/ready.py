"""The rules ready to use: read, parsed and given their characters once, and kept beside the byte code until they change.

Reading eight hundred rules takes as long as scanning a night's texts. What comes of it depends on the rules' files and
on this package alone, so it is kept under a hash of both in ``__pycache__``, as Python keeps its byte code there:
whoever may write into that folder can change the program itself, so the file is trusted as the code is. Where nothing
can be written there, or what lies there cannot be read, the rules are read anew; nothing else differs.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from redshank.signals import context, vocabulary
from redshank.signals.lexicon import Lexicon
from redshank.signals.phrases import LanguageEngine
from redshank.signals.rules import Rulebook, read_rulebook, rules_version
from redshank.signals.scanner import Engine

HERE = Path(__file__).parent
# What a file gives that is absent, cut short, or not of our making.
UNREADABLE = (
    OSError,
    EOFError,
    pickle.UnpicklingError,
    AttributeError,
    ImportError,
    IndexError,
    TypeError,
    ValueError,
)


class Ready(NamedTuple):
    """The rules, and the two scanners made of them."""

    book: Rulebook
    signals: Engine
    language: LanguageEngine


def rulebook() -> Rulebook:
    """The rules as shipped."""
    return ready().book


def signal_engine() -> Engine:
    """The scanner of the indicators."""
    return ready().signals


def language_engine() -> LanguageEngine:
    """The scanner of the language guide."""
    return ready().language


_added: tuple[Lexicon, ...] = ()


def added() -> tuple[Lexicon, ...]:
    """Lexicons of a force that are in use in this process."""
    return _added


def add(lexicons: Sequence[Lexicon]) -> bool:
    """From now on these lexicons stand behind the rules as shipped, and no others. Whether that changed anything."""
    global _added
    if tuple(lexicons) == _added:
        return False
    _added = tuple(lexicons)
    ready.cache_clear()
    return True


@lru_cache(maxsize=1)
def ready() -> Ready:
    """As kept by an earlier run, else made now and kept for the next. With a force's own lexicons they are made in each process:
    what lies beside the program comes from the program alone."""
    if _added:
        return make(_added)
    place = _place()
    kept = _kept(place)
    if kept is None:
        kept = make()
        _keep(kept, place)
    return kept


def make(more: Sequence[Lexicon] = ()) -> Ready:
    """From the files of the rules."""
    book = read_rulebook(more)
    language = LanguageEngine(book)  # first, so that both read with one vocabulary
    signals = Engine(book, book.indicators)
    # Else made at first use, in every run.
    _ = signals.vocabulary.words, signals.speaking, language.speaking
    return Ready(book, signals, language)


def _place() -> Path:
    """Where the rules of these files are kept by this version of the package and of Python."""
    code = hashlib.sha256(rules_version().encode())
    for file in sorted(HERE.glob("*.py")):
        code.update(file.read_bytes())
    return HERE / "__pycache__" / f"rules.{sys.implementation.cache_tag}.{code.hexdigest()[:16]}.pickle"


def _kept(place: Path) -> Ready | None:
    try:
        with place.open("rb") as file:
            kept = Ready(*pickle.load(file))
    except UNREADABLE:  # the rules' own files say the same
        return None
    context.share(kept.signals.context)
    vocabulary.share(kept.signals.vocabulary)
    return kept


def _keep(made: Ready, place: Path) -> None:
    """Whole or not at all, and without what earlier rules left; not where Python keeps no byte code either."""
    if sys.dont_write_bytecode:
        return
    with contextlib.suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        new = place.with_suffix(f".{os.getpid()}")
        new.write_bytes(pickle.dumps(tuple(made), protocol=pickle.HIGHEST_PROTOCOL))
        new.replace(place)
        for old in place.parent.glob(f"rules.{sys.implementation.cache_tag}.*.pickle"):
            if old != place:
                old.unlink(missing_ok=True)
