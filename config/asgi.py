"""The web application as ASGI servers find it: `config.asgi:application`."""

from __future__ import annotations

import os
import sys

from config.handler import application as one_hop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("PROCESS", "web")

_django = one_hop()

from config.bounds import bounded  # noqa: E402 - needs the apps loaded
from config.start import begin_serving  # noqa: E402

# A request gives the interpreter up at each statement and must wait for it as often; with Python's
# 5 ms, twenty people's pages would mostly wait for one another.
sys.setswitchinterval(0.0005)

application = bounded(_django)
begin_serving()
