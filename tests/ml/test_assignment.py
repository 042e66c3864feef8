from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ml.assignment import MIN_SHARE, best_matches


def sets(**groups: str) -> dict[str, set[str]]:
    return {name: set(videos) for name, videos in groups.items()}


def test_each_group_gets_the_playlist_it_overlaps_most() -> None:
    assert best_matches(sets(one="abc", two="xyz"), sets(P="xyw", Q="abq")) == {"one": "Q", "two": "P"}


def test_no_playlist_is_given_twice_and_all_together_save_the_most() -> None:
    """The greedy choice would give P to "one", and leave "two" with nothing."""
    groups, playlists = sets(one="abcd", two="abef"), sets(P="abce", Q="abcq")
    assert best_matches(groups, playlists) == {"one": "Q", "two": "P"}


@pytest.mark.parametrize(
    ("group", "playlist", "matched"),
    [("abcdef", "abxyzw", True), ("abcdef", "axyz", False), ("abcdef", "ab" + "0123456789", False), ("abc", "", False)],
)
def test_less_than_a_third_of_either_in_common_is_no_match(group: str, playlist: str, matched: bool) -> None:
    assert best_matches(sets(one=group), sets(P=playlist)) == {"one": "P" if matched else None}


def test_without_groups_or_without_playlists_there_is_nothing_to_match() -> None:
    assert best_matches({}, sets(P="a")) == {}
    assert best_matches(sets(one="a"), {}) == {"one": None}
    assert best_matches({"one": []}, sets(P="a")) == {"one": None}


def test_more_groups_than_playlists_leave_some_without() -> None:
    matches = best_matches(sets(one="ab", two="abc", three="xyz"), sets(P="abc"))
    assert matches == {"one": None, "two": "P", "three": None}


lists = st.lists(st.frozensets(st.sampled_from("abcdef"), max_size=5), min_size=1, max_size=3)


@given(lists, lists)
def test_no_other_assignment_saves_more_writes(groups: list[frozenset[str]], playlists: list[frozenset[str]]) -> None:
    named = {f"g{n}": group for n, group in enumerate(groups)}
    held = {f"p{n}": playlist for n, playlist in enumerate(playlists)}
    matches = best_matches(named, held)
    given_away = [key for key in matches.values() if key]
    assert len(given_away) == len(set(given_away))
    best = max(
        sum(saved(group, held.get(key or "")) for group, key in zip(named.values(), order, strict=True))
        for order in permutations([*held, *[None] * len(named)], len(named))
    )
    assert sum(saved(named[name], held.get(key or "")) for name, key in matches.items()) == best


def saved(group: frozenset[str], playlist: frozenset[str] | None) -> int:
    shared = len(group & (playlist or frozenset()))
    enough = shared and shared >= MIN_SHARE * max(len(group), len(playlist or ()))
    return shared + 1 if enough else 0
