"""The README says what the program does: its tables are held against the code."""

import re
from pathlib import Path

from lib.cli.main import COMMANDS
from lib.models import State
from tests import scoreboard

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_and_option_is_in_the_readme():
    rows = {row.split()[0]: row for row in re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE)}
    for command in COMMANDS:
        assert command.name in rows, command.name
        options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        missing = {
            option for option in options - {"--json"} if not re.search(rf"{option}(?![\w-])", rows[command.name])
        }
        assert not missing, f"{command.name}: {missing}"


def test_every_setting_is_in_the_readme():
    read = set(re.findall(r"\"((?:ATLAS|YOUTUBE)_[A-Z_]+)\"", (ROOT / "lib/settings.py").read_text(encoding="utf-8")))
    assert read
    assert {name for name in read if f"| `{name}` |" not in README} == set()


def test_every_page_is_in_the_readme():
    titles = re.findall(r'title="(\w+)"', (ROOT / "app.py").read_text(encoding="utf-8"))
    assert len(titles) == 6
    assert [title for title in titles if f"| **{title}** |" not in README] == []


def test_the_eight_states_are_named_in_order():
    said = re.search(r"operation of a push is (.+?), in the journal", " ".join(README.split()))
    assert said
    assert re.findall(r"\w+", said[1].replace(" or ", " ")) == [state.value for state in State]


def test_every_picture_exists():
    assert [path for path in re.findall(r"\]\((docs/[^)]+)\)", README) if not (ROOT / path).exists()] == []


def test_the_scoreboard_is_the_one_the_proofs_left():
    board = README.split(scoreboard.BEGIN)[1].split(scoreboard.END)[0].strip()
    assert board == scoreboard.table(scoreboard.results())
