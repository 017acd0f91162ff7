"""Pictures: really of the kind they say, whole, and of a size that can be shown."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import BinaryIO

from PIL import Image, ImageFile

from tasks.rules.upload_magic import JPEG, PNG, require
from tasks.rules.upload_refusal import UploadRefused

MAX_PIXELS = 60_000_000
# Above this a PNG is proved by its check sums alone: unpacked it would take more than 100 MB of memory.
MAX_UNPACKED_PIXELS = 20_000_000
_strictly = Lock()


def check_image(stream: BinaryIO, suffix: str) -> None:
    require(stream, PNG if suffix == ".png" else JPEG, suffix)
    try:
        with _strict(), warnings.catch_warnings():
            # Pillow's own, lower bound on pixels only warns; ours stands below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(stream, formats=["PNG"] if suffix == ".png" else ["JPEG"]) as image:
                _check_pixels(image)
                _read_through(image)
    except UploadRefused:
        raise
    except Image.DecompressionBombError as error:
        raise UploadRefused("pixels", limit=MAX_PIXELS // 1_000_000) from error
    except Exception as error:
        # Whatever a decoder stumbles over is a damaged picture to the one who sent it.
        raise UploadRefused("damaged", suffix=suffix) from error


def _check_pixels(image: Image.Image) -> None:
    """From the header: a flood of pixels is refused before any is unpacked (security.md, G-09)."""
    if image.width * image.height > MAX_PIXELS:
        raise UploadRefused("pixels", limit=MAX_PIXELS // 1_000_000)


def _read_through(image: Image.Image) -> None:
    if image.format == "PNG" and image.width * image.height > MAX_UNPACKED_PIXELS:
        image.verify()
        return
    # A JPEG is read whole at an eighth of its size, in a fraction of the time and memory.
    image.draft(None, (image.width // 8, image.height // 8))
    image.load()


@contextmanager
def _strict() -> Iterator[None]:
    """Half a picture is damaged. The maker of papers, once imported, makes Pillow take it everywhere."""
    with _strictly:
        usual, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = usual
