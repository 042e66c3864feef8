"""A browser tab without a browser: it opens a page of the running app, and asks for its fragments when they are due.

It speaks Streamlit's own protocol over its WebSocket, so that many tabs cost the app what they cost it in a browser and
this machine nearly nothing.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

PAGES = ("sync", "", "map", "review", "search", "settings")
"""The pages of the app by the last part of their addresses."""
LOOK_SECONDS = 0.2


class Tab:
    """One tab, open until `close`.

    Attributes:
        runs: how many runs of the whole page have ended.
        fragment_runs: how many runs of single fragments have ended.
        buttons: the ids of the page's buttons by their labels.
        errors: the exceptions that the page showed.
    """

    def __init__(self, url: str, page: str = "") -> None:
        self.runs = self.fragment_runs = 0
        self.buttons: dict[str, str] = {}
        self.errors: list[str] = []
        self._page, self._page_hash = page, ""
        self._due: dict[str, tuple[float, float]] = {}
        self._announced: set[str] = set()
        self._socket = connect(
            url.replace("http", "ws", 1) + "/_stcore/stream", subprotocols=["streamlit"], max_size=None
        )
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._rerun()
        self._thread.start()

    def wait_for_run(self, number: int = 1, seconds: float = 60) -> None:
        """Wait until so many runs of the whole page have ended. Raises `TimeoutError`."""
        end = time.monotonic() + seconds
        while self.runs < number:
            if time.monotonic() > end:
                raise TimeoutError(f"the page {self._page!r} has not run {number} times")
            time.sleep(LOOK_SECONDS / 10)

    def press(self, label: str) -> None:
        """Click a button of the page."""
        self._rerun(pressed=self.buttons[label])

    def close(self) -> None:
        """Close the tab."""
        self._closing.set()
        self._thread.join(10)
        self._socket.close()

    def _rerun(self, fragment: str = "", pressed: str = "") -> None:
        message = BackMsg()
        request = message.rerun_script
        request.page_script_hash = self._page_hash
        request.page_name = "" if self._page_hash else self._page
        request.fragment_id, request.is_auto_rerun = fragment, bool(fragment)
        if pressed:
            request.widget_states.widgets.add(id=pressed, trigger_value=True)
        self._socket.send(message.SerializeToString())

    def _live(self) -> None:
        """Take what comes, and ask for each fragment whose interval is over, as Streamlit's page does."""
        with suppress(ConnectionClosed):
            while not self._closing.is_set():
                with suppress(TimeoutError):
                    self._take(ForwardMsg.FromString(self._socket.recv(timeout=LOOK_SECONDS / 4)))
                now = time.monotonic()
                for fragment, (interval, due) in list(self._due.items()):
                    if now >= due:
                        self._due[fragment] = (interval, now + interval)
                        self._rerun(fragment)

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._page_hash, self._announced = message.new_session.page_script_hash, set()
            case "auto_rerun":
                fragment, interval = message.auto_rerun.fragment_id, message.auto_rerun.interval
                self._announced.add(fragment)
                if self._due.get(fragment, (0.0, 0.0))[0] != interval:
                    self._due[fragment] = (interval, time.monotonic() + interval)
            case "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self._due.pop(fragment, None)
            case "script_finished" if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                self._due = {fragment: self._due[fragment] for fragment in self._announced & self._due.keys()}
                self.runs += 1
            case "script_finished":
                self.fragment_runs += message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "button":
                    self.buttons[element.button.label] = element.button.id
                elif element.WhichOneof("type") == "exception":
                    self.errors.append(element.exception.message)
