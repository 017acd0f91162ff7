"""Rows in the order of the tree, so that those below an agency are a slice found by bisect and not by a scan."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

Row = TypeVar("Row")
# Sorts behind every letter that a path consists of.
_BEHIND = "~"


class ByPath(Generic[Row]):
    """Rows by the path of the agency that they belong to, in their given order within one agency.

    >>> rows = ByPath([("0001", "province"), ("00010002", "b"), ("00010001", "a"), ("000100010001", "below a")])
    >>> rows.below("00010001")
    ['a', 'below a']
    >>> rows.count("0001")
    4
    """

    def __init__(self, rows: Iterable[tuple[str, Row]]) -> None:
        ordered = sorted(rows, key=lambda row: row[0])
        self._paths = [path for path, _row in ordered]
        self._rows = [row for _path, row in ordered]

    def below(self, path: str) -> list[Row]:
        """Those of the agency and of all below it."""
        first, behind = self._bounds(path)
        return self._rows[first:behind]

    def count(self, path: str) -> int:
        first, behind = self._bounds(path)
        return behind - first

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def _bounds(self, path: str) -> tuple[int, int]:
        return bisect_left(self._paths, path), bisect_left(self._paths, path + _BEHIND)
