"""What 200 open event streams cost a page."""

from __future__ import annotations

import http.client
import http.cookiejar
import re
import socket
import time
import urllib.parse
import urllib.request
from urllib.parse import urlsplit

from tests.bench.figures import ROUNDS, median, show
from tests.bench.lodging import Lodging

STREAMS = 200
PAGES = 60


def stream_tax(house: Lodging) -> None:
    """Median time of the documents page with and without the streams."""
    cookie = sign_in(house)
    place = urlsplit(house.url)
    alone = min(_page_seconds(place.port or 0, cookie) for _ in range(ROUNDS))
    streams = [_open_stream(place.port or 0, cookie) for _ in range(STREAMS)]
    try:
        crowded = min(_page_seconds(place.port or 0, cookie) for _ in range(ROUNDS))
    finally:
        for one in streams:
            one.close()
    show(
        "stream_tax",
        crowded / alone,
        "ratio",
        f"page time without the {STREAMS} streams; at most 1.33",
        page_ms=round(alone * 1000, 1),
        page_ms_with_streams=round(crowded * 1000, 1),
    )


def sign_in(house: Lodging) -> str:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{house.url}/accounts/login/", timeout=10).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    form = {
        "csrfmiddlewaretoken": token.group(1),
        "login": house.account.email,
        "password": house.account.password,
    }
    browser.open(
        f"{house.url}/accounts/login/", urllib.parse.urlencode(form).encode(), timeout=10
    ).read()
    return "; ".join(f"{one.name}={one.value}" for one in jar)


def _page_seconds(port: int, cookie: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    taken = []
    for _ in range(PAGES):
        began = time.perf_counter()
        connection.request("GET", "/documents", headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        taken.append(time.perf_counter() - began)
    connection.close()
    return median(taken)


def _open_stream(port: int, cookie: str) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", port), timeout=20)
    request = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
    stream.sendall(request.encode())
    first = stream.recv(4096)
    assert b" 200 " in first.split(b"\r\n", 1)[0], first[:80]
    return stream
