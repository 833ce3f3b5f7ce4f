"""`python -m flake8_aiohttp`."""

import sys

from flake8_aiohttp.cli import main

if __name__ == "__main__":
    sys.exit(main())
