"""What a request asked, read the way YouTube reads it: names once or repeated, commas or not, parts, ids, page size.

A parameter that the method is not known to take is refused loudly instead of ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lib.demo import refusals

MOST_IDS = 50
MOST_RESULTS = 50
DEFAULT_RESULTS = 5
_EVERYWHERE = {"part", "alt", "prettyPrint"}


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one request, each with all its values."""

    params: Mapping[str, Sequence[str]]

    def allow(self, names: Collection[str]) -> None:
        """Raises `Refused` 501 for a parameter that is not among `names`."""
        for name in self.params:
            if name not in names and name not in _EVERYWHERE:
                raise refusals.unmodelled(f"the parameter {name!r} here")
        if self.one("alt") not in (None, "json"):
            raise refusals.unmodelled("another alt than json")

    def one(self, name: str) -> str | None:
        """The value of a parameter that is given once; None when it is not given."""
        values = self.params.get(name, ())
        if len(values) > 1:
            raise refusals.unmodelled(f"a repeated {name!r}")
        return values[0] if values else None

    def many(self, name: str) -> list[str]:
        """All values of a parameter, comma-joined or repeated, each once."""
        return list(
            dict.fromkeys(
                word.strip() for value in self.params.get(name, ()) for word in value.split(",") if word.strip()
            )
        )

    def parts(self, known: Mapping[str, bool], optional: bool = False) -> frozenset[str]:
        """The requested parts. `known` maps each part of the resource to whether the demo can show it."""
        parts = self.many("part")
        for part in parts:
            if part not in known:
                raise refusals.unknown_part(part)
            if not known[part]:
                raise refusals.unmodelled(f"the part {part!r} here")
        if not parts and not optional:
            raise refusals.unmodelled("a request without part here")
        return frozenset(parts)

    def ids(self) -> list[str]:
        """The ids to list. Raises `Refused` for more than 50."""
        ids = self.many("id")
        if len(ids) > MOST_IDS:
            raise refusals.invalid_filters()
        return ids

    def flag(self, name: str) -> bool:
        """Whether a parameter says true."""
        return (self.one(name) or "").lower() == "true"

    def page_size(self) -> int:
        """How many results a page holds: 5 unless told, never more than 50 whatever was told."""
        text = self.one("maxResults")
        if text is None:
            return DEFAULT_RESULTS
        if not text.isdecimal():
            raise refusals.unmodelled(f"maxResults={text!r}")
        return min(int(text), MOST_RESULTS)
