"""The 'demo' command: serve the demo YouTube on this machine until stopped."""

from __future__ import annotations

import click

from lib.cli.command import DONE, Answer, command, tcp_port
from lib.cli.terminal import say


@command("demo", "serve the demo YouTube on this machine until stopped")
@click.option("--port", type=tcp_port, default=8901, metavar="PORT")
def demo(port: int) -> Answer:
    """Serve until Ctrl+C."""
    from lib.demo.server import serve

    say(f"Starting the demo YouTube on http://127.0.0.1:{port}; stop it with Ctrl+C.")
    serve(port)
    return {"port": port}, DONE
