"""Channels that are always filed alike are proposed as rules, those with most to gain first."""

from __future__ import annotations

from dataclasses import replace

from lib.models import Item, Library, Playlist, Role, Video
from lib.rules.mining import Proposal, propose
from lib.rules.rules import Conditions, Rule, Situation
from tests.flows import COOKING, INBOX, MUSIC, START, video


def situation(cooking: list[str], music: list[str] = [], inbox: list[str] = []) -> Situation:  # noqa: B006
    """Playlists of one video for each channel title; a channel's id is its title in capitals."""
    videos: dict[str, Video] = {}
    playlists = []
    for playlist_id, channels in ((COOKING, cooking), (MUSIC, music), (INBOX, inbox)):
        items = []
        for channel in channels:
            video_id = video(len(videos))
            videos[video_id] = Video(video_id, "Talk", "", channel.upper(), channel)
            items.append(Item(f"item{video_id}", video_id))
        role = Role.INBOX if playlist_id == INBOX else Role.CATEGORY
        playlists.append(Playlist(playlist_id, "Shelf", role=role, items=tuple(items)))
    return Situation(Library({p.playlist_id: p for p in playlists}), videos, START)


def test_a_channel_that_is_always_filed_alike_is_proposed_with_what_waits() -> None:
    proposals = propose([], situation(["bread"] * 5, inbox=["bread"] * 3))
    assert proposals == [Proposal("BREAD", "bread", COOKING, 5, 5, 3)]


def test_four_videos_are_too_few() -> None:
    assert propose([], situation(["bread"] * 4, inbox=["bread"])) == []


def test_one_in_twenty_may_be_elsewhere_and_no_more() -> None:
    assert [proposal.agree for proposal in propose([], situation(["bread"] * 19, ["bread"]))] == [19]
    assert propose([], situation(["bread"] * 18, ["bread"])) == []


def test_most_waiting_videos_come_first() -> None:
    proposals = propose([], situation(["few"] * 9 + ["many"] * 5, inbox=["many"]))
    assert [proposal.channel_title for proposal in proposals] == ["many", "few"]


def test_a_video_in_two_categories_counts_once_and_for_both() -> None:
    filed = situation(["bread"] * 5)
    cooking = filed.library.playlists[COOKING]
    both = filed.library.map_playlist(MUSIC, items=cooking.items[:2])
    assert [(p.agree, p.filed) for p in propose([], replace(filed, library=both))] == [(5, 5)]


def test_what_a_rule_or_the_model_filed_is_no_proof() -> None:
    filed = situation(["bread"] * 5)
    assert propose([], replace(filed, unconfirmed={(video(0), COOKING)})) == []


def test_a_channel_that_a_rule_names_and_a_proposal_that_was_declined_are_not_proposed() -> None:
    filed = situation(["bread"] * 5)
    for channel in ("BREAD", "Bread"):
        assert propose([Rule(1, Conditions(channel), MUSIC, enabled=False)], filed) == []
    assert propose([], filed, {("BREAD", COOKING)}) == []
    assert len(propose([Rule(1, Conditions(words=("bread",)), MUSIC)], filed, {("BREAD", MUSIC)})) == 1


def test_videos_without_a_channel_are_no_channel_and_what_cannot_be_written_is_no_category() -> None:
    assert propose([], situation([""] * 9)) == []
    filed = situation(["bread"] * 5)
    assert propose([], replace(filed, library=filed.library.map_playlist(COOKING, writable=False))) == []
