"""The figures of the house: pipeline, formats, intake, event streams."""

from __future__ import annotations

from tests.bench import identity, intake, pipeline, streams
from tests.bench.lodging import lodging


def run() -> None:
    """Prints every figure of the group."""
    identity.format_identity()
    with lodging() as house:
        pipeline.pipeline_efficiency_and_worker_cpu(house)
        pipeline.segments_per_request(house)
        intake.ingest_rate(house)
        streams.stream_tax(house)
