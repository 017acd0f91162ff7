"""文号: typed with any brackets, kept with 〔〕 (domain.md section 1)."""

import re

_PLAIN = str.maketrans("[]（）()﹝﹞【】０１２３４５６７８９", "〔〕〔〕〔〕〔〕〔〕0123456789")
_SHAPE = re.compile(r"(?P<prefix>[\u4e00-\u9fff]+)〔(?P<year>(?:19|20)\d\d)〕(?P<number>[1-9]\d*)号")


def normalise(text: str) -> str:
    return re.sub(r"\s", "", text).translate(_PLAIN)


def is_well_formed(text: str) -> bool:
    return _SHAPE.fullmatch(normalise(text)) is not None
