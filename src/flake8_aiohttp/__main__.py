"""`python -m flake8_aiohttp`."""

import os
import sys

if sys.path[0] in {"", os.getcwd()}:  # noqa: PTH109  before anything else is imported, for it may stand there
    del sys.path[0]  # Python puts the current folder first, and with it whatever a linted project has put there

from flake8_aiohttp.cli import main

if __name__ == "__main__":
    sys.exit(main())
