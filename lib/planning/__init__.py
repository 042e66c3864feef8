"""Decides and touches nothing: reconcile, conflicts, the plan of fewest writes, its order, guards and cost, undo."""
