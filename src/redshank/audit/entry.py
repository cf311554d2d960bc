"""One entry: its canonical form, its line in a file, and the commitments that stand for personal content."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from redshank.audit.merkle import leaf_hash
from redshank.errors import RedshankError

FIELDS = ("seq", "at", "actor", "purpose", "action", "subject", "details", "commitments", "ref")

# Columns of the extracts that describe a person. As a detail's name they are refused: what they hold belongs
# into ``personal``. A guard against a slip of ours, not a classifier of texts.
PERSONAL = frozenset(
    [
        "forenames",
        "forename",
        "surname",
        "name",
        "names",
        "also_known_as",
        "date_of_birth",
        "dob",
        "birth_date",
        "address",
        "postcode",
        "phone",
        "phones",
        "number",
        "numbers",
        "online_handle",
        "handle",
        "email",
        "vrm",
        "narrative",
        "text",
        "log",
        "ethnicity",
        "ethnicity_self_defined",
        "ethnicity_officer_defined",
        "nationality",
        "disability",
        "care_status",
        "relationship",
    ]
)
LONGEST = 200  # characters of one clear text; a narrative does not fit in


def canonical(value: Any) -> bytes:
    """JSON with sorted names, no spaces, ASCII only: equal values have equal bytes."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode()


def line(value: dict[str, Any]) -> bytes:
    """A value as a line of a file: leaf hash, space, canonical JSON, line feed. Each line checks itself."""
    leaf = canonical(value)
    return leaf_hash(leaf).hex().encode() + b" " + leaf + b"\n"


def parse(raw: bytes) -> tuple[bytes, dict[str, Any]]:
    """Leaf hash and value of a line; ValueError with the reason where a byte is not as ``line`` wrote it."""
    if not raw.endswith(b"\n"):
        raise ValueError("cut off before its end")
    stated, space, leaf = raw[:64], raw[64:65], raw[65:-1]
    found = leaf_hash(leaf)
    if space != b" " or stated != found.hex().encode():
        raise ValueError("its bytes do not match its hash")
    value = json.loads(leaf)
    if not isinstance(value, dict) or canonical(value) != leaf:
        raise ValueError("it is not in canonical form")
    return found, value


def commitment(salt: bytes, field: str, value: Any) -> str:
    """HMAC-SHA-256 of a named personal value under its own random salt (32 bytes).

    Whoever holds salt and value can show that the entry meant it. Without the salt (erased) nobody can,
    not even by trying all names of a country; the entry and the tree stay as they are.
    """
    return hmac.new(salt, b"redshank-audit-1\x00" + canonical({field: value}), hashlib.sha256).hexdigest()


def draft(
    *,
    actor: str,
    purpose: str,
    action: str,
    subject: str,
    details: dict[str, Any],
    personal: dict[str, Any] | None,
    at: datetime,
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """An entry without its number, and the salts of its commitments.

    ``ref`` is random: it tells a batch that was written before a crash from one that was not. RedshankError
    (a defect of ours) where a detail would put personal content in clear.
    """
    for name, text in (("action", action), ("subject", subject), ("purpose", purpose), ("actor", actor)):
        _clear(name, text)
    if not action:
        raise RedshankError("an audit entry without an action", "name what was done")
    _clear("details", details)
    salts, commitments = [], {}
    for field in sorted(personal or {}):
        salt = secrets.token_bytes(32)
        commitments[field] = commitment(salt, field, (personal or {})[field])
        salts.append({"commitment": commitments[field], "salt": salt.hex()})
    if at.tzinfo is None:
        raise RedshankError("an audit entry with a time without offset", "give a time in UTC")
    return (
        {
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": actor,
            "purpose": purpose,
            "action": action,
            "subject": subject,
            "details": details,
            "commitments": commitments,
            "ref": secrets.token_hex(8),
        },
        salts,
    )


def _clear(name: str, value: Any) -> None:
    """Refuses what may not stand in clear: personal names of fields, long texts, several lines."""
    advice = "hand it over as personal=…, which keeps only a salted commitment"
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise RedshankError(f"audit {name}: a detail's name is no text", "use text as names")
            if key.lower() in PERSONAL:
                raise RedshankError(f"audit {name}: {key} would stand in clear", advice)
            _clear(key, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _clear(name, inner)
    elif isinstance(value, str):
        if len(value) > LONGEST or not value.isprintable():
            raise RedshankError(
                f"audit {name}: a text over {LONGEST} characters or over several lines", advice
            )
    elif value is not None and not isinstance(value, bool | int | float):
        raise RedshankError(
            f"audit {name}: {type(value).__name__} has no canonical form", "use text or numbers"
        )
