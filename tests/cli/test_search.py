from __future__ import annotations

from lib.cli.command import DONE, FAILED
from tests.cli.conftest import ERROR, CommandLine
from tests.flows import (
    COOKING,
    DELETED,
    video,
)


def test_search_keeps_to_its_filters(offline: CommandLine) -> None:
    code, hits = offline.json("search", "talk", "--playlist", "Cooking", "--limit", "100")
    assert code == DONE and all(COOKING in row["playlists"] for row in hits) and len(hits) == 9
    dead = offline.json("search", "--unavailable")[1]
    assert {row["video_id"] for row in dead} == {video(DELETED), video(9)}
    assert offline.json("search", "talk", "--channel", "Nobody") == (DONE, [])
    assert offline.json("search", "--min-minutes", "0.5") == (DONE, [])
    assert {row["video_id"] for row in offline.json("search", "--unfiled")[1]} == {video(n) for n in range(10, 16)}
    assert [row["video_id"] for row in offline.json("search", f"https://youtu.be/{video(3)}")[1]] == [video(3)]


def test_a_search_for_nothing_or_in_no_playlist_says_so(offline: CommandLine) -> None:
    code, answer = offline.json("search")
    assert (code, answer.keys()) == (FAILED, ERROR) and "--playlist" in answer["next_step"]
    assert offline.json("search", "talk", "--playlist", "Nowhere")[0] == FAILED


def test_an_excluded_word_is_no_option(offline: CommandLine) -> None:
    everything = {row["video_id"] for row in offline.json("search", "talk", "--limit", "100")[1]}
    code, hits = offline.json("search", "--limit", "100", "talk", "-10", "-hat", "-eleven")
    assert (code, {row["video_id"] for row in hits}) == (DONE, everything - {video(10)})
    assert offline.json("search", "-talk", "--playlist", "Cooking")[0] == DONE


def test_a_search_for_impossible_lengths_says_so(offline: CommandLine) -> None:
    code, answer = offline.json("search", "--min-minutes", "9", "--max-minutes", "5")
    assert (code, answer.keys()) == (FAILED, ERROR) and "at least 9 and at most 5" in answer["error"]
