"""Decides and touches nothing: reconcile, conflicts, the cheapest plan, its order, guards and cost, undo."""
