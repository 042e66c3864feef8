"""The local library: base with the pending edits applied, as the user wants it to be."""

from __future__ import annotations

from lib.models import Library
from lib.store.catalog import Catalog
from lib.store.edits import Edits


def local_library(catalog: Catalog, edits: Edits) -> Library:
    """Base with the pending edits applied."""
    return edits.reconciled(catalog.library()).target
