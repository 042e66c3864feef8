"""What most tests of the services start from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lib.services.filing import Filing
from lib.services.workspace import Workspace
from lib.settings import Settings
from tests.flows import fill, small_world


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    """The small world in a database, put there without YouTube."""
    with closing(Workspace(Settings(tmp_path))) as opened:
        fill(opened, small_world())
        yield opened


@pytest.fixture
def filing(shop: Workspace) -> Filing:
    return shop.filing
