"""What a rule asks of a video, which rule speaks, what stays as the user decided, and what a flawed rule is told."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lib.models import MOST_ITEMS, Availability, Item, Library, Playlist, Role, Video
from lib.rules.rules import Conditions, Rule, Situation, decide, flaw, in_words, matches, preview
from tests.flows import COOKING, INBOX, MUSIC, video

NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
LATER = "PL" + "l" * 32
IN_INBOX = {INBOX: NOW - timedelta(days=90)}
SOURDOUGH = Video(
    video(0), "Sourdough: the cast-iron Pâté", "", "UCbread", "Bread & Co", (), datetime(2020, 5, 1, tzinfo=UTC), 1200
)


def asked(conditions: Conditions, one: Video = SOURDOUGH) -> bool:
    return matches(conditions, one, IN_INBOX, NOW)


def shelf(playlist_id: str, numbers: range, *, days: int = 10, **facts: object) -> Playlist:
    items = tuple(Item(f"{playlist_id}{n}", video(n), NOW - timedelta(days=days)) for n in numbers)
    return Playlist(playlist_id, items=items, **{"title": "Shelf", **facts})  # type: ignore[arg-type]


def situation(**facts: object) -> Situation:
    """Videos 0-5 wait in the inbox, 6-9 are in Cooking, 10-13 in Music; the even ones are of the channel Bread & Co."""
    shelves = [
        shelf(INBOX, range(6), title="Inbox", role=Role.INBOX),
        shelf(COOKING, range(6, 10), title="Cooking"),
        shelf(MUSIC, range(10, 14), title="Music"),
    ]
    videos = {
        video(n): Video(video(n), f"Talk {n}", "", *(("UCodd", "Odd"), ("UCbread", "Bread & Co"))[n % 2 == 0])
        for n in range(14)
    }
    known = {"library": Library({p.playlist_id: p for p in shelves}), "videos": videos, "now": NOW}
    return Situation(**{**known, **facts})  # type: ignore[arg-type]


BREAD = Rule(1, Conditions(channel="UCbread"), COOKING)
ODD = Rule(2, Conditions(channel="odd"), MUSIC)


def said(rules: list[Rule], found: Situation, **options: bool) -> dict[int, int]:
    return {int(key[5:]): rule.rule_id for key, rule in decide(rules, found, **options).items()}


# -- one condition -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["UCbread", "Bread & Co", "bread & CO", " Bread  & Co "])
def test_a_channel_is_named_by_its_id_or_its_title_in_any_case(channel: str) -> None:
    assert asked(Conditions(channel=channel))


@pytest.mark.parametrize("channel", ["ucbread", "Bread", "Bread & Company"])
def test_a_part_of_a_channel_or_an_id_in_another_case_is_another_channel(channel: str) -> None:
    assert not asked(Conditions(channel=channel))


def test_an_unknown_channel_is_no_channel() -> None:
    assert not asked(Conditions(channel="Bread & Co"), replace(SOURDOUGH, channel_id="", channel_title=""))


@pytest.mark.parametrize(
    ("words", "all_words", "found"),
    [
        (("SOURDOUGH",), False, True),
        (("dough",), False, False),
        (("pate",), False, True),
        (("cast iron",), False, True),
        (("iron cast",), False, False),
        (("rye", "sourdough"), False, True),
        (("rye", "sourdough"), True, False),
        (("iron", "sourdough"), True, True),
        (("!!!",), False, False),
        (("!!!", "sourdough"), True, False),
    ],
)
def test_words_are_looked_for_whole_any_or_all_and_phrases_as_they_stand(
    words: tuple[str, ...], all_words: bool, found: bool
) -> None:
    assert asked(Conditions(words=words, all_words=all_words)) is found


@pytest.mark.parametrize(
    ("shortest", "longest", "found"),
    [(20, 20, True), (None, 19, False), (21, None, False), (5, 60, True), (0, None, True), (None, 0, False)],
)
def test_a_length_counts_both_ends(shortest: int | None, longest: int | None, found: bool) -> None:
    assert asked(Conditions(shortest=shortest, longest=longest)) is found


@pytest.mark.parametrize(
    "conditions", [Conditions(shortest=0), Conditions(longest=10), Conditions(published_before=date(2030, 1, 1))]
)
def test_what_is_not_known_of_a_video_fulfils_nothing(conditions: Conditions) -> None:
    assert not asked(conditions, replace(SOURDOUGH, duration_seconds=None, published_at=None))


def test_published_before_leaves_the_day_itself_out() -> None:
    assert asked(Conditions(published_before=date(2020, 5, 2)))
    assert not asked(Conditions(published_before=date(2020, 5, 1)))


def test_an_age_is_counted_in_the_inbox_that_is_named_or_in_the_one_it_is_in_the_longest() -> None:
    stays = {INBOX: NOW - timedelta(days=10), LATER: NOW - timedelta(days=100), "unknown": None}
    for conditions, found in [
        (Conditions(days=100), True),
        (Conditions(days=101), False),
        (Conditions(days=11, inbox=INBOX), False),
        (Conditions(days=10, inbox=INBOX), True),
        (Conditions(days=1, inbox="unknown"), False),
        (Conditions(days=1, inbox="elsewhere"), False),
    ]:
        assert matches(conditions, SOURDOUGH, stays, NOW) is found


def test_all_conditions_must_hold() -> None:
    every = Conditions("UCbread", ("cast iron",), False, 10, 30, 90, date(2021, 1, 1), INBOX)
    assert asked(every)
    spoiled = {"channel": "Odd", "words": ("rye",), "shortest": 21, "longest": 19, "days": 91, "inbox": LATER}
    spoiled["published_before"] = date(2019, 1, 1)
    for name, value in spoiled.items():
        assert not asked(replace(every, **{name: value})), name


# -- which rule speaks -------------------------------------------------------------------------------------------------


def test_each_unfiled_video_is_answered_by_the_first_rule_that_speaks() -> None:
    every = Rule(3, Conditions(days=1), MUSIC)
    assert said([BREAD, ODD], situation()) == {0: 1, 1: 2, 2: 1, 3: 2, 4: 1, 5: 2}
    assert said([BREAD, every], situation()) == {0: 1, 1: 3, 2: 1, 3: 3, 4: 1, 5: 3}
    assert said([every, BREAD], situation()) == dict.fromkeys(range(6), 3)


def test_a_rule_that_is_off_says_nothing() -> None:
    assert said([replace(BREAD, enabled=False)], situation()) == {}


def test_filed_unavailable_and_wished_videos_are_left_alone() -> None:
    found = situation(with_edits={video(0)})
    videos = {**found.videos, video(2): replace(found.videos[video(2)], availability=Availability.PRIVATE)}
    assert said([BREAD], replace(found, videos=videos)) == {4: 1}


def test_a_filed_video_is_left_alone_even_if_its_category_cannot_be_written() -> None:
    found = situation()
    uploads = shelf("UUuploads", range(3), title="Uploads", writable=False)
    assert said([BREAD], replace(found, library=found.library.with_playlist(uploads))) == {4: 1}


def test_what_the_user_refused_goes_to_the_next_rule() -> None:
    stale = Rule(3, Conditions(days=1), MUSIC)
    found = situation(refused={(video(0), COOKING), (video(1), MUSIC)})
    assert said([BREAD, stale], found) == {0: 3, 2: 1, 3: 3, 4: 1, 5: 3}


def test_what_a_rule_has_filed_once_is_filed_again_only_where_that_is_asked_for() -> None:
    found = situation(laid={(video(0), COOKING)})
    assert said([BREAD], found) == {0: 1, 2: 1, 4: 1}
    assert said([BREAD], found, again=False) == {2: 1, 4: 1}


def test_a_category_takes_no_more_than_youtube_lets_it_hold() -> None:
    found = situation()
    full = replace(found.library.playlists[COOKING], items=(Item("x", "filler00000"),) * (MOST_ITEMS - 2))
    assert len(said([BREAD], replace(found, library=found.library.with_playlist(full)))) == 2


def test_a_thousand_videos_are_asked_about_twenty_rules_in_no_time() -> None:
    title = "word " * 40
    videos = {f"video{n:06d}": Video(f"video{n:06d}", title + str(n)) for n in range(1000)}
    inbox = shelf(INBOX, range(1000), role=Role.INBOX)
    found = situation(library=Library({INBOX: inbox, COOKING: shelf(COOKING, range(0))}), videos=videos)
    rules = [Rule(n, Conditions(words=("word " * 30 + "x",)), COOKING) for n in range(20)]
    start = time.thread_time()
    assert decide(rules, found) == {}
    assert time.thread_time() - start < 5


# -- preview -----------------------------------------------------------------------------------------------------------


def test_a_preview_says_what_the_rule_would_do_and_what_speaks_against_it() -> None:
    found = situation(refused={(video(2), COOKING)})
    above = [Rule(9, Conditions(words=("0",)), MUSIC)]
    seen = preview(BREAD, above, found)
    assert seen.files == (video(4),)
    assert (seen.above, seen.refused, seen.dead) == (1, 1, 0)
    assert (seen.filed, seen.elsewhere) == (4, (video(10), video(12)))


def test_a_preview_is_of_the_rule_as_if_it_were_on_and_a_flawed_one_does_nothing() -> None:
    assert len(preview(replace(BREAD, enabled=False), [], situation()).files) == 3
    assert preview(replace(BREAD, playlist_id="PLgone"), [], situation()).files == ()


def test_only_what_the_user_filed_speaks_against_a_rule() -> None:
    seen = preview(BREAD, [], situation(unconfirmed={(video(10), MUSIC)}))
    assert (seen.filed, seen.elsewhere) == (3, (video(12),))


def test_an_age_alone_says_nothing_of_filed_videos() -> None:
    seen = preview(Rule(1, Conditions(days=5), COOKING), [], situation())
    assert (len(seen.files), seen.filed, seen.elsewhere) == (6, 0, ())


def test_a_dead_video_is_counted_and_not_filed() -> None:
    found = situation()
    videos = {**found.videos, video(2): replace(found.videos[video(2)], availability=Availability.DELETED)}
    seen = preview(BREAD, [], replace(found, videos=videos))
    assert (seen.files, seen.dead) == ((video(0), video(4)), 1)


# -- flaws and words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "word"),
    [
        (Conditions(), "no condition"),
        (Conditions(inbox=INBOX), "no condition"),
        (Conditions(all_words=True), "no condition"),
        (Conditions(words=("!!!",)), "no word"),
        (Conditions(channel="Odd", words=("",)), "no word"),
        (Conditions(shortest=20, longest=10), "at least 20 and at most 10"),
        (Conditions(shortest=-1), "from 0 up"),
        (Conditions(longest=10**9), "from 0 up"),
        (Conditions(days=0), "from 1 up"),
        (Conditions(days=10**9), "from 1 up"),
        (Conditions(days=5, inbox="PLgone"), "inbox"),
        (Conditions(days=5, inbox=MUSIC), "inbox"),
    ],
)
def test_a_rule_that_can_do_nothing_or_would_do_everything_says_why_and_is_silent(
    conditions: Conditions, word: str
) -> None:
    rule, found = Rule(1, conditions, COOKING), situation()
    assert word in flaw(rule, found.library)
    assert decide([rule], found) == {}


@pytest.mark.parametrize(("playlist_id", "word"), [("", "names no"), ("PLgone", "no longer"), (INBOX, "no category")])
def test_a_rule_needs_a_category_that_is_there_and_can_be_written(playlist_id: str, word: str) -> None:
    rule = replace(BREAD, playlist_id=playlist_id, title="Baking")
    assert word in flaw(rule, situation().library)
    assert decide([rule], situation()) == {}


def test_a_sound_rule_has_no_flaw() -> None:
    assert flaw(BREAD, situation().library) == ""


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        (Conditions(), "No condition"),
        (Conditions(channel="UCbread"), "Channel is Bread & Co"),
        (Conditions(channel="Somebody"), "Channel is Somebody"),
        (Conditions(words=("rye",)), "Title says rye"),
        (Conditions(words=("rye", "cast iron")), "Title says rye or “cast iron”"),
        (Conditions(words=("a", "b", "c"), all_words=True), "Title says a, b and c"),
        (Conditions(shortest=5, longest=10), "5 to 10 minutes long"),
        (Conditions(shortest=5), "At least 5 minutes long"),
        (Conditions(longest=10), "At most 10 minutes long"),
        (Conditions(days=90, inbox=INBOX), "At least 90 days in Inbox"),
        (Conditions(days=1), "At least 1 day in an inbox"),
        (Conditions(days=1, inbox="PLgone"), "At least 1 day in an inbox that is gone"),
        (Conditions(published_before=date(2020, 1, 2)), "Published before 2 January 2020"),
        (
            Conditions("UCbread", ("rye",), inbox=INBOX),
            "Channel is Bread & Co, and title says rye, and stands in Inbox",
        ),
    ],
)
def test_conditions_in_words(conditions: Conditions, words: str) -> None:
    assert in_words(conditions, {"UCbread": "Bread & Co", INBOX: "Inbox"}) == words
