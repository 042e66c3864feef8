"""However a command ends, it ends with its exit code, with one document where `--json` asks for one, and without a traceback."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lib.cli.command import DONE, FAILED, USAGE, WAITS
from lib.cli.main import main
from lib.services.workspace import Workspace
from lib.settings import ROOT, Settings
from tests.cli.conftest import CommandLine
from tests.flows import MUSIC

STEERING = "a\x1b[2J\x85\u202eb\u2066\u200f\u2028\x7f é 漢"
"""A title with what clears a screen, breaks a line or turns the direction of text; and with letters that stay."""


def atlas(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lib", *arguments]
    return subprocess.run(command, cwd=ROOT, text=True, timeout=120, check=False, **options)


def retitle(home: Path, title: str) -> None:
    with closing(Workspace(Settings(home))) as workspace:
        workspace.catalog.rename_playlist(MUSIC, title)


# -- letters -----------------------------------------------------------------------------------------------------------


def streams(monkeypatch: pytest.MonkeyPatch, encoding: str) -> tuple[io.BytesIO, io.BytesIO]:
    """Standard output and standard error of a terminal with this encoding."""
    out, err = io.BytesIO(), io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(out, encoding=encoding, errors="strict"))
    monkeypatch.setattr("sys.stderr", io.TextIOWrapper(err, encoding=encoding, errors="strict"))
    return out, err


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_terminal_that_cannot_show_a_letter_gets_it_escaped(
    offline: CommandLine, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    retitle(offline.home, "漢é")
    (offline.home / "edits.csv").write_text("video_id,from_playlist,to_playlist\nvideo000010,,漢é\n", encoding="utf-8")
    assert offline.json("edit", str(offline.home / "edits.csv"))[0] == DONE
    out, err = streams(monkeypatch, encoding)
    assert main(["plan", "--json"]) == DONE
    assert json.loads(out.getvalue().decode(encoding))["operations"][0]["playlist"] == MUSIC
    assert main(["inbox", "漢\udcff"]) == FAILED
    shown = err.getvalue().decode(encoding)
    assert ("漢" if encoding == "utf-8" else r"\u6f22") + r"\udcff" in shown
    assert main(["rules", "--add", "漢é", "--words", "10", "--json"]) == DONE
    assert json.loads(out.getvalue().decode(encoding).splitlines()[-1])["to_title"] == "漢é"


def test_what_steers_a_terminal_is_escaped_in_words_and_in_json(offline: CommandLine) -> None:
    retitle(offline.home, STEERING)
    offline.capsys.readouterr()
    assert main(["rules", "--add", MUSIC, "--words", "10"]) == DONE
    shown = offline.capsys.readouterr().out
    assert "to_title: " + r"a\x1b[2J\x85\u202eb\u2066\u200f\u2028\x7f é 漢" in shown.split("\n")
    assert main(["rules", "--json"]) == DONE
    document = offline.capsys.readouterr().out
    assert json.loads(document)[0]["to_title"] == STEERING
    assert not set(document[:-1]) & set("\x1b\x85\u202e\u2066\u200f\u2028\x7f\n") and "é 漢" in document


# -- closed streams ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["status"], ["status", "--json"], ["--help"]])
def test_a_reader_that_went_away_is_no_failure(offline: CommandLine, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = atlas(*arguments, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (DONE, "")


def test_with_standard_error_closed_the_document_stays_one(offline: CommandLine) -> None:
    shell = 'exec "$0" -m lib pull --json 2>&-'
    ended = subprocess.run(
        ["sh", "-c", shell, sys.executable], cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=120, check=False
    )
    assert ended.returncode == WAITS
    assert json.loads(ended.stdout).keys() == {"error", "next_step"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device here that is always full")
def test_an_answer_that_cannot_be_written_is_a_failure(offline: CommandLine) -> None:
    with Path("/dev/full").open("w") as full:
        ended = atlas("status", stdout=full, stderr=subprocess.PIPE)
    assert ended.returncode == FAILED
    assert ended.stderr.startswith("The answer cannot be written") and "Traceback" not in ended.stderr


# -- Ctrl+C ------------------------------------------------------------------------------------------------------------

INTERRUPTED = """
import importlib.abc, os, runpy, signal, sys

moment = sys.argv.pop(1)

class AtImport(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == moment:
            os.kill(os.getpid(), signal.SIGINT)

def at_call(frame, event, argument):
    if event == "call" and frame.f_code.co_name == moment:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, AtImport())
sys.setprofile(at_call)
runpy.run_module("lib", run_name="__main__", alter_sys=True)
"""
"""The program, with a Ctrl+C when a module is imported or when a function of that name is called."""


@pytest.mark.parametrize("moment", ["lib.cli.main", "duckdb", "make_context", "read_settings", "status", "close"])
def test_a_ctrl_c_at_any_moment_ends_in_a_sentence_and_one_document(offline: CommandLine, moment: str) -> None:
    command = [sys.executable, "-c", INTERRUPTED, moment, "status", "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in ended.stderr and "Exception ignored" not in ended.stderr
    assert ended.returncode == FAILED
    assert json.loads(ended.stdout).keys() == {"error", "next_step"}
    assert ended.stderr.startswith("Interrupted.")


@pytest.mark.parametrize("moment", ["dumps", "exit"])
def test_a_ctrl_c_after_the_work_changes_nothing(offline: CommandLine, moment: str) -> None:
    command = [sys.executable, "-c", INTERRUPTED, moment, "status", "--json"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (DONE, "")
    assert json.loads(ended.stdout)["playlists"] == 4


# -- one document in every ending --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["--json"],
        ["--json", "nonsense"],
        ["nonsense", "--json"],
        ["pull", "--nonsense", "--json"],
        ["pull", "--accept", "--json"],
        ["edit", "--json"],
        ["search", "--limit", "0", "--js"],
    ],
)
def test_a_usage_error_is_a_document_too(
    arguments: list[str], environment: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == USAGE
    answer = json.loads(capsys.readouterr().out)
    assert answer.keys() == {"error", "next_step"} and "--help" in answer["next_step"]


def test_json_may_stand_before_the_command(offline: CommandLine) -> None:
    offline.capsys.readouterr()
    assert main(["--json", "status"]) == DONE
    assert json.loads(offline.capsys.readouterr().out)["playlists"] == 4


def test_what_follows_two_dashes_is_no_option(offline: CommandLine) -> None:
    offline.capsys.readouterr()
    assert main(["search", "--", "talk", "--json"]) == DONE
    assert offline.capsys.readouterr().out.startswith("video_id: ")


def test_a_bug_of_ours_is_a_sentence_that_says_where(offline: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(workspace: Workspace) -> None:
        raise KeyError("new:1")

    monkeypatch.setattr(Workspace, "status", broken)
    code, answer = offline.json("status")
    assert (code, answer.keys()) == (FAILED, {"error", "next_step"})
    assert "KeyError: 'new:1'" in answer["error"] and "lib/cli/status.py:" in answer["error"]
    assert "Traceback" not in offline.messages


# -- numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["-1", str(10**30), "9" * 5000, "nan", "1e3", ""])
@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "talk", "--limit"],
        ["edits", "--take-back"],
        ["edits", "--star"],
        ["undo"],
        ["push", "--yes", "--confirm"],
        ["push", "--yes", "--max-units"],
        ["topics", "--method", "kmeans", "--k"],
        ["rules", "--delete"],
        ["rules", "--add", "Cooking", "--days"],
        ["rules", "--add", "Cooking", "--at-least"],
        ["demo", "--port"],
    ],
)
def test_a_number_that_cannot_be_meant_is_a_usage_error(
    arguments: list[str], number: str, environment: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, number]) == USAGE
    assert "is no whole number from" in capsys.readouterr().err


def test_the_program_starts_without_what_computes(environment: None) -> None:
    heavy = "{'torch', 'umap', 'sklearn', 'streamlit', 'scipy', 'googleapiclient'}"
    script = f"import sys; from lib.cli.main import main; main(['status', '--json']); print({heavy} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout.splitlines()[1:] == ["set()"], ended.stdout + ended.stderr
