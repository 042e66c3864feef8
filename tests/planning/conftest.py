"""The same small world as in `tests/sync`, for what decides about it."""

from __future__ import annotations

from tests.sync.conftest import account, clock, pulled, pulled_file, url, wire, world, youtube

__all__ = ["account", "clock", "pulled", "pulled_file", "url", "wire", "world", "youtube"]
