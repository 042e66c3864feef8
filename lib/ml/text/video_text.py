"""The text of a video that everything else learns from: what it is about, without what every description says.

Pure: standard library and models only. `RECIPE` names the way the text is made; it is part of every stored vector's key.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from lib.models import Video

RECIPE = "2: title, channel, tags up to 25, 300 characters of description but for what its channel repeats"
MAX_TAGS = 25
TITLE_LENGTH = 200
TAGS_LENGTH = 200
DESCRIPTION_LENGTH = 300
FEWEST_REPEATED, REPEATED_SHARE = 3, 0.2
"""A sentence under so many videos of a channel, and such a share of them, speaks of the channel and not of the video."""
WORD = r"\b[^\W\d_][\w'’+#-]*[\w+#]"
"""A word worth counting: starts with a letter, has two characters or more; "C++", "C#" and "it's" stay whole."""

_ENGLISH = """a about above after again against all also am an and any are as at be because been before being below between both but
by can cannot could did do does doing don't down during each even every few for from further get gets getting go going got had has have having he her here hers him his
how i i'm if in into is isn't it it's its itself just know let let's like ll look made make makes making many may me might more most much must my need
new no nor not now of off on once one only or other our ours out over own re really same see she should so some such take than that that's
the their theirs them then there these they this those through to too two under until up us use used using ve very want was way we were what what's
when where which while who whom why will with won't would you you're your yours"""
_OTHER_LANGUAGES = """der die das und ist ein eine mit für von den im zu auf nicht wie wir ich sich auch el la los las una y en por para con que es del se lo
su le les des et un du dans sur pour est pas qui au de o os da do dos em um uma com não na no e il che di per non sono и в на с как не для что это по из"""
_VIDEO = """actually audio best channel clip com day discuss discusses episode episodes ep explore explores feat featuring ft full hd hour http https introduces learn lecture lesson
live lyric lyrics minute minutes movie mv new official part presentation presented presenter presents pt session shorts show speaker speakers
special subscribe talk talks talked time today trailer tutorial uhd update video videos vlog vol watch week welcome year years youtube"""
VIDEO_WORDS = frozenset(_VIDEO.split())
"""What any video is called."""
STOP_WORDS = frozenset(f"{_ENGLISH} {_OTHER_LANGUAGES}".split()) | VIDEO_WORDS
"""Words that say nothing of a topic: function words, and what any video is called."""

_WORD = re.compile(WORD)
_BREAK = re.compile(r"[^\w\s'+#-]+|\s-\s|\n")
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
    """The text of each video by its id, without what its channel says under most of its videos."""
    videos = list(videos)
    repeated = _boilerplate(videos)
    return {video.video_id: video_text(video, repeated.get(video.channel_title, frozenset())) for video in videos}


def video_text(video: Video, repeated: Collection[str] = frozenset()) -> str:
    """Title, channel, tags and the start of the description, each ended by a full stop.

    More than 25 tags are bait for the search engine rather than a description, so then none is taken. The description
    loses links, handles, timestamps, sentences that ask to subscribe, follow or buy, and those that are `repeated`.
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
    """What the name and the description of a category say, in the form in which a video's text says it."""
    parts = (_shorten(_plain(title), TITLE_LENGTH), _shorten(_about(description), DESCRIPTION_LENGTH))
    return ". ".join(part.rstrip(" .") for part in parts if part)


def text_hash(text: str, recipe: str = RECIPE) -> str:
    """32 hex digits that change when the text or the way it is made changes."""
    return hashlib.blake2b(f"{recipe}\n{text}".encode(errors="replace"), digest_size=16).hexdigest()


def phrases(text: str) -> Iterator[str]:
    """The words of a text and its pairs of neighbouring words, lower case, without stop words.

    A pair never reaches over a stop word or punctuation: "end of title. Channel" holds no "title channel".
    """
    for part in _BREAK.split(text.lower().replace("’", "'")):
        previous = ""
        for word in _WORD.findall(part):
            if word in STOP_WORDS:
                previous = ""
                continue
            yield word
            if previous and previous != word:
                yield f"{previous} {word}"
            previous = word


def _plain(text: str) -> str:
    """One line of ordinary letters: titles set in mathematical bold or full width read as what they say."""
    folded = unicodedata.normalize("NFKC", text)
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in folded).split())


def _about(description: str, repeated: Collection[str] = frozenset()) -> str:
    """The sentences of a description that speak of the video."""
    return " ".join(sentence for sentence in _sentences(description) if sentence not in repeated)


def _sentences(description: str) -> list[str]:
    """What a description says, without links and calls. Only its start is read: some run to 5,000 characters."""
    start = description[: 8 * DESCRIPTION_LENGTH]
    for noise in (_LINK, _HANDLE, _TIME):
        start = noise.sub(" ", start)
    sentences = (_plain(sentence) for sentence in _SENTENCE_END.split(start))
    return [s for s in sentences if _WORDLESS.sub("", s) and not _CALL.search(s)]


def _boilerplate(videos: Sequence[Video]) -> dict[str, frozenset[str]]:
    """By channel, the sentences that stand under three of its videos or more, and under a fifth of them at least."""
    of_channel: dict[str, list[Video]] = {}
    for video in videos:
        of_channel.setdefault(video.channel_title, []).append(video)
    return {
        channel: frozenset(_repeated(made))
        for channel, made in of_channel.items()
        if channel and len(made) >= FEWEST_REPEATED
    }


def _repeated(videos: Sequence[Video]) -> Iterator[str]:
    counts = Counter(sentence for video in videos for sentence in set(_sentences(video.description)))
    fewest = max(FEWEST_REPEATED, REPEATED_SHARE * len(videos))
    return (sentence for sentence, count in counts.items() if count >= fewest)


def _shorten(text: str, length: int) -> str:
    """At most `length` characters, cut between words where there is one to cut at."""
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0]
