"""The order of a list and a target order: what can stay in place, whether they agree, how they merge."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Sequence
from typing import TypeAlias

from lib.models import Item

_Chain: TypeAlias = tuple[int, int, int, "_Chain | None"]
"""(score, index in current, index in target, the chain it goes on from)."""

_NOTHING: _Chain = (0, -1, -1, None)


def longest_common(
    current: Sequence[str], target: Sequence[str], wanted: Collection[int] = ()
) -> list[tuple[int, int]]:
    """The longest common subsequence, as pairs (index in current, index in target) that rise in both.

    Equal videos are interchangeable. Among the longest ones it takes one that uses most of the indexes `wanted` of
    `current`, so that of several copies the right one stays. Hunt and Szymanski (1977) over the r matching pairs, with
    the heaviest chain of Jacobson and Vo (1992): O((n + r) log n).
    """
    where = defaultdict(list)
    for j, video in enumerate(target):
        where[video].append(j)
    one_more, preferred = len(current) + 1, set(wanted)
    tree = [_NOTHING] * (len(target) + 1)
    for i, video in enumerate(current):
        # Descending, so that one item of current is never used twice in a chain.
        for j in reversed(where[video]):
            chain = _best_before(tree, j)
            _record(tree, j, (chain[0] + one_more + (i in preferred), i, j, chain))
    return _pairs(_best_before(tree, len(target)))


def same_order(current: Sequence[str], target: Sequence[str]) -> bool:
    """Whether what both lists hold is in the same relative order, so that no move could bring them closer."""
    return len(longest_common(current, target)) == (Counter(current) & Counter(target)).total()


def arranged(items: Sequence[Item], order: Sequence[str]) -> list[Item]:
    """The items in this order of their videos; an item whose video is not in `order` stays behind its predecessor."""
    left = Counter(order)
    runs: list[list[Item]] = [[]]
    for item in items:
        if left[item.video_id] > 0:
            left[item.video_id] -= 1
            runs.append([item])
        else:
            runs[-1].append(item)
    named: defaultdict[str, deque[list[Item]]] = defaultdict(deque)
    for run in runs[1:]:
        named[run[0].video_id].append(run)
    ordered = [named[video].popleft() for video in order if named[video]]
    return [item for run in [runs[0], *ordered] for item in run]


def _best_before(tree: list[_Chain], j: int) -> _Chain:
    """The heaviest chain that ends before index j of the target (the prefix maximum of a Fenwick tree)."""
    best = _NOTHING
    while j > 0:
        if tree[j][0] > best[0]:
            best = tree[j]
        j -= j & -j
    return best


def _record(tree: list[_Chain], j: int, chain: _Chain) -> None:
    """Note a chain that ends at index j of the target."""
    j += 1
    while j < len(tree):
        if chain[0] > tree[j][0]:
            tree[j] = chain
        j += j & -j


def _pairs(chain: _Chain | None) -> list[tuple[int, int]]:
    pairs = []
    while chain is not None and chain is not _NOTHING:
        pairs.append((chain[1], chain[2]))
        chain = chain[3]
    return pairs[::-1]
