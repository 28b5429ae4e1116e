"""The other side of api_overhead: Django REST framework, a token, one query, and nothing else.

Its settings and its one view; `python -m tests.bench.bare_site` makes tables and prints a token.
uvicorn serves `tests.bench.bare_site:application`, as it serves the house.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import django
from django.conf import settings

place = dict(part.split("=", 1) for part in os.environ["BARE_DATABASE"].split("\n"))
settings.configure(
    SECRET_KEY="for measuring only, and longer than fifty characters, so",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework.authtoken",
    ],
    MIDDLEWARE=[],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **place,
            "CONN_MAX_AGE": 0,
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}},
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)
django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402 - needs the apps loaded
from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class GroupShape(serializers.Serializer[Any]):
    """As many fields as usage has."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class BareView(APIView):
    """One query, one row."""

    def get(self, request: Request) -> Response:
        """The row."""
        return Response(GroupShape(Group.objects.get(name="bare")).data)


urlpatterns = [path("bare", BareView.as_view())]
application = get_asgi_application()

if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    Group.objects.create(name="bare")
    sys.stdout.write(Token.objects.create(user=User.objects.create(username="bare")).key)
