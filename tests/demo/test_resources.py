import pytest

from lib.demo import resources

from .conftest import COOKING

ALL = frozenset({"snippet", "contentDetails", "status"})


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "PT0S"),
        (59, "PT59S"),
        (3725, "PT1H2M5S"),
        (86_400, "P1D"),
        (93_784, "P1DT2H3M4S"),
        (3600, "PT1H"),
        (None, "P0D"),
    ],
)
def test_a_duration_is_written_as_youtube_writes_it(seconds, text):
    assert resources.duration(seconds) == text


def _shown(account, number):
    holder = account.playlists[COOKING]
    return resources.item(account, holder, holder.items[number], number, ALL)


def test_an_item_names_its_video_its_place_and_who_owns_the_video(account):
    item = _shown(account, 3)
    assert list(item) == ["kind", "etag", "id", "snippet", "contentDetails", "status"]
    assert item["snippet"]["position"] == 3
    assert item["snippet"]["channelTitle"] == "Robin"
    assert item["snippet"]["videoOwnerChannelTitle"] == "Owner"
    assert item["snippet"]["publishedAt"] == "2026-10-02T19:00:00Z"
    assert item["contentDetails"] == {"videoId": "video000003", "videoPublishedAt": "2026-10-05T19:00:00Z"}


@pytest.mark.parametrize(
    ("number", "title", "description", "privacy"),
    [
        (7, "Deleted video", "This video is unavailable.", "privacyStatusUnspecified"),
        (8, "Private video", "This video is private.", "private"),
    ],
)
def test_an_item_whose_video_cannot_be_watched_is_a_placeholder(account, number, title, description, privacy):
    item = _shown(account, number)
    snippet = item["snippet"]
    assert (snippet["title"], snippet["description"], snippet["thumbnails"], item["status"]) == (
        title,
        description,
        {},
        {"privacyStatus": privacy},
    )
    assert "videoOwnerChannelId" not in snippet
    assert "videoPublishedAt" not in item["contentDetails"]


def test_a_playlist_shows_its_parts_and_a_date_with_microseconds(account):
    shown = resources.playlist(account, account.playlists[COOKING], ALL)
    assert shown["contentDetails"] == {"itemCount": 9}
    assert shown["status"] == {"privacyStatus": "private"}
    assert shown["snippet"]["publishedAt"] == "2026-10-05T19:00:00.000000Z"
    assert shown["snippet"]["localized"] == {"title": "Cooking", "description": "Food"}
    assert list(resources.playlist(account, account.playlists[COOKING], frozenset())) == ["kind", "etag", "id"]


def test_how_many_videos_are_liked_is_not_told(account):
    assert resources.playlist(account, account.playlists["LL"], ALL)["contentDetails"] == {}


def test_the_channel_names_its_likes_and_uploads(account):
    assert resources.channel(account, ALL)["contentDetails"] == {
        "relatedPlaylists": {"likes": "LL", "uploads": "UU" + "r" * 22}
    }


def test_a_video_without_tags_has_no_tags_at_all(account):
    video = account.videos["video000001"]
    assert resources.video(video, ALL)["snippet"]["tags"] == ["a"]
    bare = type(video)("video000001", "Bare")
    assert "tags" not in resources.video(bare, ALL)["snippet"]


def test_the_tag_of_a_resource_depends_on_the_parts_that_were_asked_for(account):
    holder = account.playlists[COOKING]
    assert (
        resources.playlist(account, holder, ALL)["etag"]
        != resources.playlist(account, holder, frozenset({"snippet"}))["etag"]
    )
