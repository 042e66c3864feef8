"""The map as a component: `show` draws the dots and returns which of them are selected.

A canvas of our own, because a chart library forgets zoom and selection whenever a colour changes. What the browser does
is in `component.js`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

Rows = npt.NDArray[np.uint32]

GREY = "#8d9096"
"""The colour of what belongs to no group."""
PALETTE = (
    *("#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1", "#2fa8a0", "#c9a227", "#d37295", "#9c755f", "#5b8ff9"),
    *("#7cb342", "#ef6c57", "#8e6bbf", "#26a69a", "#d98c1f", "#c2568c", "#6d8b74", "#4aa3df", "#a1887f", "#b3a100"),
)
"""Colours of middle lightness, legible on white and on black; more groups than colours repeat them. Chosen by hand."""
MOST_LABELS = 60
"""Labels of at most so many groups are sent to the browser, the largest first. Chosen by hand."""
_HERE = Path(__file__).parent
_HTML = """
<div class="map">
  <canvas class="dots"></canvas>
  <canvas class="over" tabindex="0" role="application"></canvas>
  <div class="tools">
    <button type="button" data-act="select" aria-pressed="true" title="Drag around dots to select them">Select</button>
    <button type="button" data-act="pan" aria-pressed="false" title="Drag to move the map">Move</button>
    <button type="button" data-act="in" aria-label="Zoom in" title="Zoom in">+</button>
    <button type="button" data-act="out" aria-label="Zoom out" title="Zoom out">−</button>
    <button type="button" data-act="fit" title="Show the whole map">Fit</button>
  </div>
  <div class="tip" hidden></div>
</div>
"""
_COMPONENT = st.components.v2.component(
    "video_map",
    html=_HTML,
    css=(_HERE / "component.css").read_text(encoding="utf-8"),
    js=(_HERE / "component.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class Dots:
    """The dots of a map.

    Attributes:
        version: a hash of positions and titles.
        points: base64 of the positions, float32 little endian (n, 2).
        titles: n titles.
    """

    version: str
    points: str
    titles: list[str]


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups that colour the dots.

    Attributes:
        colours: base64 of n palette indices, uint8; 0 is grey.
        labels: text, x and y of each label, at the median position of its group.
    """

    colours: str
    labels: list[dict[str, Any]]


def pack_dots(points: npt.NDArray[np.float32], titles: Sequence[str]) -> Dots:
    """The dots as the browser takes them. To be called once per map, not once per run."""
    raw = np.ascontiguousarray(points, "<f4").tobytes()
    names = "\n".join(titles).encode()
    return Dots(hashlib.blake2b(raw + names, digest_size=8).hexdigest(), _base64(raw), list(titles))


def stable_colours(groups: Collection[str]) -> dict[str, int]:
    """Colour numbers by group, derived from the id and not from the rank; distinct as long as the palette is large enough."""
    colours: dict[str, int] = {}
    for group in sorted(groups):
        first = zlib.crc32(group.encode())
        free = (first + step for step in range(len(PALETTE)) if (first + step) % len(PALETTE) not in colours.values())
        colours[group] = next(free, first) % len(PALETTE)
    return colours


def pack_groups(
    points: npt.NDArray[np.float32],
    group_of: Sequence[Hashable],
    names: Mapping[Hashable, str],
    colour_of: Mapping[Hashable, int],
) -> Groups:
    """Colours and labels for dots whose groups are given; a group without a name is grey and has no label.

    `colour_of` numbers the colour of each named group, for as long as the group lives; the palette begins anew after its
    last. The largest groups are labelled first.
    """
    number = {group: index for index, group in enumerate(names)}
    index = np.array([number.get(group, -1) for group in group_of], np.int64)
    colour_of_group = np.array([*(1 + colour_of[group] % len(PALETTE) for group in names), 0])
    colours = colour_of_group[index].astype(np.uint8)
    sizes = np.bincount(index[index >= 0], minlength=len(names))
    labels = []
    for group in sorted(names, key=lambda group: -sizes[number[group]])[:MOST_LABELS]:
        if sizes[number[group]]:
            x, y = np.median(points[index == number[group]], axis=0)
            labels.append({"text": names[group], "x": float(x), "y": float(y)})
    return Groups(_base64(colours.tobytes()), labels)


def show(
    key: str, dots: Dots, groups: Groups, *, selected: Sequence[int], nonce: int, description: str, height: int = 620
) -> Rows | None:
    """Draw the map; the rows the person has selected on it, or None while they have not touched it.

    `selected` is taken over by the browser when `nonce` or the dots change, and not otherwise: in between the
    selection is the person's.
    """
    result = _COMPONENT(
        key=key,
        data={
            "version": dots.version,
            "points": dots.points,
            "titles": dots.titles,
            "colours": groups.colours,
            "labels": groups.labels,
            "palette": [GREY, *PALETTE],
            "selected": _base64(np.asarray(selected, "<u4").tobytes()),
            "nonce": nonce,
            "description": description,
            "height": height,
        },
        on_selection_change=lambda: None,
        height=height + 2,
    )
    return unpack(result.get("selection"), dots, nonce)


def unpack(answer: object, dots: Dots, nonce: int) -> Rows | None:
    """The rows in what the browser sent, or None where it answers for other dots or an earlier question, or is no answer."""
    if not isinstance(answer, Mapping) or (answer.get("version"), answer.get("nonce")) != (dots.version, nonce):
        return None
    try:
        rows = np.frombuffer(base64.b64decode(str(answer.get("rows")), validate=True), "<u4")
    except (binascii.Error, ValueError):
        return None
    return rows[rows < len(dots.titles)].astype(np.uint32)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
