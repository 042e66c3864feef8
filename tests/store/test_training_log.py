from __future__ import annotations

from datetime import timedelta

import pytest

from lib.derived import SuggestionChange, TrainingRun
from lib.store.training_log import Lessons
from tests.store.conftest import NOON, video_id

CHANGED = (
    SuggestionChange(video_id(1), "PLa", "PLb", False, True),
    SuggestionChange(video_id(2), "", "PLa", False, False),
)


@pytest.fixture
def lessons(db) -> Lessons:
    return Lessons(db)


def test_before_a_lesson_there_is_none(lessons):
    assert lessons.last() is None


def test_a_lesson_comes_back_as_it_was(lessons):
    lesson = TrainingRun(NOON, 12, CHANGED, 42, 50)
    lessons.store(lesson)
    assert lessons.last() == lesson


def test_only_the_last_lesson_keeps_what_it_changed(lessons):
    lessons.store(TrainingRun(NOON, 12, CHANGED, 42, 50))
    lessons.store(TrainingRun(NOON + timedelta(minutes=1), 3, (), 43, 50))
    assert lessons.last() == TrainingRun(NOON + timedelta(minutes=1), 3, (), 43, 50)
