"""A damaged library on the screen: nothing happens to the file before the user says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest


def test_setting_the_file_aside_is_offered_and_nothing_happens_before(
    opened: Callable[..., AppTest], home: Path, endpoint: str
) -> None:
    database = home / "atlas.duckdb"
    database.write_bytes(b"not a database" * 99)
    screen = opened("", ATLAS_HOME=str(home), YOUTUBE_API_ENDPOINT=endpoint, ATLAS_SETTLE_SECONDS="0")
    assert ["is damaged" in error.value for error in screen.error] == [True]
    screen.button(key="try_again").click().run()
    assert database.read_bytes() == b"not a database" * 99
    screen.button(key="set_aside").click().run()
    assert not screen.error and not screen.exception
    (kept,) = home.glob("atlas.duckdb.damaged-*")
    assert kept.read_bytes() == b"not a database" * 99


def test_where_nothing_speaks_for_damage_setting_aside_is_not_offered(
    opened: Callable[..., AppTest], tmp_path: Path, endpoint: str
) -> None:
    home = tmp_path / "folder"
    (home / "atlas.duckdb").mkdir(parents=True)
    screen = opened("", ATLAS_HOME=str(home), YOUTUBE_API_ENDPOINT=endpoint)
    assert screen.error and [button.key for button in screen.button] == ["try_again"]
    (home / "atlas.duckdb").rmdir()
