"""What the user says of topics holds: at every level, in every later run, and until it is taken back.

BERTopic's users lost custom labels when models were merged (#1692), and what was assigned by hand was not carried on (#1387).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lib.derived import NOISE, Topic
from lib.errors import UserError
from lib.ml.text.video_text import RECIPE, text_hash, video_text
from lib.models import Item, Listed, Role, Video
from lib.services.workspace import Workspace
from lib.settings import Settings

SUBJECTS = ("sourdough bread", "sicilian chess", "python testing", "jazz guitar", "mountain cycling", "solar telescope")
SIZE = 25
IDS = [f"video{n:06d}" for n in range(len(SUBJECTS) * SIZE)]


def subject(number: int) -> list[str]:
    """The videos of one subject."""
    return IDS[number * SIZE : (number + 1) * SIZE]


def vectors(ids: list[str]) -> np.ndarray:
    """Six groups, near in pairs, so that a broad level joins two and two."""
    group = np.array([IDS.index(i) // SIZE if i in IDS else 0 for i in ids])
    noise = np.stack([np.random.default_rng(int(i[5:])).normal(size=10) for i in ids])
    points = np.eye(10)[group // 2] + 0.6 * np.eye(10)[3 + group] + 0.06 * noise
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def read(workspace: Workspace, ids: list[str]) -> None:
    """The library holds these videos, in an inbox."""
    videos = [
        Video(i, f"{SUBJECTS[IDS.index(i) // SIZE if i in IDS else 0]} number {'abcdefghij'[int(i[5:]) % 10]}")
        for i in ids
    ]
    workspace.catalog.store_videos(videos)
    workspace.catalog.store_listing([Listed("PLinbox", "Inbox", "", "private", "", len(ids))])
    workspace.catalog.give_role(["PLinbox"], Role.INBOX)
    workspace.catalog.store_items("PLinbox", [Item(f"item{i}", i) for i in ids])
    workspace.vectors.store({v.video_id: text_hash(video_text(v), RECIPE) for v in videos}, vectors(ids))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that was analysed once for all tests."""
    home = tmp_path_factory.mktemp("drawn")
    with closing(Workspace(Settings(home))) as workspace:
        read(workspace, IDS)
        workspace.analysis.run()
    return home


@pytest.fixture
def shop(tmp_path: Path, drawn: Path) -> Iterator[Workspace]:
    (tmp_path / "atlas.duckdb").write_bytes((drawn / "atlas.duckdb").read_bytes())
    with closing(Workspace(Settings(tmp_path))) as workspace:
        yield workspace


def topics(shop: Workspace) -> dict[int, Topic]:
    return {topic.topic: topic for topic in shop.derived.topics() if topic.topic != NOISE}


def topic_of(shop: Workspace, number: int) -> int:
    """The topic that holds most of a subject."""
    members = shop.derived.members()
    return max(members, key=lambda topic: len(set(members[topic]) & set(subject(number))))


def members(shop: Workspace, topic: int) -> set[str]:
    return set(shop.derived.members().get(topic, []))


def levels(shop: Workspace) -> list[int]:
    return list(range(len(shop.derived.topic_store.counts())))


def test_the_subjects_are_the_topics_and_are_named_after_themselves(shop: Workspace) -> None:
    assert len(topics(shop)) == len(SUBJECTS)
    for number, name in enumerate(SUBJECTS):
        assert any(word in topics(shop)[topic_of(shop, number)].name.lower() for word in name.split())


def test_a_name_stays_at_every_level_and_over_runs_and_new_videos(shop: Workspace) -> None:
    bread = topic_of(shop, 0)
    before = members(shop, bread)
    shop.topics.rename(bread, "  My   bread ")
    for level in levels(shop):
        shop.derived.topic_store.show_level(level)
        assert topics(shop)[bread].name == "My bread" and members(shop, bread) == before
    new = [f"video{900 + n:06d}" for n in range(15)]
    read(shop, [*IDS, *new])
    shop.analysis.run(redraw=True)
    assert topics(shop)[bread].name == "My bread"
    assert members(shop, bread) >= before
    assert len(members(shop, bread) & set(new)) > 10


def test_a_name_outlives_a_method_that_would_make_other_topics(shop: Workspace) -> None:
    bread = topic_of(shop, 0)
    shop.topics.rename(bread, "My bread")
    before = members(shop, bread)
    shop.analysis.run(method="kmeans", k=2)
    assert topics(shop)[bread].name == "My bread" and members(shop, bread) == before


def test_merged_topics_stay_one_in_later_runs_and_keep_the_name_of_the_user(shop: Workspace) -> None:
    bread, jazz = topic_of(shop, 0), topic_of(shop, 3)
    both = members(shop, bread) | members(shop, jazz)
    shop.topics.rename(jazz, "Evenings")
    merged = shop.topics.merge([bread, jazz])
    for _ in range(2):
        assert merged in (bread, jazz) and members(shop, merged) == both
        assert topics(shop)[merged].name == "Evenings"
        assert ({bread, jazz} - {merged}).isdisjoint(topics(shop))
        shop.analysis.run()


def test_a_merge_can_be_named_at_once_and_else_has_the_name_of_the_largest(shop: Workspace) -> None:
    first, second, third = (topic_of(shop, number) for number in (0, 2, 4))
    merged = shop.topics.merge([first, second], "Kitchen and keyboard")
    assert topics(shop)[merged].name == "Kitchen and keyboard"
    whole = shop.topics.merge([merged, third])
    assert (whole, topics(shop)[whole].name) == (merged, "Kitchen and keyboard")


def test_parts_of_a_split_topic_stay_apart_in_later_runs(shop: Workspace) -> None:
    shop.derived.topic_store.show_level(0)
    joined = topic_of(shop, 0)
    before = members(shop, joined)
    parts = {part: members(shop, part) for part in shop.topics.split(joined)}
    assert len(parts) == 2 and set().union(*parts.values()) == before
    assert {part: members(shop, part) for part in parts} == parts
    names = [topics(shop)[part].name for part in parts]
    assert len(set(names)) == 2
    shop.analysis.run()
    assert {part: members(shop, part) for part in parts} == parts
    assert [topics(shop)[part].name for part in parts] == names


def test_a_topic_of_the_finest_level_falls_into_two_with_names_of_their_own(shop: Workspace) -> None:
    shop.derived.topic_store.show_level(levels(shop)[-1])
    bread = topic_of(shop, 0)
    parts = shop.topics.split(bread)
    assert len(parts) == 2 and bread in parts
    assert len({topic.name for topic in topics(shop).values()}) == len(topics(shop))


def test_a_split_topic_that_the_user_named_keeps_the_name_with_its_largest_part(shop: Workspace) -> None:
    bread = topic_of(shop, 0)
    shop.topics.rename(bread, "My bread")
    parts = shop.topics.split(bread)
    largest = max(parts, key=lambda part: len(members(shop, part)))
    assert topics(shop)[largest].name == "My bread"


def test_a_split_takes_nothing_from_a_topic_of_the_user_that_bears_the_number_of_a_part(shop: Workspace) -> None:
    bread = topic_of(shop, 0)
    shop.topics.rename(bread, "My bread")
    lent = sorted(members(shop, bread))[:10]
    shop.topics.release(shop.topics.make("For Anna", lent))
    before = members(shop, bread) - set(lent)
    shop.derived.topic_store.show_level(0)
    joined = next(topic for topic, videos in shop.derived.members().items() if lent[0] in videos)
    assert joined != bread and before == members(shop, bread)
    parts = shop.topics.split(joined)
    assert topics(shop)[bread].name == "My bread" and members(shop, bread) == before
    assert bread not in parts and any(members(shop, part) == set(lent) for part in parts)
    assert len({topic.name for topic in topics(shop).values()}) == len(topics(shop))


def test_a_topic_whose_videos_are_all_alike_is_not_split(shop: Workspace) -> None:
    ids, layout, _ = shop.derived.map_points()
    shop.derived.store_map(
        ids, layout, np.zeros((len(ids), 5), np.float32), shop.derived.topic_store.automatic_topics(ids)
    )
    shop.derived.topic_store.show_level(levels(shop)[-1])
    with pytest.raises(UserError) as raised:
        shop.topics.split(topic_of(shop, 0))
    assert "alike" in raised.value.message and shop.derived.topic_store.last_act() is None


def test_a_topic_can_be_made_of_any_videos_and_takes_them_from_others_of_the_users(shop: Workspace) -> None:
    bread = topic_of(shop, 0)
    shop.topics.rename(bread, "My bread")
    chosen = sorted(members(shop, bread))[:5] + subject(3)[:2]
    made = shop.topics.make("For Anna", [*chosen, "not on the map"])
    assert members(shop, made) == set(chosen) and topics(shop)[made].name == "For Anna"
    assert members(shop, bread).isdisjoint(chosen)
    shop.analysis.run()
    assert members(shop, made) == set(chosen)


def test_each_act_can_be_taken_back_the_last_one_first(shop: Workspace) -> None:
    states = [(shop.derived.topics(), shop.derived.members())]
    bread, jazz = topic_of(shop, 0), topic_of(shop, 3)
    acts = (
        lambda: shop.topics.rename(bread, "My bread"),
        lambda: shop.topics.merge([bread, jazz]),
        lambda: shop.topics.split(topic_of(shop, 0)),
        lambda: shop.topics.make("For Anna", subject(2)[:4]),
        lambda: shop.topics.release(topic_of(shop, 0)),
    )
    for act in acts:
        act()
        states.append((shop.derived.topics(), shop.derived.members()))
    for state in states[-2::-1]:
        assert shop.derived.topic_store.last_act() is not None
        assert shop.topics.undo()
        assert (shop.derived.topics(), shop.derived.members()) == state
    assert shop.topics.undo() is None


def test_an_act_can_be_taken_back_after_a_later_run(shop: Workspace) -> None:
    bread, jazz = topic_of(shop, 0), topic_of(shop, 3)
    before = [members(shop, topic) for topic in (bread, jazz)]
    shop.topics.merge([bread, jazz])
    shop.analysis.run()
    shop.topics.undo()
    assert [members(shop, topic_of(shop, number)) for number in (0, 3)] == before


def test_what_the_user_made_and_how_to_take_it_back_outlive_the_program(shop: Workspace) -> None:
    bread = topic_of(shop, 0)
    shop.topics.rename(bread, "My bread")
    shop.close()
    with closing(Workspace(shop.settings)) as again:
        assert topics(again)[bread].name == "My bread"
        assert again.topics.undo()
        assert topics(again)[bread].name != "My bread"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_name_that_cannot_be_is_refused(shop: Workspace, name: str) -> None:
    with pytest.raises(UserError) as raised:
        shop.topics.rename(topic_of(shop, 0), name)
    assert "1 to 80" in raised.value.message


def test_two_topics_cannot_have_one_name(shop: Workspace) -> None:
    taken_name = topics(shop)[topic_of(shop, 3)].name
    for act in (
        lambda: shop.topics.rename(topic_of(shop, 0), taken_name.upper()),
        lambda: shop.topics.make(taken_name, IDS[:3]),
    ):
        with pytest.raises(UserError) as raised:
            act()
        assert "merge" in raised.value.next_step


def test_what_is_not_on_the_map_cannot_be_shaped(shop: Workspace) -> None:
    for act in (
        lambda: shop.topics.rename(999, "x"),
        lambda: shop.topics.split(NOISE),
        lambda: shop.topics.merge([topic_of(shop, 0)]),
        lambda: shop.topics.make("x", ["nowhere"]),
    ):
        with pytest.raises(UserError):
            act()
    assert shop.derived.topic_store.last_act() is None
