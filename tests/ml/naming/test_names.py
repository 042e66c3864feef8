"""A topic is named by words that are its own, in a readable spelling, unlike any other topic."""

import numpy as np
import pytest

from lib.derived import NOISE, Topic
from lib.ml.naming.names import CHANNEL_SHARE, UNSORTED, name_levels

BREAD = [
    "Sourdough bread for beginners",
    "Rye sourdough bread",
    "Baking sourdough bread at home",
    "My sourdough starter",
]
PYTHON = ["SQL queries in Python", "Python and SQL joins", "Faster SQL with Python", "SQL indexes explained"]
CHESS = ["Chess opening: the Sicilian", "Sicilian defence in chess", "A chess endgame", "Chess opening traps"]


def name_topics(titles, texts, channels, labels):
    """The topics of a single level."""
    return name_levels(titles, texts, channels, labels[:, None])


def _named(*groups, channels=None, labels=None):
    titles = [title for group in groups for title in group]
    numbers = [i for i, group in enumerate(groups) for _ in group]
    return name_topics(titles, titles, channels or [""] * len(titles), np.array(labels or numbers, dtype=np.int64))


def test_a_topic_is_named_by_its_own_words():
    bread, python, chess = _named(BREAD, PYTHON, CHESS)
    assert "Sourdough Bread" in bread.name
    assert "Python" in python.name or "SQL" in python.name
    assert "Chess" in chess.name
    assert bread.size == 4 and bread.topic == 0 and "sourdough bread" in bread.words


def test_words_keep_the_spelling_of_the_titles():
    assert "SQL" in _named(BREAD, PYTHON, CHESS)[1].name


def test_shouted_titles_do_not_make_shouted_names():
    bread = _named([title.upper() for title in BREAD], PYTHON)[0]
    assert "Sourdough Bread" in bread.name


def test_a_phrase_is_not_said_twice_in_one_name():
    for topic in _named(BREAD, PYTHON, CHESS):
        words = topic.name.lower().replace("&", "").split()
        assert len(words) == len(set(words))


def test_noise_comes_first_and_is_called_unsorted():
    topics = _named(BREAD, PYTHON, labels=[0, 0, 0, 0, NOISE, NOISE, NOISE, NOISE])
    assert [(topic.topic, topic.name, topic.size, topic.words) for topic in topics[:1]] == [(NOISE, UNSORTED, 4, ())]
    assert len(topics) == 2


def test_without_noise_nothing_is_called_unsorted():
    assert UNSORTED not in {topic.name for topic in _named(BREAD, PYTHON)}


def test_names_differ_even_where_the_videos_do_not():
    topics = _named(*[["The same title"] * 3] * 4)
    assert len({topic.name for topic in topics}) == 4


def test_a_channel_that_leads_a_topic_stands_in_its_name():
    channels = ["Bake Club"] * 3 + ["x"] + ["a", "b", "c", "d"] * 2
    bread, python, _ = _named(BREAD, PYTHON, CHESS, channels=channels)
    assert bread.name.startswith("Bake Club: ")
    assert ":" not in python.name


def test_a_channel_with_just_half_does_not():
    bread = [f"Sourdough bread {word}" for word in ("rye", "oat", "spelt", "wheat")]
    channels = ["Bake Club"] * round(CHANNEL_SHARE * 4) + ["a", "b"] + ["d", "e", "f", "g"]
    assert "Bake Club" not in _named(bread, PYTHON, channels=channels)[0].name


def test_a_channel_that_leads_every_topic_tells_none_apart():
    for topic in _named(BREAD, PYTHON, CHESS, channels=["One Channel"] * 12):
        assert "One Channel" not in topic.name


def test_the_words_of_the_channel_are_not_repeated_behind_it():
    channels = ["Sourdough Bread"] * 4 + ["a", "b", "c", "d"] * 2
    assert _named(BREAD, PYTHON, CHESS, channels=channels)[0].name.lower().count("sourdough") == 1


@pytest.mark.parametrize("titles", [["Official video"] * 3, ["123 456"] * 3, [""] * 3])
def test_a_topic_without_words_still_has_a_name(titles):
    topic = _named(titles, BREAD)[0]
    assert topic.name and topic.words == ()


def test_other_alphabets_have_words_too():
    topics = _named(["Выпечка хлеба", "Хлеб и выпечка"], PYTHON)
    assert "Выпечка" in topics[0].name


def test_no_videos_have_no_topics():
    assert name_topics([], [], [], np.zeros(0, dtype=np.int64)) == []


def test_a_library_that_is_all_noise_has_one_name():
    assert [topic.name for topic in _named(BREAD, labels=[NOISE] * 4)] == [UNSORTED]


def _levels(*columns, **options):
    titles = BREAD + PYTHON + CHESS
    levels = np.array(columns, dtype=np.int64).T
    return {topic.topic: topic for topic in name_levels(titles, titles, [""] * len(titles), levels, **options)}


FINE = [0] * 4 + [1] * 4 + [2] * 4
BROAD = [5] * 8 + [2] * 4


def test_every_topic_of_every_level_has_one_name_and_no_level_has_one_twice():
    topics = _levels(BROAD, FINE)
    assert topics.keys() == {0, 1, 2, 5}
    assert topics[5].size == 8
    assert len({topics[number].name for number in set(FINE)}) == 3
    assert topics[5].name != topics[2].name


def test_the_users_name_stays_and_no_other_topic_takes_it():
    """BERTopic #1692: names that users gave were dropped."""
    taken = _levels(FINE)[1].name
    for before in ([], list(_levels(FINE).values())):
        topics = _levels(FINE, user_names={0: taken}, previous=before)
        assert topics[0].name == taken != topics[1].name


def test_of_two_topics_of_one_name_that_meet_at_a_level_the_larger_keeps_it():
    known = [Topic(number, "Openings", ("chess", "opening"), 4) for number in (2, 5)]
    apart = name_levels(CHESS, CHESS, [""] * 4, np.array([[2], [2], [2], [5]]), previous=known)
    assert [topic.name == "Openings" for topic in apart] == [True, False]


def test_an_automatic_name_stays_while_its_words_are_still_said():
    """BERTopic #2531: names change under the user although the topics do not."""
    known = Topic(0, "Bakers' Corner", ("sourdough bread", "rye"), 4)
    assert _levels(FINE, previous=[known])[0].name == "Bakers' Corner"


def test_a_name_whose_words_nobody_says_any_more_is_replaced():
    stale = Topic(0, "Bicycle Repair", ("bicycle", "repair"), 4)
    assert "Sourdough" in _levels(FINE, previous=[stale])[0].name


def test_a_name_given_when_its_word_still_could_be_one_stays_while_it_is_said():
    """An upgrade that knows more words to leave out renames nothing."""
    italian = ["Come fare il pane", "Come fare la pizza", "Come si fa la pasta", "Il pane come una volta"]
    titles, labels = [*italian, *CHESS], np.array([[0]] * 4 + [[1]] * 4)
    come, chess = (Topic(number, name, (name.lower(),), 4) for number, name in enumerate(["Come", "Come"]))
    topics = name_levels(titles, titles, [""] * 8, labels, previous=[come, chess])
    assert topics[0].name == "Come" and "Chess" in topics[1].name


def test_the_piece_of_a_pair_is_no_name():
    deep = ["Machine learning with trees", "Machine learning in depth", "Deep learning of images", "Deep learning nets"]
    assert "Deep" not in _named(deep, BREAD, PYTHON)[0].name.replace("Deep Learning", "")


def test_words_that_begin_alike_are_said_once():
    stars = ["Astronomy of stars", "Astronomical stars", "Astronomy: a telescope", "An astronomical telescope"]
    assert _named(stars, BREAD, PYTHON)[0].name.lower().count("astronom") == 1


def test_what_only_descriptions_say_is_no_name():
    titles = BREAD + PYTHON
    texts = ["Our sponsor provides kettles. Sourdough."] * 4 + ["Nothing."] * 4
    labels = np.array([0] * 4 + [1] * 4)
    assert "Kettles" not in name_topics(titles, texts, [""] * 8, labels)[0].name


def test_a_channel_with_the_name_of_a_sentence_is_left_out():
    channels = ["Everything you always wanted to know about bread"] * 4 + ["a", "b", "c", "d"] * 2
    assert ":" not in _named(BREAD, PYTHON, CHESS, channels=channels)[0].name


def test_a_piece_of_a_phrase_is_completed():
    """ "Source Communities" is no name for what all call open source communities."""
    titles = ["Sustaining open source communities", "Diverse open source communities", "An open source community"]
    assert "Open Source Communities" in _named(titles, BREAD, PYTHON)[0].name


def test_an_abbreviation_and_what_it_is_short_for_are_said_once_and_in_words():
    nlp = ["NLP with trees", "NLP: natural language processing", "Natural language processing", "NLP at home"]
    name = _named(nlp, BREAD, PYTHON)[0].name
    assert "Natural Language Processing" in name and "NLP" not in name


def test_several_words_stand_alone_where_nothing_else_is_the_topics_own():
    forms = ["Slope-intercept form of a line", "Slope-intercept form", "The slope-intercept form of a line"]
    rivals = [[f"Line {word} {i}" for i in range(5)] for word in ("integrals", "dancing", "fishing")]
    assert _named(forms, *rivals)[0].name == "Slope-intercept Form"


def test_a_single_word_is_given_company_even_if_others_say_it_too():
    queues = ["Migrations", "Migrations for Django", "Squashed migrations", "Django has migrations"]
    views = ["Django admin", "Django views", "Django templates", "Django signals", "Forms in Django", "Django forms"]
    assert _named(queues, views, [f"Why {title}" for title in views], BREAD)[0].name == "Migrations & Django"


def test_a_topic_of_many_things_is_named_by_what_is_said_least_seldom_and_not_by_its_first_title():
    many = [f"All of {chr(97 + i // 8) * 3}{chr(97 + i % 8) * 3}" for i in range(60)]
    topic = _named([*many, "Moon landing", "The moon", "A base on the moon"], BREAD, PYTHON)[0]
    assert topic.name == "Moon" and topic.words == ("moon",)


def test_a_name_that_is_taken_is_told_apart_by_a_word_before_it_is_by_a_number():
    torch, few = ["PyTorch"] * 40, ["PyTorch deployed", "PyTorch, deployed"]
    names = [topic.name for topic in _named([*torch, *torch], [*torch, *few], BREAD * 20, CHESS * 20)]
    assert names[:2] == ["PyTorch", "PyTorch & Deployed"]


def test_function_words_of_other_languages_are_no_names():
    """An Italian topic was called "Come & Quando"."""
    italian = ["Come fare il pane in casa", "Come fare la pizza con il lievito", "Quando fare il pane con la farina"]
    words = set(_named(italian, PYTHON, CHESS)[0].name.lower().split())
    assert "pane" in words and not words & {"come", "fare", "quando", "con"}


def test_what_the_tellers_manner_is_stands_only_in_company():
    data = ["Big data in the cloud", "Big data for all", "Processing big data", "Big, bigger, big"]
    assert _named(data, BREAD, CHESS)[0].name == "Big Data"


def test_symbols_of_two_small_letters_are_no_names():
    sums = ["The integral of ln and dx", "Integral with dx", "An integral, dx and ln", "dx, ln"]
    assert _named(sums, BREAD, CHESS)[0].name == "Integral"
