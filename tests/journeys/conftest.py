"""What journeys need: the site in a process of its own, the stand-in, workers, and a browser."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.claude_sandbox import Sandbox, running_sandbox
from tests.site import Site, running_site

PASSWORD = "correct horse battery staple"
WORKERS = 2
IDLE_SECONDS = 0.05
PATIENCE_MS = 20_000
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    with running_sandbox(latency_ms=150) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_server: Sandbox, settings: Any) -> Iterator[Sandbox]:
    sandbox_server.reset()
    settings.ANTHROPIC_BASE_URL = sandbox_server.url
    settings.ANTHROPIC_API_KEY = ""
    yield sandbox_server
    sandbox_server.reset()


@pytest.fixture(scope="session")
def site_server(django_db_setup: None, sandbox_server: Sandbox) -> Iterator[Site]:
    with running_site(sandbox_server.url, WEBHOOK_PRIVATE_TARGETS="true") as site:
        yield site


@pytest.fixture
def site(site_server: Site, transactional_db: None, sandbox: Sandbox) -> Site:
    """The site over an empty database; sign-ins counted by earlier tests are forgotten."""
    from common import redis

    redis.client().flushdb()
    return site_server


@pytest.fixture
def workers(site: Site) -> Callable[[], Any]:
    """Says where work is done: inside `with workers():`, so that a test can look before it is."""
    return _working


@contextmanager
def _working() -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=_drain, args=(stop,)) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def _drain(stop: threading.Event) -> None:
    from django.db import connection

    from glossaries.services import importing
    from translation.services.work import drain

    try:
        while not stop.wait(IDLE_SECONDS):
            drain("standard", stop=stop)
            importing.drain(stop=stop)
    finally:
        connection.close()


@pytest.fixture
def member(owner: Any) -> Any:
    """The owner, with a password."""
    owner.user.set_password(PASSWORD)
    owner.user.save()
    return owner


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a file: its loop runs in this thread, where tests of other files start their own."""
    # Django would refuse its ORM beside that loop.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "browser journeys need Chromium: sudo apt-get install -y chromium"
    with sync_playwright() as playwright:
        # The machine may be busy with other tests: patience costs nothing where all is well.
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A page of a browser of its own, signed in where a user is given; errors fail the test."""
    contexts, faults = [], []

    def opened(user: Any = None, *, width: int = 1440, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            base_url=site.url,
            accept_downloads=True,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": site.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def session_of(user: Any) -> str:
    """The key of a new session in which this person is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
