"""Edits that wait for nothing: YouTube satisfies them already, or they cancel each other out."""

from __future__ import annotations

from lib.planning.reconcile import reconcile
from lib.store.catalog import Catalog
from lib.store.edits import Edits


def fulfil_satisfied(catalog: Catalog, edits: Edits) -> None:
    """Mark the pending edits that base satisfies as fulfilled.

    Not those of a playlist whose newer listing is held back, since base shows an old state of it, nor those about which
    an interrupted push has a write out whose end is not known. Whether YouTube would take a video has no part in it.
    """
    held_back, base = catalog.held_back(), catalog.library()
    # The local library leaves no edits out, so what is kept of it serves only while nothing is held back.
    reconciled = reconcile(base, edits.pending(), held_back=held_back) if held_back else edits.reconciled(base)
    edits.fulfil(set(reconciled.absorbed) - edits.unsettled().in_flight)
