"""Tables of the library for the eye: one query each."""

from __future__ import annotations

import pandas as pd

from lib.store.catalog import Catalog, first_role


def playlists_frame(catalog: Catalog) -> pd.DataFrame:
    """One row a playlist: playlist_id, title, role, items, videos, unavailable, repeats, writable, read_at."""
    frame = catalog.db.frame(
        """SELECT p.playlist_id, p.title, p.writable, p.read_at, count(i.item_id) AS items, count(DISTINCT i.video_id) AS videos,
                  count(i.item_id) FILTER (v.availability <> 'available') AS unavailable,
                  count(i.item_id) - count(DISTINCT i.video_id) AS repeats
           FROM playlists p LEFT JOIN items i USING (playlist_id) LEFT JOIN videos v USING (video_id)
           GROUP BY p.playlist_id, p.title, p.writable, p.read_at, p.rank ORDER BY p.rank"""
    )
    roles = catalog.roles()
    frame.insert(
        2,
        "role",
        [str(roles.get(i, first_role(i, t))) for i, t in zip(frame.playlist_id, frame.title, strict=True)],
    )
    return frame


def months_frame(catalog: Catalog) -> pd.DataFrame:
    """How many items were added in each month, without gaps: month (datetime), items."""
    return catalog.db.frame(
        """WITH added AS (
               SELECT date_trunc('month', added_at) AS month, count(*) AS items FROM items WHERE added_at IS NOT NULL GROUP BY 1
           ), months AS (
               SELECT unnest(generate_series(min(month)::TIMESTAMP, max(month)::TIMESTAMP, INTERVAL 1 MONTH)) AS month FROM added
           )
           SELECT m.month, coalesce(a.items, 0) AS items FROM months m LEFT JOIN added a USING (month) ORDER BY m.month"""
    )
