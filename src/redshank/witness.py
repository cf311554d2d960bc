"""Signed checkpoints: a tree head with the home's signature, which a partner or an inspector keeps as witness.

A checkpoint that anybody could have written proves nothing against whoever denies it. The signature is Ed25519 (RFC 8032) over
the head, the time and the name of the force's home; the witness is given the public key once, by another way than the
checkpoints. The key never leaves ``home/audit`` (mode 0600). The audit itself needs nothing but Python, so that this stands beside it:
without ``cryptography`` the head in the file is checked as ever, and ``openssl pkeyutl -verify`` checks the signature.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from redshank.audit import files
from redshank.audit.log import Audit
from redshank.audit.merkle import Head
from redshank.errors import NotPermitted, UsageError

FIRST = "redshank audit checkpoint 1"
KEY = "signing.key"


@dataclass(frozen=True)
class Signed:
    """A checkpoint as it is kept: the tree head, when it was taken, and the signature over both."""

    head: Head
    at: str
    signature: bytes

    def body(self) -> str:
        """What is signed."""
        return f"{FIRST}\n{self.head.text()}\n{self.at}\n"

    def text(self) -> str:
        return f"{self.body()}\n{base64.b64encode(self.signature).decode('ascii')}\n"

    @classmethod
    def parse(cls, text: str) -> Signed:
        """The checkpoint of a file that ``text`` made; ValueError where it is none."""
        lines = text.split("\n")
        if len(lines) != 6 or lines[0] != FIRST or lines[3] or lines[5]:
            raise ValueError("no signed checkpoint")
        datetime.fromisoformat(lines[2])
        made = cls(Head.parse(lines[1]), lines[2], base64.b64decode(lines[4], validate=True))
        if made.text() != text:
            raise ValueError("no signed checkpoint")
        return made

    def holds(self, public: str) -> bool:
        """Whether the key made it. UsageError where ``public`` is no key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        except ValueError:
            raise UsageError(
                "--key: no public key", "give the line that `redshank audit checkpoint` printed"
            ) from None
        try:
            key.verify(self.signature, self.body().encode())
        except InvalidSignature:
            return False
        return True


def sign(home: Path) -> tuple[Signed, str]:
    """A checkpoint of all that is acknowledged, and the public key (base64). NotPermitted: others can read the key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    audit = Audit(home)
    key = Ed25519PrivateKey.from_private_bytes(_seed(audit.folder / KEY))
    head, at = audit.checkpoint(), datetime.now(UTC).isoformat(timespec="seconds")
    unsigned = Signed(head, at, b"")
    signature = key.sign(unsigned.body().encode())
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Signed(head, at, signature), base64.b64encode(public).decode("ascii")


def _seed(path: Path) -> bytes:
    """The secret of the home's key, made at the first checkpoint."""
    if not path.exists():
        files.replace(path, base64.b64encode(os.urandom(32)) + b"\n", "signing key")
    if path.stat().st_mode & 0o077:
        raise NotPermitted(
            f"{path} can be read by others",
            "take it away from them (chmod 600), remove it, and give the new public key to every witness",
        )
    try:
        seed = base64.b64decode(path.read_bytes().strip(), validate=True)
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise NotPermitted(
            f"{path} holds no key", "restore it from a backup, or remove it and tell every witness"
        )
    return seed
