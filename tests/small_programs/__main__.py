"""Time many of them by hand: `python -m tests.small_programs --count 20000 --seed 0 --seconds 0.5`."""

from __future__ import annotations

import argparse
import sys
import time

from flake8_aiohttp.check import check

from . import programs


def main() -> int:
    """Print the seeds of the programs that took too long; fail where there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.small_programs")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.5)
    arguments = parser.parse_args()
    times = []
    for seed, text in programs(arguments.seed, arguments.count):
        start = time.thread_time()
        check(text)
        taken = time.thread_time() - start
        times.append(taken)
        if taken > arguments.seconds:
            print(f"seed {seed}: {taken:.2f} s", flush=True)
    times.sort()
    print(f"{len(times)} programs: median {times[len(times) // 2] * 1e3:.1f} ms, slowest {times[-1] * 1e3:.1f} ms")
    return int(times[-1] > arguments.seconds)


sys.exit(main())
