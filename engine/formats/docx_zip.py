"""The ZIP archive around a DOCX file, changed member by member.

Python's zipfile would write every member anew. Here what does not change is copied as it lies in
the file, compressed bytes, header and all, so that order, names, times and flags stay.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.errors import EngineError

MAX_ENTRIES: Final = 5_000
MAX_UNPACKED_BYTES: Final = 512 * 1024 * 1024
MAX_PART_BYTES: Final = 64 * 1024 * 1024
# XML packs to a twentieth; a thousandth is what deflate can do to zeros.
MAX_RATIO: Final = 250
_RATIO_FREE_BYTES: Final = 4 * 1024 * 1024

_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_END: Final = struct.Struct("<4s4H2LH")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_END_SIGN: Final = b"PK\x05\x06"
_CENTRAL_SIGN: Final = b"PK\x01\x02"
_LOCAL_SIGN: Final = b"PK\x03\x04"
_MAX_COMMENT: Final = 0xFFFF
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8
_STORED, _DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A member by its central record. `stop` is where the next member or the directory begins."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    start: int
    stop: int
    record: bytes


@dataclass(frozen=True, slots=True)
class Archive:
    """The members in the order of the directory, and where the directory lies."""

    data: bytes
    entries: Mapping[str, Entry]
    directory: int
    end: int


def broken(reason: str) -> EngineError:
    """The error for a file that is no sound DOCX."""
    return EngineError(
        "docx_broken",
        f"The file is not a sound Word document: {reason}. Open it in Word, save it as .docx and "
        "try again.",
        kind="malformed",
    )


def open_archive(data: bytes) -> Archive:
    """The archive in these bytes.

    Raises EngineError `docx_encrypted`, `docx_too_large` and `docx_broken`; members are not looked
    into, so nothing is unpacked yet.
    """
    if data.startswith(_OLE):
        raise _encrypted()
    end = data.rfind(_END_SIGN, max(0, len(data) - _END.size - _MAX_COMMENT))
    if not data.startswith(b"PK") or end < 0 or end + _END.size > len(data):
        raise broken("it is not a ZIP archive or was cut off")
    _, disk, first_disk, here, count, size, directory, _ = _END.unpack_from(data, end)
    if disk or first_disk or here != count or directory + size != end:
        raise broken("its directory does not lie where it should")
    if count > MAX_ENTRIES:
        raise _too_large(f"it holds {count:,} parts; the limit is {MAX_ENTRIES:,}")
    entries = list(_entries(data, directory, end, count))
    _check_sizes(entries, len(data))
    return Archive(data, _placed(entries, directory), directory, end)


def read_member(archive: Archive, name: str) -> bytes:
    """The unpacked bytes of a member. Raises EngineError `docx_broken`, `docx_too_large`."""
    entry = archive.entries[name]
    if entry.unpacked > MAX_PART_BYTES:
        raise _too_large(f"the part {name} has {entry.unpacked:,} bytes unpacked")
    start = _content_start(archive, entry)
    packed = archive.data[start : start + entry.packed]
    try:
        content = _unpack(entry, packed)
    except zlib.error as error:
        raise broken(f"the part {name} is damaged") from error
    if len(content) != entry.unpacked or zlib.crc32(content) != entry.crc:
        raise broken(f"the part {name} is damaged")
    return content


def write_archive(archive: Archive, changed: Mapping[str, bytes]) -> bytes:
    """The archive with new content for some members."""
    if not changed:
        return archive.data
    pieces = [archive.data[: min(entry.start for entry in archive.entries.values())]]
    offset = len(pieces[0])
    placed: dict[str, Entry] = {}
    for entry in sorted(archive.entries.values(), key=lambda entry: entry.start):
        if entry.name in changed:
            piece, written = _member(archive, entry, changed[entry.name])
        else:
            piece, written = archive.data[entry.start : entry.stop], entry
        placed[entry.name] = replace(written, start=offset)
        pieces.append(piece)
        offset += len(piece)
    records = b"".join(_record(placed[name]) for name in archive.entries)
    fields = list(_END.unpack_from(archive.data, archive.end))
    fields[5:7] = len(records), offset
    return b"".join((*pieces, records, _END.pack(*fields), archive.data[archive.end + _END.size :]))


def _entries(data: bytes, position: int, end: int, count: int) -> Iterator[Entry]:
    for _ in range(count):
        if position + _CENTRAL.size > end or not data.startswith(_CENTRAL_SIGN, position):
            raise broken("its directory is damaged")
        fields = _CENTRAL.unpack_from(data, position)
        _, _, _, flags, method, _, _, crc, packed, unpacked, named, extra, comment, *_, start = (
            fields
        )
        stop = position + _CENTRAL.size + named + extra + comment
        record = data[position:stop]
        raw_name = record[_CENTRAL.size : _CENTRAL.size + named]
        yield Entry(_name(raw_name, flags), flags, method, crc, packed, unpacked, start, 0, record)
        position = stop
    if position != end:
        raise broken("its directory is damaged")


def _name(raw: bytes, flags: int) -> str:
    name = raw.decode("utf-8" if flags & 0x800 else "cp437", errors="replace")
    steps = name.split("/")
    if "\\" in name or "\0" in name or name.startswith("/") or ".." in steps or ":" in steps[0]:
        raise broken("a part's name points outside the file")
    if flags & _ENCRYPTED:
        raise _encrypted()
    return name


def _check_sizes(entries: list[Entry], packed: int) -> None:
    total = sum(entry.unpacked for entry in entries)
    if total > MAX_UNPACKED_BYTES:
        raise _too_large(f"it has {total:,} bytes unpacked; the limit is {MAX_UNPACKED_BYTES:,}")
    if total > _RATIO_FREE_BYTES and total > packed * MAX_RATIO:
        raise _too_large(f"it unpacks to more than {MAX_RATIO} times its size")


def _placed(entries: list[Entry], directory: int) -> dict[str, Entry]:
    """The entries by name, with their end; members may neither overlap nor share a name."""
    ordered = sorted(entries, key=lambda entry: entry.start)
    stops = [*(entry.start for entry in ordered[1:]), directory]
    ends = {entry.name: stop for entry, stop in zip(ordered, stops, strict=True)}
    for entry, stop in zip(ordered, stops, strict=True):
        if entry.start + _LOCAL.size + entry.packed > stop:
            raise broken("its parts overlap")
    if len(ends) != len(entries):
        raise broken("two of its parts have the same name")
    return {entry.name: replace(entry, stop=ends[entry.name]) for entry in entries}


def _content_start(archive: Archive, entry: Entry) -> int:
    if not archive.data.startswith(_LOCAL_SIGN, entry.start):
        raise broken(f"the part {entry.name} is damaged")
    *_, named, extra = _LOCAL.unpack_from(archive.data, entry.start)
    start: int = entry.start + _LOCAL.size + named + extra
    if start + entry.packed > entry.stop:
        raise broken(f"the part {entry.name} is damaged")
    return start


def _unpack(entry: Entry, packed: bytes) -> bytes:
    if entry.method == _STORED:
        return packed
    if entry.method != _DEFLATED:
        raise broken(f"the part {entry.name} is packed in an unusual way")
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.unpacked + 1)


def _member(archive: Archive, entry: Entry, content: bytes) -> tuple[bytes, Entry]:
    """Header and packed content of a changed member, and its entry; name and time stay."""
    start = _content_start(archive, entry)
    packed = content
    if entry.method == _DEFLATED:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = packer.compress(content) + packer.flush()
    written = replace(
        entry,
        flags=entry.flags & ~_SIZES_FOLLOW,
        crc=zlib.crc32(content),
        packed=len(packed),
        unpacked=len(content),
    )
    fields = list(_LOCAL.unpack_from(archive.data, entry.start))
    fields[2] = written.flags
    fields[6:9] = written.crc, written.packed, written.unpacked
    rest = archive.data[entry.start + _LOCAL.size : start]
    return _LOCAL.pack(*fields) + rest + packed, written


def _record(entry: Entry) -> bytes:
    fields = list(_CENTRAL.unpack_from(entry.record))
    fields[3] = entry.flags
    fields[7:10] = entry.crc, entry.packed, entry.unpacked
    fields[16] = entry.start
    return _CENTRAL.pack(*fields) + entry.record[_CENTRAL.size :]


def _encrypted() -> EngineError:
    return EngineError(
        "docx_encrypted",
        "The file is protected by a password or in Word's old format. Open it in Word, remove the "
        "password, save it as .docx and try again.",
    )


def _too_large(reason: str) -> EngineError:
    return EngineError(
        "docx_too_large",
        f"The Word document is too large: {reason}. Split it and try again.",
        kind="too_large",
    )
