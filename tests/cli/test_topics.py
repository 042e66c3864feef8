from __future__ import annotations

import shutil
from contextlib import closing

import pytest

from lib.cli.command import DONE, FAILED
from lib.derived import Suggestion
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.cli.conftest import CommandLine
from tests.flows import (
    COOKING,
    INBOX,
    analysed_home,
    talks_world,
    video,
)

pytestmark = pytest.mark.long


def test_suggestions_and_topics_are_empty_lists_before_there_are_any(offline: CommandLine) -> None:
    assert offline.json("suggestions") == (DONE, [])
    assert offline.json("topics", "--list") == (DONE, [])
    assert offline.json("search", "anything") == (DONE, [])


def test_suggestions_say_where_how_sure_and_why(offline: CommandLine) -> None:
    with closing(Workspace(Settings(offline.home))) as workspace:
        workspace.derived.store_suggestions([Suggestion(video(10), (INBOX,), COOKING, 0.912345, True, "because")])
    assert offline.json("suggestions") == (
        DONE,
        [
            {
                "video_id": video(10),
                "from": [INBOX],
                "to": COOKING,
                "to_title": "Cooking",
                "confidence": 0.9123,
                "sure": True,
                "why": "because",
            }
        ],
    )


@pytest.mark.model
def test_topics_suggestions_and_search_over_real_titles(
    offline: CommandLine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    account = talks_world()
    shutil.copy(analysed_home(tmp_path_factory.getbasetemp()) / "atlas.duckdb", offline.home)
    code, report = offline.json("topics", "--method", "kmeans", "--k", "4")
    assert (code, report.keys()) == (
        DONE,
        {"videos", "embedded", "reused", "topics", "noise", "suggestions", "seconds"},
    )
    assert report["seconds"].keys() == {"embed", "cluster", "project", "label", "suggest"}
    assert (report["topics"], report["noise"], report["videos"]) == (4, 0, len(account.videos))
    topics = offline.json("topics", "--list")[1]
    assert all(row.keys() == {"topic", "name", "words", "size", "videos"} for row in topics)
    assert sum(row["size"] for row in topics) == sum(len(row["videos"]) for row in topics) == len(account.videos)
    assert all(
        row.keys() == {"video_id", "from", "to", "to_title", "confidence", "sure", "why"}
        for row in offline.json("suggestions")[1]
    )
    wanted = next(iter(account.videos.values()))
    hits = offline.json("search", *wanted.title.split(), "--limit", "3")[1]
    assert [row.keys() for row in hits] == [{"video_id", "title", "score", "playlists"}] * 3
    assert hits[0]["video_id"] == wanted.video_id
    assert (
        offline.json("search", f"{wanted.title}\udcff")[1][0]["video_id"] == wanted.video_id
    )  # a byte that is no letter
    assert offline.json("topics", "--method", "kmeans", "--k", "0")[0] == FAILED
