from __future__ import annotations

from pathlib import Path

import pytest

from lib.errors import UserError
from lib.settings import DEFAULT_MODEL, ROOT, host_of, is_loopback, read_settings


def test_an_empty_environment_gives_the_documented_defaults():
    settings = read_settings({})
    assert (settings.home, settings.model, settings.endpoint) == (ROOT / "data", DEFAULT_MODEL, None)
    assert (settings.daily_units, settings.daily_playlists, settings.settle_seconds) == (10_000, 10, 60.0)


def test_empty_values_count_as_not_set():
    names = (
        "ATLAS_HOME",
        "ATLAS_MODEL",
        "ATLAS_DAILY_UNITS",
        "ATLAS_DAILY_PLAYLISTS",
        "ATLAS_SETTLE_SECONDS",
        "YOUTUBE_API_ENDPOINT",
    )
    assert read_settings(dict.fromkeys(names, "")) == read_settings({})


def test_every_variable_is_read(tmp_path):
    settings = read_settings(
        {
            "ATLAS_HOME": str(tmp_path / "x" / ".."),
            "ATLAS_MODEL": "other/model",
            "ATLAS_DAILY_UNITS": "500",
            "ATLAS_DAILY_PLAYLISTS": "4",
            "ATLAS_SETTLE_SECONDS": "0.5",
            "YOUTUBE_API_ENDPOINT": "http://127.0.0.1:8901/",
        }
    )
    assert (settings.home, settings.model) == (tmp_path.resolve(), "other/model")
    assert (settings.daily_units, settings.daily_playlists, settings.settle_seconds) == (500, 4, 0.5)
    assert settings.endpoint == "http://127.0.0.1:8901"


def test_the_files_of_a_home_lie_in_it():
    home = Path("/somewhere")
    settings = read_settings({"ATLAS_HOME": str(home)})
    files = (settings.database, settings.token, settings.client_secret)
    assert files == (home / "atlas.duckdb", home / "token.json", home / "client_secret.json")


def test_a_tilde_is_the_home_of_the_person():
    assert read_settings({"ATLAS_HOME": "~/atlas"}).home == (Path.home() / "atlas").resolve()


@pytest.mark.parametrize("name", ["ATLAS_DAILY_UNITS", "ATLAS_DAILY_PLAYLISTS", "ATLAS_SETTLE_SECONDS"])
@pytest.mark.parametrize("text", ["many", "-1", "nan", "inf", "1,000", "1e400"])
def test_a_number_that_is_none_is_refused_by_its_name(name, text):
    with pytest.raises(UserError, match=name) as refused:
        read_settings({name: text})
    assert refused.value.next_step.startswith(f"Set {name}")


def test_no_new_playlists_at_all_cannot_be_meant():
    with pytest.raises(UserError, match="ATLAS_DAILY_PLAYLISTS"):
        read_settings({"ATLAS_DAILY_PLAYLISTS": "0"})


@pytest.mark.parametrize(
    "endpoint",
    ["http://localhost:8901", "http://127.0.0.1", "https://127.8.9.1:1", "http://[::1]:8901"],
)
def test_this_machine_may_be_the_endpoint(endpoint):
    assert read_settings({"YOUTUBE_API_ENDPOINT": endpoint}).endpoint == endpoint
    assert is_loopback(endpoint)


def test_google_itself_may_be_the_endpoint():
    assert read_settings({"YOUTUBE_API_ENDPOINT": "https://youtube.googleapis.com/"}).endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example",
        "https://evilgoogleapis.com",
        "https://youtube.googleapis.com.evil.example",
        "https://youtube.googleapis.com@evil.example",
        "http://youtube.googleapis.com",
        "http://127.0.0.1.evil.example",
        "http://192.168.0.7:8901",
        "http://0.0.0.0:8901",
    ],
)
def test_no_other_host_ever_gets_the_token(endpoint):
    assert not is_loopback(endpoint)
    with pytest.raises(UserError, match="neither Google nor this machine"):
        read_settings({"YOUTUBE_API_ENDPOINT": endpoint})


@pytest.mark.parametrize(
    "endpoint", ["127.0.0.1:8901", "localhost", "ftp://127.0.0.1", "http://", "http://[::1", "//x"]
)
def test_what_is_no_web_address_is_told_so(endpoint):
    assert host_of(endpoint) == ""
    with pytest.raises(UserError, match="no web address") as refused:
        read_settings({"YOUTUBE_API_ENDPOINT": endpoint})
    assert "http://127.0.0.1:8901" in refused.value.next_step
