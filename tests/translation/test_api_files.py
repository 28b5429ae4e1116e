"""Names of files, in and out: no folder, no control character, no header of its own."""

from __future__ import annotations

import threading
from email.message import Message
from typing import Any

import pytest
from django.test import Client

NAMES = [
    ("manual.txt", "manual.txt"),
    ("../../etc/passwd.txt", "passwd.txt"),
    ("C:\\fakepath\\manual.txt", "manual.txt"),
    ("手册 第一版.txt", "手册 第一版.txt"),
    ("Übergrößen “neu”.txt", "Übergrößen “neu”.txt"),
    ("cod\u202etxt.exe\u202c.txt", "codtxt.exe.txt"),
    ("bell\x07\x1b[31m.txt", "bell[31m.txt"),
    ("a" * 300 + ".txt", "a" * 180 + ".txt"),
    ("手" * 300 + ".txt", "手" * 180 + ".txt"),
    ("semi;colon=1, comma.txt", "semi;colon=1, comma.txt"),
]


def upload(client: Client, person: Any, raw_name: bytes, targets: str = "de") -> Any:
    """Sent as bytes, for no client library would send such names."""
    body = b"".join(
        [
            b'--x\r\nContent-Disposition: form-data; name="source_language"\r\n\r\nen\r\n',
            b'--x\r\nContent-Disposition: form-data; name="target_languages"\r\n\r\n',
            targets.encode() + b"\r\n",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + raw_name + b'"\r\n',
            b"Content-Type: text/html\r\n\r\nHello.\r\n--x--\r\n",
        ]
    )
    return client.post(
        "/api/v1/documents",
        body,
        content_type="multipart/form-data; boundary=x",
        headers=person.headers,
    )


@pytest.mark.django_db
class TestNamesIn:
    @pytest.mark.parametrize(("sent", "kept"), NAMES, ids=range(len(NAMES)))
    def test_it_keeps_what_can_be_shown(
        self, client: Client, owner: Any, sent: str, kept: str
    ) -> None:
        quoted = sent.encode().replace(b"\\", b"\\\\")
        answer = upload(client, owner, quoted)
        assert answer.status_code == 201, answer.content
        assert answer.json()["documents"][0]["name"] == kept

    def test_it_takes_no_header_for_a_name(self, client: Client, owner: Any) -> None:
        answer = upload(client, owner, b'a.txt"\r\nX-Evil: 1\r\nX: "')
        assert answer.status_code in {201, 400, 422}
        assert "X-Evil" not in answer.headers
        if answer.status_code == 201:
            assert answer.json()["documents"][0]["name"] == "a.txt"

    @pytest.mark.parametrize("name", [b"\x01\x02", b"\xe2\x80\xae"])
    def test_it_needs_a_name_that_can_be_shown(
        self, client: Client, owner: Any, name: bytes
    ) -> None:
        answer = upload(client, owner, name)
        assert answer.status_code == 422
        # Django leaves a file without a name out.
        assert answer.json()["error"]["code"] in {"file_name_missing", "files_missing"}

    def test_it_shows_a_name_as_text_on_the_page(self, client: Client, owner: Any) -> None:
        upload(client, owner, b"<script>alert(1)<x>.txt")
        client.force_login(owner.user)
        page = client.get("/documents").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;x&gt;.txt" in page


@pytest.mark.django_db(transaction=True)
def test_it_gives_every_name_back_in_one_safe_header(
    client: Client, owner: Any, claude_sandbox: Any
) -> None:
    from translation.services.work import drain

    jobs = {}
    for sent, kept in NAMES:
        made = upload(client, owner, sent.encode().replace(b"\\", b"\\\\")).json()
        jobs[kept] = made["documents"][0]["jobs"][0]["id"]
    drain("standard", stop=threading.Event())
    for kept, job in jobs.items():
        answer = client.get(f"/api/v1/jobs/{job}/download", headers=owner.headers)
        header = answer["Content-Disposition"]
        assert header.isascii()
        assert not {"\r", "\n", "\x07", "\x1b"} & set(header)
        parsed = Message()
        parsed["Content-Disposition"] = header
        assert parsed.get_content_disposition() == "attachment"
        assert parsed.get_filename() == kept.replace(".txt", ".de.txt")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "text/plain"
