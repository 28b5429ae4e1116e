"""One call of a receiver: it goes where it may, takes no longer than it may, and reads little."""

from __future__ import annotations

import datetime
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from tests.translation.receivers import hang, raw, receiving, status
from translation.webhook_addresses import parse
from translation.webhook_sender import ERRORS, Outcome, resolved, send

BODY = b'{"type":"job.finished"}'


def call(url: str, *, allow_private: bool = True, **options: Any) -> Outcome:
    target = parse(url, allow_private=True)
    return send(
        target, headers={"webhook-id": "1"}, body=BODY, allow_private=allow_private, **options
    )


class TestSend:
    def test_it_posts_the_body_with_the_headers(self) -> None:
        with receiving() as receiver:
            outcome = call(receiver.url)
        [got] = receiver.got
        assert (outcome.status, outcome.error, outcome.is_delivered) == (204, "", True)
        assert got.line == "POST /hooks?for=northwind HTTP/1.1"
        assert got.body == BODY
        assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
        assert got.headers["content-type"] == "application/json"
        assert got.headers["webhook-id"] == "1"

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            *((one, "") for one in (200, 201, 202, 204, 299)),
            *((one, "redirected") for one in (300, 301, 302, 307, 308)),
            *((one, "status") for one in (400, 401, 404, 410, 429, 500, 503)),
        ],
    )
    def test_it_takes_only_200_to_299_for_success(self, code: int, error: str) -> None:
        with receiving(status(code)) as receiver:
            outcome = call(receiver.url)
        assert (outcome.status, outcome.error) == (code, error)

    def test_it_follows_no_redirect(self) -> None:
        with receiving() as other:
            away = status(302, f"Location: {other.url}")
            with receiving(away) as receiver:
                assert call(receiver.url).error == "redirected"
            assert other.connections == 0

    def test_it_passes_over_what_comes_before_the_answer(self) -> None:
        early = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        with receiving(raw(early, b"HTTP/1.1 200 OK\r\n\r\n")) as receiver:
            assert call(receiver.url).status == 200

    @pytest.mark.parametrize(
        ("line", "least", "most"),
        [
            ("Retry-After: 120", 120, 120),
            ("retry-after:7", 7, 7),
            ("Retry-After: Fri, 31 Dec 2100 23:59:59 GMT", 1e9, 1e10),
            ("Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", 0, 0),
            ("Retry-After: soon", 0, 0),
            ("Retry-After: -5", 0, 0),
            ("X: Retry-After: 5", 0, 0),
        ],
    )
    def test_it_hears_when_it_may_come_again(self, line: str, least: float, most: float) -> None:
        with receiving(status(503, line)) as receiver:
            assert least <= call(receiver.url).wish_seconds <= most

    @pytest.mark.parametrize(
        ("pieces", "error"),
        [
            ((b"",), "no_answer"),
            ((b"HTTP/1.1 200 OK\r\nhalf",), "answer_malformed"),
            ((b"SSH-2.0-OpenSSH\r\n\r\n",), "answer_malformed"),
            ((b"HTTP/1.1 999 No\r\n\r\n",), "answer_malformed"),
            ((b"HTTP/1.1 100 Go\r\n\r\n" * 9,), "answer_malformed"),
        ],
    )
    def test_it_says_what_is_no_answer(self, pieces: tuple[bytes, ...], error: str) -> None:
        with receiving(raw(*pieces)) as receiver:
            outcome = call(receiver.url)
        assert (outcome.status, outcome.error) == (None, error)

    def test_it_reaches_nobody(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        assert call(f"http://127.0.0.1:{port}/").error == "not_connected"
        assert call("http://nobody.invalid/", resolve=nowhere).error == "name_unknown"

    def test_it_has_words_for_every_error(self) -> None:
        source = Path("translation/webhook_sender.py").read_text()
        raised = {one for one in ERRORS if f'"{one}"' in source.split("class Outcome")[1]}
        assert raised == set(ERRORS)


def nowhere(host: str, port: int) -> list[str]:
    raise socket.gaierror(host)


class TestBounds:
    """No receiver keeps a worker longer than the deadline, here a tenth of it, or fills it."""

    SECONDS = 0.6

    def timed(self, answer: Any, **options: Any) -> tuple[Outcome, float]:
        with receiving(answer) as receiver:
            if answer is None:
                receiver.answer = hang(receiver.stopped)
            began = time.monotonic()
            outcome = call(receiver.url, whole_seconds=self.SECONDS, **options)
            took = time.monotonic() - began
            receiver.stopped.set()
        assert took < self.SECONDS + 1
        return outcome, took

    def test_it_leaves_one_that_hangs(self) -> None:
        outcome, took = self.timed(None)
        assert outcome.error == "too_slow"
        assert took >= self.SECONDS * 0.9

    def test_it_leaves_one_that_drips_its_head(self) -> None:
        drip = raw(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n", pause=0.05, forever=True)
        assert self.timed(drip)[0].error == "too_slow"

    def test_it_leaves_one_whose_head_never_ends(self) -> None:
        endless = raw(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 4000 + b"\r\n", forever=True)
        assert self.timed(endless)[0].error == "answer_malformed"

    def test_it_reads_none_of_two_gigabytes(self) -> None:
        sent = 0

        def flood(stream: socket.socket, got: Any) -> None:
            nonlocal sent
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n")
            for _ in range(32768):
                stream.sendall(b"z" * 65536)
                sent += 65536

        outcome, _ = self.timed(flood)
        assert outcome.status == 200
        assert outcome.is_delivered
        assert sent < 16 * 1024 * 1024  # what the system's buffers hold

    def test_it_takes_the_status_of_one_that_drips_its_body(self) -> None:
        drip = raw(b"HTTP/1.1 200 OK\r\n\r\n", b"z", pause=0.05, forever=True)
        assert self.timed(drip)[0].is_delivered

    def test_it_leaves_a_resolver_that_hangs(self) -> None:
        with receiving() as receiver:

            def slow(host: str, port: int) -> list[str]:
                receiver.stopped.wait(10)
                return ["127.0.0.1"]

            began = time.monotonic()
            outcome = call(receiver.url, resolve=slow, whole_seconds=0.3)
            assert time.monotonic() - began < 2
            assert outcome.error == "name_unknown"


class TestWalls:
    """With the setting off nothing of this machine is ever connected to."""

    def never(self, url: str, **options: Any) -> str:
        with receiving() as receiver:
            target = parse(url.replace("PORT", str(receiver.port)), allow_private=True)
            outcome = send(target, headers={}, body=b"", allow_private=False, **options)
            assert receiver.connections == 0
            assert receiver.got == []
        assert not outcome.is_delivered
        return outcome.error

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:7f00:1]"])
    def test_it_calls_no_loopback(self, host: str) -> None:
        assert self.never(f"http://{host}:PORT/") == "address_refused"

    @pytest.mark.parametrize(
        "disguise", ["2130706433", "0x7f000001", "017700000001", "127.1", "0x7f.1", "0177.0.0.1"]
    )
    def test_it_sees_through_numbers(self, disguise: str) -> None:
        # What the system's resolver makes of them, whoever let them through.
        assert resolved(disguise, 80) == ["127.0.0.1"]
        through = lambda host, port: resolved(disguise, port)  # noqa: E731
        assert self.never("http://hooks.example:PORT/", resolve=through) == "address_refused"

    @pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::1", "64:ff9b::7f00:1"])
    def test_it_believes_no_name(self, address: str) -> None:
        into = lambda host, port: [address]  # noqa: E731
        assert self.never("http://hooks.example:PORT/", resolve=into) == "address_refused"

    def test_it_refuses_a_name_of_which_one_address_is_private(self) -> None:
        both = lambda host, port: ["8.8.8.8", "127.0.0.1"]  # noqa: E731
        assert self.never("http://hooks.example:PORT/", resolve=both) == "address_refused"

    def test_it_resolves_once_and_connects_to_what_it_checked(self) -> None:
        asked = []

        def rebinding(host: str, port: int) -> list[str]:
            """Public when it is checked, this machine from then on."""
            asked.append(host)
            return ["127.0.0.1"] if len(asked) > 1 else ["192.31.196.1"]

        called = []

        def connect(place: tuple[str, int], timeout: float) -> Any:
            called.append(place)
            raise ConnectionRefusedError

        error = self.never("http://hooks.example:81/", resolve=rebinding, connect=connect)
        assert error == "not_connected"
        assert asked == ["hooks.example"]
        assert called == [("192.31.196.1", 81)]

    def test_it_asks_no_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with receiving() as proxy, receiving() as receiver:
            for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            assert call(receiver.url).is_delivered
            assert (proxy.connections, receiver.connections) == (0, 1)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for hooks.example, and its key."""
    return certificate(tmp_path_factory.mktemp("tls"), "hooks.example")


class TestEncryption:
    def served(self, files: tuple[Path, Path]) -> Any:
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(*files)
        names: list[str] = []
        server.sni_callback = lambda stream, name, context: names.append(name)
        return server, names

    def over_tls(self, files: tuple[Path, Path], host: str, trusted: bool) -> tuple[Outcome, Any]:
        import threading

        server, names = self.served(files)
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def answer() -> None:
                stream, _ = listener.accept()
                try:
                    with server.wrap_socket(stream, server_side=True) as inside:
                        inside.recv(65536)
                        inside.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                except OSError:
                    stream.close()

            thread = threading.Thread(target=answer)
            thread.start()
            context = ssl.create_default_context(cafile=str(files[0]) if trusted else None)
            port = listener.getsockname()[1]
            outcome = call(
                f"https://{host}:{port}/",
                resolve=lambda host, port: ["127.0.0.1"],
                context=context,
            )
            thread.join(5)
        return outcome, names

    def test_it_asks_for_the_name_and_checks_the_certificate(self, files: Any) -> None:
        outcome, names = self.over_tls(files, "hooks.example", trusted=True)
        assert outcome.is_delivered, outcome
        assert names == ["hooks.example"]

    def test_it_refuses_another_name(self, files: Any) -> None:
        outcome, _ = self.over_tls(files, "other.example", trusted=True)
        assert outcome.error == "certificate_refused"

    def test_it_refuses_a_certificate_nobody_vouches_for(self, files: Any) -> None:
        outcome, _ = self.over_tls(files, "hooks.example", trusted=False)
        assert outcome.error == "certificate_refused"

    def test_it_leaves_one_that_hangs_in_the_handshake(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            outcome = call(f"https://127.0.0.1:{port}/", whole_seconds=0.3)
        assert outcome.error == "too_slow"


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate of our own making for one name, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file
