"""What the first bytes of a file say it is, among the accepted kinds; used to name the way out."""

from typing import BinaryIO

from tasks.rules.upload_refusal import UploadRefused

PDF = b"%PDF-"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
REAL = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", OLE: ".doc/.wps/.xls/.et", ZIP: ".docx/.xlsx/.ofd"}


def require(stream: BinaryIO, magic: bytes, suffix: str) -> None:
    """UploadRefused unless the file starts with `magic`, if need be with what it is instead."""
    stream.seek(0)
    head = stream.read(16)
    stream.seek(0)
    if head.startswith(magic):
        return
    if head[4:8] == b"ftyp":
        # Telephones call their HEIC photos .jpg when they are asked to.
        raise UploadRefused("other_picture", suffix=".heic")
    refuse_as_another_kind(suffix, next((real for start, real in REAL.items() if head.startswith(start)), ""))


def refuse_as_another_kind(suffix: str, real: str = "") -> None:
    if real:
        raise UploadRefused("another_kind", suffix=suffix, real=real)
    raise UploadRefused("not_what_it_says", suffix=suffix)
