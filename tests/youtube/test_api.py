from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from google.oauth2.credentials import Credentials

from lib.demo import refusals
from lib.demo.account import Account, item_id_of, playlist_id_of
from lib.demo.youtube import Answer, DemoYouTube
from lib.errors import ApiError, Cancelled, InconsistentListing, NotSignedIn, QuotaExceeded, UserError
from lib.models import LIKED, Availability, Channel, Item, Playlist
from lib.youtube.api import Client
from lib.youtube.auth import connect, credentials
from lib.youtube.sender import READ_ATTEMPTS
from lib.youtube.transport import CHECK_SECONDS
from tests.conftest import error_body
from tests.demo.conftest import COOKING, MUSIC, NOON, video_id
from tests.youtube.conftest import HANG_UP, reply, sign_in
from tests.youtube.test_refusals import KNOWN, stored

LONG = "PL" + "l" * 32


def _with_long(account: Account, items: int) -> Account:
    entries = tuple(Item(item_id_of(LONG, str(n)), video_id(n % 8), NOON) for n in range(items))
    return account.with_playlist(Playlist(LONG, "Long", items=entries))


def _sent(youtube: DemoYouTube) -> list[tuple[str, str, int]]:
    return [(entry.method, entry.path.rsplit("/", 1)[1], entry.status) for entry in youtube.log]


# -- reads -------------------------------------------------------------------------------------------------------------


def test_the_channel_comes_with_its_liked_playlist(client):
    assert client.channel() == (Channel("UC" + "r" * 22, "Robin"), LIKED)


def test_an_account_without_a_channel_is_told_to_choose_another(client, between):
    between.refuse(200, {"items": []})
    with pytest.raises(NotSignedIn, match="no YouTube channel"):
        client.channel()


def test_every_playlist_is_listed_over_all_pages_each_for_one_unit(client, youtube, quota):
    for number in range(120):
        playlist = Playlist(playlist_id_of(str(number)), f"P{number}")
        youtube.amend(lambda account, made=playlist: account.with_new_playlist(made, NOON))
    found = client.playlists()
    assert [one.title for one in found[:2]] == ["P119", "P118"]
    assert [one.playlist_id for one in found] == [p.playlist_id for p in youtube.present.listed]
    assert found[-1].owner == "UC" + "r" * 22
    assert (len(youtube.log), quota.spent(), quota.requests()) == (3, 3, 3)


def test_a_playlist_that_shows_up_on_two_pages_is_no_listing(client, youtube, between):
    for number in range(51):
        playlist = Playlist(playlist_id_of(str(number)), f"P{number}")
        youtube.amend(lambda account, made=playlist: account.with_new_playlist(made, NOON))

    def a_new_one_pushes_the_last_to_the_next_page(request, answer):
        newest = Playlist(playlist_id_of("new"), "New")
        youtube.amend(lambda account: account.with_new_playlist(newest, NOON))
        return answer(request)

    between.let()
    between.queue.append(a_new_one_pushes_the_last_to_the_next_page)
    with pytest.raises(InconsistentListing, match="changed while"):
        client.playlists()


def test_playlists_by_id_leaves_out_what_is_gone_and_liked_cannot_be_written(client):
    found = client.playlists_by_id([COOKING, "PLgone", LIKED])
    assert set(found) == {COOKING, LIKED}
    assert (found[COOKING].writable, found[COOKING].item_count) == (True, 9)
    assert (found[LIKED].writable, found[LIKED].item_count) == (False, None)


def test_a_long_playlist_is_read_page_by_page_until_no_token_is_left(client, youtube):
    youtube.amend(lambda account: _with_long(account, 101))
    shown, token, pages = [], None, 0
    while pages == 0 or token:
        page = client.items_page(LONG, token)
        shown, token, pages = [*shown, *page.items], page.next_token, pages + 1
    assert pages == 3
    assert [one.position for one in shown] == list(range(101))
    assert tuple(one.item for one in shown) == youtube.present.playlists[LONG].items


def test_dead_videos_keep_their_place_in_a_listing(client):
    shown = {one.item.video_id: one for one in client.items_page(COOKING, None).items}
    assert (shown[video_id(8)].availability, shown[video_id(8)].title) == (Availability.DELETED, "")
    assert (shown[video_id(9)].availability, shown[video_id(9)].title) == (Availability.PRIVATE, "")
    assert shown[video_id(0)].title == "Talk <0> & more"


def test_a_page_that_has_not_changed_is_not_sent_again_and_costs_its_unit_all_the_same(client, youtube, quota):
    first = client.items_page(COOKING, None)
    again = client.items_page(COOKING, None, first.etag)
    assert (again.unchanged, again.items, again.etag) == (True, (), first.etag)
    youtube.amend(lambda account: account.without_playlist(MUSIC))
    assert client.items_page(COOKING, None, first.etag).unchanged
    youtube.amend(lambda a: a.with_playlist(replace(a.playlists[COOKING], items=a.playlists[COOKING].items[1:])))
    changed = client.items_page(COOKING, None, first.etag)
    assert (changed.unchanged, len(changed.items)) == (False, 8)
    assert [status for _, _, status in _sent(youtube)] == [200, 304, 304, 200]
    assert quota.spent() == 4


def test_a_playlist_that_is_gone_is_a_404_and_asked_for_once(client, youtube):
    with pytest.raises(ApiError) as refused:
        client.items_page("PLgone", None)
    assert (refused.value.status, refused.value.reason) == (404, "playlistNotFound")
    assert len(youtube.log) == 1


def test_items_by_id_tells_which_of_fifty_still_exist_although_the_address_would_be_too_long(client, youtube, quota):
    youtube.amend(lambda account: _with_long(account, 49))
    ids = [*(item.item_id for item in youtube.present.playlists[LONG].items), item_id_of(LONG, "gone")]
    assert len(",".join(ids)) > 2048  # above this the client library sends a POST that says it is a GET
    found = client.items_by_id(ids)
    assert list(found) == ids[:49]
    assert (_sent(youtube), quota.spent()) == ([("GET", "playlistItems", 200)], 1)


def test_a_lost_answer_to_a_read_that_travels_as_a_post_is_asked_for_again(byte_server, quota, slept):
    server = byte_server(HANG_UP, reply("200 OK", b'{"items": []}'))
    client = Client(Credentials(token="demo"), server.url, quota, sleep=slept.append)
    assert client.items_by_id([item_id_of(LONG, str(n)) for n in range(50)]) == {}
    assert [line.split()[0] for line in server.requests] == ["POST", "POST"]
    assert quota.spent() == 2


def test_videos_that_cannot_be_watched_are_missing(client):
    before = datetime.now(UTC)
    found = client.videos([video_id(n) for n in (0, 8, 9)] + ["neverexiste"])
    assert list(found) == [video_id(0)]
    video = found[video_id(0)]
    assert (video.title, video.duration_seconds, video.tags) == ("Talk <0> & more", 3725, ("a",))
    assert before <= video.fetched_at <= datetime.now(UTC)


# -- writes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("position", "expected"), [(None, 2), (0, 0), (1, 1)])
def test_a_video_is_inserted_at_its_place_or_at_the_end(client, youtube, quota, position, expected):
    made = client.insert_item(MUSIC, video_id(5), position)
    entries = youtube.present.playlists[MUSIC].items
    assert (made.item.video_id, made.playlist_id, made.position) == (video_id(5), MUSIC, expected)
    assert entries[expected].item_id == made.item.item_id
    assert ("position" in youtube.log[0].body["snippet"]) == (position is not None)
    assert (len(youtube.log), quota.spent()) == (1, 50)


def test_a_note_travels_with_an_insert_and_stays_with_a_move(client, youtube):
    made = client.insert_item(MUSIC, video_id(5), None, note="why")
    assert made.item.note == "why"
    client.move_item(made.item.item_id, MUSIC, video_id(5), 0)
    assert youtube.present.playlists[MUSIC].items[0].note == "why"


def test_a_moved_item_has_exactly_the_index_asked_for_and_keeps_its_id(client, youtube, quota):
    items = youtube.present.playlists[COOKING].items
    moved = client.move_item(items[0].item_id, COOKING, items[0].video_id, 4)
    after = youtube.present.playlists[COOKING].items
    assert after == (*items[1:5], items[0], *items[5:])
    assert (moved.position, moved.item.item_id, quota.spent()) == (4, items[0].item_id, 50)


def test_a_deleted_item_is_gone_and_deleting_it_again_is_no_error(client, youtube, quota):
    entry = youtube.present.playlists[MUSIC].items[0]
    client.delete_item(entry.item_id)
    client.delete_item(entry.item_id)
    assert entry not in youtube.present.playlists[MUSIC].items
    assert _sent(youtube) == [("DELETE", "playlistItems", 204), ("DELETE", "playlistItems", 404)]
    assert quota.spent() == 100


def test_a_new_playlist_is_private_unless_told_otherwise(client, youtube):
    made, public = client.create_playlist("Zoo", "Animals"), client.create_playlist("Open", privacy="public")
    held = youtube.present.playlists[made.playlist_id]
    assert (held.title, held.description, held.privacy) == ("Zoo", "Animals", "private")
    assert (made.title, made.privacy) == ("Zoo", "private")
    assert youtube.present.playlists[public.playlist_id].privacy == "public"


def test_a_renamed_playlist_keeps_its_description_and_its_privacy(client, youtube, quota):
    client.rename_playlist(COOKING, "Kitchen")
    client.rename_playlist(MUSIC, "Jazz")
    assert (youtube.present.playlists[COOKING].title, youtube.present.playlists[COOKING].description) == (
        "Kitchen",
        "Food",
    )
    assert youtube.present.playlists[MUSIC].privacy == "public"
    assert quota.spent() == 102


def test_a_playlist_that_is_gone_is_not_renamed_though_youtube_would_say_yes(client, youtube):
    with pytest.raises(ApiError) as refused:
        client.rename_playlist("PLgone", "Kitchen")
    assert (refused.value.status, refused.value.applied) == (404, False)
    assert _sent(youtube) == [("GET", "playlists", 200)]


def test_a_deleted_playlist_is_gone_and_deleting_it_again_is_no_error(client, youtube):
    client.delete_playlist(MUSIC)
    client.delete_playlist(MUSIC)
    assert MUSIC not in youtube.present.playlists


# -- refusals and lost answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KNOWN)
def test_a_refused_write_is_sent_once_and_says_whether_it_was_applied(client, youtube, between, slept, name):
    reason, insert_applied, other_applied, _ = KNOWN[name]
    for write, applied in (
        (lambda: client.insert_item(MUSIC, video_id(5), None), insert_applied),
        (lambda: client.move_item("i", MUSIC, video_id(0), 1), other_applied),
    ):
        between.refuse(*stored(name))
        with pytest.raises(ApiError) as refused:
            write()
        assert (refused.value.reason, refused.value.applied) == (reason, applied)
    assert not between.queue
    assert youtube.log == []
    assert slept == []


def test_a_fault_after_an_insert_was_applied_leaves_the_question_open(client, youtube, between):
    between.refuse_after(*stored("backendError_500"))
    with pytest.raises(ApiError) as refused:
        client.insert_item(MUSIC, video_id(5), None)
    assert refused.value.applied is None
    assert len(youtube.present.playlists[MUSIC].items) == 3
    assert len(youtube.log) == 1


@pytest.mark.parametrize(
    "body",
    [b"<html>a page of the hotel</html>", b'{"items": [', b"\xff\xfe"],
    ids=["a page", "half an answer", "no text"],
)
def test_a_success_that_cannot_be_read_is_a_lost_answer(byte_server, quota, slept, body):
    server = byte_server(reply("200 OK", body), *[reply("200 OK", body)] * READ_ATTEMPTS)
    client = Client(Credentials(token="demo"), server.url, quota, sleep=slept.append)
    with pytest.raises(ApiError) as lost:
        client.insert_item(MUSIC, video_id(5), None)
    assert (lost.value.applied, lost.value.status, len(server.requests)) == (None, 0, 1)
    with pytest.raises(ApiError) as unread:
        client.channel()
    assert (unread.value.applied, len(server.requests)) == (False, 1 + READ_ATTEMPTS)


WRITES = {
    "insert": lambda c: c.insert_item(MUSIC, video_id(5), None),
    "move": lambda c: c.move_item("i", MUSIC, video_id(0), 1),
    "delete": lambda c: c.delete_item("i"),
    "create": lambda c: c.create_playlist("Zoo"),
    "delete playlist": lambda c: c.delete_playlist(MUSIC),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_write_whose_answer_is_lost_is_sent_once_booked_once_and_unknown(byte_server, quota, slept, write):
    server = byte_server()
    client = Client(Credentials(token="demo"), server.url, quota, sleep=slept.append)
    with pytest.raises(ApiError) as lost:
        WRITES[write](client)
    assert (lost.value.applied, lost.value.reason) == (None, "noAnswer")
    assert (len(server.requests), quota.spent(), quota.requests(), slept) == (1, 50, 1, [])


@pytest.mark.parametrize("status", ["302 Found", "304 Not Modified"])
def test_a_write_that_is_answered_like_a_read_is_unknown(byte_server, quota, status):
    server = byte_server(reply(status, b""))
    with pytest.raises(ApiError) as refused:
        WRITES["create"](Client(Credentials(token="demo"), server.url, quota))
    assert (refused.value.applied, len(server.requests)) == (None, 1)


def test_a_write_that_could_not_even_connect_was_not_applied_but_is_booked(byte_server, quota):
    server = byte_server()
    server.close()
    with pytest.raises(ApiError) as lost:
        WRITES["insert"](Client(Credentials(token="demo"), server.url, quota))
    assert (lost.value.applied, quota.spent()) == (False, 50)


def test_a_read_is_asked_again_after_a_pause_and_each_attempt_is_booked(client, between, quota, slept):
    between.refuse(*stored("backendError_500"), times=2)
    between.refuse(*stored("rateLimitExceeded_429"))
    assert client.channel()[0].title == "Robin"
    assert quota.spent() == 4
    assert len(slept) == 3
    assert all(0 <= pause <= 2**attempt for attempt, pause in enumerate(slept))


def test_a_read_that_never_succeeds_ends_after_its_attempts(client, between, quota, slept):
    between.refuse(*stored("backendError_500"), times=9)
    with pytest.raises(ApiError, match="backendError"):
        client.channel()
    assert (len(between.queue), quota.spent(), len(slept)) == (9 - READ_ATTEMPTS, READ_ATTEMPTS, READ_ATTEMPTS - 1)


def test_a_refusal_for_quota_tells_the_ledger_when_youtube_answered(byte_server, quota):
    """Our clock is five hours ahead: YouTube still counts the day before."""
    at = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
    quota.now = lambda: at
    answer = reply("403 Forbidden", json.dumps(error_body(403, "quotaExceeded")).encode())
    dated = answer.replace(b"\r\n", b"\r\nDate: Thu, 02 Jul 2026 04:00:00 GMT\r\n", 1)
    client = Client(Credentials(token="demo"), byte_server(dated).url, quota)
    with pytest.raises(QuotaExceeded) as refused:
        client.channel()
    assert refused.value.resets_at == at + timedelta(hours=3)
    assert quota.left() == 9_999


def test_a_pause_before_a_read_is_asked_again_ends_as_soon_as_it_is_cancelled(client, between, slept):
    between.refuse(*stored("backendError_500"), times=9)
    client._sender._chance = SimpleNamespace(uniform=lambda least, most: most)

    def check() -> None:
        if slept:
            raise Cancelled("Cancelled.")

    with client.cancellable(check), pytest.raises(Cancelled):
        client.channel()
    assert len(between.queue) == 8
    assert slept == [CHECK_SECONDS]


def test_a_read_that_was_refused_for_good_is_asked_once(client, between, slept):
    between.refuse(*stored("permission_403_core_SERVICE_UNAVAILABLE"), times=2)
    with pytest.raises(ApiError):
        client.channel()
    assert (len(between.queue), slept) == (1, [])


# -- quota -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["channel", "insert"])
def test_when_youtube_says_the_day_is_spent_one_request_was_enough_to_know_it(client, youtube, between, quota, call):
    ask = client.channel if call == "channel" else lambda: WRITES["insert"](client)
    between.refuse(*stored("quotaExceeded_403"))
    with pytest.raises(QuotaExceeded) as spent:
        ask()
    assert spent.value.resets_at == quota.resets_at()
    with pytest.raises(QuotaExceeded):
        client.channel()
    assert not between.queue
    assert youtube.log == []


def test_what_does_not_fit_into_the_day_never_leaves(client, youtube, quota):
    quota.reserve(9_951, "x")
    with pytest.raises(QuotaExceeded):
        WRITES["insert"](client)
    assert youtube.log == []
    assert client.channel()[0].title == "Robin"


# -- sign-in -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(settings, secret, quota) -> Client:
    sign_in(settings, write=True)
    return connect(settings, quota)


def test_a_read_that_meets_a_lapsed_token_refreshes_it_and_asks_again(signed_in, settings, youtube, between, quota):
    before = json.loads(settings.token.read_text())["token"]
    between.refuse(401, refusals.invalid_credentials().body)
    assert signed_in.channel()[0].title == "Robin"
    after = json.loads(settings.token.read_text())["token"]
    assert after != before
    assert quota.spent() == 2
    assert [entry.status for entry in youtube.log] == [200]


def test_a_write_that_meets_a_lapsed_token_is_not_repeated_but_the_next_one_has_a_new_token(
    signed_in, settings, youtube, between
):
    before = json.loads(settings.token.read_text())["token"]
    between.refuse(401, refusals.invalid_credentials().body)
    with pytest.raises(ApiError) as refused:
        WRITES["insert"](signed_in)
    assert (refused.value.status, refused.value.applied) == (401, False)
    assert len(youtube.present.playlists[MUSIC].items) == 2
    assert json.loads(settings.token.read_text())["token"] != before
    WRITES["insert"](signed_in)
    assert len(youtube.present.playlists[MUSIC].items) == 3


def test_a_token_without_a_refresh_token_stays_refused(client, between):
    between.refuse(401, refusals.invalid_credentials().body, times=3)
    with pytest.raises(ApiError) as refused:
        client.channel()
    assert refused.value.status == 401
    assert len(between.queue) == 1


def test_a_revoked_sign_in_asks_for_a_new_one_and_the_unit_is_booked(signed_in, settings, between, quota):
    stored_token = json.loads(settings.token.read_text())
    settings.token.write_text(json.dumps({**stored_token, "refresh_token": "revoked"}))
    revoked = connect(settings, quota)
    between.refuse(401, refusals.invalid_credentials().body)
    with pytest.raises(NotSignedIn, match="no longer accepts"):
        revoked.channel()
    settings.token.write_text(
        json.dumps({**stored_token, "refresh_token": "revoked", "expiry": "2020-01-01T00:00:00Z"})
    )
    with pytest.raises(NotSignedIn, match="no longer accepts"):
        WRITES["insert"](connect(settings, quota))
    assert quota.spent() == 51


@pytest.mark.parametrize("attempt", ["expired before", "refused with 401"])
def test_when_the_token_server_is_away_nothing_was_applied_and_the_sign_in_stands(
    signed_in, settings, between, quota, byte_server, attempt
):
    away = byte_server()
    away.close()
    expiry = "2020-01-01T00:00:00Z" if attempt == "expired before" else "2999-01-01T00:00:00Z"
    content = json.loads(settings.token.read_text()) | {"token_uri": f"{away.url}/token", "expiry": expiry}
    settings.token.write_text(json.dumps(content))
    between.refuse(401, refusals.invalid_credentials().body)
    with pytest.raises(ApiError) as lost:
        WRITES["insert"](Client(credentials(settings), settings.endpoint, quota))
    assert (lost.value.applied, lost.value.status) == (False, 0)


def test_a_token_for_reading_cannot_write_and_says_what_to_do(settings, secret, quota, youtube):
    sign_in(settings, write=False)
    client = connect(settings, quota)
    assert client.channel()[0].title == "Robin"
    with pytest.raises(NotSignedIn) as refused:
        WRITES["insert"](client)
    assert "Allow writing" in refused.value.next_step
    assert len(youtube.present.playlists[MUSIC].items) == 2


def test_a_project_without_the_api_is_told_where_to_enable_it(client, between):
    between.refuse(403, error_body(403, "accessNotConfigured"))
    with pytest.raises(UserError, match="not enabled") as refused:
        client.channel()
    assert "Cloud console" in refused.value.next_step


# -- threads -----------------------------------------------------------------------------------------------------------


def test_one_client_serves_many_threads_each_over_a_connection_of_its_own(client, youtube, between):
    together = threading.Barrier(4, timeout=10)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(5):
                together.wait()
                found = client.videos([video_id(number)])
                assert list(found) == [video_id(number)]
            client.insert_item(MUSIC, video_id(number), None)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    inserted = sorted(item.video_id for item in youtube.present.playlists[MUSIC].items[2:])
    assert inserted == [video_id(number) for number in range(4)]
    assert len(youtube.log) == 24


def test_an_answer_without_content_is_a_success_of_a_delete(client, between):
    between.queue.append(lambda request, answer: Answer(204, None))
    assert client.delete_item("i") is None
