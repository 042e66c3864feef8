from __future__ import annotations

import random
from collections import Counter
from functools import cache
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from lib.models import Item
from lib.planning.order import arranged, longest_common, same_order
from tests.sync.paper import playlist

LISTS = st.lists(st.sampled_from("vwx"), max_size=9)


@cache
def length_by_the_book(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    if not one or not other:
        return 0
    skipped = max(length_by_the_book(one[1:], other), length_by_the_book(one, other[1:]))
    return max(skipped, 1 + length_by_the_book(one[1:], other[1:])) if one[0] == other[0] else skipped


@given(LISTS, LISTS)
def test_it_is_a_common_subsequence_of_the_greatest_length(current: list[str], target: list[str]) -> None:
    pairs = longest_common(current, target)
    assert all(current[i] == target[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))
    assert len(pairs) == length_by_the_book(tuple(current), tuple(target))


@given(LISTS, LISTS, st.sets(st.integers(0, 8)))
def test_wanted_places_never_cost_length_and_as_many_of_them_stay_as_can(
    current: list[str], target: list[str], wanted: set[int]
) -> None:
    pairs = longest_common(current, target, wanted)
    assert len(pairs) == len(longest_common(current, target))
    assert sum(i in wanted for i, _ in pairs) == most_wanted(current, target, wanted)


def most_wanted(current: list[str], target: list[str], wanted: set[int]) -> int:
    @cache
    def best(i: int, j: int) -> tuple[int, int]:
        if i == len(current) or j == len(target):
            return 0, 0
        taken = (0, 0)
        if current[i] == target[j]:
            length, kept = best(i + 1, j + 1)
            taken = length + 1, kept + (i in wanted)
        return max(best(i + 1, j), best(i, j + 1), taken)

    return best(0, 0)[1]


def test_five_thousand_shuffled_items_are_compared_in_moments() -> None:
    items = [str(number) for number in range(5000)]
    shuffled = random.Random(1).sample(items, len(items))
    assert 100 < len(longest_common(items, shuffled)) < 200


def test_lists_agree_when_what_they_share_stands_in_one_order() -> None:
    assert same_order("vwx", "vyx")
    assert not same_order("vwx", "xv")
    assert same_order("vwv", "wv")
    assert same_order("vw", "")


@given(LISTS, LISTS)
def test_agreement_is_mutual(one: list[str], other: list[str]) -> None:
    assert same_order(one, other) == same_order(other, one)


def test_an_item_the_wish_does_not_name_keeps_its_predecessor() -> None:
    items = playlist("A", "nvawb").items
    assert [item.video_id for item in arranged(items, "wv")] == list("nwbva")


def test_a_wish_may_name_what_is_gone() -> None:
    assert [item.video_id for item in arranged(playlist("A", "vw").items, "xwvv")] == ["w", "v"]


@given(LISTS, LISTS)
def test_arranging_loses_nothing_and_reaches_the_wished_order(before: list[str], order: list[str]) -> None:
    items: list[Item] = arranged(playlist("A", before).items, order)
    assert Counter(item.item_id for item in items) == Counter(f"A{place}" for place in range(len(before)))
    named, left = [], Counter(before)
    for video in order:
        if left[video] > 0:
            left[video] -= 1
            named.append(video)
    assert len(longest_common([item.video_id for item in items], named)) == len(named)


def test_every_short_list_agrees_with_itself() -> None:
    assert all(same_order(one, one) for length in range(5) for one in product("vw", repeat=length))
