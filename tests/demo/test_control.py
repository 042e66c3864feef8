import json

import pytest

from lib.demo.server import DemoServer, running
from tests.demo.delivery import OpenProtocol, disturbed_app

from .conftest import COOKING, MUSIC, fetch, video_id

INSERT = json.dumps(
    {"snippet": {"playlistId": MUSIC, "resourceId": {"kind": "youtube#video", "videoId": video_id(1)}}}
).encode()


@pytest.fixture
def url(youtube):
    server = DemoServer(disturbed_app(youtube, control=True), protocol=OpenProtocol)
    yield server.url
    server.stop()


def say(url: str, what: str, document: object) -> int:
    return fetch(f"{url}/demo/{what}", "POST", json.dumps(document).encode()).status


def insert(url: str) -> int:
    return fetch(f"{url}/youtube/v3/playlistItems?part=snippet", "POST", INSERT).status


def listed(url: str) -> int:
    return len(fetch(f"{url}/youtube/v3/playlistItems?part=id&playlistId={MUSIC}").json()["items"])


def test_faults_can_be_asked_for_from_another_process(url, youtube):
    assert (
        say(url, "faults", [{"at": 2, "fault": "500, applied", "method": "POST", "resource": "playlistItems"}]) == 200
    )
    assert (insert(url), listed(url), insert(url), insert(url)) == (200, 3, 500, 200)
    log = fetch(f"{url}/demo/log").json()
    assert [(e["answered"], e["applied"], e["fault"]) for e in log if e["method"] == "POST"] == [
        (200, True, ""),
        (500, True, "500, applied"),
        (200, True, ""),
    ]
    assert say(url, "faults", []) == 200
    assert insert(url) == 200


def test_a_person_can_act_at_once_or_before_a_request(url, youtube):
    assert say(url, "person", {"person": "renames", "of": [MUSIC, "Songs"]}) == 200
    assert say(url, "faults", [{"at": 1, "person": "takes_out", "of": [COOKING, video_id(0)], "method": "POST"}]) == 200
    assert youtube.present.playlists[MUSIC].title == "Songs"
    assert youtube.present.playlists[COOKING].copies(video_id(0)) == 1
    insert(url)
    assert youtube.present.playlists[COOKING].copies(video_id(0)) == 0


def test_lag_can_be_set_and_a_reset_brings_the_beginning_back(url, youtube, account):
    assert say(url, "lag", {"seconds": 5}) == 200
    assert (insert(url), listed(url)) == (200, 2)
    assert say(url, "faults", [{"at": 1, "fault": "503", "times": 99}]) == 200
    assert say(url, "reset", None) == 200
    assert (youtube.present, youtube.log, youtube.ledger.spent) == (account, [], 0)
    assert (insert(url), listed(url)) == (200, 3)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("faults", [{"at": 1, "fault": "unheard of"}]),
        ("faults", [{"fault": "500"}]),
        ("faults", {"at": 1}),
        ("person", {"person": "dances", "of": []}),
        ("person", {"person": "renames", "of": []}),
        ("lag", {}),
    ],
)
def test_what_cannot_be_understood_is_refused_and_changes_nothing(url, youtube, account, what, said):
    assert say(url, what, said) == 400
    assert (insert(url), youtube.lag.total_seconds()) == (200, 0)


def test_nobody_controls_a_demo_that_was_not_made_for_it(youtube):
    with running(youtube) as url:
        for what in ("faults", "person", "lag", "reset"):
            assert say(url, what, []) == 404
