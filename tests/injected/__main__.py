"""Puts mistakes into the packages of the primer and says which are found.

    python -m tests.injected [--cache FOLDER] [--only LABEL ...] [--most 4] [--kind KIND ...] [--misses FILE]

Fetches what the primer lists, once. `--most` bounds how many mistakes of a kind are put into one package. Ends
with 1 where a safe fix gives another program than the one that the mistake was put into.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.injected.mistakes import MAKERS
from tests.injected.published import jobs, run
from tests.primer.packages import CACHE, packages


def show(rows: Sequence[dict[str, Any]]) -> bool:
    """Print the counts by kind; say whether a safe fix gave another tree where the way back is known."""
    print(f"{'':<22}{'put in':>8}{'found':>8}{'':>8}{'original':>10}{'other':>8}{'no safe fix':>13}")
    for kind in [*MAKERS, "all"]:
        here = [row for row in rows if kind in {row["kind"], "all"}]
        if not here:
            continue
        found = sum(bool(row["codes"]) for row in here)
        fixed = Counter(row["fixed"] for row in here if row["codes"])
        print(
            f"{kind:<22}{len(here):>8}{found:>8}{found / len(here):>8.1%}"
            f"{fixed['ORIGINAL']:>10}{fixed['OTHER']:>8}{fixed['NOT']:>13}"
        )
    return any(row["fixed"] == "OTHER" and row["reversible"] for row in rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.injected", description=__doc__.partition("\n")[0])
    labels = [package.label for package in packages()]
    parser.add_argument("--cache", type=Path, default=CACHE, help="where archives are kept (%(default)s)")
    parser.add_argument("--only", metavar="LABEL", action="append", choices=labels, help="as name-version")
    parser.add_argument("--kind", action="append", choices=list(MAKERS), help="put in these mistakes alone")
    parser.add_argument("--most", type=int, default=4, help="mistakes of a kind in one package (%(default)s)")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--rows", type=Path, help="write each mistake, and what became of it, as JSON lines")
    options = parser.parse_args(arguments)
    todo = jobs(options.only or labels, options.cache, options.most, options.kind or list(MAKERS))
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        rows = []
        for result in pool.imap_unordered(run, todo):
            rows += result
            if options.rows:
                with options.rows.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(row) + "\n" for row in result)
    return int(show(rows))


if __name__ == "__main__":
    sys.exit(main())
