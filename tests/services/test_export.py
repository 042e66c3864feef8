from __future__ import annotations

import csv
import io
import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.derived import Suggestion
from lib.errors import UserError
from lib.services.export import COLUMNS
from lib.services.spreadsheet import safe
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import COOKING, INBOX, MUSIC, fill, small_world, video


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    account = small_world()
    workspace = Workspace(Settings(tmp_path / "home"))
    fill(workspace, replace(account, playlists={playlist.playlist_id: playlist for playlist in account.listed}))
    yield workspace
    workspace.close()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def retitle(shop: Workspace, number: int, title: str, channel: str = "Owner") -> None:
    known = shop.catalog.videos([video(number)])[video(number)]
    shop.catalog.store_videos([replace(known, title=title, channel_title=channel)])


def test_every_item_is_one_row_in_the_order_of_youtube(shop: Workspace) -> None:
    exported = rows(shop.export.text())
    expected = [
        (playlist.title, str(position), item.video_id)
        for playlist in small_world().listed
        for position, item in enumerate(playlist.items)
    ]
    assert [(row["playlist"], row["position"], row["video_id"]) for row in exported] == expected
    assert tuple(exported[0]) == COLUMNS


def test_a_row_says_what_is_known_of_its_item(shop: Workspace) -> None:
    shop.filing.file([video(10)], COOKING)
    shop.derived.store_suggestions([Suggestion(video(11), (INBOX,), MUSIC, 0.87654, True, "because")])
    by_video = {row["video_id"]: row for row in rows(shop.export.text()) if row["playlist"] == "Inbox"}
    ten, eleven = by_video[video(10)], by_video[video(11)]
    assert (ten["title"], ten["channel"], ten["category"], ten["decided_by"]) == ("Talk 10", "Owner", "Cooking", "you")
    assert ten["added_at"] == "2026-10-05T19:00:00+00:00"
    assert (eleven["suggestion"], eleven["confidence"], eleven["decided_by"]) == ("Music", "0.877", "")
    filed = next(row for row in rows(shop.export.text()) if row["video_id"] == video(0))
    assert (filed["category"], filed["decided_by"]) == ("Cooking | Music", "YouTube")


@pytest.mark.parametrize("sign", [*"=+-@\t\r\n＝＋－＠", "\0=", "\ufeff=", "\u200b@"])
def test_no_title_channel_or_playlist_is_a_formula(shop: Workspace, sign: str) -> None:
    retitle(shop, 0, f'{sign}HYPERLINK("http://evil")', f"{sign}1+1")
    shop.catalog.rename_playlist(MUSIC, f"{sign}cmd|' /C calc'!A0")
    shop.derived.store_suggestions([Suggestion(video(10), (INBOX,), MUSIC, 0.9, True, "")])
    for row in rows(shop.export.text()):
        for cell in (row["title"], row["channel"], row["playlist"], row["category"], row["suggestion"]):
            assert not cell.startswith(sign)
    texts = [row["title"] for row in rows(shop.export.text()) if row["video_id"] == video(0)]
    assert texts[0] == f'\'{sign}HYPERLINK("http://evil")'


def test_an_id_that_begins_with_a_dash_is_no_formula(shop: Workspace) -> None:
    odd = "-dash_IdAB1"
    video_before = shop.catalog.videos([video(0)])[video(0)]
    shop.catalog.store_videos([replace(video_before, video_id=odd)])
    item = shop.catalog.items_of(MUSIC)[2]
    shop.catalog.store_items(MUSIC, [replace(item, video_id=odd)])
    row = rows(shop.export.text())[-1]
    assert (row["video_id"], row["url"]) == (f"'{odd}", f"https://www.youtube.com/watch?v={odd}")


def test_every_cell_is_quoted_and_excel_is_told_the_encoding(shop: Workspace, tmp_path: Path) -> None:
    retitle(shop, 7, "Café 漢")
    shop.export.write(tmp_path / "library.csv")
    written = (tmp_path / "library.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    for line in written.decode("utf-8-sig").splitlines():
        assert line.startswith('"') and line.endswith('"') and line.count('","') == len(COLUMNS) - 1


def test_titles_with_commas_quotes_and_line_breaks_survive(shop: Workspace) -> None:
    title = 'One, "two"\nthree\r\nfour 漢字 🎻'
    retitle(shop, 7, title)
    assert rows(shop.export.text())[-1]["title"] == title


def test_the_file_holds_the_same_as_the_text_and_the_number_of_rows_is_told(shop: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "library.csv"
    assert shop.export.write(path) == 18
    assert path.read_bytes().decode("utf-8") == shop.export.text()
    assert [file.name for file in path.parent.iterdir()] == ["library.csv"]


def test_a_file_that_cannot_be_written_is_said_and_the_old_one_stays(shop: Workspace, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("kept")
    for path in (blocked / "library.csv", tmp_path):
        with pytest.raises(UserError, match="cannot be written") as error:
            shop.export.write(path)
        assert error.value.next_step
    assert blocked.read_text() == "kept"
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".partial")]


def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(shop: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "exports" / "library.csv"
    path.parent.mkdir()
    path.write_text("kept")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(UserError, match="cannot be written"):
            shop.export.write(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [(file.name, file.read_text()) for file in path.parent.iterdir()] == [("library.csv", "kept")]


def test_an_interrupted_export_leaves_nothing_behind(
    shop: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*paths: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    monkeypatch.setattr("pathlib.Path.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        shop.export.write(tmp_path / "exports" / "library.csv")
    assert list((tmp_path / "exports").iterdir()) == []


def test_an_empty_library_is_a_header(tmp_path: Path) -> None:
    workspace = Workspace(Settings(tmp_path))
    assert workspace.export.text().strip() == "\ufeff" + ",".join(f'"{column}"' for column in COLUMNS)
    workspace.close()


def test_ordinary_text_is_left_alone() -> None:
    assert [safe(text) for text in ("", "Talk", "a=b", "'quoted'")] == ["", "Talk", "a=b", "'quoted'"]
