"""Names folded to ``[A-Z ]``: how they sound, and which spellings are one name.

The phonetic key is our own and belongs to no tradition: it keeps the consonants that survive when a name is
heard and written down again (or carried over from another alphabet), and forgets vowels, doubled letters and
the aspirations that English ears drop. Short forms and spellings are data (``data/names.toml``).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

# Order matters: longer groups first. Each line: what is written, what is heard.
_HEARD = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"^(KN|GN|PN)", "N"),
        (r"^WR", "R"),
        (r"^PS", "S"),
        (r"TSCH|TCH|SCH|SZCZ|CZ|SZ|SH|CH", "X"),  # one class of hushing sounds
        (r"PH", "F"),
        (r"GH(?=[AEIOUY])", "G"),
        (r"GH", ""),
        (r"CK|KH|Q", "K"),
        (r"DH", "D"),
        (r"BH", "B"),
        (r"TH", "T"),
        (r"DZ|ZH|Z", "S"),
        (r"C(?=[EIY])", "S"),
        (r"C", "K"),
        (r"W", "V"),
        (r"(?<=.)H", ""),
        (r"(.)\1+", r"\1"),
    )
)
_VOWELS = re.compile(r"(?<=.)[AEIOUY]+")
KEY_LENGTH = 6


@cache
def sound(name: str) -> str:
    """Phonetic key of one folded name (spaces ignored); ``MOHAMMED`` and ``MUHAMMAD`` share ``MMT``."""
    key = name.replace(" ", "")
    for pattern, heard in _HEARD:
        key = pattern.sub(heard, key)
    if key and key[0] in "AEIOUY":
        key = ("O" if key[0] in "OU" else "A") + key[1:]
    key = _VOWELS.sub("", key).replace("D", "T")
    return re.sub(r"(.)\1+", r"\1", key)[:KEY_LENGTH]


@cache
def name_data() -> dict:
    return tomllib.loads(resources.files("redshank.identity").joinpath("data/names.toml").read_text("utf-8"))


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for line in name_data()["forms"]:
        names = line.split()
        for name in names:
            out[name] = (*out.get(name, ()), names[0])
    return out


def root(name: str) -> str:
    """The name of which this one is a short form or spelling; the name itself where none is listed."""
    return _forms().get(name, (name,))[0]


def second_root(name: str) -> str | None:
    """A second name of which this one may be short (``SAM``: Samuel, Samantha); none for most names."""
    found = _forms().get(name, ())
    return found[1] if len(found) > 1 else None


def listed(name: str) -> str | None:
    """The root of a name that the list knows; none for names that it does not know."""
    return root(name) if name in _forms() else None


def forenames_agree(a: str, b: str) -> bool:
    """Whether two forenames may be one person's: same name, an initial, or the same sound."""
    if a == b or root(a) == root(b) or second_root(a) == root(b) or root(a) == second_root(b):
        return True
    if min(len(a), len(b)) == 1:
        return a[0] == b[0]
    if listed(a) and listed(b):
        return False  # two known names, however alike they sound (Hassan and Hussain)
    return sound(a) == sound(b)
