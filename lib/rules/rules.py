"""Rules beside the classifier: by channel, words, length or age an unfiled video of an inbox belongs in a category.

Pure: values in, values out. What the user decided comes before any rule, a rule before the one below it, and every rule
before the classifier. Words are compared whole and there are no patterns, so that no rule can take long to evaluate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from lib.ml.text.tokens import fold, tokenize
from lib.models import MOST_ITEMS, Availability, Decider, Library, Playlist, Role, Video

MOST_MINUTES, MOST_DAYS = 100_000, 36_500
"""The largest length and age that a condition may ask for: ten weeks, and a hundred years."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a video must fulfil, all of it; a condition that is not set asks nothing.

    `channel`: an id, or a title in any case. `words`: words or phrases of the title, one of which must be there, or each
    with `all_words`. `shortest`, `longest`: minutes, both included. `days`: so long in an inbox at least, in `inbox` where
    one is named. `published_before`: a day that no longer counts.
    """

    channel: str = ""
    words: tuple[str, ...] = ()
    all_words: bool = False
    shortest: int | None = None
    longest: int | None = None
    days: int | None = None
    published_before: date | None = None
    inbox: str | None = None

    @property
    def of_video(self) -> Conditions:
        """What is left of them for a video that stands in no inbox."""
        return replace(self, days=None, inbox=None)

    @property
    def empty(self) -> bool:
        """Whether they ask nothing of a video: which inbox it stands in is no reason to file it."""
        return replace(self, inbox=None, all_words=False) == Conditions()


@dataclass(frozen=True, slots=True)
class Rule:
    """What fulfils the conditions belongs in the category `playlist_id`, last known as `title`.

    `by_itself`: it acts after each pull, without being asked. `made_by` is the model where the program proposed it. Of
    several rules the first in order speaks.
    """

    rule_id: int
    conditions: Conditions
    playlist_id: str
    title: str = ""
    enabled: bool = True
    by_itself: bool = False
    made_at: datetime | None = None
    made_by: Decider = Decider.YOU


@dataclass(frozen=True)
class Situation:
    """What rules are evaluated on: the local library, what is known of its videos by id, and what was decided.

    `now`: the time by which ages are measured. `refused`: (video, category) pairs the user turned down or took out again.
    `laid`: pairs that rules have ever filed. `unconfirmed`: pairs that a rule or the classifier filed and the user has not
    looked at. `with_edits`: videos with an edit that brings them somewhere.
    """

    library: Library
    videos: Mapping[str, Video]
    now: datetime
    refused: Collection[tuple[str, str]] = frozenset()
    laid: Collection[tuple[str, str]] = frozenset()
    unconfirmed: Collection[tuple[str, str]] = frozenset()
    with_edits: Collection[str] = frozenset()

    @cached_property
    def filed(self) -> dict[str, set[str]]:
        """The categories of each filed video."""
        categories: dict[str, set[str]] = {}
        for playlist in self.library.playlists.values():
            for item in playlist.items if playlist.role is Role.CATEGORY else ():
                categories.setdefault(item.video_id, set()).add(playlist.playlist_id)
        return categories

    @cached_property
    def unfiled(self) -> dict[str, dict[str, datetime | None]]:
        """For each video of an inbox that no category holds and no edit files: since when it is in which inboxes, None where not known."""
        unfiled = {v for v in self.library.unfiled() if v in self.videos and v not in self.with_edits}
        since: dict[str, dict[str, datetime | None]] = {}
        for inbox in self.library.playlists.values():
            for item in inbox.items if inbox.role is Role.INBOX else ():
                if item.video_id in unfiled:
                    stays = since.setdefault(item.video_id, {})
                    known = [moment for moment in (stays.get(inbox.playlist_id), item.added_at) if moment]
                    stays[inbox.playlist_id] = min(known, default=None)
        return since


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would do now, and what speaks against it.

    `files`: the videos it would file. `above`: how many more fulfil it but are answered by a rule above it. `refused`: how
    many the user has kept from that category, and `dead`: how many YouTube would not take. Of the `filed` videos that are
    like those it speaks of, and were filed by the user, `elsewhere` are not in its category.
    """

    files: tuple[str, ...] = ()
    above: int = 0
    refused: int = 0
    dead: int = 0
    filed: int = 0
    elsewhere: tuple[str, ...] = ()


# -- evaluation -------------------------------------------------------------------------------------------------------


def matches(conditions: Conditions, video: Video, stays: Mapping[str, datetime | None], now: datetime) -> bool:
    """Whether a video fulfils every condition. `stays`: since when it is in which inboxes. What is not known fulfils nothing."""
    return (
        (not conditions.channel or _is_channel(conditions.channel, video))
        and _has_length(conditions, video.duration_seconds)
        and (conditions.published_before is None or _published_before(video, conditions.published_before))
        and (conditions.inbox is None or conditions.inbox in stays)
        and (conditions.days is None or _days_in(conditions.inbox, stays, now) >= conditions.days)
        and (not conditions.words or _title_contains(video.title, conditions.words, conditions.all_words))
    )


def decide(rules: Iterable[Rule], situation: Situation, *, again: bool = True) -> dict[str, Rule]:
    """For each unfiled video the first rule, of those that are on and sound, that speaks. What the user decided stays.

    Without `again` a rule says nothing of a video it has once filed, whatever became of that. A category takes no more
    videos than YouTube lets it hold.
    """
    closed = {*situation.refused, *(() if again else situation.laid)}
    sound = [rule for rule in rules if rule.enabled and not flaw(rule, situation.library)]
    room = {rule.playlist_id: _room(situation.library.playlists[rule.playlist_id]) for rule in sound}
    decided: dict[str, Rule] = {}
    for video_id, stays in situation.unfiled.items():
        video = situation.videos[video_id]
        if video.availability is not Availability.AVAILABLE:
            continue
        for rule in sound:
            if (video_id, rule.playlist_id) not in closed and matches(rule.conditions, video, stays, situation.now):
                if room[rule.playlist_id] > 0:
                    room[rule.playlist_id] -= 1
                    decided[video_id] = rule
                break
    return decided


def preview(rule: Rule, above: Sequence[Rule], situation: Situation) -> Preview:
    """What a rule would do with these rules above it, were it on. A flawed one does nothing."""
    if flaw(rule, situation.library):
        return Preview()
    rule = replace(rule, enabled=True)
    answers = decide([*above, rule], situation)
    files = tuple(video_id for video_id, answer in answers.items() if answer is rule)
    not_filed = [
        video_id
        for video_id, stays in situation.unfiled.items()
        if matches(rule.conditions, situation.videos[video_id], stays, situation.now)
        and answers.get(video_id) is not rule
    ]
    dead = {i for i in not_filed if situation.videos[i].availability is not Availability.AVAILABLE}
    refused = {i for i in not_filed if (i, rule.playlist_id) in situation.refused} - dead
    filed = _filed_alike(rule.conditions.of_video, situation)
    return Preview(
        files=files,
        above=sum(i in answers for i in not_filed),
        refused=len(refused - answers.keys()),
        dead=len(dead),
        filed=len(filed),
        elsewhere=tuple(i for i in filed if rule.playlist_id not in situation.filed[i]),
    )


def _filed_alike(conditions: Conditions, situation: Situation) -> list[str]:
    """The videos that fulfil conditions and were filed by the user, or on YouTube."""
    if conditions.empty:
        return []
    return [
        video_id
        for video_id, homes in situation.filed.items()
        if video_id in situation.videos
        and matches(conditions, situation.videos[video_id], {}, situation.now)
        and any((video_id, home) not in situation.unconfirmed for home in homes)
    ]


def _is_channel(wanted: str, video: Video) -> bool:
    return wanted == video.channel_id or fold(wanted) == fold(video.channel_title)


def _has_length(conditions: Conditions, seconds: int | None) -> bool:
    """Whether a length, None where not known, lies within the bounds of the conditions, in minutes."""
    if conditions.shortest is None and conditions.longest is None:
        return True
    if seconds is None:
        return False
    long_enough = conditions.shortest is None or seconds >= 60 * conditions.shortest
    short_enough = conditions.longest is None or seconds <= 60 * conditions.longest
    return long_enough and short_enough


def _published_before(video: Video, day: date) -> bool:
    return video.published_at is not None and video.published_at.date() < day


def _days_in(inbox: str | None, stays: Mapping[str, datetime | None], now: datetime) -> float:
    """How long a video stands in an inbox, or in the one of its inboxes it is in the longest; -1 where nobody knows."""
    known = [moment for key, moment in stays.items() if moment and inbox in (None, key)]
    return max(((now - moment).total_seconds() / 86_400 for moment in known), default=-1.0)


def _title_contains(title: str, wanted: Sequence[str], all_of_them: bool) -> bool:
    """Whether a title contains one of the wanted words and phrases, or all of them."""
    title_words = tokenize(title)
    contained = (_contains(title_words, tokenize(phrase)) for phrase in wanted)
    return all(contained) if all_of_them else any(contained)


def _contains(title_words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words of a phrase stand side by side in a title; an empty phrase is in none."""
    if len(phrase) < 2 or phrase[0] not in title_words:
        return bool(phrase) and phrase[0] in title_words
    starts = range(len(title_words) - len(phrase) + 1)
    return any(title_words[i : i + len(phrase)] == phrase for i in starts)


def _room(category: Playlist) -> int:
    """How many more videos YouTube lets the playlist hold."""
    return MOST_ITEMS - len(category.items)


# -- in words ---------------------------------------------------------------------------------------------------------


def flaw(rule: Rule, library: Library) -> str:
    """Why a rule can do nothing, in a sentence; "" where nothing is wrong with it."""
    return _flaw_of_places(rule, library) or _flaw_of(rule.conditions)


def _flaw_of_places(rule: Rule, library: Library) -> str:
    category = library.playlists.get(rule.playlist_id)
    if not rule.playlist_id:
        return "The rule names no category."
    if category is None:
        return f"Its category {rule.title or rule.playlist_id} is no longer in your library."
    if category.role is not Role.CATEGORY or not category.writable:
        return f"{category.title or 'Its playlist'} is no category that can be filed into."
    inbox = rule.conditions.inbox
    if inbox is not None and (inbox not in library.playlists or library.playlists[inbox].role is not Role.INBOX):
        return "The inbox it looks into is no longer an inbox of your library."
    return ""


def _flaw_of(conditions: Conditions) -> str:
    if conditions.empty:
        return "The rule has no condition: name a channel, words, a length or an age."
    if wordless := [phrase for phrase in conditions.words if not tokenize(phrase)]:
        return f"{wordless[0]!r} holds no word that a title could have."
    if not all(0 <= minutes <= MOST_MINUTES for minutes in (conditions.shortest or 0, conditions.longest or 0)):
        return "A length is a number of minutes from 0 up."
    if conditions.shortest is not None and conditions.longest is not None and conditions.shortest > conditions.longest:
        return f"No video is at least {conditions.shortest} and at most {conditions.longest} minutes long."
    if conditions.days is not None and not 1 <= conditions.days <= MOST_DAYS:
        return "An age is a number of days from 1 up."
    return ""


def in_words(conditions: Conditions, names: Mapping[str, str]) -> str:
    """The conditions as a phrase, as in "Channel is 3Blue1Brown, and title says primes".

    `names`: titles of channels and playlists by id.
    """
    parts = [
        f"channel is {names.get(conditions.channel, conditions.channel)}" if conditions.channel else "",
        _words_in_words(conditions) if conditions.words else "",
        _length_in_words(conditions.shortest, conditions.longest),
        f"published before {conditions.published_before.day} {conditions.published_before:%B %Y}"
        if conditions.published_before
        else "",
        f"at least {conditions.days:,} {'day' if conditions.days == 1 else 'days'} in {_inbox(conditions, names)}"
        if conditions.days
        else "",
        f"stands in {_inbox(conditions, names)}" if conditions.inbox and not conditions.days else "",
    ]
    text = ", and ".join(part for part in parts if part) or "no condition"
    return text[0].upper() + text[1:]


def _words_in_words(conditions: Conditions) -> str:
    quoted = [f"“{phrase}”" if " " in phrase else phrase for phrase in conditions.words]
    if len(quoted) == 1:
        return f"title says {quoted[0]}"
    return f"title says {', '.join(quoted[:-1])} {'and' if conditions.all_words else 'or'} {quoted[-1]}"


def _length_in_words(shortest: int | None, longest: int | None) -> str:
    if shortest is not None and longest is not None:
        return f"{shortest} to {longest} minutes long"
    if shortest is not None:
        return f"at least {shortest} minutes long"
    return f"at most {longest} minutes long" if longest is not None else ""


def _inbox(conditions: Conditions, names: Mapping[str, str]) -> str:
    return names.get(conditions.inbox, "an inbox that is gone") if conditions.inbox else "an inbox"
