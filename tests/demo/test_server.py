import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from lib.demo.refusals import aborted
from lib.demo.server import demo_youtube, running, serve
from lib.demo.youtube import Answer
from lib.errors import UserError
from lib.settings import ROOT

from .conftest import COOKING, MUSIC, fetch, video_id


@pytest.fixture
def url(youtube):
    with running(youtube) as url:
        yield url


@pytest.fixture
def google(url):
    """Google's own client, with its discovery document from the package."""
    return _client(url)


def _client(url: str):
    return build(
        "youtube", "v3", credentials=Credentials("demo"), client_options={"api_endpoint": url}, cache_discovery=False
    )


def _listed(google, playlist: str) -> list[str]:
    listed, request = [], google.playlistItems().list(part="contentDetails", playlistId=playlist, maxResults=2)
    while request:
        answer = request.execute()
        listed += [row["contentDetails"]["videoId"] for row in answer["items"]]
        request = google.playlistItems().list_next(request, answer)
    return listed


def _insert(google, playlist: str, video: str) -> dict:
    body = {"snippet": {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}}}
    return google.playlistItems().insert(part="snippet", body=body).execute()


def test_googles_client_follows_the_pages_of_a_playlist(google):
    assert _listed(google, COOKING) == [video_id(n) for n in (0, 1, 2, 3, 4, 5, 6, 8, 9)]


def test_googles_client_creates_fills_sorts_and_deletes_a_playlist(google, url):
    body = {"snippet": {"title": "New"}, "status": {"privacyStatus": "private"}}
    made = google.playlists().insert(part="snippet,status", body=body).execute()["id"]
    with pytest.raises(HttpError) as refused:
        _insert(google, made, video_id(1))
    assert (refused.value.status_code, json.loads(refused.value.content)) == (409, aborted().body)
    first, second = (_insert(google, made, video_id(n)) for n in (1, 2))
    move = {"id": second["id"], "snippet": {**second["snippet"], "position": 0}}
    google.playlistItems().update(part="snippet", body=move).execute()
    assert _listed(google, made) == [video_id(2), video_id(1)]
    assert google.playlistItems().delete(id=first["id"]).execute() == ""
    google.playlists().update(part="snippet", body={"id": made, "snippet": {"title": "Newer"}}).execute()
    google.playlists().delete(id=made).execute()
    log = fetch(f"{url}/demo/log").json()
    assert [entry["status"] for entry in log if entry["method"] != "GET"] == [200, 409, 200, 200, 200, 204, 200, 204]
    assert sum(entry["units"] for entry in log) == 8 * 50 + 1


def test_a_query_too_long_for_an_address_comes_as_a_form_and_is_a_read(google, account, url):
    ids = [item.item_id for item in account.playlists[COOKING].items] + [
        "UE" + "x" * 66 + f"{n:02d}" for n in range(41)
    ]
    answer = google.playlistItems().list(part="id", id=",".join(ids)).execute()
    assert [row["id"] for row in answer["items"]] == ids[:5]
    log = fetch(f"{url}/demo/log").json()
    assert [(entry["method"], entry["units"]) for entry in log] == [("GET", 1)]


def test_googles_client_sees_304_as_an_error_without_content(google):
    request = google.playlists().list(part="snippet", mine=True)
    request.headers["If-None-Match"] = google.playlists().list(part="snippet", mine=True).execute()["etag"]
    with pytest.raises(HttpError) as unchanged:
        request.execute()
    assert (unchanged.value.status_code, unchanged.value.content) == (304, b"")


def test_an_answer_is_zipped_when_asked_and_says_what_it_is(url):
    asked = f"{url}/youtube/v3/playlistItems?part=snippet&playlistId={COOKING}&alt=json"
    plain, zipped = fetch(asked), fetch(asked, Accept_Encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert plain.headers["content-type"] == "application/json; charset=UTF-8"
    assert plain.headers["etag"] == f'"{plain.json()["etag"]}"'


def test_angle_brackets_travel_as_escapes(url):
    reply = fetch(f"{url}/youtube/v3/videos?part=snippet&id={video_id(1)}")
    assert b"Talk \\u003c1\\u003e" in reply.content
    assert reply.json()["items"][0]["snippet"]["title"] == "Talk <1> & more"


def test_a_missing_or_bad_token_is_refused_and_costs_nothing(url):
    for token in (None, "wrong"):
        reply = fetch(f"{url}/youtube/v3/playlists?part=id&mine=true", token=token)
        assert (reply.status, reply.json()["error"]["errors"][0]["reason"]) == (401, "authError")
    assert [entry["units"] for entry in fetch(f"{url}/demo/log").json()] == [0, 0]


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("GET", "playlists?part=id&mine=true&fields=items(id)", None),
        ("GET", "videoCategories?part=snippet", None),
        ("PATCH", "playlists?part=id", b"{}"),
        ("POST", "playlists?part=snippet", b"not json"),
        ("POST", "playlists?part=snippet", b"[1]"),
    ],
)
def test_what_is_not_modelled_is_refused_loudly_and_recorded(url, method, path, data):
    reply = fetch(f"{url}/youtube/v3/{path}", method, data)
    assert (reply.status, reply.json()["error"]["errors"][0]["reason"]) == (501, "notModelled")
    assert [entry["status"] for entry in fetch(f"{url}/demo/log").json()] == [501]


def test_the_window_shows_the_true_state_whatever_a_listing_still_shows(youtube, url, clock):
    youtube.lag = type(youtube.lag)(seconds=5)
    fetch(f"{url}/youtube/v3/playlists?id={MUSIC}", "DELETE")
    shown = fetch(f"{url}/youtube/v3/playlists?part=snippet&mine=true").json()
    assert [row["snippet"]["title"] for row in shown["items"]] == ["Cooking", "Music"]
    state = fetch(f"{url}/demo/state").json()
    assert [row["title"] for row in state["playlists"]] == ["Cooking", "Liked videos", "Uploads"]
    assert [item["videoId"] for item in state["playlists"][0]["items"]][:2] == [video_id(0), video_id(1)]
    assert fetch(f"{url}/demo/truth").json() == {video_id(3): MUSIC}


def test_the_log_shows_what_was_asked(url):
    fetch(f"{url}/youtube/v3/playlistItems?part=snippet&part=status&playlistId={MUSIC}&maxResults=1")
    entry = fetch(f"{url}/demo/log").json()[0]
    assert entry == {
        "method": "GET",
        "path": "/youtube/v3/playlistItems",
        "params": {"part": "snippet,status", "playlistId": MUSIC, "maxResults": "1"},
        "status": 200,
        "units": 1,
        "body": {},
        "headers": {},
        "applied": False,
        "answered": 200,
        "fault": "",
    }


def test_something_may_stand_between_http_and_the_account(youtube):
    def lose_writes(request, answer):
        reply = answer(request)
        return (
            reply if request.method == "GET" else Answer(500, {"error": {"code": 500, "message": "lost", "errors": []}})
        )

    with running(youtube, intercept=lose_writes) as url:
        assert fetch(f"{url}/youtube/v3/playlists?id={MUSIC}", "DELETE").status == 500
    assert MUSIC not in youtube.present.playlists


def test_many_connections_at_once_lose_nothing(url, youtube):
    body = {"snippet": {"playlistId": MUSIC, "resourceId": {"kind": "youtube#video", "videoId": video_id(1)}}}

    def insert() -> None:
        for _ in range(5):
            fetch(f"{url}/youtube/v3/playlistItems?part=snippet", "POST", json.dumps(body).encode())

    threads = [threading.Thread(target=insert) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(youtube.present.playlists[MUSIC].items) == 32


def test_it_starts_and_stops_quickly_and_frees_its_port(youtube):
    begin = time.monotonic()
    with running(youtube) as url:
        assert fetch(f"{url}/demo/state").status == 200
    assert time.monotonic() - begin < 2
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{url}/demo/state", timeout=2)


def test_a_taken_port_is_reported_with_what_to_do(youtube):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError) as error, running(youtube, port):
            raise AssertionError("started on a taken port")
        with pytest.raises(UserError):
            serve(port)
    assert "another port" in error.value.next_step


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _serve_in_a_process(port: int, state_file) -> subprocess.Popen:
    code = f"from pathlib import Path; from lib.demo.server import serve; serve({port}, Path({str(state_file)!r}))"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ
    )
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
    raise AssertionError(process.communicate()[0])


def test_a_killed_server_finds_its_library_as_it_was_and_prints_nothing(tmp_path):
    port, kept = _free_port(), tmp_path / "demo.json"
    url = f"http://127.0.0.1:{port}"
    process = _serve_in_a_process(port, kept)
    playlist = fetch(f"{url}/demo/state").json()["playlists"][0]
    gone = playlist["items"][0]["id"]
    assert fetch(f"{url}/youtube/v3/playlistItems?{urlencode({'id': gone})}", "DELETE").status == 204
    before = fetch(f"{url}/demo/state").json()
    process.kill()
    assert process.communicate()[0] == b""
    process = _serve_in_a_process(port, kept)
    assert fetch(f"{url}/demo/state").json() == before
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=10)[0] == b""
    assert process.returncode == 0


def test_a_demo_without_a_state_file_begins_with_the_sample_library(tmp_path):
    youtube = demo_youtube()
    youtube.amend(lambda account: replace(account, playlists={}))
    assert len(demo_youtube().present.listed) == 60
    kept = demo_youtube(tmp_path / "demo.json")
    kept.amend(lambda account: account.without_playlist(account.listed[0].playlist_id))
    assert len(demo_youtube(tmp_path / "demo.json").present.listed) == 59
