"""How the oracle of identity hears a name, and the data that it reads. Standard library only."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path

DATA = Path(__file__).parent.parent / "identity" / "data"
MODEL = tomllib.loads((DATA / "model.toml").read_text("utf-8"))
NAMES = tomllib.loads((DATA / "names.toml").read_text("utf-8"))
FORMS: dict[str, list[str]] = defaultdict(list)
for _line in NAMES["forms"]:
    for _name in _line.split():
        FORMS[_name].append(_line.split()[0])


# ---- names ---------------------------------------------------------------------------------------------
def sound(name: str) -> str:
    """How a folded name sounds: its consonants, in classes."""
    s = name.replace(" ", "")
    for start, heard in (("KN", "N"), ("GN", "N"), ("PN", "N"), ("WR", "R"), ("PS", "S")):
        if s.startswith(start):
            s = heard + s[2:]
            break
    s = _swap(s, ("TSCH", "TCH", "SCH", "SZCZ", "CZ", "SZ", "SH", "CH"), "X")
    s = s.replace("PH", "F")
    s = "".join(_gh(s))
    s = _swap(s, ("CK", "KH", "Q"), "K").replace("DH", "D").replace("BH", "B").replace("TH", "T")
    s = _swap(s, ("DZ", "ZH", "Z"), "S")
    s = "".join(
        ("S" if s[i + 1 : i + 2] in tuple("EIY") else "K") if c == "C" else c for i, c in enumerate(s)
    )
    s = s.replace("W", "V")
    s = s[:1] + s[1:].replace("H", "")
    s = _single(s)
    if s[:1] in tuple("AEIOUY"):
        s = ("O" if s[0] in "OU" else "A") + s[1:]
    s = s[:1] + "".join(c for c in s[1:] if c not in "AEIOUY")
    return _single(s.replace("D", "T"))[:6]


def _swap(s: str, groups: tuple[str, ...], heard: str) -> str:
    out, i = "", 0
    while i < len(s):
        hit = next((g for g in groups if s.startswith(g, i)), None)
        out += heard if hit else s[i]
        i += len(hit) if hit else 1
    return out


def _gh(s: str) -> list[str]:
    out, i = [], 0
    while i < len(s):
        if s.startswith("GH", i):
            out.append("G" if s[i + 2 : i + 3] in tuple("AEIOUY") else "")
            i += 2
        else:
            out.append(s[i])
            i += 1
    return out


def _single(s: str) -> str:
    return "".join(c for i, c in enumerate(s) if i == 0 or s[i - 1] != c)
