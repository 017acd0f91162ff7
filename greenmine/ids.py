"""Numbers of rows as a form sends them."""


def row_id(text: str | None) -> int | None:
    """None for what is no number of a row: it then finds nothing, as a foreign one does."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def row_ids(texts: list[str]) -> list[int]:
    return [number for text in texts if (number := row_id(text)) is not None]
