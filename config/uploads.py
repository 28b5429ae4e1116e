"""Stops a file that is too large while it arrives, before any of it is read for its content."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from config.refusals import FileTooLarge
from translation.services.intake import MAX_FILE_BYTES


class BoundedFiles(FileUploadHandler):
    """First of the upload handlers: counts the bytes of each file and passes them on."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        self._received += len(raw_data)
        if self._received > MAX_FILE_BYTES:
            raise FileTooLarge(self.file_name or "")
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:  # noqa: ARG002
        """Leaves the file to the next handler."""
        return None
