"""Rows on their way into protected tables."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.bulk import laid_out, staged
from common.database import atomic

pytestmark = pytest.mark.django_db

KINDS = {"id": "uuid", "number": "int", "words": "text[]", "word": "text", "yes": "bool"}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
ROW = st.tuples(
    st.uuids(),
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.lists(TEXT, max_size=3),
    st.none() | TEXT,
    st.booleans(),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=20))
def test_it_keeps_every_value(rows):
    with connection.cursor() as cursor:
        table = staged(cursor, KINDS, rows)
        cursor.execute(f"select * from {table}")
        assert cursor.fetchall() == rows


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=20))
def test_it_lays_out_every_value_of_a_few_rows(rows):
    with connection.cursor() as cursor:
        source, values = laid_out(cursor, KINDS, rows)
        cursor.execute(f"select * from {source}", values)
        assert cursor.fetchall() == rows


@pytest.mark.parametrize("count", [0, 1, 200, 201, 1000])
def test_it_lays_out_as_many_rows_as_there_are(count):
    with connection.cursor() as cursor:
        source, values = laid_out(cursor, {"n": "int"}, ([n] for n in range(count)))
        assert len(values) == (count <= 200)
        cursor.execute(f"select count(*), coalesce(sum(n), 0) from {source}", values)
        assert cursor.fetchone() == (count, sum(range(count)))


def test_it_gives_each_call_a_table_of_its_own():
    with connection.cursor() as cursor:
        first = staged(cursor, {"n": "int"}, [[1]])
        second = staged(cursor, {"n": "int"}, [[2]])
        cursor.execute(f"select a.n, b.n from {first} a, {second} b")
        assert cursor.fetchall() == [(1, 2)]


def test_it_takes_a_column_named_like_a_key_word():
    with connection.cursor() as cursor:
        table = staged(cursor, {"order": "uuid"}, [[UUID(int=1)]])
        cursor.execute(f'select "order" from {table}')
        assert cursor.fetchone() == (UUID(int=1),)


@pytest.mark.parametrize("kind", ["int); drop table x; --", "", "TEXT'"])
def test_it_takes_nothing_but_a_type_for_a_type(kind):
    with connection.cursor() as cursor, pytest.raises(ValueError, match="not a column type"):
        staged(cursor, {"n": kind}, [])


@pytest.mark.django_db(transaction=True)
def test_it_is_gone_with_the_transaction():
    with connection.cursor() as cursor:
        with pytest.raises(RuntimeError, match="transaction"):
            staged(cursor, {"n": "int"}, [])
        with atomic():
            table = staged(cursor, {"n": "int"}, [[1]])
        cursor.execute("select to_regclass(%s)", [table])
        assert cursor.fetchone() == (None,)
