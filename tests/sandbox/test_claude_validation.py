"""What the stand-in refuses, as the API would: a table of bodies, and bodies nobody thought of."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HELLO = {"role": "user", "content": "Hello"}
GOOD = {"model": "claude-haiku-5-5", "max_tokens": 10, "messages": [HELLO]}
OBJECT = {"type": "object", "properties": {}, "additionalProperties": False}
TOOL = {"name": "look_up", "input_schema": {"type": "object"}}
CACHED = {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}
USE = {"type": "tool_use", "id": "t1", "name": "look_up", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "ok"}


def schema(**parts):
    return {"output_config": {"format": {"type": "json_schema", "schema": {**OBJECT, **parts}}}}


def prop(**rules):
    return schema(properties={"a": rules})


def said(*contents):
    """Messages of turning roles, the user's first."""
    roles = ("user", "assistant")
    return {
        "messages": [
            {"role": roles[place % 2], "content": content} for place, content in enumerate(contents)
        ]
    }


REFUSED = [
    ({"model": None}, "model: Field required"),
    ({"model": 5}, "model: Field required"),
    ({"messages": []}, "at least one message"),
    ({"messages": "Hello"}, "at least one message"),
    ({"max_tokens": -1}, "max_tokens"),
    ({"max_tokens": 1.5}, "max_tokens"),
    ({"max_tokens": True}, "max_tokens"),
    ({"max_tokens": 128_001}, "128001 > 128000"),
    ({"temperature": 0}, "temperature"),
    ({"top_p": 1}, "top_p"),
    ({"top_k": 1}, "top_k"),
    ({"flavour": 1}, "flavour: Extra inputs are not permitted"),
    ({"stream": True}, "stream"),
    ({"stop_sequences": "x"}, "stop_sequences"),
    ({"stop_sequences": [" "]}, "stop_sequences"),
    ({"metadata": {"name": "x"}}, "metadata"),
    ({"service_tier": "best"}, "service_tier"),
    ({"inference_geo": "eu"}, "inference_geo"),
    ({"inference_geo": "us", "model": "claude-haiku-4-5"}, "inference_geo"),
    ({"speed": "fast"}, "speed"),
    ({"diagnostics": {}}, "diagnostics"),
    ({"messages": ["Hello"]}, "messages.0"),
    ({"messages": [{"role": "robot", "content": "x"}]}, "messages.0.role"),
    ({"messages": [{"role": "user", "content": ""}]}, "non-empty content"),
    ({"messages": [{"role": "user", "content": []}]}, "non-empty content"),
    ({"messages": [{"role": "user", "content": 7}]}, "messages.0.content"),
    ({"messages": [{"role": "user", "content": ["x"]}]}, "each block"),
    ({"messages": [{"role": "user", "content": "x", "name": "y"}]}, "Extra inputs"),
    (said([{"type": "text", "text": ""}]), "non-empty"),
    (said([{"type": "text", "text": " \n"}]), "non-whitespace"),
    (said([{"type": "text"}]), "text: Field required"),
    (said([{"type": "poem"}]), "is not a content block type"),
    (said([{"type": ["text"]}]), "is not a content block type"),
    (said([{"type": "text", "text": "x", "citations": [{}]}]), "citations"),
    (said("x", [{"type": "document", "source": {}}], "y"), "document"),
    (said("x", "prefill"), "prefill"),
    ({"messages": [{"role": "system", "content": "x"}, HELLO]}, "must follow a user message"),
    (
        {"messages": [HELLO, {"role": "system", "content": "x"}, HELLO]},
        "must precede an assistant message",
    ),
    (
        {"model": "claude-sonnet-5", "messages": [HELLO, {"role": "system", "content": "x"}]},
        "role 'system' is not supported",
    ),
    ({**said("x", [USE], "y"), "tools": [TOOL]}, "tool_use ids were found without"),
    ({**said([RESULT]), "tools": [TOOL]}, "tool_result without a tool_use"),
    (said("x", [USE], [{"type": "text", "text": "y"}, RESULT]), "must come first"),
    (said([USE]), "tool_use blocks are not allowed"),
    ({"system": 5}, "system"),
    ({"system": [{"type": "image"}]}, "system.0"),
    ({"system": [{"type": "text", "text": ""}]}, "non-empty"),
    ({"system": [CACHED] * 5}, "maximum of 4 blocks"),
    ({"system": [CACHED] * 4, "cache_control": {"type": "ephemeral"}}, "maximum of 4 blocks"),
    ({"system": [{**CACHED, "cache_control": {"type": "forever"}}]}, "cache_control"),
    ({"system": [{**CACHED, "cache_control": {"type": "ephemeral", "ttl": "2h"}}]}, "ttl"),
    (
        {"system": [CACHED, {**CACHED, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]},
        "must not come after",
    ),
    (
        {
            **said([{**CACHED, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]),
            "cache_control": {"type": "ephemeral"},
        },
        "ttl differs",
    ),
    ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, "not supported"),
    ({"thinking": {"type": "adaptive"}, "model": "claude-haiku-4-5"}, "not supported"),
    ({"thinking": {"type": "disabled"}, "model": "claude-opus-5-5"}, "not supported"),
    ({"thinking": "on"}, "thinking"),
    (
        {"thinking": {"type": "enabled", "budget_tokens": 9}, "model": "claude-haiku-4-5"},
        "at least 1024",
    ),
    (
        {"thinking": {"type": "enabled", "budget_tokens": 2000}, "model": "claude-haiku-4-5"},
        "greater than thinking.budget_tokens",
    ),
    ({"output_config": {"effort": "huge"}}, "effort"),
    ({"output_config": {"effort": "low"}, "model": "claude-haiku-4-5"}, "effort"),
    ({"output_config": {"style": "x"}}, "output_config"),
    ({"output_config": {"format": {"type": "xml"}}}, "json_schema"),
    ({"tools": "all"}, "tools"),
    ({"tool_choice": {"type": "auto"}}, "while providing tools"),
    ({"tools": [TOOL], "tool_choice": {"type": "some"}}, "tool_choice.type"),
    (
        {"tools": [TOOL], "tool_choice": {"type": "any"}, "model": "claude-opus-5-5"},
        "forcing tool use",
    ),
    ({"output_config": {"format": {"type": "json_schema"}}}, "must be an object"),
    (schema(additionalProperties=True), "additionalProperties"),
    (prop(type="string", minLength=2), "'minLength' is not supported"),
    (prop(type="integer", minimum=2), "'minimum' is not supported"),
    (prop(type="integer", multipleOf=2), "'multipleOf' is not supported"),
    (prop(type="array", maxItems=2), "'maxItems' is not supported"),
    (prop(type="array", minItems=2), "minItems"),
    (prop(type="string", format="colour"), "format"),
    (prop(type="string", pattern=r"(?=x)"), "pattern"),
    (prop(type="string", pattern=r"\bx"), "pattern"),
    (prop(type="string", enum=[{}]), "enum"),
    (prop(type="text"), "unknown type"),
    (prop(oneOf=[]), "'oneOf' is not supported"),
    (prop(allOf=[{"$ref": "#/$defs/b"}]), "allOf"),
    (prop(**{"$ref": "https://example.org/x"}), "only inside the schema"),
    (prop(**{"$ref": "#/$defs/b"}), "leads nowhere"),
    (prop(**{"$ref": "#"}), "recursive"),
    (schema(required=["b"]), "not there"),
    (schema(properties={f"p{n}": {"type": "string"} for n in range(25)}), "at most 24"),
    (
        schema(
            properties={f"p{n}": {"type": ["string", "null"]} for n in range(17)},
            required=[f"p{n}" for n in range(17)],
        ),
        "at most 16",
    ),
]

ACCEPTED = [
    {"system": "Be brief."},
    {"system": [CACHED] * 4},
    said("x", "y", "z"),
    {"messages": [HELLO, {"role": "system", "content": "x"}]},
    {"messages": [{"role": "assistant", "content": "x"}, HELLO]},
    {"messages": said("x", "prefill")["messages"], "model": "claude-haiku-4-5"},
    {**said("x", [USE], [RESULT, {"type": "text", "text": "go on"}]), "tools": [TOOL]},
    {"tools": [TOOL], "tool_choice": {"type": "any"}, "model": "claude-opus-5"},
    {"output_config": {"effort": "max"}},
    {"thinking": {"type": "between_tools"}, "model": "claude-sonnet-5-5"},
    {"metadata": {"user_id": "u1"}, "service_tier": "auto", "speed": "standard"},
    {"speed": "fast", "model": "claude-opus-5-5"},
    {"max_tokens": 128_000},
    prop(type="array", minItems=1, items={"enum": ["a", 1, None]}),
    prop(anyOf=[{"type": "null"}, {"const": 3}]),
    prop(type="string", format="uuid", pattern="^[0-9a-f-]+$", description="an id"),
    schema(**{"$defs": {"b": OBJECT}, "properties": {"a": {"$ref": "#/$defs/b"}}}),
]


class TestRefusals:
    @pytest.mark.parametrize(("change", "words"), REFUSED)
    def test_it_names_what_is_wrong(self, running, change, words):
        status, headers, body = running.post({**GOOD, **change})
        assert status == 400, body
        assert body["type"] == "error"
        assert body["error"]["type"] == "invalid_request_error"
        assert words in body["error"]["message"]
        assert body["request_id"] == headers["request-id"]
        assert headers["x-should-retry"] == "false"

    @pytest.mark.parametrize("change", ACCEPTED)
    def test_it_takes_what_the_api_takes(self, running, change):
        status, _, body = running.post({**GOOD, **change})
        assert status == 200, body

    @pytest.mark.parametrize(
        "raw",
        [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"model":"\\ud800"}'],
    )
    def test_it_refuses_what_is_no_json_object(self, running, raw):
        status, _, body = running.post(raw)
        assert (status, body["error"]["type"]) == (400, "invalid_request_error")

    def test_it_still_takes_sampling_under_the_old_version(self, running):
        headers = {"x-api-key": "sk-ant-x", "anthropic-version": "2023-06-01"}
        status, _, _ = running.call("POST", "/v1/messages", {**GOOD, "temperature": 0}, headers)
        assert status == 200

    def test_it_refuses_a_prompt_longer_than_the_context(self, running):
        long = {"role": "user", "content": "word " * 700_000}
        status, _, body = running.post({**GOOD, "messages": [long]})
        assert status == 400
        assert "prompt is too long" in body["error"]["message"]

    def test_it_counts_tokens_of_the_same_bodies_without_a_cap(self, running):
        bare = {name: value for name, value in GOOD.items() if name != "max_tokens"}
        assert running.post(bare, "/v1/messages/count_tokens")[0] == 200
        status, _, body = running.post(GOOD, "/v1/messages/count_tokens")
        assert status == 400
        assert "max_tokens" in body["error"]["message"]

    def test_it_refuses_a_schema_that_explodes(self, running):
        layers = {
            f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2, "description": "twice"}
            for n in range(30)
        }
        change = schema(
            **{
                "$defs": {**layers, "d30": {"type": "null"}},
                "properties": {"a": {"$ref": "#/$defs/d0"}},
            }
        )
        status, _, body = running.post({**GOOD, **change})
        assert status == 400
        assert "too complex" in body["error"]["message"]


class TestRoutes:
    @pytest.mark.parametrize(
        ("method", "path", "status", "kind"),
        [
            ("GET", "/v1/messages", 405, "invalid_request_error"),
            ("POST", "/v1/models", 405, "invalid_request_error"),
            ("GET", "/v1/messages/batches", 404, "not_found_error"),
            ("POST", "/v1/complete", 404, "not_found_error"),
            ("GET", "/", 404, "not_found_error"),
            ("GET", "/v1/models?limit=0", 400, "invalid_request_error"),
            ("GET", "/v1/models?limit=1001", 400, "invalid_request_error"),
            ("GET", "/v1/models?after_id=none", 400, "invalid_request_error"),
            ("GET", "/v1/models?lifecycle=old", 400, "invalid_request_error"),
        ],
    )
    def test_it_knows_its_ways(self, running, method, path, status, kind):
        headers = {"x-api-key": "sk-ant-x", "anthropic-version": "2026-10-21"}
        body = GOOD if method == "POST" else None
        found, _, answer = running.call(method, path, body, headers)
        assert (found, answer["error"]["type"]) == (status, kind)

    @pytest.mark.parametrize("query", ["lifecycle[]=retired", "lifecycle=retired&lifecycle=active"])
    def test_it_reads_both_ways_to_write_a_list(self, running, query):
        headers = {"x-api-key": "sk-ant-x", "anthropic-version": "2026-10-21"}
        _, _, page = running.call("GET", f"/v1/models?limit=1000&{query}", None, headers)
        found = {one["lifecycle"] for one in page["data"]}
        assert found == ({"retired", "active"} if "&" in query else {"retired"})


NAMES = (
    *("type", "text", "role", "content", "properties", "items", "required", "enum", "anyOf"),
    *("$ref", "format", "schema", "id", "tool_use_id", "cache_control", "ttl"),
)
OPTIONAL = (
    *("system", "tools", "tool_choice", "thinking", "output_config", "metadata", "speed"),
    *("stop_sequences", "diagnostics", "cache_control", "inference_geo"),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200_000) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
bodies = st.fixed_dictionaries(
    {"model": st.just("claude-haiku-5-5"), "max_tokens": st.just(5), "messages": json_values},
    optional=dict.fromkeys(OPTIONAL, json_values),
)
turns = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(["user", "assistant", "system"]),
            "content": st.text(min_size=1, max_size=5)
            | st.lists(
                st.fixed_dictionaries(
                    {"type": st.sampled_from(["text", "tool_use", "tool_result", "image"])},
                    optional={"text": json_values, "id": json_values, "tool_use_id": json_values},
                ),
                max_size=3,
            ),
        }
    ),
    min_size=1,
    max_size=4,
)


class TestAnything:
    @settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(body=bodies | bodies.flatmap(lambda one: turns.map(lambda ms: {**one, "messages": ms})))
    def test_it_answers_or_refuses_but_never_fails(self, running, body):
        status, _, answer = running.post(json.dumps(body).encode())
        assert status in (200, 400), answer

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        plan=st.dictionaries(st.sampled_from(["seed", "segment", "request", "script"]), json_values)
    )
    def test_it_takes_or_refuses_any_plan(self, running, plan):
        status, _, answer = running.call("POST", "/_control/faults", plan)
        assert status in (200, 400), answer
