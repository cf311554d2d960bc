"""The axes of the definition in force, as the register keeps them: code → words, value → words."""

from __future__ import annotations

import tomllib
from pathlib import Path


def _read() -> dict[str, tuple[str, dict[str, str]]]:
    import redshank.web.flags as flags

    data = tomllib.loads((Path(flags.__file__).parent / "definitions.toml").read_text(encoding="utf-8"))
    told = {
        a["key"]: (a["question"], {k: v[0].lower() + v[1:] for k, v in a["options"].items()})
        for a in data["axes"]
    }
    return told | {"peers": ("Anybody involved under 18", told["peers"][1])}


AXES = _read()
