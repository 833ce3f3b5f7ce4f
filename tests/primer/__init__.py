"""What the linter says about other people's code, and whether it is right.

`packages.csv` pins published packages, `verdicts.csv` judges what is found in them, `shapes.py` repeats the
judged mistakes against a live aiohttp. None of the packages' code stands here: `python -m tests.primer`
fetches it.
"""
