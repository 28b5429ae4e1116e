"""Customers' files, through Django's storages, under names that say nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from common.database import on_rollback


def save_bytes(content: bytes, *, randomness: Callable[[int], str] = secrets.token_hex) -> str:
    """Stores `content` under a random name and returns the name.

    Call it inside a scope (or `common.database.atomic`): the file goes away if that fails.
    """
    token = randomness(20)
    # Two levels of folders, because some file systems grow slow over many entries.
    name = default_storage.save(f"{token[:2]}/{token[2:4]}/{token[4:]}", ContentFile(content))
    on_rollback(partial(default_storage.delete, name))
    return name


def read_bytes(name: str) -> bytes:
    """The content of a stored file; raises FileNotFoundError."""
    with default_storage.open(name, "rb") as file:
        content: bytes = file.read()
    return content


def delete_on_commit(name: str) -> None:
    """Removes a stored file once the transaction is committed; a missing one is no error."""
    transaction.on_commit(partial(default_storage.delete, name))
