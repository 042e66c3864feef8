"""Makes the sample library from the pyvideo index: `python -m tests.demo.library_builder PYVIDEO.parquet [OUT]`.

Real talks become one person's playlists, with the mess a real library has: an inbox, misfiled and repeated videos,
dead ones. Whatever looks like chance is a hash of the video's id, so the same source always makes the same bytes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lib.demo.account import playlist_id_of
from lib.demo.sample import LIBRARY
from lib.errors import UserError
from tests.demo import library_playlists
from tests.demo.library_playlists import SUBJECTS, SamplePlaylist

CREDIT = "Titles, descriptions and tags: pyvideo.org (github.com/pyvideo/data), CC0. The playlists, dates and states are invented."
CHANNEL = {"channel_id": "UCdemo-" + "0" * 17, "title": "Robin's videos (demo)"}
INBOX_SHARE, MISFILED_SHARE = 0.235, 0.05
DELETED, PRIVATE, REPEATED, LIKED, DOUBLED = 40, 20, 25, 150, 70
LONGEST_DESCRIPTION, LONGEST_TITLE, MOST_TAGS = 500, 100, 15
SHORT = 25 * 60
BEGINNING, INBOX_BEGINNING, TODAY = (datetime(*day, tzinfo=UTC) for day in ((2012, 3, 1), (2023, 1, 1), (2026, 10, 31)))
Ids = list[str]


@dataclass(frozen=True, slots=True)
class Talk:
    """A row of the source. `subject` is the index of the subject it clearly belongs to, `second` of another it touches."""

    video_id: str
    title: str
    description: str
    tags: tuple[str, ...]
    language: str
    series: str
    published: datetime
    seconds: int
    subject: int | None = None
    second: int | None = None


@dataclass(slots=True)
class Filing:
    """Which videos stand on which playlist, and where they truly belong."""

    members: dict[str, Ids] = field(default_factory=dict)
    truth: dict[str, str] = field(default_factory=dict)
    misfiled: set[str] = field(default_factory=set)

    def filed(self) -> Ids:
        """The videos that stand in a subject, rightly."""
        return [
            video_id
            for playlist in SUBJECTS
            for video_id in self.members[playlist.title]
            if video_id not in self.misfiled
        ]


def lot(salt: str, *words: str) -> int:
    """A number that looks drawn but is decided by the words."""
    return int.from_bytes(hashlib.sha256("\0".join((salt, *words)).encode()).digest()[:8], "big")


def draw(salt: str, ids: Iterable[str], count: int) -> Ids:
    """As many ids as wanted, in an order that looks shuffled."""
    return sorted(set(ids), key=lambda video_id: lot(salt, video_id))[:count]


def build(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The library file's document from the rows of the source."""
    talks = {talk.video_id: talk for talk in map(_talk, rows)}
    filing = _file_subjects(talks)
    _file_elsewhere(filing, talks)
    _file_twice(filing, talks)
    dead = draw("dead", filing.filed(), DELETED + PRIVATE)
    states = dict.fromkeys(dead[:DELETED], "deleted") | dict.fromkeys(dead[DELETED:], "private")
    used = sorted({video_id for ids in filing.members.values() for video_id in ids})
    liked = draw("liked", set(used) - set(dead), LIKED)
    playlists = sorted(
        (_playlist(playlist, filing, talks) for playlist in _all_playlists()),
        key=lambda row: row["created"],
        reverse=True,
    )
    return {
        "about": CREDIT,
        "channel": CHANNEL,
        "liked": _items(liked, "liked", talks, BEGINNING)[::-1],
        "playlists": playlists,
        "truth": {video_id: _playlist_id(title) for video_id, title in sorted(filing.truth.items())},
        "videos": [_video(talks[video_id], states.get(video_id)) for video_id in used],
    }


def packed(document: Mapping[str, Any]) -> bytes:
    """The bytes of the library file."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), 9, mtime=0)


def read_source(path: Path) -> list[Mapping[str, Any]]:
    """The rows of the Parquet file, by video id. Raises `UserError` when it cannot be read."""
    import pandas as pd

    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read ({error}).", "Give the Parquet file of the pyvideo index.") from error
    table = table.drop_duplicates("video_id").sort_values("video_id")
    return [
        {str(name): None if value != value else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _talk(row: Mapping[str, Any]) -> Talk:
    video_id, seconds = row["video_id"], row["duration_s"]
    published = datetime.fromisoformat(row["published_at"] or "2015-06-01").replace(tzinfo=UTC) + timedelta(
        seconds=lot("hour", video_id) % 86_400
    )
    talk = Talk(
        video_id,
        row["title"].strip()[:LONGEST_TITLE],
        (row["description"] or "").strip()[:LONGEST_DESCRIPTION],
        tuple(tag for tag in (row["tags"] or "").split("|") if tag)[:MOST_TAGS],
        row["language"] or "",
        row["series"] or row["playlist_title"] or "Python videos",
        published,
        int(seconds) if seconds and seconds > 0 else 300 + lot("seconds", video_id) % 3300,
    )
    return _with_subject(talk)


def _with_subject(talk: Talk) -> Talk:
    if not _is_plain(talk):
        return talk
    best, runner_up, subject, second = _scores(talk)
    if best < 3 or best - runner_up < 2:
        return talk
    return replace(talk, subject=subject, second=second if runner_up >= 2 else None)


def _is_plain(talk: Talk) -> bool:
    """Whether it is a talk that a person would sort by its subject: described, in English, of no playlist of its own."""
    special = re.search(f"{library_playlists.KEYNOTES.words}|{library_playlists.LIGHTNING.words}", talk.title.lower())
    return (
        talk.language == "eng"
        and len(talk.description) >= 80
        and talk.series not in library_playlists.SERIES
        and not special
    )


_PATTERNS = [re.compile(playlist.words) for playlist in SUBJECTS]


def _scores(talk: Talk) -> tuple[int, int, int, int]:
    """Best and second-best score and their subjects: 3 for a word in the title, 2 in the tags, up to 2 in the description."""
    title, tags, text = talk.title.lower(), ", ".join(talk.tags).lower().replace("-", " "), talk.description.lower()
    named = [3 * bool(words.search(title)) + 2 * bool(words.search(tags)) for words in _PATTERNS]
    if not any(named):
        return 0, 0, 0, 0
    totals = [
        score + min(2, len({m.group() for m in words.finditer(text)}))
        for score, words in zip(named, _PATTERNS, strict=True)
    ]
    first, second = sorted(range(len(totals)), key=lambda subject: -totals[subject])[:2]
    return totals[first], totals[second], first, second


def _file_subjects(talks: Mapping[str, Talk]) -> Filing:
    """Every subject with its clearest talks; a share of them waits in the inbox, another was put in the wrong place."""
    filing = Filing({playlist.title: [] for playlist in _all_playlists()})
    for index, playlist in enumerate(SUBJECTS):
        chosen = draw("subject", (talk.video_id for talk in talks.values() if talk.subject == index), playlist.size)
        waiting = round(len(chosen) * INBOX_SHARE)
        wrong = waiting + round((len(chosen) - waiting) * MISFILED_SHARE)
        filing.members[library_playlists.INBOX] += chosen[:waiting]
        filing.members[playlist.title] += chosen[wrong:]
        filing.truth |= dict.fromkeys(chosen[:wrong], playlist.title)
        for video_id in chosen[waiting:wrong]:
            filing.members[_another(playlist, video_id)].append(video_id)
            filing.misfiled.add(video_id)
    return filing


def _another(playlist: SamplePlaylist, video_id: str) -> str:
    titles = [subject.title for subject in SUBJECTS if subject is not playlist]
    return titles[lot("another", video_id) % len(titles)]


def _file_elsewhere(filing: Filing, talks: Mapping[str, Talk]) -> None:
    """The shelves that cut across subjects: languages, series, keynotes, lightning talks, people."""
    used = {video_id for ids in filing.members.values() for video_id in ids}
    rules: list[tuple[SamplePlaylist, Callable[[Talk], bool]]] = [
        *(
            (playlist, lambda talk, code=code: talk.language == code)
            for code, playlist in library_playlists.LANGUAGES.items()
        ),
        *(
            (playlist, lambda talk, name=name: talk.series == name)
            for name, playlist in library_playlists.SERIES.items()
        ),
        *(
            (playlist, lambda talk, playlist=playlist: _says(playlist, talk))
            for playlist in (library_playlists.PEOPLE, library_playlists.LIGHTNING, library_playlists.KEYNOTES)
        ),
    ]
    for playlist, fits in rules:
        ids = (video_id for video_id, talk in talks.items() if video_id not in used and fits(talk))
        filing.members[playlist.title] = draw(playlist.title, ids, playlist.size)
        used.update(filing.members[playlist.title])


def _says(playlist: SamplePlaylist, talk: Talk) -> bool:
    return talk.language == "eng" and re.search(playlist.words, talk.title.lower()) is not None


def _file_twice(filing: Filing, talks: Mapping[str, Talk]) -> None:
    """Videos that stand in two playlists, and some that stand in one twice."""
    filed = filing.filed()
    for video_id in draw("doubled", (video_id for video_id in filed if talks[video_id].second is not None), DOUBLED):
        filing.members[SUBJECTS[talks[video_id].second or 0].title].append(video_id)
    short = (video_id for video_id in filed if talks[video_id].seconds <= SHORT)
    filing.members[library_playlists.TRAIN.title] = draw("train", short, library_playlists.TRAIN.size)
    filing.members[library_playlists.AGAIN.title] = draw("again", filed, library_playlists.AGAIN.size)
    homes = {video_id: playlist.title for playlist in SUBJECTS for video_id in filing.members[playlist.title]}
    for video_id in draw("repeated", filed, REPEATED):
        filing.members[homes[video_id]].append(video_id)


def _all_playlists() -> list[SamplePlaylist]:
    cross_cutting = (
        library_playlists.PEOPLE,
        library_playlists.LIGHTNING,
        library_playlists.KEYNOTES,
        library_playlists.TRAIN,
        library_playlists.AGAIN,
    )
    inbox = SamplePlaylist(library_playlists.INBOX, 0, "", "sort these some day")
    return [*SUBJECTS, *library_playlists.LANGUAGES.values(), *library_playlists.SERIES.values(), *cross_cutting, inbox]


def _playlist(playlist: SamplePlaylist, filing: Filing, talks: Mapping[str, Talk]) -> dict[str, Any]:
    beginning = INBOX_BEGINNING if playlist.title == library_playlists.INBOX else BEGINNING
    items = _items(filing.members[playlist.title], playlist.title, talks, beginning)
    created = datetime.fromisoformat(items[0][1]) - timedelta(seconds=lot("created", playlist.title) % 86_400)
    privacy = "public" if lot("privacy", playlist.title) % 6 == 0 else "private"
    return {
        "id": _playlist_id(playlist.title),
        "title": playlist.title,
        "description": playlist.description,
        "privacy": privacy,
        "created": created.isoformat(),
        "items": items,
    }


def _items(ids: Sequence[str], title: str, talks: Mapping[str, Talk], beginning: datetime) -> list[tuple[str, str]]:
    """Pairs of video and moment, oldest first: that is the order in which the person added them."""
    moments = [
        (_added(talks[video_id], title, ids[:position].count(video_id), beginning), video_id)
        for position, video_id in enumerate(ids)
    ]
    return [(video_id, moment.isoformat()) for moment, video_id in sorted(moments)]


def _added(talk: Talk, title: str, copy: int, beginning: datetime) -> datetime:
    earliest = max(talk.published + timedelta(days=1), beginning)
    span = max(1, int((TODAY - earliest).total_seconds()))
    return min(earliest, TODAY) + timedelta(seconds=lot("added", title, talk.video_id, str(copy)) % span)


def _playlist_id(title: str) -> str:
    return playlist_id_of(f"sample {title}")


def _video(talk: Talk, state: str | None) -> dict[str, Any]:
    digest = base64.urlsafe_b64encode(hashlib.sha256(talk.series.encode()).digest()).decode()
    row: dict[str, Any] = {
        "id": talk.video_id,
        "title": talk.title,
        "description": talk.description,
        "channel": talk.series,
        "channel_id": "UC" + digest[:22],
        "tags": talk.tags,
        "published_at": talk.published.isoformat(),
        "seconds": talk.seconds,
    }
    return row | ({"availability": state} if state else {})


def main(arguments: Sequence[str]) -> None:
    """Writes the library file. Raises `UserError` for a source that is not there."""
    if not 1 <= len(arguments) <= 2:
        raise UserError("The source is missing.", "Usage: python -m tests.demo.library_builder PYVIDEO.parquet [OUT]")
    out = Path(arguments[1]) if len(arguments) == 2 else LIBRARY
    out.write_bytes(packed(build(read_source(Path(arguments[0])))))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except UserError as error:
        sys.exit(str(error))
