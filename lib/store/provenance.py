"""Who said that a video belongs in a category: you, a rule, the model, or nobody but YouTube."""

from __future__ import annotations

from collections.abc import Collection

from lib.models import Decider
from lib.store.db import Database

_FILED = """SELECT video_id, to_playlist, decided_by FROM edits
    WHERE state IN ('pending', 'fulfilled') AND kind IN ('add', 'move') ORDER BY edit_id"""
_TAKEN_OUT = """SELECT video_id, from_playlist FROM edits
    WHERE state IN ('pending', 'fulfilled') AND kind IN ('remove', 'move') AND decided_by = 'you'"""
_ACCEPTED = "SELECT video_id, playlist_id FROM decisions WHERE verdict = 'accepted'"


def deciders(db: Database) -> dict[tuple[str, str], Decider]:
    """Who filed, by (video_id, playlist_id), from before the push on; a pair that is not there was YouTube's.

    The last word counts, and the user's is the last: who accepts what a rule did has decided it.
    """
    deciders = {(video_id, playlist_id): Decider(who) for video_id, playlist_id, who in db.rows(_FILED)}
    return deciders | dict.fromkeys(db.rows(_ACCEPTED), Decider.YOU)


def first_word(deciders: Collection[Decider]) -> str:
    """Whose word put a video where it is, of several the first in rank, which is the order of `Decider`; "" of none."""
    return next((who.value for who in Decider if who in deciders), "")


def unconfirmed(db: Database) -> set[tuple[str, str]]:
    """The (video_id, playlist_id) pairs that a rule or the model filed and the user never spoke of: nothing is learned from them."""
    return {pair for pair, who in deciders(db).items() if who in (Decider.RULE, Decider.MODEL)}


def taken_out(db: Database) -> set[tuple[str, str]]:
    """The (video_id, playlist_id) pairs of what the user took out of a playlist, whoever had put it there."""
    return set(db.rows(_TAKEN_OUT))
