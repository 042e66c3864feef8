"""The 'topics' command: embed, map, cluster and suggest; or list the topics there are."""

from __future__ import annotations

from dataclasses import asdict

import click

from lib.cli.command import DONE, Answer, command, whole_number, with_workspace
from lib.cli.terminal import progress, say
from lib.services.workspace import Workspace


@command("topics", "embed, map, cluster and suggest")
@click.option("--method", type=click.Choice(["hdbscan", "kmeans"]), help="as the last time unless it is given")
@click.option("--k", type=whole_number, metavar="K", help="how many topics k-means makes")
@click.option("--redraw", is_flag=True, help="draw the map anew; every video may move")
@click.option("--list", "list_topics", is_flag=True, help="list the topics there are")
@with_workspace
def topics(workspace: Workspace, method: str | None, k: int | None, redraw: bool, list_topics: bool) -> Answer:
    """Bring map, topics and suggestions up to the library."""
    if list_topics:
        members = workspace.derived.members()
        rows = [asdict(topic) | {"videos": members.get(topic.topic, [])} for topic in workspace.derived.topics()]
        return rows, DONE
    report = workspace.analysis.run(method=method, k=k, redraw=redraw, progress=progress)
    say(f"Topics: {report.changes}.")
    return {key: value for key, value in asdict(report).items() if key != "changes"}, DONE
