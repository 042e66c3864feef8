"""Confidence means what it says, and what is sure keeps its promise."""

import numpy as np
import pytest

from lib.ml.classifier.calibration import MAX_MISFILED, MIN_EXAMPLES, PRIOR_WEIGHTS, calibrate, misfiled_share


def _calibrated(count, wrong, level=0.95):
    """`count` clear rows, and `wrong` doubtful ones whose best category is not theirs."""
    random = np.random.default_rng(1)
    truth = random.integers(3, size=count + wrong)
    scores = random.normal(0.1, 0.03, size=(count + wrong, 3))
    scores[np.arange(count), truth[:count]] = random.normal(0.9, 0.05, size=count)
    scores[np.arange(count, count + wrong), (truth[count:] + 1) % 3] += 0.2
    belongs = np.eye(3, dtype=bool)[truth]
    calibration = calibrate(scores, np.where(belongs, -np.inf, scores), belongs, level)
    return calibration, scores, belongs


def test_what_is_sure_is_right_as_often_as_promised():
    calibration, scores, belongs = _calibrated(200, 60)
    sure = calibration.sure(calibration.confidence(scores), scores)
    assert sure.sum() >= 190
    assert belongs[np.arange(len(scores)), scores.argmax(axis=1)][sure].mean() >= 0.95


def test_confidence_is_a_probability_and_rises_with_the_lead():
    calibration, scores, _ = _calibrated(200, 60)
    confidence = calibration.confidence(scores)
    assert ((confidence >= 0) & (confidence <= 1)).all()
    assert confidence[:200].min() > confidence[200:].max()


def test_nothing_is_sure_before_it_could_be_measured():
    calibration, scores, _ = _calibrated(MIN_EXAMPLES - 1, 0)
    assert not (calibration.sure(calibration.confidence(scores), scores)).any()


def test_nothing_is_sure_where_nothing_was_right():
    calibration, scores, _ = _calibrated(0, 60)
    assert not (calibration.sure(calibration.confidence(scores), scores)).any()


def test_a_promise_that_cannot_be_kept_makes_nothing_sure():
    calibration, scores, _ = _calibrated(200, 60, level=1.0)
    assert not (calibration.sure(calibration.confidence(scores), scores)).any()


def test_before_anything_is_measured_the_judge_is_what_held_elsewhere():
    nothing = np.zeros((0, 3), dtype=np.float32)
    assert calibrate(nothing, nothing, np.zeros((0, 3), dtype=bool), 0.95).weights == pytest.approx(PRIOR_WEIGHTS)


def test_few_rows_move_the_judge_a_little_and_many_move_it_far():
    scores = np.array([[0.4, 0.35, 0.1]] * 200)
    wrong = np.zeros((200, 3), dtype=bool)
    wrong[:, 1] = True
    nowhere = np.where(wrong, -np.inf, scores)
    confidence = [calibrate(scores[:n], nowhere[:n], wrong[:n], 0.95).confidence(scores)[0] for n in (0, 4, 200)]
    assert confidence[0] > confidence[1] > confidence[2] and confidence[2] < 0.1


def test_a_better_place_that_is_not_allowed_speaks_against_the_next():
    calibration, scores, _ = _calibrated(200, 60)
    best = scores.argmax(axis=1)
    allowed = np.ones(scores.shape, dtype=bool)
    allowed[np.arange(len(scores)), best] = False
    assert (calibration.confidence(scores, allowed)[:200] < 0.2).all()


def test_what_has_as_much_in_common_with_each_category_belongs_in_none():
    calibration, _, _ = _calibrated(200, 60)
    alike, nothing = np.full((1, 3), 0.4), np.full((1, 3), -np.inf)
    assert calibration.confidence(alike)[0] == calibration.confidence(nothing)[0] == 0.0


def filed_rows(count, slips, blur):
    """`count` rows, better and worse to tell; a share of `slips` filed wrongly, and the model wrong where `blur` hides the best."""
    random = np.random.default_rng(5)
    truth, clear = random.integers(3, size=count), random.uniform(0.0, 1.0, size=count)
    scores = random.normal(0.0, blur, size=(count, 3)) + np.eye(3)[truth] * clear[:, None]
    slipped = random.random(count) < slips
    belongs = np.eye(3, dtype=bool)[np.where(slipped, (truth + 1) % 3, truth)]
    return scores, np.where(belongs, -np.inf, scores), belongs


def test_slips_of_filing_are_what_no_confidence_takes_away():
    assert misfiled_share(*filed_rows(3000, slips=0.04, blur=0.15)) == pytest.approx(0.035, abs=0.0151)


def test_errors_that_grow_with_doubt_are_the_models_own():
    assert misfiled_share(*filed_rows(3000, slips=0.0, blur=0.4)) <= 0.01


def test_more_than_a_few_slips_are_not_believed():
    assert 0 < misfiled_share(*filed_rows(3000, slips=0.25, blur=0.1)) <= MAX_MISFILED


def test_few_rows_show_few_slips():
    assert misfiled_share(*filed_rows(40, slips=0.05, blur=0.15)) <= 0.01


def test_slips_do_not_count_against_what_is_sure():
    rows = filed_rows(3000, slips=0.06, blur=0.15)
    blind, seeing = calibrate(*rows, 0.95), calibrate(*rows, 0.95, misfiled=misfiled_share(*rows))
    sure = [calibration.sure(calibration.confidence(rows[0]), rows[0]).mean() for calibration in (blind, seeing)]
    assert sure[0] < 0.3 < 0.6 < sure[1]


def test_a_category_that_cannot_be_told_apart_gets_nothing_sure():
    scores, _, belongs = filed_rows(3000, slips=0.0, blur=0.05)
    coin = np.random.default_rng(6).random(len(scores)) < 0.5
    mixed = belongs[:, 2] & coin  # half of what looks like the third category stands in the second
    belongs[mixed] = [False, True, False]
    calibration = calibrate(scores, np.where(belongs, -np.inf, scores), belongs, 0.8)
    assert calibration.excluded == (2,)
    best = scores.argmax(axis=1)
    sure = calibration.sure(np.ones(len(best)), scores)
    assert not sure[best == 2].any() and sure[best == 0].mean() > 0.9


def test_what_has_little_in_common_with_anything_is_not_sure_however_clear_its_lead():
    calibration, _, _ = _calibrated(200, 60)
    strangers = np.array([[-0.1, -1.0, -1.1], [0.9, 0.0, -0.1]])
    assert calibration.sure(np.ones(2), strangers).tolist() == [False, True]


def test_what_waits_decides_how_much_a_row_counts():
    scores, without, belongs = filed_rows(400, slips=0.0, blur=0.5)
    hits = belongs[np.arange(400), scores.argmax(axis=1)]
    trusting, wary = (
        calibrate(scores, without, belongs, 0.95, np.where(hits, a, b)) for a, b in ((1.5, 0.5), (0.5, 1.5))
    )
    assert trusting.confidence(scores).mean() > wary.confidence(scores).mean() + 0.1
