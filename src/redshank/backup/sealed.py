"""A stream sealed in pieces: nothing of it can be read, changed, cut or reordered without the key.

AES-256-GCM (NIST SP 800-38D) over pieces of one MiB. A piece's nonce is the file's random prefix, the piece's number
and whether it is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015), and the header is
authenticated with every piece. The key is derived by scrypt (RFC 7914) with the file's own salt.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from redshank.errors import DeliveryRefused

MAGIC = b"redshank backup 1\n"
PIECE = 1 << 20
TAG = 16
SALT, PREFIX = 16, 7
HEADER = len(MAGIC) + SALT + PREFIX


def _cipher(key: str, salt: bytes):
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(key.encode("utf-8")))


class Sealing:
    """A file object to write to; ``close`` writes the last piece."""

    def __init__(self, out: BinaryIO, key: str) -> None:
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        self._header = MAGIC + salt + self._prefix
        self._cipher = _cipher(key, salt)
        self._out, self._waiting, self._number = out, bytearray(), 0
        out.write(self._header)

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._piece(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def close(self) -> None:
        self._piece(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _piece(self, plain: bytes, *, last: bool) -> None:
        nonce = self._prefix + self._number.to_bytes(4, "big") + bytes([last])
        self._out.write(self._cipher.encrypt(nonce, plain, self._header))
        self._number += 1


class Opening:
    """A file object to read from. DeliveryRefused: no backup, the wrong key, or a byte that was changed."""

    def __init__(self, file: BinaryIO, key: str, name: str) -> None:
        self._file, self._name = file, name
        self._header = file.read(HEADER)
        if len(self._header) < HEADER or not self._header.startswith(MAGIC):
            raise DeliveryRefused(
                f"{name}: this is no backup of Redshank", "name a file that `redshank backup` wrote"
            )
        salt = self._header[len(MAGIC) : len(MAGIC) + SALT]
        self._prefix = self._header[-PREFIX:]
        self._cipher = _cipher(key, salt)
        self._number, self._plain, self._ended = 0, b"", False
        self._next = file.read(PIECE + TAG)

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or len(self._plain) < size):
            self._plain += self._open()
        if size < 0:
            size = len(self._plain)
        out, self._plain = self._plain[:size], self._plain[size:]
        return out

    def drain(self) -> None:
        """Reads to the end, so that a cut or longer file is found also behind what was asked for."""
        while not self._ended:
            self._open()

    def _open(self) -> bytes:
        from cryptography.exceptions import InvalidTag

        piece, self._next = self._next, self._file.read(PIECE + TAG)
        self._ended = not self._next
        nonce = self._prefix + self._number.to_bytes(4, "big") + bytes([self._ended])
        self._number += 1
        try:
            return self._cipher.decrypt(nonce, piece, self._header)
        except (InvalidTag, ValueError):
            raise DeliveryRefused(
                f"{self._name}: the key does not fit, or the file was changed or cut",
                "check the key first; then bring another copy of the backup",
            ) from None
