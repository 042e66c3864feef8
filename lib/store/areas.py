"""What a transaction changes: the areas of the database, and which table belongs to which.

A transaction names its areas (`Database.write`), each area has a stamp that rises with every change, and a cache is
valid as long as the stamps of what it was made from are the same. A new table gets a row in `TABLES`.
"""

from __future__ import annotations

from enum import StrEnum


class Area(StrEnum):
    """A group of tables that change together."""

    BASE = "base"
    """Playlists with their items as YouTube showed them, and the listings not believed."""
    ROLES = "roles"
    """The roles the user gave to playlists."""
    LISTING_PAGES = "listing pages"
    """What conditional requests need: the stored pages of listings."""
    VIDEOS = "videos"
    VECTORS = "vectors"
    EDITS = "edits"
    FEEDBACK = "feedback"
    """Which suggestions the user accepted and rejected."""
    MAP = "map"
    """Positions, topics, and what the user made of the topics."""
    SUGGESTIONS = "suggestions"
    RULES = "rules"
    TRAINING_LOG = "training log"
    JOURNAL = "journal"
    """The state of each operation of a push: changes twice with every write to YouTube."""
    PUSHES = "pushes"
    """How pushes stand, what was approved, what is in doubt, and what takes a push back."""
    QUOTA = "quota"
    FACTS = "facts"
    """Small facts under a key: the channel, the last pull, the settings of the map."""


TABLES: dict[str, Area] = {
    "playlists": Area.BASE,
    "items": Area.BASE,
    "roles": Area.ROLES,
    "held_back": Area.BASE,
    "listing_pages": Area.LISTING_PAGES,
    "videos": Area.VIDEOS,
    "edits": Area.EDITS,
    "amended": Area.EDITS,
    "decisions": Area.FEEDBACK,
    "map_points": Area.MAP,
    "earlier_map": Area.MAP,
    "topics": Area.MAP,
    "my_topics": Area.MAP,
    "topic_acts": Area.MAP,
    "suggestions": Area.SUGGESTIONS,
    "rules": Area.RULES,
    "ruled": Area.RULES,
    "declined_rules": Area.RULES,
    "lessons": Area.TRAINING_LOG,
    "lesson_changes": Area.TRAINING_LOG,
    "operations": Area.JOURNAL,
    "pushes": Area.PUSHES,
    "approvals": Area.PUSHES,
    "unclear": Area.PUSHES,
    "kept_items": Area.PUSHES,
    "undos": Area.PUSHES,
    "spent": Area.QUOTA,
    "exhausted": Area.QUOTA,
    "meta": Area.FACTS,
}
"""The area of each table, but for the vectors: their tables are named by their length, `vectors_384`."""
