import gzip
import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from lib.demo.sample import LIBRARY, load_library
from lib.errors import UserError
from lib.models import LIKED, Availability
from tests.demo.library_playlists import SUBJECTS


@pytest.fixture(scope="module")
def library():
    return load_library()


@pytest.fixture(scope="module")
def held(library):
    """Video ids by title of playlist."""
    return {playlist.title: [item.video_id for item in playlist.items] for playlist in library.listed}


def test_it_is_one_persons_sixty_messy_playlists(library, held):
    assert len(held) == 60
    assert 3900 <= len(library.videos) <= 4200
    sizes = [len(ids) for title, ids in held.items() if title != "Inbox"]
    assert min(sizes) >= 12
    assert 120 <= max(sizes) <= 250
    assert LIBRARY.stat().st_size < 3_000_000


def test_the_readme_of_the_data_folder_counts_right(library, held):
    assert (
        f"{len(library.videos):,} real conference talks as one person's {len(held)} playlists"
        in (LIBRARY.parent / "README.md").read_text()
    )


def test_the_inbox_is_unsorted_and_its_truth_is_known(library, held):
    inbox = held["Inbox"]
    elsewhere = {video_id for title, ids in held.items() if title != "Inbox" for video_id in ids}
    assert 750 <= len(inbox) <= 850
    assert not elsewhere & set(inbox)
    assert set(inbox) <= set(library.truth)


def test_truths_are_subjects_of_the_person(library):
    subjects = {shelf.title for shelf in SUBJECTS}
    assert {library.playlists[playlist_id].title for playlist_id in library.truth.values()} == subjects


def test_about_one_filed_video_in_twenty_is_misfiled_and_its_truth_is_another_playlist(library, held):
    misfiled = set(library.truth) - set(held["Inbox"])
    filed = {video_id for shelf in SUBJECTS for video_id in held[shelf.title]}
    assert 0.04 <= len(misfiled) / len(filed) <= 0.06
    homes = {video_id: title for title, ids in held.items() for video_id in ids}
    assert all(homes[video_id] != library.playlists[library.truth[video_id]].title for video_id in misfiled)


def test_some_videos_are_dead_or_private_and_spread_over_playlists(library, held):
    states = Counter(video.availability for video in library.videos.values())
    assert (states[Availability.DELETED], states[Availability.PRIVATE]) == (40, 20)
    dead = {video.video_id for video in library.videos.values() if video.availability is not Availability.AVAILABLE}
    assert sum(bool(dead & set(ids)) for ids in held.values()) >= 20
    assert not dead & set(library.truth)


def test_some_videos_repeat_within_a_playlist_and_some_stand_in_two(held):
    assert sum(len(ids) - len(set(ids)) for ids in held.values()) == 25
    homes = Counter(video_id for ids in held.values() for video_id in set(ids))
    assert 100 <= sum(count >= 2 for count in homes.values()) <= 300


def test_liked_holds_videos_of_the_library(library):
    liked = [item.video_id for item in library.playlists[LIKED].items]
    assert len(liked) == len(set(liked)) == 150
    assert set(liked) <= set(library.videos)


def test_videos_are_plausible_and_items_are_in_the_order_they_were_added(library):
    assert all(len(video_id) == 11 for video_id in library.videos)
    for video in library.videos.values():
        assert video.title
        assert len(video.description) <= 500
        assert video.channel_title
        assert len(video.channel_id) == 24
        assert video.duration_seconds
    for playlist in library.listed:
        moments = [item.added_at for item in playlist.items]
        assert moments == sorted(moments)
        assert library.created[playlist.playlist_id] < moments[0] < moments[-1] <= datetime(2026, 11, 1, tzinfo=UTC)


def test_every_item_has_an_id_of_its_own(library):
    ids = [item.item_id for playlist in library.playlists.values() for item in playlist.items]
    assert len(ids) == len(set(ids))


def test_a_missing_or_damaged_file_is_reported_with_what_to_do(tmp_path):
    damaged = tmp_path / "damaged.gz"
    damaged.write_bytes(LIBRARY.read_bytes()[:1000])
    empty = tmp_path / "empty.gz"
    empty.write_bytes(gzip.compress(json.dumps({}).encode()))
    for path in (tmp_path / "none", damaged, empty):
        with pytest.raises(UserError, match="cannot be read"):
            load_library(path)
