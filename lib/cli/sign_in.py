"""The 'sign-in' command: connect YouTube with the client_secret.json in the data folder."""

from __future__ import annotations

import click

from lib.cli.command import DONE, Answer, command
from lib.cli.terminal import say
from lib.settings import read_settings


@command("sign-in", "connect YouTube with client_secret.json in the data folder")
@click.option("--write", is_flag=True, help="allow writing too")
def sign_in(write: bool) -> Answer:
    """Wait until the user has allowed it in the browser."""
    from lib.youtube.auth import SignIn

    attempt = SignIn(read_settings(), write=write)
    say("A page of Google opens in your browser. Where none does, its address is:")
    say(attempt.address())
    attempt.wait()
    return {"signed_in": True, "write": write}, DONE
