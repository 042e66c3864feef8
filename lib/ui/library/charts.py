"""Charts of the library's own numbers. They hold no titles, so nothing untrusted is drawn."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

HEIGHT = 180
BLUE = "#4e79a7"


def saved_by_month(months: pd.DataFrame) -> go.Figure:
    """Bars of how many items were added in each month; `months` has the columns month (datetime) and items."""
    figure = go.Figure(
        go.Bar(x=months.month, y=months["items"], marker_color=BLUE, hovertemplate="%{x|%B %Y}: %{y:,}<extra></extra>")
    )
    figure.update_layout(height=HEIGHT, margin={"l": 0, "r": 0, "t": 8, "b": 0}, bargap=0.15, dragmode=False)
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True, nticks=4)
    return figure
