"""How a request goes through Django: all of it in one thread, in one hop."""

from __future__ import annotations

from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler


class OneHop(ASGIHandler):
    """Django's handler, with the middleware and the view called together in one worker thread.

    Our views and most middleware are synchronous. Django would cross between the event loop and a
    thread at each of them, about twenty times a request.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002
        """Builds the chain as for WSGI, and makes it one awaitable."""
        super().load_middleware(is_async=False)
        chain: Any = self._middleware_chain  # type: ignore[has-type]
        self._middleware_chain = sync_to_async(chain, thread_sensitive=True)


def application() -> OneHop:
    """The application, its apps loaded."""
    django.setup(set_prefix=False)
    return OneHop()
