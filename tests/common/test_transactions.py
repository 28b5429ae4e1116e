"""What is undone with a transaction, and connections that are not held while waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from common import storage
from common.database import atomic, connection_released, on_rollback, take_turn


@contextmanager
def doomed() -> Iterator[None]:
    """A transaction that fails at its end."""
    with suppress(ZeroDivisionError), atomic():
        yield
        raise ZeroDivisionError


@pytest.fixture
def undone() -> list[str]:
    return []


@pytest.mark.django_db
class TestOnRollback:
    def test_it_does_nothing_after_a_success(self, undone):
        with atomic():
            on_rollback(lambda: undone.append("a"))
        assert undone == []

    def test_it_undoes_in_reverse_order(self, undone):
        with doomed():
            on_rollback(lambda: undone.append("a"))
            on_rollback(lambda: undone.append("b"))
        assert undone == ["b", "a"]

    def test_it_undoes_an_inner_block_that_succeeded_with_the_outer_one(self, undone):
        with doomed():
            with atomic():
                on_rollback(lambda: undone.append("inner"))
            assert undone == []
        assert undone == ["inner"]

    def test_it_undoes_an_inner_block_alone(self, undone):
        with atomic():
            on_rollback(lambda: undone.append("outer"))
            with doomed():
                on_rollback(lambda: undone.append("inner"))
        assert undone == ["inner"]

    def test_it_goes_on_when_one_of_them_fails(self, undone):
        with doomed():
            on_rollback(lambda: undone.append("a"))
            on_rollback([].pop)
        assert undone == ["a"]

    def test_it_needs_a_block_around_it(self):
        with pytest.raises(RuntimeError, match="needs"):
            on_rollback(print)


@pytest.mark.django_db(transaction=True)
class TestConnectionReleased:
    def test_it_holds_no_connection_inside(self):
        connection.ensure_connection()
        with connection_released():
            assert connection.connection is None
        connection.ensure_connection()

    def test_it_is_refused_inside_a_transaction(self):
        with (
            atomic(),
            pytest.raises(RuntimeError, match="leave the transaction"),
            connection_released(),
        ):
            raise AssertionError


@pytest.mark.django_db(transaction=True)
class TestStorage:
    def test_it_gives_back_what_it_was_given_under_a_name_that_says_nothing(self):
        with atomic():
            name = storage.save_bytes(b"\x00content", randomness=lambda size: "ab" * size)
        assert name == f"ab/ab/{'ab' * 18}"
        assert storage.read_bytes(name) == b"\x00content"

    def test_it_removes_the_file_when_the_transaction_fails(self):
        with doomed():
            name = storage.save_bytes(b"content")
        assert not default_storage.exists(name)

    def test_it_removes_a_file_only_once_that_is_certain(self):
        with atomic():
            name = storage.save_bytes(b"content")
        with doomed():
            storage.delete_on_commit(name)
        assert default_storage.exists(name)
        with atomic():
            storage.delete_on_commit(name)
            assert default_storage.exists(name)
        assert not default_storage.exists(name)
        with pytest.raises(FileNotFoundError):
            storage.read_bytes(name)

    def test_it_wants_a_transaction(self):
        with pytest.raises(RuntimeError, match="needs"):
            storage.save_bytes(b"content")


def test_a_turn_needs_a_transaction_to_last_as_long_as():
    with pytest.raises(RuntimeError, match="needs a transaction"):
        take_turn("webhooks 1")
