"""Bodies and query strings: what is not exactly right is refused, with the place of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import QueryDict
from rest_framework import serializers

from common.errors import Malformed
from common.paging import PageQuery
from common.rest.bodies import MAX_DEPTH, read_json
from common.shapes import Moment, Strict, complaints, read_query


class Inner(Strict):
    name = serializers.CharField()


class Shape(Strict):
    text = serializers.CharField(required=False, allow_null=True)
    count = serializers.IntegerField(required=False)
    flag = serializers.BooleanField(required=False)
    texts = serializers.ListField(child=serializers.CharField(), required=False)
    counts = serializers.DictField(child=serializers.IntegerField(), required=False)
    id = serializers.UUIDField(required=False)
    at = Moment(required=False)
    kind = serializers.ChoiceField(["a", "b"], required=False)
    inner = Inner(required=False)
    inners = Inner(many=True, required=False)


def faults_of(body: bytes, media_type: str = "") -> list[tuple[str, str]]:
    with pytest.raises(Malformed) as caught:
        read_json(body, media_type)
    assert caught.value.code == "request_malformed"
    errors: Any = caught.value.detail["errors"]
    return [(one["pointer"], one["message"]) for one in errors]


class TestReadJson:
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (b"", "line 1, column 1"),
            (b"{", "line 1, column 2"),
            (b"{'a': 1}", "line 1, column 2"),
            (b"[1,]", "not JSON"),
            (b"\xef\xbb\xbf{}", "byte order mark"),
            (b"\xff\xfe{\x00}\x00", "not UTF-8: see byte 0"),
            ("{}".encode("utf-16"), "not UTF-8"),
            (b'{"a": "caf\xe9"}', "not UTF-8: see byte 10"),
            (b"1" * 5_000, "digits"),
            (b"[" * 100_000, "deep"),
            (b'{"a":' * 100_000, "deep"),
        ],
    )
    def test_it_refuses_what_is_no_json(self, body: bytes, words: str) -> None:
        [(pointer, message)] = faults_of(body)
        assert pointer == ""
        assert words in message

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            (b'{"a": 1, "a": 2}', "/a"),
            (b'{"x": [{"a/b~": 1, "a/b~": 1}]}', "/x/0/a~1b~0"),
            (b'{"a": NaN}', "/a"),
            (b"[0, Infinity]", "/1"),
            (b"[0, 1, -Infinity]", "/2"),
            (b'{"a": 1e999}', "/a"),
            (b'{"a": ["b", "\\ud800"]}', "/a/1"),
            (b'{"a": "b\\u0000"}', "/a"),
            (b'"\\udfff"', ""),
            (b'{"\\u0000": 1}', "/\ufffd"),
            (b"[" * 33 + b"]" * 33, "/0" * 32),
        ],
    )
    def test_it_names_the_place_of_what_no_endpoint_takes(self, body: bytes, pointer: str) -> None:
        [(place, message)] = faults_of(body)
        assert place == pointer
        assert message.endswith(".")

    def test_it_names_many_places_and_not_all_of_too_many(self) -> None:
        assert [place for place, _ in faults_of(b"[NaN, 1, NaN]")] == ["/0", "/2"]
        assert len(faults_of(json.dumps([float("nan")] * 100).encode())) == 20

    @pytest.mark.parametrize("charset", ["latin-1", "UTF-16", '"iso-8859-1"'])
    def test_it_takes_no_other_charset(self, charset: str) -> None:
        assert faults_of(b"{}", f"application/json; charset={charset}")[0][0] == ""

    @pytest.mark.parametrize("media_type", ["application/json", "application/json;charset=UTF-8"])
    def test_it_reads_what_is_sound(self, media_type: str) -> None:
        body = '{"a": ["ä", 1.5, true, null, {"b": "\\ud83d\\ude00"}]}'.encode()
        assert read_json(body, media_type) == {"a": ["ä", 1.5, True, None, {"b": "\U0001f600"}]}
        deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
        assert read_json(deep) is not None


class TestStrict:
    @pytest.mark.parametrize(
        ("data", "pointers"),
        [
            ([], [""]),
            (None, [""]),
            ({"nothing": 1}, ["/nothing"]),
            ({"text": 5}, ["/text"]),
            ({"text": True}, ["/text"]),
            ({"count": "5"}, ["/count"]),
            ({"count": 5.0}, ["/count"]),
            ({"count": True}, ["/count"]),
            ({"flag": "true"}, ["/flag"]),
            ({"flag": 1}, ["/flag"]),
            ({"texts": "a"}, ["/texts"]),
            ({"texts": {"0": "a"}}, ["/texts"]),
            ({"texts": ["a", 5, "b", []]}, ["/texts/1", "/texts/3"]),
            ({"texts": ["a", None]}, ["/texts/1"]),
            ({"counts": {"a/b": "1"}}, ["/counts/a~1b"]),
            ({"id": "urn:uuid:01900000-0000-7000-8000-000000000000"}, ["/id"]),
            ({"id": 5}, ["/id"]),
            ({"at": "2026-01-01"}, ["/at"]),
            ({"at": "2026-01-01T00:00:00"}, ["/at"]),
            ({"at": "0001-01-01T00:00:00+23:59"}, ["/at"]),
            ({"at": "2026-02-30T00:00:00Z"}, ["/at"]),
            ({"kind": "c"}, ["/kind"]),
            ({"kind": 1}, ["/kind"]),
            ({"inner": []}, ["/inner"]),
            ({"inner": {"name": 1}}, ["/inner/name"]),
            ({"inner": {"name": "a", "other": 1}}, ["/inner/other"]),
            ({"inner": {}}, ["/inner/name"]),
            ({"inners": [{"name": "a"}, {"nome": "b"}]}, ["/inners/1/nome"]),
            ({"text": 1, "flag": 1}, ["/text", "/flag"]),
        ],
    )
    def test_it_names_each_fault_by_its_place(self, data: Any, pointers: list[str]) -> None:
        shape = Shape(data=data)
        assert not shape.is_valid()
        assert [one["pointer"] for one in complaints(shape.errors)] == pointers

    def test_it_takes_what_fits(self) -> None:
        data = {
            "text": None,
            "count": 5,
            "flag": False,
            "texts": ["a"],
            "counts": {"a": 1},
            "id": "01900000-0000-7000-8000-00000000000A",
            "at": "2026-01-01T00:00:00.25+01:00",
            "kind": "a",
            "inners": [{"name": "a"}],
        }
        shape = Shape(data=data)
        assert shape.is_valid(), shape.errors
        assert shape.validated_data["at"].isoformat() == "2025-12-31T23:00:00.250000+00:00"


class Query(PageQuery):
    flag = serializers.BooleanField(required=False)
    codes = serializers.ListField(child=serializers.CharField(), required=False)


class TestReadQuery:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("limit=0", ["limit"]),
            ("limit=1&limit=1", ["limit"]),
            ("flag=yes", ["flag"]),
            ("flag=True", ["flag"]),
            ("other=1&more=2", ["other", "more"]),
            ("codes=%00", ["codes"]),
        ],
    )
    def test_it_names_each_wrong_parameter(self, query: str, names: list[str]) -> None:
        with pytest.raises(Malformed) as caught:
            read_query(QueryDict(query), Query)
        errors: Any = caught.value.detail["errors"]
        assert [one["parameter"] for one in errors] == names

    def test_it_reads_what_fits(self) -> None:
        found = read_query(QueryDict("limit=5&flag=true&codes=a&codes=b"), Query)
        assert found == {"limit": 5, "flag": True, "codes": ["a", "b"]}
        assert read_query(QueryDict(""), Query) == {"limit": 50}

    def test_it_takes_nothing_without_a_shape(self) -> None:
        assert read_query(QueryDict(""), None) == {}
        with pytest.raises(Malformed):
            read_query(QueryDict("a=1"), None)
