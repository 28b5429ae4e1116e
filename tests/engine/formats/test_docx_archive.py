"""Word documents: the archive around the parts, and input that is refused."""

import io
import struct
import zipfile

import pytest

from engine.errors import EngineError
from engine.formats import docx_zip
from engine.formats.docx import FORMAT
from tests.engine.formats.docx_files import (
    SAMPLE,
    TYPES,
    every,
    package,
    read,
    run,
    texts,
    write,
    zipped,
)


def raw_members(data: bytes) -> list[tuple[object, ...]]:
    """Every member's record and bytes with header, in the order of the directory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    found = []
    for info in infos:
        named, extra = struct.unpack_from("<2H", data, info.header_offset + 26)
        size = 30 + named + extra + info.compress_size
        raw = data[info.header_offset : info.header_offset + size]
        kept = (info.filename, info.date_time, info.external_attr, info.extra, info.comment)
        found.append((*kept, info.compress_type, info.create_version, raw))
    return found


class TestArchive:
    def test_it_gives_the_same_bytes_for_the_same_texts(self):
        assert every(SAMPLE, str) == SAMPLE
        assert FORMAT.write(read(SAMPLE), {}, target=None) == SAMPLE

    def test_it_copies_every_part_that_does_not_change(self):
        parsed = read(SAMPLE)
        index = next(i for i, unit in enumerate(parsed.units) if "header" in unit.forms[0].text)
        written = FORMAT.write(parsed, {index: ("Kopf",)}, target=None)
        before, after = raw_members(SAMPLE), raw_members(written)
        assert [one[:-1] for one in before] == [one[:-1] for one in after]
        differing = [one[0] for one, other in zip(before, after, strict=True) if one != other]
        assert len(differing) == 1
        assert "header" in str(differing[0])

    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_it_keeps_how_a_part_is_packed(self, method: int):
        source = zipfile.ZipFile(io.BytesIO(package(f"<w:p>{run('a')}</w:p>")))
        data = zipped({info.filename: source.read(info) for info in source.infolist()}, method)
        written = write(data, "b")
        assert [info.compress_type for info in zipfile.ZipFile(io.BytesIO(written)).infolist()] == [
            method,
            method,
        ]
        assert texts(written) == ["b"]

    def test_it_writes_an_archive_that_was_streamed_and_has_a_comment(self):
        class Pipe(io.BytesIO):
            def seekable(self) -> bool:
                return False

            def tell(self) -> int:
                raise OSError

        out = Pipe()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = b"made by a pipe"
            source = zipfile.ZipFile(io.BytesIO(package(f"<w:p>{run('a')}</w:p>")))
            for info in source.infolist():
                archive.writestr(info.filename, source.read(info))
        data = out.getvalue()
        assert every(data, str) == data
        written = write(data, "b")
        assert texts(written) == ["b"]
        assert zipfile.ZipFile(io.BytesIO(written)).comment == b"made by a pipe"


def code_of(data: bytes) -> str:
    with pytest.raises(EngineError) as caught:
        read(data)
    assert caught.value.message.endswith(".")
    return caught.value.code


class TestBadInput:
    def test_it_names_a_password_or_an_old_document(self):
        assert code_of(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)) == "docx_encrypted"

    def test_it_names_an_encrypted_member(self):
        data = bytearray(package(""))
        data[data.find(b"PK\x01\x02") + 8] |= 1
        assert code_of(bytes(data)) == "docx_encrypted"

    @pytest.mark.parametrize(
        "data",
        [
            b"PK",
            b"not a zip",
            SAMPLE[: len(SAMPLE) // 2],
            zipped({"a.txt": "b"}),
            zipped({"[Content_Types].xml": TYPES.format("")}),
            zipped({"[Content_Types].xml": "<Types"}),
            package("<w:p>"),
            package("<w:p>" + "<w:ins>" * 300 + "</w:ins>" * 300 + "</w:p>"),
            zipped({"../evil.xml": "", "[Content_Types].xml": TYPES.format("")}),
            zipped({"/evil.xml": "", "[Content_Types].xml": TYPES.format("")}),
            zipped({"C:/evil.xml": "", "[Content_Types].xml": TYPES.format("")}),
        ],
    )
    def test_it_refuses_what_is_no_sound_document(self, data: bytes):
        assert code_of(data) == "docx_broken"

    def test_it_says_when_a_file_is_a_workbook(self):
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        types = TYPES.format(f'<Override PartName="/xl/workbook.xml" ContentType="{kind}"/>')
        data = zipped({"[Content_Types].xml": types, "xl/workbook.xml": "<a/>"})
        with pytest.raises(EngineError, match="an Excel workbook"):
            read(data)

    def test_it_refuses_a_damaged_part(self):
        data = bytearray(package(f"<w:p>{run('a')}</w:p>"))
        at = data.find(b"word/document.xml") + len("word/document.xml") + 4
        data[at] ^= 0xFF
        assert code_of(bytes(data)) == "docx_broken"

    def test_it_refuses_two_parts_of_one_name(self):
        data = package(f"<w:p>{run('a')}</w:p>", header1="", header2="")
        assert code_of(data.replace(b"header2.xml", b"header1.xml")) == "docx_broken"

    @pytest.mark.parametrize(
        "doctype",
        [
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
            '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        ],
    )
    def test_it_refuses_entities(self, doctype: str):
        source = zipfile.ZipFile(io.BytesIO(package("")))
        members = {info.filename: source.read(info).decode() for info in source.infolist()}
        members["word/document.xml"] = doctype + members["word/document.xml"]
        assert code_of(zipped(members)) == "docx_entities"

    def test_it_refuses_a_bomb_before_unpacking_it(self):
        bomb = package("", media=" " * (20 * 1024 * 1024))
        assert len(bomb) < 64 * 1024
        assert code_of(bomb) == "docx_too_large"

    def test_it_refuses_a_part_that_is_longer_than_it_says(self):
        data = bytearray(package(f"<w:p>{run('a' * 5_000)}</w:p>"))
        record = data.rfind(b"PK\x01\x02")
        data[record + 24 : record + 28] = struct.pack("<L", 100)
        assert code_of(bytes(data)) == "docx_broken"

    def test_it_refuses_a_crowd_of_parts(self):
        members = {f"{number}": "" for number in range(docx_zip.MAX_ENTRIES + 1)}
        assert code_of(zipped(members)) == "docx_too_large"
