"""What goes to the browser for the map, and what comes back."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from lib.ui.map.component import GREY, PALETTE, pack_dots, pack_groups, stable_colours, unpack

POINTS = np.array([[0, 0], [1, 0], [9, 9], [5, 5]], np.float32)
DOTS = pack_dots(POINTS, ["a", "b", "c", "d"])


def answer(rows: object, **changes: object) -> dict[str, object]:
    return {"rows": rows, "version": DOTS.version, "nonce": 3, **changes}


def rows_text(*rows: int) -> str:
    return base64.b64encode(np.array(rows, "<u4").tobytes()).decode()


def test_the_same_dots_have_the_same_version_and_others_another() -> None:
    assert pack_dots(POINTS.copy(), ["a", "b", "c", "d"]).version == DOTS.version
    assert pack_dots(POINTS + 1, ["a", "b", "c", "d"]).version != DOTS.version
    assert pack_dots(POINTS, ["a", "b", "c", "e"]).version != DOTS.version


def test_positions_travel_as_little_endian_floats() -> None:
    assert np.array_equal(np.frombuffer(base64.b64decode(DOTS.points), "<f4").reshape(-1, 2), POINTS)


def test_a_group_without_a_name_is_grey_and_the_label_stands_in_the_middle() -> None:
    groups = pack_groups(POINTS, ["x", "x", "y", "?"], {"y": "Far", "x": "Near"}, {"y": 0, "x": 1})
    assert list(base64.b64decode(groups.colours)) == [2, 2, 1, 0]
    assert groups.labels == [{"text": "Near", "x": 0.5, "y": 0.0}, {"text": "Far", "x": 9.0, "y": 9.0}]


def test_more_groups_than_colours_begin_anew_and_never_use_grey() -> None:
    many = list(range(len(PALETTE) + 1))
    groups = pack_groups(np.zeros((len(many), 2), np.float32), many, {n: str(n) for n in many}, {n: n for n in many})
    colours = base64.b64decode(groups.colours)
    assert colours[0] == colours[-1] == 1 and 0 not in colours and GREY not in PALETTE


def test_a_group_keeps_its_colour_whatever_comes_before_it() -> None:
    colours = {n: n for n in range(30)}
    alone = pack_groups(POINTS, [7] * 4, {7: "Seven"}, colours)
    second = pack_groups(POINTS, [7, 7, 7, 3], {3: "Three", 7: "Seven"}, colours)
    assert base64.b64decode(alone.colours)[0] == base64.b64decode(second.colours)[0]


def test_the_colour_of_a_playlist_follows_from_its_id_and_no_two_are_alike_while_there_are_enough() -> None:
    some = [f"PL{n:032d}" for n in range(len(PALETTE))]
    assert stable_colours(some) == stable_colours(some[::-1])
    assert sorted(stable_colours(some).values()) == list(range(len(PALETTE)))
    few = stable_colours(some[:5])
    moved = sum(stable_colours([*some[:5], "PLnew"])[group] != few[group] for group in some[:5])
    assert moved <= 1
    assert len(stable_colours([*some, "PLmore"])) == len(PALETTE) + 1


def test_a_named_group_without_dots_has_no_label() -> None:
    assert pack_groups(POINTS, ["x"] * 4, {"x": "X", "empty": "E"}, {"x": 0, "empty": 1}).labels == [
        {"text": "X", "x": 3.0, "y": 2.5}
    ]


def test_the_selected_rows_come_back() -> None:
    assert list(unpack(answer(rows_text(1, 3)), DOTS, 3)) == [1, 3]


def test_nothing_selected_is_an_answer_too() -> None:
    assert list(unpack(answer(""), DOTS, 3)) == []


@pytest.mark.parametrize("stale", [{"version": "other"}, {"nonce": 2}])
def test_an_answer_for_other_dots_or_an_earlier_question_is_none(stale: dict[str, object]) -> None:
    assert unpack(answer(rows_text(1), **stale), DOTS, 3) is None


@pytest.mark.parametrize("broken", [None, "text", answer("%%%"), answer("AAA="), answer(None)])
def test_what_is_no_answer_is_none(broken: object) -> None:
    assert unpack(broken, DOTS, 3) is None


def test_rows_that_do_not_exist_are_left_out() -> None:
    assert list(unpack(answer(rows_text(0, 4, 2**32 - 1)), DOTS, 3)) == [0]
