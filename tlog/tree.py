"""The Merkle tree of RFC 6962, section 2.1: roots, proofs and their verification. Pure arithmetic.

A tree of any size is read through `Nodes`, which knows the perfect subtrees: the node of height h
and index i covers the leaves [i * 2**h, (i + 1) * 2**h).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

EMPTY_ROOT = hashlib.sha256(b"").digest()


class Nodes(Protocol):
    def node(self, height: int, index: int) -> bytes: ...


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over 2**n hashes of one height."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def root(nodes: Nodes, size: int) -> bytes:
    return _range_root(nodes, 0, size) if size else EMPTY_ROOT


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The audit path of a leaf, from the leaf up; raises ValueError where there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    proof, first, last = [], 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            proof.append(_range_root(nodes, middle, last))
            last = middle
        else:
            proof.append(_range_root(nodes, first, middle))
            first = middle
    return proof[::-1]


def consistency(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """That the tree of `old` leaves begins that of `new`; raises ValueError where it is larger."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} is no prefix of a tree of {new}")
    return [] if old in {0, new} else _subproof(nodes, old, 0, new, whole=True)


def _subproof(nodes: Nodes, old: int, first: int, last: int, *, whole: bool) -> list[bytes]:
    if old == last - first:
        return [] if whole else [_range_root(nodes, first, last)]
    split = _split(last - first)
    middle = first + split
    if old <= split:
        proof = _subproof(nodes, old, first, middle, whole=whole)
        return [*proof, _range_root(nodes, middle, last)]
    proof = _subproof(nodes, old - split, middle, last, whole=False)
    return [*proof, _range_root(nodes, first, middle)]


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an audit path leads to (RFC 9162, section 2.1.3.2); raises ValueError where the
    path has not the length that index and size ask for."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    at, last, result = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ValueError("the proof is too long")
        if at & 1 or at == last:
            result = node_hash(step, result)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            result = node_hash(result, step)
        at, last = at >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return result


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    try:
        return root_of_inclusion(leaf, index, size, proof) == expected
    except ValueError:
        return False


def extends(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a consistency proof holds (RFC 9162, section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, step)
        at, last = at >> 1, last >> 1
    return last == 0 and (before, after) == (old_root, new_root)


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_root(nodes: Nodes, first: int, last: int) -> bytes:
    """The hash over [first, last), which begins where a perfect subtree can."""
    size = last - first
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return nodes.node(height, first >> height)
    middle = first + _split(size)
    return node_hash(_range_root(nodes, first, middle), _range_root(nodes, middle, last))


@dataclass
class Growing:
    """Grows by leaves and keeps only (height, hash) of its perfect subtrees, the largest first."""

    size: int = 0
    peaks: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        height, top = 0, leaf
        while self.peaks and self.peaks[-1][0] == height:
            top = node_hash(self.peaks.pop()[1], top)
            height += 1
        self.peaks.append((height, top))
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self.add(leaf)

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        result = self.peaks[-1][1]
        for _height, peak in reversed(self.peaks[:-1]):
            result = node_hash(peak, result)
        return result


class Leaves:
    """`Nodes` over leaf hashes in memory, for trees that fit."""

    def __init__(self, hashes: Iterable[bytes]) -> None:
        self.levels = [list(hashes)]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            # A last one without a partner has none above it.
            pairs = zip(below[::2], below[1::2], strict=False)
            self.levels.append([node_hash(*pair) for pair in pairs])

    def node(self, height: int, index: int) -> bytes:
        return self.levels[height][index]
