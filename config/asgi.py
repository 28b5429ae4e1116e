"""The web application as servers find it: `config.asgi:application`."""

from __future__ import annotations

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("PROCESS", "web")

# What an intake of 20,000 segments allocates lives to its end: looking through it every 700
# objects, as is the default, cost a fifth of its time.
GC_ALLOCATIONS = 50_000

_django = get_asgi_application()

from accounts.tenancy.guard import assert_runtime_role  # noqa: E402 - needs the apps loaded
from config.bounds import bounded  # noqa: E402

application = bounded(_django)
assert_runtime_role()
gc.freeze()
gc.set_threshold(GC_ALLOCATIONS, 20, 20)
