"""Who may import whom. A room imports only from rows below its own, and beside it only what is allowed by name."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ROWS: list[set[str]] = [
    {"lib.errors"},
    {"lib.models", "lib.settings"},
    {
        "lib.planning.reconcile",
        "lib.planning.plan",
        "lib.planning.guards",
        "lib.planning.undo",
        "lib.planning.order",
        "lib.planning.operations",
        "lib.planning.working_copy",
        "lib.planning.squash",
        "lib.planning.cost",
        "lib.planning.read_lag",
        "lib.planning.backoff",
        "lib.planning.orphans",
        "lib.planning.conflicts",
        "lib.ml.text.video_text",
        "lib.ml.text.tokens",
        "lib.ml.naming.synonyms",
        "lib.ml.text.stopwords",
        "lib.rules.rules",
        "lib.rules.mining",
    },
    {
        "lib.store.db",
        "lib.store.catalog",
        "lib.store.overview",
        "lib.store.edits",
        "lib.store.feedback",
        "lib.store.training_log",
        "lib.store.edit_snapshot",
        "lib.store.journal",
        "lib.store.quota",
        "lib.store.vectors",
        "lib.store.derived",
        "lib.store.topics",
        "lib.store.rules",
        "lib.store.provenance",
        "lib.youtube.api",
        "lib.youtube.auth",
        "lib.youtube.resources",
        "lib.youtube.refusals",
        "lib.youtube.transport",
        "lib.ml.embedding",
        "lib.ml.projection",
        "lib.ml.topics.clustering",
        "lib.ml.naming.names",
        "lib.ml.classifier.predict",
        "lib.ml.classifier.explain",
        "lib.ml.search.ranking",
        "lib.ml.tidy.assignment",
        "lib.ml.classifier.dataset",
        "lib.ml.classifier.similarity",
        "lib.ml.classifier.kernel_ridge",
        "lib.ml.classifier.prototypes",
        "lib.ml.classifier.model",
        "lib.ml.classifier.calibration",
        "lib.services.suggestions",
        "lib.ml.classifier.active_learning",
        "lib.ml.search.bm25",
        "lib.ml.search.query",
        "lib.ml.tidy.duplicates",
        "lib.ml.tidy.merge_split",
        "lib.ml.topics.pipeline",
        "lib.ml.topics.hierarchy",
        "lib.ml.topics.noise",
        "lib.ml.topics.matching",
        "lib.ml.naming.ctfidf",
        "lib.ml.naming.phrases",
        "lib.ml.topics.incremental",
    },
    {
        "lib.sync.pull",
        "lib.sync.listing",
        "lib.sync.push",
        "lib.sync.attempt",
        "lib.sync.preconditions",
        "lib.sync.resume",
        "lib.sync.push_state",
        "lib.sync.verify",
        "lib.services.analysis",
        "lib.services.suggestions",
        "lib.services.embeddings",
        "lib.services.export",
        "lib.services.playlists",
        "lib.services.filing",
        "lib.services.rules",
        "lib.services.search",
        "lib.services.tidy",
        "lib.services.topics",
        "lib.services.undo",
        "lib.background.jobs",
        "lib.background.worker",
        "lib.demo",
    },
    {"lib.services.workspace", "lib.ui", "lib.cli.terminal", "lib.cli.rules", "lib.cli.search"},
    {"app", "pages", "lib.cli.main"},
    {"lib.__main__"},
]
"""From the bottom to the top. A name stands for itself and for everything in it."""

BESIDE = {
    ("lib.sync.pull", "lib.sync.listing"),
    ("lib.sync.push", "lib.sync.attempt"),
    ("lib.sync.resume", "lib.sync.push"),
    ("lib.sync.push", "lib.sync.preconditions"),
    ("lib.sync.push", "lib.sync.push_state"),
    ("lib.sync.push", "lib.sync.verify"),
    ("lib.sync.attempt", "lib.sync.listing"),
    ("lib.sync.attempt", "lib.sync.push_state"),
    ("lib.sync.preconditions", "lib.sync.attempt"),
    ("lib.sync.preconditions", "lib.sync.listing"),
    ("lib.sync.verify", "lib.sync.listing"),
    ("lib.sync.preconditions", "lib.sync.push_state"),
    ("lib.sync.verify", "lib.sync.push_state"),
    ("lib.services.analysis", "lib.services.suggestions"),
    ("lib.services.analysis", "lib.services.embeddings"),
    ("lib.services.suggestions", "lib.services.embeddings"),
    ("lib.background.jobs", "lib.background.worker"),
    ("lib.ui", "lib.services.workspace"),
    ("lib.cli.rules", "lib.services.workspace"),
    ("lib.cli.rules", "lib.cli.terminal"),
    ("lib.cli.search", "lib.services.workspace"),
}
"""Imports within a row from row 4 up, where flows never import each other: who, from whom.

Below, a module may use another of its own room, as long as no circle comes of it.
"""

FLOWS = 4

ONLY = {
    "streamlit": ("app", "pages", "lib.ui"),
    "plotly": ("lib.ui",),
    "duckdb": ("lib.store.db",),
    "googleapiclient": ("lib.youtube",),
    "httplib2": ("lib.youtube",),
    "google_auth_oauthlib": ("lib.youtube",),
    "torch": ("lib.topics",),
    "umap": ("lib.topics",),
    "sklearn": ("lib.topics",),
    "sentence_transformers": ("lib.topics",),
}
"""One place each: which rooms may import a library at all."""

HEAVY = {"torch", "umap", "sklearn", "sentence_transformers", "transformers", "googleapiclient", "scipy"}
"""Imported only inside the functions that use them, so that the app starts without them."""

MODULES = sorted(
    path.relative_to(ROOT)
    for pattern in ("app.py", "pages/*.py", "lib/**/*.py")
    for path in ROOT.glob(pattern)
    if path.name != "__init__.py"
)


def name_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts)


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(name: str) -> str | None:
    """The entry of the table that a module or an imported name belongs to."""
    rooms = [one for row in ROWS for one in row if name == one or name.startswith(one + ".")]
    return max(rooms, key=len, default=None)


def row(one: str) -> int:
    return next(number for number, rooms in enumerate(ROWS) if one in rooms)


def allowed(importer: str, other: str) -> bool:
    if row(other) < row(importer) or (importer, other) in BESIDE:
        return True
    same_room = importer.split(".")[:2] == other.split(".")[:2]
    return row(other) == row(importer) < FLOWS and same_room


def read(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_rows_below_it(path: Path) -> None:
    mine = room(name_of(path))
    assert mine, f"{name_of(path)} has no row: put it into the table"
    ours = {room(name) for name in imported(read(path)) if name.startswith(("lib.", "app", "pages"))} - {mine, None}
    wrong = [one for one in ours if one and not allowed(mine, one)]
    assert not wrong, f"{mine} may not import {wrong}"


def test_no_module_of_lib_imports_itself_in_a_circle() -> None:
    names = {name_of(path) for path in MODULES}
    graph = {
        name_of(path): {one for name in imported(read(path)) for one in (name, name.rpartition(".")[0]) if one in names}
        for path in MODULES
    }
    TopologicalSorter(graph).prepare()  # raises CycleError


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_each_library_has_its_one_place(path: Path) -> None:
    for library in {name.split(".")[0] for name in imported(read(path))} & ONLY.keys():
        assert name_of(path).startswith(ONLY[library]), f"{name_of(path)} may not import {library}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_are_imported_inside_functions(path: Path) -> None:
    top = [node for node in read(path).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    at_import = {name.split(".")[0] for node in top for name in imported(node)}
    assert not at_import & HEAVY


def test_no_module_has_a_name_that_means_nothing() -> None:
    assert not {path.stem for path in MODULES} & {"utils", "util", "helpers", "common", "manager", "core", "misc"}


def test_there_is_one_place_that_connects_to_the_database_and_one_page_configuration() -> None:
    sources = {path: (ROOT / path).read_text(encoding="utf-8") for path in MODULES}
    assert [str(p) for p, text in sources.items() if "duckdb.connect(" in text] == ["lib/store/db.py"]
    assert [str(p) for p, text in sources.items() if "set_page_config(" in text] == ["app.py"]
