from __future__ import annotations

from datetime import timedelta

import pytest

from lib.derived import SuggestionChange, TrainingRun
from lib.store.training_log import TrainingLog
from tests.store.conftest import NOON, video_id

CHANGED = (
    SuggestionChange(video_id(1), "PLa", "PLb", False, True),
    SuggestionChange(video_id(2), "", "PLa", False, False),
)


@pytest.fixture
def training_log(db) -> TrainingLog:
    return TrainingLog(db)


def test_before_a_training_run_there_is_none(training_log):
    assert training_log.last() is None


def test_a_training_run_comes_back_as_it_was(training_log):
    run = TrainingRun(NOON, 12, CHANGED, 42, 50)
    training_log.store(run)
    assert training_log.last() == run


def test_only_the_last_training_run_keeps_what_it_changed(training_log):
    training_log.store(TrainingRun(NOON, 12, CHANGED, 42, 50))
    training_log.store(TrainingRun(NOON + timedelta(minutes=1), 3, (), 43, 50))
    assert training_log.last() == TrainingRun(NOON + timedelta(minutes=1), 3, (), 43, 50)
