"""The text of a video that is embedded and learned from: title, channel, tags, and the description without boilerplate."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from lib.models import Video

RECIPE = "2: title, channel, tags up to 25, 300 characters of description but for what its channel repeats"
"""How the text is made. It is part of the key of every stored vector, so a change embeds every video again."""
MAX_TAGS = 25
"""More tags than this are bait for search engines rather than a description. Chosen by hand."""
TITLE_LENGTH = 200
TAGS_LENGTH = 200
DESCRIPTION_LENGTH = 300
"""Characters, so that the whole text is about as long as the 256 tokens that MiniLM reads; `tests/quality/recipes.py` measures it."""
FEWEST_REPEATED, REPEATED_SHARE = 3, 0.2
"""A sentence in the descriptions of so many videos of a channel, and of such a share of them, is boilerplate. Chosen by hand."""
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w.-]+\.(?:com|net|org|ly|be|tv|gg|me|io)/\S*", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)[@#][\w.-]+")
_TIME = re.compile(r"[(\[]?\b(?:\d{1,2}:)?\d{1,2}:\d{2}\b[)\]]?")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_CALL = re.compile(
    r"\b(?:subscribe|like (?:and|&) share|hit the (?:bell|like)|turn on notifications|follow (?:us|me|him|her|them)\b|join (?:us|me) on"
    r"|patreon|instagram|facebook|twitter|tiktok|discord|merch|use (?:my )?code|promo code|affiliate|sponsored by|business (?:inquir|enquir)"
    r"|all rights reserved|copyright|watch more|more videos|abonn?ier|suscr[ií]be|abonnez|inscreva)",
    re.IGNORECASE,
)
_WORDLESS = re.compile(r"[\W_]+")
_AUTO_CHANNEL = re.compile(r"\s+-\s+Topic$|VEVO$")


def video_texts(videos: Iterable[Video]) -> dict[str, str]:
    """The text of each video by its id, without the sentences that its channel repeats under its videos."""
    videos = list(videos)
    repeated = _boilerplate(videos)
    return {video.video_id: video_text(video, repeated.get(video.channel_title, frozenset())) for video in videos}


def video_text(video: Video, repeated: Collection[str] = frozenset()) -> str:
    """Title, channel, tags and the start of the description, each ended by a full stop.

    Of more than 25 tags none is taken. The description loses links, handles, timestamps, sentences that ask to subscribe,
    follow or buy, and those that are `repeated`.
    """
    tags = ", ".join(_plain(tag) for tag in video.tags) if len(video.tags) <= MAX_TAGS else ""
    parts = (
        _shorten(_plain(video.title), TITLE_LENGTH),
        _AUTO_CHANNEL.sub("", _plain(video.channel_title)),
        _shorten(tags, TAGS_LENGTH),
        _shorten(_about(video.description, repeated), DESCRIPTION_LENGTH),
    )
    return ". ".join(part.rstrip(" .") for part in parts if part)


def category_text(title: str, description: str) -> str:
    """The title and the description of a category, in the form of a video's text."""
    parts = (_shorten(_plain(title), TITLE_LENGTH), _shorten(_about(description), DESCRIPTION_LENGTH))
    return ". ".join(part.rstrip(" .") for part in parts if part)


def text_hash(text: str, recipe: str = RECIPE) -> str:
    """32 hex digits that change when the text or the way it is made changes."""
    return hashlib.blake2b(f"{recipe}\n{text}".encode(errors="replace"), digest_size=16).hexdigest()


def _plain(text: str) -> str:
    """One line of ordinary letters: titles set in mathematical bold or full width read as what they say."""
    compatible = unicodedata.normalize("NFKC", text)
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in compatible).split())


def _about(description: str, repeated: Collection[str] = frozenset()) -> str:
    """The sentences of a description that are not repeated under other videos."""
    return " ".join(sentence for sentence in _sentences(description) if sentence not in repeated)


def _sentences(description: str) -> list[str]:
    """The sentences at the start of a description, without links and calls to subscribe. Some descriptions have 5,000 characters."""
    start = description[: 8 * DESCRIPTION_LENGTH]
    for noise in (_LINK, _HANDLE, _TIME):
        start = noise.sub(" ", start)
    sentences = (_plain(sentence) for sentence in _SENTENCE_END.split(start))
    return [sentence for sentence in sentences if _WORDLESS.sub("", sentence) and not _CALL.search(sentence)]


def _boilerplate(videos: Sequence[Video]) -> dict[str, frozenset[str]]:
    """By channel, the sentences in the descriptions of three of its videos or more, and of a fifth of them at least."""
    by_channel: dict[str, list[Video]] = {}
    for video in videos:
        by_channel.setdefault(video.channel_title, []).append(video)
    return {
        channel: frozenset(_repeated(channel_videos))
        for channel, channel_videos in by_channel.items()
        if channel and len(channel_videos) >= FEWEST_REPEATED
    }


def _repeated(videos: Sequence[Video]) -> Iterator[str]:
    counts = Counter(sentence for video in videos for sentence in set(_sentences(video.description)))
    fewest = max(FEWEST_REPEATED, REPEATED_SHARE * len(videos))
    return (sentence for sentence, count in counts.items() if count >= fewest)


def _shorten(text: str, length: int) -> str:
    """At most `length` characters, cut between words where there is one to cut at."""
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0]
