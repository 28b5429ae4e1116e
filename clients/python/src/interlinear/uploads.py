"""Files as they are sent, and the body of multipart/form-data that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import cast
from uuid import uuid4

Named = tuple[str, bytes]
File = Named | str | PathLike[str]


def read(files: File | Iterable[File]) -> list[Named]:
    """Name and bytes of each file; a path is read, a pair of name and bytes is taken as it is."""
    if isinstance(files, (str, PathLike)):
        return [_named(files)]
    if isinstance(files, tuple) and len(files) == 2 and isinstance(files[1], bytes):
        return [(str(files[0]), files[1])]
    return [_named(cast(File, one)) for one in files]


def _named(file: File) -> Named:
    if isinstance(file, tuple):
        return file
    path = Path(file)
    return path.name, path.read_bytes()


def multipart(fields: Sequence[tuple[str, str]], files: Sequence[Named]) -> tuple[bytes, str]:
    """The body and its Content-Type. Made once for all tries, so that each sends the same bytes."""
    frontier = uuid4().hex
    parts: list[bytes] = []
    for name, value in fields:
        head = f'--{frontier}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts += [head.encode(), value.encode(), b"\r\n"]
    for name, data in files:
        spelt = name.replace("%", "%25").replace('"', "%22").replace("\r", "").replace("\n", "")
        head = (
            f'--{frontier}\r\nContent-Disposition: form-data; name="file"; filename="{spelt}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        parts += [head.encode(), data, b"\r\n"]
    parts.append(f"--{frontier}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={frontier}"
