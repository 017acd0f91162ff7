"""Which county a cell means: 桐柏, 桐 柏 县 and 河南省南阳市桐柏县 are one. Names are given by the caller."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache


class Places:
    """The counties that are known, and those whose rows the uploading agency may bring.

    `own` None: every known county. `default` stands for an empty cell.
    """

    def __init__(
        self, names: Iterable[str], own: Iterable[str] | None = None, default: str | None = None
    ) -> None:
        self.names = sorted(set(names), key=len, reverse=True)
        self.own = None if own is None else frozenset(own)
        self.default = default
        self._by_stem: dict[str, list[str]] = {}
        for name in self.names:
            self._by_stem.setdefault(_stem(name), []).append(name)
        self._cached = lru_cache(maxsize=4096)(self._resolve)

    @classmethod
    def of(cls, agency_name: str) -> "Places":
        """One county that uploads its own rows."""
        return cls([agency_name], [agency_name], agency_name)

    def resolve(self, text: str) -> str | None:
        """The known name that the cell means, None where there is none or more than one."""
        return self._cached(text) if len(text) <= 60 else None

    def _resolve(self, text: str) -> str | None:
        folded = fold_place(text)
        if folded in self.names:
            return folded
        found = self._by_stem.get(_stem(folded), [])
        if len(found) == 1 and folded in (_stem(folded), found[0]):
            return found[0]
        for name in self.names:
            if folded.endswith(name) or (folded.startswith(name) and not re.search(r"[县区市]$", folded)):
                return name
        return None


def fold_place(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def _stem(name: str) -> str:
    stem = re.sub(r"(?:土家族|回族)?(?:自治)?[县市区]$", "", name)
    return stem if len(stem) >= 2 else name
