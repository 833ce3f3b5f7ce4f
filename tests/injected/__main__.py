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
from tests.injected.trial import Fixed
from tests.primer.packages import CACHE, packages


def show(rows: Sequence[dict[str, Any]]) -> bool:
    """Print the counts by kind; say whether a safe fix gave another tree.

    What goes on to the unseen is counted apart: no rule may judge it.
    """
    print(f"{'':<30}{'put in':>8}{'found':>8}{'':>8}{'original':>10}{'other':>8}{'no safe fix':>13}")
    seen = [row for row in rows if not row["unseen"]]
    for kind in MAKERS:
        _show(kind, [row for row in seen if row["kind"] == kind])
    _show("all", seen)
    for kind in MAKERS:
        _show(f"{kind}, handed on", [row for row in rows if row["kind"] == kind and row["unseen"]])
    return any(row["fixed"] == Fixed.OTHER.name for row in rows)


def _show(title: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        found = sum(bool(row["codes"]) for row in rows)
        fixed = Counter(row["fixed"] for row in rows if row["codes"])
        counts = [fixed[each.name] for each in (Fixed.ORIGINAL, Fixed.OTHER, Fixed.NOT)]
        print(
            f"{title:<30}{len(rows):>8}{found:>8}{found / len(rows):>8.1%}{counts[0]:>10}{counts[1]:>8}{counts[2]:>13}"
        )


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
