"""What a description says of a person, in one order and without the words around it.

"A tall man with a grey beard, in a green parka" and "one tall, grey beard, green parka" are one description. What
lasts (a beard, a limp, a tattoo, a scar) names somebody better than build or age, which fit many; where something
lasting is said, build and age are left out, because the next record may not say them. Clothes alone keep them. No
word of ethnicity or nationality is read.
"""

from __future__ import annotations

import re

_COLOURS = ("black", "brown", "blond", "blonde", "ginger", "grey", "gray", "blue", "red", "green", "white", "dark", "fair", "yellow",
            "orange", "purple", "pink", "navy", "camouflage", "gold")  # fmt: skip
_MARKS = ("beard", "moustache", "goatee", "limp", "tattoo", "scar", "glasses", "bald", "shaved", "stammer", "stutter", "lisp", "tooth",
          "teeth", "earring", "piercing", "crutch", "crutches", "ponytail", "dreadlocks", "stick", "eyepatch", "hearing aid")  # fmt: skip
_WORN = ("jacket", "coat", "parka", "hoodie", "hoody", "tracksuit", "cap", "hat", "beanie", "jeans", "trousers", "trainers", "jumper",
         "fleece", "gilet", "puffa", "puffer", "overalls", "vest", "rucksack", "scarf", "helmet", "boots", "suit", "tie", "shirt")  # fmt: skip
_HAIR = ("hair", "haired")
_BUILD = ("tall", "short", "slim", "stocky", "heavy", "medium", "large", "thin", "broad")
_AGES = {
    "teens": "10s",
    "twenties": "20s",
    "thirties": "30s",
    "forties": "40s",
    "fifties": "50s",
    "sixties": "60s",
}
_WHERE = ("neck", "hand", "arm", "face", "cheek", "eyebrow", "forehead", "chin", "wrist", "leg")
_SAME = {
    "hoody": "hoodie",
    "gray": "grey",
    "blonde": "blond",
    "puffa": "puffer",
    "crutches": "crutch",
    "teeth": "tooth",
}
WORDS = (*_COLOURS, *_MARKS, *_WORN, *_HAIR, *_BUILD, *_AGES, *_WHERE)
_TOKEN = re.compile(r"[a-z]+|\d{1,2}s?")


def canonical(text: str) -> str:
    """A description as sorted features in capitals; empty where it says nothing of the person."""
    words = [_SAME.get(w, w) for w in _TOKEN.findall(text.lower())]
    found: set[str] = set()
    loose: set[str] = set()
    lasts = False
    pending = ""
    for word in words:
        if word in _COLOURS or word in _WHERE:
            pending = word if not pending or word in _COLOURS else f"{pending} {word}"
        elif word in _MARKS or word in _WORN or word in _HAIR:
            found.add(f"{word} {pending}".strip())
            lasts = lasts or word in _MARKS
            pending = ""
        elif word in _BUILD:
            loose.add(word)
        elif word in _AGES or word[0].isdigit():
            loose.add(
                _AGES.get(word)
                or (word if word.endswith("s") else f"{word[0]}0s" if len(word) == 2 else word)
            )
    return " ".join(sorted(found if lasts else found | loose)).upper()
