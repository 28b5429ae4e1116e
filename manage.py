#!/usr/bin/env python
"""Commands of the house: `manage.py help` lists them."""

from __future__ import annotations

import os
import sys

from config.errors import StartRefused

OWNER_COMMANDS = {"migrate", "makemigrations", "sqlmigrate", "showmigrations"}


def main() -> int:
    """Run a command; what an operator can mend is told in one sentence, without traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ["PROCESS"] = "migrate"
    from django.core.management import execute_from_command_line

    from config.unreachable import sentence_for

    try:
        execute_from_command_line(sys.argv)
    except StartRefused as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        sys.stderr.write(f"{sentence}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
