"""Stops a file that is too large while it arrives, before any of it is read for its content."""

from __future__ import annotations

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from config.refusals import FileTooLarge
from translation.services.intake import MAX_FILE_BYTES


class BoundedFiles(TemporaryFileUploadHandler):
    """Keeps files on disk as Django's own handler does, up to the limit of one file."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Writes a chunk; raises FileTooLarge, the file removed, once the limit is passed."""
        if start + len(raw_data) > MAX_FILE_BYTES:
            self.upload_interrupted()
            raise FileTooLarge(self.file_name or "")
        return super().receive_data_chunk(raw_data, start)
