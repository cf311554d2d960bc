"""The tree of RFC 6962: known vectors, and proofs that hold only for what they prove."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redshank.audit import merkle
from redshank.audit.merkle import (
    Head,
    Tree,
    consistency_proof,
    extends,
    includes,
    inclusion_proof,
    leaf_hash,
    root,
)

# Leaves and roots of the public test vectors of certificate transparency.
LEAVES = [
    bytes.fromhex(h)
    for h in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def hashes(n: int) -> list[bytes]:
    return [leaf_hash(str(i).encode()) for i in range(n)]


@pytest.mark.parametrize("size", ROOTS)
def test_roots_of_the_public_vectors(size):
    assert root([leaf_hash(x) for x in LEAVES[:size]]).hex() == ROOTS[size]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert root([]) == hashlib.sha256(b"").digest() == Tree().root


@pytest.mark.parametrize("size", range(1, 20))
def test_every_leaf_is_proved_and_no_other(size):
    leaves = hashes(size)
    whole = root(leaves)
    for i in range(size):
        proof = inclusion_proof(i, leaves)
        assert includes(leaves[i], i, size, proof, whole)
        assert not includes(leaf_hash(b"other"), i, size, proof, whole)
        assert not includes(leaves[i], i, size, [*proof, b"\0" * 32], whole)
        assert not includes(leaves[i], size, size, proof, whole)
        if size > 1:
            assert not includes(leaves[i], (i + 1) % size, size, proof, whole)


@pytest.mark.parametrize("size", range(1, 20))
def test_every_earlier_tree_is_proved_to_begin_the_later(size):
    leaves = hashes(size)
    for old in range(1, size + 1):
        proof = consistency_proof(old, leaves)
        assert extends(old, size, root(leaves[:old]), root(leaves), proof)
        changed = [leaf_hash(b"other"), *leaves[1:]]
        assert not extends(old, size, root(changed[:old]), root(leaves), proof)
        if old < size:
            assert not extends(old, size, root(leaves[:old]), root(changed), proof)
            assert not extends(old, size, root(leaves[:old]), root(leaves), [])


def test_proofs_refuse_what_is_not_there():
    with pytest.raises(ValueError, match="no leaf 3 among 3"):
        inclusion_proof(3, hashes(3))
    with pytest.raises(ValueError, match="from 4 to 3"):
        consistency_proof(4, hashes(3))
    assert not extends(0, 3, merkle.EMPTY, root(hashes(3)), [])


@given(st.integers(0, 70))
@settings(max_examples=40, deadline=None)
def test_growing_leaf_by_leaf_equals_the_definition(size):
    def mth(leaves: list[bytes]) -> bytes:  # written straight from the RFC
        if not leaves:
            return hashlib.sha256(b"").digest()
        if len(leaves) == 1:
            return leaves[0]
        k = 1
        while k * 2 < len(leaves):
            k *= 2
        return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()

    tree = Tree()
    for leaf in hashes(size):
        tree.add(leaf)
    assert tree.root == mth(hashes(size))
    assert Tree(tree.size, tree.peaks).root == tree.root


def test_a_checkpoint_goes_through_text():
    head = Head(8, ROOTS[8])
    assert Head.parse(head.text()) == head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "redshank-audit 8",
        f"other 8 {'0' * 64}",
        f"redshank-audit 8 {'G' * 64}",
        f"redshank-audit -8 {'0' * 64}",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(ValueError):
        Head.parse(text)
