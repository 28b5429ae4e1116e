"""The API's description: valid, without a warning, with its errors, and documented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import validate

from config.openapi import ERRORS, statuses

ROOT = Path(__file__).parent.parent.parent
HEADING = re.compile(r"^### `([A-Z]+ /\S+)`$", re.MULTILINE)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """As a customer gets it; made here by the command, which fails on any warning."""
    import yaml

    path = tmp_path_factory.mktemp("schema") / "schema.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(path))
    return yaml.safe_load(path.read_text())


def operations(schema: Any) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in schema["paths"].items()
        for method, operation in item.items()
    }


def test_it_is_valid(schema: Any) -> None:
    validate(schema)


def test_it_documents_every_operation(schema: Any) -> None:
    pages = [path.read_text() for path in (ROOT / "docs" / "api").glob("*.md")]
    headings = [heading for page in pages for heading in HEADING.findall(page)]
    assert sorted(headings) == sorted(operations(schema))


def test_it_tells_the_errors_of_every_operation(schema: Any) -> None:
    told = {}
    for name, operation in operations(schema).items():
        failures = {int(status) for status in operation["responses"] if status >= "400"}
        told[operation["operationId"]] = failures
        assert failures == statuses(name.split()[0], operation["operationId"]), name
        for status in failures:
            content = operation["responses"][str(status)]["content"]
            shape = content["application/json"]["schema"]
            assert shape == {"$ref": "#/components/schemas/Error"}
    assert set(told) == set(ERRORS)


def test_it_takes_an_idempotency_key_with_every_write(schema: Any) -> None:
    for name, operation in operations(schema).items():
        named = [one["name"] for one in operation.get("parameters", [])]
        is_write = not name.startswith("GET ")
        assert named.count("Idempotency-Key") == is_write, name


def test_it_asks_for_a_key_wherever_one_is_needed(schema: Any) -> None:
    for name, operation in operations(schema).items():
        security = operation.get("security", [])
        if name == "GET /api/v1/languages":
            assert security in ([], [{}])
        else:
            assert {"ApiKey": []} in security, name
    assert schema["components"]["securitySchemes"]["ApiKey"]["scheme"] == "bearer"


def test_it_describes_every_operation_in_words(schema: Any) -> None:
    assert [name for name, one in operations(schema).items() if not one.get("description")] == []


@pytest.mark.django_db
def test_it_is_served_as_json_too(client: Client) -> None:
    answer = client.get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert answer.json()["info"]["title"] == "Interlinear API"


@pytest.mark.django_db
def test_it_loads_nothing_from_others(client: Client) -> None:
    """The page to click through; tests/journeys watches it in a browser as well."""
    page = client.get("/api/docs").content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert [one for one in addresses if not one.startswith(("/static/", "/api/docs?"))] == []
