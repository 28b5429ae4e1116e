"""The other side of worker_cpu: the same bodies through the bare SDK, with as many threads."""

from __future__ import annotations

import json
import resource
import sys
from concurrent.futures import ThreadPoolExecutor

import anthropic

THREADS = 32


def main() -> None:
    bodies = json.load(sys.stdin)
    client = anthropic.Anthropic(
        api_key="sk-ant-bench", base_url=sys.argv[1], max_retries=0, timeout=60.0
    )
    client.messages.create(**bodies[0])  # the first call pays for connecting
    before = resource.getrusage(resource.RUSAGE_SELF)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda body: client.messages.create(**body), bodies))
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    main()
