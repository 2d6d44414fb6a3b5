"""Roots and proofs of RFC 6962, by the vectors of its own code and against a slow reference."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from tlog import tree

#: The test tree of the RFC's reference code (certificate-transparency, merkle_tree_test).
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
#: (leaf, size, path), counted from 0, and (old, new, path), from the same tests.
INCLUSIONS = [
    (0, 8, [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]),
    (5, 8, [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (1, 5, [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]),
]  # fmt: skip
CONSISTENCIES = [
    (1, 1, []),
    (1, 8, [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]),
    (6, 8, [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]),
    (2, 5, [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]),
]  # fmt: skip
HASHES = [tree.leaf_hash(entry) for entry in INPUTS]
TREE = tree.Leaves(HASHES)


def hexed(proof: list[bytes]) -> list[str]:
    return [step.hex() for step in proof]


def test_the_roots_are_those_of_the_reference() -> None:
    assert [tree.root(TREE, size).hex() for size in range(1, 9)] == ROOTS
    assert tree.EMPTY_ROOT == hashlib.sha256(b"").digest() == tree.root(TREE, 0)


def test_the_inclusion_proofs_are_those_of_the_reference() -> None:
    for index, size, path in INCLUSIONS:
        assert hexed(tree.inclusion(TREE, index, size)) == path, (index, size)


def test_the_consistency_proofs_are_those_of_the_reference() -> None:
    for old, new, path in CONSISTENCIES:
        assert hexed(tree.consistency(TREE, old, new)) == path, (old, new)


def slow_root(hashes: list[bytes]) -> bytes:
    """MTH as RFC 6962 writes it down."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    left, right = slow_root(hashes[:split]), slow_root(hashes[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def some(count: int) -> list[bytes]:
    return [tree.leaf_hash(str(number).encode()) for number in range(count)]


sizes = st.integers(1, 700)


@given(sizes, st.data())
def test_every_leaf_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    hashes = some(size)
    whole, index = tree.Leaves(hashes), data.draw(st.integers(0, size - 1))
    proof, root = tree.inclusion(whole, index, size), tree.root(whole, size)
    assert root == slow_root(hashes)
    assert tree.includes(hashes[index], index, size, proof, root)
    assert not tree.includes(bytes(32), index, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    assert tree.includes(hashes[index], other, size, proof, root) == (other == index)
    assert not tree.includes(hashes[index], index, size, [*proof, bytes(32)], root)
    assert not proof or not tree.includes(hashes[index], index, size, proof[:-1], root)


@given(sizes, sizes, st.data())
def test_every_prefix_is_proved_and_nothing_else(one: int, two: int, data: st.DataObject) -> None:
    old, new = sorted((one, two))
    hashes = some(new)
    whole = tree.Leaves(hashes)
    before, after = slow_root(hashes[:old]), slow_root(hashes)
    proof = tree.consistency(whole, old, new)
    assert tree.extends(old, new, before, after, proof)
    assert not tree.extends(old, new, bytes(32), after, proof)
    assert not tree.extends(old, new, before, bytes(32), proof)
    assert not tree.extends(old, new, before, after, [*proof, bytes(32)])
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not tree.extends(old, new, before, after, proof[:place] + proof[place + 1 :])
        changed = [*proof[:place], bytes(32), *proof[place + 1 :]]
        assert not tree.extends(old, new, before, after, changed)


@given(sizes)
def test_a_tree_that_grows_has_the_root_of_each_size(size: int) -> None:
    grown = tree.Growing()
    grown.extend(some(size))
    assert (grown.size, grown.root()) == (size, slow_root(some(size)))


def test_what_cannot_be_is_refused() -> None:
    assert not tree.extends(3, 2, ROOTS_RAW[2], ROOTS_RAW[1], [])
    assert not tree.extends(0, 2, ROOTS_RAW[0], ROOTS_RAW[1], [])
    assert tree.extends(0, 2, tree.EMPTY_ROOT, ROOTS_RAW[1], [])
    assert not tree.includes(HASHES[0], 2, 2, [], ROOTS_RAW[1])


ROOTS_RAW = [bytes.fromhex(root) for root in ROOTS]
