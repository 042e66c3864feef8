"""Faults and acts of the person asked for over HTTP, for tests whose demo runs in another process. Off unless wanted.

    POST /demo/faults   [{"at": 3, "fault": "closed, applied", "method": "POST", "resource": "playlistItems"},
                         {"at": 5, "person": "takes_out", "of": ["PL...", "video"]}]   in place of those before
    POST /demo/person   {"person": "renames", "of": ["PL...", "Title"]}                at once
    POST /demo/lag      {"seconds": 3}
    POST /demo/reset    the account of the beginning, no faults, no lag, an empty log

`at` counts the requests that match from the moment of asking; `method`, `resource`, `having` and `times` may be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lib.demo.account import Account
from lib.demo.youtube import DemoYouTube
from tests.demo.faults import FAULTS, Rule, Schedule, meanwhile, rule_of
from tests.demo.person import ACTS


def control_routes(youtube: DemoYouTube, faults: Schedule) -> list[Route]:
    """The endpoints; they fill `faults`, which stands between HTTP and the account."""

    def set_faults(asked: Any) -> None:
        faults.rules[:] = [_rule(youtube, spec) for spec in asked]

    def set_lag(asked: Any) -> None:
        youtube.lag = timedelta(seconds=float(asked["seconds"]))

    def reset(_: Any) -> None:
        faults.rules.clear()
        youtube.lag = timedelta()
        youtube.reset()

    acts: Mapping[str, Callable[[Any], None]] = {
        "faults": set_faults,
        "person": lambda asked: youtube.amend(_change(asked)),
        "lag": set_lag,
        "reset": reset,
    }
    return [Route(f"/demo/{name}", _endpoint(act), methods=["POST"]) for name, act in acts.items()]


def _endpoint(act: Callable[[Any], None]) -> Callable[[Request], Any]:
    async def endpoint(http: Request) -> Response:
        try:
            act(await http.json() if await http.body() else None)
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)
        return JSONResponse({})

    return endpoint


def _rule(youtube: DemoYouTube, spec: Mapping[str, Any]) -> Rule:
    return rule_of(spec, meanwhile(youtube, _change(spec)) if "person" in spec else FAULTS[spec["fault"]])


def _change(spec: Mapping[str, Any]) -> Callable[[Account], Account]:
    return ACTS[spec["person"]](*spec["of"])
