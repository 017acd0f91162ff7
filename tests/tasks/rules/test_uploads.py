"""Awkward and hostile files, and their names; security.md, G-01 to G-05 and G-09."""

import csv
import io
import struct
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile
from pypdf import PdfWriter

from tasks.rules import upload_images
from tasks.rules.upload_names import MAX_BYTES, MAX_CHARACTERS, clean_name, suffix_of
from tasks.rules.uploads import KINDS, OTHER_KINDS, UploadRefused, check_upload
from tasks.upload_messages import MESSAGES, message

FILES = Path(__file__).parents[2] / "files" / "uploads"
GOOD_PDF = (FILES / "D27_good.pdf").read_bytes()
OLD_WORD = (FILES / "D20_ole.doc").read_bytes()
GOOD_XLSX = (FILES / "E24_same_name.xlsx").read_bytes()
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

with open(FILES / "manifest.csv", encoding="utf-8", newline="") as file:
    MANIFEST = list(csv.DictReader(file))


def check(name: str, content: bytes, **limit):
    return check_upload(name, io.BytesIO(content), len(content), **limit)


def refusal(name: str, content: bytes, **limit) -> UploadRefused:
    with pytest.raises(UploadRefused) as refused:
        check(name, content, **limit)
    assert message(refused.value), "a refusal has a sentence, with all that it mentions"
    return refused.value


@pytest.mark.parametrize("row", MANIFEST, ids=[row["id"] for row in MANIFEST])
def test_each_case_of_the_corpus_is_taken_or_refused_as_it_must_be(row):
    content = (FILES / row["file"]).read_bytes()
    if row["code"]:
        assert "reject" in row["expect"]
        assert refusal(row["upload_name"], content).code == row["code"]
    else:
        assert "accept" in row["expect"]
        assert check(row["upload_name"], content).shown_name == row["shown_name"]


def test_what_is_kept_is_what_was_sent():
    """G-09: the position in a site photo is kept on purpose, so the hash is that of the whole file."""
    stream = io.BytesIO((FILES / "D14_exif_gps.jpg").read_bytes())
    accepted = check_upload("现场.JPG", stream, len(stream.getvalue()))
    assert (accepted.content_type, accepted.suffix) == ("image/jpeg", ".jpg")
    assert len(accepted.sha256) == 64
    assert stream.tell() == 0
    assert Image.open(stream).getexif().get_ifd(0x8825), "the position is still there"


@pytest.mark.parametrize("suffix", sorted(set(KINDS) - {".pdf"}))
def test_a_good_file_under_another_extension_is_refused_and_told_what_it_is(suffix):
    refused = refusal(f"方案{suffix}", GOOD_PDF)
    assert refused.code == "another_kind"
    assert refused.params == {"suffix": suffix, "real": ".pdf"}


@pytest.mark.parametrize("suffix", sorted(KINDS))
@given(content=st.binary(min_size=1, max_size=600))
def test_arbitrary_bytes_are_refused_with_a_sentence_and_never_crash(suffix, content):
    starts = {
        ".pdf": b"%PDF-1.4\n",
        ".docx": b"PK\x03\x04",
        ".ofd": b"PK\x03\x04",
        ".png": b"\x89PNG\r\n\x1a\n",
    }
    for start in (b"", starts.get(suffix, OLD_WORD[:64])):
        refusal(f"a{suffix}", start + content)


@given(place=st.integers(0, len(OLD_WORD) - 1), to=st.binary(min_size=1, max_size=4))
def test_a_broken_old_word_file_is_taken_or_refused_and_never_crashes(place, to):
    content = OLD_WORD[:place] + to + OLD_WORD[place + len(to) :]
    with suppress(UploadRefused):
        check("a.doc", content)


def test_a_file_at_the_limit_is_taken_and_one_byte_more_refused():
    assert check("a.pdf", GOOD_PDF, max_bytes=len(GOOD_PDF))
    assert refusal("a.pdf", GOOD_PDF, max_bytes=len(GOOD_PDF) - 1).code == "too_large"


def test_the_sentence_of_a_file_just_over_the_limit_names_two_different_sizes():
    sentence = message(UploadRefused("too_large", size=50 * 2**20 + 1, limit=50 * 2**20))
    assert "50.1" in sentence


@pytest.mark.parametrize("suffix", sorted(OTHER_KINDS))
def test_kinds_that_clerks_do_send_are_refused_with_a_way_out(suffix):
    assert refusal(f"照片{suffix}", b"x").code != "kind"


# PDF ---------------------------------------------------------------------------------------------------


def with_packed_objects(words: bytes, filter_: bytes = b"/Filter/FlateDecode") -> bytes:
    """The good PDF with one more object, which holds others in packed form."""
    packed = zlib.compress(words)
    head = b"9 0 obj\n<</Type/ObjStm/N 1/First 4" + filter_ + b"/Length %d>>stream\n" % len(packed)
    added = head + packed + b"\nendstream\nendobj\n"
    at = GOOD_PDF.index(b"\nxref\n") + 1
    body, rest = GOOD_PDF[:at] + added, GOOD_PDF[at:]
    return body + rest[: rest.index(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % len(body)


def encrypted(password: str) -> bytes:
    writer, out = PdfWriter(io.BytesIO(GOOD_PDF)), io.BytesIO()
    writer.encrypt(password, "owner", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (b"1 0 <</S/JavaScript/JS(app.alert)>>", "active"),
        (b"1 0 <</S/L#61unc#68/F(cmd.exe)>>", "active"),
        (b"1 0 <</Type/EmbeddedFile>>", "carries_files"),
        (b"1 0 <</Subtype/FileAttachment>>", "carries_files"),
        (b" " * (101 * 2**20), "archive"),
    ],
    ids=["script", "written by numbers", "file", "attachment", "bomb"],
)
def test_what_hides_in_packed_objects_of_a_pdf_is_found(words, code):
    assert refusal("a.pdf", with_packed_objects(words)).code == code


def test_a_pdf_with_harmless_packed_objects_is_taken():
    assert check("a.pdf", with_packed_objects(b"1 0 <</S/LaunchWindow/T(JavaScript)>>"))


@pytest.mark.parametrize(
    "filter_", [b"/F#69lter/FlateDecode", b"/Filter[/FlateDecode/FlateDecode]", b"/Filter/LZWDecode"]
)
def test_packed_objects_that_cannot_be_looked_into_are_refused(filter_):
    assert refusal("a.pdf", with_packed_objects(b"x", filter_)).code == "archive"


@pytest.mark.parametrize("password", ["secret", ""], ids=["to open", "to print"])
def test_a_protected_pdf_is_refused_with_the_reason(password):
    assert refusal("a.pdf", encrypted(password)).code == "encrypted"


# The other file ends in the middle of what was added to it later.
@pytest.mark.parametrize(
    "content", [GOOD_PDF[: len(GOOD_PDF) // 2], GOOD_PDF + b"9 0 obj\n" + b"x" * 2000], ids=["half", "later"]
)
def test_a_pdf_whose_transfer_broke_off_is_damaged(content):
    assert refusal("a.pdf", content).code == "damaged"


def test_a_pdf_that_is_also_a_package_is_refused():
    assert refusal("a.pdf", GOOD_PDF + package()).code == "archive"


# Packages ----------------------------------------------------------------------------------------------


def package(parts: dict | None = None, main: str = DOCX_TYPE, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        archive.writestr(
            "[Content_Types].xml", f'<Types><Override PartName="/m" ContentType="{main}"/></Types>'
        )
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def ofd(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def test_an_ofd_has_its_entry_file_at_the_root():
    assert check("方案.ofd", ofd(OFD_xml="<OFD/>")).content_type == "application/ofd"
    assert refusal("方案.ofd", ofd(OFD_xmlx="<OFD/>")).code == "not_what_it_says"


def test_a_word_document_named_as_a_workbook_is_told_by_its_content_type():
    refused = refusal("a.xlsx", package({"xl/workbook.xml": "<w/>"}))
    assert refused.params["real"] == ".docx"
    assert check("a.docx", package())


LINK = zipfile.ZipInfo("word/link")
LINK.external_attr = 0o120777 << 16


@pytest.mark.parametrize(
    "part",
    ["/etc/x", "../x", "a\\..\\..\\x", "C:\\x", LINK, "[CONTENT_TYPES].XML"],
    ids=["absolute", "up", "up by \\", "drive", "link", "twice"],
)
def test_members_that_lead_elsewhere_or_stand_twice_are_refused(part):
    assert refusal("a.docx", package({part: "x"})).code == "archive"


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        (
            "word/late.bin",
            "<!--" + Random(1).randbytes(2**19 - 5).hex() + "--><!DOCTYPE a><a/>",
            "archive",
        ),
        ("word/wide.xml", "<?xml version='1.0'?><!DOCTYPE a><a/>".encode("utf-16"), "archive"),
        ("word/spaces.xml", " " * (2 * 2**20), "archive"),
        ("word/embeddings/a.EXE", "MZ", "active"),
        ("word/vbaProject.bin", "x", "active"),
        (
            "word/_rels/s.xml.rels",
            '<R><r Type="x/attachedTemplate" TargetMode="External" Target="\\\\a\\b.dotm"/></R>',
            "remote",
        ),
        (
            "word/_rels/d.xml.rels",
            '<R><r Type="x/oleObject" TargetMode="External" Target="https://a/b!x"/></R>',
            "remote",
        ),
    ],
)
def test_parts_that_do_harm_are_refused(part, content, code):
    assert refusal("a.docx", package({part: content})).code == code


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("image", "http://a.example/b.png"),
        ("attachedTemplate", "file:///C:\\模板.dotx"),
        ("hyperlink", "http://a.example/"),
    ],
)
def test_links_that_run_nothing_are_taken(kind, target):
    rels = f'<R><r Type="x/{kind}" TargetMode="External" Target="{target}"/></R>'
    assert check("a.docx", package({"word/_rels/document.xml.rels": rels}))


def test_packages_are_bounded_before_they_are_unpacked():
    many = {f"m{n}": "" for n in range(2_000)}
    assert refusal("a.docx", package(many)).code == "archive"
    assert refusal("a.docx", package(packing=zipfile.ZIP_BZIP2)).code == "archive"
    long_list = {f"{n}{'长' * 200}": "" for n in range(2_000)}
    assert refusal("a.docx", package(long_list)).code == "archive"


def test_a_size_that_lies_is_found_while_unpacking():
    whole = package({"word/document.xml": "x" * 5_000})
    at = whole.rindex(b"PK\x01\x02") + 24
    lying = whole[:at] + struct.pack("<I", 100) + whole[at + 4 :]
    assert refusal("a.docx", lying).code == "damaged"


def test_another_file_before_the_package_is_refused():
    assert refusal("a.docx", b"PK\x03\x04" + b"#!/bin/sh" + package()).code == "archive"


# Word and Excel of 97–2003 --------------------------------------------------------------------------------


def renamed_stream(before: str, after: str) -> bytes:
    return OLD_WORD.replace(
        before.encode("utf-16-le").ljust(64, b"\0"), after.encode("utf-16-le").ljust(64, b"\0")
    )


def with_longer_directory(name: str) -> bytes:
    """The directory, sector 1, goes on in a new sector 18 behind the others."""
    table = bytearray(OLD_WORD)
    struct.pack_into("<I", table, 512 + 1 * 4, 18)
    struct.pack_into("<I", table, 512 + 18 * 4, 0xFFFFFFFE)
    entry = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HB", 2 * len(name) + 2, 1)
    return bytes(table) + entry.ljust(512, b"\0")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.doc", with_longer_directory("_VBA_PROJECT"), "active"),
        ("a.xls", OLD_WORD, "another_kind"),
        ("a.docx", OLD_WORD, "another_kind"),
        ("a.doc", renamed_stream("1Table", "Macros"), "active"),
        (
            "a.docx",
            renamed_stream("WordDocument", "EncryptedPackage")[:0x540] + b"\x22" + OLD_WORD[0x541:],
            "encrypted",
        ),
        ("a.doc", OLD_WORD[:0x204] + b"\1\0\0\0" + OLD_WORD[0x208:], "damaged"),
        ("a.doc", OLD_WORD[:0x160B] + b"\1" + OLD_WORD[0x160C:], "encrypted"),
    ],
    ids=[
        "macros far on",
        "named .xls",
        "named .docx",
        "macros",
        "a package behind a password",
        "endless",
        "encrypted",
    ],
)
def test_old_office_files_are_told_by_what_their_streams_are_called(name, content, code):
    assert refusal(name, content).code == code


# Pictures ----------------------------------------------------------------------------------------------


def picture(kind: str, width: int = 64, height: int = 48, **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(out, kind, **more)
    return out.getvalue()


def test_the_picture_of_a_telephone_with_a_second_one_inside_is_a_jpeg():
    several = picture("MPO", save_all=True, append_images=[Image.new("RGB", (32, 32))])
    assert check("a.jpg", several).content_type == "image/jpeg"


def test_a_heic_photo_renamed_is_refused_with_the_way_out():
    assert refusal("a.jpg", (FILES / "D25_photo.heic").read_bytes()).code == "other_picture"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_read_to_its_end_whatever_others_told_the_decoder(kind, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    suffix = ".png" if kind == "PNG" else ".jpg"
    whole = picture(kind, 300, 300)
    assert check(f"a{suffix}", whole)
    assert refusal(f"a{suffix}", whole[: len(whole) // 2]).code == "damaged"
    assert ImageFile.LOAD_TRUNCATED_IMAGES, "they are left as they were"
    monkeypatch.setattr(upload_images, "MAX_UNPACKED_PIXELS", 1)
    assert check(f"a{suffix}", whole)
    assert refusal(f"a{suffix}", whole[: len(whole) // 2]).code == "damaged"


@pytest.mark.parametrize(("edge", "taken"), [(10, True), (11, False)])
def test_the_limit_of_pixels_is_inclusive(edge, taken, monkeypatch):
    monkeypatch.setattr(upload_images, "MAX_PIXELS", 100)
    if taken:
        assert check("a.png", picture("PNG", edge, 10))
    else:
        assert refusal("a.png", picture("PNG", edge, 10)).code == "pixels"


# Names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("计划\u202efdp.xlsx", "计划fdp.xlsx"),
        ("计\u200b划\ufeff\x00.pdf", "计划.pdf"),
        ("/a/b/", "file"),
        ("", "file"),
        ("...", "file"),
        ("方案.PDF", "方案.pdf"),
    ],
)
def test_a_name_is_cleaned_for_showing(raw, shown):
    assert clean_name(raw) == shown


def test_a_long_chinese_name_fits_and_keeps_its_extension():
    """security.md, G-05: 84 Chinese characters are more bytes than a file system takes."""
    name = clean_name("矿" * 300 + ".pdf")
    assert name.endswith("矿.pdf")
    assert MAX_BYTES - 3 < len(name.encode()) <= MAX_BYTES
    assert len(clean_name("a" * 300 + ".pdf")) == MAX_CHARACTERS


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_can_be_shown_and_stays_so(raw):
    name = clean_name(raw)
    assert name
    assert not set(name) & set("/\\\r\n\0\u202e\u200b")
    assert name == name.rstrip(". ")
    assert len(name) <= MAX_CHARACTERS
    assert len(name.encode()) <= MAX_BYTES
    assert clean_name(name) == name
    assert suffix_of(name) == suffix_of(name).lower()


def test_no_sentence_stands_unused():
    used = {row["code"] for row in MANIFEST} | set(OTHER_KINDS.values())
    assert set(MESSAGES) >= used - {""}
