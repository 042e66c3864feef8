"""A workspace: one data folder with its database, and the services wired together over it.

The screens and the command line both open one, and ask the service they mean: `workspace.pushes.plan()`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lib.ml.tasks import Compute, compute_here
from lib.models import Library
from lib.services.analysis import Analysis
from lib.services.categories import Categories
from lib.services.conflicts import Conflicts
from lib.services.duplicates import Duplicates
from lib.services.export import Export
from lib.services.feedback import Feedback
from lib.services.filing import Filing
from lib.services.local_library import local_library
from lib.services.playlists import Playlists
from lib.services.pulls import Pulls
from lib.services.pushes import Pushes
from lib.services.rules import Rules
from lib.services.search import Search
from lib.services.suggestions import Suggestions
from lib.services.tidy import Tidy
from lib.services.topics import Topics
from lib.services.undo import Undo
from lib.settings import Settings
from lib.store.catalog import Catalog
from lib.store.db import Database
from lib.store.derived import Derived
from lib.store.edits import Edits
from lib.store.journal import Journal
from lib.store.quota import Quota
from lib.store.rules import RuleStore
from lib.store.training_log import TrainingLog
from lib.store.vectors import Vectors


class Workspace:
    """One open library: its stores, and a service for each thing a user does with it. Open one per data folder and process."""

    def __init__(
        self,
        settings: Settings,
        compute: Compute = compute_here,
        *,
        now: Callable[[], datetime] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        chance: random.Random | None = None,
    ) -> None:
        """Open the database. `compute` runs the tasks of `lib.ml.tasks`. Raises `StoreError` with the next step."""
        self.settings = settings
        self.compute = compute
        self.db = Database(settings.database)
        self.catalog = Catalog(self.db)
        self.edits = Edits(self.db)
        self.journal = Journal(self.db, time.monotonic if now is None else lambda: self.quota.now().timestamp())
        self.quota = Quota(self.db, settings.daily_units, now or (lambda: datetime.now(UTC)))
        self.vectors = Vectors(self.db, settings.model)
        self.derived = Derived(self.db)
        self.training_log = TrainingLog(self.db)
        catalog, edits, derived, quota = self.catalog, self.edits, self.derived, self.quota
        self.filing = Filing(catalog, edits, derived)
        self.playlists = Playlists(catalog, edits)
        self.categories = Categories(self.filing, self.playlists)
        self.duplicates = Duplicates(self.filing)
        self.feedback = Feedback(self.filing)
        self.rules = Rules(catalog, edits, derived, RuleStore(self.db), quota.now)
        self.undo = Undo(catalog, edits, self.journal, quota.now)
        self.search = Search(catalog, edits, self.vectors, derived, compute)
        self.topics = Topics(catalog, derived, compute)
        self.tidy = Tidy(catalog, self.vectors, compute)
        self.suggestions = Suggestions(
            catalog, edits, self.vectors, derived, self.training_log, compute, self.search, self.filing
        )
        self.analysis = Analysis(catalog, self.vectors, derived, self.suggestions, compute)
        self.export = Export(catalog, edits, derived)
        client = (sleep, chance or random.Random())
        self.pulls = Pulls(settings, catalog, edits, self.journal, quota, self.rules, self.undo, *client)
        self.pushes = Pushes(self.pulls)
        self.conflicts = Conflicts(self.filing, self.pushes)

    def close(self) -> None:
        """Close the database, so that another process may open it."""
        self.db.close()

    def local(self) -> Library:
        """Base with the pending edits applied: the library as the user wants it."""
        return local_library(self.catalog, self.edits)

    def status(self) -> dict[str, Any]:
        """Where this workspace stands, without asking YouTube."""
        channel, counts, open_push = self.catalog.channel(), self.catalog.counts(), self.journal.open_push()
        last_pull = self.catalog.fact("last_pull")
        return {
            "account": {"channel_id": channel.channel_id, "title": channel.title} if channel else None,
            "playlists": counts["playlists"],
            "items": counts["items"],
            "videos": counts["videos"],
            "edits": self.edits.count(),
            "quota": {
                "spent": self.quota.spent(),
                "left": self.quota.left(),
                "resets_at": self.quota.resets_at(),
            },
            "open_push": open_push.push_id if open_push else None,
            "last_pull": datetime.fromisoformat(last_pull) if last_pull else None,
        }
