from datetime import UTC, datetime, timedelta

import pytest

from lib.demo.quota import Ledger
from lib.demo.refusals import Refused

EVENING = datetime(2026, 10, 6, 6, 59, tzinfo=UTC)  # 23:59 in California


def test_the_units_of_a_day_come_back_at_midnight_in_california():
    ledger = Ledger(daily_units=100)
    ledger.charge(50, EVENING)
    ledger.charge(50, EVENING)
    with pytest.raises(Refused) as refused:
        ledger.charge(1, EVENING)
    assert (refused.value.status, refused.value.body["error"]["errors"][0]["reason"]) == (403, "quotaExceeded")
    ledger.charge(50, EVENING + timedelta(minutes=1))
    assert ledger.spent == 50


def test_what_does_not_fit_is_refused_and_costs_nothing():
    ledger = Ledger(daily_units=60)
    ledger.charge(50, EVENING)
    with pytest.raises(Refused):
        ledger.charge(50, EVENING)
    ledger.charge(10, EVENING)
    assert ledger.spent == 60


def test_searches_have_a_purse_of_their_own_and_end_with_429():
    ledger = Ledger(daily_searches=1)
    ledger.charge_search(EVENING)
    with pytest.raises(Refused) as refused:
        ledger.charge_search(EVENING)
    metadata = refused.value.body["error"]["details"][0]["metadata"]
    assert refused.value.status == 429
    assert (metadata["quota_unit"], metadata["window_start_time"]) == (
        "1/d/{project}",
        str(int(datetime(2026, 10, 5, 7, tzinfo=UTC).timestamp())),
    )
    assert ledger.spent == 0


def test_new_playlists_are_limited_only_where_a_limit_is_set():
    limited, free = Ledger(daily_playlists=1), Ledger()
    for ledger in (limited, free, free):
        ledger.count_new_playlist()
    with pytest.raises(Refused) as refused:
        limited.count_new_playlist()
    assert refused.value.body["error"]["status"] == "RESOURCE_EXHAUSTED"
