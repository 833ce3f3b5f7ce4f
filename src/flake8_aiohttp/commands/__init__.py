"""What the command does, for `cli.py`: look at files, report, fix, silence.

`arguments.py` makes a task (`task.py`) of the command line; `lint.py` carries it out. Files are examined one by one
(`examine.py`), in several processes if they are many (`workers.py`), as documents that may be notebooks
(`documents.py`, `notebooks.py`); only then is anything written. `comments.py` writes and removes `# noqa` comments,
`baseline.py` knows the findings that were there before, `summary.py` says what a person may do next, `completion.py`
helps shells.
"""
