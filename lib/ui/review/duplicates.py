"""Talks saved under two ids, side by side: which one to keep, or that they are not the same."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lib.models import WRITE_UNITS, Availability, Playlist, Role
from lib.services.tidy import Found, TwinVideos
from lib.ui.look import soft
from lib.ui.review import refused
from lib.ui.session import Desk
from lib.ui.snapshot import Snapshot
from lib.ui.words import attempt, counted, say

MOST_SHOWN = 20


def show(at: Desk) -> None:
    """The pairs, the surest first. Below them, those that are not the same."""
    _show_pairs(at)
    refused.show(at, "twins")


def _show_pairs(at: Desk) -> None:
    found = last_scan(at, "Finds one talk under two ids: nearly the same title, the same numbers in it, and as long.")
    if found is None:
        return
    if not found.twins:
        st.success("No video seems to be saved under two ids.", icon=":material/check:")
    for pair in found.twins[:MOST_SHOWN]:
        _show_pair(at, pair)
    if len(found.twins) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} of {len(found.twins):,} are shown.")


def _show_pair(at: Desk, pair: TwinVideos) -> None:
    name = f"{pair.one}_{pair.other}"
    with st.container(border=True, key=f"twins_{name}"):
        left, right = st.columns(2)
        with left:
            _show_side(at, pair.one, pair.other)
        with right:
            _show_side(at, pair.other, pair.one)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(pair.reason)
            st.button(
                "Not the same",
                key=f"not_{name}",
                type="tertiary",
                icon=":material/close:",
                on_click=refuse,
                args=(at, pair),
            )


def _show_side(at: Desk, video_id: str, other: str) -> None:
    """One of the two, and the button that keeps it and lets the other go."""
    snapshot = at.snapshot
    st.text(snapshot.title(video_id))
    soft(facts(snapshot, video_id), f"twin_{video_id}_{other}")
    edits = steps(snapshot, video_id, other)
    with st.container(horizontal=True):
        st.button(
            "Keep this one",
            key=f"keep_{video_id}_{other}",
            icon=":material/check:",
            disabled=not edits,
            help=f"The other leaves {counted(len({p.playlist_id for add, p in edits if not add}), 'playlist')}; {counted(len(edits), 'edit')}, "
            f"{WRITE_UNITS * len(edits):,} units at the next push.",
            on_click=keep,
            args=(at, video_id, other),
        )
        st.link_button("Open", f"https://www.youtube.com/watch?v={video_id}", icon=":material/open_in_new:")


def facts(snapshot: Snapshot, video_id: str) -> str:
    """Channel, length and playlists of a video, a line each."""
    video = snapshot.videos.get(video_id)
    lines = [snapshot.channel(video_id) or "channel unknown", snapshot.length(video_id) or "length unknown"]
    if video is not None and video.availability is not Availability.AVAILABLE:
        lines.append(f"{video.availability.value}: it can no longer be watched")
    return " · ".join(lines) + f"\nIn {snapshot.home_titles(video_id) or 'no playlist'}"


def steps(snapshot: Snapshot, kept: str, other: str) -> list[tuple[bool, Playlist]]:
    """What keeping one costs: where it has to be added (True) because the other stood there, and where that one leaves.

    A playlist that holds the other twice is left twice.
    """
    here = {playlist.playlist_id for playlist in snapshot.homes.get(kept, [])}
    leaving = [playlist for playlist in snapshot.homes.get(other, []) if playlist.writable]
    dead = snapshot.videos[kept].availability is not Availability.AVAILABLE if kept in snapshot.videos else True
    missing = [p for p in leaving if p.role is Role.CATEGORY and p.playlist_id not in here]
    if dead and missing:
        return []
    left = [playlist for playlist in leaving for _ in range(playlist.copies(other))]
    return [*((True, playlist) for playlist in missing), *((False, playlist) for playlist in left)]


def keep(at: Desk, kept: str, other: str) -> None:
    """Lay the edits that put one where the other stood, and take the other out of every playlist."""
    laid = attempt(partial(_keep, at, kept, other))
    if laid is not None:
        say(f"{counted(laid, 'edit')} laid. Take them back on the Sync page.")


def _keep(at: Desk, kept: str, other: str) -> int:
    filing, wished = at.workspace.filing, steps(at.snapshot, kept, other)
    with at.workspace.db.write():
        batch = at.workspace.edits.new_batch()
        for add, playlist in wished:
            if add:
                filing.file([kept], playlist.playlist_id, batch=batch)
            else:
                filing.file([other], None, playlist.playlist_id, batch=batch)
    return len(wished)


def refuse(at: Desk, pair: TwinVideos) -> None:
    """Remember that two are not the same."""
    at.workspace.curating.refuse(pair.refusal)
    say("They are not shown as the same again. They stand under Refused.")


def last_scan(at: Desk, asked: str) -> Found | None:
    """What the last look found, with the button to look, or to look again. `asked` says what for."""
    curating = at.workspace.curating
    known = curating.found(at.snapshot.local)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Look" if known is None else "Look again",
            key="look_over",
            type="primary" if known is None else "secondary",
            icon=":material/troubleshoot:",
            disabled=at.jobs.active() is not None,
            on_click=look,
            args=(at,),
        )
        st.caption(asked)
    return known


def look(at: Desk) -> None:
    """Look the library over in the background; it takes seconds."""
    workspace = at.workspace
    at.jobs.start("look", lambda progress: workspace.curating.look(workspace.local(), progress))
