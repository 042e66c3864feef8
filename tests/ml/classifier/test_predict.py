"""Suggestions learn from what is filed, say how sure they are and why, and never insist."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lib.errors import Cancelled
from lib.ml.classifier.predict import Dataset, suggest
from lib.ml.text.video_text import video_text
from lib.models import Video

WORDS = {
    "PLbread": ["sourdough", "rye", "flour", "oven", "loaf", "crust", "yeast", "knead"],
    "PLchess": ["chess", "opening", "endgame", "sicilian", "queen", "rook", "gambit", "bishop"],
    "PLviolin": ["violin", "bow", "strings", "vibrato", "sonata", "fiddle", "concerto", "scales"],
}
NAMES = {"PLbread": ("Bread baking", "Sourdough and rye"), "PLchess": ("Chess", ""), "PLviolin": ("Violin", "")}


def _library(filed=40, waiting=8, seed=0, channel=""):
    """Three categories that differ in words and in meaning; `b0`.. of bread and so on; the last of each wait in `PLinbox`."""
    random = np.random.default_rng(seed)
    ids, texts, vectors, members, inbox = [], [], [], {}, {}
    for axis, (playlist_id, words) in enumerate(WORDS.items()):
        for i in range(filed + waiting):
            ids.append(f"{playlist_id[2]}{i}")
            texts.append(" ".join(random.choice(words, size=4, replace=False)) + f" number{i}")
            vectors.append(random.normal(size=16) * 0.25 + 2 * np.eye(16)[axis])
        members[playlist_id] = [f"{playlist_id[2]}{i}" for i in range(filed)]
        inbox |= {f"{playlist_id[2]}{i}": ["PLinbox"] for i in range(filed, filed + waiting)}
    matrix = np.array(vectors)
    unit = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
    names = {playlist_id: np.eye(16, dtype=np.float32)[axis] for axis, playlist_id in enumerate(WORDS)}
    return Dataset(ids, texts, [channel] * len(ids), unit, dict(NAMES), members, inbox, category_vectors=names)


def _home(video_id):
    return {"b": "PLbread", "c": "PLchess", "v": "PLviolin"}[video_id[0]]


def _with_stranger(dataset, text="quantum physics entanglement", channel=""):
    vectors = np.vstack([dataset.vectors, np.eye(16, dtype=np.float32)[15]])
    return replace(
        dataset,
        video_ids=[*dataset.video_ids, "stranger"],
        texts=[*dataset.texts, text],
        channels=[*dataset.channels, channel],
        vectors=vectors,
        inbox={"stranger": ["PLinbox"]},
    )


def test_every_unfiled_video_of_the_inbox_is_put_where_its_like_is():
    suggestions = suggest(_library())
    assert len(suggestions) == 24
    assert all(
        suggestion.to_playlist == _home(suggestion.video_id) and suggestion.from_playlists == ("PLinbox",)
        for suggestion in suggestions
    )
    assert all(
        suggestion.sure and not suggestion.misfit and suggestion.why and suggestion.alternatives == ()
        for suggestion in suggestions
    )


def test_a_video_that_a_category_holds_already_is_not_suggested():
    dataset = _library()
    assert {
        suggestion.video_id for suggestion in suggest(replace(dataset, inbox={"b0": ["PLinbox"], "b40": ["PLinbox"]}))
    } == {"b40"}


def test_what_is_in_neither_inbox_nor_category_is_left_alone():
    assert suggest(replace(_library(), inbox={})) == []


def test_a_video_like_none_of_them_is_never_sure():
    assert not any(suggestion.sure for suggestion in suggest(_with_stranger(_library())))


def test_a_rejected_suggestion_never_comes_back():
    dataset = _library()
    again = suggest(replace(dataset, rejected={("b40", "PLbread")}))
    for suggestion in again:
        assert (suggestion.video_id, suggestion.to_playlist) != ("b40", "PLbread")
        assert suggestion.video_id != "b40" or (not suggestion.sure and "PLbread" not in suggestion.alternatives)


def test_a_video_rejected_everywhere_gets_no_suggestion():
    rejected = {("b40", playlist_id) for playlist_id in WORDS}
    assert "b40" not in {suggestion.video_id for suggestion in suggest(replace(_library(), rejected=rejected))}


def test_a_filed_video_that_surely_belongs_elsewhere_is_a_misfit():
    dataset = _library()
    members = {**dataset.members, "PLchess": [*dataset.members["PLchess"], "b29"]}
    members["PLbread"] = [video_id for video_id in members["PLbread"] if video_id != "b29"]
    misfits = [suggestion for suggestion in suggest(replace(dataset, members=members)) if suggestion.misfit]
    assert [
        (suggestion.video_id, suggestion.from_playlists, suggestion.to_playlist, suggestion.sure)
        for suggestion in misfits
    ] == [("b29", ("PLchess",), "PLbread", True)]


def test_a_misfit_that_was_rejected_never_comes_back():
    dataset = _library()
    members = {**dataset.members, "PLchess": [*dataset.members["PLchess"], "b41"]}
    suggestions = suggest(replace(dataset, members=members, rejected={("b41", "PLbread")}))
    assert not any(suggestion.misfit for suggestion in suggestions)


def test_a_video_in_the_right_and_in_another_category_is_no_misfit():
    dataset = _library()
    members = {**dataset.members, "PLchess": [*dataset.members["PLchess"], "b0", "b1"]}
    assert not any(suggestion.misfit for suggestion in suggest(replace(dataset, members=members)))


def test_a_video_in_two_categories_teaches_both():
    dataset = _library()
    both = {**dataset.members, "PLagain": dataset.members["PLbread"]}
    suggestions = suggest(replace(dataset, members=both, categories={**NAMES, "PLagain": ("Also", "")}))
    best = next(suggestion for suggestion in suggestions if suggestion.video_id == "b40")
    assert {best.to_playlist, *best.alternatives[:1]} == {"PLbread", "PLagain"} or best.sure


def test_unfiled_videos_come_first_and_sure_ones_before_the_rest():
    dataset = _with_stranger(_library())
    dataset = replace(dataset, inbox={**_library().inbox, "stranger": ["PLinbox"]})
    members = {**dataset.members, "PLchess": [*dataset.members["PLchess"], "b0"]}
    members["PLbread"] = members["PLbread"][1:]
    keys = [
        (suggestion.misfit, not suggestion.sure, -suggestion.confidence)
        for suggestion in suggest(replace(dataset, members=members))
    ]
    assert keys == sorted(keys) and keys[-1][0]


def test_a_category_without_members_is_judged_by_its_name_and_never_sure():
    suggestions = suggest(_library(filed=0))
    assert len(suggestions) == 24
    assert all(
        suggestion.to_playlist == _home(suggestion.video_id) and not suggestion.sure and 0 < suggestion.confidence < 1
        for suggestion in suggestions
    )
    assert all(len(suggestion.alternatives) == 2 for suggestion in suggestions)


def test_an_empty_category_among_full_ones_is_still_found_by_its_name():
    dataset = _library()
    dataset = replace(dataset, members={**dataset.members, "PLviolin": []})
    suggestions = {suggestion.video_id: suggestion for suggestion in suggest(dataset)}
    assert suggestions["v40"].to_playlist == "PLviolin" and not suggestions["v40"].sure


def test_without_an_embedding_of_the_name_its_words_decide():
    dataset = replace(_library(filed=0), category_vectors={})
    dataset = replace(
        dataset, texts=[f"{text} bread baking" if i < 8 else text for i, text in enumerate(dataset.texts)]
    )
    bread = [suggestion for suggestion in suggest(dataset) if suggestion.video_id.startswith("b")]
    assert len(bread) == 8 and {suggestion.to_playlist for suggestion in bread} == {"PLbread"}


@pytest.mark.parametrize("each", [1, 2, 4])
def test_the_first_members_never_make_it_worse_than_the_names_alone(each):
    right = [suggestion.to_playlist == _home(suggestion.video_id) for suggestion in suggest(_library(filed=each))]
    assert len(right) == 24 and all(right)


def test_a_channel_that_is_always_filed_in_one_place_is_the_reason():
    dataset = _library()
    channels = ["Bake Club" if video_id.startswith("b") else "" for video_id in dataset.video_ids]
    suggestions = {suggestion.video_id: suggestion for suggestion in suggest(replace(dataset, channels=channels))}
    assert suggestions["b40"].why == "Channel Bake Club: 40 of its 40 filed videos are here."


def test_a_video_of_a_new_channel_is_held_to_what_new_channels_showed():
    dataset = _library(channel="One Channel")
    channels = [f"New {video_id}" if video_id in dataset.inbox else "One Channel" for video_id in dataset.video_ids]
    suggestions = suggest(replace(dataset, channels=channels))
    assert suggestions and not any(
        suggestion.sure for suggestion in suggestions
    )  # all that is filed is of one channel: nothing was measured


def test_members_much_alike_are_named_by_their_titles():
    dataset = _library()
    suggestions = suggest(replace(dataset, titles=[f"Title of {video_id}" for video_id in dataset.video_ids]))
    assert all(suggestion.why.startswith("Much like “Title of ") for suggestion in suggestions)


def test_the_order_of_the_videos_does_not_matter():
    dataset = _library()
    turned = replace(
        dataset, video_ids=dataset.video_ids[::-1], texts=dataset.texts[::-1], vectors=dataset.vectors[::-1]
    )
    assert [
        (suggestion.video_id, suggestion.to_playlist)
        for suggestion in sorted(suggest(dataset), key=lambda suggestion: suggestion.video_id)
    ] == [
        (suggestion.video_id, suggestion.to_playlist)
        for suggestion in sorted(suggest(turned), key=lambda suggestion: suggestion.video_id)
    ]


def test_nothing_to_learn_from_and_nothing_to_file_are_no_errors():
    dataset = _library()
    assert suggest(replace(dataset, categories={}, members={})) == []
    empty = np.zeros((0, 16), dtype=np.float32)
    assert suggest(Dataset([], [], [], empty, dict(NAMES), {}, {})) == []
    assert (
        suggest(Dataset(["a"], [""], [""], np.ones((1, 16), dtype=np.float32), dict(NAMES), {}, {"a": ["PLi"]})) == []
    )


def test_members_that_are_not_among_the_videos_are_passed_over():
    dataset = _library()
    members = {playlist_id: [*videos, "gone"] for playlist_id, videos in dataset.members.items()}
    assert len(suggest(replace(dataset, members={**members, "PLunknown": ["b0"]}))) == 24


def test_a_library_with_one_category_is_no_error():
    dataset = _library()
    suggestions = suggest(replace(dataset, categories={"PLbread": NAMES["PLbread"]}))
    assert {suggestion.to_playlist for suggestion in suggestions} <= {"PLbread"}


def test_a_library_with_more_examples_than_can_be_fitted_keeps_the_small_categories_whole(monkeypatch):
    monkeypatch.setattr("lib.ml.classifier.dataset.MAX_EXAMPLES", 60)
    dataset = _library()
    members = {**dataset.members, "PLviolin": dataset.members["PLviolin"][:5]}
    suggestions = [suggestion for suggestion in suggest(replace(dataset, members=members)) if not suggestion.misfit]
    assert (
        all(suggestion.to_playlist == _home(suggestion.video_id) for suggestion in suggestions)
        and len(suggestions) == 24
    )


def test_whoever_watches_can_stop_it():
    def cancel(done, total, what):
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        suggest(_library(), cancel)


@pytest.mark.model
def test_on_real_lectures_the_sure_ones_are_right_and_many():
    data = Path(os.environ.get("ATLAS_TEST_DATA", "/nonexistent")) / "khan.parquet"
    if not data.exists():
        pytest.skip("ATLAS_TEST_DATA names no folder with khan.parquet")
    import pandas

    from lib.ml.embedding import embed

    rows = pandas.read_parquet(data).sample(1000, random_state=0).reset_index(drop=True)
    videos = [
        Video(row.video_id, row.title, row.description or "", "", row.channel_title, tuple((row.tags or "").split("|")))
        for row in rows.itertuples()
    ]
    texts, truth = [video_text(video) for video in videos], dict(zip(rows.video_id, rows.playlist_title, strict=True))
    ids = list(dict.fromkeys(rows.video_id))
    keep = [rows.video_id.tolist().index(video_id) for video_id in ids]
    waiting = ids[::5]
    members = {name: [v for v in ids if truth[v] == name and v not in waiting] for name in set(truth.values())}
    suggestions = suggest(
        Dataset(
            video_ids=ids,
            texts=[texts[i] for i in keep],
            channels=[videos[i].channel_title for i in keep],
            vectors=embed([texts[i] for i in keep]),
            categories={name: (name, "") for name in members},
            members=members,
            inbox={video_id: ["PLinbox"] for video_id in waiting},
        )
    )
    sure = [suggestion for suggestion in suggestions if suggestion.sure and not suggestion.misfit]
    right = sum(suggestion.to_playlist == truth[suggestion.video_id] for suggestion in sure)
    assert len(sure) > 0.6 * len(waiting) and right >= 0.94 * len(sure)
