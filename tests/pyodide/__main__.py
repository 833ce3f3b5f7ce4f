"""Runs tests of the analysis on Pythons that are not installed: CPython in WebAssembly, in Node.js.

    python -m tests.pyodide 314.0.7 [315.0.0-alpha.2 …] [-- what goes to pytest]

Each version is one of the npm package `pyodide`, which carries the interpreter and its standard library: 314 is Python
3.14, and 315 is 3.15. Needs `npm` and `node`. What it fetches lies in a temporary folder.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PURE = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")  # all that pytest needs, in Python alone
TESTS = ("tests/pyodide", "tests/test_newer_python.py", "tests/test_fixtures.py")
# The second is a thread, and there are none; files are seen through Node.js, which has no cache to keep.
OPTIONS = ("-q", "--capture=no", "-o", "faulthandler_timeout=0", "-p", "no:cacheprovider")


def run(*command: str | Path, folder: Path) -> int:
    """Run a program in a folder, and give its exit code; one that is missing is told as one that fails."""
    program = shutil.which(command[0])
    if program is None:
        print(f"{command[0]}: not installed")
        return 1
    return subprocess.run([program, *command[1:]], cwd=folder, check=False).returncode


def fetch(folder: Path, version: str) -> int:
    """Put the interpreter, and what its tests need, into a folder."""
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder / "site", *PURE)
    npm = ("npm", "install", "--silent", "--no-audit", "--no-fund", f"pyodide@{version}")
    return run(*pip, folder=folder) or run(*npm, folder=folder)


def main(arguments: Sequence[str]) -> int:
    """Run the tests on each version; gives 1 if any of them failed, or could not be had."""
    versions, _, chosen = " ".join(arguments).partition("--")
    failed = 0
    for version in versions.split():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copy(HERE / "run.mjs", folder)  # Node.js looks for packages from the script's folder on
            tests = (*OPTIONS, *(chosen.split() or TESTS))
            failed |= fetch(folder, version) or run("node", "run.mjs", ROOT, folder / "site", *tests, folder=folder)
    return int(failed != 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
