from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from lib.cli.command import DONE, WAITS
from lib.youtube.auth import READ_SCOPE, WRITE_SCOPE
from tests.cli.conftest import ERROR, start

PERSON = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1] + '&decision={decision}').read()"
"""A browser in which the person presses that button of the consent page."""


def put_client_secret(home: Path, url: str) -> None:
    client = {"client_id": "id", "client_secret": "secret", "auth_uri": f"{url}/auth", "token_uri": f"{url}/token"}
    (home / "client_secret.json").write_text(json.dumps({"installed": client}))


def signed_in(monkeypatch: pytest.MonkeyPatch, folder: Path, decision: str, *options: str) -> tuple[int, str, str]:
    """The exit code, output and messages of a process in whose browser the person decides so."""
    person = folder / "person.py"
    person.write_text(PERSON.format(decision=decision))
    monkeypatch.setenv("BROWSER", f"{sys.executable} {person} %s &")
    process = start("sign-in", *options)
    output, messages = process.communicate(timeout=120)
    return process.returncode, output, messages


@pytest.mark.parametrize(("options", "scope"), [((), READ_SCOPE), (("--write",), WRITE_SCOPE)])
def test_what_the_person_allows_in_the_browser_is_kept(
    environment: None, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: tuple[str, ...], scope: str
) -> None:
    put_client_secret(tmp_path, url)
    code, output, messages = signed_in(monkeypatch, tmp_path, "allow", *options, "--json")
    assert code == DONE, messages
    assert json.loads(output) == {"signed_in": True, "write": bool(options)}
    assert f"{url}/auth?" in messages
    assert json.loads((tmp_path / "token.json").read_text())["scopes"] == [scope]


def test_a_denied_sign_in_is_a_sentence_and_keeps_nothing(
    environment: None, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put_client_secret(tmp_path, url)
    code, output, messages = signed_in(monkeypatch, tmp_path, "deny", "--json")
    assert code == WAITS and json.loads(output).keys() == ERROR
    assert "Traceback" not in messages
    assert not (tmp_path / "token.json").exists()


def test_without_a_client_secret_the_error_says_where_help_is(environment: None, tmp_path: Path) -> None:
    process = start("sign-in", "--json")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == WAITS and json.loads(output).keys() == ERROR
