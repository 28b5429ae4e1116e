"""The web application as WSGI servers find it: `config.wsgi:application`.

For pages and API in production; event streams need `config.asgi`. The proxy in front has to bound
request bodies, since WSGI hands them over whole.
"""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("PROCESS", "web")

application = get_wsgi_application()

from config.start import begin_serving  # noqa: E402 - needs the apps loaded

begin_serving()
