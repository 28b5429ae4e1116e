"""A small client of our own REST API: the demo works through the same door as everybody."""

from __future__ import annotations

import json
import mimetypes
import secrets
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

REQUEST_SECONDS = 60.0


class Refused(Exception):
    """The API said no; the message is its sentence."""


class Client:
    """Calls one house with one API key."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url.rstrip("/")
        self._key = key

    def upload(self, path: Path, source: str, targets: Sequence[str]) -> dict[str, Any]:
        """Uploads one file; the document that was made of it."""
        fields = [("source_language", source), *(("target_languages", one) for one in targets)]
        body, content_type = _multipart(fields, path)
        answer = self._call("POST", "/api/v1/documents", body, content_type)
        document: dict[str, Any] = json.loads(answer)["documents"][0]
        return document

    def get(self, address: str) -> dict[str, Any]:
        """One JSON object of the API."""
        answer: dict[str, Any] = json.loads(self._call("GET", address))
        return answer

    def cancel(self, document_id: str) -> None:
        """Cancels all work on a document."""
        self._call("POST", f"/api/v1/documents/{document_id}/cancel")

    def download(self, job_id: str) -> bytes:
        """A translated file."""
        return self._call("GET", f"/api/v1/jobs/{job_id}/download")

    def _call(
        self, method: str, address: str, body: bytes | None = None, content_type: str = ""
    ) -> bytes:
        headers = {"Authorization": f"Bearer {self._key}"}
        if content_type:
            headers["Content-Type"] = content_type
        request = urllib.request.Request(  # noqa: S310 - our own house on loopback
            self._url + address, data=body, method=method, headers=headers
        )
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:  # noqa: S310
                content: bytes = answer.read()
        except urllib.error.HTTPError as error:
            raise Refused(_sentence(error.read(), error.code)) from None
        return content


def _sentence(body: bytes, status: int) -> str:
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"the house answered {status}"


def _multipart(fields: Sequence[tuple[str, str]], path: Path) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="{path.name}"\r\nContent-Type: {media}\r\n\r\n'
    )
    parts += [head.encode(), path.read_bytes(), f"\r\n--{boundary}--\r\n".encode()]
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
