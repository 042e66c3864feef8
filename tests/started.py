"""The app really started: a demo YouTube with a few playlists of the sample library, and Streamlit in its own process."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lib.demo.account import Account
from lib.demo.sample import load_library

ROOT = Path(__file__).resolve().parent.parent
BROWSER_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
TOPICS = ("Testing", "Packaging", "Deep learning")
INBOX = "Inbox"
START_SECONDS = 60
CLOSED_TAB = re.compile(
    r"Traceback \(most recent call last\):\n(?:(?!Traceback).*\n)+?\S*WebSocketDisconnected: WebSocket is not connected.*\n"
    r"\nDuring handling of the above exception, another exception occurred:\n\n"
    r"Traceback \(most recent call last\):\n(?:(?!Traceback).*\n)+?\S*WebSocketDisconnected: Cannot call \"send\".*\n"
)
PID = "app.pid"
"""The file in the data folder that says which process the app is, for who wants to end it at once."""


def small_library() -> Account:
    """Three playlists of the sample library and those inbox videos that belong in them: some 300 real videos."""
    whole = load_library()
    kept = {p.playlist_id for p in whole.playlists.values() if p.title in TOPICS}
    playlists = {}
    for playlist in whole.playlists.values():
        if playlist.playlist_id in kept or not playlist.writable:
            playlists[playlist.playlist_id] = replace(playlist, items=playlist.items if playlist.writable else ())
        elif playlist.title == INBOX:
            belongs = tuple(item for item in playlist.items if whole.truth.get(item.video_id) in kept)
            playlists[playlist.playlist_id] = replace(playlist, items=belongs)
    return replace(whole, playlists=playlists)


@contextmanager
def app(home: Path, endpoint: str | None = None, script: Path = ROOT / "app.py", **environment: str) -> Iterator[str]:
    """Start the app, or another script, on a data folder and yield its address; no traceback may be in its log afterwards."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if k != "YOUTUBE_API_ENDPOINT"} | environment
    environment |= {"ATLAS_HOME": str(home), "ATLAS_SETTLE_SECONDS": "1", "PYTHONPATH": str(ROOT)}
    environment |= {"YOUTUBE_API_ENDPOINT": endpoint} if endpoint else {}
    log = home / "app.log"
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}", "--server.headless=true"]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    (home / PID).write_text(str(process.pid))
    try:
        _wait_until_healthy(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)
    assert "Traceback" not in without_closed_tabs(log.read_text()), log.read_text()


def without_closed_tabs(log: str) -> str:
    """The log without what Streamlit 1.67 says where a tab closes while it is being sent something.

    Its endpoint takes Starlette's word of a gone tab for a text frame, and closes the gone socket once more. No page
    of ours has part in it, and nothing is lost; every other traceback stays.
    """
    return CLOSED_TAB.sub("", log)


def ask(url: str) -> Any:
    """The JSON behind an address."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def membership(endpoint: str) -> dict[str, list[str]]:
    """What the demo YouTube itself holds: video ids by playlist title, sorted."""
    return {p["title"]: sorted(i["videoId"] for i in p["items"]) for p in ask(f"{endpoint}/demo/state")["playlists"]}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(START_SECONDS * 10):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the app did not start\n" + log.read_text())
