"""Compare by hand: `python -m tests.random_programs --count 500 --seed 1`."""

import sys

from .compare import main

sys.exit(main())
