import json

import pytest

from lib.demo.state_file import keeper, restored
from lib.demo.youtube import DemoYouTube
from lib.errors import UserError

from .conftest import MUSIC, Asker, small_account, video_id


def test_a_restarted_account_finds_its_playlists_as_they_were(tmp_path, clock):
    path = tmp_path / "new folder" / "demo.json"
    asker = Asker(DemoYouTube(small_account(), clock=clock, changed=keeper(path)))
    fresh = asker.create("Ünïcode")
    asker.insert(MUSIC, video_id(1))
    again = restored(small_account(), path)
    assert again == asker.youtube.present
    assert list(again.playlists) == list(asker.youtube.present.playlists)
    assert again.playlists[fresh].title == "Ünïcode"
    assert [entry.name for entry in path.parent.iterdir()] == ["demo.json"]


def test_without_a_file_the_account_is_as_it_was(tmp_path, account):
    assert restored(account, tmp_path / "none.json") is account


@pytest.mark.parametrize("text", ["", "{}", '{"version": 1', "[]", '{"version": 2, "channel": "x"}'])
def test_a_damaged_file_is_reported_with_what_to_do(tmp_path, account, text):
    path = tmp_path / "demo.json"
    path.write_text(text)
    with pytest.raises(UserError) as error:
        restored(account, path)
    assert "Delete that file" in error.value.next_step


def test_the_file_of_another_channel_is_not_taken(tmp_path, account):
    path = tmp_path / "demo.json"
    keeper(path)(account)
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"channel": "UCother"}))
    with pytest.raises(UserError):
        restored(account, path)
