"""Lints the primer and says how often the linter is right.

    python -m tests.primer [--cache FOLDER] [--only LABEL ...] [--processes 2]

Fetches what `packages.csv` lists, once, and ends with 1 where something is new, gone or unjudged. What is new
is printed as a row for `verdicts.csv`; put a verdict, the name of a shape and a reason behind it.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.primer.lint import compare
from tests.primer.packages import CACHE, packages
from tests.primer.verdicts import Comparison, Place


def is_own(place: Place) -> bool:
    """Whether a finding stands in aiohttp's own tests or examples, which make mistakes on purpose."""
    return place.package.rpartition("-")[0] == "aiohttp"


def show_changes(comparison: Comparison) -> bool:
    """Print what does not agree with the table; say whether there is any."""
    for place in comparison.new:
        print(f"new: {comparison.found[place]}")
        csv.writer(sys.stdout, lineterminator="\n").writerow([*place, "", "", ""])
    for title, places in (("gone", comparison.gone), ("unjudged", comparison.unjudged)):
        for place in places:
            print(f"{title}: {' '.join(map(str, place))}")
    return bool(comparison.new or comparison.gone or comparison.unjudged)


def show_precision(comparison: Comparison) -> None:
    """Print the counts by code, and in all."""

    def show(title: str, counts: Callable[[Place], bool]) -> None:
        bugs, false_alarms = comparison.tally(counts)
        precision = f"{bugs / (bugs + false_alarms):.1%}" if bugs + false_alarms else "-"
        print(f"{title:<22}{bugs:>6}{false_alarms:>14}{precision:>11}")

    print(f"\n{'':<22}{'bugs':>6}{'false alarms':>14}{'precision':>11}")
    for code in sorted({place.code for place in comparison.found}):
        show(code, lambda place, code=code: place.code == code)  # type: ignore[misc]
    show("all", lambda _: True)
    show("  in aiohttp itself", is_own)
    show("  in what others wrote", lambda place: not is_own(place))
    print(f"\nThe shape of {comparison.confirmed} of the bugs was run against aiohttp.")
    if comparison.unread:
        print(f"{len(comparison.unread)} files need a newer Python than {sys.version.split()[0]}.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.primer", description=__doc__.partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=CACHE, help="where archives are kept (%(default)s)")
    labels = [package.label for package in packages()]
    parser.add_argument("--only", metavar="LABEL", action="append", choices=labels, help="as name-version")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    chosen = [package for package in packages() if package.label in (options.only or labels)]
    comparison = compare(chosen, options.cache, options.processes)
    changed = show_changes(comparison)
    show_precision(comparison)
    return int(changed)


if __name__ == "__main__":
    sys.exit(main())
