from __future__ import annotations

import json
import signal
import socket
import subprocess
import urllib.request

from lib.cli.command import DONE, FAILED
from tests.cli.conftest import ERROR, CommandLine, start


def test_the_demo_says_when_its_port_is_taken(offline: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, answer = offline.json("demo", "--port", str(taken.getsockname()[1]))
    assert (code, answer.keys()) == (FAILED, ERROR)
    assert "another port" in answer["next_step"]


def test_the_demo_serves_until_it_is_stopped(offline: CommandLine) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start("demo", "--port", str(port), "--json")
    assert process.stderr and str(port) in process.stderr.readline()
    _when_listening(process, port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/demo/state", timeout=10) as answer:
        assert len(json.loads(answer.read())["playlists"]) >= 60
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, json.loads(out)) == (DONE, {"port": port})


def _when_listening(process: subprocess.Popen[str], port: int) -> None:
    """Returns when the port answers, which is the one sign there is."""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("the demo ended before it listened")
