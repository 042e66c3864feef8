"""A search over the small world: filters before the cut, links, listings, and an index that is kept as long as it is true."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lib.ml.text.video_text import text_hash
from lib.models import Availability, Library, Role
from lib.services.search import Filters, Search
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import COOKING, INBOX, MUSIC, fill, small_world, video


@pytest.fixture
def shop(tmp_path: Path):
    with closing(Workspace(Settings(tmp_path), compute=no_model)) as workspace:
        fill(workspace, small_world())
        yield workspace


def no_model(*task: object, **arguments: object) -> None:
    pytest.fail("no model is needed")


def held(library: Library, playlist_id: str) -> set[str]:
    return {item.video_id for item in library.playlists[playlist_id].items}


def hit_ids(shop: Workspace, text: str = "", limit: int = 100, **filters: object) -> set[str]:
    """The ids of the videos that a search finds."""
    return {video_id for video_id, _ in shop.search.search(text, limit, Filters(**filters))}


def test_before_anything_is_embedded_words_find_and_no_model_is_loaded(shop: Workspace) -> None:
    title = shop.catalog.titles()[video(10)]
    assert shop.search.search(title)[0] == (video(10), 1.0)


def test_only_words_are_for_the_model_and_only_once_it_has_read_anything(shop: Workspace) -> None:
    assert not shop.search.computes("talk")
    shop.vectors.store({video(10): text_hash("talk")}, np.eye(1, 4, dtype=np.float32))
    assert shop.search.computes("talk") and not shop.search.computes("") and not shop.search.computes("???")


def test_nothing_asked_finds_nothing(shop: Workspace) -> None:
    assert shop.search.search("") == [] == shop.search.search("   ") and not Filters().any


def test_a_filter_alone_lists_what_was_added_last_first(shop: Workspace) -> None:
    hits = shop.search.search("", 100, Filters(playlists=(INBOX,)))
    added = {item.video_id: item.added_at for item in shop.local().playlists[INBOX].items}
    assert {video_id for video_id, _ in hits} == set(added) and {score for _, score in hits} == {0.0}
    moments = [added[video_id] for video_id, _ in hits]
    assert moments == sorted(moments, reverse=True)


def test_a_filter_works_before_the_cut(shop: Workspace) -> None:
    everything = shop.search.search("talk", 100)
    inside = [hit for hit in everything if hit[0] in held(shop.local(), MUSIC)]
    assert 0 < len(inside) < len(everything)
    assert shop.search.search("talk", len(inside), Filters(playlists=(MUSIC,))) == inside


def test_of_several_playlists_one_is_enough_and_an_edit_counts_at_once(shop: Workspace) -> None:
    local = shop.local()
    assert hit_ids(shop, playlists=(MUSIC, COOKING)) == held(local, MUSIC) | held(local, COOKING)
    moved = next(iter(held(local, INBOX) - held(local, COOKING) - shop.catalog.unavailable()))
    shop.filing.file([moved], COOKING)
    assert moved in hit_ids(shop, playlists=(COOKING,))
    assert hit_ids(shop, playlists=("gone",)) == set()


def test_only_the_dead_are_unavailable(shop: Workspace) -> None:
    assert hit_ids(shop, unavailable=True) == shop.catalog.unavailable() != set()


def test_what_is_unfiled_stands_in_an_inbox_and_in_no_category(shop: Workspace) -> None:
    local = shop.local()
    roles = {role: [p for p in local.playlists.values() if p.role is role] for role in Role}
    filed = {item.video_id for p in roles[Role.CATEGORY] for item in p.items}
    waiting = {item.video_id for p in roles[Role.INBOX] for item in p.items}
    assert hit_ids(shop, unfiled=True) == waiting - filed != set()


def test_a_length_is_asked_of_videos_whose_length_is_known(shop: Workspace) -> None:
    videos = shop.catalog.listed_videos()
    lasting = {video(n): replace(videos[video(n)], duration_seconds=60 * n) for n in range(1, 8)}
    shop.catalog.store_videos(list(lasting.values()))
    assert hit_ids(shop, max_seconds=180) == {video(n) for n in (1, 2, 3)}
    assert hit_ids(shop, min_seconds=180) == {video(n) for n in (3, 4, 5, 6, 7)}
    assert hit_ids(shop, min_seconds=200, max_seconds=200) == set()


def test_a_channel_is_named_whole(shop: Workspace) -> None:
    videos = shop.catalog.listed_videos()
    channel = videos[video(10)].channel_title
    assert hit_ids(shop, channels=(channel,)) == {
        video_id for video_id, known in videos.items() if known.channel_title == channel
    }
    assert hit_ids(shop, channels=("No such channel",)) == set()


@pytest.mark.parametrize("form", ["{}", "https://youtu.be/{}", "https://www.youtube.com/watch?v={}&list=PL1"])
def test_a_pasted_link_finds_its_video_where_the_filters_let_it(shop: Workspace, form: str) -> None:
    link = form.format(video(10))
    assert shop.search.search(link) == [(video(10), 1.0)]
    assert shop.search.search(link, 20, Filters(channels=("No such channel",))) == []
    assert shop.search.search("https://youtu.be/AAAAAAAAAAA") == []


def test_an_exclusion_alone_lists_the_rest(shop: Workspace) -> None:
    titles = shop.catalog.titles()
    word = titles[video(10)].split()[-1]
    listed = hit_ids(shop, f"-{word}")
    assert video(10) not in listed and listed


def test_the_index_is_kept_over_edits_and_made_anew_when_a_video_changes(shop: Workspace) -> None:
    search: Search = shop.search
    kept = search._searched.get()
    shop.catalog.remember("last_pull", "now")
    shop.filing.create_category("Elsewhere")
    assert search._searched.get() is kept
    shop.catalog.mark_unavailable({video(10): Availability.PRIVATE})
    assert search._searched.get() is not kept
    assert video(10) in hit_ids(shop, unavailable=True)


def test_a_vector_finds_what_no_word_does(shop: Workspace) -> None:
    vectors = np.eye(2, 4, dtype=np.float32)
    shop.vectors.store({video(10): text_hash("a"), video(11): text_hash("b")}, vectors)
    shop.search.compute = lambda task: vectors[1:]
    assert shop.search.search("xyzzy")[0][0] == video(11)
