"""Looking a library over finds duplicates and hints, keeps them as long as they are so, and forgets what was refused."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lib.ml.merge_split import Merge
from lib.ml.text.video_text import text_hash
from lib.models import Role
from lib.services.tidy import SplitOff, TidyHints, merge_refusal, split_refusal
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import COOKING, INBOX, MUSIC, fill, small_world, video

TITLE = "Sourdough bread baked without kneading"


@pytest.fixture
def shop(tmp_path: Path):
    """Videos 3 and 10 are one recording."""
    with closing(Workspace(Settings(tmp_path))) as workspace:
        fill(workspace, small_world())
        videos = workspace.catalog.listed_videos()
        duplicates = [replace(videos[video(n)], title=TITLE, duration_seconds=1_200 + n % 2) for n in (3, 10)]
        workspace.catalog.store_videos(duplicates)
        vectors = np.eye(len(videos), dtype=np.float32)
        workspace.vectors.store({video_id: text_hash(video_id) for video_id in videos}, vectors)
        yield workspace


def test_before_the_first_look_nothing_is_known(shop: Workspace) -> None:
    assert shop.tidy.current_hints(shop.local()) is None


def test_a_look_finds_one_recording_under_two_ids(shop: Workspace) -> None:
    revision = shop.db.revision
    hints = shop.tidy.scan(shop.local())
    assert [{pair.first, pair.second} for pair in hints.duplicates] == [{video(3), video(10)}]
    assert shop.tidy.current_hints(shop.local()) == hints and shop.db.revision == revision


def test_a_pair_is_gone_when_one_of_it_is_in_no_playlist_any_more(shop: Workspace) -> None:
    shop.tidy.scan(shop.local())
    shop.filing.file([video(10)], None, INBOX)
    hints = shop.tidy.current_hints(shop.local())
    assert hints is not None and hints.duplicates == ()


def test_what_was_refused_is_not_said_again_after_another_look_or_another_start(shop: Workspace) -> None:
    (pair,) = shop.tidy.scan(shop.local()).duplicates
    shop.tidy.refuse(pair.refusal)
    shop.tidy.scan(shop.local())
    hints = shop.tidy.current_hints(shop.local())
    assert hints is not None and hints.duplicates == ()
    settings = shop.settings
    shop.close()
    with closing(Workspace(settings)) as again:
        assert again.tidy.refused() == {pair.refusal}


def test_what_was_refused_is_said_again_once_it_is_brought_back(shop: Workspace) -> None:
    (pair,) = shop.tidy.scan(shop.local()).duplicates
    other_refusal = ("split", COOKING, "")
    shop.tidy.refuse(pair.refusal)
    shop.tidy.refuse(other_refusal)
    shop.tidy.bring_back(pair.refusal)
    hints = shop.tidy.current_hints(shop.local())
    assert hints is not None and hints.duplicates == (pair,) and shop.tidy.refused() == {other_refusal}
    shop.tidy.bring_back(pair.refusal)  # a second time changes nothing
    assert shop.tidy.refused() == {other_refusal}


def test_a_library_without_vectors_has_nothing_to_find_and_asks_for_no_computing(tmp_path: Path) -> None:
    with closing(Workspace(Settings(tmp_path), compute=lambda *_, **__: pytest.fail("nothing to compute"))) as shop:
        fill(shop, small_world())
        assert shop.tidy.scan(shop.local()).duplicates == ()


def test_a_refusal_is_about_the_two_in_any_order(shop: Workspace) -> None:
    assert merge_refusal(Merge(COOKING, MUSIC, 0, 1.0)) == merge_refusal(Merge(MUSIC, COOKING, 3, 0.5))


def test_hints_about_categories_that_changed_are_dropped(shop: Workspace) -> None:
    chance = np.random.default_rng(0)
    ids = [f"more{n:07d}" for n in range(60)]
    template = shop.catalog.videos()[video(1)]
    shop.catalog.store_videos(
        [replace(template, video_id=video_id, title=f"{_about(n)} {n}") for n, video_id in enumerate(ids)]
    )
    vectors = np.eye(16, dtype=np.float32)[[n % 2 for n in range(60)]] + 0.05 * chance.normal(size=(60, 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    shop.vectors = type(shop.vectors)(shop.db, "another model")
    shop.tidy.vectors = shop.vectors
    shop.vectors.store({video_id: text_hash(video_id) for video_id in ids}, vectors)
    music = shop.local().playlists[MUSIC]
    items = [replace(music.items[0], item_id=f"item{video_id}", video_id=video_id) for video_id in ids]
    shop.catalog.store_items(MUSIC, items)
    (split,) = shop.tidy.scan(shop.local()).splits
    assert split.category == MUSIC and sorted(map(len, split.parts)) == [30, 30]
    shop.filing.file([split.parts[1][0]], None, MUSIC)
    hints = shop.tidy.current_hints(shop.local())
    assert hints is not None and hints.splits == ()
    assert split_refusal(split) == ("split", MUSIC, "")


def test_what_is_no_category_any_more_is_neither_merged_nor_split(shop: Workspace) -> None:
    first, second, *_ = (item.video_id for item in shop.local().playlists[COOKING].items)
    merge, split = Merge(COOKING, MUSIC, 0, 0.9), SplitOff(COOKING, ("a", "b"), ((first,), (second,)))
    shop.tidy._scanned = TidyHints((), (merge,), (split,))
    assert shop.tidy.current_hints(shop.local()) == TidyHints((), (merge,), (split,))
    shop.playlists.give_role([COOKING], Role.INBOX)
    assert shop.tidy.current_hints(shop.local()) == TidyHints()


def _about(number: int) -> str:
    return ("Violin bow strings", "Rocket moon orbit")[number % 2]
