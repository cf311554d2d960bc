"""The Merkle tree of RFC 6962 section 2.1 (SHA-256): roots, inclusion and consistency proofs.

A leaf is hashed with a zero byte before it and a node with a one byte, so that no leaf can pass for a node.
A tree of n leaves splits at the largest power of two below n.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

EMPTY = hashlib.sha256(b"").digest()


@dataclass(frozen=True)
class Head:
    """A tree head: how many entries, and their root in hexadecimal. Kept elsewhere, it is a checkpoint."""

    size: int
    root: str

    def text(self) -> str:
        """One line to print, mail or write into a minute book."""
        return f"redshank-audit {self.size} {self.root}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """The head of a line made by ``text``; ValueError where it is none."""
        parts = text.split()
        if (
            len(parts) != 3
            or parts[0] != "redshank-audit"
            or not parts[1].isascii()
            or not parts[1].isdigit()
        ):
            raise ValueError("a checkpoint reads: redshank-audit SIZE ROOT")
        if len(parts[2]) != 64 or set(parts[2]) - set("0123456789abcdef"):
            raise ValueError("the root of a checkpoint is 64 hexadecimal digits in lower case")
        return cls(int(parts[1]), parts[2])


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Grows a tree leaf by leaf while keeping only its peaks: the roots of its perfect subtrees, left to right."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count():
            raise ValueError("a tree has as many peaks as its size has one-bits")
        self.size = size
        self.peaks = list(peaks)

    def add(self, leaf: bytes) -> None:
        """Takes the hash of the next leaf in; as many peaks melt as the old size has trailing one-bits."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY
        out = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            out = node_hash(peak, out)
        return out

    @property
    def head(self) -> Head:
        return Head(self.size, self.root.hex())


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over the hashes of leaves, MTH of the RFC."""
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root


def _split(n: int) -> int:
    return 1 << ((n - 1).bit_length() - 1)


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of the RFC: the hashes that lead from leaf ``index`` (from 0) to the root."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"there is no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(index, leaves[:k]), root(leaves[k:])]
    return [*inclusion_proof(index - k, leaves[k:]), root(leaves[:k])]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether the proof leads from the hash of a leaf to the root of a tree of ``size`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, out = index, size - 1, leaf
    for part in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            out = node_hash(part, out)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            out = node_hash(out, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and out == expected


def consistency_proof(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF of the RFC: that the tree of the first ``old`` leaves is the beginning of the tree of all."""
    if not 0 < old <= len(leaves):
        raise ValueError(f"no proof from {old} to {len(leaves)} leaves")
    return _subproof(old, leaves, True)


def _subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    n = len(leaves)
    if m == n:
        return [] if whole else [root(leaves)]
    k = _split(n)
    if m <= k:
        return [*_subproof(m, leaves[:k], whole), root(leaves[k:])]
    return [*_subproof(m - k, leaves[k:], False), root(leaves[:k])]


def extends(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of ``old`` leaves begins the tree of ``new`` (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    a = b = path[0]
    for part in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            a, b = node_hash(part, a), node_hash(part, b)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            b = node_hash(b, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and a == old_root and b == new_root
