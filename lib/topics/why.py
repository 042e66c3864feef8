"""Why a video was put somewhere, in one plain line: the most telling thing that holds. Pure."""

from __future__ import annotations

from collections.abc import Sequence

FEWEST_OF_CHANNEL = 3
CHANNEL_PURITY = 0.8
WORDS_SHOWN = 3
SHORT = 60


def reason(
    category: str, channel: tuple[str, int, int], alike: Sequence[str], shared: Sequence[str], has_members: bool
) -> str:
    """One sentence or less than one. Its titles are untrusted text, shortened, and shown as text.

    `category` is the title of the category; `channel` the video's channel, how many of its filed videos are in the
    category, and how many are filed at all; `alike` titles of members much like the video; `shared` words in common.
    """
    name, here, filed = channel
    if name and here >= FEWEST_OF_CHANNEL and here >= CHANNEL_PURITY * filed:
        return f"Channel {_short(name)}: {here} of its {filed} filed videos are here."
    if alike:
        return f"Much like {' and '.join(f'“{_short(title)}”' for title in alike)}."
    if shared:
        return f"Shares with “{_short(category)}”: {', '.join(shared[:WORDS_SHOWN])}."
    return f"Nearest in meaning to {'what is in' if has_members else 'the name'} “{_short(category)}”."


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1].rstrip() + "…"
