"""Measure the way from nothing to a drawn map on the demo library: `make bench`.

Prints one table: seconds, processor seconds and peak memory of each step, cold (an empty data folder) and warm (the
same folder again), the units of both pulls, and how right the suggestions for the demo inbox are. Nothing here can
fail; machines differ, so compare figures of one run with each other.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lib.demo.account import Account, empty_account, item_id_of  # noqa: E402
from lib.demo.sample import load_library  # noqa: E402
from lib.demo.server import demo_youtube, running  # noqa: E402
from lib.demo.youtube import DemoYouTube  # noqa: E402
from lib.models import MOST_ITEMS, Channel, Item, Playlist, Video  # noqa: E402
from lib.services.workspace import Workspace  # noqa: E402
from lib.settings import Settings  # noqa: E402
from lib.youtube.transport import WriteOnceHttp  # noqa: E402
from tests import started  # noqa: E402
from tests.browser import installed  # noqa: E402
from tests.tabs import PAGES, Tab  # noqa: E402

INBOX_ITEMS = 800
"""The inbox of the person this is built for."""


@dataclass
class Measured:
    step: str
    seconds: float
    processor: float | None
    megabytes: float
    remark: str = ""

    def line(self) -> str:
        processor = "-" if self.processor is None else f"{self.processor:.1f}"
        return f"{self.step:<34}{self.seconds:>9.1f} s {processor:>9} s {self.megabytes:>8.0f} MB  {self.remark}"


def command(home: Path, url: str, *arguments: str) -> tuple[Measured, Any]:
    """Run one command of the program and measure the process."""
    environment = os.environ | {"ATLAS_HOME": str(home), "YOUTUBE_API_ENDPOINT": url}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "lib", *arguments, "--json"], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert process.stdout
    answer = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    processor = usage.ru_utime + usage.ru_stime
    return Measured(arguments[0], seconds, processor, usage.ru_maxrss / 1024), json.loads(answer)


def from_the_command_line(home: Path, url: str) -> Iterator[Measured]:
    for temperature in ("cold", "warm"):
        row, report = command(home, url, "pull")
        row.step = f"pull, {temperature}"
        row.remark = f"{report['units']} units, {report['items']:,} items in {report['playlists']} playlists"
        yield row
        row, report = command(home, url, "topics")
        row.step = f"topics, {temperature}"
        row.remark = f"{report['embedded']:,} embedded, {report['topics']} topics, {report['seconds']}"
        yield row
    row, results = command(home, url, "search", "how to test a web application")
    row.remark = f"{len(results)} found"
    yield row


def own_time_per_operation(items: int, moves: int = 100, pushes: int = 3) -> str:
    """What we add to the answers of YouTube in a push: all of its time that is not spent inside HTTP calls.

    The median of some pushes, beside what one durable commit of a row costs on the same disk: an operation needs two.
    """
    inbox, target = "PL" + "i" * 32, "PL" + "g" * 32
    # the target has room for what is moved, though no playlist takes more
    ids = [f"video{n:06d}" for n in range(2 * items - pushes * moves)]
    account = empty_account(Channel("UC" + "r" * 22, "Robin"), {i: Video(i, f"Talk {i}") for i in ids})
    for playlist_id, held in ((inbox, ids[:items]), (target, ids[items:])):
        entries = (
            Item(item_id_of(playlist_id, str(position)), i, datetime.now(UTC)) for position, i in enumerate(held)
        )
        account = account.with_new_playlist(
            Playlist(playlist_id, playlist_id[2:9], items=tuple(entries)), datetime.now(UTC)
        )
    with (
        tempfile.TemporaryDirectory() as folder,
        elsewhere(account) as url,
        closing(Workspace(Settings(Path(folder), daily_units=10**6, endpoint=url))) as workspace,
    ):
        own_seconds = []
        for turn in range(pushes):
            workspace.pulls.pull()
            workspace.filing.file(ids[2 * turn * moves : 2 * (turn + 1) * moves : 2], target, inbox)
            begin = time.perf_counter()
            with inside_http() as asked:
                report = workspace.pushes.push(confirm=workspace.pushes.plan().confirm_count)
            own_seconds.append((time.perf_counter() - begin - sum(asked)) / report.done)
            assert report.done == 2 * moves
        begin = time.perf_counter()
        for _ in range(2 * moves):
            workspace.quota.reserve(1, "bench")
        commit = (time.perf_counter() - begin) / (2 * moves)
    return (
        f"push of {2 * moves} operations between playlists of {items:,}: {1000 * median(own_seconds):.1f} ms of our own time per "
        f"operation (median of {pushes}, {len(asked)} requests each); a durable commit of one row: {1000 * commit:.1f} ms"
    )


def pushing_with_tabs(writes: int = 60, rounds: int = 5) -> str:
    """How fast a push of the running app is with one tab open and with six, measured in turns."""
    speeds: dict[int, list[float]] = {1: [], 6: []}
    for _ in range(rounds):
        for tabs, measured in speeds.items():
            measured.append(push_speed(tabs, writes))
    ratio = median(six / one for one, six in zip(speeds[1], speeds[6], strict=True))
    return (
        f"push of {writes} writes in the app: {median(speeds[1]):.1f} writes a second with one tab open, "
        f"{median(speeds[6]):.1f} with six (medians of {rounds}; six to one, round by round: {ratio:.2f})"
    )


def push_speed(tabs: int, writes: int) -> float:
    """Writes a second from the first that is sent to the last that is done; a push that a tab starts by its button."""
    with tempfile.TemporaryDirectory() as folder, elsewhere(load_library()) as url:
        settings = Settings(Path(folder), daily_units=10**6, endpoint=url)
        with closing(Workspace(settings)) as workspace:
            workspace.pulls.pull()
            library, unavailable = workspace.local(), workspace.catalog.unavailable()
            target = next(iter(library.categories))
            before = len(library.playlists[target].items)
            unfiled = [video_id for video_id in library.unfiled() if video_id not in unavailable]
            workspace.filing.file(unfiled[:writes], target)
        with started.app(Path(folder), url, ATLAS_DAILY_UNITS=str(10**6)) as address:
            opened = [Tab(address, PAGES[number]) for number in range(tabs)]
            for tab in opened:
                tab.wait_for_run()
            opened[0].press("Push to YouTube")
            while items_on_youtube(url, target) < before + writes:
                time.sleep(1)
            for tab in opened:
                tab.close()
        with closing(Workspace(settings)) as workspace:
            first, last, done = workspace.db.rows(
                "SELECT min(sent_at), max(done_at), count(*) FROM operations WHERE state = 'done'"
            )[0]
    assert not any(tab.errors for tab in opened)
    return float(done / (last - first).total_seconds())


def items_on_youtube(url: str, playlist_id: str) -> int:
    """How many items a playlist of the demo YouTube holds."""
    return next(len(p["items"]) for p in ask(url + "/demo/state")["playlists"] if p["id"] == playlist_id)


@contextmanager
def elsewhere(account: Account) -> Iterator[str]:
    """The address of a demo YouTube in a process of its own, which takes no turn of this interpreter's lock."""
    of_two = multiprocessing.get_context("fork")
    parent_end, child_end = of_two.Pipe()

    def serve() -> None:
        with running(DemoYouTube(account, daily_units=10**6)) as url:
            child_end.send(url)
            child_end.recv()

    process = of_two.Process(target=serve, daemon=True)
    process.start()
    try:
        yield parent_end.recv()
    finally:
        parent_end.send("end")
        process.join()


@contextmanager
def inside_http() -> Iterator[list[float]]:
    """The seconds of each HTTP call made meanwhile."""
    asked: list[float] = []
    plain = WriteOnceHttp.request

    def timed(self: WriteOnceHttp, *arguments: Any, **options: Any) -> Any:
        begin = time.perf_counter()
        try:
            return plain(self, *arguments, **options)
        finally:
            asked.append(time.perf_counter() - begin)

    WriteOnceHttp.request = timed
    try:
        yield asked
    finally:
        WriteOnceHttp.request = plain


def suggestions(home: Path, url: str) -> Iterator[str]:
    """How right the suggestions are: the demo library knows where its inbox belongs."""
    _, suggestions = command(home, url, "suggestions")
    truth: dict[str, str] = ask(url + "/demo/truth")
    inbox = next(p for p in ask(url + "/demo/state")["playlists"] if p["title"] == "Inbox")
    unsorted = {item["videoId"] for item in inbox["items"]}
    unfiled = [suggestion for suggestion in suggestions if suggestion["video_id"] in unsorted]
    sure = [suggestion for suggestion in unfiled if suggestion["sure"]]
    misfits = [suggestion for suggestion in suggestions if suggestion["video_id"] not in unsorted]
    misfiled = [video_id for video_id in truth if video_id not in unsorted]
    yield f"inbox: {len(unsorted)} videos, {len(unfiled)} suggestions, {right(unfiled, truth)}"
    yield f"  sure: {len(sure)} ({len(sure) / max(1, len(unsorted)):.0%} of the inbox), {right(sure, truth)}"
    yield f"misfits: {len(misfits)} suggested, {right(misfits, truth)}; {len(misfiled)} videos are really misfiled"


def right(suggestions: list[dict[str, Any]], truth: dict[str, str]) -> str:
    correct = sum(suggestion["to"] == truth.get(suggestion["video_id"]) for suggestion in suggestions)
    return f"{correct / max(1, len(suggestions)):.1%} right"


def ask(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def in_the_browser(home: Path) -> Iterator[Measured]:
    """Seconds from `streamlit run` to a drawn map, on an empty data folder and again on the filled one."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=flags)
        for temperature in ("cold", "warm"):
            start = time.perf_counter()
            with app(home) as (url, peak):
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.goto(url)
                page.wait_for_selector("[data-testid='stSidebarNav']", timeout=60_000)
                first = time.perf_counter() - start
                page.goto(f"{url}/map")
                page.wait_for_selector("canvas[data-drawn]", timeout=900_000)
                seconds = time.perf_counter() - start
                page.close()
                remark = f"first page after {first:.1f} s; memory is the app with its worker"
                yield Measured(f"app to a drawn map, {temperature}", seconds, None, peak[0], remark)
        browser.close()


@contextmanager
def app(home: Path) -> Iterator[tuple[str, list[float]]]:
    """The app really started on its demo library; its address, and a list whose one value is its peak memory in MB."""
    port = 8623
    environment = {k: v for k, v in os.environ.items() if k != "YOUTUBE_API_ENDPOINT"} | {"ATLAS_HOME": str(home)}
    options = [f"--server.port={port}", "--server.headless=true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    peak = [0.0]
    stop = threading.Event()
    threading.Thread(target=watch, args=(process.pid, peak, stop), daemon=True).start()
    try:
        while True:
            try:
                ask_text(f"http://127.0.0.1:{port}/_stcore/health")
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", peak
    finally:
        stop.set()
        process.terminate()
        process.wait(20)


def ask_text(url: str) -> str:
    with urllib.request.urlopen(url, timeout=2) as answer:
        return str(answer.read())


def watch(pid: int, peak: list[float], stop: threading.Event) -> None:
    """Keep the largest resident memory of a process and its children, in MB, where /proc tells it."""
    while not stop.wait(0.5):
        family = {pid}
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) in family:
                family.add(int(status.parent.name))
        peak[0] = max(peak[0], sum(resident(member) for member in family))


def resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    print(f"{'step':<34}{'wall':>11} {'processor':>11} {'memory':>11}  remark  ({os.cpu_count()} cores)")
    with tempfile.TemporaryDirectory() as folder, running(demo_youtube()) as url:
        home = Path(folder)
        for row in from_the_command_line(home, url):
            print(row.line(), flush=True)
        for line in suggestions(home, url):
            print(line, flush=True)
    for items in (INBOX_ITEMS, MOST_ITEMS):
        print(own_time_per_operation(items), flush=True)
    print(pushing_with_tabs(), flush=True)
    if installed():
        with tempfile.TemporaryDirectory() as folder:
            for row in in_the_browser(Path(folder)):
                print(row.line(), flush=True)


if __name__ == "__main__":
    main()
