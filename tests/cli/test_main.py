from __future__ import annotations

import pytest

from lib.cli.command import DONE, FAILED, USAGE
from lib.cli.main import main
from tests.cli.conftest import CommandLine


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["pull", "--nonsense"],
        ["edit"],
        ["push", "--confirm", "many"],
        ["topics", "--method", "guess"],
        ["inbox"],
        ["search", "--limit", "-1", "--unavailable"],
        ["search", "talk", "--limit", "0"],
        ["search", "talk", "--min-minutes", "nan"],
        ["search", "talk", "--max-minutes", "inf"],
        ["search", "talk", "--min-minutes", "-3"],
        ["rules", "--add", "Cooking", "--before", "2020-13-40"],
        ["rules", "--channel", "Owner"],
        ["rules", "--preview", "--days", "0"],
        ["rules", "--apply", "--inbox", "Inbox"],
    ],
)
def test_a_command_that_is_none_is_a_usage_error(
    arguments: list[str], environment: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage" in err


def test_without_json_the_answer_is_for_people(offline: CommandLine) -> None:
    offline.capsys.readouterr()
    assert main(["status"]) == DONE
    out, _ = offline.capsys.readouterr()
    assert "playlists: 4" in out.splitlines()
    assert main(["inbox", "Nowhere"]) == FAILED
    out, err = offline.capsys.readouterr()
    assert out == ""
    assert err.startswith("There is no playlist 'Nowhere'")
