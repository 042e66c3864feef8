import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lib.demo.sample import LIBRARY, account_of
from lib.errors import UserError
from tests.demo import library_builder

SOURCE = os.environ.get("PYVIDEO_PARQUET")


def _row(number: int, title: str, **more: object) -> dict:
    row = {
        "video_id": f"video{number:06d}",
        "title": title,
        "description": "A talk for people who do this every day. " * 30,
        "tags": "python|talk",
    }
    row |= {
        "language": "eng",
        "published_at": "2019-05-04",
        "duration_s": None,
        "series": "PyCon",
        "playlist_title": "PyCon 2019",
    }
    return row | more


def _rows() -> list[dict]:
    """Enough rows for every playlist that must not be empty."""
    words = ["pytest and mocks", "asyncio and coroutines", "django models", "mypy type hints"]
    plain = [_row(n, f"{words[n % 4]} {n}") for n in range(400)]
    special = [_row(1000 + n, f"Keynote {n}") for n in range(20)] + [
        _row(1100 + n, f"Lightning talks {n}") for n in range(20)
    ]
    spoken = [_row(1200 + n, f"Charla {n}", language=language) for n, language in enumerate(["spa", "ita", "fra"] * 5)]
    series = [
        _row(1300 + n, f"Some {n}", series=name)
        for n, name in enumerate(["PyCon DE", "North Bay Python", "Write the Docs Prague"] * 5)
    ]
    return [*plain, *special, *spoken, *series, *(_row(1400 + n, f"Hettinger {n}") for n in range(5))]


def test_the_same_rows_make_the_same_bytes_whatever_their_order(monkeypatch):
    subjects = [
        playlist
        for playlist in library_builder.SUBJECTS
        if playlist.title in ("Testing", "Async & concurrency", "Django", "Typing")
    ]
    monkeypatch.setattr(library_builder, "SUBJECTS", subjects)
    monkeypatch.setattr(
        library_builder, "_PATTERNS", [library_builder.re.compile(playlist.words) for playlist in subjects]
    )
    rows = _rows()
    first, second = (library_builder.packed(library_builder.build(source)) for source in (rows, rows[::-1]))
    assert first == second
    account = account_of(json.loads(gzip.decompress(first)))
    video = account.videos[next(iter(account.truth))]
    assert len(video.description) == 500
    assert 300 <= video.duration_seconds <= 3600
    assert account.playlists[account.truth[video.video_id]].title in {playlist.title for playlist in subjects}


def test_a_lot_depends_on_every_word_and_on_nothing_else():
    assert library_builder.lot("a", "b") == library_builder.lot("a", "b") != library_builder.lot("a", "c")
    assert library_builder.draw("x", ["c", "a", "b", "a"], 2) == library_builder.draw("x", ["a", "b", "c"], 2)


def test_nothing_is_added_before_it_was_published():
    talk = library_builder._talk(_row(1, "pytest", published_at="2026-10-30"))
    added = library_builder._added(talk, "Inbox", 0, datetime(2023, 1, 1, tzinfo=UTC))
    assert talk.published < added


def test_a_missing_source_is_reported_with_what_to_do(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        library_builder.main([str(tmp_path / "none.parquet")])
    with pytest.raises(UserError, match="Usage"):
        library_builder.main([])


@pytest.mark.skipif(
    not SOURCE or not Path(SOURCE).exists(), reason="the pyvideo index is not on this machine (PYVIDEO_PARQUET)"
)
def test_the_tracked_library_is_what_the_builder_makes(tmp_path):
    out = tmp_path / "library.json.gz"
    subprocess.run([sys.executable, "-m", "tests.demo.library_builder", SOURCE, str(out)], check=True)
    assert gzip.decompress(out.read_bytes()) == gzip.decompress(LIBRARY.read_bytes())
