"""Refusals: their kinds and what comes with each."""

from __future__ import annotations

import pytest

from common import errors

KINDS = [
    (errors.Malformed, "malformed", 400, False),
    (errors.Unauthenticated, "unauthenticated", 401, False),
    (errors.OverAllowance, "over_allowance", 402, True),
    (errors.NotAllowed, "not_allowed", 403, False),
    (errors.NotFound, "not_found", 404, False),
    (errors.Conflict, "conflict", 409, False),
    (errors.PreconditionFailed, "precondition_failed", 412, False),
    (errors.TooLarge, "too_large", 413, False),
    (errors.Invalid, "invalid", 422, False),
    (errors.PreconditionRequired, "precondition_required", 428, False),
    (errors.Throttled, "throttled", 429, True),
    (errors.Unavailable, "unavailable", 503, True),
]


@pytest.mark.parametrize(("leaf", "kind", "status", "retried"), KINDS)
def test_it_has_a_kind_a_status_and_a_time_to_come_back(leaf, kind, status, retried):
    error = leaf("some_code", "Some sentence.", detail={"n": 1})
    assert (error.kind, error.status, error.code, error.detail) == (
        kind,
        status,
        "some_code",
        {"n": 1},
    )
    assert str(error) == error.message == "Some sentence."
    assert (error.retry_after is not None) is retried


def test_it_knows_every_kind():
    assert {kind for _, kind, _, _ in KINDS} == set(errors.STATUS)


def test_it_keeps_the_time_it_is_given():
    assert errors.Throttled("busy", "Busy.", retry_after=7.5).retry_after == 7.5
