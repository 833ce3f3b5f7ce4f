"""Random programs over the life of a response: run on a live aiohttp, linted, and the two compared.

`programs` writes them, `oracle` runs them with every combination of their flags and says what each read did,
`compare` asks the linter about the same text and tells false from missed alarms, `shrinking` makes a
disagreement small. By hand: `python -m tests.random_programs --count 500 --seed 1`.
"""
