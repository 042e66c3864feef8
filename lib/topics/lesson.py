"""What a lesson has changed: two sets of suggestions, side by side. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from lib.models import Changed, Suggestion

_Said = tuple[str, bool]
_NOTHING: _Said = ("", False)


def changed(before: Sequence[Suggestion], after: Sequence[Suggestion]) -> tuple[Changed, ...]:
    """The videos for which another category is suggested, or the same with another sureness; misfits aside.

    Those that became sure come first, then those that changed category, then the rest.
    """
    was, becomes = _said(before), _said(after)
    pairs = {
        video_id: (was.get(video_id, _NOTHING), becomes.get(video_id, _NOTHING)) for video_id in {**was, **becomes}
    }
    found = [Changed(video_id, old[0], new[0], old[1], new[1]) for video_id, (old, new) in pairs.items() if old != new]
    return tuple(sorted(found, key=lambda one: (not one.is_sure, one.was == one.becomes, one.video_id)))


def _said(suggestions: Sequence[Suggestion]) -> dict[str, _Said]:
    return {one.video_id: (one.to_playlist, one.sure) for one in suggestions if not one.misfit}
