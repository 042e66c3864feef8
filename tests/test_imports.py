"""Who may import whom. A package is a layer: it imports only from the rows below its own."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ROWS: list[set[str]] = [
    {"lib.local_time"},
    {"lib.errors"},
    {"lib.models", "lib.derived", "lib.settings"},
    {"lib.planning", "lib.ml"},
    {"lib.rules"},
    {"lib.store", "lib.youtube", "lib.demo"},
    {"lib.sync"},
    {"lib.services"},
    {"lib.background"},
    {"lib.ui"},
    {"app", "pages", "lib.cli"},
    {"lib.__main__"},
]
"""The packages from the bottom to the top. A package imports from the rows below its own, and never beside it."""

INSIDE: dict[str, list[set[str]]] = {
    "lib.ml": [
        {"text"},
        {"embedding", "projection"},
        {"naming", "search", "topics", "classifier"},
        {"assignment", "duplicates", "merge_split"},
        {"tasks"},
    ],
    "lib.ui": [set(), {"library", "map", "search", "sync"}, {"review"}],
}
"""The rows inside a package, by the names in it from the bottom up. A name that is not here is below them all."""

SERVICES: dict[str, set[str]] = {
    "analysis": {"embeddings", "local_library", "suggestions"},
    "categories": {"filing", "playlists"},
    "conflicts": {"filing", "pushes"},
    "duplicates": {"filing"},
    "edit_files": {"filing", "spreadsheet"},
    "export": {"local_library", "spreadsheet"},
    "feedback": {"filing"},
    "filing": {"fulfilment", "local_library"},
    "playlists": {"local_library"},
    "pulls": {"fulfilment", "rules", "undo"},
    "pushes": {"export", "pulls"},
    "rules": {"local_library"},
    "search": {"local_library"},
    "suggestions": {"embeddings", "filing", "local_library", "search"},
    "workspace": {
        "analysis",
        "categories",
        "conflicts",
        "duplicates",
        "export",
        "feedback",
        "filing",
        "local_library",
        "playlists",
        "pulls",
        "pushes",
        "rules",
        "search",
        "suggestions",
        "tidy",
        "topics",
        "undo",
    },
}
"""Which service uses which other ones. Whoever is not here uses none."""

ONLY = {
    "streamlit": ("app", "pages", "lib.ui"),
    "plotly": ("lib.ui",),
    "duckdb": ("lib.store.db",),
    "googleapiclient": ("lib.youtube",),
    "httplib2": ("lib.youtube",),
    "google_auth_oauthlib": ("lib.youtube",),
    "torch": ("lib.ml",),
    "umap": ("lib.ml",),
    "sklearn": ("lib.ml",),
    "sentence_transformers": ("lib.ml",),
    "huggingface_hub": ("lib.ml.embedding",),
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


def package(name: str) -> str | None:
    """The entry of the table that a module or an imported name belongs to."""
    return next((p for row in ROWS for p in row if name == p or name.startswith(p + ".")), None)


def row(package: str) -> int:
    return next(number for number, packages in enumerate(ROWS) if package in packages)


def part(package: str, name: str) -> str:
    """The module or folder of a package that a name is in: "text" for lib.ml.text.tokens."""
    return name.removeprefix(package + ".").split(".")[0]


def inner_row(package: str, name: str) -> int:
    return next((n for n, parts in enumerate(INSIDE[package]) if part(package, name) in parts), -1)


def allowed(importer: str, imported: str) -> bool:
    own_package, other_package = package(importer), package(imported)
    assert own_package and other_package
    if own_package != other_package:
        return row(other_package) < row(own_package)
    if own_package == "lib.services":
        return part(own_package, imported) in SERVICES.get(part(own_package, importer), set()) | {
            part(own_package, importer)
        }
    if own_package in INSIDE and part(own_package, importer) != part(own_package, imported):
        return inner_row(own_package, imported) < max(inner_row(own_package, importer), 0)
    return True


def read(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_rows_below_it(path: Path) -> None:
    assert package(name_of(path)), f"{name_of(path)} has no row: put its package into the table"
    ours = [name for name in imported(read(path)) if package(name)]
    assert [name for name in ours if not allowed(name_of(path), name)] == []


def test_no_module_of_lib_imports_itself_in_a_circle() -> None:
    names = {name_of(path) for path in MODULES}
    graph = {
        name_of(path): {
            target for name in imported(read(path)) for target in (name, name.rpartition(".")[0]) if target in names
        }
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


def test_no_screen_and_no_command_opens_a_transaction() -> None:
    outside = [path for path in MODULES if (package(name_of(path)) or "") in ("app", "pages", "lib.ui", "lib.cli")]
    assert outside and [str(p) for p in outside if "db.write(" in (ROOT / p).read_text(encoding="utf-8")] == []
