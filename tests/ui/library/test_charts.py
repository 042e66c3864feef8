"""The chart draws the numbers it is given, and nothing a stranger wrote."""

import pandas as pd

from lib.ui.library.charts import saved_by_month


def test_a_bar_for_each_month():
    months = pd.DataFrame({"month": pd.to_datetime(["2026-01-01", "2026-02-01"]), "items": [3, 0]})
    (bars,) = saved_by_month(months).data
    assert list(bars.y) == [3, 0]
    assert [pd.Timestamp(x).month for x in bars.x] == [1, 2]
