"""Runs a whole house until its standard input closes; says where it is as one JSON line."""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.conf import settings

    from config.demo.accounts import demo_account
    from config.supervisor.house import house_supervisor

    supervisor = house_supervisor(settings, lambda line: print(f"# {line}", flush=True))
    with supervisor.running() as house:
        account = demo_account()
        postgres = settings.EMBEDDED_POSTGRES
        place = {
            "url": house.url,
            "sandbox_url": house.sandbox_url,
            "key": account.key,
            "database": postgres.dsn("postgres", "interlinear"),
        }
        print(json.dumps(place), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
