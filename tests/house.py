"""Draws the packages and who imports whom, from the imports themselves: `python -m tests.house` writes `docs/house.svg`.

A dependency matrix: one row a package, from the top layer to the bottom; a dot where the row imports the column. Since a
package imports only from layers below its own, every dot stands right of the diagonal.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html import escape
from pathlib import Path

from tests.test_imports import MODULES, ROOT, ROWS, imported, name_of, package, read

PICTURE = ROOT / "docs" / "house.svg"
LEFT, TOP, LINE, CELL, CHARACTER = 16, 132, 30, 30, 6.4
"""Pixels: the margins, the height of a row, the width of a column, the mean width of a character of the text."""
DESCRIPTIONS = {
    "app": "The entry: navigation and sidebar.",
    "pages": "One thin file a screen.",
    "lib.__main__": "`python -m lib`.",
}
"""What has no docstring of its own, since Streamlit would show it or it is a single line."""


def packages() -> list[tuple[int, str]]:
    """Layer and name of each package, the top layer first."""
    return [(layer, name) for layer in range(len(ROWS) - 1, -1, -1) for name in sorted(ROWS[layer])]


def imports() -> set[tuple[str, str]]:
    """The pairs (importer, imported) of packages."""
    pairs = {
        (package(name_of(path)), package(name)) for path in MODULES for name in imported(read(path)) if package(name)
    }
    return {(importer, target) for importer, target in pairs if importer and target and importer != target}


def description(name: str) -> str:
    """The first sentence of a package's docstring."""
    if name in DESCRIPTIONS:
        return DESCRIPTIONS[name]
    folder = ROOT.joinpath(*name.split("."))
    source = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return docstring.split("\n")[0]


def svg() -> str:
    """The picture."""
    rows = packages()
    names = [name for _, name in rows]
    labels = [f"{name.removeprefix('lib.')}: {description(name)}" for name in names]
    matrix_left = LEFT + max(len(label) for label in labels) * CHARACTER + 24
    width, height = matrix_left + len(rows) * CELL + LEFT, TOP + len(rows) * LINE + LEFT
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" font-family="sans-serif" font-size="12">',
            f'<rect width="{width:.0f}" height="{height}" fill="#ffffff"/>',
            f'<text x="{LEFT}" y="28" font-size="16" font-weight="bold" fill="#111827">Who imports whom</text>',
            f'<text x="{LEFT}" y="48" fill="#4b5563">A dot: the package of the row imports the one of the column.</text>',
            *_bands(rows, width),
            *_labels(names, matrix_left),
            *_dots(names, matrix_left),
            "</svg>\n",
        ]
    )


def _bands(rows: list[tuple[int, str]], width: float) -> Iterator[str]:
    """Every other layer on grey, so that one sees which packages stand beside each other."""
    for number, (layer, _) in enumerate(rows):
        if layer % 2:
            yield f'<rect x="0" y="{TOP + number * LINE}" width="{width:.0f}" height="{LINE}" fill="#f3f4f6"/>'


def _labels(names: list[str], matrix_left: float) -> Iterator[str]:
    for number, name in enumerate(names):
        baseline, short = TOP + number * LINE + 19, name.removeprefix("lib.")
        yield (
            f'<text x="{LEFT}" y="{baseline}" fill="#374151"><tspan font-weight="bold" fill="#111827">{escape(short)}</tspan>'
            f" &#160; {escape(description(name))}</text>"
        )
        column = matrix_left + number * CELL + 18
        yield f'<text transform="translate({column:.0f},{TOP - 8}) rotate(-60)" fill="#374151">{escape(short)}</text>'


def _dots(names: list[str], matrix_left: float) -> Iterator[str]:
    place = {name: number for number, name in enumerate(names)}
    for importer, target in sorted(imports(), key=lambda pair: (place[pair[0]], place[pair[1]])):
        centre = (matrix_left + place[target] * CELL + 14, TOP + place[importer] * LINE + 15)
        yield f'<circle cx="{centre[0]:.0f}" cy="{centre[1]}" r="5" fill="#2563eb"/>'
    for number in range(len(names)):
        corner = (matrix_left + number * CELL + 9, TOP + number * LINE + 10)
        yield f'<rect x="{corner[0]:.0f}" y="{corner[1]}" width="10" height="10" fill="#d1d5db"/>'


def main(picture: Path = PICTURE) -> None:
    """Write the picture."""
    picture.write_text(svg(), encoding="utf-8")


if __name__ == "__main__":
    main()
