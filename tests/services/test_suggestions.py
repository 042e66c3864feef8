"""Suggestions follow a playlist that a push created, leave out what is gone, and never overwrite what was decided meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lib.derived import Suggestion
from lib.ml.tasks import Embed, Suggest
from lib.ml.text.video_text import text_hash
from lib.models import Availability, Role
from lib.services.edit_files import lay_edit_file
from lib.services.workspace import Workspace
from tests.demo.conftest import COOKING, MUSIC, video_id


@pytest.fixture
def pulled(workspace: Workspace) -> Workspace:
    """The small account, read over HTTP; Cooking is the inbox, Music a category."""
    workspace.pulls.pull()
    workspace.playlists.give_role([COOKING], Role.INBOX)
    return workspace


def suggestion(number: int, to: str, *alternatives: str) -> Suggestion:
    return Suggestion(video_id(number), (COOKING,), to, 0.9, True, "why", alternatives=alternatives)


def pushed_new_playlist(workspace: Workspace) -> tuple[str, str]:
    """A new category is wished and pushed; its placeholder and its real id."""
    placeholder = workspace.filing.create_category("Baking")
    workspace.filing.file([video_id(6)], placeholder)
    workspace.derived.store_suggestions([suggestion(1, placeholder, MUSIC), suggestion(2, MUSIC, placeholder)])
    assert workspace.pushes.push().state == "done"
    real = next(key for key, p in workspace.catalog.library().playlists.items() if p.title == "Baking")
    return placeholder, real


def test_suggestions_and_their_alternatives_name_a_created_playlist_by_its_real_id(pulled: Workspace) -> None:
    _, real = pushed_new_playlist(pulled)
    first, second = pulled.derived.suggestions()
    assert (first.to_playlist, first.alternatives) == (real, (MUSIC,))
    assert (second.to_playlist, second.alternatives) == (MUSIC, (real,))


def test_a_list_that_was_open_while_the_playlist_was_created_is_filed_where_it_says(pulled: Workspace) -> None:
    placeholder, real = pushed_new_playlist(pulled)
    (edit,) = pulled.filing.accept([suggestion(1, placeholder)])
    assert (edit.video_id, edit.to_playlist) == (video_id(1), real)
    pulled.filing.reject([(video_id(2), placeholder)])
    assert (video_id(2), real) in pulled.edits.feedback.rejected()


def test_accepting_all_skips_what_is_gone_and_files_the_rest(pulled: Workspace) -> None:
    pulled.catalog.mark_unavailable({video_id(2): Availability.DELETED})
    misfit = replace(suggestion(3, MUSIC), misfit=True, from_playlists=("PLgone",))
    (edit,) = pulled.filing.accept([suggestion(1, MUSIC), suggestion(2, MUSIC), misfit, suggestion(4, "PLgone")])
    assert edit.video_id == video_id(1)
    assert {video for video, _ in pulled.edits.feedback.accepted()} == {video_id(1)}


def by_page(workspace: Workspace) -> None:
    workspace.filing.accept([suggestion(1, MUSIC)])
    workspace.filing.reject([(video_id(2), MUSIC)])


def by_csv(workspace: Workspace) -> None:
    lines = f"video_id,from_playlist,to_playlist\n{video_id(1)},,{MUSIC}\n{video_id(2)},,{MUSIC}\n"
    assert lay_edit_file(workspace.filing, lines) == (2, [])


@pytest.mark.parametrize("decide", [by_page, by_csv])
def test_what_is_decided_while_suggestions_are_computed_stands(
    pulled: Workspace, decide: Callable[[Workspace], None]
) -> None:
    computed = [suggestion(number, MUSIC) for number in (1, 2, 3)]
    pulled.derived.store_suggestions(computed)
    texts = {video.video_id: video.title for video in pulled.catalog.listed_videos().values()}
    width = len(texts)
    pulled.vectors.store({key: text_hash(text) for key, text in texts.items()}, np.eye(width, dtype=np.float32))

    def compute(task: Embed | Suggest, progress: object) -> object:
        if isinstance(task, Embed):
            return np.ones((len(task.texts), width), dtype=np.float32)
        decide(pulled)
        return computed

    pulled.suggestions.compute = pulled.suggestions.embedding.compute = compute
    pulled.suggestions.suggest()
    assert [suggestion.video_id for suggestion in pulled.derived.suggestions()] == [video_id(3)]
