import http.client
import json
from contextlib import suppress
from dataclasses import replace

import pytest

from lib.demo.server import running
from lib.demo.youtube import Answer, Request
from tests.conftest import Stage
from tests.demo.delivery import disturbed_app
from tests.demo.faults import FAULTS, WRITE_FAULTS, Disturbed, at, meanwhile, schedule
from tests.demo.person import renames, takes_out

from .conftest import COOKING, MUSIC, Asker, video_id

INSERT = {"snippet": {"playlistId": MUSIC, "resourceId": {"kind": "youtube#video", "videoId": video_id(1)}}}


def inserted(youtube) -> int:
    return youtube.present.playlists[MUSIC].copies(video_id(1))


@pytest.fixture
def served(stage: Stage, youtube):
    """Asks the demo over one plain connection, which sends nothing twice by itself."""

    def ask(*rules, method="POST", path="playlistItems?part=snippet", body=INSERT):
        stage.app = disturbed_app(youtube, schedule(*rules))
        connection = http.client.HTTPConnection(stage.server.url.removeprefix("http://"), timeout=1.5)
        connection.request(
            method,
            f"/youtube/v3/{path}",
            json.dumps(body) if body else None,
            {"Authorization": "Bearer demo", "If-None-Match": "etag"},
        )
        answer = connection.getresponse()
        return answer.status, answer.read()

    return ask


@pytest.mark.parametrize("name", WRITE_FAULTS)
def test_a_fault_reaches_the_account_exactly_where_its_name_says_so(youtube, name):
    asker = Asker(youtube)
    asked = Request("POST", "playlistItems", {"part": ["snippet"]}, INSERT)
    schedule(at(1, FAULTS[name]))(asked, youtube.answer)
    assert inserted(youtube) == (1 if name.endswith("applied") else 0)
    assert len(asker.youtube.log) == inserted(youtube)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("500", 500),
        ("503", 503),
        ("408", 408),
        ("409", 409),
        ("429", 429),
        ("403 rate", 403),
        ("403 quota", 403),
        ("401", 401),
        ("404, applied", 404),
        ("page token refused", 400),
        ("slow, applied", 200),
    ],
)
def test_a_refusal_comes_as_youtube_words_it(served, youtube, name, status):
    got, body = served(at(1, FAULTS[name]))
    assert got == status
    assert "error" in json.loads(body) or status == 200
    assert (youtube.log[-1].answered, youtube.log[-1].fault) == (status, name)


@pytest.mark.parametrize("name", ["portal", "empty", "foreign", "truncated, applied"])
def test_a_success_may_be_no_answer_of_youtubes(served, youtube, name):
    status, body = served(at(1, FAULTS[name]))
    assert status == 200
    assert b'"kind": "youtube#playlistItem", "etag"' not in body or not body.endswith(b"}")
    assert inserted(youtube) == name.endswith("applied")


@pytest.mark.parametrize(
    ("way", "error"),
    [
        ("closed", http.client.RemoteDisconnected),
        ("reset", ConnectionResetError),
        ("silent", TimeoutError),
    ],
)
@pytest.mark.parametrize("applied", [False, True])
def test_a_connection_that_ends_without_an_answer_stands_in_the_log(served, youtube, way, error, applied):
    name = f"{way}, applied" if applied else way
    with pytest.raises(error):
        served(at(1, FAULTS[name]))
    entry = youtube.log[-1]
    assert (entry.method, entry.answered, entry.applied, entry.fault) == ("POST", 0, applied, name)
    assert (entry.status, entry.units) == ((200, 50) if applied else (0, 0))
    assert (entry.body, entry.headers) == (INSERT, {"If-None-Match": "etag"})
    assert inserted(youtube) == applied
    assert served()[0] == 200


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "playlistItems?part=snippet"), ("DELETE", f"playlists?id={MUSIC}")]
)
def test_a_body_may_end_in_the_middle(served, method, path):
    with pytest.raises(http.client.IncompleteRead):
        served(at(1, FAULTS["half, applied"]), method=method, path=path, body=INSERT if method == "POST" else None)


def test_a_total_may_be_wrong_while_the_page_is_right(youtube):
    asked = Request("GET", "playlistItems", {"part": ["id"], "playlistId": [MUSIC]})
    right, wrong = (
        youtube.answer(asked).body,
        schedule(at(1, FAULTS["wrong total, applied"]))(asked, youtube.answer).body,
    )
    assert wrong["items"] == right["items"]
    assert wrong["pageInfo"]["totalResults"] == right["pageInfo"]["totalResults"] + 7


def test_a_rule_strikes_so_many_of_the_requests_that_match(youtube):
    rules = schedule(at(2, FAULTS["500"], method="GET", resource="playlistItems", having="videoId", times=2))
    looks = {"part": ["id"], "playlistId": [MUSIC], "videoId": [video_id(0)]}
    listing = Request("GET", "playlistItems", {"part": ["id"], "playlistId": [MUSIC]})
    other = Request("GET", "playlists", {"part": ["id"], "mine": ["true"]})
    statuses = []
    for _ in range(4):
        assert rules(listing, youtube.answer).status == rules(other, youtube.answer).status == 200
        statuses.append(rules(Request("GET", "playlistItems", looks), youtube.answer).status)
    assert statuses == [200, 500, 500, 200]


def test_where_two_rules_strike_the_first_decides_what_arrives(youtube):
    rules = schedule(at(1, FAULTS["503, applied"]), at(1, meanwhile(youtube, renames(MUSIC, "Songs"))))
    answer = rules(Request("POST", "playlistItems", {"part": ["snippet"]}, INSERT), youtube.answer)
    assert isinstance(answer, Disturbed)
    assert (answer.status, inserted(youtube)) == (503, 1)
    assert youtube.present.playlists[MUSIC].title == "Songs"


def test_the_person_acts_before_the_request_is_answered(youtube):
    gone = youtube.present.playlists[COOKING].items[0].item_id
    rules = schedule(at(1, meanwhile(youtube, takes_out(COOKING, video_id(0)))))
    answer = rules(Request("DELETE", "playlistItems", {"id": [gone]}), youtube.answer)
    assert answer.status == 404


def test_an_answer_that_is_changed_on_the_way_is_logged_as_it_was_sent(youtube):
    def loses(request, answer):
        return replace(answer(request), status=500, body={"error": {}})

    with running(youtube, intercept=loses) as url:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
        connection.request("DELETE", f"/youtube/v3/playlists?id={MUSIC}", headers={"Authorization": "Bearer demo"})
        assert connection.getresponse().status == 500
    assert [(e.status, e.answered, e.applied) for e in youtube.log] == [(204, 500, True)]


def test_the_server_goes_on_after_every_kind_of_disturbance(served, youtube):
    for name in WRITE_FAULTS:
        with suppress(OSError, http.client.HTTPException):
            served(at(1, FAULTS[name]))
    assert served(method="GET", path="playlists?part=id&mine=true", body=None)[0] == 200
    assert len(youtube.log) == len(WRITE_FAULTS) + 1


def test_an_undisturbed_answer_is_youtubes_own(youtube):
    asked = Request("GET", "playlists", {"part": ["id"], "mine": ["true"]})
    assert type(schedule()(asked, youtube.answer)) is Answer
