"""The client secret is checked before it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lib.errors import UserError
from lib.settings import Settings
from lib.ui.connect import keep_client_secret

GOOD = {
    "installed": {
        "client_id": "id",
        "client_secret": "s",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
}


def test_a_good_secret_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    keep_client_secret(json.dumps(GOOD).encode(), settings)
    assert json.loads(settings.client_secret.read_text("utf-8")) == GOOD
    assert settings.client_secret.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["client_secret.json"]


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", json.dumps({"web": GOOD["installed"]}).encode()])
def test_anything_else_is_refused_and_what_was_there_stays(tmp_path: Path, content: bytes) -> None:
    settings = Settings(tmp_path)
    keep_client_secret(json.dumps(GOOD).encode(), settings)
    with pytest.raises(UserError):
        keep_client_secret(content, settings)
    assert json.loads(settings.client_secret.read_text("utf-8")) == GOOD
    assert [path.name for path in tmp_path.iterdir()] == ["client_secret.json"]
